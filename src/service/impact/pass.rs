// SPDX-License-Identifier: EUPL-1.2
//! One pass over the cases whose law changes, under both laws, on as many threads as there are cores.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use crate::columns::{Asked, Group, Row};
use crate::engine::Program;
use crate::service::{Service, ServiceError};

use super::laws::Laws;
use super::look::Looker;
use super::sums::{Part, Sums};

/// Cases that a thread takes at once, and then adds to the sums.
const BATCH: usize = 4_096;
/// Between two looks at the sums.
const TICK: Duration = Duration::from_millis(100);

/// The cases of one rulebook, with the two laws they are looked at under.
pub(super) struct Task<'a> {
    pub group: &'a Group,
    pub laws: Arc<Laws>,
    next: AtomicUsize,
    programs: Mutex<Weak<Programs>>,
}

/// Both laws made ready for the histories of a group.
pub(super) struct Programs {
    pub before: Program,
    pub after: Program,
    /// Events that say too little for one of the laws, by their symbol; empty where none does.
    pub opaque: Vec<bool>,
}

impl<'a> Task<'a> {
    pub fn new(group: &'a Group, laws: Arc<Laws>) -> Self {
        Self { group, laws, next: AtomicUsize::new(0), programs: Mutex::default() }
    }

    fn take(&self) -> Option<Range<usize>> {
        let (start, len) = (self.next.fetch_add(BATCH, Ordering::Relaxed), self.group.len());
        (start < len).then(|| start..len.min(start + BATCH))
    }

    /// Made by the first thread that comes, and let go by the last one.
    fn programs(&self) -> Arc<Programs> {
        let mut known = lock(&self.programs);
        if let Some(programs) = known.upgrade() {
            return programs;
        }
        let Laws { before, after, pinned, .. } = &*self.laws;
        let mut opaque = self.group.opaque_under(after);
        if !pinned {
            let also = self.group.opaque_under(before);
            opaque.iter_mut().zip(also).for_each(|(one, other)| *one |= other);
        }
        let made = Arc::new(Programs {
            before: if *pinned { self.group.program() } else { self.group.program_under(before) },
            after: self.group.program_under(after),
            opaque: if opaque.contains(&true) { opaque } else { Vec::new() },
        });
        *known = Arc::downgrade(&made);
        made
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is asked of every case.
pub(super) struct Looking<'a> {
    pub service: &'a Service,
    pub asked: Asked,
    pub wanted: &'a (dyn Fn(&Group, &Row<'_>) -> bool + Sync),
    pub stop: &'a AtomicBool,
}

struct Shared {
    sums: Sums,
    running: usize,
    failed: Option<ServiceError>,
}

impl Looking<'_> {
    /// Looks at the cases of all the tasks. `tick` sees the sums as they grow, about ten times a second.
    ///
    /// # Errors
    /// Trouble with the store; trouble with one case is in the sums.
    pub fn run(&self, tasks: &[Task<'_>], tick: &mut dyn FnMut(&Sums)) -> Result<Sums, ServiceError> {
        let batches: usize = tasks.iter().map(|task| task.group.len().div_ceil(BATCH)).sum();
        let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get).min(batches);
        let shared = Mutex::new(Shared { sums: Sums::default(), running: threads, failed: None });
        let moved = Condvar::new();
        thread::scope(|scope| {
            let running: Vec<_> = (0..threads).map(|_| scope.spawn(|| self.work(tasks, &shared, &moved))).collect();
            let mut now = lock(&shared);
            while now.running > 0 {
                now = moved.wait_timeout(now, TICK).unwrap_or_else(PoisonError::into_inner).0;
                tick(&now.sums);
            }
            drop(now);
            for thread in running {
                // Cases that a broken thread did not see must not be missing in silence.
                thread.join().unwrap_or_else(|broken| std::panic::resume_unwind(broken));
            }
        });
        let shared = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
        tick(&shared.sums);
        match shared.failed {
            Some(error) => Err(error),
            None => Ok(shared.sums),
        }
    }

    fn work(&self, tasks: &[Task<'_>], shared: &Mutex<Shared>, moved: &Condvar) {
        // Told even by a thread that breaks off, or the others would be waited for without end.
        let _ended = Ended { shared, moved };
        for (number, task) in tasks.iter().enumerate() {
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
            let Some(mut range) = task.take() else { continue };
            let programs = task.programs();
            let mut looker = Looker::new(self, &task.laws, &programs);
            loop {
                let mut part = Part::default();
                for row in range.filter_map(|at| task.group.row(at)) {
                    if !(self.wanted)(task.group, &row) {
                        continue;
                    }
                    if let Err(error) = looker.look(&row, &mut part) {
                        lock(shared).failed.get_or_insert(error);
                        self.stop.store(true, Ordering::Relaxed);
                        return;
                    }
                }
                lock(shared).sums.join(number, part);
                if self.stop.load(Ordering::Relaxed) {
                    return;
                }
                match task.take() {
                    Some(next) => range = next,
                    None => break,
                }
            }
        }
    }
}

struct Ended<'a> {
    shared: &'a Mutex<Shared>,
    moved: &'a Condvar,
}

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        lock(self.shared).running -= 1;
        self.moved.notify_all();
    }
}
