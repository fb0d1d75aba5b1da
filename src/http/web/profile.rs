// SPDX-License-Identifier: EUPL-1.2
//! One's own account: who the service takes one for, the sessions, the tokens for programs.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use uuid::Uuid;

use crate::http::app::App;
use crate::http::auth::{go, tokens};
use crate::http::form::{Asked, Typed};
use crate::http::identity::{Identity, Via};
use crate::http::routes::{Route, Who, form, page};
use crate::http::trouble::Trouble;
use crate::role::Role;
use crate::service::Service;
use crate::store::ApiToken;

use super::layout::Page;
use super::parts::{alert, csrf, field, said, submit};
use super::works::moment;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/profilo", Who::SignedIn, get(profile)),
        form("/profilo/sessioni", Who::SignedIn, post(end_others)),
        form("/profilo/token", Who::SignedIn, post(create)),
        form("/profilo/token/{id}/revoca", Who::SignedIn, post(revoke)),
    ]
}

/// Tokens in use that one account may have.
const MOST: usize = 20;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// For how many days a token may be made.
const LIVES: [u32; 4] = [30, 90, 180, 365];

async fn profile(State(app): State<App>, who: Identity, asked: Asked) -> Result<Page, Trouble> {
    let id = who.account.id;
    let tokens = app.read(move |app| Ok(app.registry.tokens_of(id)?)).await?;
    let done = match asked.get("detto") {
        Some("sessioni") => alert("success", "Le altre sessioni sono state chiuse."),
        other => said(other),
    };
    Ok(shown(&app, &who, &tokens, &Typed::default(), None, &done))
}

fn shown(
    app: &App,
    who: &Identity,
    tokens: &[ApiToken],
    typed: &Typed,
    fault: Option<(&str, &str)>,
    done: &Markup,
) -> Page {
    let account = &who.account;
    let body = html! {
        h1 { "Profilo" }
        (done)
        dl {
            dt { "Nome" } dd { (account.name) }
            dt { "Nome utente" } dd { (account.username) }
            dt { "Ruolo" } dd { (account.role.word()) }
            dt { "Regione" } dd { (account.region.as_deref().unwrap_or("tutte")) }
            @if let Some(office) = &account.office { dt { "Sede" } dd { (office) } }
            dt { "Nomi e codici fiscali nelle esportazioni" } dd { @if account.identities { "sì, e ogni esportazione è registrata" } @else { "no" } }
        }
        p { "Ruolo, regione e sede li cambia l'amministratore regionale." }
        @if account.password.is_some() { p { a href="/password" { "Cambia la password" } } }
        h2 { "Sessioni" }
        @if let Via::Session(session) = &who.via {
            p { "Questa sessione è cominciata il " (moment(session.created_at)) " e finisce al più tardi il " (moment(session.expires_at)) "." }
        }
        form method="post" action="/profilo/sessioni" { (csrf(who)) button class="btn btn-outline-primary" type="submit" { "Chiudi tutte le altre sessioni" } }
        h2 { "Token per i programmi" }
        p { "Con un token un programma entra nell'" a href="/api" { "interfaccia" } " al posto tuo, e ciò che fa è scritto a tuo nome." }
        (listed(app, who, tokens))
        h3 { "Nuovo token" }
        @if let Some(("", words)) = fault { (alert("danger", words)) }
        form method="post" action="/profilo/token" class="lepre-narrow" {
            (csrf(who))
            (field("nome", "A che cosa serve").value(typed.get("nome").unwrap_or_default()).required().autocomplete("off")
                .fault(fault.filter(|(name, _)| *name == "nome").map(|(_, words)| words.to_owned())).hint("per esempio: gestionale della sede"))
            @if writes(who) { (field("scrive", "Può anche scrivere, non solo leggere").checkbox().value(typed.get("scrive").unwrap_or_default())) }
            (field("giorni", "Vale per").choices(LIVES.iter().map(|days| (days.to_string(), format!("{days} giorni"))).collect())
                .value(typed.get("giorni").unwrap_or("90")))
            (submit("Crea il token"))
        }
    };
    Page::new(app, who, "Profilo", body)
}

/// May a token of this account do more than read?
fn writes(who: &Identity) -> bool {
    matches!(who.role(), Role::Operator | Role::OfficeLead)
}

fn is_live(token: &ApiToken, now: i64) -> bool {
    token.revoked_at.is_none() && token.expires_at.is_none_or(|end| now < end)
}

fn listed(app: &App, who: &Identity, tokens: &[ApiToken]) -> Markup {
    let now = app.now();
    html! {
        @if tokens.is_empty() { p class="text-secondary" { "Nessun token." } } @else {
            div class="table-responsive" tabindex="0" role="region" aria-labelledby="tabella-token" {
                table class="table table-sm caption-top" {
                    caption id="tabella-token" { "I tuoi token" }
                    thead { tr { th scope="col" { "A che cosa serve" } th scope="col" { "Può" } th scope="col" { "Creato" } th scope="col" { "Ultimo uso" } th scope="col" { "Vale" } th scope="col" { "Revoca" } } }
                    tbody { @for token in tokens { tr {
                        th scope="row" { (token.label) }
                        td { @if token.writes { "leggere e scrivere" } @else { "leggere" } }
                        td { (moment(token.created_at)) }
                        td { @match token.used_at { Some(at) => (moment(at)), None => "mai" } }
                        td {
                            @if let Some(at) = token.revoked_at { "revocato il " (moment(at)) }
                            @else if let Some(end) = token.expires_at { @if now < end { "fino al " (moment(end)) } @else { "scaduto il " (moment(end)) } }
                            @else { "senza scadenza" }
                        }
                        td { @if is_live(token, now) {
                            form method="post" action={ "/profilo/token/" (token.id) "/revoca" } {
                                (csrf(who))
                                button class="btn btn-xs btn-outline-danger" type="submit" { "Revoca" span class="visually-hidden" { " il token " (token.label) } }
                            }
                        } }
                    } } }
                }
            }
        }
    }
}

async fn end_others(State(app): State<App>, who: Identity) -> Result<Response, Trouble> {
    let id = who.account.id;
    let own = match &who.via {
        Via::Session(session) => Some(session.digest),
        Via::Token { .. } => None,
    };
    app.write(move |app| {
        app.registry.end_sessions_of(id, own)?;
        app.sessions.forget_account(id);
        Ok(())
    })
    .await?;
    Ok(go("/profilo?detto=sessioni"))
}

async fn create(State(app): State<App>, who: Identity, typed: Typed) -> Result<Response, Trouble> {
    let label = typed.get("nome").unwrap_or_default().to_owned();
    let days =
        typed.get("giorni").and_then(|days| days.parse::<u32>().ok()).filter(|days| LIVES.contains(days)).unwrap_or(90);
    let id = who.account.id;
    let known = app.read(move |app| Ok(app.registry.tokens_of(id)?)).await?;
    let live = known.iter().filter(|token| is_live(token, app.now())).count();
    let fault = if label.is_empty() || label.chars().count() > 80 {
        Some(("nome", "serve, e ha al massimo 80 caratteri".to_owned()))
    } else if live >= MOST {
        Some(("", format!("Hai già {MOST} token in uso: revocane uno.")))
    } else {
        None
    };
    if let Some((name, words)) = fault {
        let page = shown(&app, &who, &known, &typed, Some((name, &words)), &html! {});
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let writes = writes(&who) && typed.get("scrive") == Some("true");
    let (secret, digest) = tokens::new_secret().map_err(|why| Trouble::Internal { why })?;
    let now = app.now();
    let token = ApiToken {
        id: Service::new_id(),
        digest,
        account: id,
        label: label.clone(),
        writes,
        created_at: now,
        expires_at: Some(now.saturating_add(i64::from(days) * DAY_MS)),
        revoked_at: None,
        used_at: None,
    };
    app.write(move |app| Ok(app.registry.put_token(token)?)).await?;
    app.saw(&who, "token-creato", None, None, None)?;
    let body = html! {
        h1 { "Token creato" }
        p { "Il token «" (label) "» può " @if writes { "leggere e scrivere" } @else { "solo leggere" } " e vale " (days) " giorni." }
        p { code class="lepre-secret" { (secret) } }
        p { strong { "Si vede solo adesso:" } " copialo dove servirà. Se lo perdi, revocalo e creane un altro." }
        p { "Un programma lo manda così: " code { "Authorization: Bearer …" } }
        p { a href="/profilo" { "Torna al profilo" } }
    };
    Ok(Page::new(&app, &who, "Token creato", body).into_response())
}

async fn revoke(State(app): State<App>, who: Identity, Path(id): Path<String>) -> Result<Response, Trouble> {
    let id: Uuid = id.parse().map_err(|_| Trouble::not_found("il token non esiste"))?;
    let account = who.account.id;
    app.write(move |app| {
        // Only one's own: another's token is as if it were not there.
        if !app.registry.tokens_of(account)?.iter().any(|token| token.id == id) {
            return Err(Trouble::not_found("il token non esiste"));
        }
        app.registry.revoke_token(id, app.now())?;
        app.saw(&who, "token-revocato", None, None, None)
    })
    .await?;
    Ok(go("/profilo?detto=revocato"))
}
