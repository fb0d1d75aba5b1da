// SPDX-License-Identifier: EUPL-1.2
//! Takes a history of symbols and days, and keeps what a check asks for in masks and small arrays.
//!
//! One checker serves one history after another: nothing is cleared but the masks that say which places hold something.

use std::collections::HashMap;

use crate::calendar::{Day, Suspension};
use crate::rulebook::ItemIndex;
use crate::spec::scenario::{FindingKind, Gravity, Manner, SapEventWord};
use crate::value::Value;

use super::op::{NO_ITEM, Op};
use super::situation::Situation;
use super::{Program, WIDTH};
use crate::engine::apply::{continues, may_follow, needs_reason};
use crate::engine::case::{FaultDetail, Mark};
use crate::engine::findings::Finding;

/// A day and the number of an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub on: i32,
    pub sequence: u32,
}

impl Seen {
    pub fn mark(self) -> Option<Mark> {
        Day::from_number(self.on).map(|on| Mark { on, sequence: self.sequence, time: None })
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Closed {
    pub seen: Seen,
    pub manner: Manner,
}

/// Situations kept; beyond that they are worked out anew.
const SITUATIONS: usize = 1 << 16;

/// See the module.
#[derive(Debug)]
pub struct Checker<'a> {
    pub(super) program: &'a Program,
    pub(super) on: i32,
    past: bool,
    /// Numbers of the events taken.
    sequence: u32,
    /// It is for the step engine.
    pub(super) stepwise: bool,
    pub(super) opened: Option<Seen>,
    opened_on: i32,
    pub(super) met: bool,
    pub(super) office: Option<u16>,
    pub(super) closed: Option<Closed>,
    latest: i32,
    /// Some event is dated before the one recorded before it.
    pub(super) unordered: bool,
    /// Items completed, completed as often as they must be, begun, registered, with some event of section 6.
    pub(super) present: u64,
    pub(super) done: u64,
    pub(super) started: u64,
    pub(super) registered: u64,
    touched: u64,
    /// Completed for the first time before something that must come before.
    pub(super) suspect: u64,
    pub(super) first: [Seen; WIDTH],
    pub(super) count: [u32; WIDTH],
    pub(super) began: [Seen; WIDTH],
    sap: [(SapEventWord, i32); WIDTH],
    pub(super) suspensions: Vec<Suspension>,
    suspended: Option<i32>,
    pub(super) facts: Vec<u32>,
    /// The event that last supplied each fact.
    pub(super) fact_events: Vec<u32>,
    any_fact: bool,
    /// Faults of the history, then what the check finds.
    pub(super) found: Vec<Finding>,
    /// Events later than the day of the check.
    pub(super) beyond: Vec<(u32, Option<ItemIndex>)>,
    situations: HashMap<Box<[u32]>, Situation>,
    base: Situation,
    key: Vec<u32>,
}

impl<'a> Checker<'a> {
    pub fn new(program: &'a Program) -> Self {
        let facts = vec![0; program.read_facts.len()];
        Self {
            base: Situation::of(program, &facts),
            program,
            on: 0,
            past: false,
            sequence: 0,
            stepwise: program.too_wide,
            opened: None,
            opened_on: i32::MIN,
            met: false,
            office: None,
            closed: None,
            latest: i32::MIN,
            unordered: false,
            present: 0,
            done: 0,
            started: 0,
            registered: 0,
            touched: 0,
            suspect: 0,
            first: [Seen::default(); WIDTH],
            count: [0; WIDTH],
            began: [Seen::default(); WIDTH],
            sap: [(SapEventWord::Proposed, 0); WIDTH],
            suspensions: Vec::new(),
            suspended: None,
            fact_events: facts.clone(),
            facts,
            any_fact: false,
            found: Vec::new(),
            beyond: Vec::new(),
            situations: HashMap::new(),
            key: Vec::new(),
        }
    }

    pub fn rulebook(&self) -> &'a crate::rulebook::Rulebook {
        self.program.rulebook()
    }

    /// As [`Program::replays`].
    pub fn replays(&self) -> bool {
        self.program.replays()
    }

    /// Begins a history that is looked at on a day, as the day's number. With `past`, events of later days have not happened
    /// yet: as [`fold_to`](crate::engine::fold_to), else as [`fold`](crate::engine::fold).
    #[inline]
    pub fn begin(&mut self, on: i32, past: bool) {
        (self.on, self.past, self.sequence) = (on, past, 0);
        (self.stepwise, self.opened, self.opened_on) = (self.program.too_wide, None, i32::MIN);
        (self.closed, self.latest, self.unordered, self.suspended) = (None, i32::MIN, false, None);
        (self.present, self.done, self.started, self.registered) = (0, 0, 0, 0);
        (self.touched, self.suspect) = (0, 0);
        self.suspensions.clear();
        self.found.clear();
        self.beyond.clear();
        if self.any_fact {
            self.facts.fill(0);
            self.any_fact = false;
        }
    }

    /// Takes the next event: its symbol, and its day as a number.
    #[inline]
    pub fn push(&mut self, symbol: u32, day: i32) {
        self.sequence += 1;
        let Some(op) = self.program.ops.get(symbol as usize) else {
            self.stepwise = true;
            return;
        };
        if self.past && day > self.on {
            // A correction counts whenever it was made.
            self.stepwise |= matches!(op, Op::Step);
            return;
        }
        if let Op::Complete { item } = *op
            && self.closed.is_none()
        {
            self.dated(day, Some(item));
            self.complete(item, day);
        } else {
            self.take(*op, symbol, day);
        }
    }

    /// As [`Checker::push`], of an event with an hour: where hours count, the history is for the step engine.
    pub fn push_timed(&mut self, symbol: u32, day: i32) {
        self.stepwise |= self.program.reads_hours();
        self.push(symbol, day);
    }

    /// What holds of the day of every event that counts.
    #[inline]
    fn dated(&mut self, day: i32, item: Option<u8>) {
        self.unordered |= day < self.latest;
        self.latest = self.latest.max(day);
        if day < self.opened_on || day > self.on {
            self.misdated(day, item.map(ItemIndex::from));
        }
    }

    #[cold]
    fn misdated(&mut self, day: i32, item: Option<ItemIndex>) {
        if day < self.opened_on {
            self.fault(FindingKind::Dates, item, FaultDetail::BeforeOpening);
        }
        if day > self.on {
            self.beyond.push((self.sequence, item));
        }
    }

    #[inline]
    fn complete(&mut self, item: u8, day: i32) {
        let at = usize::from(item);
        let (Some(plan), Some(count), Some(first)) =
            (self.program.items.get(at), self.count.get_mut(at), self.first.get_mut(at))
        else {
            self.stepwise = true;
            return;
        };
        let bit = 1_u64 << (item & 63);
        if self.present & bit == 0 {
            self.suspect |= if plan.before & !self.present == 0 { 0 } else { bit };
            self.present |= bit;
            *first = Seen { on: day, sequence: self.sequence };
            *count = 1;
        } else {
            *count = count.saturating_add(1);
            if day < first.on && !self.program.by_recording {
                *first = Seen { on: day, sequence: self.sequence };
            }
        }
        self.done |= if *count >= plan.times { bit } else { 0 };
    }

    fn fault(&mut self, kind: FindingKind, item: Option<ItemIndex>, detail: FaultDetail) {
        self.found.push(Finding {
            kind,
            gravity: Gravity::Breach,
            item,
            term: None,
            sequence: Some(self.sequence),
            length: None,
            detail: Some(detail),
        });
    }

    fn take(&mut self, op: Op, symbol: u32, day: i32) {
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

    fn activity(&mut self, (item, event): (u8, SapEventWord), mode_allowed: bool, reason_given: bool, day: i32) {
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

    /// The day that a dated fact says, with the event that said it.
    pub(super) fn fact_day(&self, slot: u16) -> Option<Seen> {
        let at = usize::from(slot);
        match self.program.value(self.facts.get(at).copied()?)? {
            Value::Date(day) => Some(Seen { on: day.number(), sequence: self.fact_events.get(at).copied()? }),
            _ => None,
        }
    }

    pub(super) fn situation(&mut self) -> Situation {
        if !self.any_fact {
            return self.base;
        }
        self.key.clear();
        let read = self.facts.iter().zip(&self.program.read_facts);
        self.key.extend(read.map(|(mark, read)| if *read { *mark } else { 0 }));
        if let Some(known) = self.situations.get(self.key.as_slice()) {
            return *known;
        }
        let new = Situation::of(self.program, &self.key);
        if self.situations.len() >= SITUATIONS {
            self.situations.clear();
        }
        self.situations.insert(self.key.clone().into_boxed_slice(), new);
        new
    }
}
