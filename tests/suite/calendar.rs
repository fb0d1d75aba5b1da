// SPDX-License-Identifier: EUPL-1.2
//! The calendar against slower and simpler ways to know the same things.
//!
//! Random tests print their seed; `PROPTEST_RNG_SEED=<seed>` replays them.

mod clock;
mod days;
mod holidays;
mod terms;

use std::hash::{BuildHasher, RandomState};

use jiff::Span;
use jiff::civil::Date;
use lepre::calendar::{Calendar, CalendarRules, Day, HolidayDate, HolidayRule, Length, Weekday};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};

// The fixture

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn length(text: &str) -> Length {
    text.parse().unwrap()
}

fn holiday(id: &str, name: &str, on: HolidayDate, from: Option<&str>) -> HolidayRule {
    HolidayRule { id: id.to_owned(), name: name.to_owned(), on, from: from.map(day), to: None }
}

fn national_rules() -> CalendarRules {
    let fixed = |month, day| HolidayDate::Fixed { month, day };
    CalendarRules {
        working_days: Weekday::ALL[..5].to_vec(),
        weekly_holidays: vec![Weekday::Sunday],
        holidays: vec![
            holiday("capodanno", "Capodanno", fixed(1, 1), None),
            holiday("epifania", "Epifania", fixed(1, 6), None),
            holiday("lunedi-dell-angelo", "Lunedì dell'Angelo", HolidayDate::Easter { offset: 1 }, None),
            holiday("liberazione", "Liberazione", fixed(4, 25), None),
            holiday("lavoro", "Festa del lavoro", fixed(5, 1), None),
            holiday("repubblica", "Festa della Repubblica", fixed(6, 2), None),
            holiday("assunzione", "Assunzione", fixed(8, 15), None),
            holiday("ognissanti", "Ognissanti", fixed(11, 1), None),
            holiday("immacolata", "Immacolata", fixed(12, 8), None),
            holiday("natale", "Natale", fixed(12, 25), None),
            holiday("santo-stefano", "Santo Stefano", fixed(12, 26), None),
            holiday("san-francesco", "San Francesco", fixed(10, 4), Some("2026-01-01")),
        ],
        valid_from: day("2000-01-01"),
        valid_to: day("2099-12-31"),
    }
}

fn national() -> Calendar {
    Calendar::new(national_rules()).unwrap()
}

// The naive judge: jiff for the dates, Gauss for Easter, one day at a time

fn date(day: Day) -> Date {
    Date::constant(1970, 1, 1).checked_add(Span::new().days(i64::from(day.number()))).unwrap()
}

fn days(from: &str, to: &str) -> impl Iterator<Item = Day> + use<> {
    (day(from).number()..=day(to).number()).filter_map(Day::from_number)
}

/// Easter as month and day: Gauss, with his two exceptions.
fn gauss(year: i32) -> (u32, u32) {
    let (a, b, c, k) = (year % 19, year % 4, year % 7, year / 100);
    let m = (15 - (13 + 8 * k) / 25 + k - k / 4) % 30;
    let n = (4 + k - k / 4) % 7;
    let d = (19 * a + m) % 30;
    let e = (2 * b + 4 * c + 6 * d + n) % 7;
    let april = d + e - 9;
    let april = if (d == 29 && e == 6) || (d == 28 && e == 6 && a > 10) { april - 7 } else { april };
    if april >= 1 { (4, april.cast_unsigned()) } else { (3, (april + 31).cast_unsigned()) }
}

fn naive_holiday(day: Day) -> bool {
    let (date, year) = (date(day), i32::from(date(day).year()));
    let (month, of_month) = (u32::from(date.month().unsigned_abs()), u32::from(date.day().unsigned_abs()));
    let yesterday = date.yesterday().unwrap();
    let easter_monday =
        gauss(year) == (u32::from(yesterday.month().unsigned_abs()), u32::from(yesterday.day().unsigned_abs()));
    let always = [(1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8), (12, 25), (12, 26)];
    date.weekday() == jiff::civil::Weekday::Sunday
        || easter_monday
        || always.contains(&(month, of_month))
        || (year >= 2026 && (month, of_month) == (10, 4))
}

fn naive_working(day: Day) -> bool {
    !naive_holiday(day) && date(day).weekday() != jiff::civil::Weekday::Saturday
}

fn naive_next_working(day: Day) -> Day {
    if naive_working(day) { day } else { naive_next_working(day.add_days(1)) }
}

// Random cases

fn check<S: Strategy>(name: &str, cases: u32, strategy: &S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = Config::default();
    let seed = match config.rng_seed {
        RngSeed::Fixed(seed) => seed,
        RngSeed::Random => RandomState::new().hash_one(name),
    };
    println!("{name}: PROPTEST_RNG_SEED={seed}");
    let config = Config { cases, rng_seed: RngSeed::Fixed(seed), failure_persistence: None, ..config };
    if let Err(failure) = TestRunner::new(config).run(strategy, test) {
        panic!("{name}: PROPTEST_RNG_SEED={seed}\n{failure}");
    }
}

fn any_day(from: &str, to: &str) -> impl Strategy<Value = Day> + use<> {
    (day(from).number()..=day(to).number()).prop_map(|number| Day::from_number(number).unwrap())
}
