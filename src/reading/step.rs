// SPDX-License-Identifier: EUPL-1.2
//! How a step of a case stands, in words.

use crate::engine::{Agenda, Case};
use crate::rulebook::{ItemIndex, ItemKind, Rulebook};
use crate::value::Truth;

use super::said::{agreed, day_words};

/// How a step stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// And when: `il 02/05/2024`.
    Done(String),
    /// Due, and may be done today.
    Ready,
    /// Due, once what stands before is there.
    After,
    /// Not due, may be done.
    Offered,
    /// Whether it is due depends on what is not known yet.
    NotKnown,
    NotDue,
}

impl Step {
    pub fn word(&self, kind: ItemKind) -> String {
        let agreed = |stem: &str| agreed(stem, kind);
        match self {
            Self::Done(when) => format!("{} {when}", agreed("fatt")),
            Self::Ready => "da fare: si può adesso".to_owned(),
            Self::After => "da fare, dopo altro".to_owned(),
            Self::Offered => format!("non {}: si può fare", agreed("dovut")),
            Self::NotKnown => format!("non si sa ancora se è {}", agreed("dovut")),
            Self::NotDue => format!("non {}", agreed("dovut")),
        }
    }
}

/// How an item of a case stands, by its agenda and by whether it is due (one of [`crate::engine::obligations`]).
pub fn step(rulebook: &Rulebook, case: &Case, index: ItemIndex, due: Truth, agenda: &Agenda) -> Step {
    if case.is_done(rulebook, index) {
        let when = case.first(index).map(|mark| format!("il {}", day_words(mark.on))).unwrap_or_default();
        return Step::Done(when);
    }
    let open = case.closed.is_none();
    match (due, agenda.duties.iter().find(|duty| duty.item == index)) {
        (Truth::True, Some(duty)) if duty.blocked_by.is_empty() => Step::Ready,
        (Truth::True, _) => Step::After,
        (Truth::NotKnown, _) => Step::NotKnown,
        (Truth::False, _) if open => Step::Offered,
        (Truth::False, _) => Step::NotDue,
    }
}
