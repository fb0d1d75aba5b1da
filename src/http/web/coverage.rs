// SPDX-License-Identifier: EUPL-1.2
//! How much of the decree is covered: the same table as `lepre coverage`.

use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};

use crate::http::app::App;
use crate::http::identity::Identity;
use crate::http::routes::{Route, page};
use crate::http::trouble::Trouble;
use crate::reading::coverage::{Execution, FIELDS, Row, State as Covered, rows};
use crate::reading::{count, field_name};
use crate::spec::level::{Field, Wording};

use super::layout::Page;
use super::levels::SPECS;

pub(super) fn routes() -> Vec<Route> {
    vec![page("/copertura", SPECS, get(coverage))]
}

async fn coverage(State(app): State<App>, who: Identity) -> Result<Page, Trouble> {
    let rows = app.read(|app| Ok(rows(&app.service.library(), app.service.today()))).await?;
    Ok(Page::new(&app, &who, "Copertura", table(&rows)))
}

/// A state in a word short enough for a cell; the number is how many entries there are.
fn cell(field: Field, state: Covered, entries: usize) -> String {
    let words = match state {
        Covered::ToBeDefined => "da definire",
        Covered::Missing => "manca",
        Covered::Absent => "nessuna voce",
        Covered::Unread => "non si legge",
        Covered::Literal | Covered::Summary => state.word(),
    };
    let counted = matches!(state, Covered::Literal | Covered::Summary) && field != Field::Description;
    if counted { format!("{words} ({entries})") } else { words.to_owned() }
}

fn table(rows: &[Row]) -> Markup {
    let wording = |wording| rows.iter().filter(|row| row.wording == Some(wording)).count();
    let whole = rows.iter().filter(|row| row.execution == Execution::Whole).count();
    html! {
        h1 { "Copertura del decreto" }
        p class="lead" {
            (count(rows.len(), "livello", "livelli")) ": " (wording(Wording::Literal)) " parola per parola, "
            (wording(Wording::Summary)) " in sintesi, " (wording(Wording::TitleOnly)) " con il solo titolo; "
            (whole) " si conducono fino alla conclusione; "
            (count(rows.iter().map(|row| row.scenarios).sum(), "prova", "prove")) "."
        }
        div class="table-responsive" tabindex="0" role="region" aria-labelledby="tabella-copertura" {
            table class="table table-sm caption-top" {
                caption id="tabella-copertura" { "Campi della tabella del decreto, livello per livello; tra parentesi, quante voci portano" }
                thead { tr {
                    th scope="col" { "LEP" }
                    th scope="col" { "Titolo" }
                    @for field in FIELDS { th scope="col" { (field_name(field)) } }
                    th scope="col" { "Lettera" }
                    th scope="col" { "Si conduce" }
                    th scope="col" { "Prove" }
                } }
                tbody { @for row in rows { tr {
                    th scope="row" { a href={ "/specifiche/" (row.letter) } { (row.letter) } }
                    td class="lepre-wide" { (row.title) }
                    @for (field, state, entries) in &row.fields {
                        td class=(if matches!(state, Covered::Missing | Covered::Unread) { "lepre-gap" } else { "" }) { (cell(*field, *state, *entries)) }
                    }
                    td { (row.letter_source) }
                    td { (row.execution.word()) }
                    td { (row.scenarios) }
                } } }
            }
        }
        h2 { "Che cosa vogliono dire le parole" }
        ul {
            @for state in Covered::ALL { li { (state.meaning()) } }
            li { "solo apertura: mancano gli output, e la pratica si può aprire e interrompere ma non concludere" }
        }
        p { "I campi che nessuna fonte letta riporta si dichiarano mancanti: non si inventano." }
    }
}
