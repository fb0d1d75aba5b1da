// SPDX-License-Identifier: EUPL-1.2
//! Sums over the cells that a question is about.

use std::collections::BTreeMap;

use super::counts::{Counts, TermCounts};
use super::cube::{Cell, Cube, Month};
use super::days::Days;

/// Which cells are asked for: all that is said must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    pub level: Option<String>,
    pub region: Option<String>,
    pub office: Option<String>,
    /// Opened in that month or later.
    pub from: Option<Month>,
    /// Opened in that month or earlier.
    pub to: Option<Month>,
    /// A term of the level, to be shown by region, office and month: it takes one level only.
    pub term: Option<String>,
}

/// What the cells of one row come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    pub counts: Counts,
    /// From opening to delivery.
    pub delivery: Days,
    pub term: TermCounts,
    pub term_days: Days,
}

impl Sum {
    fn join(&mut self, other: &Self) {
        self.counts.join(&other.counts);
        self.delivery.join(&other.delivery);
        self.term.join(&other.term);
        self.term_days.join(&other.term_days);
    }

    /// Cases in which the term does not run.
    pub fn term_idle(&self) -> u32 {
        self.counts.cases.saturating_sub(self.term.all())
    }
}

/// A term of a level.
#[derive(Clone, Debug, Default)]
pub struct TermSum {
    pub counts: TermCounts,
    pub days: Days,
}

/// Everything that is asked, summed in one pass over the cells.
#[derive(Debug)]
pub struct Sums {
    pub total: Sum,
    /// By the level's position.
    pub levels: BTreeMap<usize, Sum>,
    pub regions: BTreeMap<String, Sum>,
    /// By region and office.
    pub offices: BTreeMap<(String, String), Sum>,
    pub months: BTreeMap<Month, Sum>,
    /// By the level's position and the term's.
    pub terms: BTreeMap<(usize, usize), TermSum>,
}

struct Wanted {
    levels: Vec<bool>,
    places: Vec<bool>,
    from: Month,
    to: Month,
    term: Option<usize>,
}

impl Wanted {
    fn of(cube: &Cube, question: &Question) -> Self {
        let is = |wanted: &Option<String>, known: &str| wanted.as_deref().is_none_or(|wanted| wanted == known);
        let levels: Vec<bool> = cube.levels.iter().map(|level| is(&question.level, &level.letter)).collect();
        let of_level = cube.levels.iter().find(|level| question.level.as_ref() == Some(&level.letter));
        let term = of_level.and_then(|level| level.terms.iter().position(|t| question.term.as_ref() == Some(&t.id)));
        let in_reach =
            |place: &super::cube::Place| is(&question.region, &place.region) && is(&question.office, &place.office);
        Self {
            levels,
            places: cube.places.iter().map(in_reach).collect(),
            from: question.from.unwrap_or(Month::MIN),
            to: question.to.unwrap_or(Month::MAX),
            term,
        }
    }

    fn takes(&self, cell: &Cell) -> bool {
        let has = |all: &[bool], at: usize| all.get(at).copied().unwrap_or(false);
        has(&self.levels, cell.level) && has(&self.places, cell.place) && (self.from..=self.to).contains(&cell.month)
    }
}

impl Sums {
    pub fn of(cube: &Cube, question: &Question) -> Self {
        let wanted = Wanted::of(cube, question);
        let mut levels: Vec<Sum> = vec![Sum::default(); cube.levels.len()];
        let mut places: Vec<Sum> = vec![Sum::default(); cube.places.len()];
        let mut months: BTreeMap<Month, Sum> = BTreeMap::new();
        let mut terms: Vec<Vec<TermSum>> =
            cube.levels.iter().map(|level| vec![TermSum::default(); level.terms.len()]).collect();
        for cell in cube.cells().iter().filter(|cell| wanted.takes(cell)) {
            let (Some(level), Some(place)) = (levels.get_mut(cell.level), places.get_mut(cell.place)) else { continue };
            let month = months.entry(cell.month).or_default();
            for sum in [level, place, month] {
                add(sum, cube, cell, wanted.term);
            }
            let Some(own) = terms.get_mut(cell.level) else { continue };
            for (term, counts) in cube.terms_of(cell) {
                if let Some(sum) = own.get_mut(term) {
                    sum.counts.join(counts);
                }
            }
            for (term, days, cases) in cube.term_days_of(cell) {
                if let Some(sum) = own.get_mut(term) {
                    sum.days.add(days, cases);
                }
            }
        }
        let mut total = Sum::default();
        let mut by_level = BTreeMap::new();
        for (at, sum) in levels.into_iter().enumerate().filter(|(_, sum)| sum.counts.cases > 0) {
            total.join(&sum);
            by_level.insert(at, sum);
        }
        let (mut regions, mut offices) = (BTreeMap::<String, Sum>::new(), BTreeMap::new());
        for (place, sum) in cube.places.iter().zip(places).filter(|(_, sum)| sum.counts.cases > 0) {
            regions.entry(place.region.clone()).or_default().join(&sum);
            offices.insert((place.region.clone(), place.office.clone()), sum);
        }
        let terms = (0..).zip(terms).filter(|(level, _)| by_level.contains_key(level));
        let terms =
            terms.flat_map(|(level, own)| (0..).zip(own).map(move |(term, sum)| ((level, term), sum))).collect();
        Self { total, levels: by_level, regions, offices, months, terms }
    }
}

fn add(sum: &mut Sum, cube: &Cube, cell: &Cell, term: Option<usize>) {
    sum.counts.join(&cell.counts);
    for (days, cases) in cube.delivery_of(cell) {
        sum.delivery.add(days, cases);
    }
    let Some(wanted) = term else { return };
    for (_, counts) in cube.terms_of(cell).filter(|(term, _)| *term == wanted) {
        sum.term.join(counts);
    }
    for (_, days, cases) in cube.term_days_of(cell).filter(|(term, ..)| *term == wanted) {
        sum.term_days.add(days, cases);
    }
}
