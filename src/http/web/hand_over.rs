// SPDX-License-Identifier: EUPL-1.2
//! Many cases handed over at once, to an operator or to another office: each on its own, so that one refused stops none.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use maud::{Markup, html};
use uuid::Uuid;

use crate::engine::{Event, EventKind};
use crate::http::app::App;
use crate::http::form::Typed;
use crate::http::identity::Identity;
use crate::http::routes::{LEAD, Route, form};
use crate::http::trouble::Trouble;
use crate::service::DeskRow;
use crate::store::Account;

use super::layout::Page;
use super::office::{people, people_choices};
use super::parts::{alert, breadcrumb, csrf, field, submit};
use super::rows::{counted, handle, short, subject_words};
use super::sheet::ticked;

pub(super) fn routes() -> Vec<Route> {
    vec![form("/sede/affida", LEAD, post(assign)), form("/sede/trasferisci", LEAD, post(transfer))]
}

/// Cases handed over in one go.
const MOST: usize = 200;

/// A case that was chosen: its id, and the last event its reader had seen.
type Chosen = (Uuid, u32);

/// What became of one of them.
struct Line {
    name: String,
    /// None if it may not be known.
    case: Option<Uuid>,
    fault: Option<String>,
}

fn chosen(typed: &Typed) -> Vec<Chosen> {
    let read = |text: &str| {
        let (case, sequence) = text.split_once('.')?;
        Some((Uuid::parse_str(case).ok()?, sequence.parse().ok()?))
    };
    let mut chosen: Vec<Chosen> = Vec::new();
    for one in typed.all("caso").filter_map(read).take(MOST) {
        if !chosen.iter().any(|(case, _)| *case == one.0) {
            chosen.push(one);
        }
    }
    chosen
}

/// The row of a case within reach.
fn row(app: &App, who: &Identity, case: Uuid) -> Result<DeskRow, Trouble> {
    let view = app.service.case(case)?;
    let desk = app.service.desk(&view);
    who.require_case(&view.head, Some(&desk))?;
    let subject = app.service.store().subject(view.head.subject)?;
    let subject = subject.ok_or_else(|| Trouble::not_found("la pratica non esiste, o non è della tua sede"))?;
    Ok(DeskRow { head: view.head.clone(), desk, subject, warning: None })
}

fn hand_over(app: &App, who: &Identity, cases: &[Chosen], kind: &EventKind) -> Result<Vec<Line>, Trouble> {
    let service = app.service.acting(who.username());
    let on = app.service.today();
    let mut lines = Vec::with_capacity(cases.len());
    for (case, expected) in cases {
        let row = match row(app, who, *case) {
            Ok(row) => row,
            Err(Trouble::NotFound { what }) => {
                lines.push(Line { name: short(*case), case: None, fault: Some(what) });
                continue;
            }
            Err(trouble) => return Err(trouble),
        };
        let event = Event { on, time: None, kind: kind.clone() };
        let done = service.record_seen(*case, *expected, &[event], None).map_err(Trouble::from);
        let fault = done.err().map(|trouble| match trouble.help() {
            Some(help) => format!("{}; {help}", trouble.detail()),
            None => trouble.detail(),
        });
        lines.push(Line { name: subject_words(who, &row.subject), case: Some(*case), fault });
    }
    Ok(lines)
}

async fn assign(State(app): State<App>, who: Identity, typed: Typed) -> Result<Response, Trouble> {
    let cases = chosen(&typed);
    let (writer, picked, operator) = (who.clone(), cases.clone(), typed.get("operatore").map(str::to_owned));
    let reason = typed.get("motivo").map(Into::into);
    let (people, lines) = app
        .write(move |app| {
            let people = people(app, &writer)?;
            let known = people.iter().find(|account| Some(&account.username) == operator.as_ref());
            let lines = match known {
                Some(account) if !picked.is_empty() => {
                    let operator = Some(account.username.as_str().into());
                    let kind = EventKind::CaseEntrusted { operator, office: None, reason };
                    Some(hand_over(app, &writer, &picked, &kind)?)
                }
                _ => None,
            };
            Ok((people, lines))
        })
        .await?;
    Ok(match lines {
        Some(lines) => {
            let to = typed.get("operatore").unwrap_or_default();
            report_page(&app, &who, &format!("Affidate a {to}"), &lines).into_response()
        }
        None => {
            let page = choose_page(&app, &who, &typed, &cases, &people);
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
    })
}

/// Asks again for what was missing, keeping what was chosen.
fn choose_page(app: &App, who: &Identity, typed: &Typed, cases: &[Chosen], people: &[Account]) -> Page {
    let body = html! {
        (breadcrumb(&[("/sede", "La sede")], "Affida"))
        h1 { "Affida" }
        @if cases.is_empty() { (nothing_chosen()) } @else {
            p { (counted(cases.len() as u64, "pratica scelta", "pratiche scelte")) ". Nulla è stato scritto." }
            form method="post" action="/sede/affida" {
                (csrf(who))
                (kept(cases))
                (field("operatore", "Affida a").choices(people_choices(people)).required().fault(Some("scegli un operatore della sede".into())))
                (field("motivo", "Motivo (facoltativo)").value(typed.get("motivo").unwrap_or_default()))
                (submit("Affida le pratiche scelte"))
            }
        }
    };
    Page::new(app, who, "Affida", body)
}

fn nothing_chosen() -> Markup {
    html! {
        (alert("warning", "Non hai scelto nessuna pratica: spunta le caselle accanto alle pratiche."))
        p { a href="/sede#affidare" { "Torna alla sede" } }
    }
}

fn kept(cases: &[Chosen]) -> Markup {
    html! { @for (case, sequence) in cases { input type="hidden" name="caso" value={ (case) "." (sequence) }; } }
}

/// The offices of a region: name in the specifications, and name for people.
fn offices(app: &App, who: &Identity) -> Vec<(String, String)> {
    let library = app.service.library();
    let Some(region) = who.account.region.as_deref().and_then(|region| library.specs().region(region)) else {
        return Vec::new();
    };
    let listed = region.region.offices.0.iter().map(|entry| (entry.name.value.0.clone(), entry.value.name.clone()));
    listed.filter(|(office, _)| Some(office) != who.account.office.as_ref()).collect()
}

async fn transfer(State(app): State<App>, who: Identity, typed: Typed) -> Result<Response, Trouble> {
    let cases = chosen(&typed);
    let offices = offices(&app, &who);
    let to = typed.get("sede").filter(|to| offices.iter().any(|(office, _)| office == to)).map(str::to_owned);
    let reason = typed.get("motivo").map(str::to_owned);
    let asked = typed.get("conferma") == Some("true");
    let (writer, picked) = (who.clone(), cases.clone());
    if let (true, Some(to), Some(reason), false) = (asked, to.clone(), reason.clone(), cases.is_empty()) {
        let name = offices.iter().find(|(office, _)| *office == to).map_or(to.clone(), |(_, name)| name.clone());
        let kind = EventKind::CaseEntrusted {
            operator: None,
            office: Some(to.as_str().into()),
            reason: Some(reason.as_str().into()),
        };
        let lines = app.write(move |app| hand_over(app, &writer, &picked, &kind)).await?;
        return Ok(report_page(&app, &who, &format!("Trasferite a {name}"), &lines).into_response());
    }
    let rows = app
        .read(move |app| {
            let rows = picked.iter().map(|(case, _)| row(app, &writer, *case));
            Ok(rows.filter_map(Result::ok).collect::<Vec<DeskRow>>())
        })
        .await?;
    let fault = |missing: bool, words: &str| (asked && missing).then(|| words.to_owned());
    let choices = std::iter::once((String::new(), "scegli".to_owned())).chain(offices.iter().cloned()).collect();
    let body = html! {
        (breadcrumb(&[("/sede", "La sede")], "Trasferisci"))
        h1 { "Trasferisci a un'altra sede" }
        @if rows.is_empty() { (nothing_chosen()) }
        @else if offices.is_empty() {
            (alert("warning", "Le specifiche della regione non elencano altre sedi: le aggiunge chi amministra le specifiche."))
            p { a href="/sede#affidare" { "Torna alla sede" } }
        } @else {
            p { "Le pratiche qui sotto passeranno alla sede che scegli, senza operatore: la loro storia e i loro termini restano gli stessi, e da qui non si vedranno più. Può restituirle solo quella sede." }
            ul { @for row in &rows { li { (subject_words(&who, &row.subject)) ", livello " (row.head.level) ", pratica " (handle(&row.head)) } } }
            form method="post" action="/sede/trasferisci" {
                (csrf(&who))
                (kept(&cases))
                input type="hidden" name="conferma" value="true";
                (field("sede", "Sede").choices(choices).value(to.clone().unwrap_or_default()).required().fault(fault(to.is_none(), "scegli una sede")))
                (field("motivo", "Motivo").value(reason.clone().unwrap_or_default()).required().fault(fault(reason.is_none(), "scrivi perché")).hint("resta nella storia di ogni pratica"))
                div class="lepre-actions" {
                    (submit("Trasferisci le pratiche"))
                    a class="btn btn-outline-primary" href="/sede#affidare" { "Lasciale qui" }
                }
            }
        }
    };
    let status = if asked || rows.is_empty() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, Page::new(&app, &who, "Trasferisci", body)).into_response())
}

fn report_page(app: &App, who: &Identity, title: &str, lines: &[Line]) -> Page {
    let (done, refused): (Vec<&Line>, Vec<&Line>) = lines.iter().partition(|line| line.fault.is_none());
    let body = html! {
        (breadcrumb(&[("/sede", "La sede")], title))
        h1 { (title) }
        @if !done.is_empty() { (alert("success", &format!("Fatto per {}.", counted(done.len() as u64, "pratica", "pratiche")))) }
        @if !refused.is_empty() {
            (alert("danger", &format!("Non fatto per {}: ognuna dice perché. Le altre non ne risentono.", counted(refused.len() as u64, "pratica", "pratiche"))))
            h2 class="h4" { "Non fatte" }
            ul { @for line in &refused { li { (named(line)) ": " (ticked(line.fault.as_deref().unwrap_or_default())) "." } } }
        }
        @if !done.is_empty() {
            h2 class="h4" { "Fatte" }
            ul { @for line in &done { li { (named(line)) } } }
        }
        p class="mt-4" { a class="btn btn-primary" href="/sede#affidare" { "Torna alla sede" } }
    };
    Page::new(app, who, title, body)
}

fn named(line: &Line) -> Markup {
    html! {
        @match line.case {
            Some(case) => a href={ "/pratiche/" (case) } { (line.name) span class="visually-hidden" { ", pratica " (short(case)) } },
            None => (line.name),
        }
    }
}
