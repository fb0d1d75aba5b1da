// SPDX-License-Identifier: EUPL-1.2
//! The scadenzario for calendar programs. They send neither cookies nor headers, so that the key stands in the address:
//! whoever has the address reads the feed. Therefore the feed holds no name and no code, only level, number of the case and
//! what is due; the key opens nothing else, is kept only as its hash, ends after a year, and can be withdrawn at once.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use uuid::Uuid;

use crate::engine::{Meeting, Minute};
use crate::http::app::App;
use crate::http::auth::{go, tokens as secrets};
use crate::http::form::Typed;
use crate::http::guard::RequestId;
use crate::http::ical::{Entry, calendar};
use crate::http::identity::{Identity, Via};
use crate::http::routes::{LEAD, Route, form, page, plain};
use crate::http::trouble::Trouble;
use crate::role::Role;
use crate::service::{Ending, Service};
use crate::store::{ApiToken, CaseHead, Desk, DeskCursor, DeskOrder, DeskQuery};

use super::layout::Page;
use super::parts::{breadcrumb, csrf, day};
use super::rows::{day_of, handle, plain as written, what_words};

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/scadenzario.ics", LEAD, get(own)),
        form("/scadenzario/indirizzo", LEAD, post(make)),
        form("/scadenzario/indirizzo/revoca", LEAD, post(revoke)),
        plain("/calendario/{chiave}", get(by_key)),
    ]
}

/// What such a key is called among the tokens of an account.
const LABEL: &str = "calendario";
/// How long it is good for.
const LIFE_MS: i64 = 365 * 24 * 60 * 60 * 1_000;
/// Keys of one account at once.
const MOST: usize = 5;
/// Days before today and after it.
const BACK: i32 = 60;
const AHEAD: i32 = 400;
/// Rows read in one go, and how many times at most.
const BATCH: u32 = 500;
const ROUNDS: usize = 10;

/// What is kept of a key. Made otherwise than the digest of a token for programs: the same secret can never be both, so
/// that who finds the address of a calendar cannot ask the interface for anything.
fn digest(secret: &str) -> [u8; 32] {
    secrets::digest(&format!("{LABEL}:{secret}"))
}

/// The live keys of who asks.
pub fn tokens(app: &App, who: &Identity) -> Result<Vec<ApiToken>, Trouble> {
    let now = app.now();
    let live = |token: &ApiToken| {
        token.label == LABEL && token.revoked_at.is_none() && token.expires_at.is_none_or(|end| now < end)
    };
    Ok(app.registry.tokens_of(who.account.id)?.into_iter().filter(live).collect())
}

async fn own(State(app): State<App>, who: Identity) -> Result<Response, Trouble> {
    app.read(move |app| feed(app, &who)).await
}

async fn by_key(
    State(app): State<App>,
    Path(key): Path<String>,
    Extension(RequestId(request)): Extension<RequestId>,
) -> Result<Response, Trouble> {
    app.read(move |app| {
        let gone = || Trouble::not_found("l'indirizzo del calendario non vale, o non vale più");
        let digest = digest(key.strip_suffix(".ics").unwrap_or(&key));
        let token = app.registry.token(&digest)?.filter(|token| token.label == LABEL).ok_or_else(gone)?;
        let now = app.now();
        if token.revoked_at.is_some() || token.expires_at.is_some_and(|end| now >= end) {
            return Err(gone());
        }
        let account = app.registry.account(token.account)?.filter(|account| !account.disabled).ok_or_else(gone)?;
        // Whoever no longer leads an office has no feed of it.
        if account.role != Role::OfficeLead {
            return Err(gone());
        }
        app.registry.use_token(token.id, now)?;
        feed(app, &Identity { account: Arc::new(account), via: Via::Token { writes: false }, request })
    })
    .await
}

fn feed(app: &App, who: &Identity) -> Result<Response, Trouble> {
    let today = app.service.today();
    let open = DeskQuery { closed: Some(false), ..who.reach()? };
    let (first, last) = (today.add_days(-BACK), today.add_days(AHEAD));
    let endings = app.service.endings(&open, first, last)?;
    let mut entries: Vec<Entry> = endings.iter().filter_map(|ending| term(app, ending)).collect();
    // A case with several is found by the first, which may be of before.
    let called = DeskQuery { meeting_to: Some(last.number()), order: DeskOrder::Meeting, ..open };
    each(app, &called, |head, _| {
        let held = app.service.meetings_between(head.id, first, last)?;
        entries.extend(held.iter().map(|held| meeting(app, head, held)));
        Ok(())
    })?;
    app.saw(who, LABEL, None, None, None)?;
    let office = who.account.office.as_deref().unwrap_or_default();
    let known = who.account.region.as_deref().and_then(|region| app.service.library().office_name(region, office));
    let name = format!("Scadenzario, {}", known.unwrap_or_else(|| office.to_owned()));
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8")),
        (CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"scadenzario.ics\"")),
    ];
    Ok((headers, calendar(&name, app.now(), &entries)).into_response())
}

fn each(
    app: &App,
    query: &DeskQuery,
    mut take: impl FnMut(&CaseHead, &Desk) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    let mut after = None;
    for _ in 0..ROUNDS {
        let page = app.registry.desks(query, after, BATCH)?;
        for (head, desk) in &page {
            take(head, desk)?;
        }
        match page.last() {
            Some((_, last)) if page.len() == BATCH as usize => after = Some(DeskCursor::of(last, query.order)),
            _ => break,
        }
    }
    Ok(())
}

fn term(app: &App, ending: &Ending) -> Option<Entry> {
    let Ending { head, desk, term, .. } = ending;
    let on = desk.due_on.and_then(day_of)?;
    Some(Entry {
        uid: format!("termine-{}-{term}@lepre", head.id),
        sequence: head.sequence,
        on,
        at: None,
        summary: format!("Livello {} · {} · pratica {}", head.level, written(&desk.what), handle(head)),
        description: what_words(desk, app.service.today()),
        url: format!("{}/pratiche/{}", app.config.base_url(), head.id),
    })
}

fn meeting(app: &App, head: &CaseHead, held: &Meeting) -> Entry {
    Entry {
        uid: format!("appuntamento-{}-{}@lepre", head.id, held.sequence),
        sequence: head.sequence,
        on: held.on,
        at: held.time,
        summary: format!("Appuntamento · livello {} · pratica {}", head.level, handle(head)),
        description: String::new(),
        url: format!("{}/pratiche/{}", app.config.base_url(), head.id),
    }
}

/// The ways to the feed, at the end of the scadenzario. `fresh` is an address just made: it is shown this once.
pub fn offer(who: &Identity, tokens: &[ApiToken], fresh: Option<&str>) -> Markup {
    html! {
        section class="lepre-section lepre-no-print" aria-labelledby="calendario" {
            h2 id="calendario" { "Nel tuo programma di calendario" }
            p { a href="/scadenzario.ics" { "Scarica lo scadenzario (iCalendar)" } }
            @if let Some(address) = fresh {
                div class="alert alert-success" role="status" {
                    p { "L'indirizzo è pronto. Copialo adesso: non sarà più mostrato." }
                    p { code { (address) } }
                }
            }
            p { "Un indirizzo segreto fa aggiornare da sé il tuo programma. Chi ha l'indirizzo legge lo scadenzario: non contiene nomi né codici fiscali, solo livello, numero della pratica e che cosa scade. Non darlo ad altri; se è finito in mani sbagliate, revocalo." }
            @if !tokens.is_empty() {
                ul { @for token in tokens {
                    li {
                        "indirizzo creato " (instant_words(token.created_at)) ", "
                        @match token.used_at { Some(used) => { "letto l'ultima volta " (instant_words(used)) }, None => "mai letto" }
                        form method="post" action="/scadenzario/indirizzo/revoca" class="d-inline" {
                            (csrf(who))
                            input type="hidden" name="chiave" value=(token.id);
                            " " button class="btn btn-xs btn-outline-danger" type="submit" { "Revoca" span class="visually-hidden" { " l'indirizzo creato " (instant_words(token.created_at)) } }
                        }
                    }
                } }
            }
            @if tokens.len() < MOST {
                form method="post" action="/scadenzario/indirizzo" {
                    (csrf(who))
                    button class="btn btn-outline-primary" type="submit" { "Crea un indirizzo segreto" }
                }
            }
        }
    }
}

fn instant_words(at: i64) -> Markup {
    let (on, minute) = crate::calendar::rome::today(at.div_euclid(1_000));
    html! { "il " (day(on)) @if let Some(minute) = Minute::new(minute) { " alle " (minute) } }
}

async fn make(State(app): State<App>, who: Identity) -> Result<Page, Trouble> {
    let maker = who.clone();
    let (secret, tokens) = app
        .write(move |app| {
            if tokens(app, &maker)?.len() >= MOST {
                return Err(Trouble::bad("", format!("gli indirizzi sono già {MOST}: revocane uno")));
            }
            let (secret, _) = secrets::new_secret().map_err(|why| Trouble::Internal { why })?;
            let now = app.now();
            app.registry.put_token(ApiToken {
                id: Service::new_id(),
                digest: digest(&secret),
                account: maker.account.id,
                label: LABEL.into(),
                writes: false,
                created_at: now,
                expires_at: Some(now.saturating_add(LIFE_MS)),
                revoked_at: None,
                used_at: None,
            })?;
            Ok((secret, tokens(app, &maker)?))
        })
        .await?;
    let address = format!("{}/calendario/{secret}.ics", app.config.base_url());
    let body = html! {
        (breadcrumb(&[("/scadenzario", "Scadenzario")], "Calendario"))
        h1 { "Indirizzo del calendario" }
        (offer(&who, &tokens, Some(&address)))
    };
    Ok(Page::new(&app, &who, "Indirizzo del calendario", body))
}

async fn revoke(State(app): State<App>, who: Identity, typed: Typed) -> Result<Response, Trouble> {
    let wanted = typed.need("chiave")?.parse::<Uuid>().map_err(|_| Trouble::bad("chiave", "non è un indirizzo"))?;
    app.write(move |app| {
        // Only one's own: anybody else's is as if it were not there.
        if tokens(app, &who)?.iter().any(|token| token.id == wanted) {
            app.registry.revoke_token(wanted, app.now())?;
        }
        Ok(())
    })
    .await?;
    Ok(go("/scadenzario#calendario"))
}
