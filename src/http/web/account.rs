// SPDX-License-Identifier: EUPL-1.2
//! One account: what it may, and what its administrator does about it. Nobody changes their own account here, so that no
//! administrator shuts themselves out or gives themselves more.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::html;
use uuid::Uuid;

use crate::http::app::App;
use crate::http::auth::{go, password};
use crate::http::form::{Asked, Typed};
use crate::http::identity::Identity;
use crate::http::routes::{ADMIN, Route, form, page};
use crate::http::trouble::{FieldFault, Trouble};
use crate::store::Account;

use super::accounts::{Said, fields, state_words, taken, what, within};
use super::layout::Page;
use super::parts::{alert, breadcrumb, csrf, submit};
use super::works::moment;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/account/{id}", ADMIN, get(account)),
        form("/account/{id}", ADMIN, post(change)),
        form("/account/{id}/disabilita", ADMIN, post(disable)),
        form("/account/{id}/abilita", ADMIN, post(enable)),
        form("/account/{id}/password", ADMIN, post(reset)),
    ]
}

/// The account, if this administrator may know of it.
fn find(app: &App, who: &Identity, id: Uuid) -> Result<Account, Trouble> {
    let found = app.registry.account(id)?.filter(|account| within(who, account));
    found.ok_or_else(|| Trouble::not_found("l'account non esiste, o non è della tua regione"))
}

/// As [`find`], to change it.
fn find_other(app: &App, who: &Identity, id: Uuid) -> Result<Account, Trouble> {
    if id == who.account.id {
        return Err(Trouble::Forbidden { why: "il tuo account lo cambia un altro amministratore".into() });
    }
    find(app, who, id)
}

fn parsed(id: &str) -> Result<Uuid, Trouble> {
    id.parse().map_err(|_| Trouble::not_found("l'account non esiste, o non è della tua regione"))
}

async fn account(State(app): State<App>, who: Identity, Path(id): Path<String>, asked: Asked) -> Result<Page, Trouble> {
    let (id, reader) = (parsed(&id)?, who.clone());
    let account = app.read(move |app| find(app, &reader, id)).await?;
    Ok(shown(&app, &who, &account, None, &[], asked.get("detto")))
}

/// What has been done, in words of ours.
fn done_words(code: &str) -> Option<&'static str> {
    match code {
        "cambiato" => Some(
            "L'account è stato cambiato. Se il ruolo, la regione o la sede sono altri, le sue sessioni sono state chiuse.",
        ),
        "disabilitato" => Some("L'account è disabilitato: le sue sessioni sono chiuse e i suoi token non valgono."),
        "abilitato" => Some("L'account è di nuovo abilitato."),
        _ => None,
    }
}

/// The fields of an account as a form would have sent them.
fn as_typed(account: &Account) -> Typed {
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("nome", &account.name)
        .append_pair("ruolo", account.role.word())
        .append_pair("regione", account.region.as_deref().unwrap_or_default())
        .append_pair("sede", account.office.as_deref().unwrap_or_default())
        .append_pair("esterno", account.external.as_deref().unwrap_or_default())
        .append_pair("identita", if account.identities { "true" } else { "" })
        .finish();
    Typed::read(body.as_bytes()).unwrap_or_default()
}

fn shown(
    app: &App,
    who: &Identity,
    account: &Account,
    typed: Option<&Typed>,
    faults: &[FieldFault],
    detto: Option<&str>,
) -> Page {
    let own = account.id == who.account.id;
    let kept = typed.cloned().unwrap_or_else(|| as_typed(account));
    let base = format!("/account/{}", account.id);
    let body = html! {
        (breadcrumb(&[("/account", "Account")], &account.username))
        h1 { (account.username) }
        @if let Some(words) = detto.and_then(done_words) { (alert("success", words)) }
        @if !faults.is_empty() { (alert("danger", "Nulla è stato cambiato: correggi i campi segnati.")) }
        dl {
            dt { "Stato" } dd { (state_words(account, app.now())) }
            dt { "Creato" } dd { (moment(account.created_at)) }
            dt { "Entra" } dd { @if account.password.is_some() { "con la password" } @else { "solo dal portale della Regione" } }
            dt { "Regione" } dd { (account.region.as_deref().unwrap_or("tutte")) }
            @if own {
                dt { "Nome" } dd { (account.name) }
                dt { "Ruolo" } dd { (account.role.word()) }
            }
        }
        @if own { (alert("info", "È il tuo account: ruolo, sede e accesso li cambia un altro amministratore. La password si cambia dal profilo.")) } @else {
            h2 { "Chi è e che cosa può fare" }
            form method="post" action=(base) class="lepre-narrow" {
                (csrf(who))
                (fields(app, who, &kept, faults, account.region.as_deref()))
                (submit("Cambia l'account"))
            }
            h2 { "Password" }
            p { "Una password nuova, da usare una volta sola: al primo accesso chi entra ne sceglie una sua. Le sessioni aperte si chiudono." }
            form method="post" action={ (base) "/password" } { (csrf(who)) (submit("Dai una password nuova")) }
            h2 { "Accesso" }
            @if account.disabled {
                form method="post" action={ (base) "/abilita" } { (csrf(who)) (submit("Abilita l'account")) }
            } @else {
                p { "Disabilitato, l'account non entra più e i suoi token non valgono; ciò che ha scritto resta." }
                form method="post" action={ (base) "/disabilita" } { (csrf(who)) button class="btn btn-danger" type="submit" { "Disabilita l'account" } }
            }
        }
    };
    Page::new(app, who, &format!("Account {}", account.username), body)
}

/// Stores an account and ends its sessions: whoever is in comes in again with what they may now.
fn put(
    app: &App,
    who: &Identity,
    account: &Account,
    ends: bool,
    done: &str,
) -> Result<Result<(), FieldFault>, Trouble> {
    if let Err(error) = app.registry.put_account(account.clone()) {
        return taken(error).map(Err);
    }
    if ends {
        app.registry.end_sessions_of(account.id, None)?;
    }
    app.sessions.forget_account(account.id);
    app.drawn.forget();
    app.saw(who, done, None, None, Some(&what(account)))?;
    Ok(Ok(()))
}

async fn change(
    State(app): State<App>,
    who: Identity,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Trouble> {
    let id = parsed(&id)?;
    let (author, given) = (who.clone(), typed.clone());
    let changed = app
        .write(move |app| {
            let before = find_other(app, &author, id)?;
            let said = match Said::read(app, &author, &given) {
                Ok(said) => said,
                Err(faults) => return Ok(Err((before, faults))),
            };
            let after = Account {
                name: said.name,
                role: said.role,
                region: said.region,
                office: said.office,
                external: said.external,
                identities: said.identities,
                ..before.clone()
            };
            if after.password.is_none() && after.external.is_none() {
                let fault = FieldFault::new("esterno", "serve: l'account non ha una password");
                return Ok(Err((before, vec![fault])));
            }
            let ends = (before.role, &before.region, &before.office, &before.external, before.identities)
                != (after.role, &after.region, &after.office, &after.external, after.identities);
            match put(app, &author, &after, ends, "account-cambiato")? {
                Ok(()) => Ok(Ok(())),
                Err(fault) => Ok(Err((before, vec![fault]))),
            }
        })
        .await?;
    Ok(match changed {
        Ok(()) => go(&format!("/account/{id}?detto=cambiato")),
        Err((account, faults)) => {
            let page = shown(&app, &who, &account, Some(&typed), &faults, None);
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
    })
}

async fn able(app: App, who: Identity, id: &str, disabled: bool) -> Result<Response, Trouble> {
    let (id, author) = (parsed(id)?, who);
    let done = if disabled { "disabilitato" } else { "abilitato" };
    app.write(move |app| {
        let account = Account { disabled, ..find_other(app, &author, id)? };
        let action = if disabled { "account-disabilitato" } else { "account-abilitato" };
        // The username and the external identity stay: nothing can be taken.
        put(app, &author, &account, disabled, action)?.map_err(|fault| Trouble::bad(&fault.field, fault.message))
    })
    .await?;
    Ok(go(&format!("/account/{id}?detto={done}")))
}

async fn disable(State(app): State<App>, who: Identity, Path(id): Path<String>) -> Result<Response, Trouble> {
    able(app, who, &id, true).await
}

async fn enable(State(app): State<App>, who: Identity, Path(id): Path<String>) -> Result<Response, Trouble> {
    able(app, who, &id, false).await
}

async fn reset(State(app): State<App>, who: Identity, Path(id): Path<String>) -> Result<Response, Trouble> {
    let (id, author) = (parsed(&id)?, who.clone());
    let (account, first) = app
        .slowly(move |app| {
            let before = find_other(app, &author, id)?;
            let internal = |why| Trouble::Internal { why };
            let first = password::initial().map_err(internal)?;
            let hash = password::hashed(&first).map_err(internal)?;
            let account =
                Account { password: Some(hash), must_change: true, failures: 0, locked_until: None, ..before };
            put(app, &author, &account, true, "account-password")?
                .map_err(|fault| Trouble::bad(&fault.field, fault.message))?;
            app.registry.login_succeeded(id)?;
            Ok((account, first))
        })
        .await?;
    Ok(once(&app, &who, &account, Some(&first), "La password è stata cambiata e le sessioni sono state chiuse.")
        .into_response())
}

/// What is shown once and never again.
pub(super) fn once(app: &App, who: &Identity, account: &Account, first: Option<&str>, words: &str) -> Page {
    let body = html! {
        (breadcrumb(&[("/account", "Account")], &account.username))
        h1 { (account.username) }
        (alert("success", words))
        @match first {
            Some(first) => {
                p { "Nome utente: " code { (account.username) } }
                p { "Password per il primo accesso: " code class="lepre-secret" { (first) } }
                p { strong { "Si vede solo adesso." } " Consegnala a voce o su carta a chi la userà: al primo accesso ne sceglierà una sua." }
            },
            None => p { "Entra dal portale della Regione, con l'identità indicata." },
        }
        p { a href={ "/account/" (account.id) } { "Vai all'account" } }
    };
    Page::new(app, who, &format!("Account {}", account.username), body)
}
