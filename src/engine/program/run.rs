// SPDX-License-Identifier: EUPL-1.2
//! The short way through a history: acts that end something, one after another, on days on which they may be.
//!
//! What nearly every event changes is held in one place while they last; any other event goes the way of [`Checker::push`].

use std::hint::select_unpredictable;

use crate::spec::scenario::SapEventWord;

use super::checker::Checker;
use super::op::Op;

/// What the short way must know of a distinct event: the item it completes, and whether that is an activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Short(u8);

impl Short {
    /// Not for the short way.
    const NONE: Self = Self(u8::MAX);
    const IS_ACTIVITY: u8 = 0x40;
    const ITEM: u8 = 0x3F;

    pub fn of(op: Op) -> Self {
        match op {
            Op::Complete { item } if item <= Self::ITEM => Self(item),
            Op::Ended { item } if item <= Self::ITEM => Self(item | Self::IS_ACTIVITY),
            _ => Self::NONE,
        }
    }
}

/// What of a checker every act changes.
#[derive(Clone, Copy)]
struct Held {
    sequence: u32,
    latest: i32,
    unordered: bool,
    present: u64,
    done: u64,
    touched: u64,
    suspect: u64,
    /// The first day on which an act may be taken this way: none, once the case is closed.
    from: i32,
}

impl Checker<'_> {
    /// Takes events one after the other, each with its symbol, its day as a number, and whether it has an hour: as
    /// [`Checker::push`] and [`Checker::push_timed`] would.
    #[inline]
    pub fn push_all(&mut self, events: impl Iterator<Item = (u32, i32, bool)>) {
        let program = self.program;
        let mut held = self.held();
        for (symbol, day, timed) in events {
            let short = program.shorts.get(symbol as usize).copied().unwrap_or(Short::NONE);
            let may = short != Short::NONE && day >= held.from && day <= self.on && !(timed && program.reads_hours);
            if may && self.takes(&mut held, short, day) {
                continue;
            }
            self.put(held);
            if timed {
                self.push_timed(symbol, day);
            } else {
                self.push(symbol, day);
            }
            held = self.held();
        }
        self.put(held);
    }

    fn held(&self) -> Held {
        Held {
            sequence: self.sequence,
            latest: self.latest,
            unordered: self.unordered,
            present: self.present,
            done: self.done,
            touched: self.touched,
            suspect: self.suspect,
            from: if self.closed.is_some() { i32::MAX } else { self.opened_on },
        }
    }

    fn put(&mut self, held: Held) {
        (self.sequence, self.latest, self.unordered) = (held.sequence, held.latest, held.unordered);
        (self.present, self.done, self.touched, self.suspect) = (held.present, held.done, held.touched, held.suspect);
    }

    /// False, with nothing taken, where the activity was left at another event.
    #[inline]
    fn takes(&mut self, held: &mut Held, short: Short, day: i32) -> bool {
        let program = self.program;
        let at = usize::from(short.0 & Short::ITEM);
        let bit = 1_u64 << at;
        let (Some(plan), Some(sap), Some(count), Some(first)) =
            (program.plans.get(at), self.sap.get_mut(at), self.count.get_mut(at), self.first.get_mut(at))
        else {
            return false;
        };
        // Whether an act is the first of its item nobody can foresee: nothing below waits for it.
        if (held.touched & bit != 0) & (sap.0 != SapEventWord::Ended) {
            return false;
        }
        held.sequence += 1;
        held.unordered |= day < held.latest;
        held.latest = held.latest.max(day);
        *sap = (SapEventWord::Ended, day);
        held.touched |= u64::from(short.0 & Short::IS_ACTIVITY != 0) << at;
        let is_new = held.present & bit == 0;
        let is_first = is_new | (day < first.on) & !program.by_recording;
        first.on = select_unpredictable(is_first, day, first.on);
        first.sequence = select_unpredictable(is_first, held.sequence, first.sequence);
        *count = select_unpredictable(is_new, 1, count.saturating_add(1));
        held.suspect |= u64::from(is_new & (plan.before & !held.present != 0)) << at;
        held.present |= bit;
        held.done |= u64::from(*count >= plan.times) << at;
        true
    }
}
