// SPDX-License-Identifier: EUPL-1.2
//! The stories beside variations and amendments: played as the region sees them and, where they say so, as the decree does.

use crate::diagnostic::Diagnostic;
use crate::library::Library;
use crate::rehearse::{play, play_national};
use crate::spec::folder::{AMENDMENTS, OverlayFile};

use super::scenarios::{Obstacle, Tested};

/// Every variation asked for, in file order; those that do not read come last.
pub(super) fn test<'a>(library: &'a Library, errors: &[Diagnostic], inside: Option<&str>) -> Vec<Tested<'a>> {
    let specs = library.specs();
    let wanted = |file: &str| {
        let is = |path: &str| path == file || file.starts_with(&format!("{path}/"));
        inside.is_none_or(|inside| {
            is(inside) || inside.strip_suffix(".prove.yaml").is_some_and(|stem| is(&format!("{stem}.yaml")))
        })
    };
    let of = |path: &str| errors.iter().filter(|fault| *fault.place.file == *path).cloned().collect::<Vec<_>>();
    let mut tested: Vec<Tested<'a>> = Vec::new();
    for file in specs.overlays.iter().filter(|file| wanted(&file.file)) {
        let mut one = test_one(library, file);
        let scenarios = file.file.strip_suffix(".yaml").map(|stem| format!("{stem}.prove.yaml")).unwrap_or_default();
        let unread = if file.scenario_file.is_none() { of(&scenarios) } else { Vec::new() };
        let own = of(&file.file);
        if !unread.is_empty() {
            one.obstacle = Some(Obstacle { words: "le prove non si leggono".to_owned(), faults: unread });
        } else if !own.is_empty() {
            one.obstacle = Some(Obstacle { words: "la variazione ha errori".to_owned(), faults: own });
        }
        if one.obstacle.is_some() {
            one.played.clear();
        }
        tested.push(one);
    }
    let is_overlay =
        |path: &str| (path.starts_with("regioni/") || path.starts_with(AMENDMENTS)) && !path.ends_with(".prove.yaml");
    for file in specs.unread.iter().filter(|file| is_overlay(file) && wanted(file)) {
        let obstacle = Some(Obstacle { words: "la variazione non si legge".to_owned(), faults: of(file) });
        let letter = "?".to_owned();
        tested.push(Tested {
            letter,
            title: String::new(),
            variation: Some(file),
            region: None,
            played: Vec::new(),
            obstacle,
        });
    }
    tested
}

fn test_one<'a>(library: &'a Library, file: &'a OverlayFile) -> Tested<'a> {
    let letter = file.overlay.letter.value.0.clone();
    let region = file.folder.as_deref();
    let level = library.specs().level(&letter);
    let mut tested = Tested {
        title: level.map(|level| level.level.title.clone()).unwrap_or_default(),
        variation: Some(&file.file),
        region,
        played: Vec::new(),
        obstacle: None,
        letter: letter.clone(),
    };
    for scenario in &file.scenarios {
        // The law of the day the case is opened: a case keeps it.
        let on = scenario.events.first().map_or(scenario.on, |line| line.on);
        let both =
            library.rulebook(&letter, region, on).and_then(|own| Ok((own, library.rulebook(&letter, None, on)?)));
        let played = both.map(|(own, national)| {
            let beside = play_national(&national, &own, scenario).into_iter().flat_map(|outcome| outcome.faults);
            play(&own, scenario).faults.into_iter().chain(beside).collect()
        });
        if !tested.take(scenario, on, played) {
            break;
        }
    }
    tested
}
