// SPDX-License-Identifier: EUPL-1.2
//! Writes scripts at random, by the grammar and with the right types, with every form that is allowed.

use crate::promises::random::Random;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Truth,
    Integer,
    Text,
}

struct Variable {
    name: String,
    kind: Kind,
    constant: bool,
}

pub struct Writer<'a> {
    random: &'a mut Random,
    scope: Vec<Variable>,
    out: String,
    /// Loops around this place: few, so that no run is long.
    loops: usize,
}

const NORM: &str = "\"dgr-1, art. 3\"";
const TEXTS: [&str; 4] = ["\"\"", "\"Forlì\"", "\"Cesena\"", "\"dice \\\"sì\\\"\""];

impl<'a> Writer<'a> {
    pub fn script(random: &'a mut Random) -> String {
        let mut writer = Self { random, scope: Vec::new(), out: String::new(), loops: 0 };
        writer.out.push_str("fn varia(dati) {\n");
        writer.statements(3);
        writer.out.push_str("}\n");
        writer.out
    }

    fn pick(&mut self, all: &[&str]) -> String {
        (*self.random.one_of(all)).to_owned()
    }

    fn statements(&mut self, depth: usize) {
        let alive = self.scope.len();
        for _ in 0..1 + self.random.below(4) {
            self.statement(depth);
        }
        self.scope.truncate(alive);
    }

    fn block(&mut self, depth: usize) {
        self.out.push_str("{\n");
        self.statements(depth);
        self.out.push_str("}\n");
    }

    fn statement(&mut self, depth: usize) {
        match self.random.below(if depth == 0 { 8 } else { 13 }) {
            0..=2 => self.declaration(),
            3 => self.assignment(),
            4..=7 => self.verb(),
            8..=10 => {
                let condition = self.truth(2);
                self.out.push_str(&format!("if {condition} "));
                self.block(depth - 1);
                if self.random.below(3) == 0 {
                    let other = self.truth(1);
                    self.out.push_str(&format!("else if {other} "));
                    self.block(depth - 1);
                }
                if self.random.below(2) == 0 {
                    self.out.push_str("else ");
                    self.block(depth - 1);
                }
            }
            11 if self.loops < 2 => self.each(depth),
            11 => self.block(depth - 1),
            _ if self.random.below(3) == 0 => {
                let condition = self.truth(1);
                self.out.push_str(&format!("if {condition} {{ return; }}\n"));
            }
            _ => self.out.push_str("// niente\n;\n"),
        }
    }

    fn each(&mut self, depth: usize) {
        let (kind, items) = match self.random.below(2) {
            0 => (Kind::Integer, self.list(Kind::Integer)),
            _ => (Kind::Text, self.list(Kind::Text)),
        };
        let name = self.fresh();
        self.out.push_str(&format!("for {name} in {items} "));
        self.scope.push(Variable { name, kind, constant: false });
        self.loops += 1;
        self.block(depth - 1);
        self.loops -= 1;
        self.scope.pop();
    }

    /// Few names, so that one often hides another.
    fn fresh(&mut self) -> String {
        self.pick(&["a", "b", "c", "soglia", "n"])
    }

    fn declaration(&mut self) {
        let kind = *self.random.one_of(&[Kind::Integer, Kind::Integer, Kind::Truth, Kind::Text]);
        let value = self.value(kind, 2);
        let name = self.fresh();
        let constant = self.random.below(4) == 0;
        let word = if constant { "const" } else { "let" };
        self.out.push_str(&format!("{word} {name} = {value};\n"));
        self.scope.push(Variable { name, kind, constant });
    }

    /// The last variable of a name hides the others.
    fn seen(&self, kind: Kind, to_change: bool) -> Vec<String> {
        let mut names = Vec::new();
        let mut hidden = Vec::new();
        for variable in self.scope.iter().rev() {
            if !hidden.contains(&&variable.name) && variable.kind == kind && !(to_change && variable.constant) {
                names.push(variable.name.clone());
            }
            hidden.push(&variable.name);
        }
        names
    }

    fn assignment(&mut self) {
        let names = self.seen(Kind::Integer, true);
        if names.is_empty() {
            return self.declaration();
        }
        let name = self.random.one_of(&names).clone();
        let sign = self.pick(&["=", "=", "+=", "-=", "*=", "/=", "%="]);
        let value = self.integer(2);
        self.out.push_str(&format!("{name} {sign} {value};\n"));
    }

    fn verb(&mut self) {
        let line = match self.random.below(6) {
            0..=3 => format!("rendi_dovuta({}, {NORM});", self.pick(&["\"patto\"", "\"colloquio\"", "\"counseling\""])),
            4 => format!("abbrevia(\"primo-colloquio\", {}, {NORM});", self.small()),
            _ => format!("rafforza_evidenza(\"bilancio\", \"gap\", {}, {NORM});", self.small()),
        };
        self.out.push_str(&line);
        self.out.push('\n');
    }

    /// Mostly a number that a verb takes.
    fn small(&mut self) -> String {
        match self.random.below(4) {
            // Not written out, so that whether it is sound is known only when it runs.
            0 => format!("0 + ({})", self.integer(1)),
            _ => self.pick(&["1", "2", "12", "29"]),
        }
    }

    fn value(&mut self, kind: Kind, depth: usize) -> String {
        if depth > 0 && self.random.below(6) == 0 {
            let condition = self.truth(1);
            let (then, otherwise) = (self.value(kind, depth - 1), self.value(kind, depth - 1));
            return format!("if {condition} {{ {then} }} else {{ {otherwise} }}");
        }
        match kind {
            Kind::Truth => self.truth(depth),
            Kind::Integer => self.integer(depth),
            Kind::Text => self.text(),
        }
    }

    fn text(&mut self) -> String {
        let names = self.seen(Kind::Text, false);
        match self.random.below(4) {
            0 if !names.is_empty() => self.random.one_of(&names).clone(),
            1 => "dati.comune".to_owned(),
            _ => self.pick(&TEXTS),
        }
    }

    fn integer(&mut self, depth: usize) -> String {
        let names = self.seen(Kind::Integer, false);
        match self.random.below(if depth == 0 { 4 } else { 7 }) {
            0 | 1 => self.pick(&["0", "1", "2", "12", "30", "-1", "1_000", "9223372036854775807"]),
            2 if !names.is_empty() => self.random.one_of(&names).clone(),
            2 | 3 => self.pick(&["dati.mesi", "dati.eta", "dati.saldo"]),
            4 => format!("-({})", self.integer(depth - 1)),
            _ => {
                let sign = self.pick(&["+", "-", "*", "/", "%"]);
                let (left, right) = (self.integer(depth - 1), self.integer(depth - 1));
                if self.random.below(2) == 0 {
                    format!("({left} {sign} {right})")
                } else {
                    format!("{left} {sign} {right}")
                }
            }
        }
    }

    fn list(&mut self, kind: Kind) -> String {
        let count = 1 + self.random.below(4);
        let items: Vec<String> = (0..count)
            .map(|_| match kind {
                Kind::Text => self.pick(&TEXTS),
                _ => self.pick(&["0", "1", "12", "-3"]),
            })
            .collect();
        format!("[{}]", items.join(", "))
    }

    fn truth(&mut self, depth: usize) -> String {
        let names = self.seen(Kind::Truth, false);
        match self.random.below(if depth == 0 { 7 } else { 11 }) {
            0 => self.pick(&["true", "false", "dati.naspi"]),
            1 if !names.is_empty() => self.random.one_of(&names).clone(),
            1 | 2 => {
                let sign = self.pick(&["==", "!=", "<", "<=", ">", ">="]);
                format!("{} {sign} {}", self.integer(1), self.integer(1))
            }
            3 => {
                let sign = self.pick(&["==", "!=", "<", "<=", ">", ">="]);
                let pair =
                    [("dati.indice", "0.79"), ("dati.indice", "-0.5"), ("0.8", "dati.indice"), ("dati.indice", "12")];
                let (left, right) = *self.random.one_of(&pair);
                format!("{left} {sign} {right}")
            }
            4 => {
                let sign = self.pick(&["==", "!=", "<", "<=", ">", ">="]);
                format!("dati.data_did {sign} {}", self.pick(&["\"2024-02-29\"", "\"2018-01-12\""]))
            }
            5 => {
                let sign = self.pick(&["==", "!="]);
                format!("{} {sign} {}", self.text(), self.text())
            }
            6 => match self.random.below(3) {
                0 => format!("dati.titolo {} [\"diploma\", \"laurea\"]", self.pick(&["in", "!in"])),
                1 => format!("{} in {}", self.text(), self.list(Kind::Text)),
                _ => format!("({}) in {}", self.integer(1), self.list(Kind::Integer)),
            },
            7 => format!("!({})", self.truth(depth - 1)),
            8 => format!("({})", self.truth(depth - 1)),
            _ => {
                let sign = self.pick(&["&&", "||"]);
                format!("{} {sign} {}", self.truth(depth - 1), self.truth(depth - 1))
            }
        }
    }
}
