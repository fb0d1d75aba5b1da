// SPDX-License-Identifier: EUPL-1.2
//! A script tried over facts made up for it, so that its faults are found before a case is.
//!
//! The trial first follows the script: each time a run stops at a fact that is not known, it goes on with every value of
//! that fact. Where that would take too many runs, it stops half way; then come the values of two facts at a time, pair
//! after pair, while the other facts take values drawn from numbers that are always the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::calendar::Day;
use crate::condition::{FactShape, Slot};
use crate::value::{Decimal, FactType, Value};

use super::characters::length_at;
use super::tree::Spot;
use super::{MAX_TRIAL_STEPS, MAX_TRIALS, Outcome, Script, ScriptFault, run};

/// Values that one fact takes, at most.
const MAX_CANDIDATES: usize = 64;
/// Faults reported, and facts shown with each.
const MAX_FAULTS: usize = 20;
const MAX_SHOWN: usize = 8;

type World = Vec<Option<Value>>;

struct Trial<'a> {
    script: &'a Script,
    facts: &'a [FactShape<'a>],
    candidates: BTreeMap<Slot, Vec<Value>>,
    runs: usize,
    steps: u64,
    reached: Vec<bool>,
    spoke: bool,
    /// Where and why runs failed, and the facts of the first that did.
    failed: BTreeMap<(Spot, String), String>,
}

pub(super) fn trial(script: &Script, facts: &[FactShape<'_>]) -> Vec<ScriptFault> {
    let candidates = script.facts.iter().filter_map(|slot| {
        let shape = facts.get(usize::from(*slot))?;
        let edges = script.edges.iter().filter(|(fact, _)| fact == slot).map(|(_, value)| value);
        Some((*slot, candidates(shape, edges)))
    });
    let mut trial = Trial {
        script,
        facts,
        candidates: candidates.collect(),
        runs: 0,
        steps: 0,
        reached: vec![false; script.calls.len()],
        spoke: false,
        failed: BTreeMap::new(),
    };
    if !trial.follow() {
        trial.pairs();
    }
    trial.faults()
}

impl Trial<'_> {
    /// One run; gives the fact that stopped it.
    fn run(&mut self, world: &World) -> Option<Slot> {
        let (run, reached, steps) = run::watched(self.script, world);
        self.runs += 1;
        self.steps += u64::from(steps) + 1;
        self.reached.iter_mut().zip(reached).for_each(|(all, now)| *all |= now);
        match run.outcome {
            Outcome::Words(words) => self.spoke |= !words.is_empty(),
            Outcome::Awaits(slot) => return Some(slot),
            Outcome::Failed(failure) => {
                let spot = Spot { line: failure.line, column: failure.column };
                let key = (spot, failure.message);
                if self.failed.len() < MAX_FAULTS && !self.failed.contains_key(&key) {
                    let shown = self.shown(&run.read);
                    self.failed.insert(key, shown);
                }
            }
        }
        None
    }

    fn may_go_on(&self, runs: usize, steps: u64) -> bool {
        self.runs < runs && self.steps < steps
    }

    /// Follows the script from fact to fact; false if there was more to follow.
    fn follow(&mut self) -> bool {
        let mut open: Vec<World> = vec![vec![None; self.facts.len()]];
        while let Some(world) = open.pop() {
            if !self.may_go_on(MAX_TRIALS / 2, MAX_TRIAL_STEPS / 2) {
                return false;
            }
            let Some(slot) = self.run(&world) else { continue };
            for value in self.candidates.get(&slot).into_iter().flatten().rev() {
                let mut next = world.clone();
                if let Some(place) = next.get_mut(usize::from(slot)) {
                    *place = Some(value.clone());
                    open.push(next);
                }
            }
        }
        true
    }

    fn pairs(&mut self) {
        let facts: Vec<(Slot, usize)> = self.candidates.iter().map(|(slot, values)| (*slot, values.len())).collect();
        let ahead = |n: usize| facts.iter().skip(n + 1);
        let all: usize = facts.iter().enumerate().map(|(n, a)| ahead(n).map(|b| a.1 * b.1).sum::<usize>()).sum();
        let stride = all / (MAX_TRIALS - self.runs.min(MAX_TRIALS - 1)) + 1;
        let mut number = 0_usize;
        for (n, (left, lefts)) in facts.iter().enumerate() {
            for (right, rights) in ahead(n) {
                for pair in 0..lefts * rights {
                    number += 1;
                    if !number.is_multiple_of(stride) {
                        continue;
                    }
                    if !self.may_go_on(MAX_TRIALS, MAX_TRIAL_STEPS) {
                        return;
                    }
                    let mut world = self.drawn(number);
                    self.set(&mut world, *left, pair / rights);
                    self.set(&mut world, *right, pair % rights);
                    self.run(&world);
                }
            }
        }
    }

    /// All facts with a value, drawn by the number of the run.
    fn drawn(&self, number: usize) -> World {
        let mut world = vec![None; self.facts.len()];
        for (slot, values) in &self.candidates {
            let drawn = mixed(u64::try_from(number).unwrap_or_default() << 16 | u64::from(*slot));
            let count = u64::try_from(values.len()).unwrap_or_default().max(1);
            self.set(&mut world, *slot, usize::try_from(drawn % count).unwrap_or_default());
        }
        world
    }

    fn set(&self, world: &mut World, slot: Slot, which: usize) {
        let value = self.candidates.get(&slot).and_then(|values| values.get(which));
        if let (Some(place), Some(value)) = (world.get_mut(usize::from(slot)), value) {
            *place = Some(value.clone());
        }
    }

    fn shown(&self, read: &[(Slot, Option<Value>)]) -> String {
        let named = read.iter().filter_map(|(slot, value)| {
            let name = self.facts.get(usize::from(*slot))?.name;
            Some(match value.as_ref()? {
                Value::Text(text) => format!("`{name}` = \"{}\"", text.chars().take(40).collect::<String>()),
                value => format!("`{name}` = {value}"),
            })
        });
        let mut named: Vec<String> = named.collect();
        let more = named.len() > MAX_SHOWN;
        named.truncate(MAX_SHOWN);
        if more {
            named.push("…".to_owned());
        }
        named.join(", ")
    }

    fn faults(self) -> Vec<ScriptFault> {
        let source = self.script.source();
        let mut faults = Vec::new();
        let mut add = |spot: Spot, message: String, help: &str, is_warning| {
            let (line, column, length) = (spot.line, spot.column, length_at(source, spot));
            faults.push(ScriptFault { line, column, length, message, help: Some(help.to_owned()), is_warning });
        };
        for ((spot, message), facts) in self.failed {
            let message = if facts.is_empty() { message } else { format!("{message}, con {facts}") };
            add(spot, message, "aggiungi una condizione che escluda questi dati", false);
        }
        let runs = self.runs;
        if !self.spoke {
            let message = format!("lo script non ha detto mai una parola, in {runs} prove: non cambia niente");
            add(Spot::START, message, "controlla le condizioni, o togli lo script", true);
        }
        for (call, _) in self.script.calls.iter().zip(&self.reached).filter(|(_, reached)| !**reached) {
            let message = format!("questa parola non è mai detta, in {runs} prove");
            add(*call, message, "controlla le condizioni che la precedono", true);
        }
        faults
    }
}

/// The values that a fact takes in a trial: first those that matter to the script.
fn candidates<'a>(shape: &FactShape<'_>, edges: impl Iterator<Item = &'a Value>) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    let mut add = |value: Value| {
        if found.len() < MAX_CANDIDATES && !found.contains(&value) {
            found.push(value);
        }
    };
    let text = |text: &str| Value::Text(Arc::from(text));
    match shape.kind {
        FactType::Boolean => [false, true].into_iter().for_each(|truth| add(Value::Boolean(truth))),
        FactType::Integer => {
            let (least, most) = (shape.range.0.unwrap_or(i64::MIN), shape.range.1.unwrap_or(i64::MAX));
            let edges = edges.filter_map(|edge| match edge {
                Value::Integer(edge) => Some(*edge),
                Value::Decimal(edge) => edge.integer(),
                _ => None,
            });
            let around = edges.flat_map(|edge| [edge, edge.saturating_sub(1), edge.saturating_add(1)]);
            let all = around.chain([0, least, most]).filter(|number| (least..=most).contains(number));
            all.for_each(|number| add(Value::Integer(number)));
        }
        FactType::Decimal => {
            let Ok(step) = "0.000001".parse::<Decimal>() else { return found };
            let edges = edges.filter_map(|edge| match edge {
                Value::Integer(edge) => Decimal::from_integer(*edge),
                Value::Decimal(edge) => Some(*edge),
                _ => None,
            });
            let around = edges.flat_map(|edge| [edge, edge.moved(step, -1), edge.moved(step, 1)]);
            let ends = [step.moved(step, -1), step.moved(step, i64::MIN), step.moved(step, i64::MAX)];
            around.chain(ends).for_each(|number| add(Value::Decimal(number)));
        }
        FactType::Date => {
            let edges = edges.filter_map(|edge| match edge {
                Value::Date(day) => Some(*day),
                Value::Text(text) => text.parse::<Day>().ok(),
                _ => None,
            });
            let around = edges.flat_map(|day| [day, day.add_days(-1), day.add_days(1)]);
            around.chain([Day::MIN, Day::MAX]).for_each(|day| add(Value::Date(day)));
        }
        FactType::Text => edges.cloned().chain(["", "x"].map(text)).for_each(add),
        FactType::Choice => shape.choices.iter().for_each(|choice| add(text(choice))),
    }
    found
}

/// SplitMix64's finish: a number that looks drawn, and is always the same.
fn mixed(number: u64) -> u64 {
    let z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
