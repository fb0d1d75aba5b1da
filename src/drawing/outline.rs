// SPDX-License-Identifier: EUPL-1.2
//! The workflow as an ordered text: what the picture says, for whoever does not see it.

use crate::rulebook::Voice;

use super::{Node, Picture, Shape};

/// What is said where there is nothing to draw.
pub(super) const NO_STEP: &str = "nessun passo: la specifica non porta attività, output né outcome";

/// A line of the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlineLine {
    /// 0 for a step or a heading, 1 for what belongs to the step above.
    pub depth: usize,
    pub words: String,
}

/// The steps one by one: those with an order first, numbered; then what has none; then the outcomes.
pub fn outline(picture: &Picture) -> Vec<OutlineLine> {
    let mut lines = Vec::new();
    let mut say = |depth: usize, words: String| lines.push(OutlineLine { depth, words });
    if picture.is_empty() {
        say(0, NO_STEP.to_owned());
    }
    let is_loose = |node: &usize| {
        let outcome = picture.nodes.get(*node).is_some_and(|node| node.shape == Shape::Outcome);
        !picture.is_ordered(*node) && (outcome || is_activity(picture, *node))
    };
    let (loose, flow): (Vec<usize>, Vec<usize>) = picture.in_order().into_iter().partition(is_loose);
    let (free, outcomes): (Vec<usize>, Vec<usize>) = loose.iter().partition(|node| is_activity(picture, **node));
    let parts = [("", flow), ("Senza un ordine fissato:", free), ("Che cosa può cambiare:", outcomes)];
    for (heading, nodes) in parts {
        if !heading.is_empty() && !nodes.is_empty() {
            say(0, heading.to_owned());
        }
        for (number, index) in (1..).zip(nodes) {
            let Some(node) = picture.nodes.get(index) else { continue };
            let mark = if heading.is_empty() { format!("{number}.") } else { "-".to_owned() };
            say(0, format!("{mark} {}", step(picture, index, node)));
            for term in &node.terms {
                say(1, format!("termine: {term}"));
            }
        }
    }
    lines
}

fn is_activity(picture: &Picture, node: usize) -> bool {
    picture.nodes.get(node).is_some_and(|node| node.shape == Shape::Activity)
}

fn step(picture: &Picture, index: usize, node: &Node) -> String {
    let mut words = format!("{} `{}`, {}", node.shape.word(), node.id, node.duty_words);
    match node.author {
        Some(Voice::Region) => words.push_str("; lo aggiunge la regione"),
        Some(Voice::Amendment) => words.push_str("; lo aggiunge una modifica del decreto"),
        None => {}
    }
    if node.times > 1 {
        words.push_str(&format!("; {} volte", node.times));
    }
    let before: Vec<String> = picture
        .before(index)
        .into_iter()
        .filter_map(|before| picture.nodes.get(before))
        .map(|node| format!("`{}`", node.id))
        .collect();
    if !before.is_empty() {
        words.push_str(&format!("; dopo {}", before.join(", ")));
    }
    if !node.codes.is_empty() {
        words.push_str(&format!("; si registra con {}", node.codes.join(" o ")));
    }
    words
}
