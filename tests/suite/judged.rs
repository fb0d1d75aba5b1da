// SPDX-License-Identifier: EUPL-1.2
//! The engine judged by the slow reference, on random histories of every level.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use lepre::compile::draft;
use lepre::engine::{self, Event, Finding};
use lepre::library::Library;
use lepre::rulebook::Rulebook;
use lepre::spec::scenario::FindingKind;
use lepre::value::Truth;
use serde_json::Value as Json;

use crate::histories::{fixture::fixture, history};
use crate::reference::{Law, Verdict, judge};

/// Histories compared in a developer's run; `LEPRE_STORIE` asks for more (100,000 in CI), `LEPRE_SEME` starts elsewhere.
const HISTORIES: u64 = 20_000;

pub fn asked(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}

/// The name a finding is about, as the reference names it.
fn subject(rulebook: &Rulebook, events: &[Json], finding: &Finding) -> String {
    let by_event = |keys: &[&str]| {
        let event = finding.sequence.and_then(|n| events.get(n as usize - 1));
        keys.iter().find_map(|key| event?.get(*key)?.as_str()).unwrap_or_default().to_owned()
    };
    match finding.kind {
        FindingKind::Order | FindingKind::Missing | FindingKind::Term => {
            finding.subject(rulebook).unwrap_or_default().to_owned()
        }
        FindingKind::Access | FindingKind::Interrupted | FindingKind::NoOutcome => rulebook.level.clone(),
        FindingKind::Sap if finding.sequence.is_none() => finding.subject(rulebook).unwrap_or_default().to_owned(),
        FindingKind::Unknown if finding.detail == Some(engine::FaultDetail::UnknownCode) => by_event(&["codice"]),
        _ => by_event(&["attivita", "output", "outcome", "per", "dato", "tipo"]),
    }
}

/// The engine's answer in the reference's shape.
pub fn answer(rulebook: &Rulebook, events: &[Json], on: &str) -> Verdict {
    let on = on.parse().expect("a day");
    let read: Vec<Event> = events.iter().map(|e| serde_json::from_value(e.clone()).expect("an event")).collect();
    let case = engine::fold(rulebook, &read);
    let agenda = engine::agenda(rulebook, &case, on);
    let check = engine::findings(rulebook, &case, on);
    let id = |index| rulebook.item(index).map(|item| item.id.clone()).unwrap_or_default();
    let open = case.closed.is_none();
    let undecided: BTreeSet<String> = (0..)
        .zip(engine::obligations(rulebook, &case))
        .filter(|(index, due)| open && *due == Truth::NotKnown && !case.is_done(rulebook, *index))
        .map(|(index, _)| id(index))
        .collect();
    let registrations = agenda.registrations.iter().filter(|_| open).filter_map(|i| rulebook.item(*i));
    let terms: BTreeMap<String, (Option<String>, String)> = rulebook
        .terms
        .iter()
        .map(|term| (term, engine::term_standing(rulebook, &case, term, on)))
        // The reference says nothing of a term that does not apply.
        .filter(|(_, standing)| standing.applies != Truth::False)
        .map(|(term, standing)| {
            (term.id.clone(), (standing.due.map(|d| d.to_string()), standing.state.word().to_owned()))
        })
        .collect();
    Verdict {
        due: agenda.duties.iter().map(|d| id(d.item)).collect(),
        not_known: undecided,
        awaited: agenda.awaited.iter().filter_map(|a| rulebook.fact(a.fact)).map(|f| f.name.clone()).collect(),
        registrations: registrations
            .map(|item| (item.id.clone(), item.registration.as_ref().map(|r| r.codes.clone()).unwrap_or_default()))
            .collect(),
        terms,
        findings: check.findings.iter().map(|f| (f.kind.word().to_owned(), subject(rulebook, events, f))).collect(),
        conforme: check.conformity.word().to_owned(),
    }
}

fn compare(root: &Path, law: &Law, seeds: std::ops::Range<u64>) {
    let library = Library::open(root).expect("specs");
    let mut rulebooks: BTreeMap<String, Rulebook> = BTreeMap::new();
    for seed in seeds {
        let (lep, events, on) = history(seed, law);
        let rulebook = rulebooks
            .entry(lep.clone())
            .or_insert_with(|| draft(library.specs(), &lep).unwrap_or_else(|e| panic!("level {lep}: {e:?}")));
        let (ours, theirs) = (answer(rulebook, &events, &on), judge(law, &lep, &events, &on));
        assert_eq!(ours, theirs, "seed {seed}: level {lep} on {on}, ours left, reference right\n{}", listed(&events));
    }
}

pub fn listed(events: &[Json]) -> String {
    events.iter().enumerate().map(|(i, e)| format!("{} {e}\n", i + 1)).collect()
}

/// Splits the seeds over the cores; a failure names its seed.
fn compare_all(root: &Path, law: &Law, first: u64, count: u64) {
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    std::thread::scope(|scope| {
        for core in 0..cores {
            let share = count.div_ceil(cores);
            let from = first + core * share;
            let to = (from + share).min(first + count);
            scope.spawn(move || compare(root, law, from..to));
        }
    });
}

#[test]
fn engine_agrees_with_the_reference_on_the_national_levels() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    let law = Law::read(&root);
    compare_all(&root, &law, asked("LEPRE_SEME", 0), asked("LEPRE_STORIE", HISTORIES));
}

#[test]
fn engine_agrees_with_the_reference_on_invented_levels() {
    let (folder, law) = fixture();
    compare_all(folder.path(), &law, asked("LEPRE_SEME", 0), asked("LEPRE_STORIE", HISTORIES) / 5);
}
