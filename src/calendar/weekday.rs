// SPDX-License-Identifier: EUPL-1.2
//! The seven days of the week, by their Italian names without accents.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::written;

/// A day of the week; weeks begin on Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// Monday first.
    pub const ALL: [Self; 7] =
        [Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday];

    /// `lunedi` … `domenica`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Monday => "lunedi",
            Self::Tuesday => "martedi",
            Self::Wednesday => "mercoledi",
            Self::Thursday => "giovedi",
            Self::Friday => "venerdi",
            Self::Saturday => "sabato",
            Self::Sunday => "domenica",
        }
    }

    /// One bit out of seven, for sets of weekdays.
    pub(super) const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Weekday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The text is not the name of a weekday.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` non è un giorno della settimana: si scrive `lunedi`, `martedi`, `mercoledi`, `giovedi`, `venerdi`, `sabato` o `domenica`"
)]
pub struct WeekdayError(Box<str>);

impl FromStr for Weekday {
    type Err = WeekdayError;

    fn from_str(text: &str) -> Result<Self, WeekdayError> {
        Self::ALL.into_iter().find(|weekday| weekday.name() == text).ok_or_else(|| WeekdayError(text.into()))
    }
}

impl Serialize for Weekday {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Weekday {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        written::read(deserializer, "un giorno della settimana, da `lunedi` a `domenica`")
    }
}
