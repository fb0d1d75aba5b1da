// SPDX-License-Identifier: EUPL-1.2
//! Can a condition ever be true, ever be false? Decided over the finite abstraction of its facts.
//!
//! Each fact takes one value for every side of every boundary it is compared with, so that the answer over the
//! representatives is the answer over all values. What has too many combinations is said to be not analysable.

use std::collections::BTreeMap;

use crate::calendar::Day;
use crate::value::{Decimal, FactType, Truth, Value};

use super::{Condition, FactShape, Slot};

/// Combinations tried before giving up.
const MAX_COMBINATIONS: usize = 100_000;

/// What a condition can answer when all its facts are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    AlwaysTrue,
    AlwaysFalse,
    /// Sometimes true, sometimes false: what a condition is for.
    Depends,
    /// Too many combinations to try: must be simplified, never waved through.
    NotAnalysable,
}

/// Decides whether the condition depends on its facts at all.
pub fn decide(condition: &Condition, facts: &[FactShape<'_>]) -> Verdict {
    let Some(space) = representatives(&[condition], facts, false) else { return Verdict::NotAnalysable };
    let (mut seen_true, mut seen_false) = (false, false);
    let complete = for_each(&space, facts.len(), &mut |values| {
        match condition.evaluate(values) {
            Truth::True => seen_true = true,
            Truth::False => seen_false = true,
            Truth::NotKnown => {}
        }
        !(seen_true && seen_false)
    });
    match (seen_true, seen_false) {
        (true, true) => Verdict::Depends,
        _ if !complete => Verdict::NotAnalysable,
        (true, false) => Verdict::AlwaysTrue,
        _ => Verdict::AlwaysFalse,
    }
}

/// How two conditions compare over every state of their facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dominance {
    Holds,
    /// Over these facts the upper condition answers less than the lower; a fact with no value is not known.
    Fails(Vec<(Slot, Option<Value>)>),
    /// Too many combinations to try: must be simplified, never waved through.
    NotAnalysable,
}

/// Does `upper` answer at least what `lower` answers, in the order *false*, *not known*, *true*, over all facts known
/// and not known? Only then is whatever the lower one asks for asked by the upper one too.
pub fn dominates(upper: &Condition, lower: &Condition, facts: &[FactShape<'_>]) -> Dominance {
    if upper == lower || *upper == Condition::Constant(true) || *lower == Condition::Constant(false) {
        return Dominance::Holds;
    }
    let Some(space) = representatives(&[upper, lower], facts, true) else { return Dominance::NotAnalysable };
    let mut failing = None;
    for_each(&space, facts.len(), &mut |values| {
        if upper.evaluate(values) < lower.evaluate(values) {
            let named = space.keys().map(|slot| (*slot, values.get(usize::from(*slot)).cloned().flatten()));
            failing = Some(named.collect());
        }
        failing.is_none()
    });
    failing.map_or(Dominance::Holds, Dominance::Fails)
}

/// For each fact named, the states that stand for all its states, *not known* among them where asked for; `None` when
/// there are too many combinations.
pub fn representatives(
    conditions: &[&Condition],
    facts: &[FactShape<'_>],
    unknown: bool,
) -> Option<BTreeMap<Slot, Vec<Option<Value>>>> {
    let mut compared: BTreeMap<Slot, Vec<Value>> = BTreeMap::new();
    let mut linked: Vec<(Slot, Slot)> = Vec::new();
    for condition in conditions {
        condition.facts(&mut |slot| _ = compared.entry(slot).or_default());
        collect(condition, &mut compared, &mut linked);
    }
    // Facts compared with each other share their boundaries.
    for _ in 0..linked.len() {
        for (a, b) in &linked {
            let mut both = compared.get(a).cloned().unwrap_or_default();
            both.extend(compared.get(b).cloned().unwrap_or_default());
            compared.insert(*a, both.clone());
            compared.insert(*b, both);
        }
    }
    let mut combinations = 1_usize;
    let mut space = BTreeMap::new();
    for (slot, values) in compared {
        let shape = facts.get(usize::from(slot))?;
        let partners = linked.iter().filter(|(a, b)| *a == slot || *b == slot).count();
        let mut values: Vec<Option<Value>> = around(shape, values, partners).into_iter().map(Some).collect();
        if unknown {
            values.push(None);
        }
        combinations = combinations.checked_mul(values.len().max(1)).filter(|n| *n <= MAX_COMBINATIONS)?;
        space.insert(slot, values);
    }
    Some(space)
}

fn collect(condition: &Condition, compared: &mut BTreeMap<Slot, Vec<Value>>, linked: &mut Vec<(Slot, Slot)>) {
    match condition {
        Condition::Constant(_) | Condition::Fact(_) => {}
        Condition::Compare { fact, value, .. } => compared.entry(*fact).or_default().push(value.clone()),
        Condition::In { fact, values } => compared.entry(*fact).or_default().extend(values.iter().cloned()),
        Condition::CompareFacts { left, right, .. } => linked.push((*left, *right)),
        Condition::Not(inner) => collect(inner, compared, linked),
        Condition::And(parts) | Condition::Or(parts) => parts.iter().for_each(|part| collect(part, compared, linked)),
    }
}

/// The boundaries, their neighbours and, for facts compared with `partners` others, room for as many distinct values.
fn around(shape: &FactShape<'_>, values: Vec<Value>, partners: usize) -> Vec<Value> {
    let room = i64::try_from(partners).unwrap_or(i64::MAX).saturating_add(1);
    let mut numbers: Vec<i64> = Vec::new();
    let mut out: Vec<Value> = Vec::new();
    match shape.kind {
        FactType::Boolean => return vec![Value::Boolean(false), Value::Boolean(true)],
        FactType::Choice => return shape.choices.iter().map(|c| Value::Text(c.as_str().into())).collect(),
        FactType::Text => {
            out = values;
            for i in 0..room {
                out.push(Value::Text(format!("\u{1F407}{i}").into()));
            }
        }
        FactType::Integer => {
            numbers.extend(values.iter().filter_map(|v| if let Value::Integer(n) = v { Some(*n) } else { None }));
            numbers.push(shape.range.0.unwrap_or(0));
            numbers.extend(shape.range.1);
            let near = numbers.iter().flat_map(|n| (-room..=room).map(move |d| n.saturating_add(d)));
            let within =
                |n: &i64| shape.range.0.is_none_or(|min| *n >= min) && shape.range.1.is_none_or(|max| *n <= max);
            out.extend(near.filter(within).map(Value::Integer));
        }
        FactType::Date => {
            let days = values.iter().filter_map(|v| if let Value::Date(d) = v { Some(*d) } else { None });
            let mut days: Vec<Day> = days.collect();
            days.extend(Day::new(2018, 1, 11));
            let room = i32::try_from(room).unwrap_or(1);
            out.extend(days.iter().flat_map(|d| (-room..=room).map(move |n| d.add_days(n))).map(Value::Date));
        }
        FactType::Decimal => {
            let step = "0.000001".parse::<Decimal>();
            let given = values.iter().filter_map(|v| if let Value::Decimal(d) = v { Some(*d) } else { None });
            let mut given: Vec<Decimal> = given.collect();
            given.extend(Decimal::from_integer(0));
            if let Ok(step) = step {
                out.extend(
                    given.iter().flat_map(|d| (-room..=room).map(move |n| d.moved(step, n))).map(Value::Decimal),
                );
            }
        }
    }
    let mut distinct: Vec<Value> = Vec::new();
    for value in out {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    distinct
}

/// Visits every combination until `visit` says stop (false); tells whether all were visited.
pub fn for_each(
    space: &BTreeMap<Slot, Vec<Option<Value>>>,
    facts: usize,
    visit: &mut dyn FnMut(&[Option<Value>]) -> bool,
) -> bool {
    let axes: Vec<(&Slot, &Vec<Option<Value>>)> = space.iter().collect();
    let mut at = vec![0_usize; axes.len()];
    let mut values: Vec<Option<Value>> = vec![None; facts];
    loop {
        for ((slot, choices), index) in axes.iter().zip(&at) {
            if let Some(place) = values.get_mut(usize::from(**slot)) {
                *place = choices.get(*index).cloned().flatten();
            }
        }
        if !visit(&values) {
            return false;
        }
        let mut moved = false;
        for ((_, choices), index) in axes.iter().zip(at.iter_mut()) {
            *index += 1;
            if *index < choices.len() {
                moved = true;
                break;
            }
            *index = 0;
        }
        if !moved {
            return true;
        }
    }
}
