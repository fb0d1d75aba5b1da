// SPDX-License-Identifier: EUPL-1.2
//! From rhai's tree to ours: statements, variables and verbs. What is not named here is not allowed.

use std::collections::BTreeSet;

use rhai::{ASTFlags, Expr, Ident, Stmt, StmtBlock};

use crate::condition::{FactShape, Slot};
use crate::digest::Digest;
use crate::value::Value;

use super::characters::{fault, length_at};
use super::mentions::Mentions;
use super::names::{Names, Verb, shown};
use super::syntax::{Function, spot};
use super::tree::{Arithmetic, Kind, Node, Spot, Type};
use super::{MAX_PARTS, MAX_VARIABLES, Script, ScriptFault};

/// Faults reported at most.
const MAX_FAULTS: usize = 100;
/// Longest name of a variable, in bytes.
const LONGEST: usize = 80;

pub(super) const ALLOWED: &str = "sono ammessi `if`, `let`, `const`, `for … in […]`, `return`, confronti, calcoli su interi, `&&`, `||`, `!`, `in` e i verbi";

pub(super) struct Variable {
    pub name: String,
    pub kind: Type,
    constant: bool,
    pub mentions: Mentions,
}

/// An expression and what it gives.
pub(super) struct Typed {
    pub node: Node,
    pub kind: Type,
}

pub(super) struct Lowering<'a> {
    pub source: &'a str,
    pub parameter: &'a str,
    pub facts: &'a [FactShape<'a>],
    pub names: &'a Names,
    /// The variables alive; a variable is known by its place here.
    pub scope: Vec<Variable>,
    variables: usize,
    parts: usize,
    pub read: BTreeSet<Slot>,
    pub calls: Vec<Spot>,
    pub edges: Vec<(Slot, Value)>,
    faults: Vec<ScriptFault>,
}

/// Checks the function and makes it a script.
pub(super) fn lower(
    source: &str,
    function: &Function,
    facts: &[FactShape<'_>],
    names: Names,
) -> Result<Script, Vec<ScriptFault>> {
    let mut lowering = Lowering {
        source,
        parameter: &function.parameter,
        facts,
        names: &names,
        scope: Vec::new(),
        variables: 0,
        parts: 0,
        read: BTreeSet::new(),
        calls: Vec::new(),
        edges: Vec::new(),
        faults: Vec::new(),
    };
    if Verb::named(&function.parameter).is_some() {
        lowering.taken(function.spot, &function.parameter);
    }
    let body = lowering.statements(&function.body);
    let Lowering { variables, read, calls, edges, mut faults, .. } = lowering;
    if faults.is_empty() {
        let digest = Digest::of(source.as_bytes());
        let facts = read.into_iter().collect();
        return Ok(Script { source: source.to_owned(), digest, body, names, variables, facts, calls, edges });
    }
    faults.sort_by_key(|fault| (fault.line, fault.column));
    Err(faults)
}

impl Lowering<'_> {
    pub fn fault<T>(&mut self, spot: Spot, message: impl Into<String>, help: impl AsRef<str>) -> Option<T> {
        if self.faults.len() < MAX_FAULTS {
            let length = length_at(self.source, spot);
            self.faults.push(fault(spot, length, message, help.as_ref()));
        }
        None
    }

    pub fn refused<T>(&mut self, spot: Spot, what: &str) -> Option<T> {
        self.fault(spot, format!("{what} non è ammesso in uno script"), ALLOWED)
    }

    /// The name of a new variable must be its own, and short.
    fn may_be_called(&mut self, name: &Ident) {
        let place = spot(name.pos);
        if name.name.len() > LONGEST {
            let message = format!("nome `{}` troppo lungo", shown(&name.name));
            self.fault::<()>(place, message, format!("al massimo {LONGEST} lettere"));
        }
        if Verb::named(&name.name).is_some() || name.name == self.parameter {
            self.taken(place, &name.name);
        }
    }

    fn taken(&mut self, spot: Spot, name: &str) {
        let message = format!("`{name}` è già il nome di un verbo o dei dati");
        self.fault::<()>(spot, message, "scegli un altro nome");
    }

    /// Counts a part; `None` when the script has too many, or too many faults to look further.
    pub fn part(&mut self, spot: Spot) -> Option<()> {
        if self.faults.len() >= MAX_FAULTS {
            return None;
        }
        self.parts += 1;
        if self.parts == MAX_PARTS + 1 {
            return self.fault(spot, format!("lo script ha più di {MAX_PARTS} elementi"), "dividilo in più script");
        }
        (self.parts <= MAX_PARTS).then_some(())
    }

    /// Statements in a scope of their own.
    fn statements(&mut self, statements: &[Stmt]) -> Vec<Node> {
        let alive = self.scope.len();
        let nodes = statements.iter().filter_map(|statement| self.statement(statement)).collect();
        self.scope.truncate(alive);
        nodes
    }

    fn statement(&mut self, statement: &Stmt) -> Option<Node> {
        let here = spot(statement.position());
        self.part(here)?;
        let kind = match statement {
            Stmt::Noop(_) => return None,
            Stmt::If(flow, _) => {
                let condition = self.truth(&flow.expr);
                let then = self.statements(flow.body.statements());
                let otherwise = self.statements(flow.branch.statements());
                Kind::If(Box::new(condition?), then, otherwise)
            }
            Stmt::Block(block) => Kind::Block(self.statements(block.statements())),
            Stmt::Var(parts, flags, _) => {
                let (name, value, _) = &**parts;
                return self.variable(name, value, flags.intersects(ASTFlags::CONSTANT), here);
            }
            Stmt::Assignment(parts) => {
                let (operation, sides) = &**parts;
                let sign = operation.get_op_assignment_info().map(|(.., sign)| sign);
                return self.assignment(sign, &sides.lhs, &sides.rhs, spot(operation.position()));
            }
            Stmt::FnCall(call, position) if !call.is_operator_call() => return self.verb(call, spot(*position)),
            Stmt::Expr(value) => match &**value {
                Expr::FnCall(call, position) if !call.is_operator_call() => {
                    return self.verb(call, spot(*position));
                }
                value => return self.useless(value),
            },
            Stmt::For(parts, _) => {
                let (name, counter, flow) = &**parts;
                if let Some(counter) = counter {
                    self.fault::<()>(spot(counter.pos), "contatore di un `for`", "scrivi `for x in […]`");
                }
                return self.each(name, &flow.expr, &flow.body, here);
            }
            Stmt::Return(None, flags, _) if !flags.intersects(ASTFlags::BREAK) => Kind::Return,
            Stmt::Return(_, flags, _) if flags.intersects(ASTFlags::BREAK) => return self.refused(here, "`throw`"),
            Stmt::Return(..) => {
                return self.fault(here, "uno script non restituisce un valore", "scrivi `return;`, o niente");
            }
            Stmt::Switch(..) => {
                return self.fault(here, "`switch` non è ammesso in uno script", "scrivi `if … else if …`");
            }
            Stmt::While(..) | Stmt::Do(..) => {
                return self.fault(here, "ciclo senza fine certa", "per ripetere scrivi `for x in […]`");
            }
            Stmt::BreakLoop(..) => {
                return self.fault(here, "`break` e `continue` non sono ammessi in uno script", "usa `if` o `return;`");
            }
            Stmt::TryCatch(..) => return self.refused(here, "`try`"),
            Stmt::FnCall(..) => {
                return self.fault(here, "questa istruzione non fa niente", "usa il valore, o toglila");
            }
            _ => return self.refused(here, "questa istruzione"),
        };
        Some(Node { spot: here, kind })
    }

    /// A value that nobody uses; its own faults come first.
    fn useless(&mut self, value: &Expr) -> Option<Node> {
        self.expression(value)?;
        let here = spot(value.start_position());
        self.fault(here, "questa istruzione non fa niente", "usa il valore, o toglila")
    }

    fn variable(&mut self, name: &Ident, value: &Expr, constant: bool, here: Spot) -> Option<Node> {
        let text = name.name.to_string();
        self.may_be_called(name);
        if matches!(value, Expr::Unit(position) if position.is_none()) {
            return self.fault(
                spot(name.pos),
                format!("la variabile `{}` non ha un valore", shown(&text)),
                "scrivi `let x = …;`",
            );
        }
        let value = self.expression(value);
        let mut mentions = Mentions::default();
        // A name with a fault of its own is not unknown afterwards.
        let kind = value.as_ref().map_or(Type::Integer, |value| value.kind);
        if let Some(value) = &value {
            self.mentions(&value.node, &mut mentions);
        }
        let index = self.alive(Variable { name: text, kind, constant, mentions }, here)?;
        Some(Node { spot: here, kind: Kind::Store(index, Box::new(value?.node)) })
    }

    /// The place of a new variable.
    fn alive(&mut self, variable: Variable, here: Spot) -> Option<usize> {
        let index = self.scope.len();
        self.scope.push(variable);
        self.variables = self.variables.max(self.scope.len());
        if self.scope.len() == MAX_VARIABLES + 1 {
            return self.fault(here, format!("più di {MAX_VARIABLES} variabili insieme"), "usane di meno");
        }
        Some(index)
    }

    /// The variable of that name: the last declared.
    pub fn variable_named(&self, name: &str) -> Option<(usize, &Variable)> {
        self.scope.iter().enumerate().rev().find(|(_, variable)| variable.name == name)
    }

    fn assignment(&mut self, sign: Option<&str>, left: &Expr, right: &Expr, here: Spot) -> Option<Node> {
        let place = spot(left.start_position());
        let Expr::Variable(name, ..) = left else {
            return self.fault(place, "a sinistra di `=` serve una variabile", "i dati della pratica non si cambiano");
        };
        let name = name.1.to_string();
        let value = self.expression(right);
        let Some((index, kind, constant)) = self.variable_named(&name).map(|(i, v)| (i, v.kind, v.constant)) else {
            return self.fault(place, format!("variabile `{}` sconosciuta", shown(&name)), "dichiarala con `let`");
        };
        if constant {
            return self.fault(place, format!("`{name}` è una costante e non cambia"), "dichiarala con `let`");
        }
        let value = value?;
        let mut mentions = Mentions::default();
        self.mentions(&value.node, &mut mentions);
        if let Some(variable) = self.scope.get_mut(index) {
            variable.mentions.add(&mentions);
        }
        if value.kind != kind {
            let message = format!("`{name}` è {}, qui diventerebbe {}", kind.word(), value.kind.word());
            return self.fault(place, message, "usa un'altra variabile");
        }
        let node = match sign {
            None => value.node,
            Some(sign) => {
                let Some(operation) = arithmetic(sign).filter(|_| kind == Type::Integer) else {
                    return self.fault(
                        here,
                        format!("`{sign}=` non è ammesso qui"),
                        "si calcola solo su numeri interi",
                    );
                };
                let old = Node { spot: place, kind: Kind::Variable(index) };
                Node { spot: here, kind: Kind::Arithmetic(operation, Box::new([old, value.node])) }
            }
        };
        Some(Node { spot: here, kind: Kind::Store(index, Box::new(node)) })
    }

    fn each(&mut self, name: &Ident, list: &Expr, body: &StmtBlock, here: Spot) -> Option<Node> {
        let text = name.name.to_string();
        self.may_be_called(name);
        let values = self.list(list, None);
        let mut mentions = Mentions::default();
        values.iter().flatten().for_each(|value| mentions.add_value(value));
        let kind = values.as_ref().and_then(|values| values.first()).map_or(Type::Integer, Type::of);
        let alive = self.scope.len();
        let index = self.alive(Variable { name: text, kind, constant: false, mentions }, here);
        let body = self.statements(body.statements());
        self.scope.truncate(alive);
        Some(Node { spot: here, kind: Kind::ForEach(index?, values?, body) })
    }

    /// A block that must give a value: its last statement does.
    pub fn giving(&mut self, block: &StmtBlock, here: Spot) -> Option<(Vec<Node>, Type)> {
        let Some((last, before)) = block.statements().split_last() else {
            return self.fault(here, "qui serve un valore, in ogni ramo", "per esempio `if … { 10 } else { 20 }`");
        };
        let alive = self.scope.len();
        let mut nodes: Vec<Node> = before.iter().filter_map(|statement| self.statement(statement)).collect();
        let place = spot(last.position());
        let value = match last {
            Stmt::Expr(expression) => self.expression(expression),
            Stmt::FnCall(call, position) => self.operation(call, spot(*position)),
            Stmt::If(flow, _) => self.choice(&flow.expr, &flow.body, &flow.branch, place),
            _ => self.fault(place, "questo ramo non dà un valore", "finisci il ramo con un valore"),
        };
        self.scope.truncate(alive);
        let Typed { node, kind } = value?;
        nodes.push(node);
        Some((nodes, kind))
    }
}

pub(super) fn arithmetic(sign: &str) -> Option<Arithmetic> {
    Some(match sign {
        "+" => Arithmetic::Add,
        "-" => Arithmetic::Subtract,
        "*" => Arithmetic::Multiply,
        "/" => Arithmetic::Divide,
        "%" => Arithmetic::Remainder,
        _ => return None,
    })
}
