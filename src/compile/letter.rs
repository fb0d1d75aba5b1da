// SPDX-License-Identifier: EUPL-1.2
//! The decree's text: its sections for each level, and where a `testo` stands in them.
//!
//! White space, bullets and typographic quotes do not count; every other character does.

use std::ops::Range;

use crate::spec::level::Field;

/// One heading of one level, as published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    pub level: String,
    pub field: Field,
    /// Line of the file where the section's text begins, from 1.
    pub line: u32,
    pub text: String,
}

/// Splits the published text into sections: `=== LEP X — title`, then `[Heading]` lines.
pub fn sections(text: &str) -> Vec<Section> {
    let mut found: Vec<Section> = Vec::new();
    let mut level: Option<String> = None;
    let mut current: Option<Section> = None;
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(heading) = line.strip_prefix("=== LEP ") {
            found.extend(current.take());
            level = heading.split_whitespace().next().map(str::to_owned);
        } else if let (Some(field), Some(level)) = (heading(line), &level) {
            found.extend(current.take());
            current = Some(Section { level: level.clone(), field, line: number + 1, text: String::new() });
        } else if let Some(section) = &mut current {
            section.text.push_str(line);
            section.text.push('\n');
        }
    }
    found.extend(current);
    found
}

fn heading(line: &str) -> Option<Field> {
    match line.trim() {
        "[Riferimenti normativi]" => Some(Field::Norms),
        "[Attività]" => Some(Field::Activities),
        "[Descrizione]" => Some(Field::Description),
        "[Output]" => Some(Field::Outputs),
        "[Outcome]" => Some(Field::Outcomes),
        "[Codice SAP]" => Some(Field::SapCodes),
        _ => None,
    }
}

/// A text with what does not count folded away, and for each kept character its place in the original.
#[derive(Clone, Debug)]
pub struct Folded {
    characters: Vec<char>,
    /// Line (from 0, inside the text) of each kept character.
    lines: Vec<u32>,
}

impl Folded {
    pub fn new(text: &str) -> Self {
        let mut folded = Self { characters: Vec::new(), lines: Vec::new() };
        for (number, line) in (0..).zip(text.lines()) {
            let line = line.trim_start();
            // A bullet at the start of a line is lay-out, not law.
            let line = line.strip_prefix(['-', '·', '•']).filter(|rest| rest.starts_with(' ')).unwrap_or(line);
            for c in line.chars().chain([' ']) {
                folded.push(c, number);
            }
        }
        if folded.characters.last() == Some(&' ') {
            folded.characters.pop();
            folded.lines.pop();
        }
        folded
    }

    fn push(&mut self, c: char, line: u32) {
        let c = match c {
            '’' | '‘' | '´' | '`' => '\'',
            '“' | '”' | '«' | '»' => '"',
            c if c.is_whitespace() => ' ',
            c => c,
        };
        if c == ' ' && matches!(self.characters.last(), None | Some(' ')) {
            return;
        }
        self.characters.push(c);
        self.lines.push(line);
    }

    pub fn len(&self) -> usize {
        self.characters.len()
    }

    pub fn is_empty(&self) -> bool {
        self.characters.is_empty()
    }

    /// Where `words` stands in this text, as ranges of kept characters.
    pub fn find_all(&self, words: &Folded) -> Vec<Range<usize>> {
        if words.is_empty() || words.len() > self.len() {
            return Vec::new();
        }
        let windows = self.characters.windows(words.len());
        let starts = windows.enumerate().filter(|(_, window)| *window == words.characters.as_slice());
        starts.map(|(at, _)| at..at + words.len()).collect()
    }

    pub fn slice(&self, range: Range<usize>) -> String {
        self.characters.get(range).unwrap_or_default().iter().collect()
    }

    pub fn line(&self, at: usize) -> u32 {
        self.lines.get(at).copied().unwrap_or(0)
    }

    /// The longest beginning of `words` that stands somewhere in this text: where the letter was left.
    pub fn longest_beginning(&self, words: &Folded) -> usize {
        let mut best = 0;
        for start in 0..self.len() {
            let here = self.characters.get(start..).unwrap_or_default();
            let same = here.iter().zip(&words.characters).take_while(|(a, b)| a == b).count();
            best = best.max(same);
        }
        best
    }
}
