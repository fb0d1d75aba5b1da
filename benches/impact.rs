// SPDX-License-Identifier: EUPL-1.2
//! The impact of one changed file on very many stored cases: to the first figures, and to the whole answer.
//!
//! `cargo bench --bench impact` repeats a few thousand imported cases of the levels for people until there are `LEPRE_CASI` (1,000,000
//! if nothing is said); the examples are read from the store, as they are in use. Once with the levels as they come, once with
//! all the cases in the level that changes.
#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a bench stops at the first surprise")]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use lepre::calendar::Day;
use lepre::library::Library;
use lepre::rulebook::{ItemKind, Rulebook};
use lepre::service::impact::{Draft, ImpactQuestion};
use lepre::service::{Bulk, Clock, Law, Selection, Service};
use lepre::store::{SqliteOptions, SqliteStore};
use lepre::value::FactType;
use serde_json::json;

const ROUNDS: usize = 5;
/// Cases imported for each level.
const STORED: usize = 200;
const CHANGED: &str = "nazionale/b-did-profilazione-e-aggiornamento-sap.yaml";

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a file");
        }
    }
}

/// Opening, facts, the first of the activities: another story for each number.
fn line(law: &Rulebook, n: usize) -> String {
    let month = 1 + n % 12;
    let day = |after: usize| format!("2025-{month:02}-{:02}", 1 + after);
    let mut events =
        vec![json!({ "tipo": "aperta", "il": day(n % 3), "soggetto": "s", "lep": law.level, "regolamento": "" })];
    for (at, fact) in law.facts.iter().enumerate().filter(|(at, _)| !(n + at).is_multiple_of(4)) {
        let value = match (fact.kind, fact.choices.first()) {
            (FactType::Boolean, _) => json!((n >> (at % 5)).is_multiple_of(2)),
            (FactType::Date, _) => json!(day(n % 3)),
            (_, Some(choice)) => json!(choice),
            _ => json!(20 + n % 40),
        };
        events.push(json!({ "tipo": "dato", "il": day(3), "dato": fact.name, "valore": value }));
    }
    let activities = law.items.iter().filter(|item| item.kind == ItemKind::Activity);
    for (at, item) in activities.enumerate().take(n % 6) {
        events.push(json!({ "tipo": "attivita", "il": day(4 + at * 3), "attivita": item.id, "evento": "terminata" }));
    }
    let who = json!({ "codice_fiscale": support::fictional_code(n) });
    json!({ "id": format!("{}-{n}", law.level), "lep": law.level, "soggetto": who, "eventi": events }).to_string()
}

/// The cases of some levels, again and again with other ids, until there are so many. The stored ones have the lowest ids.
fn many(stored: &Bulk, wanted: usize, takes: impl Fn(&str) -> bool) -> Bulk {
    let mut columns = stored.columns.emptied();
    for round in 0_u128.. {
        for (at, group) in stored.columns.groups().iter().enumerate() {
            for mut row in group.rows().filter(|_| takes(&group.rulebook().level)) {
                row.key.id = row.key.id.wrapping_add(round << 112);
                columns.keep(at, &row);
            }
        }
        assert!(!columns.is_empty(), "no case of such a level");
        if columns.len() >= wanted {
            break;
        }
    }
    Bulk { columns, ..Bulk::default() }
}

fn main() {
    let wanted = std::env::var("LEPRE_CASI").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("specs");
    copy(&specs, &root);
    copy(&specs.join("../scripts"), &folder.path().join("scripts"));
    let file = root.join(CHANGED);
    let text = fs::read_to_string(&file).expect("the level");
    assert!(text.contains("entro: 60 giorni"), "the level has another term");
    fs::write(&file, text.replacen("entro: 60 giorni", "entro: 50 giorni", 1)).expect("the draft");

    let today: Day = "2025-12-31".parse().expect("a day");
    let library = Arc::new(Library::open(&specs).expect("specs"));
    assert!(Draft::of(library.clone()).is_ok(), "the specifications have faults");
    let store = SqliteStore::open(folder.path().join("lepre.db"), SqliteOptions::default()).expect("a store");
    let service = Service::new(Arc::new(store), library.clone(), Clock { today: Some(today) }, "bench");
    let mut lines = String::new();
    for level in library.specs().levels.iter().map(|file| file.level.letter.value.0.as_str()) {
        let law = library.rulebook(level, None, today).expect("a law");
        for n in 0..STORED {
            writeln!(lines, "{}", line(&law, n)).expect("a text");
        }
    }
    let report = service.import(&mut lines.as_bytes(), &mut |_, _| ()).expect("an import");
    let stored = service.bulk(None, &mut |_| ()).expect("columns");
    println!("{} cases stored of {}", report.imported, lines.lines().count());

    let start = Instant::now();
    let draft = library.beside(&root).expect("the draft");
    let Ok(draft) = Draft::of(Arc::new(draft)) else { panic!("the draft has faults") };
    println!("draft read and checked, one file changed: {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
    println!("| cases | looked at | changed | first figures | whole answer |\n|---|---|---|---|---|");
    for only in [None, Some("B")] {
        let bulk = many(&stored, wanted, |level| only.is_none_or(|only| only == level));
        let question =
            ImpactQuestion { selection: Selection::default(), on: today, law_day: today, against: Law::On(today) };
        let (mut first, mut whole, mut looked) = (Duration::MAX, Duration::MAX, Default::default());
        for _ in 0..ROUNDS {
            let start = Instant::now();
            let mut seen = None;
            let found = service
                .impact(&bulk, &draft, &question, &AtomicBool::new(false), &mut |figures, _| {
                    if figures.looked.cases > 0 {
                        seen.get_or_insert(start.elapsed());
                    }
                })
                .expect("an impact");
            whole = whole.min(start.elapsed());
            first = first.min(seen.unwrap_or(whole));
            looked = found.figures.looked;
        }
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        println!(
            "| {} | {} | {} | {:.0} ms | {:.0} ms |",
            bulk.columns.len(),
            looked.cases,
            looked.changed,
            ms(first),
            ms(whole)
        );
    }
}
