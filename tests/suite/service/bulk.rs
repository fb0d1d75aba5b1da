// SPDX-License-Identifier: EUPL-1.2
//! Checks of many stored cases: the answers of the step engine, whatever the columns remembered.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use lepre::calendar::Day;
use lepre::engine::{Case, Finding, finding_words};
use lepre::rulebook::Citation;
use lepre::service::{Bulk, BulkQuestion, BulkReport, Law, Selection, Service, Verdicts, columns_path};
use lepre::spec::scenario::Conformity;
use lepre::store::{NewEvent, Stamp};
use rusqlite::Connection;
use serde_json::json;
use uuid::Uuid;

use super::office::{Office, company, library, office, person, service_at};
use crate::engine::{day, specs};
use crate::histories::history;
use crate::reference::Law as Judged;

type Answers = BTreeMap<Uuid, (Conformity, Vec<Finding>)>;

/// An office into which random histories of every level were brought from elsewhere.
pub fn crowded(histories: u64) -> Office {
    let office = office("2026-01-31");
    let law = Judged::read(&specs());
    let mut lines = String::new();
    for seed in 0..histories {
        let (lep, events, _) = history(seed, &law);
        let n = usize::try_from(seed).unwrap();
        let companies = ["P", "Q", "R", "S"].contains(&lep.as_str());
        let subject =
            if companies { json!({ "partita_iva": company(n) }) } else { json!({ "codice_fiscale": person(n) }) };
        lines +=
            &format!("{}\n", json!({ "id": format!("S-{seed}"), "lep": lep, "soggetto": subject, "eventi": events }));
    }
    let report = office.service.import(&mut lines.as_bytes(), &mut |_, _| ()).unwrap();
    assert!(report.imported > histories / 2, "{report:?}");
    office
}

fn bulk(service: &Service, office: &Office) -> Bulk {
    service.bulk(Some(&columns_path(&office.path())), &mut |_| ()).unwrap()
}

fn question(on: Day, law: Law) -> BulkQuestion {
    BulkQuestion { selection: Selection::default(), on, law, examples: 10 }
}

fn ask(service: &Service, bulk: &Bulk, question: &BulkQuestion) -> (BulkReport, Answers) {
    let seen: Mutex<Answers> = Mutex::default();
    let report = service
        .check_bulk(bulk, question, &AtomicU64::new(0), &AtomicBool::new(false), &|told| {
            let (case, checked) = (told.id, told.checked);
            let answer = (checked.conformity, checked.findings.to_vec());
            let (law, state, check) = service.check_under(case, question).unwrap();
            let words = |law, state: &Case, found: &[Finding]| -> Vec<(String, Citation)> {
                found.iter().map(|f| (finding_words(law, state, f), f.norm(law, state))).collect()
            };
            let ours = words(told.law, &told.case(), checked.findings);
            assert_eq!(ours, words(&law, &state, &check.findings), "{case}");
            assert!(seen.lock().unwrap().insert(case, answer).is_none(), "{case} twice");
        })
        .unwrap();
    (report, seen.into_inner().unwrap())
}

fn by_steps(service: &Service, on: Day) -> (Verdicts, Answers) {
    let (mut verdicts, mut answers) = (Verdicts::default(), Answers::new());
    service
        .check_all(on, &mut |checked| {
            verdicts.count(&checked);
            if let Ok((_, _, check)) = checked.result {
                answers.insert(checked.head.id, (check.conformity, check.findings));
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    (verdicts, answers)
}

#[test]
fn many_cases_are_answered_as_one_by_one() {
    let office = crowded(400);
    let bulk = bulk(&office.service, &office);
    for on in ["2026-01-31", "2025-06-30", "2019-06-30", "2027-01-01"].map(day) {
        let (report, answers) = ask(&office.service, &bulk, &question(on, Law::Pinned));
        let (verdicts, right) = by_steps(&office.service, on);
        assert_eq!(answers, right, "on {on}");
        assert_eq!(report.verdicts, verdicts, "on {on}");
        let findings: u64 = report.alike.values().map(|alike| alike.findings).sum();
        assert_eq!(findings, right.values().map(|(_, found)| found.len() as u64).sum::<u64>(), "on {on}");
        for (alike, count) in &report.alike {
            for case in &count.first {
                let (law, state, check) = office.service.check_under(*case, &question(on, Law::Pinned)).unwrap();
                let has = |f: &&Finding| f.kind == alike.kind && f.norm(&law, &state) == alike.norm;
                assert!(check.findings.iter().any(|f| has(&f)), "{case} has no {alike:?}");
            }
        }
    }
}

#[test]
fn a_selection_takes_only_its_cases() {
    let office = crowded(120);
    let bulk = bulk(&office.service, &office);
    let (_, all) = ask(&office.service, &bulk, &question(day("2026-01-31"), Law::Pinned));
    let with = |selection: Selection| {
        let question = BulkQuestion { selection, on: day("2026-01-31"), law: Law::Pinned, examples: 10 };
        ask(&office.service, &bulk, &question).1
    };
    let of_level = |level: &str| with(Selection { level: Some(level.into()), ..Selection::default() });
    let parts: usize = library().specs().levels.iter().map(|file| of_level(&file.level.letter.value.0).len()).sum();
    assert_eq!(parts, all.len());
    assert!(of_level("Z").is_empty());
    let one = *all.keys().next().unwrap();
    assert_eq!(with(Selection { cases: vec![one], ..Selection::default() }).keys().collect::<Vec<_>>(), [&one]);
    let late = with(Selection { from: Some(day("2022-01-01")), ..Selection::default() }).len();
    let early = with(Selection { to: Some(day("2021-12-31")), ..Selection::default() }).len();
    assert!(late > 0 && early > 0 && late + early == all.len(), "{early} + {late} of {}", all.len());
    assert!(with(Selection { region: Some("piemonte".into()), ..Selection::default() }).is_empty());
}

#[test]
fn only_what_has_changed_is_read_again() {
    let office = crowded(60);
    let case = office.guidance(500).head.id;
    let first = bulk(&office.service, &office);
    assert_eq!(first.read, first.columns.len() as u64);
    let file = columns_path(&office.path());
    assert!(file.exists());
    assert_eq!(bulk(&office.service, &office).read, 0);
    office
        .record(case, json!({"tipo": "attivita", "il": "2024-05-06", "attivita": "colloquio", "evento": "terminata"}));
    office.guidance(501);
    let again = bulk(&office.service, &office);
    assert_eq!(again.read, 2);
    let on = day("2026-01-31");
    assert_eq!(ask(&office.service, &again, &question(on, Law::Pinned)).1, by_steps(&office.service, on).1);
    // A file that was damaged, cut or is something else is made anew.
    let whole = std::fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 4;
    for bytes in [&flipped[..], &whole[..whole.len() / 3], b"altro"] {
        std::fs::write(&file, bytes).unwrap();
        let made = bulk(&office.service, &office);
        assert_eq!(made.read, made.columns.len() as u64);
        assert_eq!(std::fs::read(&file).unwrap().len(), whole.len());
    }
}

#[test]
fn a_rulebook_that_is_gone_stops_no_other_case_even_where_the_columns_remember_it() {
    let office = office("2024-06-01");
    let good = office.guidance(1).head.id;
    let bad = office.open("Q", &company(1), "2024-05-02", &[]).head.id;
    drop(bulk(&office.service, &office));
    let path = office.path();
    let folder = office.folder;
    drop(office.service);
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch("PRAGMA foreign_keys = OFF; DROP TRIGGER rulebooks_are_not_deleted").unwrap();
    connection.execute("DELETE FROM rulebooks WHERE body LIKE '%\"lep\":\"Q\"%'", []).unwrap();
    drop(connection);
    let office = Office { service: service_at(&path, library(), "2024-06-01"), folder };
    let bulk = bulk(&office.service, &office);
    let (report, answers) = ask(&office.service, &bulk, &question(day("2024-06-01"), Law::Pinned));
    assert_eq!(answers.keys().collect::<Vec<_>>(), [&good]);
    assert_eq!((report.verdicts.cases, report.verdicts.unchecked), (2, 1));
    let (case, why) = &report.troubles[0];
    assert_eq!(*case, bad);
    assert!(why.ends_with("della pratica non è nella base dati"), "{why}");
}

/// An event that only a later program knows stops its own case, and no other: it is never passed over in silence.
#[test]
fn an_event_of_a_newer_version_is_told_and_stops_no_other_case() {
    let office = office("2024-06-01");
    let (good, newer) = (office.guidance(1).head.id, office.guidance(2).head);
    drop(bulk(&office.service, &office));
    let event = NewEvent { on: 19_860, body: r#"{"tipo":"futura","il":"2024-05-17"}"#.into() };
    let stamp = Stamp { recorded_at: 0, actor: "prova".into() };
    office.store().append(newer.id, newer.sequence, stamp, vec![event], "aperta").unwrap();
    // The columns knew the case before that event: they do not answer for it any more.
    for _ in 0..2 {
        let bulk = bulk(&office.service, &office);
        let (report, answers) = ask(&office.service, &bulk, &question(day("2024-06-01"), Law::Pinned));
        assert_eq!(answers.keys().collect::<Vec<_>>(), [&good]);
        assert_eq!((report.verdicts.cases, report.verdicts.unchecked), (2, 1));
        let (case, why) = &report.troubles[0];
        assert!(*case == newer.id && why.contains("`futura` non è una parola ammessa"), "{why}");
    }
}

#[test]
fn a_history_of_a_hundred_thousand_events_is_answered_as_the_step_engine_answers() {
    let office = office("2024-12-31");
    let (case, other) = (office.guidance(0).head, office.guidance(1).head.id);
    let stamp = Stamp { recorded_at: 0, actor: "prova".into() };
    // Half of them faults, each with its own finding.
    let event = |n: u32| {
        let mode = if n.is_multiple_of(2) { "a-distanza" } else { "individuale" };
        let (tipo, day) = (r#""tipo":"attivita","attivita":"colloquio","evento":"terminata""#, 6 + n % 20);
        let body = format!(r#"{{{tipo},"il":"2024-05-{day:02}","modalita":"{mode}"}}"#);
        NewEvent { on: 19_849 + i32::try_from(n % 20).unwrap(), body }
    };
    office.store().append(case.id, case.sequence, stamp, (0..100_000).map(event).collect(), "aperta").unwrap();
    let bulk = bulk(&office.service, &office);
    assert_eq!(bulk.columns.events(), 100_000 + u64::from(case.sequence) * 2);
    let (report, answers) = ask(&office.service, &bulk, &question(day("2024-12-31"), Law::Pinned));
    assert_eq!((report.verdicts.cases, report.verdicts.unchecked), (2, 0));
    assert!(answers[&case.id].1.len() > 10_000 && answers[&other].1.is_empty());
}

#[test]
fn another_law_is_asked_of_the_specifications_and_a_level_without_it_is_told() {
    let office = crowded(150);
    let bulk = bulk(&office.service, &office);
    let on = day("2026-01-31");
    // The cases are pinned to the law of their own days; today's says the same wherever it is the same.
    let (today, answers) = ask(&office.service, &bulk, &question(on, Law::On(on)));
    for (case, answer) in &answers {
        let (law, _, check) = office.service.check_under(*case, &question(on, Law::On(on))).unwrap();
        assert_eq!(*answer, (check.conformity, check.findings), "{case} under the law of today, LEP {}", law.level);
    }
    assert_eq!(today.verdicts.cases, bulk.columns.len() as u64);
    let (before, none) = ask(&office.service, &bulk, &question(on, Law::On(day("2017-01-01"))));
    assert!(none.is_empty());
    assert_eq!(before.verdicts.unchecked, bulk.columns.len() as u64);
    assert!(before.troubles[0].1.ends_with("non era in vigore il 2017-01-01"), "{}", before.troubles[0].1);
}

#[test]
fn a_stop_ends_the_work() {
    let office = crowded(50);
    let bulk = bulk(&office.service, &office);
    let stop = AtomicBool::new(true);
    let done = AtomicU64::new(0);
    let question = question(day("2026-01-31"), Law::Pinned);
    let report = office.service.check_bulk(&bulk, &question, &done, &stop, &|_| ()).unwrap();
    assert_eq!((report.verdicts.cases, done.load(Ordering::Relaxed)), (0, 0));
}
