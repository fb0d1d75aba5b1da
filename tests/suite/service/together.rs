// SPDX-License-Identifier: EUPL-1.2
//! Two programs on one file, many desks at once: nothing is lost, nothing done twice, each is decided on what is there.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;

use lepre::service::ServiceError;
use lepre::spec::scenario::RefusalKind;
use serde_json::json;

use super::office::{ended, library, office, service_at};
use crate::engine::event;

const DESKS: usize = 12;
const COMMANDS: usize = 12;

#[test]
fn whatever_many_record_at_once_on_one_case_is_all_there_once() {
    let office = office("2024-06-01");
    let other = service_at(&office.path(), library(), "2024-06-01");
    let case = office.guidance(1).head.id;
    let start = Barrier::new(DESKS);
    thread::scope(|scope| {
        for desk in 0..DESKS {
            let (start, service) = (&start, if desk % 2 == 0 { &office.service } else { &other });
            scope.spawn(move || {
                start.wait();
                for command in 0..COMMANDS {
                    // The reason tells whose it is.
                    let mut mine = ended("2024-05-06", "counseling");
                    mine["motivo"] = json!(format!("sportello {desk}, comando {command}"));
                    service.record(case, &event(mine)).unwrap_or_else(|error| panic!("{error}"));
                }
            });
        }
    });
    let view = office.service.view(case).unwrap();
    let reasons: BTreeSet<String> =
        view.events[2..].iter().map(|event| serde_json::to_value(event).unwrap()["motivo"].to_string()).collect();
    assert_eq!(view.events.len(), 2 + DESKS * COMMANDS);
    assert_eq!(reasons.len(), DESKS * COMMANDS, "something was lost or written twice");
    assert_eq!(office.store().verify_chain(&mut |_, _| {}).unwrap(), []);
}

/// Only the first may suspend: each of the others is decided again, and told that it is too late.
#[test]
fn of_many_who_want_the_same_state_one_gets_it() {
    let office = office("2024-06-01");
    let other = service_at(&office.path(), library(), "2024-06-01");
    for round in 0..8 {
        let case = office.guidance(round).head.id;
        let start = Barrier::new(DESKS);
        let answers: Vec<Result<_, ServiceError>> = thread::scope(|scope| {
            let desks: Vec<_> = (0..DESKS)
                .map(|desk| {
                    let (start, service) = (&start, if desk % 2 == 0 { &office.service } else { &other });
                    scope.spawn(move || {
                        start.wait();
                        service.record(
                            case,
                            &event(json!({ "il": "2024-05-06", "tipo": "sospesa", "motivo": "ricovero" })),
                        )
                    })
                })
                .collect();
            desks.into_iter().map(|desk| desk.join().unwrap()).collect()
        });
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        for answer in answers {
            match answer {
                Ok(view) => assert_eq!(view.head.state, "sospesa"),
                Err(ServiceError::Refused { refusals, .. }) => assert_eq!(refusals[0].kind, RefusalKind::Suspended),
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(office.service.view(case).unwrap().head.sequence, 3);
    }
}

/// The second assessment waits for the interview that another desk is recording: in order, or refused, never in between.
#[test]
fn the_order_of_the_decree_holds_between_desks() {
    let office = office("2024-06-01");
    let other = service_at(&office.path(), library(), "2024-06-01");
    for round in 0..8 {
        let case = office.guidance(100 + round).head.id;
        let start = Barrier::new(2);
        let second = thread::scope(|scope| {
            let start = &start;
            let (first, second) = (&office.service, &other);
            scope.spawn(move || {
                start.wait();
                first.record(case, &event(ended("2024-05-06", "colloquio"))).unwrap();
            });
            let second = scope.spawn(move || {
                start.wait();
                second.record(case, &event(ended("2024-05-06", "bilancio-competenze")))
            });
            second.join().unwrap()
        });
        let view = office.service.view(case).unwrap();
        let done = view.case.first(view.rulebook.item_index("bilancio-competenze").unwrap()).is_some();
        match second {
            Ok(_) => assert!(done),
            Err(ServiceError::Refused { refusals, .. }) => {
                assert_eq!((refusals[0].kind, done), (RefusalKind::Order, false));
            }
            Err(other) => panic!("{other}"),
        }
        assert!(view.case.faults.is_empty() && office.service.check(&view, office.service.today()).findings.is_empty());
    }
}
