// SPDX-License-Identifier: EUPL-1.2
//! Which days are holidays and which weekdays are worked: rules as the catalogue writes them.
//!
//! The holidays themselves are data; only the date of Easter is computed here.

use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::day::{Day, decimal};
use super::error::RulesError;
use super::weekday::Weekday;

/// A calendar as written. Written form: `giorni_lavorativi`, `festivi_settimanali`, `festivita` (a map by id) and
/// `valido: { dal, al }`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "WrittenCalendar", into = "WrittenCalendar")]
pub struct CalendarRules {
    /// Worked unless a holiday.
    pub working_days: Vec<Weekday>,
    /// Holidays of every week.
    pub weekly_holidays: Vec<Weekday>,
    pub holidays: Vec<HolidayRule>,
    /// First day the calendar knows.
    pub valid_from: Day,
    /// Last day the calendar knows.
    pub valid_to: Day,
}

/// A holiday of the year. Written form: `nome`, `giorno` and, if it has not always been or will not always be one,
/// `vigente: { dal, al }`; `norma` and `motivo` are for the reader of the catalogue and are not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WrittenHoliday", into = "WrittenHoliday")]
pub struct HolidayRule {
    pub id: String,
    pub name: String,
    pub on: HolidayDate,
    /// First day on which the rule is law; none = always was.
    pub from: Option<Day>,
    /// Last day on which the rule is law; none = still is.
    pub to: Option<Day>,
}

/// Written `"MM-GG"`, or `{ pasqua: N }` for N days after Easter Sunday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HolidayDate {
    /// On 29 February: in leap years only.
    Fixed { month: u32, day: u32 },
    /// Days after Easter Sunday, negative before it; from -80 to 250.
    Easter { offset: i32 },
}

impl HolidayRule {
    /// The day of that year on which the rule makes a holiday, if it does.
    pub fn day_in(&self, year: i32) -> Option<Day> {
        let day = match self.on {
            HolidayDate::Fixed { month, day } => Day::new(year, month, day)?,
            HolidayDate::Easter { offset } => easter(year)?.checked_add_days(offset)?,
        };
        (self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)).then_some(day)
    }

    pub(super) fn check(&self) -> Result<(), RulesError> {
        match self.on {
            // 2000 is a leap year: it has every day that any year has.
            HolidayDate::Fixed { month, day } if Day::new(2000, month, day).is_none() => {
                return Err(RulesError::NoSuchHoliday(self.id.clone()));
            }
            HolidayDate::Easter { offset } if !(-80..=250).contains(&offset) => {
                return Err(RulesError::FarFromEaster(self.id.clone()));
            }
            HolidayDate::Fixed { .. } | HolidayDate::Easter { .. } => {}
        }
        match (self.from, self.to) {
            (Some(from), Some(to)) if to < from => Err(RulesError::ReversedHoliday(self.id.clone())),
            _ => Ok(()),
        }
    }
}

/// Easter Sunday of a year from 1900 to 2199, by the Gregorian computus (the "anonymous" algorithm, *Nature* 1876).
pub fn easter(year: i32) -> Option<Day> {
    let golden = year.rem_euclid(19);
    let (century, of_century) = (year.div_euclid(100), year.rem_euclid(100));
    let skipped_leap_days = century - century / 4;
    let moon_correction = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + skipped_leap_days - moon_correction + 15) % 30;
    let to_sunday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let early = (golden + 11 * epact + 22 * to_sunday) / 451;
    let from_march = epact + to_sunday - 7 * early + 114;
    Day::new(year, (from_march / 31).cast_unsigned(), (from_march % 31 + 1).cast_unsigned())
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCalendar {
    #[serde(rename = "giorni_lavorativi")]
    working_days: Vec<Weekday>,
    #[serde(rename = "festivi_settimanali")]
    weekly_holidays: Vec<Weekday>,
    #[serde(rename = "festivita", with = "by_id")]
    holidays: Vec<HolidayRule>,
    #[serde(rename = "valido")]
    valid: Validity,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Validity {
    dal: Day,
    al: Day,
}

impl From<WrittenCalendar> for CalendarRules {
    fn from(written: WrittenCalendar) -> Self {
        let WrittenCalendar { working_days, weekly_holidays, holidays, valid } = written;
        Self { working_days, weekly_holidays, holidays, valid_from: valid.dal, valid_to: valid.al }
    }
}

impl From<CalendarRules> for WrittenCalendar {
    fn from(rules: CalendarRules) -> Self {
        let CalendarRules { working_days, weekly_holidays, holidays, valid_from, valid_to } = rules;
        Self { working_days, weekly_holidays, holidays, valid: Validity { dal: valid_from, al: valid_to } }
    }
}

/// In the map of a calendar the key is the id, and there is none inside.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenHoliday {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(rename = "nome")]
    name: String,
    #[serde(rename = "giorno")]
    on: HolidayDate,
    #[serde(rename = "vigente", default, skip_serializing_if = "InForce::is_always")]
    in_force: InForce,
    #[serde(default, skip_serializing)]
    #[expect(dead_code, reason = "allowed in the file, not kept")]
    norma: Unread,
    #[serde(default, skip_serializing)]
    #[expect(dead_code, reason = "allowed in the file, not kept")]
    motivo: Unread,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct InForce {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dal: Option<Day>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    al: Option<Day>,
}

impl InForce {
    const fn is_always(&self) -> bool {
        self.dal.is_none() && self.al.is_none()
    }
}

#[derive(Default)]
struct Unread;

impl<'de> Deserialize<'de> for Unread {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

impl WrittenHoliday {
    fn called(self, id: String) -> HolidayRule {
        HolidayRule { id, name: self.name, on: self.on, from: self.in_force.dal, to: self.in_force.al }
    }
}

impl TryFrom<WrittenHoliday> for HolidayRule {
    type Error = &'static str;

    fn try_from(mut written: WrittenHoliday) -> Result<Self, Self::Error> {
        let id = written.id.take().ok_or("manca l'`id` della festività")?;
        Ok(written.called(id))
    }
}

impl From<HolidayRule> for WrittenHoliday {
    fn from(rule: HolidayRule) -> Self {
        let HolidayRule { id, name, on, from, to } = rule;
        let in_force = InForce { dal: from, al: to };
        Self { id: Some(id), name, on, in_force, norma: Unread, motivo: Unread }
    }
}

/// The holidays as a map, in the order of the file. A repeated id is kept, for `Calendar::new` to refuse.
mod by_id {
    use std::fmt;

    use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
    use serde::ser::Serializer;

    use super::{HolidayRule, WrittenHoliday};

    pub(super) fn serialize<S: Serializer>(holidays: &[HolidayRule], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(holidays.iter().map(|rule| {
            let written = WrittenHoliday { id: None, ..rule.clone().into() };
            (&rule.id, written)
        }))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<HolidayRule>, D::Error> {
        struct Holidays;

        impl<'de> Visitor<'de> for Holidays {
            type Value = Vec<HolidayRule>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("le festività, una per `id`")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut holidays = Vec::new();
                while let Some((id, written)) = map.next_entry::<String, WrittenHoliday>()? {
                    if written.id.is_some() {
                        return Err(A::Error::custom(format_args!(
                            "la festività `{id}` ha già il suo `id` nella chiave"
                        )));
                    }
                    holidays.push(written.called(id));
                }
                Ok(holidays)
            }
        }

        deserializer.deserialize_map(Holidays)
    }
}

impl Serialize for HolidayDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Self::Fixed { month, day } => serializer.collect_str(&format_args!("{month:02}-{day:02}")),
            Self::Easter { offset } => serializer.collect_map([("pasqua", offset)]),
        }
    }
}

impl<'de> Deserialize<'de> for HolidayDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Date;

        impl<'de> Visitor<'de> for Date {
            type Value = HolidayDate;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("un giorno `\"MM-GG\"` oppure `{ pasqua: N }`")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<HolidayDate, E> {
                if let [m1, m2, b'-', d1, d2] = *text.as_bytes()
                    && let (Some(month), Some(day)) = (decimal(&[m1, m2]), decimal(&[d1, d2]))
                {
                    Ok(HolidayDate::Fixed { month, day })
                } else {
                    Err(E::custom(format_args!(
                        "`{text}` non è il giorno di una festività: si scrive `\"MM-GG\"` oppure `{{ pasqua: N }}`"
                    )))
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<HolidayDate, A::Error> {
                let Some((key, offset)) = map.next_entry::<String, i32>()? else {
                    return Err(A::Error::missing_field("pasqua"));
                };
                if key != "pasqua" {
                    return Err(A::Error::unknown_field(&key, &["pasqua"]));
                }
                match map.next_key::<String>()? {
                    Some(other) => Err(A::Error::unknown_field(&other, &["pasqua"])),
                    None => Ok(HolidayDate::Easter { offset }),
                }
            }
        }

        deserializer.deserialize_any(Date)
    }
}
