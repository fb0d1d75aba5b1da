// SPDX-License-Identifier: EUPL-1.2
//! Who may enter, who has looked at what, and what each case waits for: the records a front end needs beside the cases.
//!
//! # The contract
//!
//! Every implementation of [`Registry`] keeps these promises; the suite checks them through the trait.
//!
//! 1. **Durable.** A call that writes and has returned `Ok` survives the death of the process and the loss of power.
//! 2. **What never waits.** [`Registry::note_access`], [`Registry::touch_session`] and [`Registry::use_token`] only hand
//!    over: what they say is written with the next transaction, a moment later, in the order given. It is durable once
//!    [`Registry::flush`], or any later call that waits, has returned, and before the store is dropped. Only when very much
//!    is waiting already do they wait too, so that memory is bounded. What could not be written is counted
//!    ([`Registry::lost_notes`]) and takes nothing else down with it.
//! 3. **Whole.** Each call is one transaction, and a refused call leaves nothing behind. A desk row and an answer that come
//!    with a [`CaseWrite`](super::CaseWrite) are there if and only if its events are.
//! 4. **Once.** A link is used once, however many use it at the same moment; an answer is given once for an account and a key.
//! 5. **Append only.** No access and no answer is ever changed or deleted through the trait; no account is deleted, and none
//!    changes its username.
//! 6. **A projection.** Desk rows say nothing that events do not; a row never gives way to one made from fewer events, and
//!    [`Registry::stale_cases`] names every case whose row is missing or behind.
//!
//! Secrets are never here in clear: a password is its argon2id PHC string, a session, token or link the SHA-256 of what its
//! bearer shows. The store asks nobody what time it is: instants are milliseconds from 1970-01-01T00:00:00Z and are given.

use std::fmt;

use uuid::Uuid;

use super::{CaseHead, Desk, DeskCursor, DeskGroup, DeskQuery, StoreError, Subject};
use crate::role::Role;

/// Somebody who may enter.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    pub id: Uuid,
    /// Unique, and for ever the same: it is the actor of events and the operator of desks.
    pub username: String,
    pub name: String,
    pub role: Role,
    pub region: Option<String>,
    pub office: Option<String>,
    /// PHC string (argon2id); None: enters only through OIDC or the proxy.
    pub password: Option<String>,
    /// Must choose a new password before anything else.
    pub must_change: bool,
    pub disabled: bool,
    /// Failed logins since the last that succeeded.
    pub failures: u32,
    /// Until when no login is tried.
    pub locked_until: Option<i64>,
    /// Subject at the region's gateway (OIDC `iss|sub`, or the proxy's name); unique.
    pub external: Option<String>,
    /// May export tax codes and names.
    pub identities: bool,
    pub created_at: i64,
}

/// Without the password and the person's name: it may end in a log.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("id", &self.id)
            .field("username", &self.username)
            .field("role", &self.role)
            .field("disabled", &self.disabled)
            .field("failures", &self.failures)
            .field("locked_until", &self.locked_until)
            .finish_non_exhaustive()
    }
}

/// Somebody who has entered.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    pub digest: [u8; 32],
    pub account: Uuid,
    /// What forms must carry.
    pub csrf: [u8; 32],
    pub created_at: i64,
    pub seen_at: i64,
    pub expires_at: i64,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("account", &self.account)
            .field("created_at", &self.created_at)
            .field("seen_at", &self.seen_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// A program that enters in the name of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    pub id: Uuid,
    pub digest: [u8; 32],
    pub account: Uuid,
    pub label: String,
    pub writes: bool,
    pub created_at: i64,
    pub expires_at: Option<i64>,
    pub revoked_at: Option<i64>,
    pub used_at: Option<i64>,
}

/// A link that sets a password, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneTimeLink {
    pub digest: [u8; 32],
    /// None: makes the first administrator.
    pub account: Option<Uuid>,
    pub expires_at: i64,
}

/// That somebody has looked at, or taken out, something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    pub at: i64,
    pub account: Uuid,
    pub username: String,
    pub region: Option<String>,
    /// The caller's word for what was done.
    pub action: String,
    pub case: Option<Uuid>,
    pub subject: Option<Uuid>,
    pub why: Option<String>,
    /// Id of the request.
    pub request: String,
}

/// Which accesses; every condition given must hold. `from` and `to` are instants, both included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessQuery {
    pub account: Option<Uuid>,
    pub case: Option<Uuid>,
    pub subject: Option<Uuid>,
    pub region: Option<String>,
    pub from: Option<i64>,
    pub to: Option<i64>,
}

/// What was answered to a request, for whoever asks the same again.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    pub account: Uuid,
    /// The asker's name for the request.
    pub key: String,
    /// SHA-256 of what was asked.
    pub fingerprint: [u8; 32],
    pub status: u16,
    pub body: String,
    pub at: i64,
}

/// Without the body, which may name a person.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("account", &self.account)
            .field("key", &self.key)
            .field("status", &self.status)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// Where the records of the front end are kept; the module says what every implementation promises. All calls block, but
/// those that never wait.
pub trait Registry: Send + Sync {
    /// Stores an account, or all that may change of the one with the same id.
    ///
    /// # Errors
    /// [`StoreError::DuplicateUsername`], [`StoreError::DuplicateExternalAccount`], [`StoreError::UsernameChanged`].
    fn put_account(&self, account: Account) -> Result<(), StoreError>;

    fn account(&self, id: Uuid) -> Result<Option<Account>, StoreError>;

    fn account_by_username(&self, username: &str) -> Result<Option<Account>, StoreError>;

    fn account_by_external(&self, external: &str) -> Result<Option<Account>, StoreError>;

    /// At most `limit` accounts, in the order of their ids, from the first after `after`.
    fn accounts(&self, after: Option<Uuid>, limit: u32) -> Result<Vec<Account>, StoreError>;

    /// Counts a failed login, and returns the account as it is now. At `limit` failures it is locked for `lock_ms`
    /// milliseconds. While it is locked nothing is counted; once the lock has passed the count starts again at one.
    ///
    /// # Errors
    /// [`StoreError::UnknownAccount`].
    fn login_failed(&self, account: Uuid, now: i64, limit: u32, lock_ms: i64) -> Result<Account, StoreError>;

    /// Forgets failures and lock.
    ///
    /// # Errors
    /// [`StoreError::UnknownAccount`].
    fn login_succeeded(&self, account: Uuid) -> Result<(), StoreError>;

    /// # Errors
    /// [`StoreError::UnknownAccount`].
    fn put_session(&self, session: Session) -> Result<(), StoreError>;

    /// The session of that digest, expired or not.
    fn session(&self, digest: &[u8; 32]) -> Result<Option<Session>, StoreError>;

    /// Says when a session was last seen; never waits, and never moves it back.
    fn touch_session(&self, digest: &[u8; 32], seen_at: i64) -> Result<(), StoreError>;

    fn end_session(&self, digest: &[u8; 32]) -> Result<(), StoreError>;

    /// Ends all sessions of an account, but for one.
    fn end_sessions_of(&self, account: Uuid, except: Option<[u8; 32]>) -> Result<(), StoreError>;

    /// Forgets sessions that have expired or were last seen `idle_ms` milliseconds ago, and links that have expired.
    fn purge(&self, now: i64, idle_ms: i64) -> Result<(), StoreError>;

    /// # Errors
    /// [`StoreError::UnknownAccount`].
    fn put_token(&self, token: ApiToken) -> Result<(), StoreError>;

    /// The token of that digest, expired, revoked or neither.
    fn token(&self, digest: &[u8; 32]) -> Result<Option<ApiToken>, StoreError>;

    /// In the order in which they were made.
    fn tokens_of(&self, account: Uuid) -> Result<Vec<ApiToken>, StoreError>;

    /// False if there is no such token, or it was revoked already.
    fn revoke_token(&self, id: Uuid, at: i64) -> Result<bool, StoreError>;

    /// Says when a token was last used; never waits, and never moves it back.
    fn use_token(&self, id: Uuid, at: i64) -> Result<(), StoreError>;

    /// # Errors
    /// [`StoreError::UnknownAccount`].
    fn put_link(&self, link: OneTimeLink) -> Result<(), StoreError>;

    /// The link of that digest, expired or not, for whoever must show what it will do.
    fn link(&self, digest: &[u8; 32]) -> Result<Option<OneTimeLink>, StoreError>;

    /// Deletes the link and puts the account, together. False, and nothing done, if the link is gone, has expired at
    /// `now`, or is another account's.
    ///
    /// # Errors
    /// Those of [`Registry::put_account`]; the link is then still there.
    fn use_link(&self, digest: &[u8; 32], now: i64, account: Account) -> Result<bool, StoreError>;

    /// A secret of this store's, made at random when it is first asked for and for ever the same.
    ///
    /// # Errors
    /// [`StoreError::NoRandomness`].
    fn secret(&self, name: &str) -> Result<[u8; 32], StoreError>;

    /// Notes an access; never waits.
    fn note_access(&self, access: Access) -> Result<(), StoreError>;

    /// Waits until everything asked before is durable.
    fn flush(&self) -> Result<(), StoreError>;

    /// How many of the things that never wait could not be written, since the store was opened.
    fn lost_notes(&self) -> u64;

    /// At most `limit` accesses, the last noted first, each with its key; from the first noted before the key `before`.
    fn accesses(&self, query: &AccessQuery, before: Option<i64>, limit: u32) -> Result<Vec<(i64, Access)>, StoreError>;

    fn answer(&self, account: Uuid, key: &str) -> Result<Option<Answer>, StoreError>;

    /// Puts desk rows. One made from fewer events than the row that is there, or from more than its case has, is left out.
    ///
    /// # Errors
    /// [`StoreError::UnknownCase`]; then none is put.
    fn put_desks(&self, desks: Vec<Desk>) -> Result<(), StoreError>;

    /// At most `limit` cases that have no desk row, or one not made from all their events; in the order of their ids, from
    /// the first after `after`. Takes time only for the cases it names.
    fn stale_cases(&self, after: Option<Uuid>, limit: u32) -> Result<Vec<Uuid>, StoreError>;

    fn desk(&self, case: Uuid) -> Result<Option<Desk>, StoreError>;

    /// At most `limit` cases with their desk rows, in the order of the query, from the first after `after`
    /// ([`DeskCursor::of`] the last row of the page before).
    fn desks(
        &self,
        query: &DeskQuery,
        after: Option<DeskCursor>,
        limit: u32,
    ) -> Result<Vec<(CaseHead, Desk)>, StoreError>;

    fn desk_count(&self, query: &DeskQuery) -> Result<u64, StoreError>;

    /// How many cases in each group, in the order of the groups; the group of those that have none is the empty text and
    /// comes last.
    fn desk_groups(&self, query: &DeskQuery, by: DeskGroup) -> Result<Vec<(String, u64)>, StoreError>;

    /// At most `limit` subjects, each with its row, from the first after the row `after_row`; 0 is before them all. A
    /// subject keeps its row when it is corrected; those that come later come after.
    fn subjects_from(&self, after_row: i64, limit: u32) -> Result<Vec<(i64, Subject)>, StoreError>;
}
