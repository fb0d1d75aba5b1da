// SPDX-License-Identifier: EUPL-1.2
//! What is sent is read with suspicion, and what is wrong with it is told by field.

use lepre::config::Config;
use serde_json::{Value as Json, json};

use super::{Program, TODAY, opening};
use crate::web::Bureau;

const OPEN: &str = "/api/v1/pratiche";

fn sent(program: &Program, media: &str, body: &str) -> (u16, Json) {
    let answer = program.send("POST", OPEN, &[("content-type", media), ("idempotency-key", "k")], body.to_owned());
    assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.body);
    (answer.status.as_u16(), answer.json())
}

#[test]
fn a_body_is_json_and_says_so() {
    let bureau = Bureau::new(TODAY);
    let program = Program::of(&bureau, "op", true);
    let body = opening(1).to_string();
    for media in [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin-1",
        "application/jsonx",
    ] {
        assert_eq!(sent(&program, media, &body).0, 415, "{media}");
    }
    let zipped = [("content-type", "application/json"), ("content-encoding", "gzip"), ("idempotency-key", "k")];
    program.send("POST", OPEN, &zipped, body.clone()).is(415);
    program
        .send("POST", OPEN, &[("content-type", "application/json; charset=UTF-8"), ("idempotency-key", "k")], body)
        .is(201);
}

#[test]
fn a_body_is_not_too_large() {
    let bureau = Bureau::with(TODAY, Config { body_bytes: 1_000, requests_per_minute: 1_000_000, ..Config::default() });
    let program = Program::of(&bureau, "op", true);
    let long = " ".repeat(2_000);
    assert_eq!(sent(&program, "application/json", &format!("{long}{}", opening(1))).0, 413);
}

#[test]
fn a_fault_names_its_field() {
    let bureau = Bureau::new(TODAY);
    let program = Program::of(&bureau, "op", true);
    let code = crate::service::office::person(1);
    let deep = format!("{{\"dati\":{}1{}}}", "[".repeat(200), "]".repeat(200));
    let cases: Vec<(String, &str)> = vec![
        ("".into(), "finisce prima"),
        ("{".into(), "finisce prima"),
        ("[]".into(), ""),
        ("{}".into(), "manca il campo `lep`"),
        (r#"{"lep":"E","lep":"E"}"#.into(), "`lep` è scritto due volte"),
        (r#"{"lep":"E","ruolo":"amministratore"}"#.into(), "campo `ruolo` sconosciuto"),
        (r#"{"lep":"E","sede":"milano"}"#.into(), "campo `sede` sconosciuto"),
        (r#"{"lep":5}"#.into(), "`lep`"),
        (r#"{"lep":"E\u0000"}"#.into(), "`lep`"),
        (format!(r#"{{"lep":"E","soggetto":{{"tipo":"gatto","codice_fiscale":"{code}"}}}}"#), "`soggetto.tipo`"),
        (
            format!(
                r#"{{"lep":"E","soggetto":{{"tipo":"persona","codice_fiscale":"{code}","denominazione":"a\u0007b"}}}}"#
            ),
            "`soggetto.denominazione`",
        ),
        (
            format!(r#"{{"lep":"E","soggetto":{{"tipo":"persona","codice_fiscale":"{code}"}},"il":"2026-02-30"}}"#),
            "`il`",
        ),
        (r#"{"lep":"E","soggetto":{"tipo":"persona","codice_fiscale":"ZZZZZZ80A41Z999A"}}"#.into(), "`codice_fiscale`"),
        (format!(r#"{{"lep":"ZZ","soggetto":{{"tipo":"persona","codice_fiscale":"{code}"}}}}"#), "`lep`"),
        (deep, "troppi livelli"),
        ("{\"lep\":\"E\"} {}".into(), "non è JSON"),
    ];
    for (body, words) in cases {
        let (status, problem) = sent(&program, "application/json", &body);
        assert_eq!(status, 400, "{body}: {problem}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(words), "{body}: {detail:?} does not say {words:?}");
    }
    assert_eq!(bureau.app.service.store().stats().unwrap().cases, 0);
}

#[test]
fn an_event_has_its_own_fields_and_no_other() {
    let bureau = Bureau::new(TODAY);
    let program = Program::of(&bureau, "op", true);
    let view = bureau.open("E", 1, "2026-11-02", &[("patto_gia_sottoscritto", "true")]);
    let case = view.head.id.to_string();
    for (event, words) in [
        (json!({ "tipo": "nota", "il": TODAY }), "manca il campo `testo`"),
        (json!({ "tipo": "nota", "il": TODAY, "testo": "x", "modo": "conclusa" }), "`modo` non serve"),
        (json!({ "tipo": "nota", "il": TODAY, "testo": null }), "un campo è vuoto"),
        (json!({ "tipo": "aperta", "il": TODAY, "soggetto": "x", "lep": "E", "regolamento": "x" }), "`tipo` è uno di"),
        (json!({ "tipo": "parole", "il": TODAY, "script": "x" }), "`tipo` è uno di"),
        (json!({ "tipo": "chiusa", "il": TODAY, "modo": "boh" }), "`boh` non è una parola ammessa"),
        (json!("nota"), "`tipo` è uno di"),
    ] {
        let problem = program.write(&case, "k", 1, &json!([event])).is(400).json();
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(words) && detail.contains("eventi"), "{event}: {detail:?} does not say {words:?}");
    }
    program.write(&case, "k", 1, &json!([])).is(400);
}

#[test]
fn an_address_says_only_what_the_document_knows() {
    let bureau = Bureau::new(TODAY);
    let program = Program::of(&bureau, "op", true);
    for query in [
        "limite=0",
        "limite=201",
        "limite=x",
        "limite=5&limite=6",
        "chi=io",
        "chiusa=forse",
        "ordine=caso",
        "lep=e",
        "entro=2026-13-01",
        "cursore=1_x",
        "cursore=%00",
        "operatore=%3Cscript%3E",
        "lep=",
        "soggetto=7",
        "lep=%ff",
    ] {
        program.get(&format!("/api/v1/pratiche?{query}")).is(400);
    }
    for path in ["/api/v1/pratiche/7", "/api/v1/pratiche/%ff", "/api/v1/soggetti/x%00", "/api/v1/regolamenti/abc"] {
        let answer = program.get(path).is(400);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
    }
    program.get("/api/v1/livelli/ZZ").is(404);
}
