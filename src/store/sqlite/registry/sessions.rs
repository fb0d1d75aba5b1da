// SPDX-License-Identifier: EUPL-1.2
//! Sessions, from the login to the end, and what has expired.

use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::accounts;
use crate::store::Session;
use crate::store::sqlite::read::one;
use crate::store::sqlite::trouble::Fault;

pub(super) fn put(connection: &Connection, session: &Session) -> Result<(), Fault> {
    accounts::require(connection, session.account)?;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO sessions (digest, account, csrf, created_at, seen_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            session.digest,
            session.account.as_bytes(),
            session.csrf,
            session.created_at,
            session.seen_at,
            session.expires_at,
        ])?;
    Ok(())
}

pub(super) fn by_digest(connection: &Connection, digest: &[u8; 32]) -> rusqlite::Result<Option<Session>> {
    let sql = "SELECT digest, account, csrf, created_at, seen_at, expires_at FROM sessions WHERE digest = ?1";
    one(connection, sql, [digest], session_from)
}

pub(super) fn touch(connection: &Connection, digest: &[u8; 32], seen_at: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE sessions SET seen_at = ?2 WHERE digest = ?1 AND seen_at < ?2")?
        .execute(params![digest, seen_at])?;
    Ok(())
}

pub(super) fn end(connection: &Connection, digest: &[u8; 32]) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM sessions WHERE digest = ?1")?.execute([digest])?;
    Ok(())
}

pub(super) fn end_all(connection: &Connection, account: Uuid, except: Option<&[u8; 32]>) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM sessions WHERE account = ?1 AND digest IS NOT ?2")?
        .execute(params![account.as_bytes(), except])?;
    Ok(())
}

pub(super) fn purge(connection: &Connection, now: i64, idle_ms: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM sessions WHERE expires_at <= ?1 OR seen_at <= ?2")?
        .execute([now, now.saturating_sub(idle_ms)])?;
    connection.prepare_cached("DELETE FROM links WHERE expires_at <= ?1")?.execute([now])?;
    Ok(())
}

fn session_from(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        digest: row.get(0)?,
        account: Uuid::from_bytes(row.get(1)?),
        csrf: row.get(2)?,
        created_at: row.get(3)?,
        seen_at: row.get(4)?,
        expires_at: row.get(5)?,
    })
}
