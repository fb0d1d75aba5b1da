// SPDX-License-Identifier: EUPL-1.2
//! The service as it is run: its settings, its log, its watch over the specifications, its beginning and its end.

#![cfg(test)]

mod gateway_header;
mod logs;
mod settings;
mod stopping;
mod watching;

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use lepre::config::Config;
use lepre::http::{App, Peer, application, password};
use lepre::library::Library;
use lepre::role::Role;
use lepre::service::{Clock, Service};
use lepre::store::{Account, Registry, SqliteOptions, SqliteStore};
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::schema::specs;

/// The application on a store of its own.
struct World {
    app: App,
    store: Arc<SqliteStore>,
    _folder: TempDir,
}

fn world(config: Config) -> World {
    world_on(config, Library::open(&specs()).unwrap())
}

fn world_on(config: Config, library: Library) -> World {
    let folder = TempDir::new().unwrap();
    let store = store_at(&folder.path().join("lepre.db"));
    let service =
        Service::new(store.clone(), Arc::new(library), Clock { today: None }, "prova").with_registry(store.clone());
    let app = App::new(service, store.clone(), config).unwrap();
    World { app, store, _folder: folder }
}

fn store_at(path: &Path) -> Arc<SqliteStore> {
    Arc::new(SqliteStore::open(path, SqliteOptions::default()).unwrap())
}

/// An account of an office of Piemonte, in the store.
fn account(store: &SqliteStore, username: &str, external: Option<&str>, secret: Option<&str>) -> Account {
    let account = Account {
        id: Service::new_id(),
        username: username.into(),
        name: "Nome Cognome".into(),
        role: Role::Operator,
        region: Some("piemonte".into()),
        office: Some("torino".into()),
        password: secret.map(|secret| password::hashed(secret).unwrap()),
        must_change: false,
        disabled: false,
        failures: 0,
        locked_until: None,
        external: external.map(str::to_owned),
        identities: false,
        created_at: 0,
    };
    store.put_account(account.clone()).unwrap();
    account
}

impl World {
    /// What is answered to a request that comes from an address.
    async fn ask(&self, from: IpAddr, mut request: Request<Body>) -> Response<Body> {
        request.extensions_mut().insert(Peer(from));
        application(&self.app).oneshot(request).await.unwrap()
    }

    async fn get(&self, path: &str) -> Response<Body> {
        self.ask(LOOPBACK, Request::get(path).body(Body::empty()).unwrap()).await
    }
}

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

async fn text(response: Response<Body>) -> String {
    String::from_utf8(to_bytes(response.into_body(), 4 << 20).await.unwrap().to_vec()).unwrap()
}

/// Runs a test that asks; on one thread, so that what it does is in order.
fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
