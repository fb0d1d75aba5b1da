// SPDX-License-Identifier: EUPL-1.2
//! The distinct events of the cases of one rulebook, each with its symbol.
//!
//! Two events that a check cannot tell apart are one: the words of a reason or of a note, who did it, the evidence of an
//! output beyond whether it fits. One of them stands for all.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value as Json;

use crate::calendar::Day;
use crate::engine::{Event, EventKind, Minute, Opening, PriorItem};
use crate::rulebook::Rulebook;

use super::body;

/// Bodies whose symbol is remembered, so that they are not read again.
const REMEMBERED: usize = 1 << 16;

/// See the module.
#[derive(Clone, Debug)]
pub struct Dictionary {
    rulebook: Arc<Rulebook>,
    events: Vec<Event>,
    symbols: BTreeMap<String, u32>,
    bodies: IndexMap<Box<[u8]>, (u32, Option<Minute>), body::QuickState>,
    key: Vec<u8>,
    /// For each output, evidence that fits and evidence that does not: the first that was seen.
    proofs: BTreeMap<(Arc<str>, bool), Json>,
}

impl Dictionary {
    pub fn new(rulebook: &Arc<Rulebook>) -> Self {
        Self {
            rulebook: rulebook.clone(),
            events: Vec::new(),
            symbols: BTreeMap::new(),
            bodies: IndexMap::default(),
            key: Vec::new(),
            proofs: BTreeMap::new(),
        }
    }

    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The symbol of an event.
    pub fn symbol(&mut self, event: &Event) -> u32 {
        let kind = self.stand_in(event);
        // The day and the hour are columns of their own.
        let one = Event { on: Day::MIN, time: None, kind };
        let text = serde_json::to_string(&one).unwrap_or_default();
        if let Some(symbol) = self.symbols.get(&text) {
            return *symbol;
        }
        let symbol = u32::try_from(self.events.len()).unwrap_or(u32::MAX);
        self.events.push(one);
        self.symbols.insert(text, symbol);
        symbol
    }

    /// Takes a distinct event as it was kept: its symbol is the number of those taken before.
    pub(super) fn restore(&mut self, event: Event) {
        let symbol = u32::try_from(self.events.len()).unwrap_or(u32::MAX);
        self.symbols.insert(serde_json::to_string(&event).unwrap_or_default(), symbol);
        if let EventKind::OutputDelivered { output, evidence } = &event.kind {
            self.proof(output, evidence.clone());
        }
        self.events.push(event);
    }

    /// The symbol, the day and the hour of a stored event.
    pub(super) fn symbol_of_body(&mut self, text: &str) -> Result<(u32, i32, Option<Minute>), serde_json::Error> {
        let split = body::without_day(text, &mut self.key);
        if let Some(day) = split
            && let Some((symbol, time)) = self.bodies.get(self.key.as_slice())
        {
            return Ok((*symbol, day, *time));
        }
        let event: Event = serde_json::from_str(text)?;
        let symbol = self.symbol(&event);
        // What the dossier of an opening says depends on its day.
        let is_dated = matches!(&event.kind, EventKind::CaseOpened(opening) if !opening.dossier.is_empty());
        if split == Some(event.on.number()) && !is_dated {
            if self.bodies.len() >= REMEMBERED {
                self.bodies.clear();
            }
            self.bodies.insert(self.key.clone().into_boxed_slice(), (symbol, event.time));
        }
        Ok((symbol, event.on.number(), event.time))
    }

    /// The event that stands for all that a check of this rulebook cannot tell from it.
    fn stand_in(&mut self, event: &Event) -> EventKind {
        let reason = |reason: &str| Arc::<str>::from(if reason.trim().is_empty() { "" } else { "…" });
        let given = |text: &Option<Arc<str>>| text.as_ref().map(|text| reason(text));
        match event.kind.clone() {
            EventKind::CaseOpened(opening) => {
                // Whether something was there by the day of the opening is all that counts.
                let prior = |prior: &PriorItem| PriorItem {
                    on: if prior.on <= event.on { Day::MIN } else { Day::MAX },
                    ..prior.clone()
                };
                let mut dossier: Vec<PriorItem> = opening.dossier.iter().map(prior).collect();
                dossier.sort_by(|a, b| (&a.level, &a.item, a.on).cmp(&(&b.level, &b.item, b.on)));
                dossier.dedup();
                let (subject, pinned) = (Arc::from(""), Arc::from(""));
                EventKind::CaseOpened(Box::new(Opening { subject, rulebook: pinned, dossier, ..*opening }))
            }
            EventKind::ActivityRecorded { activity, event, mode, reason } => {
                EventKind::ActivityRecorded { activity, event, mode, reason: given(&reason) }
            }
            EventKind::OutputDelivered { output, evidence } => {
                // A script may look at what is in it.
                let evidence = if self.rulebook.scripts.is_empty() { self.proof(&output, evidence) } else { evidence };
                EventKind::OutputDelivered { output, evidence }
            }
            EventKind::CaseSuspended { reason: why } => EventKind::CaseSuspended { reason: reason(&why) },
            EventKind::CaseClosed { manner, reason } => EventKind::CaseClosed { manner, reason: given(&reason) },
            EventKind::CaseReopened { reason: why } => EventKind::CaseReopened { reason: reason(&why) },
            EventKind::EventVoided { sequence, reason: why } => {
                EventKind::EventVoided { sequence, reason: reason(&why) }
            }
            EventKind::NoteWritten { .. } => EventKind::NoteWritten { text: Arc::from("…") },
            // Of who has the case, the office counts: sums are made by it.
            EventKind::CaseEntrusted { office: Some(office), .. } => {
                EventKind::CaseEntrusted { operator: None, office: Some(office), reason: None }
            }
            // What the office writes for itself is owed by nobody; whether it may follow the closing is all the same.
            EventKind::MeetingCalled { .. }
            | EventKind::MeetingAttended { .. }
            | EventKind::MeetingMissed { .. }
            | EventKind::AbsenceJustified { .. }
            | EventKind::SanctionApplied { .. }
            | EventKind::CaseEntrusted { .. } => EventKind::NoteWritten { text: Arc::from("…") },
            kind => kind,
        }
    }

    /// The first evidence that was seen of that output and fitted, or did not, as this does.
    fn proof(&mut self, output: &Arc<str>, evidence: Json) -> Json {
        let form = self.rulebook.item_index(output).and_then(|index| self.rulebook.item(index)).map(|i| &i.evidence);
        let fits = form.is_some_and(|form| form.accepts(&evidence));
        self.proofs.entry((output.clone(), fits)).or_insert(evidence).clone()
    }
}
