// SPDX-License-Identifier: EUPL-1.2
//! Long work done once for many askers, away from the threads that serve: who asks sees what it found, or how far it is.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::app::App;
use super::trouble::Trouble;

/// How long an asker waits for the end before being shown how far it is.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// How far a work is.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    pub fn set(&self, done: u64, total: u64) {
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    /// Where steps are counted as they are done.
    pub fn counter(&self) -> &AtomicU64 {
        &self.done
    }

    /// Steps done and steps in all; 0 in all is not known yet.
    pub fn get(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }
}

/// What an asker sees.
pub enum Look<T> {
    Done(Arc<Found<T>>),
    Running(Arc<Progress>),
}

/// What a work has found, and when.
pub struct Found<T> {
    pub value: T,
    /// Milliseconds from 1970-01-01T00:00:00Z, at its end.
    pub at: i64,
    pub took: Duration,
}

struct State<K, T> {
    running: Option<(K, Arc<Progress>)>,
    /// The newest last.
    found: VecDeque<(K, Arc<Found<T>>)>,
    failed: Option<(K, Trouble)>,
}

/// One kind of work. At most one runs at a time; of what was found, the last few are kept.
pub struct Job<K, T> {
    state: Arc<Mutex<State<K, T>>>,
    ended: watch::Sender<u64>,
    kept: usize,
}

fn lock<K, T>(state: &Mutex<State<K, T>>) -> MutexGuard<'_, State<K, T>> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<K: Clone + PartialEq + Send + 'static, T: Send + Sync + 'static> Job<K, T> {
    pub fn new(kept: usize) -> Self {
        let state = State { running: None, found: VecDeque::new(), failed: None };
        Self { state: Arc::new(Mutex::new(state)), ended: watch::channel(0).0, kept }
    }

    /// What was found for `key`, if it is still kept.
    pub fn found(&self, key: &K) -> Option<Arc<Found<T>>> {
        lock(&self.state).found.iter().rev().find(|(known, _)| known == key).map(|(_, found)| found.clone())
    }

    /// What was found last for a key of some kind, if it is still kept.
    pub fn last(&self, is: impl Fn(&K) -> bool) -> Option<(K, Arc<Found<T>>)> {
        lock(&self.state).found.iter().rev().find(|(known, _)| is(known)).cloned()
    }

    /// How it stands, whatever the key: what runs, else what was found last; none if nothing was ever asked for. Waits a
    /// little for the end of what runs.
    ///
    /// # Errors
    /// Those of the work, told once.
    pub async fn now(&self) -> Result<Option<Look<T>>, Trouble> {
        let mut ended = self.ended.subscribe();
        if lock(&self.state).running.is_some() {
            patiently(async { _ = ended.changed().await }).await;
        }
        let mut state = lock(&self.state);
        if let Some((_, progress)) = &state.running {
            return Ok(Some(Look::Running(progress.clone())));
        }
        if let Some((_, trouble)) = state.failed.take() {
            return Err(trouble);
        }
        Ok(state.found.back().map(|(_, found)| Look::Done(found.clone())))
    }

    /// What the work for `key` has found; begins it, if nobody has, and waits a little for its end.
    ///
    /// # Errors
    /// Those of the work, told once; asked again, it begins again.
    pub async fn look(
        &self,
        app: &App,
        key: K,
        work: impl FnOnce(&App, &Progress) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<Look<T>, Trouble> {
        let mut ended = self.ended.subscribe();
        let waiting = async {
            // Also for the end of another work: until then this one cannot begin.
            while self.found(&key).is_none() && lock(&self.state).running.is_some() {
                if ended.changed().await.is_err() {
                    break;
                }
            }
        };
        self.begin(app, &key, work);
        patiently(waiting).await;
        let mut state = lock(&self.state);
        if let Some((_, trouble)) = state.failed.take_if(|(known, _)| *known == key) {
            return Err(trouble);
        }
        if let Some((_, found)) = state.found.iter().rev().find(|(known, _)| *known == key) {
            return Ok(Look::Done(found.clone()));
        }
        let progress = state.running.as_ref().map(|(_, progress)| progress.clone()).unwrap_or_default();
        Ok(Look::Running(progress))
    }

    /// Begins the work for `key`, unless it is done or something runs.
    pub fn begin(&self, app: &App, key: &K, work: impl FnOnce(&App, &Progress) -> Result<T, Trouble> + Send + 'static) {
        let progress = Arc::new(Progress::default());
        {
            let mut state = lock(&self.state);
            let known = state.found.iter().any(|(known, _)| known == key);
            let failed = state.failed.as_ref().is_some_and(|(known, _)| known == key);
            if known || failed || state.running.is_some() {
                return;
            }
            state.running = Some((key.clone(), progress.clone()));
        }
        let app = app.clone();
        let mut end = End { state: self.state.clone(), ended: self.ended.clone(), key: Some(key.clone()) };
        let kept = self.kept;
        let started = Instant::now();
        tokio::task::spawn_blocking(move || {
            let outcome = work(&app, &progress);
            let Some(key) = end.key.take() else { return };
            {
                let mut state = lock(&end.state);
                state.running = None;
                match outcome {
                    Ok(value) => {
                        let found = Found { value, at: app.now(), took: started.elapsed() };
                        state.found.push_back((key, Arc::new(found)));
                        if state.found.len() > kept {
                            state.found.pop_front();
                        }
                    }
                    Err(trouble) => state.failed = Some((key, trouble)),
                }
            }
            end.ended.send_modify(|count| *count += 1);
        });
    }
}

/// Tells askers that a work is over even when it breaks off.
struct End<K, T> {
    state: Arc<Mutex<State<K, T>>>,
    ended: watch::Sender<u64>,
    /// What it was for, until that is told.
    key: Option<K>,
}

impl<K, T> Drop for End<K, T> {
    fn drop(&mut self) {
        let Some(key) = self.key.take() else { return };
        let mut state = lock(&self.state);
        state.running = None;
        state.failed = Some((key, Trouble::Internal { why: "il lavoro si è interrotto".into() }));
        drop(state);
        self.ended.send_modify(|count| *count += 1);
    }
}

/// Waits for something, but not long.
async fn patiently(what: impl Future<Output = ()>) {
    // Whether it has ended is looked at afterwards.
    _ = tokio::time::timeout(PATIENCE, what).await;
}
