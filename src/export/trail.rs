// SPDX-License-Identifier: EUPL-1.2
//! The steps of a case as a stranger may see them: what was done, when, and by which pseudonym.
//!
//! Only words of the law and of this program come through. No tax code, name, reason, note, evidence or value of a fact
//! does, and a name that the rulebook does not know is not repeated, for an imported history may hold anything.

use crate::calendar::Day;
use crate::engine::{Event, EventKind, Minute};
use crate::rulebook::Rulebook;
use crate::service::{CaseId, Selection, Service, ServiceError};
use crate::spec::level::Mode;
use crate::spec::scenario::SapEventWord;
use crate::store::{CaseHead, StoredEvent};

use super::ExportError;

/// Stands for an item that is not in the rulebook of the case.
pub const UNKNOWN_ITEM: &str = "voce sconosciuta";

/// One event.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    pub sequence: u32,
    pub on: Day,
    /// None where only the day is known.
    pub time: Option<Minute>,
    /// The item, or what happened to the case: of the latter only, the name has a colon.
    pub name: &'a str,
    /// What kind of event it is, in the words of `lepre import`.
    pub kind: &'static str,
    /// In the words of the standard life cycle of XES.
    pub transition: &'static str,
    pub item: Option<&'a str>,
    pub sap_event: Option<&'static str>,
    pub sap_code: Option<&'a str>,
    pub mode: Option<&'static str>,
    /// How a case was closed.
    pub manner: Option<&'static str>,
    /// The office that a case was handed to.
    pub office: Option<&'a str>,
    /// Who recorded it: not yet a pseudonym.
    pub actor: &'a str,
    pub voided: bool,
}

/// What is done with a case and its steps.
pub type Visit<'v> = dyn FnMut(&CaseHead, &[Step<'_>]) -> Result<(), ExportError> + 'v;

/// How much went out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub cases: u64,
    pub events: u64,
    /// Voided events, and the corrections that void them, that did not go out.
    pub left_out: u64,
    /// Cases that could not be read, and why: none of their events went out.
    pub unreadable: Vec<(CaseId, String)>,
}

/// Shows the chosen cases with their steps in the order of days, and within a day in that of their recording.
///
/// What was voided never happened: it comes only `with_voided`, marked. A case that cannot be read stops no other.
///
/// # Errors
/// Those of `visit`; trouble with the store as a whole.
pub fn walk(
    service: &Service,
    chosen: &Selection,
    with_voided: bool,
    visit: &mut Visit<'_>,
) -> Result<Sums, ExportError> {
    let (mut sums, mut read) = (Sums::default(), Vec::new());
    service.for_each_chosen(chosen, |head, stored| {
        let stored = stored.map_err(|error| ExportError::from(ServiceError::from(error)));
        match stored.and_then(|stored| one(service, head, stored, with_voided, &mut read, visit)) {
            Ok((events, left_out)) => {
                sums.cases += 1;
                sums.events += events;
                sums.left_out += left_out;
            }
            Err(ExportError::Service(error)) if !error.stops_all() => {
                sums.unreadable.push((head.id, error.to_string()));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    })?;
    Ok(sums)
}

fn one(
    service: &Service,
    head: &CaseHead,
    stored: &[StoredEvent],
    with_voided: bool,
    read: &mut Vec<Event>,
    visit: &mut Visit<'_>,
) -> Result<(u64, u64), ExportError> {
    let rulebook = service.pinned(&head.rulebook)?;
    Service::read_into(head.id, stored, read)?;
    let voided = voided(read);
    let mut steps: Vec<Step<'_>> = Vec::with_capacity(read.len());
    for ((stored, event), voided) in stored.iter().zip(read.iter()).zip(voided) {
        let correction = matches!(event.kind, EventKind::EventVoided { .. });
        if with_voided || !(voided || correction) {
            steps.push(Step { voided, ..step(&rulebook, stored, event) });
        }
    }
    steps.sort_by_key(|step| (step.on, step.sequence));
    live(&mut steps);
    visit(head, &steps)?;
    let (all, out) = (stored.len() as u64, steps.len() as u64);
    Ok((out, all - out))
}

/// Which events never happened. As when a case is folded: a correction reaches only what came before it, never the
/// opening, and one that is itself voided voids nothing.
fn voided(events: &[Event]) -> Vec<bool> {
    let mut voided = vec![false; events.len()];
    for (at, event) in events.iter().enumerate().rev() {
        if let EventKind::EventVoided { sequence, .. } = event.kind
            && voided.get(at) == Some(&false)
            && let Some(target) = usize::try_from(sequence).ok().and_then(|n| n.checked_sub(1))
            && target > 0
            && target < at
            && let Some(flag) = voided.get_mut(target)
        {
            *flag = true;
        }
    }
    voided
}

/// What an event is to a stranger; of an activity the transition is still to be said.
fn step<'a>(rulebook: &'a Rulebook, stored: &'a StoredEvent, event: &'a Event) -> Step<'a> {
    let known = |name: &str| {
        let item = rulebook.item_index(name).and_then(|index| rulebook.item(index));
        item.map_or(UNKNOWN_ITEM, |item| item.id.as_str())
    };
    let plain = Step {
        sequence: stored.sequence,
        on: event.on,
        time: event.time,
        name: "",
        kind: "",
        transition: "complete",
        item: None,
        sap_event: None,
        sap_code: None,
        mode: None,
        manner: None,
        office: None,
        actor: &stored.actor,
        voided: false,
    };
    let of_case = |kind, name| Step { kind, name, ..plain };
    let of_item = |kind, name: &str| Step { kind, name: known(name), item: Some(known(name)), ..plain };
    match &event.kind {
        EventKind::CaseOpened(_) => of_case("aperta", "pratica: aperta"),
        EventKind::FactSupplied { .. } => of_case("dato", "pratica: dato"),
        EventKind::ActivityRecorded { activity, event, mode, .. } => Step {
            sap_event: Some(event.word()),
            mode: mode.as_deref().and_then(Mode::from_word).map(Mode::word),
            ..of_item("attivita", activity)
        },
        EventKind::OutputDelivered { output, .. } => of_item("output", output),
        EventKind::OutcomeReached { outcome } => of_item("outcome", outcome),
        EventKind::Registered { code, item } => Step {
            name: "pratica: registrazione SAP",
            sap_code: rulebook.code(code).map(|code| code.code.as_str()),
            ..of_item("sap", item)
        },
        EventKind::CaseSuspended { .. } => of_case("sospesa", "pratica: sospesa"),
        EventKind::CaseResumed => of_case("ripresa", "pratica: ripresa"),
        EventKind::CaseClosed { manner, .. } => {
            Step { manner: Some(manner.word()), ..of_case("chiusa", "pratica: chiusa") }
        }
        EventKind::CaseReopened { .. } => of_case("riaperta", "pratica: riaperta"),
        EventKind::ScriptSpoke(_) => of_case("parole", "pratica: regola regionale"),
        EventKind::EventVoided { .. } => of_case("annullata", "pratica: annullamento"),
        EventKind::NoteWritten { .. } => of_case("nota", "ufficio: nota"),
        // Its hour is the one called for, not the one of the call.
        EventKind::MeetingCalled { activity, .. } => {
            Step { time: None, item: activity.as_deref().map(known), ..of_case("convocata", "ufficio: convocazione") }
        }
        EventKind::MeetingAttended { .. } => of_case("presente", "ufficio: presenza"),
        EventKind::MeetingMissed { .. } => of_case("assente", "ufficio: assenza"),
        EventKind::AbsenceJustified { .. } => of_case("giustificata", "ufficio: giustificazione"),
        EventKind::SanctionApplied { .. } => of_case("sanzione", "ufficio: sanzione"),
        EventKind::CaseEntrusted { office, .. } => {
            Step { office: office.as_deref(), ..of_case("affidata", "ufficio: affidamento") }
        }
    }
}

/// Says where each event of the SAP stands in the standard life cycle; some need to know what came before.
fn live(steps: &mut [Step<'_>]) {
    let mut last: Vec<(&str, &'static str)> = Vec::new();
    for step in steps {
        let (Some(word), Some(item)) = (step.sap_event.and_then(SapEventWord::from_word), step.item) else { continue };
        let before = last.iter().find(|(of, _)| *of == item).map(|(_, transition)| *transition);
        step.transition = transition(word, before);
        if step.voided {
            continue;
        }
        match last.iter_mut().find(|(of, _)| *of == item) {
            Some((_, transition)) => *transition = step.transition,
            None => last.push((item, step.transition)),
        }
    }
}

/// The word of the standard life cycle; `unknown` where it has none.
fn transition(event: SapEventWord, before: Option<&str>) -> &'static str {
    use SapEventWord as E;
    let begun = matches!(before, Some("start" | "resume" | "suspend"));
    match event {
        E::Proposed => "schedule",
        E::Started if before == Some("suspend") => "resume",
        E::Started => "start",
        E::Suspended => "suspend",
        E::Ended => "complete",
        E::Exempted => "manualskip",
        E::Rejected | E::Refused | E::CancelledBefore => "withdraw",
        E::Deleted | E::Lapsed if !begun => "withdraw",
        E::Deleted | E::Lapsed | E::Abandoned | E::CancelledAfter | E::Transformed | E::Excluded => "ate_abort",
        E::Accounted => "unknown",
    }
}
