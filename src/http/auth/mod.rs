// SPDX-License-Identifier: EUPL-1.2
//! Signing in and out, the first password, the first administrator.

pub(super) mod oidc;
pub mod password;
pub(super) mod proxy;
pub(super) mod sessions;
pub mod tokens;

use axum::Extension;
use axum::extract::State;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::html;

use crate::role::Role;
use crate::service::Service;
use crate::store::Account;

use super::app::App;
use super::form::{Asked, Typed};
use super::guard::RequestId;
use super::identity::{Identity, Via};
use super::routes::{Kind, Route, Who, form, page};
use super::trouble::Trouble;
use super::web::layout::{Page, blank_page};
use super::web::parts::{alert, csrf, field, submit};

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        page("/accesso", Who::Everyone, get(sign_in_page)),
        Route { method: "POST", path: "/accesso", kind: Kind::Form, who: Who::Everyone, handler: post(sign_in) },
        form("/uscita", Who::SignedIn, post(sign_out)),
        page("/password", Who::SignedIn, get(password_page)),
        form("/password", Who::SignedIn, post(change_password)),
        page("/primo-accesso", Who::Everyone, get(first_page)),
        Route { method: "POST", path: "/primo-accesso", kind: Kind::Form, who: Who::Everyone, handler: post(first) },
    ];
    routes.extend(oidc::routes());
    routes
}

/// The secret of the forms of a page seen before signing in: an old cookie's or a new one's, with the line that sets it.
fn form_cookie(app: &App, headers: &HeaderMap) -> Result<(String, Option<String>), Trouble> {
    let known = sessions::cookie(headers, sessions::FORM_COOKIE).map(str::to_owned);
    let (value, set) = match known {
        Some(value) if value.len() >= 20 => (value, None),
        _ => {
            let (value, _) = tokens::new_secret().map_err(|why| Trouble::Internal { why })?;
            let set = sessions::set_cookie(&app.config, sessions::FORM_COOKIE, &value);
            (value, Some(set))
        }
    };
    Ok((tokens::form_token(&tokens::sealed(&app.key, value.as_bytes())), set))
}

async fn sign_in_page(
    State(app): State<App>,
    asked: Asked,
    headers: HeaderMap,
    who: Option<Identity>,
) -> Result<Response, Trouble> {
    if who.is_some() {
        return Ok(go("/"));
    }
    sign_in_form(&app, &headers, asked.get("poi").unwrap_or("/"), "", None)
}

fn sign_in_form(
    app: &App,
    headers: &HeaderMap,
    then: &str,
    username: &str,
    fault: Option<&str>,
) -> Result<Response, Trouble> {
    let (token, set) = form_cookie(app, headers)?;
    let body = html! {
        h1 { "Accesso" }
        @if let Some(fault) = fault { (alert("danger", fault)) }
        form method="post" action="/accesso" class="mt-4" {
            input type="hidden" name="modulo" value=(token);
            input type="hidden" name="poi" value=(inside(then));
            (field("utente", "Nome utente").value(username).required().autocomplete("username"))
            (field("password", "Password").password().required().autocomplete("current-password"))
            (submit("Entra"))
        }
        @if app.config.has_oidc() {
            p class="mt-4" { a class="btn btn-outline-primary" href={ "/accesso/regione?poi=" (inside(then)) } { "Entra con l'identità della Regione (SPID, CIE)" } }
        }
    };
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut response = (status, blank_page(app, "Accesso", body)).into_response();
    set_cookie(&mut response, set);
    Ok(response)
}

async fn sign_in(
    State(app): State<App>,
    Extension(RequestId(request)): Extension<RequestId>,
    headers: HeaderMap,
    typed: Typed,
) -> Result<Response, Trouble> {
    let (username, secret) =
        (typed.get("utente").unwrap_or_default().to_lowercase(), typed.get("password").unwrap_or_default());
    let (name, secret) = (username.clone(), secret.to_owned());
    let asked = request.clone();
    let checked = app.slowly(move |app| check(app, &name, &secret, &asked)).await?;
    let then = typed.get("poi").unwrap_or("/").to_owned();
    match checked {
        Ok(account) => {
            app.metrics.sign_in("fatto");
            entered(&app, &account, &then, &request).await
        }
        Err(fault) => {
            app.metrics.sign_in("rifiutato");
            sign_in_form(&app, &headers, &then, &username, Some(&fault))
        }
    }
}

/// Checks a name and a password. The answer is the same whether the name exists or not, and takes the same time.
fn check(app: &App, username: &str, secret: &str, request: &str) -> Result<Result<Account, String>, Trouble> {
    let now = app.now();
    // The lock is told to everybody, or being told of it would tell that the account exists.
    let (errors, minutes) = (app.config.login_attempts, app.config.login_lock.as_secs() / 60);
    let wrong = || {
        format!(
            "Nome utente o password sbagliati; dopo {errors} errori un account aspetta {minutes} minuti, o lo sblocca \
             l'amministratore regionale"
        )
    };
    let known = app.registry.account_by_username(username)?;
    let right = password::is_right(secret, known.as_ref().and_then(|account| account.password.as_deref()));
    let Some(account) = known else { return Ok(Err(wrong())) };
    let locked = account.locked_until.is_some_and(|until| now < until);
    if locked || account.disabled || !right {
        app.at_the_door(&account, "accesso-rifiutato", request)?;
    }
    if locked {
        return Ok(Err(wrong()));
    }
    if account.disabled || !right {
        let lock = i64::try_from(app.config.login_lock.as_millis()).unwrap_or(i64::MAX);
        app.registry.login_failed(account.id, now, app.config.login_attempts, lock)?;
        return Ok(Err(wrong()));
    }
    app.registry.login_succeeded(account.id)?;
    Ok(Ok(account))
}

/// A new session, and the way to where one wanted to go. A cookie from before is never kept: nobody can have planted it.
pub(super) async fn entered(app: &App, account: &Account, then: &str, request: &str) -> Result<Response, Trouble> {
    let id = account.id;
    app.at_the_door(account, "accesso", request)?;
    let secret = app
        .write(move |app| {
            sessions::begin(&*app.registry, &app.config, id, app.now()).map_err(|why| Trouble::Internal { why })
        })
        .await?;
    let mut response = go(if account.must_change { "/password" } else { inside(then) });
    set_cookie(&mut response, Some(sessions::set_cookie(&app.config, sessions::cookie_name(&app.config), &secret)));
    set_cookie(&mut response, Some(sessions::set_cookie(&app.config, sessions::FORM_COOKIE, "")));
    Ok(response)
}

async fn sign_out(State(app): State<App>, headers: HeaderMap, who: Identity) -> Result<Response, Trouble> {
    app.saw(&who, "uscita", None, None, None)?;
    if let Via::Session(session) = &who.via {
        let digest = session.digest;
        app.sessions.forget(&digest);
        app.write(move |app| Ok(app.registry.end_session(&digest)?)).await?;
    }
    let from_gateway = app.config.has_oidc() && oidc::came_from_gateway(&headers);
    let mut response = go(if from_gateway { oidc::LEFT } else { "/accesso" });
    set_cookie(&mut response, Some(sessions::set_cookie(&app.config, sessions::cookie_name(&app.config), "")));
    Ok(response)
}

async fn password_page(State(app): State<App>, who: Identity) -> Page {
    new_password_page(&app, &who, None)
}

fn new_password_page(app: &App, who: &Identity, fault: Option<&str>) -> Page {
    let body = html! {
        h1 { "Password" }
        @if who.account.must_change {
            (alert("info", "È il primo accesso: scegli una password che conosci solo tu."))
        }
        @if let Some(fault) = fault { (alert("danger", fault)) }
        @if who.account.password.is_some() {
            form method="post" action="/password" class="mt-4" {
                (csrf(who))
                (field("attuale", "Password attuale").password().required().autocomplete("current-password"))
                (field("nuova", "Nuova password").password().required().autocomplete("new-password")
                    .hint("almeno 12 caratteri; una frase va bene"))
                (field("ripetuta", "Nuova password, di nuovo").password().required().autocomplete("new-password"))
                (submit("Cambia la password"))
            }
        } @else {
            p { "Il tuo accesso passa dal portale della Regione: qui non c'è una password da cambiare." }
        }
    };
    Page::new(app, who, "Password", body)
}

async fn change_password(State(app): State<App>, who: Identity, typed: Typed) -> Result<Response, Trouble> {
    let (now, new) = (typed.need("attuale")?.to_owned(), typed.need("nuova")?.to_owned());
    let fault = if typed.get("ripetuta") == Some(&new) {
        password::fault(&new, who.username()).map(|fault| format!("la nuova password {fault}"))
    } else {
        Some("le due password nuove non sono uguali".to_owned())
    };
    let fault = fault.or_else(|| (now == new).then(|| "la nuova password è uguale a quella attuale".to_owned()));
    if let Some(fault) = fault {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, new_password_page(&app, &who, Some(&fault))).into_response());
    }
    let (id, asked) = (who.account.id, who.request.clone());
    let changed = app
        .slowly(move |app| {
            // Counted as an error at the door: a seat left open is no place to try passwords.
            let Some(known) = app.registry.account(id)? else { return Err(Trouble::SignIn) };
            let Ok(account) = check(app, &known.username, &now, &asked)? else { return Ok(None) };
            let hash = password::hashed(&new).map_err(|why| Trouble::Internal { why })?;
            let account = Account { password: Some(hash), must_change: false, ..account };
            app.registry.put_account(account.clone())?;
            app.at_the_door(&account, "password-cambiata", &asked)?;
            // Every session of before ends, this one too: whoever had the old password is out.
            app.registry.end_sessions_of(id, None)?;
            app.sessions.forget_account(id);
            Ok(Some(account))
        })
        .await?;
    match changed {
        Some(account) => entered(&app, &account, "/?detto=password", &who.request).await,
        None => {
            let (errors, minutes) = (app.config.login_attempts, app.config.login_lock.as_secs() / 60);
            let why =
                format!("La password attuale è sbagliata; dopo {errors} errori bisogna aspettare {minutes} minuti.");
            let page = new_password_page(&app, &who, Some(&why));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// The page that the link printed at the first start opens.
async fn first_page(State(app): State<App>, headers: HeaderMap) -> Result<Response, Trouble> {
    first_form(&app, &headers, &Typed::default(), None)
}

fn first_form(app: &App, headers: &HeaderMap, typed: &Typed, fault: Option<&str>) -> Result<Response, Trouble> {
    let (token, set) = form_cookie(app, headers)?;
    let body = html! {
        h1 { "Primo amministratore regionale" }
        p { "Il codice è stato scritto dal programma al primo avvio, sulla macchina del servizio. Vale una volta sola." }
        @if let Some(fault) = fault { (alert("danger", fault)) }
        form method="post" action="/primo-accesso" class="mt-4" {
            input type="hidden" name="modulo" value=(token);
            (field("codice", "Codice").password().required().autocomplete("one-time-code"))
            (field("utente", "Nome utente").value(typed.get("utente").unwrap_or_default()).required().autocomplete("username")
                .hint("lettere minuscole, cifre, punto e trattino"))
            (field("nome", "Nome e cognome").value(typed.get("nome").unwrap_or_default()).required().autocomplete("name"))
            (field("regione", "Regione").value(typed.get("regione").unwrap_or_default())
                .hint("il nome della cartella in `specs/regioni/`; vuoto se amministra tutte le regioni"))
            (field("nuova", "Password").password().required().autocomplete("new-password").hint("almeno 12 caratteri; una frase va bene"))
            (submit("Crea l'account"))
        }
    };
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut response = (status, blank_page(app, "Primo amministratore", body)).into_response();
    set_cookie(&mut response, set);
    Ok(response)
}

async fn first(
    State(app): State<App>,
    Extension(RequestId(request)): Extension<RequestId>,
    headers: HeaderMap,
    typed: Typed,
) -> Result<Response, Trouble> {
    let given = typed.clone();
    let made = app.slowly(move |app| make_first(app, &given)).await?;
    match made {
        Ok(account) => entered(&app, &account, "/", &request).await,
        Err(fault) => first_form(&app, &headers, &typed, Some(&fault)),
    }
}

fn make_first(app: &App, typed: &Typed) -> Result<Result<Account, String>, Trouble> {
    let username = typed.need("utente")?.to_lowercase();
    let secret = typed.need("nuova")?;
    if !is_username(&username) {
        return Ok(Err("il nome utente ha da 3 a 60 lettere minuscole, cifre, punti e trattini".into()));
    }
    if let Some(fault) = password::fault(secret, &username) {
        return Ok(Err(format!("la password {fault}")));
    }
    let region = typed.get("regione").map(str::to_owned);
    if let Some(region) = &region
        && app.service.library().specs().region(region).is_none()
    {
        return Ok(Err(format!("la regione `{region}` non è fra le specifiche")));
    }
    let account = Account {
        id: Service::new_id(),
        username,
        name: typed.need("nome")?.to_owned(),
        role: Role::RegionalAdmin,
        region,
        office: None,
        password: Some(password::hashed(secret).map_err(|why| Trouble::Internal { why })?),
        must_change: false,
        disabled: false,
        failures: 0,
        locked_until: None,
        external: None,
        identities: false,
        created_at: app.now(),
    };
    let digest = tokens::digest(typed.need("codice")?);
    if app.registry.use_link(&digest, app.now(), account.clone())? {
        Ok(Ok(account))
    } else {
        Ok(Err("il codice è sbagliato, scaduto o già usato".into()))
    }
}

/// May a name be a username?
pub fn is_username(text: &str) -> bool {
    let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
    (3..=60).contains(&text.len()) && text.chars().all(known) && text.starts_with(|c: char| c.is_ascii_lowercase())
}

/// Only a way inside this service: anything else is the first page.
pub(super) fn inside(path: &str) -> &str {
    let plain = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n', '\t']);
    if plain { path } else { "/" }
}

/// See other: after a form, a page.
pub(super) fn go(to: &str) -> Response {
    match axum::http::HeaderValue::from_str(to) {
        Ok(to) => (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response(),
        Err(_) => (StatusCode::SEE_OTHER, [(LOCATION, "/")]).into_response(),
    }
}

fn set_cookie(response: &mut Response, line: Option<String>) {
    if let Some(line) = line.and_then(|line| line.parse().ok()) {
        response.headers_mut().append(SET_COOKIE, line);
    }
}
