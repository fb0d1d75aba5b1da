// SPDX-License-Identifier: EUPL-1.2
//! Subjects and what they hold across levels. A tax code is asked in a body, never in an address; whoever has no case
//! within reach does not exist.

use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::http::app::App;
use crate::http::identity::Identity;
use crate::http::routes::{DESK, READERS};
use crate::http::trouble::Trouble;
use crate::service::CaseView;
use crate::store::{Subject, SubjectKind};
use crate::tax_code::TaxCode;

use super::asked::{At, case};
use super::body::Body;
use super::once::json as told;
use super::operation::{Endpoint, Operation};
use super::schema::{LIST, always, day, described, letter, list, name, object, of, one_of, or_null, text, uuid};

const GROUP: &str = "Soggetti";

pub(super) fn endpoints() -> Vec<Endpoint> {
    let id = |operation: Operation| operation.path_param("id", "identificativo del soggetto", uuid()).troubles(&[404]);
    vec![
        Endpoint::new(
            Operation::post("/api/v1/soggetti/ricerca", "ricerca-soggetti", GROUP, "Cerca per codice fiscale")
                .words("Il codice sta nel corpo, perché un indirizzo resta nei registri. Si trova solo chi ha una pratica nella propria sede. Non scrive nulla: non serve `Idempotency-Key`.")
                .sends("RicercaSoggetto", "Il codice da cercare", json!({ "codice_fiscale": "ZZZZZZ80A41Z999K" }))
                .answers(200, "Soggetti", "I soggetti trovati, nessuno o uno per tipo"),
            DESK,
            post(search),
        ),
        Endpoint::new(
            id(Operation::get("/api/v1/soggetti/{id}", "soggetto", GROUP, "Un soggetto"))
                .words("Nome e codice fiscale si mostrano a chi lavora sulle sue pratiche, non a chi verifica.")
                .answers(200, "Soggetto", "Il soggetto e le sue pratiche a portata"),
            READERS,
            get(subject),
        ),
        Endpoint::new(
            id(Operation::get("/api/v1/soggetti/{id}/fascicolo", "fascicolo", GROUP, "Il fascicolo di un soggetto"))
                .words("Le voci compiute nelle pratiche a portata, con il primo compimento: ciò che altri livelli possono richiedere.")
                .answers(200, "Fascicolo", "Il fascicolo"),
            READERS,
            get(dossier),
        ),
    ]
}

pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let subject = object(vec![
        always("soggetto", uuid()),
        always("tipo", one_of(&["persona", "impresa"])),
        always("codice_fiscale", or_null(tax_code())),
        always("denominazione", or_null(text(200))),
        always("pratiche", list(uuid(), LIST)),
    ]);
    let prior =
        object(vec![always("pratica", uuid()), always("lep", letter()), always("voce", name()), always("il", day())]);
    vec![
        ("RicercaSoggetto", object(vec![always("codice_fiscale", tax_code())])),
        ("Soggetto", subject),
        ("Soggetti", object(vec![always("soggetti", list(of("Soggetto"), 2))])),
        ("VoceDelFascicolo", prior),
        (
            "Fascicolo",
            object(vec![always("soggetto", uuid()), always("fascicolo", list(of("VoceDelFascicolo"), LIST))]),
        ),
    ]
}

/// Sixteen letters and digits, or the eleven digits of a company.
pub(super) fn tax_code() -> Json {
    let schema =
        json!({ "type": "string", "minLength": 11, "maxLength": 16, "pattern": "^([A-Za-z0-9]{16}|[0-9]{11})$" });
    described(schema, "codice fiscale, o partita IVA di un'impresa; anche il carattere di controllo deve tornare")
}

pub(super) fn kind_word(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Person => "persona",
        SubjectKind::Company => "impresa",
    }
}

/// The cases of a subject that whoever asks may read.
fn cases_of(app: &App, who: &Identity, subject: Uuid) -> Result<Vec<std::sync::Arc<CaseView>>, Trouble> {
    let mut cases = Vec::new();
    for head in app.service.store().cases_of_subject(subject)? {
        match case(app, who, head.id) {
            Ok(view) => cases.push(view),
            Err(Trouble::NotFound { .. }) => {}
            Err(trouble) => return Err(trouble),
        }
    }
    Ok(cases)
}

fn subject_json(who: &Identity, subject: &Subject, cases: &[std::sync::Arc<CaseView>]) -> Json {
    let named = who.sees_names();
    json!({
        "soggetto": subject.id.to_string(), "tipo": kind_word(subject.kind),
        "codice_fiscale": named.then_some(&subject.tax_code),
        "denominazione": subject.name.as_ref().filter(|name| named && !name.trim().is_empty()),
        "pratiche": cases.iter().map(|view| view.head.id.to_string()).collect::<Vec<_>>(),
    })
}

fn no_subject() -> Trouble {
    Trouble::not_found("il soggetto non esiste, o non ha pratiche nella tua sede")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    codice_fiscale: String,
}

async fn search(State(app): State<App>, who: Identity, body: Body<Wanted>) -> Result<Response, Trouble> {
    app.read(move |app| {
        let typed = body.value.codice_fiscale;
        let (person, company) = (TaxCode::person(&typed), TaxCode::company(&typed));
        if let (Err(error), Err(_)) = (&person, &company) {
            return Err(Trouble::bad("codice_fiscale", error.to_string()));
        }
        let mut found = Vec::new();
        for (kind, code) in [(SubjectKind::Person, person), (SubjectKind::Company, company)] {
            let Ok(code) = code else { continue };
            let Some(subject) = app.service.store().subject_by_tax_code(kind, code.as_str())? else { continue };
            let cases = cases_of(app, &who, subject.id)?;
            if !cases.is_empty() {
                app.saw(&who, "soggetto-cercato", None, Some(subject.id), None)?;
                found.push(subject_json(&who, &subject, &cases));
            }
        }
        Ok(told(&json!({ "soggetti": found })))
    })
    .await
}

async fn subject(State(app): State<App>, who: Identity, at: At) -> Result<Response, Trouble> {
    let id = at.id()?;
    app.read(move |app| {
        let subject = app.service.store().subject(id)?.ok_or_else(no_subject)?;
        let cases = cases_of(app, &who, id)?;
        if cases.is_empty() {
            return Err(no_subject());
        }
        app.saw(&who, "soggetto", None, Some(id), None)?;
        Ok(told(&subject_json(&who, &subject, &cases)))
    })
    .await
}

async fn dossier(State(app): State<App>, who: Identity, at: At) -> Result<Response, Trouble> {
    let id = at.id()?;
    app.read(move |app| {
        let cases = cases_of(app, &who, id)?;
        if cases.is_empty() {
            return Err(no_subject());
        }
        let mut held = Vec::new();
        for view in &cases {
            for (item, state) in view.rulebook.items.iter().zip(&view.case.items) {
                held.extend(state.first.map(|first| {
                    json!({
                        "pratica": view.head.id.to_string(), "lep": view.rulebook.level, "voce": item.id,
                        "il": first.on.to_string(),
                    })
                }));
            }
        }
        app.saw(&who, "fascicolo", None, Some(id), None)?;
        Ok(told(&json!({ "soggetto": id.to_string(), "fascicolo": held })))
    })
    .await
}
