// SPDX-License-Identifier: EUPL-1.2
//! What follows who does not show up: for each conduct, a measure for each time.

use serde::{Deserialize, Serialize};

use crate::calendar::Day;
use crate::diagnostic::Place;
use crate::spec::catalogue::CodeState;

use super::{Citation, place_text};

/// A conduct and its measures, from the first time on (D.Lgs. 150/2015, art. 21, co. 7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SanctionLadder {
    pub id: String,
    #[serde(rename = "condotta")]
    pub conduct: String,
    #[serde(rename = "passi")]
    pub steps: Vec<SanctionStep>,
    /// Does the last measure hold for every further time? If not, the ladder ends with it.
    #[serde(rename = "ultimo_si_ripete", skip_serializing_if = "std::ops::Not::not", default)]
    pub last_repeats: bool,
    #[serde(rename = "norma")]
    pub norm: Citation,
    /// Was it read in an official source?
    #[serde(rename = "stato")]
    pub state: CodeState,
    #[serde(rename = "dal", skip_serializing_if = "Option::is_none", default)]
    pub from: Option<Day>,
    #[serde(rename = "al", skip_serializing_if = "Option::is_none", default)]
    pub to: Option<Day>,
    #[serde(rename = "@luogo", with = "place_text")]
    pub place: Place,
}

/// One measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SanctionStep {
    #[serde(rename = "misura")]
    pub measure: String,
    /// As a person reads it.
    #[serde(rename = "testo")]
    pub words: String,
}

impl SanctionLadder {
    /// The measure of a time, counted from 1; none where the ladder says nothing of it.
    pub fn step(&self, occasion: u32) -> Option<&SanctionStep> {
        let at = usize::try_from(occasion).ok()?.checked_sub(1)?;
        self.steps.get(at).or_else(|| self.steps.last().filter(|_| self.last_repeats))
    }

    /// Is it the law on that day?
    pub fn holds(&self, on: Day) -> bool {
        self.from.is_none_or(|from| from <= on) && self.to.is_none_or(|to| on <= to)
    }
}
