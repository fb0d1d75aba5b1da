// SPDX-License-Identifier: EUPL-1.2
//! The checks of a level, one file each. Every code has its line in `specs/README.md` and its wrong spec in `tests/bad/`.

pub(super) mod catalogue;
mod conditions;
mod coverage;
mod delivery;
pub(super) mod echo;
mod evidence;
mod identity;
mod missing;
mod names;
mod norms;
mod obligations;
mod order;
pub(super) mod overlays;
mod sap;
mod scenarios;
pub(super) mod terms;
mod validity;
mod wording;

use crate::spec::decode::{Faults, Letter, Spanned};
use crate::spec::folder::{LevelFile, Specs};
use crate::spec::level::Level;

use super::Context;

pub(super) use conditions::inside as condition_place;

/// One check: what it is called and what it does.
pub struct Check {
    pub name: &'static str,
    /// Does it look at what is left of the level once overlays are laid, or only at the letter of the decree?
    pub laid: bool,
    pub run: fn(&Context<'_>, &mut Faults),
}

/// In the order in which they are easiest to understand.
pub const CHECKS: &[Check] = &[
    Check { name: "identity", laid: false, run: identity::check },
    Check { name: "missing", laid: false, run: missing::check },
    Check { name: "validity", laid: false, run: validity::check },
    Check { name: "wording", laid: false, run: wording::check },
    Check { name: "coverage", laid: false, run: coverage::check },
    Check { name: "names", laid: true, run: names::check },
    Check { name: "order", laid: true, run: order::check },
    Check { name: "obligations", laid: true, run: obligations::check },
    Check { name: "delivery", laid: true, run: delivery::check },
    Check { name: "conditions", laid: true, run: conditions::check },
    Check { name: "evidence", laid: true, run: evidence::check },
    Check { name: "terms", laid: true, run: terms::check },
    Check { name: "norms", laid: true, run: norms::check },
    Check { name: "sap", laid: true, run: sap::check },
    Check { name: "scenarios", laid: false, run: scenarios::check },
];

/// `forse volevi dire …`, or the list of what there is.
pub(super) fn suggestion<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone, what: &str) -> String {
    match crate::names::closest(name, known.clone()) {
        Some(near) => format!("forse volevi dire `{near}`"),
        None => {
            let list: Vec<&str> = known.collect();
            if list.is_empty() {
                "non c'è nessun nome da usare: aggiungilo dove manca, oppure togli la voce".to_owned()
            } else {
                format!("{what}: {}", list.join(", "))
            }
        }
    }
}

/// The level of that letter, or a fault that says which there are.
fn level_named<'a>(specs: &'a Specs, letter: &Spanned<Letter>, faults: &mut Faults) -> Option<&'a LevelFile> {
    let found = specs.level(&letter.value.0);
    if found.is_none() {
        let known: Vec<&str> = specs.levels.iter().map(|f| f.level.letter.value.0.as_str()).collect();
        let help = suggestion(&letter.value.0, known.into_iter(), "i livelli sono");
        let message = format!("il livello `{}` è sconosciuto", letter.value);
        faults.error("livello-sconosciuto", &letter.place, message, help);
    }
    found
}

/// What comes before each item: `da` and `dopo`, by name, with the place of the reference.
fn prerequisites(level: &Level) -> Vec<(&str, Vec<&crate::spec::decode::Spanned<crate::spec::decode::Id>>)> {
    let activities = level
        .activities
        .0
        .iter()
        .map(|e| (e.name.value.0.as_str(), e.value.procedure.iter().flat_map(|p| &p.after).collect::<Vec<_>>()));
    let outputs = level.outputs.0.iter().map(|e| {
        (e.name.value.0.as_str(), e.value.procedure.iter().flat_map(|p| p.rests_on.iter().chain(&p.after)).collect())
    });
    let outcomes = level
        .outcomes
        .0
        .iter()
        .map(|e| (e.name.value.0.as_str(), e.value.procedure.iter().flat_map(|p| &p.after).collect()));
    activities.chain(outputs).chain(outcomes).collect()
}

/// Every item's name and place, in the order of the decree.
pub(super) fn item_names(level: &Level) -> Vec<&crate::spec::decode::Spanned<crate::spec::decode::Id>> {
    let activities = level.activities.0.iter().map(|e| &e.name);
    activities.chain(level.outputs.0.iter().map(|e| &e.name)).chain(level.outcomes.0.iter().map(|e| &e.name)).collect()
}
