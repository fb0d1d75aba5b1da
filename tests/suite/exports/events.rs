// SPDX-License-Identifier: EUPL-1.2
//! Export and import are inverses: out, in elsewhere, and out again gives the same bytes.

use std::io::Cursor;

use lepre::service::{ImportOutcome, ImportReport, Service};
use lepre::store::{NewEvent, Stamp};
use serde_json::{Value as Json, json};

use super::exported;
use crate::engine::specs;
use crate::histories::history;
use crate::reference::Law;
use crate::replay::{Dice, seed};
use crate::service::office::{company, guidance, office, person};

fn import(service: &Service, text: &str) -> (Vec<String>, ImportReport) {
    let mut refused = Vec::new();
    let report = service
        .import(&mut Cursor::new(text), &mut |line, _| {
            if let ImportOutcome::Refused { reason } = &line.outcome {
                refused.push(reason.clone());
            }
        })
        .unwrap();
    (refused, report)
}

/// Into an empty database, and out again; and into the one it came from, where nothing is new.
#[track_caller]
fn comes_back(service: &Service, text: &str, cases: u64) {
    let empty = office("2030-12-31");
    let (refused, report) = import(&empty.service, text);
    assert_eq!((refused, report.imported), (vec![], cases));
    let (again, _) = exported(&empty.service);
    for (first, second) in text.lines().zip(again.lines()) {
        assert_eq!(first, second);
    }
    assert_eq!(text.len(), again.len());
    let (refused, report) = import(service, text);
    assert_eq!((refused, report.present, report.events), (vec![], cases, 0));
}

#[test]
fn random_histories_come_back_as_they_went_out() {
    let seed = seed();
    let mut dice = Dice(seed);
    let law = Law::read(&specs());
    let from = office("2030-12-31");
    let lines: String = (0..150)
        .map(|n| {
            let (lep, events, _) = history(dice.roll(), &law);
            let events: Vec<Json> = events;
            let subject = match lep.as_str() {
                "P" | "Q" | "R" | "S" => json!({ "partita_iva": company(n % 40) }),
                _ => json!({ "codice_fiscale": person(n % 40), "nome": format!("Nicolò {}", n % 40) }),
            };
            let mut line = json!({ "id": format!("PR \"{n}\""), "lep": lep, "soggetto": subject, "eventi": events });
            if dice.chance(40) {
                line["regione"] = "piemonte".into();
            }
            format!("{line}\n")
        })
        .collect();
    let (_, report) = import(&from.service, &lines);
    assert!(report.imported > 50, "{report:?}");
    let (text, told) = exported(&from.service);
    assert_eq!((told.cases, told.events > report.imported), (report.imported, true));
    comes_back(&from.service, &text, report.imported);
}

/// Cases opened here have no id of another system: they are named by their own, and recognised by it.
#[test]
fn cases_of_our_own_come_back_too() {
    let from = office("2024-12-31");
    for n in 0..3 {
        let case = from.guidance(n).head.id;
        from.play(case, guidance().into_iter().take(n + 2));
    }
    let (text, told) = exported(&from.service);
    assert_eq!(told.cases, 3);
    assert!(!text.contains("\"soggetto\":\""), "the opening still names the subject: {text}");
    comes_back(&from.service, &text, 3);
}

#[test]
fn an_event_of_a_newer_version_goes_out_as_it_is_and_is_refused_with_its_reason() {
    let from = office("2024-12-31");
    let (known, newer) = (from.guidance(0), from.guidance(1));
    let body = r#"{"tipo":"futura",  "il":"2024-06-01","peso":1.50}"#;
    let event = NewEvent { on: 19_875, body: body.into() };
    let stamp = Stamp { recorded_at: 0, actor: "prova".into() };
    from.store().append(newer.head.id, newer.head.sequence, stamp, vec![event], "aperta").unwrap();
    let (text, told) = exported(&from.service);
    assert_eq!((told.cases, told.unreadable.len()), (2, 0));
    assert!(text.lines().last().unwrap().contains(body), "{text}");
    let (refused, report) = import(&office("2024-12-31").service, &text);
    assert_eq!((refused.len(), report.imported), (1, 1));
    assert!(refused[0].contains("`futura` non è una parola ammessa"), "{refused:?}");
    assert!(text.lines().next().unwrap().contains(&known.head.id.to_string()));
}

#[test]
fn what_is_not_json_stays_in_and_is_told() {
    let from = office("2024-12-31");
    let (_, broken) = (from.guidance(0), from.guidance(1));
    let event = NewEvent { on: 19_875, body: "{\"tipo\":".into() };
    let stamp = Stamp { recorded_at: 0, actor: "prova".into() };
    from.store().append(broken.head.id, broken.head.sequence, stamp, vec![event], "aperta").unwrap();
    let (text, told) = exported(&from.service);
    assert_eq!((told.cases, text.lines().count()), (1, 1));
    let [out] = &told.unreadable[..] else { panic!("{:?}", told.unreadable) };
    assert_eq!((&out.case, out.event), (&broken.head.id.to_string(), Some(broken.head.sequence + 1)));
}

/// A case runs on the law it was opened under, or not at all.
#[test]
fn a_rulebook_that_nobody_has_is_not_replaced_by_another() {
    let from = office("2024-12-31");
    let digest = from.guidance(0).head.rulebook.to_string();
    let (text, _) = exported(&from.service);
    let other = text.replace(&digest, &"a".repeat(64));
    let (refused, _) = import(&office("2024-12-31").service, &other);
    assert!(refused[0].contains("regolamento che né questo archivio né queste specifiche hanno"), "{refused:?}");
    let (refused, _) = import(&from.service, &other);
    assert!(refused[0].contains("un altro regolamento"), "{refused:?}");
    let (refused, _) = import(&office("2024-12-31").service, &text.replace(&digest, "abc"));
    assert!(refused[0].contains("non è un'impronta: `abc`"), "{refused:?}");
    // Without it, today's specifications hold, as for any other system's line.
    let without = text.replace(&format!("\"regolamento\":\"{digest}\","), "");
    assert_eq!(import(&office("2024-12-31").service, &without).1.imported, 1);
}
