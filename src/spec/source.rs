// SPDX-License-Identifier: EUPL-1.2
//! YAML text with a place for every node: the one reader of specification files, and the one file (with its folder) that
//! knows the YAML library. Gives no type to anything: `NO`, `08`, `3.10` stay as written until a schema asks.
//!
//! What we read is a subset of YAML. Refused, each with a place and a remedy: anchors, aliases, tags, merge keys,
//! directives, document separators, duplicate, empty and composite keys, tabs, and characters that nobody can see.
//! To leave the library, replace `tree.rs` and `syntax.rs`.

mod characters;
mod faults;
mod syntax;
mod tabs;
mod texts;
mod tree;

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Place};

pub use faults::CODES;

/// A file may hold this many bytes (4 MiB): the largest level of the decree takes some 20 KiB.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;
/// A file may hold this many nodes, keys counted: it bounds the memory of the tree.
pub const MAX_NODES: usize = 200_000;
/// Lists and maps may stand this deep in one another: it bounds every later recursion over the tree.
pub const MAX_DEPTH: usize = 64;
/// Lists and maps between brackets may stand this deep in one another: beyond it nobody can read the line.
pub const MAX_FLOW_DEPTH: usize = 4;
/// A single text may hold this many bytes (256 KiB).
pub const MAX_SCALAR_BYTES: usize = 256 * 1024;
/// A key may hold this many characters.
pub const MAX_KEY_CHARS: usize = 256;
/// So many faults of a file are reported; the rest is counted.
pub const MAX_FAULTS: usize = 100;

/// A file as read: its name as people know it, and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub file: Arc<str>,
    pub text: Arc<str>,
}

/// A value and where it stands: a text at its first character (quotes included), a list at its first `-` or its `[`, a
/// map at its first key or its `{`. An absent value stands where its key stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub place: Place,
    pub value: NodeValue,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeValue {
    Scalar(Scalar),
    List(Vec<Node>),
    /// In file order; no two keys have the same text.
    Map(Vec<(Key, Node)>),
}

/// A text, and how it was written. Plain text is the text of the file, folded where it runs over several lines, and
/// never a number, a boolean or null. An absent value is plain and empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    pub text: String,
    pub style: Style,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    /// A block opened by `|`.
    Literal,
    /// A block opened by `>`.
    Folded,
}

/// A key of a map: never empty, at most [`MAX_KEY_CHARS`] characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub text: String,
    pub place: Place,
}

impl Scalar {
    /// Written without quotes and not as a block.
    pub fn is_plain(&self) -> bool {
        self.style == Style::Plain
    }

    /// Nothing was written where a value could stand.
    pub fn is_absent(&self) -> bool {
        self.is_plain() && self.text.is_empty()
    }

    /// Plain text that other YAML readers take for yes or no, such as the province `NO`: in a field of codes it wants
    /// quotes.
    pub fn looks_boolean(&self) -> bool {
        const WORDS: [&str; 10] = ["yes", "no", "on", "off", "y", "n", "true", "false", "si", "sì"];
        self.is_plain() && self.text.len() <= 5 && WORDS.contains(&self.text.to_lowercase().as_str())
    }

    /// Plain digits with a zero in front, such as the region `08`: other readers drop the zero, or count in base eight.
    pub fn looks_leading_zero(&self) -> bool {
        self.is_plain()
            && self.text.len() > 1
            && self.text.starts_with('0')
            && self.text.bytes().all(|byte| byte.is_ascii_digit())
    }
}

/// Reads a file into its tree.
///
/// # Errors
/// Every fault found, in file order; see [`CODES`]. The first fault of syntax ends the reading.
pub fn parse(file: &str, bytes: &[u8]) -> Result<Node, Vec<Diagnostic>> {
    let mut faults = faults::Faults::new(file);
    let root = characters::read(bytes, &mut faults).and_then(|text| tree::build(text, &mut faults));
    let diagnostics = faults.into_diagnostics();
    match root {
        Some(root) if diagnostics.is_empty() => Ok(root),
        _ => Err(diagnostics),
    }
}
