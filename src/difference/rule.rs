// SPDX-License-Identifier: EUPL-1.2
//! Two conditions compared over every state of their facts, with a person for whom the answer is another.

use std::collections::BTreeMap;

use crate::condition::{Condition, Slot, for_each, representatives};
use crate::rulebook::Rule;
use crate::value::{Truth, Value};

use super::words::joined;
use super::{About, Comparer, Direction, Made};

/// How a condition has moved.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shift {
    /// The same answer for everybody.
    Same,
    /// It holds for more: for whom, for example.
    Wider(String),
    /// It holds for less: no more for whom, for example.
    Narrower(String),
    Moved {
        gained: String,
        lost: String,
    },
    /// Too many cases, or facts that are no longer the same.
    Unclear,
}

/// A state of the facts, with how many of them are not known: fewer make a better example.
type Example = (usize, BTreeMap<Slot, Option<Value>>);

impl Comparer<'_> {
    /// A condition of either side, over the facts of both; none where a fact it names is no longer what it was.
    pub(super) fn read(&self, text: &str) -> Option<Condition> {
        let condition = Condition::read(text, &self.shapes).ok()?;
        let mut sound = true;
        condition.facts(&mut |slot| {
            let name = self.shapes.get(usize::from(slot)).map_or("", |shape| shape.name);
            sound &= !self.reshaped.contains(&name);
        });
        sound.then_some(condition)
    }

    fn read_or_always(&self, rule: Option<&Rule>) -> Option<Condition> {
        rule.map_or(Some(Condition::Constant(true)), |rule| self.read(&rule.text))
    }

    pub(super) fn shift(&self, was: Option<&Condition>, now: Option<&Condition>) -> Shift {
        let (Some(was), Some(now)) = (was, now) else { return Shift::Unclear };
        if was == now {
            return Shift::Same;
        }
        let Some(space) = representatives(&[was, now], &self.shapes, true) else { return Shift::Unclear };
        let (mut gained, mut lost): (Option<Example>, Option<Example>) = (None, None);
        for_each(&space, self.shapes.len(), &mut |values| {
            let (a, b): (Truth, Truth) = (was.evaluate(values), now.evaluate(values));
            let found = if b > a { &mut gained } else { &mut lost };
            if a != b {
                let state: BTreeMap<Slot, Option<Value>> =
                    space.keys().map(|slot| (*slot, values.get(usize::from(*slot)).cloned().flatten())).collect();
                let unknown = state.values().filter(|value| value.is_none()).count();
                if found.as_ref().is_none_or(|(fewest, _)| unknown < *fewest) {
                    *found = Some((unknown, state));
                }
            }
            true
        });
        match (gained, lost) {
            (None, None) => Shift::Same,
            (Some(gained), None) => Shift::Wider(self.person(&gained)),
            (None, Some(lost)) => Shift::Narrower(self.person(&lost)),
            (Some(gained), Some(lost)) => Shift::Moved { gained: self.person(&gained), lost: self.person(&lost) },
        }
    }

    /// `quando `eta` è 29 e `percettore_naspi` è no`.
    fn person(&self, (_, facts): &Example) -> String {
        let words: Vec<String> = facts
            .iter()
            .map(|(slot, value)| {
                let name = self.shapes.get(usize::from(*slot)).map_or("", |shape| shape.name);
                match value {
                    None => format!("`{name}` non è noto"),
                    // A text that stands for all those nobody has named.
                    Some(Value::Text(text)) if text.starts_with('\u{1F407}') => format!("`{name}` è un altro testo"),
                    Some(Value::Text(text)) => format!("`{name}` è «{text}»"),
                    Some(value) => format!("`{name}` è {value}"),
                }
            })
            .collect();
        if words.is_empty() { "in ogni caso".to_owned() } else { format!("quando {}", joined(&words, " e ")) }
    }

    /// Says how a condition has changed. `whose` follows *la condizione*; The directions are which way it goes when it holds for
    /// more, and for less; a condition that is not written always holds.
    pub(super) fn rule(
        &mut self,
        about: &About,
        whose: &str,
        (was, now): (Option<&Rule>, Option<&Rule>),
        (wider, narrower): (Direction, Direction),
        act: &dyn Fn(&Self) -> Option<Made>,
    ) {
        let text = |rule: Option<&Rule>| rule.map_or_else(|| "nessuna".to_owned(), |rule| format!("`{}`", rule.text));
        if was.map(|rule| &rule.text) == now.map(|rule| &rule.text) {
            return;
        }
        let shift = self.shift(self.read_or_always(was).as_ref(), self.read_or_always(now).as_ref());
        let (words, direction) =
            shift_words(&format!("la condizione {whose}"), &text(was), &text(now), &shift, (wider, narrower));
        let act = act(self);
        self.say(about.clone(), direction, words, act);
    }
}

/// The sentence of a shift, from one text to another, and which way it goes.
pub(super) fn shift_words(
    what: &str,
    was: &str,
    now: &str,
    shift: &Shift,
    (wider, narrower): (Direction, Direction),
) -> (String, Direction) {
    let texts = format!("era {was}, ora è {now}");
    match shift {
        Shift::Same => {
            (format!("{what} è scritta in un altro modo e vale negli stessi casi: {texts}"), Direction::Neither)
        }
        Shift::Wider(person) => (format!("{what} si allarga: vale anche, per esempio, {person} ({texts})"), wider),
        Shift::Narrower(person) => {
            (format!("{what} si restringe: non vale più, per esempio, {person} ({texts})"), narrower)
        }
        Shift::Moved { gained, lost } => (
            format!("{what} cambia: ora vale, per esempio, {gained}; non vale più, per esempio, {lost} ({texts})"),
            Direction::Unclear,
        ),
        Shift::Unclear => (format!("{what} cambia, e i casi non si possono confrontare: {texts}"), Direction::Unclear),
    }
}
