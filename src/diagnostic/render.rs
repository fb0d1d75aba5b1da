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
    let title = level.with_name(diagnostic.severity.word()).primary_title(&diagnostic.message).id(diagnostic.code);
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
