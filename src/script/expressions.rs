// SPDX-License-Identifier: EUPL-1.2
//! From rhai's tree to ours: expressions, each with the type of what it gives.

use rhai::{ASTFlags, Expr, FnCallExpr, StmtBlock};

use crate::condition::{Operator, Slot};
use crate::names::closest;
use crate::value::{Decimal, FactType, Value};

use super::characters::rest_at;
use super::lower::{ALLOWED, Lowering, Typed, arithmetic};
use super::names::{Verb, shown};
use super::syntax::spot;
use super::tree::{Kind, Node, Spot, Type};

const DOUBLE_QUOTES: &str = "racchiudi il testo tra virgolette doppie";

impl Node {
    /// The value, where it is written in the script.
    pub fn written(&self) -> Option<&Value> {
        match &self.kind {
            Kind::Value(value) => Some(value),
            _ => None,
        }
    }
}

impl Typed {
    fn new(spot: Spot, kind: Kind, gives: Type) -> Self {
        Self { node: Node { spot, kind }, kind: gives }
    }

    fn value(spot: Spot, value: Value) -> Self {
        let kind = Type::of(&value);
        Self::new(spot, Kind::Value(value), kind)
    }
}

impl Lowering<'_> {
    pub fn expression(&mut self, expression: &Expr) -> Option<Typed> {
        let here = spot(expression.start_position());
        self.part(here)?;
        match expression {
            Expr::BoolConstant(truth, _) => Some(Typed::value(here, Value::Boolean(*truth))),
            Expr::IntegerConstant(number, _) => Some(Typed::value(here, Value::Integer(*number))),
            Expr::FloatConstant(number, _) => self.decimal(number.is_sign_negative(), here),
            Expr::StringConstant(text, _) => Some(Typed::value(here, Value::Text(text.as_str().into()))),
            Expr::CharConstant(..) => self.fault(here, "apice in uno script", DOUBLE_QUOTES),
            Expr::InterpolatedString(..) => self.fault(here, "testo con un calcolo dentro", DOUBLE_QUOTES),
            Expr::Variable(name, ..) => self.name(&name.1, here),
            Expr::Dot(sides, flags, _) => self.fact(&sides.lhs, &sides.rhs, *flags, here),
            Expr::And(parts, position) => {
                let parts = self.truths(parts)?;
                Some(Typed::new(spot(*position), Kind::And(parts), Type::Truth))
            }
            Expr::Or(parts, position) => {
                let parts = self.truths(parts)?;
                Some(Typed::new(spot(*position), Kind::Or(parts), Type::Truth))
            }
            Expr::FnCall(call, position) => self.operation(call, spot(*position)),
            Expr::Stmt(block) => match block.statements() {
                [rhai::Stmt::If(flow, _)] => self.choice(&flow.expr, &flow.body, &flow.branch, here),
                _ => {
                    let (nodes, kind) = self.giving(block, here)?;
                    Some(Typed::new(here, Kind::Block(nodes), kind))
                }
            },
            Expr::Array(..) => self.fault(here, "elenco fuori posto", "un elenco sta solo dopo `in`"),
            Expr::Map(..) => self.refused(here, "`#{…}`"),
            Expr::Index(..) => self.refused(here, "`[…]` dopo un valore"),
            Expr::Coalesce(..) => self.refused(here, "`??`"),
            Expr::ThisPtr(_) => self.refused(here, "`this`"),
            Expr::Unit(_) => self.refused(here, "`()`"),
            Expr::DynamicConstant(..) => self.refused(here, "una funzione senza nome"),
            _ => self.refused(here, "questa scrittura"),
        }
    }

    /// An expression that must be true or false.
    pub fn truth(&mut self, expression: &Expr) -> Option<Node> {
        let typed = self.expression(expression)?;
        if typed.kind == Type::Truth {
            return Some(typed.node);
        }
        let message = format!("qui serve un vero o falso, e questo è {}", typed.kind.word());
        self.fault(spot(expression.start_position()), message, "scrivi un confronto, per esempio `dati.eta < 30`")
    }

    fn truths(&mut self, parts: &[Expr]) -> Option<Vec<Node>> {
        let parts: Vec<Option<Node>> = parts.iter().map(|part| self.truth(part)).collect();
        parts.into_iter().collect()
    }

    /// A decimal is read from the source: rhai's own reading of it is binary floating point, and is left alone.
    fn decimal(&mut self, negative: bool, here: Spot) -> Option<Typed> {
        let rest = rest_at(self.source, here).trim_start_matches(['-', '+', ' ', '(']);
        let digits: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_')).collect();
        match digits.replace('_', "").parse::<Decimal>() {
            Ok(number) => {
                let zero = number.moved(number, -1);
                let number = if negative { zero.moved(number, -1) } else { number };
                Some(Typed::value(here, Value::Decimal(number)))
            }
            Err(()) => {
                let help = "al massimo sei decimali, per esempio `0.79`; gli interi arrivano a 9223372036854775807";
                self.fault(here, format!("`{digits}` non è un numero"), help)
            }
        }
    }

    fn name(&mut self, name: &str, here: Spot) -> Option<Typed> {
        if let Some((index, variable)) = self.variable_named(name) {
            return Some(Typed::new(here, Kind::Variable(index), variable.kind));
        }
        if name == self.parameter {
            let help = format!("scrivi quale dato: per esempio `{name}.eta`");
            return self.fault(here, format!("`{name}` è l'insieme dei dati, non un valore"), help);
        }
        let help = if self.facts.iter().any(|fact| fact.name == name) {
            format!("scrivi `{}.{name}`", self.parameter)
        } else {
            let near = closest(name, self.scope.iter().map(|variable| variable.name.as_str()));
            near.map_or_else(|| "dichiarala con `let`".to_owned(), |near| format!("forse volevi dire `{near}`"))
        };
        self.fault(here, format!("variabile `{}` sconosciuta", shown(name)), help)
    }

    fn fact(&mut self, left: &Expr, right: &Expr, flags: ASTFlags, here: Spot) -> Option<Typed> {
        let is_parameter = matches!(left, Expr::Variable(name, ..) if name.1 == self.parameter)
            && self.variable_named(self.parameter).is_none();
        let (Expr::Property(property, position), true) = (right, is_parameter) else {
            let help = format!("con il punto si leggono solo i dati: per esempio `{}.eta`", self.parameter);
            return self.fault(spot(right.start_position()), "punto fuori posto", help);
        };
        if flags.intersects(ASTFlags::NEGATED) {
            return self.refused(here, "`?.`");
        }
        let (name, place) = (&property.2, spot(*position));
        let found = self.facts.iter().position(|fact| *name == fact.name);
        if let Some((index, slot)) = found.and_then(|index| Some((index, Slot::try_from(index).ok()?)))
            && let Some(shape) = self.facts.get(index)
        {
            let kind = Type::of_fact(shape.kind);
            self.read.insert(slot);
            return Some(Typed::new(here, Kind::Fact(slot, kind), kind));
        }
        let near = closest(name, self.facts.iter().map(|fact| fact.name));
        let help = near.map_or_else(
            || "dichiara il dato in `specs/catalogo/dati.yaml` o sotto `dati` nel livello".to_owned(),
            |near| format!("forse volevi dire `{near}`"),
        );
        self.fault(place, format!("dato `{}` sconosciuto", shown(name)), help)
    }

    /// An operator with its sides; rhai writes `x in list` as `contains(list, x)`.
    pub fn operation(&mut self, call: &FnCallExpr, here: Spot) -> Option<Typed> {
        let name: &str = &call.name;
        match (name, call.args.as_slice()) {
            ("contains", [list, one]) if matches!(list, Expr::Array(..)) => return self.within(one, list, here),
            ("contains", [list, _]) => {
                let help = "per esempio `dati.titolo in [\"diploma\", \"laurea\"]`";
                return self.fault(spot(list.start_position()), "dopo `in` serve un elenco", help);
            }
            _ if !call.is_operator_call() && Verb::named(name).is_some() => {
                return self.fault(here, "un verbo non dà un valore", "scrivilo da solo, come istruzione");
            }
            _ if !call.is_operator_call() => return self.unknown(name, here),
            ("!", [inner]) => {
                let inner = self.truth(inner)?;
                return Some(Typed::new(here, Kind::Not(Box::new(inner)), Type::Truth));
            }
            ("-", [inner]) => {
                let inner = self.integer(inner)?;
                return Some(Typed::new(here, Kind::Negate(Box::new(inner)), Type::Integer));
            }
            (_, [_, _]) => {}
            _ => return self.fault(here, format!("segno `{name}` fuori posto"), ALLOWED),
        }
        let [left, right] = call.args.as_slice() else { return None };
        if let Some(operator) = comparison(name) {
            return self.compared(operator, left, right, here);
        }
        let Some(operation) = arithmetic(name) else {
            return self.fault(here, format!("segno `{name}` non ammesso in uno script"), ALLOWED);
        };
        let sides = [self.integer(left)?, self.integer(right)?];
        self.remember(&sides);
        Some(Typed::new(here, Kind::Arithmetic(operation, Box::new(sides)), Type::Integer))
    }

    fn integer(&mut self, expression: &Expr) -> Option<Node> {
        let typed = self.expression(expression)?;
        match typed.kind {
            Type::Integer => Some(typed.node),
            Type::Text => {
                let message = "i testi non si uniscono e non si calcolano";
                self.fault(typed.node.spot, message, "scrivi il testo per intero")
            }
            other => {
                let message = format!("qui serve un numero intero, e questo è {}", other.word());
                self.fault(typed.node.spot, message, "si calcola solo su numeri interi")
            }
        }
    }

    fn compared(&mut self, operator: Operator, left: &Expr, right: &Expr, here: Spot) -> Option<Typed> {
        let (left, right) = (self.expression(left), self.expression(right));
        let (left, right) = (left?, right?);
        let right = self.fitted(right, &left)?;
        let left = self.fitted(left, &right)?;
        let ordered = !matches!(operator, Operator::Equal | Operator::Different);
        self.comparable(&left, right.kind, ordered, here)?;
        let sides = [left.node, right.node];
        self.remember(&sides);
        Some(Typed::new(here, Kind::Compare(operator, Box::new(sides)), Type::Truth))
    }

    fn comparable(&mut self, left: &Typed, right: Type, ordered: bool, here: Spot) -> Option<()> {
        match (left.kind, right) {
            (Type::Date, Type::Date | Type::Text) | (Type::Text, Type::Date) => Some(()),
            (a, b) if a.is_number() && b.is_number() => Some(()),
            (a, b) if a == b && !ordered => Some(()),
            (a, b) if a == b => {
                let message = format!("{} non ha un prima e un dopo", a.word());
                self.fault(here, message, "usa `==`, `!=` oppure `in […]`")
            }
            (a, b) => {
                let message = format!("{} e {} non si possono confrontare", a.word(), b.word());
                self.fault(here, message, "confronta cose dello stesso tipo")
            }
        }
    }

    /// A written value takes the type of what it is compared with: a text becomes a date, an integer a decimal; a text
    /// beside a fact with choices must be one of them.
    fn fitted(&mut self, typed: Typed, other: &Typed) -> Option<Typed> {
        let here = typed.node.spot;
        match (&typed.node.kind, other.kind) {
            (Kind::Value(Value::Text(text)), Type::Date) => match text.parse() {
                Ok(day) => Some(Typed::value(here, Value::Date(day))),
                Err(_) => {
                    let message = format!("`{}` non è una data", shown(text));
                    self.fault(here, message, "si scrive `AAAA-MM-GG`, per esempio `2024-05-02`, dal 1900 al 2199")
                }
            },
            (Kind::Value(Value::Integer(number)), Type::Decimal) => {
                Some(Decimal::from_integer(*number).map(|n| Typed::value(here, Value::Decimal(n))).unwrap_or(typed))
            }
            (Kind::Value(Value::Text(text)), Type::Text) => {
                let Kind::Fact(slot, _) = other.node.kind else { return Some(typed) };
                let Some(shape) = self.facts.get(usize::from(slot)).copied() else { return Some(typed) };
                if shape.kind != FactType::Choice || shape.choices.iter().any(|choice| **choice == **text) {
                    return Some(typed);
                }
                let help = closest(text, shape.choices.iter().map(String::as_str)).map_or_else(
                    || format!("le scelte sono: {}", shape.choices.join(", ")),
                    |near| format!("forse volevi dire `{near}`"),
                );
                self.fault(here, format!("`{}` non è una scelta del dato `{}`", shown(text), shape.name), help)
            }
            _ => Some(typed),
        }
    }

    fn within(&mut self, one: &Expr, list: &Expr, here: Spot) -> Option<Typed> {
        let one = self.expression(one);
        let values = self.list(list, one.as_ref());
        let (one, values) = (one?, values?);
        let node = Node { spot: here, kind: Kind::In(Box::new(one.node), values) };
        self.remember(std::slice::from_ref(&node));
        Some(Typed { node, kind: Type::Truth })
    }

    /// A list of written values, all of one type, comparable with `one`.
    pub fn list(&mut self, list: &Expr, one: Option<&Typed>) -> Option<Vec<Value>> {
        let here = spot(list.start_position());
        let Expr::Array(items, _) = list else {
            return self.fault(here, "dopo `in` serve un elenco", "per esempio `[\"diploma\", \"laurea\"]`");
        };
        if items.is_empty() {
            return self.fault(here, "elenco vuoto", "scrivi almeno un valore");
        }
        let mut values: Vec<Value> = Vec::new();
        let mut fine = true;
        for item in items {
            let place = spot(item.start_position());
            let typed = self.expression(item).and_then(|typed| match one {
                Some(one) => {
                    let typed = self.fitted(typed, one)?;
                    self.comparable(one, typed.kind, false, place)?;
                    Some(typed)
                }
                None => Some(typed),
            });
            let Some(typed) = typed else {
                fine = false;
                continue;
            };
            match typed.node.kind {
                Kind::Value(value)
                    if values.first().is_none_or(|first| one.is_some() || Type::of(first) == typed.kind) =>
                {
                    values.push(value);
                }
                Kind::Value(_) => {
                    self.fault::<()>(place, "elenco di valori di tipo diverso", "scrivi valori di un solo tipo");
                    fine = false;
                }
                _ => {
                    self.fault::<()>(place, "in un elenco servono valori, non espressioni", "scrivi il valore");
                    fine = false;
                }
            }
        }
        fine.then_some(values)
    }

    /// `if … { a } else { b }` where a value is wanted.
    pub fn choice(&mut self, condition: &Expr, then: &StmtBlock, otherwise: &StmtBlock, here: Spot) -> Option<Typed> {
        let condition = self.truth(condition);
        let (then, otherwise) = (self.giving(then, here), self.giving(otherwise, here));
        let ((then, kind), (otherwise, other)) = (then?, otherwise?);
        if kind != other {
            let message = format!("un ramo dà {}, l'altro {}", kind.word(), other.word());
            return self.fault(here, message, "fai dare a tutti i rami lo stesso tipo");
        }
        Some(Typed::new(here, Kind::If(Box::new(condition?), then, otherwise), kind))
    }
}

fn comparison(sign: &str) -> Option<Operator> {
    Some(match sign {
        "==" => Operator::Equal,
        "!=" => Operator::Different,
        "<" => Operator::Less,
        "<=" => Operator::LessOrEqual,
        ">" => Operator::Greater,
        ">=" => Operator::GreaterOrEqual,
        _ => return None,
    })
}
