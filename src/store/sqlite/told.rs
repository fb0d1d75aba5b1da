// SPDX-License-Identifier: EUPL-1.2
//! Jobs for the writing thread that nobody waits for: so many and no more at once, and a count of those that came to nothing.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use rusqlite::{Connection, ErrorCode};

use super::trouble::Fault;
use super::writer::Job;
use crate::store::StoreError;

/// Told jobs that may be waiting before whoever tells one more has to wait.
const WAITING: usize = 100_000;

/// Where told jobs are counted on their way in and out.
#[derive(Default)]
pub(super) struct Gate {
    waiting: Mutex<usize>,
    left: Condvar,
    lost: AtomicU64,
}

impl Gate {
    /// Waits for a place, which is free again once what it was given to is dropped.
    pub(super) fn enter(self: &Arc<Self>) -> Place {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |waiting: &mut usize| *waiting >= WAITING;
        *self.left.wait_while(waiting, full).unwrap_or_else(PoisonError::into_inner) += 1;
        Place(Arc::clone(self))
    }

    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

pub(super) struct Place(Arc<Gate>);

impl Drop for Place {
    fn drop(&mut self) {
        *self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.0.left.notify_one();
    }
}

/// A single statement that nobody waits for.
pub(super) struct Told<W> {
    work: W,
    refused: bool,
    place: Place,
}

impl<W> Told<W> {
    pub(super) fn new(work: W, place: Place) -> Self {
        Self { work, refused: false, place }
    }

    fn count_lost(&self) {
        self.place.0.lost.fetch_add(1, Ordering::Relaxed);
    }
}

impl<W: FnMut(&Connection) -> Result<(), Fault> + Send> Job for Told<W> {
    /// What the schema refuses has undone itself, and leaves the transaction to the others.
    fn carry_out(&mut self, connection: &Connection) -> Result<(), Fault> {
        self.refused = false;
        match (self.work)(connection) {
            Err(Fault::Sqlite(error))
                if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) && !connection.is_autocommit() =>
            {
                self.refused = true;
                Ok(())
            }
            done => done,
        }
    }

    fn acknowledge(self: Box<Self>) {
        if self.refused {
            self.count_lost();
        }
    }

    fn fail(self: Box<Self>, _error: StoreError) {
        self.count_lost();
    }

    fn is_awaited(&self) -> bool {
        false
    }
}
