// SPDX-License-Identifier: EUPL-1.2
//! The *patto di servizio* on paper, for both to sign: what each side commits to, dated, as it was delivered in the case.
//!
//! What the law wants in it is D.Lgs. 150/2015, art. 20, co. 2-3. What was not recorded is printed as such, never made up.

use axum::extract::{Path, State};
use maud::{Markup, html};
use serde_json::Value as Json;

use crate::calendar::Day;
use crate::engine::{EventKind, agenda};
use crate::http::app::App;
use crate::http::identity::Identity;
use crate::http::trouble::Trouble;
use crate::http::web::layout::Page;
use crate::http::web::parts::{breadcrumb, day_words};
use crate::rulebook::{Citation, Item, Target};
use crate::service::CaseView;
use crate::spec::level::Party;

use super::page::office_words;
use super::print::{law, print_button, printed};
use super::words::norm;
use super::{Seen, fields, seen};

/// The level that the patto belongs to, and the output that proves it.
const LEVEL: &str = "D";
const OUTPUT: &str = "patto-sottoscritto";
/// What the office puts in: words, and the field of the evidence.
const OFFICE: [(&str, &str); 2] = [
    ("Responsabile delle attività", "responsabile"),
    ("Frequenza ordinaria dei contatti con il responsabile", "frequenza_contatti"),
];
/// What the person puts in.
const PERSON: [(&str, &str); 4] = [
    ("Atti di ricerca attiva", "atti_ricerca"),
    ("Tempi degli atti di ricerca", "tempi_ricerca"),
    ("Modo in cui la ricerca è dimostrata", "prova_ricerca"),
    (
        "Disponibilità a laboratori sulla ricerca di lavoro, a formazione o altra attivazione, a congrue offerte di lavoro",
        "disponibilita",
    ),
];

pub(super) async fn show(State(app): State<App>, who: Identity, Path(id): Path<String>) -> Result<Page, Trouble> {
    app.clone()
        .read(move |app| {
            let seen = seen(app, &who, &id, "stampa")?;
            let rulebook = &seen.view.rulebook;
            if rulebook.level != LEVEL {
                return Err(Trouble::not_found("il patto di servizio si stampa da una pratica del livello D"));
            }
            let item = rulebook.item_index(OUTPUT).and_then(|index| rulebook.item(index));
            let Some(item) = item else { return Err(Trouble::not_found("il regolamento della pratica non ha il patto sottoscritto")) };
            let delivered = delivered(&seen.view);
            let title = "Patto di servizio personalizzato";
            let body = html! {
                (breadcrumb(&[("/pratiche", "Pratiche"), (&seen.path(), &seen.title())], title))
                (print_button())
                h1 { (title) }
                (norm(rulebook, &Citation { act: "dlgs-150-2015".into(), partition: Some("art. 20".into()), text: None }))
                @if delivered.is_none() { p { strong { "Bozza: nella pratica il patto non è stato ancora consegnato." } } }
                (parties(app, &seen))
                h2 { "Profilo personale di occupabilità" }
                p { (value(item, delivered, "profilo")) }
                h2 { "Impegni del Centro per l'impiego" }
                (commitments(item, delivered, &OFFICE))
                (services(&seen))
                h2 { "Impegni della persona" }
                (commitments(item, delivered, &PERSON))
                (others(item, delivered))
                h2 { "Data e firme" }
                @if delivered.is_some() { p { "Firmato il " (signed(&seen, item, delivered)) "." } }
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

/// The last patto delivered and not corrected away: its day and its evidence.
fn delivered(view: &CaseView) -> Option<(Day, &Json)> {
    let holding = (1..).zip(&view.events).filter(|(sequence, _)| !view.case.is_voided(*sequence));
    let delivered = holding.filter_map(|(_, event)| match &event.kind {
        EventKind::OutputDelivered { output, evidence } if &**output == OUTPUT => Some((event.on, evidence)),
        _ => None,
    });
    delivered.last()
}

const NOT_RECORDED: &str = "non registrato";

fn value(item: &Item, delivered: Option<(Day, &Json)>, name: &str) -> Markup {
    let field = item.evidence.fields.iter().find(|field| field.name == name);
    match (field, delivered.and_then(|(_, evidence)| evidence.get(name))) {
        (Some(field), Some(given)) => fields::answer(field, given, false),
        _ => html! { em { (NOT_RECORDED) } },
    }
}

fn commitments(item: &Item, delivered: Option<(Day, &Json)>, of: &[(&str, &str)]) -> Markup {
    html! {
        dl class="lepre-answers" {
            @for (words, name) in of { dt { (words) } dd { (value(item, delivered, name)) } }
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
fn services(seen: &Seen) -> Markup {
    let (rulebook, case) = (&seen.view.rulebook, &seen.view.case);
    let owed = agenda(rulebook, case, seen.today);
    let by_office = |position: u16| {
        rulebook
            .terms
            .get(usize::from(position))
            .is_some_and(|term| term.who == Party::Office && !matches!(term.target, Target::Closing))
    };
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
                        Some((position, standing)) if by_office(position) => @if let Some(due) = standing.due { ", entro il " (day_words(due)) },
                        _ => {},
                    }
                } } } } }
            }
        }
    }
}

/// Fields that the region or an amendment adds to those of the law.
fn others(item: &Item, delivered: Option<(Day, &Json)>) -> Markup {
    let named = |name: &str| {
        OFFICE.iter().chain(&PERSON).any(|(_, known)| *known == name) || matches!(name, "profilo" | "data_firma")
    };
    let rest: Vec<_> = item.evidence.fields.iter().filter(|field| !named(&field.name)).collect();
    html! {
        @if !rest.is_empty() {
            h2 { "Altri contenuti del patto" }
            dl class="lepre-answers" { @for field in rest { dt { (field.question) } dd { (value(item, delivered, &field.name)) } } }
        }
    }
}

fn signed(seen: &Seen, item: &Item, delivered: Option<(Day, &Json)>) -> Markup {
    let updated = seen.view.rulebook.item_index("aggiornamento").and_then(|index| seen.view.case.first(index));
    html! {
        (value(item, delivered, "data_firma"))
        @if let Some((on, _)) = delivered { " (consegnato nella pratica il " (day_words(on)) ")" }
        @if let Some(mark) = updated { "; aggiornato il " (day_words(mark.on)) }
    }
}
