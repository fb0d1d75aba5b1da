// SPDX-License-Identifier: EUPL-1.2
//! Hostile scripts, `tests/hostile/*.rhai`: each is refused, or stopped, in 100 ms and 32 MiB, and says only sound words.
//!
//! Memory is the peak of a process of its own: this binary once more, which reads, runs and tries all of them in turn.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use lepre::script::{Outcome, Script, Word};
use lepre::value::{Decimal, Value};

use super::{choices, known, shapes, vocabulary};

const BOUND: Duration = Duration::from_millis(100);
const MEMORY_KIB: u64 = 32 * 1024;
/// The machine's noise only ever adds: the best of several tries counts.
const TRIES: usize = 5;
const ROLE: &str = "LEPRE_TEST_HOSTILE";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile")
}

/// Name and bytes: the files, and those that are too large or no text.
fn corpus() -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "rhai"))
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap()))
        .collect();
    all.sort();
    assert!(all.len() >= 60, "only {} hostile scripts", all.len());
    let full = |unit: &str| unit.repeat(lepre::script::MAX_BYTES / unit.len()).into_bytes();
    let inside = |unit: &str| {
        let body = unit.repeat((lepre::script::MAX_BYTES - 40) / unit.len());
        format!("fn varia(dati) {{ {body} }}").into_bytes()
    };
    let made: [(&str, Vec<u8>); 19] = [
        ("made: ten megabytes", vec![b'a'; 10_000_000]),
        ("made: not UTF-8", b"fn varia(dati) { \xff\xfe }".to_vec()),
        ("made: zeros", vec![0; 1_000]),
        ("made: a BOM", "\u{feff}fn varia(dati) { }".into()),
        ("made: text that turns back", "fn varia(dati) { /* \u{202e} */ }".into()),
        ("made: a lone return", b"fn varia(dati) { // a\r loop { } }".to_vec()),
        ("made: many lines", full("\n")),
        ("made: parentheses", full("(")),
        ("made: brackets", full("[")),
        ("made: braces", full("{")),
        ("made: bars", full("|")),
        ("made: comments", full("/*")),
        ("made: quotes", full("`${")),
        ("made: functions", full("fn a(")),
        ("made: semicolons", inside(";")),
        ("made: statements", inside("let a=1;")),
        ("made: facts", inside("if dati.mesi>1{}")),
        ("made: faults", inside("dati.x;")),
        ("made: faults with names almost right", inside("dati.data_didd == dati.mesii;")),
    ];
    all.extend(made.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)));
    all
}

/// Known, unknown, and at their ends.
fn worlds() -> Vec<Vec<Option<Value>>> {
    let ends = |number: i64, truth: bool, decimal: &str, day: &str, text: &str| {
        let decimal: Decimal = decimal.parse().unwrap();
        vec![
            Some(Value::Integer(number)),
            Some(Value::Integer(number)),
            Some(Value::Boolean(truth)),
            Some(Value::Decimal(decimal)),
            Some(Value::Date(day.parse().unwrap())),
            Some(Value::Text(text.into())),
            Some(Value::Text("laurea".into())),
            Some(Value::Integer(number)),
        ]
    };
    let long = "a".repeat(1_000_000);
    let mut partly = known();
    partly.iter_mut().step_by(2).for_each(|fact| *fact = None);
    vec![
        known(),
        vec![None; 8],
        Vec::new(),
        partly,
        ends(i64::MIN, false, "-9223372036854.775807", "1900-01-01", ""),
        ends(i64::MAX, true, "9223372036854.775807", "2199-12-31", &long),
        ends(19, true, "0", "2024-05-02", &"a".repeat(900)),
        // Not what the facts were declared.
        known().into_iter().rev().collect(),
    ]
}

fn is_sound(word: &Word) -> bool {
    let vocabulary = vocabulary();
    let item = |item: &String| vocabulary.items.contains(&item.as_str());
    match word {
        Word::MakeDue { item: one, .. } => item(one),
        Word::Shorten { term, within, .. } => vocabulary.terms.iter().any(|(name, floor)| {
            name == term && floor.is_none_or(|floor| floor.unit == within.unit && within.count < floor.count)
        }),
        Word::RequireField { output, field, minimum, .. } => {
            vocabulary.fields.contains(&(output.as_str(), field.as_str())) && minimum.is_none_or(|least| least > 0)
        }
    }
}

/// The time it took at best, and what came of it.
fn stopped(work: impl Fn() -> String) -> (Duration, String) {
    let mut best = Duration::MAX;
    let mut said = String::new();
    for _ in 0..TRIES {
        let start = Instant::now();
        said = work();
        best = best.min(start.elapsed());
        if best < BOUND / 10 {
            break;
        }
    }
    (best, said)
}

fn told(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Words(words) => {
            assert!(words.iter().all(is_sound), "{words:?}");
            format!("{} words", words.len())
        }
        Outcome::Awaits(slot) => format!("awaits fact {slot}"),
        Outcome::Failed(failure) => format!("failed at {}:{} {}", failure.line, failure.column, failure.message),
    }
}

/// Peak memory of this process, in KiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse().unwrap()
}

/// Reads, runs and tries every script; says what came of each.
fn face_all() -> String {
    let (choices, vocabulary, worlds) = (choices(), vocabulary(), worlds());
    let shapes = shapes(&choices);
    let corpus = corpus();
    let mut said = String::new();
    for (name, bytes) in &corpus {
        let before = peak();
        let (reading, refused) = stopped(|| match Script::read(bytes, &shapes, &vocabulary) {
            Ok(_) => String::new(),
            Err(faults) => {
                let first = &faults[0];
                format!("refused at {}:{} {}", first.line, first.column, first.message)
            }
        });
        _ = writeln!(said, "{name}");
        let (mut slowest, mut tried) = (reading, Duration::ZERO);
        if refused.is_empty() {
            let script = Script::read(bytes, &shapes, &vocabulary).unwrap();
            let mut outcomes = Vec::new();
            for world in &worlds {
                let (running, outcome) = stopped(|| told(&script.run(world).outcome));
                slowest = slowest.max(running);
                if !outcomes.contains(&outcome) {
                    outcomes.push(outcome);
                }
            }
            let (trying, faults) = stopped(|| {
                let faults = script.trial(&shapes);
                faults.first().map_or_else(String::new, |first| {
                    format!("trial at {}:{} {}", first.line, first.column, first.message)
                })
            });
            tried = trying;
            assert!(trying < BOUND, "{name} took {trying:?} to try");
            outcomes.extend([faults].into_iter().filter(|faults| !faults.is_empty()));
            outcomes.iter().for_each(|outcome| _ = writeln!(said, "  {outcome}"));
        } else {
            _ = writeln!(said, "  {refused}");
        }
        let grown = peak() - before;
        println!("{name}: {slowest:?}, a trial {tried:?}, {grown} KiB");
        assert!(slowest < BOUND, "{name} took {slowest:?}");
        assert!(grown < MEMORY_KIB, "{name} took {grown} KiB");
    }
    said
}

/// Does nothing in a run of the suite: it is the door through which the process of its own comes in.
#[test]
fn enters() {
    if let Some(path) = env::var_os(ROLE) {
        fs::write(path, face_all()).unwrap();
    }
}

#[test]
fn every_hostile_script_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("said");
    let own = module_path!().split_once("::").unwrap().1;
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", &format!("{own}::enters"), "--nocapture"])
        .env(ROLE, &path)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    print!("{said}");
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    crate::schema::fresh("tests/hostile/MESSAGES.txt", &fs::read_to_string(path).unwrap());
}
