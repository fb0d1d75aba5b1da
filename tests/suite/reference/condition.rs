// SPDX-License-Identifier: EUPL-1.2
//! Conditions, three-valued: a recursive descent over the text, which answers while it reads.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::plain;

/// What is known; a fact that is not here is not known.
pub type Facts = BTreeMap<String, Value>;

/// A value if it is known, and otherwise the facts that would have to be.
pub type Answer = (Option<Value>, BTreeSet<String>);

pub const YES: Option<Value> = Some(Value::Bool(true));
pub const NO: Option<Value> = Some(Value::Bool(false));

pub fn known(value: impl Into<Value>) -> Answer {
    (Some(value.into()), BTreeSet::new())
}

/// What a condition is worth: split at the operator that binds least, if it has one.
pub fn answer(condition: &str, facts: &Facts) -> Answer {
    let condition = condition.trim();
    for op in ["||", "&&", "==", "!=", "<=", ">=", "<", ">"] {
        if let Some((left, right)) = split(condition, op) {
            return join(op, answer(left, facts), answer(right, facts));
        }
    }
    if let Some((one, list)) = split(condition, " in ") {
        let same = |other| join("==", answer(one, facts), answer(other, facts));
        let list = list.trim().trim_matches(['[', ']']).split(',');
        return list.fold(known(false), |found, other| join("||", found, same(other)));
    }
    match (condition.as_bytes()[0], serde_json::from_str::<Value>(&condition.replace('\'', "\""))) {
        (b'!', _) => join("==", answer(&condition[1..], facts), known(false)),
        (b'(', _) => answer(&condition[1..condition.len() - 1], facts),
        (_, Ok(literal)) => known(literal),
        _ if condition.contains(|c: char| !c.is_alphanumeric() && c != '_') => panic!("not understood: `{condition}`"),
        _ => facts.get(condition).cloned().map_or((None, BTreeSet::from([condition.to_string()])), known),
    }
}

/// What stands before and after the first `op` that is in no brackets and no quotes.
fn split<'a>(text: &'a str, op: &str) -> Option<(&'a str, &'a str)> {
    let has = |at: usize, signs: &[char]| text[..at].matches(signs).count();
    let closed = |at: usize| has(at, &['(', '[']) == has(at, &[')', ']']) && has(at, &['\'', '"']) % 2 == 0;
    let (at, _) = text.match_indices(op).find(|(at, _)| closed(*at))?;
    Some((&text[..at], &text[at + op.len()..]))
}

/// `a op b`; what one side decides alone does not wait for the other.
pub fn join(op: &str, a: Answer, b: Answer) -> Answer {
    let (x, y) = match (op, &a.0, &b.0) {
        ("||", x, y) if *x == YES || *y == YES => return known(true),
        ("&&", x, y) if *x == NO || *y == NO => return known(false),
        (_, Some(x), Some(y)) => (x, y),
        _ => return (None, &a.1 | &b.1),
    };
    let key = |value: &Value| if value.is_number() { (decimal(value), String::new()) } else { (None, plain(value)) };
    let sign = ["<", "=", ">"][(key(x).cmp(&key(y)) as i8 + 1) as usize];
    // A comparison holds if its sign is in it, and `!=` if not; `&&` is now of two that hold, `||` of two that do not.
    known(op == "&&" || op.contains(sign) != (op == "!="))
}

/// A number, or a text like `-12.50`, in units of 10^-18; none if it is neither, or does not fit.
pub fn decimal(value: &Value) -> Option<i128> {
    let written = plain(value);
    let (whole, fraction) = written.split_once('.').unwrap_or((&written, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let fits = digits(whole.trim_start_matches('-')) && digits(fraction) && fraction.len() <= 18;
    if fits { format!("{whole}{fraction:0<18}").parse().ok() } else { None }
}
