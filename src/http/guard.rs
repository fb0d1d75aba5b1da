// SPDX-License-Identifier: EUPL-1.2
//! What stands before every handler: who asks, whether they may, how often, and in which form a trouble is told.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    ALLOW, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, ORIGIN, RETRY_AFTER, WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use uuid::Uuid;

use super::app::App;
use super::auth::{proxy, sessions, tokens};
use super::form::Typed;
use super::identity::{Identity, Via};
use super::limits::Left;
use super::routes::{Kind, Route, Who};
use super::trouble::Trouble;
use super::{FORM, api, problem, security, web};

/// The address of whoever is at the other end of the connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// Id of a request, also told in its answer.
#[derive(Clone, Debug)]
pub struct RequestId(pub Arc<str>);

/// What the guard needs of a row.
#[derive(Clone, Copy, Debug)]
struct Row {
    kind: Kind,
    who: Who,
    path: &'static str,
}

/// The application as a service: every row of the table behind its guard, all of it behind what every answer goes through.
pub fn router(app: &App, table: Vec<Route>) -> Router {
    let mut router = Router::new();
    for route in table {
        let row = Row { kind: route.kind, who: route.who, path: route.path };
        let guarded = route.handler.route_layer(from_fn_with_state((app.clone(), row), guard));
        router = router.route(route.path, guarded);
    }
    router
        .fallback(|| async { Trouble::not_found("questa pagina non esiste") })
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            Trouble::Internal { why: "il programma si è interrotto".into() }.into_response()
        }))
        .layer(from_fn_with_state(app.clone(), every))
        .layer(CompressionLayer::new().gzip(true))
        .with_state(app.clone())
}

/// Around every request: an id, a time limit, the trouble told, the headers, the log.
async fn every(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id: Arc<str> = Uuid::now_v7().to_string().into();
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    // `/api` itself is a page for people.
    let is_api = path.starts_with("/api/") || path == "/status";
    let route = request.extensions().get::<MatchedPath>().map_or("-", |matched| matched.as_str()).to_owned();
    let mut response = match tokio::time::timeout(app.config.request_timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Trouble::Late.into_response(),
    };
    if response.status() == StatusCode::METHOD_NOT_ALLOWED && response.extensions().get::<Arc<Trouble>>().is_none() {
        let allowed =
            response.headers().get(ALLOW).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let allow = response.headers().get(ALLOW).cloned();
        response = Trouble::MethodNotAllowed { allowed }.into_response();
        response.headers_mut().extend(allow.map(|value| (ALLOW, value)));
    }
    let who = response.extensions_mut().remove::<Identity>();
    if let Some(trouble) = response.extensions_mut().remove::<Arc<Trouble>>() {
        response = told(&app, response, &trouble, who.as_ref(), is_api, &path, &id);
    }
    security::headers(&app.config, &id, is_api, response.headers_mut());
    let (status, took) = (response.status().as_u16(), started.elapsed());
    app.metrics.answered(method.as_str(), &route, status, took);
    // The route's pattern and never the address: an address may hold what a person typed.
    tracing::info!(
        request = %id, method = %method, route, status, ms = took.as_secs_f64() * 1000.0,
        account = who.as_ref().map(|who| who.account.id.to_string()), "richiesta"
    );
    response
}

/// Tells a trouble as a page or as a problem, keeping the headers that say what to do about it.
fn told(
    app: &App,
    bare: Response,
    trouble: &Trouble,
    who: Option<&Identity>,
    is_api: bool,
    path: &str,
    id: &str,
) -> Response {
    if let Trouble::Internal { why } = trouble {
        tracing::error!(request = id, why, "errore interno");
    }
    if !is_api && matches!(trouble, Trouble::SignIn) {
        let back: String = form_urlencoded::Serializer::new(String::new()).append_pair("poi", path).finish();
        let to = HeaderValue::from_str(&format!("/accesso?{back}")).unwrap_or(HeaderValue::from_static("/accesso"));
        return (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response();
    }
    if !is_api && matches!(trouble, Trouble::ChoosePassword) {
        return (StatusCode::SEE_OTHER, [(LOCATION, HeaderValue::from_static("/password"))]).into_response();
    }
    let kept: Vec<(HeaderName, HeaderValue)> =
        bare.headers().iter().filter(|(name, _)| *name != CONTENT_TYPE).map(|(n, v)| (n.clone(), v.clone())).collect();
    let mut response =
        if is_api { problem::answer(app, trouble, path, id) } else { web::error_page(app, trouble, who, id) };
    for (name, value) in kept.into_iter().filter(|(name, _)| *name != axum::http::header::CONTENT_LENGTH) {
        response.headers_mut().insert(name, value);
    }
    if let Trouble::TooMany { after } = trouble {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*after));
    }
    if let Trouble::Unavailable { .. } = trouble {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("30"));
    }
    if is_api && matches!(trouble, Trouble::SignIn) {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// Before one route's handler.
async fn guard(State((app, row)): State<(App, Row)>, request: Request, next: Next) -> Response {
    let mut left = None;
    let mut who = None;
    let mut response = match admit(&app, row, request, &mut left, &mut who).await {
        Ok(request) => next.run(request).await,
        Err(trouble) => trouble.into_response(),
    };
    if let (Some(left), Kind::Api | Kind::Plain) = (left, row.kind) {
        let headers = response.headers_mut();
        headers.insert("ratelimit-limit", left.limit.into());
        headers.insert("ratelimit-remaining", left.remaining.into());
        headers.insert("ratelimit-reset", left.reset.into());
    }
    if let Some(who) = who {
        response.extensions_mut().insert(who);
    }
    response
}

async fn admit(
    app: &App,
    row: Row,
    mut request: Request,
    left: &mut Option<Left>,
    seen: &mut Option<Identity>,
) -> Result<Request, Trouble> {
    let peer = request.extensions().get::<Peer>().map(|peer| peer.0);
    let id = request.extensions().get::<RequestId>().map_or_else(|| "-".into(), |id| id.0.clone());
    let found = recognise(app, row.kind, request.headers(), peer, id).await?;
    if row.path != "/assets/{name}" {
        let key = match &found {
            Some(who) => who.account.id.to_string(),
            None => peer.map(|peer| peer.to_string()).unwrap_or_default(),
        };
        let taken = app.limits.take(&key, Instant::now());
        *left = Some(taken);
        if !taken.allowed {
            return Err(Trouble::TooMany { after: taken.reset });
        }
    }
    if let Some(who) = found {
        *seen = Some(who.clone());
        if !row.who.admits(who.role()) {
            return Err(Trouble::Forbidden { why: format!("questa pagina non è per chi è {}", who.role().word()) });
        }
        let reads = request.method().is_safe() || api::READ_BY_POST.contains(&row.path);
        if row.kind == Kind::Api && matches!(who.via, Via::Token { writes: false }) && !reads {
            return Err(Trouble::Forbidden { why: "il token può solo leggere".into() });
        }
        if who.account.must_change && matches!(row.kind, Kind::Page | Kind::Form) && !may_before_change(row.path) {
            return Err(Trouble::ChoosePassword);
        }
        request.extensions_mut().insert(who);
    } else if row.who != Who::Everyone {
        return Err(Trouble::SignIn);
    }
    if row.kind == Kind::Form {
        request = with_form(app, request, seen.as_ref()).await?;
    }
    Ok(request)
}

/// Pages that one may use before a password has been chosen.
fn may_before_change(path: &str) -> bool {
    matches!(path, "/password" | "/uscita" | "/accesso" | "/" | "/accessibilita")
}

/// By the token for programs, by the cookie or the gateway for people.
async fn recognise(
    app: &App,
    kind: Kind,
    headers: &HeaderMap,
    peer: Option<IpAddr>,
    request: Arc<str>,
) -> Result<Option<Identity>, Trouble> {
    let now = app.now();
    if kind == Kind::Api {
        let Some(secret) = bearer(headers) else { return Ok(None) };
        let digest = tokens::digest(secret);
        return app
            .read(move |app| {
                let Some(token) = app.registry.token(&digest)? else { return Ok(None) };
                if token.revoked_at.is_some() || token.expires_at.is_some_and(|end| now >= end) {
                    return Ok(None);
                }
                let Some(account) = app.registry.account(token.account)?.filter(|account| !account.disabled) else {
                    return Ok(None);
                };
                app.registry.use_token(token.id, now)?;
                let via = Via::Token { writes: token.writes };
                Ok(Some(Identity { account: Arc::new(account), via, request }))
            })
            .await;
    }
    if kind == Kind::Plain {
        return Ok(None);
    }
    // Where the gateway says who asks, nothing else does: a cookie may be of whoever sat there before.
    if let Some(name) = proxy::name(app, headers, peer) {
        return proxy::recognise(app, name, request).await;
    }
    if let Some(cookie) = sessions::cookie(headers, sessions::cookie_name(&app.config)) {
        let found = app.sessions.find(&*app.registry, &app.config, cookie, now)?;
        if let Some((session, account)) = found {
            return Ok(Some(Identity { account, via: Via::Session(session), request }));
        }
    }
    Ok(None)
}

/// The token of `Authorization: Bearer`.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(axum::http::header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty()).then(|| token.trim())
}

/// Reads a form and checks that it comes from a page of ours, seen by whoever sends it.
async fn with_form(app: &App, request: Request, who: Option<&Identity>) -> Result<Request, Trouble> {
    let (mut parts, body) = request.into_parts();
    let media = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if media.split(';').next().map(str::trim) != Some(FORM) {
        return Err(Trouble::UnsupportedMedia { expected: FORM });
    }
    // A browser says where a form comes from; if it says elsewhere, it is not ours.
    let elsewhere = parts.headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none");
    if elsewhere || !same_origin(app, &parts.headers) {
        return Err(Trouble::Forged);
    }
    let limit = app.config.body_bytes;
    let bytes = to_bytes(body, limit).await.map_err(|_| Trouble::TooLarge { limit })?;
    let typed = Typed::read(&bytes)?;
    let secret = match who.map(|who| &who.via) {
        Some(Via::Session(session)) => session.csrf,
        Some(Via::Token { .. }) => return Err(Trouble::Forged),
        None => {
            let cookie = sessions::cookie(&parts.headers, sessions::FORM_COOKIE).ok_or(Trouble::Forged)?;
            tokens::sealed(&app.key, cookie.as_bytes())
        }
    };
    if !typed.get("modulo").is_some_and(|token| tokens::is_form_token(token, &secret)) {
        return Err(Trouble::Forged);
    }
    parts.extensions.insert(typed);
    Ok(Request::from_parts(parts, Body::empty()))
}

/// Does `Origin`, where a browser sends it, name us?
fn same_origin(app: &App, headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let host = headers.get(axum::http::header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    match &app.config.public_url {
        Some(_) => origin == app.config.base_url(),
        None => origin.strip_prefix("http://").is_some_and(|from| from == host),
    }
}
