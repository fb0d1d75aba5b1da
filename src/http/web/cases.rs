// SPDX-License-Identifier: EUPL-1.2
//! All the cases within reach, narrowed as one likes, a page at a time.

use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};

use crate::http::app::App;
use crate::http::form::Asked;
use crate::http::identity::Identity;
use crate::http::routes::{READERS, Route, page};
use crate::http::trouble::Trouble;
use crate::store::{DeskGroup, DeskOrder, DeskQuery};

use super::layout::Page;
use super::parts::{empty, field, next_page, said};
use super::rows::{PAGE, When, case_list, counted, cursor, further, level_choices};

pub(super) fn routes() -> Vec<Route> {
    vec![page("/pratiche", READERS, get(cases))]
}

/// What cases may wait for: the desk's word, and ours.
const KINDS: [(&str, &str); 9] = [
    ("", "qualunque cosa"),
    ("scadute", "un termine già passato"),
    ("entro", "qualcosa con un termine"),
    ("da-fare", "qualcosa senza termine"),
    ("dati", "dati che nessuno ha fornito"),
    ("registrazione", "una registrazione"),
    ("chiudibile", "solo la chiusura"),
    ("niente", "nulla"),
    ("guasto", "di essere letta: è guasta"),
];

const STATES: [(&str, &str); 3] = [("aperte", "aperte"), ("chiuse", "chiuse"), ("tutte", "aperte e chiuse")];

const ORDERS: [(&str, &str); 3] = [
    ("termine", "prima il termine più vicino"),
    ("appuntamento", "prima l'appuntamento più vicino"),
    ("nuove", "prima le ultime aperte"),
];

/// The operator asked for who is none.
const NOBODY: &str = "-";

/// The part of the reach that is asked for. An unknown word narrows nothing.
fn query(reach: DeskQuery, asked: &Asked, today: i32) -> DeskQuery {
    let own = |name: &str| asked.get(name).map(str::to_owned);
    let mut query = DeskQuery {
        level: own("livello"),
        closed: match asked.get("stato") {
            Some("chiuse") => Some(true),
            Some("tutte") => None,
            _ => Some(false),
        },
        order: match asked.get("ordine") {
            Some("appuntamento") => DeskOrder::Meeting,
            Some("nuove") => DeskOrder::Newest,
            _ => DeskOrder::Due,
        },
        ..reach
    };
    // Nobody leaves their own office by asking for another.
    query.office = query.office.or_else(|| own("sede"));
    match asked.get("operatore") {
        Some(NOBODY) => query.unassigned = true,
        operator => query.operator = operator.map(str::to_owned),
    }
    match asked.get("attende") {
        Some("scadute") => query.due_to = Some(today - 1),
        Some("dati") => query.awaiting = true,
        Some("registrazione") => query.registering = true,
        kind => query.kind = kind.filter(|kind| KINDS.iter().any(|(known, _)| known == kind)).map(str::to_owned),
    }
    query
}

async fn cases(State(app): State<App>, who: Identity, asked: Asked) -> Result<Page, Trouble> {
    let today = app.service.today();
    let (reader, wanted) = (who.clone(), asked.clone());
    let (rows, next, count, operators) = app
        .read(move |app| {
            let reach = reader.reach()?;
            let operators = app.registry.desk_groups(&reach, DeskGroup::Operator)?;
            let query = query(reach, &wanted, today.number());
            let (rows, next) = app.service.rows(&query, cursor(wanted.get("dopo")), PAGE)?;
            app.saw(&reader, "elenco", None, None, Some("pratiche"))?;
            Ok((rows, next, app.registry.desk_count(&query)?, operators))
        })
        .await?;
    let when = if asked.get("ordine") == Some("appuntamento") { When::Meeting } else { When::Due };
    let next = next.map(|cursor| further("/pratiche", &asked, cursor));
    let body = html! {
        h1 { "Pratiche" }
        (said(asked.get("detto")))
        (filters(&app, &who, &asked, &operators))
        p role="status" { strong { (counted(count, "pratica", "pratiche")) } @if asked.get("dopo").is_some() { ", questa è la continuazione dell'elenco" } }
        @if !who.sees_names() { p class="text-secondary small" { "Chi verifica non vede nomi né codici fiscali: la stessa persona ha in ogni elenco la stessa sigla." } }
        @if rows.is_empty() {
            (empty("Nessuna pratica risponde a questi criteri.", Some(("/pratiche", "Togli i criteri"))))
        } @else {
            (case_list(&who, &rows, when, today))
        }
        (next_page(next.as_deref()))
    };
    Ok(Page::new(&app, &who, "Pratiche", body))
}

fn pairs(known: &[(&str, &str)]) -> Vec<(String, String)> {
    known.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
}

fn filters(app: &App, who: &Identity, asked: &Asked, operators: &[(String, u64)]) -> Markup {
    let value = |name: &str| asked.get(name).unwrap_or_default().to_owned();
    let mut people = vec![(String::new(), "chiunque".to_owned()), (NOBODY.to_owned(), "nessuno".to_owned())];
    people.extend(operators.iter().filter(|(name, _)| !name.is_empty()).map(|(name, _)| (name.clone(), name.clone())));
    let is_narrowed = asked.fields().any(|(name, value)| name != "dopo" && name != "detto" && !value.is_empty());
    html! {
        details class="lepre-filters" open[is_narrowed] {
            summary { "Criteri e ordine" }
            form method="get" action="/pratiche" class="lepre-grid" {
                (field("livello", "Livello").choices(level_choices(&app.service.library(), "tutti")).value(value("livello")))
                (field("stato", "Stato").choices(pairs(&STATES)).value(value("stato")))
                (field("operatore", "Operatore").choices(people).value(value("operatore")))
                (field("attende", "Che cosa attende").choices(pairs(&KINDS)).value(value("attende")))
                @if who.account.office.is_none() { (field("sede", "Sede").value(value("sede")).hint("il nome breve, come nelle specifiche")) }
                (field("ordine", "Ordine").choices(pairs(&ORDERS)).value(value("ordine")))
                div class="lepre-field" {
                    button class="btn btn-primary" type="submit" { "Mostra" }
                    @if is_narrowed { " " a class="btn btn-outline-primary" href="/pratiche" { "Togli i criteri" } }
                }
            }
        }
    }
}
