// SPDX-License-Identifier: EUPL-1.2
//! Levels and rulebooks: the law that a case opened on a day in a region stands on.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value as Json, json};

use crate::compile::NoRulebook;
use crate::http::app::App;
use crate::http::form::Asked;
use crate::http::routes::Who;
use crate::http::trouble::Trouble;
use crate::library::Library;
use crate::rulebook::Digest;
use crate::spec::level::{Audience, LetterSource};

use super::asked::{At, day};
use super::once::json as told;
use super::operation::{Endpoint, Operation};
use super::schema::{
    LIST, always, boolean, described, digest, letter, list, name, object, of, one_of, open, or_null, perhaps, whole,
    words,
};

const GROUP: &str = "Livelli";
/// What a digest names never changes.
const FOR_EVER: u32 = 31_536_000;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let one = |path, id, title| {
        Operation::get(path, id, GROUP, title).path_param("lep", "lettera del livello", letter()).troubles(&[404])
    };
    vec![
        Endpoint::new(
            Operation::get("/api/v1/livelli", "livelli", GROUP, "I livelli essenziali")
                .words("I livelli della tabella, nell'ordine del decreto, anche quelli di cui non c'è ancora la specifica.")
                .answers(200, "Livelli", "I livelli"),
            Who::SignedIn,
            get(levels),
        ),
        Endpoint::new(
            one("/api/v1/livelli/{lep}", "livello", "Un livello").answers(200, "Livello", "Il livello"),
            Who::SignedIn,
            get(level),
        ),
        Endpoint::new(
            one("/api/v1/livelli/{lep}/regolamento", "regolamento-del-livello", "Il regolamento di un livello")
                .words("La norma come vale un giorno in una regione: decreto, modifiche dello Stato, variazioni della regione. È quella su cui si fonda una pratica aperta quel giorno.")
                .query("il", "il giorno; se manca, oggi", super::schema::day())
                .query("regione", "l'amministrazione, per esempio `piemonte`; se manca, il livello nazionale", name())
                .answers(200, "RegolamentoConImpronta", "Il regolamento"),
            Who::SignedIn,
            get(rulebook),
        ),
        Endpoint::new(
            Operation::get("/api/v1/regolamenti/{impronta}", "regolamento", GROUP, "Un regolamento conservato")
                .words("Il regolamento su cui si fonda almeno una pratica. Non cambia mai: si può conservare.")
                .path_param("impronta", "SHA-256 del regolamento, come sta nella pratica", digest())
                .troubles(&[404])
                .answers(200, "RegolamentoConImpronta", "Il regolamento")
                .kept(FOR_EVER),
            Who::SignedIn,
            get(by_digest),
        ),
    ]
}

pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let audience: Vec<&str> = Audience::ALL.iter().map(|audience| audience.word()).collect();
    let source: Vec<&str> = LetterSource::ALL.iter().map(|source| source.word()).collect();
    let value = of("ValoreJson");
    let level = object(vec![
        always("lep", letter()),
        always("titolo", words()),
        always("destinatario", one_of(&audience)),
        always("lettera", described(one_of(&source), "come si conosce la lettera del livello")),
        always("descritto", described(boolean(), "c'è la specifica, e si possono aprire pratiche")),
        always("dal", or_null(super::schema::day())),
        always("al", or_null(super::schema::day())),
    ]);
    let item = open(
        vec![
            always("id", name()),
            always("tipo", one_of(&["attivita", "output", "outcome"])),
            always("testo", words()),
            always("volte", whole(1, 1_000)),
        ],
        value.clone(),
        40,
    );
    let fact = open(
        vec![
            always("nome", name()),
            always("tipo", one_of(&["booleano", "intero", "decimale", "data", "testo", "scelta"])),
            always("domanda", words()),
            always("finalita", words()),
            always("conservazione", words()),
            always("particolare", described(boolean(), "dato particolare (salute, disabilità)")),
        ],
        value.clone(),
        40,
    );
    let rulebook = open(
        vec![
            always("formato", whole(1, 1_000)),
            always("lep", letter()),
            always("titolo", words()),
            always("destinatario", one_of(&audience)),
            perhaps("regione", name()),
            perhaps("dal", super::schema::day()),
            perhaps("al", super::schema::day()),
            always("voci", list(of("VoceDelRegolamento"), LIST)),
            always("termini", list(value.clone(), LIST)),
            always("dati", list(of("DatoDelRegolamento"), LIST)),
        ],
        value.clone(),
        60,
    );
    vec![
        ("Livello", level),
        ("Livelli", object(vec![always("livelli", list(of("Livello"), 100))])),
        ("VoceDelRegolamento", item),
        ("DatoDelRegolamento", fact),
        ("Regolamento", rulebook),
        (
            "RegolamentoConImpronta",
            object(vec![always("impronta", digest()), always("regolamento", of("Regolamento"))]),
        ),
        (
            "ValoreJson",
            json!({ "description": "un valore JSON", "anyOf": [
                { "type": "null" }, boolean(), words(),
                { "type": "number", "format": "double", "minimum": -1.0e15, "maximum": 1.0e15 },
                list(of("ValoreJson"), LIST),
                { "type": "object", "additionalProperties": of("ValoreJson"), "maxProperties": 1_000 },
            ] }),
        ),
    ]
}

fn level_json(library: &Library, lep: &str) -> Option<Json> {
    let specs = library.specs();
    let row = specs.catalogue.levels.get(lep)?;
    let validity = specs.level(lep).map(|file| &file.level.validity);
    Some(json!({
        "lep": lep, "titolo": row.title, "destinatario": row.audience.word(), "lettera": row.letter.word(),
        "descritto": validity.is_some(),
        "dal": validity.and_then(|v| v.from).map(|day| day.to_string()),
        "al": validity.and_then(|v| v.to).map(|day| day.to_string()),
    }))
}

async fn levels(State(app): State<App>) -> Response {
    let library = app.service.library();
    let names = library.specs().catalogue.levels.names();
    let levels: Vec<Json> = names.filter_map(|lep| level_json(&library, lep)).collect();
    told(&json!({ "livelli": levels }))
}

async fn level(State(app): State<App>, at: At) -> Result<Response, Trouble> {
    level_json(&app.service.library(), at.text("lep")).map(|level| told(&level)).ok_or_else(no_level)
}

fn no_level() -> Trouble {
    Trouble::not_found("il livello non esiste")
}

async fn rulebook(State(app): State<App>, at: At, asked: Asked) -> Result<Response, Trouble> {
    let on = day(&app, &asked, "il")?;
    let (lep, region) = (at.text("lep").to_owned(), asked.get("regione").map(str::to_owned));
    app.read(move |app| {
        let found = app.service.library().rulebook(&lep, region.as_deref(), on);
        let rulebook = found.map_err(|no| match no {
            NoRulebook::UnknownLevel => no_level(),
            NoRulebook::UnknownRegion => Trouble::not_found("la regione non esiste"),
            NoRulebook::NotInForce { .. } => Trouble::not_found("il livello non è in vigore quel giorno"),
            NoRulebook::Faulty(_) => Trouble::Unavailable { why: "la specifica del livello ha errori".into() },
        })?;
        Ok(told(&rulebook_json(rulebook.digest(), &rulebook.stored())))
    })
    .await
}

fn rulebook_json(digest: Digest, stored: &str) -> Json {
    let body: Json = serde_json::from_str(stored).unwrap_or_default();
    json!({ "impronta": digest.to_string(), "regolamento": body })
}

async fn by_digest(State(app): State<App>, at: At) -> Result<Response, Trouble> {
    let text = at.text("impronta");
    let lower = !text.bytes().any(|b| b.is_ascii_uppercase());
    let digest: Digest = text
        .parse()
        .ok()
        .filter(|_| lower)
        .ok_or_else(|| Trouble::bad("impronta", "non è un'impronta: 64 cifre esadecimali"))?;
    let stored = app.read(move |app| Ok(app.service.store().rulebook(&digest)?)).await?;
    let stored = stored.ok_or_else(|| Trouble::not_found("nessuna pratica si fonda su questo regolamento"))?;
    let mut response = told(&rulebook_json(digest, &stored));
    let kept = HeaderValue::from_static("private, max-age=31536000, immutable");
    response.headers_mut().insert(CACHE_CONTROL, kept);
    Ok(response)
}
