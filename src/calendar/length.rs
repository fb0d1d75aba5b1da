// SPDX-License-Identifier: EUPL-1.2
//! How long a term is, in the unit the norm counts in. Units never turn into one another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::day::decimal;
use super::written;

/// What a term is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    Days,
    WorkingDays,
    Months,
    Hours,
}

/// A number of units, from 1 to 9999; written `30 giorni`, `10 giorni lavorativi`, `2 mesi`, `24 ore`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Length {
    pub count: u32,
    pub unit: Unit,
}

impl Unit {
    /// In the order of the error messages.
    pub const ALL: [Self; 4] = [Self::Days, Self::WorkingDays, Self::Months, Self::Hours];

    /// `giorno`, `giorno lavorativo`, `mese`, `ora`.
    pub const fn singular(self) -> &'static str {
        match self {
            Self::Days => "giorno",
            Self::WorkingDays => "giorno lavorativo",
            Self::Months => "mese",
            Self::Hours => "ora",
        }
    }

    /// `giorni`, `giorni lavorativi`, `mesi`, `ore`: also how the unit alone is written.
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Days => "giorni",
            Self::WorkingDays => "giorni lavorativi",
            Self::Months => "mesi",
            Self::Hours => "ore",
        }
    }

    const fn counted(self, count: u32) -> &'static str {
        if count == 1 { self.singular() } else { self.plural() }
    }
}

impl Length {
    /// None if the count is not from 1 to 9999.
    pub const fn new(count: u32, unit: Unit) -> Option<Self> {
        if count >= 1 && count <= 9999 { Some(Self { count, unit }) } else { None }
    }

    /// The fewest days it can cover, before any roll.
    pub const fn least_days(self) -> u32 {
        match self.unit {
            Unit::Days | Unit::WorkingDays => self.count,
            Unit::Months => self.count.saturating_mul(28),
            Unit::Hours => self.count / 24,
        }
    }

    /// The most days it can cover, before any roll.
    pub const fn most_days(self) -> u32 {
        match self.unit {
            Unit::Days => self.count,
            // A working day may be far off around holidays; months have at most 31 days.
            Unit::WorkingDays => self.count.saturating_mul(3).saturating_add(10),
            Unit::Months => self.count.saturating_mul(31),
            Unit::Hours => self.count.div_ceil(24),
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.plural())
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.count, self.unit.counted(self.count))
    }
}

/// The text is not a length of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` non è una durata: si scrive `1 giorno`, `30 giorni`, `1 giorno lavorativo`, `10 giorni lavorativi`, `1 mese`, `2 mesi`, `1 ora` o `24 ore`, con un numero da 1 a 9999"
)]
pub struct LengthError(Box<str>);

/// The text is not a unit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` non è un'unità di tempo: si scrive `giorni`, `giorni lavorativi`, `mesi` o `ore`")]
pub struct UnitError(Box<str>);

impl FromStr for Length {
    type Err = LengthError;

    fn from_str(text: &str) -> Result<Self, LengthError> {
        read(text).ok_or_else(|| LengthError(text.into()))
    }
}

fn read(text: &str) -> Option<Length> {
    let (digits, words) = text.split_once(' ')?;
    // One way to write each number: no leading zeros.
    if digits.starts_with('0') || digits.len() > 4 {
        return None;
    }
    let count = decimal(digits.as_bytes())?;
    let unit = Unit::ALL.into_iter().find(|unit| unit.counted(count) == words)?;
    Length::new(count, unit)
}

impl FromStr for Unit {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        Self::ALL.into_iter().find(|unit| unit.plural() == text).ok_or_else(|| UnitError(text.into()))
    }
}

impl Serialize for Length {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        written::read(deserializer, "una durata, per esempio `30 giorni`")
    }
}

impl Serialize for Unit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.plural())
    }
}

impl<'de> Deserialize<'de> for Unit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        written::read(deserializer, "un'unità di tempo, per esempio `giorni`")
    }
}
