// SPDX-License-Identifier: EUPL-1.2
//! Plays a scenario on the engine and says, line by line, what did not come out as written.

mod expected;

use std::sync::Arc;

use serde_json::Value as Json;

use crate::calendar::Day;
use crate::diagnostic::{Diagnostic, Place};
use crate::engine::{Case, Command, Event, EventKind, Minute, Opening, PriorItem, Refusal, apply, decide};
use crate::rulebook::Rulebook;
use crate::spec::decode::{Faults, Id};
use crate::spec::scenario::{Action, Call, Expected, ExpectedRefusal, Line, Literal, Scenario};
use crate::value::{Datum, FactType};

/// How a scenario came out.
#[derive(Debug)]
pub struct Outcome {
    /// Empty when everything came out as written.
    pub faults: Vec<Diagnostic>,
    /// The history as it was recorded.
    pub events: Vec<Event>,
}

impl Outcome {
    pub fn passed(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Plays one scenario under a rulebook.
pub fn play(rulebook: &Rulebook, scenario: &Scenario) -> Outcome {
    perform(rulebook, None, scenario, &scenario.expected)
}

/// Plays a region's scenario as the decree sees it, where the scenario says what must then result.
///
/// What only the region has is not seen: lines on its items, fields of its forms, its facts, registrations that only it asks
/// for. A line that the region refuses is tried all the same, and counts where the decree has nothing against it.
pub fn play_national(national: &Rulebook, regional: &Rulebook, scenario: &Scenario) -> Option<Outcome> {
    let expected = scenario.national.as_ref()?;
    let mut outcome = perform(national, Some(regional), scenario, expected);
    for fault in &mut outcome.faults {
        fault.message = format!("per il livello nazionale: {}", fault.message);
    }
    Some(outcome)
}

fn perform(rulebook: &Rulebook, varied: Option<&Rulebook>, scenario: &Scenario, expected: &Expected) -> Outcome {
    let mut player = Player {
        rulebook,
        varied,
        scenario,
        case: Case::new(rulebook),
        events: Vec::new(),
        faults: Faults::default(),
        recorded: Vec::new(),
    };
    for line in &scenario.events {
        player.line(line);
    }
    player.expect(expected);
    Outcome { faults: player.faults.0, events: player.events }
}

struct Player<'a> {
    rulebook: &'a Rulebook,
    /// The region's rulebook, where its story is read as the decree sees it.
    varied: Option<&'a Rulebook>,
    scenario: &'a Scenario,
    case: Case,
    events: Vec<Event>,
    faults: Faults,
    /// For each line that recorded something, the number of its event: facts of `dati` take numbers of their own. None for a
    /// line that only the region sees.
    recorded: Vec<Option<u32>>,
}

impl Player<'_> {
    fn wrong(&mut self, place: &Place, message: impl Into<String>, help: impl Into<String>) {
        let help: String = help.into();
        let help = if help.is_empty() { "correggi la storia, oppure il livello".to_owned() } else { help };
        self.faults.error("prova-fallita", place, message, help);
    }

    fn line(&mut self, line: &Line) {
        let time = match line.time.as_ref().map(|t| (t, t.value.parse::<Minute>())) {
            None => None,
            Some((_, Ok(minute))) => Some(minute),
            Some((spanned, Err(message))) => {
                self.wrong(&spanned.place.clone(), message, "");
                return;
            }
        };
        let Some(action) = line.action(&mut self.faults) else { return };
        let action = if self.varied.is_some() { self.seen(action) } else { Some(action) };
        let command = action.and_then(|action| self.command(line.on, time, action));
        let Some(command) = command else {
            if line.refusal.is_none() {
                self.recorded.push(None);
            }
            return;
        };
        if self.varied.is_some() && line.refusal.is_some() {
            if let Ok(events) = decide(self.rulebook, &self.case, &command, self.scenario.on) {
                self.take(events);
            }
            return;
        }
        if self.scenario.imported == Some(true) {
            self.import(command);
            return;
        }
        match (decide(self.rulebook, &self.case, &command, self.scenario.on), &line.refusal) {
            (Ok(events), None) => {
                let first = self.case.sequence() + 1;
                self.take(events);
                self.recorded.push(Some(first));
            }
            (Err(refusals), Some(expected)) => self.refused(expected, &refusals),
            (Ok(_), Some(expected)) => {
                let message = format!(
                    "il comando doveva essere rifiutato (`{}`), invece è stato accolto",
                    expected.kind.value.word()
                );
                self.wrong(&expected.place.clone(), message, "");
            }
            (Err(refusals), None) => {
                for refusal in refusals {
                    self.wrong(&line.place, format!("il comando è stato rifiutato: {}", refusal.message), refusal.help);
                }
            }
        }
    }

    /// An action as the decree sees it; none where it is of something that only the region has.
    fn seen(&self, action: Action) -> Option<Action> {
        let varied = self.varied?;
        let item = |name: &Id| self.rulebook.item_index(&name.0).and_then(|index| self.rulebook.item(index));
        let only_there = |name: &Id| item(name).is_none() && varied.item_index(&name.0).is_some();
        let hidden = match &action {
            Action::Activity { activity: name, .. }
            | Action::Output { output: name, .. }
            | Action::Outcome { outcome: name } => only_there(&name.value),
            Action::Register { item: name, .. } => {
                only_there(&name.value) || item(&name.value).is_some_and(|item| item.registration.is_none())
            }
            Action::Fact { name, .. } => self.is_regional_fact(&name.value.0),
            _ => false,
        };
        match action {
            _ if hidden => None,
            Action::Output { output, mut evidence } => {
                let fields = |rulebook: &Rulebook, field: &str| {
                    let index = rulebook.item_index(&output.value.0)?;
                    Some(rulebook.item(index)?.evidence.fields.iter().any(|known| known.name == field))
                };
                let is_regional =
                    |field: &str| fields(self.rulebook, field) == Some(false) && fields(varied, field) == Some(true);
                evidence.0.retain(|field, _| !is_regional(field));
                Some(Action::Output { output, evidence })
            }
            Action::Call(call) => {
                let activity = call.activity.filter(|name| !only_there(&name.value));
                Some(Action::Call(Call { activity, ..call }))
            }
            other => Some(other),
        }
    }

    /// Is it a fact that only the region asks for?
    fn is_regional_fact(&self, name: &str) -> bool {
        let Some(varied) = self.varied else { return false };
        self.rulebook.fact_slot(name).is_none() && varied.fact_slot(name).is_some()
    }

    fn command(&mut self, on: Day, time: Option<Minute>, action: Action) -> Option<Command> {
        let event = |kind| Some(Command::Record(Event { on, time, kind }));
        let arc = |text: &str| Arc::<str>::from(text);
        match action {
            Action::Open => {
                let dossier = self.scenario.dossier.iter().filter_map(|p| {
                    let item = p.output.as_ref().or(p.activity.as_ref()).or(p.outcome.as_ref())?;
                    Some(PriorItem { level: arc(&p.level.0), item: arc(&item.0), on: p.on })
                });
                let seen = self.scenario.facts.0.iter().filter(|entry| !self.is_regional_fact(&entry.name.value.0));
                let facts = seen.map(|entry| {
                    let name = &entry.name.value.0;
                    (arc(name), self.datum(name, &entry.value))
                });
                let opening = Opening {
                    subject: arc("prova"),
                    level: arc(&self.rulebook.level),
                    region: self.rulebook.region.as_deref().map(arc),
                    office: self.scenario.office.as_ref().filter(|_| self.varied.is_none()).map(|o| arc(&o.value.0)),
                    rulebook: arc(""),
                    dossier: dossier.collect(),
                };
                Some(Command::OpenCase { on, time, opening, facts: facts.collect() })
            }
            Action::Fact { name, value } => {
                let value = value.map(|value| self.datum(&name.value.0, &value));
                event(EventKind::FactSupplied { fact: arc(&name.value.0), value })
            }
            Action::Activity { activity, event: what, mode, reason } => event(EventKind::ActivityRecorded {
                activity: arc(&activity.value.0),
                event: what,
                mode: mode.map(|m| arc(&m.value)),
                reason: reason.as_deref().map(arc),
            }),
            Action::Output { output, evidence } => {
                event(EventKind::OutputDelivered { output: arc(&output.value.0), evidence: Json::Object(evidence.0) })
            }
            Action::Outcome { outcome } => event(EventKind::OutcomeReached { outcome: arc(&outcome.value.0) }),
            Action::Register { code, item } => {
                event(EventKind::Registered { code: arc(&code.value.0), item: arc(&item.value.0) })
            }
            Action::Suspend { reason } => event(EventKind::CaseSuspended { reason: arc(&reason) }),
            Action::Resume => event(EventKind::CaseResumed),
            Action::Close { manner, reason } => {
                event(EventKind::CaseClosed { manner, reason: reason.as_deref().map(arc) })
            }
            Action::Reopen { reason } => event(EventKind::CaseReopened { reason: arc(&reason) }),
            Action::Void { sequence, reason } => {
                let sequence = self.number(sequence.value)?;
                event(EventKind::EventVoided { sequence, reason: arc(reason.as_deref().unwrap_or_default()) })
            }
            Action::Call(call) => event(EventKind::MeetingCalled {
                activity: call.activity.map(|name| arc(&name.value.0)),
                day: call.day,
                place: call.location.as_deref().map(arc),
                conduct: call.conduct.map(|name| arc(&name.value.0)),
            }),
            Action::Attend { meeting } => event(EventKind::MeetingAttended { meeting: self.number(meeting.value)? }),
            Action::Miss { meeting } => event(EventKind::MeetingMissed { meeting: self.number(meeting.value)? }),
            Action::Justify(said) => event(EventKind::AbsenceJustified {
                meeting: self.number(said.meeting.value)?,
                accepted: said.accepted,
                reason: arc(&said.reason),
            }),
            Action::Sanction(applied) => event(EventKind::SanctionApplied {
                meeting: self.number(applied.meeting.value)?,
                measure: arc(&applied.measure.value.0),
                occasion: applied.occasion.map(|n| u32::try_from(n).unwrap_or(u32::MAX)),
                reason: applied.reason.as_deref().map(arc),
            }),
        }
    }

    /// The number of the event that a line left; none for a line that only the region sees.
    fn number(&self, line: i64) -> Option<u32> {
        let recorded = usize::try_from(line).ok().and_then(|n| n.checked_sub(1)).and_then(|i| self.recorded.get(i));
        recorded.map_or_else(|| Some(u32::try_from(line).unwrap_or(u32::MAX)), |recorded| *recorded)
    }

    fn datum(&self, fact: &str, value: &Literal) -> Datum {
        let kind = self.rulebook.fact_slot(fact).and_then(|slot| self.rulebook.fact(slot)).map(|f| f.kind);
        Datum::typed(&value.0, kind.unwrap_or(FactType::Text))
    }

    fn import(&mut self, command: Command) {
        let first = self.case.sequence() + 1;
        match command {
            Command::Record(event) => self.take(vec![event]),
            Command::OpenCase { on, time, opening, facts } => {
                let mut events = vec![Event { on, time, kind: EventKind::CaseOpened(Box::new(opening)) }];
                events.extend(facts.into_iter().map(|(fact, value)| Event {
                    on,
                    time: None,
                    kind: EventKind::FactSupplied { fact, value: Some(value) },
                }));
                self.take(events);
            }
        }
        self.recorded.push(Some(first));
    }

    fn take(&mut self, events: Vec<Event>) {
        for event in events {
            apply(&mut self.case, self.rulebook, &event);
            self.events.push(event);
        }
    }

    fn refused(&mut self, expected: &ExpectedRefusal, refusals: &[Refusal]) {
        let kind = expected.kind.value;
        let Some(refusal) = refusals.iter().find(|r| r.kind == kind) else {
            let got: Vec<&str> = refusals.iter().map(|r| r.kind.word()).collect();
            let message = format!("il diniego doveva essere `{}`, invece è `{}`", kind.word(), got.join("`, `"));
            self.wrong(&expected.kind.place, message, "");
            return;
        };
        if let Some(norm) = expected.norm.as_ref().filter(|norm| norm.value.0 != refusal.norm.act) {
            let message =
                format!("il diniego doveva fondarsi su `{}`, invece si fonda su `{}`", norm.value, refusal.norm.act);
            self.wrong(&norm.place, message, "");
        }
    }
}
