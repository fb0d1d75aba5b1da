// SPDX-License-Identifier: EUPL-1.2
//! What stands in a file to import: its lines, the JSON of a case, and what is wrong with either.

use std::io::{self, BufRead};

use serde::Deserialize;

use crate::engine::Event;
use crate::store::SubjectKind;

use super::super::SubjectRequest;

/// A longer line is refused: it bounds the memory of an import, since a line may take sixty times its length once read.
pub const MAX_LINE_BYTES: usize = 2 * 1024 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseLine {
    pub(super) id: String,
    pub(super) lep: String,
    pub(super) soggetto: SubjectLine,
    #[serde(default)]
    pub(super) regione: Option<String>,
    #[serde(default)]
    pub(super) sede: Option<String>,
    /// Digest of the rulebook the case was pinned to: the line was exported, and is taken exactly as it is.
    #[serde(default)]
    pub(super) regolamento: Option<String>,
    pub(super) eventi: Vec<Event>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SubjectLine {
    #[serde(default)]
    codice_fiscale: Option<String>,
    #[serde(default)]
    partita_iva: Option<String>,
    #[serde(default)]
    pub(super) nome: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct IdOnly {
    pub(super) id: String,
}

/// Only what tells one line from another.
#[derive(Deserialize)]
pub(super) struct Key {
    pub(super) id: String,
    pub(super) lep: String,
    pub(super) soggetto: SubjectLine,
}

pub(super) fn subject_request(line: &SubjectLine) -> Result<SubjectRequest, String> {
    let (kind, tax_code) = match (&line.codice_fiscale, &line.partita_iva) {
        (Some(code), None) => (SubjectKind::Person, code.clone()),
        (None, Some(code)) => (SubjectKind::Company, code.clone()),
        _ => return Err("il soggetto ha o `codice_fiscale` (persona) o `partita_iva` (impresa)".into()),
    };
    Ok(SubjectRequest { kind, tax_code, name: line.nome.clone() })
}

/// A fault of JSON in Italian, with its column.
pub(crate) fn json_fault(error: &serde_json::Error) -> String {
    format!("{} (colonna {})", json_words(error), error.column())
}

/// A fault of JSON in Italian.
pub(crate) fn json_words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let plain = text.split(" at line ").next().unwrap_or_default();
    if error.is_eof() {
        "il testo finisce prima del dovuto".to_owned()
    } else if plain.starts_with("recursion limit") {
        "ci sono troppi livelli, uno dentro l'altro".to_owned()
    } else if plain.starts_with("number out of range") {
        "un numero è troppo grande".to_owned()
    } else if error.is_syntax() {
        "non è JSON".to_owned()
    } else if let Some(field) = between(plain, "unknown field `", "`") {
        format!("campo `{field}` sconosciuto{}", near(field, plain))
    } else if let Some(field) = between(plain, "missing field `", "`") {
        format!("manca il campo `{field}`")
    } else if let Some(field) = between(plain, "duplicate field `", "`") {
        format!("il campo `{field}` è scritto due volte")
    } else if let Some(word) = between(plain, "unknown variant `", "`") {
        format!("`{word}` non è una parola ammessa{}", near(word, plain))
    } else if ["invalid ", "data did not match", "expected "].iter().any(|begin| plain.starts_with(begin)) {
        "un valore non è del tipo giusto".to_owned()
    } else {
        // The words of our own types are Italian already.
        plain.to_owned()
    }
}

/// The nearest of the words that the fault names after the wrong one.
fn near(word: &str, plain: &str) -> String {
    let expected = plain.split("expected").nth(1).unwrap_or_default();
    let known = expected.split('`').skip(1).step_by(2);
    crate::names::closest(word, known).map(|near| format!(", forse `{near}`")).unwrap_or_default()
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, tail) = text.split_once(before)?;
    tail.split_once(after).map(|(inside, _)| inside)
}

pub(super) enum Line {
    Text(Vec<u8>),
    /// The last line, with no end of line.
    Unfinished(Vec<u8>),
    TooLong,
    End,
}

/// Without the mark of UTF-8.
pub(super) fn unmarked(mut text: Vec<u8>) -> Vec<u8> {
    if text.starts_with(b"\xef\xbb\xbf") {
        text.drain(..3);
    }
    text
}

/// Reads one line, never holding more than the limit.
pub(super) fn read_line(input: &mut dyn BufRead) -> io::Result<Line> {
    let mut line: Vec<u8> = Vec::new();
    let mut too_long = false;
    loop {
        let chunk = input.fill_buf()?;
        if chunk.is_empty() {
            return Ok(match (too_long, line.is_empty()) {
                (true, _) => Line::TooLong,
                (false, true) => Line::End,
                (false, false) => Line::Unfinished(line),
            });
        }
        let end = chunk.iter().position(|b| *b == b'\n');
        let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
        if line.len() + part.len() > MAX_LINE_BYTES {
            too_long = true;
            line.clear();
        } else if !too_long {
            line.extend_from_slice(part);
        }
        let used = end.map_or(chunk.len(), |at| at + 1);
        input.consume(used);
        if end.is_some() {
            return Ok(if too_long { Line::TooLong } else { Line::Text(line) });
        }
    }
}
