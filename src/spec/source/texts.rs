// SPDX-License-Identifier: EUPL-1.2
//! Texts and keys of the tree: what each may hold, and what may stand before it.

use serde_yaml::granit_parser::{ScalarStyle, Span};

use super::characters::{Hidden, hidden, is_special_space};
use super::tabs::{gap, tab};
use super::tree::{Builder, Content, Frame, Waiting};
use super::{Key, MAX_KEY_CHARS, MAX_SCALAR_BYTES, Node, NodeValue, Scalar, Style};
use crate::diagnostic::{Diagnostic, Place};

impl Builder<'_, '_> {
    pub(super) fn scalar(&mut self, text: &str, style: ScalarStyle, tagged: bool, span: &Span) {
        let absent = style == ScalarStyle::Plain && span.start.index() >= span.end.index();
        let place = self.place(span);
        self.look_before(span, style);
        self.count();
        if self.next_is_key() {
            let key = Key { text: if absent { String::new() } else { text.to_owned() }, place };
            return self.key(key, style);
        }
        if absent {
            return self.value(Node::absent(self.place_of_absent().unwrap_or(place)));
        }
        let mut text = text;
        if text.len() > MAX_SCALAR_BYTES {
            self.refuse("testo-troppo-lungo", &place, "il testo supera 256 KiB", "accorcialo, o mettilo altrove");
            text = "";
        }
        if style == ScalarStyle::Plain && !tagged {
            self.plain(text, &place, span);
        }
        if style == ScalarStyle::DoubleQuoted {
            self.escaped(text, &place);
        }
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        self.value(Node { place, value: NodeValue::Scalar(Scalar { text: text.to_owned(), style }) });
    }

    /// What a plain text must not be, because it would not mean what it looks like.
    fn plain(&mut self, text: &str, place: &Place, span: &Span) {
        if text.starts_with(is_special_space) || text.ends_with(is_special_space) || special_after_colon(text) {
            self.special_space(place);
        }
        self.indicator(text, place);
        if span.start.line() == span.end.line() {
            return;
        }
        let swallowed = (span.start.line() + 1..=span.end.line())
            .find(|line| self.lines.line(*line).trim_start().starts_with("- ") || self.lines.line(*line).trim() == "-");
        if let Some(line) = swallowed {
            let indent = self.lines.line(line).chars().take_while(|character| *character == ' ').count();
            let dash = self.lines.inside(line, indent + 1, 1, self.faults);
            self.faults.add(
                Diagnostic::error(
                    "sintassi-rientro",
                    &dash,
                    "il trattino `-` qui non apre una voce: la riga continua il testo cominciato sopra",
                )
                .help("togli il testo dopo i due punti, correggi il rientro, oppure metti tutto il testo tra apici")
                .related(place, "il testo comincia qui"),
            );
        }
    }

    /// Between brackets some readers take `?a` for the key `a`, and refuse `:a`.
    fn indicator(&mut self, text: &str, place: &Place) {
        if let Some(sign @ ('?' | ':')) = text.chars().next() {
            let words = format!("un testo senza apici non può cominciare con `{sign}`");
            self.refuse("sintassi-testo", place, words, "scrivi tutto il testo tra apici");
        }
    }

    /// Characters that stand in the file as `\` sequences, and would be hidden in the text.
    fn escaped(&mut self, text: &str, place: &Place) {
        let found = text.chars().find_map(|character| match character {
            '\r' => Some((character, Hidden::Control)),
            _ => hidden(character).map(|kind| (character, kind)),
        });
        if let Some((character, kind)) = found {
            let words =
                format!("il testo contiene, come sequenza `\\`, un {} U+{:04X}", kind.name(), u32::from(character));
            self.refuse(kind.code(), place, words, "cancella la sequenza");
        }
    }

    fn special_space(&mut self, place: &Place) {
        self.refuse(
            "spazio-speciale",
            place,
            "qui c'è uno spazio diverso da quello della tastiera, che non separa le parole del file",
            "cancellalo e riscrivi uno spazio normale, oppure metti il testo tra apici",
        );
    }

    fn key(&mut self, key: Key, style: ScalarStyle) {
        let place = key.place.clone();
        let plain = style == ScalarStyle::Plain;
        let refused = if key.text.is_empty() || (plain && matches!(key.text.as_str(), "~" | "null" | "Null" | "NULL")) {
            let words = match key.text.as_str() {
                "" => "manca la chiave prima dei due punti".to_owned(),
                null => format!("`{null}` non può essere una chiave"),
            };
            self.refuse("chiave-vuota", &place, words, "scrivi il nome della chiave, oppure togli la riga");
            true
        } else if key.text == "<<" {
            let help = "ripeti per esteso le chiavi da riprendere";
            self.refuse("chiave-di-fusione", &place, "la chiave `<<` unisce mappe, e qui non si può usare", help);
            true
        } else if self.after_question || matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            self.composite_key(&place);
            true
        } else if key.text.chars().nth(MAX_KEY_CHARS).is_some() {
            let help = "accorcia la chiave; un testo lungo sta nel valore, dopo i due punti";
            self.refuse("chiave-troppo-lunga", &place, "la chiave supera 256 caratteri", help);
            true
        } else {
            if plain && key.text.contains(is_special_space) {
                self.special_space(&place);
            }
            if plain {
                self.indicator(&key.text, &place);
            }
            if style == ScalarStyle::DoubleQuoted {
                self.escaped(&key.text, &place);
            }
            false
        };
        if let Some(Frame { content: Content::Map { waiting, .. }, .. }) = self.frames.last_mut() {
            *waiting = if refused { Waiting::Nothing } else { Waiting::Value(key) };
        }
    }

    /// What stands before this text, and tabs in it when it is plain.
    fn look_before(&mut self, span: &Span, style: ScalarStyle) {
        let Some(range) = span.byte_range() else { return };
        let gap = gap(self.text, self.read, range.start);
        self.after_question = gap.question;
        let mut tabs = gap.tabs;
        if style == ScalarStyle::Plain {
            let inside = self.text.get(range.clone()).unwrap_or_default();
            tabs.extend(inside.match_indices('\t').map(|(at, _)| range.start + at));
        }
        self.read = self.read.max(range.end);
        self.tabs(&tabs);
    }

    /// One fault for each line: whoever mends the line sees the others.
    pub(super) fn tabs(&mut self, tabs: &[usize]) {
        for at in tabs {
            if *at >= self.tabbed {
                self.tabbed = self.lines.end_of_line(*at);
                let lines = &self.lines;
                self.faults.add_built(|faults| tab(&lines.place(*at, 1, faults)));
            }
        }
    }
}

/// `chiave:` followed by a space that is none.
fn special_after_colon(text: &str) -> bool {
    text.split(':').skip(1).any(|rest| rest.starts_with(is_special_space))
}
