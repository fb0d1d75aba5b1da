// SPDX-License-Identifier: EUPL-1.2
//! A key is one write and one answer for ever; a sequence is seen or the write is refused.

use std::sync::{Arc, Barrier};
use std::thread;

use serde_json::json;

use super::{Program, TODAY, note, opening};
use crate::web::Bureau;

#[test]
fn fifty_at_once_with_one_key_open_one_case_and_hear_the_same() {
    let bureau = Bureau::new(TODAY);
    let program = Program::of(&bureau, "op", true);
    let barrier = Arc::new(Barrier::new(50));
    let threads: Vec<_> = (0..50)
        .map(|_| {
            let (barrier, program) =
                (barrier.clone(), Program { seat: bureau.stranger(), token: program.token.clone() });
            thread::spawn(move || {
                barrier.wait();
                program.open("chiave-1", &opening(1)).is(201)
            })
        })
        .collect();
    let answers: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    let first = &answers[0];
    assert!(first.header("location").starts_with("/api/v1/pratiche/"), "{:?}", first.headers);
    for answer in &answers {
        assert_eq!(answer.body, first.body);
        assert_eq!(answer.header("location"), first.header("location"));
        assert_eq!(answer.header("etag"), first.header("etag"));
    }
    assert_eq!(bureau.app.service.store().stats().unwrap().cases, 1);
}

#[test]
fn fifty_at_once_with_one_key_write_one_event() {
    let bureau = Bureau::new(TODAY);
    let program = Program::of(&bureau, "op", true);
    let view = bureau.open("E", 1, "2026-11-02", &[("patto_gia_sottoscritto", "true")]);
    let (case, seen) = (view.head.id.to_string(), u64::from(view.head.sequence));
    let barrier = Arc::new(Barrier::new(50));
    let threads: Vec<_> = (0..50)
        .map(|_| {
            let (barrier, case) = (barrier.clone(), case.clone());
            let program = Program { seat: bureau.stranger(), token: program.token.clone() };
            thread::spawn(move || {
                barrier.wait();
                program.write(&case, "chiave-1", seen, &note("una volta sola")).is(200).body
            })
        })
        .collect();
    let bodies: Vec<String> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    assert_eq!(u64::from(bureau.view(view.head.id).head.sequence), seen + 1);
    // Long after, when the case has gone on, the answer is still that.
    program.write(&case, "chiave-2", seen + 1, &note("altro")).is(200);
    assert_eq!(program.write(&case, "chiave-1", seen, &note("una volta sola")).is(200).body, bodies[0]);
}

#[test]
fn of_twenty_who_have_seen_the_same_one_writes() {
    let bureau = Bureau::new(TODAY);
    let program = Program::of(&bureau, "op", true);
    let view = bureau.open("E", 1, "2026-11-02", &[("patto_gia_sottoscritto", "true")]);
    let (case, seen) = (view.head.id.to_string(), u64::from(view.head.sequence));
    let barrier = Arc::new(Barrier::new(20));
    let threads: Vec<_> = (0..20)
        .map(|n| {
            let (barrier, case) = (barrier.clone(), case.clone());
            let program = Program { seat: bureau.stranger(), token: program.token.clone() };
            thread::spawn(move || {
                barrier.wait();
                let answer = program.write(&case, &format!("chiave-{n}"), seen, &note(&format!("di {n}")));
                (answer.status.as_u16(), answer.json())
            })
        })
        .collect();
    let mut won = 0;
    for thread in threads {
        match thread.join().unwrap() {
            (200, _) => won += 1,
            (409 | 412, problem) => assert_eq!(problem["sequenza"], json!(seen + 1), "{problem}"),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(won, 1);
    assert_eq!(u64::from(bureau.view(view.head.id).head.sequence), seen + 1);
}

#[test]
fn a_key_names_one_request() {
    let bureau = Bureau::new(TODAY);
    let program = Program::of(&bureau, "op", true);
    program.open("chiave-1", &opening(1)).is(201);
    let reused = program.open("chiave-1", &opening(2)).is(422);
    assert!(reused.json()["type"].as_str().unwrap().ends_with("/errori/chiave-gia-usata"));
    // Another's key is another key.
    let other = Program::of(&bureau, "collega", true);
    other.open("chiave-1", &opening(2)).is(201);
}

#[test]
fn a_refusal_is_not_kept_and_tells_its_norm() {
    let bureau = Bureau::new(TODAY);
    let program = Program::of(&bureau, "op", true);
    let view = bureau.open("E", 1, "2026-11-02", &[("patto_gia_sottoscritto", "true")]);
    let (case, seen) = (view.head.id.to_string(), u64::from(view.head.sequence));
    let resumed = json!([{ "tipo": "ripresa", "il": TODAY }]);
    let refused = program.write(&case, "chiave-1", seen, &resumed).is(422);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    let problem = refused.json();
    assert!(problem["norma"].is_string() && problem["dinieghi"][0]["motivo"].is_string(), "{problem}");
    let suspended = json!([{ "tipo": "sospesa", "il": TODAY, "motivo": "malattia" }]);
    program.write(&case, "chiave-2", seen, &suspended).is(200);
    // The same key may now be used: nothing was kept of the refusal. The sequence it had seen is not the case's any more.
    program.write(&case, "chiave-1", seen + 1, &resumed).is(200);
}

#[test]
fn all_events_are_written_or_none() {
    let bureau = Bureau::new(TODAY);
    let program = Program::of(&bureau, "op", true);
    let view = bureau.open("E", 1, "2026-11-02", &[("patto_gia_sottoscritto", "true")]);
    let (case, seen) = (view.head.id.to_string(), u64::from(view.head.sequence));
    let half = json!([{ "tipo": "nota", "il": TODAY, "testo": "prima" }, { "tipo": "ripresa", "il": TODAY }]);
    program.write(&case, "chiave-1", seen, &half).is(422);
    assert_eq!(u64::from(bureau.view(view.head.id).head.sequence), seen);
    let whole = json!([
        { "tipo": "convocata", "il": TODAY, "giorno": "2026-11-30", "ora": "09:30", "luogo": "stanza 3" },
        { "tipo": "affidata", "il": TODAY, "operatore": "collega" },
    ]);
    let written = program.write(&case, "chiave-2", seen, &whole).is(200).json();
    assert_eq!((written["scritti"].clone(), written["sequenza"].clone()), (json!(2), json!(seen + 2)));
}

#[test]
fn a_condition_is_sent_and_holds() {
    let bureau = Bureau::new(TODAY);
    let program = Program::of(&bureau, "op", true);
    let view = bureau.open("E", 1, "2026-11-02", &[("patto_gia_sottoscritto", "true")]);
    let path = format!("/api/v1/pratiche/{}/comandi", view.head.id);
    let body = json!({ "eventi": note("x") }).to_string();
    let send = |headers: &[(&str, &str)]| {
        let mut all = vec![("content-type", "application/json")];
        all.extend(headers);
        program.send("POST", &path, &all, body.clone())
    };
    send(&[("if-match", "\"1\"")]).is(428);
    send(&[("idempotency-key", "k")]).is(428);
    send(&[("idempotency-key", "k"), ("if-match", "\"1\""), ("if-match", "\"2\"")]).is(400);
    for wrong in ["1", "W/\"1\"", "*", "\"0\"", "\"x\"", "\"99999999999\""] {
        send(&[("idempotency-key", "k"), ("if-match", wrong)]).is(400);
    }
    for wrong in ["", "due parole", &"k".repeat(129)] {
        send(&[("idempotency-key", wrong), ("if-match", "\"1\"")]).is(400);
    }
    let stale = send(&[("idempotency-key", "k"), ("if-match", "\"1\"")]);
    let seen = view.head.sequence;
    if seen != 1 {
        assert_eq!(stale.is(412).json()["sequenza"], json!(seen));
    }
}

#[test]
fn a_case_is_entrusted_to_whoever_works_there() {
    let bureau = Bureau::new(TODAY);
    let program = Program::of(&bureau, "op", true);
    let view = bureau.open("E", 1, "2026-11-02", &[("patto_gia_sottoscritto", "true")]);
    let (case, seen) = (view.head.id.to_string(), u64::from(view.head.sequence));
    for (n, wrong) in ["altrove", "verifica", "nessuno"].iter().enumerate() {
        let given = json!([{ "tipo": "affidata", "il": TODAY, "operatore": wrong }]);
        program.write(&case, &format!("chiave-{n}"), seen, &given).is(400);
    }
    let given = json!([{ "tipo": "affidata", "il": TODAY, "sede": "milano" }]);
    program.write(&case, "chiave-9", seen, &given).is(400);
}

#[test]
fn a_write_that_sent_the_case_away_is_answered_again_and_only_to_its_writer() {
    let bureau = Bureau::new(TODAY);
    let (program, other) = (Program::of(&bureau, "op", true), Program::of(&bureau, "collega", true));
    let view = bureau.open("E", 1, "2026-11-02", &[("patto_gia_sottoscritto", "true")]);
    let (case, seen) = (view.head.id.to_string(), u64::from(view.head.sequence));
    let given = json!([{ "tipo": "affidata", "il": TODAY, "sede": "asti" }]);
    let first = program.write(&case, "chiave-a", seen, &given).is(200);
    assert_eq!(program.write(&case, "chiave-a", seen, &given).is(200).body, first.body);
    program.write(&case, "chiave-b", seen, &given).is(404);
    other.write(&case, "chiave-a", seen, &given).is(404);
    program.write(&case, "chiave-a", seen, &note("altro")).is(404);
}

#[test]
fn who_opens_a_case_renames_nobody() {
    let bureau = Bureau::new(TODAY);
    let subject = bureau.open("E", 1, "2026-11-02", &[]).head.subject;
    let mut asked = opening(1);
    asked["soggetto"]["denominazione"] = "Cambiato Altrove".into();
    Program::of(&bureau, "altrove", true).open("chiave-a", &asked).is(201);
    let known = bureau.app.service.store().subject(subject).unwrap().unwrap();
    assert_eq!(known.name.as_deref(), Some("Persona Inventata 1"));
}

#[test]
fn what_was_written_by_hand_is_not_for_the_auditor() {
    let bureau = Bureau::new(TODAY);
    let view = bureau.open("E", 1, "2026-11-02", &[("patto_gia_sottoscritto", "true")]);
    let (case, seen) = (view.head.id.to_string(), u64::from(view.head.sequence));
    let program = Program::of(&bureau, "op", true);
    program.write(&case, "chiave-a", seen, &note("parlato con Tizio Inventato")).is(200);
    let path = format!("/api/v1/pratiche/{case}/eventi");
    program.get(&path).is(200).shows("Tizio Inventato");
    Program::of(&bureau, "verifica", false).get(&path).is(200).hides("Tizio Inventato").shows("\"nota\"");
}
