// SPDX-License-Identifier: EUPL-1.2
//! The counts of all cases by level, region, office and month of opening: small enough that any page is a sum over it.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::calendar::Day;

use super::counts::{Counts, TermCounts};
use super::law::Level;

/// A month, as its number from the year 0.
pub type Month = i32;

/// The month of a day.
pub fn month_of(day: Day) -> Month {
    let (year, month, _) = day.ymd();
    year * 12 + i32::try_from(month).unwrap_or(1) - 1
}

/// `2026-03`.
pub fn month_word(month: Month) -> String {
    format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1)
}

/// Reads `2026-03`.
pub fn read_month(text: &str) -> Option<Month> {
    format!("{text}-01").parse::<Day>().ok().map(month_of)
}

/// Where a case is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub region: String,
    pub office: String,
}

/// Level, place, month, by their positions.
pub type Key = (u16, u32, Month);

/// The cases of one level, one place, one month.
#[derive(Clone, Debug)]
pub struct Cell {
    pub level: usize,
    pub place: usize,
    pub month: Month,
    pub counts: Counts,
    terms: Range<usize>,
    days: Range<usize>,
}

/// The series of times that is the delivery's; those of the terms follow.
const DELIVERY: u16 = 0;

/// A case that could not be read: it is in no sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    pub level: String,
    pub place: Place,
    pub month: Month,
}

/// See the module.
#[derive(Debug)]
pub struct Cube {
    /// The day on which the cases were looked at.
    pub on: Day,
    pub levels: Vec<Level>,
    pub places: Vec<Place>,
    pub unread: Vec<Unread>,
    cells: Vec<Cell>,
    /// For each cell: term, counts.
    terms: Vec<(u16, TermCounts)>,
    /// For each cell: series, days, cases.
    days: Vec<(u16, i16, u32)>,
}

impl Cube {
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// How each term of a cell's level stands.
    pub fn terms_of(&self, cell: &Cell) -> impl Iterator<Item = (usize, &TermCounts)> {
        self.terms.get(cell.terms.clone()).into_iter().flatten().map(|(term, counts)| (usize::from(*term), counts))
    }

    /// Days from opening to delivery, with how many cases took them.
    pub fn delivery_of(&self, cell: &Cell) -> impl Iterator<Item = (i32, u32)> {
        let own = self.days.get(cell.days.clone()).into_iter().flatten();
        own.take_while(|(series, ..)| *series == DELIVERY).map(|(_, days, cases)| (i32::from(*days), *cases))
    }

    /// Term, days, cases.
    pub fn term_days_of(&self, cell: &Cell) -> impl Iterator<Item = (usize, i32, u32)> {
        let own = self.days.get(cell.days.clone()).into_iter().flatten();
        let terms = own.filter(|(series, ..)| *series != DELIVERY);
        terms.map(|(series, days, cases)| (usize::from(*series - 1), i32::from(*days), *cases))
    }
}

/// Gathers what many threads have counted.
#[derive(Default)]
pub struct Builder {
    pub levels: Vec<Level>,
    places: BTreeMap<Place, u32>,
    counts: Vec<(Key, Counts)>,
    terms: Vec<((Key, u16), TermCounts)>,
    days: Vec<((Key, u16, i16), u32)>,
}

impl Builder {
    /// The position of a level, made if it is not there.
    pub fn level(&mut self, rulebook: &crate::rulebook::Rulebook) -> usize {
        let known = self.levels.iter().position(|level| level.letter == rulebook.level);
        known.unwrap_or_else(|| {
            self.levels.push(Level::new(rulebook));
            self.levels.len() - 1
        })
    }

    pub fn place(&mut self, region: &str, office: &str) -> u32 {
        let next = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        *self.places.entry(Place { region: region.to_owned(), office: office.to_owned() }).or_insert(next)
    }

    pub fn add_counts(&mut self, key: Key, counts: Counts) {
        self.counts.push((key, counts));
    }

    pub fn add_term(&mut self, key: Key, term: u16, counts: TermCounts) {
        self.terms.push(((key, term), counts));
    }

    /// `term`: none for the delivery.
    pub fn add_days(&mut self, key: Key, term: Option<u16>, days: i16, cases: u32) {
        let series = term.map_or(DELIVERY, |term| term.saturating_add(1));
        self.days.push(((key, series, days), cases));
    }

    /// The cube of all that was added.
    pub fn cube(self, on: Day, unread: Vec<Unread>) -> Cube {
        let counts = joined(self.counts, |sum, more| sum.join(more));
        let terms = joined(self.terms, |sum, more| sum.join(more));
        let days = joined(self.days, |sum, more| *sum += more);
        let (mut term_at, mut day_at) = (0, 0);
        let cells = counts.into_iter().map(|(key, counts)| {
            let own_terms = run(&terms, &mut term_at, |((known, _), _)| *known == key);
            let own_days = run(&days, &mut day_at, |((known, ..), _)| *known == key);
            Cell {
                level: usize::from(key.0),
                place: usize::try_from(key.1).unwrap_or(usize::MAX),
                month: key.2,
                counts,
                terms: own_terms,
                days: own_days,
            }
        });
        let cells = cells.collect();
        let mut places: Vec<(Place, u32)> = self.places.into_iter().collect();
        places.sort_by_key(|(_, at)| *at);
        Cube {
            on,
            levels: self.levels,
            places: places.into_iter().map(|(place, _)| place).collect(),
            unread,
            cells,
            terms: terms.into_iter().map(|((_, term), counts)| (term, counts)).collect(),
            days: days.into_iter().map(|((_, series, days), cases)| (series, days, cases)).collect(),
        }
    }
}

/// In the order of the keys, each once.
fn joined<K: Ord, V>(mut all: Vec<(K, V)>, join: impl Fn(&mut V, &V)) -> Vec<(K, V)> {
    all.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    all.dedup_by(|next, first| {
        let same = next.0 == first.0;
        if same {
            join(&mut first.1, &next.1);
        }
        same
    });
    all
}

/// How far the entries reach from `at` that are of one cell.
fn run<T>(all: &[T], at: &mut usize, is_own: impl Fn(&T) -> bool) -> Range<usize> {
    let start = *at;
    let length = all.get(start..).unwrap_or_default().iter().take_while(|entry| is_own(entry)).count();
    *at = start + length;
    start..*at
}
