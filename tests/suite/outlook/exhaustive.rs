// SPDX-License-Identifier: EUPL-1.2
//! Thousands of small levels and histories: the outlook agrees with the search through all continuations.

use std::collections::BTreeMap;

use lepre::calendar::Day;
use lepre::engine::{Case, Command, Event, Prospect, apply, decide, fold, outlook, term_standing};
use lepre::rulebook::{Bound, Rulebook};
use serde_json::{Value as Json, json};

use super::search::search;
use crate::engine::{day, event};
use crate::histories::Draw;

const LEVELS: u64 = 150;
const HISTORIES: u64 = 24;

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

fn items(draw: &mut Draw) -> Json {
    let count = 2 + draw.below(3);
    let item = |at: usize, draw: &mut Draw| {
        let mut before: Vec<&str> = NAMES[..at].iter().copied().filter(|_| draw.chance(45)).collect();
        let rests = before.split_off(draw.below(before.len() + 1));
        let kind = ["attivita", "attivita", "output", "outcome"][draw.below(4)];
        let (times, obligation) = (1 + draw.below(2), ["dovuta", "offerta"][draw.below(2)]);
        json!({ "id": NAMES[at], "tipo": kind, "dopo": before, "da": rests, "volte": times, "obbligo": obligation })
    };
    (0..count).map(|at| item(at, draw)).collect()
}

fn length(draw: &mut Draw, most: usize) -> String {
    let written = match draw.below(10) {
        0 => format!("{} ore", [1, 24, 30, 48, 60][draw.below(5)]),
        1..4 => format!("{} giorni lavorativi", 1 + draw.below(most)),
        _ => format!("{} giorni", 1 + draw.below(most)),
    };
    let one = [("1 giorni lavorativi", "1 giorno lavorativo"), ("1 giorni", "1 giorno"), ("1 ore", "1 ora")];
    one.iter().find(|(many, _)| written == *many).map_or(written.clone(), |(_, one)| (*one).to_owned())
}

fn terms(draw: &mut Draw, items: &Json) -> Json {
    let names: Vec<(&str, bool)> = items
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["id"].as_str().unwrap(), item["tipo"] == "attivita"))
        .collect();
    let named = |draw: &mut Draw| {
        let (name, activity) = *draw.pick(&names);
        if activity && draw.chance(20) { json!({ "iniziata": name }) } else { json!({ "completata": name }) }
    };
    let count = 2 + draw.below(4);
    let mut first: Option<Json> = None;
    let mut term = |at: usize, draw: &mut Draw| {
        // The second waits, more often than not, before the target of the first.
        let (second, waits) = (at == 1, draw.chance(70));
        let within = at == 0 || !second && draw.chance(35);
        let target = match &first {
            Some(target) if second && waits => target.clone(),
            None if draw.chance(60) => json!({ "completata": names[names.len() - 1].0 }),
            _ if draw.chance(12) => json!("chiusura"),
            _ => named(draw),
        };
        first.get_or_insert_with(|| target.clone());
        let before =
            items.as_array().unwrap().iter().find(|item| target["completata"] == item["id"]).and_then(|item| {
                let before = item["dopo"].as_array()?.iter().chain(item["da"].as_array()?);
                before.last().map(|before| json!({ "completata": before }))
            });
        let start = match draw.below(10) {
            _ if second && waits && before.is_some() => before.unwrap(),
            0..4 => json!("apertura"),
            4 => json!({ "dato": "quando" }),
            _ => named(draw),
        };
        let mut term = json!({
            "id": format!("t{at}"), "che": target, "da": start, "limite": if within { "entro" } else { "almeno" },
            "durata": length(draw, if within { 6 } else { 4 }), "proroga": draw.chance(60),
            "chi": *draw.pick(&["cpi", "persona"]),
        });
        if draw.chance(15) {
            term["quando"] = json!({ "se": "vale", "@luogo": "x.yaml:1:1:1" });
        }
        term
    };
    (0..count).map(|at| term(at, draw)).collect()
}

/// A case with a few acts on it, not all of them lawful; and the day on which it is looked at.
fn history(rulebook: &Rulebook, draw: &mut Draw) -> (Case, Vec<Event>, Day) {
    let mut today = day("2024-04-22").add_days(draw.below(14) as i32);
    let opening = json!({ "il": today.to_string(), "tipo": "aperta", "soggetto": "s", "lep": "A", "regolamento": "" });
    let mut events = vec![event(opening)];
    let mut case = fold(rulebook, &events);
    for _ in 0..draw.below(6) {
        today = today.add_days(draw.below(3) as i32);
        let on = today.to_string();
        let item = draw.pick(&rulebook.items);
        let mut act = match draw.below(12) {
            0 => json!({ "tipo": "dato", "dato": "vale", "valore": draw.chance(70) }),
            1 => {
                json!({ "tipo": "dato", "dato": "quando", "valore": today.add_days(draw.below(5) as i32 - 2).to_string() })
            }
            2 => json!({ "tipo": "sospesa", "motivo": "x" }),
            3 => json!({ "tipo": "ripresa" }),
            4 if draw.chance(30) => json!({ "tipo": "chiusa", "modo": "interrotta", "motivo": "x" }),
            _ => match item.kind.word() {
                "attività" => {
                    let what = ["iniziata", "terminata", "terminata", "proposta", "abbandono"][draw.below(5)];
                    json!({ "tipo": "attivita", "attivita": item.id, "evento": what, "motivo": "x" })
                }
                "output" => json!({ "tipo": "output", "output": item.id, "evidenza": {} }),
                _ => json!({ "tipo": "outcome", "outcome": item.id }),
            },
        };
        act["il"] = on.into();
        if draw.chance(30) {
            act["ora"] = format!("{:02}:{:02}", draw.below(24), draw.below(60)).into();
        }
        let act = event(act);
        // What an import brings need not have been lawful.
        if draw.chance(15) || decide(rulebook, &case, &Command::Record(act.clone()), today).is_ok() {
            apply(&mut case, rulebook, &act);
            events.push(act);
        }
    }
    (case, events, today.add_days(draw.below(3) as i32))
}

#[test]
fn the_outlook_agrees_with_every_continuation_tried() {
    let mut tried: BTreeMap<Prospect, u32> = BTreeMap::new();
    let (mut early, mut warned) = (0, 0);
    for seed in 0..LEVELS {
        let mut draw = Draw::new(seed);
        let items = items(&mut draw);
        let terms = terms(&mut draw, &items);
        let rulebook = super::level(&items, &terms);
        for at in 0..HISTORIES {
            let (case, events, on) = history(&rulebook, &mut draw);
            let place = || format!("seed {seed}, history {at}, on {on}:\n{items}\n{terms}\n{events:#?}");
            for (seen, term) in outlook(&rulebook, &case, on).into_iter().zip(&rulebook.terms) {
                *tried.entry(seen.prospect).or_default() += 1;
                let live = matches!(seen.prospect, Prospect::Pending | Prospect::Doomed);
                if !live || term.bound == Bound::AtLeast {
                    continue;
                }
                let last = seen.standing.due.unwrap();
                let found = search(&rulebook, &case, term, on, last);
                assert_eq!(
                    found.kept.is_none(),
                    seen.prospect == Prospect::Doomed,
                    "{} {seen:?}\n{}",
                    term.id,
                    place()
                );
                let in_time = seen.earliest.filter(|day| *day <= last);
                assert_eq!(found.met, in_time, "{} {seen:?}\n{}", term.id, place());
                early += u32::from(seen.prospect == Prospect::Doomed && last > on);
                // The warning: nothing done, it can be kept the day before and not on the day.
                if let (Prospect::Pending, Some(from)) = (seen.prospect, seen.doomed_from) {
                    warned += 1;
                    let kept = |on: Day| search(&rulebook, &case, term, on, last).kept.is_some();
                    assert!(!kept(from) && kept(from.add_days(-1)), "{} {seen:?}\n{}", term.id, place());
                } else if seen.prospect == Prospect::Pending {
                    let at_last = search(&rulebook, &case, term, last, last).kept.is_some();
                    assert!(at_last, "{} {seen:?}\n{}", term.id, place());
                }
                assert_eq!(term_standing(&rulebook, &case, term, on), seen.standing);
            }
        }
    }
    println!("{tried:?}, {early} doomed before their last day, {warned} warned of");
    assert!(tried.len() == Prospect::ALL.len(), "every prospect is tried: {tried:?}");
    assert!(early >= 50 && warned >= 50, "too few to tell: {early}, {warned}");
}
