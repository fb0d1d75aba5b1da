// SPDX-License-Identifier: EUPL-1.2
//! The dossier of a subject across levels, as far as the office that asks has its cases; and the correction of the name.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use uuid::Uuid;

use crate::engine::Mark;
use crate::http::app::App;
use crate::http::auth::go;
use crate::http::form::{Asked, Typed};
use crate::http::identity::Identity;
use crate::http::routes::{DESK, Route, form, page};
use crate::http::trouble::Trouble;
use crate::rulebook::ItemKind;
use crate::service::{CaseView, DeskRow};
use crate::store::{DeskOrder, DeskQuery, Subject, SubjectKind};

use super::layout::Page;
use super::parts::{breadcrumb, csrf, day, empty, field, said, submit};
use super::rows::{When, case_list, counted, handle, plain, subject_words};

pub(super) fn routes() -> Vec<Route> {
    vec![page("/soggetti/{id}", DESK, get(dossier)), form("/soggetti/{id}/nome", DESK, post(rename))]
}

/// Cases of one subject at most: nobody has more.
pub const CASES: u32 = 500;

/// What the office that asks may know of a subject.
struct Dossier {
    subject: Subject,
    cases: Vec<DeskRow>,
    /// Folded, where they can be read.
    views: Vec<Arc<CaseView>>,
    elsewhere: usize,
}

fn read(app: &App, who: &Identity, id: Uuid, why: Option<&str>) -> Result<Dossier, Trouble> {
    let query = DeskQuery { subject: Some(id), order: DeskOrder::Newest, ..who.reach()? };
    let (cases, _) = app.service.rows(&query, None, CASES)?;
    let Some(subject) = cases.first().map(|row| row.subject.clone()) else {
        return Err(Trouble::not_found("il soggetto non esiste, o non ha pratiche nella tua sede"));
    };
    let all = app.service.store().cases_of_subject(id)?.len();
    let mut views = Vec::new();
    for row in &cases {
        match app.service.case(row.head.id) {
            Ok(view) => views.push(view),
            Err(error) if error.stops_all() => return Err(error.into()),
            // Its row in the list says that it cannot be read.
            Err(_) => {}
        }
    }
    app.saw(who, "fascicolo", None, Some(id), why)?;
    Ok(Dossier { subject, elsewhere: all.saturating_sub(cases.len()), cases, views })
}

async fn dossier(State(app): State<App>, who: Identity, Path(id): Path<String>, asked: Asked) -> Result<Page, Trouble> {
    let id = id_of(&id)?;
    let reader = who.clone();
    let dossier = app.read(move |app| read(app, &reader, id, None)).await?;
    let today = app.service.today();
    let subject = &dossier.subject;
    let open = dossier.cases.iter().filter(|row| !row.desk.closed).count();
    let body = html! {
        (breadcrumb(&[("/cerca", "Cerca")], "Fascicolo"))
        h1 { (subject_words(&who, subject)) }
        (said(asked.get("detto")))
        dl class="lepre-summary" {
            dt { (if subject.kind == SubjectKind::Person { "Codice fiscale" } else { "Codice fiscale o partita IVA" }) } dd { code { (subject.tax_code) } }
            dt { "Pratiche nella tua sede" } dd { (dossier.cases.len()) ", di cui aperte " (open) }
            dt { "In altre sedi" } dd { @if dossier.elsewhere == 0 { "nessuna" } @else { (counted(dossier.elsewhere as u64, "pratica", "pratiche")) ": che cosa siano lo sa la sede che le ha" } }
        }
        p { a class="btn btn-primary" href={ "/pratiche/nuova?soggetto=" (subject.id) } { "Nuova pratica per questo soggetto" } }
        section class="lepre-section" aria-labelledby="pratiche" {
            h2 id="pratiche" { "Pratiche" }
            (case_list(&who, &dossier.cases, When::Due, today))
        }
        (delivered(&dossier))
        (facts(&dossier))
        section class="lepre-section" aria-labelledby="nome-corretto" {
            h2 id="nome-corretto" { "Nome" }
            details {
                summary { "Correggi il nome" }
                (name_form(&who, subject, subject.name.as_deref().unwrap_or_default(), None))
            }
        }
    };
    Ok(Page::new(&app, &who, "Fascicolo", body))
}

fn id_of(text: &str) -> Result<Uuid, Trouble> {
    Uuid::parse_str(text).map_err(|_| Trouble::not_found("il soggetto non esiste, o non ha pratiche nella tua sede"))
}

/// What has been delivered: the first time of each output.
fn delivered(dossier: &Dossier) -> Markup {
    let outputs = dossier.views.iter().flat_map(|view| {
        let states = view.rulebook.items.iter().zip(&view.case.items);
        let done = states.filter(|(item, state)| item.kind == ItemKind::Output && state.first.is_some());
        done.filter_map(move |(item, state)| Some((view, item, state.first?)))
    });
    let mut outputs: Vec<_> = outputs.collect();
    outputs.sort_by_key(|(_, _, first)| std::cmp::Reverse(first.on));
    html! {
        section class="lepre-section" aria-labelledby="consegnati" {
            h2 id="consegnati" { "Che cosa esiste" }
            @if outputs.is_empty() { (empty("Nessun documento è ancora stato consegnato nelle pratiche della tua sede.", None)) }
            @else {
                ul { @for (view, item, first) in outputs {
                    li { strong { (plain(&item.id)) } ", " (day(first.on)) " — " a href={ "/pratiche/" (view.head.id) } { "livello " (view.head.level) ", pratica " (handle(&view.head)) } }
                } }
            }
        }
    }
}

/// The facts known, each as it was last supplied.
fn facts(dossier: &Dossier) -> Markup {
    let mut known: BTreeMap<&str, (Mark, &str, bool, String, String)> = BTreeMap::new();
    for view in &dossier.views {
        let states = view.rulebook.facts.iter().zip(view.case.facts.iter().zip(&view.case.fact_marks));
        for (fact, (value, mark)) in states {
            let (Some(value), Some(mark)) = (value, mark) else { continue };
            if known.get(fact.name.as_str()).is_none_or(|(last, ..)| last.on <= mark.on) {
                let words = (*mark, fact.question.as_str(), fact.sensitive, value.to_string(), view.head.level.clone());
                known.insert(&fact.name, words);
            }
        }
    }
    html! {
        section class="lepre-section" aria-labelledby="dati-noti" {
            h2 id="dati-noti" { "Dati noti" }
            @if known.is_empty() { p class="text-secondary" { "Nessun dato è stato fornito." } }
            @else {
                dl class="lepre-summary" { @for (mark, question, sensitive, value, level) in known.values() {
                    dt { (question) @if *sensitive { " " span class="badge lepre-badge bg-secondary" { "dato particolare" } } }
                    dd { (value) span class="text-secondary small" { " · " (day(mark.on)) ", livello " (level) } }
                } }
            }
        }
    }
}

fn name_form(who: &Identity, subject: &Subject, value: &str, fault: Option<String>) -> Markup {
    html! {
        form method="post" action={ "/soggetti/" (subject.id) "/nome" } class="mt-3" {
            (csrf(who))
            (field("nome", "Nome giusto").value(value).required().autocomplete("off").fault(fault))
            (field("motivo", "Motivo (facoltativo)").hint("resta nel registro degli accessi ai dati"))
            (submit("Avanti: conferma"))
        }
    }
}

/// The longest name kept, in characters.
const NAME: usize = 200;

async fn rename(
    State(app): State<App>,
    who: Identity,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Trouble> {
    let id = id_of(&id)?;
    let name = typed.get("nome").unwrap_or_default().to_owned();
    let fault = match name.chars().count() {
        0 => Some("scrivi il nome giusto".to_owned()),
        n if n > NAME => Some(format!("al più {NAME} caratteri")),
        _ => None,
    };
    let confirmed = fault.is_none() && typed.get("conferma") == Some("true");
    let (writer, new, why) = (who.clone(), name.clone(), typed.get("motivo").map(str::to_owned));
    let dossier = app
        .write(move |app| {
            let dossier = read(app, &writer, id, why.as_deref())?;
            if confirmed {
                app.service.rename(id, &new)?;
                app.saw(&writer, "nome corretto", None, Some(id), why.as_deref())?;
            }
            Ok(dossier)
        })
        .await?;
    if confirmed {
        return Ok(go(&format!("/soggetti/{id}?detto=salvato")));
    }
    let subject = &dossier.subject;
    let here = format!("/soggetti/{id}");
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let body = html! {
        (breadcrumb(&[("/cerca", "Cerca"), (&here, "Fascicolo")], "Correzione del nome"))
        h1 { "Correzione del nome" }
        @if fault.is_some() { (name_form(&who, subject, &name, fault)) }
        @else {
            p { "Il nome cambierà in tutte le pratiche del soggetto, anche in quelle di altre sedi. Il codice resta lo stesso." }
            dl class="lepre-summary" {
                dt { "Codice" } dd { code { (subject.tax_code) } }
                dt { "Nome di adesso" } dd { (subject.name.as_deref().unwrap_or("nessuno")) }
                dt { "Nome nuovo" } dd { strong { (name) } }
            }
            form method="post" action={ "/soggetti/" (id) "/nome" } {
                (csrf(&who))
                input type="hidden" name="nome" value=(name);
                input type="hidden" name="motivo" value=(typed.get("motivo").unwrap_or_default());
                input type="hidden" name="conferma" value="true";
                div class="lepre-actions" {
                    (submit("Correggi il nome"))
                    a class="btn btn-outline-primary" href=(here) { "Lascia com'è" }
                }
            }
        }
    };
    Ok((status, Page::new(&app, &who, "Correzione del nome", body)).into_response())
}
