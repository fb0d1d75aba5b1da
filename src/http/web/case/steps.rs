// SPDX-License-Identifier: EUPL-1.2
//! The workflow of a case: each step with how it stands in words and what may be done; the drawing, and the same as text.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use crate::drawing::{Picture, outline, svg};
use crate::engine::{Agenda, Refusal};
use crate::http::app::App;
use crate::http::identity::Identity;
use crate::http::trouble::Trouble;
use crate::http::web::parts::{day_words, due_badge};
use crate::reading::{Step, step};
use crate::rulebook::{ItemIndex, ItemKind, Rulebook};
use crate::value::Truth;

use super::act::{Act, lawful_events};
use super::words::{inline, named, refusals};
use super::{Seen, seen};

fn class(step: &Step) -> &'static str {
    match step {
        Step::Done(_) => "lepre-step lepre-step-done",
        Step::Ready => "lepre-step lepre-step-ready",
        Step::After | Step::NotKnown => "lepre-step lepre-step-wait",
        Step::Offered | Step::NotDue => "lepre-step",
    }
}

/// The steps in the order of the decree, each with what may be done or why not.
pub(super) fn steps(seen: &Seen, agenda: &Agenda) -> Markup {
    let (rulebook, case) = (&*seen.view.rulebook, &seen.view.case);
    let due = crate::engine::obligations(rulebook, case);
    let kinds = [(ItemKind::Activity, "Attività"), (ItemKind::Output, "Output"), (ItemKind::Outcome, "Outcome")];
    html! {
        @if rulebook.items.is_empty() { p { "La specifica di questo livello non ha passi." } }
        @for (kind, heading) in kinds {
            @let of: Vec<(u16, Truth)> = (0..).zip(&rulebook.items).zip(&due)
                .filter(|((_, item), _)| item.kind == kind).map(|((index, _), due)| (index, *due)).collect();
            @if !of.is_empty() {
                h3 class="h5 mt-4" { (heading) }
                ol class="lepre-path" {
                    @for (index, due) in of { (one(seen, index, due, agenda)) }
                }
            }
        }
    }
}

fn one(seen: &Seen, index: ItemIndex, due: Truth, agenda: &Agenda) -> Markup {
    let Some(item) = seen.view.rulebook.item(index) else { return html! {} };
    let case = &seen.view.case;
    let standing = step(&seen.view.rulebook, case, index, due, agenda);
    let count = case.item(index).map_or(0, |state| state.count);
    let last = case.item(index).and_then(|state| state.sap).filter(|_| item.kind == ItemKind::Activity);
    let term = agenda.duties.iter().find(|duty| duty.item == index).and_then(|duty| duty.term);
    let current = matches!(standing, Step::Ready).then_some("step");
    html! {
        li class=(class(&standing)) aria-current=[current] {
            p class="mb-1" {
                strong { (item.text) } " "
                span class="badge lepre-badge bg-secondary" { (standing.word(item.kind)) }
                @if let Some(due) = term.and_then(|(_, standing)| standing.due) { " " (due_badge(due, seen.today)) }
            }
            p class="small mb-1" {
                code { (item.id) }
                @if item.times > 1 { " · " (count) " volte su " (item.times) }
                @if let Some((event, mark)) = last { " · ultimo evento: " (event.word()) " il " (day_words(mark.on)) }
                @if item.prerequisites().next().is_some() { " · dopo " (before(&seen.view.rulebook, index)) }
                span class="lepre-no-print" { " · " a href={ (seen.path()) "/perche/" (item.id) } { "perché?" span class="visually-hidden" { " Spiegazione di " (item.text) } } }
            }
            @if seen.writes { (way(seen, index, &standing)) }
        }
    }
}

fn before(rulebook: &Rulebook, index: ItemIndex) -> Markup {
    let before = rulebook.item(index).into_iter().flat_map(|item| item.prerequisites());
    html! { @for (at, one) in before.enumerate() {
        @if at > 0 { ", " }
        @match rulebook.item(one.index) { Some(item) => { "«" (super::words::shortened(&item.text)) "»" }, None => code { (one.name) } }
    } }
}

/// The way to do a step, or why it cannot be done now.
fn way(seen: &Seen, index: ItemIndex, standing: &Step) -> Markup {
    let Some(act) = Act::on_item(&seen.view.rulebook, index) else { return html! {} };
    let no = act.obstacles(&seen.view, seen.today);
    let words = match (&act, standing) {
        (_, Step::Done(_)) => "Registra ancora",
        (Act::Activity(_), _) => "Registra l'attività",
        (Act::Output(_), _) => "Consegna",
        _ => "Rileva",
    };
    let done = matches!(standing, Step::Done(_));
    let begins = matches!(&act, Act::Activity(name) if !lawful_events(&seen.view, name).is_empty())
        && seen.view.case.closed.is_none();
    html! {
        @if no.is_empty() {
            a class=(if done { "btn btn-outline-primary btn-xs" } else { "btn btn-primary btn-xs" }) href=(act.path(seen.view.head.id)) {
                (words) span class="visually-hidden" { ": " (act.about()) }
            }
        } @else if !done || begins {
            (why_not(seen, &no))
            @if begins && !done {
                a class="btn btn-outline-primary btn-xs" href=(act.path(seen.view.head.id)) {
                    "Registra un inizio o una proposta" span class="visually-hidden" { ": " (act.about()) }
                }
            } @else if begins {
                a class="btn btn-outline-primary btn-xs" href=(act.path(seen.view.head.id)) { "Registra ancora" span class="visually-hidden" { ": " (act.about()) } }
            }
        }
    }
}

/// The reason why not in the place of a button.
pub(super) fn why_not(seen: &Seen, no: &[Refusal]) -> Markup {
    html! {
        details class="lepre-why-not" {
            summary {
                "Adesso no: " @if let Some(first) = no.first() { (inline(&named(&seen.view.rulebook, &first.message))) }
                @match no.len() { 0 | 1 => {}, 2 => " (e un altro motivo)", more => { " (e altri " (more - 1) " motivi)" } }
            }
            (refusals(&seen.view.rulebook, &seen.veil, no))
        }
    }
}

/// The workflow of the level drawn, with the same said in words.
pub(super) fn drawing(seen: &Seen) -> Markup {
    let picture = Picture::new(&seen.view.rulebook);
    html! {
        details {
            summary { "Il percorso disegnato" }
            // Asked for only where it is opened: a slow line does not carry it for nothing.
            div class="lepre-drawing" tabindex="0" role="region" aria-label="Disegno del percorso" {
                img src={ (seen.path()) "/disegno.svg" } loading="lazy" alt=(alternative(&picture));
            }
            p { a href={ (seen.path()) "/disegno.svg" } { "Apri il disegno da solo" } }
        }
        details {
            summary { "Il percorso a parole: dice tutto ciò che dice il disegno" }
            (in_words(&picture))
        }
    }
}

/// What the picture is, for whoever does not see it.
fn alternative(picture: &Picture) -> String {
    format!("{}: disegno. Le stesse cose sono dette a parole subito sotto", picture.title)
}

/// The outline as lists: what belongs to a step stands under it.
pub(super) fn in_words(picture: &Picture) -> Markup {
    let lines = outline(picture);
    let tops: Vec<usize> = lines.iter().enumerate().filter(|(_, line)| line.depth == 0).map(|(at, _)| at).collect();
    html! {
        ul class="lepre-outline list-unstyled" {
            @for at in tops {
                @let under: Vec<&str> = lines.iter().skip(at + 1).take_while(|line| line.depth > 0).map(|line| line.words.as_str()).collect();
                li {
                    @if let Some(line) = lines.get(at) { (inline(&line.words)) }
                    @if !under.is_empty() { ul { @for words in under { li { (inline(words)) } } } }
                }
            }
        }
    }
}

/// The drawing alone.
pub(super) async fn picture(
    State(app): State<App>,
    who: Identity,
    Path(id): Path<String>,
) -> Result<Response, Trouble> {
    app.read(move |app| {
        let seen = seen(app, &who, &id, "pratica")?;
        let drawn = svg(&Picture::new(&seen.view.rulebook));
        Ok(([(CONTENT_TYPE, HeaderValue::from_static("image/svg+xml; charset=utf-8"))], drawn).into_response())
    })
    .await
}
