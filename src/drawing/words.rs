// SPDX-License-Identifier: EUPL-1.2
//! The law in words before there is any case: when an item is due, what a condition asks.

use crate::condition::{Condition, Operator, Slot};
use crate::engine::term_words;
use crate::rulebook::{Bound, Item, ItemIndex, ItemKind, Obligation, Rule, Rulebook, Term};
use crate::value::Value;

/// When an item is due, whatever the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Duty {
    Always,
    /// When one of these holds; each in words.
    When(Vec<String>),
    /// Never: it must be there to be had.
    Offered,
}

/// When the item is due: by its own obligation, or because an output that is due rests on it.
pub fn duty(rulebook: &Rulebook, index: ItemIndex) -> Duty {
    let own = rulebook.item(index).map(|item| &item.obligation);
    let outputs = resting_on(rulebook, index).map(|output| &output.obligation);
    let mut conditions: Vec<String> = Vec::new();
    for obligation in own.into_iter().chain(outputs) {
        match obligation {
            Obligation::Due => return Duty::Always,
            Obligation::When(rule) => {
                let words = condition_words(rulebook, rule);
                if !conditions.contains(&words) {
                    conditions.push(words);
                }
            }
            Obligation::Offered | Obligation::Implied => {}
        }
    }
    if conditions.is_empty() { Duty::Offered } else { Duty::When(conditions) }
}

fn resting_on(rulebook: &Rulebook, index: ItemIndex) -> impl Iterator<Item = &Item> {
    let outputs = rulebook.links.supports.get(usize::from(index)).into_iter().flatten();
    outputs.filter_map(|output| rulebook.item(*output))
}

/// When the item is due and why, as half a sentence: `dovuta perché ne nasce l'output …`.
pub fn duty_words(rulebook: &Rulebook, index: ItemIndex) -> String {
    let Some(item) = rulebook.item(index) else { return String::new() };
    let due = if item.kind == ItemKind::Activity { "dovuta" } else { "dovuto" };
    let mut ways: Vec<String> = Vec::new();
    match &item.obligation {
        Obligation::Due => return format!("{due} in ogni caso"),
        Obligation::When(rule) => ways.push(format!("se {}", condition_words(rulebook, rule))),
        Obligation::Offered | Obligation::Implied => {}
    }
    let always: Vec<&str> = resting_on(rulebook, index)
        .filter(|output| output.obligation == Obligation::Due)
        .map(|output| output.id.as_str())
        .collect();
    if !always.is_empty() {
        return format!(
            "{due} perché {} {}",
            if always.len() == 1 { "ne nasce" } else { "ne nascono" },
            outputs(&always)
        );
    }
    for output in resting_on(rulebook, index) {
        if let Obligation::When(rule) = &output.obligation {
            ways.push(format!(
                "quando è dovuto {}, cioè se {}",
                outputs(&[&output.id]),
                condition_words(rulebook, rule)
            ));
        }
    }
    if !ways.is_empty() {
        return format!("{due} {}", ways.join("; oppure "));
    }
    match item.kind {
        ItemKind::Activity if item.obligation == Obligation::Implied => {
            "non dovuta: nessun output dovuto nasce da lei".to_owned()
        }
        ItemKind::Activity => "offerta: deve essere disponibile, il singolo caso può farne a meno".to_owned(),
        ItemKind::Output => "offerto: si consegna quando serve, il singolo caso può farne a meno".to_owned(),
        ItemKind::Outcome => "si rileva quando accade".to_owned(),
    }
}

fn outputs(ids: &[&str]) -> String {
    let quoted: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
    match quoted.split_last() {
        Some((one, [])) => format!("l'output {one}"),
        Some((last, others)) => format!("gli output {} e {last}", others.join(", ")),
        None => String::new(),
    }
}

/// A term in words without what it waits for: `entro 30 giorni dall'apertura, a carico di CPI`.
pub fn limit_words(rulebook: &Rulebook, term: &Term) -> String {
    let words = term_words(rulebook, term);
    let bound = match term.bound {
        Bound::Within => "entro ",
        Bound::AtLeast => "non prima di ",
    };
    // Invariant: no id has a space, so that the first such words are the bound's.
    words.find(bound).and_then(|at| words.get(at..)).map(str::to_owned).unwrap_or(words)
}

/// A condition as a person reads it: `gap_competenze` è sì e `dipendenti` è almeno 15.
pub fn condition_words(rulebook: &Rulebook, rule: &Rule) -> String {
    let name = |slot: Slot| rulebook.fact(slot).map(|fact| format!("`{}`", fact.name)).unwrap_or_default();
    words(&rule.condition, &name, false)
}

fn words(condition: &Condition, name: &dyn Fn(Slot) -> String, inside: bool) -> String {
    match condition {
        Condition::Constant(true) => "in ogni caso".to_owned(),
        Condition::Constant(false) => "mai".to_owned(),
        Condition::Fact(fact) => format!("{} è sì", name(*fact)),
        Condition::Compare { fact, operator, value } => {
            format!("{} {} {}", name(*fact), operator_words(*operator), value_words(value))
        }
        Condition::CompareFacts { left, operator, right } => {
            format!("{} {} {}", name(*left), operator_words(*operator), name(*right))
        }
        Condition::In { fact, values } => {
            let values: Vec<String> = values.iter().map(value_words).collect();
            format!("{} è uno tra {}", name(*fact), values.join(", "))
        }
        Condition::Not(inner) => match inner.as_ref() {
            Condition::Fact(fact) => format!("{} è no", name(*fact)),
            inner => format!("non vale che {}", words(inner, name, true)),
        },
        Condition::And(parts) => joined(parts, " e ", name, inside),
        Condition::Or(parts) => joined(parts, " oppure ", name, inside),
    }
}

fn joined(parts: &[Condition], joint: &str, name: &dyn Fn(Slot) -> String, inside: bool) -> String {
    let parts: Vec<String> = parts.iter().map(|part| words(part, name, true)).collect();
    if inside { format!("({})", parts.join(joint)) } else { parts.join(joint) }
}

fn value_words(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("«{text}»"),
        other => other.to_string(),
    }
}

fn operator_words(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal => "è",
        Operator::Different => "non è",
        Operator::Less => "è meno di",
        Operator::LessOrEqual => "è al massimo",
        Operator::Greater => "è più di",
        Operator::GreaterOrEqual => "è almeno",
    }
}
