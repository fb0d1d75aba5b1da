// SPDX-License-Identifier: EUPL-1.2
//! A case keeps the law it was opened under: the specifications may change, or go, and its answers stay.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use lepre::engine::{Question, agenda, explain, findings};
use lepre::library::Library;
use lepre::rulebook::Rulebook;
use lepre::service::{CaseView, ServiceError, verify_rulebooks};
use serde_json::json;

use super::office::{concluded, guidance, library, office, person, request, service_at, tamper};
use crate::engine::{day, specs};

/// A folder with all that is in it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// Everything that can be asked of a case, as text.
fn answers(view: &CaseView) -> String {
    let (rulebook, case, on) = (&view.rulebook, &view.case, day("2024-06-01"));
    let items = (0..).take(rulebook.items.len()).map(Question::Item);
    let terms = (0..).take(rulebook.terms.len()).map(Question::Term);
    let explained: Vec<_> = items.chain(terms).map(|question| explain(rulebook, case, on, question)).collect();
    format!("{:?}\n{:?}\n{explained:?}", agenda(rulebook, case, on), findings(rulebook, case, on))
}

#[test]
fn a_case_keeps_its_verdict_when_the_law_changes() {
    let office = office("2024-06-01");
    let folder = office.folder.path().join("specs");
    copy(&specs(), &folder);
    let database = office.folder.path().join("altra.db");
    let read = || Arc::new(Library::open(&folder).unwrap());

    let service = service_at(&database, read(), "2024-06-01");
    let opening = request("E", &person(1), "2024-05-02", &[("patto_gia_sottoscritto", "true")]);
    let old = service.open(&opening).unwrap().head.id;
    for what in guidance() {
        service.record(old, &crate::engine::event(what)).unwrap();
    }
    let before = service.view(old).unwrap();
    assert_eq!(service.check(&before, service.today()).conformity.word(), "true");
    drop(service);

    // From now on counselling is owed too.
    let file = folder.join("nazionale/e-orientamento-specialistico.yaml");
    let text = fs::read_to_string(&file).unwrap();
    let (head, tail) = text.split_once("    testo: counseling\n    procedura:\n      obbligo: offerta\n").unwrap();
    fs::write(&file, format!("{head}    testo: counseling\n    procedura:\n      obbligo: dovuta\n{tail}")).unwrap();

    let service = service_at(&database, read(), "2024-06-01");
    let after = service.view(old).unwrap();
    assert_eq!(after.head, before.head);
    assert_eq!(answers(&after), answers(&before));
    let new = service.open(&request("E", &person(2), "2024-05-02", &[("patto_gia_sottoscritto", "true")])).unwrap();
    assert_ne!(new.head.rulebook, before.head.rulebook);
    let owed = |view: &CaseView| format!("{:?}", agenda(&view.rulebook, &view.case, day("2024-06-01")).duties.len());
    assert_eq!((owed(&new), owed(&after)), ("5".into(), "0".into()));
    // The old case is concluded under the old law, the new one is not.
    for what in guidance() {
        service.record(new.head.id, &crate::engine::event(what)).unwrap();
    }
    let conclude = crate::engine::event(concluded("2024-05-15"));
    assert!(matches!(service.record(new.head.id, &conclude), Err(ServiceError::Refused { .. })));
    assert_eq!(service.record(old, &conclude).unwrap().head.state, "conclusa");
    assert_eq!(service.store().stats().unwrap().rulebooks, 2);
}

/// The rulebook is stored with the case: no folder is needed to answer for it, years later.
#[test]
fn a_case_needs_no_specifications() {
    let office = office("2024-06-01");
    let case = office.guidance(1).head.id;
    let before = answers(&office.play(case, guidance()));
    let path = office.path();
    drop(office.service);
    let nothing = Arc::new(Library::from_files(Path::new("nessuna"), Vec::new()));
    let service = service_at(&path, nothing, "2024-06-01");
    assert_eq!(answers(&service.view(case).unwrap()), before);
    service.record(case, &crate::engine::event(concluded("2024-05-15"))).unwrap();
    assert!(matches!(service.open(&request("E", &person(2), "2024-05-02", &[])), Err(ServiceError::NoRulebook { .. })));
}

#[test]
fn every_level_read_back_has_the_same_digest_and_the_same_text() {
    let mut levels = 0;
    for file in &library().specs().levels {
        let level = &file.level.letter.value.0;
        for region in [None, Some("piemonte")] {
            let rulebook = library().rulebook(level, region, day("2024-05-02")).unwrap();
            let stored = rulebook.stored();
            let back = Rulebook::read(&stored).unwrap();
            assert_eq!(back.digest(), rulebook.digest(), "{level}");
            assert_eq!(back.stored(), stored, "{level}");
        }
        levels += 1;
    }
    assert_eq!(levels, 21);
}

/// A rulebook that is gone, or written by a later program, is told; the other cases are not touched by it.
#[test]
fn trouble_with_one_rulebook_stops_no_other_case() {
    let office = office("2024-06-01");
    let good = office.guidance(1).head.id;
    let bad = office.open("Q", &super::office::company(1), "2024-05-02", &[]).head.id;
    let path = office.path();
    drop(office.service);
    tamper(
        &path,
        "UPDATE rulebooks SET body = replace(body, '\"formato\":1', '\"formato\":9') WHERE body LIKE '%\"lep\":\"Q\"%'",
    );
    let service = service_at(&path, library(), "2024-06-01");
    let error = service.view(bad).unwrap_err().to_string();
    assert!(error.starts_with("il regolamento conservato è del formato 9"), "{error}");
    let mut told = Vec::new();
    let checked = service.check_all(service.today(), &mut |checked| {
        told.push((checked.head.id, checked.result.is_ok()));
        std::ops::ControlFlow::Continue(())
    });
    checked.unwrap();
    assert_eq!(told, [(good, true), (bad, false)]);
    let rows = service.list(service.today()).unwrap();
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [bad, good], "what cannot be read is shown first");
    service
        .record(
            good,
            &crate::engine::event(
                json!({ "il": "2024-05-06", "tipo": "attivita", "attivita": "colloquio", "evento": "terminata" }),
            ),
        )
        .unwrap();
}

#[test]
fn a_comment_in_a_level_stops_nobody() {
    let office = office("2024-06-01");
    let folder = office.folder.path().join("specs");
    copy(&specs(), &folder);
    let database = office.folder.path().join("altra.db");
    let open = || {
        let service = service_at(&database, Arc::new(Library::open(&folder).unwrap()), "2024-06-01");
        service.open(&request("I", &person(1), "2024-05-02", &[])).unwrap()
    };
    let before = open();
    let file = folder.join("nazionale/i-sostegno-alla-mobilita-territoriale.yaml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("# una riga in più\n{text}")).unwrap();
    // The same law from other lines: the same digest, and the rulebook stored first goes on serving.
    let after = open();
    assert_eq!(after.head.rulebook, before.head.rulebook);
    assert_eq!(after.rulebook.stored(), before.rulebook.stored());
}

#[test]
fn a_case_never_runs_on_an_altered_law() {
    let office = office("2024-06-01");
    let database = office.folder.path().join("altra.db");
    let read = || Arc::new(Library::open(&specs()).unwrap());
    let service = service_at(&database, read(), "2024-06-01");
    let case = service.open(&request("I", &person(1), "2024-05-02", &[])).unwrap().head.id;
    assert!(verify_rulebooks(service.store()).unwrap().is_empty());
    drop(service);

    let file = rusqlite::Connection::open(&database).unwrap();
    file.execute_batch("DROP TRIGGER rulebooks_are_not_changed").unwrap();
    let altered = file.execute("UPDATE rulebooks SET body = replace(body, 'dovuta', 'offerta')", []).unwrap();
    assert_eq!(altered, 1);
    drop(file);

    let service = service_at(&database, read(), "2024-06-01");
    assert!(matches!(service.view(case), Err(ServiceError::RulebookAltered(_))));
    let told = verify_rulebooks(service.store()).unwrap();
    assert!(told.len() == 1 && told[0].ends_with("è stato alterato"), "{told:?}");
    // Nor is a new case pinned to it.
    assert!(service.open(&request("I", &person(2), "2024-05-02", &[])).is_err());
}

/// Events that are gone from one history are told, and stop no other case, whatever is asked of all of them.
#[test]
fn a_history_with_a_hole_stops_no_other_case() {
    use lepre::export::events::write_events;
    use lepre::export::xes;
    use lepre::service::{BulkQuestion, Law, Selection};
    use std::sync::atomic::{AtomicBool, AtomicU64};

    let office = office("2024-06-01");
    let (good, bad) = (office.guidance(1).head.id, office.guidance(2).head.id);
    let path = office.path();
    drop(office.service);
    tamper(&path, "DELETE FROM events WHERE sequence = 1 AND case_key = (SELECT max(key) FROM cases)");
    let service = service_at(&path, library(), "2024-06-01");
    let bulk = service.bulk(None, &mut |_| ()).unwrap();
    let [(case, why)] = &bulk.troubles[..] else { panic!("{:?}", bulk.troubles) };
    assert!(*case == bad && why.starts_with("mancano eventi"), "{why}");
    let on = service.today();
    let question = BulkQuestion { selection: Selection::default(), on, law: Law::Pinned, examples: 3 };
    let (done, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let report = service.check_bulk(&bulk, &question, &done, &stop, &|seen| assert_eq!(seen.id, good)).unwrap();
    assert_eq!((report.verdicts.cases, report.verdicts.unchecked), (2, 1));
    // As it stood before the case was opened it was not there, however damaged it is now.
    let before = BulkQuestion { on: crate::engine::day("2024-04-30"), ..question };
    let report = service.check_bulk(&bulk, &before, &done, &stop, &|_| ()).unwrap();
    assert_eq!((report.verdicts.cases, report.verdicts.unchecked), (0, 0));
    let cube = service.indicators(&bulk, &Selection::default(), on, &done, &stop).unwrap();
    assert_eq!(cube.unread.len(), 1);
    let mut told = Vec::new();
    let all = service.check_all(on, &mut |checked| {
        told.push((checked.head.id, checked.result.is_ok()));
        std::ops::ControlFlow::Continue(())
    });
    all.unwrap();
    assert_eq!(told, [(good, true), (bad, false)]);
    assert_eq!(service.list(on).unwrap().len(), 2);
    let mut out = Vec::new();
    let report = write_events(&service, &Selection::default(), &mut out).unwrap();
    assert_eq!((report.cases, report.unreadable.len()), (1, 1));
    let mut pseudonyms = lepre::export::pseudonym::Pseudonyms::under(&[7; 32]).unwrap();
    for chosen in [Selection::default(), Selection { cases: vec![good, bad], ..Selection::default() }] {
        let sums = xes::write(&mut Vec::new(), &service, &chosen, false, &mut pseudonyms).unwrap();
        assert_eq!((sums.cases, sums.unreadable.len()), (1, 1));
        assert_eq!(sums.unreadable[0].0, bad);
    }
}
