// SPDX-License-Identifier: EUPL-1.2
//! Looking for somebody: by code, by name, by case. What is typed never stands in an address, and who is found is noted.

use axum::extract::State;
use axum::routing::{get, post};
use maud::{Markup, html};

use crate::http::app::App;
use crate::http::form::Typed;
use crate::http::identity::Identity;
use crate::http::routes::{DESK, Route, form, page};
use crate::http::trouble::Trouble;
use crate::service::Found;

use super::layout::Page;
use super::parts::{csrf, field, submit};
use super::rows::{When, case_list, counted, masked, subject_words};

pub(super) fn routes() -> Vec<Route> {
    vec![page("/cerca", DESK, get(ask)), form("/cerca", DESK, post(search))]
}

/// People shown at most: who is not among them is found by writing more.
const MOST: usize = 20;
/// Alike so much is the very same.
const SAME: u32 = 1_000;

async fn ask(State(app): State<App>, who: Identity) -> Page {
    let body = html! {
        h1 { "Cerca" }
        (search_form(&who, &Typed::default(), None))
    };
    Page::new(&app, &who, "Cerca", body)
}

async fn search(State(app): State<App>, who: Identity, typed: Typed) -> Result<Page, Trouble> {
    let text = typed.get("testo").unwrap_or_default().to_owned();
    let fault = (text.chars().filter(|c| c.is_alphanumeric()).count() < 2)
        .then(|| "scrivi almeno due lettere o cifre".to_owned());
    let found = if fault.is_some() {
        None
    } else {
        let (reader, why) = (who.clone(), typed.get("perche").map(str::to_owned));
        let found = app.read(move |app| {
            let found = app.service.search(&reader.reach()?, &text, MOST)?;
            app.saw(&reader, "ricerca", None, None, why.as_deref())?;
            for one in &found {
                app.saw(&reader, "ricerca", None, Some(one.subject.id), why.as_deref())?;
            }
            Ok(found)
        });
        Some(found.await?)
    };
    let body = html! {
        h1 { "Cerca" }
        (search_form(&who, &typed, fault))
        @if let Some(found) = &found { (results(&app, &who, found)) }
    };
    Ok(Page::new(&app, &who, "Cerca", body))
}

fn search_form(who: &Identity, typed: &Typed, fault: Option<String>) -> Markup {
    html! {
        form method="post" action="/cerca" class="mt-3" role="search" {
            (csrf(who))
            (field("testo", "Codice fiscale, partita IVA, nome o numero di pratica").value(typed.get("testo").unwrap_or_default()).required()
                .fault(fault).autocomplete("off").hint("accenti, ordine delle parole e qualche lettera sbagliata non contano"))
            (field("perche", "Perché cerchi (facoltativo)").value(typed.get("perche").unwrap_or_default())
                .hint("resta nel registro degli accessi ai dati, con il tuo nome e l'ora"))
            (submit("Cerca"))
        }
    }
}

fn results(app: &App, who: &Identity, found: &[Found]) -> Markup {
    let today = app.service.today();
    html! {
        section aria-labelledby="trovati" class="lepre-section" {
            h2 id="trovati" {
                @if found.is_empty() { "Nessuno" } @else { (counted(found.len() as u64, "soggetto trovato", "soggetti trovati")) }
            }
            @if found.is_empty() {
                p { "Nella tua sede non c'è nessuno con questo codice o nome. Chi ha pratiche solo in altre sedi qui non compare." }
                p { a href="/pratiche/nuova" { "Apri una pratica nuova" } }
            }
            @if found.len() >= MOST { p { "Sono mostrati solo i più simili: scrivi di più per restringere." } }
            @for one in found {
                // No landmark of its own: two people may be alike in all that is shown.
                div class="lepre-found" {
                    h3 class="h5" {
                        a href={ "/soggetti/" (one.subject.id) } { (subject_words(who, &one.subject)) }
                        @if one.subject.name.is_some() { " " span class="text-secondary small" { (masked(&one.subject)) } }
                        @if one.score < SAME { " " span class="badge lepre-badge bg-secondary" { "somiglia" } }
                    }
                    (case_list(who, &one.cases, When::Due, today))
                }
            }
        }
    }
}
