// SPDX-License-Identifier: EUPL-1.2
//! A document laid out on sheets of A4: where each line stands, and of what it is a part.
//!
//! Two results that must not part: marks, page by page, and the tree of what they mean, in the order of reading.

use super::letters::Letters;
use super::lines::{Line, lines};
use super::paper::{Paper, Part, Style, Text};
use super::table;

/// Points, as everywhere here.
pub const WIDTH: f32 = 595.28;
pub const HEIGHT: f32 = 841.89;
pub const LEFT: f32 = 56.0;
pub const RIGHT: f32 = WIDTH - 56.0;
const TOP: f32 = 60.0;
const BOTTOM: f32 = HEIGHT - 84.0;
const BODY: f32 = 10.0;
const SMALL: f32 = 7.0;
/// From one line to the next, for each point of size.
pub const LEADING: f32 = 1.38;
/// From the top of a line to the foot of its letters, for each point of size.
pub const RISE: f32 = 1.02;
/// How far the text of a list stands from its bullet.
const INDENT: f32 = 14.0;

/// Something on a page, from its upper left corner.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// Letters; of a node of the tree, or of none: repeated headings, page numbers.
    Words {
        x: f32,
        y: f32,
        size: f32,
        style: Style,
        ink: Ink,
        words: String,
        node: Option<usize>,
    },
    Line {
        x: f32,
        to: f32,
        y: f32,
        ink: Ink,
    },
    Shade {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    Text,
    Heading,
    Quiet,
    Rule,
}

/// What a node of the tree is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    Heading(u8, String),
    Paragraph,
    List,
    Entry,
    Bullet,
    Body,
    /// With what it is, for whoever does not see it.
    Table(String),
    Caption,
    Head,
    Rows,
    Row,
    ColumnHeading,
    RowHeading,
    Cell,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub role: Role,
    pub children: Vec<usize>,
}

/// A heading, for the list of contents.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub level: u8,
    pub words: String,
    /// From 0.
    pub page: usize,
    pub y: f32,
}

/// See the module.
pub struct Pages<'a> {
    pub letters: &'a Letters,
    pub pages: Vec<Vec<Mark>>,
    pub nodes: Vec<Node>,
    /// Nodes that stand in none.
    pub roots: Vec<usize>,
    pub contents: Vec<Entry>,
    /// Where the next line begins on the last page.
    pub y: f32,
}

/// Lays a document out.
pub fn lay_out<'a>(paper: &Paper, letters: &'a Letters) -> Pages<'a> {
    let mut pages =
        Pages { letters, pages: vec![Vec::new()], nodes: Vec::new(), roots: Vec::new(), contents: Vec::new(), y: TOP };
    for part in &paper.parts {
        match part {
            Part::Heading(level, words) => pages.heading(*level, words),
            Part::Text(text) => {
                let node = pages.node(None, Role::Paragraph);
                pages.paragraph(node, text, LEFT, BODY);
                pages.y += 5.0;
            }
            Part::List(entries) => pages.list(entries),
            Part::Table(table) => table::lay_out(&mut pages, table),
            Part::Blank(count) => pages.blank(*count),
            Part::Signatures(who) => pages.signatures(who),
        }
    }
    pages.margins(paper);
    pages
}

impl Pages<'_> {
    /// A node under another, or under none.
    pub fn node(&mut self, parent: Option<usize>, role: Role) -> usize {
        let node = self.nodes.len();
        self.nodes.push(Node { role, children: Vec::new() });
        match parent.and_then(|parent| self.nodes.get_mut(parent)) {
            Some(parent) => parent.children.push(node),
            None => self.roots.push(node),
        }
        node
    }

    pub fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// How much still fits on the page.
    pub fn room(&self) -> f32 {
        BOTTOM - self.y
    }

    /// A whole page's.
    pub fn most_room() -> f32 {
        BOTTOM - TOP
    }

    pub fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    /// Turns the page if so much does not fit any more.
    pub fn need(&mut self, height: f32) {
        if self.room() < height && self.y > TOP {
            self.turn();
        }
    }

    /// Writes a line from `y`, and does not move on.
    pub fn line(&mut self, line: &Line, x: f32, y: f32, size: f32, ink: Ink, node: Option<usize>) {
        for piece in line {
            self.mark(Mark::Words {
                x: x + piece.at,
                y: y + size * RISE,
                size,
                style: piece.style,
                ink,
                words: piece.words.clone(),
                node,
            });
        }
    }

    fn paragraph(&mut self, node: usize, text: &Text, x: f32, size: f32) {
        let broken = lines(self.letters, text, size, RIGHT - x);
        let high = size * LEADING;
        // The first two lines stay together.
        self.need(high * if broken.len() > 1 { 2.0 } else { 1.0 });
        for line in &broken {
            self.need(high);
            self.line(line, x, self.y, size, Ink::Text, Some(node));
            self.y += high;
        }
    }

    fn heading(&mut self, level: u8, words: &str) {
        let (size, before, after) = match level {
            1 => (20.0, 0.0, 8.0),
            2 => (13.5, 16.0, 5.0),
            _ => (11.0, 10.0, 3.0),
        };
        let broken = lines(self.letters, &Text::strong(words), size, RIGHT - LEFT);
        let high = size * 1.25;
        if self.y > TOP {
            self.y += before;
        }
        // A heading never stands alone at the end of a page.
        let own: f32 = broken.iter().map(|_| high).sum();
        self.need(own + after + 4.0 * BODY * LEADING);
        let said = self.letters.drawable(words);
        let node = self.node(None, Role::Heading(level, said.clone()));
        self.contents.push(Entry { level, words: said, page: self.pages.len() - 1, y: self.y });
        for line in &broken {
            self.need(high);
            self.line(line, LEFT, self.y, size, Ink::Heading, Some(node));
            self.y += high;
        }
        self.y += after;
    }

    fn list(&mut self, entries: &[Vec<Text>]) {
        let list = self.node(None, Role::List);
        for entry in entries {
            let item = self.node(Some(list), Role::Entry);
            let (bullet, body) = (self.node(Some(item), Role::Bullet), self.node(Some(item), Role::Body));
            self.need(2.0 * BODY * LEADING);
            let dot = lines(self.letters, &Text::plain("• "), BODY, INDENT);
            for line in &dot {
                self.line(line, LEFT + 2.0, self.y, BODY, Ink::Heading, Some(bullet));
            }
            for text in entry {
                let paragraph = self.node(Some(body), Role::Paragraph);
                self.paragraph(paragraph, text, LEFT + INDENT, BODY);
            }
            self.y += 4.0;
        }
        self.y += 2.0;
    }

    fn blank(&mut self, count: u8) {
        for _ in 0..count {
            self.need(22.0);
            self.y += 22.0;
            self.mark(Mark::Line { x: LEFT, to: RIGHT, y: self.y - 3.0, ink: Ink::Quiet });
        }
        self.y += 6.0;
    }

    fn signatures(&mut self, who: &[String]) {
        const GAP: f32 = 28.0;
        let mut share = RIGHT - LEFT + GAP;
        for _ in 1..who.len() {
            share = (RIGHT - LEFT + GAP) / 2.0;
        }
        self.need(90.0);
        let top = self.y + 46.0;
        let (mut x, mut lowest) = (LEFT, top);
        for words in who {
            if x + share - GAP > RIGHT + 1.0 {
                x = LEFT;
            }
            self.mark(Mark::Line { x, to: x + share - GAP, y: top, ink: Ink::Quiet });
            let node = self.node(None, Role::Paragraph);
            let mut y = top + 3.0;
            for line in &lines(self.letters, &Text::plain(words.clone()), 9.0, share - GAP) {
                self.line(line, x, y, 9.0, Ink::Text, Some(node));
                y += 9.0 * LEADING;
            }
            lowest = lowest.max(y);
            x += share;
        }
        self.y = lowest + 6.0;
    }

    /// What stands on every page and is no part of what is read: foot, number, the title from the second page on.
    fn margins(&mut self, paper: &Paper) {
        let all = self.pages.len();
        let foot: Vec<Line> = paper
            .foot
            .iter()
            .flat_map(|line| lines(self.letters, &Text::plain(line.clone()), SMALL, RIGHT - LEFT))
            .collect();
        let title = lines(self.letters, &Text::plain(paper.title.clone()), 8.0, RIGHT - LEFT);
        for page in 0..all {
            let mut marks = Vec::new();
            let number = format!("Pagina {} di {all}", page + 1);
            let width: f32 = number.chars().map(|c| self.letters.width(Style::Strong, c) * 8.0).sum();
            let top = HEIGHT - 66.0;
            marks.push(Mark::Line { x: LEFT, to: RIGHT, y: top, ink: Ink::Rule });
            let mut y = top + 4.0;
            for line in &foot {
                marks.extend(loose(line, LEFT, y, SMALL));
                y += SMALL * LEADING;
            }
            marks.push(Mark::Words {
                x: RIGHT - width,
                y: y + 8.0 * RISE,
                size: 8.0,
                style: Style::Strong,
                ink: Ink::Quiet,
                words: number,
                node: None,
            });
            if page > 0
                && let Some(line) = title.first()
            {
                marks.extend(loose(line, LEFT, 34.0, 8.0));
                marks.push(Mark::Line { x: LEFT, to: RIGHT, y: 48.0, ink: Ink::Rule });
            }
            if let Some(page) = self.pages.get_mut(page) {
                page.extend(marks);
            }
        }
    }
}

/// A line that is part of nothing.
fn loose(line: &Line, x: f32, y: f32, size: f32) -> impl Iterator<Item = Mark> {
    line.iter().map(move |piece| Mark::Words {
        x: x + piece.at,
        y: y + size * RISE,
        size,
        style: piece.style,
        ink: Ink::Quiet,
        words: piece.words.clone(),
        node: None,
    })
}
