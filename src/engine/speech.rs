// SPDX-License-Identifier: EUPL-1.2
//! What a region's script says of a case, as it is recorded: its words, their norms, and the facts they rest on.
//!
//! A script is run when something is recorded, and never when a case is looked at: what it said stands in the history.

use std::fmt;
use std::sync::Arc;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use crate::calendar::{Day, Length};
use crate::condition::Slot;
use crate::rulebook::{Citation, ItemIndex, ItemKind, Rulebook};
use crate::script::{Outcome, ScriptNorm, Word};
use crate::spec::level::FieldType;
use crate::value::{Datum, Value};

use super::case::{Case, FaultDetail, Mark, RequiredField, Spoken, SpokenOutcome, SpokenTerm, What, Words};
use super::event::{Event, EventKind};

/// The recorded speech of one script.
#[derive(Clone, Debug, PartialEq)]
pub struct Speech {
    /// Path inside the scripts folder.
    pub script: Arc<str>,
    pub read: ReadFacts,
    pub words: Vec<SpokenWord>,
    /// The fact it stopped at, because nobody has supplied it.
    pub awaits: Option<Arc<str>>,
    /// Why it failed: the level then holds without it.
    pub failure: Option<Arc<str>>,
}

/// The facts a script read, by name, with their values; no value where it was not known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadFacts(pub Vec<(Arc<str>, Option<Datum>)>);

impl Serialize for ReadFacts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for ReadFacts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = ReadFacts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("i dati letti, ciascuno con il suo valore")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ReadFacts, A::Error> {
                let mut read = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    read.push(entry);
                }
                Ok(ReadFacts(read))
            }
        }

        deserializer.deserialize_map(Reader)
    }
}

/// One improvement that a script asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verbo", deny_unknown_fields)]
pub enum SpokenWord {
    #[serde(rename = "rendi_dovuta")]
    MakeDue {
        #[serde(rename = "voce")]
        item: Arc<str>,
        #[serde(rename = "norma")]
        norm: Citation,
    },
    #[serde(rename = "abbrevia")]
    Shorten {
        #[serde(rename = "termine")]
        term: Arc<str>,
        #[serde(rename = "entro")]
        within: Length,
        #[serde(rename = "norma")]
        norm: Citation,
    },
    #[serde(rename = "rafforza_evidenza")]
    RequireField {
        output: Arc<str>,
        #[serde(rename = "campo")]
        field: Arc<str>,
        #[serde(rename = "minimo", skip_serializing_if = "Option::is_none", default)]
        minimum: Option<i64>,
        #[serde(rename = "norma")]
        norm: Citation,
    },
}

impl SpokenWord {
    fn of(word: &Word) -> Self {
        let citation =
            |norm: &ScriptNorm| Citation { act: norm.act.clone(), partition: norm.partition.clone(), text: None };
        match word {
            Word::MakeDue { item, norm } => Self::MakeDue { item: item.as_str().into(), norm: citation(norm) },
            Word::Shorten { term, within, norm } => {
                Self::Shorten { term: term.as_str().into(), within: *within, norm: citation(norm) }
            }
            Word::RequireField { output, field, minimum, norm } => Self::RequireField {
                output: output.as_str().into(),
                field: field.as_str().into(),
                minimum: *minimum,
                norm: citation(norm),
            },
        }
    }
}

/// Runs the scripts of a rulebook over a case, and says what of it is new.
///
/// A script that says the same again over the same facts says nothing new. Never fails: a script that cannot run has said
/// so, and the level holds without it.
pub fn speak(rulebook: &Rulebook, case: &Case, on: Day) -> Vec<Event> {
    let mut new = Vec::new();
    for ((rule, script), last) in rulebook.scripts.iter().zip(rulebook.compiled_scripts()).zip(&case.spoken) {
        let run = script.run(&case.facts);
        let name = |slot: Slot| rulebook.fact(slot).map_or_else(|| Arc::from(""), |fact| Arc::from(fact.name.as_str()));
        let read = run.read.iter().map(|(slot, value)| (name(*slot), value.as_ref().map(datum)));
        let mut speech = Speech {
            script: rule.name.as_str().into(),
            read: ReadFacts(read.collect()),
            words: Vec::new(),
            awaits: None,
            failure: None,
        };
        match &run.outcome {
            Outcome::Words(words) => speech.words = words.iter().map(SpokenWord::of).collect(),
            Outcome::Awaits(slot) => speech.awaits = Some(name(*slot)),
            Outcome::Failed(failure) => {
                let words = format!("riga {}, colonna {}: {}", failure.line, failure.column, failure.message);
                speech.failure = Some(words.into());
            }
        }
        let is_known = match (speech.resolve(rulebook, on), last) {
            (What::Speak { spoken, .. }, Some(last)) => {
                spoken.read == last.read && spoken.outcome.is_same(&last.outcome)
            }
            _ => false,
        };
        if !is_known {
            new.push(Event { on, time: None, kind: EventKind::ScriptSpoke(Box::new(speech)) });
        }
    }
    new
}

fn datum(value: &Value) -> Datum {
    match value {
        Value::Boolean(truth) => Datum::Boolean(*truth),
        Value::Integer(n) => Datum::Integer(*n),
        Value::Text(text) => Datum::Text(text.clone()),
        Value::Decimal(n) => Datum::Text(n.to_string().into()),
        Value::Date(day) => Datum::Text(day.to_string().into()),
    }
}

impl Speech {
    /// What it means under a rulebook. A name that the rulebook does not have makes the speech a fault of the history, and
    /// nothing it says counts.
    pub(super) fn resolve(&self, rulebook: &Rulebook, on: Day) -> What {
        let stray = What::Stray { item: None, detail: FaultDetail::UnknownName };
        let script = rulebook.scripts.iter().position(|rule| *rule.name == *self.script);
        let Some(script) = script.and_then(|at| u16::try_from(at).ok()) else { return stray };
        let mut read = Vec::with_capacity(self.read.0.len());
        for (name, value) in &self.read.0 {
            let Some((slot, fact)) = rulebook.fact_slot(name).and_then(|slot| Some((slot, rulebook.fact(slot)?)))
            else {
                return stray;
            };
            read.push((slot, value.as_ref().and_then(|value| fact.accepts(value))));
        }
        let outcome = if let Some(name) = &self.awaits {
            let Some(slot) = rulebook.fact_slot(name) else { return stray };
            SpokenOutcome::Awaits(slot)
        } else if let Some(failure) = &self.failure {
            SpokenOutcome::Failed(failure.clone())
        } else {
            let Some(words) = self.words(rulebook, on) else { return stray };
            SpokenOutcome::Words(words)
        };
        let mark = Mark { on, sequence: 0, time: None };
        What::Speak { script, spoken: Box::new(Spoken { mark, read, outcome }) }
    }

    fn words(&self, rulebook: &Rulebook, on: Day) -> Option<Words> {
        let mut words = Words::default();
        for word in &self.words {
            match word {
                SpokenWord::MakeDue { item, norm } => words.due.push((rulebook.item_index(item)?, norm.clone())),
                SpokenWord::Shorten { term, within, norm } => {
                    let term = rulebook.terms.iter().find(|t| *t.id == **term)?;
                    let norm = norm.clone();
                    words.shortened.push(SpokenTerm { term: term.index, length: *within, norm, since: on });
                }
                SpokenWord::RequireField { output, field, minimum, norm } => {
                    let index = rulebook.item_index(output)?;
                    let item = rulebook.item(index).filter(|item| item.kind == ItemKind::Output)?;
                    let form = item.evidence.fields.iter().find(|f| *f.name == **field)?;
                    words.required.push(RequiredField {
                        output: index,
                        field: field.clone(),
                        kind: form.kind,
                        minimum: *minimum,
                        norm: norm.clone(),
                    });
                }
            }
        }
        Some(words)
    }
}

impl Case {
    /// Takes in what a script said: it stands in the place of what the same script had said before.
    pub(super) fn hear(&mut self, script: u16, mut spoken: Spoken) {
        let Some(place) = self.spoken.get_mut(usize::from(script)) else { return };
        if let (SpokenOutcome::Words(new), Some(SpokenOutcome::Words(old))) =
            (&mut spoken.outcome, place.as_ref().map(|before| &before.outcome))
        {
            for term in &mut new.shortened {
                if let Some(before) = old.shortened.iter().find(|b| b.term == term.term && b.length == term.length) {
                    term.since = term.since.min(before.since);
                }
            }
        }
        *place = Some(spoken);
        let mut all = Words::default();
        for spoken in self.spoken.iter().flatten() {
            if let SpokenOutcome::Words(words) = &spoken.outcome {
                all.due.extend(words.due.iter().cloned());
                all.shortened.extend(words.shortened.iter().cloned());
                all.required.extend(words.required.iter().cloned());
            }
        }
        self.words = all;
    }
}

impl SpokenOutcome {
    /// Do the two say the same, whenever they said it?
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Words(a), Self::Words(b)) => {
                let plain = |words: &Words| -> Vec<(u16, Length, Citation)> {
                    words.shortened.iter().map(|t| (t.term, t.length, t.norm.clone())).collect()
                };
                a.due == b.due && a.required == b.required && plain(a) == plain(b)
            }
            _ => self == other,
        }
    }
}

impl Words {
    /// Does the evidence of an output hold what the scripts ask for?
    pub fn accept(&self, output: ItemIndex, evidence: &Json) -> bool {
        self.faults(output, evidence).next().is_none()
    }

    /// What the scripts ask for and the evidence of an output lacks.
    pub fn faults<'a>(&'a self, output: ItemIndex, evidence: &'a Json) -> impl Iterator<Item = &'a RequiredField> {
        self.required.iter().filter(move |required| required.output == output && !required.is_met(evidence))
    }
}

impl RequiredField {
    fn is_met(&self, evidence: &Json) -> bool {
        let Some(given) = evidence.get(&*self.field) else { return false };
        let Some(minimum) = self.minimum else { return true };
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        match (self.kind, given) {
            (FieldType::Text, Json::String(text)) => count(text.chars().count()) >= minimum,
            (FieldType::List, Json::Array(entries)) => count(entries.len()) >= minimum,
            (FieldType::Integer | FieldType::Decimal, number) => {
                let text = number.as_str().map_or_else(|| number.to_string(), str::to_owned);
                let given = text.parse::<crate::value::Decimal>().ok();
                given.zip(crate::value::Decimal::from_integer(minimum)).is_some_and(|(given, least)| given >= least)
            }
            _ => true,
        }
    }

    /// What it asks for, as half a sentence.
    pub fn words(&self) -> String {
        match (self.minimum, self.kind) {
            (None, _) => format!("manca il campo `{}`", self.field),
            (Some(n), FieldType::List) => format!("il campo `{}` vuole almeno {n} voci", self.field),
            (Some(n), FieldType::Text) => format!("il campo `{}` vuole almeno {n} caratteri", self.field),
            (Some(n), _) => format!("il campo `{}` vuole almeno {n}", self.field),
        }
    }
}
