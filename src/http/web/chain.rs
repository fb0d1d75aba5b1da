// SPDX-License-Identifier: EUPL-1.2
//! Whether the record is as it was written: the chain of digests recomputed, and the rulebooks that cases rest on.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{Markup, html};

use crate::http::app::App;
use crate::http::auth::go;
use crate::http::identity::Identity;
use crate::http::jobs::{Found, Look, Progress};
use crate::http::routes::{AUDITOR, Route, form, page};
use crate::http::trouble::Trouble;
use crate::reading::count;
use crate::service::verify_rulebooks;

use super::layout::Page;
use super::parts::{alert, csrf, submit};
use super::sheet::ticked;
use super::works::{moment, running};

pub(super) fn routes() -> Vec<Route> {
    vec![page("/catena", AUDITOR, get(chain)), form("/catena", AUDITOR, post(begin))]
}

/// Faults kept with their words; the others are counted.
const KEPT: usize = 500;

/// What a verification has found.
pub struct Verdict {
    cases: u64,
    events: u64,
    /// In words, the first of them.
    faults: Vec<String>,
    /// How many in all.
    all: usize,
}

fn verify(app: &App, progress: &Progress) -> Result<Verdict, Trouble> {
    let store = app.service.store();
    let stats = store.stats()?;
    progress.set(0, stats.cases);
    let faults = store.verify_chain(&mut |done, total| progress.set(done, total))?;
    let laws = verify_rulebooks(store)?;
    let all = faults.len() + laws.len();
    let words = faults.iter().map(ToString::to_string).chain(laws).take(KEPT).collect();
    Ok(Verdict { cases: stats.cases, events: stats.events, faults: words, all })
}

async fn begin(State(app): State<App>) -> Response {
    app.works.chain.begin(&app, &app.now(), verify);
    go("/catena")
}

async fn chain(State(app): State<App>, who: Identity) -> Result<Response, Trouble> {
    let last = match app.works.chain.now().await? {
        Some(Look::Running(progress)) => {
            return Ok(running(&app, &who, "Catena", "La verifica della catena è in corso", &progress));
        }
        Some(Look::Done(found)) => Some(found),
        None => None,
    };
    let body = html! {
        h1 { "Catena delle impronte" }
        p class="lead" { "Ogni evento porta un'impronta calcolata anche su quello prima: chi ne altera uno, lo si vede." }
        p { "La catena mostra un'alterazione, non la impedisce: chi può riscrivere tutto l'archivio può riscriverla tutta, se le impronte non sono conservate anche altrove." }
        @match &last {
            Some(found) => (result(found)),
            None => p { "Da quando il servizio è avviato nessuno l'ha ancora verificata." },
        }
        form method="post" action="/catena" class="mt-4" { (csrf(&who)) (submit("Verifica adesso")) }
    };
    Ok(Page::new(&app, &who, "Catena", body).into_response())
}

fn result(found: &Found<Verdict>) -> Markup {
    let verdict = &found.value;
    html! {
        @if verdict.all == 0 { (alert("success", "La catena è intera.")) } @else {
            (alert("danger", &format!("{}.", count(verdict.all, "alterazione trovata", "alterazioni trovate"))))
        }
        dl {
            dt { "Verificata" } dd { (moment(found.at)) }
            dt { "Durata" } dd { (format!("{:.1}", found.took.as_secs_f64()).replace('.', ",")) " secondi" }
            dt { "Pratiche" } dd { (verdict.cases) }
            dt { "Eventi" } dd { (verdict.events) }
        }
        @if verdict.all > 0 {
            h2 { "Alterazioni" }
            ul { @for words in &verdict.faults { li { (ticked(words)) } } }
            @if verdict.all > verdict.faults.len() { p { "… e altre " (verdict.all - verdict.faults.len()) "." } }
        }
    }
}
