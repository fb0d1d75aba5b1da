// SPDX-License-Identifier: EUPL-1.2
//! What each fact is compared with, remembered while the script is read: the trial begins there.

use std::collections::BTreeSet;

use crate::condition::Slot;
use crate::value::Value;

use super::lower::Lowering;
use super::tree::{Kind, Node, Type};

/// Values remembered, for each variable and for all.
const MAX_MENTIONED: usize = 64;
const MAX_EDGES: usize = 1_000;

/// The facts and the written values on which an expression rests.
#[derive(Clone, Default)]
pub(super) struct Mentions {
    pub facts: BTreeSet<Slot>,
    pub values: Vec<Value>,
}

impl Mentions {
    pub fn add(&mut self, other: &Self) {
        self.facts.extend(other.facts.iter().take(MAX_MENTIONED));
        for value in &other.values {
            self.add_value(value);
        }
    }

    pub fn add_value(&mut self, value: &Value) {
        if self.values.len() < MAX_MENTIONED && !self.values.contains(value) {
            self.values.push(value.clone());
        }
    }
}

impl Lowering<'_> {
    /// Remembers the written values that stand with facts in a comparison or a calculation.
    pub fn remember(&mut self, nodes: &[Node]) {
        let mut mentions = Mentions::default();
        nodes.iter().for_each(|node| self.mentions(node, &mut mentions));
        for fact in &mentions.facts {
            let Some(shape) = self.facts.get(usize::from(*fact)) else { continue };
            let kind = Type::of_fact(shape.kind);
            for value in &mentions.values {
                let fits = Type::of(value) == kind || (Type::of(value).is_number() && kind.is_number());
                let edge = (*fact, value.clone());
                if fits && self.edges.len() < MAX_EDGES && !self.edges.contains(&edge) {
                    self.edges.push(edge);
                }
            }
        }
    }

    pub fn mentions(&self, node: &Node, found: &mut Mentions) {
        match &node.kind {
            Kind::Value(value) => found.add_value(value),
            Kind::Fact(slot, _) => _ = found.facts.insert(*slot),
            Kind::Variable(index) => {
                if let Some(variable) = self.scope.get(*index) {
                    found.add(&variable.mentions);
                }
            }
            Kind::In(inner, values) => {
                self.mentions(inner, found);
                values.iter().for_each(|value| found.add_value(value));
            }
            Kind::Negate(inner) | Kind::Not(inner) | Kind::Store(_, inner) => {
                self.mentions(inner, found);
            }
            Kind::Arithmetic(_, sides) | Kind::Compare(_, sides) => {
                sides.iter().for_each(|side| self.mentions(side, found));
            }
            Kind::And(parts) | Kind::Or(parts) | Kind::Block(parts) => {
                parts.iter().for_each(|part| self.mentions(part, found));
            }
            Kind::If(condition, then, otherwise) => {
                self.mentions(condition, found);
                then.iter().chain(otherwise).for_each(|part| self.mentions(part, found));
            }
            Kind::ForEach(..) | Kind::Return | Kind::Speak(_) => {}
        }
    }
}
