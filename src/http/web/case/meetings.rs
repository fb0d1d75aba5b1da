// SPDX-License-Identifier: EUPL-1.2
//! Convocations and what became of them: present, absent, justified, and the measure the law would have next.

use maud::{Markup, html};

use crate::engine::{Meeting, MeetingState, next_sanction};
use crate::http::web::parts::day;
use crate::spec::catalogue::CodeState;

use super::Seen;
use super::act::Act;
use super::owed::quick;
use super::steps::why_not;
use super::words::norm;

pub(super) fn section(seen: &Seen) -> Markup {
    let meetings = &seen.view.case.meetings;
    let call = Act::Call.obstacles(&seen.view, seen.today);
    html! {
        section aria-labelledby="convocazioni" class="lepre-section" {
            h2 id="convocazioni" { "Convocazioni" }
            @if meetings.is_empty() { p { "Nessuna convocazione." } }
            @else { ul class="lepre-duties list-unstyled" { @for meeting in meetings.iter().rev() { (one(seen, meeting)) } } }
            @if seen.writes {
                @if call.is_empty() { a class="btn btn-outline-primary btn-xs" href=(Act::Call.path(seen.view.head.id)) { "Convoca" } }
                @else { (why_not(seen, &call)) }
            }
        }
    }
}

fn one(seen: &Seen, meeting: &Meeting) -> Markup {
    let item = meeting.item.and_then(|index| seen.view.rulebook.item(index));
    html! {
        li class="lepre-due" {
            p class="mb-1" {
                strong { (day(meeting.on)) @if let Some(time) = meeting.time { " alle " (time) } }
                @if let Some(place) = &meeting.place { ", " (place) }
                @if let Some(item) = item { ", per: " (item.text) }
                " " span class="badge lepre-badge bg-secondary" { (meeting.state.word()) }
                " " a class="small" href={ "#evento-" (meeting.sequence) } { "evento " (meeting.sequence) }
            }
            @if seen.writes { (next(seen, meeting)) }
        }
    }
}

/// What may follow, or why nothing may yet.
fn next(seen: &Seen, meeting: &Meeting) -> Markup {
    let number = meeting.sequence;
    let case = seen.view.head.id;
    match meeting.state {
        MeetingState::Called => {
            let no = Act::Attend(number).obstacles(&seen.view, seen.today);
            html! {
                @if no.is_empty() {
                    div class="lepre-buttons" {
                        (quick(seen, &Act::Attend(number), html! { button class="btn btn-primary btn-xs" type="submit" { "Si è presentato" } }))
                        (quick(seen, &Act::Miss(number), html! { button class="btn btn-outline-primary btn-xs" type="submit" { "Non si è presentato" } }))
                    }
                } @else { (why_not(seen, &no)) }
            }
        }
        MeetingState::Missed | MeetingState::Justified { accepted: false } => {
            let no = Act::Sanction(number).obstacles(&seen.view, seen.today);
            html! {
                p class="mb-1" { a class="btn btn-outline-primary btn-xs" href=(Act::Justify(number).path(case)) { "Valuta una giustificazione" } }
                @if let Some(next) = next_sanction(&seen.view.rulebook, &seen.view.case, number) {
                    p class="mb-1" { "Misura prevista (" (next.occasion) "ª volta in questa pratica): " strong { (next.step.words) } "." }
                    (norm(&seen.view.rulebook, &next.ladder.norm))
                    @if next.ladder.state != CodeState::Verified { p class="small" { "Misura non letta in una fonte ufficiale: da verificare." } }
                }
                @if no.is_empty() { a class="btn btn-outline-primary btn-xs" href=(Act::Sanction(number).path(case)) { "Registra la sanzione" } }
                @else { (why_not(seen, &no)) }
            }
        }
        _ => html! {},
    }
}
