// SPDX-License-Identifier: EUPL-1.2
//! The history of a case, last first: every event ever recorded, the corrected ones struck through with the reason.

use maud::{Markup, html};

use crate::calendar::Day;
use crate::engine::EventKind;
use crate::http::web::parts::day;
use crate::reading::Told;
use crate::reading::said::moment_words;
use crate::service::HistoryLine;

use super::Seen;
use super::act::Act;
use super::fields;
use super::words::sentence;

/// What corrected an event, if something has: the last correction that holds.
fn correction(lines: &[HistoryLine], sequence: u32) -> Option<(&HistoryLine, &str)> {
    lines.iter().rev().filter(|line| !line.voided).find_map(|line| match &line.event.kind {
        EventKind::EventVoided { sequence: named, reason } if *named == sequence => Some((line, &**reason)),
        _ => None,
    })
}

/// The list; `acts`: with the way to correct each event. On `paper` nothing can be opened: all is.
pub(super) fn list(seen: &Seen, lines: &[HistoryLine], acts: bool, paper: bool) -> Markup {
    html! {
        ol class="lepre-timeline" reversed {
            @for line in lines.iter().rev() {
                li class=[line.voided.then_some("lepre-void")] id={ "evento-" (line.stored.sequence) } {
                    (one(seen, line, paper))
                    p class="small text-secondary mb-0" {
                        "Evento " (line.stored.sequence) ", registrato il " (moment_words(line.stored.recorded_at)) " da " (line.stored.actor) "."
                        @if acts && can_be_corrected(line) {
                            " " a href=(Act::Void(line.stored.sequence).path(seen.view.head.id)) {
                                "Correggi" span class="visually-hidden" { " l'evento " (line.stored.sequence) }
                            }
                        }
                    }
                    @if line.voided {
                        @if let Some((by, reason)) = correction(lines, line.stored.sequence) {
                            p class="small mb-0" { strong { "Annullato" } " dall'evento " (by.stored.sequence) " (" (by.stored.actor) "): " (reason) }
                        } @else { p class="small mb-0" { strong { "Annullato" } } }
                    }
                }
            }
        }
    }
}

/// One that is not corrected yet, is not the opening, and was written by somebody.
fn can_be_corrected(line: &HistoryLine) -> bool {
    line.stored.sequence > 1 && !line.voided && !matches!(line.event.kind, EventKind::ScriptSpoke(_))
}

fn one(seen: &Seen, line: &HistoryLine, paper: bool) -> Markup {
    let event = &line.event;
    let rulebook = &seen.view.rulebook;
    let hour = event.time.filter(|_| !matches!(event.kind, EventKind::MeetingCalled { .. }));
    let words = match seen.veil.event(event) {
        Told::Words(words) => sentence(&words),
        Told::Note(text) => html! { "Nota: " span class="lepre-note" { (text) } },
        Told::Hidden { what, why } => html! { (what) " " em { "(" (why) ")" } },
        Told::Veiled(why) => html! { em { (why) } },
    };
    html! {
        (day(event.on))
        @if let Some(hour) = hour { span class="text-secondary" { "ore " (hour) " " } }
        @if line.voided { del { (words) } } @else { span { (words) } }
        @if let EventKind::OutputDelivered { output, evidence } = &event.kind {
            @if let Some(item) = rulebook.item_index(output).and_then(|index| rulebook.item(index)) {
                @if !item.evidence.is_empty() {
                    details open[paper] {
                        summary { "Che cosa è stato consegnato" }
                        (fields::delivered(&item.evidence, evidence, &seen.veil))
                    }
                }
            }
        }
    }
}

/// The day of the last event, for the head of the section.
pub(super) fn last(lines: &[HistoryLine]) -> Option<Day> {
    lines.last().map(|line| line.event.on)
}
