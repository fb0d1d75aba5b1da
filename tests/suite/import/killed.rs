// SPDX-License-Identifier: EUPL-1.2
//! `kill -9` while importing: what was told is there, and the next run brings the rest, each case once and whole.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use lepre::store::{SqliteOptions, SqliteStore, Store as _};
use serde_json::{Value as Json, json};

use super::{is_whole, opened, text};
use crate::cli_cases::lepre;
use crate::replay::{Dice, seed};
use crate::service::office::{ended, pact, sap};

const CASES: usize = 3_000;
const KILLS: usize = 6;

/// Cases of three levels, some of the same person, so that dossiers are looked for while importing.
fn cases() -> Vec<Json> {
    (0..CASES)
        .map(|n| {
            let id = format!("PR-{n}");
            match n % 50 {
                7 => super::case(&id, "D", n, [opened("2024-03-20")].into_iter().chain(pact())),
                8 => super::case(&id, "E", n - 1, [opened("2024-05-02"), ended("2024-05-06", "colloquio")]),
                _ => {
                    let story = [opened("2024-05-02"), ended("2024-05-06", "presentazione-opportunita")];
                    super::case(
                        &id,
                        "I",
                        n,
                        story.into_iter().chain((0..3).map(|_| sap("2024-05-06", "A01", "informazioni"))),
                    )
                }
            }
        })
        .collect()
}

fn import(folder: &Path) -> Command {
    let mut command = lepre(folder);
    command.args(["--format", "json", "import", "pratiche.jsonl"]).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

#[test]
fn an_import_killed_at_any_moment_is_finished_by_the_next() {
    let mut dice = Dice(seed());
    let folder = tempfile::tempdir().unwrap();
    let lines = cases();
    fs::write(folder.path().join("pratiche.jsonl"), text(&lines)).unwrap();
    let mut told = 0;
    for _ in 0..KILLS {
        // At a line, which is soon after a commit, or a little later, which is while the next is being prepared.
        let until = 1 + told + dice.below(CASES / KILLS);
        let delay = if dice.chance(50) { dice.below(30) } else { 0 };
        let mut child = import(folder.path()).spawn().unwrap();
        let mut outcomes = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut seen: Vec<Json> = Vec::new();
        while seen.len() < until {
            let Some(line) = outcomes.next() else { break };
            seen.push(serde_json::from_str(&line.unwrap()).unwrap());
        }
        spin(delay);
        child.kill().unwrap();
        // What it had still said is true as well; a line that death cut short says nothing.
        seen.extend(outcomes.map_while(Result::ok).map_while(|line| serde_json::from_str(&line).ok()));
        child.wait().unwrap();
        told = seen.len();
        let store = SqliteStore::open(folder.path().join("lepre.db"), SqliteOptions::default()).unwrap();
        for outcome in &seen {
            let external = outcome["id"].as_str().unwrap();
            let head =
                store.case_by_external(external).unwrap().unwrap_or_else(|| panic!("{external} was told and is lost"));
            assert_eq!(json!(head.id.to_string()), outcome["pratica"]);
        }
        assert_eq!(store.verify_chain(&mut |_, _| {}).unwrap(), []);
        if told == CASES {
            break;
        }
    }
    let last = import(folder.path()).output().unwrap();
    assert!(last.status.success());
    let outcomes: Vec<Json> =
        String::from_utf8(last.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(outcomes.len(), CASES);
    for (number, outcome) in (1..).zip(&outcomes) {
        assert_eq!(outcome["riga"], json!(number));
        let expected = if number <= told { "già presente" } else { outcome["esito"].as_str().unwrap() };
        assert_eq!(outcome["esito"], expected);
        assert!(["già presente", "importata"].contains(&expected), "{outcome}");
    }
    let store = SqliteStore::open(folder.path().join("lepre.db"), SqliteOptions::default()).unwrap();
    is_whole(&store, &lines);
    // Each E found the pact of its D, whichever run wrote it.
    let subjects = store.stats().unwrap().subjects;
    assert_eq!(subjects, (CASES - CASES / 50) as u64);
}

/// Some work, for want of a clock.
fn spin(rounds: usize) {
    let mut dice = Dice(1);
    let mut sum = 0_u64;
    for _ in 0..rounds * 200_000 {
        sum = sum.wrapping_add(dice.roll());
    }
    assert_ne!(sum, 1);
}
