// SPDX-License-Identifier: EUPL-1.2
//! A gateway of the region that says in a header who asks: off unless configured, believed only from its own addresses.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::HeaderMap;

use crate::http::app::App;
use crate::http::identity::{Identity, Via};
use crate::http::trouble::Trouble;
use crate::store::Session;

use super::tokens;

/// Who the gateway says is asking, if it is the gateway that speaks and the account exists.
pub(crate) async fn recognise(
    app: &App,
    headers: &HeaderMap,
    peer: Option<IpAddr>,
    request: Arc<str>,
) -> Result<Option<Identity>, Trouble> {
    let (Some(proxy), Some(peer)) = (&app.config.trusted_proxy, peer) else { return Ok(None) };
    if !proxy.addresses.contains(&peer) {
        return Ok(None);
    }
    let mut told = headers.get_all(proxy.header.as_str()).iter();
    // Two values: somebody has added one on the way.
    let (Some(name), None) = (told.next(), told.next()) else { return Ok(None) };
    let Ok(name) = name.to_str().map(|name| name.trim().to_owned()) else { return Ok(None) };
    if name.is_empty() {
        return Ok(None);
    }
    app.read(move |app| {
        let Some(account) = app.registry.account_by_external(&name)?.filter(|account| !account.disabled) else {
            return Ok(None);
        };
        // No session is stored: the gateway keeps it. The forms are tied to the account and the day.
        let now = app.now();
        let seed = format!("{}:{}", account.id, now / 86_400_000);
        let csrf = tokens::sealed(&app.key, seed.as_bytes());
        let session =
            Session { digest: [0; 32], account: account.id, csrf, created_at: now, seen_at: now, expires_at: i64::MAX };
        Ok(Some(Identity { account: Arc::new(account), via: Via::Session(Arc::new(session)), request }))
    })
    .await
}
