// SPDX-License-Identifier: EUPL-1.2
//! The floor by behaviour: no history that a region takes for compliant is one that the decree does not.
//!
//! Judges with the engine and nothing else, and never sees how a rulebook came to be: what it finds is a person, a
//! history and a day, played again before it is shown.

mod build;
mod certificate;
mod culprit;
mod deviate;
mod facts;
mod pattern;
mod plan;
mod project;
mod sample;
mod shrink;
mod sides;
mod walk;

use std::sync::Arc;

use crate::calendar::Day;
use crate::diagnostic::Place;
use crate::engine::Event;
use crate::rulebook::{Citation, Rulebook};
use crate::spec::level::Field;
use crate::value::Datum;

pub use certificate::{Certificate, Compared};
pub use project::project;

/// How far a walk goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// `breve`, `pieno`.
    pub name: &'static str,
    /// Histories tried at most.
    pub histories: usize,
    /// States of the facts tried at most, for each subject.
    pub valuations: usize,
    /// Everything, or only what is not written the same on both sides.
    pub everything: bool,
}

impl Bound {
    /// What differs, and little else: for loading a folder.
    pub const fn quick() -> Self {
        Self { name: "breve", histories: 6_000, valuations: 256, everything: false }
    }

    /// Everything, whether it differs or not.
    pub const fn full() -> Self {
        Self { name: "pieno", histories: 200_000, valuations: 2_000, everything: true }
    }
}

/// What kind of breach a counter-example shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Compliant in the region, not by the decree.
    Breach,
    /// Due from the first day by the decree, not in the region.
    Owed,
    /// Served as the decree wants, and never compliant in the region.
    Excluded,
    /// The region blames whom the level serves for what the decree does not ask.
    Burdened,
    /// The region no longer asks of whom the level serves what the decree asks.
    Excused,
}

impl Kind {
    /// The kind as a word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Breach => "pavimento-abbassato",
            Self::Owed => "non-più-dovuto",
            Self::Excluded => "nessuna-pratica-conforme",
            Self::Burdened => "persona-gravata",
            Self::Excused => "termine-della-persona-cambiato",
        }
    }
}

/// A history that the region reads as it may not.
#[derive(Clone, Debug, PartialEq)]
pub struct CounterExample {
    pub kind: Kind,
    /// What is known of the person or the company; no value: not known.
    pub facts: Vec<(Arc<str>, Option<Datum>)>,
    pub events: Vec<Event>,
    /// The day on which the case is looked at.
    pub on: Day,
    /// The item or term that would be lowered, where it is one.
    pub subject: Option<String>,
    pub norm: Citation,
    /// The national line.
    pub national: Place,
    /// What happens, in one sentence.
    pub sentence: String,
}

/// What a walk comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    Holds {
        histories: usize,
        valuations: usize,
        bound: Bound,
        /// What the bound has left out, a sentence each.
        left_out: Vec<String>,
    },
    Refuted(Box<CounterExample>),
    /// Neither shown nor refuted: to be refused, never let through.
    NotProved {
        why: String,
    },
}

impl Verdict {
    pub fn holds(&self) -> bool {
        matches!(self, Self::Holds { .. })
    }
}

/// Walks the histories of one level under two linked rulebooks.
///
/// A level whose outputs no source gives is walked as if what is known were all: it is never compliant as it stands.
pub fn prove(national: &Rulebook, regional: &Rulebook, bound: Bound) -> Verdict {
    if national.is_missing(Field::Outputs) {
        let known = walked(&as_if_known(national), &as_if_known(regional), bound);
        if regional.is_missing(Field::Outputs) || !known.holds() {
            return known;
        }
    }
    walked(national, regional, bound)
}

fn as_if_known(rulebook: &Rulebook) -> Rulebook {
    let mut known = rulebook.clone();
    known.origin.missing.retain(|field| *field != Field::Outputs);
    known
}

/// A name that two items or two terms have.
fn twice_named(rulebook: &Rulebook) -> Option<&str> {
    let twice = |names: Vec<&'_ str>| -> Option<usize> {
        names.iter().enumerate().position(|(at, name)| names.iter().skip(at + 1).any(|other| other == name))
    };
    let items = twice(rulebook.items.iter().map(|item| item.id.as_str()).collect());
    let terms = twice(rulebook.terms.iter().map(|term| term.id.as_str()).collect());
    let item = items.and_then(|at| rulebook.items.get(at)).map(|item| item.id.as_str());
    item.or_else(|| terms.and_then(|at| rulebook.terms.get(at)).map(|term| term.id.as_str()))
}

fn walked(national: &Rulebook, regional: &Rulebook, bound: Bound) -> Verdict {
    let sides = sides::Sides::new(national, regional);
    let walked = walk::walk(&sides, bound);
    if let Some(why) = walked.cannot {
        return Verdict::NotProved { why };
    }
    match walked.found {
        // Of two that go by one name the engine sees both, and a history only one.
        None if twice_named(regional).is_some() => Verdict::NotProved {
            why: format!("il nome `{}` è di due cose diverse", twice_named(regional).unwrap_or_default()),
        },
        None => Verdict::Holds {
            histories: walked.histories,
            valuations: walked.valuations,
            bound,
            left_out: walked.left_out.into_iter().collect(),
        },
        Some(found) => match shrink::shown(&sides, found) {
            Some(example) => Verdict::Refuted(Box::new(example)),
            None => Verdict::NotProved { why: "una storia che pareva abbassare il livello non si ripete".to_owned() },
        },
    }
}
