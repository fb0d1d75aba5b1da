// SPDX-License-Identifier: EUPL-1.2
//! The form of one act: shown where the act is lawful, else the reason why not; sent, written, or shown again as it was.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use crate::engine::{Refusal, event_words};
use crate::http::app::App;
use crate::http::auth::go;
use crate::http::entrust::{Misplaced, misplaced};
use crate::http::form::{Asked, Typed};
use crate::http::identity::Identity;
use crate::http::trouble::{FieldFault, Trouble};
use crate::http::web::layout::Page;
use crate::http::web::parts::{breadcrumb, csrf};
use crate::reading::said::moment_words;
use crate::service::{HistoryLine, ServiceError};
use crate::store::StoreError;

use super::act::{Act, lawful_events};
use super::act_fields::{self, Offices};
use super::events::{event, field_of};
use super::words::{heading, inline, named, plain, refusals, sentence};
use super::{Seen, seen};

/// What went wrong with a form that was sent.
#[derive(Default)]
struct Wrong {
    faults: Vec<FieldFault>,
    refused: Vec<Refusal>,
    /// What others have written since the form was opened.
    meanwhile: Option<Vec<HistoryLine>>,
}

fn act_of(word: &str, about: &str, seen: &Seen) -> Result<Act, Trouble> {
    let act = Act::read(word, about).filter(|act| act.exists(&seen.view));
    act.ok_or_else(|| Trouble::not_found("questo atto non esiste in questa pratica"))
}

pub(super) async fn show(
    State(app): State<App>,
    who: Identity,
    Path((id, word)): Path<(String, String)>,
    asked: Asked,
) -> Result<Page, Trouble> {
    app.clone()
        .read(move |app| {
            let seen = seen(app, &who, &id, "pratica")?;
            let act = act_of(&word, asked.get("che").unwrap_or_default(), &seen)?;
            let offices = Offices::for_act(app, &seen, &act)?;
            Ok(written(app, &who, &seen, &act, &asked, &offices, &Wrong::default()))
        })
        .await
}

pub(super) async fn send(
    State(app): State<App>,
    who: Identity,
    Path((id, word)): Path<(String, String)>,
    typed: Typed,
) -> Result<Response, Trouble> {
    app.clone().write(move |app| sent(app, &who, (&id, &word), &typed)).await
}

fn sent(app: &App, who: &Identity, (id, word): (&str, &str), typed: &Typed) -> Result<Response, Trouble> {
    let before = seen(app, who, id, "pratica")?;
    let act = act_of(word, typed.get("che").unwrap_or_default(), &before)?;
    let expected = typed.need("sequenza")?.parse::<u32>().map_err(|_| Trouble::bad("sequenza", "non è un numero"))?;
    let again = |status: StatusCode, seen: &Seen, wrong: &Wrong| -> Result<Response, Trouble> {
        let offices = Offices::for_act(app, seen, &act)?;
        Ok((status, written(app, who, seen, &act, typed, &offices, wrong)).into_response())
    };
    let event = match event(&act, &before.view, typed, before.today) {
        Ok(event) => event,
        Err(faults) => return again(StatusCode::UNPROCESSABLE_ENTITY, &before, &Wrong { faults, ..Wrong::default() }),
    };
    if let Some(Misplaced { field, why }) = misplaced(app, who, &before.view, &event)? {
        let faults = vec![FieldFault::new(field, plain(&why))];
        return again(StatusCode::UNPROCESSABLE_ENTITY, &before, &Wrong { faults, ..Wrong::default() });
    }
    match app.service.acting(who.username()).record_seen(before.view.head.id, expected, &[event], None) {
        Ok(after) => {
            let moved = after
                .case
                .desk_office
                .as_deref()
                .is_some_and(|office| !who.may_read(after.head.region.as_deref(), Some(office)));
            Ok(match &act {
                Act::Entrust if moved => go("/pratiche?detto=affidata"),
                Act::Entrust => go(&format!("{}?detto=affidata", before.path())),
                Act::Void(_) => go(&format!("{}?detto=corretto", before.path())),
                _ => go(&format!("{}?detto=registrato", before.path())),
            })
        }
        Err(ServiceError::Refused { refusals, .. }) => {
            let faults = refusals.iter().filter_map(|no| {
                Some(FieldFault::new(field_of(no, &act)?, plain(&named(&before.view.rulebook, &no.message))))
            });
            let wrong = Wrong { faults: faults.collect(), refused: refusals, meanwhile: None };
            again(StatusCode::UNPROCESSABLE_ENTITY, &before, &wrong)
        }
        Err(ServiceError::Store(StoreError::Conflict { .. })) => {
            let now = seen(app, who, id, "pratica")?;
            let lines = app.service.history(&now.view)?;
            let meanwhile = lines.into_iter().filter(|line| line.stored.sequence > expected).collect();
            let wrong =
                Wrong { meanwhile: Some(meanwhile), refused: act.obstacles(&now.view, now.today), faults: Vec::new() };
            again(StatusCode::CONFLICT, &now, &wrong)
        }
        Err(error) => Err(error.into()),
    }
}

fn written(app: &App, who: &Identity, seen: &Seen, act: &Act, typed: &Typed, offices: &Offices, wrong: &Wrong) -> Page {
    let title = act_fields::title(act, seen);
    let above = [("/pratiche", "Pratiche"), (&*seen.path(), &*seen.title())];
    let fresh = wrong.faults.is_empty() && wrong.refused.is_empty() && wrong.meanwhile.is_none();
    let obstacles = if fresh { act.obstacles(&seen.view, seen.today) } else { Vec::new() };
    let begins = matches!(act, Act::Activity(name) if !lawful_events(&seen.view, name).is_empty());
    let open = obstacles.is_empty() || begins && seen.view.case.closed.is_none();
    let body = html! {
        (breadcrumb(&above, act_fields::button(act)))
        (heading(&title))
        p class="lead" { (seen.title()) @if let Some(name) = seen.name() { " · " (name) } }
        (troubles(seen, wrong))
        @if !obstacles.is_empty() {
            div class="callout callout-warning lepre-callout" {
                h2 class="h5" { @if open { "Ancora non si può registrare come terminata" } @else { "Adesso non si può" } }
                (refusals(&seen.view.rulebook, &seen.veil, &obstacles))
            }
        }
        @if open {
            (super::effects::foretold(seen, act))
            form method="post" action={ (seen.path()) "/fai/" (act.word()) } class="lepre-form" novalidate {
                (csrf(who))
                input type="hidden" name="sequenza" value=(seen.view.head.sequence);
                input type="hidden" name="che" value=(act.about());
                (act_fields::fields(act, seen, typed, &wrong.faults, offices))
                div class="lepre-buttons" {
                    button class="btn btn-primary" type="submit" {
                        @if wrong.meanwhile.is_some() && wrong.refused.is_empty() { "Ho letto: " (act_fields::button(act)) }
                        @else if wrong.meanwhile.is_some() { "Prova di nuovo: " (act_fields::button(act)) } @else { (act_fields::button(act)) }
                    }
                    a class="btn btn-outline-primary" href=(seen.path()) { "Torna alla pratica" }
                }
            }
        } @else {
            p { a class="btn btn-outline-primary" href=(seen.path()) { "Torna alla pratica" } }
        }
    };
    Page::new(app, who, &title, body)
}

/// What is wrong, said before the form it is about.
fn troubles(seen: &Seen, wrong: &Wrong) -> Markup {
    let whole = wrong.faults.iter().filter(|fault| fault.field.is_empty());
    html! {
        @if let Some(lines) = &wrong.meanwhile {
            div class="alert alert-warning" role="alert" {
                h2 class="h5" { "La pratica è cambiata mentre scrivevi" }
                p { "Nulla è stato scritto e ciò che avevi scritto è qui sotto. Nel frattempo:" }
                ul {
                    @for line in lines {
                        li { (sentence(&event_words(&line.event))) " (" (line.stored.actor) ", " (moment_words(line.stored.recorded_at)) ")" }
                    }
                }
                @if wrong.refused.is_empty() { p { "Se quello che stavi registrando vale ancora, invialo di nuovo." } }
                @else { p { "Quello che stavi registrando adesso non si può: qui sotto c'è perché, e ciò che avevi scritto." } }
            }
        }
        @if !wrong.refused.is_empty() {
            div class="alert alert-danger" role="alert" {
                h2 class="h5" { "Non si può: ecco perché" }
                (refusals(&seen.view.rulebook, &seen.veil, &wrong.refused))
                p { "Nulla è stato scritto." }
            }
        } @else if !wrong.faults.is_empty() {
            div class="alert alert-danger" role="alert" {
                h2 class="h5" { "Ci sono campi da correggere" }
                ul {
                    @for fault in whole { li { (inline(&fault.message)) } }
                    @for fault in wrong.faults.iter().filter(|fault| !fault.field.is_empty()) {
                        li { a href={ "#" (fault.field) } { (act_fields::label(&fault.field, seen)) } ": " (inline(&fault.message)) }
                    }
                }
                p { "Nulla è stato scritto." }
            }
        }
    }
}
