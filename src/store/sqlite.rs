// SPDX-License-Identifier: EUPL-1.2
//! The store on SQLite: one file, one thread that writes, readers apart.
//!
//! Write-ahead log with `synchronous = FULL`: a commit is on the disk before anybody is told. Several programs may have the
//! same file open; SQLite's locks keep them apart, and the sequence of each case says who came first.

use std::ffi::OsString;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use uuid::Uuid;

use self::connection::Readers;
use self::trouble::{Fault, told_io};
use self::writer::Writer;
use super::{
    CaseAction, CaseHead, CaseWrite, ChainFault, Digest, History, LogMark, NewCase, NewEvent, NewSubject, Stamp, Store,
    StoreError, StoreStats, StoredEvent, Subject, SubjectKind, TextHistory,
};

mod backup;
mod connection;
mod draft;
mod read;
mod registry;
mod schema;
mod told;
mod trouble;
mod verify;
mod walk;
mod write;
mod writer;

/// How a file is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqliteOptions {
    /// Whether a file that is not there becomes a new store.
    pub create: bool,
    /// How long to wait for another program that is writing.
    pub busy_timeout: Duration,
    /// How long nobody must have written before the write-ahead log is emptied into the main file.
    pub idle: Duration,
    /// The size the file may not outgrow, in pages of 4 KiB; no limit but the disk's if there is none.
    pub max_pages: Option<u32>,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { create: true, busy_timeout: Duration::from_secs(5), idle: Duration::from_secs(1), max_pages: None }
    }
}

/// A [`Store`] and a [`Registry`](super::Registry) in one SQLite file. Dropping it finishes what was asked and empties the write-ahead log.
pub struct SqliteStore {
    path: PathBuf,
    readers: Readers,
    writer: Writer,
}

impl SqliteStore {
    /// Opens the file, or makes it, and brings it to the schema of this program.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::CannotOpen`], [`StoreError::ReadOnly`], [`StoreError::Locked`],
    /// [`StoreError::NotLepre`], [`StoreError::NewerSchema`], [`StoreError::Corrupt`], [`StoreError::Full`],
    /// [`StoreError::Io`].
    pub fn open(path: impl AsRef<Path>, options: SqliteOptions) -> Result<Self, StoreError> {
        // Absolute, so that no later change of folder, and no name that means something to SQLite, leads elsewhere.
        let path = std::path::absolute(path.as_ref()).map_err(|error| told_io(&error, path.as_ref()))?;
        let connection = connection::open_writer(&path, &options)?;
        let writer = Writer::start(connection, &path, options.idle, options.busy_timeout)?;
        Ok(Self { readers: Readers::new(&path, &options), path, writer })
    }

    /// The file, as an absolute path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn write_case(&self, write: CaseWrite) -> Result<CaseHead, StoreError> {
        self.writer.ask(move |connection| refusable(write::put_case(connection, &write)))?
    }
}

impl Store for SqliteStore {
    fn put_rulebook(&self, digest: &Digest, body: &str) -> Result<(), StoreError> {
        // Most often it is there already, and nothing need be written.
        if self.rulebook(digest)?.as_deref() == Some(body) {
            return Ok(());
        }
        let (digest, body) = (*digest, body.to_owned());
        self.writer.ask(move |connection| refusable(write::put_rulebook(connection, &digest, &body)))?
    }

    fn rulebook(&self, digest: &Digest) -> Result<Option<String>, StoreError> {
        self.readers.read(|connection| Ok(read::rulebook(connection, digest)?))
    }

    fn put_subject(&self, subject: NewSubject) -> Result<(), StoreError> {
        self.writer.ask(move |connection| refusable(write::put_subject(connection, &subject)))?
    }

    fn subject(&self, id: Uuid) -> Result<Option<Subject>, StoreError> {
        self.readers.read(|connection| Ok(read::subject(connection, id)?))
    }

    fn subject_by_tax_code(&self, kind: SubjectKind, tax_code: &str) -> Result<Option<Subject>, StoreError> {
        self.readers.read(|connection| Ok(read::subject_by_tax_code(connection, kind, tax_code)?))
    }

    fn open_case(
        &self,
        case: NewCase,
        stamp: Stamp,
        events: Vec<NewEvent>,
        state: &str,
    ) -> Result<CaseHead, StoreError> {
        let action = CaseAction::Open(case);
        self.write_case(CaseWrite::new(action, stamp, events, state))
    }

    fn append(
        &self,
        case: Uuid,
        expected_sequence: u32,
        stamp: Stamp,
        events: Vec<NewEvent>,
        state: &str,
    ) -> Result<CaseHead, StoreError> {
        let action = CaseAction::Append { case, expected: expected_sequence };
        self.write_case(CaseWrite::new(action, stamp, events, state))
    }

    fn append_batch(&self, writes: Vec<CaseWrite>) -> Vec<Result<CaseHead, StoreError>> {
        let count = writes.len();
        if count == 0 {
            return Vec::new();
        }
        self.writer
            .ask(move |connection| writes.iter().map(|write| refusable(write::put_case(connection, write))).collect())
            .unwrap_or_else(|error| vec![Err(error); count])
    }

    fn case_head(&self, case: Uuid) -> Result<Option<CaseHead>, StoreError> {
        self.readers.read(|connection| Ok(read::head(connection, case)?))
    }

    fn case_by_external(&self, external: &str) -> Result<Option<CaseHead>, StoreError> {
        self.readers.read(|connection| Ok(read::head_by_external(connection, external)?))
    }

    fn cases_of_subject(&self, subject: Uuid) -> Result<Vec<CaseHead>, StoreError> {
        self.readers.read(|connection| Ok(read::heads_of_subject(connection, subject)?))
    }

    fn case_heads(&self, after: Option<Uuid>, limit: u32) -> Result<Vec<CaseHead>, StoreError> {
        self.readers.read(|connection| read::heads(connection, &self.path, after, limit))
    }

    fn events(&self, case: Uuid) -> Result<Vec<StoredEvent>, StoreError> {
        self.readers.read(|connection| read::events(connection, case))
    }

    fn for_each_case(&self, visit: &mut dyn FnMut(CaseHead, History<'_>) -> ControlFlow<()>) -> Result<(), StoreError> {
        walk::walk::<walk::Events>(&self.readers, &self.path, visit)
    }

    fn for_each_text(
        &self,
        visit: &mut dyn FnMut(CaseHead, TextHistory<'_>) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        walk::walk::<walk::Texts>(&self.readers, &self.path, visit)
    }

    fn verify_chain(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<Vec<ChainFault>, StoreError> {
        verify::verify(&self.readers, progress)
    }

    fn backup(&self, path: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<(), StoreError> {
        backup::backup(&self.readers, path, progress)
    }

    fn stats(&self) -> Result<StoreStats, StoreError> {
        self.readers.read(|connection| read::stats(connection, &self.path))
    }

    fn log_mark(&self) -> Result<LogMark, StoreError> {
        self.readers.read(|connection| Ok(read::log_mark(connection)?))
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        // Before the writer, which empties the log at its end: nobody must still be reading from it.
        self.readers.close();
    }
}

/// Tells a refusal, which is an answer, from a fault, which undoes the transaction.
fn refusable<T>(step: Result<T, Fault>) -> Result<Result<T, StoreError>, Fault> {
    match step {
        Ok(done) => Ok(Ok(done)),
        Err(Fault::Refused(error)) => Ok(Err(error)),
        Err(fault) => Err(fault),
    }
}

/// Where SQLite keeps the write-ahead log of a file.
fn wal_path(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push("-wal");
    PathBuf::from(name)
}
