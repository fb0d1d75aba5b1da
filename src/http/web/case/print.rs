// SPDX-License-Identifier: EUPL-1.2
//! The case on paper: what is known, what was done, what was found, and the exact law it ran on.

use axum::extract::{Path, State};
use maud::{Markup, html};

use crate::engine::{agenda, findings};
use crate::http::app::App;
use crate::http::identity::Identity;
use crate::http::trouble::Trouble;
use crate::http::web::layout::Page;
use crate::http::web::parts::{breadcrumb, day_words};
use crate::reading::said::{in_force, state_words, verdict};

use super::page::{findings_list, office_words};
use super::words::with_days;
use super::{Seen, seen, steps, timeline};

pub(super) async fn show(State(app): State<App>, who: Identity, Path(id): Path<String>) -> Result<Page, Trouble> {
    app.clone()
        .read(move |app| {
            let seen = seen(app, &who, &id, "stampa")?;
            let lines = app.service.history(&seen.view)?;
            let (rulebook, case) = (&seen.view.rulebook, &seen.view.case);
            let check = findings(rulebook, case, seen.today);
            // On paper nothing can be pressed.
            let paper = Seen { writes: false, ..seen };
            let seen = &paper;
            let (rulebook, case) = (&seen.view.rulebook, &seen.view.case);
            let owed = agenda(rulebook, case, seen.today);
            let title = format!("Pratica {}", seen.title());
            let body = html! {
                (breadcrumb(&[("/pratiche", "Pratiche"), (&seen.path(), &seen.title())], "Stampa"))
                (print_button())
                h1 { (title) }
                (facts_of_the_case(app, seen))
                h2 { "Dati" }
                (known(seen))
                h2 { "Percorso" }
                (steps::steps(seen, &owed))
                h2 { "Rilievi" }
                p { strong { (verdict(&check)) } }
                (findings_list(seen, &check))
                h2 { "Storia" }
                (timeline::list(seen, &lines, false, true))
                h2 { "Il regolamento applicato" }
                (law(seen))
                (printed(&who, seen))
            };
            Ok(Page::new(app, &who, &title, body))
        })
        .await
}

/// The button that prints, where scripts run; else how to print.
pub(super) fn print_button() -> Markup {
    html! {
        p class="lepre-no-print" {
            button class="btn btn-primary btn-xs lepre-con-script" type="button" data-stampa { "Stampa" }
            " " span class="small" { "Si stampa anche con il comando del programma di navigazione: intestazioni e pulsanti non escono." }
        }
    }
}

fn facts_of_the_case(app: &App, seen: &Seen) -> Markup {
    let (office, operator) = office_words(app, seen);
    html! {
        dl class="lepre-head" {
            @if let Some(subject) = &seen.subject {
                div { dt { "Soggetto" } dd { (seen.name().unwrap_or_default()) } }
                div { dt { "Codice fiscale o partita IVA" } dd { code { (subject.tax_code) } } }
            } @else { div { dt { "Soggetto" } dd { "non si mostra a chi verifica" } } }
            div { dt { "Stato" } dd { (state_words(&seen.view.case)) } }
            div { dt { "Sede" } dd { (office) } }
            div { dt { "Operatore" } dd { (operator) } }
            div { dt { "Pratica" } dd { code { (seen.view.head.id) } } }
        }
    }
}

fn known(seen: &Seen) -> Markup {
    let case = &seen.view.case;
    let known =
        seen.view.rulebook.facts.iter().zip(&case.facts).filter_map(|(fact, value)| Some((fact, value.as_ref()?)));
    let known: Vec<_> = known.collect();
    html! {
        @if known.is_empty() { p { "Nessun dato registrato." } }
        @else {
            table class="table" {
                caption { "Dati noti" }
                thead { tr { th scope="col" { "Dato" } th scope="col" { "Valore" } } }
                tbody { @for (fact, value) in known { tr {
                    th scope="row" { (fact.meaning) }
                    td { @if seen.veil.hides(&fact.name) { em { "dato particolare, non si mostra a chi verifica" } } @else { (with_days(&value.to_string())) } }
                } } }
            }
        }
    }
}

pub(super) fn law(seen: &Seen) -> Markup {
    let rulebook = &seen.view.rulebook;
    html! {
        dl class="lepre-head" {
            div { dt { "Livello" } dd { (seen.title()) } }
            div { dt { "Fonte" } dd { (super::words::norm(rulebook, &rulebook.own_norm())) } }
            div { dt { "In vigore" } dd { (in_force(rulebook)) } }
            @if let Some(region) = &rulebook.region { div { dt { "Variazioni della Regione" } dd { (region) } } }
            div { dt { "Impronta del regolamento (SHA-256)" } dd { code class="lepre-digest" { (seen.view.head.rulebook) } } }
        }
    }
}

/// Who printed, and on which day the case was looked at.
pub(super) fn printed(who: &Identity, seen: &Seen) -> Markup {
    html! {
        p class="small" {
            "Pratica guardata il " (day_words(seen.today)) ", all'evento " (seen.view.head.sequence) ", da " (who.account.name) " (" (who.username()) "). Impronta dell'ultimo evento: "
            code class="lepre-digest" { (crate::digest::Digest(seen.view.head.hash)) } "."
        }
    }
}
