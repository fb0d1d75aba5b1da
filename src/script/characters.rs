// SPDX-License-Identifier: EUPL-1.2
//! From bytes to text: size, encoding, and characters that nobody can see. Knows nothing of rhai.

use super::tree::Spot;
use super::{MAX_BYTES, MAX_LINES, ScriptFault};

const SAVE_AS_UTF8: &str = "salva il file come UTF-8 senza BOM";
/// Hidden characters reported at most.
const MAX_REPORTED: usize = 20;

pub(super) fn fault(spot: Spot, length: u32, message: impl Into<String>, help: &str) -> ScriptFault {
    let help = (!help.is_empty()).then(|| help.to_owned());
    ScriptFault { line: spot.line, column: spot.column, length, message: message.into(), help, is_warning: false }
}

/// The text of a script, in characters that a reader can see.
pub(super) fn read(bytes: &[u8]) -> Result<&str, Vec<ScriptFault>> {
    if bytes.len() > MAX_BYTES {
        let message = format!("lo script supera {} KiB", MAX_BYTES / 1024);
        return Err(vec![fault(Spot::START, 0, message, "dividilo in più script, o scrivi meno")]);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| vec![not_utf8(bytes, error.valid_up_to())])?;
    if text.starts_with('\u{feff}') {
        let message = "il file comincia con un segno invisibile, il BOM";
        return Err(vec![fault(Spot::START, 0, message, SAVE_AS_UTF8)]);
    }
    if text.lines().nth(MAX_LINES).is_some() {
        let message = format!("lo script supera {MAX_LINES} righe");
        return Err(vec![fault(Spot { line: line(MAX_LINES + 1), column: 1 }, 0, message, "dividilo in più script")]);
    }
    let faults = hidden(text);
    if faults.is_empty() { Ok(text) } else { Err(faults) }
}

fn line(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn not_utf8(bytes: &[u8], valid: usize) -> ScriptFault {
    let before = bytes.get(..valid).and_then(|good| std::str::from_utf8(good).ok()).unwrap_or_default();
    let spot = Spot {
        line: line(before.matches('\n').count() + 1),
        column: line(before.rsplit('\n').next().unwrap_or_default().chars().count() + 1),
    };
    let byte = bytes.get(valid).copied().unwrap_or_default();
    fault(spot, 1, format!("il byte 0x{byte:02X} non è testo UTF-8"), SAVE_AS_UTF8)
}

/// Only what a keyboard and a word processor give for Italian: a text read one way must not be run another way.
fn hidden(text: &str) -> Vec<ScriptFault> {
    let mut faults = Vec::new();
    let mut spot = Spot { line: 1, column: 0 };
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        spot.column += 1;
        let fine = match character {
            '\n' => {
                spot = Spot { line: spot.line + 1, column: 0 };
                true
            }
            '\r' => characters.peek() == Some(&'\n'),
            '\u{ad}' => false,
            '\t' | ' '..='~' | '\u{a1}'..='\u{24f}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' => true,
            '\u{20a0}'..='\u{20bf}' | '\u{2100}'..='\u{23ff}' => true,
            _ => false,
        };
        if !fine {
            let message = format!("carattere U+{:04X} non ammesso in uno script", u32::from(character));
            faults.push(fault(spot, 1, message, "cancella il carattere, o riscrivi la parola a mano"));
            if faults.len() == MAX_REPORTED {
                break;
            }
        }
    }
    faults
}

/// Characters of the word, number or text that begins at a spot; 1 for any other sign, 0 outside the source.
pub(super) fn length_at(source: &str, spot: Spot) -> u32 {
    let rest = rest_at(source, spot);
    let row = rest.lines().next().unwrap_or_default();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let length = match row.chars().next() {
        None => 0,
        Some(quote @ ('"' | '`' | '\'')) => {
            let mut escaped = false;
            let end = row.chars().skip(1).position(|c| {
                let ends = c == quote && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            end.map_or_else(|| row.chars().count(), |end| end + 2)
        }
        Some(first) if first.is_ascii_digit() => row.chars().take_while(|c| is_word(*c) || *c == '.').count(),
        Some(first) if is_word(first) => row.chars().take_while(|c| is_word(*c)).count(),
        Some('=' | '!' | '<' | '>') if row.chars().nth(1) == Some('=') => 2,
        Some('&' | '|') => row.chars().take_while(|c| matches!(c, '&' | '|')).count().min(2),
        Some(_) => 1,
    };
    line(length)
}

/// The source from a spot on.
pub(super) fn rest_at(source: &str, spot: Spot) -> &str {
    let skipped = |count: u32| usize::try_from(count.saturating_sub(1)).unwrap_or(usize::MAX);
    let mut rest = source;
    for _ in 0..skipped(spot.line) {
        rest = rest.split_once('\n').map_or("", |(_, after)| after);
    }
    rest.char_indices().nth(skipped(spot.column)).and_then(|(at, _)| rest.get(at..)).unwrap_or_default()
}
