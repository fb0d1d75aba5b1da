// SPDX-License-Identifier: EUPL-1.2
//! What every event does to a history under check, as the step engine would have it.

use crate::calendar::{Day, Suspension};
use crate::rulebook::ItemIndex;
use crate::spec::scenario::{FindingKind, SapEventWord};

use super::checker::{Checker, Closed, Seen};
use super::op::{NO_ITEM, Op};
use crate::engine::apply::{continues, may_follow, needs_reason};
use crate::engine::case::FaultDetail;

impl Checker<'_> {
    pub(super) fn take(&mut self, op: Op, symbol: u32, day: i32) {
        // The first event opens the case, and no other does.
        if self.opened.is_none() {
            let opened = match op {
                Op::Open(at) if self.sequence == 1 => self.program.opening(at),
                _ => None,
            };
            let Some(opened) = opened else {
                self.stepwise = true;
                return;
            };
            (self.met, self.office) = (opened.met, opened.office);
            (self.opened, self.opened_on) = (Some(Seen { on: day, sequence: 1 }), day);
            self.dated(day, None);
            return;
        }
        if matches!(op, Op::Office | Op::Unsaid) {
            return;
        }
        if self.closed.is_some() && !op.may_follow_closing() {
            match op {
                Op::Step => self.stepwise = true,
                op => self.fault(FindingKind::AfterClosing, op.item(), FaultDetail::AfterClosing),
            }
            return;
        }
        self.unordered |= day < self.latest;
        self.latest = self.latest.max(day);
        if day < self.opened_on || day > self.on {
            self.misdated(day, op.item());
        }
        self.act(op, symbol, day);
    }

    fn act(&mut self, op: Op, symbol: u32, day: i32) {
        match op {
            Op::Complete { item } => self.complete(item, day),
            Op::Ended { item } => self.ended(item, day),
            Op::Unproved { item } => {
                self.fault(FindingKind::Evidence, Some(item.into()), FaultDetail::Evidence);
                self.complete(item, day);
            }
            Op::Activity { item, event, mode_allowed, reason_given } => {
                self.activity((item, event), mode_allowed, reason_given, day);
            }
            Op::Register { item, known, listed, from, to } => {
                let index = (item != NO_ITEM).then_some(ItemIndex::from(item));
                if index.is_none() {
                    self.fault(FindingKind::Unknown, None, FaultDetail::UnknownName);
                }
                if !known {
                    self.fault(FindingKind::Unknown, index, FaultDetail::UnknownCode);
                }
                if day < from || day > to {
                    self.fault(FindingKind::Sap, index, FaultDetail::CodeNotInForce);
                }
                if !listed {
                    self.fault(FindingKind::Sap, index, FaultDetail::WrongCode);
                } else if index.is_some() {
                    self.registered |= 1_u64 << (item & 63);
                }
            }
            Op::Fact { slot, fits } => self.fact(slot, fits, symbol),
            Op::Suspend { reason_given } => {
                if self.suspended.is_some() {
                    self.fault(FindingKind::State, None, FaultDetail::AlreadySuspended);
                    return;
                }
                self.want_reason(reason_given, None);
                self.suspended = Some(day);
                match Day::from_number(day) {
                    Some(from) => self.suspensions.push(Suspension { from, to: None }),
                    None => self.stepwise = true,
                }
            }
            Op::Resume => match (self.suspended.take(), self.suspensions.last_mut()) {
                (Some(since), Some(suspension)) => {
                    suspension.to = Day::from_number(day.max(since));
                    if day < since {
                        self.fault(FindingKind::Dates, None, FaultDetail::GoesBack);
                    }
                }
                _ => self.fault(FindingKind::State, None, FaultDetail::NotSuspended),
            },
            Op::Close { manner, reason_given } => {
                self.want_reason(reason_given, None);
                self.closed = Some(Closed { seen: Seen { on: day, sequence: self.sequence }, manner });
            }
            Op::StrayWord => self.fault(FindingKind::Unknown, None, FaultDetail::UnknownName),
            Op::Stray { item, detail } => self.fault(FindingKind::Unknown, item, detail),
            Op::Office => {}
            Op::Open(_) => self.fault(FindingKind::State, None, FaultDetail::OpenedTwice),
            Op::Unsaid => {}
            Op::Step => self.stepwise = true,
        }
    }

    fn want_reason(&mut self, given: bool, item: Option<ItemIndex>) {
        if !given {
            self.fault(FindingKind::State, item, FaultDetail::ReasonMissing);
        }
    }

    pub(super) fn activity(
        &mut self,
        (item, event): (u8, SapEventWord),
        mode_allowed: bool,
        reason_given: bool,
        day: i32,
    ) {
        let index = Some(ItemIndex::from(item));
        if !mode_allowed {
            self.fault(FindingKind::Mode, index, FaultDetail::Mode);
        }
        if needs_reason(event) {
            self.want_reason(reason_given, index);
        }
        let (at, bit) = (usize::from(item), 1_u64 << (item & 63));
        let Some((last, before)) = self.sap.get(at).copied() else {
            self.stepwise = true;
            return;
        };
        let is_touched = self.touched & bit != 0;
        if may_follow(is_touched.then_some(last), event) {
            if is_touched && continues(last, event) && day < before {
                self.fault(FindingKind::Dates, index, FaultDetail::GoesBack);
            }
            if let Some(place) = self.sap.get_mut(at) {
                *place = (event, day);
            }
            self.touched |= bit;
        } else {
            let from = is_touched.then_some(last);
            self.fault(FindingKind::State, index, FaultDetail::Transition { from, to: event });
        }
        match event {
            SapEventWord::Started => {
                let sooner = self.started & bit == 0
                    || !self.program.by_recording && self.began.get(at).is_some_and(|known| day < known.on);
                if let Some(place) = self.began.get_mut(at).filter(|_| sooner) {
                    *place = Seen { on: day, sequence: self.sequence };
                }
                self.started |= bit;
            }
            SapEventWord::Ended => self.complete(item, day),
            _ => {}
        }
    }

    /// A value that does not fit leaves the fact not known.
    fn fact(&mut self, slot: u16, fits: bool, symbol: u32) {
        if !fits {
            self.fault(FindingKind::Unknown, None, FaultDetail::WrongValue);
        }
        let at = usize::from(slot);
        let mark = if self.program.value(symbol + 1).is_some() { symbol + 1 } else { 0 };
        if let (Some(place), Some(event)) = (self.facts.get_mut(at), self.fact_events.get_mut(at)) {
            *place = mark;
            *event = self.sequence;
            self.any_fact = true;
        }
    }
}
