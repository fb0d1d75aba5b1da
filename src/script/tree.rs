// SPDX-License-Identifier: EUPL-1.2
//! A script as it is evaluated: a closed tree in which nothing loops without end, grows, or is looked up by name.

use crate::condition::{Operator, Slot};
use crate::value::{FactType, Value};

use super::Word;
use super::names::Verb;

/// Line and column from 1, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    pub line: u32,
    pub column: u32,
}

impl Spot {
    pub const START: Self = Self { line: 1, column: 1 };
}

/// What an expression gives, known before any run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Truth,
    Integer,
    Decimal,
    Date,
    Text,
}

impl Type {
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Boolean(_) => Self::Truth,
            Value::Integer(_) => Self::Integer,
            Value::Decimal(_) => Self::Decimal,
            Value::Date(_) => Self::Date,
            Value::Text(_) => Self::Text,
        }
    }

    pub fn of_fact(kind: FactType) -> Self {
        match kind {
            FactType::Boolean => Self::Truth,
            FactType::Integer => Self::Integer,
            FactType::Decimal => Self::Decimal,
            FactType::Date => Self::Date,
            FactType::Text | FactType::Choice => Self::Text,
        }
    }

    /// With its article, for messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Truth => "un vero o falso",
            Self::Integer => "un numero intero",
            Self::Decimal => "un numero decimale",
            Self::Date => "una data",
            Self::Text => "un testo",
        }
    }

    pub fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Decimal)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Clone, Debug)]
pub(super) struct Node {
    pub spot: Spot,
    pub kind: Kind,
}

/// Statements give nothing; the rest gives one value.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Value(Value),
    Fact(Slot, Type),
    Variable(usize),
    Negate(Box<Node>),
    Not(Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Arithmetic(Arithmetic, Box<[Node; 2]>),
    Compare(Operator, Box<[Node; 2]>),
    In(Box<Node>, Vec<Value>),
    /// Condition, then, otherwise; gives the value of the last node of a branch, where one is wanted.
    If(Box<Node>, Vec<Node>, Vec<Node>),
    Block(Vec<Node>),
    // Statements only
    Store(usize, Box<Node>),
    ForEach(usize, Vec<Value>, Vec<Node>),
    Return,
    Speak(Box<Call>),
}

/// A verb and its arguments.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// Which call of the script this is.
    pub index: usize,
    pub verb: Verb,
    pub arguments: Vec<Node>,
    /// The word, where every argument is written out.
    pub ready: Option<Word>,
}
