// SPDX-License-Identifier: EUPL-1.2
//! Opening connections: one that writes, and a few that only read.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::SqliteOptions;
use super::draft::Draft;
use super::schema;
use super::trouble::{Fault, told, told_io};
use crate::store::StoreError;

/// Connections kept open for the next reader; more may be open while more are reading.
const IDLE_READERS: usize = 8;
/// The WAL is cut back to this after a checkpoint that emptied it.
const WAL_LIMIT_BYTES: i64 = 64 * 1024 * 1024;
/// Pages in the WAL at which a commit also moves them into the main file.
const CHECKPOINT_PAGES: i64 = 4_000;
/// Page cache of the writer.
const WRITER_CACHE_KIB: i64 = 32 * 1024;
/// Statements kept compiled; lists alone have many forms.
const STATEMENTS: usize = 128;
/// Between two looks at a lock. SQLite's own pauses grow to 100 ms, too long to catch the moment between two transactions of
/// a program that writes all the time.
const RETRY: Duration = Duration::from_millis(1);

/// Opens the connection that writes, and brings the file to the current schema.
pub(super) fn open_writer(path: &Path, options: &SqliteOptions) -> Result<Connection, StoreError> {
    if !path.try_exists().map_err(|error| told_io(&error, path))? {
        if !options.create {
            return Err(StoreError::NotFound { path: path.to_path_buf() });
        }
        create(path)?;
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(|error| told(&error, path))?;
    prepare_writer(&mut connection, path, options).map_err(|fault| match fault.told(path) {
        // The file itself could be opened: it is the files beside it that could not be made.
        StoreError::CannotOpen { path, .. } => StoreError::ReadOnly { path },
        other => other,
    })?;
    Ok(connection)
}

/// Makes a new store. It appears whole, so that an empty file is never one of ours, and two programs that start at once
/// find the same file.
fn create(path: &Path) -> Result<(), StoreError> {
    let draft = Draft::beside(path).map_err(|error| told_io(&error, path))?;
    fill(draft.path()).map_err(|fault| fault.told(path))?;
    match draft.publish(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(told_io(&error, path)),
        _ => Ok(()),
    }
}

fn fill(draft: &Path) -> Result<(), Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(draft, flags)?;
    // The whole draft is flushed before it is published.
    connection.pragma_update(None, "synchronous", "OFF")?;
    schema::migrate(&mut connection)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.close().map_err(|(_, error)| error.into())
}

fn prepare_writer(connection: &mut Connection, path: &Path, options: &SqliteOptions) -> Result<(), Fault> {
    guard(connection)?;
    wait_for_others(connection, options.busy_timeout)?;
    // SQLite opens a file it may not write to without complaint; a store that cannot write is of no use to anybody.
    if connection.is_readonly("main")? {
        return Err(StoreError::ReadOnly { path: path.to_path_buf() }.into());
    }
    schema::require_ours(connection, path)?;
    use_wal(connection, options.busy_timeout)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "journal_size_limit", WAL_LIMIT_BYTES)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    schema::migrate(connection)?;
    if let Some(pages) = options.max_pages {
        connection.pragma_update(None, "max_page_count", pages)?;
    }
    Ok(())
}

/// Turns the write-ahead log on, for a file that was a backup. SQLite does not wait by itself if another program is doing the same to the same file.
fn use_wal(connection: &Connection, patience: Duration) -> rusqlite::Result<()> {
    let start = Instant::now();
    loop {
        let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
        if mode == "wal" {
            return Ok(());
        }
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error)
                if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
                    && start.elapsed() < patience =>
            {
                thread::sleep(RETRY);
            }
            other => return other,
        }
    }
}

/// From now on a lock of another program is waited for as long as `patience`.
pub(super) fn wait_for_others(connection: &mut Connection, patience: Duration) -> rusqlite::Result<()> {
    let mut start = Instant::now();
    connection.busy_handler(Some(move |looks| {
        if looks == 0 {
            start = Instant::now();
        }
        let waits = start.elapsed() < patience;
        if waits {
            thread::sleep(RETRY);
        }
        waits
    }))
}

/// What every connection has: it trusts nothing that stands in the file.
fn guard(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // Plans do not depend on the values bound, so that no statement is compiled again because of one.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)
}

/// Connections that only read.
pub(super) struct Readers {
    path: PathBuf,
    busy_timeout: Duration,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(path: &Path, options: &SqliteOptions) -> Self {
        Self { path: path.to_path_buf(), busy_timeout: options.busy_timeout, idle: Mutex::default() }
    }

    /// Lends a connection to `read`. After an error it is closed rather than lent again.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.open().map_err(|error| told(&error, &self.path))?,
        };
        let answer = read(&connection).map_err(|fault| fault.told(&self.path))?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_READERS {
            idle.push(connection);
        }
        Ok(answer)
    }

    fn open(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(&self.path, flags)?;
        guard(&connection)?;
        wait_for_others(&mut connection, self.busy_timeout)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    }

    pub(super) fn close(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
