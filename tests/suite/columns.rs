// SPDX-License-Identifier: EUPL-1.2
//! The columns give the step engine's findings, bit for bit, on random histories of every level.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lepre::calendar::Day;
use lepre::columns::{self, Asked, CaseKey, Columns};
use lepre::compile::draft;
use lepre::digest::Digest;
use lepre::engine::{Case, Check, Checker, Event, Finding, Tally, findings, fold, fold_to, replay};
use lepre::library::Library;
use lepre::rulebook::Rulebook;
use lepre::service::check_group;
use lepre::spec::scenario::{Conformity, FindingKind};

use crate::histories::{fixture::fixture, history};
use crate::judged::{asked, listed};
use crate::reference::Law;

/// Histories of a developer's run; as many as the engine's own comparison where `LEPRE_STORIE` asks for more.
const HISTORIES: u64 = 12_000;

struct Told {
    seed: u64,
    rulebook: Arc<Rulebook>,
    events: Vec<Event>,
    on: Day,
}

/// Columns that hold random histories, with the same told as they are: the seed is the id of the case.
fn told(root: &Path, law: &Law, seeds: std::ops::Range<u64>) -> (Columns, BTreeMap<u64, Told>) {
    let library = Library::open(root).unwrap();
    let mut rulebooks: BTreeMap<String, (Digest, Arc<Rulebook>)> = BTreeMap::new();
    let (mut columns, mut all) = (Columns::new(), BTreeMap::new());
    for seed in seeds {
        let (lep, events, on) = history(seed, law);
        let (digest, rulebook) = rulebooks
            .entry(lep.clone())
            .or_insert_with(|| {
                let rulebook = draft(library.specs(), &lep).unwrap_or_else(|e| panic!("level {lep}: {e:?}"));
                (rulebook.digest(), Arc::new(rulebook))
            })
            .clone();
        let bodies: Vec<String> = events
            .iter()
            .map(|event| serde_json::to_string(&serde_json::from_value::<Event>(event.clone()).unwrap()).unwrap())
            .collect();
        let events: Vec<Event> = bodies.iter().map(|body| serde_json::from_str(body).unwrap()).collect();
        let group = columns.group(digest, &rulebook);
        let key = CaseKey {
            id: seed.into(),
            sequence: u32::try_from(events.len()).unwrap(),
            hash: seed,
            opened_on: events.first().map_or(0, |event| event.on.number()),
        };
        columns.add_stored(group, key, 0, bodies.iter().map(String::as_str)).unwrap();
        all.insert(seed, Told { seed, rulebook, events, on: on.parse().unwrap() });
    }
    (columns, all)
}

fn folded(told: &Told, asked: Asked) -> Case {
    if asked.past { fold_to(&told.rulebook, &told.events, asked.on) } else { fold(&told.rulebook, &told.events) }
}

fn by_steps(told: &Told, asked: Asked) -> Check {
    findings(&told.rulebook, &folded(told, asked), asked.on)
}

/// Each history on its own day, as it is and as it stood: the answers must be equal in every field and in their order.
fn compare(columns: &Columns, all: &BTreeMap<u64, Told>) -> (usize, usize) {
    let (mut quick, mut compared) = (0, 0);
    let (mut tally, mut right_tally) = (Tally::default(), Tally::default());
    for group in columns.groups() {
        let program = group.program();
        let mut checker = Checker::new(&program);
        for row in group.rows() {
            let told = &all[&u64::try_from(row.key.id).unwrap()];
            for past in [false, true] {
                let asked = Asked { on: told.on, past };
                let right = by_steps(told, asked);
                columns::check_each(&mut checker, &row, asked, |checked| {
                    let ours = (checked.conformity, checked.findings);
                    let shown: Vec<serde_json::Value> =
                        told.events.iter().map(|event| serde_json::to_value(event).unwrap()).collect();
                    assert_eq!(
                        ours,
                        (right.conformity, right.findings.as_slice()),
                        "seed {}: LEP {} on {} (past: {past}), columns left, steps right\n{}",
                        told.seed,
                        told.rulebook.level,
                        told.on,
                        listed(&shown)
                    );
                });
                right_tally.take(&told.rulebook, &folded(told, asked), asked.on);
                columns::tally_each(&mut checker, &row, asked, &mut tally, |checked, tally| {
                    assert_eq!((checked.conformity, checked.findings), (right.conformity, right.findings.as_slice()));
                    assert_eq!(*tally, right_tally, "seed {}: LEP {} on {}", told.seed, told.rulebook.level, told.on);
                });
                compared += 1;
                quick += usize::from(checker.verdict().is_some());
            }
        }
    }
    (quick, compared)
}

#[test]
fn the_columns_say_what_the_steps_say_on_the_national_levels() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    let first = asked("LEPRE_SEME", 0);
    let (columns, all) = told(&root, &Law::read(&root), first..first + asked("LEPRE_STORIE", HISTORIES));
    let (quick, compared) = compare(&columns, &all);
    // A checker that leaves it all to the steps would agree too.
    assert!(quick * 2 > compared, "{quick} of {compared} were checked quickly");
}

#[test]
fn the_columns_say_what_the_steps_say_on_invented_levels() {
    let (folder, law) = fixture();
    let first = asked("LEPRE_SEME", 0);
    let (columns, all) = told(folder.path(), &law, first..first + asked("LEPRE_STORIE", HISTORIES) / 4);
    compare(&columns, &all);
}

/// Of two acts of one day, and of one recorded late, the order of recording says which came first only where the level says so.
#[test]
fn precedence_goes_by_the_day_or_by_the_record() {
    let (folder, law) = fixture();
    let path = folder.path().join("nazionale/m-ogni-parola.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    let event = |json: &str| serde_json::from_str::<Event>(json).unwrap();
    let told = |first: (&str, &str), second: (&str, &str)| {
        let done = |(name, il): (&str, &str)| {
            event(&format!(r#"{{"tipo":"attivita","il":"{il}","attivita":"{name}","evento":"terminata"}}"#))
        };
        vec![event(r#"{"tipo":"aperta","il":"2024-05-02","soggetto":"s","lep":"M"}"#), done(first), done(second)]
    };
    let same_day = told(("ciclo", "2024-05-06"), ("accoglienza", "2024-05-06"));
    let dated_later = told(("accoglienza", "2024-05-08"), ("ciclo", "2024-05-06"));
    let orders = |rulebook: &Rulebook, events: &[Event]| {
        let found = findings(rulebook, &fold(rulebook, events), "2024-05-10".parse().unwrap()).findings;
        found.iter().filter(|finding| finding.kind == FindingKind::Order).count()
    };
    let by_day = draft(Library::open(folder.path()).unwrap().specs(), "M").unwrap();
    assert_eq!((orders(&by_day, &same_day), orders(&by_day, &dated_later)), (0, 1));
    for (word, wanted) in [("giorno", (0, 1)), ("registrazione", (1, 0))] {
        std::fs::write(&path, text.replacen("accesso:", &format!("precedenza: {word}\naccesso:"), 1)).unwrap();
        let rulebook = draft(Library::open(folder.path()).unwrap().specs(), "M").unwrap();
        assert_eq!((orders(&rulebook, &same_day), orders(&rulebook, &dated_later)), wanted, "{word}");
        // What is the default is the same law, said or not.
        assert_eq!(rulebook.digest() == by_day.digest(), word == "giorno");
    }
    let first = asked("LEPRE_SEME", 0);
    let (columns, all) = self::told(folder.path(), &law, first..first + asked("LEPRE_STORIE", HISTORIES) / 8);
    assert!(all.values().any(|told| told.rulebook.goes_by_recording()));
    compare(&columns, &all);
}

/// Histories played again under another law: the steps replay them, and the columns say the same.
#[test]
fn another_law_is_held_against_the_same_histories() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    let (columns, all) = told(&root, &Law::read(&root), 0..3_000);
    let library = Library::open(&root).unwrap();
    let mut compared = 0;
    for group in columns.groups() {
        for region in ["piemonte", "lombardia", "bolzano"] {
            let Ok(law) = library.rulebook(&group.rulebook().level, Some(region), "2025-06-01".parse().unwrap()) else {
                continue;
            };
            let (program, opaque) = (group.program_under(&law), group.opaque_under(&law));
            let mut checker = Checker::new(&program);
            for row in group.rows().filter(|row| !row.entries().any(|(symbol, ..)| opaque[symbol as usize])) {
                let told = &all[&u64::try_from(row.key.id).unwrap()];
                for past in [false, true] {
                    let case = replay(&law, &told.events, past.then_some(told.on));
                    let right = findings(&law, &case, told.on);
                    let asked = Asked { on: told.on, past };
                    columns::check_each(&mut checker, &row, asked, |checked| {
                        assert_eq!(
                            (checked.conformity, checked.findings),
                            (right.conformity, right.findings.as_slice()),
                            "seed {}: LEP {} under the law of {region}, past: {past}",
                            told.seed,
                            law.level
                        );
                    });
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 3_000, "{compared}");
}

#[test]
fn many_threads_see_every_case_once_and_a_stop_stops_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    let (columns, all) = told(&root, &Law::read(&root), 0..6_000);
    let on: Day = "2026-01-31".parse().unwrap();
    for past in [false, true] {
        let asked = Asked { on, past };
        let mut seen: BTreeMap<u128, (Conformity, Vec<Finding>)> = BTreeMap::new();
        for group in columns.groups() {
            let program = group.program();
            let parts = check_group(
                group,
                &program,
                asked,
                &AtomicBool::new(false),
                Vec::new,
                |_| true,
                |sums, row, _, c| {
                    sums.push((row.key.id, c.conformity, c.findings.to_vec()));
                },
            );
            for (id, conformity, found) in parts.into_iter().flatten() {
                assert!(seen.insert(id, (conformity, found)).is_none(), "case {id} twice");
            }
        }
        let is_there = |told: &&Told| !past || told.events.first().is_none_or(|event| event.on <= on);
        assert_eq!(seen.len(), all.values().filter(is_there).count());
        for told in all.values().filter(is_there) {
            let right = by_steps(told, asked);
            assert_eq!(seen[&told.seed.into()], (right.conformity, right.findings), "seed {}", told.seed);
        }
    }
    let group = &columns.groups()[0];
    let stop = AtomicBool::new(true);
    let program = group.program();
    let asked = Asked { on, past: false };
    let parts = check_group(group, &program, asked, &stop, || 0_u32, |_| true, |count, _, _, _| *count += 1);
    assert!(stop.load(Ordering::Relaxed) && parts.iter().sum::<u32>() == 0);
}

#[test]
fn columns_survive_a_file_and_damage_is_refused() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    let (mut columns, all) = told(&root, &Law::read(&root), 0..500);
    columns.office(Some("torino"));
    let mut bytes = Vec::new();
    columns::save(&columns, &mut bytes).unwrap();
    let back = columns::load(&mut bytes.as_slice()).unwrap();
    assert_eq!((back.len(), back.events(), back.offices()), (columns.len(), columns.events(), columns.offices()));
    compare(&back, &all);
    let mut again = Vec::new();
    columns::save(&back, &mut again).unwrap();
    assert!(bytes == again, "what is read back is written the same");
    for at in (0..bytes.len()).step_by(bytes.len() / 97) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1;
        assert!(columns::load(&mut flipped.as_slice()).is_err(), "byte {at}");
        assert!(columns::load(&mut &bytes[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn what_a_check_cannot_tell_apart_is_one_event() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    let (columns, _) = told(&root, &Law::read(&root), 0..4_000);
    for group in columns.groups() {
        let texts: Vec<String> = group.distinct().iter().map(|event| serde_json::to_string(event).unwrap()).collect();
        let subjects = texts.iter().any(|text| text.contains("\"soggetto\":\"s"));
        assert!(!subjects, "the columns of LEP {} name a subject", group.rulebook().level);
    }
}
