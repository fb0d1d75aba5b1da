// SPDX-License-Identifier: EUPL-1.2
//! Civil days of Rome as the instants that other programs want: a day without an hour begins at its midnight.

use std::collections::HashMap;

use crate::calendar::{Day, rome};
use crate::engine::Minute;

/// Days and hours kept, beyond which all are forgotten: a day has only so many.
const KEPT: usize = 100_000;
const SECONDS_IN_DAY: i64 = 86_400;

/// Writes instants, and remembers those it has written: cases share their days.
pub struct Moments {
    write: fn(i64) -> String,
    known: HashMap<(Day, Option<u16>), String>,
}

impl Moments {
    /// As in Rome, with its distance from UTC on that day: `2024-05-02T00:00:00.000+02:00`.
    pub fn in_rome() -> Self {
        Self { write: in_rome, known: HashMap::new() }
    }

    /// In UTC: `2024-05-01T22:00:00Z`.
    pub fn in_utc() -> Self {
        Self { write: in_utc, known: HashMap::new() }
    }

    pub fn of(&mut self, on: Day, time: Option<Minute>) -> &str {
        let key = (on, time.map(Minute::minutes));
        if self.known.len() >= KEPT && !self.known.contains_key(&key) {
            self.known.clear();
        }
        self.known.entry(key).or_insert_with(|| (self.write)(rome::instant(on, key.1.unwrap_or(0))))
    }
}

/// An hour that the clock skips is written as the one that came in its place.
fn in_rome(instant: i64) -> String {
    let (day, minute) = rome::today(instant);
    let ahead = (i64::from(day.number()) * SECONDS_IN_DAY + i64::from(minute) * 60 - instant).div_euclid(60);
    let (sign, distance) = (if ahead < 0 { '-' } else { '+' }, ahead.abs());
    let (hour, minute) = (minute / 60, minute % 60);
    format!("{day}T{hour:02}:{minute:02}:00.000{sign}{:02}:{:02}", distance / 60, distance % 60)
}

fn in_utc(instant: i64) -> String {
    let seconds = instant.rem_euclid(SECONDS_IN_DAY);
    let number = i32::try_from(instant.div_euclid(SECONDS_IN_DAY)).ok();
    let day = number.and_then(Day::from_number).unwrap_or(Day::MIN);
    format!("{day}T{:02}:{:02}:{:02}Z", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}
