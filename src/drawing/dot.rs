// SPDX-License-Identifier: EUPL-1.2
//! The workflow as a graph in the DOT language, for whoever draws with other programs.

use std::fmt::Write as _;

use super::{Duty, Link, Picture, Shape};

/// Letters in a line of a label.
const LINE: usize = 34;

/// The picture in DOT: the shape tells what a node is, the line of its border whether it is due.
pub fn dot(picture: &Picture) -> String {
    let mut out = String::new();
    _ = writeln!(out, "digraph lepre {{");
    _ = writeln!(
        out,
        "  label={}; labelloc=t; rankdir=TB; fontname=\"sans-serif\";",
        quoted(&[picture.title.as_str()])
    );
    _ = writeln!(out, "  node [fontname=\"sans-serif\", fontsize=11]; edge [fontname=\"sans-serif\", fontsize=10];");
    for (index, node) in picture.nodes.iter().enumerate() {
        let shape = match node.shape {
            Shape::Activity => "box",
            Shape::Output => "note",
            Shape::Outcome => "ellipse",
            Shape::Closing => "doubleoctagon",
        };
        let style = match node.duty {
            Duty::Always => "style=solid, penwidth=2",
            Duty::When(_) => "style=dashed, penwidth=1.5",
            Duty::Offered => "style=dotted, penwidth=1",
        };
        let heading = format!("{} {}", node.shape.word(), node.id);
        let mut lines: Vec<String> = vec![heading];
        lines.extend(broken(&node.text));
        lines.push(String::new());
        lines.extend(broken(&node.duty_words));
        if node.times > 1 {
            lines.push(format!("{} volte", node.times));
        }
        if !node.codes.is_empty() {
            lines.push(format!("SAP {}", node.codes.join(" o ")));
        }
        lines.extend(node.terms.iter().flat_map(|term| broken(term)));
        _ = writeln!(out, "  n{index} [label={}, shape={shape}, {style}];", quoted(&lines));
    }
    for edge in &picture.edges {
        let style = match edge.link {
            Link::RestsOn => "style=solid, arrowhead=normal",
            Link::After => "style=dashed, arrowhead=open",
        };
        _ = writeln!(out, "  n{} -> n{} [{style}];", edge.from, edge.to);
    }
    out.push_str("}\n");
    out
}

/// Lines as one quoted string of DOT.
fn quoted<S: AsRef<str>>(lines: &[S]) -> String {
    let lines: Vec<String> =
        lines.iter().map(|line| line.as_ref().replace('\\', "\\\\").replace('"', "\\\"")).collect();
    format!("\"{}\"", lines.join("\\n"))
}

fn broken(text: &str) -> Vec<String> {
    super::label::broken(text, &|line| line.chars().count() <= LINE)
}
