// SPDX-License-Identifier: EUPL-1.2
//! A document before it has pages: what it says, in the order in which it is read.
//!
//! Nothing here knows of letters, sizes or places on a sheet.

use crate::calendar::Day;

/// What is written in the place of nothing: a cell without words is lost to whoever listens to the table.
const NOTHING: &str = "—";

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    pub title: String,
    /// What it is, in a sentence.
    pub about: String,
    /// The same for the same document, and for no other.
    pub id: String,
    /// The day it speaks of.
    pub on: Day,
    /// Lines at the foot of every page.
    pub foot: Vec<String>,
    pub parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// 1 is the title's own; a level is never skipped.
    Heading(u8, String),
    Text(Text),
    List(Vec<Vec<Text>>),
    Table(Table),
    /// Lines to be written on by hand.
    Blank(u8),
    /// Who signs, side by side.
    Signatures(Vec<String>),
}

/// Words, in the style in which they are said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(pub Vec<(Style, String)>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Style {
    Plain,
    Strong,
    /// What is said about the words, and not by them.
    Aside,
}

/// Rows under the same headings; what a cell holds are paragraphs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What the table is, for whoever does not see it.
    pub about: String,
    /// Is it written above the table too?
    pub is_captioned: bool,
    /// Headings of the columns; none where the first cell of each row is its heading.
    pub head: Vec<&'static str>,
    /// How wide each column is, beside the others.
    pub shares: Vec<u16>,
    pub rows: Vec<Vec<Vec<Text>>>,
}

impl Paper {
    /// What it says, in the order of reading.
    pub fn words(&self) -> String {
        let mut lines: Vec<String> = Vec::new();
        for part in &self.parts {
            match part {
                Part::Heading(_, words) => lines.push(words.clone()),
                Part::Text(text) => lines.push(text.words()),
                Part::List(entries) => lines.extend(entries.iter().flatten().map(Text::words)),
                Part::Table(table) => {
                    lines.extend(table.head.iter().map(|heading| (*heading).to_owned()));
                    lines.extend(table.rows.iter().flatten().flatten().map(Text::words));
                }
                Part::Blank(_) => {}
                Part::Signatures(who) => lines.extend(who.iter().cloned()),
            }
        }
        lines.extend(self.foot.iter().cloned());
        lines.join("\n")
    }
}

impl Text {
    pub fn words(&self) -> String {
        self.0.iter().map(|(_, words)| words.as_str()).collect()
    }

    pub fn plain(words: impl Into<String>) -> Self {
        Self::default().and(words)
    }

    pub fn strong(words: impl Into<String>) -> Self {
        Self::default().and_strong(words)
    }

    pub fn aside(words: impl Into<String>) -> Self {
        Self::default().and_aside(words)
    }

    pub fn and(self, words: impl Into<String>) -> Self {
        self.with(Style::Plain, words.into())
    }

    pub fn and_strong(self, words: impl Into<String>) -> Self {
        self.with(Style::Strong, words.into())
    }

    pub fn and_aside(self, words: impl Into<String>) -> Self {
        self.with(Style::Aside, words.into())
    }

    /// This, then the other.
    pub fn joined(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    fn with(mut self, style: Style, words: String) -> Self {
        self.0.push((style, words));
        self
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|(_, words)| words.trim().is_empty())
    }
}

impl Table {
    /// Questions and answers, one under the other.
    pub fn of_facts(about: &str, facts: Vec<(String, Vec<Text>)>) -> Self {
        let rows = facts.into_iter().map(|(question, answer)| vec![vec![Text::strong(question)], answer]);
        Self {
            about: about.to_owned(),
            is_captioned: false,
            head: Vec::new(),
            shares: vec![30, 70],
            rows: rows.map(filled).collect(),
        }
    }

    /// Columns, each with its heading and how wide it is beside the others.
    pub fn new(about: &str, columns: &[(&'static str, u16)], rows: Vec<Vec<Vec<Text>>>) -> Self {
        Self {
            about: about.to_owned(),
            is_captioned: true,
            head: columns.iter().map(|(heading, _)| *heading).collect(),
            shares: columns.iter().map(|(_, share)| *share).collect(),
            rows: rows.into_iter().map(filled).collect(),
        }
    }
}

/// A row in which no cell is empty.
fn filled(row: Vec<Vec<Text>>) -> Vec<Vec<Text>> {
    let cell = |mut cell: Vec<Text>| {
        cell.retain(|text| !text.is_empty());
        if cell.is_empty() { vec![Text::plain(NOTHING)] } else { cell }
    };
    row.into_iter().map(cell).collect()
}
