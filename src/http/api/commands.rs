// SPDX-License-Identifier: EUPL-1.2
//! Writing on a case: one event or several, all or none, in the form in which they are kept.

use axum::extract::{FromRequest as _, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::post;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::engine::Event;
use crate::http::app::App;
use crate::http::entrust::misplaced;
use crate::http::identity::Identity;
use crate::http::routes::DESK;
use crate::http::trouble::Trouble;
use crate::service::{CaseView, ServiceError, agenda_json};
use crate::spec::level::Mode;
use crate::spec::scenario::{Manner, SapEventWord};
use crate::store::StoreError;

use super::asked::{At, case};
use super::body::Body;
use super::once::{Once, seen, told};
use super::operation::{Endpoint, Operation};
use super::schema::{
    Field, TEXT, always, boolean, day, described, hour, list, name, number, object, of, one_of, perhaps, sequence,
    text, uuid, whole,
};

/// Events in one request.
const EVENTS: usize = 50;
/// Fields of what proves an output.
const EVIDENCE: usize = 100;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let example = json!({ "eventi": [{ "tipo": "attivita", "il": "2026-03-02", "attivita": "colloquio", "evento": "terminata" }] });
    vec![Endpoint::new(
        Operation::post("/api/v1/pratiche/{id}/comandi", "comandi", "Pratiche", "Scrive su una pratica")
            .words("Uno o più eventi, nella forma in cui la storia li conserva: tutti o nessuno, ciascuno deciso dopo il precedente. Anche gli atti della sede (nota, convocazione, assenza, sanzione, affidamento) si scrivono così. Se un evento non è consentito la risposta è 422 con la norma.")
            .path_param("id", "identificativo della pratica", uuid())
            .sends("Comandi", "Che cosa è accaduto", example)
            .writes()
            .matched()
            .troubles(&[404, 409, 412, 422])
            .answers(200, "Scritto", "Gli eventi sono scritti")
            .tagged(),
        DESK,
        post(commands),
    )]
}

/// The events one may ask for: the word, what it says, its fields beside `tipo`, `il`, `ora`.
fn kinds() -> Vec<(&'static str, &'static str, &'static str, Vec<Field>)> {
    let words_of = |all: Vec<&'static str>| one_of(&all);
    let events: Vec<&str> = SapEventWord::ALL.iter().map(|word| word.word()).collect();
    let modes: Vec<&str> = Mode::ALL.iter().map(|mode| mode.word()).collect();
    let manners: Vec<&str> = Manner::ALL.iter().map(|manner| manner.word()).collect();
    let reason = || perhaps("motivo", text(TEXT));
    let needed = || always("motivo", text(TEXT));
    let meeting = || always("convocazione", described(sequence(), "la sequenza dell'evento `convocata`"));
    let evidence = json!({
        "type": "object", "maxProperties": EVIDENCE, "additionalProperties": of("ValoreDiProva"),
        "propertyNames": { "type": "string", "maxLength": 100, "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$" },
    });
    vec![
        (
            "EventoDato",
            "dato",
            "un dato è stato fornito; senza `valore`, non è più noto",
            vec![always("dato", name()), perhaps("valore", of("ValoreDiDato"))],
        ),
        (
            "EventoAttivita",
            "attivita",
            "un evento di un'attività",
            vec![
                always("attivita", name()),
                always("evento", words_of(events)),
                perhaps("modalita", words_of(modes)),
                reason(),
            ],
        ),
        (
            "EventoOutput",
            "output",
            "un output è stato consegnato, con ciò che lo prova",
            vec![always("output", name()), perhaps("evidenza", evidence)],
        ),
        ("EventoOutcome", "outcome", "un outcome è stato raggiunto", vec![always("outcome", name())]),
        (
            "EventoSapRegistrato",
            "sap",
            "un codice è stato registrato per una voce",
            vec![always("codice", name()), always("per", name())],
        ),
        ("EventoSospesa", "sospesa", "la pratica è sospesa: i termini si fermano", vec![needed()]),
        ("EventoRipresa", "ripresa", "la pratica riprende", vec![]),
        ("EventoChiusa", "chiusa", "la pratica è chiusa", vec![always("modo", words_of(manners)), reason()]),
        ("EventoRiaperta", "riaperta", "la pratica è riaperta", vec![needed()]),
        (
            "EventoAnnullata",
            "annullata",
            "una correzione: l'evento con quella sequenza conta come mai avvenuto",
            vec![always("sequenza", sequence()), needed()],
        ),
        ("EventoNota", "nota", "una nota della sede", vec![always("testo", text(TEXT))]),
        (
            "EventoConvocata",
            "convocata",
            "una convocazione, per un giorno e se serve per un'ora (`ora`)",
            vec![
                always("giorno", day()),
                perhaps("attivita", name()),
                perhaps("luogo", text(TEXT)),
                perhaps("condotta", name()),
            ],
        ),
        ("EventoPresente", "presente", "chi era convocato è venuto", vec![meeting()]),
        ("EventoAssente", "assente", "chi era convocato non è venuto", vec![meeting()]),
        (
            "EventoGiustificata",
            "giustificata",
            "il motivo di un'assenza, accolto o no",
            vec![meeting(), always("accolta", boolean()), needed()],
        ),
        (
            "EventoSanzione",
            "sanzione",
            "la misura che segue un'assenza",
            vec![meeting(), always("misura", name()), perhaps("occasione", whole(1, 1_000)), reason()],
        ),
        (
            "EventoAffidata",
            "affidata",
            "da ora è di un operatore, o di un'altra sede della regione",
            vec![perhaps("operatore", name()), perhaps("sede", name()), reason()],
        ),
    ]
}

pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let mut schemas: Vec<(&'static str, Json)> = kinds()
        .into_iter()
        .map(|(schema, word, words, fields)| {
            let mut all = vec![always("tipo", one_of(&[word])), always("il", day()), perhaps("ora", hour())];
            all.extend(fields);
            (schema, described(object(all), words))
        })
        .collect();
    let mapping: serde_json::Map<String, Json> = kinds()
        .iter()
        .map(|(schema, word, ..)| ((*word).to_owned(), format!("#/components/schemas/{schema}").into()))
        .collect();
    let any: Vec<Json> = schemas.iter().map(|(schema, _)| of(schema)).collect();
    schemas.push(("Evento", json!({ "oneOf": any, "discriminator": { "propertyName": "tipo", "mapping": mapping } })));
    let mut events = list(of("Evento"), EVENTS);
    if let Some(map) = events.as_object_mut() {
        map.insert("minItems".into(), 1.into());
    }
    schemas.push(("Comandi", object(vec![always("eventi", events)])));
    let plain = || vec![boolean(), number(), text(TEXT)];
    let mut values = plain();
    values.push(list(json!({ "anyOf": plain() }), 1_000));
    schemas.push(("ValoreDiProva", json!({ "description": "il valore di un campo della prova", "anyOf": values })));
    schemas
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commands {
    eventi: Vec<Told>,
}

/// An event and the JSON it was read from.
#[derive(Deserialize)]
#[serde(try_from = "Json")]
struct Told(Event);

impl TryFrom<Json> for Told {
    type Error = String;

    fn try_from(sent: Json) -> Result<Self, String> {
        let word = sent.get("tipo").and_then(Json::as_str).unwrap_or_default();
        let kinds = kinds();
        let Some((.., fields)) = kinds.iter().find(|(_, known, ..)| *known == word) else {
            let known: Vec<&str> = kinds.iter().map(|(_, known, ..)| *known).collect();
            return Err(format!("`tipo` è uno di: {}", known.join(", ")));
        };
        let is_known =
            |key: &str| matches!(key, "tipo" | "il" | "ora") || fields.iter().any(|(field, ..)| *field == key);
        for key in sent.as_object().into_iter().flat_map(serde_json::Map::keys) {
            if !is_known(key) {
                return Err(format!("il campo `{key}` non serve in un evento `{word}`"));
            }
        }
        let missing = fields.iter().find(|(field, _, always)| *always && sent.get(field).is_none());
        if let Some((field, ..)) = missing {
            return Err(format!("manca il campo `{field}` nell'evento `{word}`"));
        }
        serde_json::from_value(sent).map(Self).map_err(|error| crate::service::json_words(&error))
    }
}

/// A case that was within reach when it was written on may have gone elsewhere by that very write: who repeats it is answered as
/// the first time, and nobody else is.
async fn repeated(app: &App, who: &Identity, request: Request, no: Trouble) -> Result<Response, Trouble> {
    let headers = request.headers().clone();
    let Ok(body) = Body::<Commands>::from_request(request, app).await else { return Err(no) };
    let Ok(once) = Once::new(who.account.id, &headers, body.fingerprint) else { return Err(no) };
    match app.read(move |app| once.known(app)).await {
        Ok(Some(answer)) => Ok(told(answer)),
        _ => Err(no),
    }
}

async fn commands(State(app): State<App>, who: Identity, at: At, request: Request) -> Result<Response, Trouble> {
    let id = at.id()?;
    // Before anything of the body is looked at: whoever may not know of the case learns nothing.
    let asking = who.clone();
    if let Err(no) = app.read(move |app| case(app, &asking, id).map(|_| ())).await {
        return repeated(&app, &who, request, no).await;
    }
    let headers = request.headers().clone();
    let body = Body::<Commands>::from_request(request, &app).await?;
    let once = Once::new(who.account.id, &headers, body.fingerprint)?;
    let expected = seen(&headers)?;
    let events: Vec<Event> = body.value.eventi.into_iter().map(|told| told.0).collect();
    if events.is_empty() || events.len() > EVENTS {
        return Err(Trouble::bad("eventi", format!("da 1 a {EVENTS} eventi")));
    }
    app.write(move |app| {
        let service = app.service.acting(who.username());
        let today = app.service.today();
        let told_of = |view: &CaseView| {
            json!({
                "accolto": true, "pratica": view.head.id.to_string(), "sequenza": view.head.sequence,
                "scritti": view.head.sequence.saturating_sub(expected), "stato": view.head.state,
                "agenda": agenda_json(view, &view.head.id.to_string(), today),
            })
        };
        let answer = once.done(app, StatusCode::OK, told_of, |answering| {
            let view = case(app, &who, id)?;
            if view.head.sequence != expected {
                return Err(Trouble::Precondition { actual: view.head.sequence });
            }
            for (position, event) in events.iter().enumerate() {
                if let Some(wrong) = misplaced(app, &who, &view, event)? {
                    return Err(Trouble::bad(&format!("eventi[{position}]"), wrong.why));
                }
            }
            app.saw(&who, "pratica-scritta", Some(id), Some(view.head.subject), None)?;
            match service.record_seen(id, expected, &events, Some(answering)) {
                Err(ServiceError::Store(StoreError::Conflict { expected, actual, .. })) => {
                    Err(Trouble::Conflict { expected, actual })
                }
                done => Ok(done?),
            }
        })?;
        Ok(told(answer))
    })
    .await
}
