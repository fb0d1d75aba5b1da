// SPDX-License-Identifier: EUPL-1.2
//! A page of prose whose lines say, by a mark and not by colour alone, whose words they are.

use crate::spec::level::Wording;

use super::output::{Ink, Screen, wrap_hanging};

/// Whose words a line has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// The decree's own words.
    Letter,
    /// A restatement of the decree.
    Summary,
    /// Our reading of how it is carried out.
    Reading,
    /// What an act of the State has changed of the decree.
    Amendment,
    /// What a region adds, or must supply.
    Region,
    /// What a script of the region says.
    Script,
    /// What is not there.
    Missing,
    /// The page itself.
    Plain,
}

impl Voice {
    /// The voice of a level's `testo`.
    pub fn of(wording: Wording) -> Self {
        match wording {
            Wording::Literal => Self::Letter,
            Wording::Summary | Wording::TitleOnly => Self::Summary,
        }
    }

    pub fn mark(self) -> &'static str {
        match self {
            Self::Letter => "┃",
            Self::Summary => "┊",
            Self::Reading => "»",
            Self::Amendment => "◇",
            Self::Region => "◆",
            Self::Script => "▪",
            Self::Missing => "○",
            Self::Plain => "",
        }
    }

    fn ink(self) -> Option<Ink> {
        match self {
            Self::Letter => Some(Ink::Letter),
            Self::Reading => Some(Ink::Reading),
            Self::Amendment | Self::Region | Self::Script => Some(Ink::Region),
            Self::Missing => Some(Ink::Doubt),
            Self::Summary | Self::Plain => None,
        }
    }

    /// A bar runs along the whole text; other marks stand at its beginning.
    fn is_bar(self) -> bool {
        matches!(self, Self::Letter | Self::Summary)
    }
}

/// The page as far as it is written.
pub struct Page<'a> {
    screen: &'a Screen,
    text: String,
}

impl<'a> Page<'a> {
    pub fn new(screen: &'a Screen) -> Self {
        Self { screen, text: String::new() }
    }

    pub fn finish(self) -> String {
        self.text
    }

    pub fn blank(&mut self) {
        self.text.push('\n');
    }

    /// What the page is about.
    pub fn title(&mut self, words: &str) {
        self.text.push_str(&format!("{}\n", self.screen.paint(Ink::Heading, words)));
    }

    /// The heading of a section.
    pub fn heading(&mut self, words: &str) {
        self.blank();
        self.text.push_str(&self.screen.paint(Ink::Heading, words));
        self.blank();
    }

    /// What the marks mean; `voice` is that of the level's `testo`.
    pub fn legend(&mut self, voice: Voice) {
        self.heading("SEGNI");
        match voice {
            Voice::Letter => self.say(Voice::Letter, 2, "parole del decreto"),
            _ => self.say(Voice::Summary, 2, "sintesi del decreto, con parole nostre"),
        }
        self.say(Voice::Reading, 2, "procedura: come lo leggiamo ed eseguiamo, con il motivo");
        self.say(Voice::Amendment, 2, "modifica: ciò che un atto dello Stato ha cambiato nel decreto");
        self.say(Voice::Region, 2, "regione: ciò che la regione aggiunge o deve dare");
        self.say(Voice::Script, 2, "script: ciò che la regione decide secondo i dati di ogni pratica");
        self.say(Voice::Missing, 2, "manca, o è da verificare");
        self.say(Voice::Plain, 2, "dove non è scritta una norma, vale la fonte qui sopra");
    }

    /// The name of an item, with its number.
    pub fn item(&mut self, number: usize, name: &str) {
        self.text.push_str(&format!("{number:>3}. {}\n", self.screen.paint(Ink::Heading, name)));
    }

    /// A paragraph in a voice, `indent` columns in.
    pub fn say(&mut self, voice: Voice, indent: usize, words: &str) {
        self.hanging(voice, indent, 0, words);
    }

    /// As [`Page::say`], with every line after the first `hang` columns further in.
    pub fn hanging(&mut self, voice: Voice, indent: usize, hang: usize, words: &str) {
        let mark = voice.mark();
        let room = if mark.is_empty() { 0 } else { 2 };
        let width = self.screen.prose_width().saturating_sub(indent + room).max(30);
        for (number, line) in wrap_hanging(words, width, width.saturating_sub(hang)).into_iter().enumerate() {
            let first = number == 0;
            let shown = if first || voice.is_bar() { mark } else { "" };
            let margin = " ".repeat(indent);
            let lead = if room == 0 { String::new() } else { format!("{shown:<2}") };
            let hang = if first { String::new() } else { " ".repeat(hang) };
            let painted = match voice.ink() {
                Some(ink) => self.screen.paint(ink, &format!("{lead}{hang}{line}")),
                None => format!("{lead}{hang}{line}"),
            };
            self.text.push_str(&format!("{margin}{painted}\n"));
        }
    }

    /// A line that must not be broken, such as an address.
    pub fn line(&mut self, indent: usize, words: &str) {
        self.text.push_str(&format!("{}{words}\n", " ".repeat(indent)));
    }
}
