// SPDX-License-Identifier: EUPL-1.2
//! What leaves the machine so that others can verify without it: the seal of the whole log, the key it is signed with, the
//! dossier of a case.

use std::io;

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::json;

use crate::http::app::App;
use crate::http::export::lines;
use crate::http::form::Asked;
use crate::http::identity::Identity;
use crate::http::routes::{AUDITOR, DESK, Who};
use crate::http::trouble::Trouble;
use crate::service::seal::{self, SealError};
use crate::signature::PrivateKey;

use super::asked::{At, case, day};
use super::once::json as told;
use super::operation::{Endpoint, Operation};
use super::schema::{always, day as day_schema, described, digest, object, uuid};

const GROUP: &str = "Prove";

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new(
            Operation::get("/api/v1/sigillo", "sigillo", GROUP, "Il sigillo di tutto ciò che è registrato")
                .words("L'ultima impronta di ogni pratica, firmata adesso: una riga JSON per pratica e la chiusura con la firma. Conservato altrove, mostra ciò che dopo fosse alterato: lo confronta `lepre audit verify --sigilli`. Non contiene dati di persone; non serve a nulla se resta su questa macchina.")
                .answers_lines("Il sigillo")
                .troubles(&[404]),
            AUDITOR,
            get(sealed),
        ),
        Endpoint::new(
            Operation::get("/api/v1/sigillo/chiave", "chiave-dei-sigilli", GROUP, "La chiave pubblica dei sigilli")
                .answers(200, "ChiaveDeiSigilli", "La chiave (Ed25519), in esadecimale")
                .troubles(&[404]),
            Who::SignedIn,
            get(key),
        ),
        Endpoint::new(
            Operation::get("/api/v1/pratiche/{id}/dossier", "dossier", GROUP, "Il dossier di una pratica")
                .words("Un file con gli eventi, il regolamento, il verdetto e la catena, che si riverifica senza base dati e senza specifiche (`lepre dossier verify`). Gli eventi vi sono interi, con ciò che è scritto a mano: lo dà a chi lavora sulla pratica.")
                .path_param("id", "identificativo della pratica", uuid())
                .query("il", "il giorno del verdetto; se manca, oggi", day_schema())
                .answers_lines("Il dossier")
                .troubles(&[404]),
            DESK,
            get(dossier),
        ),
    ]
}

pub(super) fn schemas() -> Vec<(&'static str, serde_json::Value)> {
    vec![("ChiaveDeiSigilli", object(vec![always("chiave", described(digest(), "64 cifre esadecimali"))]))]
}

/// The key this service seals with, read anew each time: it can be changed without a new start.
fn private_key(app: &App) -> Result<PrivateKey, Trouble> {
    let Some(path) = &app.config.seal_key else {
        return Err(Trouble::not_found("questo servizio non ha una chiave con cui fare sigilli (`chiave_sigilli`)"));
    };
    let unusable = |why: String| {
        tracing::error!(why, "la chiave dei sigilli non si usa");
        Trouble::Unavailable { why: "la chiave dei sigilli non si legge".into() }
    };
    let text = std::fs::read_to_string(path).map_err(|error| unusable(error.to_string()))?;
    PrivateKey::read(&text).map_err(|error| unusable(error.to_string()))
}

async fn sealed(State(app): State<App>, who: Identity) -> Result<Response, Trouble> {
    if who.account.region.is_some() {
        return Err(Trouble::Forbidden {
            why: "il sigillo è di tutte le regioni: lo prende chi le vede tutte".into()
        });
    }
    let key = app.read(private_key).await?;
    app.saw(&who, "sigillo", None, None, None)?;
    let at = app.now();
    Ok(lines(&app, &format!("sigillo-{at}"), move |app, out| {
        let written = seal::write(app.service.store(), &key, at, None, out);
        written.map(|_| ()).map_err(|error| match error {
            SealError::Output(error) => error,
            other => io::Error::other(other.to_string()),
        })
    }))
}

async fn key(State(app): State<App>) -> Result<Response, Trouble> {
    app.read(|app| Ok(told(&json!({ "chiave": private_key(app)?.public().to_string() })))).await
}

async fn dossier(State(app): State<App>, who: Identity, at: At, asked: Asked) -> Result<Response, Trouble> {
    let (id, on) = (at.id()?, day(&app, &asked, "il")?);
    app.read(move |app| {
        let view = case(app, &who, id)?;
        let file = app.service.dossier_file(id, on, None)?;
        app.saw(&who, "dossier", Some(id), Some(view.head.subject), None)?;
        let mut response = file.to_string().into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(super::operation::LINES));
        if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"dossier-{id}.json\"")) {
            headers.insert(CONTENT_DISPOSITION, value);
        }
        Ok(response)
    })
    .await
}
