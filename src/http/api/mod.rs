// SPDX-License-Identifier: EUPL-1.2
//! The interface for programs: what other systems ask, with a token, and the document that says how.

mod asked;
mod body;
mod cases;
mod catalogue;
mod commands;
mod document;
mod indicators;
mod levels;
mod looking;
mod once;
mod opening;
mod operation;
mod papers;
mod proofs;
mod schema;
mod subjects;
mod verifications;
mod viewer;

use serde_json::Value as Json;

use super::routes::Route;
use operation::Endpoint;

pub use document::document;
pub(super) use looking::veiled_answer;

/// What is asked by POST and writes nothing in any case: a token that only reads may ask it.
pub(super) const READ_BY_POST: [&str; 5] = [
    "/api/v1/soggetti/ricerca",
    "/api/v1/pratiche/possibile",
    "/api/v1/verifiche",
    "/api/v1/verifiche/{id}/annulla",
    "/api/v1/verifiche/{id}/riprendi",
];

pub(super) fn routes() -> Vec<Route> {
    let mut routes: Vec<Route> = endpoints().into_iter().map(Endpoint::route).collect();
    routes.extend(viewer::routes());
    routes
}

/// Everything that can be asked, in the order of the document.
fn endpoints() -> Vec<Endpoint> {
    let mut endpoints = levels::endpoints();
    endpoints.extend(catalogue::endpoints());
    endpoints.extend(subjects::endpoints());
    endpoints.extend(cases::endpoints());
    endpoints.extend(opening::endpoints());
    endpoints.extend(looking::endpoints());
    endpoints.extend(papers::endpoints());
    endpoints.extend(proofs::endpoints());
    endpoints.extend(verifications::endpoints());
    endpoints.extend(commands::endpoints());
    endpoints.extend(indicators::endpoints());
    endpoints
}

/// The schemas that the operations name.
fn schemas() -> Vec<(&'static str, Json)> {
    let mut schemas = levels::schemas();
    schemas.extend(catalogue::schemas());
    schemas.extend(subjects::schemas());
    schemas.extend(cases::schemas());
    schemas.extend(opening::schemas());
    schemas.extend(looking::schemas());
    schemas.extend(proofs::schemas());
    schemas.extend(verifications::schemas());
    schemas.extend(commands::schemas());
    schemas.extend(indicators::schemas());
    schemas
}
