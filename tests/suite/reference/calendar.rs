// SPDX-License-Identifier: EUPL-1.2
//! Days counted one at a time, the slow way: holidays, working days, suspensions, hours in Rome.

use jiff::civil::{Date, DateTime, Weekday, date};
use jiff::{ToSpan, ZonedDateTime};
use serde_json::Value;

use super::{fields, words};

/// `(s, r)`: the days from `s` up to but not including `r` do not count; not resumed yet: `r` is the last day of time.
pub type Suspension = (Date, Date);

/// Whether a day is a holiday, and whether it is a working day (a Saturday is neither); `law` is `festivita.yaml`.
pub fn kind_of_day(law: &Value, on: Date) -> (bool, bool) {
    let weekdays = ["lunedi", "martedi", "mercoledi", "giovedi", "venerdi", "sabato", "domenica"];
    let weekday = weekdays[on.weekday().to_monday_zero_offset() as usize];
    let month_day = on.strftime("%m-%d").to_string();
    let from_easter = |giorno: &Value| giorno["pasqua"].as_i64().map(|days| easter(on.year()) + days.days());
    let falls = |giorno: &Value| *giorno == *month_day || from_easter(giorno) == Some(on);
    let holiday = words(&law["festivi_settimanali"]).contains(&weekday)
        || fields(&law["festivita"]).any(|(_, holiday)| falls(&holiday["giorno"]) && in_force(&holiday["vigente"], on));
    (holiday, !holiday && words(&law["giorni_lavorativi"]).contains(&weekday))
}

/// The day on which `count` units after `base` end, and if it is a holiday and `rolls`, the working day after it. None if
/// they never end, for a suspension (`off`) that is still open.
pub fn end(law: &Value, base: Date, (count, unit): (i64, &str), rolls: bool, off: &[Suspension]) -> Option<Date> {
    // An end moved by the suspended days before it, until it moves no more, is as many days that do count after the base.
    let months_in_days = i64::from((base + count.months() - base).get_days());
    let wanted = if unit.starts_with("mes") { months_in_days } else { count };
    let working = |on: &Date| kind_of_day(law, *on).1;
    let suspended = |on: &Date| off.iter().find(|(s, r)| s <= on && on < r);
    let for_ever = |on: &Date| suspended(on).is_some_and(|(_, resumed)| *resumed == Date::MAX);
    let counts = |on: &Date| suspended(on).is_none() && (!unit.contains("lavorativ") || working(on));
    let days = base.series(1.day()).skip(1).take_while(|on| !for_ever(on)).filter(counts);
    let end = [base].into_iter().chain(days).nth(usize::try_from(wanted).unwrap())?;
    if rolls && kind_of_day(law, end).0 { end.series(1.day()).find(working) } else { Some(end) }
}

/// `plus` hours after the first and the last minute that a moment in Rome may be: of the whole day, if no hour is known.
pub fn instants(on: Date, hour: &str, plus: i64) -> (ZonedDateTime, ZonedDateTime) {
    let local = |hour: &str| format!("{on}T{hour}").parse::<DateTime>().unwrap();
    let at = |hour: &str| local(hour).in_tz("Europe/Rome").unwrap() + plus.hours();
    if hour.is_empty() { (at("00:00"), at("23:59")) } else { (at(hour), at(hour)) }
}

/// Whether a day lies in `{ dal?, al? }`, both included.
pub fn in_force(span: &Value, on: Date) -> bool {
    (span["dal"].is_null() || day(&span["dal"]) <= on) && (span["al"].is_null() || on <= day(&span["al"]))
}

/// Easter Sunday: the Sunday after the full moon of the Church's tables (Gauss, Gregorian calendar).
pub fn easter(year: i16) -> Date {
    let (golden, century) = (year % 19, year / 100);
    let moon = (19 * golden + century - century / 4 - (8 * century + 13) / 25 + 15) % 30;
    let moon = moon - i16::from(moon == 29 || (moon == 28 && golden > 10));
    (date(year, 3, 21) + i64::from(moon).days()).nth_weekday(1, Weekday::Sunday).unwrap()
}

/// The day of a JSON or YAML text `AAAA-MM-GG`.
pub fn day(text: &Value) -> Date {
    text.as_str().unwrap().parse().unwrap()
}
