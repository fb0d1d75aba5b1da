// SPDX-License-Identifier: EUPL-1.2
//! The history of a case, in a document: every event ever recorded, first to last; what was corrected says so.

use crate::engine::EventKind;
use crate::reading::said::{day_words, moment_words};
use crate::reading::{Answer, Told, Veil};
use crate::service::HistoryLine;

use super::about::{About, said};
use super::paper::{Part, Table, Text};

pub(super) fn parts(about: &About<'_>) -> Vec<Part> {
    let veil = about.veil();
    let rows = about.history.iter().map(|line| row(about, &veil, line)).collect();
    let columns = [("Evento", 9), ("Giorno", 14), ("Che cosa è accaduto", 52), ("Registrato", 25)];
    vec![
        Part::Heading(2, "Storia".to_owned()),
        Part::Table(Table::new("Tutti gli eventi, dal primo all'ultimo", &columns, rows)),
    ]
}

fn row(about: &About<'_>, veil: &Veil, line: &HistoryLine) -> Vec<Vec<Text>> {
    let event = &line.event;
    let hour = event.time.filter(|_| !matches!(event.kind, EventKind::MeetingCalled { .. }));
    let mut what = vec![match veil.event(event) {
        Told::Words(words) => said(&about.view.rulebook, &words),
        Told::Note(text) => Text::plain("Nota: ").and(text),
        Told::Hidden { what, why } => Text::plain(what).and_aside(format!(" ({why})")),
        Told::Veiled(why) => Text::aside(why),
    }];
    if line.voided {
        what.insert(0, correction(about.history, line.stored.sequence));
    }
    if let EventKind::OutputDelivered { output, evidence } = &event.kind {
        let item = about.view.rulebook.item_index(output).and_then(|index| about.view.rulebook.item(index));
        for field in item.into_iter().flat_map(|item| &item.evidence.fields) {
            if let Some(given) = evidence.get(&field.name) {
                what.extend(answered(&field.question, veil.answer(field, given)));
            }
        }
    }
    let recorded = format!("{}, {}", moment_words(line.stored.recorded_at), line.stored.actor);
    vec![
        vec![Text::plain(line.stored.sequence.to_string())],
        vec![Text::plain(match hour {
            Some(hour) => format!("{} ore {hour}", day_words(event.on)),
            None => day_words(event.on),
        })],
        what,
        vec![Text::plain(recorded)],
    ]
}

/// A question and its answer, each entry of a list on a line of its own.
pub(super) fn answered(question: &str, answer: Answer) -> Vec<Text> {
    let asked = Text::strong(format!("{question}: "));
    match answer {
        Answer::One(words) => vec![asked.and(words)],
        Answer::Hidden(why) => vec![asked.and_aside(why)],
        Answer::Many(entries) => {
            std::iter::once(asked).chain(entries.into_iter().map(|entry| Text::plain(format!("· {entry}")))).collect()
        }
    }
}

/// That an event does not hold any more, by which one, and why.
fn correction(lines: &[HistoryLine], sequence: u32) -> Text {
    let by = lines.iter().rev().filter(|line| !line.voided).find_map(|line| match &line.event.kind {
        EventKind::EventVoided { sequence: named, reason } if *named == sequence => {
            Some((line.stored.sequence, reason))
        }
        _ => None,
    });
    match by {
        Some((by, reason)) => Text::strong("Annullato ").and(format!("dall'evento {by}: {reason}")),
        None => Text::strong("Annullato"),
    }
}
