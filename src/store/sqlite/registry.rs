// SPDX-License-Identifier: EUPL-1.2
//! The registry on SQLite: in the file of the cases, written by the same thread in the same transactions.

use uuid::Uuid;

use super::{SqliteStore, read, refusable};
use crate::store::{
    Access, AccessQuery, Account, Answer, ApiToken, CaseHead, Desk, DeskCursor, DeskGroup, DeskQuery, OneTimeLink,
    Registry, Session, StoreError, Subject,
};

mod accesses;
mod accounts;
pub(super) mod answers;
pub(super) mod desks;
mod secrets;
mod sessions;
mod tokens;

impl Registry for SqliteStore {
    fn put_account(&self, account: Account) -> Result<(), StoreError> {
        self.writer.ask(move |connection| refusable(accounts::put(connection, &account)))?
    }

    fn account(&self, id: Uuid) -> Result<Option<Account>, StoreError> {
        self.readers.read(|connection| Ok(accounts::by_id(connection, id)?))
    }

    fn account_by_username(&self, username: &str) -> Result<Option<Account>, StoreError> {
        self.readers.read(|connection| Ok(accounts::by_username(connection, username)?))
    }

    fn account_by_external(&self, external: &str) -> Result<Option<Account>, StoreError> {
        self.readers.read(|connection| Ok(accounts::by_external(connection, external)?))
    }

    fn accounts(&self, after: Option<Uuid>, limit: u32) -> Result<Vec<Account>, StoreError> {
        self.readers.read(|connection| Ok(accounts::page(connection, after, limit)?))
    }

    fn login_failed(&self, account: Uuid, now: i64, limit: u32, lock_ms: i64) -> Result<Account, StoreError> {
        self.writer
            .ask(move |connection| refusable(accounts::login_failed(connection, account, now, limit, lock_ms)))?
    }

    fn login_succeeded(&self, account: Uuid) -> Result<(), StoreError> {
        self.writer.ask(move |connection| refusable(accounts::login_succeeded(connection, account)))?
    }

    fn put_session(&self, session: Session) -> Result<(), StoreError> {
        self.writer.ask(move |connection| refusable(sessions::put(connection, &session)))?
    }

    fn session(&self, digest: &[u8; 32]) -> Result<Option<Session>, StoreError> {
        self.readers.read(|connection| Ok(sessions::by_digest(connection, digest)?))
    }

    fn touch_session(&self, digest: &[u8; 32], seen_at: i64) -> Result<(), StoreError> {
        let digest = *digest;
        self.writer.tell(move |connection| Ok(sessions::touch(connection, &digest, seen_at)?))
    }

    fn end_session(&self, digest: &[u8; 32]) -> Result<(), StoreError> {
        let digest = *digest;
        self.writer.ask(move |connection| Ok(sessions::end(connection, &digest)?))
    }

    fn end_sessions_of(&self, account: Uuid, except: Option<[u8; 32]>) -> Result<(), StoreError> {
        self.writer.ask(move |connection| Ok(sessions::end_all(connection, account, except.as_ref())?))
    }

    fn purge(&self, now: i64, idle_ms: i64) -> Result<(), StoreError> {
        self.writer.ask(move |connection| Ok(sessions::purge(connection, now, idle_ms)?))
    }

    fn put_token(&self, token: ApiToken) -> Result<(), StoreError> {
        self.writer.ask(move |connection| refusable(tokens::put(connection, &token)))?
    }

    fn token(&self, digest: &[u8; 32]) -> Result<Option<ApiToken>, StoreError> {
        self.readers.read(|connection| Ok(tokens::by_digest(connection, digest)?))
    }

    fn tokens_of(&self, account: Uuid) -> Result<Vec<ApiToken>, StoreError> {
        self.readers.read(|connection| Ok(tokens::of(connection, account)?))
    }

    fn revoke_token(&self, id: Uuid, at: i64) -> Result<bool, StoreError> {
        self.writer.ask(move |connection| Ok(tokens::revoke(connection, id, at)?))
    }

    fn use_token(&self, id: Uuid, at: i64) -> Result<(), StoreError> {
        self.writer.tell(move |connection| Ok(tokens::used(connection, id, at)?))
    }

    fn put_link(&self, link: OneTimeLink) -> Result<(), StoreError> {
        self.writer.ask(move |connection| refusable(tokens::put_link(connection, &link)))?
    }

    fn link(&self, digest: &[u8; 32]) -> Result<Option<OneTimeLink>, StoreError> {
        self.readers.read(|connection| Ok(tokens::link(connection, digest)?))
    }

    fn use_link(&self, digest: &[u8; 32], now: i64, account: Account) -> Result<bool, StoreError> {
        let digest = *digest;
        self.writer.ask(move |connection| refusable(tokens::use_link(connection, &digest, now, &account)))?
    }

    fn secret(&self, name: &str) -> Result<[u8; 32], StoreError> {
        if let Some(known) = self.readers.read(|connection| Ok(secrets::find(connection, name)?))? {
            return Ok(known);
        }
        let name = name.to_owned();
        self.writer.ask(move |connection| refusable(secrets::find_or_make(connection, &name)))?
    }

    fn note_access(&self, access: Access) -> Result<(), StoreError> {
        self.writer.tell(move |connection| Ok(accesses::note(connection, &access)?))
    }

    fn flush(&self) -> Result<(), StoreError> {
        self.writer.ask(|_| Ok(()))
    }

    fn lost_notes(&self) -> u64 {
        self.writer.lost()
    }

    fn accesses(&self, query: &AccessQuery, before: Option<i64>, limit: u32) -> Result<Vec<(i64, Access)>, StoreError> {
        self.readers.read(|connection| Ok(accesses::page(connection, query, before, limit)?))
    }

    fn answer(&self, account: Uuid, key: &str) -> Result<Option<Answer>, StoreError> {
        self.readers.read(|connection| Ok(answers::find(connection, account, key)?))
    }

    fn put_desks(&self, desks: Vec<Desk>) -> Result<(), StoreError> {
        if desks.is_empty() {
            return Ok(());
        }
        self.writer.ask(move |connection| refusable(desks::put_all(connection, &desks)))?
    }

    fn stale_cases(&self, after: Option<Uuid>, limit: u32) -> Result<Vec<Uuid>, StoreError> {
        self.readers.read(|connection| Ok(desks::stale(connection, after, limit)?))
    }

    fn desk(&self, case: Uuid) -> Result<Option<Desk>, StoreError> {
        self.readers.read(|connection| Ok(desks::of_case(connection, case)?))
    }

    fn desks(
        &self,
        query: &DeskQuery,
        after: Option<DeskCursor>,
        limit: u32,
    ) -> Result<Vec<(CaseHead, Desk)>, StoreError> {
        self.readers.read(|connection| Ok(desks::page(connection, query, after, limit)?))
    }

    fn desk_count(&self, query: &DeskQuery) -> Result<u64, StoreError> {
        self.readers.read(|connection| Ok(desks::count(connection, query)?))
    }

    fn desk_groups(&self, query: &DeskQuery, by: DeskGroup) -> Result<Vec<(String, u64)>, StoreError> {
        self.readers.read(|connection| Ok(desks::groups(connection, query, by)?))
    }

    fn subjects_from(&self, after_row: i64, limit: u32) -> Result<Vec<(i64, Subject)>, StoreError> {
        self.readers.read(|connection| Ok(read::subjects_from(connection, after_row, limit)?))
    }
}
