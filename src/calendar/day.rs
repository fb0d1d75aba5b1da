// SPDX-License-Identifier: EUPL-1.2
//! The civil day: what the law counts in. Not an instant, and without a time zone.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::weekday::Weekday;
use super::written;

/// A civil day of the Gregorian calendar, from 1900-01-01 to 2199-12-31; written `AAAA-MM-GG`.
///
/// ```
/// use lepre::calendar::{Day, Weekday};
/// let day: Day = "2024-02-29".parse().unwrap();
/// assert_eq!(day.weekday(), Weekday::Thursday);
/// assert_eq!(day.add_days(1).to_string(), "2024-03-01");
/// ```
// Invariant: the number is of a day from MIN to MAX.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// What "N months later" means where the month has no such day: declared, never assumed (cf. art. 2963 c.c.).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MonthEnd {
    /// The last day of that month.
    LastDay,
}

impl Day {
    /// 1900-01-01.
    pub const MIN: Self = Self(number_of(1900, 1, 1));
    /// 2199-12-31.
    pub const MAX: Self = Self(number_of(2199, 12, 31));

    /// The day so called, if there is one from 1900 to 2199.
    #[inline]
    pub const fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        if year < 1900 || year > 2199 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month) {
            return None;
        }
        Some(Self(number_of(year, month, day)))
    }

    /// Days since 1970-01-01, negative before it.
    #[inline]
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The inverse of [`Day::number`], from 1900 to 2199.
    #[inline]
    pub const fn from_number(number: i32) -> Option<Self> {
        if number < Self::MIN.0 || number > Self::MAX.0 { None } else { Some(Self(number)) }
    }

    /// As [`Day::from_number`], but a number out of reach gives the nearest day.
    #[inline]
    pub(super) const fn nearest(number: i64) -> Self {
        if number < Self::MIN.0 as i64 {
            Self::MIN
        } else if number > Self::MAX.0 as i64 {
            Self::MAX
        } else {
            Self(number as i32)
        }
    }

    /// Year, month from 1, day from 1.
    #[inline]
    pub const fn ymd(self) -> (i32, u32, u32) {
        civil_of(self.0)
    }

    #[inline]
    pub const fn weekday(self) -> Weekday {
        // Multiples of 7 are Thursdays, as 1970-01-01 was; the offset keeps the dividend positive.
        match (self.0 + 3 + 70_000) % 7 {
            0 => Weekday::Monday,
            1 => Weekday::Tuesday,
            2 => Weekday::Wednesday,
            3 => Weekday::Thursday,
            4 => Weekday::Friday,
            5 => Weekday::Saturday,
            _ => Weekday::Sunday,
        }
    }

    /// That many days later (earlier if negative); stops at [`Day::MIN`] and [`Day::MAX`].
    #[inline]
    #[must_use]
    pub const fn add_days(self, days: i32) -> Self {
        Self::nearest(self.0 as i64 + days as i64)
    }

    /// That many days later (earlier if negative), if that is a day from 1900 to 2199.
    #[inline]
    pub const fn checked_add_days(self, days: i32) -> Option<Self> {
        match self.0.checked_add(days) {
            Some(number) => Self::from_number(number),
            None => None,
        }
    }

    /// The same day number that many months later; stops at [`Day::MIN`] and [`Day::MAX`].
    ///
    /// ```
    /// use lepre::calendar::{Day, MonthEnd};
    /// let day = Day::new(2024, 1, 31).unwrap();
    /// assert_eq!(day.add_months(1, MonthEnd::LastDay), Day::new(2024, 2, 29).unwrap());
    /// ```
    #[must_use]
    pub const fn add_months(self, months: i32, month_end: MonthEnd) -> Self {
        match self.checked_add_months(months, month_end) {
            Some(day) => day,
            None if months < 0 => Self::MIN,
            None => Self::MAX,
        }
    }

    /// The same day number that many months later, if that is a day from 1900 to 2199.
    #[inline]
    pub const fn checked_add_months(self, months: i32, month_end: MonthEnd) -> Option<Self> {
        let (year, month, day) = self.ymd();
        let counted = (year * 12 + month as i32 - 1).saturating_add(months);
        if counted < 1900 * 12 || counted >= 2200 * 12 {
            return None;
        }
        let (year, month) = (counted / 12, (counted % 12) as u32 + 1);
        let last = days_in_month(year, month);
        match month_end {
            MonthEnd::LastDay => Some(Self(number_of(year, month, if day < last { day } else { last }))),
        }
    }
}

#[inline]
const fn days_in_month(year: i32, month: u32) -> u32 {
    if month == 2 {
        return 28 + is_leap(year) as u32;
    }
    // 31 for odd months up to July and for even months from August.
    30 | (month ^ (month >> 3))
}

#[inline]
const fn is_leap(year: i32) -> bool {
    // A multiple of 100 is a multiple of 400 if it is one of 16.
    year & (if year % 100 == 0 { 15 } else { 3 }) == 0
}

/// From 0000-03-01 to 1970-01-01. Years are counted from March, so that the leap day is the last of its year.
const SHIFT: i32 = 719_468;

#[inline]
const fn number_of(year: i32, month: u32, day: u32) -> i32 {
    let before_march = month <= 2;
    let year = (year - before_march as i32) as u32;
    let month = if before_march { month + 9 } else { month - 3 };
    let century = year / 100;
    (year * 1_461 / 4 - century + century / 4 + (153 * month + 2) / 5 + day) as i32 - 1 - SHIFT
}

/// Neri and Schneider, "Euclidean affine functions and their application to calendar algorithms" (2022):
/// multiplications and shifts in the place of divisions.
#[inline]
const fn civil_of(number: i32) -> (i32, u32, u32) {
    let from_century = 4 * (number + SHIFT) as u32 + 3;
    let century = from_century / 146_097;
    let from_year = (from_century % 146_097 / 4) * 4 + 3;
    let product = 2_939_745 * from_year as u64;
    let year_of_century = (product >> 32) as u32;
    let day_of_year = (product & 0xFFFF_FFFF) as u32 / 2_939_745 / 4;
    let from_month = 2_141 * day_of_year + 197_913;
    let next_year = day_of_year >= 306;
    let month = (from_month >> 16) - if next_year { 12 } else { 0 };
    let day = (from_month & 0xFFFF) / 2_141 + 1;
    ((100 * century + year_of_century) as i32 + next_year as i32, month, day)
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// The text is not a day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DayError {
    #[error("`{0}` non è una data: si scrive `AAAA-MM-GG`, per esempio `2024-05-02`")]
    Form(Box<str>),
    #[error("`{0}` non esiste nel calendario")]
    NoSuchDay(Box<str>),
    #[error("`{0}` è fuori dagli anni ammessi, dal 1900 al 2199")]
    Year(Box<str>),
}

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else {
            return Err(DayError::Form(text.into()));
        };
        let (Some(year), Some(month), Some(day)) = (decimal(&[y1, y2, y3, y4]), decimal(&[m1, m2]), decimal(&[d1, d2]))
        else {
            return Err(DayError::Form(text.into()));
        };
        let year = year.cast_signed();
        if let Some(day) = Self::new(year, month, day) {
            Ok(day)
        } else if (1900..=2199).contains(&year) {
            Err(DayError::NoSuchDay(text.into()))
        } else {
            Err(DayError::Year(text.into()))
        }
    }
}

/// Digits only, few enough not to overflow.
pub(super) fn decimal(digits: &[u8]) -> Option<u32> {
    digits
        .iter()
        .try_fold(0, |number: u32, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')))
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        written::read(deserializer, "una data `AAAA-MM-GG`")
    }
}
