// SPDX-License-Identifier: EUPL-1.2
//! What a reader of a case may not know: decided here for pages and documents alike.

use serde_json::Value as Json;

use crate::engine::{Event, EventKind, event_words};
use crate::evidence::FormField;
use crate::rulebook::Rulebook;
use crate::spec::level::FieldType;

use super::said::with_days;

/// What is said of a sensitive fact, or of what rests on it, to whoever may not read it.
pub const VEILED: &str = "dato particolare: per chi verifica non si mostra";

/// The names of facts that a reader may not know of.
#[derive(Clone, Debug, Default)]
pub struct Veil {
    names: Vec<String>,
    /// Texts written by hand, which may name people, are not for this reader either.
    pub is_drawn: bool,
}

/// What happened, as a reader may know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    Words(String),
    /// The text of a note.
    Note(String),
    /// That it happened, and why no more is said.
    Hidden {
        what: &'static str,
        why: &'static str,
    },
    /// Nothing of it, and why.
    Veiled(&'static str),
}

/// One answer of a form, as a reader may know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    One(String),
    Many(Vec<String>),
    /// There is one, and why no more is said.
    Hidden(&'static str),
}

impl Veil {
    /// For who reads cases without needing to know whom they are about.
    pub fn over(rulebook: &Rulebook) -> Self {
        Self { is_drawn: true, ..Self::over_facts(rulebook) }
    }

    /// Over sensitive facts alone: for what leaves the house in a file.
    pub fn over_facts(rulebook: &Rulebook) -> Self {
        let sensitive = rulebook.facts.iter().filter(|fact| fact.sensitive);
        Self { names: sensitive.map(|fact| fact.name.clone()).collect(), is_drawn: false }
    }

    /// Over the facts of these names, and over what is written by hand.
    #[cfg(test)]
    pub fn named_only(names: &[&str]) -> Self {
        Self { names: names.iter().map(|name| (*name).to_owned()).collect(), is_drawn: true }
    }

    pub fn hides(&self, fact: &str) -> bool {
        self.names.iter().any(|name| name == fact)
    }

    /// Does a sentence speak of what is hidden?
    pub fn covers(&self, text: &str) -> bool {
        self.names.iter().any(|name| text.contains(name.as_str()))
    }

    /// What is said in the place of a sentence.
    pub fn why(&self) -> &'static str {
        if self.is_drawn { VEILED } else { "dato particolare: nel documento non si scrive" }
    }

    pub fn event(&self, event: &Event) -> Told {
        match &event.kind {
            EventKind::NoteWritten { .. } if self.is_drawn => {
                Told::Hidden { what: "Nota dell'ufficio", why: "il testo non si mostra a chi verifica" }
            }
            EventKind::NoteWritten { text } => Told::Note(text.to_string()),
            EventKind::FactSupplied { fact, .. } if self.hides(fact) => Told::Hidden {
                what: "Dato particolare registrato",
                why: if self.is_drawn { "non si mostra a chi verifica" } else { "nel documento non si scrive" },
            },
            _ => {
                let words = event_words(event);
                if self.covers(&words) { Told::Veiled(self.why()) } else { Told::Words(words) }
            }
        }
    }

    /// One answer of a form, in words.
    pub fn answer(&self, field: &FormField, given: &Json) -> Answer {
        let by_hand = |kind: FieldType| kind == FieldType::Text;
        if self.is_drawn && (by_hand(field.kind) || field.kind == FieldType::List && field.of.is_none_or(by_hand)) {
            return Answer::Hidden("compilato (il testo non si mostra a chi verifica)");
        }
        match given {
            Json::Array(entries) => Answer::Many(entries.iter().map(plain).collect()),
            other => Answer::One(plain(other)),
        }
    }
}

fn plain(given: &Json) -> String {
    match given {
        Json::Bool(true) => "sì".into(),
        Json::Bool(false) => "no".into(),
        Json::String(text) => with_days(text),
        other => other.to_string(),
    }
}
