// SPDX-License-Identifier: EUPL-1.2
//! Who reaches what: another's case does not exist, a token that reads does not write, an auditor sees no names.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use super::{Program, TODAY, note, opening};
use crate::engine::specs;
use crate::service::office::person;
use crate::service::pinned::copy;
use crate::web::Bureau;

#[test]
fn another_office_finds_nothing_by_any_id() {
    let bureau = Bureau::new(TODAY);
    let view = bureau.open("E", 1, "2026-11-02", &[("patto_gia_sottoscritto", "true")]);
    let (case, subject) = (view.head.id.to_string(), view.head.subject.to_string());
    let nobody = "00000000-0000-7000-8000-000000000000";
    let program = Program::of(&bureau, "altrove", true);
    for path in ["", "/eventi", "/agenda", "/rilievi", "/spiegazione?voce=colloquio"] {
        let theirs = program.get(&format!("/api/v1/pratiche/{case}{path}")).is(404).json();
        let none = program.get(&format!("/api/v1/pratiche/{nobody}{path}")).is(404).json();
        assert_eq!(theirs["detail"], none["detail"], "what is another's and what is not there are told alike");
    }
    for path in ["", "/fascicolo"] {
        let theirs = program.get(&format!("/api/v1/soggetti/{subject}{path}")).is(404).json();
        let none = program.get(&format!("/api/v1/soggetti/{nobody}{path}")).is(404).json();
        assert_eq!(theirs["detail"], none["detail"]);
    }
    program.write(&case, "chiave-1", 1, &note("x")).is(404);
    let found = program.ask("/api/v1/soggetti/ricerca", &json!({ "codice_fiscale": person(1) })).is(200);
    assert_eq!(found.json(), json!({ "soggetti": [] }));
    bureau.app.service.catch_up().unwrap();
    for path in ["/api/v1/pratiche", "/api/v1/rilievi"] {
        assert_eq!(program.get(path).is(200).json()["pratiche"], json!([]));
    }
}

#[test]
fn a_token_that_reads_writes_nothing_and_may_ask() {
    let bureau = Bureau::new(TODAY);
    let view = bureau.open("E", 1, "2026-11-02", &[("patto_gia_sottoscritto", "true")]);
    let program = Program::of(&bureau, "op", false);
    program.open("chiave-1", &opening(2)).is(403);
    program.write(&view.head.id.to_string(), "chiave-2", 1, &note("x")).is(403);
    program
        .ask("/api/v1/soggetti/ricerca", &json!({ "codice_fiscale": person(1) }))
        .is(200)
        .shows("Persona Inventata 1");
    let asked = program.ask("/api/v1/pratiche/possibile", &opening(2)).is(200).json();
    assert_eq!(asked["possibile"], json!(true));
    assert_eq!(bureau.app.service.store().stats().unwrap().cases, 1);
}

#[test]
fn an_auditor_sees_no_names() {
    let bureau = Bureau::new(TODAY);
    let view = bureau.open("E", 1, "2026-11-02", &[("patto_gia_sottoscritto", "true")]);
    let program = Program::of(&bureau, "verifica", false);
    let (case, subject) = (view.head.id, view.head.subject);
    for path in [
        format!("/api/v1/soggetti/{subject}"),
        format!("/api/v1/soggetti/{subject}/fascicolo"),
        format!("/api/v1/pratiche/{case}"),
        format!("/api/v1/pratiche/{case}/eventi"),
        format!("/api/v1/pratiche/{case}/agenda"),
        format!("/api/v1/pratiche/{case}/rilievi"),
    ] {
        program.get(&path).is(200).hides("Persona Inventata").hides(&person(1));
    }
    program.ask("/api/v1/soggetti/ricerca", &json!({ "codice_fiscale": person(1) })).is(403);
}

#[test]
fn a_program_is_known_by_its_token_only() {
    let bureau = Bureau::new(TODAY);
    let seat = bureau.seat("op");
    let none = seat.get("/api/v1/livelli").is(401);
    assert_eq!((none.header("www-authenticate"), none.header("content-type")), ("Bearer", "application/problem+json"));
    let program = Program::of(&bureau, "op", true);
    let path = format!("/api/v1/livelli?token={}", program.token);
    bureau.stranger().get(&path).is(401);
    program.get("/api/v1/niente").is(404);
    let method = program.send("DELETE", "/api/v1/pratiche", &[], Body::empty()).is(405);
    assert!(method.header("allow").contains("GET"), "{:?}", method.headers);
    assert_eq!(method.header("content-type"), "application/problem+json");
    let asked = Request::get("/api/v1/livelli").header("authorization", "Bearer x");
    bureau.stranger().ask(asked.body(Body::empty()).unwrap()).is(401);
}

#[test]
fn what_is_looked_at_is_noted() {
    let bureau = Bureau::new(TODAY);
    let view = bureau.open("E", 1, "2026-11-02", &[("patto_gia_sottoscritto", "true")]);
    let program = Program::of(&bureau, "op", false);
    program.get(&format!("/api/v1/pratiche/{}", view.head.id)).is(200);
    bureau.app.registry.flush().unwrap();
    let query = lepre::store::AccessQuery { case: Some(view.head.id), ..Default::default() };
    let noted = bureau.app.registry.accesses(&query, None, 10).unwrap();
    assert!(
        noted.iter().any(|(_, access)| access.username == "op" && access.subject == Some(view.head.subject)),
        "{noted:?}"
    );
}

/// The specifications with one fact of a particular kind: the national ones have none so far.
pub fn with_a_sensitive_fact(folder: &std::path::Path) -> std::sync::Arc<lepre::library::Library> {
    let own = folder.join("specs");
    copy(&specs(), &own);
    copy(&specs().with_file_name("scripts"), &folder.join("scripts"));
    let facts = own.join("catalogo/dati.yaml");
    let text = std::fs::read_to_string(&facts).unwrap();
    let marked = text.replacen("mesi_disoccupazione:\n", "mesi_disoccupazione:\n  particolare: true\n", 1);
    assert_ne!(marked, text);
    std::fs::write(&facts, marked).unwrap();
    std::sync::Arc::new(lepre::library::Library::open(&own).unwrap())
}

#[test]
fn what_rests_on_a_sensitive_fact_is_not_for_the_auditor_neither_here_nor_on_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let bureau = Bureau::new(TODAY);
    bureau.app.service.use_library(with_a_sensitive_fact(folder.path()));
    let facts = [("patto_gia_sottoscritto", "true"), ("mesi_disoccupazione", "437")];
    let case = bureau.open("E", 1, "2026-11-02", &facts).head.id;
    let (op, auditor) = (Program::of(&bureau, "op", false), Program::of(&bureau, "verifica", false));
    let mut told = 0;
    for path in ["", "/eventi", "/agenda", "/rilievi", "/spiegazione?voce=counseling", "/spiegazione?voce=colloquio"] {
        let path = format!("/api/v1/pratiche/{case}{path}");
        let is_told = |answer: &str| answer.contains("è 437") || answer.contains(":437");
        told += usize::from(is_told(&op.get(&path).is(200).body));
        assert!(!is_told(&auditor.get(&path).is(200).body), "{path}");
    }
    assert!(told >= 3, "who serves the person is told: {told}");
    let pages = [
        format!("/pratiche/{case}"),
        format!("/pratiche/{case}/stampa"),
        format!("/pratiche/{case}/perche/counseling"),
    ];
    for page in pages {
        bureau.seat("op").get(&page).is(200).shows("437");
        bureau.seat("verifica").get(&page).is(200).hides("è 437").hides(">437<");
    }
    bureau.app.service.catch_up().unwrap();
    auditor.get("/api/v1/rilievi").is(200).hides("è 437");
}
