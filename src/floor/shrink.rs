// SPDX-License-Identifier: EUPL-1.2
//! A counter-example made as small as it can be, and played again in the engine before anybody sees it.

use crate::engine::{Event, EventKind};

use super::culprit::{Culprit, culprit};
use super::deviate::is_still;
use super::sides::Sides;
use super::walk::Found;
use super::{CounterExample, Kind};

/// The example with nothing in it that it does without; none when the engine does not see it again.
pub(super) fn shown(sides: &Sides<'_>, found: Found) -> Option<CounterExample> {
    let (n, r) = (sides.national, sides.regional);
    let holds = |events: &[Event]| is_still(found.kind, n, r, events, found.on);
    if !holds(&found.events) {
        return None;
    }
    let mut events = found.events.clone();
    // Whoever could not be served must be seen to have had everything.
    if found.kind != Kind::Excluded {
        loop {
            let shorter = (1..events.len()).rev().find_map(|at| {
                let kept = events.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, event)| event.clone());
                let shorter: Vec<Event> = kept.collect();
                holds(&shorter).then_some(shorter)
            });
            match shorter {
                Some(shorter) => events = shorter,
                None => break,
            }
        }
    }
    let mut on = found.on;
    let last = events.iter().map(|event| event.on).max().unwrap_or(on);
    // Looked at no later than need be.
    let (mut sound, mut early) = (on.number(), last.number());
    while early < sound {
        let middle = early + (sound - early) / 2;
        let Some(day) = crate::calendar::Day::from_number(middle) else { break };
        if is_still(found.kind, n, r, &events, day) {
            sound = middle;
        } else {
            early = middle + 1;
        }
    }
    on = crate::calendar::Day::from_number(sound).filter(|day| is_still(found.kind, n, r, &events, *day)).unwrap_or(on);
    let Culprit { subject, norm, national, sentence } = culprit(sides, found.kind, &events, on);
    let mut facts: Vec<_> = Vec::new();
    for event in &events {
        if let EventKind::FactSupplied { fact, value } = &event.kind {
            facts.push((fact.clone(), value.clone()));
        }
    }
    let unknown = n.facts.iter().filter(|fact| !facts.iter().any(|(name, _)| **name == *fact.name));
    let unknown: Vec<_> = unknown.map(|fact| (fact.name.as_str().into(), None)).collect();
    facts.extend(unknown);
    Some(CounterExample { kind: found.kind, facts, events, on, subject, norm, national, sentence })
}
