// SPDX-License-Identifier: EUPL-1.2
//! Verifications and proofs, asked for by programs.

use std::time::{Duration, Instant};

use lepre::config::Config;
use lepre::role::Role;
use lepre::signature::PrivateKey;
use serde_json::{Value as Json, json};

use super::{Program, TODAY};
use crate::web::Bureau;

const ALL: &str = "/api/v1/verifiche";

/// Asks until the verification is over.
pub fn over(program: &Program, id: &str) -> Json {
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let found = program.get(&format!("{ALL}/{id}")).is(200).json();
        if found["stato"] == "conclusa" {
            return found;
        }
        assert!(Instant::now() < until, "{found}");
        std::thread::yield_now();
    }
}

fn bureau() -> Bureau {
    let bureau = Bureau::new(TODAY);
    for n in 1..=5 {
        bureau.open("E", n, "2026-11-02", &[("patto_gia_sottoscritto", "true")]);
    }
    bureau.account("ispettore", Role::Auditor, (Some("campania"), None));
    bureau
}

#[test]
fn a_verification_is_begun_looked_at_and_read_page_by_page() {
    let bureau = bureau();
    // A token that only reads is enough: nothing is written in any case.
    let auditor = Program::of(&bureau, "verifica", false);
    let begun = auditor.ask(ALL, &json!({ "lep": "E", "legge": "oggi" }));
    assert_eq!(begun.status.as_u16(), 202, "{}", begun.body);
    let id = begun.json()["verifica"].as_str().unwrap().to_owned();
    assert_eq!(begun.header("location"), format!("{ALL}/{id}"));
    let found = over(&auditor, &id);
    assert_eq!((found["pratiche"].as_u64(), found["fatte"].as_u64()), (Some(5), Some(5)), "{found}");
    assert_eq!(found["somme"]["pratiche"], 5);
    let sums = ["conformi", "non_conformi", "non_note", "non_controllate"];
    assert_eq!(sums.iter().map(|sum| found["somme"][sum].as_u64().unwrap()).sum::<u64>(), 5, "{found}");
    assert_eq!(found["somme"]["non_conformi"], 5);
    let (mut from, mut seen) = (String::new(), Vec::new());
    loop {
        let page = auditor.get(&format!("{ALL}/{id}/esiti?limite=2{from}")).is(200).json();
        seen.extend(page["esiti"].as_array().unwrap().iter().map(|row| row["pratica"].as_str().unwrap().to_owned()));
        let Some(next) = page["seguito"].as_u64() else { break };
        from = format!("&dopo={next}");
    }
    assert_eq!(seen.len(), 5);
    assert!(seen.is_sorted());
    auditor.get(&format!("{ALL}/{id}/esiti?dopo=3")).is(404);
    auditor.get(&format!("{ALL}/{id}/esiti?dopo=x")).is(400);
    assert_eq!(auditor.get(ALL).is(200).json()["verifiche"].as_array().unwrap().len(), 1);
    // Over is over.
    let still = auditor.send("POST", &format!("{ALL}/{id}/annulla"), &[], "").is(200).json();
    assert_eq!(still["stato"], "conclusa");
}

#[test]
fn nobody_reaches_another_s_verification_or_region() {
    let bureau = bureau();
    let (auditor, other) = (Program::of(&bureau, "verifica", false), Program::of(&bureau, "ispettore", false));
    let id = auditor.ask(ALL, &json!({})).json()["verifica"].as_str().unwrap().to_owned();
    for path in [format!("{ALL}/{id}"), format!("{ALL}/{id}/esiti")] {
        other.get(&path).is(404);
    }
    other.send("POST", &format!("{ALL}/{id}/annulla"), &[], "").is(404);
    other.ask(ALL, &json!({ "regione": "piemonte" })).is(403);
    // There is no case in Campania.
    other.ask(ALL, &json!({})).is(400);
    assert!(other.get(ALL).json()["verifiche"].as_array().unwrap().is_empty());
    for wrong in
        [json!({ "legge": "domani" }), json!({ "al": "2026-02-30" }), json!({ "lep": 3 }), json!({ "altro": 1 })]
    {
        auditor.ask(ALL, &wrong).is(400);
    }
}

#[test]
fn a_verification_cancelled_can_be_taken_up_again() {
    let bureau = bureau();
    let auditor = Program::of(&bureau, "verifica", false);
    let app = &bureau.app;
    let account = app.registry.account_by_username("verifica").unwrap().unwrap().id;
    let request = lepre::service::verification::VerificationRequest {
        account,
        selection: lepre::service::Selection::default(),
        on: app.service.today(),
        law: lepre::service::Law::Pinned,
    };
    // Begun by a service that has ended since.
    let left = app.service.begin_verification(request).unwrap();
    let path = format!("{ALL}/{}", left.id);
    assert_eq!(auditor.get(&path).json()["stato"], "interrotta");
    let cancelled = auditor.send("POST", &format!("{path}/annulla"), &[], "").is(200).json();
    assert_eq!(cancelled["stato"], "annullata");
    app.verifying.resume(app).unwrap();
    assert_eq!(auditor.get(&path).json()["stato"], "annullata");
    auditor.send("POST", &format!("{path}/riprendi"), &[], "").is(200);
    over(&auditor, &left.id.to_string());
}

/// However soon after the stop it is told to go on.
#[test]
fn a_verification_stopped_and_taken_up_at_once_goes_on() {
    let bureau = bureau();
    let auditor = Program::of(&bureau, "verifica", false);
    for _ in 0..15 {
        let id = auditor.ask(ALL, &json!({})).json()["verifica"].as_str().unwrap().to_owned();
        for act in ["annulla", "riprendi"] {
            auditor.send("POST", &format!("{ALL}/{id}/{act}"), &[], "").is(200);
        }
        assert_eq!(over(&auditor, &id)["somme"]["pratiche"], 5);
    }
}

/// What was asked of all regions is not shown any more to whoever has since been held to one.
#[test]
fn an_account_held_to_a_region_no_longer_sees_what_it_asked_of_all() {
    let bureau = bureau();
    let auditor = Program::of(&bureau, "verifica", false);
    let id = auditor.ask(ALL, &json!({})).json()["verifica"].as_str().unwrap().to_owned();
    over(&auditor, &id);
    let mut account = bureau.app.registry.account_by_username("verifica").unwrap().unwrap();
    account.region = Some("campania".into());
    bureau.app.registry.put_account(account).unwrap();
    for path in [format!("{ALL}/{id}"), format!("{ALL}/{id}/esiti")] {
        auditor.get(&path).is(404);
    }
    assert!(auditor.get(ALL).json()["verifiche"].as_array().unwrap().is_empty());
}

#[test]
fn a_seal_and_a_dossier_leave_the_machine() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sigilli.key");
    let key = PrivateKey::new([7; 32]);
    std::fs::write(&path, key.text()).unwrap();
    let config = Config { seal_key: Some(path.clone()), requests_per_minute: 1_000_000, ..Config::default() };
    let bureau = Bureau::with(TODAY, config);
    let view = bureau.open("E", 1, "2026-11-02", &[("patto_gia_sottoscritto", "true")]);
    bureau.account("ispettore", Role::Auditor, (Some("campania"), None));
    let auditor = Program::of(&bureau, "verifica", false);
    let sealed = auditor.get("/api/v1/sigillo").is(200);
    assert_eq!(sealed.header("content-type"), "application/x-ndjson");
    let closing = lepre::service::seal::check(sealed.body.as_bytes(), Some(&key.public())).unwrap();
    assert_eq!((closing.pratiche, closing.eventi), (1, u64::from(view.head.sequence)));
    let told = auditor.get("/api/v1/sigillo/chiave").is(200).json();
    assert_eq!(told["chiave"], key.public().to_string());
    Program::of(&bureau, "ispettore", false).get("/api/v1/sigillo").is(403);

    let operator = Program::of(&bureau, "op", false);
    let dossier = operator.get(&format!("/api/v1/pratiche/{}/dossier", view.head.id)).is(200);
    let report = lepre::service::dossier::verify_dossier(&dossier.body, None);
    assert!(report.is_ok_and(|report| report.faults.is_empty()), "{}", dossier.body);
    // The whole of what was written by hand is for those who work on the case.
    auditor.get(&format!("/api/v1/pratiche/{}/dossier", view.head.id)).is(403);
    Program::of(&bureau, "altrove", false).get(&format!("/api/v1/pratiche/{}/dossier", view.head.id)).is(404);

    std::fs::write(&path, "non è una chiave").unwrap();
    auditor.get("/api/v1/sigillo").is(503).hides(&path.display().to_string());
}
