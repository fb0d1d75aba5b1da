// SPDX-License-Identifier: EUPL-1.2
//! From what SQLite says to what the reader can do about it.

use std::io;
use std::path::Path;

use rusqlite::ErrorCode;

use crate::store::{StoreError, io_words};

/// A step that did not work out: either the contract says no, or SQLite could not.
#[derive(Debug)]
pub(super) enum Fault {
    Refused(StoreError),
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Refused(error)
    }
}

impl Fault {
    pub(super) fn told(self, path: &Path) -> StoreError {
        match self {
            Self::Refused(error) => error,
            Self::Sqlite(error) => told(&error, path),
        }
    }
}

/// SQLite's error in the reader's words.
pub(super) fn told(error: &rusqlite::Error, path: &Path) -> StoreError {
    let path = path.to_path_buf();
    let detail = error.to_string();
    let Some(code) = error.sqlite_error_code() else {
        // A value that is not of the type the schema promises, or a path that is none.
        return match error {
            rusqlite::Error::NulError(_) | rusqlite::Error::InvalidPath(_) => StoreError::CannotOpen { path, detail },
            _ => StoreError::Corrupt { path, detail },
        };
    };
    match code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => {
            StoreError::Locked { path }
        }
        ErrorCode::ReadOnly => StoreError::ReadOnly { path },
        ErrorCode::DiskFull => StoreError::Full { path },
        ErrorCode::CannotOpen | ErrorCode::PermissionDenied => {
            let detail = if path.is_dir() { "è una cartella" } else { "il file non si apre" };
            StoreError::CannotOpen { path, detail: detail.to_owned() }
        }
        ErrorCode::NotADatabase => StoreError::NotLepre { path },
        ErrorCode::DatabaseCorrupt => StoreError::Corrupt { path, detail },
        _ => StoreError::Io { path, detail },
    }
}

/// The same for the file system, where we touch it ourselves.
pub(super) fn told_io(error: &io::Error, path: &Path) -> StoreError {
    let path = path.to_path_buf();
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full { path },
        io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly { path },
        io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied | io::ErrorKind::InvalidInput => {
            StoreError::CannotOpen { path, detail: io_words(error) }
        }
        _ => StoreError::Io { path, detail: io_words(error) },
    }
}
