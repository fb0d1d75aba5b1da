// SPDX-License-Identifier: EUPL-1.2
//! The *patto di servizio* on paper, for both to sign: what each side commits to, dated, as it was delivered in the case.
//!
//! What the law wants in it is D.Lgs. 150/2015, art. 20, co. 2-3. What was not recorded is printed as such, never made up.

use axum::extract::{Path, State};
use maud::{Markup, html};

use crate::engine::agenda;
use crate::http::app::App;
use crate::http::identity::Identity;
use crate::http::trouble::Trouble;
use crate::http::web::layout::Page;
use crate::http::web::parts::{breadcrumb, day_words};
use crate::reading::Answer;
use crate::reading::patto::{NOT_RECORDED, OFFICE, PERSON, Patto, TITLE};

use super::page::office_words;
use super::print::{law, print_button, printed};
use super::words::norm;
use super::{Seen, fields, seen};

pub(super) async fn show(State(app): State<App>, who: Identity, Path(id): Path<String>) -> Result<Page, Trouble> {
    app.clone()
        .read(move |app| {
            let seen = seen(app, &who, &id, "stampa")?;
            let patto = Patto::of(&seen.view.rulebook, &seen.view.case, &seen.view.events).map_err(Trouble::not_found)?;
            let title = TITLE;
            let body = html! {
                (breadcrumb(&[("/pratiche", "Pratiche"), (&seen.path(), &seen.title())], title))
                (print_button())
                h1 { (title) }
                (norm(&seen.view.rulebook, &Patto::norm()))
                @if patto.delivered_on().is_none() { p { strong { "Bozza: nella pratica il patto non è stato ancora consegnato." } } }
                (parties(app, &seen))
                h2 { "Profilo personale di occupabilità" }
                p { (value(patto.profile())) }
                h2 { "Impegni del Centro per l'impiego" }
                (commitments(&patto, &OFFICE))
                (services(&seen, &patto))
                h2 { "Impegni della persona" }
                (commitments(&patto, &PERSON))
                (others(&patto))
                h2 { "Data e firme" }
                @if patto.delivered_on().is_some() { p { "Firmato il " (signed(&patto)) "." } }
                @else { p { "Data: ____________________" } }
                div class="lepre-signatures" {
                    div { "La persona" }
                    div { "Il responsabile delle attività, per il Centro per l'impiego" }
                }
                h2 { "Il regolamento applicato" }
                (law(&seen))
                (printed(&who, &seen))
            };
            Ok(Page::new(app, &who, title, body))
        })
        .await
}

fn value(answer: Option<Answer>) -> Markup {
    match answer {
        Some(given) => fields::answer(&given),
        None => html! { em { (NOT_RECORDED) } },
    }
}

fn commitments(patto: &Patto<'_>, of: &[(&str, &str)]) -> Markup {
    html! {
        dl class="lepre-answers" {
            @for (words, name) in of { dt { (words) } dd { (value(patto.value(name))) } }
        }
    }
}

fn parties(app: &App, seen: &Seen) -> Markup {
    let (office, operator) = office_words(app, seen);
    html! {
        dl class="lepre-head" {
            div { dt { "La persona" } dd { (seen.name().unwrap_or(NOT_RECORDED)) } }
            div { dt { "Codice fiscale" } dd { @if let Some(subject) = &seen.subject { code { (subject.tax_code) } } @else { (NOT_RECORDED) } } }
            div { dt { "Centro per l'impiego" } dd { (office) } }
            div { dt { "Operatore della pratica" } dd { (operator) } }
        }
    }
}

/// What the office still has to do in this case, with its last day: the case's own words, nothing added.
fn services(seen: &Seen, patto: &Patto<'_>) -> Markup {
    let (rulebook, case) = (&seen.view.rulebook, &seen.view.case);
    let owed = agenda(rulebook, case, seen.today);
    html! {
        dl class="lepre-answers" {
            dt { "Prestazioni scelte con la persona" }
            dd { em { "la pratica non le registra: si scrivono a mano" } p class="lepre-by-hand" { "" } }
            dt { "Che cosa resta da fare in questa pratica" }
            dd {
                @if owed.duties.is_empty() { "nulla di dovuto" }
                @else { ul class="mb-0" { @for duty in &owed.duties { @if let Some(item) = rulebook.item(duty.item) { li {
                    (item.text)
                    @match duty.term {
                        Some((position, standing)) if patto.binds_the_office(position) => @if let Some(due) = standing.due { ", entro il " (day_words(due)) },
                        _ => {},
                    }
                } } } } }
            }
        }
    }
}

/// Fields that the region or an amendment adds to those of the law.
fn others(patto: &Patto<'_>) -> Markup {
    html! {
        @if patto.others().next().is_some() {
            h2 { "Altri contenuti del patto" }
            dl class="lepre-answers" { @for field in patto.others() { dt { (field.question) } dd { (value(patto.value(&field.name))) } } }
        }
    }
}

fn signed(patto: &Patto<'_>) -> Markup {
    html! {
        (value(patto.signed_on()))
        @if let Some(on) = patto.delivered_on() { " (consegnato nella pratica il " (day_words(on)) ")" }
        @if let Some(mark) = patto.updated() { "; aggiornato il " (day_words(mark.on)) }
    }
}
