// SPDX-License-Identifier: EUPL-1.2
//! A history read with national eyes: what only the region has is not there.
//!
//! Facts, items and fields of a form that the decree does not know are dropped, and so is what scripts said; what is left
//! keeps its order, and a
//! correction goes on naming the event it corrected.

use serde_json::Value as Json;

use crate::engine::{Event, EventKind};
use crate::evidence::Form;
use crate::rulebook::Rulebook;

/// The history as the national rulebook would have seen it recorded.
///
/// Invariant: over a rulebook that has everything the history names, it is the history itself.
pub fn project(national: &Rulebook, events: &[Event]) -> Vec<Event> {
    let mut kept: Vec<Event> = Vec::with_capacity(events.len());
    // For each event, from 1, its number among those kept; none where it was dropped.
    let mut numbers: Vec<Option<u32>> = Vec::with_capacity(events.len());
    for event in events {
        let seen = seen(national, event, &numbers);
        kept.extend(seen);
        let number = u32::try_from(kept.len()).unwrap_or(u32::MAX);
        let was = numbers.iter().flatten().last().copied().unwrap_or(0);
        numbers.push((number > was).then_some(number));
    }
    kept
}

fn seen(national: &Rulebook, event: &Event, numbers: &[Option<u32>]) -> Option<Event> {
    let has_item = |name: &str| national.item_index(name).is_some();
    let kind = match &event.kind {
        EventKind::ScriptSpoke(_) => return None,
        EventKind::FactSupplied { fact, .. } if national.fact_slot(fact).is_none() => return None,
        EventKind::ActivityRecorded { activity, .. } if !has_item(activity) => return None,
        EventKind::OutcomeReached { outcome } if !has_item(outcome) => return None,
        EventKind::Registered { item, .. } if !has_item(item) => return None,
        EventKind::OutputDelivered { output, evidence } => {
            let item = national.item_index(output).and_then(|index| national.item(index))?;
            EventKind::OutputDelivered { output: output.clone(), evidence: asked(&item.evidence, evidence) }
        }
        EventKind::EventVoided { sequence, reason } => {
            let index = usize::try_from(*sequence).ok().and_then(|n| n.checked_sub(1));
            let sequence = match index.and_then(|index| numbers.get(index)) {
                Some(Some(number)) => *number,
                // What it corrected is not there: neither is the correction.
                Some(None) => return None,
                // It reaches nothing here, and must reach nothing there.
                None => 0,
            };
            EventKind::EventVoided { sequence, reason: reason.clone() }
        }
        EventKind::MeetingCalled { activity: Some(activity), day, place, conduct } if !has_item(activity) => {
            let (day, place, conduct) = (*day, place.clone(), conduct.clone());
            EventKind::MeetingCalled { activity: None, day, place, conduct }
        }
        EventKind::MeetingAttended { .. }
        | EventKind::MeetingMissed { .. }
        | EventKind::AbsenceJustified { .. }
        | EventKind::SanctionApplied { .. } => event.kind.renumbered(|named| {
            let index = usize::try_from(named).ok().and_then(|n| n.checked_sub(1));
            index.and_then(|index| numbers.get(index).copied().flatten()).unwrap_or(0)
        })?,
        same @ (EventKind::CaseOpened(_)
        | EventKind::FactSupplied { .. }
        | EventKind::ActivityRecorded { .. }
        | EventKind::OutcomeReached { .. }
        | EventKind::Registered { .. }
        | EventKind::CaseSuspended { .. }
        | EventKind::CaseResumed
        | EventKind::CaseClosed { .. }
        | EventKind::CaseReopened { .. }
        | EventKind::NoteWritten { .. }
        | EventKind::MeetingCalled { .. }
        | EventKind::CaseEntrusted { .. }) => same.clone(),
    };
    Some(Event { on: event.on, time: event.time, kind })
}

/// The form without the fields that the decree does not ask.
fn asked(form: &Form, filled: &Json) -> Json {
    match filled {
        Json::Object(fields) => {
            let known = fields.iter().filter(|(name, _)| form.fields.iter().any(|field| field.name == **name));
            Json::Object(known.map(|(name, value)| (name.clone(), value.clone())).collect())
        }
        other => other.clone(),
    }
}
