// SPDX-License-Identifier: EUPL-1.2
//! What a verb writes on: the standard output, its width, its colours. A reader who leaves early stops nobody.

use std::cell::{Cell, RefCell};
use std::fmt::Write as _;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use serde_json::Value as Json;

pub use crate::reading::{count, listed};

use super::CliError;

/// Columns where nobody tells.
const USUAL_WIDTH: usize = 100;
/// Longer lines of prose are hard to read.
const WIDEST_PROSE: usize = 110;
const NARROWEST: usize = 40;

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Colouring {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    #[value(name = "sempre")]
    Always,
    #[value(name = "mai")]
    Never,
}

/// What a stretch of text is: never told by its colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    Heading,
    /// The decree's words.
    Letter,
    /// Our reading.
    Reading,
    /// What a region adds, or owes.
    Region,
    Good,
    Bad,
    Doubt,
}

impl Ink {
    fn escape(self) -> &'static str {
        match self {
            Self::Heading | Self::Letter => "\x1b[1m",
            Self::Reading => "\x1b[36m",
            Self::Region => "\x1b[35m",
            Self::Good => "\x1b[32m",
            Self::Bad => "\x1b[31m",
            Self::Doubt => "\x1b[33m",
        }
    }
}

/// The standard output.
pub struct Screen {
    out: RefCell<BufWriter<Stdout>>,
    /// Nobody reads any more (`lepre … | head -1`): the work goes on, the words are dropped.
    closed: Cell<bool>,
    /// A person is looking: nothing is held back.
    terminal: bool,
    colour: bool,
    width: usize,
}

impl Screen {
    pub(super) fn new(colouring: Colouring) -> Self {
        let out = io::stdout();
        let terminal = out.is_terminal();
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let colour = match colouring {
            Colouring::Auto => terminal && !set("NO_COLOR") && !dumb,
            Colouring::Always => true,
            Colouring::Never => false,
        };
        let measured = terminal.then(|| terminal_size::terminal_size_of(&out)).flatten();
        let width = measured.map_or(USUAL_WIDTH, |(columns, _)| usize::from(columns.0).max(NARROWEST));
        Self { out: RefCell::new(BufWriter::new(out)), closed: Cell::new(false), terminal, colour, width }
    }

    /// Columns of the terminal, or 100.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Columns for prose: those of the terminal, as far as lines stay readable.
    pub fn prose_width(&self) -> usize {
        self.width.min(WIDEST_PROSE)
    }

    pub fn has_colour(&self) -> bool {
        self.colour
    }

    /// The text in that ink, where there is colour.
    pub fn paint(&self, ink: Ink, text: &str) -> String {
        if self.colour && !text.is_empty() { format!("{}{text}\x1b[0m", ink.escape()) } else { text.to_owned() }
    }

    /// Writes the text as it is.
    ///
    /// # Errors
    /// The output cannot be written, other than because nobody reads it.
    pub fn text(&self, text: &str) -> Result<(), CliError> {
        if self.closed.get() {
            return Ok(());
        }
        let written = self.out.borrow_mut().write_all(text.as_bytes());
        self.judge(written)?;
        if self.terminal { self.flush() } else { Ok(()) }
    }

    /// Writes a line.
    ///
    /// # Errors
    /// As [`Screen::text`].
    pub fn line(&self, text: &str) -> Result<(), CliError> {
        self.text(text)?;
        self.text("\n")
    }

    /// Writes a JSON document, indented, on lines of its own.
    ///
    /// # Errors
    /// As [`Screen::text`].
    pub fn json(&self, value: &Json) -> Result<(), CliError> {
        self.line(&format!("{value:#}"))
    }

    /// Sends out what is still held back.
    ///
    /// # Errors
    /// As [`Screen::text`].
    pub fn flush(&self) -> Result<(), CliError> {
        if self.closed.get() {
            return Ok(());
        }
        let written = self.out.borrow_mut().flush();
        self.judge(written)
    }

    fn judge(&self, written: io::Result<()>) -> Result<(), CliError> {
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed.set(true);
                Ok(())
            }
            Err(error) => Err(CliError::Output(error)),
            Ok(()) => Ok(()),
        }
    }
}

/// Breaks prose into lines of at most `width` columns; a word longer than that keeps a line of its own.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    wrap_hanging(text, width, width)
}

/// As [`wrap`], with a width of its own for the first line.
pub fn wrap_hanging(text: &str, first: usize, rest: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let letters = word.chars().count();
        let width = if lines.is_empty() { first } else { rest };
        if length > 0 && length + 1 + letters > width {
            lines.push(std::mem::take(&mut line));
            length = 0;
        }
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        line.push_str(word);
        length += letters;
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// The text if it fits, else its beginning.
pub fn clipped(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Why the world said no, in Italian.
pub fn trouble(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "non c'è".to_owned(),
        io::ErrorKind::PermissionDenied => "il permesso è negato".to_owned(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "lo spazio sul disco è finito".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "il disco è in sola lettura".to_owned(),
        io::ErrorKind::IsADirectory => "è una cartella".to_owned(),
        io::ErrorKind::NotADirectory => "una parte del percorso non è una cartella".to_owned(),
        io::ErrorKind::InvalidData => "il contenuto non è quello che serve".to_owned(),
        io::ErrorKind::UnexpectedEof => "finisce prima del previsto".to_owned(),
        _ => match error.raw_os_error() {
            Some(number) => format!("errore {number} del sistema operativo"),
            None => "errore del sistema operativo".to_owned(),
        },
    }
}

/// The text with what must not reach a terminal replaced: for words that come from the command line or from a file name.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let hidden = c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        _ = out.write_char(if hidden { '\u{fffd}' } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{printable, wrap, wrap_hanging};

    #[test]
    fn prose_is_broken_between_words() {
        assert_eq!(wrap("uno due tre", 7), ["uno due", "tre"]);
        assert_eq!(wrap("  attività  dovuta ", 8), ["attività", "dovuta"]);
        assert_eq!(wrap("a https://www.normattiva.it b", 10), ["a", "https://www.normattiva.it", "b"]);
        assert_eq!(wrap_hanging("uno due tre sei", 11, 3), ["uno due tre", "sei"]);
        assert!(wrap(" ", 10).is_empty());
    }

    #[test]
    fn escapes_do_not_reach_the_terminal() {
        assert_eq!(printable("a\x1b[31mb\u{202e}"), "a\u{fffd}[31mb\u{fffd}");
    }
}
