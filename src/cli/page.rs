// SPDX-License-Identifier: EUPL-1.2
//! A page of prose on a terminal: its lines say by a mark, and not by colour alone, whose words they are.

use crate::reading::{Line, Sheet, Voice};

use super::output::{Ink, Screen, printable, wrap_hanging};

fn mark(voice: Voice) -> &'static str {
    match voice {
        Voice::Letter => "┃",
        Voice::Summary => "┊",
        Voice::Reading => "»",
        Voice::Amendment => "◇",
        Voice::Region => "◆",
        Voice::Script => "▪",
        Voice::Missing => "○",
        Voice::Plain => "",
    }
}

fn ink(voice: Voice) -> Option<Ink> {
    match voice {
        Voice::Letter => Some(Ink::Letter),
        Voice::Reading => Some(Ink::Reading),
        Voice::Amendment | Voice::Region | Voice::Script => Some(Ink::Region),
        Voice::Missing => Some(Ink::Doubt),
        Voice::Summary | Voice::Plain => None,
    }
}

/// A bar runs along the whole text; other marks stand at its beginning.
fn is_bar(voice: Voice) -> bool {
    matches!(voice, Voice::Letter | Voice::Summary)
}

/// The sheet as text.
pub fn text(sheet: &Sheet, screen: &Screen) -> String {
    let mut text = String::new();
    for line in &sheet.lines {
        match line {
            Line::Title(words) => text.push_str(&format!("{}\n", screen.paint(Ink::Heading, words))),
            Line::Blank => text.push('\n'),
            Line::Heading { head, more } => text.push_str(&heading(&format!("{}{more}", head.to_uppercase()), screen)),
            Line::Item { number, name, .. } => {
                text.push_str(&format!("{number:>3}. {}\n", screen.paint(Ink::Heading, name)));
            }
            Line::Said { voice, indent, hang, words, .. } => {
                text.push_str(&said(*voice, *indent, *hang, words, screen))
            }
            Line::Link { indent, to } => {
                let shown = to.as_deref().unwrap_or("(testo non raggiungibile in rete)");
                text.push_str(&format!("{}{shown}\n", " ".repeat(*indent)));
            }
            Line::Verbatim { indent, words } => {
                text.push_str(&format!("{}{}\n", " ".repeat(*indent), printable(words)))
            }
        }
    }
    text
}

/// The heading of a section.
pub fn heading(words: &str, screen: &Screen) -> String {
    format!("\n{}\n", screen.paint(Ink::Heading, words))
}

/// A paragraph in a voice, `indent` columns in, its lines after the first `hang` columns further.
pub fn said(voice: Voice, indent: usize, hang: usize, words: &str, screen: &Screen) -> String {
    let mark = mark(voice);
    let room = if mark.is_empty() { 0 } else { 2 };
    let width = screen.prose_width().saturating_sub(indent + room).max(30);
    let mut text = String::new();
    for (number, line) in wrap_hanging(words, width, width.saturating_sub(hang)).into_iter().enumerate() {
        let first = number == 0;
        let shown = if first || is_bar(voice) { mark } else { "" };
        let margin = " ".repeat(indent);
        let lead = if room == 0 { String::new() } else { format!("{shown:<2}") };
        let hang = if first { String::new() } else { " ".repeat(hang) };
        let painted = match ink(voice) {
            Some(ink) => screen.paint(ink, &format!("{lead}{hang}{line}")),
            None => format!("{lead}{hang}{line}"),
        };
        text.push_str(&format!("{margin}{painted}\n"));
    }
    text
}
