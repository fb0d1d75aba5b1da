// SPDX-License-Identifier: EUPL-1.2
//! A level's page of prose as HTML: each line says in a word whose it is, and where it is written.

use maud::{Markup, html};

use crate::diagnostic::Place;
use crate::reading::{Line, Sheet, Voice};

/// Words between backticks as code.
pub(super) fn ticked(words: &str) -> Markup {
    html! {
        @for (number, part) in words.split('`').enumerate() {
            @if number % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// File and line, from the folder of the specifications.
pub(super) fn place_words(place: &Place) -> String {
    format!("{}:{}", place.file.trim_start_matches("../"), place.line)
}

fn place(place: &Place) -> Markup {
    html! { span class="lepre-place" { span class="visually-hidden" { "scritto in " } code { (place_words(place)) } } }
}

/// What stands before the first section: the title, the source, what is known of it.
pub(super) fn head(sheet: &Sheet) -> Markup {
    let lines: Vec<&Line> = sheet.lines.iter().take_while(|line| !matches!(line, Line::Heading { .. })).collect();
    html! {
        @for line in lines {
            @match line {
                Line::Title(words) => h1 { (words) },
                Line::Verbatim { words, .. } => p class="lepre-said lepre-said-plain lepre-digest small" { (words) },
                line => (one(line)),
            }
        }
    }
}

/// Every section, with its heading.
pub(super) fn sections(sheet: &Sheet) -> Markup {
    let is_heading = |line: &Line| matches!(line, Line::Heading { .. });
    let mut starts: Vec<usize> =
        (0..).zip(&sheet.lines).filter(|(_, line)| is_heading(line)).map(|(at, _)| at).collect();
    starts.push(sheet.lines.len());
    html! {
        @for (number, (start, end)) in starts.iter().zip(starts.iter().skip(1)).enumerate() {
            @if let Some((Line::Heading { head, more }, rest)) = sheet.lines.get(*start..*end).and_then(<[Line]>::split_first) {
                section class="lepre-section" aria-labelledby={ "sezione-" (number) } {
                    h2 id={ "sezione-" (number) } { (head) @if !more.is_empty() { span class="h6 d-block text-secondary" { (more.trim_start_matches([':', ' '])) } } }
                    @for part in rest.chunk_by(|a, b| verbatim(a).is_some() && verbatim(b).is_some()) { (together(part)) }
                }
            }
        }
    }
}

fn verbatim(line: &Line) -> Option<&str> {
    if let Line::Verbatim { words, .. } = line { Some(words) } else { None }
}

/// A line, or those in a row that must not be broken.
fn together(part: &[Line]) -> Markup {
    let kept: Vec<&str> = part.iter().filter_map(verbatim).collect();
    html! {
        @if kept.is_empty() { @for line in part { (one(line)) } } @else { pre class="lepre-script" tabindex="0" { (kept.join("\n")) } }
    }
}

fn one(line: &Line) -> Markup {
    html! {
        @match line {
            Line::Title(_) | Line::Heading { .. } | Line::Verbatim { .. } | Line::Blank => {}
            Line::Item { name, place: at, .. } => h3 class="h5 mt-4" { code { (name) } " " (place(at)) },
            Line::Said { voice, words, place: at, .. } => {
                @let class = class(*voice);
                p class={ "lepre-said " (class) } {
                    @if !voice.word().is_empty() { span class="lepre-voice" { (voice.word()) } " " }
                    (ticked(words))
                    @if let Some(at) = at { " " (place(at)) }
                }
            },
            Line::Link { to: Some(to), .. } => p class="lepre-said lepre-said-plain small" {
                a href=(to) rel="external noreferrer" { "testo della norma su Normattiva" }
            },
            Line::Link { to: None, .. } => p class="lepre-said lepre-said-plain small text-secondary" { "testo non raggiungibile in rete" },
        }
    }
}

fn class(voice: Voice) -> &'static str {
    match voice {
        Voice::Letter => "lepre-said-letter",
        Voice::Summary => "lepre-said-summary",
        Voice::Reading => "lepre-said-reading",
        Voice::Amendment => "lepre-said-amendment",
        Voice::Region => "lepre-said-region",
        Voice::Script => "lepre-said-script",
        Voice::Missing => "lepre-said-missing",
        Voice::Plain => "lepre-said-plain",
    }
}
