// SPDX-License-Identifier: EUPL-1.2
//! Indicators of a million cases: the pass over the columns that makes the cube, and the documents that pages show.
//!
//! `cargo bench --bench indicators`; `LEPRE_PRATICHE` changes the number of cases.
#![expect(clippy::expect_used, reason = "a bench stops at the first surprise")]

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::{Duration, Instant};

use lepre::calendar::Day;
use lepre::columns::{CaseKey, Columns};
use lepre::engine::Event;
use lepre::export::indicators::{csv, write_workbook};
use lepre::library::Library;
use lepre::service::indicators::{Document, Question};
use lepre::service::{Bulk, Clock, Selection, Service};
use lepre::store::{SqliteOptions, SqliteStore};
use serde_json::{Value as Json, json};

const OFFICES: usize = 550;
const MONTHS: usize = 36;

/// Days after the opening, and what happens then.
type Story = Vec<(i32, Event)>;

fn story(events: &[(i32, Json)]) -> Story {
    let read = |(days, event): &(i32, Json)| {
        let mut event = event.clone();
        if let Some(map) = event.as_object_mut() {
            map.insert("il".into(), "2024-01-01".into());
        }
        (*days, serde_json::from_value(event).expect("an event"))
    };
    events.iter().map(read).collect()
}

/// A level and how its cases go: delivered, delivered and not transmitted, half done.
fn stories() -> [(&'static str, Vec<Story>); 3] {
    let opened = |lep: &str| (0, json!({ "tipo": "aperta", "soggetto": "s", "lep": lep }));
    let ended = |days, name: &str| (days, json!({ "tipo": "attivita", "attivita": name, "evento": "terminata" }));
    let output =
        |days, name: &str, evidence: Json| (days, json!({ "tipo": "output", "output": name, "evidenza": evidence }));
    let sap = |days, code: &str, item: &str| (days, json!({ "tipo": "sap", "codice": code, "per": item }));
    let fact = |name: &str, value: Json| (0, json!({ "tipo": "dato", "dato": name, "valore": value }));
    let closed = |days| (days, json!({ "tipo": "chiusa", "modo": "conclusa" }));
    let guidance = [
        opened("E"),
        fact("patto_gia_sottoscritto", json!(true)),
        ended(4, "colloquio"),
        ended(11, "bilancio-competenze"),
        output(11, "bilancio", json!({ "competenze": ["saldatura"] })),
        output(12, "patto-aggiornato", json!({ "data_aggiornamento": "2024-05-14", "misure": ["corso"] })),
    ];
    let sent = [sap(5, "A06", "colloquio"), sap(12, "A03", "bilancio-competenze"), closed(13)];
    let basic = [
        opened("C"),
        fact("profilazione_gia_eseguita", json!(true)),
        ended(9, "colloquio"),
        sap(9, "A01", "colloquio"),
        ended(10, "raccolta-dati-qualitativi"),
        output(
            10,
            "profilazione-qualitativa",
            json!({ "data_profilazione": "2024-03-05", "bisogno": "vicino a casa" }),
        ),
        output(30, "competenze-esaminate", json!({ "competenze": ["saldatura"] })),
    ];
    let first = [
        opened("B"),
        fact("disoccupato", json!(true)),
        fact("convocato", json!(false)),
        fact("percettore_naspi", json!(false)),
        fact("data_registrazione", json!("2024-03-01")),
        ended(20, "raccolta-dati"),
    ];
    let part = |events: &[(i32, Json)], many: usize| story(events.get(..many).unwrap_or_default());
    [
        ("E", vec![story(&[&guidance[..], &sent[..]].concat()), story(&guidance), part(&guidance, 3)]),
        ("C", vec![story(&basic), part(&basic, 6)]),
        ("B", vec![story(&first), part(&first, 5)]),
    ]
}

fn columns(library: &Library, cases: usize) -> Columns {
    let mut columns = Columns::new();
    let start = Day::new(2022, 1, 1).expect("a day").number();
    let on = Day::new(2024, 5, 2).expect("a day");
    let offices: Vec<u16> = (0..OFFICES).map(|n| columns.office(Some(&format!("sede-{n:03}")))).collect();
    let levels: Vec<(usize, Vec<Story>)> = stories()
        .into_iter()
        .map(|(letter, stories)| {
            let law = library.rulebook(letter, None, on).expect("a level");
            (columns.group(law.digest(), &law), stories)
        })
        .collect();
    for n in 0..cases {
        let mixed = n.wrapping_mul(0x9E37_79B9) >> 7;
        let (group, stories) = levels.get(n % levels.len()).expect("a level");
        let story = stories.get(mixed % stories.len()).expect("a story");
        let opened = start + i32::try_from(mixed / 5 % (MONTHS * 30)).expect("a few years");
        let slower = i32::try_from(mixed / 11 % 40).expect("a few days");
        let events: Vec<Event> = story
            .iter()
            .map(|(days, event)| {
                let later = if *days == 0 { 0 } else { days + slower };
                Event { on: Day::from_number(opened + later).expect("a day"), ..event.clone() }
            })
            .collect();
        let sequence = u32::try_from(events.len()).expect("a few events");
        let key = CaseKey { id: n as u128, sequence, hash: n as u64, opened_on: opened };
        let office = offices.get(mixed / 3 % OFFICES).copied().unwrap_or(0);
        columns.add(*group, key, office, &events);
    }
    columns
}

fn best(rounds: usize, mut work: impl FnMut()) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..rounds {
        let start = Instant::now();
        work();
        best = best.min(start.elapsed());
    }
    best
}

fn row(what: &str, time: Duration, aim: &str) {
    println!("| {what:<62} | {:>9.1} ms | {aim:<12} |", time.as_secs_f64() * 1e3);
}

fn main() {
    if std::env::args().any(|a| a == "--test") {
        return;
    }
    let cases = std::env::var("LEPRE_PRATICHE").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let library = Arc::new(Library::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("specs")).expect("specs"));
    let bulk = Bulk { columns: columns(&library, cases), ..Bulk::default() };
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(folder.path().join("lepre.db"), SqliteOptions::default()).expect("a store");
    let on = Day::new(2025, 6, 30).expect("a day");
    let service = Service::new(Arc::new(store), library, Clock { today: Some(on) }, "bench");
    let count = || {
        let (done, stop) = (AtomicU64::new(0), AtomicBool::new(false));
        service.indicators(&bulk, &Selection::default(), on, &done, &stop).expect("a cube")
    };
    let cube = count();
    println!("{cases} cases, {OFFICES} offices, {} cells\n", cube.cells().len());
    println!("| {:<62} | {:>12} | {:<12} |", "what", "measured", "aim");
    println!("|{:-<64}|{:->13}:|{:-<14}|", "", "", "");
    row("the cube, from the columns, all cores", best(3, || _ = black_box(count())), "");
    let office = Question { office: Some("sede-007".into()), ..Question::default() };
    let term = Question { level: Some("B".into()), term: Some("contatto-dopo-did".into()), ..Question::default() };
    let pages = [("everything", Question::default()), ("one office", office), ("one level with a term", term)];
    for (what, question) in &pages {
        let page = best(5, || _ = black_box(Document::of(&cube, question, 5)));
        row(&format!("the document of a page: {what}"), page, "under 100 ms");
    }
    let document = Document::of(&cube, &Question::default(), 5);
    row("the document as CSV", best(3, || _ = black_box(csv(&document))), "");
    let book = best(3, || write_workbook(&mut Vec::new(), &document).expect("a workbook"));
    row("the document as a workbook", book, "");
}
