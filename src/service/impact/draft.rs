// SPDX-License-Identifier: EUPL-1.2
//! A folder of specifications that is not in use and has no fault: only such a one has an impact.

use std::sync::Arc;

use crate::calendar::Day;
use crate::compile::{NoRulebook, has_errors};
use crate::diagnostic::Diagnostic;
use crate::library::Library;
use crate::rulebook::Rulebook;

/// See the module.
#[derive(Clone)]
pub struct Draft(Arc<Library>);

/// A folder with faults, and all that was found in it.
pub struct Faulty {
    pub library: Arc<Library>,
    pub found: Vec<Diagnostic>,
}

impl Draft {
    /// # Errors
    /// The folder has faults.
    pub fn of(library: Arc<Library>) -> Result<Self, Faulty> {
        let found = library.diagnostics();
        if has_errors(&found) { Err(Faulty { library, found }) } else { Ok(Self(library)) }
    }

    pub fn library(&self) -> &Library {
        &self.0
    }

    /// Its law for a level, a region, a day; why there is none, in words.
    pub(super) fn law(&self, level: &str, region: Option<&str>, day: Day) -> Result<Arc<Rulebook>, String> {
        self.0.rulebook(level, region, day).map_err(|no| match no {
            NoRulebook::UnknownLevel => format!("nella bozza il livello `{level}` non c'è"),
            NoRulebook::NotInForce { .. } => format!("nella bozza il livello `{level}` non è in vigore il {day}"),
            NoRulebook::UnknownRegion => {
                format!("nella bozza la regione `{}` non è nel catalogo", region.unwrap_or_default())
            }
            NoRulebook::Faulty(_) => format!("nella bozza il livello `{level}` ha errori"),
        })
    }
}
