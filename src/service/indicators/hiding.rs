// SPDX-License-Identifier: EUPL-1.2
//! Small numbers are hidden, and so is what would give them away.
//!
//! A count of cases from 1 to the threshold less one is hidden with the counts it makes a whole with. Rows that add up to a row
//! that is shown hide two at least, and what the hidden ones come to together is not small either. So whoever adds and
//! subtracts what is shown comes to no hidden number; it holds within one document, with all its tables.

use super::counts::TermCounts;
use super::measures::{Group, term_parts};
use super::sums::Sum;

/// For each group of measures: is it hidden in a row?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hidden([bool; Group::ALL.len()]);

impl Hidden {
    pub fn has(&self, group: Group) -> bool {
        Group::ALL.iter().zip(&self.0).any(|(known, hidden)| *known == group && *hidden)
    }

    fn set(&mut self, group: Group) {
        for (known, hidden) in Group::ALL.iter().zip(&mut self.0) {
            *hidden |= *known == group;
        }
    }
}

/// A row while it is decided what of it is hidden.
pub struct Candidate<'a> {
    pub sum: &'a Sum,
    pub hidden: Hidden,
    /// Its parts are all of one case: whoever sees its sum sees them.
    pub of_single_cases: bool,
}

impl<'a> Candidate<'a> {
    pub fn new(sum: &'a Sum) -> Self {
        Self { sum, hidden: Hidden::default(), of_single_cases: false }
    }
}

fn is_small(count: u32, threshold: u32) -> bool {
    count > 0 && count < threshold
}

/// Hides what is small in a row by itself.
fn hide_small(row: &mut Candidate<'_>, threshold: u32) {
    for group in Group::ALL {
        let whole = group.whole().is_some_and(|whole| row.hidden.has(whole));
        let small = group.parts(row.sum).into_iter().any(|part| is_small(part, threshold));
        if whole || small || group == Group::Cases && row.of_single_cases && threshold > 1 {
            row.hidden.set(group);
        }
    }
}

/// What is hidden of the row that all others add up to.
pub fn of_total(total: &mut Candidate<'_>, threshold: u32) {
    hide_small(total, threshold);
}

/// What is hidden of rows that add up to a whole, whose own is decided already.
pub fn of_parts(whole: &Candidate<'_>, rows: &mut [Candidate<'_>], threshold: u32) {
    for row in rows.iter_mut() {
        hide_small(row, threshold);
    }
    for group in Group::ALL {
        for row in rows.iter_mut() {
            if group.whole().is_some_and(|whole| row.hidden.has(whole)) {
                row.hidden.set(group);
            }
        }
        while let Some(next) = next_to_hide(group, whole.hidden.has(group), rows, threshold) {
            if let Some(row) = rows.get_mut(next) {
                row.hidden.set(group);
            }
        }
    }
}

/// The smallest row that must be hidden too, if any.
fn next_to_hide(group: Group, whole_is_hidden: bool, rows: &[Candidate<'_>], threshold: u32) -> Option<usize> {
    let size = |row: &Candidate<'_>| group.parts(row.sum).into_iter().sum::<u32>();
    let (mut hidden, mut count) = (Vec::new(), 0_u32);
    for row in rows.iter().filter(|row| row.hidden.has(group) && size(row) > 0) {
        let parts = group.parts(row.sum);
        hidden.resize(parts.len(), 0_u32);
        hidden.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
        count += 1;
    }
    let more = if whole_is_hidden {
        // It must not be the sum of rows that are all shown.
        count == 0
    } else {
        let small = hidden.iter().any(|sum| is_small(*sum, threshold));
        // Rows that are hidden have one case at least: as many cases as rows are one each.
        let single = group == Group::Cases && hidden.first() == Some(&count);
        count == 1 || small || single
    };
    if !more {
        return None;
    }
    let open = rows.iter().enumerate().filter(|(_, row)| !row.hidden.has(group) && size(row) > 0);
    open.min_by_key(|(_, row)| size(row)).map(|(at, _)| at)
}

/// Which counts of a term are hidden in the row of a level: the small ones, and the next until what is hidden is not small.
pub fn of_term(term: &TermCounts, cases: u32, level_is_hidden: bool, threshold: u32) -> [bool; 6] {
    let parts = term_parts(term, cases);
    let mut hidden = parts.map(|part| level_is_hidden || is_small(part, threshold));
    loop {
        let taken = || parts.iter().zip(&hidden).filter(|(part, hidden)| **hidden && **part > 0);
        let (count, sum) = (taken().count(), taken().map(|(part, _)| *part).sum::<u32>());
        let enough = count != 1 && !is_small(sum, threshold) && (sum == 0 || usize::try_from(sum) != Ok(count));
        if enough {
            return hidden;
        }
        let open = parts.iter().zip(&mut hidden).filter(|(part, hidden)| !**hidden && **part > 0);
        match open.min_by_key(|(part, _)| **part) {
            Some((_, next)) => *next = true,
            None => return hidden,
        }
    }
}
