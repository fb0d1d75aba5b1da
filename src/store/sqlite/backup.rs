// SPDX-License-Identifier: EUPL-1.2
//! A copy of the store while others read and write.

use std::io;
use std::path::Path;

use rusqlite::backup::{Backup, Progress, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::connection::Readers;
use super::draft::Draft;
use super::trouble::{Fault, told_io};
use crate::store::StoreError;

/// Pages between two words about the progress.
const STEP_PAGES: i32 = 1_024;

pub(super) fn backup(readers: &Readers, path: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<(), StoreError> {
    let target = std::path::absolute(path).map_err(|error| told_io(&error, path))?;
    let taken = StoreError::BackupExists { path: target.clone() };
    if target.try_exists().map_err(|error| told_io(&error, &target))? {
        return Err(taken);
    }
    let draft = Draft::beside(&target).map_err(|error| told_io(&error, &target))?;
    readers.read(|source| copy(source, draft.path(), progress).map_err(|fault| fault.told(&target).into()))?;
    draft.publish(&target).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => taken,
        _ => told_io(&error, &target),
    })
}

fn copy(source: &Connection, draft: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<(), Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut copy = Connection::open_with_flags(draft, flags)?;
    // The whole draft is flushed before it is published.
    copy.pragma_update(None, "synchronous", "OFF")?;
    // Held throughout: without it every commit of somebody else would make the copy start again.
    let snapshot = source.unchecked_transaction()?;
    snapshot.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    let steps = Backup::new(source, &mut copy)?;
    loop {
        let step = steps.step(STEP_PAGES)?;
        let Progress { remaining, pagecount } = steps.progress();
        let done = pagecount.saturating_sub(remaining);
        progress(u64::from(done.unsigned_abs()), u64::from(pagecount.unsigned_abs()));
        match step {
            StepResult::Done => break,
            StepResult::More => {}
            _ => return Err(StoreError::Locked { path: draft.to_path_buf() }.into()),
        }
    }
    drop(steps);
    // One file, readable even where nothing can be written beside it.
    copy.pragma_update(None, "journal_mode", "DELETE")?;
    copy.close().map_err(|(_, error)| error.into())
}
