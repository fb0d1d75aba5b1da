// SPDX-License-Identifier: EUPL-1.2
//! How the service is run: what a file, the environment and the command line say, in one table.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

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
}

/// The region's gateway, reached by OpenID Connect; SPID and CIE sit behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oidc {
    pub issuer: String,
    pub client: String,
    pub secret: String,
}

/// A gateway that says in a header who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedProxy {
    pub addresses: Vec<IpAddr>,
    pub header: String,
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
        self.public_url
            .clone()
            .map_or_else(|| format!("http://{}", self.listen), |url| url.trim_end_matches('/').to_owned())
    }
}
