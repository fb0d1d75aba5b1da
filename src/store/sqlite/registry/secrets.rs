// SPDX-License-Identifier: EUPL-1.2
//! Secrets that the store makes for itself, from the system's randomness.

use rusqlite::{Connection, params};

use crate::store::StoreError;
use crate::store::sqlite::read::one;
use crate::store::sqlite::trouble::Fault;

pub(super) fn find(connection: &Connection, name: &str) -> rusqlite::Result<Option<[u8; 32]>> {
    one(connection, "SELECT value FROM secrets WHERE name = ?1", [name], |row| row.get(0))
}

/// The secret of that name; made if nobody has made it yet.
pub(super) fn find_or_make(connection: &Connection, name: &str) -> Result<[u8; 32], Fault> {
    if let Some(known) = find(connection, name)? {
        return Ok(known);
    }
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|error| StoreError::NoRandomness { detail: error.to_string() })?;
    connection.prepare_cached("INSERT INTO secrets (name, value) VALUES (?1, ?2)")?.execute(params![name, secret])?;
    Ok(secret)
}
