// SPDX-License-Identifier: EUPL-1.2
//! Diagnostics for a terminal and for machines. Never fails: a place that the file does not have is shown without text.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde_json::{Value, json};

use super::{Diagnostic, Place, Severity};

/// Of a longer line only the part around the place is shown.
const WIDEST: usize = 110;
/// What is kept before the place in a line that is cut.
const BEFORE: usize = 40;
/// Beyond this column the line is quoted, and nothing underlined.
const FARTHEST: usize = 10_000;
/// Stands for a character that must not reach a terminal.
const HIDDEN: char = '\u{fffd}';

/// The diagnostics as a compiler shows them: severity and code, place, the line with the fault underlined, the places
/// that belong to it, the remedy. `sources` gives the text of a file by the name in [`Place::file`]; without it the place
/// alone is shown. `colour` asks for ANSI escapes.
pub fn render(diagnostics: &[Diagnostic], sources: &dyn Fn(&str) -> Option<String>, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(WIDEST + 30);
    let mut texts: BTreeMap<&str, Option<String>> = BTreeMap::new();
    let mut output = String::new();
    for diagnostic in diagnostics {
        let places = std::iter::once(&diagnostic.place).chain(diagnostic.related.iter().map(|(place, _)| place));
        for place in places {
            texts.entry(&place.file).or_insert_with(|| sources(&place.file));
        }
        let text = |place: &Place| texts.get(place.file.as_ref()).and_then(Option::as_deref);
        if !output.is_empty() {
            output.push('\n');
        }
        output.push_str(&renderer.render(&[group(diagnostic, &text)]));
        output.push('\n');
    }
    output
}

fn group<'a>(diagnostic: &'a Diagnostic, text: &dyn Fn(&Place) -> Option<&'a str>) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title =
        level.with_name(diagnostic.severity.word()).primary_title(printable(&diagnostic.message)).id(diagnostic.code);
    let place = &diagnostic.place;
    let mut group = with_place(Group::with_title(title), place, None, text(place));
    for (place, words) in &diagnostic.related {
        group = with_place(group, place, Some(words), text(place));
    }
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.with_name("aiuto").message(printable(help))),
        None => group,
    }
}

/// Adds a place: the primary one, or a related one with its words.
fn with_place<'a>(group: Group<'a>, place: &'a Place, words: Option<&'a str>, text: Option<&'a str>) -> Group<'a> {
    let path = printable(&place.file);
    let kind = if words.is_some() { AnnotationKind::Context } else { AnnotationKind::Primary };
    let view = text.and_then(|text| View::of(text, place));
    if let Some(View { shown, span, in_column: true }) = view {
        let annotation = kind.span(span).label(words.map(printable));
        let snippet = Snippet::source(shown).path(path).line_start(place.line as usize).annotation(annotation);
        return group.element(snippet);
    }
    let mut group = group.element(Origin::path(path).line(place.line as usize).char_column(place.column as usize));
    if let Some(View { shown, .. }) = view {
        group = group.element(Level::NOTE.with_name("riga").message(shown));
    }
    match words {
        Some(words) => group.element(Level::NOTE.with_name("nota").message(printable(words))),
        None => group,
    }
}

/// The part of a line that is shown, and the bytes of it to underline.
struct View {
    shown: String,
    span: Range<usize>,
    /// Whether the characters stand in the columns of the file, so that the column can be counted on them.
    in_column: bool,
}

impl View {
    fn of(text: &str, place: &Place) -> Option<Self> {
        let line = text.split('\n').nth((place.line as usize).checked_sub(1)?)?;
        let line = line.strip_suffix('\r').unwrap_or(line);
        let characters = line.chars().count();
        let column = (place.column as usize).checked_sub(1)?;
        if column > characters {
            return None;
        }
        let skipped = if characters > WIDEST { column.saturating_sub(BEFORE) } else { 0 };
        let mut view = Self { shown: String::new(), span: 0..0, in_column: column <= FARTHEST };
        if skipped > 0 {
            // The renderer drops common leading spaces from what it shows, not from what it counts.
            let padding = if view.in_column { skipped - 1 } else { 0 };
            view.shown.extend(std::iter::repeat_n(' ', padding).chain(['…']));
        }
        let end = column.saturating_add((place.length as usize).max(1));
        for (at, character) in (skipped..skipped + WIDEST).zip(line.chars().skip(skipped)) {
            if at == column {
                view.span.start = view.shown.len();
            }
            view.shown.push(visible(character));
            if at < end {
                view.span.end = view.shown.len();
            }
        }
        if characters > skipped + WIDEST {
            view.shown.push('…');
        }
        if column == characters {
            view.span = view.shown.len()..view.shown.len();
        }
        Some(view)
    }
}

/// Text from files may hold characters that steer a terminal or turn the reading direction.
fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().any(|character| visible(character) != character) {
        Cow::Owned(text.chars().map(visible).collect())
    } else {
        Cow::Borrowed(text)
    }
}

fn visible(character: char) -> char {
    match character {
        // The renderer gives it its width.
        '\t' => character,
        '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => HIDDEN,
        other if other.is_control() => HIDDEN,
        other => other,
    }
}

/// The diagnostics for another program. Columns and lengths count characters; `aiuto` is null where there is no remedy.
pub fn to_json(diagnostics: &[Diagnostic]) -> Value {
    diagnostics.iter().map(one_to_json).collect()
}

fn one_to_json(diagnostic: &Diagnostic) -> Value {
    let related: Vec<Value> = diagnostic.related.iter().map(|(place, words)| place_to_json(place, words)).collect();
    json!({
        "file": diagnostic.place.file.as_ref(),
        "line": diagnostic.place.line,
        "column": diagnostic.place.column,
        "length": diagnostic.place.length,
        "codice": diagnostic.code,
        "gravita": diagnostic.severity.word(),
        "messaggio": diagnostic.message,
        "aiuto": diagnostic.help,
        "collegati": related,
    })
}

fn place_to_json(place: &Place, words: &str) -> Value {
    json!({
        "file": place.file.as_ref(),
        "line": place.line,
        "column": place.column,
        "length": place.length,
        "messaggio": words,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Diagnostic, Place, render, to_json};

    const TEXT: &str = "lep: E\r\nattività:\n\tprimo-coloquio: { sap: A03, sap: A06 }\n中文🙂: b\n";

    fn place(line: u32, column: u32, length: u32) -> Place {
        Place { file: "specs/e.yaml".into(), line, column, length }
    }

    fn plain(diagnostic: Diagnostic) -> String {
        render(&[diagnostic], &|file| (file == "specs/e.yaml").then(|| TEXT.to_owned()), false)
    }

    #[test]
    fn a_fault_is_shown_with_its_line_its_relations_and_its_remedy() {
        let fault = Diagnostic::error("chiave-doppia", &place(3, 30, 3), "la chiave `sap` è scritta due volte")
            .related(&place(3, 20, 3), "la prima è qui")
            .help("tieni una sola delle due");
        assert_eq!(
            plain(fault),
            "\
errore[chiave-doppia]: la chiave `sap` è scritta due volte
 --> specs/e.yaml:3:30
  |
3 |     primo-coloquio: { sap: A03, sap: A06 }
  |                                 ^^^
  |
 ::: specs/e.yaml:3:20
  |
3 |     primo-coloquio: { sap: A03, sap: A06 }
  |                       --- la prima è qui
  |
  = aiuto: tieni una sola delle due
"
        );
        let warning = Diagnostic::warning("prova", &place(4, 4, 0), "manca `titolo`");
        assert_eq!(
            plain(warning),
            "avviso[prova]: manca `titolo`\n --> specs/e.yaml:4:4\n  |\n4 | 中文🙂: b\n  |       ^\n"
        );
    }

    #[test]
    fn diagnostics_are_apart_by_an_empty_line() {
        let fault = Diagnostic::error("prova", &place(1, 1, 3), "uno");
        let shown = render(&[fault.clone(), fault], &|_| Some(TEXT.to_owned()), false);
        assert_eq!(shown.matches("\n\nerrore[prova]").count(), 1, "{shown}");
        assert_eq!(render(&[], &|_| None, false), "");
    }

    #[test]
    fn a_place_that_the_file_does_not_have_is_shown_without_text() {
        for (line, column) in [(99, 1), (1, 99), (0, 0), (0, 1), (1, 0), (u32::MAX, u32::MAX), (5, 2)] {
            let fault = Diagnostic::error("prova", &place(line, column, u32::MAX), "uno").help("due");
            let shown = format!("errore[prova]: uno\n--> specs/e.yaml:{line}:{column}\n = aiuto: due\n");
            assert_eq!(plain(fault), shown);
        }
        let elsewhere = Place::start_of("specs/altro.yaml");
        let fault = Diagnostic::error("prova", &place(1, 1, 3), "uno").related(&elsewhere, "viene da qui");
        let shown = plain(fault);
        assert!(shown.contains("::: specs/altro.yaml:1:1\n"), "{shown}");
        assert!(shown.ends_with("= nota: viene da qui\n"), "{shown}");
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        for (before, column) in [(0, 1), (39, 40), (500, 501), (9_000, 9_001), (1_000_000, 1_000_001)] {
            let text = format!("{}QUI{}", "è".repeat(before), "x".repeat(1_000_000));
            let fault = Diagnostic::error("prova", &place(1, column, 3), "uno");
            let shown = render(&[fault], &|_| Some(text.clone()), false);
            assert!(shown.contains(&format!("specs/e.yaml:1:{column}\n")), "{shown}");
            assert!(shown.contains("QUI") && shown.chars().count() < 500, "{before}: {shown}");
            let quoted = before > super::FARTHEST;
            assert_eq!(shown.contains("^^^"), !quoted, "{shown}");
            if let Some(mark) = shown.lines().find(|line| line.contains('^')) {
                let line = shown.lines().find(|line| line.contains("QUI")).unwrap();
                let column = |line: &str, what| line[..line.find(what).unwrap()].chars().count();
                assert_eq!(column(line, "QUI"), column(mark, "^^^"), "{shown}");
            }
        }
    }

    #[test]
    fn nothing_from_a_file_steers_the_terminal() {
        let evil = "a\u{1b}[31m\u{202e}b\u{7}\u{200b}\r\u{9b}c";
        let fault = Diagnostic::error("prova", &Place { file: evil.into(), ..place(1, 1, 5) }, evil)
            .related(&place(1, 1, 1), evil)
            .help(evil);
        for text in [Some(evil.to_owned()), None] {
            let shown = render(std::slice::from_ref(&fault), &|_| text.clone(), false);
            assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{7}', '\u{200b}', '\r', '\u{9b}']), "{shown:?}");
        }
        let shown = render(&[fault], &|_| Some(evil.to_owned()), true);
        assert!(shown.contains("\u{1b}[") && !shown.contains("\u{1b}[31mb"), "{shown:?}");
    }

    #[test]
    fn three_lines_for_a_log() {
        let fault = Diagnostic::error("sconosciuto", &place(4, 17, 14), "attività `primo-coloquio` sconosciuta")
            .help("la più vicina è `primo-colloquio`");
        let lines =
            "specs/e.yaml:4:17\nattività `primo-coloquio` sconosciuta\naiuto: la più vicina è `primo-colloquio`";
        assert_eq!(fault.to_string(), lines);
        let fault = Diagnostic::error("doppio", &place(4, 1, 1), "uno").related(&place(2, 1, 1), "due");
        assert_eq!(fault.to_string(), "specs/e.yaml:4:1\nuno\nspecs/e.yaml:2:1: due");
    }

    #[test]
    fn json_says_the_same() {
        let fault = Diagnostic::error("doppio", &place(4, 1, 2), "uno").related(&place(2, 3, 1), "due").help("tre");
        let warning = Diagnostic::warning("prova", &place(1, 1, 0), "quattro");
        let expected = json!([
            {
                "file": "specs/e.yaml", "line": 4, "column": 1, "length": 2, "codice": "doppio", "gravita": "errore",
                "messaggio": "uno", "aiuto": "tre",
                "collegati": [{ "file": "specs/e.yaml", "line": 2, "column": 3, "length": 1, "messaggio": "due" }],
            },
            {
                "file": "specs/e.yaml", "line": 1, "column": 1, "length": 0, "codice": "prova", "gravita": "avviso",
                "messaggio": "quattro", "aiuto": null, "collegati": [],
            },
        ]);
        assert_eq!(to_json(&[fault, warning]), expected);
    }
}
