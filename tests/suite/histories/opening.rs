// SPDX-License-Identifier: EUPL-1.2
//! Which level a case is of, and when it is opened.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde_json::Value;

use super::Draw;
use crate::reference::{Law, fields, items};

/// A level: the more it says, the more often.
pub fn level(draw: &mut Draw, law: &Law) -> String {
    let weight = |level: &Value| 1 + 2 * items(level).len() + 6 * fields(&level["termini"]).count();
    let mut left = draw.below(law.levels.values().map(weight).sum());
    for (lep, level) in &law.levels {
        if left < weight(level) {
            return lep.clone();
        }
        left -= weight(level);
    }
    unreachable!("the weights sum to the bound")
}

/// Any day of ten years, but often shortly before the holidays, the change of the clock, or the end of a short month.
pub fn opening_day(draw: &mut Draw) -> Date {
    let year = 2018 + draw.below(10) as i16;
    if draw.chance(55) {
        return date(year, 1, 1) + draw.days(0, 364).days();
    }
    let near =
        [(1, 30), (2, 27), (3, 22), (3, 28), (4, 23), (5, 30), (8, 13), (9, 3), (10, 2), (10, 25), (12, 5), (12, 22)];
    let (month, day) = *draw.pick(&near);
    date(year, month, day) + draw.days(-3, 5).days()
}
