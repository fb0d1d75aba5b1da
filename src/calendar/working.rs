// SPDX-License-Identifier: EUPL-1.2
//! The calendar made ready: one bit a day for holidays, one for working days.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::day::Day;
use super::error::{CalendarError, RulesError};
use super::holidays::CalendarRules;
use super::weekday::Weekday;

/// Holidays and working days from `valid_from` to `valid_to` of its rules, at most the 300 years of [`Day`].
///
/// A working day is a day whose weekday is worked and that is not a holiday. A Saturday may be neither.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    rules: CalendarRules,
    /// Number of `valid_from`: bit 0 of the sets.
    first: i32,
    /// Days from `valid_from` to `valid_to`, both counted.
    days: u32,
    // Invariant: both hold `days` bits, and zeros up to a whole word.
    holidays: Box<[u64]>,
    working: Box<[u64]>,
}

/// Calendars kept at hand: the national one, and those of a region's offices.
const REMEMBERED: usize = 32;

/// What [`Calendar::seek`] came to.
pub(super) enum Sought {
    Found(Day),
    /// Working days in the stretch: fewer than asked for.
    Short(u32),
}

impl Calendar {
    /// Works the rules out, day by day. Refuses rules that contradict themselves or leave no working day.
    pub fn new(rules: CalendarRules) -> Result<Self, CalendarError> {
        let (from, to) = (rules.valid_from, rules.valid_to);
        if to < from {
            return Err(RulesError::Reversed { from, to }.into());
        }
        let mut ids = BTreeSet::new();
        for rule in &rules.holidays {
            rule.check()?;
            if !ids.insert(rule.id.as_str()) {
                return Err(RulesError::RepeatedHoliday(rule.id.clone()).into());
            }
        }
        let days = to.number().abs_diff(from.number()) + 1;
        let mut holidays = every_week(&rules.weekly_holidays, from, days);
        for year in from.ymd().0..=to.ymd().0 {
            for day in
                rules.holidays.iter().filter_map(|rule| rule.day_in(year)).filter(|day| (from..=to).contains(day))
            {
                let offset = day.number().abs_diff(from.number());
                if let Some(word) = holidays.get_mut(offset as usize / 64) {
                    *word |= 1 << (offset % 64);
                }
            }
        }
        let mut working = every_week(&rules.working_days, from, days);
        for (word, holidays) in working.iter_mut().zip(&holidays) {
            *word &= !holidays;
        }
        if working.iter().all(|word| *word == 0) {
            return Err(RulesError::NoWorkingDays.into());
        }
        let (holidays, working) = (holidays.into(), working.into());
        Ok(Self { rules, first: from.number(), days, holidays, working })
    }

    /// As [`Calendar::new`], worked out once for the same rules: nothing but time depends on what is remembered.
    pub fn of(rules: &CalendarRules) -> Result<Arc<Self>, CalendarError> {
        static RECENT: Mutex<Vec<Arc<Calendar>>> = Mutex::new(Vec::new());
        let recent = || RECENT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = recent().iter().find(|known| known.rules == *rules) {
            return Ok(known.clone());
        }
        let made = Arc::new(Self::new(rules.clone())?);
        let mut recent = recent();
        if recent.len() == REMEMBERED {
            recent.remove(0);
        }
        recent.push(made.clone());
        Ok(made)
    }

    /// The rules it was made from.
    pub const fn rules(&self) -> &CalendarRules {
        &self.rules
    }

    /// Is the day a weekly holiday or a holiday of the year?
    #[inline]
    pub fn is_holiday(&self, day: Day) -> Result<bool, CalendarError> {
        self.in_set(&self.holidays, day)
    }

    /// Is the day of a worked weekday, and not a holiday?
    #[inline]
    pub fn is_working_day(&self, day: Day) -> Result<bool, CalendarError> {
        self.in_set(&self.working, day)
    }

    /// The name of the holiday: of the first rule in the order of the file, else of the weekday (`domenica`).
    /// None if the day is not a holiday, or is beyond the validity.
    pub fn holiday_name(&self, day: Day) -> Option<&str> {
        self.offset(day)?;
        let (year, _, _) = day.ymd();
        let of_the_year = self.rules.holidays.iter().find(|rule| rule.day_in(year) == Some(day));
        let weekday = day.weekday();
        let weekly = || self.rules.weekly_holidays.contains(&weekday).then(|| weekday.name());
        of_the_year.map(|rule| rule.name.as_str()).or_else(weekly)
    }

    /// The day itself if it is a working day, else the first after it.
    #[inline]
    pub fn next_working_day(&self, day: Day) -> Result<Day, CalendarError> {
        match self.seek(day.number(), i32::MAX, 1)? {
            Sought::Found(found) => Ok(found),
            Sought::Short(_) => Err(self.beyond()),
        }
    }

    /// The `wanted`-th working day (from 1) of the days numbered `first..=last`. An error as soon as a day beyond the
    /// validity would have to be looked at.
    #[inline]
    pub(super) fn seek(&self, first: i32, last: i32, wanted: u32) -> Result<Sought, CalendarError> {
        let start = first.wrapping_sub(self.first).cast_unsigned();
        if first < self.first || start >= self.days {
            return Err(self.unknown(first));
        }
        let known = self.first + self.days.cast_signed() - 1;
        let stop = last.min(known).wrapping_sub(self.first).cast_unsigned();
        let mut left = wanted;
        let mut at = start & !63;
        let mut mask = u64::MAX << (start % 64);
        for word in self.working.iter().skip(start as usize / 64) {
            if at > stop {
                break;
            }
            let until = if stop - at >= 63 { u64::MAX } else { (2 << (stop - at)) - 1 };
            let word = word & mask & until;
            let here = word.count_ones();
            if left <= here {
                let number = self.first + (at + nth_one(word, left)).cast_signed();
                return Ok(Sought::Found(Day::nearest(i64::from(number))));
            }
            left -= here;
            mask = u64::MAX;
            at += 64;
        }
        if last > known { Err(self.beyond()) } else { Ok(Sought::Short(wanted - left)) }
    }

    #[inline]
    fn offset(&self, day: Day) -> Option<u32> {
        // A day before the first wraps to a large number.
        let offset = day.number().wrapping_sub(self.first).cast_unsigned();
        (offset < self.days).then_some(offset)
    }

    #[inline]
    fn in_set(&self, set: &[u64], day: Day) -> Result<bool, CalendarError> {
        match self.offset(day).and_then(|offset| set.get(offset as usize / 64).map(|word| word >> (offset % 64) & 1)) {
            Some(bit) => Ok(bit == 1),
            None => Err(self.out_of_range(day)),
        }
    }

    #[cold]
    fn out_of_range(&self, day: Day) -> CalendarError {
        CalendarError::OutOfRange { day, from: self.rules.valid_from, to: self.rules.valid_to }
    }

    #[cold]
    fn unknown(&self, number: i32) -> CalendarError {
        Day::from_number(number).map_or(CalendarError::BeyondLastDay, |day| self.out_of_range(day))
    }

    /// The first day after the validity was needed.
    #[cold]
    fn beyond(&self) -> CalendarError {
        self.unknown(self.rules.valid_to.number() + 1)
    }
}

/// The bits of all days of those weekdays.
fn every_week(weekdays: &[Weekday], from: Day, days: u32) -> Vec<u64> {
    let weekdays = weekdays.iter().fold(0, |set, weekday| set | weekday.bit());
    let mut words = vec![0; days.div_ceil(64) as usize];
    let mut day = from;
    for offset in 0..days {
        if weekdays & day.weekday().bit() != 0
            && let Some(word) = words.get_mut(offset as usize / 64)
        {
            *word |= 1 << (offset % 64);
        }
        day = day.add_days(1);
    }
    words
}

/// Position of the `n`-th one (from 1) of a word that has as many.
#[inline]
const fn nth_one(mut word: u64, n: u32) -> u32 {
    let mut passed = 1;
    while passed < n {
        word &= word.wrapping_sub(1);
        passed += 1;
    }
    word.trailing_zeros()
}
