// SPDX-License-Identifier: EUPL-1.2
//! What may be asked of a case from its page, one by one, and whether the engine would say yes today.

use std::sync::Arc;

use crate::calendar::Day;
use crate::engine::{Command, Event, EventKind, Refusal, decide, may_follow, next_sanction};
use crate::rulebook::{ItemKind, Rulebook};
use crate::service::CaseView;
use crate::spec::scenario::{Manner, RefusalKind, SapEventWord};

/// An act, with what it is about: an item, a fact, or the number of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Activity(String),
    Output(String),
    Outcome(String),
    Register(String),
    Fact(String),
    Withdraw(String),
    Suspend,
    Resume,
    Conclude,
    Interrupt,
    Reopen,
    Void(u32),
    Note,
    Call,
    Attend(u32),
    Miss(u32),
    Justify(u32),
    Sanction(u32),
    Entrust,
}

impl Act {
    /// Reads an act from its word in the address and what it is about.
    pub fn read(word: &str, about: &str) -> Option<Self> {
        let number = || about.parse::<u32>().ok();
        let name = || (!about.is_empty()).then(|| about.to_owned());
        Some(match word {
            "attivita" => Self::Activity(name()?),
            "output" => Self::Output(name()?),
            "outcome" => Self::Outcome(name()?),
            "sap" => Self::Register(name()?),
            "dato" => Self::Fact(name()?),
            "ritira" => Self::Withdraw(name()?),
            "sospendi" => Self::Suspend,
            "riprendi" => Self::Resume,
            "concludi" => Self::Conclude,
            "interrompi" => Self::Interrupt,
            "riapri" => Self::Reopen,
            "annulla" => Self::Void(number()?),
            "nota" => Self::Note,
            "convoca" => Self::Call,
            "presente" => Self::Attend(number()?),
            "assente" => Self::Miss(number()?),
            "giustifica" => Self::Justify(number()?),
            "sanziona" => Self::Sanction(number()?),
            "affida" => Self::Entrust,
            _ => return None,
        })
    }

    /// Its word in the address.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Activity(_) => "attivita",
            Self::Output(_) => "output",
            Self::Outcome(_) => "outcome",
            Self::Register(_) => "sap",
            Self::Fact(_) => "dato",
            Self::Withdraw(_) => "ritira",
            Self::Suspend => "sospendi",
            Self::Resume => "riprendi",
            Self::Conclude => "concludi",
            Self::Interrupt => "interrompi",
            Self::Reopen => "riapri",
            Self::Void(_) => "annulla",
            Self::Note => "nota",
            Self::Call => "convoca",
            Self::Attend(_) => "presente",
            Self::Miss(_) => "assente",
            Self::Justify(_) => "giustifica",
            Self::Sanction(_) => "sanziona",
            Self::Entrust => "affida",
        }
    }

    /// What it is about, as it stands in the hidden field `che`.
    pub fn about(&self) -> String {
        match self {
            Self::Activity(name)
            | Self::Output(name)
            | Self::Outcome(name)
            | Self::Register(name)
            | Self::Fact(name)
            | Self::Withdraw(name) => name.clone(),
            Self::Void(n) | Self::Attend(n) | Self::Miss(n) | Self::Justify(n) | Self::Sanction(n) => n.to_string(),
            _ => String::new(),
        }
    }

    /// Where its form is.
    pub fn path(&self, case: uuid::Uuid) -> String {
        let about = self.about();
        let query = if about.is_empty() { String::new() } else { format!("?che={about}") };
        format!("/pratiche/{case}/fai/{}{query}", self.word())
    }

    /// The act that completes an item.
    pub fn on_item(rulebook: &Rulebook, index: u16) -> Option<Self> {
        let item = rulebook.item(index)?;
        Some(match item.kind {
            ItemKind::Activity => Self::Activity(item.id.clone()),
            ItemKind::Output => Self::Output(item.id.clone()),
            ItemKind::Outcome => Self::Outcome(item.id.clone()),
        })
    }

    /// Does what it is about exist in this case?
    pub fn exists(&self, view: &CaseView) -> bool {
        let rulebook = &view.rulebook;
        let is = |name: &str, kind: ItemKind| {
            rulebook.item_index(name).and_then(|index| rulebook.item(index)).is_some_and(|item| item.kind == kind)
        };
        match self {
            Self::Activity(name) => is(name, ItemKind::Activity),
            Self::Output(name) => is(name, ItemKind::Output),
            Self::Outcome(name) => is(name, ItemKind::Outcome),
            Self::Register(name) => rulebook.item_index(name).is_some(),
            Self::Fact(name) | Self::Withdraw(name) => rulebook.fact_slot(name).is_some(),
            Self::Void(n) => (1..=view.head.sequence).contains(n),
            Self::Attend(n) | Self::Miss(n) | Self::Justify(n) | Self::Sanction(n) => view.case.meeting(*n).is_some(),
            _ => true,
        }
    }

    /// The event it would be if all that a form asks for were there and right: what remains to say no is the case itself.
    fn tried(&self, view: &CaseView, today: Day) -> Option<EventKind> {
        let some = || Arc::from("prova");
        Some(match self {
            Self::Activity(name) => EventKind::ActivityRecorded {
                activity: name.as_str().into(),
                event: SapEventWord::Ended,
                mode: None,
                reason: Some(some()),
            },
            Self::Output(name) => {
                EventKind::OutputDelivered { output: name.as_str().into(), evidence: serde_json::json!({}) }
            }
            Self::Outcome(name) => EventKind::OutcomeReached { outcome: name.as_str().into() },
            Self::Register(name) => {
                let code = codes(view, name).into_iter().next()?;
                EventKind::Registered { code: code.as_str().into(), item: name.as_str().into() }
            }
            Self::Fact(name) | Self::Withdraw(name) => {
                EventKind::FactSupplied { fact: name.as_str().into(), value: None }
            }
            Self::Suspend => EventKind::CaseSuspended { reason: some() },
            Self::Resume => EventKind::CaseResumed,
            Self::Conclude => EventKind::CaseClosed { manner: Manner::Concluded, reason: None },
            Self::Interrupt => EventKind::CaseClosed { manner: Manner::Interrupted, reason: Some(some()) },
            Self::Reopen => EventKind::CaseReopened { reason: some() },
            Self::Void(n) => EventKind::EventVoided { sequence: *n, reason: some() },
            Self::Note => EventKind::NoteWritten { text: some() },
            Self::Call => EventKind::MeetingCalled { activity: None, day: today, place: None, conduct: None },
            Self::Attend(n) => EventKind::MeetingAttended { meeting: *n },
            Self::Miss(n) => EventKind::MeetingMissed { meeting: *n },
            Self::Justify(n) => EventKind::AbsenceJustified { meeting: *n, accepted: true, reason: some() },
            Self::Sanction(n) => EventKind::SanctionApplied {
                meeting: *n,
                measure: next_sanction(&view.rulebook, &view.case, *n)
                    .map_or_else(some, |next| Arc::from(next.step.measure.as_str())),
                occasion: None,
                reason: None,
            },
            Self::Entrust => EventKind::CaseEntrusted { operator: Some(some()), office: None, reason: None },
        })
    }

    /// Why it would be refused today whatever one writes in its form; empty where it may be done.
    pub fn obstacles(&self, view: &CaseView, today: Day) -> Vec<Refusal> {
        let Some(kind) = self.tried(view, today) else { return Vec::new() };
        let command = Command::Record(Event { on: today, time: None, kind });
        let no = decide(&view.rulebook, &view.case, &command, today).err().unwrap_or_default();
        let by_form = |no: &Refusal| matches!(no.kind, RefusalKind::Evidence | RefusalKind::Reason | RefusalKind::Mode);
        no.into_iter().filter(|no| !by_form(no)).collect()
    }
}

/// The events that an activity may have now, the most usual first. One that cannot be ended yet may still be begun.
pub(super) fn lawful_events(view: &CaseView, activity: &str) -> Vec<SapEventWord> {
    let Some((index, item)) = view.rulebook.item_index(activity).and_then(|at| Some((at, view.rulebook.item(at)?)))
    else {
        return Vec::new();
    };
    let last = view.case.item(index).and_then(|state| state.sap).map(|(event, _)| event);
    let ready = item.prerequisites().all(|before| view.case.first(before.index).is_some());
    let usual = [SapEventWord::Ended, SapEventWord::Started, SapEventWord::Proposed];
    let others = SapEventWord::ALL.iter().copied().filter(|event| !usual.contains(event));
    let all = usual.into_iter().chain(others).filter(|event| may_follow(last, *event));
    all.filter(|event| *event != SapEventWord::Ended || ready).collect()
}

/// The codes that register an item.
pub(super) fn codes(view: &CaseView, item: &str) -> Vec<String> {
    let found = view.rulebook.item_index(item).and_then(|index| view.rulebook.item(index));
    found.and_then(|item| item.registration.as_ref()).map(|registration| registration.codes.clone()).unwrap_or_default()
}
