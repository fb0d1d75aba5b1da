// SPDX-License-Identifier: EUPL-1.2
//! The catalogue: acts, SAP codes, facts, parameters, measures, holidays, administrations and their offices.

use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use serde_json::{Value as Json, json};

use crate::calendar::Day;
use crate::http::app::App;
use crate::http::form::{Asked, is_name};
use crate::http::routes::Who;
use crate::http::trouble::Trouble;
use crate::norms::normattiva;
use crate::spec::catalogue::{Catalogue, Channel, CodeState, HolidayDateSpec, Resolvable, Supplier};
use crate::spec::level::{CitationSpec, ValiditySpec};
use crate::value::FactType;

use super::once::json as told;
use super::operation::{Endpoint, Operation};
use super::schema::{
    LIST, always, boolean, day, described, link, list, name, object, of, one_of, or_null, whole, words,
};

const GROUP: &str = "Catalogo";

pub(super) fn endpoints() -> Vec<Endpoint> {
    let table = |path, id, title, schema, handler: MethodRouter<App>| {
        Endpoint::new(Operation::get(path, id, GROUP, title).answers(200, schema, title), Who::SignedIn, handler)
    };
    vec![
        table("/api/v1/catalogo/norme", "norme", "Gli atti citati", "Norme", get(acts)),
        table("/api/v1/catalogo/sap", "codici-sap", "I codici e gli eventi della SAP", "CodiciSap", get(sap)),
        table("/api/v1/catalogo/dati", "dati", "I dati che si possono chiedere, e perché", "Dati", get(facts)),
        table(
            "/api/v1/catalogo/parametri",
            "parametri",
            "I numeri che la legge lascia alle regioni",
            "Parametri",
            get(parameters),
        ),
        table("/api/v1/catalogo/sanzioni", "sanzioni", "Le misure per chi non si presenta", "Sanzioni", get(sanctions)),
        table("/api/v1/catalogo/festivita", "festivita", "Le feste nazionali", "Festivita", get(holidays)),
        table(
            "/api/v1/catalogo/amministrazioni",
            "amministrazioni",
            "Regioni e Province autonome",
            "Amministrazioni",
            get(regions),
        ),
        Endpoint::new(
            Operation::get("/api/v1/sedi", "sedi", GROUP, "I centri per l'impiego")
                .words("Le sedi descritte nelle specifiche delle regioni.")
                .query("regione", "solo quelle di un'amministrazione", name())
                .answers(200, "Sedi", "Le sedi"),
            Who::SignedIn,
            get(offices),
        ),
    ]
}

pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    let states: Vec<&str> = CodeState::ALL.iter().map(|state| state.word()).collect();
    let channels: Vec<&str> = Channel::ALL.iter().map(|channel| channel.word()).collect();
    let suppliers: Vec<&str> = Supplier::ALL.iter().map(|supplier| supplier.word()).collect();
    let resolvable: Vec<&str> = Resolvable::ALL.iter().map(|place| place.word()).collect();
    let since = || vec![always("dal", or_null(day())), always("al", or_null(day()))];
    let with = |mut fields: Vec<super::schema::Field>, more: Vec<super::schema::Field>| {
        fields.extend(more);
        object(fields)
    };
    let of_table = |key: &'static str, row: &str| object(vec![always(key, list(of(row), LIST))]);
    vec![
        (
            "Norma",
            with(
                vec![
                    always("id", name()),
                    always("titolo", words()),
                    always("breve", or_null(words())),
                    always("urn", words()),
                    always("link", or_null(link())),
                    always("risolvibile", one_of(&resolvable)),
                ],
                since(),
            ),
        ),
        ("Norme", of_table("norme", "Norma")),
        ("Citazione", object(vec![always("norma", name()), always("partizione", or_null(words()))])),
        (
            "CodiceSap",
            with(
                vec![
                    always("codice", name()),
                    always("etichetta", or_null(words())),
                    always("stato", one_of(&states)),
                    always("canale", one_of(&channels)),
                    always("fonte", words()),
                ],
                since(),
            ),
        ),
        ("EventoSap", object(vec![always("codice", name()), always("nome", words())])),
        (
            "CodiciSap",
            object(vec![always("codici", list(of("CodiceSap"), LIST)), always("eventi", list(of("EventoSap"), 100))]),
        ),
        (
            "Dato",
            object(vec![
                always("dato", name()),
                always("tipo", one_of(&["booleano", "intero", "decimale", "data", "testo", "scelta"])),
                always("significato", words()),
                always("domanda", words()),
                always("fornisce", one_of(&suppliers)),
                always("finalita", words()),
                always("conservazione", words()),
                always("scelte", list(words(), 1_000)),
                always("minimo", or_null(words())),
                always("massimo", or_null(words())),
                always("particolare", described(boolean(), "dato particolare (salute, disabilità)")),
            ]),
        ),
        ("Dati", of_table("dati", "Dato")),
        (
            "Parametro",
            object(vec![
                always("parametro", name()),
                always("significato", words()),
                always("unita", words()),
                always("norma", of("Citazione")),
                always("valore", or_null(whole(0, 1_000_000))),
            ]),
        ),
        ("Parametri", of_table("parametri", "Parametro")),
        ("Misura", object(vec![always("misura", name()), always("testo", words())])),
        (
            "Sanzione",
            with(
                vec![
                    always("id", name()),
                    always("condotta", words()),
                    always("passi", list(of("Misura"), 20)),
                    always("ultimo_si_ripete", boolean()),
                    always("norma", of("Citazione")),
                    always("stato", one_of(&states)),
                ],
                since(),
            ),
        ),
        ("Sanzioni", of_table("sanzioni", "Sanzione")),
        (
            "Festa",
            with(
                vec![
                    always("id", name()),
                    always("festa", words()),
                    always("giorno", described(or_null(words()), "mese-giorno, se è sempre lo stesso")),
                    always("dopo_pasqua", described(or_null(whole(-80, 250)), "giorni dopo la Pasqua, se ne dipende")),
                ],
                since(),
            ),
        ),
        ("Festivita", of_table("festivita", "Festa")),
        (
            "Amministrazione",
            object(vec![
                always("id", name()),
                always("denominazione", words()),
                always("istat", words()),
                always("sap", words()),
            ]),
        ),
        ("Amministrazioni", of_table("amministrazioni", "Amministrazione")),
        (
            "Sede",
            object(vec![
                always("id", name()),
                always("regione", name()),
                always("denominazione", words()),
                always("comune", or_null(words())),
            ]),
        ),
        ("Sedi", of_table("sedi", "Sede")),
    ]
}

/// First and last day of what has a validity.
fn dated(mut row: Json, validity: Option<&ValiditySpec>) -> Json {
    if let Some(map) = row.as_object_mut() {
        let day = |day: Option<Day>| day.map_or(Json::Null, |day| day.to_string().into());
        map.insert("dal".into(), day(validity.and_then(|v| v.from)));
        map.insert("al".into(), day(validity.and_then(|v| v.to)));
    }
    row
}

fn cited(norm: &CitationSpec) -> Json {
    json!({ "norma": norm.norm.value.0, "partizione": norm.partition.as_ref().map(|p| &p.value) })
}

/// One table of the catalogue, as it stands.
fn table(app: &App, key: &str, rows: impl FnOnce(&Catalogue) -> Vec<Json>) -> Response {
    let library = app.service.library();
    told(&json!({ key: rows(&library.specs().catalogue) }))
}

async fn acts(State(app): State<App>) -> Response {
    table(&app, "norme", |catalogue| {
        let row = |(id, act): (&str, &crate::spec::catalogue::ActSpec)| {
            let link = match act.resolvable {
                Resolvable::Normattiva => Some(normattiva(&act.urn.value, None)),
                Resolvable::Elsewhere => act.url.clone(),
                Resolvable::Nowhere => None,
            };
            let row = json!({
                "id": id, "titolo": act.title, "breve": act.short, "urn": act.urn.value, "link": link,
                "risolvibile": act.resolvable.word(),
            });
            dated(row, act.validity.as_ref())
        };
        catalogue.acts.0.iter().map(|entry| row((&entry.name.value.0, &entry.value))).collect()
    })
}

async fn sap(State(app): State<App>) -> Response {
    let library = app.service.library();
    let Some(sap) = &library.specs().catalogue.sap else { return told(&json!({ "codici": [], "eventi": [] })) };
    let codes = sap.codes.0.iter().map(|entry| {
        let code = &entry.value;
        let row = json!({
            "codice": entry.name.value.0, "etichetta": code.label, "stato": code.state.word(),
            "canale": code.channel.unwrap_or(Channel::SectionSix).word(), "fonte": code.source,
        });
        dated(row, code.validity.as_ref())
    });
    let events = sap.events.0.iter().map(|entry| json!({ "codice": entry.name.value.0, "nome": entry.value.name }));
    told(&json!({ "codici": codes.collect::<Vec<_>>(), "eventi": events.collect::<Vec<_>>() }))
}

async fn facts(State(app): State<App>) -> Response {
    table(&app, "dati", |catalogue| {
        let rows = catalogue.facts.0.iter().map(|entry| {
            let fact = &entry.value;
            json!({
                "dato": entry.name.value.0, "tipo": FactType::from(fact.kind).word(), "significato": fact.meaning,
                "domanda": fact.question, "fornisce": fact.supplier.word(), "finalita": fact.purpose,
                "conservazione": fact.retention, "scelte": fact.choices,
                "minimo": fact.minimum.as_ref().map(|n| n.value.to_string()),
                "massimo": fact.maximum.as_ref().map(|n| n.value.to_string()),
                "particolare": fact.sensitive.unwrap_or(false),
            })
        });
        rows.collect()
    })
}

async fn parameters(State(app): State<App>) -> Response {
    table(&app, "parametri", |catalogue| {
        let rows = catalogue.parameters.0.iter().map(|entry| {
            let parameter = &entry.value;
            json!({
                "parametro": entry.name.value.0, "significato": parameter.meaning, "unita": parameter.unit.0.plural(),
                "norma": cited(&parameter.norm), "valore": parameter.value.as_ref().map(|n| n.value),
            })
        });
        rows.collect()
    })
}

async fn sanctions(State(app): State<App>) -> Response {
    table(&app, "sanzioni", |catalogue| {
        let rows = catalogue.sanctions.0.iter().map(|entry| {
            let ladder = &entry.value;
            let steps: Vec<Json> =
                ladder.steps.0.iter().map(|step| json!({ "misura": step.measure.0, "testo": step.words })).collect();
            let row = json!({
                "id": entry.name.value.0, "condotta": ladder.conduct, "passi": steps,
                "ultimo_si_ripete": ladder.last_repeats.unwrap_or(false), "norma": cited(&ladder.norm),
                "stato": ladder.state.word(),
            });
            dated(row, ladder.validity.as_ref())
        });
        rows.collect()
    })
}

async fn holidays(State(app): State<App>) -> Response {
    table(&app, "festivita", |catalogue| {
        let rows = catalogue.holidays.iter().flat_map(|table| &table.holidays.0).map(|entry| {
            let holiday = &entry.value;
            let (fixed, easter) = match holiday.on {
                HolidayDateSpec::Fixed { month, day } => (Some(format!("{month:02}-{day:02}")), None),
                HolidayDateSpec::Easter(days) => (None, Some(days)),
            };
            let row =
                json!({ "id": entry.name.value.0, "festa": holiday.name, "giorno": fixed, "dopo_pasqua": easter });
            dated(row, holiday.validity.as_ref())
        });
        rows.collect()
    })
}

async fn regions(State(app): State<App>) -> Response {
    table(&app, "amministrazioni", |catalogue| {
        let rows = catalogue.regions.0.iter().map(|entry| {
            let region = &entry.value;
            json!({ "id": entry.name.value.0, "denominazione": region.name, "istat": region.istat.0, "sap": region.sap.0 })
        });
        rows.collect()
    })
}

async fn offices(State(app): State<App>, asked: Asked) -> Result<Response, Trouble> {
    let library = app.service.library();
    let specs = library.specs();
    let wanted = asked.get("regione");
    if wanted.is_some_and(|wanted| !is_name(wanted)) {
        return Err(Trouble::bad("regione", "non è il nome di un'amministrazione"));
    }
    let mut rows: Vec<Json> = Vec::new();
    for file in &specs.regions {
        let region = &file.region.region.value.0;
        if wanted.is_some_and(|wanted| wanted != region) {
            continue;
        }
        rows.extend(file.region.offices.0.iter().map(|entry| {
            let office = &entry.value;
            json!({ "id": entry.name.value.0, "regione": region, "denominazione": office.name, "comune": office.place_name })
        }));
    }
    Ok(told(&json!({ "sedi": rows })))
}
