// SPDX-License-Identifier: EUPL-1.2
//! Event logs of 20,000 cases and 400,000 events: XES, and OCEL in both forms.
//!
//! `cargo bench --bench export`; `LEPRE_PRATICHE` changes the number of cases.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a bench stops at the first surprise")]

mod support;

use std::io::{BufReader, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use lepre::calendar::Day;
use lepre::export::ocel::{self, JsonLog, TableLog};
use lepre::export::pseudonym::Pseudonyms;
use lepre::export::{ExportError, write_new, xes};
use lepre::library::Library;
use lepre::service::{Clock, Selection, Service};
use lepre::store::{SqliteOptions, SqliteStore};

use support::fictional_code;

/// Events of one case.
const EVENTS: usize = 20;

fn write_cases(path: &Path, cases: usize) {
    let mut file = BufWriter::new(std::fs::File::create(path).expect("a file"));
    for n in 0..cases {
        let day = 1 + n % 28;
        let mut events = vec![format!(r#"{{"tipo":"aperta","il":"2024-05-{day:02}"}}"#)];
        while events.len() < EVENTS {
            let hour = 8 + events.len() % 10;
            events.push(format!(
                r#"{{"tipo":"attivita","il":"2024-06-{day:02}","ora":"{hour:02}:30","attivita":"colloquio","evento":"terminata","modalita":"individuale"}}"#
            ));
        }
        let (code, events) = (fictional_code(n), events.join(","));
        writeln!(file, r#"{{"id":"PR-{n}","lep":"E","soggetto":{{"codice_fiscale":"{code}"}},"eventi":[{events}]}}"#)
            .expect("written");
    }
    file.flush().expect("written");
}

fn main() {
    if std::env::args().any(|a| a == "--test") {
        return;
    }
    let cases = std::env::var("LEPRE_PRATICHE").ok().and_then(|n| n.parse().ok()).unwrap_or(20_000);
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    write_cases(&path("cases.jsonl"), cases);
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    let library = Arc::new(Library::open(&specs).expect("specs"));
    let store = SqliteStore::open(path("lepre.db"), SqliteOptions::default()).expect("a store");
    let service = Service::new(Arc::new(store), library, Clock { today: Day::new(2024, 12, 31) }, "bench");
    let mut input = BufReader::new(std::fs::File::open(path("cases.jsonl")).expect("the file"));
    let sums = service.import(&mut input, &mut |_, _| {}).expect("imported");
    assert_eq!(sums.imported as usize, cases);

    let (all, mut names) = (Selection::default(), Pseudonyms::under(&[7; 32]).expect("a key"));
    println!("| {:<58} | {:>26} | {:<28} |", "what", "measured", "aim");
    println!("|{:-<60}|{:->27}:|{:-<30}|", "", "", "");
    let mut measured = |what: &str, aim: &str, write: &mut dyn FnMut(&mut Pseudonyms) -> u64| {
        let start = Instant::now();
        let events = write(&mut names);
        let seconds = start.elapsed().as_secs_f64();
        assert_eq!(events as usize, cases * EVENTS);
        println!("| {what:<58} | {:>20.0} k ev/s | {aim:<28} |", events as f64 / seconds / 1e3);
    };
    measured("XES, from SQLite to the disk", "at least 200 k ev/s", &mut |names| {
        write_new(&path("log.xes"), |out| xes::write(out, &service, &all, false, names)).expect("written").events
    });
    measured("OCEL in JSON", "", &mut |names| {
        let mut log = JsonLog::create(&path("log.json")).expect("a file");
        let written = ocel::write(&mut log, &service, &all, false, names).expect("written");
        log.publish().map_err(ExportError::from).expect("published");
        written.sums.events
    });
    measured("OCEL in SQLite", "", &mut |names| {
        let mut log = TableLog::create(&path("log.sqlite")).expect("a file");
        let written = ocel::write(&mut log, &service, &all, false, names).expect("written");
        log.publish().expect("published");
        written.sums.events
    });
}
