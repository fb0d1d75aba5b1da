// SPDX-License-Identifier: EUPL-1.2
//! What a case comes to on a day, beside its findings: what is due and done, how every term stands, as plain numbers that
//! can be counted over very many cases.

use crate::calendar::Day;
use crate::engine::case::Case;
use crate::engine::standing::{obligations, term_standing};
use crate::rulebook::Rulebook;
use crate::spec::scenario::{Manner, TermStateWord};
use crate::value::Truth;

use super::checker::{Checker, Seen};
use super::{Moment, TermPlan};

/// See the module. Days are day numbers; items and terms stand in the order of the rulebook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub opened: Option<i32>,
    pub closed: Option<(i32, Manner)>,
    pub suspended: bool,
    pub items: Vec<ItemTally>,
    pub terms: Vec<TermTally>,
}

/// One item of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemTally {
    pub due: Truth,
    /// Completed as often as it must be.
    pub done: bool,
    /// The day it was first completed.
    pub first: Option<i32>,
    /// Is its registration owed, once it is done?
    pub registration: Truth,
    pub registered: bool,
}

/// One term of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TermTally {
    pub state: TermStateWord,
    pub applies: Truth,
    /// The day it is counted from.
    pub base: Option<i32>,
    /// The day what it waits for happened.
    pub met: Option<i32>,
    /// Last useful day (for `almeno`, first lawful day); none while it is suspended, or not known.
    pub due: Option<i32>,
}

impl Tally {
    /// By the step engine, in the place of what was here.
    pub fn take(&mut self, rulebook: &Rulebook, case: &Case, on: Day) {
        let day = |mark: crate::engine::Mark| mark.on.number();
        self.opened = case.opened.map(day);
        self.closed = case.closed.map(|closing| (day(closing.mark), closing.manner));
        self.suspended = case.suspended.is_some();
        self.items.clear();
        for ((index, item), due) in (0..).zip(&rulebook.items).zip(obligations(rulebook, case)) {
            let registration = item.registration.as_ref().map_or(Truth::False, |registration| {
                registration.when.as_ref().map_or(Truth::True, |rule| rule.condition.evaluate(&case.facts))
            });
            let state = case.item(index);
            self.items.push(ItemTally {
                due,
                done: state.is_some_and(|state| state.count >= item.times),
                first: state.and_then(|state| state.first).map(day),
                registration,
                registered: state.is_some_and(|state| state.registered.is_some()),
            });
        }
        self.terms.clear();
        for term in &rulebook.terms {
            let standing = term_standing(rulebook, case, term, on);
            self.terms.push(TermTally {
                state: standing.state,
                applies: standing.applies,
                base: standing.base.map(day),
                met: standing.met.map(day),
                due: standing.due.map(Day::number),
            });
        }
    }
}

impl Checker<'_> {
    /// What the history comes to, in the place of what `tally` held; false where the history is for the step engine.
    pub fn tally(&mut self, tally: &mut Tally) -> bool {
        if self.stepwise || self.opened.is_none() {
            return false;
        }
        let situation = self.situation();
        let program = self.program;
        tally.opened = self.opened.map(|seen| seen.on);
        tally.closed = self.closed.map(|closed| (closed.seen.on, closed.manner));
        tally.suspended = self.suspended.is_some();
        tally.items.clear();
        for (at, _) in program.items.iter().enumerate() {
            let holds = |mask: u64| mask >> (at & 63) & 1 == 1;
            tally.items.push(ItemTally {
                due: truth(holds(situation.due), holds(situation.due_unknown)),
                done: holds(self.done),
                first: self.first.get(at).filter(|_| holds(self.present)).map(|seen| seen.on),
                registration: truth(holds(situation.registered), holds(situation.registered_unknown)),
                registered: holds(self.registered),
            });
        }
        tally.terms.clear();
        let horizon = self.horizon();
        for (index, plan) in (0_u16..).zip(&program.terms) {
            let holds = |mask: u64| mask >> (index & 63) & 1 == 1;
            let applies =
                truth(!holds(situation.not_applying | situation.applying_unknown), holds(situation.applying_unknown));
            tally.terms.push(self.term_tally(index, plan, applies, horizon));
        }
        true
    }

    fn term_tally(&self, index: u16, plan: &TermPlan, applies: Truth, horizon: i32) -> TermTally {
        let (base, met) = (self.moment(plan.start), self.moment(plan.target));
        let day = |seen: Option<Seen>| seen.map(|seen| seen.on);
        let tally = |state, due: Option<i32>| TermTally { state, applies, base: day(base), met: day(met), due };
        let base = match (applies, base) {
            (Truth::False, _) => return tally(TermStateWord::NotRunning, None),
            (Truth::NotKnown, _) => return tally(TermStateWord::NotKnown, None),
            (Truth::True, None) if matches!(plan.start, Moment::Fact(_)) => {
                return tally(TermStateWord::NotKnown, None);
            }
            (Truth::True, None) => return tally(TermStateWord::NotRunning, None),
            (Truth::True, Some(base)) => base,
        };
        let table = plan.table.and_then(|table| self.program.tables.get(usize::from(table)));
        let end = table.filter(|_| self.suspensions.is_empty()).and_then(|table| table.end(base.on));
        let Some(end) = end else {
            return match self.standing_in_full(index, base, met, horizon) {
                Some((state, due)) => tally(state, due.map(|(day, _)| day.number())),
                None => tally(TermStateWord::NotKnown, None),
            };
        };
        let state = match (plan.within, met) {
            (true, Some(met)) if met.on <= end => TermStateWord::Kept,
            (false, Some(met)) if met.on >= end => TermStateWord::Kept,
            (true, None) if horizon <= end => TermStateWord::Running,
            (false, None) => TermStateWord::Running,
            _ => TermStateWord::Broken,
        };
        tally(state, Some(end))
    }
}

fn truth(yes: bool, unknown: bool) -> Truth {
    match (yes, unknown) {
        (true, _) => Truth::True,
        (false, true) => Truth::NotKnown,
        (false, false) => Truth::False,
    }
}
