// SPDX-License-Identifier: EUPL-1.2
//! Takes a history of symbols and days, and keeps what a check asks for in masks and small arrays.
//!
//! One checker serves one history after another: nothing is cleared but the masks that say which places hold something.

use std::collections::BTreeMap;

use crate::calendar::{Day, Suspension};
use crate::rulebook::ItemIndex;
use crate::spec::scenario::{FindingKind, Gravity, Manner, SapEventWord};
use crate::value::Value;

use super::op::Op;
use super::situation::Situation;
use super::{Program, WIDTH};
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
    pub(super) sequence: u32,
    /// It is for the step engine.
    pub(super) stepwise: bool,
    pub(super) opened: Option<Seen>,
    pub(super) opened_on: i32,
    pub(super) met: bool,
    pub(super) office: Option<u16>,
    pub(super) closed: Option<Closed>,
    pub(super) latest: i32,
    /// Some event is dated before the one recorded before it.
    pub(super) unordered: bool,
    /// Items completed, completed as often as they must be, begun, registered, with some event of section 6.
    pub(super) present: u64,
    pub(super) done: u64,
    pub(super) started: u64,
    pub(super) registered: u64,
    pub(super) touched: u64,
    /// Completed for the first time before something that must come before.
    pub(super) suspect: u64,
    pub(super) first: [Seen; WIDTH],
    pub(super) count: [u32; WIDTH],
    pub(super) began: [Seen; WIDTH],
    pub(super) sap: [(SapEventWord, i32); WIDTH],
    pub(super) suspensions: Vec<Suspension>,
    pub(super) suspended: Option<i32>,
    pub(super) facts: Vec<u32>,
    /// The event that last supplied each fact.
    pub(super) fact_events: Vec<u32>,
    pub(super) any_fact: bool,
    /// Faults of the history, then what the check finds.
    pub(super) found: Vec<Finding>,
    /// Events later than the day of the check.
    pub(super) beyond: Vec<(u32, Option<ItemIndex>)>,
    situations: BTreeMap<Box<[u32]>, Situation>,
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
            situations: BTreeMap::new(),
            key: Vec::new(),
        }
    }

    pub fn rulebook(&self) -> &'a crate::rulebook::Rulebook {
        self.program.rulebook()
    }

    /// Is the history that was taken one of a closed case?
    pub fn is_closed(&self) -> bool {
        self.closed.is_some()
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
        match *op {
            Op::Complete { item } if self.closed.is_none() => {
                self.dated(day, Some(item));
                self.complete(item, day);
            }
            Op::Ended { item } if self.closed.is_none() => {
                self.dated(day, Some(item));
                self.ended(item, day);
            }
            op => self.take(op, symbol, day),
        }
    }

    /// As [`Checker::push`], of an event with an hour: where hours count, the history is for the step engine.
    pub fn push_timed(&mut self, symbol: u32, day: i32) {
        self.stepwise |= self.program.reads_hours();
        self.push(symbol, day);
    }

    /// What holds of the day of every event that counts.
    #[inline]
    pub(super) fn dated(&mut self, day: i32, item: Option<u8>) {
        self.unordered |= day < self.latest;
        self.latest = self.latest.max(day);
        if day < self.opened_on || day > self.on {
            self.misdated(day, item.map(ItemIndex::from));
        }
    }

    #[cold]
    pub(super) fn misdated(&mut self, day: i32, item: Option<ItemIndex>) {
        if day < self.opened_on {
            self.fault(FindingKind::Dates, item, FaultDetail::BeforeOpening);
        }
        if day > self.on {
            self.beyond.push((self.sequence, item));
        }
    }

    /// An activity that ends: what was not begun, or had ended before, may.
    #[inline]
    pub(super) fn ended(&mut self, item: u8, day: i32) {
        let (at, bit) = (usize::from(item), 1_u64 << (item & 63));
        match self.sap.get_mut(at) {
            Some(place) if self.touched & bit == 0 || place.0 == SapEventWord::Ended => {
                *place = (SapEventWord::Ended, day);
                self.touched |= bit;
                self.complete(item, day);
            }
            _ => self.activity((item, SapEventWord::Ended), true, true, day),
        }
    }

    #[inline]
    pub(super) fn complete(&mut self, item: u8, day: i32) {
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

    pub(super) fn fault(&mut self, kind: FindingKind, item: Option<ItemIndex>, detail: FaultDetail) {
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
