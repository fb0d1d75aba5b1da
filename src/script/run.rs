// SPDX-License-Identifier: EUPL-1.2
//! Evaluates a script over facts, counting every step.

use std::cmp::Ordering;

use crate::calendar::Day;
use crate::condition::Slot;
use crate::value::{Decimal, Value};

use super::tree::{Arithmetic, Call, Kind, Node, Spot, Type};
use super::{Failure, MAX_STEPS, MAX_WORDS, Outcome, Run, Script, Word};

/// What a word costs, beyond its arguments: it is compared with the others.
const STEPS_OF_A_WORD: u32 = 16;
/// Bytes of text compared in one step.
const BYTES_OF_A_STEP: usize = 64;

/// Why an evaluation goes no further.
enum Stop {
    Returned,
    Awaits(Slot),
    Failed(Spot, String),
}

pub(super) struct Machine<'a> {
    script: &'a Script,
    facts: &'a [Option<Value>],
    variables: Vec<Value>,
    /// One bit for each slot up to the greatest that the script may read.
    read: Vec<u64>,
    words: Vec<Word>,
    /// One flag for each call of the script; empty unless somebody asked.
    reached: Vec<bool>,
    steps: u32,
}

pub(super) fn run(script: &Script, facts: &[Option<Value>]) -> Run {
    Machine::new(script, facts, 0).run().0
}

/// Also says which calls were reached, and how many steps it took.
pub(super) fn watched(script: &Script, facts: &[Option<Value>]) -> (Run, Vec<bool>, u32) {
    Machine::new(script, facts, script.calls.len()).run()
}

impl<'a> Machine<'a> {
    fn new(script: &'a Script, facts: &'a [Option<Value>], calls: usize) -> Self {
        let slots = script.facts.last().map_or(0, |last| usize::from(*last) / 64 + 1);
        Self {
            script,
            facts,
            variables: vec![Value::Boolean(false); script.variables],
            read: vec![0; slots],
            words: Vec::new(),
            reached: vec![false; calls],
            steps: 0,
        }
    }

    fn run(mut self) -> (Run, Vec<bool>, u32) {
        let script = self.script;
        let outcome = match self.all(&script.body) {
            Ok(()) | Err(Stop::Returned) => Outcome::Words(std::mem::take(&mut self.words)),
            Err(Stop::Awaits(slot)) => Outcome::Awaits(slot),
            Err(Stop::Failed(spot, message)) => {
                Outcome::Failed(Failure { line: spot.line, column: spot.column, message })
            }
        };
        let was_read = |slot: Slot| {
            let bits = self.read.get(usize::from(slot) / 64).copied().unwrap_or_default();
            bits >> (slot % 64) & 1 == 1
        };
        let read = script.facts.iter().filter(|slot| was_read(**slot));
        let read = read.map(|slot| (*slot, self.known(*slot).cloned())).collect();
        (Run { outcome, read }, self.reached, self.steps)
    }

    fn known(&self, slot: Slot) -> Option<&'a Value> {
        self.facts.get(usize::from(slot)).and_then(Option::as_ref)
    }

    fn spend(&mut self, steps: u32, spot: Spot) -> Result<(), Stop> {
        self.steps = self.steps.saturating_add(steps);
        if self.steps > MAX_STEPS {
            return failed(spot, format!("lo script fa più di {MAX_STEPS} passi"));
        }
        Ok(())
    }

    fn all(&mut self, nodes: &[Node]) -> Result<(), Stop> {
        nodes.iter().try_for_each(|node| self.act(node))
    }

    /// A statement.
    fn act(&mut self, node: &Node) -> Result<(), Stop> {
        self.spend(1, node.spot)?;
        match &node.kind {
            Kind::If(condition, then, otherwise) => {
                let branch = if self.truth(condition)? { then } else { otherwise };
                self.all(branch)
            }
            Kind::Block(nodes) => self.all(nodes),
            Kind::Store(index, value) => {
                let value = self.value(value)?;
                self.store(*index, value);
                Ok(())
            }
            Kind::ForEach(index, values, body) => values.iter().try_for_each(|value| {
                self.spend(1, node.spot)?;
                self.store(*index, value.clone());
                self.all(body)
            }),
            Kind::Return => Err(Stop::Returned),
            Kind::Speak(call) => self.speak(call, node.spot),
            _ => self.value(node).map(drop),
        }
    }

    fn store(&mut self, index: usize, value: Value) {
        if let Some(place) = self.variables.get_mut(index) {
            *place = value;
        }
    }

    fn truth(&mut self, node: &Node) -> Result<bool, Stop> {
        match self.value(node)? {
            Value::Boolean(truth) => Ok(truth),
            _ => failed(node.spot, "qui serve un vero o falso"),
        }
    }

    fn integer(&mut self, node: &Node) -> Result<i64, Stop> {
        match self.value(node)? {
            Value::Integer(number) => Ok(number),
            _ => failed(node.spot, "qui serve un numero intero"),
        }
    }

    fn value(&mut self, node: &Node) -> Result<Value, Stop> {
        self.spend(1, node.spot)?;
        match &node.kind {
            Kind::Value(value) => Ok(value.clone()),
            Kind::Variable(index) => match self.variables.get(*index) {
                Some(value) => Ok(value.clone()),
                None => failed(node.spot, "variabile senza valore"),
            },
            Kind::Fact(slot, kind) => self.fact(*slot, *kind, node.spot),
            Kind::Not(inner) => Ok(Value::Boolean(!self.truth(inner)?)),
            Kind::And(parts) => {
                for part in parts {
                    if !self.truth(part)? {
                        return Ok(Value::Boolean(false));
                    }
                }
                Ok(Value::Boolean(true))
            }
            Kind::Or(parts) => {
                for part in parts {
                    if self.truth(part)? {
                        return Ok(Value::Boolean(true));
                    }
                }
                Ok(Value::Boolean(false))
            }
            Kind::Negate(inner) => match self.integer(inner)?.checked_neg() {
                Some(number) => Ok(Value::Integer(number)),
                None => failed(node.spot, "il risultato è troppo grande"),
            },
            Kind::Arithmetic(operation, sides) => {
                let [left, right] = &**sides;
                let (left, right) = (self.integer(left)?, self.integer(right)?);
                calculated(*operation, left, right, node.spot)
            }
            Kind::Compare(operator, sides) => {
                let [left, right] = &**sides;
                let (left, right) = (self.value(left)?, self.value(right)?);
                let order = self.compared(&left, &right, node.spot)?;
                Ok(Value::Boolean(operator.holds(order)))
            }
            Kind::In(one, values) => {
                let one = self.value(one)?;
                for value in values {
                    self.spend(1, node.spot)?;
                    if self.compared(&one, value, node.spot)? == Ordering::Equal {
                        return Ok(Value::Boolean(true));
                    }
                }
                Ok(Value::Boolean(false))
            }
            Kind::If(condition, then, otherwise) => {
                let branch = if self.truth(condition)? { then } else { otherwise };
                self.last(branch, node.spot)
            }
            Kind::Block(nodes) => self.last(nodes, node.spot),
            Kind::Store(..) | Kind::ForEach(..) | Kind::Return | Kind::Speak(_) => {
                failed(node.spot, "qui serve un valore")
            }
        }
    }

    /// The value of the last node, after all those before it.
    fn last(&mut self, nodes: &[Node], spot: Spot) -> Result<Value, Stop> {
        let Some((last, before)) = nodes.split_last() else { return failed(spot, "qui serve un valore") };
        self.all(before)?;
        self.value(last)
    }

    fn fact(&mut self, slot: Slot, kind: Type, spot: Spot) -> Result<Value, Stop> {
        if let Some(bits) = self.read.get_mut(usize::from(slot) / 64) {
            *bits |= 1 << (slot % 64);
        }
        match self.known(slot) {
            None => Err(Stop::Awaits(slot)),
            Some(value) if Type::of(value) == kind => Ok(value.clone()),
            Some(value) => failed(spot, format!("questo dato è {}, non {}", Type::of(value).word(), kind.word())),
        }
    }

    /// Charged for the length of texts.
    fn compared(&mut self, left: &Value, right: &Value, spot: Spot) -> Result<Ordering, Stop> {
        if let (Value::Text(a), Value::Text(b)) = (left, right) {
            let bytes = a.len().min(b.len()) / BYTES_OF_A_STEP;
            self.spend(u32::try_from(bytes).unwrap_or(u32::MAX), spot)?;
        }
        match order(left, right) {
            Some(order) => Ok(order),
            None => failed(
                spot,
                match (left, right) {
                    (Value::Date(_), Value::Text(text)) | (Value::Text(text), Value::Date(_)) => {
                        format!("`{}` non è una data", text.chars().take(64).collect::<String>())
                    }
                    _ => format!("{} e {} non si possono confrontare", Type::of(left).word(), Type::of(right).word()),
                },
            ),
        }
    }

    fn speak(&mut self, call: &Call, spot: Spot) -> Result<(), Stop> {
        self.spend(STEPS_OF_A_WORD, spot)?;
        if let Some(reached) = self.reached.get_mut(call.index) {
            *reached = true;
        }
        if let Some(word) = &call.ready {
            return if self.words.contains(word) { Ok(()) } else { self.add(word.clone(), spot) };
        }
        let mut arguments = Vec::with_capacity(call.arguments.len());
        for argument in &call.arguments {
            arguments.push(self.value(argument)?);
        }
        let given: Vec<Option<&Value>> = arguments.iter().map(Some).collect();
        match self.script.names.word(call.verb, &given) {
            Ok(Some(word)) => self.add(word, spot),
            Ok(None) => failed(spot, "parola incompleta"),
            Err(wrongs) => {
                let Some(wrong) = wrongs.into_iter().min_by_key(|wrong| wrong.argument) else {
                    return failed(spot, "parola non ammessa");
                };
                let place = call.arguments.get(wrong.argument).map_or(spot, |argument| argument.spot);
                failed(place, wrong.message)
            }
        }
    }

    fn add(&mut self, word: Word, spot: Spot) -> Result<(), Stop> {
        if self.words.contains(&word) {
            return Ok(());
        }
        if self.words.len() == MAX_WORDS {
            return failed(spot, format!("lo script dice più di {MAX_WORDS} parole"));
        }
        self.words.push(word);
        Ok(())
    }
}

fn failed<T>(spot: Spot, message: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Failed(spot, message.into()))
}

fn calculated(operation: Arithmetic, left: i64, right: i64, spot: Spot) -> Result<Value, Stop> {
    let result = match operation {
        Arithmetic::Divide | Arithmetic::Remainder if right == 0 => return failed(spot, "divisione per zero"),
        Arithmetic::Add => left.checked_add(right),
        Arithmetic::Subtract => left.checked_sub(right),
        Arithmetic::Multiply => left.checked_mul(right),
        Arithmetic::Divide => left.checked_div(right),
        Arithmetic::Remainder => left.checked_rem(right),
    };
    match result {
        Some(number) => Ok(Value::Integer(number)),
        None => failed(spot, "il risultato è troppo grande"),
    }
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    Some(match (left, right) {
        (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
        (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
        (Value::Decimal(a), Value::Decimal(b)) => a.cmp(b),
        (Value::Integer(a), Value::Decimal(b)) => mixed(*a, *b),
        (Value::Decimal(a), Value::Integer(b)) => mixed(*b, *a).reverse(),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::Date(a), Value::Text(b)) => a.cmp(&b.parse::<Day>().ok()?),
        (Value::Text(a), Value::Date(b)) => a.parse::<Day>().ok()?.cmp(b),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        _ => return None,
    })
}

/// An integer too great for a decimal is beyond every decimal.
fn mixed(integer: i64, decimal: Decimal) -> Ordering {
    Decimal::from_integer(integer).map_or_else(|| integer.cmp(&0), |integer| integer.cmp(&decimal))
}
