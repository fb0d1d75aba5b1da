// SPDX-License-Identifier: EUPL-1.2
//! The states of the facts that stand for all their states, for what a subject asks on either side.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::calendar::Day;
use crate::condition::{Condition, FactShape, Slot, representatives};
use crate::rulebook::{Fact, Item, Obligation, Rulebook, Start, Term};
use crate::spec::level::Party;
use crate::value::{Datum, Decimal, FactType, Value};

use super::sides::{Sides, Subject};

/// What is known of a person: no value, not known.
pub(super) type Facts = Vec<(Arc<str>, Option<Datum>)>;

/// A fact as either side reads it; a fact that has changed its type stands here twice.
struct Joint {
    name: Arc<str>,
    kind: FactType,
    choices: Vec<String>,
    range: (Option<i64>, Option<i64>),
    /// Every limit that either side sets.
    limits: Vec<i64>,
}

pub(super) struct FactTable {
    joints: Vec<Joint>,
}

/// One fact and its states.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    pub name: Arc<str>,
    pub states: Vec<Option<Datum>>,
}

impl FactTable {
    pub fn new(national: &Rulebook, regional: &Rulebook) -> Self {
        let mut joints: Vec<Joint> = Vec::new();
        for fact in national.facts.iter().chain(&regional.facts) {
            let (low, high) = fact.shape().range;
            let limits = [low, high].into_iter().flatten();
            match joints.iter_mut().find(|known| *known.name == *fact.name && known.kind == fact.kind) {
                Some(known) => {
                    known.limits.extend(limits);
                    let wider =
                        |a: Option<i64>, b: Option<i64>, pick: fn(i64, i64) -> i64| a.zip(b).map(|(a, b)| pick(a, b));
                    known.range = (wider(known.range.0, low, i64::min), wider(known.range.1, high, i64::max));
                    let new: Vec<String> =
                        fact.choices.iter().filter(|c| !known.choices.contains(c)).cloned().collect();
                    known.choices.extend(new);
                }
                None => joints.push(Joint {
                    name: fact.name.as_str().into(),
                    kind: fact.kind,
                    choices: fact.choices.clone(),
                    range: (low, high),
                    limits: limits.collect(),
                }),
            }
        }
        Self { joints }
    }

    fn slot(&self, rulebook: &Rulebook, slot: Slot) -> Option<Slot> {
        let fact = rulebook.fact(slot)?;
        let at = self.joints.iter().position(|joint| *joint.name == *fact.name && joint.kind == fact.kind)?;
        Slot::try_from(at).ok()
    }

    /// The condition over the joint facts.
    fn over(&self, rulebook: &Rulebook, condition: &Condition) -> Option<Condition> {
        let all = |parts: &[Condition]| parts.iter().map(|part| self.over(rulebook, part)).collect::<Option<Vec<_>>>();
        let slot = |slot: Slot| self.slot(rulebook, slot);
        Some(match condition {
            Condition::Constant(truth) => Condition::Constant(*truth),
            Condition::Fact(fact) => Condition::Fact(slot(*fact)?),
            Condition::Compare { fact, operator, value } => {
                Condition::Compare { fact: slot(*fact)?, operator: *operator, value: value.clone() }
            }
            Condition::CompareFacts { left, operator, right } => {
                Condition::CompareFacts { left: slot(*left)?, operator: *operator, right: slot(*right)? }
            }
            Condition::In { fact, values } => Condition::In { fact: slot(*fact)?, values: values.clone() },
            Condition::Not(inner) => Condition::Not(Box::new(self.over(rulebook, inner)?)),
            Condition::And(parts) => Condition::And(all(parts)?),
            Condition::Or(parts) => Condition::Or(all(parts)?),
        })
    }

    /// One axis for each fact that the subjects ask of, on either side; `None` where there are too many states.
    ///
    /// `days` stand for the dates that terms are counted from.
    pub fn axes(&self, sides: &Sides<'_>, subjects: &[Subject], days: &[Day]) -> Option<Vec<Axis>> {
        let mut conditions: Vec<Condition> = Vec::new();
        let mut starts: BTreeSet<Arc<str>> = BTreeSet::new();
        for subject in subjects {
            for (rulebook, is_national) in [(sides.national, true), (sides.regional, false)] {
                for condition in asked(sides, rulebook, is_national, *subject) {
                    conditions.push(self.over(rulebook, condition)?);
                }
                if let Subject::Term(at) = subject {
                    let term = if is_national { sides.n_term(*at) } else { sides.r_term(*at) };
                    if let Some(Start::Fact(fact)) = term.map(|term| &term.start) {
                        starts.insert(fact.name.as_str().into());
                    }
                }
            }
        }
        self.states(&conditions, &starts, days)
    }

    fn states(&self, conditions: &[Condition], starts: &BTreeSet<Arc<str>>, days: &[Day]) -> Option<Vec<Axis>> {
        let shapes: Vec<FactShape<'_>> = self
            .joints
            .iter()
            .map(|j| FactShape { name: &j.name, kind: j.kind, choices: &j.choices, range: j.range })
            .collect();
        let refs: Vec<&Condition> = conditions.iter().collect();
        let space = representatives(&refs, &shapes, true)?;
        let mut axes: Vec<Axis> = Vec::new();
        for (slot, values) in space {
            let joint = self.joints.get(usize::from(slot))?;
            let mut states: Vec<Option<Datum>> = values.iter().map(|value| value.as_ref().map(datum)).collect();
            if joint.kind == FactType::Integer {
                let limits = joint.limits.iter().flat_map(|n| [n.saturating_sub(1), *n, n.saturating_add(1)]);
                states.extend(
                    limits
                        .map(|n| Some(Datum::Integer(n)))
                        .filter(|s| joint.limits.len() > 2 && !states.contains(s))
                        .collect::<Vec<_>>(),
                );
            }
            merge(&mut axes, &joint.name, states);
        }
        for name in starts {
            let mut states: Vec<Option<Datum>> =
                days.iter().map(|day| Some(Datum::Text(day.to_string().into()))).collect();
            states.push(None);
            merge(&mut axes, name, states);
        }
        Some(axes)
    }

    /// Values at the limits of each fact that is not the same on both sides, whether or not anything asks for it.
    pub fn altered(&self, national: &Rulebook, regional: &Rulebook) -> Facts {
        let mut out: Facts = Vec::new();
        let find = |rulebook: &Rulebook, name: &str| rulebook.fact_slot(name).and_then(|s| rulebook.fact(s).cloned());
        for joint in &self.joints {
            let both: Vec<Fact> = [national, regional].into_iter().filter_map(|r| find(r, &joint.name)).collect();
            if let [a, b] = both.as_slice()
                && !a.shape_differs(b)
            {
                continue;
            }
            let step: Option<Decimal> = "0.000001".parse().ok();
            let mut values: Vec<Datum> =
                vec![Datum::Boolean(true), Datum::Integer(0), Datum::Text("2024-05-02".into())];
            for limit in both.iter().flat_map(|fact| [fact.minimum, fact.maximum]).flatten() {
                let one = Decimal::from_integer(1);
                for near in
                    [step, one].into_iter().flatten().flat_map(|step| (-1..=1).map(move |n| limit.moved(step, n)))
                {
                    values.push(near.integer().map_or_else(|| Datum::Text(near.to_string().into()), Datum::Integer));
                }
            }
            values.extend(joint.choices.iter().map(|choice| Datum::Text(choice.as_str().into())));
            out.extend(values.into_iter().map(|value| (joint.name.clone(), Some(value))));
        }
        out
    }
}

fn merge(axes: &mut Vec<Axis>, name: &Arc<str>, states: Vec<Option<Datum>>) {
    match axes.iter_mut().find(|axis| axis.name == *name) {
        Some(axis) => {
            let new: Vec<Option<Datum>> = states.into_iter().filter(|state| !axis.states.contains(state)).collect();
            axis.states.extend(new);
        }
        None => axes.push(Axis { name: name.clone(), states }),
    }
}

fn datum(value: &Value) -> Datum {
    match value {
        Value::Boolean(truth) => Datum::Boolean(*truth),
        Value::Integer(n) => Datum::Integer(*n),
        Value::Decimal(n) => n.integer().map_or_else(|| Datum::Text(n.to_string().into()), Datum::Integer),
        Value::Date(day) => Datum::Text(day.to_string().into()),
        Value::Text(text) => Datum::Text(text.clone()),
    }
}

/// Every condition that decides about a subject in one rulebook.
fn asked<'a>(sides: &Sides<'a>, rulebook: &'a Rulebook, is_national: bool, subject: Subject) -> Vec<&'a Condition> {
    let due = |item: &'a Item| match &item.obligation {
        Obligation::When(rule) => Some(&rule.condition),
        _ => None,
    };
    match subject {
        Subject::Whole => {
            let access = rulebook.access.iter().flat_map(|access| access.when.iter().chain(&access.unless));
            access.map(|rule| &rule.condition).collect()
        }
        Subject::Item(at) => {
            let pair = sides.items.get(at);
            let index = pair.and_then(|pair| if is_national { pair.national } else { pair.regional });
            let Some(item) = index.and_then(|index| rulebook.item(index)) else { return Vec::new() };
            let resting = rulebook.items.iter().filter(|o| o.rests_on.iter().any(|on| Some(on.index) == index));
            let registered = item.registration.as_ref().and_then(|r| r.when.as_ref()).map(|rule| &rule.condition);
            std::iter::once(item).chain(resting).filter_map(due).chain(registered).collect()
        }
        Subject::Term(at) => {
            let term = if is_national { sides.n_term(at) } else { sides.r_term(at) };
            term.and_then(|term| term.when.as_ref()).map(|rule| &rule.condition).into_iter().collect()
        }
    }
}

/// Is the term somebody else's than the office's?
pub(super) fn is_of_the_served(term: &Term) -> bool {
    term.who != Party::Office
}

/// The number of combinations of the axes.
pub(super) fn combinations(axes: &[Axis]) -> usize {
    axes.iter().fold(1_usize, |all, axis| all.saturating_mul(axis.states.len().max(1)))
}

/// The combination with that number.
pub(super) fn combination(axes: &[Axis], mut number: usize) -> Facts {
    let state = |axis: &Axis| {
        let many = axis.states.len().max(1);
        let state = axis.states.get(number % many).cloned().flatten();
        number /= many;
        (axis.name.clone(), state)
    };
    axes.iter().map(state).collect()
}
