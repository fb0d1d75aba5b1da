// SPDX-License-Identifier: EUPL-1.2
//! Where a case stands: which items are due, which terms run, which registrations are owed, on a given day.

use crate::calendar::{Calendar, Day, Due, Length, Unit, at_least_hours, due_day, rome, within_hours};
use crate::condition::Slot;
use crate::rulebook::{Bound, Citation, ItemIndex, Obligation, Rulebook, Start, Target, Term};
use crate::spec::level::Party;
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
    for (index, _) in &case.words.due {
        if let Some(place) = due.get_mut(usize::from(*index)) {
            *place = Truth::True;
        }
    }
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
    /// The length that decided it, where a term has several.
    pub length: Option<Length>,
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
    let standing = |state, due: Option<(Day, Length)>| TermStanding {
        state,
        base: base.ok(),
        due: due.map(|(day, _)| day),
        length: due.map(|(_, length)| length),
        met,
        applies,
    };
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
    let mut shortest: Option<Ending> = None;
    let mut counted = true;
    let mut take = |found: Result<Ending, ()>| match found {
        Ok(found) => shortest = Some(shortest.map_or(found, |other| other.sooner(found))),
        Err(()) => counted = false,
    };
    for length in term.length.into_iter().chain(term.shortened.as_ref().map(|s| s.length)) {
        take(ending(rulebook, case, term, base, length));
    }
    for spoken in case.words.shortened.iter().filter(|spoken| spoken.term == term.index) {
        take(ending(rulebook, case, term, base, spoken.length).map(|ending| ending.not_before(spoken.since)));
    }
    let Some(ending) = shortest.filter(|_| counted) else {
        // Done before the count even begins: in time, however long the term is.
        let unmeasured = term.length.is_none() && term.bound == Bound::Within;
        let early = unmeasured && met.is_some_and(|met| met.on <= base.on);
        return standing(if early { TermStateWord::Kept } else { TermStateWord::NotKnown }, None);
    };
    match ending {
        Ending::Hours { day, length } => {
            let state = hours_state(term.bound, base, met, length.count, case.horizon(on));
            standing(state, Some((day, length)))
        }
        Ending::On { day, length } => standing(day_state(term.bound, day, met, case.horizon(on)), Some((day, length))),
        // What is already done cannot be late for a term that is not running out.
        Ending::Suspended => match (term.bound, met) {
            (Bound::Within, Some(_)) => standing(TermStateWord::Kept, None),
            (Bound::AtLeast, Some(_)) => standing(TermStateWord::Broken, None),
            _ => standing(TermStateWord::Suspended, None),
        },
    }
}

/// The norm of the length that decides a term: the law's, the region's, a script's.
pub fn term_norm<'a>(case: &'a Case, term: &'a Term, standing: &TermStanding) -> &'a Citation {
    let decides = |length: Length| standing.length == Some(length);
    let spoken = case.words.shortened.iter().find(|spoken| spoken.term == term.index && decides(spoken.length));
    let shortened = term.shortened.as_ref().filter(|shortened| decides(shortened.length));
    shortened.map(|s| &s.norm).or(spoken.map(|s| &s.norm)).unwrap_or(&term.norm)
}

/// Where a length ends.
#[derive(Clone, Copy)]
enum Ending {
    On { day: Day, length: Length },
    Hours { day: Day, length: Length },
    Suspended,
}

impl Ending {
    fn sooner(self, other: Self) -> Self {
        match (self, other) {
            (Self::On { day: a, .. }, Self::On { day: b, .. }) if b < a => other,
            (Self::Hours { length: a, .. }, Self::Hours { length: b, .. }) if b.count < a.count => other,
            (Self::Suspended, Self::On { .. } | Self::Hours { .. }) => other,
            _ => self,
        }
    }

    /// A term does not end before the day on which it was first said to be this short.
    fn not_before(self, since: Day) -> Self {
        match self {
            Self::On { day, length } => Self::On { day: day.max(since), length },
            other => other,
        }
    }
}

fn ending(rulebook: &Rulebook, case: &Case, term: &Term, base: Mark, length: Length) -> Result<Ending, ()> {
    if length.unit == Unit::Hours {
        return Ok(Ending::Hours { day: hours_end(base, length.count), length });
    }
    let roll = term.roll && term.bound == Bound::Within;
    let on = |calendar: &Calendar| match due_day(calendar, base.on, length, roll, &case.suspensions) {
        Ok(Due::On(day)) => Ok(Some(day)),
        Ok(Due::Suspended { .. }) => Ok(None),
        Err(_) => Err(()),
    };
    let national = on(rulebook.calendar().ok_or(())?)?;
    let Some(mut day) = national else { return Ok(Ending::Suspended) };
    // A day on which the office is closed gives more time to whom it serves, and none to the office: so no local holiday
    // ever puts off what the decree promises.
    if term.who != Party::Office
        && let Some(local) = rulebook.local_calendar(case.office)
        && let Some(local) = on(local)?
    {
        day = day.max(local);
    }
    Ok(Ending::On { day, length })
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
