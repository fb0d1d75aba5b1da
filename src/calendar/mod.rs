// SPDX-License-Identifier: EUPL-1.2
//! Civil days, holidays, working days, terms, and the clock of Rome.
//!
//! Terms are counted in civil days, never in instants; only terms in hours are compared as instants. Nothing here asks
//! what day it is, and no answer is given outside the validity of a calendar.

mod day;
mod error;
mod holidays;
mod length;
pub mod rome;
mod term;
mod weekday;
mod working;
mod written;

pub use day::{Day, DayError, MonthEnd};
pub use error::{CalendarError, RulesError};
pub use holidays::{CalendarRules, HolidayDate, HolidayRule, easter};
pub use length::{Length, LengthError, Unit, UnitError};
pub use rome::{at_least_hours, within_hours};
pub use term::{Due, DueStep, Suspension, due_day, explain_due};
pub use weekday::{Weekday, WeekdayError};
pub use working::Calendar;
