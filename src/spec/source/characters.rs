// SPDX-License-Identifier: EUPL-1.2
//! From bytes to text: size, encoding, and characters that nobody can see. Knows nothing of YAML.

use super::MAX_BYTES;
use super::faults::Faults;
use crate::diagnostic::Diagnostic;

const SAVE_AS_UTF8: &str = "salva il file come UTF-8 senza BOM";

/// The text of a file, without a leading BOM; `None` when there is nothing worth reading further.
pub(super) fn read<'a>(bytes: &'a [u8], faults: &mut Faults) -> Option<&'a str> {
    let start = faults.place(1, 1, 0);
    if bytes.len() > MAX_BYTES {
        faults.add(
            Diagnostic::error("file-troppo-grande", &start, "il file supera 4 MiB, il massimo per una specifica")
                .help("dividi il contenuto in più file"),
        );
        return None;
    }
    if let Some(encoding) = wide_encoding(bytes) {
        faults.add(
            Diagnostic::error("codifica-utf16", &start, format!("il file è salvato come {encoding}"))
                .help(SAVE_AS_UTF8),
        );
        return None;
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            faults.add(not_utf8(bytes, error.valid_up_to(), faults));
            return None;
        }
    };
    let (text, has_bom) = text.strip_prefix('\u{feff}').map_or((text, false), |rest| (rest, true));
    if has_bom {
        faults.add(
            Diagnostic::error("bom", &start, "il file comincia con un segno invisibile, il BOM").help(SAVE_AS_UTF8),
        );
    }
    every_character_is_visible(text, faults).then_some(text)
}

/// UTF-16 and UTF-32, told by their BOM or by the zero bytes that plain letters leave in them.
fn wide_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Some("UTF-32"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("UTF-16"),
        [a, 0, 0, 0, ..] | [0, 0, 0, a, ..] if *a != 0 => Some("UTF-32"),
        [a, 0, b, 0, ..] | [0, a, 0, b, ..] if *a != 0 && *b != 0 => Some("UTF-16"),
        _ => None,
    }
}

fn not_utf8(bytes: &[u8], valid: usize, faults: &Faults) -> Diagnostic {
    let before = bytes.get(..valid).and_then(|good| std::str::from_utf8(good).ok()).unwrap_or_default();
    let before = before.strip_prefix('\u{feff}').unwrap_or(before);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let byte = bytes.get(valid).copied().unwrap_or_default();
    // Latin-1 and Windows-1252 agree on the letters.
    let letter = char::from(byte);
    let help = if letter.is_alphabetic() && byte >= 0xc0 {
        format!("{SAVE_AS_UTF8}: forse è salvato come Windows-1252 (ANSI), dove questo byte è `{letter}`")
    } else {
        SAVE_AS_UTF8.to_owned()
    };
    let place = faults.place(line, column, 1);
    Diagnostic::error("codifica-utf8", &place, format!("il byte 0x{byte:02X} non è testo UTF-8")).help(help)
}

fn every_character_is_visible(text: &str, faults: &mut Faults) -> bool {
    let mut visible = true;
    let mut lone_return = false;
    let (mut line, mut column) = (1, 0);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        column += 1;
        match character {
            '\n' => (line, column) = (line + 1, 0),
            '\r' => {
                if characters.peek() != Some(&'\n') && !lone_return {
                    (visible, lone_return) = (false, true);
                    let place = faults.place(line, column, 0);
                    faults.add(
                        Diagnostic::error(
                            "ritorno-a-capo",
                            &place,
                            "la riga finisce con il solo carattere CR, che altri programmi non leggono come fine riga",
                        )
                        .help("salva il file con fine riga LF (Unix) o CRLF (Windows)"),
                    );
                }
            }
            ' '..='~' | '\t' => {}
            other => {
                if let Some(kind) = hidden(other) {
                    visible = false;
                    faults.add_built(|faults| {
                        let words = format!("{} U+{:04X}", kind.name(), u32::from(other));
                        Diagnostic::error(kind.code(), &faults.place(line, column, 1), words)
                            .help("cancella il carattere, o riscrivi la parola a mano")
                    });
                }
            }
        }
    }
    visible
}

/// What is wrong with a character that a reader cannot see.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hidden {
    Control,
    Bidirectional,
    Invisible,
    LineSeparator,
}

impl Hidden {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Control => "carattere-di-controllo",
            Self::Bidirectional => "carattere-bidirezionale",
            Self::Invisible => "carattere-invisibile",
            Self::LineSeparator => "separatore-di-riga",
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Control => "carattere di controllo",
            Self::Bidirectional => "carattere che cambia il verso della scrittura e può nascondere testo,",
            Self::Invisible => "carattere invisibile",
            Self::LineSeparator => "separatore di riga che i programmi leggono in modi diversi,",
        }
    }
}

/// Whether a character hides: tab, line feed and carriage return do not.
pub(super) fn hidden(character: char) -> Option<Hidden> {
    match character {
        '\t' | '\n' | '\r' => None,
        // YAML 1.1 ends a line there, YAML 1.2 does not.
        '\u{85}' | '\u{2028}' | '\u{2029}' => Some(Hidden::LineSeparator),
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some(Hidden::Bidirectional)
        }
        '\u{ad}'
        | '\u{34f}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200d}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => Some(Hidden::Invisible),
        other if other.is_control() || (u32::from(other) & 0xfffe) == 0xfffe => Some(Hidden::Control),
        _ => None,
    }
}

/// A space that the keyboard does not give, such as the non-breaking space of a word processor.
pub(super) fn is_special_space(character: char) -> bool {
    character.is_whitespace() && !character.is_ascii()
}
