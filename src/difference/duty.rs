// SPDX-License-Identifier: EUPL-1.2
//! When an item is due, before and after: by its own obligation, or because of the outputs that rest on it.

use crate::condition::Condition;
use crate::rulebook::{Item, Obligation, Rulebook};

use super::rule::{Shift, shift_words};
use super::words::{agreed, name};
use super::{About, Comparer, Direction, MORE};

/// All the ways in which an item is due on one side.
struct Due {
    /// None where it cannot be read over the facts of both sides.
    condition: Option<Condition>,
    /// The texts of the conditions.
    text: String,
}

impl Due {
    fn is_always(&self) -> bool {
        self.condition == Some(Condition::Constant(true))
    }

    fn is_never(&self) -> bool {
        self.condition == Some(Condition::Constant(false))
    }
}

impl Comparer<'_> {
    fn due(&self, rulebook: &Rulebook, item: &Item) -> Due {
        let index = rulebook.item_index(&item.id);
        let resting = rulebook.items.iter().filter(|o| o.rests_on.iter().any(|b| Some(b.index) == index));
        let mut parts: Vec<Condition> = Vec::new();
        let mut texts: Vec<&str> = Vec::new();
        let mut sound = true;
        for one in std::iter::once(item).chain(resting) {
            match &one.obligation {
                Obligation::Due => {
                    return Due { condition: Some(Condition::Constant(true)), text: "in ogni caso".to_owned() };
                }
                Obligation::Offered | Obligation::Implied => {}
                Obligation::When(rule) => {
                    if !texts.contains(&rule.text.as_str()) {
                        texts.push(&rule.text);
                        match self.read(&rule.text) {
                            Some(condition) => parts.push(condition),
                            None => sound = false,
                        }
                    }
                }
            }
        }
        let condition = match parts.len() {
            _ if !sound => None,
            0 => Some(Condition::Constant(false)),
            1 => Some(parts.remove(0)),
            _ => Some(Condition::Or(parts)),
        };
        let text = texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(" oppure ");
        Due { condition, text: if text.is_empty() { "mai".to_owned() } else { format!("quando {text}") } }
    }

    /// When the item is due, for whoever reads of it for the first time.
    pub(super) fn due_words(&self, rulebook: &Rulebook, item: &Item) -> String {
        let due = self.due(rulebook, item);
        if due.is_never() { obligation_words(item) } else { format!("{} {}", agreed("dovut", item.kind), due.text) }
    }

    pub(super) fn obligation(&mut self, about: &About, was: &Item, now: &Item) {
        let (before, after) = (self.due(self.before, was), self.due(self.after, now));
        let shift = self.shift(before.condition.as_ref(), after.condition.as_ref());
        let itself = was.obligation != now.obligation && !is_same_text(was, now);
        if !itself && (shift == Shift::Same || before.text == after.text) {
            return;
        }
        let (what, due) = (name(now), agreed("dovut", now.kind));
        let (mut words, direction) = match &shift {
            Shift::Same if is_conditional(was) && is_conditional(now) => {
                let whose = format!("la condizione per cui l'{what} è {due}");
                shift_words(&whose, &before.text, &after.text, &shift, MORE)
            }
            Shift::Same => {
                let words = format!(
                    "l'{what} era «{}» ed è ora «{}»; resta {due} negli stessi casi",
                    obligation_words(was),
                    obligation_words(now)
                );
                (words, Direction::Neither)
            }
            _ if before.is_never() => (format!("l'{what} diventa {due} {}", after.text), Direction::Raises),
            _ if after.is_always() => {
                (format!("l'{what}, {due} finora {}, lo diventa in ogni caso", before.text), Direction::Raises)
            }
            _ if after.is_never() && before.is_always() => (format!("l'{what} non è più {due}"), Direction::Lowers),
            _ if after.is_never() => (format!("l'{what} non è più {due}: lo era {}", before.text), Direction::Lowers),
            Shift::Narrower(person) if before.is_always() => {
                let words = format!(
                    "l'{what} non è più {due} in ogni caso, ma {}: non lo è, per esempio, {person}",
                    after.text
                );
                (words, Direction::Lowers)
            }
            shift => {
                let whose = format!("la condizione per cui l'{what} è {due}");
                shift_words(&whose, &before.text, &after.text, shift, MORE)
            }
        };
        if !itself {
            words.push_str(", perché cambia ciò che ne nasce");
        }
        let act = self.act(Some(&now.id), &["rendi_dovuta"]);
        self.say(about.clone(), direction, words, act);
    }
}

fn is_conditional(item: &Item) -> bool {
    matches!(item.obligation, Obligation::When(_))
}

/// Conditions are the same when their text is: where it is written does not count.
fn is_same_text(was: &Item, now: &Item) -> bool {
    matches!((&was.obligation, &now.obligation), (Obligation::When(a), Obligation::When(b)) if a.text == b.text)
}

/// The obligation as it is written.
fn obligation_words(item: &Item) -> String {
    match &item.obligation {
        Obligation::Due => format!("{} in ogni caso", agreed("dovut", item.kind)),
        Obligation::Offered => agreed("offert", item.kind),
        Obligation::Implied => format!("{} solo se ne nasce un output dovuto", agreed("dovut", item.kind)),
        Obligation::When(rule) => format!("{} quando `{}`", agreed("dovut", item.kind), rule.text),
    }
}
