// SPDX-License-Identifier: EUPL-1.2
//! From what was typed into the form of an act to the event it asks for, or to what is wrong, field by field.

use std::sync::Arc;

use crate::calendar::Day;
use crate::engine::{Event, EventKind, Minute, Refusal, needs_reason, next_sanction};
use crate::http::form::Typed;
use crate::http::trouble::FieldFault;
use crate::service::CaseView;
use crate::spec::scenario::{Manner, RefusalKind, SapEventWord};

use super::act::{Act, codes};
use super::fields;

/// A day as browsers send it, or as Italians write it.
pub(super) fn day(text: &str) -> Option<Day> {
    if let Ok(day) = text.parse() {
        return Some(day);
    }
    let mut parts = text.split(['/', '.', '-']);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let is_short = parts.next().is_none() && year.len() == 4 && day.len() <= 2 && month.len() <= 2;
    is_short.then(|| format!("{year}-{month:0>2}-{day:0>2}").parse().ok()).flatten()
}

/// What was typed, read field by field; faults are collected, never the first only.
struct Reading<'a> {
    typed: &'a Typed,
    faults: Vec<FieldFault>,
}

impl<'a> Reading<'a> {
    fn fault(&mut self, field: &str, message: &str) {
        self.faults.push(FieldFault::new(field, message));
    }

    fn day(&mut self, field: &str, otherwise: Option<Day>) -> Day {
        let read = match self.typed.get(field) {
            None => otherwise,
            Some(text) => day(text),
        };
        if read.is_none() {
            self.fault(field, "serve un giorno, per esempio 02/05/2024");
        }
        read.unwrap_or(Day::MAX)
    }

    fn time(&mut self, field: &str) -> Option<Minute> {
        let text = self.typed.get(field)?;
        // Browsers may add the seconds.
        let read = text.get(..5).unwrap_or(text).parse().ok();
        if read.is_none() {
            self.fault(field, "serve un'ora, per esempio 09:30");
        }
        read
    }

    fn text(&self, field: &str) -> Option<Arc<str>> {
        self.typed.get(field).map(Arc::from)
    }

    fn need(&mut self, field: &str, message: &str) -> Arc<str> {
        if self.typed.get(field).is_none() {
            self.fault(field, message);
        }
        self.text(field).unwrap_or_else(|| Arc::from(""))
    }

    fn reason(&mut self) -> Arc<str> {
        self.need("motivo", "scrivi perché, in una frase")
    }
}

/// The event of an act, as typed.
///
/// # Errors
/// What is wrong, field by field.
pub(super) fn event(act: &Act, view: &CaseView, typed: &Typed, today: Day) -> Result<Event, Vec<FieldFault>> {
    let mut reading = Reading { typed, faults: Vec::new() };
    let on = reading.day("il", Some(today));
    let mut time = reading.time("ora");
    let kind = match act {
        Act::Activity(name) => {
            let word = typed.get("evento").and_then(SapEventWord::from_word);
            if word.is_none() {
                reading.fault("evento", "scegli che cosa è avvenuto");
            }
            let event = word.unwrap_or(SapEventWord::Ended);
            let reason = if needs_reason(event) { Some(reading.reason()) } else { reading.text("motivo") };
            let mode = reading.text("modalita");
            EventKind::ActivityRecorded { activity: name.as_str().into(), event, mode, reason }
        }
        Act::Output(name) => {
            let item = view.rulebook.item_index(name).and_then(|at| Some((at, view.rulebook.item(at)?)));
            let evidence = item.map(|(_, item)| fields::read(&item.evidence, typed)).unwrap_or_default();
            if let Some((index, item)) = item {
                reading.faults.extend(fields::faults(&view.case, index, item, &evidence));
            }
            EventKind::OutputDelivered { output: name.as_str().into(), evidence }
        }
        Act::Outcome(name) => EventKind::OutcomeReached { outcome: name.as_str().into() },
        Act::Register(name) => {
            let only = codes(view, name).into_iter().next().map(Arc::from);
            let code = reading.text("codice").or(only);
            if code.is_none() {
                reading.fault("codice", "scegli il codice");
            }
            EventKind::Registered { code: code.unwrap_or_else(|| Arc::from("")), item: name.as_str().into() }
        }
        Act::Fact(name) => fact(&mut reading, view, name),
        Act::Withdraw(name) => EventKind::FactSupplied { fact: name.as_str().into(), value: None },
        Act::Suspend => EventKind::CaseSuspended { reason: reading.reason() },
        Act::Resume => EventKind::CaseResumed,
        Act::Conclude => EventKind::CaseClosed { manner: Manner::Concluded, reason: reading.text("motivo") },
        Act::Interrupt => EventKind::CaseClosed { manner: Manner::Interrupted, reason: Some(reading.reason()) },
        Act::Reopen => EventKind::CaseReopened { reason: reading.reason() },
        Act::Void(sequence) => EventKind::EventVoided { sequence: *sequence, reason: reading.reason() },
        Act::Note => EventKind::NoteWritten { text: reading.need("testo", "scrivi qualche parola") },
        Act::Call => {
            let day = reading.day("giorno", None);
            let (activity, place, conduct) =
                (reading.text("attivita"), reading.text("luogo"), reading.text("condotta"));
            EventKind::MeetingCalled { activity, day, place, conduct }
        }
        Act::Attend(meeting) => EventKind::MeetingAttended { meeting: *meeting },
        Act::Miss(meeting) => EventKind::MeetingMissed { meeting: *meeting },
        Act::Justify(meeting) => {
            let accepted = typed.get("accolta");
            if accepted.is_none() {
                reading.fault("accolta", "scegli se il motivo è accolto");
            }
            EventKind::AbsenceJustified {
                meeting: *meeting,
                accepted: accepted == Some("true"),
                reason: reading.reason(),
            }
        }
        Act::Sanction(meeting) => sanction(&mut reading, view, *meeting),
        Act::Entrust => {
            let (operator, office) = (reading.text("operatore"), reading.text("sede"));
            if operator.is_none() && office.is_none() {
                reading.fault("operatore", "scegli un operatore, oppure un'altra sede");
            }
            // An operator of this office does not go along to another one.
            let moves = office.is_some() && office.as_deref() != view.case.desk_office.as_deref();
            let reason = reading.text("motivo");
            EventKind::CaseEntrusted { operator: operator.filter(|_| !moves), office, reason }
        }
    };
    if !has_time(act) {
        time = None;
    }
    if reading.faults.is_empty() { Ok(Event { on, time, kind }) } else { Err(reading.faults) }
}

/// Does an act say at what hour it happened?
pub(super) fn has_time(act: &Act) -> bool {
    matches!(act, Act::Activity(_) | Act::Output(_) | Act::Outcome(_) | Act::Call)
}

fn fact(reading: &mut Reading<'_>, view: &CaseView, name: &str) -> EventKind {
    let typed = reading.need("valore", "rispondi, oppure lascia il dato non noto");
    // A day may come as Italians write it.
    let is_day = view
        .rulebook
        .fact_slot(name)
        .and_then(|slot| view.rulebook.fact(slot))
        .is_some_and(|fact| fact.kind == crate::value::FactType::Date);
    let typed = if is_day { day(&typed).map_or(typed, |day| day.to_string().into()) } else { typed };
    EventKind::FactSupplied { fact: name.into(), value: Some(view.datum(name, &typed)) }
}

fn sanction(reading: &mut Reading<'_>, view: &CaseView, meeting: u32) -> EventKind {
    let next = next_sanction(&view.rulebook, &view.case, meeting);
    let said = reading.text("occasione");
    let occasion = said.as_deref().map(str::parse::<u32>);
    if let Some(Err(_)) = occasion {
        reading.fault("occasione", "serve un numero, per esempio 2");
    }
    let occasion = occasion.and_then(Result::ok);
    let counted = next.map(|next| next.occasion);
    let step = occasion.or(counted).and_then(|time| next.and_then(|next| next.ladder.step(time)));
    let measure =
        step.or(next.map(|next| next.step)).map_or_else(|| Arc::from(""), |step| Arc::from(step.measure.as_str()));
    let beyond = occasion.filter(|time| Some(*time) != counted);
    EventKind::SanctionApplied { meeting, measure, occasion: beyond, reason: reading.text("motivo") }
}

/// The field of a form that a refusal is about, if it is about one.
pub(super) fn field_of(no: &Refusal, act: &Act) -> Option<&'static str> {
    match no.kind {
        RefusalKind::Dates if *act == Act::Call => Some("giorno"),
        RefusalKind::Dates => Some("il"),
        RefusalKind::Reason => Some("motivo"),
        RefusalKind::Mode => Some("modalita"),
        RefusalKind::Value if matches!(act, Act::Fact(_)) => Some("valore"),
        RefusalKind::Value if *act == Act::Note => Some("testo"),
        RefusalKind::Unknown if *act == Act::Entrust => Some("sede"),
        _ => None,
    }
}
