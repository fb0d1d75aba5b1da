// SPDX-License-Identifier: EUPL-1.2
//! The clock of Rome: the only place where a civil day meets an instant, and the only door to `jiff`.
//!
//! The time zone comes with the program; that of the machine is never asked.

use std::sync::LazyLock;

use jiff::civil::DateTime;
use jiff::tz::{TimeZone, TimeZoneDatabase, offset};
use jiff::{Timestamp, civil};

use super::day::Day;

const MINUTES_IN_DAY: u16 = 24 * 60;

/// The zone is compiled in, and a test sees that it is; should it be missing, the rule in force since 1996 stands in.
static ROME: LazyLock<TimeZone> = LazyLock::new(|| {
    TimeZoneDatabase::bundled()
        .get("Europe/Rome")
        .or_else(|_| TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3"))
        .unwrap_or_else(|_| TimeZone::fixed(offset(1)))
});

/// UTC seconds since 1970-01-01T00:00Z of a minute (from 0 to 1439, larger = 1439) of a day in Rome.
///
/// Of an hour that comes twice, the first; in an hour that is skipped, as much after the skip as the time says.
pub fn instant(day: Day, minute_of_day: u16) -> i64 {
    let minute = minute_of_day.min(MINUTES_IN_DAY - 1);
    let local = i64::from(day.number()) * 86_400 + i64::from(minute) * 60;
    let resolved = civil_time(day, minute).and_then(|time| ROME.to_timestamp(time).ok());
    // Without an answer from the zone (it has one for every `Day`): the standard hour.
    resolved.map_or(local - 3_600, Timestamp::as_second)
}

/// The day and the minute of the day (from 0 to 1439) in Rome; an instant before or after all of [`Day`] gives its
/// first or last minute.
pub fn today(now_utc_seconds: i64) -> (Day, u16) {
    let first = (Day::MIN, 0);
    let last = (Day::MAX, MINUTES_IN_DAY - 1);
    let Ok(now) = Timestamp::from_second(now_utc_seconds) else {
        return if now_utc_seconds < 0 { first } else { last };
    };
    let time = ROME.to_datetime(now);
    let date = time.date();
    match Day::new(i32::from(date.year()), date.month().unsigned_abs().into(), date.day().unsigned_abs().into()) {
        Some(day) => (day, u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs())),
        None if now_utc_seconds < 0 => first,
        None => last,
    }
}

fn civil_time(day: Day, minute: u16) -> Option<DateTime> {
    let (year, month, day) = day.ymd();
    let date = civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some(date.at(i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?, 0, 0))
}

/// Was the target reached within that many hours of the base (or before it)? A day without a minute may be any minute
/// of that day: `None` where the answer depends on which.
pub fn within_hours(base: (Day, Option<u16>), target: (Day, Option<u16>), hours: u32) -> Option<bool> {
    let (base, target) = (between(base), between(target));
    let length = i64::from(hours) * 3_600;
    if target.1 <= base.0 + length {
        Some(true)
    } else if target.0 > base.1 + length {
        Some(false)
    } else {
        None
    }
}

/// Did at least that many hours pass from the base to the target? As [`within_hours`] where a minute is missing.
pub fn at_least_hours(base: (Day, Option<u16>), target: (Day, Option<u16>), hours: u32) -> Option<bool> {
    let (base, target) = (between(base), between(target));
    let length = i64::from(hours) * 3_600;
    if target.0 >= base.1 + length {
        Some(true)
    } else if target.1 < base.0 + length {
        Some(false)
    } else {
        None
    }
}

/// First and last instant it may have been. The ends of a day are its extremes also where the clock changes.
fn between((day, minute): (Day, Option<u16>)) -> (i64, i64) {
    match minute {
        Some(minute) => {
            let instant = instant(day, minute);
            (instant, instant)
        }
        None => (instant(day, 0), instant(day, MINUTES_IN_DAY - 1)),
    }
}
