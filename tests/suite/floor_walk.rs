// SPDX-License-Identifier: EUPL-1.2
//! The two floor checkers: whatever lowers a level is refuted by the walk and refused by structure, whatever raises it
//! goes through both.
//!
//! Rulebooks are altered directly, as no overlay could: the checkers must not trust what made a rulebook.

use std::collections::BTreeMap;
use std::path::Path;

use lepre::compile::{both, floor::compare};
use lepre::floor::{Bound, Verdict, project, prove};
use lepre::library::Library;
use lepre::rulebook::Rulebook;

use crate::histories::Draw;

mod eyes;
mod lowering;
mod pairs;
mod raising;
mod verb;

/// One way of altering a rulebook.
pub struct Alteration {
    pub name: &'static str,
    /// What both sides must have first, for there to be something to alter.
    pub prepare: fn(&mut Rulebook, &mut Draw) -> bool,
    /// False where the level has nothing of the kind.
    pub alter: fn(&mut Rulebook, &mut Draw) -> bool,
}

pub fn nothing(_: &mut Rulebook, _: &mut Draw) -> bool {
    true
}

/// The levels of the decree, linked, on a day.
pub fn levels() -> BTreeMap<String, Rulebook> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    let library = Library::open(&root).expect("specs");
    let specs = library.specs();
    let letters = specs.levels.iter().map(|file| file.level.letter.value.0.clone());
    let day = "2026-03-02".parse().expect("a day");
    letters
        .map(|letter| {
            let both = both(specs, &letter, None, day).unwrap_or_else(|e| panic!("level {letter}: {e:?}"));
            (letter, both.national)
        })
        .collect()
}

/// Both sides, if the alteration applies to this level.
pub fn altered(level: &Rulebook, alteration: &Alteration, draw: &mut Draw) -> Option<(Rulebook, Rulebook)> {
    let mut national = level.clone();
    if !(alteration.prepare)(&mut national, draw) {
        return None;
    }
    national.link().ok()?;
    let mut regional = national.clone();
    regional.region = Some("piemonte".into());
    if !(alteration.alter)(&mut regional, draw) {
        return None;
    }
    regional.link().unwrap_or_else(|e| panic!("{}: {e}", alteration.name));
    Some((national, regional))
}

pub fn told(verdict: &Verdict, national: &Rulebook) -> String {
    match verdict {
        Verdict::Refuted(example) => example.to_text(national),
        other => format!("{other:?}\n"),
    }
}

/// How many places of each level an alteration is tried on.
const TRIES: u64 = 3;

/// What went wrong, the first few of each kind.
#[derive(Default)]
struct Wrong(Vec<(&'static str, String)>);

impl Wrong {
    fn say(&mut self, name: &'static str, what: String) {
        if self.0.iter().filter(|(known, _)| *known == name).count() < 3 {
            self.0.push((name, what));
        }
    }

    fn none(&self) {
        let told: String = self.0.iter().map(|(name, what)| format!("{name}: {what}\n")).collect();
        assert!(self.0.is_empty(), "{told}");
    }
}

#[test]
fn every_lowering_is_refuted_by_both() {
    let levels = levels();
    assert!(lowering::ALL.len() >= 40, "only {} kinds", lowering::ALL.len());
    let mut wrong = Wrong::default();
    for (kind, alteration) in lowering::ALL.iter().enumerate() {
        let mut applied = 0;
        for (at, (letter, level)) in levels.iter().enumerate() {
            for seed in 0..TRIES {
                let Some((n, r)) = altered(level, alteration, &mut Draw::new(seed)) else { continue };
                applied += 1;
                // The whole walk is much longer, and finds what the short one finds: tried here and there.
                let bounds = [Bound::quick(), Bound::full()];
                for bound in bounds.into_iter().take(if seed == 0 && (kind + at) % 7 == 0 { 2 } else { 1 }) {
                    let verdict = prove(&n, &r, bound);
                    if !matches!(verdict, Verdict::Refuted(_)) {
                        wrong.say(
                            alteration.name,
                            format!("{letter}, place {seed}, {}: {}", bound.name, told(&verdict, &n)),
                        );
                    }
                }
                let found = compare(&n, &r);
                if found.is_empty() || found.iter().any(|l| l.lever.is_empty() || l.message.is_empty()) {
                    wrong.say(alteration.name, format!("{letter}, place {seed}: structure says {found:?}"));
                }
            }
        }
        if applied == 0 {
            wrong.say(alteration.name, "no level has anything of the kind".to_owned());
        }
    }
    wrong.none();
}

#[test]
fn every_raising_goes_through_both() {
    let levels = levels();
    assert!(raising::ALL.len() >= 20, "only {} kinds", raising::ALL.len());
    let mut wrong = Wrong::default();
    for alteration in raising::ALL {
        let mut applied = 0;
        for (letter, level) in &levels {
            for seed in 0..TRIES - 1 {
                let Some((n, r)) = altered(level, alteration, &mut Draw::new(seed)) else { continue };
                applied += 1;
                let verdict = prove(&n, &r, Bound::quick());
                if !verdict.holds() {
                    wrong.say(alteration.name, format!("{letter}, place {seed}: {}", told(&verdict, &n)));
                }
                let found = compare(&n, &r);
                if !found.is_empty() {
                    wrong.say(alteration.name, format!("{letter}, place {seed}: structure says {found:?}"));
                }
            }
        }
        if applied == 0 {
            wrong.say(alteration.name, "no level has anything of the kind".to_owned());
        }
    }
    wrong.none();
}

#[test]
fn a_level_holds_its_own_floor() {
    for (letter, level) in levels() {
        let verdict = prove(&level, &level, Bound { histories: 4_000, ..Bound::full() });
        assert!(verdict.holds(), "level {letter}: {}", told(&verdict, &level));
        let Verdict::Holds { histories, .. } = verdict else { continue };
        assert!(histories > 0, "level {letter}: nothing was walked");
    }
}

#[test]
fn a_counter_example_is_one_in_the_engine() {
    use lepre::engine::{findings, fold};
    use lepre::spec::scenario::Conformity;
    let levels = levels();
    let mut seen = 0;
    for alteration in lowering::ALL {
        for level in levels.values() {
            let Some((n, r)) = altered(level, alteration, &mut Draw::new(1)) else { continue };
            let Verdict::Refuted(example) = prove(&n, &r, Bound::quick()) else { continue };
            assert!(!example.sentence.is_empty() && example.sentence.chars().next().is_some_and(|c| !c.is_uppercase()));
            if example.kind != lepre::floor::Kind::Breach
                || n.origin.missing.contains(&lepre::spec::level::Field::Outputs)
            {
                continue;
            }
            let region = findings(&r, &fold(&r, &example.events), example.on);
            let decree = findings(&n, &fold(&n, &project(&n, &example.events)), example.on);
            assert_eq!(region.conformity, Conformity::Yes, "{}", alteration.name);
            assert_ne!(decree.conformity, Conformity::Yes, "{}", alteration.name);
            seen += 1;
        }
    }
    assert!(seen > 100, "only {seen}");
}
