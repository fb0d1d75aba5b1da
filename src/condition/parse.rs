// SPDX-License-Identifier: EUPL-1.2
//! The text of a condition as a tree: a subset of rhai's expressions, with rhai's own precedences.

use crate::value::Decimal;

use super::{ConditionFault, Operator};

/// Bounds on what a person could still read; a hostile file stops here.
const MAX_CHARACTERS: usize = 2_000;
const MAX_DEPTH: usize = 32;
const MAX_VALUES: usize = 200;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ast {
    /// Characters from the start of the condition's text.
    pub start: usize,
    pub end: usize,
    pub kind: AstKind,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum AstKind {
    Name(String),
    Literal(Literal),
    Not(Box<Ast>),
    And(Box<Ast>, Box<Ast>),
    Or(Box<Ast>, Box<Ast>),
    Compare(Operator, Box<Ast>, Box<Ast>),
    In(Box<Ast>, Vec<Ast>),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Boolean(bool),
    Integer(i64),
    Decimal(Decimal),
    Text(String),
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Name(String),
    Literal(Literal),
    Operator(Operator),
    And,
    Or,
    Not,
    In,
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
}

struct Spotted {
    token: Token,
    start: usize,
    end: usize,
}

pub(super) fn parse(text: &str) -> Result<Ast, ConditionFault> {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() > MAX_CHARACTERS {
        return Err(fault(0, 0, format!("condizione più lunga di {MAX_CHARACTERS} caratteri"), "dividila in più voci"));
    }
    let tokens = Lexer { characters: &characters, at: 0 }.tokens()?;
    let mut parser = Parser { tokens: &tokens, at: 0, length: characters.len() };
    let ast = parser.either(0)?;
    match parser.tokens.get(parser.at) {
        None => Ok(ast),
        Some(extra) => Err(fault(
            extra.start,
            extra.end - extra.start,
            "qui la condizione dovrebbe essere finita",
            "unisci due condizioni con `&&` (e) oppure `||` (o)",
        )),
    }
}

fn fault(start: usize, length: usize, message: impl Into<String>, help: &str) -> ConditionFault {
    let help = (!help.is_empty()).then(|| help.to_owned());
    ConditionFault { start, length, message: message.into(), help }
}

struct Lexer<'a> {
    characters: &'a [char],
    at: usize,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.characters.get(self.at + ahead).copied()
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> String {
        let mut word = String::new();
        while let Some(c) = self.peek(0).filter(|c| keep(*c)) {
            word.push(c);
            self.at += 1;
        }
        word
    }

    fn tokens(mut self) -> Result<Vec<Spotted>, ConditionFault> {
        let mut tokens = Vec::new();
        loop {
            self.take_while(char::is_whitespace);
            let start = self.at;
            let Some(first) = self.peek(0) else { return Ok(tokens) };
            let token = match first {
                c if c.is_ascii_alphabetic() || c == '_' => self.word(),
                c if c.is_ascii_digit() => self.number("")?,
                '-' if self.peek(1).is_some_and(|c| c.is_ascii_digit()) => {
                    self.at += 1;
                    self.number("-")?
                }
                '"' => self.text()?,
                _ => self.sign(first)?,
            };
            tokens.push(Spotted { token, start, end: self.at });
        }
    }

    fn word(&mut self) -> Token {
        let word = self.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
        match word.as_str() {
            "true" => Token::Literal(Literal::Boolean(true)),
            "false" => Token::Literal(Literal::Boolean(false)),
            "in" => Token::In,
            _ => Token::Name(word),
        }
    }

    fn number(&mut self, sign: &str) -> Result<Token, ConditionFault> {
        let start = self.at;
        let digits = self.take_while(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_');
        let text = format!("{sign}{digits}");
        let literal = if digits.contains('.') {
            text.parse().ok().map(Literal::Decimal)
        } else {
            text.parse().ok().map(Literal::Integer)
        };
        literal.map(Token::Literal).ok_or_else(|| {
            fault(
                start,
                self.at - start,
                format!("`{text}` non è un numero"),
                "scrivi solo cifre, con un punto per i decimali",
            )
        })
    }

    fn text(&mut self) -> Result<Token, ConditionFault> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let c = self.peek(0);
            self.at += 1;
            match c {
                Some('"') => return Ok(Token::Literal(Literal::Text(text))),
                Some('\\') => {
                    match self.peek(0) {
                        Some(c @ ('"' | '\\')) => text.push(c),
                        _ => {
                            let help = "dopo `\\` è ammesso solo `\"` o `\\`";
                            return Err(fault(self.at - 1, 1, "carattere speciale non ammesso", help));
                        }
                    }
                    self.at += 1;
                }
                Some(c) => text.push(c),
                None => {
                    let length = self.characters.len() - start;
                    return Err(fault(
                        start,
                        length,
                        "testo senza virgolette di chiusura",
                        "aggiungi `\"` alla fine del testo",
                    ));
                }
            }
        }
    }

    fn sign(&mut self, first: char) -> Result<Token, ConditionFault> {
        let (token, length) = match (first, self.peek(1)) {
            ('&', Some('&')) => (Token::And, 2),
            ('|', Some('|')) => (Token::Or, 2),
            ('=', Some('=')) => (Token::Operator(Operator::Equal), 2),
            ('!', Some('=')) => (Token::Operator(Operator::Different), 2),
            ('<', Some('=')) => (Token::Operator(Operator::LessOrEqual), 2),
            ('>', Some('=')) => (Token::Operator(Operator::GreaterOrEqual), 2),
            ('<', _) => (Token::Operator(Operator::Less), 1),
            ('>', _) => (Token::Operator(Operator::Greater), 1),
            ('!', _) => (Token::Not, 1),
            ('(', _) => (Token::Open, 1),
            (')', _) => (Token::Close, 1),
            ('[', _) => (Token::OpenList, 1),
            (']', _) => (Token::CloseList, 1),
            (',', _) => (Token::Comma, 1),
            ('=', _) => return Err(fault(self.at, 1, "un solo `=`", "per confrontare scrivi `==`")),
            ('&', _) => return Err(fault(self.at, 1, "un solo `&`", "per dire «e» scrivi `&&`")),
            ('|', _) => return Err(fault(self.at, 1, "un solo `|`", "per dire «o» scrivi `||`")),
            ('\'', _) => {
                return Err(fault(self.at, 1, "apice in una condizione", "racchiudi il testo tra virgolette doppie"));
            }
            ('≤' | '≥' | '≠', _) => {
                return Err(fault(self.at, 1, format!("segno `{first}` non ammesso"), "scrivi `<=`, `>=` o `!=`"));
            }
            ('+' | '-' | '*' | '/' | '%', _) => {
                let help = "una condizione confronta dati, non fa calcoli: dichiara un dato con il risultato";
                return Err(fault(self.at, 1, format!("calcolo `{first}` non ammesso"), help));
            }
            _ => {
                let help = "sono ammessi nomi di dati, numeri, testi tra virgolette, `==` `!=` `<` `<=` `>` `>=` `&&` `||` `!` `in` e parentesi";
                return Err(fault(self.at, 1, format!("carattere `{first}` non ammesso in una condizione"), help));
            }
        };
        self.at += length;
        Ok(token)
    }
}

struct Parser<'a> {
    tokens: &'a [Spotted],
    at: usize,
    length: usize,
}

impl Parser<'_> {
    fn next_is(&self, token: &Token) -> bool {
        self.tokens.get(self.at).is_some_and(|t| t.token == *token)
    }

    fn accept(&mut self, token: &Token) -> bool {
        let found = self.next_is(token);
        self.at += usize::from(found);
        found
    }

    /// Lowest precedence: `a || b`.
    fn either(&mut self, depth: usize) -> Result<Ast, ConditionFault> {
        let mut left = self.both(depth)?;
        while self.accept(&Token::Or) {
            let right = self.both(depth)?;
            left = Ast { start: left.start, end: right.end, kind: AstKind::Or(Box::new(left), Box::new(right)) };
        }
        Ok(left)
    }

    fn both(&mut self, depth: usize) -> Result<Ast, ConditionFault> {
        let mut left = self.compared(depth)?;
        while self.accept(&Token::And) {
            let right = self.compared(depth)?;
            left = Ast { start: left.start, end: right.end, kind: AstKind::And(Box::new(left), Box::new(right)) };
        }
        Ok(left)
    }

    fn compared(&mut self, depth: usize) -> Result<Ast, ConditionFault> {
        let mut left = self.single(depth)?;
        loop {
            let Some(next) = self.tokens.get(self.at) else { return Ok(left) };
            match next.token {
                Token::Operator(operator) => {
                    self.at += 1;
                    let right = self.single(depth)?;
                    let kind = AstKind::Compare(operator, Box::new(left.clone()), Box::new(right.clone()));
                    left = Ast { start: left.start, end: right.end, kind };
                }
                Token::In => {
                    self.at += 1;
                    let (items, end) = self.list(depth)?;
                    left = Ast { start: left.start, end, kind: AstKind::In(Box::new(left), items) };
                }
                _ => return Ok(left),
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<(Vec<Ast>, usize), ConditionFault> {
        let start = self.tokens.get(self.at).map_or(self.length, |t| t.start);
        if !self.accept(&Token::OpenList) {
            return Err(fault(
                start,
                1,
                "dopo `in` serve un elenco",
                "per esempio `titolo in [\"diploma\", \"laurea\"]`",
            ));
        }
        let mut items = Vec::new();
        loop {
            items.push(self.single(depth)?);
            if items.len() > MAX_VALUES {
                return Err(fault(start, 1, format!("elenco di più di {MAX_VALUES} valori"), ""));
            }
            let end = self.tokens.get(self.at).map_or(self.length, |t| t.end);
            if self.accept(&Token::CloseList) {
                return Ok((items, end));
            }
            if !self.accept(&Token::Comma) {
                let at = self.tokens.get(self.at).map_or(self.length, |t| t.start);
                return Err(fault(at, 1, "elenco senza parentesi di chiusura", "aggiungi `]` in fondo all'elenco"));
            }
        }
    }

    fn single(&mut self, depth: usize) -> Result<Ast, ConditionFault> {
        let Some(next) = self.tokens.get(self.at) else {
            let message = if self.tokens.is_empty() { "condizione vuota" } else { "la condizione finisce a metà" };
            return Err(fault(self.length, 0, message, "scrivi per esempio `eta < 30`"));
        };
        if depth > MAX_DEPTH {
            return Err(fault(
                next.start,
                1,
                format!("più di {MAX_DEPTH} parentesi una dentro l'altra"),
                "semplifica la condizione",
            ));
        }
        let (start, end) = (next.start, next.end);
        self.at += 1;
        let kind = match &next.token {
            Token::Name(name) => AstKind::Name(name.clone()),
            Token::Literal(literal) => AstKind::Literal(literal.clone()),
            Token::Not => {
                let inner = self.single(depth + 1)?;
                return Ok(Ast { start, end: inner.end, kind: AstKind::Not(Box::new(inner)) });
            }
            Token::Open => {
                let inner = self.either(depth + 1)?;
                let close = self.tokens.get(self.at).map_or(self.length, |t| t.start);
                if !self.accept(&Token::Close) {
                    return Err(fault(close, 1, "parentesi non chiusa", "aggiungi `)`"));
                }
                return Ok(Ast { start, end: close + 1, kind: inner.kind });
            }
            _ => {
                let help = "qui serve un dato, un valore o una parentesi";
                return Err(fault(start, end - start, "segno fuori posto nella condizione", help));
            }
        };
        Ok(Ast { start, end, kind })
    }
}
