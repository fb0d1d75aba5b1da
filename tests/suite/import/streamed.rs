// SPDX-License-Identifier: EUPL-1.2
//! From a stream as from a file: in bounded memory, with a file of outcomes, and whoever stops listening.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{ChildStdin, Stdio};

use lepre::store::{SqliteOptions, SqliteStore, Store as _};
use serde_json::{Value as Json, json};

use super::{case, is_whole, opened, text, whole};
use crate::cli_cases::lepre;
use crate::service::office::{ended, sap};

/// A multiple of the cases of one transaction: the last is written without the end of the stream.
const CASES: usize = 10_000;
const EVENTS: usize = 20;
const LIMIT_KIB: u64 = 300 * 1024;

fn long_case(n: usize) -> Json {
    let events = (2..EVENTS).map(|_| sap("2024-05-06", "A01", "informazioni"));
    case(
        &format!("PR-{n}"),
        "I",
        n,
        [opened("2024-05-02"), ended("2024-05-06", "presentazione-opportunita")].into_iter().chain(events),
    )
}

/// A line as long as a line may be, made of what takes most memory once read.
fn heaviest() -> Json {
    let evidence: Vec<u8> = vec![0; 2 * 1024 * 1024 / 2 - 400];
    let output =
        json!({ "il": "2024-05-06", "tipo": "output", "output": "informazioni", "evidenza": { "come": evidence } });
    case("PESANTE", "I", CASES, [opened("2024-05-02"), output])
}

/// The most memory the process ever had, in KiB.
fn peak(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn memory_is_bounded_whatever_the_stream() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = lepre(folder.path());
    command.args(["--format", "json", "import", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut outcomes = BufReader::new(child.stdout.take().unwrap()).lines();
    let feeder = std::thread::spawn(move || -> ChildStdin {
        for n in 0..CASES {
            writeln!(input, "{}", long_case(n)).unwrap();
        }
        input
    });
    for _ in 0..CASES {
        let outcome: Json = serde_json::from_str(&outcomes.next().unwrap().unwrap()).unwrap();
        assert_eq!((&outcome["esito"], &outcome["eventi"]), (&json!("importata"), &json!(EVENTS)));
    }
    // All is written and the stream still open: the process is there to be measured.
    let mut input = feeder.join().unwrap();
    let many = peak(child.id());
    writeln!(input, "{}", heaviest()).unwrap();
    drop(input);
    let outcome: Json = serde_json::from_str(&outcomes.next().unwrap().unwrap()).unwrap();
    assert_eq!((&outcome["id"], &outcome["esito"]), (&json!("PESANTE"), &json!("importata")));
    assert!(many < LIMIT_KIB, "{many} KiB for many small cases");
    assert!(child.wait().unwrap().success());
    let store = SqliteStore::open(folder.path().join("lepre.db"), SqliteOptions::default()).unwrap();
    let stats = store.stats().unwrap();
    assert_eq!((stats.cases, stats.events), (CASES as u64 + 1, (CASES * EVENTS) as u64 + 2));
}

#[cfg(target_os = "linux")]
#[test]
fn memory_is_bounded_whatever_the_line() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = lepre(folder.path());
    command.args(["--format", "json", "import", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut outcomes = BufReader::new(child.stdout.take().unwrap()).lines();
    writeln!(input, "{}", heaviest()).unwrap();
    // A whole transaction's worth: it is written without the end of the stream.
    for n in 1..500 {
        writeln!(input, "{}", case(&format!("PR-{n}"), "I", n, [opened("2024-05-02")])).unwrap();
    }
    let outcome: Json = serde_json::from_str(&outcomes.next().unwrap().unwrap()).unwrap();
    assert_eq!((&outcome["esito"], &outcome["rilievi"]), (&json!("importata"), &json!(2)));
    let peak = peak(child.id());
    drop(input);
    assert_eq!(outcomes.count(), 499);
    assert!(peak < LIMIT_KIB, "{peak} KiB");
    assert!(child.wait().unwrap().success());
}

#[test]
fn the_file_of_outcomes_has_one_line_for_each_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let lines = [whole("PR-1", 1).to_string(), "{".into(), String::new(), whole("PR-1", 1).to_string(), "[]".into()];
    fs::write(folder.path().join("pratiche.jsonl"), lines.join("\n") + "\n").unwrap();
    let run = |outcomes: &str| {
        let mut command = lepre(folder.path());
        command.args(["import", "pratiche.jsonl", "--esiti", outcomes]).output().unwrap()
    };
    let output = run("esiti.jsonl");
    assert_eq!(output.status.code(), Some(1));
    let told = fs::read_to_string(folder.path().join("esiti.jsonl")).unwrap();
    let told: Vec<Json> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let rows: Vec<(Json, Json)> = told.iter().map(|one| (one["riga"].clone(), one["esito"].clone())).collect();
    let expected = [(1, "importata"), (2, "rifiutata"), (4, "già presente"), (5, "rifiutata")];
    assert_eq!(rows, expected.map(|(line, outcome)| (json!(line), json!(outcome))));
    assert_eq!(told[0]["pratica"], told[2]["pratica"]);
    assert!(told[1]["motivo"].as_str().unwrap().starts_with("la riga non si legge"));
    let stdout = String::from_utf8(output.stdout).unwrap();
    let written: Vec<&str> = stdout.lines().collect();
    assert_eq!(written[0], "riga 2: rifiutata: la riga non si legge: il testo finisce prima del dovuto (colonna 1)");
    assert_eq!(
        written[2],
        "1 pratica importata con 10 eventi (0 con rilievi), 0 aggiornate, 1 già presenti, 2 rifiutate"
    );

    // The outcomes never take the place of what is read, nor of the cases.
    for taken in ["pratiche.jsonl", "./pratiche.jsonl", "lepre.db"] {
        let before = fs::read(folder.path().join(taken)).unwrap();
        let output = run(taken);
        assert_eq!(output.status.code(), Some(2), "{taken}");
        assert!(String::from_utf8(output.stderr).unwrap().contains("gli esiti lo cancellerebbero"));
        assert_eq!(fs::read(folder.path().join(taken)).unwrap(), before, "{taken}");
    }
    let output = run("manca/esiti.jsonl");
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "errore: `manca/esiti.jsonl` non si scrive: non esiste\naiuto: controlla la cartella e i permessi\n"
    );
}

/// Whoever listens to the first line only (`… | head -1`) stops nobody.
#[test]
fn nobody_listening_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<Json> = (0..1_500).map(|n| case(&format!("PR-{n}"), "I", n, [opened("2024-05-02")])).collect();
    fs::write(folder.path().join("pratiche.jsonl"), text(&lines)).unwrap();
    let mut command = lepre(folder.path());
    command.args(["--format", "json", "import", "pratiche.jsonl"]).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.contains("PR-0"));
    assert!(child.wait().unwrap().success());
    let store = SqliteStore::open(folder.path().join("lepre.db"), SqliteOptions::default()).unwrap();
    is_whole(&store, &lines);
}

/// A full disk under the outcomes is told: what nobody could read was not said.
#[cfg(target_os = "linux")]
#[test]
fn outcomes_that_cannot_be_written_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<Json> = (0..600).map(|n| case(&format!("PR-{n}"), "I", n, [opened("2024-05-02")])).collect();
    fs::write(folder.path().join("pratiche.jsonl"), text(&lines)).unwrap();
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = lepre(folder.path());
    let output = command.args(["import", "pratiche.jsonl", "--esiti", "/dev/full"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.starts_with(
            "errore: il file degli esiti non si scrive: lo spazio è esaurito\naiuto: le pratiche sono state importate"
        ),
        "{said}"
    );
    let mut command = lepre(folder.path());
    let output = command.args(["--format", "json", "import", "pratiche.jsonl"]).stdout(full()).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let store = SqliteStore::open(folder.path().join("lepre.db"), SqliteOptions::default()).unwrap();
    is_whole(&store, &lines);
}
