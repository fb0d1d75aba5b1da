// SPDX-License-Identifier: EUPL-1.2
//! Folding a history: total, so that any history, however disordered, becomes a case and its faults become findings.

use crate::calendar::{Day, Suspension};
use crate::rulebook::{ItemIndex, ItemKind, Rulebook, SapCodes};
use crate::spec::level::Mode;
use crate::spec::scenario::{FindingKind, Manner, SapEventWord};

use super::case::{Case, Closing, CodeFit, Fault, FaultDetail, ItemState, Mark, Spoken, Step, What};
use super::event::{Event, EventKind};
use super::meeting::OfficeAct;

/// Folds a whole history.
///
/// ```
/// # use lepre::engine::{fold, Event};
/// # fn show(rulebook: &lepre::rulebook::Rulebook, history: &[Event]) {
/// let case = fold(rulebook, history);
/// assert_eq!(case.sequence() as usize, history.len());
/// # }
/// ```
pub fn fold<'a>(rulebook: &Rulebook, events: impl IntoIterator<Item = &'a Event>) -> Case {
    let events = events.into_iter();
    let mut case = Case::new(rulebook);
    case.log.reserve(events.size_hint().0);
    fold_steps(case, rulebook, events.map(|event| (event, false)))
}

/// Corrections are taken into account once, at the end: a history of many costs no more than one of few.
fn fold_steps<'a>(mut case: Case, rulebook: &Rulebook, events: impl Iterator<Item = (&'a Event, bool)>) -> Case {
    let mut corrected = false;
    for (event, ahead) in events {
        let mut step = Step { ahead, ..step(&case, rulebook, event) };
        if let What::Void { sequence: target, reaches, .. } = &mut step.what
            && voidable(&case, *target).is_some()
        {
            *reaches = true;
            corrected = true;
        }
        if !corrected && !step.ahead {
            take(&mut case, &mut step);
        }
        case.log.push(step);
    }
    if corrected {
        refold(&mut case, rulebook);
    }
    case
}

/// Folds a history as it stood at the end of a day: later events keep their numbers, and have not happened yet.
///
/// A correction counts whenever it was made: it says what was true all the time.
pub fn fold_to<'a>(rulebook: &Rulebook, events: impl IntoIterator<Item = &'a Event>, on: Day) -> Case {
    fold_steps(Case::new(rulebook), rulebook, events.into_iter().map(|event| (event, event.on > on)))
}

/// Plays a history again under another law than the one it was recorded under, as it stood at the end of a day if one is
/// given: what scripts said then has not been said, and the scripts of this law speak after every event.
///
/// Events keep their numbers. Under a law without scripts this is [`fold`] of a history in which no script ever spoke.
pub fn replay<'a>(rulebook: &Rulebook, events: impl IntoIterator<Item = &'a Event>, until: Option<Day>) -> Case {
    let ahead =
        |event: &Event| matches!(event.kind, EventKind::ScriptSpoke(_)) || until.is_some_and(|until| event.on > until);
    let events: Vec<(&Event, bool)> = events.into_iter().map(|event| (event, ahead(event))).collect();
    let plain = fold_steps(Case::new(rulebook), rulebook, events.iter().copied());
    if rulebook.scripts.is_empty() {
        return plain;
    }
    let mut case = Case::new(rulebook);
    for mut step in plain.log {
        if !step.voided && !step.ahead {
            step.late = false;
            take(&mut case, &mut step);
            let mark = step.mark;
            case.log.push(step);
            for spoken in super::speech::speak(rulebook, &case, mark.on) {
                if let What::Speak { script, spoken } = resolve(rulebook, &spoken) {
                    case.hear(script, Spoken { mark, ..*spoken });
                }
            }
        } else {
            case.log.push(step);
        }
    }
    case
}

fn step(case: &Case, rulebook: &Rulebook, event: &Event) -> Step {
    let mark = Mark { on: event.on, sequence: case.sequence().saturating_add(1), time: event.time };
    Step { mark, voided: false, late: false, ahead: false, what: resolve(rulebook, event) }
}

/// Takes one more event into a case. Never fails; what is wrong is kept in [`Case::faults`].
pub fn apply(case: &mut Case, rulebook: &Rulebook, event: &Event) {
    let step = step(case, rulebook, event);
    enter(case, rulebook, step);
}

fn enter(case: &mut Case, rulebook: &Rulebook, mut step: Step) {
    if let What::Void { sequence: target, reaches, .. } = &mut step.what
        && voidable(case, *target).is_some()
    {
        *reaches = true;
        case.log.push(step);
        refold(case, rulebook);
        return;
    }
    if !step.ahead {
        take(case, &mut step);
    }
    case.log.push(step);
}

/// Position in the log of an event that a correction may reach: any but the first, which is the opening (a second
/// opening is a mistake like any other). A correction corrected never happened, and what it had voided counts again.
pub(super) fn voidable(case: &Case, sequence: u32) -> Option<usize> {
    let index = usize::try_from(sequence).ok()?.checked_sub(1)?;
    (index > 0 && index < case.log.len()).then_some(index)
}

fn refold(case: &mut Case, rulebook: &Rulebook) {
    let mut log = std::mem::take(&mut case.log);
    *case = Case::new(rulebook);
    let mut voided = vec![false; log.len()];
    // From the last correction back: one that is itself voided voids nothing.
    for (at, step) in log.iter().enumerate().rev() {
        if let What::Void { sequence, reaches: true, .. } = step.what
            && voided.get(at) == Some(&false)
            && let Some(flag) =
                usize::try_from(sequence).ok().and_then(|n| n.checked_sub(1)).and_then(|i| voided.get_mut(i))
        {
            *flag = true;
        }
    }
    for (step, voided) in log.iter_mut().zip(voided) {
        step.voided = voided;
        step.late &= !voided;
        if !voided && !step.ahead {
            take(case, step);
        }
    }
    case.log = log;
}

/// What an event means under this rulebook.
pub(super) fn resolve(rulebook: &Rulebook, event: &Event) -> What {
    let stray = |detail| What::Stray { item: None, detail };
    let find = |name: &str, kind: ItemKind| {
        let index = rulebook.item_index(name).ok_or(stray(FaultDetail::UnknownName))?;
        match rulebook.item(index) {
            Some(item) if item.kind == kind => Ok((index, item)),
            _ => Err(What::Stray { item: Some(index), detail: FaultDetail::WrongKind }),
        }
    };
    match &event.kind {
        EventKind::CaseOpened(opening) => {
            let requires = rulebook.access.iter().flat_map(|access| &access.requires);
            let in_dossier = |r: &crate::rulebook::Requirement| {
                opening.dossier.iter().any(|p| *p.level == *r.level && *p.item == *r.item && p.on <= event.on)
            };
            let office = opening.office.as_deref().and_then(|id| rulebook.office_index(id));
            What::Open { met: requires.map(in_dossier).collect(), office }
        }
        EventKind::FactSupplied { fact, value } => {
            let Some(slot) = rulebook.fact_slot(fact) else { return What::StrayWord };
            let declared = rulebook.fact(slot);
            match (value, declared) {
                (Some(datum), Some(declared)) => {
                    let value = declared.accepts(datum);
                    What::Fact { slot, fits: value.is_some(), value }
                }
                _ => What::Fact { slot, fits: true, value: None },
            }
        }
        EventKind::ActivityRecorded { activity, event, mode, reason } => match find(activity, ItemKind::Activity) {
            Ok((index, item)) => What::Activity {
                item: index,
                event: *event,
                mode_allowed: mode.as_ref().is_none_or(|mode| is_mode_allowed(&item.modes, mode)),
                reason_given: reason.as_ref().is_some_and(|reason| !reason.trim().is_empty()),
            },
            Err(stray) => stray,
        },
        EventKind::OutputDelivered { output, evidence } => match find(output, ItemKind::Output) {
            Ok((index, item)) => What::Output {
                item: index,
                evidence_fits: item.evidence.accepts(evidence),
                evidence: (!rulebook.scripts.is_empty()).then(|| Box::new(evidence.clone())),
            },
            Err(stray) => stray,
        },
        EventKind::OutcomeReached { outcome } => match find(outcome, ItemKind::Outcome) {
            Ok((index, _)) => What::Outcome { item: index },
            Err(stray) => stray,
        },
        EventKind::Registered { code, item } => {
            let item = rulebook.item_index(item);
            What::Register { item, code: code_fit(rulebook, item, code, event.on) }
        }
        EventKind::ScriptSpoke(speech) => speech.resolve(rulebook, event.on),
        EventKind::CaseSuspended { reason } => What::Suspend { reason_given: !reason.trim().is_empty() },
        EventKind::CaseResumed => What::Resume,
        EventKind::CaseClosed { manner, reason } => What::Close {
            manner: *manner,
            reason_given: *manner == Manner::Concluded || reason.as_ref().is_some_and(|r| !r.trim().is_empty()),
        },
        EventKind::CaseReopened { reason } => What::Reopen { reason_given: !reason.trim().is_empty() },
        EventKind::EventVoided { sequence, reason } => {
            What::Void { sequence: *sequence, reaches: false, reason_given: !reason.trim().is_empty() }
        }
        EventKind::NoteWritten { .. }
        | EventKind::MeetingCalled { .. }
        | EventKind::MeetingAttended { .. }
        | EventKind::MeetingMissed { .. }
        | EventKind::AbsenceJustified { .. }
        | EventKind::SanctionApplied { .. }
        | EventKind::CaseEntrusted { .. } => {
            OfficeAct::of(rulebook, event).map_or(What::StrayWord, |act| What::Office(Box::new(act)))
        }
    }
}

/// A level that names no mode leaves all of them open.
fn is_mode_allowed(allowed: &[Mode], mode: &str) -> bool {
    allowed.is_empty() || Mode::from_word(mode).is_some_and(|mode| allowed.contains(&mode))
}

/// An item with no codes of its own takes the level's; a level whose codes are missing or to be defined excludes none.
pub(super) fn code_fit(rulebook: &Rulebook, index: Option<ItemIndex>, code: &str, on: Day) -> CodeFit {
    let own =
        index.and_then(|index| rulebook.item(index)).and_then(|item| item.registration.as_ref()).map(|r| &r.codes);
    let listed = match (own, &rulebook.sap) {
        (Some(codes), _) | (None, SapCodes::Codes(codes)) => codes.iter().any(|c| c == code),
        (None, SapCodes::ToBeDefined | SapCodes::Missing) => true,
    };
    let known = rulebook.code(code);
    let in_force = known.is_none_or(|c| c.from.is_none_or(|from| on >= from) && c.to.is_none_or(|to| on <= to));
    CodeFit { known: known.is_some(), listed, in_force }
}

/// May this event follow the last one of the activity? (SAP section 6, table of events.)
pub fn may_follow(last: Option<SapEventWord>, next: SapEventWord) -> bool {
    use SapEventWord as E;
    match last {
        Some(E::Proposed) => matches!(
            next,
            E::Started
                | E::Rejected
                | E::Refused
                | E::CancelledBefore
                | E::Deleted
                | E::Ended
                | E::Lapsed
                | E::Exempted
        ),
        Some(E::Started) => matches!(
            next,
            E::Abandoned
                | E::CancelledAfter
                | E::Deleted
                | E::Suspended
                | E::Ended
                | E::Lapsed
                | E::Transformed
                | E::Excluded
        ),
        Some(E::Suspended) => matches!(
            next,
            E::Started
                | E::Abandoned
                | E::CancelledAfter
                | E::Deleted
                | E::Ended
                | E::Lapsed
                | E::Transformed
                | E::Excluded
        ),
        Some(E::Ended) => matches!(next, E::Accounted | E::Proposed | E::Started | E::Ended),
        Some(E::Accounted) => matches!(next, E::Proposed | E::Started | E::Ended),
        _ => matches!(next, E::Proposed | E::Started | E::Ended | E::Exempted),
    }
}

/// Does the event go on with the instance that `last` belongs to, rather than begin another?
pub fn continues(last: SapEventWord, next: SapEventWord) -> bool {
    use SapEventWord as E;
    match last {
        E::Proposed | E::Started | E::Suspended => true,
        E::Ended => next == E::Accounted,
        _ => false,
    }
}

/// The ways of not going on, each of which needs a reason.
pub fn needs_reason(event: SapEventWord) -> bool {
    use SapEventWord as E;
    !matches!(event, E::Proposed | E::Started | E::Ended | E::Accounted)
}

fn take(case: &mut Case, step: &mut Step) {
    let mark = step.mark;
    let sequence = mark.sequence;
    let fault = |kind, item, detail| Fault { kind, item, sequence, detail };
    // A registration may be transmitted, and a fact supplied, after the closing; all else is out of time.
    step.late = case.closed.is_some() && !step.what.may_follow_closing();
    if let What::Office(act) = &step.what {
        // Neither a finding nor a day of the case: what is owed is as if it had not been written.
        if sequence == 1 {
            case.faults.push(fault(FindingKind::State, None, FaultDetail::NotOpened));
        }
        if !step.late {
            case.take_office_act(mark, act);
        }
        return;
    }
    if step.late {
        case.faults.push(fault(FindingKind::AfterClosing, step.what.item(), FaultDetail::AfterClosing));
        return;
    }
    case.latest = Some(case.latest.map_or(mark.on, |latest| latest.max(mark.on)));
    match (&case.opened, &step.what) {
        (None, What::Open { .. }) => {}
        (None, _) if sequence == 1 => case.faults.push(fault(FindingKind::State, None, FaultDetail::NotOpened)),
        (Some(opened), _) if mark.on < opened.on => {
            case.faults.push(fault(FindingKind::Dates, step.what.item(), FaultDetail::BeforeOpening));
        }
        _ => {}
    }
    let by_recording = case.by_recording;
    let sooner = |known: Option<Mark>| Some(known.map_or(mark, |k| if by_recording { k } else { k.min(mark) }));
    let complete = |state: &mut ItemState| {
        state.count = state.count.saturating_add(1);
        state.first = sooner(state.first);
    };
    match &step.what {
        What::Open { met, office } => {
            if case.opened.is_some() {
                case.faults.push(fault(FindingKind::State, None, FaultDetail::OpenedTwice));
                return;
            }
            case.opened = Some(mark);
            case.met.clone_from(met);
            case.office = *office;
        }
        What::Fact { slot, fits, value } => {
            // A value that does not fit leaves the fact not known: the one before no longer holds either.
            if !fits {
                case.faults.push(fault(FindingKind::Unknown, None, FaultDetail::WrongValue));
            }
            if let (Some(place), Some(seen)) =
                (case.facts.get_mut(usize::from(*slot)), case.fact_marks.get_mut(usize::from(*slot)))
            {
                place.clone_from(value);
                *seen = Some(mark);
            }
        }
        What::Activity { item, event, mode_allowed, reason_given } => {
            let (item, event) = (*item, *event);
            let Some(state) = case.items.get_mut(usize::from(item)) else { return };
            if !mode_allowed {
                case.faults.push(fault(FindingKind::Mode, Some(item), FaultDetail::Mode));
            }
            if needs_reason(event) && !reason_given {
                case.faults.push(fault(FindingKind::State, Some(item), FaultDetail::ReasonMissing));
            }
            let last = state.sap;
            if may_follow(last.map(|(event, _)| event), event) {
                if last.is_some_and(|(last, before)| continues(last, event) && mark.on < before.on) {
                    case.faults.push(fault(FindingKind::Dates, Some(item), FaultDetail::GoesBack));
                }
                state.sap = Some((event, mark));
            } else {
                let detail = FaultDetail::Transition { from: last.map(|(event, _)| event), to: event };
                case.faults.push(fault(FindingKind::State, Some(item), detail));
            }
            // What was done was done, even where the sequence of its events is wrong.
            match event {
                SapEventWord::Started => state.started = sooner(state.started),
                SapEventWord::Ended => complete(state),
                _ => {}
            }
        }
        What::Output { item, evidence_fits, evidence } => {
            let fits = evidence.as_ref().is_none_or(|evidence| case.words.accept(*item, evidence));
            if !evidence_fits || !fits {
                case.faults.push(fault(FindingKind::Evidence, Some(*item), FaultDetail::Evidence));
            }
            if let Some(state) = case.items.get_mut(usize::from(*item)) {
                complete(state);
            }
        }
        What::Outcome { item } => {
            if let Some(state) = case.items.get_mut(usize::from(*item)) {
                complete(state);
            }
        }
        What::Register { item, code } => {
            if item.is_none() {
                case.faults.push(fault(FindingKind::Unknown, None, FaultDetail::UnknownName));
            }
            if !code.known {
                case.faults.push(fault(FindingKind::Unknown, *item, FaultDetail::UnknownCode));
            }
            if !code.in_force {
                case.faults.push(fault(FindingKind::Sap, *item, FaultDetail::CodeNotInForce));
            }
            if !code.listed {
                case.faults.push(fault(FindingKind::Sap, *item, FaultDetail::WrongCode));
            } else if let Some(state) = item.and_then(|item| case.items.get_mut(usize::from(item))) {
                state.registered = Some(state.registered.map_or(mark, |first| first.min(mark)));
            }
        }
        What::Suspend { reason_given } => {
            if case.suspended.is_some() {
                case.faults.push(fault(FindingKind::State, None, FaultDetail::AlreadySuspended));
                return;
            }
            if !reason_given {
                case.faults.push(fault(FindingKind::State, None, FaultDetail::ReasonMissing));
            }
            case.suspended = Some(mark);
            case.suspensions.push(Suspension { from: mark.on, to: None });
        }
        What::Resume => match (case.suspended.take(), case.suspensions.last_mut()) {
            (Some(since), Some(suspension)) => {
                if mark.on < since.on {
                    case.faults.push(fault(FindingKind::Dates, None, FaultDetail::GoesBack));
                }
                suspension.to = Some(mark.on.max(since.on));
            }
            _ => case.faults.push(fault(FindingKind::State, None, FaultDetail::NotSuspended)),
        },
        What::Close { manner, reason_given } => {
            if !reason_given {
                case.faults.push(fault(FindingKind::State, None, FaultDetail::ReasonMissing));
            }
            case.closed = Some(Closing { mark, manner: *manner });
        }
        What::Reopen { reason_given } => {
            if case.closed.take().is_none() {
                case.faults.push(fault(FindingKind::State, None, FaultDetail::NotClosed));
            } else if !reason_given {
                case.faults.push(fault(FindingKind::State, None, FaultDetail::ReasonMissing));
            }
        }
        What::Void { reaches, reason_given, .. } => {
            if !reaches {
                case.faults.push(fault(FindingKind::Unknown, None, FaultDetail::NothingToVoid));
            }
            if !reason_given {
                case.faults.push(fault(FindingKind::State, None, FaultDetail::ReasonMissing));
            }
        }
        What::Office(_) => {}
        What::Speak { script, spoken } => case.hear(*script, Spoken { mark, ..(**spoken).clone() }),
        What::StrayWord => case.faults.push(fault(FindingKind::Unknown, None, FaultDetail::UnknownName)),
        What::Stray { item, detail } => case.faults.push(fault(FindingKind::Unknown, *item, *detail)),
    }
}
