// SPDX-License-Identifier: EUPL-1.2
//! One case as a document, for other systems to keep.

use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

use crate::http::app::App;
use crate::http::form::Asked;
use crate::http::identity::Identity;
use crate::http::pdf::{Which, answer};
use crate::http::routes::{DESK, READERS};
use crate::http::trouble::Trouble;

use super::asked::{At, case, case_on, day};
use super::operation::{Endpoint, Operation};
use super::schema::{day as day_schema, uuid};

const GROUP: &str = "Pratiche";

pub(super) fn endpoints() -> Vec<Endpoint> {
    let one = |path, id, title| {
        Operation::get(path, id, GROUP, title).path_param("id", "identificativo della pratica", uuid()).troubles(&[404])
    };
    vec![
        Endpoint::new(
            one("/api/v1/pratiche/{id}/pdf", "pratica-pdf", "La pratica come documento")
                .words("PDF/A-2a e PDF/UA-1: che cosa è dovuto, che cosa è stato fatto, i rilievi con la norma, la storia; al piede le impronte del regolamento e della catena. La stessa pratica, guardata lo stesso giorno dallo stesso account, è gli stessi byte. I dati particolari non vi sono mai scritti.")
                .query("il", "il giorno in cui guardarla; se manca, oggi", day_schema())
                .answers_pdf("Il documento della pratica"),
            READERS,
            get(document),
        ),
        Endpoint::new(
            one("/api/v1/pratiche/{id}/patto/pdf", "patto-pdf", "Il patto di servizio come documento")
                .words("Di una pratica del livello D, com'è oggi; ciò che non è registrato è detto non registrato. Se il patto non è stato consegnato, è una bozza.")
                .answers_pdf("Il patto di servizio"),
            DESK,
            get(patto),
        ),
    ]
}

async fn document(State(app): State<App>, who: Identity, at: At, asked: Asked) -> Result<Response, Trouble> {
    let (id, on) = (at.id()?, day(&app, &asked, "il")?);
    app.read(move |app| {
        let view = case_on(app, &who, id, on)?;
        answer(app, &who, &view, on, Which::Case)
    })
    .await
}

async fn patto(State(app): State<App>, who: Identity, at: At) -> Result<Response, Trouble> {
    let id = at.id()?;
    app.read(move |app| {
        let view = case(app, &who, id)?;
        answer(app, &who, &view, app.service.today(), Which::Patto)
    })
    .await
}
