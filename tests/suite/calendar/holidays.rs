// SPDX-License-Identifier: EUPL-1.2
//! Holidays and working days, one by one; and how the rules are written.

use lepre::calendar::{
    Calendar, CalendarError, CalendarRules, Day, Due, HolidayDate, HolidayRule, RulesError, Weekday, due_day, easter,
};

use super::{
    day, days, gauss, holiday, length, naive_holiday, naive_next_working, naive_working, national, national_rules,
};

#[test]
fn easter_falls_where_gauss_puts_it() {
    for year in 1900..=2199 {
        let easter = easter(year).unwrap();
        let (month, of_month) = gauss(year);
        assert_eq!(easter.ymd(), (year, month, of_month));
        assert_eq!(easter.weekday(), Weekday::Sunday);
    }
    for known in ["1943-04-25", "2008-03-23", "2011-04-24", "2024-03-31", "2025-04-20", "2026-04-05", "2038-04-25"] {
        assert_eq!(easter(day(known).ymd().0), Some(day(known)));
    }
    assert_eq!(easter(1899), None);
    assert_eq!(easter(2200), None);
}

#[test]
fn holidays_and_working_days_of_2015_2035_are_those_of_the_naive_judge() {
    let calendar = national();
    for year in 2015..=2035 {
        let (mut holidays, mut expected) = (0, 0);
        for at in days(&format!("{year}-01-01"), &format!("{year}-12-31")) {
            assert_eq!(calendar.is_holiday(at), Ok(naive_holiday(at)), "{at}");
            assert_eq!(calendar.is_working_day(at), Ok(naive_working(at)), "{at}");
            assert_eq!(calendar.holiday_name(at).is_some(), naive_holiday(at), "{at}");
            assert_eq!(calendar.next_working_day(at), Ok(naive_next_working(at)), "{at}");
            holidays += u32::from(calendar.is_holiday(at).unwrap());
            expected += u32::from(naive_holiday(at));
        }
        assert_eq!(holidays, expected, "{year}");
    }
}

#[test]
fn the_holidays_of_2024_and_the_change_of_2026() {
    let calendar = national();
    let of_year = |year: i32| {
        let sundays = days(&format!("{year}-01-01"), &format!("{year}-12-31"));
        sundays.filter(|day| calendar.is_holiday(*day).unwrap() && day.weekday() != Weekday::Sunday).count()
    };
    // 2024: of the eleven only 2 June and 8 December are Sundays.
    assert_eq!(of_year(2024), 9);
    // 2028: 4 October is a Wednesday.
    assert_eq!(calendar.holiday_name(day("2025-10-04")), None);
    assert_eq!(calendar.is_holiday(day("2025-10-04")), Ok(false));
    assert_eq!(calendar.holiday_name(day("2028-10-04")), Some("San Francesco"));
    assert_eq!(calendar.holiday_name(day("2024-04-01")), Some("Lunedì dell'Angelo"));
    assert_eq!(calendar.holiday_name(day("2024-06-02")), Some("Festa della Repubblica"));
    assert_eq!(calendar.holiday_name(day("2024-06-09")), Some("domenica"));
    assert_eq!(calendar.holiday_name(day("2024-06-08")), None);
    // 25 April 2011 was Easter Monday: the first rule gives the name.
    assert_eq!(calendar.holiday_name(day("2011-04-25")), Some("Lunedì dell'Angelo"));
}

#[test]
fn a_rule_is_law_from_its_first_day_to_its_last() {
    let mut rules = national_rules();
    let on = HolidayDate::Fixed { month: 2, day: 29 };
    rules.holidays = vec![HolidayRule {
        id: "bisestile".to_owned(),
        name: "Bisestile".to_owned(),
        on,
        from: Some(day("2008-02-29")),
        to: Some(day("2016-02-28")),
    }];
    let calendar = Calendar::new(rules).unwrap();
    let named = |text: &str| calendar.holiday_name(day(text)) == Some("Bisestile");
    assert_eq!(
        [named("2004-02-29"), named("2008-02-29"), named("2012-02-29"), named("2016-02-29")],
        [false, true, true, false]
    );
    assert_eq!(calendar.is_holiday(day("2008-02-29")), Ok(true));
    assert_eq!(calendar.is_holiday(day("2016-02-29")), Ok(false));
    let mut rules = calendar.rules().clone();
    rules.holidays[0].to = Some(day("2016-02-29"));
    assert_eq!(Calendar::new(rules).unwrap().is_holiday(day("2016-02-29")), Ok(true));
}

#[test]
fn beyond_its_validity_a_calendar_answers_nothing() {
    let calendar = national();
    let (from, to) = (day("2000-01-01"), day("2099-12-31"));
    for beyond in [Day::MIN, day("1999-12-31"), day("2100-01-01"), Day::MAX] {
        let error = CalendarError::OutOfRange { day: beyond, from, to };
        assert_eq!(calendar.is_holiday(beyond), Err(error.clone()));
        assert_eq!(calendar.is_working_day(beyond), Err(error.clone()));
        assert_eq!(calendar.next_working_day(beyond), Err(error));
        assert_eq!(calendar.holiday_name(beyond), None);
    }
    assert!(calendar.is_holiday(from).is_ok() && calendar.is_holiday(to).is_ok());
    assert_eq!(
        calendar.is_holiday(day("2100-01-01")).unwrap_err().to_string(),
        "il calendario delle festività vale dal `2000-01-01` al `2099-12-31` e non dice nulla del `2100-01-01`"
    );
    // A Saturday is the last day known: what comes after it is not guessed.
    let mut rules = national_rules();
    rules.valid_to = day("2024-06-08");
    let calendar = Calendar::new(rules).unwrap();
    let beyond = CalendarError::OutOfRange { day: day("2024-06-09"), from, to: day("2024-06-08") };
    assert_eq!(calendar.next_working_day(day("2024-06-08")), Err(beyond.clone()));
    assert_eq!(due_day(&calendar, day("2024-06-07"), length("1 giorno lavorativo"), true, &[]), Err(beyond.clone()));
    assert_eq!(due_day(&calendar, day("2024-06-07"), length("2 giorni"), true, &[]), Err(beyond));
    assert_eq!(
        due_day(&calendar, day("2024-06-07"), length("2 giorni"), false, &[]),
        Ok(Due::On(day("2024-06-09"))),
        "without roll nothing is asked of the calendar"
    );
}

#[test]
fn a_calendar_may_cover_all_days_and_no_more() {
    let rules = CalendarRules { valid_from: Day::MIN, valid_to: Day::MAX, ..national_rules() };
    let calendar = Calendar::new(rules).unwrap();
    assert_eq!(calendar.is_holiday(Day::MIN), Ok(true));
    assert_eq!(calendar.is_working_day(Day::MAX), Ok(true));
    for one_day in [Day::MIN, day("2024-05-02")] {
        let rules = CalendarRules {
            holidays: vec![],
            working_days: Weekday::ALL.to_vec(),
            weekly_holidays: vec![],
            valid_from: one_day,
            valid_to: one_day,
        };
        assert_eq!(Calendar::new(rules).unwrap().next_working_day(one_day), Ok(one_day));
    }
    for text in ["1 giorno", "1 giorno lavorativo", "1 mese", "9999 giorni", "9999 mesi"] {
        assert_eq!(due_day(&calendar, Day::MAX, length(text), true, &[]), Err(CalendarError::BeyondLastDay), "{text}");
    }
    assert_eq!(
        CalendarError::BeyondLastDay.to_string(),
        "la scadenza va oltre il `2199-12-31`, l'ultimo giorno che si può scrivere"
    );
}

#[test]
fn rules_that_contradict_themselves_are_refused() {
    let refused = |change: &dyn Fn(&mut CalendarRules)| {
        let mut rules = national_rules();
        change(&mut rules);
        match Calendar::new(rules).unwrap_err() {
            CalendarError::Rules(error) => *error,
            other => panic!("{other}"),
        }
    };
    let on = |on| holiday("patrono", "Patrono", on, None);
    assert_eq!(refused(&|rules| rules.working_days.clear()), RulesError::NoWorkingDays);
    assert_eq!(refused(&|rules| rules.weekly_holidays = Weekday::ALL.to_vec()), RulesError::NoWorkingDays);
    assert_eq!(
        refused(&|rules| rules.valid_to = day("1999-12-31")),
        RulesError::Reversed { from: day("2000-01-01"), to: day("1999-12-31") }
    );
    assert_eq!(
        refused(&|rules| rules.holidays.push(national_rules().holidays[3].clone())),
        RulesError::RepeatedHoliday("liberazione".to_owned())
    );
    for (month, day) in [(0, 1), (13, 1), (2, 30), (4, 31), (6, 0)] {
        let date = HolidayDate::Fixed { month, day };
        assert_eq!(refused(&|rules| rules.holidays.push(on(date))), RulesError::NoSuchHoliday("patrono".to_owned()));
    }
    for offset in [-81, 251, i32::MIN, i32::MAX] {
        let date = HolidayDate::Easter { offset };
        assert_eq!(refused(&|rules| rules.holidays.push(on(date))), RulesError::FarFromEaster("patrono".to_owned()));
    }
    assert_eq!(
        refused(&|rules| {
            let date = HolidayDate::Fixed { month: 6, day: 24 };
            let ends = Some(day("2019-12-31"));
            rules.holidays.push(HolidayRule { from: Some(day("2020-01-01")), to: ends, ..on(date) });
        }),
        RulesError::ReversedHoliday("patrono".to_owned())
    );
}

#[test]
fn the_rules_are_written_as_in_the_catalogue() {
    let text = r#"{"giorni_lavorativi":["lunedi","venerdi"],"festivi_settimanali":["domenica"],"festivita":{
        "epifania":{"nome":"Epifania","giorno":"01-06","norma":{"norma":"legge"},"motivo":"non si tiene"},
        "angelo":{"nome":"Lunedì dell'Angelo","giorno":{"pasqua":1}},
        "francesco":{"nome":"San Francesco","giorno":"10-04","vigente":{"dal":"2026-01-01","al":"2050-12-31"}}},
        "valido":{"dal":"2000-01-01","al":"2099-12-31"}}"#;
    let rules: CalendarRules = serde_json::from_str(text).unwrap();
    assert_eq!(rules.working_days, [Weekday::Monday, Weekday::Friday]);
    assert_eq!(rules.holidays[0], holiday("epifania", "Epifania", HolidayDate::Fixed { month: 1, day: 6 }, None));
    assert_eq!(rules.holidays[1].on, HolidayDate::Easter { offset: 1 });
    assert_eq!((rules.holidays[2].from, rules.holidays[2].to), (Some(day("2026-01-01")), Some(day("2050-12-31"))));
    let expected = text.lines().map(str::trim).collect::<String>();
    let expected = expected.replace(r#","norma":{"norma":"legge"},"motivo":"non si tiene""#, "");
    assert_eq!(serde_json::to_string(&rules).unwrap(), expected);

    let rules = national_rules();
    let json = serde_json::to_string(&rules).unwrap();
    assert_eq!(serde_json::from_str::<CalendarRules>(&json).unwrap(), rules);
    for rule in rules.holidays {
        let json = serde_json::to_string(&rule).unwrap();
        assert_eq!(serde_json::from_str::<HolidayRule>(&json).unwrap(), rule);
    }
    for wrong in [
        r#"{"id":"a","nome":"A","giorno":"1-6"}"#,
        r#"{"id":"a","nome":"A","giorno":{"natale":1}}"#,
        r#"{"id":"a","nome":"A","giorno":{"pasqua":1,"natale":1}}"#,
        r#"{"id":"a","nome":"A","giorno":{}}"#,
        r#"{"id":"a","nome":"A","giorno":"01-06","vigore":{}}"#,
        r#"{"id":"a","nome":"A","giorno":"01-06","vigente":{"da":"2026-01-01"}}"#,
        r#"{"nome":"A","giorno":"01-06"}"#,
    ] {
        assert!(serde_json::from_str::<HolidayRule>(wrong).is_err(), "{wrong}");
    }
    let twice = r#"{"giorni_lavorativi":["lunedi"],"festivi_settimanali":[],"festivita":{"a":{"nome":"A","giorno":"01-06"},
        "a":{"nome":"B","giorno":"01-07"}},"valido":{"dal":"2000-01-01","al":"2099-12-31"}}"#;
    let rules: CalendarRules = serde_json::from_str(twice).unwrap();
    assert_eq!(Calendar::new(rules), Err(RulesError::RepeatedHoliday("a".to_owned()).into()));
}

#[test]
fn the_catalogue_may_write_them_in_yaml() {
    let text = "
giorni_lavorativi: [lunedi, martedi, mercoledi, giovedi, venerdi]
festivi_settimanali: [domenica]
festivita:
  epifania:
    nome: Epifania
    giorno: \"01-06\"
    norma: { norma: una-legge, partizione: \"art. 2\" }
  lunedi-dell-angelo:
    nome: Lunedì dell'Angelo
    giorno: { pasqua: 1 }
  san-francesco:
    nome: San Francesco
    giorno: 10-04
    vigente: { dal: 2026-01-01 }
    motivo: dal 2026
valido: { dal: 2000-01-01, al: 2099-12-31 }
";
    let rules: CalendarRules = serde_yaml::from_str(text).unwrap();
    let mut expected = national_rules();
    expected.holidays.retain(|rule| rules.holidays.iter().any(|read| read.id == rule.id));
    assert_eq!(rules, expected);
}
