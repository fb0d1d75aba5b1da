// SPDX-License-Identifier: EUPL-1.2
//! How the service is run: what a file, the environment and the command line say, in one table.
//!
//! The table is [`SETTINGS`]: the reader, the options of `lepre serve`, `lepre config` and the manual are made from it.

mod checks;
mod reading;
mod settings;
mod values;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

pub use reading::{Fault, Origin, Read, Sources, read};
pub use settings::{SETTINGS, Setting, setting};

/// See the module.
#[derive(Clone, Debug)]
pub struct Config {
    pub listen: SocketAddr,
    /// Where people reach the service, if a proxy stands before it.
    pub public_url: Option<String>,
    pub session_idle: Duration,
    pub session_life: Duration,
    pub login_attempts: u32,
    pub login_lock: Duration,
    pub body_bytes: usize,
    pub request_timeout: Duration,
    /// Within how long the headers of a request must have come.
    pub header_timeout: Duration,
    pub connections: usize,
    pub requests_per_minute: u32,
    /// Fictional people; said on every page.
    pub demo: bool,
    pub trusted_proxy: Option<TrustedProxy>,
    pub oidc: Option<Oidc>,
    pub log_format: LogFormat,
    pub log_level: LogLevel,
    /// Who may read `/metrics`.
    pub metrics_from: Vec<IpAddr>,
    /// Between two looks at the folder of the specifications; none: it is read once.
    pub specs_every: Option<Duration>,
    /// The folder whose subfolders are drafts of the specifications; none: no draft is shown.
    pub drafts: Option<PathBuf>,
    /// For how many days it is to be kept who looked at what. There is no default: none, and all of it stays. The store
    /// deletes nothing by itself: what is older is told in the log.
    pub accesses_days: Option<u32>,
    /// File of the private key with which the service seals the log, if it does.
    pub seal_key: Option<PathBuf>,
    /// Counts of cases below it, and above zero, are not shown in sums; with 1, all are.
    pub small_numbers: u32,
    /// Known once the service listens.
    pub bound: Bound,
}

/// The region's gateway, reached by OpenID Connect; SPID and CIE sit behind it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Oidc {
    pub issuer: String,
    pub client: String,
    pub secret: String,
    /// Where the secret was read, if not given as it is.
    pub secret_file: Option<PathBuf>,
}

impl fmt::Debug for Oidc {
    /// Without the secret: this may end in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oidc").field("issuer", &self.issuer).field("client", &self.client).finish_non_exhaustive()
    }
}

/// A gateway that says in a header who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxy {
    pub addresses: Vec<IpAddr>,
    pub header: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
}

/// The address that was taken: the port too, where any was asked for. Copies are the same.
#[derive(Clone, Debug, Default)]
pub struct Bound(Arc<OnceLock<SocketAddr>>);

impl Bound {
    pub fn set(&self, address: SocketAddr) {
        _ = self.0.set(address);
    }

    pub fn get(&self) -> Option<SocketAddr> {
        self.0.get().copied()
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080),
            public_url: None,
            session_idle: Duration::from_secs(30 * 60),
            session_life: Duration::from_secs(10 * 60 * 60),
            login_attempts: 5,
            login_lock: Duration::from_secs(15 * 60),
            body_bytes: 1024 * 1024,
            request_timeout: Duration::from_secs(30),
            header_timeout: Duration::from_secs(10),
            connections: 1_024,
            requests_per_minute: 1_200,
            demo: false,
            trusted_proxy: None,
            oidc: None,
            log_format: LogFormat::Text,
            log_level: LogLevel::Info,
            metrics_from: vec![IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)],
            specs_every: Some(Duration::from_secs(5)),
            drafts: None,
            accesses_days: None,
            seal_key: None,
            small_numbers: 5,
            bound: Bound::default(),
        }
    }
}

impl Config {
    pub fn has_oidc(&self) -> bool {
        self.oidc.is_some()
    }

    /// Is the service reached by https?
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    /// Where people reach it, without a slash at the end.
    pub fn base_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.bound.get().unwrap_or(self.listen)),
        }
    }
}
