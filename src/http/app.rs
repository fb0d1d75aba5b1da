// SPDX-License-Identifier: EUPL-1.2
//! What every request needs: the use cases, the registry, the configuration, and the way to work that blocks.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::config::Config;
use crate::service::Service;
use crate::store::{Access, Account, Registry};

use super::auth::oidc::Gateway;
use super::auth::sessions::SessionCache;
use super::identity::Identity;
use super::limits::Limits;
use super::metrics::Metrics;
use super::trouble::Trouble;

/// Reads at once for each core: more only take each other's time.
const READS: usize = 4;
/// Passwords checked at once: each takes about 20 MiB.
const PASSWORDS: usize = 2;

/// See the module. Copies are the same application.
#[derive(Clone)]
pub struct App(Arc<Inner>);

pub struct Inner {
    pub service: Service,
    pub registry: Arc<dyn Registry>,
    pub config: Config,
    pub sessions: SessionCache,
    pub limits: Limits,
    pub gateway: Gateway,
    pub metrics: Metrics,
    /// Keys of this installation, kept in the store.
    pub key: [u8; 32],
    pub started: Instant,
    /// What takes long, and what it has found.
    pub works: super::web::Works,
    pub drawn: super::web::DrawnPages,
    pub verifying: super::verifying::Verifying,
    /// True once the lists are up to date and until the shutdown begins.
    ready: AtomicBool,
    reads: Semaphore,
    passwords: Semaphore,
}

impl std::ops::Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl App {
    /// # Errors
    /// Trouble with the store, from which the keys of this installation are read.
    pub fn new(
        service: Service,
        registry: Arc<dyn Registry>,
        config: Config,
    ) -> Result<Self, crate::store::StoreError> {
        let key = registry.secret("http")?;
        Ok(Self(Arc::new(Inner {
            sessions: SessionCache::default(),
            limits: Limits::new(config.requests_per_minute),
            metrics: Metrics::new(),
            gateway: Gateway::default(),
            key,
            started: Instant::now(),
            works: super::web::Works::default(),
            drawn: super::web::DrawnPages::default(),
            verifying: super::verifying::Verifying::default(),
            ready: AtomicBool::new(false),
            reads: Semaphore::new(READS * std::thread::available_parallelism().map_or(1, std::num::NonZero::get)),
            passwords: Semaphore::new(PASSWORDS),
            service,
            registry,
            config,
        })))
    }

    pub fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Relaxed)
    }

    pub fn set_ready(&self, ready: bool) {
        self.ready.store(ready, Ordering::Relaxed);
    }

    /// Milliseconds from 1970-01-01T00:00:00Z.
    pub fn now(&self) -> i64 {
        self.service.clock().now()
    }

    /// Does work that only reads, away from the threads that serve connections.
    ///
    /// # Errors
    /// Those of the work.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let _permit = self.reads.acquire().await;
        self.blocking(work).await
    }

    /// Does work that writes: many wait for one flush of the disk together.
    ///
    /// # Errors
    /// Those of the work.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        self.blocking(work).await
    }

    /// Does work with passwords, a few at a time.
    ///
    /// # Errors
    /// Those of the work.
    pub async fn slowly<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let _permit = self.passwords.acquire().await;
        self.blocking(work).await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let app = self.clone();
        match tokio::task::spawn_blocking(move || work(&app)).await {
            Ok(done) => done,
            Err(_) => Err(Trouble::Internal { why: "il lavoro si è interrotto".into() }),
        }
    }

    /// Notes that somebody has seen a person's data. Written with the next transaction, never lost by a shutdown.
    ///
    /// # Errors
    /// The registry has been closed: then nothing is shown either.
    pub fn saw(
        &self,
        who: &Identity,
        action: &str,
        case: Option<Uuid>,
        subject: Option<Uuid>,
        why: Option<&str>,
    ) -> Result<(), Trouble> {
        self.noted(&who.account, action, case, subject, why, &who.request)
    }

    /// Notes what an account has done at the door, or that somebody has tried to pass for it.
    ///
    /// # Errors
    /// As [`App::saw`].
    pub fn at_the_door(&self, account: &Account, action: &str, request: &str) -> Result<(), Trouble> {
        self.noted(account, action, None, None, None, request)
    }

    fn noted(
        &self,
        account: &Account,
        action: &str,
        case: Option<Uuid>,
        subject: Option<Uuid>,
        why: Option<&str>,
        request: &str,
    ) -> Result<(), Trouble> {
        self.registry.note_access(Access {
            at: self.now(),
            account: account.id,
            username: account.username.clone(),
            region: account.region.clone(),
            action: action.to_owned(),
            case,
            subject,
            why: why.map(str::to_owned),
            request: request.to_owned(),
        })?;
        Ok(())
    }
}
