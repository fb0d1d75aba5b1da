// SPDX-License-Identifier: EUPL-1.2
//! The first page: where each role begins its day.

use axum::response::Response;
use axum::routing::get;

use crate::http::auth::go;
use crate::http::form::Asked;
use crate::http::identity::Identity;
use crate::http::routes::{Route, Who, page};
use crate::role::Role;

pub(super) fn routes() -> Vec<Route> {
    vec![page("/", Who::SignedIn, get(home))]
}

async fn home(who: Identity, asked: Asked) -> Response {
    let to = match who.role() {
        Role::Operator => "/oggi",
        Role::OfficeLead => "/sede",
        Role::RegionalAdmin => "/specifiche",
        Role::Auditor => "/rilievi",
    };
    match asked.get("detto") {
        Some("password") => go(&format!("{to}?detto=password")),
        _ => go(to),
    }
}
