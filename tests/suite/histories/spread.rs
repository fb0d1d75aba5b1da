// SPDX-License-Identifier: EUPL-1.2
//! The histories go everywhere: every finding, every state of a term, every verdict, and never a panic.

use std::collections::BTreeSet;
use std::panic;
use std::path::Path;

use super::fixture::fixture;
use super::history;
use crate::reference::{Law, judge};

const SEEDS: u64 = 20_000;

#[rustfmt::skip]
const FINDINGS: [&str; 13] = [
    "accesso", "date", "dopo-chiusura", "evidenza", "interrotta", "mancante", "modalita", "ordine",
    "outcome-non-rilevato", "sap", "sconosciuto", "stato", "termine",
];

const STATES: [&str; 6] = ["in-corso", "non-decorre", "non-noto", "rispettato", "sospeso", "violato"];

/// The national levels, once they are in the tree.
fn national() -> Option<Law> {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    specs.join("nazionale").is_dir().then(|| Law::read(&specs))
}

/// Every history of the seeds is judged; what they come to is told once, by kind.
fn goes_everywhere(law: &Law, states: &[&str]) {
    let [mut findings, mut terms, mut verdicts, mut levels] = [const { BTreeSet::<String>::new() }; 4];
    let (mut clean, mut lengths) = (0, BTreeSet::new());
    for seed in 0..SEEDS {
        let told = panic::catch_unwind(panic::AssertUnwindSafe(|| {
            let (lep, events, on) = history(seed, law);
            let verdict = judge(law, &lep, &events, &on);
            (lep, events.len(), verdict)
        }));
        let (lep, length, verdict) = told.unwrap_or_else(|_| panic!("seed {seed} panics"));
        clean += u64::from(verdict.findings.is_empty());
        findings.extend(verdict.findings.into_iter().map(|(kind, _)| kind));
        terms.extend(verdict.terms.into_values().map(|(_, state)| state));
        verdicts.insert(verdict.conforme);
        levels.insert(lep);
        lengths.insert(length);
    }
    assert_eq!(findings, all(&FINDINGS));
    assert_eq!(terms, all(states));
    assert_eq!(verdicts, all(&["false", "non-noto", "true"]));
    assert_eq!(levels, law.levels.keys().cloned().collect());
    assert_eq!(lengths, (1..=60).collect());
    assert!((SEEDS / 30..SEEDS / 2).contains(&clean), "{clean} of {SEEDS} histories are without a finding");
}

fn all(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| name.to_string()).collect()
}

#[test]
fn histories_of_the_fixture_go_everywhere() {
    goes_everywhere(&fixture().1, &STATES);
}

#[test]
fn histories_of_the_national_levels_go_everywhere() {
    let Some(law) = national() else { return };
    // No national term runs from an item, so that none waits for its base.
    let states: Vec<&str> = STATES.into_iter().filter(|state| *state != "non-decorre").collect();
    goes_everywhere(&law, &states);
}

#[test]
fn a_seed_is_a_history() {
    let (_dir, law) = fixture();
    let once: Vec<_> = (0..500).map(|seed| history(seed, &law)).collect();
    let again: Vec<_> = (0..500).rev().map(|seed| history(seed, &law)).rev().collect();
    assert!(once == again, "a seed told two histories");
    let different: BTreeSet<String> = once.iter().map(|told| format!("{told:?}")).collect();
    assert!(different.len() > 490, "only {} of 500 seeds differ", different.len());
}
