// SPDX-License-Identifier: EUPL-1.2
//! Tokens of programs, and links that are used once.

use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::accounts;
use crate::store::sqlite::read::{one, optional_id};
use crate::store::sqlite::trouble::Fault;
use crate::store::{Account, ApiToken, OneTimeLink};

macro_rules! token {
    ($which:literal) => {
        concat!(
            "SELECT id, digest, account, label, writes, created_at, expires_at, revoked_at, used_at FROM tokens WHERE ",
            $which
        )
    };
}

const PUT: &str = "INSERT INTO tokens
    (id, digest, account, label, writes, created_at, expires_at, revoked_at, used_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
    ON CONFLICT (id) DO UPDATE SET digest = excluded.digest, label = excluded.label, writes = excluded.writes,
     expires_at = excluded.expires_at, revoked_at = excluded.revoked_at, used_at = excluded.used_at";

pub(super) fn put(connection: &Connection, token: &ApiToken) -> Result<(), Fault> {
    accounts::require(connection, token.account)?;
    connection.prepare_cached(PUT)?.execute(params![
        token.id.as_bytes(),
        token.digest,
        token.account.as_bytes(),
        token.label,
        token.writes,
        token.created_at,
        token.expires_at,
        token.revoked_at,
        token.used_at,
    ])?;
    Ok(())
}

pub(super) fn by_digest(connection: &Connection, digest: &[u8; 32]) -> rusqlite::Result<Option<ApiToken>> {
    one(connection, token!("digest = ?1"), [digest], token_from)
}

pub(super) fn of(connection: &Connection, account: Uuid) -> rusqlite::Result<Vec<ApiToken>> {
    let mut statement = connection.prepare_cached(token!("account = ?1 ORDER BY created_at, id"))?;
    statement.query_map([account.as_bytes()], token_from)?.collect()
}

pub(super) fn revoke(connection: &Connection, id: Uuid, at: i64) -> rusqlite::Result<bool> {
    let sql = "UPDATE tokens SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL";
    Ok(connection.prepare_cached(sql)?.execute(params![id.as_bytes(), at])? > 0)
}

pub(super) fn used(connection: &Connection, id: Uuid, at: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE tokens SET used_at = ?2 WHERE id = ?1 AND coalesce(used_at < ?2, TRUE)")?
        .execute(params![id.as_bytes(), at])?;
    Ok(())
}

pub(super) fn put_link(connection: &Connection, link: &OneTimeLink) -> Result<(), Fault> {
    if let Some(account) = link.account {
        accounts::require(connection, account)?;
    }
    connection
        .prepare_cached("INSERT OR REPLACE INTO links (digest, account, expires_at) VALUES (?1, ?2, ?3)")?
        .execute(params![link.digest, link.account.as_ref().map(Uuid::as_bytes), link.expires_at])?;
    Ok(())
}

pub(super) fn link(connection: &Connection, digest: &[u8; 32]) -> rusqlite::Result<Option<OneTimeLink>> {
    one(connection, "SELECT digest, account, expires_at FROM links WHERE digest = ?1", [digest], |row| {
        Ok(OneTimeLink { digest: row.get(0)?, account: optional_id(row, 1)?, expires_at: row.get(2)? })
    })
}

pub(super) fn use_link(connection: &Connection, digest: &[u8; 32], now: i64, account: &Account) -> Result<bool, Fault> {
    let Some(link) = link(connection, digest)? else { return Ok(false) };
    if link.expires_at <= now || link.account.is_some_and(|theirs| theirs != account.id) {
        return Ok(false);
    }
    accounts::put(connection, account)?;
    connection.prepare_cached("DELETE FROM links WHERE digest = ?1")?.execute([digest])?;
    Ok(true)
}

fn token_from(row: &Row<'_>) -> rusqlite::Result<ApiToken> {
    Ok(ApiToken {
        id: Uuid::from_bytes(row.get(0)?),
        digest: row.get(1)?,
        account: Uuid::from_bytes(row.get(2)?),
        label: row.get(3)?,
        writes: row.get(4)?,
        created_at: row.get(5)?,
        expires_at: row.get(6)?,
        revoked_at: row.get(7)?,
        used_at: row.get(8)?,
    })
}
