// SPDX-License-Identifier: EUPL-1.2
//! Where a case stands: which items are due, which terms run, which registrations are owed, on a given day.

use crate::calendar::{Day, Due, Unit, at_least_hours, due_day, rome, within_hours};
use crate::condition::Slot;
use crate::rulebook::{Bound, ItemIndex, Obligation, Rulebook, Start, Target, Term};
use crate::spec::scenario::TermStateWord;
use crate::value::{Truth, Value};

use super::case::{Case, Mark};

/// For each item, in the order of the rulebook: must it be done?
///
/// An activity on which a due output rests is due by implication (spec-language, principle 8).
pub fn obligations(rulebook: &Rulebook, case: &Case) -> Vec<Truth> {
    let mut due: Vec<Truth> = rulebook
        .items
        .iter()
        .map(|item| match &item.obligation {
            Obligation::Due => Truth::True,
            Obligation::Offered | Obligation::Implied => Truth::False,
            Obligation::When(rule) => rule.condition.evaluate(&case.facts),
        })
        .collect();
    for (index, supported) in rulebook.links.supports.iter().enumerate() {
        let implied = supported.iter().filter_map(|i| due.get(usize::from(*i))).max().copied();
        if let (Some(place), Some(implied)) = (due.get_mut(index), implied) {
            *place = place.or(implied);
        }
    }
    due
}

/// Is the access rule of the level met? Without a rule, yes.
pub fn access(rulebook: &Rulebook, case: &Case) -> Truth {
    let Some(access) = &rulebook.access else { return Truth::True };
    access_over(access, &case.met, &case.facts)
}

/// The access rule over a dossier (`met`, one answer for each requirement) and facts.
pub(super) fn access_over(access: &crate::rulebook::Access, met: &[bool], facts: &[Option<Value>]) -> Truth {
    let required = (0..access.requires.len()).all(|i| met.get(i).copied().unwrap_or(false));
    let when = access.when.as_ref().map_or(Truth::True, |rule| rule.condition.evaluate(facts));
    let unless = access.unless.as_ref().map_or(Truth::False, |rule| rule.condition.evaluate(facts));
    Truth::from(required).or(unless).and(when)
}

/// Names the unknown facts on which the answer about access still depends.
pub(super) fn access_awaits(rulebook: &Rulebook, case: &Case, visit: &mut dyn FnMut(Slot)) {
    let Some(rule) = &rulebook.access else { return };
    if access(rulebook, case) != Truth::NotKnown {
        return;
    }
    let required = (0..rule.requires.len()).all(|i| case.met.get(i).copied().unwrap_or(false));
    if let Some(when) = &rule.when {
        when.condition.awaited(&case.facts, visit);
    }
    if let (false, Some(unless)) = (required, &rule.unless) {
        unless.condition.awaited(&case.facts, visit);
    }
}

/// How a term stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TermStanding {
    pub state: TermStateWord,
    /// Day and event the term is counted from; a fact has no hour of its own.
    pub base: Option<Mark>,
    /// Last useful day (for `almeno`, first lawful day); for terms in hours the day of the latest possible end.
    pub due: Option<Day>,
    /// When what the term waits for happened.
    pub met: Option<Mark>,
    /// Does the term apply at all?
    pub applies: Truth,
}

/// Computes how a term stands, looked at on a day. Terms are derived every time and never stored.
pub fn term_standing(rulebook: &Rulebook, case: &Case, term: &Term, on: Day) -> TermStanding {
    let applies = term.when.as_ref().map_or(Truth::True, |rule| rule.condition.evaluate(&case.facts));
    let met = match &term.target {
        Target::Done(item) => case.first(item.index),
        Target::Started(item) => case.item(item.index).and_then(|state| state.started),
        Target::Closing => case.closed.map(|closing| closing.mark),
    };
    let base = match &term.start {
        Start::Opening => case.opened.ok_or(TermStateWord::NotRunning),
        Start::Done(item) => case.first(item.index).ok_or(TermStateWord::NotRunning),
        Start::Started(item) => case.item(item.index).and_then(|state| state.started).ok_or(TermStateWord::NotRunning),
        Start::Fact(fact) => fact_day(case, fact.index).ok_or(TermStateWord::NotKnown),
    };
    let standing = |state, due| TermStanding { state, base: base.ok(), due, met, applies };
    if applies == Truth::False {
        return standing(TermStateWord::NotRunning, None);
    }
    // Not known whether the term applies: nothing is said about it, kept or broken.
    if applies == Truth::NotKnown {
        return standing(TermStateWord::NotKnown, None);
    }
    let base = match base {
        Ok(base) => base,
        Err(state) => return standing(state, None),
    };
    // Done before the count even begins: in time, however long the term is.
    if term.bound == Bound::Within && term.length.is_none() && met.is_some_and(|met| met.on <= base.on) {
        return standing(TermStateWord::Kept, None);
    }
    let Some(length) = term.length else { return standing(TermStateWord::NotKnown, None) };
    let (state, due) = if length.unit == Unit::Hours {
        (hours_state(term.bound, base, met, length.count, case.horizon(on)), Some(hours_end(base, length.count)))
    } else {
        match rulebook.calendar().map(|calendar| {
            let roll = term.roll && term.bound == Bound::Within;
            due_day(calendar, base.on, length, roll, &case.suspensions)
        }) {
            Some(Ok(Due::On(due))) => (day_state(term.bound, due, met, case.horizon(on)), Some(due)),
            // What is already done cannot be late for a term that is not running out.
            Some(Ok(Due::Suspended { .. })) => match (term.bound, met) {
                (Bound::Within, Some(_)) => (TermStateWord::Kept, None),
                (Bound::AtLeast, Some(_)) => (TermStateWord::Broken, None),
                _ => (TermStateWord::Suspended, None),
            },
            Some(Err(_)) | None => (TermStateWord::NotKnown, None),
        }
    };
    standing(state, due)
}

/// The day on which a term in hours ends at the latest: an hour that is not known is the last of its day.
fn hours_end(base: Mark, hours: u32) -> Day {
    let minute = base.time.map_or(24 * 60 - 1, super::event::Minute::minutes);
    rome::today(rome::instant(base.on, minute) + i64::from(hours) * 3600).0
}

fn fact_day(case: &Case, slot: Slot) -> Option<Mark> {
    match case.facts.get(usize::from(slot)) {
        Some(Some(Value::Date(day))) => {
            let sequence = case.fact_marks.get(usize::from(slot)).copied().flatten().map_or(0, |mark| mark.sequence);
            Some(Mark { on: *day, sequence, time: None })
        }
        _ => None,
    }
}

fn day_state(bound: Bound, due: Day, met: Option<Mark>, horizon: Day) -> TermStateWord {
    match (bound, met) {
        (Bound::Within, Some(met)) if met.on <= due => TermStateWord::Kept,
        (Bound::Within, None) if horizon <= due => TermStateWord::Running,
        (Bound::AtLeast, Some(met)) if met.on >= due => TermStateWord::Kept,
        (Bound::AtLeast, None) => TermStateWord::Running,
        _ => TermStateWord::Broken,
    }
}

fn hours_state(bound: Bound, base: Mark, met: Option<Mark>, hours: u32, horizon: Day) -> TermStateWord {
    let minutes = |mark: Mark| (mark.on, mark.time.map(super::event::Minute::minutes));
    let judged = |answer: Option<bool>| match answer {
        Some(true) => TermStateWord::Kept,
        Some(false) => TermStateWord::Broken,
        None => TermStateWord::NotKnown,
    };
    match (bound, met) {
        (Bound::Within, Some(met)) => judged(within_hours(minutes(base), minutes(met), hours)),
        (Bound::AtLeast, Some(met)) => judged(at_least_hours(minutes(base), minutes(met), hours)),
        (Bound::Within, None) if within_hours(minutes(base), (horizon, None), hours) == Some(false) => {
            TermStateWord::Broken
        }
        _ => TermStateWord::Running,
    }
}

/// Names the unknown facts on which a term still depends.
pub(super) fn term_awaits(case: &Case, term: &Term, standing: &TermStanding, visit: &mut dyn FnMut(Slot)) {
    if matches!(standing.state, TermStateWord::Kept | TermStateWord::Broken) {
        return;
    }
    match (standing.applies, &term.when, &term.start, standing.base) {
        // First whether the term applies; what it is counted from is asked only then.
        (Truth::NotKnown, Some(rule), _, _) => rule.condition.awaited(&case.facts, visit),
        (Truth::True, _, Start::Fact(fact), None) => visit(fact.index),
        _ => {}
    }
}

/// Is a registration owed for this item, now that it is done?
pub fn registration_owed(rulebook: &Rulebook, case: &Case, index: ItemIndex) -> Truth {
    let registration = rulebook.item(index).and_then(|item| item.registration.as_ref());
    let Some((registration, state)) = registration.zip(case.item(index)) else { return Truth::False };
    if !case.is_done(rulebook, index) || state.registered.is_some() {
        return Truth::False;
    }
    registration.when.as_ref().map_or(Truth::True, |rule| rule.condition.evaluate(&case.facts))
}

/// Names the unknown facts on which it depends whether an item is due: its own condition's, or its outputs'.
pub(super) fn obligation_awaits(rulebook: &Rulebook, case: &Case, index: ItemIndex, visit: &mut dyn FnMut(Slot)) {
    let supported = rulebook.links.supports.get(usize::from(index)).into_iter().flatten().copied();
    for source in std::iter::once(index).chain(supported) {
        if let Some(Obligation::When(rule)) = rulebook.item(source).map(|item| &item.obligation) {
            rule.condition.awaited(&case.facts, visit);
        }
    }
}
