// SPDX-License-Identifier: EUPL-1.2
//! What each term has before it: kept, still to be kept and until when, no longer keepable, broken.
//!
//! A term still running is *doomed* if nothing lawful can keep it any more, although its last day has not passed. A
//! *lawful continuation* of a case, from a day on, is any sequence of acts such that
//!
//! - each is a start or an end of an activity, an output, an outcome, the resumption of a suspended case, its closing;
//! - [`super::decide`] accepts each on its own day, which is not before the day looked at nor the last event's; an
//!   output's form can always be filled in;
//! - none breaks a term that says *not earlier*: being late is never refused, and acting too early can be avoided by
//!   waiting.
//!
//! Nothing is corrected, suspended or reopened, and facts stay as they are: one that is known is fixed, one that is not
//! known stays so, and a term that waits for it hinders nobody. Scripts speak when facts change, so they say no more
//! than they have said. An act whose hour is not written may have happened at any hour of its day. A term is doomed if
//! it runs on the day looked at and after every lawful continuation that meets it, it is broken.
//!
//! Why the earliest day is enough: every hindrance is of the form "not before", moves later when what it is counted from
//! does, and so all of them are met at their earliest together.

use std::borrow::Cow;

use crate::calendar::{Day, Suspension};
use crate::rulebook::{Bound, Item, ItemIndex, Rulebook, Start, Target, Term};
use crate::spec::scenario::TermStateWord;

use super::case::{Case, Mark};
use super::standing::{Moments, TermStanding, base_mark, target_mark, term_standing};

/// How a term stands, seen from what can still be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Prospect {
    /// It does not apply, or what it is counted from has not happened.
    NotRunning,
    NotKnown,
    /// What it waits for happened in time.
    Kept,
    /// It runs, and can be kept.
    Pending,
    /// It runs, and nothing lawful can keep it any more.
    Doomed,
    Suspended,
    /// The case is closed: nobody can meet it and it does not run.
    Closed,
    Broken,
}

impl Prospect {
    pub const ALL: [Self; 8] = [
        Self::NotRunning,
        Self::NotKnown,
        Self::Kept,
        Self::Pending,
        Self::Doomed,
        Self::Suspended,
        Self::Closed,
        Self::Broken,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::NotRunning => "non-decorre",
            Self::NotKnown => "non-noto",
            Self::Kept => "rispettato",
            Self::Pending => "in-corso",
            Self::Doomed => "non-piu-rispettabile",
            Self::Suspended => "sospeso",
            Self::Closed => "chiuso",
            Self::Broken => "violato",
        }
    }
}

/// A term with what is before it. Days are absolute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TermOutlook {
    /// Position in [`Rulebook::terms`].
    pub term: u16,
    pub prospect: Prospect,
    pub standing: TermStanding,
    /// For one that runs: the first day on which what it waits for can lawfully happen; none if never.
    pub earliest: Option<Day>,
    /// Of a doomed term: since when, if nothing had been done but what was. Of a pending one: the first day, not after
    /// its last, on which it will be doomed if nothing more is done.
    pub doomed_from: Option<Day>,
}

impl TermOutlook {
    /// The warning that an early look gives: no longer keepable, or from when it will not be.
    pub fn warning(&self) -> Option<String> {
        let from = self.doomed_from?;
        Some(match (self.prospect, self.earliest) {
            (Prospect::Doomed, Some(day)) => {
                format!("non più rispettabile dal {from}: si può fare al più presto il {day}")
            }
            (Prospect::Doomed, None) => format!("non più rispettabile dal {from}: non si può più fare"),
            _ => format!("se non si fa altro, non più rispettabile dal {from}"),
        })
    }
}

/// Every term of a case, in the order of the rulebook, looked at on a day.
pub fn outlook(rulebook: &Rulebook, case: &Case, on: Day) -> Vec<TermOutlook> {
    (0..).zip(&rulebook.terms).map(|(position, term)| term_outlook(rulebook, case, (position, term), on)).collect()
}

/// One term, by position, as [`outlook`] sees it.
pub fn outlook_of(rulebook: &Rulebook, case: &Case, position: u16, on: Day) -> Option<TermOutlook> {
    let term = rulebook.terms.get(usize::from(position))?;
    Some(term_outlook(rulebook, case, (position, term), on))
}

fn term_outlook(rulebook: &Rulebook, case: &Case, (position, term): (u16, &Term), on: Day) -> TermOutlook {
    let standing = term_standing(rulebook, case, term, on);
    let mut outlook =
        TermOutlook { term: position, prospect: Prospect::Pending, standing, earliest: None, doomed_from: None };
    outlook.prospect = match standing.state {
        TermStateWord::NotRunning => Prospect::NotRunning,
        TermStateWord::NotKnown => Prospect::NotKnown,
        TermStateWord::Kept => Prospect::Kept,
        TermStateWord::Broken => Prospect::Broken,
        TermStateWord::Running | TermStateWord::Suspended if case.closed.is_some() => Prospect::Closed,
        TermStateWord::Suspended => Prospect::Suspended,
        TermStateWord::Running => Prospect::Pending,
    };
    if outlook.prospect != Prospect::Pending {
        return outlook;
    }
    let view = View { rulebook, case };
    outlook.earliest = view.earliest(Happening::met_by(&term.target), on);
    // Whoever waits breaks no term that says "not earlier"; before the opening, nobody has to act.
    if let (Bound::Within, Some(base), Some(_)) = (term.bound, standing.base, case.opened) {
        let hindered = view.is_hindered(Happening::met_by(&term.target));
        let doomed = |on: Day| view.is_doomed(term, base, on);
        if doomed(on) {
            outlook.prospect = Prospect::Doomed;
            let since = case.latest.map_or(base.on, |latest| latest.max(base.on)).min(on);
            outlook.doomed_from = Some(first_day(since, on, doomed));
        } else if let Some(due) = standing.due.filter(|due| hindered && doomed(*due)) {
            outlook.doomed_from = Some(first_day(on, due, doomed));
        }
    }
    outlook
}

/// The first day from which something holds; it holds on the last, and once it holds it goes on holding.
fn first_day(from: Day, last: Day, holds: impl Fn(Day) -> bool) -> Day {
    let (mut not_before, mut holding) = (from, last);
    while not_before < holding {
        let middle = not_before.add_days((holding.number() - not_before.number()) / 2);
        if holds(middle) {
            holding = middle;
        } else {
            not_before = middle.add_days(1);
        }
    }
    holding
}

/// Something that can happen, by the item it is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Happening {
    Opening,
    Done(ItemIndex),
    Started(ItemIndex),
    Closing,
    /// A fact says when: nothing to be done about it.
    Told,
}

impl Happening {
    fn met_by(target: &Target) -> Self {
        match target {
            Target::Done(item) => Self::Done(item.index),
            Target::Started(item) => Self::Started(item.index),
            Target::Closing => Self::Closing,
        }
    }

    fn that_starts(start: &Start) -> Self {
        match start {
            Start::Opening => Self::Opening,
            Start::Done(item) => Self::Done(item.index),
            Start::Started(item) => Self::Started(item.index),
            Start::Fact(_) => Self::Told,
        }
    }
}

/// Something yet to happen, with the first day on which it lawfully can.
type Step = (Happening, Day);

/// A case on which something may be done from a day on.
struct View<'a> {
    rulebook: &'a Rulebook,
    case: &'a Case,
}

impl<'a> View<'a> {
    /// Would the term be broken however soon its target came, from a day on?
    fn is_doomed(&self, term: &Term, base: Mark, on: Day) -> bool {
        let Some(day) = self.earliest(Happening::met_by(&term.target), on) else { return true };
        let suspensions = self.suspensions(on);
        let moments = Moments { suspensions: &suspensions, ..Moments::of(self.case, base, Some(mark(day)), day) };
        moments.judge(self.rulebook, term).0 == TermStateWord::Broken
    }

    /// Does anything but the day itself stand before it? If not, it can happen on any day.
    fn is_hindered(&self, what: Happening) -> bool {
        self.prerequisites(what).next().is_some()
            || self
                .not_earlier()
                .any(|term| Happening::met_by(&term.target) == what || Happening::that_starts(&term.start) == what)
    }

    /// The first day on which something may lawfully happen; none if it never can.
    fn earliest(&self, what: Happening, on: Day) -> Option<Day> {
        let from = self.from(on);
        if !self.is_hindered(what) {
            return Some(from);
        }
        let suspensions = self.suspensions(on);
        let mut steps = self.steps(what, from);
        // Each round settles at least one more step, unless some wait for each other for ever.
        for _ in 0..=steps.len() {
            if !self.push(&mut steps, &suspensions)? {
                return steps.first().map(|(_, day)| *day).filter(|_| self.spoils_nothing(&steps, &suspensions));
            }
        }
        None
    }

    /// What is asked for, then what must come before it and is not there yet.
    fn steps(&self, what: Happening, from: Day) -> Vec<Step> {
        let mut steps = vec![(what, from)];
        let mut at = 0;
        while let Some((what, _)) = steps.get(at).copied() {
            for before in self.prerequisites(what) {
                if self.case.first(before).is_none() && day_of(&steps, Happening::Done(before)).is_none() {
                    steps.push((Happening::Done(before), from));
                }
            }
            at += 1;
        }
        steps
    }

    /// Moves each step to the first day that what precedes it allows. Says whether any moved; none if one never can.
    fn push(&self, steps: &mut [Step], suspensions: &[Suspension]) -> Option<bool> {
        let mut moved = false;
        for at in 0..steps.len() {
            let (what, before) = steps.get(at).copied()?;
            let mut day = before;
            for prerequisite in self.prerequisites(what) {
                day = day_of(steps, Happening::Done(prerequisite)).map_or(day, |known| day.max(known));
            }
            for term in self.not_earlier().filter(|term| Happening::met_by(&term.target) == what) {
                let planned = || day_of(steps, Happening::that_starts(&term.start)).map(mark);
                // What it is counted from need not happen at all.
                let Some(base) = base_mark(self.case, &term.start).ok().or_else(planned) else { continue };
                let moments = Moments { suspensions, ..Moments::of(self.case, base, None, day) };
                day = day.max(moments.lawful_from(self.rulebook, term)?);
            }
            moved |= day != before;
            if let Some(step) = steps.get_mut(at) {
                step.1 = day;
            }
        }
        Some(moved)
    }

    /// A term "not earlier" whose target is there already must not be set running by a step.
    fn spoils_nothing(&self, steps: &[Step], suspensions: &[Suspension]) -> bool {
        self.not_earlier().all(|term| {
            let base = day_of(steps, Happening::that_starts(&term.start)).map(mark);
            let (Some(met), Some(base), Err(_)) =
                (target_mark(self.case, &term.target), base, base_mark(self.case, &term.start))
            else {
                return true;
            };
            let moments = Moments { suspensions, ..Moments::of(self.case, base, Some(met), base.on) };
            moments.judge(self.rulebook, term).0 != TermStateWord::Broken
        })
    }

    fn prerequisites(&self, what: Happening) -> impl Iterator<Item = ItemIndex> + 'a {
        let item = match what {
            Happening::Done(item) => self.rulebook.item(item),
            _ => None,
        };
        item.into_iter().flat_map(Item::prerequisites).map(|before| before.index)
    }

    /// The terms that apply and say *not earlier*.
    fn not_earlier(&self) -> impl Iterator<Item = &'a Term> {
        let facts = &self.case.facts;
        self.rulebook.terms.iter().filter(move |term| {
            let applies = || term.when.as_ref().is_none_or(|rule| rule.condition.evaluate(facts).is_true());
            term.bound == Bound::AtLeast && applies()
        })
    }

    /// The day from which something can be done: nothing is done before what is recorded.
    fn from(&self, on: Day) -> Day {
        self.case.latest.map_or(on, |latest| latest.max(on))
    }

    /// The suspensions, were a suspended case resumed at once: to resume later only puts things off.
    fn suspensions(&self, on: Day) -> Cow<'a, [Suspension]> {
        let mut suspensions = Cow::Borrowed(self.case.suspensions.as_slice());
        if self.case.suspended.is_some()
            && let Some(last) = suspensions.to_mut().last_mut()
        {
            last.to = Some(self.from(on).max(last.from));
        }
        suspensions
    }
}

fn day_of(steps: &[Step], what: Happening) -> Option<Day> {
    steps.iter().find(|(known, _)| *known == what).map(|(_, day)| *day)
}

/// An act to come, at an hour nobody has written.
fn mark(on: Day) -> Mark {
    Mark { on, sequence: u32::MAX, time: None }
}
