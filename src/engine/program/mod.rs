// SPDX-License-Identifier: EUPL-1.2
//! A rulebook made ready for very many histories: names, kinds and codes of events are resolved once for each distinct
//! event, and a history becomes a row of small numbers.
//!
//! The step engine ([`fold`](super::fold), [`findings`](super::findings)) says what is right; a [`Checker`] gives the same
//! findings in the same order, or says that a history is one for the step engine.

mod acts;
mod checker;
mod due;
mod op;
mod run;
mod situation;
mod standings;
mod tally;
mod verdict;

use std::sync::Arc;

use crate::calendar::{Day, Unit};
use crate::rulebook::{Bound, Citation, ItemKind, Rulebook, Start, Target};
use crate::spec::level::{Field, Party};
use crate::spec::scenario::FindingKind;
use crate::value::Value;

use super::event::{Event, EventKind};
use super::findings::Finding;

pub use checker::Checker;
use due::DueTable;
use op::{Op, Opened};
use run::Short;
pub use standings::{ItemStanding, NextAct};
pub use tally::{ItemTally, Tally, TermTally};

/// Items and terms that the masks of a [`Checker`] hold.
const WIDTH: usize = 64;

/// See the module.
#[derive(Debug)]
pub struct Program {
    rulebook: Arc<Rulebook>,
    /// Too many items or terms for the masks, or scripts that have still to speak: every history is for the step engine.
    too_wide: bool,
    /// Histories were recorded under another law, and are played again.
    replays: bool,
    /// What each distinct event does, by its symbol.
    ops: Vec<Op>,
    /// The same for the short way.
    shorts: Vec<Short>,
    /// The value a fact gets by an event, by its symbol.
    values: Vec<Option<Value>>,
    openings: Vec<Opened>,
    items: Vec<ItemPlan>,
    /// The same, as many as the masks hold.
    plans: [ItemPlan; WIDTH],
    terms: Vec<TermPlan>,
    /// Those that can be looked at quickly, and a bit for each of the others.
    plain_terms: Vec<PlainTerm>,
    other_terms: u64,
    tables: Vec<DueTable>,
    /// Facts that some condition reads.
    read_facts: Vec<bool>,
    outcomes: u64,
    by_recording: bool,
    outputs_missing: bool,
    /// Positions of the variations that make something due, for the norm of a missing item.
    varied: bool,
    /// Some term is in hours: then the hour of an event counts.
    reads_hours: bool,
}

/// What a check asks of an item.
#[derive(Clone, Copy, Debug, Default)]
struct ItemPlan {
    times: u32,
    /// The items that must come before.
    before: u64,
}

/// The moment a term waits for or starts from, by item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    Opening,
    Done(u8),
    Started(u8),
    Closing,
    Fact(u16),
}

/// A term of the commonest form: an item done not later than so long after the opening, or after another was first done.
#[derive(Clone, Copy, Debug)]
struct PlainTerm {
    index: u8,
    target: u8,
    /// None: from the opening.
    start: Option<u8>,
    table: u16,
}

/// What a check asks of a term.
#[derive(Clone, Copy, Debug)]
struct TermPlan {
    target: Moment,
    start: Moment,
    within: bool,
    office: bool,
    /// One length in days, months or working days, the same for every office: days to its end by day it is counted from.
    table: Option<u16>,
}

impl Program {
    /// Makes a rulebook ready. `known` are the distinct events that histories will name, in the order of their symbols.
    pub fn new<'a>(rulebook: Arc<Rulebook>, known: impl IntoIterator<Item = &'a Event>) -> Self {
        let too_wide = rulebook.items.len() > WIDTH || rulebook.terms.len() > WIDTH;
        let bit = |index: u16| 1_u64.checked_shl(u32::from(index)).unwrap_or(0);
        let items = rulebook.items.iter().map(|item| ItemPlan {
            times: item.times,
            before: item.prerequisites().fold(0, |mask, reference| mask | bit(reference.index)),
        });
        let outcomes = (0..).zip(&rulebook.items).filter(|(_, item)| item.kind == ItemKind::Outcome);
        let mut program = Self {
            too_wide,
            replays: false,
            ops: Vec::new(),
            shorts: Vec::new(),
            values: Vec::new(),
            openings: Vec::new(),
            items: items.collect(),
            plans: [ItemPlan::default(); WIDTH],
            terms: Vec::new(),
            plain_terms: Vec::new(),
            other_terms: 0,
            tables: Vec::new(),
            read_facts: situation::read_facts(&rulebook),
            outcomes: outcomes.fold(0, |mask, (index, _)| mask | bit(index)),
            by_recording: rulebook.goes_by_recording(),
            outputs_missing: rulebook.is_missing(Field::Outputs),
            reads_hours: rulebook.terms.iter().any(|term| {
                let mut lengths = term.length.iter().chain(term.shortened.iter().map(|s| &s.length));
                lengths.any(|length| length.unit == Unit::Hours)
            }),
            varied: rulebook.variations.iter().any(|variation| variation.when.is_some()),
            rulebook,
        };
        for (place, plan) in program.plans.iter_mut().zip(&program.items) {
            *place = *plan;
        }
        program.plan_terms();
        program.sort_terms();
        for event in known {
            program.learn(event);
        }
        program
    }

    /// As [`Program::new`], for histories recorded under another law: as [`replay`](super::replay) plays them.
    pub fn replaying<'a>(rulebook: Arc<Rulebook>, known: impl IntoIterator<Item = &'a Event>) -> Self {
        let has_scripts = !rulebook.scripts.is_empty();
        let mut program = Self::new(rulebook, []);
        program.replays = true;
        program.too_wide |= has_scripts;
        for event in known {
            program.learn(event);
        }
        program
    }

    /// Are histories played again under another law than the one they were recorded under?
    pub fn replays(&self) -> bool {
        self.replays
    }

    fn plan_terms(&mut self) {
        let item = |index: u16| u8::try_from(index).unwrap_or(u8::MAX);
        let rulebook = self.rulebook.clone();
        for term in &rulebook.terms {
            let lengths: Vec<_> = term.length.iter().chain(term.shortened.iter().map(|s| &s.length)).collect();
            let within = term.bound == Bound::Within;
            let office = term.who == Party::Office;
            // More time where the office is closed, for others than the office: each office counts for itself.
            let local = !office && within && rulebook.has_local_calendars();
            let table = match lengths.as_slice() {
                [length] if term.length.is_some() && !local => self.table(**length, term.roll && within),
                _ => None,
            };
            self.terms.push(TermPlan {
                target: match &term.target {
                    Target::Done(reference) => Moment::Done(item(reference.index)),
                    Target::Started(reference) => Moment::Started(item(reference.index)),
                    Target::Closing => Moment::Closing,
                },
                start: match &term.start {
                    Start::Opening => Moment::Opening,
                    Start::Done(reference) => Moment::Done(item(reference.index)),
                    Start::Started(reference) => Moment::Started(item(reference.index)),
                    Start::Fact(reference) => Moment::Fact(reference.index),
                },
                within,
                office,
                table,
            });
        }
    }

    /// Tells the terms of the commonest form from the others.
    fn sort_terms(&mut self) {
        for (index, plan) in (0_u8..64).zip(&self.terms) {
            let start = match plan.start {
                Moment::Opening => Some(None),
                Moment::Done(item) if item < 64 => Some(Some(item)),
                _ => None,
            };
            match (plan.target, start, plan.table) {
                (Moment::Done(target), Some(start), Some(table)) if plan.within && target < 64 => {
                    self.plain_terms.push(PlainTerm { index, target, start, table });
                }
                _ => self.other_terms |= 1 << index,
            }
        }
    }

    fn table(&mut self, length: crate::calendar::Length, roll: bool) -> Option<u16> {
        let known = self.tables.iter().position(|table| table.is_of(length, roll));
        let at = match known {
            Some(at) => at,
            None => {
                self.tables.push(DueTable::new(self.rulebook.calendar()?, length, roll)?);
                self.tables.len() - 1
            }
        };
        u16::try_from(at).ok()
    }

    /// Takes one more distinct event: its symbol is the number of those taken before.
    pub fn learn(&mut self, event: &Event) {
        let op = match &event.kind {
            EventKind::ScriptSpoke(_) if self.replays => Op::Unsaid,
            _ => Op::of(&self.rulebook, event, &mut self.openings),
        };
        let value = match &event.kind {
            EventKind::FactSupplied { fact, value: Some(datum) } => {
                self.rulebook.fact_slot(fact).and_then(|slot| self.rulebook.fact(slot)).and_then(|f| f.accepts(datum))
            }
            _ => None,
        };
        self.ops.push(op);
        self.shorts.push(Short::of(op));
        self.values.push(value);
    }

    /// Must a checker be told the hours of events?
    pub fn reads_hours(&self) -> bool {
        self.reads_hours
    }

    pub fn rulebook(&self) -> &Arc<Rulebook> {
        &self.rulebook
    }

    /// How many distinct events it knows.
    pub fn symbols(&self) -> usize {
        self.ops.len()
    }

    fn value(&self, mark: u32) -> Option<&Value> {
        self.values.get(mark.checked_sub(1)? as usize).and_then(Option::as_ref)
    }

    fn opening(&self, at: u16) -> Option<&Opened> {
        self.openings.get(usize::from(at))
    }

    /// Is the norm of a finding the same in every case? Not where a variation makes something due in some cases only, nor
    /// where a script speaks.
    pub fn norms_are_fixed(&self) -> bool {
        !self.varied && self.rulebook.scripts.is_empty()
    }

    /// The norm of a finding, where [`Program::norms_are_fixed`].
    pub fn norm(&self, finding: &Finding) -> Citation {
        finding.norm(&self.rulebook, &super::case::Case::new(&self.rulebook))
    }
}

/// What a finding is about, for counting: findings with the same key of one program have the same norm, where norms are fixed.
pub type FindingKey = (FindingKind, Option<u16>, Option<u16>);

impl Finding {
    pub fn key(&self) -> FindingKey {
        (self.kind, self.item, self.term)
    }
}

/// The numbers of days a table may be asked for.
const FIRST_DAY: Option<Day> = Day::new(2010, 1, 1);
const LAST_DAY: Option<Day> = Day::new(2049, 12, 31);
