// SPDX-License-Identifier: EUPL-1.2
//! Who has looked at what, and what was taken out: the log of accesses, for whoever must answer for it.

use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use uuid::Uuid;

use crate::calendar::{Day, rome};
use crate::http::app::App;
use crate::http::export::csv;
use crate::http::form::Asked;
use crate::http::identity::Identity;
use crate::http::routes::{AUDITOR, Route, page};
use crate::http::trouble::Trouble;
use crate::store::{Access, AccessQuery};

use super::findings::reach;
use super::layout::Page;
use super::parts::{empty, field, next_page};
use super::works::{moment, stamp};

pub(super) fn routes() -> Vec<Route> {
    vec![page("/accessi", AUDITOR, get(accesses)), page("/accessi.csv", AUDITOR, get(table))]
}

const ROWS: u32 = 100;
/// Rows read at once for the table.
const BATCH: u32 = 1_000;

/// The filters as they were typed; an account or a case that is not there finds nothing.
fn query(app: &App, who: &Identity, asked: &Asked) -> Result<Option<AccessQuery>, Trouble> {
    let day = |name: &str, minute: u16| match asked.get(name) {
        None => Ok(None),
        Some(text) => match text.parse::<Day>() {
            Ok(day) => Ok(Some(rome::instant(day, minute).saturating_mul(1000))),
            Err(_) => Err(Trouble::bad(name, "il giorno si scrive anno-mese-giorno, per esempio 2026-05-04")),
        },
    };
    let mut query = AccessQuery {
        region: reach(who),
        from: day("dal", 0)?,
        // To the last millisecond of the day.
        to: day("al", 1439)?.map(|at| at.saturating_add(59_999)),
        ..AccessQuery::default()
    };
    if let Some(username) = asked.get("account") {
        match app.registry.account_by_username(&username.to_lowercase())? {
            Some(account) => query.account = Some(account.id),
            None => return Ok(None),
        }
    }
    if let Some(case) = asked.get("pratica") {
        let case =
            case.parse::<Uuid>().map_err(|_| Trouble::bad("pratica", "serve l'identificativo intero della pratica"))?;
        query.case = Some(case);
    }
    if let Some(subject) = asked.get("soggetto") {
        let subject = subject.parse::<Uuid>().map_err(|_| {
            Trouble::bad("soggetto", "serve l'identificativo intero del soggetto, non il codice fiscale")
        })?;
        query.subject = Some(subject);
    }
    Ok(Some(query))
}

async fn accesses(State(app): State<App>, who: Identity, asked: Asked) -> Result<Page, Trouble> {
    let before = match asked.get("prima") {
        None => None,
        Some(text) => Some(text.parse::<i64>().map_err(|_| Trouble::bad("prima", "non è una posizione del registro"))?),
    };
    let (reader, typed) = (who.clone(), asked.clone());
    let rows = app
        .read(move |app| {
            // What was noted a moment ago is shown too.
            app.registry.flush()?;
            let query = query(app, &reader, &typed)?;
            Ok(query.map(|query| app.registry.accesses(&query, before, ROWS)).transpose()?.unwrap_or_default())
        })
        .await?;
    let full = rows.len() >= usize::try_from(ROWS).unwrap_or(usize::MAX);
    let next = rows.last().filter(|_| full).map(|(key, _)| format!("/accessi?{}", filters(&asked, Some(*key))));
    let get = |name| asked.get(name).unwrap_or_default().to_owned();
    let body = html! {
        h1 { "Accessi ai dati" }
        p class="lead" { "Chi ha visto i dati di una persona o li ha esportati, chi è entrato o ha provato a entrare, e quando. Nessuna riga si cambia o si cancella." }
        form method="get" action="/accessi" class="lepre-inline" {
            (field("account", "Nome utente").value(get("account")).autocomplete("off"))
            (field("pratica", "Pratica").value(get("pratica")).autocomplete("off"))
            (field("soggetto", "Soggetto").value(get("soggetto")).autocomplete("off"))
            (field("dal", "Dal").date().value(get("dal")))
            (field("al", "Al").date().value(get("al")))
            button class="btn btn-outline-primary" type="submit" { "Mostra" }
        }
        @if rows.is_empty() { (empty("Nessun accesso.", Some(("/accessi", "Togli i filtri")))) } @else { (listed(&rows)) }
        (next_page(next.as_deref()))
        p class="mt-3" { a href={ "/accessi.csv?" (filters(&asked, None)) } { "Scarica tutti questi accessi (CSV)" } }
    };
    Ok(Page::new(&app, &who, "Accessi ai dati", body))
}

fn filters(asked: &Asked, before: Option<i64>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for name in ["account", "pratica", "soggetto", "dal", "al"] {
        if let Some(value) = asked.get(name) {
            query.append_pair(name, value);
        }
    }
    if let Some(before) = before {
        query.append_pair("prima", &before.to_string());
    }
    query.finish()
}

fn listed(rows: &[(i64, Access)]) -> Markup {
    html! {
        div class="table-responsive" tabindex="0" role="region" aria-labelledby="tabella-accessi" {
            table class="table table-sm caption-top" {
                caption id="tabella-accessi" { "Accessi, dal più recente" }
                thead { tr {
                    th scope="col" { "Quando" } th scope="col" { "Chi" } th scope="col" { "Che cosa" } th scope="col" { "Pratica" } th scope="col" { "Soggetto" } th scope="col" { "Motivo" } th scope="col" { "Richiesta" }
                } }
                tbody { @for (_, access) in rows { tr {
                    td { (moment(access.at)) }
                    td { (access.username) }
                    td { (access.action) }
                    td { @if let Some(case) = access.case { a href={ "/pratiche/" (case) } { code { (case.to_string().chars().take(13).collect::<String>()) } } } }
                    td { @if let Some(subject) = access.subject { a href={ "/accessi?soggetto=" (subject) } { code { (subject.to_string().chars().take(13).collect::<String>()) } span class="visually-hidden" { ": tutti gli accessi ai dati di questo soggetto" } } } }
                    td class="lepre-wide" { (access.why.as_deref().unwrap_or_default()) }
                    td { code class="small" { (access.request) } }
                } } }
            }
        }
    }
}

const COLUMNS: [&str; 8] = ["quando", "account", "regione", "azione", "pratica", "soggetto", "motivo", "richiesta"];

async fn table(State(app): State<App>, who: Identity, asked: Asked) -> Result<Response, Trouble> {
    let reader = who.clone();
    let query = app.read(move |app| query(app, &reader, &asked)).await?;
    app.saw(&who, "esportazione", None, None, Some("registro degli accessi"))?;
    Ok(csv(&app, "accessi", &COLUMNS, move |app, table| {
        let Some(query) = query else { return Ok(Ok(())) };
        app.registry.flush()?;
        let mut before = None;
        loop {
            let rows = app.registry.accesses(&query, before, BATCH)?;
            let Some((last, _)) = rows.last() else { return Ok(Ok(())) };
            before = Some(*last);
            for (_, access) in &rows {
                let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
                let (at, case, subject) = (stamp(access.at), id(access.case), id(access.subject));
                let cells = [
                    at.as_str(),
                    &access.username,
                    access.region.as_deref().unwrap_or_default(),
                    &access.action,
                    &case,
                    &subject,
                    access.why.as_deref().unwrap_or_default(),
                    &access.request,
                ];
                if let Err(gone) = table.row(&cells) {
                    return Ok(Err(gone));
                }
            }
        }
    }))
}
