// SPDX-License-Identifier: EUPL-1.2
//! What is owed, in what order, over the turn of a year, and as it stood on a past day.

use std::collections::BTreeMap;
use std::path::Path;

use lepre::compile::draft;
use lepre::engine::{Case, Event, agenda, findings, fold, fold_to, obligations, term_standing};
use lepre::library::Library;
use lepre::rulebook::{Bound, Rulebook};
use lepre::spec::scenario::{FindingKind, TermStateWord};
use lepre::value::Truth;
use serde_json::json;

use super::{day, ended, event, every_word, fact, national, opening, output, project, specs, told};
use crate::histories::{fixture::fixture, history};
use crate::reference::Law;

const HISTORIES: u64 = 3_000;

fn over_histories(root: &Path, law: &Law, look: impl Fn(u64, &Rulebook, &[Event], &str)) {
    let library = Library::open(root).unwrap();
    let mut rulebooks: BTreeMap<String, Rulebook> = BTreeMap::new();
    for seed in 0..HISTORIES {
        let (level, events, on) = history(seed, law);
        let rulebook = rulebooks.entry(level).or_insert_with_key(|level| draft(library.specs(), level).unwrap());
        look(seed, rulebook, &events.into_iter().map(event).collect::<Vec<Event>>(), &on);
    }
}

/// By last useful day; what has none comes last, in the order of the decree; every entry is due and not done.
fn is_in_order(seed: u64, rulebook: &Rulebook, events: &[Event], on: &str) {
    let case = fold(rulebook, events);
    let due = obligations(rulebook, &case);
    let agenda = agenda(rulebook, &case, day(on));
    let key = |duty: &lepre::engine::Duty| {
        let end = duty.term.and_then(|(_, standing)| standing.due);
        (end.is_none(), end, duty.item)
    };
    let keys: Vec<_> = agenda.duties.iter().map(key).collect();
    assert!(keys.is_sorted(), "seed {seed}: {keys:?}");
    for duty in &agenda.duties {
        assert_eq!(due[usize::from(duty.item)], Truth::True, "seed {seed}");
        assert!(!case.is_done(rulebook, duty.item), "seed {seed}");
        let item = rulebook.item(duty.item).unwrap();
        let missing: Vec<u16> = item.prerequisites().map(|p| p.index).filter(|p| case.first(*p).is_none()).collect();
        assert_eq!(duty.blocked_by, missing, "seed {seed}");
        if let Some((position, standing)) = duty.term {
            let term = &rulebook.terms[usize::from(position)];
            assert_eq!(term.bound, Bound::Within, "seed {seed}: `{}` says when not to act", term.id);
            assert_eq!(standing, term_standing(rulebook, &case, term, day(on)), "seed {seed}");
        }
    }
    // Whatever is live and not yet met stands somewhere.
    for (position, term) in (0..).zip(&rulebook.terms).filter(|_| case.closed.is_none() && case.opened.is_some()) {
        let standing = term_standing(rulebook, &case, term, day(on));
        let live = matches!(standing.state, TermStateWord::Running | TermStateWord::Broken | TermStateWord::Suspended);
        let alone = agenda.other_terms.iter().any(|(at, _)| *at == position);
        let item = match &term.target {
            lepre::rulebook::Target::Done(r) | lepre::rulebook::Target::Started(r) => Some(r.index),
            lepre::rulebook::Target::Closing => None,
        };
        let carried = agenda.duties.iter().any(|duty| Some(duty.item) == item) && term.bound == Bound::Within;
        assert_eq!(alone, live && standing.met.is_none() && !carried, "seed {seed}: `{}`", term.id);
    }
}

#[test]
fn the_agenda_is_in_the_order_of_the_last_useful_days() {
    over_histories(&specs(), &Law::read(&specs()), is_in_order);
    let (folder, law) = fixture();
    over_histories(folder.path(), &law, is_in_order);
}

#[test]
fn what_ends_first_comes_first_and_what_must_wait_says_for_what() {
    let rulebook = every_word();
    let case = told(&rulebook, [opening(), fact("eta", json!(20))]);
    let agenda = agenda(&rulebook, &case, day("2024-05-10"));
    let id = |index| rulebook.item(index).unwrap().id.as_str();
    let ends = |duty: &lepre::engine::Duty| duty.term.and_then(|(_, standing)| standing.due).map(|d| d.to_string());
    let duties: Vec<_> = agenda
        .duties
        .iter()
        .map(|duty| (id(duty.item), ends(duty), duty.blocked_by.iter().map(|i| id(*i)).collect::<Vec<_>>()))
        .collect();
    assert_eq!(
        duties,
        [
            ("accoglienza", Some("2024-05-20".into()), vec![]),
            // Two months from the 6th of May end on a Saturday, which does not run.
            ("progetto", Some("2024-07-06".into()), vec!["accoglienza", "ciclo"]),
            ("ciclo", None, vec!["accoglienza"]),
            ("verifica", None, vec!["accoglienza"]),
        ]
    );
}

/// A term that says *not earlier* is told, but is nobody's last day.
#[test]
fn a_term_that_says_not_earlier_is_no_deadline() {
    let rulebook = every_word();
    let events = [
        opening(),
        fact("percettore", json!(true)),
        ended("2024-05-07", "accoglienza"),
        output("2024-05-08", "progetto", project()),
    ];
    let agenda = agenda(&rulebook, &told(&rulebook, events), day("2024-05-10"));
    let report = rulebook.item_index("relazione").unwrap();
    assert_eq!(agenda.duties.iter().find(|duty| duty.item == report).unwrap().term, None);
    let told: Vec<&str> =
        agenda.other_terms.iter().map(|(at, _)| rulebook.terms[usize::from(*at)].id.as_str()).collect();
    assert!(told.contains(&"dopo-giorni"), "{told:?}");
}

/// Working days jump the holidays at the turn of the year; a term that ends on the first of January runs to the second.
#[test]
fn terms_run_over_the_turn_of_the_year() {
    let rulebook = every_word();
    let mut opening = opening();
    opening["il"] = json!("2024-12-20");
    let working = rulebook.terms.iter().find(|term| term.id == "dieci-lavorativi").unwrap();
    let case = told(&rulebook, [opening]);
    for (on, state) in [
        ("2024-12-31", TermStateWord::Running),
        ("2025-01-01", TermStateWord::Running),
        // 23, 24, 27, 30, 31 December; 2, 3, 7, 8, 9 January.
        ("2025-01-09", TermStateWord::Running),
        ("2025-01-10", TermStateWord::Broken),
    ] {
        let standing = term_standing(&rulebook, &case, working, day(on));
        assert_eq!((standing.due, standing.state), (Some(day("2025-01-09")), state), "{on}");
    }

    let rulebook = national("B");
    let claim = rulebook.terms.iter().find(|term| term.id == "contatto-dopo-naspi").unwrap();
    for (contact, state) in [
        ("2024-12-31", TermStateWord::Kept),
        ("2025-01-01", TermStateWord::Kept),
        ("2025-01-02", TermStateWord::Kept),
        ("2025-01-03", TermStateWord::Broken),
    ] {
        let supplied = |name, value| json!({ "il": "2024-12-17", "tipo": "dato", "dato": name, "valore": value });
        let events = [
            json!({ "il": "2024-12-17", "tipo": "aperta" }),
            supplied("percettore_naspi", json!(true)),
            supplied("data_domanda_naspi", json!("2024-12-17")),
            ended(contact, "raccolta-dati"),
        ];
        let standing = term_standing(&rulebook, &told(&rulebook, events), claim, day("2025-02-01"));
        assert_eq!((standing.due, standing.state), (Some(day("2025-01-02")), state), "{contact}");
    }
}

/// Seen as it stood on a day: later events keep their numbers and have not happened; a correction always counts.
#[test]
fn a_case_can_be_seen_as_it_stood_on_a_past_day() {
    let rulebook = every_word();
    let voided = json!({ "il": "2024-05-20", "tipo": "annullata", "sequenza": 3, "motivo": "data sbagliata" });
    let events: Vec<Event> = [
        opening(),
        ended("2024-05-07", "accoglienza"),
        ended("2024-05-08", "facoltativa"),
        ended("2024-05-15", "ciclo"),
        voided,
        json!({ "il": "2024-05-16", "tipo": "annullata", "sequenza": 4, "motivo": "era di un'altra persona" }),
        json!({ "il": "2024-05-21", "tipo": "annullata", "sequenza": 6, "motivo": "era giusta" }),
    ]
    .map(event)
    .into();
    let then = fold_to(&rulebook, &events, day("2024-05-10"));
    let count = |case: &Case, name: &str| case.item(rulebook.item_index(name).unwrap()).unwrap().count;
    assert_eq!(then.sequence(), 7);
    assert_eq!((count(&then, "accoglienza"), count(&then, "facoltativa"), count(&then, "ciclo")), (1, 0, 0));
    assert!(then.is_voided(3) && then.is_voided(6) && !then.is_voided(4));
    let found = findings(&rulebook, &then, day("2024-05-10")).findings;
    assert!(!found.iter().any(|finding| finding.kind == FindingKind::Dates), "what comes later is no wrong date");
    // Whole on the last day, and the same as if the rest had never been written.
    assert_eq!(fold_to(&rulebook, &events, day("2024-05-21")), fold(&rulebook, &events));
    let early = fold(&rulebook, &events[..2]);
    let same = |a: &Case, b: &Case| (a.items == b.items) && (a.facts == b.facts) && (a.faults == b.faults);
    assert!(same(&then, &early));
}
