// SPDX-License-Identifier: EUPL-1.2
//! The front end: pages for people, an interface for programs. It decides nothing about the law: it asks the service.

mod api;
mod app;
pub mod assets;
mod auth;
mod entrust;
mod export;
mod form;
mod guard;
mod ical;
mod identity;
mod indicators;
mod jobs;
mod limits;
mod metrics;
mod ops;
mod pdf;
mod problem;
pub mod routes;
mod security;
mod server;
mod trouble;
mod verifying;
mod web;
mod whereabouts;

pub use api::document;
pub use app::App;
pub use auth::{password, tokens};
pub use guard::{Peer, router};
pub use server::{Running, ServeError, serve};

/// The media type of a form.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// The whole application: every route of the table.
pub fn application(app: &App) -> axum::Router {
    router(app, routes::table())
}
