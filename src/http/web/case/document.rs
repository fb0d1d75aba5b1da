// SPDX-License-Identifier: EUPL-1.2
//! The case, and its *patto di servizio*, as a document to keep or to sign.

use axum::extract::{Path, State};
use axum::response::Response;

use crate::http::app::App;
use crate::http::identity::Identity;
use crate::http::pdf::{Which, answer};
use crate::http::trouble::Trouble;

use super::ground;

pub(super) async fn case(State(app): State<App>, who: Identity, Path(id): Path<String>) -> Result<Response, Trouble> {
    document(&app, who, id, Which::Case).await
}

pub(super) async fn patto(State(app): State<App>, who: Identity, Path(id): Path<String>) -> Result<Response, Trouble> {
    document(&app, who, id, Which::Patto).await
}

async fn document(app: &App, who: Identity, id: String, which: Which) -> Result<Response, Trouble> {
    app.read(move |app| {
        let ground = ground(app, &who, &id)?;
        who.require_case(&ground.view.head, Some(&app.service.desk(&ground.view)))?;
        answer(app, &who, &ground.view, ground.today, which)
    })
    .await
}
