// SPDX-License-Identifier: EUPL-1.2
//! What stands between the texts of a file: tabs, which have no business there, and comments, which may hold anything.

use super::faults::Faults;
use crate::diagnostic::{Diagnostic, Place};

/// The text and the start of its lines: byte offsets to places.
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    /// Line `line` (from 1), without its end; empty beyond the file.
    pub(super) fn line(&self, line: usize) -> &'a str {
        let Some(start) = line.checked_sub(1).and_then(|index| self.starts.get(index)) else { return "" };
        let rest = self.text.get(*start..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        line.strip_suffix('\r').unwrap_or(line)
    }

    /// The place of a byte.
    pub(super) fn place(&self, byte: usize, length: usize, faults: &Faults) -> Place {
        let line = self.starts.partition_point(|start| *start <= byte);
        let start = line.checked_sub(1).and_then(|index| self.starts.get(index)).copied().unwrap_or_default();
        let column = self.text.get(start..byte).map_or(1, |before| before.chars().count() + 1);
        faults.place(line, column, length)
    }

    /// A place inside the file: what lies beyond its last line moves to the end of that line, what lies beyond a line's
    /// end moves to that end.
    pub(super) fn inside(&self, line: usize, column: usize, length: usize, faults: &Faults) -> Place {
        let last = self.starts.len() - usize::from(self.text.ends_with('\n'));
        if line > last {
            return faults.place(last, self.line(last).chars().count() + 1, 0);
        }
        let end = self.line(line).chars().count() + 1;
        let column = column.clamp(1, end);
        faults.place(line, column, length.min(end - column))
    }

    /// Where the line of this byte ends.
    pub(super) fn end_of_line(&self, byte: usize) -> usize {
        self.text.get(byte..).and_then(|rest| rest.find('\n')).map_or(self.text.len(), |at| byte + at)
    }

    /// The numbers of the lines after `line` that begin with a tab and hold something.
    pub(super) fn tabbed_after(&self, line: usize) -> impl Iterator<Item = usize> + '_ {
        let rest = self.starts.get(line).and_then(|start| self.text.get(*start..)).unwrap_or_default();
        (line + 1..)
            .zip(rest.split('\n'))
            .filter(|(_, text)| text.starts_with('\t') && !text.trim().is_empty())
            .map(|(number, _)| number)
    }
}

/// What a stretch between two texts holds, comments aside. After a fault of syntax the stretch may hold texts that the
/// parser has read and not yet told: quoted ones are stepped over.
#[derive(Default)]
pub(super) struct Gap {
    /// Byte offsets of the tabs.
    pub(super) tabs: Vec<usize>,
    /// Byte offset of the first dash.
    pub(super) dash: Option<usize>,
    /// Byte offset of the quotation mark that is not closed.
    pub(super) quote: Option<usize>,
    /// Byte offset of the last bracket that is not closed.
    pub(super) bracket: Option<usize>,
    /// Whether there is a `?`.
    pub(super) question: bool,
}

/// Reads the stretch `from..to`.
pub(super) fn gap(text: &str, from: usize, to: usize) -> Gap {
    let mut gap = Gap::default();
    let before = from.checked_sub(1).and_then(|at| text.as_bytes().get(at));
    let (mut comment, mut spaced) = (false, before.is_none_or(u8::is_ascii_whitespace));
    let mut quote = None;
    for (at, byte) in text.get(from..to).unwrap_or_default().bytes().enumerate() {
        match (byte, quote) {
            (b'\n', None) => comment = false,
            _ if comment => {}
            (b'"' | b'\'', Some((mark, _))) if mark == byte => quote = None,
            (_, Some(_)) => {}
            (b'"' | b'\'', None) if spaced => quote = Some((byte, from + at)),
            (b'#', _) if spaced => comment = true,
            (b'\t', _) => gap.tabs.push(from + at),
            (b'?', _) => gap.question = true,
            (b'-', _) if gap.dash.is_none() => gap.dash = Some(from + at),
            (b'[' | b'{', _) => gap.bracket = Some(from + at),
            (b']' | b'}', _) => gap.bracket = None,
            _ => {}
        }
        spaced = byte.is_ascii_whitespace() || matches!(byte, b'[' | b'{' | b',');
    }
    gap.quote = quote.map(|(_, at)| at);
    gap
}

pub(super) fn tab(place: &Place) -> Diagnostic {
    Diagnostic::error("tabulazione", place, "qui c'è una tabulazione, che non si può usare per rientrare o separare")
        .help("sostituiscila con spazi")
}
