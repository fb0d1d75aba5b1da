// SPDX-License-Identifier: EUPL-1.2
//! The office as its lead sees it: how much there is, who carries it, what nobody has taken yet.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};

use crate::http::app::App;
use crate::http::form::Asked;
use crate::http::identity::Identity;
use crate::http::routes::{LEAD, Route, page};
use crate::http::trouble::Trouble;
use crate::role::Role;
use crate::service::DeskRow;
use crate::store::{Account, DeskCursor, DeskGroup, DeskQuery};

use super::layout::Page;
use super::parts::{csrf, empty, field, next_page, said};
use super::rows::{PAGE, When, case_row, counted, cursor, further};

pub(super) fn routes() -> Vec<Route> {
    vec![page("/sede", LEAD, get(office))]
}

/// Accounts read in one go.
const BATCH: u32 = 500;

/// Those who may have a case of this office: its operators and its lead, as long as they may enter.
pub fn people(app: &App, who: &Identity) -> Result<Vec<Account>, Trouble> {
    let mut people = Vec::new();
    let mut after = None;
    loop {
        let page = app.registry.accounts(after, BATCH)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        people.extend(page.into_iter().filter(|account| {
            matches!(account.role, Role::Operator | Role::OfficeLead)
                && !account.disabled
                && account.region == who.account.region
                && account.office == who.account.office
        }));
    }
    people.sort_by(|a, b| a.name.cmp(&b.name).then(a.username.cmp(&b.username)));
    Ok(people)
}

/// The people as choices of a field.
pub fn people_choices(people: &[Account]) -> Vec<(String, String)> {
    let one = |account: &Account| (account.username.clone(), format!("{} ({})", account.name, account.username));
    std::iter::once((String::new(), "scegli".to_owned())).chain(people.iter().map(one)).collect()
}

/// What one person carries.
#[derive(Clone, Debug, Default)]
struct Load {
    name: String,
    open: u64,
    overdue: u64,
    soon: u64,
    awaiting: u64,
}

struct Seen {
    /// By username; the empty one is nobody.
    loads: BTreeMap<String, Load>,
    meetings: u64,
    registrations: u64,
    people: Vec<Account>,
    rows: Vec<DeskRow>,
    next: Option<DeskCursor>,
}

fn read(app: &App, who: &Identity, of: Option<&str>, after: Option<DeskCursor>) -> Result<Seen, Trouble> {
    let reach = who.reach()?;
    let today = app.service.today().number();
    let open = DeskQuery { closed: Some(false), ..reach.clone() };
    let people = people(app, who)?;
    let known = people.iter().map(|a| (a.username.clone(), Load { name: a.name.clone(), ..Load::default() }));
    let mut loads: BTreeMap<String, Load> = known.collect();
    let overdue = DeskQuery { due_to: Some(today - 1), ..open.clone() };
    let soon = DeskQuery { due_from: Some(today), due_to: Some(today + 7), ..open.clone() };
    let awaiting = DeskQuery { awaiting: true, ..open.clone() };
    let mut add = |query: &DeskQuery, to: fn(&mut Load) -> &mut u64| -> Result<(), Trouble> {
        for (operator, count) in app.registry.desk_groups(query, DeskGroup::Operator)? {
            *to(loads.entry(operator).or_default()) += count;
        }
        Ok(())
    };
    add(&open, |load| &mut load.open)?;
    add(&overdue, |load| &mut load.overdue)?;
    add(&soon, |load| &mut load.soon)?;
    add(&awaiting, |load| &mut load.awaiting)?;
    let meetings = DeskQuery { meeting_from: Some(today), meeting_to: Some(today + 7), ..open.clone() };
    let registrations = DeskQuery { registering: true, ..reach };
    let listed = match of {
        Some(operator) => DeskQuery { operator: Some(operator.to_owned()), ..open },
        None => DeskQuery { unassigned: true, ..open },
    };
    let (rows, next) = app.service.rows(&listed, after, PAGE)?;
    app.saw(who, "elenco", None, None, Some("la sede"))?;
    Ok(Seen {
        loads,
        meetings: app.registry.desk_count(&meetings)?,
        registrations: app.registry.desk_count(&registrations)?,
        people,
        rows,
        next,
    })
}

async fn office(State(app): State<App>, who: Identity, asked: Asked) -> Result<Page, Trouble> {
    let of = asked.get("di").map(str::to_owned);
    let (reader, whose, after) = (who.clone(), of.clone(), cursor(asked.get("dopo")));
    let seen = app.read(move |app| read(app, &reader, whose.as_deref(), after)).await?;
    let next = seen.next.map(|cursor| further("/sede", &asked, cursor));
    let body = html! {
        h1 { "La sede" }
        (said(asked.get("detto")))
        (numbers(&seen))
        (workload(&seen))
        (hand_out(&app, &who, &seen, of.as_deref(), next.as_deref()))
    };
    Ok(Page::new(&app, &who, "La sede", body))
}

fn numbers(seen: &Seen) -> Markup {
    let sum = |of: fn(&Load) -> u64| seen.loads.values().map(of).sum::<u64>();
    let nobody = seen.loads.get("").map_or(0, |load| load.open);
    let overdue = sum(|load| load.overdue);
    html! {
        ul class="lepre-counts" aria-label="In breve" {
            li { a href="/pratiche" { strong { (sum(|load| load.open)) } " pratiche aperte" } }
            li class=[(overdue > 0).then_some("lepre-due-late")] { a href="/pratiche?attende=scadute" { strong { (overdue) } " in ritardo" } }
            li { a href="/scadenzario" { strong { (sum(|load| load.soon)) } " in scadenza entro 7 giorni" } }
            li { a href="/scadenzario" { strong { (seen.meetings) } " appuntamenti entro 7 giorni" } }
            li { a href="/pratiche?attende=dati" { strong { (sum(|load| load.awaiting)) } " attendono dati" } }
            li { a href="/pratiche?stato=tutte&attende=registrazione" { strong { (seen.registrations) } " da registrare" } }
            li { a href="#affidare" { strong { (nobody) } " senza operatore" } }
        }
    }
}

fn workload(seen: &Seen) -> Markup {
    html! {
        section class="lepre-section" aria-labelledby="carico" {
            h2 id="carico" { "Carico di lavoro" }
            div class="lepre-scroll" tabindex="0" role="region" aria-label="Tabella del carico di lavoro" {
                table class="table" {
                    caption { "Pratiche aperte per operatore" }
                    thead { tr {
                        th scope="col" { "Operatore" } th scope="col" { "Aperte" } th scope="col" { "In ritardo" }
                        th scope="col" { "Entro 7 giorni" } th scope="col" { "Attendono dati" } th scope="col" { "Che cosa fare" }
                    } }
                    tbody { @for (username, load) in seen.loads.iter().filter(|(username, _)| !username.is_empty()) {
                        tr {
                            th scope="row" {
                                @if load.name.is_empty() { (username) " " span class="badge lepre-badge bg-secondary" { "non è più della sede" } }
                                @else { (load.name) span class="text-secondary small fw-normal d-block" { (username) } }
                            }
                            td { (load.open) }
                            td { @if load.overdue > 0 { span class="badge lepre-badge bg-danger" { (load.overdue) } } @else { "0" } }
                            td { (load.soon) } td { (load.awaiting) }
                            td { @if load.open > 0 { a href={ "/sede?" (form_urlencoded::Serializer::new(String::new()).append_pair("di", username).finish()) "#affidare" } { "riaffida" span class="visually-hidden" { " le pratiche di " (username) } } } }
                        }
                    } }
                }
            }
        }
    }
}

fn hand_out(app: &App, who: &Identity, seen: &Seen, of: Option<&str>, next: Option<&str>) -> Markup {
    let today = app.service.today();
    let nobody = seen.loads.get("").map_or(0, |load| load.open);
    html! {
        section class="lepre-section" aria-labelledby="affidare" {
            h2 id="affidare" {
                @match of { Some(operator) => { "Pratiche di " (operator) }, None => { "Senza operatore (" (nobody) ")" } }
            }
            @if of.is_some() { p { a href="/sede#affidare" { "Torna alle pratiche senza operatore" } } }
            @if seen.rows.is_empty() {
                (empty(if of.is_some() { "Non ha pratiche aperte." } else { "Ogni pratica della sede ha un operatore." }, Some(("/pratiche", "Tutte le pratiche"))))
            } @else {
                form method="post" action="/sede/affida" {
                    (csrf(who))
                    fieldset {
                        legend class="h6" { "Scegli le pratiche (" (counted(seen.rows.len() as u64, "mostrata", "mostrate")) ")" }
                        ul class="lepre-rows lepre-pick" { @for row in &seen.rows { (pick(who, row, today)) } }
                    }
                    (next_page(next))
                    div class="lepre-grid mt-3" {
                        (field("operatore", "Affida a").choices(people_choices(&seen.people)))
                        (field("motivo", "Motivo (facoltativo)").hint("resta nella storia della pratica"))
                    }
                    div class="lepre-actions" {
                        button class="btn btn-primary" type="submit" { "Affida le pratiche scelte" }
                        button class="btn btn-outline-primary" type="submit" formaction="/sede/trasferisci" { "Trasferisci le scelte a un'altra sede…" }
                    }
                }
            }
        }
    }
}

/// A case that can be chosen, with the number of the last event its reader has seen.
fn pick(who: &Identity, row: &DeskRow, today: crate::calendar::Day) -> Markup {
    let id = format!("caso-{}", row.head.id);
    html! {
        li {
            div class="form-check" {
                input id=(id) type="checkbox" name="caso" value={ (row.head.id) "." (row.head.sequence) };
                label for=(id) { span class="visually-hidden" { "scegli la pratica di " (super::rows::subject_words(who, &row.subject)) ", " (super::rows::handle(&row.head)) } }
            }
            (case_row(who, row, When::Due, today))
        }
    }
}
