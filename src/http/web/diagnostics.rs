// SPDX-License-Identifier: EUPL-1.2
//! The faults of the specs folder as it stands now, each with its line and its remedy; and a page for each kind of fault.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};

use crate::diagnostic::{Diagnostic, Severity, render};
use crate::http::app::App;
use crate::http::identity::Identity;
use crate::http::jobs::Look;
use crate::http::routes::{Route, page};
use crate::http::trouble::Trouble;
use crate::library::{Library, LibraryError};
use crate::reading::{count, fault_entries, grouped};

use super::layout::Page;
use super::levels::SPECS;
use super::parts::{alert, breadcrumb};
use super::sheet::{place_words, ticked};
use super::works::running;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/diagnostica", SPECS, get(diagnostics)),
        page("/diagnostica/codici", SPECS, get(codes)),
        page("/diagnostica/{codice}", SPECS, get(code)),
    ]
}

/// Kinds of fault shown on one page.
const SHOWN: usize = 200;

/// A reading of the folder, with its faults.
pub struct Looked {
    library: Arc<Library>,
    found: Vec<Diagnostic>,
}

async fn diagnostics(State(app): State<App>, who: Identity) -> Result<Response, Trouble> {
    let current = app.service.library();
    // What the folder says now, not what it said when the service read it.
    let now = current.clone();
    let digest = app.read(move |_| Ok(Library::open(now.root()).map_err(unreadable)?.files_digest())).await?;
    let used = current.files_digest() == digest;
    let work = move |_: &App, _: &_| {
        let library = if used { current } else { Arc::new(current.reload().map_err(unreadable)?) };
        let found = library.diagnostics();
        Ok(Looked { library, found })
    };
    Ok(match app.works.diagnostics.look(&app, digest, work).await? {
        Look::Done(found) => Page::new(&app, &who, "Diagnostica", shown(&found.value, used)).into_response(),
        Look::Running(progress) => {
            running(&app, &who, "Diagnostica", "Il controllo delle specifiche è in corso", &progress)
        }
    })
}

fn unreadable(error: LibraryError) -> Trouble {
    tracing::warn!(why = %error, "la cartella delle specifiche non si legge");
    Trouble::Unavailable { why: "la cartella delle specifiche non si legge: il servizio usa quelle lette prima".into() }
}

fn shown(looked: &Looked, used: bool) -> Markup {
    let errors = looked.found.iter().filter(|fault| fault.severity == Severity::Error).count();
    let warnings = looked.found.len() - errors;
    let mut groups = grouped(&looked.found, false);
    // Errors first; both as they stand in the files.
    groups.sort_by_key(|group| group.first().is_none_or(|fault| fault.severity != Severity::Error));
    let more = groups.len().saturating_sub(SHOWN);
    html! {
        h1 { "Diagnostica delle specifiche" }
        p class="lead" {
            "La cartella come sta adesso: " strong { (count(errors, "errore", "errori")) } ", " (count(warnings, "avviso", "avvisi")) "."
        }
        @if errors > 0 {
            (alert("danger", "Finché ci sono errori, i livelli che ne dipendono restano quelli dell'ultima lettura senza errori, o non si usano."))
        } @else if used {
            (alert("success", "Il servizio usa queste specifiche."))
        } @else {
            (alert("info", "La cartella è cambiata da quando il servizio l'ha letta: le nuove specifiche non sono ancora in uso."))
        }
        p { a href="/diagnostica/codici" { "Tutti gli errori e gli avvisi possibili, con il rimedio" } }
        @if !groups.is_empty() { h2 { "Che cosa c'è da guardare" } }
        @for group in groups.iter().take(SHOWN) {
            @if let Some((first, others)) = group.split_first() { (fault_card(&looked.library, first, others)) }
        }
        @if more > 0 { p { "… e altri " (more) " tipi di errore o avviso: correggi quelli qui sopra e riapri la pagina." } }
    }
}

/// A fault, with the line where it is; `others` are those that say the same elsewhere.
pub(super) fn fault_card(library: &Library, fault: &Diagnostic, others: &[&Diagnostic]) -> Markup {
    let kind = if fault.severity == Severity::Error { "lepre-fault lepre-fault-error" } else { "lepre-fault" };
    // The remedy stands under the lines, in words that wrap.
    let bare = Diagnostic { help: None, ..fault.clone() };
    let rendered = render(&[bare], &|path| library.text(path), false);
    html! {
        article class=(kind) {
            h3 class="h6 mb-1" { span class="lepre-voice" { (fault.severity.word()) } " " (ticked(&fault.message)) }
            p class="small mb-1" { code { (place_words(&fault.place)) } " · " a href={ "/diagnostica/" (fault.code) } { (fault.code) } }
            pre tabindex="0" { (rendered) }
            @if let Some(help) = &fault.help { p class="mb-1" { strong { "Rimedio: " } (ticked(help)) } }
            @if !others.is_empty() {
                details { summary { "Lo stesso in " (count(others.len(), "altro punto", "altri punti")) }
                    ul { @for other in others { li { code { (place_words(&other.place)) } } } }
                }
            }
        }
    }
}

async fn codes(State(app): State<App>, who: Identity) -> Page {
    let entries = fault_entries();
    let mut groups: Vec<&str> = entries.iter().map(|entry| entry.group).collect();
    groups.dedup();
    let body = html! {
        (breadcrumb(&[("/diagnostica", "Diagnostica")], "Errori e avvisi"))
        h1 { "Tutti gli errori e gli avvisi" }
        @for group in groups {
            h2 { (group) }
            dl {
                @for entry in entries.iter().filter(|entry| entry.group == group) {
                    dt { a href={ "/diagnostica/" (entry.code) } { code { (entry.code) } } }
                    dd { (ticked(entry.meaning)) }
                }
            }
        }
    };
    Page::new(&app, &who, "Errori e avvisi", body)
}

async fn code(State(app): State<App>, who: Identity, Path(code): Path<String>) -> Result<Page, Trouble> {
    let entry = fault_entries().into_iter().find(|entry| entry.code == code);
    let entry = entry.ok_or_else(|| Trouble::not_found("non c'è un errore con questo nome"))?;
    let body = html! {
        (breadcrumb(&[("/diagnostica", "Diagnostica"), ("/diagnostica/codici", "Errori e avvisi")], entry.code))
        h1 { code { (entry.code) } }
        h2 class="h4" { "Che cosa vuol dire" }
        p class="lead" { (ticked(entry.meaning)) }
        h2 class="h4" { "Rimedio" }
        p class="lead" { (ticked(entry.remedy)) }
        p class="text-secondary" { "Riguarda: " (entry.group) "." }
    };
    Ok(Page::new(&app, &who, entry.code, body))
}
