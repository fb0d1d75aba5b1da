// SPDX-License-Identifier: EUPL-1.2
//! Facts with values, and conditions over them written at random by the grammar.

use lepre::condition::FactShape;
use lepre::value::{FactType, Value};
use rhai::Dynamic;

use super::super::random::Random;

/// A fact and the values it may take, as rhai would write them in a literal.
pub struct Fact {
    pub name: String,
    kind: FactType,
    pub values: Vec<String>,
}

impl Fact {
    fn new(name: &str, kind: FactType, values: &[&str]) -> Self {
        Self { name: name.to_owned(), kind, values: values.iter().map(|v| (*v).to_owned()).collect() }
    }

    pub fn shape(&self) -> FactShape<'_> {
        let choices: &[String] = if self.kind == FactType::Choice { &self.values } else { &[] };
        FactShape { name: &self.name, kind: self.kind, choices, range: (None, None) }
    }

    fn is_quoted(&self) -> bool {
        matches!(self.kind, FactType::Date | FactType::Text | FactType::Choice)
    }

    fn literal(&self, random: &mut Random) -> String {
        let value = random.one_of(&self.values);
        if self.is_quoted() {
            format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
        } else {
            value.clone()
        }
    }

    pub fn ours(&self, text: &str) -> Value {
        match self.kind {
            FactType::Boolean => Value::Boolean(text == "true"),
            FactType::Integer => Value::Integer(text.parse().unwrap()),
            FactType::Decimal => Value::Decimal(text.parse().unwrap()),
            FactType::Date => Value::Date(text.parse().unwrap()),
            FactType::Text | FactType::Choice => Value::Text(text.into()),
        }
    }

    pub fn theirs(&self, text: &str) -> Dynamic {
        match self.kind {
            FactType::Boolean => (text == "true").into(),
            FactType::Integer => text.parse::<i64>().unwrap().into(),
            FactType::Decimal => text.parse::<f64>().unwrap().into(),
            // An ISO date is ordered as a text is.
            FactType::Date | FactType::Text | FactType::Choice => text.into(),
        }
    }
}

/// Facts of every type; some names begin as rhai's own words do.
pub fn facts() -> Vec<Fact> {
    use FactType::{Boolean, Choice, Date, Decimal, Integer, Text};
    let truths: [&str; 2] = ["true", "false"];
    let numbers = ["-9223372036854775807", "-3", "-1", "0", "1", "15", "30", "9223372036854775807"];
    let decimals = ["-0.5", "0", "0.1", "0.79", "0.790001", "0.8", "1", "25000.123456"];
    let days = ["1999-12-31", "2018-01-11", "2024-02-29", "2024-03-01", "2099-12-31"];
    let texts = ["", "Forlì", "due  parole", "dice \"sì\"", "a\\b", "${eta}", "// no", "true"];
    vec![
        Fact::new("convocato", Boolean, &truths),
        Fact::new("in_carico", Boolean, &truths),
        Fact::new("iniziato", Boolean, &truths),
        Fact::new("eta", Integer, &numbers),
        Fact::new("ifigli", Integer, &numbers),
        Fact::new("indice", Decimal, &decimals),
        Fact::new("quota", Decimal, &decimals),
        Fact::new("data_did", Date, &days),
        Fact::new("data_evento", Date, &days),
        Fact::new("comune", Text, &texts),
        Fact::new("residenza", Text, &texts),
        Fact::new("titolo", Choice, &["nessuno", "diploma", "laurea"]),
    ]
}

/// A fact of the catalogue with values around the limits that the decree speaks of.
pub fn worldly(name: String, kind: FactType, choices: Vec<String>) -> Fact {
    let values: &[&str] = match kind {
        FactType::Boolean => &["true", "false"],
        FactType::Integer => &["0", "1", "14", "15", "16", "29", "30", "60"],
        FactType::Decimal => &["0", "0.79", "0.8", "1"],
        FactType::Date => &["2018-01-11", "2024-02-29", "2024-03-01"],
        FactType::Text | FactType::Choice => &["", "altro"],
    };
    let values = if choices.is_empty() { values.iter().map(|v| (*v).to_owned()).collect() } else { choices };
    Fact { name, kind, values }
}

/// Writes conditions by the grammar, with spaces where a person might put them or not.
pub struct Writer<'a> {
    pub facts: &'a [Fact],
    pub random: Random,
}

impl Writer<'_> {
    fn gap(&mut self) -> &'static str {
        let blank: &&str = self.random.one_of(&["", " ", " ", " ", "  ", "\n"]);
        blank
    }

    pub fn either(&mut self, depth: usize) -> String {
        self.joined("||", depth, Self::both)
    }

    fn both(&mut self, depth: usize) -> String {
        self.joined("&&", depth, Self::single)
    }

    fn joined(&mut self, sign: &str, depth: usize, part: fn(&mut Self, usize) -> String) -> String {
        let mut text = part(self, depth);
        for _ in 0..self.random.below(3) {
            let (before, after) = (self.gap(), self.gap());
            text = format!("{text}{before}{sign}{after}{}", part(self, depth));
        }
        text
    }

    fn single(&mut self, depth: usize) -> String {
        match self.random.below(if depth == 0 { 6 } else { 9 }) {
            0 => (*self.random.one_of(&["true", "false"])).to_owned(),
            1 => self.truth_fact(),
            2..=4 => self.comparison(),
            5 => self.membership(),
            6 => {
                let (left, right) = (self.gap(), self.gap());
                format!("({left}{}{right})", self.either(depth - 1))
            }
            7 => format!("!{}({})", self.gap(), self.either(depth - 1)),
            _ => {
                let gap = self.gap();
                format!("!{gap}{}", self.truth_fact())
            }
        }
    }

    fn truth_fact(&mut self) -> String {
        let truths: Vec<&str> = self.facts.iter().filter(|f| f.kind == FactType::Boolean).map(|f| &*f.name).collect();
        (*self.random.one_of(&truths)).to_owned()
    }

    fn comparison(&mut self) -> String {
        let facts = self.facts;
        let fact = self.random.one_of(facts);
        let ordered = matches!(fact.kind, FactType::Integer | FactType::Decimal | FactType::Date);
        let signs: &[&str] = if ordered { &["==", "!=", "<", "<=", ">", ">="] } else { &["==", "!="] };
        let sign = *self.random.one_of(signs);
        let other = match self.random.below(3) {
            0 => {
                let alike: Vec<&Fact> = facts.iter().filter(|f| f.kind == fact.kind).collect();
                self.random.one_of(&alike).name.clone()
            }
            _ => fact.literal(&mut self.random),
        };
        let (left, right) =
            if self.random.below(4) == 0 { (other, fact.name.clone()) } else { (fact.name.clone(), other) };
        let (before, mut after) = (self.gap(), self.gap());
        // rhai takes `<-` for a sign of another language.
        if right.starts_with('-') && after.is_empty() {
            after = " ";
        }
        format!("{left}{before}{sign}{after}{right}")
    }

    fn membership(&mut self) -> String {
        let facts = self.facts;
        let fact = self.random.one_of(facts);
        let count = 1 + self.random.below(4);
        let values: Vec<String> = (0..count).map(|_| fact.literal(&mut self.random)).collect();
        let joint = format!("{},{}", self.gap(), self.gap());
        let gap = self.gap();
        format!("{} in{gap}[{}]", fact.name, values.join(&joint))
    }
}
