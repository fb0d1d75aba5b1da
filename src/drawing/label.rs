// SPDX-License-Identifier: EUPL-1.2
//! What is written in a box, broken into lines that fit it. Widths are those of a wide common font, so that any other fits.

use super::{Duty, Node, Shape};

/// Inner width of a box, in pixels.
pub(super) const INNER: f64 = 226.0;

/// How a line is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    /// What the node is: small capitals.
    Kind,
    Name,
    /// The words of the decree.
    Text,
    /// Obligation, codes, terms.
    Note,
    /// Nothing: room between the letter and the rest.
    Gap,
}

impl Face {
    /// Height of the letters, in pixels.
    pub(super) fn size(self) -> f64 {
        match self {
            Self::Kind => 10.0,
            Self::Name => 13.0,
            Self::Text | Self::Note | Self::Gap => 12.0,
        }
    }

    /// Room of a line, in pixels.
    pub(super) fn line_height(self) -> f64 {
        match self {
            Self::Kind => 14.0,
            Self::Name => 18.0,
            Self::Text | Self::Note => 16.0,
            Self::Gap => 5.0,
        }
    }
}

/// Estimated width of a text, in pixels: on the safe side.
pub(super) fn width(text: &str, face: Face) -> f64 {
    let bold = if face == Face::Name { 1.1 } else { 1.0 };
    text.chars().map(em).sum::<f64>() * face.size() * bold
}

/// Width of a letter, in heights.
fn em(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | 'ì' | '\'' | '’' | '|' | '.' | ',' | ':' | ';' => 0.32,
        'f' | 't' | 'r' | 'I' | ' ' | '-' | '(' | ')' | '/' | '`' | '"' => 0.42,
        'm' | 'M' | 'w' | 'W' | '%' | '@' | '—' => 1.0,
        'A'..='Z' | '=' | '<' | '>' | '&' => 0.8,
        _ => 0.645,
    }
}

/// The text in lines that fit; a word too long for a line is cut where it must.
pub(super) fn broken(text: &str, fits: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&longer) {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for c in word.chars() {
            line.push(c);
            if !fits(&line) {
                line.pop();
                lines.push(std::mem::take(&mut line));
                line.push(c);
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Everything that a node's box says, line by line.
pub(super) fn lines(node: &Node) -> Vec<(Face, String)> {
    let mut lines = vec![(Face::Kind, node.shape.word().to_uppercase())];
    let mut say = |face: Face, text: &str| {
        let fits = |line: &str| width(line, face) <= INNER;
        lines.extend(broken(&text.replace('`', ""), &fits).into_iter().map(|line| (face, line)));
    };
    say(Face::Name, &node.id);
    say(Face::Text, &node.text);
    say(Face::Gap, "–");
    say(Face::Note, &short_duty(node));
    if !node.codes.is_empty() {
        say(Face::Note, &format!("SAP {}", node.codes.join(" o ")));
    }
    for term in &node.terms {
        say(Face::Note, &format!("termine: {term}"));
    }
    lines
}

/// The obligation in a few words: the reasons are in the arrows and in the outline.
fn short_duty(node: &Node) -> String {
    let due = if node.shape == Shape::Activity { "dovuta" } else { "dovuto" };
    let times = if node.times > 1 { format!(", {} volte", node.times) } else { String::new() };
    match (&node.duty, node.shape) {
        (_, Shape::Closing) => String::new(),
        (Duty::Always, _) => format!("{due}{times}"),
        (Duty::When(conditions), _) => format!("{due}{times} se {}", conditions.join(", oppure se ")),
        (Duty::Offered, Shape::Activity) => format!("offerta{times}"),
        (Duty::Offered, Shape::Output) => "offerto".to_owned(),
        (Duty::Offered, _) => "si rileva quando accade".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::broken;

    #[test]
    fn lines_fit_and_lose_nothing() {
        let fits = |line: &str| line.chars().count() <= 6;
        assert_eq!(broken("uno due tre", &fits), ["uno", "due", "tre"]);
        assert_eq!(broken("a b orientamento", &fits), ["a b", "orient", "amento"]);
        assert!(broken("", &fits).is_empty());
    }
}
