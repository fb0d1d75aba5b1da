// SPDX-License-Identifier: EUPL-1.2
//! A calendar as programs read it (iCalendar, RFC 5545): all-day entries for terms, entries with an hour of Rome for
//! appointments. It never asks what time it is.

use crate::calendar::Day;
use crate::engine::Minute;

/// An entry of the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Always the same for the same thing: programs put the new text in the place of the old.
    pub uid: String,
    /// Never less than before, for the same thing.
    pub sequence: u32,
    pub on: Day,
    /// None: the whole day.
    pub at: Option<Minute>,
    pub summary: String,
    pub description: String,
    pub url: String,
}

/// Octets of one line, its end apart (RFC 5545, 3.1).
const LINE: usize = 75;

/// The rule of Rome's clock since 1996 (directive 2000/84/EC): it serves days to come.
const ROME: [&str; 17] = [
    "BEGIN:VTIMEZONE",
    "TZID:Europe/Rome",
    "BEGIN:DAYLIGHT",
    "DTSTART:19960331T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "TZNAME:CEST",
    "END:DAYLIGHT",
    "BEGIN:STANDARD",
    "DTSTART:19961027T030000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "TZNAME:CET",
    "END:STANDARD",
    "END:VTIMEZONE",
];

/// The whole calendar, as it stood at an instant in milliseconds from 1970-01-01T00:00:00Z.
pub fn calendar(name: &str, now: i64, entries: &[Entry]) -> String {
    let mut text = String::with_capacity(512 + entries.len() * 400);
    let mut line = |words: &str| fold(&mut text, words);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line("PRODID:-//lepre//scadenzario//IT");
    line("CALSCALE:GREGORIAN");
    line(&format!("X-WR-CALNAME:{}", escaped(name)));
    line("X-WR-TIMEZONE:Europe/Rome");
    line("REFRESH-INTERVAL;VALUE=DURATION:PT1H");
    ROME.iter().for_each(|words| line(words));
    let stamp = utc(now);
    for entry in entries {
        line("BEGIN:VEVENT");
        line(&format!("UID:{}", escaped(&entry.uid)));
        line(&format!("DTSTAMP:{stamp}"));
        line(&format!("SEQUENCE:{}", entry.sequence));
        match entry.at {
            Some(at) => line(&format!(
                "DTSTART;TZID=Europe/Rome:{}T{:02}{:02}00",
                date(entry.on),
                at.minutes() / 60,
                at.minutes() % 60
            )),
            None => {
                line(&format!("DTSTART;VALUE=DATE:{}", date(entry.on)));
                line(&format!("DTEND;VALUE=DATE:{}", date(entry.on.add_days(1))));
                line("TRANSP:TRANSPARENT");
            }
        }
        line(&format!("SUMMARY:{}", escaped(&entry.summary)));
        line(&format!("DESCRIPTION:{}", escaped(&entry.description)));
        line(&format!("URL:{}", entry.url.replace(['\r', '\n'], "")));
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    text
}

/// Writes one line, broken where it is too long, never inside a character.
fn fold(text: &mut String, words: &str) {
    let mut width = 0;
    for letter in words.chars() {
        if width + letter.len_utf8() > LINE {
            text.push_str("\r\n ");
            width = 1;
        }
        text.push(letter);
        width += letter.len_utf8();
    }
    text.push_str("\r\n");
}

/// A text as a value: what would end it or part it is marked (RFC 5545, 3.3.11).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            other if other.is_control() => {}
            other => out.push(other),
        }
    }
    out
}

fn date(day: Day) -> String {
    let (year, month, day) = day.ymd();
    format!("{year:04}{month:02}{day:02}")
}

fn utc(now: i64) -> String {
    let seconds = now.div_euclid(1_000);
    let day = i32::try_from(seconds.div_euclid(86_400)).ok().and_then(Day::from_number).unwrap_or(Day::MIN);
    let left = seconds.rem_euclid(86_400);
    format!("{}T{:02}{:02}{:02}Z", date(day), left / 3_600, left / 60 % 60, left % 60)
}

#[cfg(test)]
mod tests {
    use super::{Entry, calendar, fold};
    use crate::calendar::Day;
    use crate::engine::Minute;

    fn entry(on: &str, at: Option<u16>, summary: &str) -> Entry {
        Entry {
            uid: "termine-1@lepre".into(),
            sequence: 3,
            on: on.parse::<Day>().unwrap(),
            at: at.and_then(Minute::new),
            summary: summary.into(),
            description: String::new(),
            url: "https://lepre.example/pratiche/1".into(),
        }
    }

    #[test]
    fn lines_end_as_the_norm_wants_and_none_is_longer_than_75_octets() {
        let long = "perché ".repeat(40);
        let text = calendar("Sede; di prova, Torino", 1_767_225_600_000, &[entry("2026-02-28", None, &long)]);
        assert!(text.ends_with("END:VCALENDAR\r\n"));
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        let unfolded = text.replace("\r\n ", "");
        assert!(unfolded.contains(&format!("SUMMARY:{long}")));
        assert!(unfolded.contains("X-WR-CALNAME:Sede\\; di prova\\, Torino"));
        assert!(unfolded.contains("DTSTAMP:20260101T000000Z"));
    }

    #[test]
    fn a_term_takes_the_whole_day_and_an_appointment_an_hour_of_rome() {
        let text = calendar("s", 0, &[entry("2026-02-28", None, "a"), entry("2026-10-25", Some(570), "b\nc\\d")]);
        assert!(text.contains("DTSTART;VALUE=DATE:20260228\r\nDTEND;VALUE=DATE:20260301\r\n"));
        assert!(text.contains("DTSTART;TZID=Europe/Rome:20261025T093000\r\n"));
        assert!(text.contains("SUMMARY:b\\nc\\\\d\r\n"));
    }

    #[test]
    fn a_line_is_never_broken_inside_a_character() {
        for before in 70..76 {
            let mut text = String::new();
            fold(&mut text, &format!("{}è€😀è", "x".repeat(before)));
            assert!(text.split("\r\n").all(|line| line.len() <= 75));
            assert_eq!(text.replace("\r\n ", "").trim_end(), format!("{}è€😀è", "x".repeat(before)));
        }
    }
}
