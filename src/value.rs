// SPDX-License-Identifier: EUPL-1.2
//! Facts: typed values, exact decimals, three-valued truth.
//!
//! Not known is not false: a fact that nobody has supplied makes a question *not known*, never answered with no.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::calendar::Day;

/// The answer to a question over facts, in Kleene's strong three-valued logic.
///
/// The order `False < NotKnown < True` makes *and* the minimum and *or* the maximum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    False,
    NotKnown,
    True,
}

impl Truth {
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::NotKnown => Self::NotKnown,
            Self::True => Self::False,
        }
    }

    pub fn is_true(self) -> bool {
        self == Self::True
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

impl From<Option<bool>> for Truth {
    fn from(value: Option<bool>) -> Self {
        value.map_or(Self::NotKnown, Self::from)
    }
}

/// An exact decimal in millionths: at most six digits after the point, never binary floating point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(i64);

const DIGITS: usize = 6;
const SCALE: i64 = 1_000_000;

impl Decimal {
    /// `None` when the integer does not fit in the millionths of an `i64`.
    pub fn from_integer(value: i64) -> Option<Self> {
        value.checked_mul(SCALE).map(Self)
    }

    /// The whole number, if it is one.
    pub fn integer(self) -> Option<i64> {
        (self.0 % SCALE == 0).then_some(self.0 / SCALE)
    }

    pub fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The value moved by `times` steps, kept within what can be represented.
    #[must_use]
    pub fn moved(self, step: Self, times: i64) -> Self {
        Self(self.0.saturating_add(step.0.saturating_mul(times)))
    }
}

impl FromStr for Decimal {
    type Err = ();

    /// Reads `12` or `-0.79`; a comma is for [`Datum::typed`], where a person types.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !plain(whole) || fraction.is_some_and(|f| !plain(f) || f.len() > DIGITS) {
            return Err(());
        }
        let fraction = fraction.unwrap_or("0");
        let missing = u32::try_from(DIGITS - fraction.len()).map_err(drop)?;
        let parts: (i64, i64) = (whole.parse().map_err(drop)?, fraction.parse().map_err(drop)?);
        let value = parts.0.checked_mul(SCALE).and_then(|w| w.checked_add(parts.1 * 10_i64.pow(missing))).ok_or(())?;
        Ok(Self(if negative { -value } else { value }))
    }
}

/// A whole number stands as a JSON number, any other as its text: binary floating point never comes near it.
impl Serialize for Decimal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.integer() {
            Some(whole) => serializer.serialize_i64(whole),
            None => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Whole(i64),
            Text(String),
        }
        let read = match Written::deserialize(deserializer)? {
            Written::Whole(whole) => Self::from_integer(whole),
            Written::Text(text) => text.parse().ok(),
        };
        read.ok_or_else(|| serde::de::Error::custom("numero decimale illeggibile"))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) =
            (self.0.unsigned_abs() / SCALE.unsigned_abs(), self.0.unsigned_abs() % SCALE.unsigned_abs());
        let sign = if self.0 < 0 { "-" } else { "" };
        if fraction == 0 {
            return write!(f, "{sign}{whole}");
        }
        let digits = format!("{fraction:06}");
        write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
    }
}

/// The type a fact is declared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FactType {
    #[serde(rename = "booleano")]
    Boolean,
    #[serde(rename = "intero")]
    Integer,
    #[serde(rename = "decimale")]
    Decimal,
    #[serde(rename = "data")]
    Date,
    #[serde(rename = "testo")]
    Text,
    #[serde(rename = "scelta")]
    Choice,
}

impl FactType {
    pub fn word(self) -> &'static str {
        match self {
            Self::Boolean => "booleano",
            Self::Integer => "intero",
            Self::Decimal => "decimale",
            Self::Date => "data",
            Self::Text => "testo",
            Self::Choice => "scelta",
        }
    }

    /// What a value of this type looks like, for messages.
    pub fn example(self) -> &'static str {
        match self {
            Self::Boolean => "`true` o `false`",
            Self::Integer => "un numero intero, per esempio `30`",
            Self::Decimal => "un numero con al massimo sei decimali, per esempio `0.79`",
            Self::Date => "una data, per esempio `2024-05-02`",
            Self::Text => "un testo",
            Self::Choice => "una delle scelte previste",
        }
    }
}

/// The value of a fact, once it is known and fits its declared type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    Boolean(bool),
    Integer(i64),
    Decimal(Decimal),
    Date(Day),
    /// Free text, or one choice of a closed list.
    Text(Arc<str>),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(true) => f.write_str("sì"),
            Self::Boolean(false) => f.write_str("no"),
            Self::Integer(n) => write!(f, "{n}"),
            Self::Decimal(d) => write!(f, "{d}"),
            Self::Date(day) => write!(f, "{day}"),
            Self::Text(text) => write!(f, "{text}"),
        }
    }
}

/// A value as it was recorded in an event, before its declared type is asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Datum {
    Boolean(bool),
    Integer(i64),
    Text(Arc<str>),
}

impl Datum {
    /// Reads what a person typed for a fact of the given type (a shell argument, a plain YAML scalar).
    pub fn typed(text: &str, kind: FactType) -> Self {
        match kind {
            FactType::Boolean => match text {
                "true" | "sì" | "si" | "vero" => Self::Boolean(true),
                "false" | "no" | "falso" => Self::Boolean(false),
                _ => Self::Text(text.into()),
            },
            FactType::Integer => text.parse().map_or_else(|_| Self::Text(text.into()), Self::Integer),
            FactType::Decimal => Self::Text(text.replace(',', ".").into()),
            _ => Self::Text(text.into()),
        }
    }

    /// The value, if the datum fits the type; choices are checked against the list.
    pub fn value(&self, kind: FactType, choices: &[String]) -> Option<Value> {
        match (kind, self) {
            (FactType::Boolean, Self::Boolean(b)) => Some(Value::Boolean(*b)),
            (FactType::Integer, Self::Integer(n)) => Some(Value::Integer(*n)),
            (FactType::Decimal, Self::Integer(n)) => Decimal::from_integer(*n).map(Value::Decimal),
            (FactType::Decimal, Self::Text(text)) => text.parse().ok().map(Value::Decimal),
            (FactType::Date, Self::Text(text)) => text.parse().ok().map(Value::Date),
            (FactType::Text, Self::Text(text)) => Some(Value::Text(text.clone())),
            (FactType::Choice, Self::Text(text)) => {
                choices.iter().any(|c| **c == **text).then(|| Value::Text(text.clone()))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Datum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(b) => write!(f, "{b}"),
            Self::Integer(n) => write!(f, "{n}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}
