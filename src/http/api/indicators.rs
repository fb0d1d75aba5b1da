// SPDX-License-Identifier: EUPL-1.2
//! The indicators, for programs: the same document as the page, with the same numbers hidden.

use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value as Json, json};

use crate::http::app::App;
use crate::http::form::Asked;
use crate::http::identity::Identity;
use crate::http::indicators::{day, document, question, reach, whole_cube};
use crate::http::routes::OVERSEERS;
use crate::http::trouble::Trouble;
use crate::service::indicators::{By, MEASURES, TERM_MEASURES, document_json};

use super::once::json as told;
use super::operation::{Endpoint, Operation};
use super::schema::{
    LIST, always, day as day_schema, described, letter, link, list, name, object, of, one_of, or_null, perhaps, whole,
    words,
};

const GROUP: &str = "Indicatori";

/// A month: `2026-03`.
fn month() -> Json {
    json!({ "type": "string", "maxLength": 7, "pattern": "^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$", "examples": ["2026-03"] })
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::new(
        Operation::get("/api/v1/indicatori", "indicatori", GROUP, "Erogate, in tempo, mancanti, e in quanti giorni")
            .words("Per livello, regione, sede e mese di apertura, e termine per termine accanto a ciò che dice la legge. I numeri di pratiche da 1 a meno della soglia sono nascosti, con ciò che li farebbe ricavare: la misura è allora in `nascosti`, e non ha numero. Chi è di una regione, o di una sede, vede solo la sua. Le somme sono le ultime fatte: di un archivio appena cambiato, al più di un minuto prima della richiesta che le ha fatte rifare.")
            .query("al", "il giorno in cui guardare le pratiche, non dopo oggi; se manca, oggi", day_schema())
            .query("lep", "solo le pratiche di questo livello", letter())
            .query("regione", "solo quelle di questa regione; `nessuna` per quelle senza", name())
            .query("sede", "solo quelle di questa sede; `nessuna` per quelle senza", name())
            .query("dal_mese", "solo quelle aperte da questo mese in poi", month())
            .query("al_mese", "solo quelle aperte fino a questo mese", month())
            .query("termine", "un termine del livello di `lep`: le sue misure in ogni riga", name())
            .answers(200, "Indicatori", "Il documento degli indicatori"),
        OVERSEERS,
        get(indicators),
    )]
}

/// A number, or nothing.
fn number() -> Json {
    json!({ "type": ["number", "null"], "format": "double", "minimum": -40_000, "maximum": i64::from(u32::MAX) })
}

pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let keys: Vec<&str> = MEASURES.iter().chain(&TERM_MEASURES).map(|measure| measure.key).collect();
    let hidden = || described(list(one_of(&keys), 40), "le misure nascoste, che perciò non hanno numero");
    let count = || or_null(whole(0, i64::from(u32::MAX)));
    let values = MEASURES.iter().map(|measure| always(measure.key, number()));
    let values = values.chain(TERM_MEASURES.iter().map(|measure| perhaps(measure.key, number())));
    let row = object(vec![
        always("voce", described(words(), "la lettera, il nome o il mese; nulla per il totale")),
        always("altro", described(words(), "il titolo del livello, la regione della sede; altrimenti nulla")),
        always("valori", object(values.collect())),
        always("nascosti", hidden()),
    ]);
    let law = object(vec![
        always("termine", words()),
        always("norma", words()),
        always("link", or_null(link())),
        always("giorni", described(or_null(whole(1, 9_999)), "la durata, dove la legge conta in giorni di calendario")),
        always("limite", one_of(&["entro", "almeno"])),
        always("regioni", described(list(words(), 100), "di quali regioni sono i regolamenti che lo dicono")),
    ]);
    let term = object(vec![
        always("lep", letter()),
        always("termine", name()),
        always("legge", list(of("LeggeDelTermine"), 100)),
        always("valori", object(TERM_MEASURES.iter().map(|measure| always(measure.key, number())).collect())),
        always("nascosti", hidden()),
    ]);
    let objective = object(vec![
        always("lep", letter()),
        always("titolo", words()),
        always("output_dovuti", one_of(&["tutti"])),
        always("registrazioni_dovute", one_of(&["tutte"])),
        always("norme", list(object(vec![always("norma", words()), always("link", or_null(link()))]), 100)),
    ]);
    let measure = object(vec![always("chiave", name()), always("nome", words()), always("definizione", words())]);
    let filters = object(vec![
        always("lep", or_null(words())),
        always("regione", or_null(words())),
        always("sede", or_null(words())),
        always("dal_mese", or_null(month())),
        always("al_mese", or_null(month())),
        always("termine", or_null(words())),
    ]);
    let sides: Vec<&str> = By::ALL.iter().map(|by| by.word()).collect();
    let table = object(vec![always("per", one_of(&sides)), always("righe", list(of("RigaDegliIndicatori"), LIST))]);
    let document = object(vec![
        always("al", day_schema()),
        always("soglia_numeri_piccoli", whole(1, 1_000)),
        always("filtri", filters),
        always("misure", list(of("MisuraDegliIndicatori"), 40)),
        always("misure_dei_termini", list(of("MisuraDegliIndicatori"), 40)),
        always("totale", of("RigaDegliIndicatori")),
        always("tavole", list(table, 4)),
        always("termini", list(of("TermineMisurato"), LIST)),
        always("obiettivi", list(objective, LIST)),
        always("altri_obiettivi", words()),
        always(
            "non_lette",
            described(
                count(),
                "le pratiche che non si leggono, e non sono in nessuna somma; nulla se il numero è nascosto",
            ),
        ),
    ]);
    vec![
        ("Indicatori", document),
        ("RigaDegliIndicatori", row),
        ("TermineMisurato", term),
        ("LeggeDelTermine", law),
        ("MisuraDegliIndicatori", measure),
    ]
}

async fn indicators(State(app): State<App>, who: Identity, asked: Asked) -> Result<Response, Trouble> {
    let (on, reach) = (day(&app, &asked)?, reach(&who)?);
    let question = question(&reach, &asked)?;
    let found = whole_cube(&app, on).await?;
    app.read(move |app| Ok(told(&document_json(&document(app, &found.value, &question)?)))).await
}
