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

/// The name that the gateway says, if it is the gateway that speaks.
pub(crate) fn name(app: &App, headers: &HeaderMap, peer: Option<IpAddr>) -> Option<String> {
    let (proxy, peer) = (app.config.trusted_proxy.as_ref()?, peer?);
    // An address of version 4 may come written as one of version 6.
    if !proxy.addresses.iter().any(|known| known.to_canonical() == peer.to_canonical()) {
        return None;
    }
    let mut told = headers.get_all(proxy.header.as_str()).iter();
    // Two values: somebody has added one on the way.
    let (Some(name), None) = (told.next(), told.next()) else { return None };
    let name = name.to_str().ok()?.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// Who the gateway says is asking, if they have an account.
///
/// # Errors
/// Trouble with the store.
pub(crate) async fn recognise(app: &App, name: String, request: Arc<str>) -> Result<Option<Identity>, Trouble> {
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
