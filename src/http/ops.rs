// SPDX-License-Identifier: EUPL-1.2
//! For whoever watches over the service: is it alive, can it serve, how much does it do; and the files of the pages.

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, VARY};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;

use super::app::App;
use super::assets;
use super::guard::Peer;
use super::routes::{Route, plain};
use super::trouble::Trouble;

pub(super) fn routes() -> Vec<Route> {
    vec![
        plain("/status", get(status)),
        plain("/health", get(|| async { "viva\n" })),
        plain("/ready", get(ready)),
        plain("/metrics", get(metrics)),
        plain("/assets/{name}", get(asset)),
        // Asked for by browsers where no page names another: beside a drawing, a saved file.
        plain("/favicon.ico", get(|headers: HeaderMap| asset(Path("favicon.svg".to_owned()), headers))),
    ]
}

/// The path that the interoperability guidelines ask for: 200 if requests can be served, 503 if not.
async fn status(State(app): State<App>) -> Result<Response, Trouble> {
    let stats = app.read(|app| Ok(app.service.store().stats()?)).await?;
    let body = json!({
        "stato": "in-servizio", "versione": env!("CARGO_PKG_VERSION"),
        "secondi": app.started.elapsed().as_secs(), "schema": stats.schema_version,
    });
    Ok(([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body.to_string()).into_response())
}

async fn ready(State(app): State<App>) -> Result<&'static str, Trouble> {
    if !app.is_ready() {
        return Err(Trouble::Unavailable { why: "il servizio si sta avviando o fermando".into() });
    }
    app.read(|app| Ok(app.service.store().stats()?)).await?;
    Ok("pronta\n")
}

/// Only for the machines of the configuration: how much an office works is nobody else's business. What a proxy passes on
/// comes from somebody else than the proxy, and is refused.
async fn metrics(
    State(app): State<App>,
    headers: HeaderMap,
    peer: Option<Extension<Peer>>,
) -> Result<Response, Trouble> {
    // Some proxies add no header; but they ask by the name that people use.
    let host = headers.get(axum::http::header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let public = app.config.public_url.as_deref().and_then(|url| url.split_once("://"));
    let by_name = public.is_some_and(|(_, name)| name.trim_end_matches('/').eq_ignore_ascii_case(host));
    let added = ["forwarded", "x-forwarded-for", "via"].iter().any(|name| headers.contains_key(*name));
    let passed_on = added || by_name;
    let asks = peer.map(|Extension(Peer(address))| address.to_canonical()).filter(|_| !passed_on);
    if !asks.is_some_and(|address| app.config.metrics_from.iter().any(|known| known.to_canonical() == address)) {
        return Err(Trouble::not_found("questa pagina non esiste"));
    }
    let text = app.read(|app| Ok(app.metrics.text(&app.service.store().stats()?, app.registry.lost_notes()))).await?;
    let media = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    Ok(([(CONTENT_TYPE, media)], text).into_response())
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Trouble> {
    let asset = assets::asset(&name).ok_or_else(|| Trouble::not_found("questo file non esiste"))?;
    let zipped = headers.get(ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains("gzip"));
    let body = asset.gzip.filter(|_| zipped);
    let mut response = body.unwrap_or(asset.bytes).into_response();
    let headers = response.headers_mut();
    if body.is_some() {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    let caching = if asset.immutable { "public, max-age=31536000, immutable" } else { "public, max-age=300" };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    Ok(response)
}
