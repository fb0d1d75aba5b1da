// SPDX-License-Identifier: EUPL-1.2
//! What happens on a case: late work, facts not known, corrections, reopenings, suspensions.

use lepre::engine::{finding_words, term_standing};
use lepre::service::ServiceError;
use lepre::spec::scenario::{FindingKind, TermStateWord};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::office::{
    Office, company, concluded, ended, fact, guidance, later, office, outcome, output, person, refused, sap, voided,
};
use crate::engine::{day, event};

/// B for somebody who has registered on the 1st of March 2024 and has not been called.
fn registered(office: &Office, n: usize) -> Uuid {
    let facts = [("disoccupato", "true"), ("percettore_naspi", "false"), ("convocato", "false")];
    let dated = [("data_did", "2024-03-01"), ("data_registrazione", "2024-03-01")];
    office.open("B", &person(n), "2024-03-04", &[&facts[..], &dated[..]].concat()).head.id
}

/// The term is broken and says so; nobody is kept from doing the work.
#[test]
fn late_work_is_never_refused() {
    let office = office("2024-12-31");
    for (n, on, kept) in [(1, "2024-04-02", true), (2, "2024-04-03", false), (3, "2024-12-31", false)] {
        // 30 days from the 1st of March are the 31st, Easter Sunday; Monday the 1st of April is a holiday too.
        let case = registered(&office, n);
        let view = office.record(case, ended(on, "raccolta-dati"));
        let findings = office.service.check(&view, day("2024-12-31")).findings;
        let late = findings
            .iter()
            .any(|f| f.term.is_some_and(|t| view.rulebook.terms[usize::from(t)].id == "contatto-dopo-did"));
        assert_eq!(late, !kept, "{on}");
        // And the case goes on to be done.
        office.play(case, [ended(on, "inserimento-dati"), ended(on, "scheda-anagrafica")]);
    }
    let view = office.service.view(registered(&office, 4)).unwrap();
    let told: Vec<String> = office
        .service
        .check(&view, day("2024-12-31"))
        .findings
        .iter()
        .map(|finding| finding_words(&view.rulebook, &view.case, finding))
        .collect();
    assert_eq!(
        told,
        [
            "termine `contatto-dopo-did` scaduto il 2024-04-02: attività `raccolta-dati` entro 30 giorni dal giorno di `data_did`, a carico della persona",
            "termine `accesso-diretto` scaduto il 2024-04-30: output `profilazione-eseguita` entro 60 giorni dal giorno di `data_registrazione`, a carico del CPI",
        ]
    );
}

/// Not known is not *no*: the case opens, the fact is awaited, the verdict waits, and a *no* is told apart.
#[test]
fn a_fact_not_known_is_awaited_and_never_taken_for_a_no() {
    let office = office("2024-06-01");
    let view = office.open("E", &person(1), "2024-05-02", &[]);
    let case = view.head.id;
    assert_eq!(office.awaits(&view), ["patto_gia_sottoscritto"]);
    let view = office.play(case, guidance());
    assert_eq!(office.conforms(&view), "non-noto");
    let view = office.record(case, fact("2024-05-15", "patto_gia_sottoscritto", json!(false)));
    assert_eq!((office.conforms(&view), office.awaits(&view)), ("false", vec![]));
    let view = office.record(case, fact("2024-05-15", "patto_gia_sottoscritto", json!(null)));
    assert_eq!((office.conforms(&view), office.awaits(&view).len()), ("non-noto", 1));
    let view = office.record(case, fact("2024-05-15", "patto_gia_sottoscritto", json!(true)));
    assert_eq!((office.conforms(&view), office.awaits(&view)), ("true", vec![]));
}

/// Nothing is deleted: what was corrected stays in the history, marked, and what it had brought about is undone.
#[test]
fn a_correction_undoes_and_keeps() {
    let office = office("2024-06-01");
    let case = office.guidance(1).head.id;
    let view = office.play(case, guidance());
    assert!(!office.is_due(&view, "bilancio") && office.conforms(&view) == "true");
    // The sixth event is the skills assessment: opening, fact, interview, A06, activity, A03, output.
    let view = office.record(case, voided("2024-05-20", 7));
    assert!(office.is_due(&view, "bilancio") && office.conforms(&view) == "false");
    let lines = office.service.history(&view).unwrap();
    assert_eq!(lines.iter().map(|line| line.voided).collect::<Vec<_>>(), (1..=10).map(|n| n == 7).collect::<Vec<_>>());
    assert_eq!(lines[6].event, event(guidance()[4].clone()));
    // The correction is corrected: what it had undone counts again.
    let view = office.record(case, voided("2024-05-21", 10));
    assert!(!office.is_due(&view, "bilancio") && office.conforms(&view) == "true");
    let lines = office.service.history(&view).unwrap();
    assert_eq!(lines.iter().filter(|line| line.voided).map(|line| line.stored.sequence).collect::<Vec<_>>(), [10]);
    assert_eq!(office.store().verify_chain(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn a_closed_case_takes_registrations_facts_and_corrections_until_it_is_reopened() {
    let office = office("2024-06-01");
    let case = office.guidance(1).head.id;
    let view = office.play(case, guidance().into_iter().chain([concluded("2024-05-15")]));
    assert_eq!((view.head.state.as_str(), office.conforms(&view)), ("conclusa", "true"));
    refused(office.try_record(case, ended("2024-05-20", "counseling")));
    office.record(case, sap("2024-05-20", "A06", "colloquio"));
    office.record(case, fact("2024-05-20", "eta", json!(34)));
    let view = office.record(case, json!({ "il": "2024-05-21", "tipo": "riaperta", "motivo": "mancava un colloquio" }));
    assert_eq!(view.head.state, "aperta");
    office.record(case, ended("2024-05-22", "counseling"));
    let view = office.record(case, concluded("2024-05-23"));
    assert_eq!((view.head.state.as_str(), office.conforms(&view)), ("conclusa", "true"));
    // A closing corrected away never happened.
    let view = office.record(case, voided("2024-05-24", view.head.sequence));
    assert_eq!((view.head.state.as_str(), view.case.closed), ("aperta", None));
}

#[test]
fn an_interrupted_case_says_what_was_missing_and_is_never_conform() {
    let office = office("2024-06-01");
    let case = office.guidance(1).head.id;
    let view = office
        .record(case, json!({ "il": "2024-05-10", "tipo": "chiusa", "modo": "interrotta", "motivo": "rinuncia" }));
    let check = office.service.check(&view, day("2024-06-01"));
    assert_eq!(check.findings.iter().map(|f| f.kind).collect::<Vec<_>>(), [FindingKind::Interrupted]);
    assert_eq!((view.head.state.as_str(), check.conformity.word()), ("interrotta", "false"));
}

/// Suspended days do not count: the term moves by as many, and does not run while nobody resumes.
#[test]
fn a_suspension_stops_the_count() {
    let office = office("2024-12-31");
    let case = registered(&office, 1);
    let standing = |today: &str| {
        let view = office.service.view(case).unwrap();
        let term = view.rulebook.terms.iter().find(|term| term.id == "accesso-diretto").unwrap().clone();
        let standing = term_standing(&view.rulebook, &view.case, &term, day(today));
        (standing.due, standing.state)
    };
    assert_eq!(standing("2024-05-01"), (Some(day("2024-04-30")), TermStateWord::Broken));
    let view = office.record(case, json!({ "il": "2024-04-10", "tipo": "sospesa", "motivo": "ricovero" }));
    assert_eq!(view.head.state, "sospesa");
    assert_eq!(standing("2024-12-31"), (None, TermStateWord::Suspended));
    office.record(case, json!({ "il": "2024-05-10", "tipo": "ripresa" }));
    // 30 days more.
    assert_eq!(later("2024-04-30", 30), day("2024-05-30"));
    assert_eq!(standing("2024-05-30"), (Some(day("2024-05-30")), TermStateWord::Running));
    assert_eq!(standing("2024-05-31"), (Some(day("2024-05-30")), TermStateWord::Broken));
}

/// A company's case, from what it needs to the end, with its own facts and the channel that is not the SAP's.
#[test]
fn the_story_of_q_ends_conform() {
    let office = office("2024-06-30");
    let case = office.open("Q", &company(1), "2024-05-02", &[]).head.id;
    office.play(case, matching());
    let refusals = refused(office.try_record(case, concluded("2024-05-30")));
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    assert!(refusals[0].message.contains("comunicazione-esito") && refusals[0].help == "registra CO");
    office.record(case, sap("2024-05-29", "CO", "comunicazione-esito"));
    let view = office.record(case, concluded("2024-05-30"));
    assert_eq!(office.conforms(&view), "true");
    assert!(office.service.check(&view, day("2024-06-30")).findings.is_empty());
}

fn matching() -> Vec<Json> {
    vec![
        ended("2024-05-03", "fabbisogno"),
        ended("2024-05-09", "candidature"),
        ended("2024-05-11", "contatto-candidati"),
        output("2024-05-12", "incontro-effettuato", json!({ "vacancy": "saldatore", "profili": ["saldatore"] })),
        ended("2024-05-13", "rosa"),
        output("2024-05-13", "invio-nominativo", json!({ "data_invio": "2024-05-13", "quanti": 3 })),
        ended("2024-05-23", "raccolta-esiti"),
        ended("2024-05-24", "registrazione-esito"),
        output(
            "2024-05-24",
            "comunicazione-esito",
            json!({ "data_comunicazione": "2024-05-23", "esito": "assunzione" }),
        ),
        sap("2024-05-24", "B03", "registrazione-esito"),
        fact("2024-05-24", "gap_competenze", json!(false)),
        fact("2024-05-24", "assunzione_effettuata", json!(true)),
        outcome("2024-05-27", "fabbisogno-soddisfatto"),
    ]
}

/// Several events that belong together are written together or not at all.
#[test]
fn events_that_belong_together_are_all_written_or_none() {
    let office = office("2024-06-01");
    let view = office.guidance(1);
    let events = |what: &[Json]| what.iter().cloned().map(event).collect::<Vec<_>>();
    let half = [fact("2024-05-06", "eta", json!(34)), fact("2024-05-06", "eta", json!("tanti"))];
    let refusals = refused(office.service.record_all(view.head.id, &events(&half)));
    assert_eq!(refusals[0].message, "`tanti` non va bene per il dato `eta`");
    assert_eq!(office.service.view(view.head.id).unwrap().events, view.events);
    // Each is decided after the one before.
    let whole = [ended("2024-05-06", "colloquio"), ended("2024-05-06", "bilancio-competenze")];
    let after = office.service.record_all(view.head.id, &events(&whole)).unwrap();
    assert_eq!(after.head.sequence, view.head.sequence + 2);
    refused(office.service.record_all(office.guidance(2).head.id, &events(&[whole[1].clone(), whole[0].clone()])));
}

#[test]
fn a_case_that_is_not_there_is_told_apart_from_one_named_by_halves() {
    let office = office("2024-06-01");
    let view = office.guidance(1);
    let id = view.head.id.to_string();
    let short = office.service.short_id(view.head.id).unwrap();
    assert!(id.starts_with(&short) && short.len() == 13, "{short}");
    let simple = view.head.id.simple().to_string();
    for name in [id.as_str(), &id.to_uppercase(), &simple, &id[..4], &id[..8], &id[..9], &short, &format!(" {id} ")] {
        assert_eq!(office.service.find_case(name).unwrap(), view.head.id, "{name}");
    }
    for name in ["", "0", "019", "zzzz", "00000000-0000-7000-8000-000000000000", "0000", &format!("{id}0"), "-----"] {
        assert!(matches!(office.service.find_case(name), Err(ServiceError::UnknownCase(_))), "{name}");
    }
    let next = office.guidance(2);
    assert!(matches!(office.service.find_case(&id[..4]), Err(ServiceError::AmbiguousCase(_))));
    for view in [&view, &next] {
        let short = office.service.short_id(view.head.id).unwrap();
        assert_eq!(office.service.find_case(&short).unwrap(), view.head.id);
    }
    assert!(matches!(office.service.view(Uuid::from_u128(7)), Err(ServiceError::UnknownCase(_))));
}
