// SPDX-License-Identifier: EUPL-1.2
//! Whose file it is, and which version of the schema it has.
//!
//! Migrations run by themselves, forward only, each in a transaction of its own. A migration that has been released is never
//! edited.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::Connection;

use super::trouble::Fault;
use crate::store::StoreError;

/// "LEPR": marks the file as ours, for us and for `file(1)`.
const APPLICATION_ID: i64 = 0x4C45_5052;

/// `MIGRATIONS[n]` leads from version n to version n + 1.
const MIGRATIONS: [&str; 3] =
    [include_str!("migrations/1.sql"), include_str!("migrations/2.sql"), include_str!("migrations/3.sql")];

/// The version this program writes.
pub(super) const VERSION: i64 = MIGRATIONS.len() as i64;

/// Refuses a file that is not ours, or newer than this program; writes nothing.
pub(super) fn require_ours(connection: &Connection, path: &Path) -> Result<(), Fault> {
    let owner: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if owner != APPLICATION_ID {
        return Err(StoreError::NotLepre { path: path.to_path_buf() }.into());
    }
    // Reads the schema too: a file cut short is found here and not at the first question.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    require_supported(connection)
}

/// Brings the file to [`VERSION`]. Two programs may do so at once: the second finds nothing left to do.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), Fault> {
    while version(connection)? < VERSION {
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let from = version(&transaction)?;
        if let Some(migration) = usize::try_from(from).ok().and_then(|from| MIGRATIONS.get(from)) {
            transaction.execute_batch(migration)?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.pragma_update(None, "user_version", from + 1)?;
            transaction.commit()?;
        }
    }
    require_supported(connection)
}

/// Refuses a schema newer than this program, also when another program has migrated it while we were running.
pub(super) fn require_supported(connection: &Connection) -> Result<(), Fault> {
    match version(connection)? {
        found if found > VERSION => Err(StoreError::NewerSchema { found, supported: VERSION }.into()),
        _ => Ok(()),
    }
}

/// Names of what this program made in a file and is no longer there, or no longer as it was made. What others have added
/// is their own affair.
pub(super) fn differences(connection: &Connection) -> Result<Vec<String>, Fault> {
    let mut made = Connection::open_in_memory()?;
    migrate(&mut made)?;
    let found = objects(connection)?;
    Ok(objects(&made)?.difference(&found).map(|(name, _)| name.clone()).collect())
}

/// Name and definition of tables, indexes and triggers.
fn objects(connection: &Connection) -> rusqlite::Result<BTreeSet<(String, Option<String>)>> {
    let mut statement = connection.prepare_cached("SELECT name, sql FROM sqlite_schema")?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("PRAGMA user_version")?.query_row([], |row| row.get(0))
}
