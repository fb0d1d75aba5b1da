// SPDX-License-Identifier: EUPL-1.2
//! The clock of Rome and terms in hours, against jiff.

use std::collections::BTreeSet;
use std::process::Command;

use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Span, Timestamp};
use lepre::calendar::{Day, Due, at_least_hours, due_day, rome, within_hours};
use proptest::{option, prop_assert_eq};

use super::{any_day, check, date, day, days, length, national};

fn zone() -> TimeZone {
    TimeZoneDatabase::bundled().get("Europe/Rome").unwrap()
}

fn jiff_instant(day: Day, minute: u16) -> i64 {
    let time = date(day).at(0, 0, 0, 0).checked_add(Span::new().minutes(i64::from(minute))).unwrap();
    zone().to_timestamp(time).unwrap().as_second()
}

#[test]
fn the_zone_of_rome_is_compiled_in() {
    // No summer time in 1960: the rule that would stand in for a missing zone does not know that.
    assert_eq!(rome::instant(day("1960-07-01"), 12 * 60), jiff_instant(day("1960-07-01"), 11 * 60 + 60));
    assert_eq!(rome::instant(day("1960-07-01"), 12 * 60).rem_euclid(86_400), 11 * 3_600);
    assert_eq!(rome::instant(day("2024-07-01"), 12 * 60).rem_euclid(86_400), 10 * 3_600);
}

#[test]
fn every_minute_around_a_change_of_clock_is_the_instant_jiff_says() {
    let sundays = |year: i32, month: u32| {
        let last = Day::new(year, month, 31).unwrap();
        last.add_days(-(date(last).weekday().to_sunday_zero_offset() as i32))
    };
    for year in 2015..=2035 {
        for (month, hours) in [(3, 23), (10, 25)] {
            let change = sundays(year, month);
            assert_eq!(rome::instant(change.add_days(1), 0) - rome::instant(change, 0), hours * 3_600, "{change}");
            for day in [change.add_days(-1), change, change.add_days(1)] {
                for minute in 0..1440 {
                    let instant = rome::instant(day, minute);
                    assert_eq!(instant, jiff_instant(day, minute), "{day} {minute}");
                    let skipped = month == 3 && day == change && (120..180).contains(&minute);
                    let back = if skipped { (day, minute + 60) } else { (day, minute) };
                    assert_eq!(rome::today(instant), back, "{day} {minute}");
                    assert_eq!(rome::today(instant + 59), back, "{day} {minute}");
                }
            }
        }
    }
    assert_eq!(rome::instant(day("2024-05-02"), 5000), rome::instant(day("2024-05-02"), 1439));
}

#[test]
fn today_is_the_day_in_rome_also_where_utc_is_still_on_the_day_before() {
    let utc = |text: &str| text.parse::<Timestamp>().unwrap().as_second();
    assert_eq!(rome::today(utc("2024-02-28T22:59:59Z")), (day("2024-02-28"), 1439));
    assert_eq!(rome::today(utc("2024-02-28T23:00:00Z")), (day("2024-02-29"), 0));
    assert_eq!(rome::today(utc("2024-06-30T21:59:59Z")), (day("2024-06-30"), 1439));
    assert_eq!(rome::today(utc("2024-06-30T22:00:00Z")), (day("2024-07-01"), 0));
    assert_eq!(rome::today(i64::MIN), (Day::MIN, 0));
    assert_eq!(rome::today(i64::MAX), (Day::MAX, 1439));
    assert_eq!(rome::today(utc("2300-01-01T00:00:00Z")), (Day::MAX, 1439));
    assert_eq!(rome::today(utc("1800-01-01T00:00:00Z")), (Day::MIN, 0));
    assert_eq!(rome::today(rome::instant(Day::MIN, 0)), (Day::MIN, 0));
    assert_eq!(rome::today(rome::instant(Day::MAX, 1439)), (Day::MAX, 1439));
}

#[test]
fn whole_days_begin_and_end_at_their_extreme_minutes() {
    for day in days("1900-01-01", "2199-12-31").filter(|day| day.number() % 7 == 3 || day.ymd().0 < 1981) {
        let (first, last) = (rome::instant(day, 0), rome::instant(day, 1439));
        for minute in (0..1440).step_by(20) {
            assert!((first..=last).contains(&rome::instant(day, minute)), "{day} {minute}");
        }
    }
}

#[test]
fn hours_are_counted_on_the_clock_of_the_world_not_on_the_wall() {
    let (before, change) = (day("2024-03-30"), day("2024-03-31"));
    // From 10:00 to 11:00 of the next day, 24 hours: one was skipped.
    assert_eq!(within_hours((before, Some(600)), (change, Some(660)), 24), Some(true));
    assert_eq!(within_hours((before, Some(600)), (change, Some(661)), 24), Some(false));
    assert_eq!(at_least_hours((before, Some(600)), (change, Some(600)), 24), Some(false));
    assert_eq!(at_least_hours((before, Some(600)), (change, Some(660)), 24), Some(true));
    let (before, change) = (day("2024-10-26"), day("2024-10-27"));
    assert_eq!(within_hours((before, Some(600)), (change, Some(540)), 24), Some(true));
    assert_eq!(within_hours((before, Some(600)), (change, Some(541)), 24), Some(false));
    // Before the base is in time, and is not late enough.
    assert_eq!(within_hours((change, Some(600)), (before, Some(600)), 1), Some(true));
    assert_eq!(at_least_hours((change, Some(600)), (before, Some(600)), 1), Some(false));
}

#[test]
fn a_missing_time_is_any_minute_of_the_day() {
    let (second, third, fourth) = (day("2024-05-02"), day("2024-05-03"), day("2024-05-04"));
    assert_eq!(within_hours((second, Some(600)), (second, None), 24), Some(true));
    assert_eq!(within_hours((second, Some(600)), (third, None), 24), None);
    assert_eq!(within_hours((second, Some(0)), (third, None), 24), None);
    assert_eq!(within_hours((second, Some(600)), (fourth, None), 24), Some(false));
    assert_eq!(within_hours((second, None), (third, Some(0)), 24), Some(true));
    assert_eq!(within_hours((second, None), (third, Some(1)), 24), None);
    assert_eq!(within_hours((second, None), (fourth, None), 24), Some(false));
    assert_eq!(within_hours((second, None), (third, None), 24), None);
    assert_eq!(at_least_hours((second, None), (third, None), 24), None);
    assert_eq!(at_least_hours((second, None), (third, Some(0)), 24), None);
    assert_eq!(at_least_hours((second, None), (second, Some(1439)), 24), Some(false));
    assert_eq!(at_least_hours((second, None), (fourth, None), 24), Some(true));
    assert_eq!(at_least_hours((second, None), (second, None), 24), Some(false));

    let minute = || option::of(0_u16..1440);
    let cases = (any_day("2024-03-25", "2024-04-05"), -2..5, minute(), minute(), 0_u32..100);
    check("hours", 300, &cases, |(base, after, from, to, hours)| {
        let target = base.add_days(after);
        let every = |minute: Option<u16>| minute.map_or(0..=1439, |minute| minute..=minute);
        // Every tenth minute and the ends: the extremes decide.
        let some = |minute| every(minute).filter(move |m| minute.is_some() || m % 10 == 0 || *m == 1439);
        let (mut within, mut at_least) = (BTreeSet::new(), BTreeSet::new());
        for from in some(from) {
            let limit = jiff_instant(base, from) + i64::from(hours) * 3_600;
            for to in [some(to).min(), some(to).max()].into_iter().flatten() {
                within.insert(jiff_instant(target, to) <= limit);
                at_least.insert(jiff_instant(target, to) >= limit);
            }
        }
        let agreed = |answers: BTreeSet<bool>| if answers.len() == 1 { answers.first().copied() } else { None };
        prop_assert_eq!(within_hours((base, from), (target, to), hours), agreed(within));
        prop_assert_eq!(at_least_hours((base, from), (target, to), hours), agreed(at_least));
        Ok(())
    });
}

/// One line that sums up many answers; also run by the test below in other time zones.
#[test]
fn sum_of_answers() {
    let calendar = national();
    let mut sum = 0_u64;
    let mut add = |number: i64| sum = (sum ^ number.cast_unsigned()).wrapping_mul(0x0100_0000_01b3).rotate_left(5);
    for day in days("2015-01-01", "2035-12-31") {
        add(rome::instant(day, 150));
        let (today, minute) = rome::today(i64::from(day.number()) * 86_400 - 1_800);
        add(i64::from(today.number()) + i64::from(minute));
        for text in ["30 giorni", "10 giorni lavorativi", "1 mese"] {
            if let Ok(Due::On(due)) = due_day(&calendar, day, length(text), true, &[]) {
                add(i64::from(due.number()));
            }
        }
    }
    println!("sum of answers: {sum}");
}

#[test]
fn answers_do_not_depend_on_the_time_zone_of_the_machine() {
    let sum_in = |zone: &str| {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["calendar::clock::sum_of_answers", "--exact", "--nocapture"])
            .env("TZ", zone)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().find_map(|line| line.split_once("sum of answers: ").map(|(_, sum)| sum.to_owned())).unwrap()
    };
    let sum = sum_in("UTC");
    for zone in ["Europe/Rome", "Pacific/Apia", "America/Los_Angeles", "not/a-zone"] {
        assert_eq!(sum_in(zone), sum, "{zone}");
    }
}
