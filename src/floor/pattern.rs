// SPDX-License-Identifier: EUPL-1.2
//! Texts that follow a pattern: a few, at its edges. Whoever asks tries them on the pattern itself.
//!
//! Knows the everyday part of regular expressions; of what it does not know it gives no text, never a wrong verdict.

/// Repetitions beyond the least, where there is no upper limit.
const MORE: [usize; 3] = [2, 12, 40];
const LONGEST: usize = 64;
const DEEPEST: usize = 20;

#[derive(Clone, Debug)]
enum Node {
    /// Any one of these.
    One(Vec<char>),
    All(Vec<Node>),
    Any(Vec<Node>),
    /// So many times, up to so many; with no upper limit, as many more as the way says.
    Times(Box<Node>, usize, Option<usize>),
}

/// How a pattern is followed: which alternative, how many times, which letter of a class.
struct Way {
    branch: usize,
    most: bool,
    last: bool,
    more: usize,
}

/// Some texts that should follow the pattern; none where it is not understood.
pub(super) fn samples(pattern: &str) -> Vec<String> {
    let letters: Vec<char> = pattern.chars().collect();
    let mut reader = Reader { letters: &letters, at: 0, depth: 0 };
    let Some(node) = reader.any().filter(|_| reader.at == letters.len()) else { return Vec::new() };
    let mut out: Vec<String> = Vec::new();
    for branch in 0..6 {
        for (most, last) in [(false, false), (true, false), (false, true), (true, true)] {
            for more in MORE {
                let mut text = String::new();
                write(&node, &Way { branch, most, last, more }, &mut text);
                if !out.contains(&text) {
                    out.push(text);
                }
            }
        }
    }
    out
}

fn write(node: &Node, way: &Way, out: &mut String) {
    match node {
        Node::One(letters) => out.extend(if way.last { letters.last() } else { letters.first() }),
        Node::All(parts) => parts.iter().for_each(|part| write(part, way, out)),
        Node::Any(parts) => {
            if let Some(part) = parts.get(way.branch % parts.len().max(1)) {
                write(part, way, out);
            }
        }
        Node::Times(inner, least, most) => {
            let times = if way.most { most.unwrap_or(least + way.more) } else { *least };
            (0..times.min(LONGEST)).for_each(|_| write(inner, way, out));
        }
    }
}

struct Reader<'a> {
    letters: &'a [char],
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += 1;
        Some(letter)
    }

    fn eat(&mut self, letter: char) -> bool {
        let found = self.peek() == Some(letter);
        self.at += usize::from(found);
        found
    }

    fn any(&mut self) -> Option<Node> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let mut parts = vec![self.all()?];
        while self.eat('|') {
            parts.push(self.all()?);
        }
        self.depth -= 1;
        Some(Node::Any(parts))
    }

    fn all(&mut self) -> Option<Node> {
        let mut parts = Vec::new();
        while let Some(letter) = self.peek().filter(|letter| !matches!(letter, '|' | ')')) {
            self.at += 1;
            let one = match letter {
                '(' => {
                    if self.eat('?') && !self.eat(':') {
                        return None;
                    }
                    let inner = self.any()?;
                    self.eat(')').then_some(inner)?
                }
                '[' => self.class()?,
                '\\' => Node::One(escaped(self.next()?)?),
                '.' => Node::One(vec!['a', '9']),
                '^' | '$' => continue,
                '*' | '+' | '?' | '{' => return None,
                plain => Node::One(vec![plain]),
            };
            parts.push(self.repeated(one)?);
        }
        Some(Node::All(parts))
    }

    fn repeated(&mut self, node: Node) -> Option<Node> {
        let (least, most) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => {
                self.at += 1;
                let least = self.number()?;
                let most = if self.eat(',') {
                    if self.peek() == Some('}') { None } else { Some(self.number()?) }
                } else {
                    Some(least)
                };
                (self.peek() == Some('}')).then_some((least, most))?
            }
            _ => return Some(node),
        };
        self.at += 1;
        self.eat('?');
        Some(Node::Times(Box::new(node), least, most))
    }

    fn number(&mut self) -> Option<usize> {
        let from = self.at;
        while self.peek().is_some_and(|letter| letter.is_ascii_digit()) {
            self.at += 1;
        }
        let digits: String = self.letters.get(from..self.at)?.iter().collect();
        digits.parse().ok()
    }

    fn class(&mut self) -> Option<Node> {
        let negated = self.eat('^');
        let mut letters: Vec<char> = Vec::new();
        loop {
            let letter = self.next()?;
            match letter {
                ']' if !letters.is_empty() => break,
                '[' | '&' | '~' => return None,
                '\\' => letters.extend(escaped(self.next()?)?),
                first => {
                    let is_range = self.peek() == Some('-') && self.letters.get(self.at + 1).is_some_and(|l| *l != ']');
                    if is_range {
                        self.at += 1;
                        let last = self.next()?;
                        letters.extend([first, last]);
                        if negated {
                            letters.extend(first..=last);
                        }
                    } else {
                        letters.push(first);
                    }
                }
            }
        }
        if negated {
            letters = ('0'..='z').filter(|l| l.is_ascii_alphanumeric() && !letters.contains(l)).collect();
        }
        (!letters.is_empty()).then_some(Node::One(letters))
    }
}

fn escaped(letter: char) -> Option<Vec<char>> {
    match letter {
        'd' => Some(vec!['0', '9']),
        'w' => Some(vec!['a', '9']),
        's' => Some(vec![' ']),
        plain if !plain.is_alphanumeric() => Some(vec![plain]),
        _ => None,
    }
}
