// SPDX-License-Identifier: EUPL-1.2
//! When terms end, against a count of one day after the other.

use jiff::Span;
use lepre::calendar::{CalendarError, Day, Due, DueStep, Length, Suspension, Unit, due_day, explain_due};
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::{collection, option, prop_assert, prop_assert_eq};

use super::{any_day, check, date, day, days, length, naive_holiday, naive_next_working, naive_working, national};

fn suspended(day: Day, suspensions: &[Suspension]) -> bool {
    suspensions.iter().any(|s| s.from <= day && s.to.is_none_or(|to| day < to))
}

/// Semantics of the terms, word by word. None = beyond 2099.
fn naive_due(base: Day, length: Length, roll: bool, suspensions: &[Suspension]) -> Option<Due> {
    let last = day("2099-12-31");
    let for_ever = |day: Day| suspensions.iter().any(|s| s.to.is_none() && s.from <= day);
    let end = match length.unit {
        Unit::Days | Unit::WorkingDays => {
            let (mut at, mut counted) = (base, 0);
            while counted < length.count {
                at = at.add_days(1);
                if for_ever(at) {
                    return Some(Due::Suspended { counted, left: length.count - counted });
                }
                if suspended(at, suspensions) {
                    continue;
                }
                if length.unit == Unit::Days {
                    counted += 1;
                } else if at > last {
                    return None;
                } else {
                    counted += u32::from(naive_working(at));
                }
            }
            at
        }
        Unit::Months => {
            let months = Span::new().months(i64::from(length.count));
            let nominal = date(base).checked_add(months).unwrap();
            let nominal = day(&nominal.to_string());
            let mut end = nominal;
            loop {
                let on_the_way = (base.number() + 1..=end.number()).filter_map(Day::from_number);
                if for_ever(end) {
                    let total = nominal.number().abs_diff(base.number());
                    let ran = on_the_way.filter(|day| !suspended(*day, suspensions)).count();
                    let counted = u32::try_from(ran).unwrap();
                    return Some(Due::Suspended { counted, left: total - counted });
                }
                let moved = on_the_way.filter(|day| suspended(*day, suspensions)).count();
                let next = nominal.add_days(i32::try_from(moved).unwrap());
                if next == end {
                    break end;
                }
                end = next;
            }
        }
        Unit::Hours => panic!("hours have no due day"),
    };
    if !roll || length.unit == Unit::WorkingDays {
        return Some(Due::On(end));
    }
    if end > last {
        return None;
    }
    let end = if naive_holiday(end) { naive_next_working(end) } else { end };
    (end <= last).then_some(Due::On(end))
}

fn any_length() -> impl Strategy<Value = Length> {
    prop_oneof![
        4 => (1_u32..=120).prop_map(|count| Length { count, unit: Unit::Days }),
        4 => (1_u32..=90).prop_map(|count| Length { count, unit: Unit::WorkingDays }),
        4 => (1_u32..=24).prop_map(|count| Length { count, unit: Unit::Months }),
        1 => (121_u32..=3000).prop_map(|count| Length { count, unit: Unit::Days }),
        1 => (91_u32..=3000).prop_map(|count| Length { count, unit: Unit::WorkingDays }),
    ]
}

/// Near the base, unsorted, overlapping, sometimes empty, sometimes open.
fn any_suspensions(base: Day) -> impl Strategy<Value = Vec<Suspension>> {
    let one = (-60..200, option::weighted(0.9, -2..60)).prop_map(move |(after, days)| {
        let from = base.add_days(after);
        Suspension { from, to: days.map(|days| from.add_days(days)) }
    });
    collection::vec(one, 0..5)
}

fn any_term() -> impl Strategy<Value = (Day, Length, bool, Vec<Suspension>)> {
    let base = prop_oneof![20 => any_day("2010-01-01", "2060-12-31"), 1 => any_day("2097-01-01", "2099-12-31")];
    base.prop_flat_map(|base| (Just(base), any_length(), any::<bool>(), any_suspensions(base)))
}

#[test]
fn a_term_in_days_from_every_day_of_2015_2035_rolls_over_holidays_only() {
    let calendar = national();
    for base in days("2015-01-01", "2035-12-31") {
        for text in ["1 giorno", "5 giorni", "30 giorni", "60 giorni"] {
            let end = base.add_days(length(text).count.cast_signed());
            let expected = if naive_holiday(end) { naive_next_working(end) } else { end };
            assert_eq!(due_day(&calendar, base, length(text), true, &[]), Ok(Due::On(expected)), "{base} {text}");
            assert_eq!(due_day(&calendar, base, length(text), false, &[]), Ok(Due::On(end)), "{base} {text}");
        }
    }
}

#[test]
fn terms_a_jurist_would_check() {
    let calendar = national();
    let due = |base: &str, text: &str| match due_day(&calendar, day(base), length(text), true, &[]) {
        Ok(Due::On(day)) => day.to_string(),
        other => panic!("{other:?}"),
    };
    // Over Christmas: the 25th and 26th roll, also when a weekend follows.
    assert_eq!(due("2024-12-20", "5 giorni"), "2024-12-27");
    assert_eq!(due("2020-12-20", "5 giorni"), "2020-12-28");
    assert_eq!(due("2024-12-20", "5 giorni lavorativi"), "2024-12-31");
    assert_eq!(due("2024-12-20", "10 giorni lavorativi"), "2025-01-09");
    assert_eq!(due("2024-12-24", "1 giorno lavorativo"), "2024-12-27");
    // A Saturday is not a holiday: it does not roll, and it is not a working day.
    assert_eq!(due("2024-06-06", "2 giorni"), "2024-06-08");
    assert_eq!(due("2024-06-06", "3 giorni"), "2024-06-10");
    assert_eq!(due("2024-06-07", "1 giorno lavorativo"), "2024-06-10");
    // 25 December 2021 was a Saturday: a holiday, and then a Sunday.
    assert_eq!(due("2021-12-24", "1 giorno"), "2021-12-27");
    // Month ends and leap days.
    assert_eq!(due("2024-01-31", "1 mese"), "2024-02-29");
    assert_eq!(due("2023-01-31", "1 mese"), "2023-02-28");
    assert_eq!(due("2024-02-29", "12 mesi"), "2025-02-28");
    assert_eq!(due("2024-10-31", "1 mese"), "2024-11-30");
    assert_eq!(due("2024-02-28", "1 giorno"), "2024-02-29");
    assert_eq!(due("2024-05-02", "1 mese"), "2024-06-03");
    // Easter.
    assert_eq!(due("2024-03-30", "1 giorno"), "2024-04-02");
}

#[test]
fn suspended_days_do_not_count() {
    let calendar = national();
    let at = |from: &str, to: Option<&str>| Suspension { from: day(from), to: to.map(day) };
    let due = |base: &str, text: &str, suspensions: &[Suspension]| {
        due_day(&calendar, day(base), length(text), true, suspensions).unwrap()
    };
    let on = |text: &str| Due::On(day(text));
    // 10 days from 2 May 2024 end on Sunday the 12th, hence on the 13th.
    assert_eq!(due("2024-05-02", "10 giorni", &[]), on("2024-05-13"));
    // The day of resumption counts: the 6th to the 9th are four days.
    assert_eq!(due("2024-05-02", "10 giorni", &[at("2024-05-06", Some("2024-05-10"))]), on("2024-05-16"));
    assert_eq!(due("2024-05-02", "10 giorni", &[at("2024-04-01", Some("2024-05-03"))]), on("2024-05-13"));
    assert_eq!(due("2024-05-02", "10 giorni", &[at("2024-05-13", Some("2024-06-03"))]), on("2024-05-13"));
    assert_eq!(due("2024-05-02", "10 giorni", &[at("2024-05-12", Some("2024-06-03"))]), on("2024-06-03"));
    let open = at("2024-05-06", None);
    assert_eq!(due("2024-05-02", "10 giorni", &[open]), Due::Suspended { counted: 3, left: 7 });
    assert_eq!(due("2024-05-02", "3 giorni", &[open]), on("2024-05-06"), "Sunday the 5th rolls into the suspension");
    assert_eq!(due("2024-05-02", "10 giorni lavorativi", &[open]), Due::Suspended { counted: 1, left: 9 });
    assert_eq!(due("2024-05-02", "1 giorno lavorativo", &[open]), on("2024-05-03"));
    assert_eq!(due("2024-05-02", "2 mesi", &[at("2024-05-10", Some("2024-05-20"))]), on("2024-07-12"));
    assert_eq!(due("2024-05-02", "2 mesi", &[open]), Due::Suspended { counted: 3, left: 58 });
    // Given twice, or out of order, a day is suspended once.
    let overlapping = [at("2024-05-08", Some("2024-05-10")), at("2024-05-06", Some("2024-05-09"))];
    assert_eq!(due("2024-05-02", "10 giorni", &overlapping), on("2024-05-16"));
}

#[test]
fn a_term_ends_on_the_day_the_naive_judge_finds() {
    let calendar = national();
    check("due_day", 20_000, &any_term(), |(base, length, roll, suspensions)| {
        let due = due_day(&calendar, base, length, roll, &suspensions);
        match naive_due(base, length, roll, &suspensions) {
            Some(expected) => prop_assert_eq!(due, Ok(expected)),
            None => prop_assert!(matches!(due, Err(CalendarError::OutOfRange { .. })), "{:?}", due),
        }
        Ok(())
    });
}

#[test]
fn the_explanation_comes_to_the_same_answer_and_its_steps_add_up() {
    let calendar = national();
    check("explain_due", 5_000, &any_term(), |(base, length, roll, suspensions)| {
        let due = due_day(&calendar, base, length, roll, &suspensions);
        let steps = match explain_due(&calendar, base, length, roll, &suspensions) {
            Ok(steps) => steps,
            Err(error) => {
                prop_assert_eq!(due, Err(error));
                return Ok(());
            }
        };
        let due = due.unwrap();
        prop_assert_eq!(steps.first(), Some(&DueStep::Base { day: base }));
        prop_assert_eq!(steps.last(), Some(&DueStep::Due(due)));
        let mut total = length.count;
        let (mut counted, mut reached) = (0, base);
        for step in &steps {
            match step {
                DueStep::Months { days, .. } => total = *days,
                DueStep::Counted { from, to, count, .. } => {
                    prop_assert_eq!(*from, reached.add_days(1));
                    for day in (from.number()..=to.number()).filter_map(Day::from_number) {
                        prop_assert!(!suspended(day, &suspensions));
                    }
                    (counted, reached) = (counted + count, *to);
                }
                DueStep::Skipped { from, to } => {
                    prop_assert_eq!(*from, reached.add_days(1));
                    let still_suspended = matches!(due, Due::Suspended { .. });
                    prop_assert!(to.is_none_or(|to| *from <= to));
                    prop_assert!(to.is_some() || still_suspended);
                    reached = to.unwrap_or(reached);
                }
                DueStep::NotWorked { day, .. } | DueStep::Holiday { day, .. } => prop_assert!(naive_holiday(*day)),
                DueStep::Rolled { to } => prop_assert_eq!(due, Due::On(*to)),
                DueStep::Base { .. } | DueStep::Due(_) => {}
            }
        }
        match due {
            Due::On(_) => prop_assert_eq!(counted, total),
            Due::Suspended { counted: ran, left } => prop_assert_eq!((counted, total), (ran, ran + left)),
        }
        Ok(())
    });
}

#[test]
fn an_explanation_reads_as_a_count_on_the_fingers() {
    let calendar = national();
    let explained = |base: &str, text: &str, suspensions: &[Suspension]| {
        let steps = explain_due(&calendar, day(base), length(text), true, suspensions).unwrap();
        steps.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let suspension = Suspension { from: day("2024-12-10"), to: Some(day("2024-12-15")) };
    assert_eq!(
        explained("2024-12-05", "15 giorni", &[suspension]),
        [
            "si parte dal 2024-12-05, che non si conta",
            "dal 2024-12-06 al 2024-12-09 si contano 4 giorni",
            "dal 2024-12-10 al 2024-12-14 il termine è sospeso",
            "dal 2024-12-15 al 2024-12-25 si contano 11 giorni",
            "il 2024-12-25 (Natale) è festivo",
            "il 2024-12-26 (Santo Stefano) non è lavorativo",
            "il primo giorno lavorativo è il 2024-12-27",
            "il termine scade il 2024-12-27",
        ]
    );
    assert_eq!(
        explained("2024-12-23", "2 giorni lavorativi", &[]),
        [
            "si parte dal 2024-12-23, che non si conta",
            "dal 2024-12-24 al 2024-12-27 si contano 2 giorni lavorativi",
            "il 2024-12-25 (Natale) non è lavorativo",
            "il 2024-12-26 (Santo Stefano) non è lavorativo",
            "il termine scade il 2024-12-27",
        ]
    );
    let open = Suspension { from: day("2024-02-01"), to: None };
    assert_eq!(
        explained("2024-01-31", "1 mese", &[open]),
        [
            "si parte dal 2024-01-31, che non si conta",
            "1 mese finisce il 2024-02-29, 29 giorni dopo",
            "dal 2024-02-01 il termine è sospeso e non è ancora ripreso",
            "il termine è sospeso: contati 0, da contare ancora 29",
        ]
    );
}

#[test]
fn a_later_base_never_makes_a_term_end_sooner_before_the_roll() {
    let calendar = national();
    let due = |base, length, roll| match due_day(&calendar, base, length, roll, &[]) {
        Ok(Due::On(day)) => day,
        other => panic!("{other:?}"),
    };
    check("monotone", 3_000, &(any_day("2010-01-01", "2060-12-31"), any_length()), |(base, length)| {
        prop_assert!(due(base, length, false) <= due(base.add_days(1), length, false));
        Ok(())
    });
    // With it, it may: a holiday on a Friday rolls past the Saturday on which a day later stands.
    assert_eq!(due(day("2020-12-24"), length("8 giorni"), true), day("2021-01-04"));
    assert_eq!(due(day("2020-12-25"), length("8 giorni"), true), day("2021-01-02"));
}

#[test]
fn hours_have_no_due_day() {
    let result = due_day(&national(), day("2024-05-02"), length("24 ore"), true, &[]);
    assert_eq!(result, Err(CalendarError::Hours));
    assert_eq!(explain_due(&national(), day("2024-05-02"), length("24 ore"), true, &[]), Err(CalendarError::Hours));
    assert_eq!(result.unwrap_err().to_string(), "un termine in ore non ha un giorno di scadenza");
}
