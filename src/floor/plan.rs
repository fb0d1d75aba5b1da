// SPDX-License-Identifier: EUPL-1.2
//! A history before its days are events: what is done, when, how, and what is left out.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::calendar::Day;
use crate::engine::{Event, EventKind, Minute, Opening, PriorItem, ReadFacts, Speech};
use crate::rulebook::{ItemKind, Rulebook};
use crate::spec::scenario::{Manner, SapEventWord};

use super::facts::Facts;

/// What happens to one item.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub kind: ItemKind,
    /// Completions; none where it is only begun.
    pub times: u32,
    pub on: Day,
    pub time: Option<Minute>,
    /// An activity's beginning, where it is recorded.
    pub started: Option<(Day, Option<Minute>)>,
    pub mode: Option<Arc<str>>,
    pub evidence: Arc<Json>,
    pub code: Option<Arc<str>>,
}

#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub opening: Day,
    pub time: Option<Minute>,
    pub office: Option<Arc<str>>,
    pub dossier: Vec<PriorItem>,
    pub facts: Facts,
    /// One place for each item of either side.
    pub steps: Vec<Option<Step>>,
    pub closing: Option<(Day, Manner)>,
    /// Suspended from the one day, resumed on the other.
    pub suspension: Option<(Day, Option<Day>)>,
    /// The day on which the case is looked at.
    pub on: Day,
}

impl Plan {
    /// A case opened on a day, with a dossier and facts; nothing is done in it yet.
    pub fn opened(opening: Day, dossier: Vec<PriorItem>, facts: Facts) -> Self {
        Self {
            opening,
            time: None,
            office: None,
            dossier,
            facts,
            steps: Vec::new(),
            closing: None,
            suspension: None,
            on: opening,
        }
    }

    pub fn step(&self, at: usize) -> Option<&Step> {
        self.steps.get(at).and_then(Option::as_ref)
    }

    pub fn step_mut(&mut self, at: usize) -> Option<&mut Step> {
        self.steps.get_mut(at).and_then(Option::as_mut)
    }

    pub fn has(&self, at: usize) -> bool {
        self.step(at).is_some()
    }

    pub fn without(&self, at: usize) -> Self {
        let mut plan = self.clone();
        if let Some(place) = plan.steps.get_mut(at) {
            *place = None;
        }
        plan
    }

    /// A plan with one step altered.
    pub fn with(&self, at: usize, alter: impl FnOnce(&mut Step)) -> Self {
        let mut plan = self.clone();
        if let Some(step) = plan.step_mut(at) {
            alter(step);
        }
        plan
    }

    /// The day of the last thing that happens.
    pub fn last(&self) -> Day {
        let steps = self.steps.iter().flatten().map(|step| step.on);
        steps
            .chain(self.closing.map(|closing| closing.0))
            .chain(std::iter::once(self.opening))
            .max()
            .unwrap_or(self.opening)
    }

    /// The opening and the facts: what every history of this plan begins with. Scripts have spoken, and ask for nothing.
    pub fn beginning(&self, rulebook: &Rulebook) -> Vec<Event> {
        let opening = Opening {
            subject: "esempio".into(),
            level: rulebook.level.as_str().into(),
            region: None,
            office: self.office.clone(),
            rulebook: "".into(),
            dossier: self.dossier.clone(),
        };
        let mut events = vec![self.event(self.opening, self.time, EventKind::CaseOpened(Box::new(opening)))];
        for (fact, value) in &self.facts {
            if value.is_some() {
                let kind = EventKind::FactSupplied { fact: fact.clone(), value: value.clone() };
                events.push(self.event(self.opening, None, kind));
            }
        }
        for script in &rulebook.scripts {
            let silent = Speech {
                script: script.name.as_str().into(),
                read: ReadFacts::default(),
                words: Vec::new(),
                awaits: None,
                failure: None,
            };
            events.push(self.event(self.opening, None, EventKind::ScriptSpoke(Box::new(silent))));
        }
        events
    }

    fn event(&self, on: Day, time: Option<Minute>, kind: EventKind) -> Event {
        Event { on, time, kind }
    }

    /// The history, in the order of its days.
    pub fn events(&self, rulebook: &Rulebook, names: &[Arc<str>]) -> Vec<Event> {
        let mut later: Vec<Event> = Vec::new();
        for (name, step) in names.iter().zip(&self.steps) {
            if let Some(step) = step {
                self.step_events(name, step, &mut later);
            }
        }
        if let Some((from, to)) = self.suspension {
            later.push(self.event(from, None, EventKind::CaseSuspended { reason: "la persona è ricoverata".into() }));
            later.extend(to.map(|to| self.event(to, None, EventKind::CaseResumed)));
        }
        later.sort_by_key(|event| event.on);
        if let Some((on, manner)) = self.closing {
            let reason = (manner == Manner::Interrupted).then(|| "rinuncia".into());
            later.push(self.event(on, None, EventKind::CaseClosed { manner, reason }));
        }
        let mut events = self.beginning(rulebook);
        events.append(&mut later);
        events
    }

    fn step_events(&self, name: &Arc<str>, step: &Step, out: &mut Vec<Event>) {
        let activity = |event| EventKind::ActivityRecorded {
            activity: name.clone(),
            event,
            mode: step.mode.clone(),
            reason: None,
        };
        if let Some((on, time)) = step.started {
            out.push(self.event(on, time, activity(SapEventWord::Started)));
        }
        for _ in 0..step.times {
            let kind = match step.kind {
                ItemKind::Activity => activity(SapEventWord::Ended),
                ItemKind::Output => {
                    EventKind::OutputDelivered { output: name.clone(), evidence: step.evidence.as_ref().clone() }
                }
                ItemKind::Outcome => EventKind::OutcomeReached { outcome: name.clone() },
            };
            out.push(self.event(step.on, step.time, kind));
        }
        if let Some(code) = &step.code {
            let kind = EventKind::Registered { code: code.clone(), item: name.clone() };
            out.push(self.event(step.on, None, kind));
        }
    }
}

pub(super) fn no_evidence() -> Arc<Json> {
    Arc::new(Json::Object(Map::new()))
}
