// SPDX-License-Identifier: EUPL-1.2
//! Connections: taken one by one, given a time within which to speak, and at the end waited for until each has its answer.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt as _;

use super::app::App;
use super::guard::Peer;

/// How long a shutdown waits for answers under way.
const GRACE: Duration = Duration::from_secs(20);

/// How long one connection may stay open.
const LONGEST: Duration = Duration::from_secs(10 * 60);

/// Why the service could not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error("l'indirizzo `{address}` non si può usare: {}", crate::store::io_words(.source))]
    Listen { address: SocketAddr, source: io::Error },
}

/// A service that listens. It answers once [`Running::serve`] is awaited.
pub struct Running {
    listener: TcpListener,
    address: SocketAddr,
    app: App,
}

/// Takes the address of the configuration.
///
/// # Errors
/// The address is taken, or is not this machine's.
pub async fn serve(app: App) -> Result<Running, ServeError> {
    let address = app.config.listen;
    let told = |source| ServeError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(told)?;
    let address = listener.local_addr().map_err(told)?;
    app.config.bound.set(address);
    Ok(Running { listener, address, app })
}

impl Running {
    /// Where it listens: the port too, if any was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `stop` turns true, then finishes what was begun.
    pub async fn serve(self, mut stop: watch::Receiver<bool>) {
        let service = super::application(&self.app);
        let graceful = GracefulShutdown::new();
        let room = Arc::new(Semaphore::new(self.app.config.connections));
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(self.app.config.header_timeout).max_buf_size(64 * 1024);
        loop {
            let Ok(permit) = room.clone().acquire_owned().await else { break };
            let taken = tokio::select! {
                taken = self.listener.accept() => taken,
                _ = stop.wait_for(|stop| *stop) => break,
            };
            let (stream, peer) = match taken {
                Ok(taken) => taken,
                Err(error) => {
                    // The system has no more files or memory to give: others may close theirs meanwhile.
                    tracing::warn!(%error, "una connessione non si apre");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            };
            let _quick = stream.set_nodelay(true);
            let service = service.clone();
            let answer = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
                let mut request: Request = request.map(axum::body::Body::new);
                request.extensions_mut().insert(Peer(peer.ip()));
                service.clone().oneshot(request)
            });
            let connection = graceful.watch(builder.serve_connection(TokioIo::new(stream), answer));
            tokio::spawn(async move {
                // Whoever closes in the middle has told us all we need to know. Whoever neither asks nor reads for this long
                // keeps others out, and must come again.
                let _closed = tokio::time::timeout(LONGEST, connection).await;
                drop(permit);
            });
        }
        self.app.set_ready(false);
        drop(self.listener);
        if tokio::time::timeout(GRACE, graceful.shutdown()).await.is_err() {
            tracing::warn!("alcune risposte non sono finite in tempo");
        }
    }
}
