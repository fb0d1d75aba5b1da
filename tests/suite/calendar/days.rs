// SPDX-License-Identifier: EUPL-1.2
//! Days, months and weekdays, against jiff; and how days and lengths are written.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use lepre::calendar::{Day, DayError, Length, MonthEnd, Unit, Weekday};

use super::{date, day, days, length};

#[test]
fn every_day_of_three_centuries_is_the_day_jiff_says() {
    let mut date = Date::constant(1900, 1, 1);
    let first = TimeZone::UTC.to_datetime(Timestamp::UNIX_EPOCH).date();
    for number in Day::MIN.number()..=Day::MAX.number() {
        let day = Day::from_number(number).unwrap();
        let (year, month, of_month) = day.ymd();
        assert_eq!(date.duration_since(first).as_hours() / 24, i64::from(number));
        assert_eq!((i32::from(date.year()), i32::from(date.month()), i32::from(date.day())), {
            (year, month.cast_signed(), of_month.cast_signed())
        });
        assert_eq!(Day::new(year, month, of_month), Some(day));
        let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap();
        assert_eq!(day.weekday(), Weekday::ALL[weekday]);
        let text = date.to_string();
        assert_eq!(day.to_string(), text);
        assert_eq!(text.parse(), Ok(day));
        date = date.tomorrow().unwrap();
    }
    assert_eq!(date, Date::constant(2200, 1, 1));
}

#[test]
fn a_day_that_does_not_exist_cannot_be_named() {
    for year in 1895..2205 {
        for month in 0..=14 {
            for of_month in 0..=33 {
                let real = Date::new(
                    i16::try_from(year).unwrap(),
                    i8::try_from(month).unwrap(),
                    i8::try_from(of_month).unwrap(),
                );
                let expected = real.is_ok() && (1900..=2199).contains(&year);
                assert_eq!(Day::new(year, month, of_month).is_some(), expected, "{year}-{month}-{of_month}");
            }
        }
    }
    assert_eq!(Day::from_number(Day::MIN.number() - 1), None);
    assert_eq!(Day::from_number(Day::MAX.number() + 1), None);
    assert_eq!(Day::MIN, day("1900-01-01"));
    assert_eq!(Day::MAX, day("2199-12-31"));
}

#[test]
fn a_date_is_written_in_one_way_only() {
    let forms = [
        "",
        "2024-5-02",
        "2024-05-2",
        "24-05-02",
        "2024/05/02",
        "02-05-2024",
        " 2024-05-02",
        "2024-05-02 ",
        "+024-05-02",
        "2024-05-02T00:00",
        "2024-0５-02",
        "20240502",
        "2024-05--2",
        "-024-05-02",
    ];
    for text in forms {
        assert_eq!(text.parse::<Day>(), Err(DayError::Form(text.into())), "{text}");
    }
    let message = |text: &str| text.parse::<Day>().unwrap_err().to_string();
    assert_eq!(message("2/5/2024"), "`2/5/2024` non è una data: si scrive `AAAA-MM-GG`, per esempio `2024-05-02`");
    assert_eq!(message("2023-02-29"), "`2023-02-29` non esiste nel calendario");
    assert_eq!(message("1899-12-31"), "`1899-12-31` è fuori dagli anni ammessi, dal 1900 al 2199");
    assert_eq!(serde_json::to_string(&day("2024-02-29")).unwrap(), "\"2024-02-29\"");
    assert_eq!(serde_json::from_str::<Day>("\"2024-02-29\"").unwrap(), day("2024-02-29"));
    let refused = serde_json::from_str::<Day>("\"2023-02-29\"").unwrap_err().to_string();
    assert!(refused.starts_with("`2023-02-29` non esiste nel calendario"), "{refused}");
    assert!(serde_json::from_str::<Day>("19000").is_err());
}

#[test]
fn days_are_added_one_by_one_and_stop_at_the_ends() {
    let start = day("2023-12-30");
    assert_eq!(start.add_days(3), day("2024-01-02"));
    assert_eq!(start.add_days(-364), day("2022-12-31"));
    assert_eq!(start.add_days(i32::MAX), Day::MAX);
    assert_eq!(start.add_days(i32::MIN), Day::MIN);
    assert_eq!(start.checked_add_days(i32::MAX), None);
    assert_eq!(Day::MAX.checked_add_days(1), None);
    assert_eq!(Day::MAX.checked_add_days(0), Some(Day::MAX));
}

#[test]
fn months_are_added_as_jiff_adds_them_from_every_day_of_five_years() {
    for start in days("2023-01-01", "2027-12-31") {
        for months in -30..=60 {
            let expected = date(start).checked_add(Span::new().months(months)).unwrap().to_string();
            assert_eq!(start.add_months(months, MonthEnd::LastDay), day(&expected), "{start} {months}");
        }
    }
    assert_eq!(day("2024-01-31").add_months(1, MonthEnd::LastDay), day("2024-02-29"));
    assert_eq!(day("2023-01-31").add_months(1, MonthEnd::LastDay), day("2023-02-28"));
    assert_eq!(day("2024-02-29").add_months(12, MonthEnd::LastDay), day("2025-02-28"));
    assert_eq!(day("2024-08-31").add_months(6, MonthEnd::LastDay), day("2025-02-28"));
    assert_eq!(day("2024-01-31").add_months(i32::MAX, MonthEnd::LastDay), Day::MAX);
    assert_eq!(day("2024-01-31").add_months(i32::MIN, MonthEnd::LastDay), Day::MIN);
    assert_eq!(day("2199-12-01").checked_add_months(1, MonthEnd::LastDay), None);
    assert_eq!(day("1900-01-01").checked_add_months(-1, MonthEnd::LastDay), None);
}

#[test]
fn weekdays_are_read_and_written_in_italian() {
    let names = ["lunedi", "martedi", "mercoledi", "giovedi", "venerdi", "sabato", "domenica"];
    for (weekday, name) in Weekday::ALL.into_iter().zip(names) {
        assert_eq!(weekday.to_string(), name);
        assert_eq!(name.parse(), Ok(weekday));
        let json = serde_json::to_string(&weekday).unwrap();
        assert_eq!(json, format!("\"{name}\""));
        assert_eq!(serde_json::from_str::<Weekday>(&json).unwrap(), weekday);
    }
    assert_eq!(
        "lunedì".parse::<Weekday>().unwrap_err().to_string(),
        "`lunedì` non è un giorno della settimana: si scrive `lunedi`, `martedi`, `mercoledi`, `giovedi`, `venerdi`, \
         `sabato` o `domenica`"
    );
}

#[test]
fn lengths_are_read_and_written_in_italian() {
    let forms = [
        ("1 giorno", 1, Unit::Days),
        ("30 giorni", 30, Unit::Days),
        ("1 giorno lavorativo", 1, Unit::WorkingDays),
        ("10 giorni lavorativi", 10, Unit::WorkingDays),
        ("1 mese", 1, Unit::Months),
        ("2 mesi", 2, Unit::Months),
        ("1 ora", 1, Unit::Hours),
        ("9999 ore", 9999, Unit::Hours),
    ];
    for (text, count, unit) in forms {
        assert_eq!(text.parse(), Ok(Length { count, unit }));
        assert_eq!(Length { count, unit }.to_string(), text);
        let json = serde_json::to_string(&length(text)).unwrap();
        assert_eq!(json, format!("\"{text}\""));
        assert_eq!(serde_json::from_str::<Length>(&json).unwrap(), length(text));
        assert_eq!(unit.plural().parse(), Ok(unit));
    }
    let wrong = [
        "",
        "30",
        "giorni",
        "30giorni",
        "30  giorni",
        " 30 giorni",
        "30 giorni ",
        "1 giorni",
        "30 giorno",
        "0 giorni",
        "030 giorni",
        "10000 giorni",
        "-3 giorni",
        "+3 giorni",
        "3,5 giorni",
        "P30D",
        "30 days",
        "30 Giorni",
        "1 ore",
        "2 settimane",
        "10 giorni  lavorativi",
        "99999999999 ore",
    ];
    for text in wrong {
        assert!(text.parse::<Length>().is_err(), "{text}");
    }
    assert_eq!(
        "30 gg".parse::<Length>().unwrap_err().to_string(),
        "`30 gg` non è una durata: si scrive `1 giorno`, `30 giorni`, `1 giorno lavorativo`, `10 giorni lavorativi`, \
         `1 mese`, `2 mesi`, `1 ora` o `24 ore`, con un numero da 1 a 9999"
    );
    assert_eq!(Length::new(0, Unit::Days), None);
    assert_eq!(Length::new(10_000, Unit::Days), None);
    assert!("giorno".parse::<Unit>().is_err());
}
