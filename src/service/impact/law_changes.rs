// SPDX-License-Identifier: EUPL-1.2
//! What a draft changes in the law itself, in sentences; and what it will change only from a later day on.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::calendar::Day;
use crate::compile::NoRulebook;
use crate::difference::{About, Change, Direction, compare, is_different};
use crate::library::Library;
use crate::rulebook::Rulebook;

/// Boundaries looked at after the day: more is no law of this world.
const BOUNDARIES: usize = 64;

/// A sentence about the law of a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LawChange {
    pub level: String,
    /// Where it is so; none is the decree as amended, for the regions that vary nothing.
    pub places: Vec<Option<String>>,
    /// It is so wherever the level was compared.
    pub everywhere: bool,
    pub change: Change,
}

/// A level that changes only from a later day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Later {
    pub level: String,
    pub region: Option<String>,
    pub from: Day,
}

/// The two laws of a level in a place; none where there is none.
pub(super) struct Compared {
    pub level: String,
    pub region: Option<String>,
    pub before: Option<Arc<Rulebook>>,
    pub after: Option<Arc<Rulebook>>,
}

/// The sentences, each with all the places where it is so, in the order of the levels.
pub(super) fn law_changes(compared: &[Compared]) -> Vec<LawChange> {
    let mut found: Vec<LawChange> = Vec::new();
    for pair in compared {
        let one_sided = |words: &str, direction| {
            vec![Change { about: About::Level, words: words.to_owned(), direction, act: None }]
        };
        let changes = match (&pair.before, &pair.after) {
            (None, None) => continue,
            (Some(before), Some(after)) if Arc::ptr_eq(before, after) || !is_different(before, after) => continue,
            (Some(before), Some(after)) => compare(before, after),
            (None, Some(_)) => one_sided("il livello entra: prima non c'era", Direction::Raises),
            (Some(_), None) => one_sided("il livello esce: nella bozza non c'è o non è in vigore", Direction::Lowers),
        };
        for change in changes {
            match found.iter_mut().find(|known| known.level == pair.level && known.change == change) {
                Some(known) if known.places.contains(&pair.region) => {}
                Some(known) => known.places.push(pair.region.clone()),
                None => found.push(LawChange {
                    level: pair.level.clone(),
                    places: vec![pair.region.clone()],
                    everywhere: false,
                    change,
                }),
            }
        }
    }
    for law in &mut found {
        let places: BTreeSet<_> = compared.iter().filter(|pair| pair.level == law.level).map(|p| &p.region).collect();
        law.everywhere = law.places.len() == places.len();
    }
    found
}

/// The regions in which one of the folders says anything of its own.
pub(super) fn speaking_regions(libraries: [&Library; 2]) -> BTreeSet<String> {
    let regions = libraries.into_iter().flat_map(|library| {
        let specs = library.specs();
        let own = specs.regions.iter().map(|file| file.folder.to_string());
        own.chain(specs.overlays.iter().filter_map(|overlay| overlay.folder.as_deref().map(str::to_owned)))
    });
    regions.collect()
}

/// The letters of both, in the order of the catalogue of the first.
pub(super) fn letters(libraries: [&Library; 2]) -> Vec<String> {
    let mut letters: Vec<String> = Vec::new();
    for library in libraries {
        let specs = library.specs();
        let files = specs.levels.iter().map(|file| file.level.letter.value.0.as_str());
        for letter in specs.catalogue.levels.names().chain(files) {
            if !letters.iter().any(|known| known == letter) {
                letters.push(letter.to_owned());
            }
        }
    }
    letters
}

/// The first day after `day` on which the law of a level in a place is another in the draft, where that day it is not.
pub(super) fn later(own: &Library, draft: &Library, level: &str, region: Option<&str>, day: Day) -> Option<Later> {
    let mut on = day;
    for _ in 0..BOUNDARIES {
        let (was, now) = (own.rulebook(level, region, on), draft.rulebook(level, region, on));
        let differs = match (&was, &now) {
            (Ok(was), Ok(now)) => is_different(was, now),
            (Err(_), Err(_)) => false,
            _ => true,
        };
        if differs {
            let later = Later { level: level.to_owned(), region: region.map(str::to_owned), from: on };
            return (on > day).then_some(later);
        }
        on = next(&was, on).into_iter().chain(next(&now, on)).min()?;
    }
    None
}

/// The next day on which a law may be another one.
fn next(law: &Result<Arc<Rulebook>, NoRulebook>, on: Day) -> Option<Day> {
    match law {
        Ok(law) => law.to?.checked_add_days(1),
        Err(NoRulebook::NotInForce { from, .. }) => from.filter(|from| *from > on),
        Err(_) => None,
    }
}
