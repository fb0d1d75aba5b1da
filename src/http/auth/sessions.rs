// SPDX-License-Identifier: EUPL-1.2
//! Sessions: made at each sign-in, known by a cookie that scripts cannot read, ended by time, by leaving or from outside.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

use crate::config::Config;
use crate::store::{Account, Registry, Session, StoreError};

use super::tokens;

/// How long what was read of a session is believed: another process that ends it is heeded after this.
const BELIEVED: Duration = Duration::from_secs(3);
/// Between two notes that a session is still in use, in milliseconds.
const TOUCH_MS: i64 = 60_000;
const KEPT: usize = 10_000;

/// A session that holds, and whose it is.
pub type Recognised = (Arc<Session>, Arc<Account>);
type Known = (Arc<Session>, Arc<Account>, Instant);

/// Sessions read a moment ago.
#[derive(Default)]
pub struct SessionCache(Mutex<HashMap<[u8; 32], Known>>);

impl SessionCache {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<[u8; 32], Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session and the account of a cookie, if both still hold; notes that it is in use.
    ///
    /// # Errors
    /// Trouble with the store.
    pub fn find(
        &self,
        registry: &dyn Registry,
        config: &Config,
        cookie: &str,
        now: i64,
    ) -> Result<Option<Recognised>, StoreError> {
        let digest = tokens::digest(cookie);
        let known = self.lock().get(&digest).filter(|(.., read)| read.elapsed() < BELIEVED).cloned();
        let (session, account) = match known {
            Some((session, account, _)) => (session, account),
            None => {
                let Some(session) = registry.session(&digest)? else { return Ok(None) };
                let Some(account) = registry.account(session.account)? else { return Ok(None) };
                self.keep(Arc::new(session), Arc::new(account), digest)
            }
        };
        let idle = i64::try_from(config.session_idle.as_millis()).unwrap_or(i64::MAX);
        if account.disabled || now >= session.expires_at || now >= session.seen_at.saturating_add(idle) {
            self.forget(&digest);
            return Ok(None);
        }
        if now - session.seen_at >= TOUCH_MS {
            registry.touch_session(&digest, now)?;
            let seen = Arc::new(Session { seen_at: now, ..(*session).clone() });
            return Ok(Some(self.keep(seen, account, digest)));
        }
        Ok(Some((session, account)))
    }

    fn keep(&self, session: Arc<Session>, account: Arc<Account>, digest: [u8; 32]) -> (Arc<Session>, Arc<Account>) {
        let mut cache = self.lock();
        if cache.len() >= KEPT {
            cache.retain(|_, (.., read)| read.elapsed() < BELIEVED);
        }
        cache.insert(digest, (session.clone(), account.clone(), Instant::now()));
        (session, account)
    }

    pub fn forget(&self, digest: &[u8; 32]) {
        self.lock().remove(digest);
    }

    /// Forgets everything about an account: its role, its office or its password have changed.
    pub fn forget_account(&self, account: uuid::Uuid) {
        self.lock().retain(|_, (session, ..)| session.account != account);
    }
}

/// Makes a session for an account; gives the secret for the cookie.
///
/// # Errors
/// Trouble with the store; no random bytes.
pub fn begin(registry: &dyn Registry, config: &Config, account: uuid::Uuid, now: i64) -> Result<String, String> {
    let (secret, digest) = tokens::new_secret()?;
    let life = i64::try_from(config.session_life.as_millis()).unwrap_or(i64::MAX);
    let session = Session {
        digest,
        account,
        csrf: tokens::random()?,
        created_at: now,
        seen_at: now,
        expires_at: now.saturating_add(life),
    };
    registry.put_session(session).map_err(|e| e.to_string())?;
    Ok(secret)
}

/// The name of the session's cookie: one that the browser itself ties to this host where the service is reached by https.
pub fn cookie_name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-lepre" } else { "lepre" }
}

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, v)| v)
}

/// The line that sets a cookie; an empty value takes it away.
pub fn set_cookie(config: &Config, name: &str, value: &str) -> String {
    let secure = if config.is_https() { "; Secure" } else { "" };
    let age = if value.is_empty() { "; Max-Age=0" } else { "" };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")
}

/// The cookie that ties the form of a page seen before anybody has signed in.
pub const FORM_COOKIE: &str = "lepre-modulo";
