// SPDX-License-Identifier: EUPL-1.2
//! The document says every route and no other, and every answer is what it says.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use lepre::config::Config;
use lepre::http::document;
use lepre::http::routes::{Kind, table};
use serde_json::{Value as Json, json};

use super::{Program, TODAY, note, opening};
use crate::service::office::person;
use crate::web::{Answer, Bureau};

#[test]
fn the_document_says_every_route_and_no_other() {
    let document = document(&Config::default());
    let mut told = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        told.extend(methods.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())));
    }
    let served: BTreeSet<(String, String)> = table()
        .iter()
        .filter(|route| route.kind == Kind::Api || route.path == "/status")
        .map(|route| (route.method.to_owned(), route.path.to_owned()))
        .collect();
    assert_eq!(told, served);
}

/// The document as it is committed, so that whoever changes it sees what others will see. `AGGIORNA=1` writes it again.
#[test]
fn the_document_is_the_committed_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    let text = format!("{}\n", serde_json::to_string_pretty(&document(&Config::default())).unwrap());
    if std::env::var_os("AGGIORNA").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == text, "docs/openapi.json is not the document: write it again with AGGIORNA=1");
}

#[test]
fn the_document_is_served_and_shown_to_people() {
    let bureau = Bureau::new(TODAY);
    let served = bureau.stranger().get("/api/openapi.json").is(200);
    assert_eq!(served.json()["openapi"], "3.1.0");
    let page = bureau.stranger().get("/api").is(200);
    assert!(page.header("content-type").starts_with("text/html"));
    let page = page.shows("/api/v1/pratiche/{id}/comandi").shows("Idempotency-Key").shows("curl -X POST");
    assert!(!page.has("<script>") && !page.has("style=") && !page.has("onclick"));
    bureau.seat("op").get("/api").is(200).shows("Nome di op");
}

/// Checks an answer against what the document says of it.
#[track_caller]
fn conforms(document: &Json, method: &str, path: &str, answer: &Answer) {
    let status = answer.status.as_u16().to_string();
    let operation = &document["paths"][path][method];
    let mut response = &operation["responses"][&status];
    if let Some(name) = response["$ref"].as_str() {
        response = document.pointer(&name[1..]).unwrap();
    }
    assert!(
        response.is_object(),
        "{method} {path} answered {status}, which the document does not have: {}",
        answer.body
    );
    let media = answer.header("content-type").to_owned();
    let schema = &response["content"][&media]["schema"];
    assert!(schema.is_object(), "{method} {path} {status}: {media} is not in the document");
    for (name, header) in response["headers"].as_object().unwrap() {
        let is_sometimes = matches!(name.as_str(), "Retry-After" | "Allow");
        assert!(is_sometimes || answer.headers.contains_key(name), "{method} {path} {status}: no {name} ({header})");
    }
    if media != "application/json" && media != "application/problem+json" {
        let begin: &[u8] = if media == "application/pdf" { b"%PDF-" } else { b"{" };
        assert!(answer.bytes.starts_with(begin), "{method} {path} {status}: not a document");
        return;
    }
    let mut whole = schema.clone();
    whole["components"] = document["components"].clone();
    let validator = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .build(&whole)
        .unwrap_or_else(|error| panic!("{method} {path}: {error}"));
    let body = answer.json();
    let faults: Vec<String> =
        validator.iter_errors(&body).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(faults.is_empty(), "{method} {path} {status}:\n{}\n{}", faults.join("\n"), answer.body);
}

#[test]
fn every_answer_is_what_the_document_says() {
    let bureau = Bureau::new(TODAY);
    let document = document(&Config::default());
    let program = Program::of(&bureau, "op", true);
    let opened = program.open("k1", &opening(1)).is(201);
    conforms(&document, "post", "/api/v1/pratiche", &opened);
    let opened = opened.json();
    let (case, seen) = (opened["pratica"].as_str().unwrap().to_owned(), opened["sequenza"].as_u64().unwrap());
    let events = json!([
        { "tipo": "convocata", "il": TODAY, "giorno": "2026-11-30", "ora": "09:30", "luogo": "stanza 3", "attivita": "colloquio" },
        { "tipo": "attivita", "il": TODAY, "attivita": "colloquio", "evento": "terminata" },
        { "tipo": "affidata", "il": TODAY, "operatore": "op" },
    ]);
    let written = program.write(&case, "k2", seen, &events).is(200);
    conforms(&document, "post", "/api/v1/pratiche/{id}/comandi", &written);
    // A second case, so that there is something late and something of every kind.
    bureau.open("E", 2, "2026-01-07", &[("patto_gia_sottoscritto", "true")]);
    bureau.open("B", 3, "2026-11-02", &[]);
    bureau.app.service.catch_up().unwrap();
    let auditor = Program::of(&bureau, "verifica", false);
    let begun = auditor.ask("/api/v1/verifiche", &json!({})).is(202);
    conforms(&document, "post", "/api/v1/verifiche", &begun);
    let verification = super::verifications::over(&auditor, begun.json()["verifica"].as_str().unwrap());
    let verification = verification["verifica"].as_str().unwrap().to_owned();
    for act in ["annulla", "riprendi"] {
        let path = format!("/api/v1/verifiche/{{id}}/{act}");
        let answer = auditor.send("POST", &path.replace("{id}", &verification), &[], "").is(200);
        conforms(&document, "post", &path, &answer);
    }
    let view = bureau.view(case.parse().unwrap());
    let subject = view.head.subject.to_string();
    let ids = [("{impronta}", view.head.rulebook.to_string()), ("{lep}", "E".to_owned())];
    let lead = Program::of(&bureau, "resp", false);
    for (path, methods) in document["paths"].as_object().unwrap() {
        // Indicators are not for operators.
        let program = if path.ends_with("/indicatori") { &lead } else { &program };
        if !methods.as_object().unwrap().contains_key("get") {
            continue;
        }
        let mut asked = path.replace("{id}", if path.contains("/soggetti/") { &subject } else { &case });
        for (name, value) in &ids {
            asked = asked.replace(name, value);
        }
        if path.ends_with("/spiegazione") {
            asked.push_str("?voce=colloquio");
        }
        // Only level D has a *patto di servizio*, and no key is set here to seal with.
        let none = path.ends_with("/patto/pdf") || path.starts_with("/api/v1/sigillo");
        let auditors = path.starts_with("/api/v1/verifiche") || path == "/api/v1/sigillo";
        let asked = if auditors { asked.replace(&case, &verification) } else { asked };
        let program = if auditors { &auditor } else { program };
        conforms(&document, "get", path, &program.get(&asked).is(if none { 404 } else { 200 }));
        let unknown = program.get(&format!(
            "{}?non-c-e=1",
            path.replace("{id}", &case).replace("{lep}", "E").replace("{impronta}", &ids[0].1)
        ));
        if path != "/status" {
            conforms(&document, "get", path, &unknown.is(400));
        }
    }
    for letter in ["A", "B", "C", "D", "E", "F1", "G", "M", "Q", "S"] {
        for region in ["", "?regione=piemonte"] {
            let rulebook = program.get(&format!("/api/v1/livelli/{letter}/regolamento{region}")).is(200);
            conforms(&document, "get", "/api/v1/livelli/{lep}/regolamento", &rulebook);
        }
    }
    let terms: Vec<String> = view.rulebook.terms.iter().map(|term| term.id.clone()).collect();
    for term in terms {
        let why = program.get(&format!("/api/v1/pratiche/{case}/spiegazione?voce={term}")).is(200);
        conforms(&document, "get", "/api/v1/pratiche/{id}/spiegazione", &why);
    }
    let found = program.ask("/api/v1/soggetti/ricerca", &json!({ "codice_fiscale": person(1) })).is(200);
    conforms(&document, "post", "/api/v1/soggetti/ricerca", &found);
    for asked in [opening(9), json!({ "lep": "E", "soggetto": opening(9)["soggetto"] })] {
        let possible = program.ask("/api/v1/pratiche/possibile", &asked).is(200);
        conforms(&document, "post", "/api/v1/pratiche/possibile", &possible);
    }
    // Troubles too.
    let path = "/api/v1/pratiche/{id}/comandi";
    conforms(&document, "post", path, &program.write(&case, "k3", 1, &note("x")).is(412));
    let now = u64::from(view.head.sequence);
    conforms(
        &document,
        "post",
        path,
        &program.write(&case, "k4", now, &json!([{ "tipo": "ripresa", "il": TODAY }])).is(422),
    );
    conforms(&document, "post", path, &program.write(&case, "k2", now, &note("x")).is(422));
    conforms(&document, "post", "/api/v1/pratiche", &program.ask("/api/v1/pratiche", &opening(4)).is(428));
    conforms(&document, "get", "/api/v1/livelli/{lep}", &program.get("/api/v1/livelli/Z").is(404));
}
