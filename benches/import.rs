// SPDX-License-Identifier: EUPL-1.2
//! Import of 50,000 cases and 1,000,000 events, against a bare prepared-statement insert of the same rows.
//!
//! `cargo bench --bench import`; `LEPRE_PRATICHE` changes the number of cases.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a bench stops at the first surprise")]

mod support;

use std::io::{BufReader, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use lepre::calendar::Day;
use lepre::library::Library;
use lepre::service::{Clock, Service};
use lepre::store::{SqliteOptions, SqliteStore};
use rusqlite::{Connection, params};

use support::fictional_code;

/// Events of one case.
const EVENTS: usize = 20;

fn write_cases(path: &Path, cases: usize) -> Vec<String> {
    let mut file = BufWriter::new(std::fs::File::create(path).expect("a file"));
    let mut sample = Vec::new();
    for n in 0..cases {
        let mut events = vec![
            r#"{"tipo":"aperta","il":"2024-05-02","fascicolo":[{"lep":"D","voce":"patto-sottoscritto","il":"2024-04-20"}]}"#.to_owned(),
            r#"{"tipo":"dato","il":"2024-05-02","dato":"eta","valore":34}"#.to_owned(),
            r#"{"tipo":"attivita","il":"2024-05-06","ora":"10:30","attivita":"colloquio","evento":"terminata","modalita":"individuale"}"#.to_owned(),
            r#"{"tipo":"sap","il":"2024-05-06","codice":"A06","per":"colloquio"}"#.to_owned(),
            r#"{"tipo":"attivita","il":"2024-05-13","attivita":"bilancio-competenze","evento":"terminata"}"#.to_owned(),
            r#"{"tipo":"output","il":"2024-05-13","output":"bilancio","evidenza":{"competenze":["saldatura TIG","lettura del disegno"],"gap":["disegno tecnico"]}}"#.to_owned(),
        ];
        while events.len() < EVENTS {
            events.push(r#"{"tipo":"attivita","il":"2024-05-20","attivita":"counseling","evento":"terminata","modalita":"individuale"}"#.to_owned());
        }
        writeln!(
            file,
            r#"{{"id":"PR-{n}","lep":"E","soggetto":{{"codice_fiscale":"{}","nome":"Persona Inventata {n}"}},"eventi":[{}]}}"#,
            fictional_code(n),
            events.join(",")
        )
        .expect("written");
        if n == 0 {
            sample = events;
        }
    }
    file.flush().expect("written");
    sample
}

/// The same rows, by one prepared statement, in transactions of the same size.
fn bare_insert(path: &Path, cases: usize, bodies: &[String]) -> f64 {
    let mut connection = Connection::open(path).expect("a database");
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE events (case_id INTEGER, sequence INTEGER, on_day INTEGER, recorded_at INTEGER, actor TEXT, body TEXT,
                              hash BLOB, PRIMARY KEY (case_id, sequence)) WITHOUT ROWID, STRICT;
         CREATE TABLE cases (id INTEGER PRIMARY KEY, uuid BLOB, subject BLOB, level TEXT, external TEXT UNIQUE) STRICT;",
    )
    .expect("tables");
    let start = Instant::now();
    for first in (0..cases).step_by(500) {
        let transaction = connection.transaction().expect("begun");
        {
            let mut case = transaction.prepare_cached("INSERT INTO cases VALUES (?, ?, ?, ?, ?)").expect("prepared");
            let mut event =
                transaction.prepare_cached("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)").expect("prepared");
            for n in first..(first + 500).min(cases) {
                case.execute(params![n as i64, [0_u8; 16], [0_u8; 16], "E", format!("PR-{n}")]).expect("inserted");
                for (sequence, body) in bodies.iter().enumerate() {
                    event
                        .execute(params![
                            n as i64,
                            sequence as i64 + 1,
                            19_845,
                            1_700_000_000_000_i64,
                            "import",
                            body,
                            [0_u8; 32]
                        ])
                        .expect("inserted");
                }
            }
        }
        transaction.commit().expect("committed");
    }
    start.elapsed().as_secs_f64()
}

fn main() {
    if std::env::args().any(|a| a == "--test") {
        return;
    }
    let cases = std::env::var("LEPRE_PRATICHE").ok().and_then(|n| n.parse().ok()).unwrap_or(50_000);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("cases.jsonl");
    let bodies = write_cases(&file, cases);
    let events = cases * EVENTS;
    let bare = bare_insert(&folder.path().join("bare.db"), cases, &bodies);

    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    let library = Arc::new(Library::open(&specs).expect("specs"));
    let db = folder.path().join("lepre.db");
    let store = SqliteStore::open(&db, SqliteOptions::default()).expect("a store");
    let service = Service::new(Arc::new(store), library, Clock { today: Day::new(2024, 12, 31) }, "bench");
    let run = || {
        let mut input = BufReader::with_capacity(1 << 20, std::fs::File::open(&file).expect("the file"));
        let start = Instant::now();
        let sums = service.import(&mut input, &mut |_, _| {}).expect("imported");
        (start.elapsed().as_secs_f64(), sums)
    };
    let (first, sums) = run();
    assert_eq!(sums.imported as usize, cases);
    let (again, sums) = run();
    assert_eq!(sums.present as usize, cases);
    let start = Instant::now();
    let mut checked = 0_usize;
    service
        .check_all(Day::new(2024, 12, 31).expect("a day"), &mut |_| {
            checked += 1;
            std::ops::ControlFlow::Continue(())
        })
        .expect("checked");
    let verify = start.elapsed().as_secs_f64();
    assert_eq!(checked, cases);

    let rate = |seconds: f64| events as f64 / seconds / 1e3;
    println!("| {:<58} | {:>26} | {:<28} |", "what", "measured", "aim");
    println!("|{:-<60}|{:->27}:|{:-<30}|", "", "", "");
    println!(
        "| {:<58} | {:>20.0} k ev/s | {:<28} |",
        format!("bare insert, {events} events of {cases} cases"),
        rate(bare),
        ""
    );
    println!("| {:<58} | {:>20.0} k ev/s | {:<28} |", "import of the same, from JSON Lines", rate(first), "");
    println!("| {:<58} | {:>25.2}× | {:<28} |", "… against the bare insert", bare / first, "at least 0.5×");
    println!("| {:<58} | {:>20.0} k ev/s | {:<28} |", "the same file again: every case recognised", rate(again), "");
    println!("| {:<58} | {:>20.0} k ev/s | {:<28} |", "verify of all of them, from SQLite", rate(verify), "");
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|l| l.strip_prefix("VmHWM:"))
        .and_then(|l| l.trim().split(' ').next()?.parse::<f64>().ok());
    if let Some(peak) = peak {
        println!(
            "| {:<58} | {:>22.0} MiB | {:<28} |",
            "peak memory of this whole process",
            peak / 1024.0,
            "under 300 MiB"
        );
    }
}
