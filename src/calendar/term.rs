// SPDX-License-Identifier: EUPL-1.2
//! When a term ends. One count serves both the answer and its explanation.
//!
//! The day a term starts from is not counted (art. 2963 c.c., art. 155 c.p.c.); a term in days or months that ends on a
//! holiday runs to the next working day, unless its norm says otherwise. Suspended days do not count.

use std::borrow::Cow;
use std::fmt;

use super::day::{Day, MonthEnd};
use super::error::CalendarError;
use super::length::{Length, Unit};
use super::working::{Calendar, Sought};

/// Days that do not count: from `from` up to the day before `to`, the day of resumption; `None` = not resumed yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspension {
    pub from: Day,
    pub to: Option<Day>,
}

/// Where a term stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// The last day in time.
    On(Day),
    /// An open suspension began before the end. What ran before it and what is left after it: in working days for a
    /// term in working days, else in days.
    Suspended { counted: u32, left: u32 },
}

/// A step of the count; `Display` says it in Italian.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DueStep {
    /// The term starts from this day, which does not count.
    Base { day: Day },
    /// Without suspensions, that many months end on that day, `days` days after the base.
    Months { count: u32, to: Day, days: u32 },
    /// From the first to the last of these days, `count` days counted (working days, if that is the unit).
    Counted { from: Day, to: Day, count: u32, unit: Unit },
    /// These days are suspended: up to `to`, itself suspended; `None` = for as long as nobody resumes.
    Skipped { from: Day, to: Option<Day> },
    /// A holiday on a weekday that is worked: not among the working days just counted, or passed over by the roll.
    NotWorked { day: Day, name: String },
    /// The count ended on a holiday.
    Holiday { day: Day, name: String },
    /// The first working day after it.
    Rolled { to: Day },
    /// What [`due_day`] answers: always the last step.
    Due(Due),
}

/// The day a term ends on. `roll`: a term in days or months that ends on a holiday runs to the next working day.
///
/// Suspensions are best given in order; overlapping or out of order they count as the days they cover together.
/// Without `roll`, days and months do not need the calendar and may end beyond its validity.
///
/// # Errors
/// [`CalendarError::Hours`] for a length in hours; [`CalendarError::OutOfRange`] and [`CalendarError::BeyondLastDay`]
/// if the calendar or [`Day`] do not reach.
///
/// ```
/// use lepre::calendar::{Calendar, CalendarRules, Day, Due, Weekday, due_day};
/// let calendar = Calendar::new(CalendarRules {
///     working_days: vec![Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday],
///     weekly_holidays: vec![Weekday::Sunday],
///     holidays: vec![],
///     valid_from: Day::new(2020, 1, 1).unwrap(),
///     valid_to: Day::new(2029, 12, 31).unwrap(),
/// }).unwrap();
/// // 2 June 2024 is a Sunday.
/// let due = due_day(&calendar, Day::new(2024, 5, 3).unwrap(), "30 giorni".parse().unwrap(), true, &[]);
/// assert_eq!(due, Ok(Due::On(Day::new(2024, 6, 3).unwrap())));
/// ```
#[inline]
pub fn due_day(
    calendar: &Calendar,
    base: Day,
    length: Length,
    roll: bool,
    suspensions: &[Suspension],
) -> Result<Due, CalendarError> {
    // The common case, short enough to be compiled into its caller.
    if length.unit == Unit::Days && suspensions.is_empty() {
        let day = later(base, length.count)?;
        return if roll { rolled(calendar, day) } else { Ok(Due::On(day)) };
    }
    in_full(calendar, base, length, roll, suspensions)
}

#[inline(never)]
fn in_full(
    calendar: &Calendar,
    base: Day,
    length: Length,
    roll: bool,
    suspensions: &[Suspension],
) -> Result<Due, CalendarError> {
    match count(calendar, base, length, suspensions, |_| ())? {
        Due::On(day) if rolls(length, roll) => rolled(calendar, day),
        due => Ok(due),
    }
}

#[inline]
fn rolled(calendar: &Calendar, day: Day) -> Result<Due, CalendarError> {
    let day = if calendar.is_holiday(day)? { calendar.next_working_day(day)? } else { day };
    Ok(Due::On(day))
}

/// As [`due_day`], step by step: the same count, the same errors, and the answer as the last step.
pub fn explain_due(
    calendar: &Calendar,
    base: Day,
    length: Length,
    roll: bool,
    suspensions: &[Suspension],
) -> Result<Vec<DueStep>, CalendarError> {
    let mut steps = vec![DueStep::Base { day: base }];
    let mut due = count(calendar, base, length, suspensions, |step| {
        let span = match step {
            DueStep::Counted { from, to, unit: Unit::WorkingDays, .. } => Some((from, to)),
            _ => None,
        };
        steps.push(step);
        if let Some((from, to)) = span {
            steps.extend(not_worked(calendar, from, to));
        }
    })?;
    if let Due::On(day) = due
        && rolls(length, roll)
        && calendar.is_holiday(day)?
    {
        let to = calendar.next_working_day(day)?;
        let name = calendar.holiday_name(day).unwrap_or_default().to_owned();
        steps.push(DueStep::Holiday { day, name });
        let passed = not_worked(calendar, day.add_days(1), to);
        steps.extend(passed);
        steps.push(DueStep::Rolled { to });
        due = Due::On(to);
    }
    steps.push(DueStep::Due(due));
    Ok(steps)
}

/// A working day is not a holiday: nothing to roll.
#[inline]
fn rolls(length: Length, roll: bool) -> bool {
    roll && length.unit != Unit::WorkingDays
}

/// The count before any roll.
#[inline]
fn count(
    calendar: &Calendar,
    base: Day,
    length: Length,
    suspensions: &[Suspension],
    mut tell: impl FnMut(DueStep),
) -> Result<Due, CalendarError> {
    let (unit, total) = match length.unit {
        Unit::Days => (Unit::Days, length.count),
        Unit::WorkingDays => (Unit::WorkingDays, length.count),
        // Months are the days to their end: moving that end by the suspended days on the way, until it moves no more,
        // is to count as many days that are not suspended.
        Unit::Months => {
            let to = months_later(base, length.count)?;
            let days = to.number().abs_diff(base.number());
            tell(DueStep::Months { count: length.count, to, days });
            (Unit::Days, days)
        }
        Unit::Hours => return Err(CalendarError::Hours),
    };
    if total == 0 {
        return Ok(Due::On(base));
    }
    let mut run = Run { calendar, unit, reached: base.number(), left: total };
    if !suspensions.is_empty() {
        for suspension in in_order(suspensions).iter() {
            let from = suspension.from.number();
            let resumed = suspension.to.map_or(i32::MAX, Day::number);
            if resumed <= from || resumed <= run.reached + 1 {
                continue;
            }
            if let Some(day) = run.up_to(from - 1, &mut tell)? {
                return Ok(Due::On(day));
            }
            let first = Day::nearest(i64::from(run.reached) + 1);
            tell(DueStep::Skipped { from: first, to: suspension.to.map(|to| to.add_days(-1)) });
            if suspension.to.is_none() {
                return Ok(Due::Suspended { counted: total - run.left, left: run.left });
            }
            run.reached = resumed - 1;
        }
    }
    run.up_to(i32::MAX, &mut tell)?.map(Due::On).ok_or(CalendarError::BeyondLastDay)
}

fn in_order(suspensions: &[Suspension]) -> Cow<'_, [Suspension]> {
    if suspensions.is_sorted_by_key(|suspension| suspension.from) {
        return Cow::Borrowed(suspensions);
    }
    let mut sorted = suspensions.to_vec();
    sorted.sort_unstable_by_key(|suspension| suspension.from);
    Cow::Owned(sorted)
}

/// A count under way.
struct Run<'a> {
    calendar: &'a Calendar,
    /// Days or working days.
    unit: Unit,
    /// The last day dealt with.
    reached: i32,
    /// Invariant: at least 1.
    left: u32,
}

impl Run<'_> {
    /// Counts on to `last`. The day of the last unit, if it comes by then.
    #[inline]
    fn up_to(&mut self, last: i32, tell: &mut impl FnMut(DueStep)) -> Result<Option<Day>, CalendarError> {
        if last <= self.reached {
            return Ok(None);
        }
        let first = self.reached + 1;
        let sought = if self.unit == Unit::WorkingDays {
            self.calendar.seek(first, last, self.left)?
        } else {
            match last.abs_diff(self.reached) {
                available if available < self.left => Sought::Short(available),
                _ => Sought::Found(later(Day::nearest(i64::from(self.reached)), self.left)?),
            }
        };
        let (to, count) = match sought {
            Sought::Found(day) => (day, self.left),
            Sought::Short(count) => (Day::nearest(i64::from(last)), count),
        };
        tell(DueStep::Counted { from: Day::nearest(i64::from(first)), to, count, unit: self.unit });
        if let Sought::Found(day) = sought {
            return Ok(Some(day));
        }
        self.left -= count;
        self.reached = last;
        Ok(None)
    }
}

#[inline]
fn later(day: Day, days: u32) -> Result<Day, CalendarError> {
    let number = day.number().checked_add_unsigned(days);
    number.and_then(Day::from_number).ok_or(CalendarError::BeyondLastDay)
}

#[inline]
fn months_later(day: Day, months: u32) -> Result<Day, CalendarError> {
    let months = i32::try_from(months).unwrap_or(i32::MAX);
    day.checked_add_months(months, MonthEnd::LastDay).ok_or(CalendarError::BeyondLastDay)
}

/// The holidays from `from` to `to` on weekdays that are worked.
fn not_worked(calendar: &Calendar, from: Day, to: Day) -> impl Iterator<Item = DueStep> {
    let worked = &calendar.rules().working_days;
    (from.number()..=to.number()).filter_map(Day::from_number).filter_map(move |day| {
        let name = calendar.holiday_name(day).filter(|_| worked.contains(&day.weekday()))?;
        Some(DueStep::NotWorked { day, name: name.to_owned() })
    })
}

impl fmt::Display for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::On(day) => write!(f, "scade il {day}"),
            Self::Suspended { counted, left } => write!(f, "è sospeso: contati {counted}, da contare ancora {left}"),
        }
    }
}

impl fmt::Display for DueStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Base { day } => write!(f, "si parte dal {day}, che non si conta"),
            Self::Months { count, to, days } => {
                let months = Length { count: *count, unit: Unit::Months };
                let ends = if *count == 1 { "finisce" } else { "finiscono" };
                write!(f, "{months} {ends} il {to}, {days} giorni dopo")
            }
            Self::Counted { from, to, count, unit } => {
                let length = Length { count: *count, unit: *unit };
                let counted = if *count == 1 { "si conta" } else { "si contano" };
                write!(f, "dal {from} al {to} {counted} {length}")
            }
            Self::Skipped { from, to: Some(to) } => write!(f, "dal {from} al {to} il termine è sospeso"),
            Self::Skipped { from, to: None } => write!(f, "dal {from} il termine è sospeso e non è ancora ripreso"),
            Self::NotWorked { day, name } => write!(f, "il {day} ({name}) non è lavorativo"),
            Self::Holiday { day, name } => write!(f, "il {day} ({name}) è festivo"),
            Self::Rolled { to } => write!(f, "il primo giorno lavorativo è il {to}"),
            Self::Due(due) => write!(f, "il termine {due}"),
        }
    }
}
