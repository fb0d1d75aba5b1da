// SPDX-License-Identifier: EUPL-1.2
//! Indicators: how many cases were delivered, in time, with what missing, and in how many days; beside them what the law
//! itself says, and never a target that it does not state.
//!
//! One pass over the columns makes a cube; any table is then a sum over its cells. What a reader sees comes from one
//! document, in which small numbers are hidden once for the page, the charts, the files and the programs.

mod counts;
mod cube;
mod days;
mod document;
mod hiding;
mod law;
mod measures;
mod shape;
mod sums;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::calendar::Day;
use crate::columns::{Asked, Checked, Group, Row};
use crate::engine::Tally;
use crate::spec::scenario::Gravity;

use super::columns::Bulk;
use super::spread::tally_group;
use super::{Selection, Service, ServiceError};

pub use counts::{Counted, Counts, Plan, TermCounts, term_counts};
pub use cube::{Builder, Cell, Cube, Key, Month, Place, Unread, month_of, month_word, read_month};
pub use days::Days;
pub use document::{By, Document, Objective, Row as DocumentRow, Table, TermRow};
pub use hiding::Hidden;
pub use law::{Level, LevelTerm, Norm, TermLaw};
pub use measures::{Figure, Group as MeasureGroup, HIDDEN, MEASURES, Measure, NO_TARGET, TERM_MEASURES};
pub use shape::document_json;
pub use sums::{Question, Sum};

/// Where there is no region, or no office.
pub const NOWHERE: &str = "nessuna";

/// The word for a region or an office.
pub fn place_word(name: Option<&str>) -> &str {
    name.unwrap_or(NOWHERE)
}

/// Counts of one thread over one rulebook.
struct Gathered {
    offices: HashMap<String, u32>,
    slots: HashMap<(u32, Month), u32>,
    keys: Vec<(u32, Month)>,
    counts: Vec<Counts>,
    /// For each slot, one for each term.
    terms: Vec<TermCounts>,
    /// Slot, term plus one (0: the delivery), days.
    days: Vec<(u32, u16, i16)>,
}

impl Gathered {
    fn new() -> Self {
        Self {
            offices: HashMap::new(),
            slots: HashMap::new(),
            keys: Vec::new(),
            counts: Vec::new(),
            terms: Vec::new(),
            days: Vec::new(),
        }
    }

    /// The slot of an office and a month.
    fn slot(&mut self, office: &str, month: Month, terms: usize) -> u32 {
        let office = match self.offices.get(office) {
            Some(known) => *known,
            None => {
                let next = u32::try_from(self.offices.len()).unwrap_or(u32::MAX);
                self.offices.insert(office.to_owned(), next);
                next
            }
        };
        let next = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        let slot = *self.slots.entry((office, month)).or_insert(next);
        if slot == next {
            self.keys.push((office, month));
            self.counts.push(Counts::default());
            self.terms.resize(self.terms.len() + terms, TermCounts::default());
        }
        slot
    }

    fn take(&mut self, plan: &Plan, place: (&str, Month), checked: Checked<'_>, tally: &Tally) {
        let width = tally.terms.len();
        let slot = self.slot(place.0, place.1, width);
        let at = slot as usize;
        let breaches = checked.findings.iter().filter(|finding| finding.gravity == Gravity::Breach).count();
        let counted = plan.count(tally, u32::try_from(breaches).unwrap_or(u32::MAX));
        if let Some(sum) = self.counts.get_mut(at) {
            sum.join(&counted.counts);
        }
        if let Some(days) = counted.delivered_in {
            self.days.push((slot, 0, clamped(days)));
        }
        let own = self.terms.get_mut(at * width..(at + 1) * width).into_iter().flatten();
        for ((series, term), sum) in (1_u16..).zip(&tally.terms).zip(own) {
            let (counts, days) = term_counts(term, tally.closed.is_some());
            sum.join(&counts);
            if let Some(days) = days {
                self.days.push((slot, series, clamped(days)));
            }
        }
    }

    /// Gives all that was counted; `terms` are the places of the rulebook's terms in the level.
    fn give(mut self, level: u16, region: &str, terms: &[u16], builder: &mut Builder) {
        let mut offices = vec![0_u32; self.offices.len()];
        for (office, at) in &self.offices {
            if let Some(place) = offices.get_mut(*at as usize) {
                *place = builder.place(region, office);
            }
        }
        let key = |(office, month): (u32, Month)| (level, offices.get(office as usize).copied().unwrap_or(0), month);
        for (slot, (place, counts)) in self.keys.iter().zip(&self.counts).enumerate() {
            let key = key(*place);
            builder.add_counts(key, *counts);
            let own = self.terms.get(slot * terms.len()..(slot + 1) * terms.len()).unwrap_or_default();
            for (term, counts) in terms.iter().zip(own).filter(|(_, counts)| counts.all() > 0) {
                builder.add_term(key, *term, *counts);
            }
        }
        self.days.sort_unstable();
        for alike in self.days.chunk_by(|a, b| a == b) {
            let Some((slot, series, days)) = alike.first() else { continue };
            let Some(place) = self.keys.get(*slot as usize) else { continue };
            let term = series.checked_sub(1).and_then(|term| terms.get(usize::from(term)).copied());
            builder.add_days(key(*place), term, *days, u32::try_from(alike.len()).unwrap_or(u32::MAX));
        }
    }
}

/// Ninety years are as long as any.
fn clamped(days: i32) -> i16 {
    i16::try_from(days).unwrap_or(if days < 0 { i16::MIN } else { i16::MAX })
}

impl Service {
    /// Counts the cases of a selection as they stood on a day. `done` counts them; `stop` ends the work early, and the cube is
    /// then not of all.
    ///
    /// # Errors
    /// Trouble with the store; cases that cannot be read are in [`Cube::unread`].
    pub fn indicators(
        &self,
        bulk: &Bulk,
        selection: &Selection,
        on: Day,
        done: &AtomicU64,
        stop: &AtomicBool,
    ) -> Result<Cube, ServiceError> {
        let asked = Asked { on, past: on < self.today() };
        let mut builder = Builder::default();
        for group in bulk.columns.groups() {
            count_group(bulk, group, selection, asked, (done, stop), &mut builder);
        }
        let mut unread = Vec::new();
        for (case, _) in &bulk.troubles {
            let Some(head) = self.store.case_head(*case)? else { continue };
            let is_there = !asked.past || head.opened_on <= on.number();
            if let Some(opened) = Day::from_number(head.opened_on).filter(|_| is_there && selection.takes(&head)) {
                unread.push(Unread {
                    level: head.level.clone(),
                    place: Place {
                        region: place_word(head.region.as_deref()).to_owned(),
                        office: place_word(head.office.as_deref()).to_owned(),
                    },
                    month: month_of(opened),
                });
            }
        }
        Ok(builder.cube(on, unread))
    }
}

fn count_group(
    bulk: &Bulk,
    group: &Group,
    selection: &Selection,
    asked: Asked,
    (done, stop): (&AtomicU64, &AtomicBool),
    builder: &mut Builder,
) {
    let rulebook: &Arc<_> = group.rulebook();
    let (plan, program) = (Plan::of(rulebook), group.program());
    let offices = bulk.columns.offices();
    let wanted = |row: &Row<'_>| {
        let opened_in = usize::from(row.office).checked_sub(1).and_then(|at| offices.get(at));
        selection.takes_row(row, rulebook, opened_in.map(String::as_str))
    };
    let parts = tally_group(group, &program, asked, stop, Gathered::new, wanted, |gathered, row, checked, tally| {
        done.fetch_add(1, Ordering::Relaxed);
        let office = bulk.office(group, row, asked);
        let Some(opened) = Day::from_number(row.key.opened_on) else { return };
        gathered.take(&plan, (place_word(office.as_deref()), month_of(opened)), checked, tally);
    });
    if parts.iter().all(|part| part.keys.is_empty()) {
        return;
    }
    let level = builder.level(rulebook);
    let terms = builder.levels.get_mut(level).map(|level| level.take(rulebook)).unwrap_or_default();
    let level = u16::try_from(level).unwrap_or(u16::MAX);
    let region = place_word(rulebook.region.as_deref()).to_owned();
    for part in parts {
        part.give(level, &region, &terms, builder);
    }
}
