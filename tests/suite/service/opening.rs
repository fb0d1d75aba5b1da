// SPDX-License-Identifier: EUPL-1.2
//! Opening a case: who it is for, what must be there before, and that a *no* leaves nothing behind.

use std::sync::Barrier;
use std::thread;

use lepre::compile::NoRulebook;
use lepre::engine::access;
use lepre::service::ServiceError;
use lepre::spec::scenario::RefusalKind;
use lepre::store::SubjectKind;
use lepre::value::Truth;

use super::office::{company, library, office, pact, person, profile, refused, request, service_at};
use crate::engine::day;

#[test]
fn a_level_that_cannot_be_used_opens_nothing() {
    let office = office("2024-06-01");
    let open = |level: &str, on: &str| office.service.open(&request(level, &person(1), on, &[])).unwrap_err();
    let unknown =
        |error: &ServiceError| matches!(error, ServiceError::NoRulebook { reason: NoRulebook::UnknownLevel, .. });
    for level in ["Z", "", "e", "EE", "è"] {
        assert!(unknown(&open(level, "2024-05-02")), "{level}");
    }
    // In force from the 11th of January 2018.
    match open("E", "2018-01-10") {
        ServiceError::NoRulebook { reason: NoRulebook::NotInForce { from, to }, .. } => {
            assert_eq!((from, to), (Some(day("2018-01-11")), None));
        }
        other => panic!("{other:?}"),
    }
    let mut regional = request("E", &person(1), "2024-05-02", &[]);
    regional.region = Some("atlantide".into());
    match office.service.open(&regional).unwrap_err() {
        ServiceError::NoRulebook { region, reason: NoRulebook::UnknownRegion, .. } => {
            assert_eq!(region.as_deref(), Some("atlantide"));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(office.counts(), (0, 0));
    office.open("E", &person(1), "2018-01-11", &[]);
}

#[test]
fn a_wrong_code_and_the_wrong_kind_of_subject_open_nothing() {
    let office = office("2024-06-01");
    let wrong_letter = person(1).replace("80A41", "80A42");
    for (code, says) in [
        (wrong_letter.as_str(), "il carattere di controllo è"),
        ("ZZ", "un codice fiscale ha 16 caratteri, oppure 11 cifre: qui i caratteri sono 2"),
        ("", "un codice fiscale ha 16 caratteri"),
        ("99999999999", "il carattere di controllo è `9`"),
        ("00000000000", "un codice di soli zeri non è di nessuno"),
    ] {
        let error = office.service.open(&request("E", code, "2024-05-02", &[])).unwrap_err();
        assert!(error.to_string().starts_with(says), "{code}: {error}");
    }
    let error = office.service.open(&request("E", &company(1), "2024-05-02", &[])).unwrap_err().to_string();
    assert!(error.starts_with("il livello E è per le persone, non per le imprese"), "{error}");
    let error = office.service.open(&request("Q", &person(1), "2024-05-02", &[])).unwrap_err().to_string();
    assert!(error.starts_with("il livello Q è per le imprese, non per le persone"), "{error}");
    assert_eq!(office.counts(), (0, 0));
}

#[test]
fn a_refused_opening_leaves_neither_case_nor_subject() {
    let office = office("2024-06-01");
    let open = |on: &str, facts: &[(&str, &str)]| {
        refused(office.service.open(&request("E", &person(1), on, facts))).iter().map(|r| r.kind).collect::<Vec<_>>()
    };
    assert_eq!(open("2024-06-02", &[]), [RefusalKind::Dates]);
    assert_eq!(open("2024-05-02", &[("patto_gia_sottoscrito", "true")]), [RefusalKind::Unknown]);
    assert_eq!(open("2024-05-02", &[("patto_gia_sottoscritto", "forse")]), [RefusalKind::Value]);
    assert_eq!(open("2024-05-02", &[("patto_gia_sottoscritto", "false")]), [RefusalKind::Access]);
    assert_eq!(open("2024-06-02", &[("patto_gia_sottoscritto", "no"), ("eta", "x")]).len(), 3);
    assert_eq!(office.counts(), (0, 0));
}

#[test]
fn access_refused_says_the_norm_and_what_would_open_it() {
    let office = office("2024-06-01");
    let refusals = refused(office.service.open(&request("D", &person(1), "2024-03-20", &[])));
    let [refusal] = refusals.as_slice() else { panic!("{refusals:?}") };
    assert_eq!(refusal.kind, RefusalKind::Access);
    assert_eq!(
        refusal.message,
        "il livello D non si può aprire: nel fascicolo manca `profilazione-qualitativa` del livello C"
    );
    assert_eq!(refusal.help, "consegna prima `profilazione-qualitativa` nel livello C");
    assert_eq!(
        (refusal.norm.act.as_str(), refusal.norm.partition.as_deref()),
        ("dlgs-150-2015", Some("art. 20, co. 2"))
    );
    assert!(refusal.place.as_ref().unwrap().file.starts_with("nazionale/d-"));
}

/// The path of a person: the profile of C opens D, the pact of D opens E, and nobody types it again.
#[test]
fn what_one_case_delivers_opens_the_next() {
    let office = office("2024-06-01");
    let base = office.open("C", &person(1), "2024-03-04", &[("profilazione_gia_eseguita", "true")]);
    refused(office.service.open(&request("D", &person(1), "2024-03-20", &[])));
    office.play(base.head.id, profile());
    // The profile is of another person: it opens nothing.
    refused(office.service.open(&request("D", &person(2), "2024-03-20", &[])));

    let signed = office.open("D", &person(1), "2024-03-20", &[]);
    office.play(signed.head.id, pact());
    let guided = office.open("E", &person(1), "2024-05-02", &[]);
    assert_eq!(access(&guided.rulebook, &guided.case), Truth::True);
    assert_eq!(office.awaits(&guided), Vec::<String>::new());
    assert_eq!(guided.head.subject, signed.head.subject);

    // Opened for a day on which the pact was not signed yet, or for somebody who has none: it is asked.
    for (n, on) in [(1, "2024-03-19"), (3, "2024-05-02")] {
        let early = office.open("E", &person(n), on, &[]);
        assert_eq!(office.awaits(&early), ["patto_gia_sottoscritto"], "{on}");
    }
}

/// What was corrected away opens nothing.
#[test]
fn a_voided_delivery_opens_nothing() {
    let office = office("2024-06-01");
    let base = office.open("C", &person(1), "2024-03-04", &[("profilazione_gia_eseguita", "true")]);
    let view = office.play(base.head.id, profile());
    office.record(base.head.id, super::office::voided("2024-03-06", view.head.sequence));
    refused(office.service.open(&request("D", &person(1), "2024-03-20", &[])));
}

#[test]
fn one_person_is_one_subject_however_written() {
    let office = office("2024-06-01");
    let named = |code: String, name: Option<&str>| {
        let mut request = request("E", &code, "2024-05-02", &[]);
        request.subject.name = name.map(str::to_owned);
        office.service.open(&request).unwrap().head.subject
    };
    let code = person(1);
    let subject = named(code.clone(), None);
    assert_eq!(office.service.subject_name(subject).unwrap(), format!("{}{}", "*".repeat(12), &code[12..]));
    assert_eq!(named(format!(" {} ", code.to_lowercase()), Some("Persona Inventata")), subject);
    assert_eq!(named(code.clone(), None), subject);
    assert_eq!(office.service.subject_name(subject).unwrap(), "Persona Inventata");
    assert_eq!(office.counts(), (3, 1));
    let stored = office.store().subject_by_tax_code(SubjectKind::Person, &code).unwrap().unwrap();
    assert_eq!((stored.id, stored.name.as_deref()), (subject, Some("Persona Inventata")));
}

/// Two programs register the same person at the same moment, many times over: one subject, and every case.
#[test]
fn a_person_registered_by_many_at_once_is_one_subject() {
    const DESKS: usize = 8;
    const ROUNDS: usize = 10;
    let office = office("2024-06-01");
    let other = service_at(&office.path(), library(), "2024-06-01");
    let start = Barrier::new(DESKS);
    thread::scope(|scope| {
        for desk in 0..DESKS {
            let (start, service) = (&start, if desk % 2 == 0 { &office.service } else { &other });
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    start.wait();
                    service.open(&request("E", &person(round), "2024-05-02", &[])).unwrap();
                }
            });
        }
    });
    assert_eq!(office.counts(), ((DESKS * ROUNDS) as u64, ROUNDS as u64));
    for round in 0..ROUNDS {
        let subject = office.store().subject_by_tax_code(SubjectKind::Person, &person(round)).unwrap().unwrap();
        assert_eq!(office.store().cases_of_subject(subject.id).unwrap().len(), DESKS);
    }
}

#[test]
fn region_office_and_hour_are_kept() {
    let office = office("2024-06-01");
    let mut request = request("E", &person(1), "2024-05-02", &[]);
    request.region = Some("liguria".into());
    request.office = Some("CPI di prova".into());
    request.time = "09:30".parse().ok();
    let view = office.service.open(&request).unwrap();
    assert_eq!((view.head.region.as_deref(), view.head.office.as_deref()), (Some("liguria"), Some("CPI di prova")));
    assert_eq!(view.rulebook.region.as_deref(), Some("liguria"));
    assert_eq!(view.events[0].time.unwrap().to_string(), "09:30");
    // The tax code is in the subjects, and nowhere in the history.
    let stored = office.store().events(view.head.id).unwrap();
    assert!(stored.iter().all(|event| !event.body.contains(&person(1))));
}
