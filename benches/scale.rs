// SPDX-License-Identifier: EUPL-1.2
//! The cost of a check of very many cases of some 19 events: 0.1, 1 and 10 M of them from the kept columns, 0.1 M (`LEPRE_ARCHIVIO`
//! says how many) from the events of a database. Each row is a process of its own, so that its memory is its own.
//!
//! `cargo bench --bench scale`; the cases are those of the neutral workload (`benches/peers`), some thousands of them again
//! and again with other ids.
#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a bench stops at the first surprise")]

#[expect(dead_code, reason = "the verdicts are compared in `columns`")]
mod peers;
mod support;

use std::fmt::Write as _;
use std::io::{BufReader, BufWriter, Write as _};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::Instant;

use lepre::calendar::Day;
use lepre::columns::{self, Asked, Columns};
use lepre::engine::Program;
use lepre::service::{BulkQuestion, Clock, Law, Selection, Service, check_group};
use lepre::store::{SqliteOptions, SqliteStore};
use rusqlite::{Connection, params};
use serde_json::json;

use peers::{Case, Spec, by_hand, generator};

const DRAWN: u64 = 100_000;
const EVERY: Day = Day::MAX;

fn today() -> Day {
    "2024-12-31".parse().expect("a day")
}

fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok()).unwrap_or_default() / 1024.0
}

fn row(what: &str, cases: usize, seconds: f64, peak: f64) {
    println!("| {what:<46} | {cases:>10} | {seconds:>7.2} s | {:>12.0} | {peak:>6.0} MiB |", cases as f64 / seconds);
}

/// This program again, on what a file holds; it prints its row.
fn another(what: &str, file: &Path) {
    let me = std::env::current_exe().expect("this program");
    let done = Command::new(me).arg(what).arg(file).status().expect("it runs");
    assert!(done.success(), "{what}");
}

/// Columns of so many cases, kept in a file.
fn keep(file: &Path, drawn: &Columns, wanted: usize) {
    let mut columns = drawn.emptied();
    for round in 0_u128..wanted.div_ceil(drawn.len()) as u128 {
        for (at, group) in drawn.groups().iter().enumerate() {
            for mut row in group.rows() {
                row.key.id = row.key.id.wrapping_add(round << 64);
                columns.keep(at, &row);
            }
        }
    }
    assert_eq!(columns.len(), wanted);
    let mut out = BufWriter::with_capacity(1 << 20, std::fs::File::create(file).expect("a file"));
    columns::save(&columns, &mut out).expect("written");
    out.flush().expect("written");
}

fn from_columns(file: &Path) {
    let start = Instant::now();
    let mut input = BufReader::with_capacity(1 << 16, std::fs::File::open(file).expect("the file"));
    let columns = columns::load(&mut input).expect("columns");
    let read = start.elapsed().as_secs_f64();
    let mut found = 0;
    for group in columns.groups() {
        let program: Program = group.program();
        let asked = Asked { on: EVERY, past: false };
        let stop = AtomicBool::new(false);
        let parts = check_group(group, &program, asked, &stop, || 0, |_| true, |sum, _, _, c| *sum += c.findings.len());
        found += parts.into_iter().sum::<usize>();
    }
    let seconds = start.elapsed().as_secs_f64();
    assert!(found > columns.len() / 10, "nothing was found");
    row(&format!("kept columns, all cores ({read:.2} s to read them)"), columns.len(), seconds, peak());
}

fn service(db: &Path) -> Service {
    let store = SqliteStore::open(db, SqliteOptions::default()).expect("a store");
    Service::new(Arc::new(store), Arc::new(peers::lepre::library()), Clock { today: Some(today()) }, "bench")
}

/// A database as it grows from an import; and one of rows of integers, as somebody would make it for this workload alone.
fn store(db: &Path, bare: &Path, specs: &[Spec], cases: &[Case], wanted: usize) {
    let levels = peers::lepre::levels(specs);
    let service = service(db);
    // No specifications an administrator could have written: the law comes with the cases, as from another archive.
    let laws: Vec<String> = levels.iter().map(|level| level.rulebook.digest().to_string()).collect();
    for (law, level) in laws.iter().zip(&levels) {
        let put = service.store().put_rulebook(&law.parse().expect("a digest"), &level.rulebook.stored());
        put.expect("a law");
    }
    let plans: Vec<by_hand::Plan> = specs.iter().map(by_hand::Plan::new).collect();
    let connection = Connection::open(bare).expect("a database");
    connection
        .execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;
             CREATE TABLE cases (id INTEGER PRIMARY KEY, spec INTEGER, opened INTEGER, asof INTEGER) STRICT;
             CREATE TABLE events (case_id INTEGER, sequence INTEGER, symbol INTEGER, day INTEGER,
                                  PRIMARY KEY (case_id, sequence)) WITHOUT ROWID, STRICT;",
        )
        .expect("tables");
    for first in (0..wanted).step_by(20_000) {
        let mut lines = String::new();
        for n in first..wanted.min(first + 20_000) {
            let case = &cases[n % cases.len()];
            let level = &levels[case.spec];
            let (events, _) = level.events(&specs[case.spec], case);
            let events: Vec<serde_json::Value> = events
                .iter()
                .enumerate()
                .map(|(at, event)| match at {
                    0 => json!({ "tipo": "aperta", "il": event.on.to_string() }),
                    _ => serde_json::to_value(event).expect("an event"),
                })
                .collect();
            let subject = json!({ "codice_fiscale": support::fictional_code(n) });
            let id = format!("P-{n}");
            let (lep, law) = (&level.rulebook.level, &laws[case.spec]);
            let line = json!({ "id": id, "lep": lep, "regolamento": law, "soggetto": subject, "eventi": events });
            writeln!(lines, "{line}").expect("a text");
            let mut insert = connection.prepare_cached("INSERT INTO cases VALUES (?, ?, ?, ?)").expect("prepared");
            insert.execute(params![n as i64, case.spec as i64, case.opened, case.asof]).expect("inserted");
            let mut insert = connection.prepare_cached("INSERT INTO events VALUES (?, ?, ?, ?)").expect("prepared");
            for (sequence, event) in case.events.iter().enumerate() {
                let symbol = plans[case.spec].symbol(&specs[case.spec], event);
                insert.execute(params![n as i64, sequence as i64, symbol as i64, event.day]).expect("inserted");
            }
        }
        let mut refused = Vec::new();
        let report = service.import(&mut lines.as_bytes(), &mut |line, _| {
            if let lepre::service::ImportOutcome::Refused { reason } = &line.outcome {
                refused.push(reason.clone());
            }
        });
        let report = report.expect("an import");
        assert_eq!(report.imported as usize, wanted.min(first + 20_000) - first, "{:?}", refused.first());
    }
    connection.execute_batch("COMMIT").expect("written");
}

fn from_events(db: &Path) {
    let start = Instant::now();
    let service = service(db);
    let bulk = service.bulk(None, &mut |_| ()).expect("columns");
    let read = start.elapsed().as_secs_f64();
    let question = BulkQuestion { selection: Selection::default(), on: today(), law: Law::Pinned, examples: 3 };
    let (done, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let report = service.check_bulk(&bulk, &question, &done, &stop, &|_| ()).expect("checked");
    assert!(report.verdicts.breached > report.verdicts.cases / 10 && report.troubles.is_empty(), "nothing was found");
    let cases = report.verdicts.cases as usize;
    row(&format!("events of a database ({read:.2} s to read them)"), cases, start.elapsed().as_secs_f64(), peak());
}

fn from_integers(db: &Path) {
    let specs = peers::own_specs();
    let plans: Vec<by_hand::Plan> = specs.iter().map(by_hand::Plan::new).collect();
    let start = Instant::now();
    let connection = Connection::open(db).expect("a database");
    let mut heads = connection.prepare("SELECT id, spec, opened, asof FROM cases ORDER BY id").expect("prepared");
    let mut rows =
        connection.prepare("SELECT case_id, symbol, day FROM events ORDER BY case_id, sequence").expect("prepared");
    let (mut heads, mut rows) = (heads.query([]).expect("read"), rows.query([]).expect("read"));
    let (mut cases, mut wrong, mut waiting) = (0, 0_usize, None);
    let mut events: Vec<u32> = Vec::new();
    while let Some(head) = heads.next().expect("a row") {
        let number = |at| head.get::<_, i64>(at).expect("a number");
        let (id, spec, opened, asof) = (number(0), number(1), number(2) as i32, number(3) as i32);
        events.clear();
        loop {
            let next: Option<(i64, i64, i64)> = match waiting.take() {
                Some(row) => Some(row),
                None => rows.next().expect("a row").map(|row| {
                    (row.get(0).expect("a number"), row.get(1).expect("a number"), row.get(2).expect("a number"))
                }),
            };
            match next {
                Some((case, symbol, day)) if case == id => {
                    events.push(by_hand::word(symbol as usize, day as i32 - opened))
                }
                other => {
                    waiting = other;
                    break;
                }
            }
        }
        wrong += usize::from(by_hand::check(&plans[spec as usize], asof - opened, &events) != 0);
        cases += 1;
    }
    assert!(wrong > cases / 10, "nothing was found");
    row("rows of integers, by hand, one core", cases, start.elapsed().as_secs_f64(), peak());
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [_, "columns", file] => return from_columns(Path::new(file)),
        [_, "events", file] => return from_events(Path::new(file)),
        [_, "integers", file] => return from_integers(Path::new(file)),
        _ => {}
    }
    let specs = peers::own_specs();
    let levels = peers::lepre::levels(&specs);
    let cases: Vec<Case> = (0..DRAWN).map(|id| generator::case(&specs, 1, id)).collect();
    let folder = tempfile::tempdir().expect("a folder");
    println!(
        "| {:<46} | {:>10} | {:>9} | {:>12} | {:>10} |",
        "checked, findings with norms", "cases", "time", "cases/s", "peak"
    );
    let (drawn, _) = peers::lepre::columns(&specs, &levels, &cases);
    for wanted in [100_000, 1_000_000, 10_000_000] {
        let file = folder.path().join("columns");
        keep(&file, &drawn, wanted);
        another("columns", &file);
    }
    let wanted = std::env::var("LEPRE_ARCHIVIO").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let (db, bare) = (folder.path().join("lepre.db"), folder.path().join("bare.db"));
    store(&db, &bare, &specs, &cases, wanted);
    another("events", &db);
    another("integers", &bare);
}
