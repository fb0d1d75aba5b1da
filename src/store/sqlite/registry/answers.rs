// SPDX-License-Identifier: EUPL-1.2
//! Answers already given, each to one account and one key.

use rusqlite::{Connection, params};
use uuid::Uuid;

use super::accounts;
use crate::store::sqlite::read::one;
use crate::store::sqlite::trouble::Fault;
use crate::store::{Answer, StoreError};

pub(super) fn find(connection: &Connection, account: Uuid, key: &str) -> rusqlite::Result<Option<Answer>> {
    let sql = "SELECT account, key, fingerprint, status, body, at FROM answers WHERE account = ?1 AND key = ?2";
    one(connection, sql, params![account.as_bytes(), key], |row| {
        Ok(Answer {
            account: Uuid::from_bytes(row.get(0)?),
            key: row.get(1)?,
            fingerprint: row.get(2)?,
            status: row.get(3)?,
            body: row.get(4)?,
            at: row.get(5)?,
        })
    })
}

/// Refuses what has been answered already; to be asked before anything is written.
pub(in crate::store::sqlite) fn require_new(connection: &Connection, answer: &Answer) -> Result<(), Fault> {
    if let Some(given) = find(connection, answer.account, &answer.key)? {
        return Err(StoreError::AlreadyAnswered(Box::new(given)).into());
    }
    accounts::require(connection, answer.account)
}

pub(in crate::store::sqlite) fn put(connection: &Connection, answer: &Answer) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO answers (account, key, fingerprint, status, body, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            answer.account.as_bytes(),
            answer.key,
            answer.fingerprint,
            answer.status,
            answer.body,
            answer.at,
        ])?;
    Ok(())
}
