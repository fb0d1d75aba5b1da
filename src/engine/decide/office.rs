// SPDX-License-Identifier: EUPL-1.2
//! May the office write this? Notes, convocations and what follows an absence, whose case it is.

use crate::calendar::Day;
use crate::engine::case::Case;
use crate::engine::event::{Event, EventKind};
use crate::engine::meeting::{Meeting, MeetingState, conduct_index};
use crate::rulebook::{Citation, ItemKind, Rulebook};
use crate::spec::scenario::RefusalKind;

use super::{Refusals, check_office, find, names, need_reason};

/// Characters of a note: more is a document, and stays where documents are kept.
const NOTE: usize = 4_000;

/// Looks at an act of the office; anything else is left alone.
pub(super) fn check(no: &mut Refusals<'_>, case: &Case, event: &Event) {
    match &event.kind {
        EventKind::NoteWritten { text } => note(no, text),
        EventKind::MeetingCalled { activity, day, place, conduct } => {
            if let Some(activity) = activity {
                find(no, activity, ItemKind::Activity);
            }
            if place.as_ref().is_some_and(|place| place.trim().is_empty()) {
                no.say(RefusalKind::Value, None, "il luogo è vuoto", "scrivi dove, oppure togli il luogo");
            }
            call(no, event.on, *day, conduct.as_deref());
        }
        EventKind::MeetingAttended { meeting } | EventKind::MeetingMissed { meeting } => {
            let Some(meeting) = reached(no, case, *meeting) else { return };
            if meeting.state != MeetingState::Called {
                let message = format!("della convocazione {} si sa già: {}", meeting.sequence, meeting.state.word());
                let help = "se è sbagliato, annulla con il motivo l'evento che lo dice";
                no.of(meeting, RefusalKind::State, message, help);
            } else if event.on < meeting.on {
                let message = format!("la convocazione {} è per il {}", meeting.sequence, meeting.on);
                no.of(meeting, RefusalKind::Dates, message, format!("scrivi una data dal {} in poi", meeting.on));
            }
        }
        EventKind::AbsenceJustified { meeting, reason, .. } => {
            if let Some(meeting) = absence(no, case, event.on, *meeting) {
                reasoned(no, meeting, reason);
            }
        }
        EventKind::SanctionApplied { meeting, measure, occasion, reason } => {
            if let Some(meeting) = absence(no, case, event.on, *meeting) {
                sanction(no, case, meeting, measure, (*occasion, reason.as_deref().unwrap_or_default()));
            }
        }
        EventKind::CaseEntrusted { operator, office, .. } => {
            let blank = |name: &str| name.trim().is_empty();
            if operator.as_deref().is_none_or(blank) && office.as_deref().is_none_or(blank) {
                let help = "scrivi l'operatore, la sede, o tutti e due";
                no.say(RefusalKind::Value, None, "non si dice a chi è affidata la pratica", help);
            } else if let Some(office) = office {
                check_office(no, office);
            }
        }
        _ => {}
    }
}

impl Refusals<'_> {
    /// A *no* that rests on the norm of who does not show up.
    fn of(&mut self, meeting: &Meeting, kind: RefusalKind, message: impl Into<String>, help: impl Into<String>) {
        self.say(kind, None, message, help);
        let ladder = meeting.ladder(self.rulebook);
        if let (Some(refusal), Some(ladder)) = (self.refusals.last_mut(), ladder) {
            refusal.norm = ladder.norm.clone();
            refusal.place = Some(ladder.place.clone());
        }
    }

    fn resting_on(&mut self, norm: Option<Citation>) {
        if let (Some(refusal), Some(norm)) = (self.refusals.last_mut(), norm) {
            refusal.norm = norm;
        }
    }
}

/// What the law says of who does not show up, where nothing more precise is known.
fn absence_norm(rulebook: &Rulebook) -> Option<Citation> {
    rulebook.sanctions.first().map(|ladder| ladder.norm.clone())
}

fn note(no: &mut Refusals<'_>, text: &str) {
    let length = text.chars().count();
    if text.trim().is_empty() {
        no.say(RefusalKind::Value, None, "la nota è vuota", "scrivi qualche parola");
    } else if length > NOTE {
        let message = format!("la nota è di {length} caratteri: al massimo {NOTE}");
        no.say(RefusalKind::Value, None, message, "accorciala, oppure dividila in più note");
    }
}

fn call(no: &mut Refusals<'_>, written: Day, day: Day, conduct: Option<&str>) {
    let norm = absence_norm(no.rulebook);
    if day < written {
        let message = format!("il {day} viene prima della convocazione, che è del {written}");
        no.say(RefusalKind::Dates, None, message, format!("convoca per un giorno dal {written} in poi"));
        no.resting_on(norm.clone());
    }
    let Some(conduct) = conduct else { return };
    if conduct_index(no.rulebook, Some(conduct), day).is_none() {
        let known = || no.rulebook.sanctions.iter().filter(|ladder| ladder.holds(day)).map(|ladder| ladder.id.as_str());
        let help = match crate::names::closest(conduct, known()) {
            Some(near) => format!("forse volevi dire `{near}`"),
            None => format!("le condotte sono: {}", names(known())),
        };
        no.say(RefusalKind::Unknown, None, format!("condotta `{conduct}` sconosciuta"), help);
        no.resting_on(norm);
    }
}

/// The convocation with that number, or a refusal that says which there are.
fn reached<'c>(no: &mut Refusals<'_>, case: &'c Case, sequence: u32) -> Option<&'c Meeting> {
    let found = case.meeting(sequence);
    if found.is_none() {
        let message = if case.is_voided(sequence) {
            format!("l'evento numero {sequence} è annullato")
        } else {
            format!("l'evento numero {sequence} non è una convocazione")
        };
        let known: Vec<String> = case.meetings.iter().map(|meeting| meeting.sequence.to_string()).collect();
        let help = match known.as_slice() {
            [] => "registra prima la convocazione".to_owned(),
            known => format!("le convocazioni sono: {}", known.join(", ")),
        };
        no.say(RefusalKind::Unknown, None, message, help);
        no.resting_on(absence_norm(no.rulebook));
    }
    found
}

/// The convocation that was missed, if what follows an absence may be written of it.
fn absence<'c>(no: &mut Refusals<'_>, case: &'c Case, on: Day, sequence: u32) -> Option<&'c Meeting> {
    let meeting = reached(no, case, sequence)?;
    if !meeting.state.is_unexcused() {
        let message = format!("alla convocazione {sequence} non c'è un'assenza da valutare: {}", meeting.state.word());
        let help = match meeting.state {
            MeetingState::Called => "registra prima l'assenza",
            _ => "se è sbagliato, annulla con il motivo l'evento che lo dice",
        };
        no.of(meeting, RefusalKind::State, message, help);
        return None;
    }
    if on < meeting.last.on {
        let day = meeting.last.on;
        let message = format!("il {on} viene prima dell'ultimo atto su questa assenza, che è del {day}");
        no.of(meeting, RefusalKind::Dates, message, format!("scrivi una data dal {day} in poi"));
    }
    Some(meeting)
}

/// A reason, or a refusal with the norm of who does not show up.
fn reasoned(no: &mut Refusals<'_>, meeting: &Meeting, reason: &str) {
    let before = no.refusals.len();
    need_reason(no, None, reason);
    if no.refusals.len() > before {
        no.resting_on(meeting.ladder(no.rulebook).map(|ladder| ladder.norm.clone()));
    }
}

fn sanction(no: &mut Refusals<'_>, case: &Case, meeting: &Meeting, measure: &str, (said, reason): (Option<u32>, &str)) {
    let Some(ladder) = meeting.ladder(no.rulebook) else {
        let message = "il regolamento della pratica non dice che cosa segue a un'assenza";
        let help =
            "le misure stanno in specs/catalogo/sanzioni.yaml, e valgono per le pratiche aperte da quando ci sono";
        no.say(RefusalKind::State, None, message, help);
        return;
    };
    let counted = case.occasion(meeting.conduct);
    let occasion = said.unwrap_or(counted);
    if occasion < counted {
        let message = format!("in questa pratica è almeno la {counted}ª volta, non la {occasion}ª");
        no.of(meeting, RefusalKind::Value, message, "togli l'occasione, oppure correggila");
        return;
    }
    if occasion > counted {
        reasoned(no, meeting, reason);
    }
    match ladder.step(occasion) {
        None => {
            let message = format!("per la {occasion}ª volta la legge letta non prevede una misura");
            let last = ladder.steps.last().map(|step| step.words.as_str()).unwrap_or_default();
            no.of(meeting, RefusalKind::State, message, format!("l'ultima misura prevista è: {last}"));
        }
        Some(step) if step.measure != measure => {
            let message = format!("per la {occasion}ª volta la misura non è `{measure}`");
            no.of(meeting, RefusalKind::Value, message, format!("è `{}`: {}", step.measure, step.words));
        }
        Some(_) => {}
    }
}
