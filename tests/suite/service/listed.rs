// SPDX-License-Identifier: EUPL-1.2
//! The list of an office, and checks of all cases: what presses most first, and as it stood on a past day.

use std::ops::ControlFlow;

use lepre::calendar::Day;
use lepre::service::{CaseRow, Next};
use serde_json::json;

use super::office::{Office, company, concluded, ended, guidance, office, output, person, sap, tamper};
use crate::engine::day;

fn registered(office: &Office, n: usize, on: &str) -> uuid::Uuid {
    let facts =
        [("disoccupato", "true"), ("percettore_naspi", "false"), ("convocato", "false"), ("data_registrazione", on)];
    office.open("B", &person(n), on, &facts).head.id
}

fn rows(office: &Office, on: &str) -> Vec<(uuid::Uuid, Next)> {
    office.service.list(day(on)).unwrap().into_iter().map(|row: CaseRow| (row.id, row.next)).collect()
}

#[test]
fn what_presses_most_comes_first() {
    let office = office("2024-06-01");
    let ready = office.guidance(1).head.id;
    let closed = office.guidance(2).head.id;
    office.play(closed, guidance().into_iter().chain([concluded("2024-05-15")]));
    let closable = office.guidance(3).head.id;
    office.play(closable, guidance());
    let awaiting = office.open("E", &person(4), "2024-05-02", &[]).head.id;
    office.play(awaiting, guidance());
    let unregistered = office.guidance(5).head.id;
    office.play(unregistered, guidance().into_iter().filter(|what| what["codice"] != "A06"));
    let due = registered(&office, 6, "2024-05-06");
    let overdue = registered(&office, 7, "2024-03-04");
    let more_overdue = registered(&office, 8, "2024-03-01");

    let on = |text: &str| -> Day { day(text) };
    let profile = || "profilazione-eseguita".to_owned();
    assert_eq!(
        rows(&office, "2024-06-01"),
        [
            (more_overdue, Next::Overdue { on: on("2024-04-30"), what: profile() }),
            (overdue, Next::Overdue { on: on("2024-05-03"), what: profile() }),
            (due, Next::By { on: on("2024-07-05"), what: profile() }),
            (ready, Next::Ready { what: "colloquio".into() }),
            (unregistered, Next::Registration { what: "colloquio".into() }),
            (awaiting, Next::Awaits { facts: vec!["patto_gia_sottoscritto".into()] }),
            (closable, Next::Closable),
            (closed, Next::Nothing),
        ]
    );
    // On a past day, as it stood then: what was opened or done later is not there.
    assert_eq!(
        rows(&office, "2024-05-02"),
        [
            (more_overdue, Next::Overdue { on: on("2024-04-30"), what: profile() }),
            (overdue, Next::By { on: on("2024-05-03"), what: profile() }),
            (ready, Next::Ready { what: "colloquio".into() }),
            (closed, Next::Ready { what: "colloquio".into() }),
            (closable, Next::Ready { what: "colloquio".into() }),
            (awaiting, Next::Ready { what: "colloquio".into() }),
            (unregistered, Next::Ready { what: "colloquio".into() }),
        ]
    );
}

/// The end of a term is the last useful day: the day after, the case is overdue.
#[test]
fn the_last_useful_day_is_still_useful() {
    let office = office("2024-12-31");
    let case = registered(&office, 1, "2024-03-01");
    let by = Next::By { on: day("2024-04-30"), what: "profilazione-eseguita".into() };
    let overdue = Next::Overdue { on: day("2024-04-30"), what: "profilazione-eseguita".into() };
    assert_eq!(rows(&office, "2024-04-30"), [(case, by)]);
    assert_eq!(rows(&office, "2024-05-01"), [(case, overdue)]);
}

#[test]
fn rows_say_who_and_by_what_name() {
    let office = office("2024-06-01");
    office.guidance(1);
    office.open("Q", &company(1), "2024-05-02", &[]);
    for row in office.service.list(day("2024-06-01")).unwrap() {
        assert!(row.subject.starts_with("*******"), "{}", row.subject);
        assert_eq!(office.service.find_case(&row.handle).unwrap(), row.id);
        assert!(row.handle.len() < 36, "{}", row.handle);
        assert_eq!((row.state.as_str(), row.closed, row.opened_on), ("aperta", false, Some(day("2024-05-02"))));
    }
}

/// As it stood at the end of a year: later work is no wrong date, and later cases were not there.
#[test]
fn a_check_of_a_past_day_is_of_what_was_there() {
    let office = office("2024-12-31");
    let case = office.guidance(1).head.id;
    office.play(case, guidance().into_iter().chain([concluded("2024-05-15")]));
    let late = office.open("E", &person(2), "2024-08-01", &[]).head.id;
    let verdicts = |on: &str| {
        let mut told = Vec::new();
        let mut tell = |checked: lepre::service::CaseCheck| {
            let (_, _, check) = checked.result.unwrap();
            told.push((checked.head.id, check.conformity.word(), check.findings.len()));
            ControlFlow::Continue(())
        };
        office.service.check_all(day(on), &mut tell).unwrap();
        told
    };
    assert_eq!(verdicts("2024-05-01"), []);
    assert_eq!(verdicts("2024-05-10"), [(case, "false", 0)]);
    assert_eq!(verdicts("2024-05-14"), [(case, "true", 0)]);
    assert_eq!(verdicts("2024-12-31"), [(case, "true", 0), (late, "false", 0)]);
    let then = office.service.view_on(case, day("2024-05-10")).unwrap();
    assert_eq!((then.head.state.as_str(), then.events.len()), ("aperta", 10));
    assert_eq!(office.service.view_on(case, day("2024-12-31")).unwrap().head.state, "conclusa");
}

/// An event that cannot be read is named, and every other case is checked.
#[test]
fn an_event_that_cannot_be_read_is_named_and_stops_nobody() {
    let office = office("2024-06-01");
    let bad = office.guidance(1).head.id;
    let good = office.guidance(2).head.id;
    office.play(bad, [ended("2024-05-06", "colloquio"), sap("2024-05-06", "A06", "colloquio")]);
    let path = office.path();
    let (folder, service) = (office.folder, office.service);
    drop(service);
    tamper(&path, "UPDATE events SET body = '{\"tipo\":\"attivita\"' WHERE sequence = 3");
    let service = super::office::service_at(&path, super::office::library(), "2024-06-01");
    let mut told = Vec::new();
    let mut tell = |checked: lepre::service::CaseCheck| {
        told.push((checked.head.id, checked.result.map(drop).map_err(|trouble| trouble.to_string())));
        ControlFlow::Continue(())
    };
    service.check_all(day("2024-06-01"), &mut tell).unwrap();
    let why = format!("l'evento 3 della pratica `{bad}` non si legge: il testo finisce prima del dovuto (colonna 18)");
    assert_eq!(told, [(bad, Err(why)), (good, Ok(()))]);
    let evidence = json!({ "competenze": ["saldatura"] });
    let office = Office { service, folder };
    assert!(office.try_record(bad, output("2024-05-13", "bilancio", evidence)).is_err());
    office.record(good, ended("2024-05-06", "colloquio"));
}
