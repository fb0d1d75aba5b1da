// SPDX-License-Identifier: EUPL-1.2
//! Opening a case, and asking first whether it would open.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::post;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::calendar::Day;
use crate::engine::{Minute, Refusal, norm_link, norm_words};
use crate::http::app::App;
use crate::http::form::is_name;
use crate::http::identity::Identity;
use crate::http::routes::DESK;
use crate::http::trouble::Trouble;
use crate::rulebook::Rulebook;
use crate::service::{OpenRequest, ServiceError, SubjectRequest, agenda_json};
use crate::spec::scenario::RefusalKind;
use crate::store::SubjectKind;
use crate::value::Datum;

use super::body::Body;
use super::once::{Once, json as told, told as answered};
use super::operation::{Endpoint, Operation};
use super::schema::{
    TEXT, always, boolean, day, described, digest, hour, letter, link, list, number, object, of, one_of, or_null,
    perhaps, sequence, text, uuid, whole, words,
};
use super::subjects::tax_code;

const GROUP: &str = "Pratiche";
/// Facts that come with an opening.
const FACTS: usize = 100;
/// Characters of a name.
const NAME: usize = 200;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let example = json!({
        "lep": "E", "soggetto": { "tipo": "persona", "codice_fiscale": "ZZZZZZ80A41Z999K", "denominazione": "Persona Inventata" },
        "dati": { "patto_gia_sottoscritto": true },
    });
    vec![
        Endpoint::new(
            Operation::post("/api/v1/pratiche", "apertura", GROUP, "Apre una pratica")
                .words("La pratica è della sede e della regione dell'account. Se il regolamento non consente l'apertura la risposta è 422 con la norma, e nulla è scritto.")
                .sends("Apertura", "Che cosa si apre, e per chi", example.clone())
                .writes()
                .troubles(&[422])
                .answers(201, "Scritto", "La pratica è aperta; `Location` dice dov'è")
                .tagged(),
            DESK,
            post(open),
        ),
        Endpoint::new(
            Operation::post("/api/v1/pratiche/possibile", "apertura-possibile", GROUP, "Si può aprire?")
                .words("La stessa domanda dell'apertura, senza scrivere nulla: non serve `Idempotency-Key`.")
                .sends("Apertura", "Che cosa si vorrebbe aprire, e per chi", example)
                .answers(200, "Possibile", "Sì, oppure no e perché"),
            DESK,
            post(possible),
        ),
    ]
}

pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let facts = json!({
        "type": "object", "maxProperties": FACTS, "additionalProperties": of("ValoreDiDato"),
        "propertyNames": { "type": "string", "maxLength": 100, "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$" },
    });
    let subject = object(vec![
        always("tipo", one_of(&["persona", "impresa"])),
        always("codice_fiscale", tax_code()),
        perhaps("denominazione", described(text(NAME), "nome e cognome, o ragione sociale")),
    ]);
    let kinds: Vec<&str> = RefusalKind::ALL.iter().map(|kind| kind.word()).collect();
    let refusal = object(vec![
        always("tipo", one_of(&kinds)),
        always("motivo", words()),
        always("aiuto", described(words(), "che cosa lo renderebbe possibile")),
        always("norma", words()),
        always("link", or_null(link())),
    ]);
    let written = object(vec![
        always("accolto", boolean()),
        always("pratica", uuid()),
        always("sequenza", described(sequence(), "l'ultimo evento: la sequenza da mandare in `If-Match`")),
        always(
            "scritti",
            described(whole(1, 10_000), "quanti eventi sono stati scritti, compresi quelli degli script della regione"),
        ),
        always("stato", words()),
        always("agenda", of("Agenda")),
    ]);
    vec![
        (
            "Apertura",
            object(vec![
                always("lep", letter()),
                always("soggetto", of("SoggettoDaAprire")),
                perhaps("il", described(day(), "il giorno dell'apertura; se manca, oggi")),
                perhaps("ora", hour()),
                perhaps("dati", described(facts, "i dati già noti")),
            ]),
        ),
        ("SoggettoDaAprire", subject),
        (
            "ValoreDiDato",
            json!({
                "description": "un valore come lo vuole il tipo del dato: sì o no, intero, testo; date e decimali come testo",
                "anyOf": [boolean(), number(), text(TEXT)],
            }),
        ),
        ("Scritto", written),
        ("Diniego", refusal),
        (
            "Possibile",
            object(vec![
                always("possibile", boolean()),
                always("regolamento", described(or_null(digest()), "il regolamento su cui si fonderebbe")),
                always("dinieghi", list(of("Diniego"), 100)),
            ]),
        ),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    lep: String,
    soggetto: Whom,
    #[serde(default)]
    il: Option<Day>,
    #[serde(default)]
    ora: Option<Minute>,
    #[serde(default)]
    dati: serde_json::Map<String, Json>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Whom {
    tipo: Kind,
    codice_fiscale: String,
    #[serde(default)]
    denominazione: Option<String>,
}

#[derive(Deserialize)]
enum Kind {
    #[serde(rename = "persona")]
    Person,
    #[serde(rename = "impresa")]
    Company,
}

/// What the service is asked. Region and office are those of whoever asks, whatever else they might like.
fn request(who: &Identity, opening: Opening) -> Result<OpenRequest, Trouble> {
    let office = who.account.office.clone();
    let office = office
        .ok_or_else(|| Trouble::Forbidden { why: "il tuo account non ha una sede in cui aprire pratiche".into() })?;
    let name = opening.soggetto.denominazione;
    if name.as_ref().is_some_and(|name| name.is_empty() || name.chars().count() > NAME) {
        return Err(Trouble::bad("soggetto.denominazione", format!("da 1 a {NAME} caratteri")));
    }
    if opening.dati.len() > FACTS {
        return Err(Trouble::bad("dati", format!("al più {FACTS}")));
    }
    let mut facts = Vec::with_capacity(opening.dati.len());
    for (name, value) in opening.dati {
        if !is_name(&name) {
            return Err(Trouble::bad("dati", "il nome di un dato ha caratteri che nessun dato ha"));
        }
        let datum = serde_json::from_value::<Datum>(value);
        let datum = datum.map_err(|_| Trouble::bad(&format!("dati.{name}"), "è sì o no, un intero o un testo"))?;
        let typed = match datum {
            Datum::Boolean(truth) => truth.to_string(),
            Datum::Integer(number) => number.to_string(),
            Datum::Text(text) => text.to_string(),
        };
        facts.push((name, typed));
    }
    Ok(OpenRequest {
        level: opening.lep,
        subject: SubjectRequest {
            kind: match opening.soggetto.tipo {
                Kind::Person => SubjectKind::Person,
                Kind::Company => SubjectKind::Company,
            },
            tax_code: opening.soggetto.codice_fiscale,
            name,
        },
        region: who.account.region.clone(),
        office: Some(office),
        on: opening.il,
        time: opening.ora,
        facts,
    })
}

async fn open(
    State(app): State<App>,
    who: Identity,
    headers: HeaderMap,
    body: Body<Opening>,
) -> Result<Response, Trouble> {
    let once = Once::new(who.account.id, &headers, body.fingerprint)?;
    let request = request(&who, body.value)?;
    app.write(move |app| {
        let service = app.service.acting(who.username());
        let today = app.service.today();
        let told = |view: &crate::service::CaseView| {
            json!({
                "accolto": true, "pratica": view.head.id.to_string(), "sequenza": view.head.sequence,
                "scritti": view.events.len(), "stato": view.head.state,
                "agenda": agenda_json(view, &view.head.id.to_string(), today),
            })
        };
        let answer = once.done(app, StatusCode::CREATED, told, |answering| {
            let view = service.open_with(&request, Some(answering))?;
            app.saw(&who, "pratica-aperta", Some(view.head.id), Some(view.head.subject), None)?;
            Ok(view)
        })?;
        Ok(answered(answer))
    })
    .await
}

async fn possible(State(app): State<App>, who: Identity, body: Body<Opening>) -> Result<Response, Trouble> {
    let request = request(&who, body.value)?;
    app.read(move |app| {
        // The answer may rest on what other cases of the subject hold.
        app.saw(&who, "apertura-possibile", None, None, None)?;
        match app.service.would_open(&request) {
            Ok((rulebook, _)) => {
                let digest = rulebook.digest().to_string();
                Ok(told(&json!({ "possibile": true, "regolamento": digest, "dinieghi": [] })))
            }
            Err(ServiceError::Refused { refusals, rulebook }) => {
                let reasons: Vec<Json> = refusals.iter().map(|refusal| refusal_json(&rulebook, refusal)).collect();
                let digest = rulebook.digest().to_string();
                Ok(told(&json!({ "possibile": false, "regolamento": digest, "dinieghi": reasons })))
            }
            Err(error) => Err(error.into()),
        }
    })
    .await
}

fn refusal_json(rulebook: &Rulebook, refusal: &Refusal) -> Json {
    json!({
        "tipo": refusal.kind.word(), "motivo": refusal.message, "aiuto": refusal.help,
        "norma": norm_words(rulebook, &refusal.norm), "link": norm_link(rulebook, &refusal.norm),
    })
}
