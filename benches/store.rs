// SPDX-License-Identifier: EUPL-1.2
//! What the store costs beside bare SQLite doing the same work in the same run: `cargo bench --bench store`.
//!
//! Absolute figures depend on the disk; the ratios are what is claimed. What many writers gain by sharing a flush depends on
//! what a flush costs, which is printed: 20x is within reach where it takes a millisecond or more, and not where it takes a
//! fraction of that, because then the work itself is what takes time. `--cases N` changes the size of the bulk part.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a measurement stops at the first surprise")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use lepre::store::{
    CaseAction, CaseWrite, Digest, NewCase, NewEvent, NewSubject, SqliteOptions, SqliteStore, Stamp, Store, SubjectKind,
};
use rusqlite::{Connection, params};
use uuid::Uuid;

const EVENTS_PER_CASE: u32 = 20;
const CASES_PER_BATCH: u32 = 500;
const RULEBOOK: Digest = Digest([7; 32]);

fn main() {
    let cases = std::env::args().skip_while(|word| word != "--cases").nth(1).map_or(50_000, |n| n.parse().unwrap());
    println!("{:<58}{:>14}{:>14}{:>9}{:>8}", "", "lepre", "bare SQLite", "ratio", "aim");
    let folder = tempfile::tempdir().unwrap();
    let one = one_at_a_time(folder.path());
    many_at_once(folder.path(), one);
    bulk(folder.path(), cases);
}

fn line(what: &str, ours: &str, theirs: &str, ratio: f64, aim: &str) {
    println!("{what:<58}{ours:>14}{theirs:>14}{ratio:>8.2}x{aim:>8}");
}

fn rate(count: u32, took: Duration) -> f64 {
    f64::from(count) / took.as_secs_f64()
}

fn shown(rate: f64) -> String {
    format!("{rate:.0}/s")
}

/// About 250 bytes, like an event of a case.
fn body(case: u32, sequence: u32) -> String {
    let mut body = format!(r#"{{"tipo":"attivita_terminata","attivita":"colloquio-di-orientamento","pratica":{case},"#);
    write!(body, r#""numero":{sequence},"esito":"positivo","prove":["patto-di-servizio-firmato"],"#).unwrap();
    write!(body, r#""nota":"incontro individuale presso la sede, durata sessanta minuti"}}"#).unwrap();
    body
}

fn events(case: u32, count: u32) -> Vec<NewEvent> {
    (0..count).map(|n| NewEvent { on: 20_000 + i32::try_from(n).unwrap(), body: body(case, n + 1) }).collect()
}

fn stamp() -> Stamp {
    Stamp { recorded_at: 1_767_225_600_000, actor: "operatore-17".into() }
}

fn case_id(n: u32) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(n))
}

fn new_case(n: u32) -> NewCase {
    NewCase {
        id: case_id(n),
        subject: Uuid::from_u128(1),
        level: "E".into(),
        region: Some("piemonte".into()),
        office: Some("cpi-di-prova".into()),
        rulebook: RULEBOOK,
        external: Some(format!("vecchio-sistema/{n:08}")),
    }
}

fn opening(n: u32) -> CaseWrite {
    CaseWrite::new(CaseAction::Open(new_case(n)), stamp(), events(n, EVENTS_PER_CASE), "aperta")
}

fn ours(path: &Path) -> SqliteStore {
    let store = SqliteStore::open(path, SqliteOptions::default()).unwrap();
    store.put_rulebook(&RULEBOOK, "{}").unwrap();
    let kind = SubjectKind::Person;
    store.put_subject(NewSubject { id: Uuid::from_u128(1), kind, tax_code: "X".into(), name: None }).unwrap();
    store
}

/// A database with the same two tables, and nothing else done to them.
fn bare(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.pragma_update(None, "synchronous", "FULL").unwrap();
    connection
        .execute_batch(
            "CREATE TABLE cases (key INTEGER PRIMARY KEY, id BLOB UNIQUE, subject BLOB, level TEXT, region TEXT,
                office TEXT, rulebook BLOB, external TEXT UNIQUE, opened_on INTEGER, state TEXT, sequence INTEGER,
                hash BLOB) STRICT;
             CREATE TABLE events (case_key INTEGER, sequence INTEGER, on_day INTEGER, recorded_at INTEGER, hash BLOB,
                actor TEXT, body TEXT, PRIMARY KEY (case_key, sequence)) STRICT, WITHOUT ROWID;",
        )
        .unwrap();
    connection
}

const BARE_EVENT: &str = "INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

/// Appends of one event, each durable before the next. The two take turns at every single append, so that both see the same
/// disk, and the medians count, so that a stall of somebody else's does not.
fn one_at_a_time(folder: &Path) -> f64 {
    const APPENDS: u32 = 600;
    let store = ours(&folder.join("one.db"));
    let connection = bare(&folder.join("one-bare.db"));
    let mut sequence = store.open_case(new_case(0), stamp(), events(0, 1), "aperta").unwrap().sequence;
    let (mut took, mut bare_took) = (Vec::new(), Vec::new());
    for _ in 0..APPENDS {
        let event = NewEvent { on: 20_000, body: body(0, sequence + 1) };
        let (stamp, bare_event, bare_stamp) = (stamp(), event.clone(), stamp());
        let start = Instant::now();
        sequence = store.append(case_id(0), sequence, stamp, vec![event], "in-corso").unwrap().sequence;
        took.push(start.elapsed());

        let start = Instant::now();
        let mut insert = connection.prepare_cached(BARE_EVENT).unwrap();
        let NewEvent { on, body } = bare_event;
        let Stamp { recorded_at, actor } = bare_stamp;
        insert.execute(params![1, sequence, on, recorded_at, [9_u8; 32], actor, body]).unwrap();
        bare_took.push(start.elapsed());
    }
    let flush = median(bare_took);
    println!(
        "{:<58}{:>28}",
        "a durable commit of bare SQLite takes",
        format!("{:.2} ms", flush.as_secs_f64() * 1_000.0)
    );
    let (rate, bare_rate) = (rate(1, median(took)), rate(1, flush));
    line("durable appends, one at a time", &shown(rate), &shown(bare_rate), rate / bare_rate, "0.8x");
    rate
}

fn median(mut took: Vec<Duration>) -> Duration {
    took.sort_unstable();
    took[took.len() / 2]
}

/// 64 threads, each waiting for its append to be durable before the next.
fn many_at_once(folder: &Path, one: f64) {
    const THREADS: u32 = 64;
    const APPENDS: u32 = 150;
    let store = Arc::new(ours(&folder.join("many.db")));
    for n in 0..THREADS {
        store.open_case(new_case(n), stamp(), events(n, 1), "aperta").unwrap();
    }
    let start = Instant::now();
    let threads: Vec<_> = (0..THREADS)
        .map(|n| {
            let store = Arc::clone(&store);
            thread::spawn(move || {
                for sequence in 1..=APPENDS {
                    let event = NewEvent { on: 20_000, body: body(n, sequence + 1) };
                    store.append(case_id(n), sequence, stamp(), vec![event], "in-corso").unwrap();
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    let many = rate(THREADS * APPENDS, start.elapsed());
    line("durable appends, 64 threads (beside: one at a time)", &shown(many), &shown(one), many / one, "20x");
}

/// Whole cases in large transactions, twice each in turns; the better of the two counts.
fn bulk(folder: &Path, cases: u32) {
    let (mut best, mut bare_best) = (Duration::MAX, Duration::MAX);
    let mut memory = 0;
    for round in 0..2 {
        let path = folder.join(format!("bulk-bare-{round}.db"));
        bare_best = bare_best.min(bulk_bare(&path, cases));
        std::fs::remove_file(&path).unwrap();
        forget_peak();
        let before = resident("VmRSS:");
        best = best.min(bulk_ours(&folder.join(format!("bulk-{round}.db")), cases));
        memory = memory.max(resident("VmHWM:").saturating_sub(before));
    }
    let events = cases * EVENTS_PER_CASE;
    let what = format!("bulk insert, {events} events of {cases} cases");
    let (rate, bare_rate) = (rate(events, best), rate(events, bare_best));
    line(&what, &shown(rate), &shown(bare_rate), rate / bare_rate, "0.5x");
    println!("{:<58}{:>14}", "  memory it added at its peak", format!("{} MiB", memory / 1024));
    walk(&folder.join("bulk-1.db"), events);
}

fn bulk_ours(path: &Path, cases: u32) -> Duration {
    let store = ours(path);
    let mut took = Duration::ZERO;
    for first in (0..cases).step_by(CASES_PER_BATCH as usize) {
        let writes: Vec<_> = (first..cases.min(first + CASES_PER_BATCH)).map(opening).collect();
        let start = Instant::now();
        assert!(store.append_batch(writes).iter().all(Result::is_ok));
        took += start.elapsed();
    }
    took
}

fn bulk_bare(path: &Path, cases: u32) -> Duration {
    let connection = bare(path);
    let mut took = Duration::ZERO;
    for first in (0..cases).step_by(CASES_PER_BATCH as usize) {
        let writes: Vec<_> = (first..cases.min(first + CASES_PER_BATCH)).map(opening).collect();
        let start = Instant::now();
        let transaction = connection.unchecked_transaction().unwrap();
        let mut insert_case = transaction
            .prepare_cached("INSERT INTO cases VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)")
            .unwrap();
        let mut insert_event = transaction.prepare_cached(BARE_EVENT).unwrap();
        for (write, key) in writes.iter().zip(first + 1..) {
            let CaseAction::Open(case) = &write.action else { unreachable!() };
            let row = params![
                key,
                case.id.as_bytes(),
                case.subject.as_bytes(),
                case.level,
                case.region,
                case.office,
                case.rulebook.0,
                case.external,
                write.events[0].on,
                write.state,
                EVENTS_PER_CASE,
                [9_u8; 32]
            ];
            insert_case.execute(row).unwrap();
            for (event, sequence) in write.events.iter().zip(1..) {
                let stamp = &write.stamp;
                let row = params![key, sequence, event.on, stamp.recorded_at, [9_u8; 32], stamp.actor, event.body];
                insert_event.execute(row).unwrap();
            }
        }
        drop((insert_case, insert_event));
        transaction.commit().unwrap();
        took += start.elapsed();
    }
    took
}

/// Reading all of it back.
fn walk(path: &Path, events: u32) {
    let store = ours(path);
    let start = Instant::now();
    let mut seen = 0_u32;
    store
        .for_each_case(&mut |head, history| {
            let history = history.unwrap();
            seen += u32::try_from(history.len()).unwrap();
            black_box((head, history));
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(seen, events);
    let read = rate(events, start.elapsed());

    let connection = Connection::open(path).unwrap();
    let mut select = connection
        .prepare("SELECT case_key, sequence, on_day, recorded_at, actor, body, hash FROM events ORDER BY 1, 2")
        .unwrap();
    let start = Instant::now();
    let mut rows = select.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let key: (i64, u32, i32, i64) =
            (row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap(), row.get(3).unwrap());
        let text: (String, String, [u8; 32]) = (row.get(4).unwrap(), row.get(5).unwrap(), row.get(6).unwrap());
        black_box((key, text));
    }
    let bare_read = rate(events, start.elapsed());
    line("for_each_case, events read", &shown(read), &shown(bare_read), read / bare_read, "");

    let start = Instant::now();
    assert_eq!(store.verify_chain(&mut |_, _| {}).unwrap(), []);
    let verified = rate(events, start.elapsed());
    println!("{:<58}{:>14}", "verify_chain, events checked", shown(verified));

    let start = Instant::now();
    store.backup(&path.with_extension("copy"), &mut |_, _| {}).unwrap();
    let bytes = std::fs::metadata(path).unwrap().len();
    let speed = u32::try_from(bytes >> 20).unwrap();
    println!("{:<58}{:>14}", format!("backup of {speed} MiB"), format!("{:.0} MiB/s", rate(speed, start.elapsed())));
}

/// A figure of this process in KiB; 0 where the system does not tell.
fn resident(what: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}

/// Starts the peak anew, where the system lets us.
fn forget_peak() {
    let _only_on_linux = std::fs::write("/proc/self/clear_refs", "5");
}
