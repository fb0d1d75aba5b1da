// SPDX-License-Identifier: EUPL-1.2
//! The scenarios beside levels and variations, played: which do not come out as written, and what could not be played.

use crate::calendar::Day;
use crate::compile::NoRulebook;
use crate::diagnostic::{Diagnostic, Severity};
use crate::library::Library;
use crate::rehearse::play;
use crate::spec::folder::LevelFile;
use crate::spec::scenario::Scenario;

use super::variations;
use super::words::{count, titles, validity};

/// A level, or a variation of one, put to the test.
pub struct Tested<'a> {
    pub letter: String,
    pub title: String,
    /// The file of the variation, where it is one.
    pub variation: Option<&'a str>,
    /// The folder of the region, where it is a region's.
    pub region: Option<&'a str>,
    /// Every scenario, with the faults of the ones that failed.
    pub played: Vec<(&'a Scenario, Vec<Diagnostic>)>,
    /// Why nothing could be played.
    pub obstacle: Option<Obstacle>,
}

pub struct Obstacle {
    pub words: String,
    pub faults: Vec<Diagnostic>,
}

impl Obstacle {
    fn of(faults: Vec<Diagnostic>) -> Self {
        Self { words: format!("la specifica ha {}", count(faults.len(), "errore", "errori")), faults }
    }
}

impl<'a> Tested<'a> {
    /// Takes in how a scenario came out; `false` where nothing can be played at all.
    pub(super) fn take(
        &mut self,
        scenario: &'a Scenario,
        on: Day,
        played: Result<Vec<Diagnostic>, NoRulebook>,
    ) -> bool {
        match played {
            Ok(faults) => self.played.push((scenario, faults)),
            Err(NoRulebook::NotInForce { from, to }) => {
                self.played.push((scenario, vec![not_in_force(scenario, on, from, to)]));
            }
            Err(no) => {
                let faults = if let NoRulebook::Faulty(faults) = no { faults } else { Vec::new() };
                self.played.clear();
                self.obstacle = Some(Obstacle::of(faults));
                return false;
            }
        }
        true
    }

    /// How a reader finds it.
    pub fn name(&self) -> String {
        self.variation.map_or_else(|| format!("LEP {}", self.letter), str::to_owned)
    }

    pub fn failed(&self) -> usize {
        self.played.iter().filter(|(_, faults)| !faults.is_empty()).count()
    }
}

/// Plays every scenario, or those of a file or a folder inside the specifications; empty if there are none there.
pub fn test<'a>(library: &'a Library, inside: Option<&str>) -> Vec<Tested<'a>> {
    let wanted = |file: &LevelFile| match inside {
        None => true,
        Some(inside) => {
            let is = |path: &str| path == inside || path.starts_with(&format!("{inside}/"));
            is(&file.file) || file.scenario_file.as_deref().is_some_and(is)
        }
    };
    let specs = library.specs();
    let mut tested: Vec<Tested<'a>> =
        specs.levels.iter().filter(|file| wanted(file)).map(|file| test_level(library, file)).collect();
    // What does not read: levels, and scenarios that were left out with their file.
    let errors: Vec<Diagnostic> =
        library.diagnostics().into_iter().filter(|fault| fault.severity == Severity::Error).collect();
    let of = |path: &str| errors.iter().filter(|fault| *fault.place.file == *path).cloned().collect::<Vec<_>>();
    for level in &mut tested {
        let Some(file) = specs.level(&level.letter) else { continue };
        let scenario_file = file.file.strip_suffix(".yaml").map(|stem| format!("{stem}.prove.yaml"));
        let unread = scenario_file.as_deref().filter(|_| file.scenario_file.is_none()).map(of).unwrap_or_default();
        let own = of(&file.file);
        if !unread.is_empty() {
            level.obstacle = Some(Obstacle { words: "le prove non si leggono".to_owned(), faults: unread });
        } else if !own.is_empty() {
            level.obstacle = Some(Obstacle::of(own));
        }
        if level.obstacle.is_some() {
            level.played.clear();
        }
    }
    for (letter, title) in titles(library) {
        let prefix = format!("nazionale/{}-", letter.to_lowercase());
        let ours = |fault: &&Diagnostic| {
            let file: &str = &fault.place.file;
            file.starts_with(&prefix) && inside.is_none_or(|inside| same_level(file, inside))
        };
        let faults: Vec<Diagnostic> = errors.iter().filter(ours).cloned().collect();
        if specs.level(&letter).is_none() && (!faults.is_empty() || inside.is_none()) {
            let words = if faults.is_empty() { "il file del livello manca" } else { "la specifica non si legge" };
            let obstacle = Some(Obstacle { words: words.to_owned(), faults });
            tested.push(Tested { letter, title, variation: None, region: None, played: Vec::new(), obstacle });
        }
    }
    let order = titles(library);
    tested.sort_by_key(|level| order.iter().position(|(letter, _)| *letter == level.letter));
    tested.extend(variations::test(library, &errors, inside));
    tested
}

/// Is the file the one asked for, or its other half, or in the folder asked for?
fn same_level(file: &str, inside: &str) -> bool {
    let stem = |path: &str| path.trim_end_matches(".yaml").trim_end_matches(".prove").to_owned();
    stem(file) == stem(inside) || file.starts_with(&format!("{inside}/"))
}

fn test_level<'a>(library: &'a Library, file: &'a LevelFile) -> Tested<'a> {
    let letter = file.level.letter.value.0.clone();
    let title = file.level.title.clone();
    let mut tested =
        Tested { title, variation: None, region: None, played: Vec::new(), obstacle: None, letter: letter.clone() };
    for scenario in &file.scenarios {
        // The law of the day the case is opened: a case keeps it.
        let on = scenario.events.first().map_or(scenario.on, |line| line.on);
        let played = library.rulebook(&letter, None, on).map(|rulebook| play(&rulebook, scenario).faults);
        if !tested.take(scenario, on, played) {
            break;
        }
    }
    tested
}

fn not_in_force(scenario: &Scenario, on: Day, from: Option<Day>, to: Option<Day>) -> Diagnostic {
    let message = format!("la storia comincia il {on}, quando il livello non è in vigore");
    let place = scenario.events.first().map_or(&scenario.place, |line| &line.place);
    Diagnostic::error("prova-fallita", place, message).help(format!("il livello è {}", validity(from, to)))
}
