// SPDX-License-Identifier: EUPL-1.2
//! A page of prose as a list of lines, each with whose words it has and where they are written; how it looks is for
//! whoever shows it, on a terminal or in a browser.

use crate::diagnostic::Place;
use crate::spec::level::Wording;

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

    /// One word for it; none for the page itself.
    pub fn word(self) -> &'static str {
        match self {
            Self::Letter => "decreto",
            Self::Summary => "sintesi",
            Self::Reading => "procedura",
            Self::Amendment => "modifica",
            Self::Region => "regione",
            Self::Script => "script",
            Self::Missing => "manca",
            Self::Plain => "",
        }
    }
}

/// A line, or what stands between lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// What the page is about.
    Title(String),
    Blank,
    /// The heading of a section, and what follows it in the same line.
    Heading {
        head: &'static str,
        more: &'static str,
    },
    /// The name of an item or a term, with its number and its place.
    Item {
        number: usize,
        name: String,
        place: Place,
    },
    /// A paragraph, `indent` columns in, its lines after the first `hang` columns further; with the place where it is
    /// written, if it is another than its item's.
    Said {
        voice: Voice,
        indent: usize,
        hang: usize,
        words: String,
        place: Option<Place>,
    },
    /// The text of the norm named right before, on Normattiva; none where it cannot be reached.
    Link {
        indent: usize,
        to: Option<String>,
    },
    /// What must not be broken or changed, such as the source of a script.
    Verbatim {
        indent: usize,
        words: String,
    },
}

/// The page as far as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    pub lines: Vec<Line>,
}

impl Sheet {
    pub(super) fn blank(&mut self) {
        self.lines.push(Line::Blank);
    }

    pub(super) fn title(&mut self, words: String) {
        self.lines.push(Line::Title(words));
    }

    pub(super) fn heading(&mut self, head: &'static str, more: &'static str) {
        self.lines.push(Line::Heading { head, more });
    }

    pub(super) fn item(&mut self, number: usize, name: &str, place: &Place) {
        self.lines.push(Line::Item { number, name: name.to_owned(), place: place.clone() });
    }

    pub(super) fn say(&mut self, voice: Voice, indent: usize, words: &str) {
        self.hanging(voice, indent, 0, words);
    }

    pub(super) fn hanging(&mut self, voice: Voice, indent: usize, hang: usize, words: &str) {
        self.lines.push(Line::Said { voice, indent, hang, words: words.to_owned(), place: None });
    }

    /// As [`Sheet::hanging`], with the place where it is written.
    pub(super) fn written(&mut self, voice: Voice, indent: usize, hang: usize, words: &str, place: &Place) {
        self.lines.push(Line::Said { voice, indent, hang, words: words.to_owned(), place: Some(place.clone()) });
    }

    pub(super) fn link(&mut self, indent: usize, to: Option<String>) {
        self.lines.push(Line::Link { indent, to });
    }

    pub(super) fn verbatim(&mut self, indent: usize, words: &str) {
        self.lines.push(Line::Verbatim { indent, words: words.to_owned() });
    }

    /// What the voices mean; `voice` is that of the level's `testo`.
    pub(super) fn legend(&mut self, voice: Voice) {
        self.heading("Segni", "");
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
}
