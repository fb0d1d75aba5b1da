// SPDX-License-Identifier: EUPL-1.2
//! What was recorded is what is read back, and folding it again gives the same case, whatever was recorded.

use std::collections::BTreeMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::path::Path;

use lepre::compile::draft;
use lepre::engine::{Case, Event, apply, fold};
use lepre::library::Library;
use lepre::rulebook::Rulebook;

use crate::engine::{event, specs};
use crate::histories::{fixture::fixture, history};
use crate::reference::Law;

mod events;
mod forms;
mod garbage;

/// A number for the random tests, printed; `LEPRE_SEED` plays one again.
pub fn seed() -> u64 {
    let drawn = || RandomState::new().build_hasher().finish();
    let seed = std::env::var("LEPRE_SEED").ok().map_or_else(drawn, |seed| seed.parse().unwrap());
    println!("LEPRE_SEED={seed}");
    seed
}

/// SplitMix64: small, and the same for ever.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to `below`, excluded.
    pub fn below(&mut self, below: usize) -> usize {
        usize::try_from(self.roll() % below as u64).unwrap()
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// Histories of the national levels, and as many again of the levels made up for the tests.
fn each_history(count: u64, mut look: impl FnMut(u64, &Rulebook, &[Event])) {
    let (folder, invented) = fixture();
    for (root, law) in [(specs().as_path(), &Law::read(&specs())), (folder.path(), &invented)] {
        let library = Library::open(Path::new(root)).unwrap();
        let mut rulebooks: BTreeMap<String, Rulebook> = BTreeMap::new();
        for seed in 0..count {
            let (level, events, _) = history(seed, law);
            let rulebook = rulebooks.entry(level).or_insert_with_key(|level| draft(library.specs(), level).unwrap());
            look(seed, rulebook, &events.into_iter().map(event).collect::<Vec<Event>>());
        }
    }
}

/// One by one as they come, all at once from the store, or half and half: one case.
#[test]
fn a_case_folded_again_is_the_case_that_lived() {
    each_history(2_500, |seed, rulebook, events| {
        let mut lived = Case::new(rulebook);
        for event in events {
            apply(&mut lived, rulebook, event);
        }
        assert_eq!(lived.sequence() as usize, events.len(), "seed {seed}");
        assert_eq!(fold(rulebook, events), lived, "seed {seed}");
        let stored: Vec<String> = events.iter().map(|event| serde_json::to_string(event).unwrap()).collect();
        let read = |text: &String| serde_json::from_str::<Event>(text).unwrap();
        let replayed: Vec<Event> = stored.iter().map(read).collect();
        assert_eq!(replayed, events, "seed {seed}");
        assert_eq!(fold(rulebook, &replayed), lived, "seed {seed}");
        let half = events.len() / 2;
        let mut resumed = fold(rulebook, &replayed[..half]);
        replayed[half..].iter().for_each(|event| apply(&mut resumed, rulebook, event));
        assert_eq!(resumed, lived, "seed {seed}: in two halves");
    });
}

/// The rulebook is stored with the case: read back, it has the same digest and folds the same case.
#[test]
fn a_case_folds_the_same_under_the_rulebook_read_back() {
    let mut stored: BTreeMap<(String, String), Rulebook> = BTreeMap::new();
    each_history(1_500, |seed, rulebook, events| {
        let key = (rulebook.level.clone(), rulebook.digest().to_string());
        let back = stored.entry(key).or_insert_with(|| Rulebook::read(&rulebook.stored()).unwrap());
        assert_eq!(back.digest(), rulebook.digest());
        assert_eq!(fold(back, events), fold(rulebook, events), "seed {seed}");
    });
    assert!(stored.len() > 15, "only {} levels", stored.len());
}
