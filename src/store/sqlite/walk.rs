// SPDX-License-Identifier: EUPL-1.2
//! All cases with their histories, in the order of the ids: the next ones are read while the first are looked at.
//!
//! One thread, the caller's, reads the heads and looks; others read the events. A page of heads goes to them in turn and
//! comes back in turn, so that the order needs no care.

use std::ops::{ControlFlow, Range};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use rusqlite::{Connection, Row};
use uuid::Uuid;

use super::connection::Readers;
use super::read::{EVENTS, head_sql, keyed_head_from, require_next, start};
use super::trouble::Fault;
use crate::store::{Bodies, CaseHead, StoreError, StoredEvent};

/// Events of the cases of a page, unless one case alone has more: few, so that they stay in the processor's cache.
const PAGE_EVENTS: usize = 2_048;
/// Memory a text may keep from one page to the next.
const KEPT_BYTES: usize = 1_024;
/// Threads that read events, at most; each has a page in hand and one waiting.
const MOST_READERS: usize = 6;
const PAGES_EACH: usize = 2;

type Visit<'a, S> = &'a mut dyn FnMut(CaseHead, Result<<S as Shelf>::History<'_>, StoreError>) -> ControlFlow<()>;

/// What is read of the events of some cases; its memory is used again for the next.
pub(super) trait Shelf: Default + Send + 'static {
    /// What is shown of one case.
    type History<'a>
    where
        Self: 'a;
    /// Gives the sequence first, of the events of the case ?1, in order.
    const SQL: &'static str;

    fn clear(&mut self);
    fn len(&self) -> usize;
    fn put(&mut self, sequence: u32, row: &Row<'_>) -> rusqlite::Result<()>;
    fn show(&self, range: Range<usize>) -> Self::History<'_>;
}

/// Whole events.
#[derive(Default)]
pub(super) struct Events {
    events: Vec<StoredEvent>,
    used: usize,
}

impl Shelf for Events {
    type History<'a> = &'a [StoredEvent];
    const SQL: &'static str = EVENTS;

    fn clear(&mut self) {
        self.used = 0;
    }

    fn len(&self) -> usize {
        self.used
    }

    fn put(&mut self, sequence: u32, row: &Row<'_>) -> rusqlite::Result<()> {
        if self.events.len() <= self.used {
            self.events.push(StoredEvent::default());
        }
        let Some(event) = self.events.get_mut(self.used) else { return Ok(()) };
        event.sequence = sequence;
        event.on = row.get(1)?;
        event.recorded_at = row.get(2)?;
        refill(&mut event.actor, row.get_ref(3)?.as_str()?);
        refill(&mut event.body, row.get_ref(4)?.as_str()?);
        event.hash = row.get(5)?;
        self.used += 1;
        Ok(())
    }

    fn show(&self, range: Range<usize>) -> &[StoredEvent] {
        self.events.get(range).unwrap_or_default()
    }
}

/// The bodies alone, one after the other.
#[derive(Default)]
pub(super) struct Texts {
    text: String,
    ends: Vec<usize>,
}

impl Shelf for Texts {
    type History<'a> = Bodies<'a>;
    const SQL: &'static str = "SELECT sequence, body FROM events WHERE case_key = ?1 ORDER BY sequence";

    fn clear(&mut self) {
        self.text.clear();
        self.text.shrink_to(PAGE_EVENTS * KEPT_BYTES);
        self.ends.clear();
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn put(&mut self, _: u32, row: &Row<'_>) -> rusqlite::Result<()> {
        self.text.push_str(row.get_ref(1)?.as_str()?);
        self.ends.push(self.text.len());
        Ok(())
    }

    fn show(&self, range: Range<usize>) -> Bodies<'_> {
        let start = range.start.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        Bodies::new(&self.text, start, self.ends.get(range).unwrap_or_default())
    }
}

/// Cases with their histories.
#[derive(Default)]
struct Page<S> {
    heads: Vec<(i64, CaseHead)>,
    shelf: S,
    /// For each case, where its events stand; none where some are missing.
    ranges: Vec<Option<Range<usize>>>,
}

impl<S: Shelf> Page<S> {
    /// Reads the heads that come after the case `after`, and gives the last of them. None when there is nothing more.
    fn heads(&mut self, connection: &Connection, path: &Path, after: Option<Uuid>) -> Result<Option<Uuid>, Fault> {
        self.heads.clear();
        let mut statement = connection.prepare_cached(head_sql!("id > ?1 ORDER BY id"))?;
        let mut rows = statement.query([start(after.as_ref())])?;
        let (mut last, mut events) = (after, 0);
        while events < PAGE_EVENTS {
            let Some(row) = rows.next()? else { break };
            let (key, head) = keyed_head_from(row)?;
            last = Some(require_next(path, last, &head)?);
            events += head.sequence as usize;
            self.heads.push((key, head));
        }
        Ok(last.filter(|_| !self.heads.is_empty()))
    }

    /// Reads the events of each case, up to where its head says that it had got: what was written since is of another day.
    fn histories(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.ranges.clear();
        self.shelf.clear();
        let _snapshot = connection.unchecked_transaction()?;
        let mut statement = connection.prepare_cached(S::SQL)?;
        for (key, head) in &self.heads {
            let (first, mut next) = (self.shelf.len(), 1);
            let mut rows = statement.query([key])?;
            while next <= head.sequence
                && let Some(row) = rows.next()?
                && row.get(0) == Ok(next)
            {
                self.shelf.put(next, row)?;
                next += 1;
            }
            self.ranges.push((next > head.sequence).then(|| first..self.shelf.len()));
        }
        Ok(())
    }

    /// Shows the cases, each with its history, or why there is none: one with a hole must not pass for a shorter one.
    fn show(&mut self, visit: Visit<'_, S>) -> ControlFlow<()> {
        for ((_, head), range) in self.heads.drain(..).zip(&self.ranges) {
            let whole = range.clone().ok_or(StoreError::Incomplete { case: head.id });
            let whole = whole.map(|range| self.shelf.show(range));
            visit(head, whole)?;
        }
        ControlFlow::Continue(())
    }
}

/// Writes over a text, keeping its memory unless it is much.
fn refill(text: &mut String, with: &str) {
    if text.capacity() > KEPT_BYTES {
        *text = with.to_owned();
    } else {
        text.clear();
        text.push_str(with);
    }
}

/// Shows every case to `visit`, until it breaks.
///
/// # Errors
/// Trouble with the file, after the cases that come before it.
pub(super) fn walk<S: Shelf>(readers: &Readers, path: &Path, visit: Visit<'_, S>) -> Result<(), StoreError> {
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get).min(MOST_READERS);
    let mut page = Page::<S>::default();
    let mut after = readers.read(|connection| page.heads(connection, path, None))?;
    while after.is_some() {
        // Few cases are read sooner than a thread is started.
        let is_full = page.heads.iter().map(|(_, head)| head.sequence as usize).sum::<usize>() >= PAGE_EVENTS;
        readers.read(|connection| Ok(page.histories(connection)?))?;
        if page.show(visit).is_break() {
            return Ok(());
        }
        if is_full && threads > 1 {
            return walk_ahead::<S>(readers, path, after, threads, visit);
        }
        after = readers.read(|connection| page.heads(connection, path, after))?;
    }
    Ok(())
}

fn walk_ahead<S: Shelf>(
    readers: &Readers,
    path: &Path,
    mut after: Option<Uuid>,
    threads: usize,
    visit: Visit<'_, S>,
) -> Result<(), StoreError> {
    thread::scope(|scope| {
        let start = |_| {
            let ((give, given), (put, done)) = (sync_channel(PAGES_EACH), sync_channel(PAGES_EACH));
            scope.spawn(move || fill(readers, &given, &put));
            (give, done)
        };
        let workers: Vec<(SyncSender<Page<S>>, Receiver<_>)> = (0..threads).map(start).collect();
        let mut blank: Vec<Page<S>> = (0..threads * PAGES_EACH).map(|_| Page::default()).collect();
        let (mut givers, mut out, mut fault) = (workers.iter().cycle(), 0_usize, None);
        for (_, done) in workers.iter().cycle() {
            while after.is_some()
                && let Some(mut page) = blank.pop()
            {
                // A fault is told when what comes before it has been seen.
                let heads = readers.read(|connection| page.heads(connection, path, after));
                after = heads.unwrap_or_else(|error| {
                    fault = Some(error);
                    None
                });
                if let Some((give, _)) = givers.next().filter(|_| after.is_some()) {
                    // No thread goes before its work is done, unless it broke: the scope then says so.
                    _ = give.send(page);
                    out += 1;
                }
            }
            if out == 0 {
                return fault.map_or(Ok(()), Err);
            }
            let Ok(read) = done.recv() else { return Ok(()) };
            let mut page = read?;
            out -= 1;
            if page.show(visit).is_break() {
                return Ok(());
            }
            blank.push(page);
        }
        Ok(())
    })
}

/// Reads the events of the pages that come.
fn fill<S: Shelf>(readers: &Readers, given: &Receiver<Page<S>>, put: &SyncSender<Result<Page<S>, StoreError>>) {
    while let Ok(mut page) = given.recv() {
        let read = readers.read(|connection| Ok(page.histories(connection)?)).map(|()| page);
        if put.send(read).is_err() {
            return;
        }
    }
}
