// SPDX-License-Identifier: EUPL-1.2
//! How every item of a history stands, and the act to do next.

use super::checker::{Checker, Seen};
use super::{Moment, TermPlan};

/// How an item stands on the day of the check; the first that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemStanding {
    /// Completed as often as it must be.
    Done,
    /// The case was closed without it.
    ClosedWithout,
    /// Its term has run out.
    Overdue,
    /// Something that must come first has not been done.
    Blocked,
    /// Its term ends soon.
    Soon,
    Open,
}

/// The item to see to first: the one that can be done now whose term ends first, as a position; none if there is none.
pub type NextAct = Option<u16>;

impl Checker<'_> {
    /// How every item stands, in the order of the rulebook, by the terms that say *not later*; an item is due *soon* in its
    /// last `soon` days. Facts are not looked at: every item counts, due or not; only the items of the mask `acts` are looked
    /// at for what to do next.
    ///
    /// Writes over `standings`; none where the history is for the step engine.
    pub fn standings(&mut self, soon: i32, acts: u64, standings: &mut Vec<ItemStanding>) -> Option<NextAct> {
        standings.clear();
        if self.stepwise || self.opened.is_none() {
            return None;
        }
        let program = self.program;
        let horizon = self.horizon();
        let mut ends = [i32::MAX; super::WIDTH];
        for (index, plan) in (0_u16..).zip(&program.terms) {
            if let Moment::Done(item) = plan.target
                && plan.within
                && self.present >> (item & 63) & 1 == 0
                && let Some(base) = self.moment(plan.start)
                && let Some(end) = self.end(index, plan, base, horizon)
                && let Some(known) = ends.get_mut(usize::from(item))
            {
                *known = end.min(*known);
            }
        }
        let closed = self.closed.is_some();
        let mut next: Option<(i32, u16)> = None;
        for ((index, plan), end) in (0_u16..).zip(&program.items).zip(ends) {
            let blocked = plan.before & !self.present != 0;
            let standing = if self.done >> index & 1 == 1 {
                ItemStanding::Done
            } else if closed {
                ItemStanding::ClosedWithout
            } else {
                if !blocked && acts >> index & 1 == 1 && next.is_none_or(|(known, _)| end < known) {
                    next = Some((end, index));
                }
                match end {
                    end if horizon > end => ItemStanding::Overdue,
                    _ if blocked => ItemStanding::Blocked,
                    end if end != i32::MAX && end - horizon <= soon => ItemStanding::Soon,
                    _ => ItemStanding::Open,
                }
            };
            standings.push(standing);
        }
        Some(next.map(|(_, index)| index))
    }

    fn end(&self, index: u16, plan: &TermPlan, base: Seen, horizon: i32) -> Option<i32> {
        let table = plan.table.and_then(|table| self.program.tables.get(usize::from(table)));
        match table.filter(|_| self.suspensions.is_empty()).and_then(|table| table.end(base.on)) {
            Some(end) => Some(end),
            None => self.standing_in_full(index, base, None, horizon)?.1.map(|(day, _)| day.number()),
        }
    }
}
