// SPDX-License-Identifier: EUPL-1.2
//! Verifications that go on while nobody waits for them: one at a time, in the order in which they were asked for; what a
//! stop of the service leaves half-way goes on when it starts again.

use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::service::verification::Ended;

use super::api::veiled_answer;
use super::app::App;
use super::trouble::Trouble;

/// How long the end of the service waits for what runs. What is then broken off loses nothing but its last lines.
const GRACE: Duration = Duration::from_secs(5);
/// Reasons kept of verifications that could not go on.
const REASONS: usize = 100;

struct Running {
    id: Uuid,
    done: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Uuid>,
    running: Option<Running>,
    /// A thread is at it.
    works: bool,
    failed: BTreeMap<Uuid, String>,
    /// The service is ending: nothing is begun any more.
    ended: bool,
}

/// See the module.
#[derive(Default)]
pub struct Verifying(Arc<Mutex<State>>);

/// What is done about a verification.
pub enum Doing {
    Waiting,
    /// Answers given so far.
    Running(u64),
    /// Why it does not go on.
    Failed(String),
    Nothing,
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Verifying {
    /// Takes a verification to be gone on with.
    pub fn take(&self, app: &App, id: Uuid) {
        let mut state = lock(&self.0);
        state.failed.remove(&id);
        // One that was told to stop a moment ago ends first, then goes on.
        let goes_on = |running: &Running| running.id == id && !running.stop.load(Ordering::Relaxed);
        if state.ended || state.waiting.contains(&id) || state.running.as_ref().is_some_and(goes_on) {
            return;
        }
        state.waiting.push_back(id);
        if !state.works {
            state.works = true;
            let (shared, app) = (self.0.clone(), app.clone());
            std::thread::spawn(move || work(&shared, &app));
        }
    }

    /// Leaves a verification where it is. Answers already on the way may still be written.
    pub fn leave(&self, id: Uuid) {
        let mut state = lock(&self.0);
        state.waiting.retain(|waiting| *waiting != id);
        if let Some(running) = state.running.as_ref().filter(|running| running.id == id) {
            running.stop.store(true, Ordering::Relaxed);
        }
    }

    /// What is done about a verification now.
    pub fn doing(&self, id: Uuid) -> Doing {
        let state = lock(&self.0);
        match &state.running {
            Some(running) if running.id == id && !running.stop.load(Ordering::Relaxed) => {
                return Doing::Running(running.done.load(Ordering::Relaxed));
            }
            _ => {}
        }
        if state.waiting.contains(&id) {
            return Doing::Waiting;
        }
        state.failed.get(&id).map_or(Doing::Nothing, |why| Doing::Failed(why.clone()))
    }

    /// Goes on with all that was left half-way, and not cancelled.
    ///
    /// # Errors
    /// Trouble with the disk.
    pub fn resume(&self, app: &App) -> Result<(), Trouble> {
        let mut all = app.service.all_verifications()?;
        all.reverse();
        for verification in all {
            match app.service.verification_state(&verification) {
                Ok(state) if state.end.is_none() && !state.cancelled => self.take(app, verification.id),
                Ok(_) => {}
                Err(why) => tracing::error!(verifica = %verification.id, %why, "una verifica non si legge"),
            }
        }
        Ok(())
    }

    /// Ends what runs, so that it can go on another time; waits for it a little.
    pub fn stop(&self) {
        {
            let mut state = lock(&self.0);
            state.ended = true;
            state.waiting.clear();
            if let Some(running) = &state.running {
                running.stop.store(true, Ordering::Relaxed);
            }
        }
        let until = Instant::now() + GRACE;
        while lock(&self.0).works && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Works through what waits, on a thread of its own, and ends with the last.
fn work(shared: &Mutex<State>, app: &App) {
    loop {
        let (id, done, stop) = {
            let mut state = lock(shared);
            let Some(id) = state.waiting.pop_front() else {
                state.works = false;
                return;
            };
            let (done, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
            state.running = Some(Running { id, done: done.clone(), stop: stop.clone() });
            (id, done, stop)
        };
        let ended = catch_unwind(AssertUnwindSafe(|| {
            let verification = app.service.verification(id)?;
            if app.service.verification_state(&verification)?.cancelled {
                return Ok(Ended::Stopped);
            }
            app.service.run_verification(&verification, &stop, &done, &veiled_answer)
        }));
        let why = match ended {
            Ok(Ok(Ended::Whole | Ended::Stopped)) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some("il lavoro si è interrotto".to_owned()),
        };
        let mut state = lock(shared);
        state.running = None;
        if let Some(why) = why {
            tracing::error!(verifica = %id, why, "una verifica non va avanti");
            state.failed.insert(id, why);
            if state.failed.len() > REASONS {
                state.failed.pop_first();
            }
        }
    }
}
