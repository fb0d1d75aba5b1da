// SPDX-License-Identifier: EUPL-1.2
//! The history of a line beside the one that is stored: the same, a longer one, or another.

use crate::engine::{Event, EventKind};
use crate::store::StoredEvent;

use super::super::new_event;

/// A line's events beside the stored ones.
pub(super) struct Aligned {
    /// Number of the first stored event that the line tells otherwise.
    pub(super) differs_at: Option<u32>,
    /// The line's events that are not stored yet, numbered as the store will number them.
    pub(super) more: Vec<Event>,
}

/// Puts a line beside what is stored. What scripts said here is not in the line, and moves the numbers of what follows:
/// a correction is made to point at the event it meant.
pub(super) fn aligned(stored: &[StoredEvent], line: &[Event]) -> Aligned {
    let mut numbers: Vec<u32> = Vec::with_capacity(line.len());
    let mut left = stored.iter().peekable();
    let mut next = stored.last().map_or(1, |last| last.sequence.saturating_add(1));
    let mut aligned = Aligned { differs_at: None, more: Vec::new() };
    for event in line {
        // Corrections in the line, and acts on a convocation, count its own events.
        let moved = event.kind.renumbered(|named| {
            let at = usize::try_from(named).ok().and_then(|n| n.checked_sub(1));
            at.and_then(|at| numbers.get(at)).copied().unwrap_or(named)
        });
        let meant = moved.map(|kind| Event { kind, ..event.clone() });
        let event = meant.as_ref().unwrap_or(event);
        let is_speech = matches!(event.kind, EventKind::ScriptSpoke(_));
        while !is_speech && left.next_if(|stored| is_speech_of_ours(stored)).is_some() {}
        match left.next() {
            Some(stored) if is_same(stored, event) => numbers.push(stored.sequence),
            Some(stored) => {
                aligned.differs_at = Some(stored.sequence);
                return aligned;
            }
            None => {
                numbers.push(next);
                next = next.saturating_add(1);
                aligned.more.push(event.clone());
            }
        }
    }
    aligned
}

fn is_speech_of_ours(stored: &StoredEvent) -> bool {
    stored.body.starts_with("{\"tipo\":\"parole\"")
}

/// Is the event of a line the one that is stored?
fn is_same(stored: &StoredEvent, event: &Event) -> bool {
    match &event.kind {
        // The opening was completed when it was first imported: what the line says of it must be there.
        EventKind::CaseOpened(opening) => {
            serde_json::from_str::<Event>(&stored.body).is_ok_and(|was| match &was.kind {
                EventKind::CaseOpened(before) => {
                    let dossier = opening.dossier.is_empty() || opening.dossier == before.dossier;
                    was.on == event.on && was.time == event.time && dossier
                }
                _ => false,
            })
        }
        // The text first; the order of the keys inside a form is nobody's choice.
        _ => {
            new_event(event).body == stored.body
                || serde_json::from_str::<Event>(&stored.body).is_ok_and(|was| was == *event)
        }
    }
}
