// SPDX-License-Identifier: EUPL-1.2
//! The document of the interface (OpenAPI 3.1), made from the same values as the routes; as the Italian guidelines on
//! interoperability want it.

use serde_json::{Map, Value as Json, json};

use crate::config::Config;
use crate::http::problem;

use super::once::KEY_LENGTH;
use super::operation::Operation;
use super::schema::{always, described, link, list, object, of, one_of, perhaps, sequence, whole, words};

/// Troubles that any operation may have.
const ALWAYS: [u16; 8] = [400, 401, 403, 405, 408, 429, 500, 503];
/// Those of an operation with a body.
const WITH_BODY: [u16; 2] = [413, 415];
/// Those of a write.
const WRITING: [u16; 2] = [422, 428];

/// Bytes of a file: more than any history of one case, or a seal of any office, fills.
const LONGEST_FILE: u64 = 100_000_000_000;

/// The document, for the address at which people reach the service.
pub fn document(config: &Config) -> Json {
    let operations: Vec<Operation> = super::endpoints().into_iter().map(|endpoint| endpoint.operation).collect();
    let base = config.base_url();
    let words_of_server = if config.is_https() { "il servizio" } else { "una prova su questa macchina, senza https" };
    let mut server = json!({ "url": base, "description": words_of_server });
    if let (Some(map), false) = (server.as_object_mut(), config.is_https()) {
        map.insert("x-sandbox".into(), true.into());
    }
    let mut paths = Map::new();
    for operation in &operations {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(operation.method.to_lowercase(), operation_json(operation));
        }
    }
    paths.insert("/status".into(), json!({ "get": status() }));
    let mut schemas: Map<String, Json> =
        super::schemas().into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
    schemas.insert("Problema".into(), problem_schema());
    schemas.insert("Stato".into(), status_schema());
    let mut groups: Vec<&str> = Vec::new();
    for operation in &operations {
        if !groups.contains(&operation.group) {
            groups.push(operation.group);
        }
    }
    groups.push("Servizio");
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "lepre",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Le pratiche dei livelli essenziali dei centri per l'impiego, per altri sistemi",
            "x-summary": "Le pratiche dei livelli essenziali dei centri per l'impiego, per altri sistemi",
            "x-api-id": "lepre",
            "description": "Interfaccia per i sistemi informativi delle regioni. Chi chiama manda il suo token in `Authorization: Bearer`; \
                il token vale per un account, con il suo ruolo, la sua sede e la sua regione: ciò che non è a portata risponde 404. \
                Ogni scrittura porta `Idempotency-Key`: ripeterla dà la stessa risposta e non scrive due volte. \
                Un errore è sempre `application/problem+json`; un diniego porta la norma. Le risposte non si conservano (`Cache-Control: no-store`), \
                salvo dove è detto.",
            "termsOfService": format!("{base}/api"),
            "contact": { "name": "chi amministra il servizio", "url": format!("{base}/api") },
            "license": { "name": "EUPL-1.2", "identifier": "EUPL-1.2" },
        },
        "servers": [server],
        "security": [{ "token": [] }],
        "tags": groups.iter().map(|group| json!({ "name": group, "description": group_words(group) })).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "securitySchemes": { "token": {
                "type": "http", "scheme": "bearer",
                "description": "un token dell'account, fatto dalla pagina del profilo; si può revocare, e può essere di sola lettura",
            } },
            "headers": headers(),
            "responses": troubles(),
            "parameters": parameters(),
            "schemas": schemas,
        },
    })
}

fn group_words(group: &str) -> &'static str {
    match group {
        "Livelli" => "i livelli del decreto e i regolamenti su cui si fondano le pratiche",
        "Catalogo" => "le tabelle: atti, codici, dati, parametri, misure, feste, sedi",
        "Soggetti" => "persone e imprese, e ciò che hanno compiuto",
        "Pratiche" => "aprire, guardare, spiegare, scrivere",
        "Prove" => "ciò che altri possono verificare da sé, senza questo servizio",
        "Verifiche" => "il controllo di moltissime pratiche, che va avanti da solo",
        _ => "come sta il servizio",
    }
}

fn operation_json(operation: &Operation) -> Json {
    let mut parameters: Vec<Json> = operation
        .params
        .iter()
        .map(|param| {
            json!({
                "name": param.name, "in": if param.in_path { "path" } else { "query" }, "required": param.required,
                "description": param.words, "schema": param.schema,
            })
        })
        .collect();
    if operation.writes {
        parameters.push(json!({ "$ref": "#/components/parameters/ChiaveDiIdempotenza" }));
    }
    if operation.matched {
        parameters.push(json!({ "$ref": "#/components/parameters/SequenzaVista" }));
    }
    let mut responses = Map::new();
    responses.insert(operation.answered.status.to_string(), answer(operation));
    let mut statuses: Vec<u16> = ALWAYS.to_vec();
    statuses.extend(operation.troubles);
    if operation.sent.is_some() {
        statuses.extend(WITH_BODY);
    }
    if operation.writes {
        statuses.extend(WRITING);
    }
    statuses.sort_unstable();
    statuses.dedup();
    for status in statuses {
        responses.insert(status.to_string(), json!({ "$ref": format!("#/components/responses/Problema{status}") }));
    }
    let words = if operation.words.is_empty() { operation.title } else { operation.words };
    let mut told = json!({
        "operationId": operation.id, "tags": [operation.group], "summary": operation.title, "description": words,
        "security": [{ "token": [] }], "parameters": parameters, "responses": responses,
    });
    if let (Some(map), Some(sent)) = (told.as_object_mut(), &operation.sent) {
        let body = json!({
            "required": true, "description": sent.words,
            "content": { "application/json": { "schema": of(sent.schema), "example": sent.example } },
        });
        map.insert("requestBody".into(), body);
    }
    told
}

/// What comes back when all goes well.
fn answer(operation: &Operation) -> Json {
    let answered = &operation.answered;
    let mut headers = common_headers();
    if answered.tagged {
        headers.insert("ETag".into(), header("Sequenza"));
    }
    if matches!(answered.status, 201 | 202) {
        headers.insert("Location".into(), header("Indirizzo"));
    }
    let kept = if answered.kept > 0 { "ConservaPerSempre" } else { "NonConservare" };
    headers.insert("Cache-Control".into(), header(kept));
    let content = match answered.media {
        Some(media) => {
            let bytes = json!({ "type": "string", "contentMediaType": media, "maxLength": LONGEST_FILE });
            json!({ media: { "schema": bytes } })
        }
        None => json!({ "application/json": { "schema": of(answered.schema) } }),
    };
    json!({ "description": answered.words, "headers": headers, "content": content })
}

fn header(name: &str) -> Json {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

fn common_headers() -> Map<String, Json> {
    let names = [
        ("RateLimit-Limit", "RichiestePossibili"),
        ("RateLimit-Remaining", "RichiesteRimaste"),
        ("RateLimit-Reset", "SecondiAllaPiena"),
        ("Request-Id", "NumeroDellaRichiesta"),
    ];
    names.into_iter().map(|(name, component)| (name.to_owned(), header(component))).collect()
}

fn headers() -> Json {
    let one = |words: &str, schema: Json| json!({ "description": words, "schema": schema });
    json!({
        "RichiestePossibili": one("richieste possibili in un minuto", whole(1, 1_000_000)),
        "RichiesteRimaste": one("richieste che restano adesso", whole(0, 1_000_000)),
        "SecondiAllaPiena": one("secondi perché tornino tutte; se non ne restano, perché ne torni una", whole(0, 3_600)),
        "NumeroDellaRichiesta": one("da citare a chi amministra il servizio", super::schema::uuid()),
        "Sequenza": one("la sequenza della pratica tra virgolette, da mandare in `If-Match`", tag_schema()),
        "Indirizzo": one("dov'è ciò che è stato fatto", json!({ "type": "string", "format": "uri-reference", "maxLength": 200 })),
        "NonConservare": one("`no-store`: nessuno conserva la risposta", json!({ "type": "string", "maxLength": 100 })),
        "ConservaPerSempre": one("`private, max-age=31536000, immutable`: ciò che l'impronta nomina non cambia", json!({ "type": "string", "maxLength": 100 })),
        "Riprova": one("secondi dopo i quali riprovare", whole(1, 3_600)),
        "ComeEntrare": one("come ci si fa riconoscere", json!({ "type": "string", "maxLength": 100 })),
        "Metodi": one("i metodi ammessi", json!({ "type": "string", "maxLength": 100 })),
    })
}

fn tag_schema() -> Json {
    json!({ "type": "string", "maxLength": 12, "pattern": "^\"[1-9][0-9]{0,8}\"$", "examples": ["\"3\""] })
}

fn parameters() -> Json {
    let key = json!({
        "type": "string", "minLength": 1, "maxLength": KEY_LENGTH, "pattern": "^[!-~]+$",
        "examples": ["2f1c1f0e-7f0c-4a52-9d53-0f5c0a4d8f01"],
    });
    json!({
        "ChiaveDiIdempotenza": {
            "name": "Idempotency-Key", "in": "header", "required": true, "schema": key,
            "description": "un valore nuovo per ogni scrittura, lo stesso quando la si ripete: la risposta sarà la stessa, e nulla è scritto due volte",
        },
        "SequenzaVista": {
            "name": "If-Match", "in": "header", "required": true, "schema": tag_schema(),
            "description": "l'`ETag` della pratica com'è stata letta: se nel frattempo è cambiata la risposta è 412, e nulla è scritto",
        },
    })
}

/// A status, its name, when it comes.
const TROUBLES: [(u16, &str); 15] = [
    (400, "Ciò che è stato mandato ha difetti: `errori` dice quali"),
    (401, "Manca il token, o non vale"),
    (403, "Il ruolo dell'account o il token non lo consente"),
    (404, "Non esiste, o non è a portata di chi chiede"),
    (405, "L'indirizzo non ha questo metodo"),
    (408, "La richiesta non è arrivata in tempo"),
    (409, "Qualcun altro ha scritto nello stesso momento; nulla è stato scritto"),
    (412, "La pratica è cambiata da quando è stata letta; nulla è stato scritto"),
    (413, "Il corpo è troppo grande"),
    (415, "Il corpo non è `application/json`"),
    (
        422,
        "Il regolamento non lo consente: `norma`, `dinieghi` e `aiuto` dicono perché; oppure la chiave è già servita per altro",
    ),
    (428, "Manca `Idempotency-Key` o `If-Match`"),
    (429, "Troppe richieste"),
    (500, "Una colpa nostra; nulla è stato scritto a metà"),
    (503, "L'archivio o le specifiche non possono servire adesso"),
];

fn troubles() -> Json {
    let told = TROUBLES.iter().map(|(status, words)| {
        let mut headers = common_headers();
        match status {
            401 => _ = headers.insert("WWW-Authenticate".into(), header("ComeEntrare")),
            405 => _ = headers.insert("Allow".into(), header("Metodi")),
            429 | 503 => _ = headers.insert("Retry-After".into(), header("Riprova")),
            _ => {}
        }
        headers.insert("Cache-Control".into(), header("NonConservare"));
        let body = json!({ problem::MEDIA: { "schema": of("Problema") } });
        (format!("Problema{status}"), json!({ "description": words, "headers": headers, "content": body }))
    });
    Json::Object(told.collect())
}

fn problem_schema() -> Json {
    let fault = object(vec![always("campo", words()), always("motivo", words())]);
    let refusal = object(vec![always("tipo", words()), always("motivo", words()), always("aiuto", words())]);
    let schema = object(vec![
        always("type", described(link(), "la pagina che lo spiega")),
        always("title", words()),
        always("status", whole(400, 599)),
        always("detail", words()),
        always("instance", described(words(), "l'indirizzo chiesto")),
        always("richiesta", described(words(), "il numero della richiesta")),
        perhaps("aiuto", words()),
        perhaps("norma", words()),
        perhaps("link", link()),
        perhaps("errori", list(fault, 1_000)),
        perhaps("dinieghi", list(refusal, 1_000)),
        perhaps("sequenza", described(sequence(), "a che evento è la pratica")),
    ]);
    described(schema, "un errore (RFC 9457)")
}

fn status_schema() -> Json {
    object(vec![
        always("stato", one_of(&["in-servizio"])),
        always("versione", words()),
        always("secondi", described(whole(0, 10_000_000_000), "da quando è in servizio")),
        always("schema", whole(1, 1_000)),
    ])
}

fn status() -> Json {
    let mut headers = common_headers();
    headers.insert("Cache-Control".into(), header("NonConservare"));
    let mut responses = Map::new();
    let body = json!({ "application/json": { "schema": of("Stato") } });
    responses.insert("200".into(), json!({ "description": "È in servizio", "headers": headers, "content": body }));
    for status in [400, 405, 408, 429, 500, 503] {
        responses.insert(status.to_string(), json!({ "$ref": format!("#/components/responses/Problema{status}") }));
    }
    json!({
        "operationId": "stato", "tags": ["Servizio"], "summary": "Come sta il servizio",
        "description": "200 se le richieste si possono servire, 503 se no. Non serve un token.",
        "security": [{}], "responses": responses,
    })
}
