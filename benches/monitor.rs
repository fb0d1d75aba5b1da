// SPDX-License-Identifier: EUPL-1.2
//! The early look at every term, on every append: one event taken in, and all terms looked at again.
//!
//! `cargo bench --bench monitor` prints one table; absolute figures belong to the machine they were measured on.
#![expect(clippy::expect_used, reason = "a bench stops at the first surprise")]

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use lepre::calendar::Day;
use lepre::engine::{Case, Event, apply, outlook};
use lepre::library::Library;
use lepre::rulebook::Rulebook;

const ROUNDS: u32 = 400;

fn event(json: &str) -> Event {
    serde_json::from_str(json).expect("an event")
}

/// Opening, every fact that the level asks for, then each activity begun and ended, twice over.
fn history(rulebook: &Rulebook) -> Vec<Event> {
    let opening =
        format!(r#"{{"tipo":"aperta","il":"2025-03-03","soggetto":"s","lep":"{}","regolamento":""}}"#, rulebook.level);
    let mut events = vec![event(&opening)];
    for fact in &rulebook.facts {
        let value = match (fact.kind, fact.choices.first()) {
            (lepre::value::FactType::Boolean, _) => "true".to_owned(),
            (lepre::value::FactType::Date, _) => "\"2025-03-03\"".to_owned(),
            (_, Some(choice)) => format!("\"{choice}\""),
            _ => "34".to_owned(),
        };
        events.push(event(&format!(r#"{{"tipo":"dato","il":"2025-03-03","dato":"{}","valore":{value}}}"#, fact.name)));
    }
    for day in ["2025-03-05", "2025-03-12"] {
        for item in rulebook.items.iter().filter(|item| item.kind == lepre::rulebook::ItemKind::Activity) {
            for what in ["iniziata", "terminata"] {
                let act = format!(r#"{{"tipo":"attivita","il":"{day}","attivita":"{}","evento":"{what}"}}"#, item.id);
                events.push(event(&act));
            }
        }
    }
    events
}

/// Best time of one append with its look, over the whole history.
fn per_append(rulebook: &Rulebook, events: &[Event]) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let mut case = Case::new(rulebook);
        let start = Instant::now();
        for event in events {
            apply(&mut case, rulebook, event);
            black_box(outlook(rulebook, &case, event.on));
        }
        best = best.min(start.elapsed());
    }
    best / u32::try_from(events.len()).unwrap_or(u32::MAX)
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    let library = Library::open(&root).expect("specs");
    let day: Day = "2025-03-03".parse().expect("a day");
    println!("| rulebook | terms | events | apply and outlook, per append |\n|---|---|---|---|");
    for (level, region) in [("E", None), ("D", None), ("Q", None), ("B", None), ("C", Some("campania"))] {
        let rulebook = library.rulebook(level, region, day).expect("a rulebook");
        let events = history(&rulebook);
        let took = per_append(&rulebook, &events);
        let name = region.map_or(level.to_owned(), |region| format!("{level} {region}"));
        println!("| {name} | {} | {} | {:.2} µs |", rulebook.terms.len(), events.len(), took.as_secs_f64() * 1e6);
    }
}
