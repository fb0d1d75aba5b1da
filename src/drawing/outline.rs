// SPDX-License-Identifier: EUPL-1.2
//! The workflow as an ordered text: what the picture says, for whoever does not see it.

use super::{Picture, Shape};

/// The steps one by one, a line each: those with an order first, numbered; then what has none; then the outcomes.
pub fn outline(picture: &Picture) -> Vec<String> {
    if picture.is_empty() {
        return vec!["nessun passo: la specifica non porta attività, output né outcome".to_owned()];
    }
    let order = picture.in_order();
    let is_loose = |node: &usize| {
        let outcome = picture.nodes.get(*node).is_some_and(|node| node.shape == Shape::Outcome);
        !picture.is_ordered(*node) && (outcome || is_activity(picture, *node))
    };
    let (loose, flow): (Vec<usize>, Vec<usize>) = order.iter().copied().partition(|node| is_loose(node));
    let mut lines: Vec<String> =
        (1..).zip(&flow).map(|(number, node)| format!("{number}. {}", step(picture, *node))).collect();
    let (free, outcomes): (Vec<usize>, Vec<usize>) = loose.iter().partition(|node| is_activity(picture, **node));
    if !free.is_empty() {
        lines.push("Senza un ordine fissato:".to_owned());
        lines.extend(free.iter().map(|node| format!("- {}", step(picture, *node))));
    }
    if !outcomes.is_empty() {
        lines.push("Che cosa può cambiare:".to_owned());
        lines.extend(outcomes.iter().map(|node| format!("- {}", step(picture, *node))));
    }
    lines
}

fn is_activity(picture: &Picture, node: usize) -> bool {
    picture.nodes.get(node).is_some_and(|node| node.shape == Shape::Activity)
}

fn step(picture: &Picture, index: usize) -> String {
    let Some(node) = picture.nodes.get(index) else { return String::new() };
    let mut words = format!("{} `{}`, {}", node.shape.word(), node.id, node.duty_words);
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
    for term in &node.terms {
        words.push_str(&format!("; termine: {term}"));
    }
    words
}
