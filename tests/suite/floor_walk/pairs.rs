// SPDX-License-Identifier: EUPL-1.2
//! The two checkers never part: random pairs of rulebooks, raised, lowered, or both at once.

use std::collections::BTreeMap;

use lepre::compile::floor::compare;
use lepre::engine::{Event, findings, fold};
use lepre::floor::{Bound, project, prove};
use lepre::rulebook::Rulebook;
use lepre::spec::scenario::Conformity;

use super::{Alteration, levels, lowering, raising, told};
use crate::histories::{Draw, history};
use crate::reference::Law;

/// Pairs compared in a developer's run; `LEPRE_COPPIE` asks for more (100,000 in a long run), `LEPRE_SEME` starts elsewhere.
const PAIRS: u64 = 300;

fn asked(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}

/// One pair for each seed: a level, some alterations of both kinds.
fn pair(
    levels: &BTreeMap<String, Rulebook>,
    seed: u64,
    lowered: usize,
) -> Option<(Rulebook, Rulebook, Vec<&'static str>)> {
    let mut draw = Draw::new(seed);
    let letters: Vec<&String> = levels.keys().collect();
    let mut national = levels[*draw.pick(&letters)].clone();
    let (raisings, lowerings) = (draw.below(4), draw.below(lowered + 1));
    let mut chosen: Vec<&Alteration> = Vec::new();
    chosen.extend((0..raisings).map(|_| draw.pick(raising::ALL)));
    chosen.extend((0..lowerings).map(|_| draw.pick(lowering::ALL)));
    // First what both must have, all of it; then what the region makes of it.
    let mut ready = Vec::new();
    for alteration in chosen {
        let mut tried = national.clone();
        if (alteration.prepare)(&mut tried, &mut draw) && tried.link().is_ok() && ids_differ(&tried) {
            national = tried;
            ready.push(alteration);
        }
    }
    national.link().ok()?;
    let mut regional = national.clone();
    regional.region = Some("piemonte".into());
    let mut names = Vec::new();
    for alteration in ready {
        let mut tried = regional.clone();
        if (alteration.alter)(&mut tried, &mut draw) && tried.link().is_ok() && is_sound(&tried) {
            regional = tried;
            names.push(alteration.name);
        }
    }
    (!names.is_empty()).then_some((national, regional, names))
}

fn ids_differ(rulebook: &Rulebook) -> bool {
    let terms = rulebook.terms.iter().all(|t| rulebook.terms.iter().filter(|o| o.id == t.id).count() == 1);
    terms && is_sound(rulebook)
}

/// No circle among what comes before what: `compile` lets none through.
fn is_sound(rulebook: &Rulebook) -> bool {
    let mut left: Vec<usize> = (0..rulebook.items.len()).collect();
    loop {
        let before = left.len();
        let names: Vec<&str> = left.iter().map(|at| rulebook.items[*at].id.as_str()).collect();
        let waits = |at: &usize| rulebook.items[*at].prerequisites().any(|p| names.contains(&p.name.as_str()));
        left = left.iter().copied().filter(waits).collect();
        if left.is_empty() || left.len() == before {
            return left.is_empty();
        }
    }
}

#[test]
fn the_two_checkers_agree_on_random_pairs() {
    let levels = levels();
    let (first, count) = (asked("LEPRE_SEME", 0), asked("LEPRE_COPPIE", PAIRS));
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    let share = count.div_ceil(cores);
    std::thread::scope(|scope| {
        for core in 0..cores {
            let levels = &levels;
            scope.spawn(move || {
                let from = first + core * share;
                for seed in from..(from + share).min(first + count) {
                    let Some((n, r, names)) = pair(levels, seed, 2) else { continue };
                    let (verdict, found) = (prove(&n, &r, Bound::quick()), compare(&n, &r));
                    assert_eq!(
                        verdict.holds(),
                        found.is_empty(),
                        "seed {seed}: level {}, {names:?}\nstructure: {found:#?}\nbehaviour: {}",
                        n.level,
                        told(&verdict, &n)
                    );
                }
            });
        }
    });
}

/// What the region takes for compliant, the decree does too: on histories that nobody chose.
#[test]
fn raised_rulebooks_hold_on_random_histories() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    let law = Law::read(&root);
    let levels = levels();
    let mut compliant = 0;
    let count = asked("LEPRE_STORIE", 20_000).min(200_000) / 4;
    for seed in asked("LEPRE_SEME", 0)..asked("LEPRE_SEME", 0) + count {
        let (lep, events, on) = history(seed, &law);
        let mut draw = Draw::new(seed);
        let national = &levels[&lep];
        let mut regional = national.clone();
        for _ in 0..1 + draw.below(2) {
            let alteration = draw.pick(raising::ALL);
            let mut tried = regional.clone();
            // Only what needs nothing prepared on both sides.
            if (alteration.alter)(&mut tried, &mut draw) && tried.link().is_ok() && compare(national, &tried).is_empty()
            {
                regional = tried;
            }
        }
        let mut events: Vec<Event> =
            events.iter().map(|e| serde_json::from_value(e.clone()).expect("an event")).collect();
        let on = on.parse().expect("a day");
        served(&regional, &mut events);
        if findings(&regional, &fold(&regional, &events), on).conformity != Conformity::Yes {
            continue;
        }
        compliant += 1;
        let seen = project(national, &events);
        let decree = findings(national, &fold(national, &seen), on);
        assert_eq!(decree.conformity, Conformity::Yes, "seed {seed}: level {lep}: {:?}", decree.findings);
    }
    assert!(compliant > count / 100, "only {compliant} of {count} compliant in the region");
}

/// What the region adds is done too, on the day of the opening: else no random history would ever be compliant there.
fn served(regional: &Rulebook, events: &mut Vec<Event>) {
    let Some(on) = events.first().map(|event| event.on.to_string()) else { return };
    let mut more = Vec::new();
    let event = |json: serde_json::Value| serde_json::from_value::<Event>(json).expect("an event");
    for script in &regional.scripts {
        more.push(event(serde_json::json!({ "tipo": "parole", "il": on, "script": script.name, "letti": {} })));
    }
    for item in regional.items.iter().filter(|item| item.id == "in-piu") {
        let id = &item.id;
        more.push(event(match item.kind {
            lepre::rulebook::ItemKind::Activity => {
                serde_json::json!({ "tipo": "attivita", "il": on, "attivita": id, "evento": "terminata" })
            }
            lepre::rulebook::ItemKind::Output => {
                let filled = serde_json::json!({ "campo": "testo" });
                let filled = if item.evidence.is_empty() { serde_json::json!({}) } else { filled };
                serde_json::json!({ "tipo": "output", "il": on, "output": id, "evidenza": filled })
            }
            lepre::rulebook::ItemKind::Outcome => serde_json::json!({ "tipo": "outcome", "il": on, "outcome": id }),
        }));
        if item.registration.is_some() {
            more.push(event(serde_json::json!({ "tipo": "sap", "il": on, "codice": "A01", "per": id })));
        }
    }
    // After the last: corrections name events by their number.
    let at = events.iter().position(|e| matches!(e.kind, lepre::engine::EventKind::CaseClosed { .. }));
    let voids = events.iter().any(|e| matches!(e.kind, lepre::engine::EventKind::EventVoided { .. }));
    let at = if voids { events.len() } else { at.unwrap_or(events.len()) };
    events.splice(at..at, more);
}
