// SPDX-License-Identifier: EUPL-1.2
//! What follows who does not show up, from the table to the rulebook.

use crate::compile::Context;
use crate::rulebook::{SanctionLadder, SanctionStep};
use crate::spec::catalogue::SanctionSpec;
use crate::spec::level::Audience;

use super::citation;

/// What follows an absence is of persons: a company that does not come loses no benefit.
pub(super) fn sanctions(context: &Context<'_>, audience: Audience) -> Vec<SanctionLadder> {
    let table = context.catalogue.sanctions.0.iter().filter(|_| audience == Audience::Person);
    let steps = |spec: &SanctionSpec| {
        let steps = spec.steps.0.iter();
        steps.map(|step| SanctionStep { measure: step.measure.0.clone(), words: step.words.clone() }).collect()
    };
    table
        .map(|entry| SanctionLadder {
            id: entry.name.value.0.clone(),
            conduct: entry.value.conduct.clone(),
            steps: steps(&entry.value),
            last_repeats: entry.value.last_repeats == Some(true),
            norm: citation(&entry.value.norm),
            state: entry.value.state,
            from: entry.value.validity.as_ref().and_then(|v| v.from),
            to: entry.value.validity.as_ref().and_then(|v| v.to),
            place: entry.name.place.clone(),
        })
        .collect()
}
