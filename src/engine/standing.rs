// SPDX-License-Identifier: EUPL-1.2
//! Where a case stands: which items are due, which terms run, which registrations are owed, on a given day.

use std::cmp::Ordering;

use crate::calendar::{Calendar, Day, Due, Length, Suspension, Unit, at_least_hours, due_day, rome, within_hours};
use crate::condition::Slot;
use crate::rulebook::{Bound, Citation, ItemIndex, Obligation, Rulebook, Start, Target, Term, Variation};
use crate::spec::level::Party;
use crate::spec::scenario::TermStateWord;
use crate::value::{Truth, Value};

use super::case::{Case, Mark, SpokenTerm};

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
    let met = target_mark(case, &term.target);
    let base = base_mark(case, &term.start);
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
    let (state, limit) = Moments::of(case, base, met, case.horizon(on)).judge(rulebook, term);
    standing(state, limit.and_then(|limit| limit.due.map(|day| (day, limit.length))))
}

/// When what a term waits for happened.
pub(super) fn target_mark(case: &Case, target: &Target) -> Option<Mark> {
    match target {
        Target::Done(item) => case.first(item.index),
        Target::Started(item) => case.item(item.index).and_then(|state| state.started),
        Target::Closing => case.closed.map(|closing| closing.mark),
    }
}

/// From when a term is counted, or how it stands while it is not.
pub(super) fn base_mark(case: &Case, start: &Start) -> Result<Mark, TermStateWord> {
    match start {
        Start::Opening => case.opened.ok_or(TermStateWord::NotRunning),
        Start::Done(item) => case.first(item.index).ok_or(TermStateWord::NotRunning),
        Start::Started(item) => case.item(item.index).and_then(|state| state.started).ok_or(TermStateWord::NotRunning),
        Start::Fact(fact) => fact_day(case, fact.index).ok_or(TermStateWord::NotKnown),
    }
}

/// The norm by which an item is due: a script's or a variation's, where one makes it due; else the item's own.
pub fn duty_norm<'a>(rulebook: &'a Rulebook, case: &'a Case, index: ItemIndex) -> Option<&'a Citation> {
    let item = rulebook.item(index)?;
    let holds = |variation: &&Variation| {
        let when = variation.when.as_ref().map_or(Truth::True, |rule| rule.condition.evaluate(&case.facts));
        variation.verb == Variation::MAKES_DUE && when.is_true()
    };
    let spoken = case.words.due.iter().find(|(due, _)| *due == index).map(|(_, norm)| norm);
    let varied = rulebook.variations_of(&item.id).find(holds).map(|variation| &variation.norm);
    Some(varied.or(spoken).unwrap_or(&item.norm))
}

/// The norm of the length that decides a term: the law's, the region's, a script's.
pub fn term_norm<'a>(case: &'a Case, term: &'a Term, standing: &TermStanding) -> &'a Citation {
    length_norm(case, term, standing.length)
}

pub(super) fn length_norm<'a>(case: &'a Case, term: &'a Term, decides: Option<Length>) -> &'a Citation {
    let decides = |length: Length| decides == Some(length);
    let spoken = case.words.shortened.iter().find(|spoken| spoken.term == term.index && decides(spoken.length));
    let shortened = term.shortened.as_ref().filter(|shortened| decides(shortened.length));
    shortened.map(|s| &s.norm).or(spoken.map(|s| &s.norm)).unwrap_or(&term.norm)
}

/// The moments a term is held against: those of a case, or those it would have.
#[derive(Clone, Copy)]
pub(super) struct Moments<'a> {
    pub base: Mark,
    pub met: Option<Mark>,
    pub horizon: Day,
    pub suspensions: &'a [Suspension],
    /// The office whose holidays may put off what is not the office's to do.
    pub office: Option<u16>,
    /// What scripts have made shorter.
    pub shortened: &'a [SpokenTerm],
}

impl<'a> Moments<'a> {
    /// Moments in a case.
    pub(super) fn of(case: &'a Case, base: Mark, met: Option<Mark>, horizon: Day) -> Self {
        let shortened = &case.words.shortened;
        Self { base, met, horizon, suspensions: &case.suspensions, office: case.office, shortened }
    }

    /// How a term that applies stands by all of its lengths, and the one that decides.
    pub(super) fn judge(self, rulebook: &Rulebook, term: &Term) -> (TermStateWord, Option<Limit>) {
        let mut decides: Option<Limit> = None;
        // A length that nobody has fixed, or that no calendar reaches, may be broken only through another one.
        let mut counted = term.length.is_some();
        for (length, since) in lengths(self.shortened, term) {
            match limit(rulebook, term, self, length, since) {
                Ok(found) => decides = Some(decides.map_or(found, |other| other.with(found))),
                Err(()) => counted = false,
            }
        }
        match decides.filter(|limit| counted || limit.state == TermStateWord::Broken) {
            Some(limit) => (limit.state, Some(limit)),
            None => {
                // Done before the count even begins: in time, however long the term is.
                let unmeasured = term.length.is_none() && term.bound == Bound::Within;
                let early = unmeasured && self.met.is_some_and(|met| met.on <= self.base.on);
                (if early { TermStateWord::Kept } else { TermStateWord::NotKnown }, None)
            }
        }
    }

    /// For a term that says *not earlier*: the first day on which its target would not break it, by any hour of that
    /// day. None while a suspension has not ended.
    pub(super) fn lawful_from(self, rulebook: &Rulebook, term: &Term) -> Option<Day> {
        let mut first = Day::MIN;
        for (length, since) in lengths(self.shortened, term) {
            if length.unit == Unit::Hours {
                let minute = self.base.time.map_or(0, super::event::Minute::minutes);
                first = first.max(hours_later(self.base.on, minute, length.count));
            } else if let Ok(limit) = limit(rulebook, term, self, length, since) {
                first = first.max(limit.due?);
            }
        }
        Some(first)
    }
}

/// Every length of a term: the law's, the region's, and the scripts', each of which binds from a day on.
fn lengths<'a>(shortened: &'a [SpokenTerm], term: &'a Term) -> impl Iterator<Item = (Length, Option<Day>)> + 'a {
    let fixed = term.length.into_iter().chain(term.shortened.as_ref().map(|shortened| shortened.length));
    let spoken = shortened.iter().filter(|spoken| spoken.term == term.index);
    fixed.map(|length| (length, None)).chain(spoken.map(|spoken| (spoken.length, Some(spoken.since))))
}

/// What one length of a term says.
#[derive(Clone, Copy)]
pub(super) struct Limit {
    pub state: TermStateWord,
    /// None while it is suspended.
    pub due: Option<Day>,
    pub length: Length,
}

impl Limit {
    /// All the lengths of a term bind: the one that says worse decides, and of two that say the same the one that ends
    /// first.
    fn with(self, other: Self) -> Self {
        let worse = |limit: Self| match limit.state {
            TermStateWord::Broken => 4,
            TermStateWord::NotKnown => 3,
            TermStateWord::Running => 2,
            TermStateWord::Suspended => 1,
            TermStateWord::Kept | TermStateWord::NotRunning => 0,
        };
        let end = |limit: Self| (limit.due.unwrap_or(Day::MAX), limit.length.count);
        let other_decides = match worse(other).cmp(&worse(self)) {
            Ordering::Greater => true,
            Ordering::Equal => end(other) < end(self),
            Ordering::Less => false,
        };
        let due = self.due.into_iter().chain(other.due).min();
        Self { due, ..if other_decides { other } else { self } }
    }
}

/// How a term stands by one of its lengths. One that a script has made shorter does not end before the day on which it
/// was first said to be so short (`since`): nobody is late for what was not known.
fn limit(
    rulebook: &Rulebook,
    term: &Term,
    moments: Moments<'_>,
    length: Length,
    since: Option<Day>,
) -> Result<Limit, ()> {
    let Moments { base, met, horizon, suspensions, office, .. } = moments;
    let not_before = |day: Day| since.map_or(day, |since| day.max(since));
    if length.unit == Unit::Hours {
        let free = |day: Day| since.is_some_and(|since| day <= since);
        let state = match (term.bound, met) {
            (Bound::Within, Some(met)) if free(met.on) => TermStateWord::Kept,
            (Bound::Within, None) if free(horizon) => TermStateWord::Running,
            _ => hours_state(term.bound, base, met, length.count, horizon),
        };
        return Ok(Limit { state, due: Some(not_before(hours_end(base, length.count))), length });
    }
    let roll = term.roll && term.bound == Bound::Within;
    let on = |calendar: &Calendar| match due_day(calendar, base.on, length, roll, suspensions) {
        Ok(Due::On(day)) => Ok(Some(day)),
        Ok(Due::Suspended { .. }) => Ok(None),
        Err(_) => Err(()),
    };
    let mut due = on(rulebook.calendar().ok_or(())?)?;
    // A day on which the office is closed gives more time to whom it serves, and none to the office: so no local holiday
    // ever puts off what the decree promises, nor the day from which somebody may act.
    if term.who != Party::Office
        && term.bound == Bound::Within
        && let Some(local) = rulebook.local_calendar(office)
    {
        due = due.zip(on(local)?).map(|(national, local)| national.max(local));
    }
    let due = due.map(not_before);
    let state = match (due, term.bound, met) {
        (Some(day), bound, met) => day_state(bound, day, met, horizon),
        // What is already done cannot be late for a term that is not running out.
        (None, Bound::Within, Some(_)) => TermStateWord::Kept,
        (None, Bound::AtLeast, Some(_)) => TermStateWord::Broken,
        _ => TermStateWord::Suspended,
    };
    Ok(Limit { state, due, length })
}

/// The day on which a term in hours ends at the latest: an hour that is not known is the last of its day.
fn hours_end(base: Mark, hours: u32) -> Day {
    let minute = base.time.map_or(24 * 60 - 1, super::event::Minute::minutes);
    hours_later(base.on, minute, hours)
}

fn hours_later(day: Day, minute: u16, hours: u32) -> Day {
    rome::today(rome::instant(day, minute) + i64::from(hours) * 3600).0
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
