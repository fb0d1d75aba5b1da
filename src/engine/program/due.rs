// SPDX-License-Identifier: EUPL-1.2
//! The ends of a term for every day it may be counted from, worked out once.

use crate::calendar::{Calendar, Day, Due, Length, Unit, due_day};

/// Days after the first one to the end of a term; [`DueTable::UNKNOWN`] where the calendar does not reach.
#[derive(Debug)]
pub(super) struct DueTable {
    length: Length,
    roll: bool,
    /// A plain number of days, whatever the calendar says.
    plain: Option<i32>,
    first: i32,
    ends: Vec<i32>,
}

impl DueTable {
    const UNKNOWN: i32 = i32::MIN;

    /// None for a length in hours, which ends at an hour.
    pub fn new(calendar: &Calendar, length: Length, roll: bool) -> Option<Self> {
        if length.unit == Unit::Hours {
            return None;
        }
        let (first, last) = (super::FIRST_DAY?.number(), super::LAST_DAY?.number());
        if length.unit == Unit::Days && !roll {
            let plain = i32::try_from(length.count).ok();
            return Some(Self { length, roll, plain, first, ends: Vec::new() });
        }
        let end = |number| match Day::from_number(number).map(|day| due_day(calendar, day, length, roll, &[])) {
            Some(Ok(Due::On(day))) => day.number(),
            _ => Self::UNKNOWN,
        };
        Some(Self { length, roll, plain: None, first, ends: (first..=last).map(end).collect() })
    }

    pub fn is_of(&self, length: Length, roll: bool) -> bool {
        self.length == length && self.roll == roll
    }

    pub fn length(&self) -> Length {
        self.length
    }

    /// The number of the last day (or, for `almeno`, of the first lawful one); none where the table does not say.
    #[inline]
    pub fn end(&self, base: i32) -> Option<i32> {
        match self.plain {
            // Ends beyond the last day that there is are for the full count.
            Some(days) => base.checked_add(days).filter(|end| *end <= Day::MAX.number()),
            None => {
                let at = usize::try_from(base.checked_sub(self.first)?).ok()?;
                self.ends.get(at).copied().filter(|end| *end != Self::UNKNOWN)
            }
        }
    }
}
