// SPDX-License-Identifier: EUPL-1.2
//! A fault that somebody can mend: where it is, what is wrong, what to do about it.
//!
//! Messages are for officials: one sentence in Italian, lower case, no full stop, the reader's own words in backticks.

mod render;

use std::fmt;
use std::sync::Arc;

pub use render::{render, to_json};

/// A stretch of a file: line and column count from 1, columns and length in characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub file: Arc<str>,
    pub line: u32,
    pub column: u32,
    /// Characters covered on that line; 0 where only the start is known.
    pub length: u32,
}

impl Place {
    /// The first character of a file: for faults that belong to the file as a whole.
    pub fn start_of(file: &str) -> Self {
        Self { file: file.into(), line: 1, column: 1, length: 0 }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The specification cannot be used.
    Error,
    /// The specification can be used; somebody should look.
    Warning,
}

impl Severity {
    /// The word for it, as the reader sees it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "errore",
            Self::Warning => "avviso",
        }
    }
}

/// A fault of a specification; see the module for how a message is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Kebab-case name of the check, as listed in `specs/README.md`.
    pub code: &'static str,
    pub severity: Severity,
    pub place: Place,
    pub message: String,
    pub help: Option<String>,
    /// Other places that belong to the fault, each with its own words.
    pub related: Vec<(Place, String)>,
}

impl Diagnostic {
    pub fn error(code: &'static str, place: &Place, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            place: place.clone(),
            message: message.into(),
            help: None,
            related: Vec::new(),
        }
    }

    pub fn warning(code: &'static str, place: &Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, place, message) }
    }

    /// Adds the remedy.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds another place that belongs to the fault.
    #[must_use]
    pub fn related(mut self, place: &Place, words: impl Into<String>) -> Self {
        self.related.push((place.clone(), words.into()));
        self
    }
}

/// Place, message, related places, remedy: a line each.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.place, self.message)?;
        for (place, words) in &self.related {
            write!(f, "\n{place}: {words}")?;
        }
        match &self.help {
            Some(help) => write!(f, "\naiuto: {help}"),
            None => Ok(()),
        }
    }
}
