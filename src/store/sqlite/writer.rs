// SPDX-License-Identifier: EUPL-1.2
//! The one thread that writes: it takes what is waiting, writes it in one transaction, and only after the disk has it tells
//! each who asked.
//!
//! Many writers thus share one flush of the disk. A job that is refused is refused alone; a job on which SQLite stumbles is
//! tried again by itself, so that it takes no other down with it; a commit that fails fails all that were in it.
//!
//! Jobs are carried out in the order in which they came. Some are only told and nobody waits for them; those share the
//! transaction of the next that somebody waits for, or get one of their own a moment later.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::connection::wait_for_others;
use super::schema;
use super::told::{Gate, Told};
use super::trouble::{Fault, told_io};
use crate::store::StoreError;

/// Jobs in one transaction, at most.
const GROUP: usize = 1_024;
/// Between two attempts to empty the log.
const RETRY: Duration = Duration::from_millis(100);
/// A pause in the arrivals after which nobody else is expected.
const PAUSE: Duration = Duration::from_micros(120);
/// The longest a group waits for others, as a part of what the last commit took.
const PATIENCE: u32 = 4;
/// The longest a group that nobody waits for goes on growing.
const LINGER: Duration = Duration::from_millis(50);

/// A piece of work and whoever waits for it, if anybody does.
pub(super) trait Job: Send {
    /// Does the work inside the transaction. May be called again if that transaction came to nothing.
    fn carry_out(&mut self, connection: &Connection) -> Result<(), Fault>;
    /// Tells that the work is durable.
    fn acknowledge(self: Box<Self>);
    fn fail(self: Box<Self>, error: StoreError);
    fn is_awaited(&self) -> bool;
}

struct Asked<T, W> {
    work: W,
    answer: Option<T>,
    reply: SyncSender<Result<T, StoreError>>,
}

impl<T: Send, W: FnMut(&Connection) -> Result<T, Fault> + Send> Job for Asked<T, W> {
    fn carry_out(&mut self, connection: &Connection) -> Result<(), Fault> {
        self.answer = Some((self.work)(connection)?);
        Ok(())
    }

    // Whoever asked may have gone; that is no concern of ours.
    fn acknowledge(self: Box<Self>) {
        if let Some(answer) = self.answer {
            let _gone = self.reply.send(Ok(answer));
        }
    }

    fn fail(self: Box<Self>, error: StoreError) {
        let _gone = self.reply.send(Err(error));
    }

    fn is_awaited(&self) -> bool {
        true
    }
}

/// The way to the writing thread. Dropping it ends the thread, once all that was asked has been answered.
pub(super) struct Writer {
    jobs: Option<Sender<Box<dyn Job>>>,
    /// How many are waiting for an answer.
    asking: Arc<AtomicUsize>,
    told: Arc<Gate>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        path: &Path,
        idle: Duration,
        busy_timeout: Duration,
    ) -> Result<Self, StoreError> {
        let (jobs, waiting) = mpsc::channel();
        let asking = Arc::new(AtomicUsize::new(0));
        let mut desk = Desk {
            connection,
            path: path.to_path_buf(),
            busy_timeout,
            idle,
            waiting,
            asking: Arc::clone(&asking),
            crowd: 0,
            last_commit: Duration::ZERO,
        };
        let thread = thread::Builder::new()
            .name("lepre-store".into())
            .spawn(move || desk.serve())
            .map_err(|error| told_io(&error, path))?;
        Ok(Self { jobs: Some(jobs), asking, told: Arc::default(), thread: Some(thread) })
    }

    /// Has `work` done inside a transaction and waits until it is durable.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        work: impl FnMut(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = mpsc::sync_channel(1);
        let jobs = self.jobs.as_ref().ok_or(StoreError::Closed)?;
        self.asking.fetch_add(1, Ordering::Relaxed);
        // A job that cannot be sent is dropped here, and with it its reply: then nothing is waited for.
        let sent = jobs.send(Box::new(Asked { work, answer: None, reply })).map_err(drop);
        let answered = answer.recv().or(Err(()));
        self.asking.fetch_sub(1, Ordering::Relaxed);
        sent.and(answered).unwrap_or(Err(StoreError::Closed))
    }

    /// Has `work`, a single statement, done inside a transaction and does not wait for it, unless very much is waiting
    /// already. What becomes of it is known after any later [`Writer::ask`]; if it fails, it is counted.
    pub(super) fn tell(
        &self,
        work: impl FnMut(&Connection) -> Result<(), Fault> + Send + 'static,
    ) -> Result<(), StoreError> {
        let jobs = self.jobs.as_ref().ok_or(StoreError::Closed)?;
        jobs.send(Box::new(Told::new(work, self.told.enter()))).map_err(|_| StoreError::Closed)
    }

    /// How many told jobs have failed.
    pub(super) fn lost(&self) -> u64 {
        self.told.lost()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

/// What the writing thread has before it.
struct Desk {
    connection: Connection,
    path: PathBuf,
    busy_timeout: Duration,
    /// How long nobody must have asked before the write-ahead log is emptied.
    idle: Duration,
    waiting: Receiver<Box<dyn Job>>,
    asking: Arc<AtomicUsize>,
    /// How many were asking just before the last answers went out.
    crowd: usize,
    last_commit: Duration,
}

enum Unwritten {
    /// The transaction could not begin or could not be committed: nobody's fault.
    Transaction(Fault),
    /// A job stumbled.
    Job(Fault),
}

impl Desk {
    fn serve(&mut self) {
        while let Some(first) = self.next() {
            let group = self.gather(first);
            self.write(group);
        }
        self.empty_log();
    }

    /// The next job; meanwhile, when nobody asks, the log is emptied.
    fn next(&mut self) -> Option<Box<dyn Job>> {
        let mut patience = self.idle;
        loop {
            match self.waiting.recv_timeout(patience) {
                Ok(job) => return Some(job),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) if self.empty_log() => return self.waiting.recv().ok(),
                Err(RecvTimeoutError::Timeout) => patience = self.idle.max(RETRY),
            }
        }
    }

    /// Everything that is waiting; if nobody waits for any of it, also what comes in the next moment. Those just answered often ask again at once: if there were several, they are given a
    /// moment, so that they need not wait for the commit of the first who was quick. One alone never waits.
    fn gather(&self, first: Box<dyn Job>) -> Vec<Box<dyn Job>> {
        let start = Instant::now();
        let mut awaited = first.is_awaited();
        let mut group = vec![first];
        while group.len() < GROUP {
            let patience = if awaited { Duration::ZERO } else { LINGER.saturating_sub(start.elapsed()) };
            let Ok(job) = self.waiting.recv_timeout(patience) else { break };
            awaited |= job.is_awaited();
            group.push(job);
        }
        if awaited && self.crowd > 1 {
            let start = Instant::now();
            while group.len() < self.crowd.min(GROUP) && start.elapsed() < self.last_commit / PATIENCE {
                let Ok(job) = self.waiting.recv_timeout(PAUSE) else { break };
                group.push(job);
            }
        }
        group
    }

    fn write(&mut self, mut group: Vec<Box<dyn Job>>) {
        let written = self.transact(&mut group);
        self.crowd = self.asking.load(Ordering::Relaxed);
        match written {
            Ok(()) => group.into_iter().for_each(Job::acknowledge),
            Err(Unwritten::Job(_)) if group.len() > 1 => group.into_iter().for_each(|job| self.write(vec![job])),
            Err(Unwritten::Job(fault) | Unwritten::Transaction(fault)) => {
                let error = fault.told(&self.path);
                if matches!(error, StoreError::Full { .. }) {
                    // The log may hold much that the main file has room for.
                    self.empty_log();
                }
                group.into_iter().for_each(|job| job.fail(error.clone()));
            }
        }
    }

    /// One transaction for all; leaves none open, whatever happens.
    fn transact(&mut self, group: &mut [Box<dyn Job>]) -> Result<(), Unwritten> {
        let written = self.begin().map_err(Unwritten::Transaction).and_then(|()| {
            group.iter_mut().try_for_each(|job| job.carry_out(&self.connection)).map_err(Unwritten::Job)?;
            self.commit().map_err(|error| Unwritten::Transaction(error.into()))
        });
        if written.is_err() && !self.connection.is_autocommit() {
            // If even this fails, the next transaction cannot begin and says so.
            let _undone = self.connection.execute_batch("ROLLBACK");
        }
        written
    }

    fn begin(&self) -> Result<(), Fault> {
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        schema::require_supported(&self.connection)
    }

    fn commit(&mut self) -> rusqlite::Result<()> {
        let start = Instant::now();
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        self.last_commit = start.elapsed();
        Ok(())
    }

    /// Moves the log into the main file and empties it; false if a reader or another program still needs it, or the disk
    /// will not have it. Then nothing is lost: the log stays.
    fn empty_log(&mut self) -> bool {
        let _hurried = self.connection.busy_handler(None::<fn(i32) -> bool>);
        let busy = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0));
        let _patient = wait_for_others(&mut self.connection, self.busy_timeout);
        busy == Ok(false)
    }
}
