// SPDX-License-Identifier: EUPL-1.2
//! Conditions over facts: rhai's expression syntax cut down, checked once, evaluated in three-valued logic.
//!
//! A condition never runs in rhai, never allocates when evaluated, and never takes a missing fact for a *no*.

mod parse;
mod space;

use std::cmp::Ordering;
use std::fmt::Write;

use crate::calendar::Day;
use crate::names::closest;
use crate::value::{Decimal, FactType, Truth, Value};

use parse::{Ast, AstKind, Literal};
pub use space::{Dominance, Verdict, decide, dominates, for_each, representatives};

/// Where a fact stands among the facts of a rulebook.
pub type Slot = u16;

/// What a condition must know of a fact it names.
#[derive(Clone, Copy, Debug)]
pub struct FactShape<'a> {
    pub name: &'a str,
    pub kind: FactType,
    pub choices: &'a [String],
    /// Least and greatest value of an integer fact, where declared.
    pub range: (Option<i64>, Option<i64>),
}

/// A fault in the text of a condition: where (in characters from its start), what, and the remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionFault {
    pub start: usize,
    pub length: usize,
    pub message: String,
    pub help: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    Equal,
    Different,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Operator {
    /// Whether two things in that order stand in this relation.
    pub fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order == Ordering::Equal,
            Self::Different => order != Ordering::Equal,
            Self::Less => order == Ordering::Less,
            Self::LessOrEqual => order != Ordering::Greater,
            Self::Greater => order == Ordering::Greater,
            Self::GreaterOrEqual => order != Ordering::Less,
        }
    }

    /// The same comparison with its sides exchanged.
    fn mirrored(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }

    fn is_order(self) -> bool {
        !matches!(self, Self::Equal | Self::Different)
    }

    pub fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::Different => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

/// A checked condition: every name is a fact, every comparison fits its types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    Constant(bool),
    Fact(Slot),
    Compare { fact: Slot, operator: Operator, value: Value },
    CompareFacts { left: Slot, operator: Operator, right: Slot },
    In { fact: Slot, values: Vec<Value> },
    Not(Box<Condition>),
    And(Vec<Condition>),
    Or(Vec<Condition>),
}

impl Condition {
    /// Parses and checks a condition against the facts it may name; `facts[i]` gets slot `i`.
    ///
    /// # Errors
    /// All the faults found: one for a syntax error, every one for names and types.
    pub fn read(text: &str, facts: &[FactShape<'_>]) -> Result<Self, Vec<ConditionFault>> {
        let ast = parse::parse(text).map_err(|fault| vec![fault])?;
        let mut checker = Checker { facts, faults: Vec::new() };
        let condition = checker.truth(&ast);
        match condition {
            Some(condition) if checker.faults.is_empty() => Ok(condition),
            _ => Err(checker.faults),
        }
    }

    /// The answer over the given facts; `None` in a slot is a fact not known.
    pub fn evaluate(&self, facts: &[Option<Value>]) -> Truth {
        match self {
            Self::Constant(truth) => Truth::from(*truth),
            Self::Fact(slot) => match known(facts, *slot) {
                Some(Value::Boolean(truth)) => Truth::from(*truth),
                _ => Truth::NotKnown,
            },
            Self::Compare { fact, operator, value } => {
                Truth::from(known(facts, *fact).and_then(|v| compare(v, value)).map(|order| operator.holds(order)))
            }
            Self::CompareFacts { left, operator, right } => match (known(facts, *left), known(facts, *right)) {
                (Some(left), Some(right)) => Truth::from(compare(left, right).map(|order| operator.holds(order))),
                _ => Truth::NotKnown,
            },
            Self::In { fact, values } => match known(facts, *fact) {
                Some(known) => Truth::from(values.iter().any(|v| compare(known, v) == Some(Ordering::Equal))),
                None => Truth::NotKnown,
            },
            Self::Not(inner) => inner.evaluate(facts).negated(),
            Self::And(all) => {
                let mut answer = Truth::True;
                for part in all {
                    answer = answer.and(part.evaluate(facts));
                    if answer == Truth::False {
                        break;
                    }
                }
                answer
            }
            Self::Or(any) => {
                let mut answer = Truth::False;
                for part in any {
                    answer = answer.or(part.evaluate(facts));
                    if answer == Truth::True {
                        break;
                    }
                }
                answer
            }
        }
    }

    /// Names, to `visit`, the unknown facts on which an undecided answer still depends.
    pub fn awaited(&self, facts: &[Option<Value>], visit: &mut dyn FnMut(Slot)) {
        if self.evaluate(facts) != Truth::NotKnown {
            return;
        }
        match self {
            Self::Constant(_) => {}
            Self::Fact(fact) | Self::Compare { fact, .. } | Self::In { fact, .. } => visit(*fact),
            Self::CompareFacts { left, right, .. } => {
                for slot in [*left, *right] {
                    if known(facts, slot).is_none() {
                        visit(slot);
                    }
                }
            }
            Self::Not(inner) => inner.awaited(facts, visit),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.awaited(facts, visit)),
        }
    }

    /// Every fact the condition names.
    pub fn facts(&self, visit: &mut dyn FnMut(Slot)) {
        match self {
            Self::Constant(_) => {}
            Self::Fact(fact) | Self::Compare { fact, .. } | Self::In { fact, .. } => visit(*fact),
            Self::CompareFacts { left, right, .. } => {
                visit(*left);
                visit(*right);
            }
            Self::Not(inner) => inner.facts(visit),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.facts(visit)),
        }
    }

    /// The condition written out again, with the given fact names; parses back to the same condition.
    pub fn text(&self, name: &dyn Fn(Slot) -> String) -> String {
        let mut out = String::new();
        self.write(&mut out, name, 0);
        out
    }

    fn write(&self, out: &mut String, name: &dyn Fn(Slot) -> String, above: u8) {
        let level = match self {
            Self::Or(_) => 1,
            Self::And(_) => 2,
            _ => 3,
        };
        let wrapped = level < above;
        if wrapped {
            out.push('(');
        }
        match self {
            Self::Constant(truth) => _ = write!(out, "{truth}"),
            Self::Fact(fact) => out.push_str(&name(*fact)),
            Self::Compare { fact, operator, value } => {
                _ = write!(out, "{} {} {}", name(*fact), operator.sign(), literal(value));
            }
            Self::CompareFacts { left, operator, right } => {
                _ = write!(out, "{} {} {}", name(*left), operator.sign(), name(*right));
            }
            Self::In { fact, values } => {
                let values: Vec<String> = values.iter().map(literal).collect();
                _ = write!(out, "{} in [{}]", name(*fact), values.join(", "));
            }
            Self::Not(inner) => {
                let plain = matches!(**inner, Self::Fact(_) | Self::Not(_) | Self::Constant(_));
                out.push_str(if plain { "!" } else { "!(" });
                inner.write(out, name, 0);
                if !plain {
                    out.push(')');
                }
            }
            Self::And(parts) | Self::Or(parts) => {
                let joint = if level == 1 { " || " } else { " && " };
                for (i, part) in parts.iter().enumerate() {
                    if i > 0 {
                        out.push_str(joint);
                    }
                    part.write(out, name, level + 1);
                }
            }
        }
        if wrapped {
            out.push(')');
        }
    }
}

fn literal(value: &Value) -> String {
    match value {
        Value::Boolean(truth) => truth.to_string(),
        Value::Integer(n) => n.to_string(),
        Value::Decimal(d) => d.to_string(),
        Value::Date(day) => format!("\"{day}\""),
        Value::Text(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

fn known(facts: &[Option<Value>], slot: Slot) -> Option<&Value> {
    facts.get(usize::from(slot)).and_then(Option::as_ref)
}

/// `None` for values of different types, which a checked condition never compares.
fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    Some(match (left, right) {
        (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
        (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::Decimal(a), Value::Decimal(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        _ => return None,
    })
}

struct Checker<'a> {
    facts: &'a [FactShape<'a>],
    faults: Vec<ConditionFault>,
}

impl Checker<'_> {
    fn fault<T>(&mut self, ast: &Ast, message: String, help: Option<String>) -> Option<T> {
        self.faults.push(ConditionFault { start: ast.start, length: ast.end - ast.start, message, help });
        None
    }

    fn fact(&mut self, ast: &Ast, name: &str) -> Option<(Slot, FactShape<'_>)> {
        let found = self.facts.iter().position(|f| f.name == name);
        if let Some(index) = found
            && let (Some(shape), Ok(slot)) = (self.facts.get(index).copied(), Slot::try_from(index))
        {
            return Some((slot, shape));
        }
        let near = closest(name, self.facts.iter().map(|f| f.name));
        let help = near.map_or_else(
            || "dichiara il dato in `specs/catalogo/dati.yaml` o sotto `dati` nel livello".to_owned(),
            |near| format!("forse volevi dire `{near}`"),
        );
        self.fault(ast, format!("dato `{name}` sconosciuto"), Some(help))
    }

    /// An expression that must be true or false.
    fn truth(&mut self, ast: &Ast) -> Option<Condition> {
        match &ast.kind {
            AstKind::Literal(Literal::Boolean(truth)) => Some(Condition::Constant(*truth)),
            AstKind::Literal(_) => self.fault(
                ast,
                "qui serve una condizione, non un valore".into(),
                Some("scrivi un confronto, per esempio `eta < 30`".into()),
            ),
            AstKind::Name(name) => {
                let (slot, shape) = self.fact(ast, name)?;
                let kind = shape.kind;
                if kind == FactType::Boolean {
                    return Some(Condition::Fact(slot));
                }
                let help = format!("confronta `{name}` con {}", kind.example());
                self.fault(ast, format!("il dato `{name}` è di tipo {}, non è vero o falso", kind.word()), Some(help))
            }
            AstKind::Not(inner) => self.truth(inner).map(|c| Condition::Not(Box::new(c))),
            AstKind::And(left, right) => {
                let (left, right) = (self.truth(left), self.truth(right));
                Some(Condition::And(joined(left?, right?, |c| match c {
                    Condition::And(parts) => Ok(parts),
                    other => Err(other),
                })))
            }
            AstKind::Or(left, right) => {
                let (left, right) = (self.truth(left), self.truth(right));
                Some(Condition::Or(joined(left?, right?, |c| match c {
                    Condition::Or(parts) => Ok(parts),
                    other => Err(other),
                })))
            }
            AstKind::Compare(operator, left, right) => self.comparison(ast, *operator, left, right),
            AstKind::In(left, items) => {
                let AstKind::Name(name) = &left.kind else {
                    return self.fault(left, "a sinistra di `in` serve un dato".into(), None);
                };
                let (slot, shape) = self.fact(left, name)?;
                let (name, kind, choices) = (name.clone(), shape.kind, shape.choices.to_vec());
                let values: Vec<Option<Value>> = items.iter().map(|i| self.value(i, &name, kind, &choices)).collect();
                Some(Condition::In { fact: slot, values: values.into_iter().collect::<Option<_>>()? })
            }
        }
    }

    fn comparison(&mut self, ast: &Ast, operator: Operator, left: &Ast, right: &Ast) -> Option<Condition> {
        let (name, other, operator) = match (&left.kind, &right.kind) {
            (AstKind::Name(a), AstKind::Name(b)) => return self.between_facts(ast, operator, (left, a), (right, b)),
            (AstKind::Name(name), AstKind::Literal(_)) => ((left, name), right, operator),
            (AstKind::Literal(_), AstKind::Name(name)) => ((right, name), left, operator.mirrored()),
            (AstKind::Compare(..), _) => {
                return self.fault(ast, "confronti a catena".into(), Some("scrivi due confronti uniti da `&&`".into()));
            }
            _ => {
                let help = "per esempio `eta < 30`".to_owned();
                return self.fault(
                    ast,
                    "un confronto mette un dato accanto a un valore o a un altro dato".into(),
                    Some(help),
                );
            }
        };
        let (slot, shape) = self.fact(name.0, name.1)?;
        let (kind, choices) = (shape.kind, shape.choices.to_vec());
        if operator.is_order() && matches!(kind, FactType::Boolean | FactType::Text | FactType::Choice) {
            let message = format!("il dato `{}` è di tipo {}: non ha un prima e un dopo", name.1, kind.word());
            return self.fault(ast, message, Some("usa `==`, `!=` oppure `in [...]`".into()));
        }
        let value = self.value(other, name.1, kind, &choices)?;
        Some(Condition::Compare { fact: slot, operator, value })
    }

    fn between_facts(
        &mut self,
        ast: &Ast,
        operator: Operator,
        left: (&Ast, &str),
        right: (&Ast, &str),
    ) -> Option<Condition> {
        let a = self.fact(left.0, left.1).map(|(slot, shape)| (slot, shape.kind));
        let b = self.fact(right.0, right.1).map(|(slot, shape)| (slot, shape.kind));
        let ((a, a_kind), (b, b_kind)) = (a?, b?);
        if a_kind != b_kind {
            let message = format!(
                "`{}` è di tipo {} e `{}` di tipo {}: non si possono confrontare",
                left.1,
                a_kind.word(),
                right.1,
                b_kind.word()
            );
            return self.fault(ast, message, None);
        }
        if operator.is_order() && !matches!(a_kind, FactType::Integer | FactType::Decimal | FactType::Date) {
            let message = format!("due dati di tipo {} non hanno un prima e un dopo", a_kind.word());
            return self.fault(ast, message, Some("usa `==` o `!=`".into()));
        }
        Some(Condition::CompareFacts { left: a, operator, right: b })
    }

    fn value(&mut self, ast: &Ast, name: &str, kind: FactType, choices: &[String]) -> Option<Value> {
        let AstKind::Literal(literal) = &ast.kind else {
            return self.fault(ast, "qui serve un valore, non un'espressione".into(), None);
        };
        let value = match (kind, literal) {
            (FactType::Boolean, Literal::Boolean(truth)) => Some(Value::Boolean(*truth)),
            (FactType::Integer, Literal::Integer(n)) => Some(Value::Integer(*n)),
            (FactType::Decimal, Literal::Integer(n)) => Decimal::from_integer(*n).map(Value::Decimal),
            (FactType::Decimal, Literal::Decimal(d)) => Some(Value::Decimal(*d)),
            (FactType::Date, Literal::Text(text)) => text.parse::<Day>().ok().map(Value::Date),
            (FactType::Text, Literal::Text(text)) => Some(Value::Text(text.as_str().into())),
            (FactType::Choice, Literal::Text(text)) => {
                if choices.iter().any(|c| c == text) {
                    return Some(Value::Text(text.as_str().into()));
                }
                let help = closest(text, choices.iter().map(String::as_str)).map_or_else(
                    || format!("le scelte sono: {}", choices.join(", ")),
                    |near| format!("forse volevi dire `{near}`"),
                );
                return self.fault(ast, format!("`{text}` non è una scelta del dato `{name}`"), Some(help));
            }
            _ => None,
        };
        if value.is_some() {
            return value;
        }
        let message = format!("il valore non va bene per il dato `{name}`, che è di tipo {}", kind.word());
        self.fault(ast, message, Some(format!("serve {}", kind.example())))
    }
}

/// Flattens nested conjunctions (or disjunctions) into one list.
fn joined(
    left: Condition,
    right: Condition,
    split: fn(Condition) -> Result<Vec<Condition>, Condition>,
) -> Vec<Condition> {
    let mut parts = Vec::new();
    for side in [left, right] {
        match split(side) {
            Ok(inner) => parts.extend(inner),
            Err(other) => parts.push(other),
        }
    }
    parts
}
