// SPDX-License-Identifier: EUPL-1.2
//! The workflow that a level generates, drawn: activities, outputs, outcomes, their order and their terms; and numbers as
//! charts.
//!
//! One tree, three ways to see it: a picture (`svg`), a graph for other programs (`dot`), an ordered text (`outline`).
//! Whoever does not see the picture loses nothing: the outline says all that it says.

mod bars;
mod chart;
mod dot;
mod label;
mod layout;
mod outline;
mod plot;
mod svg;
mod words;

use std::collections::BTreeSet;

use crate::rulebook::{ItemIndex, ItemKind, Rulebook, Target, Voice};

pub use bars::chart_svg;
pub use chart::{Bars, Chart, Series, Unit, italian};
pub use dot::dot;
pub use outline::{OutlineLine, outline};
pub use svg::svg;
pub use words::{Duty, condition_words, duty, duty_words};

/// What a node stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Activity,
    Output,
    Outcome,
    /// The closing of the case: there only when a term waits for it.
    Closing,
}

impl Shape {
    pub fn word(self) -> &'static str {
        match self {
            Self::Activity => "attività",
            Self::Output => "output",
            Self::Outcome => "outcome",
            Self::Closing => "chiusura",
        }
    }
}

/// One thing that is done, delivered, recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub id: String,
    pub shape: Shape,
    pub text: String,
    pub duty: Duty,
    /// When it is due and why, as half a sentence.
    pub duty_words: String,
    /// Who adds it, where it is not the decree.
    pub author: Option<Voice>,
    /// Completions that make it done.
    pub times: u32,
    pub codes: Vec<String>,
    /// The terms that wait for it, in words.
    pub terms: Vec<String>,
}

/// Why one thing comes before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// The output rests on the activity.
    RestsOn,
    /// Order alone.
    After,
}

/// From what comes first to what comes after, by position in [`Picture::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    pub from: usize,
    pub to: usize,
    pub link: Link,
}

/// The workflow of a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Letter of the level: in the names of what the picture defines, so that several stand on one page.
    pub level: String,
    pub title: String,
    /// In the order of the decree; the closing, if any, last.
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
}

impl Picture {
    pub fn new(rulebook: &Rulebook) -> Self {
        let mut nodes: Vec<Node> = Vec::new();
        let mut edges = Vec::new();
        for (index, item) in (0..).zip(&rulebook.items) {
            let to = usize::from(index);
            let rests = item.rests_on.iter().map(|before| (before, Link::RestsOn));
            for (before, link) in rests.chain(item.after.iter().map(|before| (before, Link::After))) {
                edges.push(Edge { from: usize::from(before.index), to, link });
            }
            nodes.push(Node {
                id: item.id.clone(),
                shape: match item.kind {
                    ItemKind::Activity => Shape::Activity,
                    ItemKind::Output => Shape::Output,
                    ItemKind::Outcome => Shape::Outcome,
                },
                text: item.text.clone(),
                duty: duty(rulebook, index),
                duty_words: duty_words(rulebook, index),
                author: author(rulebook, &item.id),
                times: item.times,
                codes: item.registration.iter().flat_map(|r| r.codes.clone()).collect(),
                terms: terms(rulebook, Some(index)),
            });
        }
        let closing = terms(rulebook, None);
        if !closing.is_empty() {
            nodes.push(Node {
                id: "chiusura".to_owned(),
                shape: Shape::Closing,
                text: "chiusura della pratica".to_owned(),
                duty: Duty::Always,
                duty_words: "in ogni caso".to_owned(),
                author: None,
                times: 1,
                codes: Vec::new(),
                terms: closing,
            });
        }
        let title = format!("LEP {}, {}: il percorso", rulebook.level, rulebook.title);
        Self { level: rulebook.level.clone(), title, nodes, edges }
    }

    /// Are there any steps to draw?
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// What comes right before a node, each once.
    fn before(&self, node: usize) -> BTreeSet<usize> {
        self.edges.iter().filter(|edge| edge.to == node).map(|edge| edge.from).collect()
    }

    /// Has the node a place in the order?
    fn is_ordered(&self, node: usize) -> bool {
        self.edges.iter().any(|edge| edge.from == node || edge.to == node)
    }

    /// The nodes so that each comes after what must come before it, else as in the decree. Nodes of a circle, which no
    /// checked level has, come as they stand.
    fn in_order(&self) -> Vec<usize> {
        let mut left: Vec<usize> = (0..self.nodes.len()).collect();
        let mut placed: Vec<usize> = Vec::with_capacity(left.len());
        while !left.is_empty() {
            let ready = |node: &usize| self.before(*node).iter().all(|before| placed.contains(before));
            let next = left.iter().position(ready).unwrap_or(0);
            placed.push(left.remove(next));
        }
        placed
    }
}

/// Who has added an item to those of the decree.
fn author(rulebook: &Rulebook, id: &str) -> Option<Voice> {
    rulebook
        .variations_of(id)
        .find(|variation| variation.verb.starts_with("aggiungi_"))
        .map(|variation| variation.voice)
}

/// The terms that wait for an item (for the closing: `None`), in words.
fn terms(rulebook: &Rulebook, index: Option<ItemIndex>) -> Vec<String> {
    let waits = |target: &Target| match target {
        Target::Done(item) | Target::Started(item) => Some(item.index) == index,
        Target::Closing => index.is_none(),
    };
    let terms = rulebook.terms.iter().filter(|term| waits(&term.target));
    terms
        .map(|term| {
            let start = if matches!(term.target, Target::Started(_)) { "inizio " } else { "" };
            let when = term.when.as_ref().map(|rule| format!(", se {}", condition_words(rulebook, rule)));
            format!("{start}{}{}", words::limit_words(rulebook, term), when.unwrap_or_default())
        })
        .collect()
}
