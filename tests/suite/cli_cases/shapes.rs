// SPDX-License-Identifier: EUPL-1.2
//! Every verb answers a program too: JSON that reads, with the keys a program needs, and the same code.

use std::fs;

use serde_json::{Value as Json, json};

use super::Desk;
use crate::service::office::person;

fn keys(value: &Json, wanted: &[&str]) {
    for key in wanted {
        assert!(!value[key].is_null(), "no `{key}` in {value:#}");
    }
}

#[test]
fn every_verb_answers_in_json() {
    let desk = Desk::new();
    let cf = person(1);
    let opened = desk.run(&["--format", "json", "case", "open", "E", "--cf", &cf, "--il", "2024-05-02"]);
    assert_eq!(opened.code, 0);
    let agenda = opened.json();
    keys(
        &agenda,
        &[
            "pratica",
            "breve",
            "lep",
            "stato",
            "al",
            "sequenza",
            "regolamento",
            "dovuto",
            "registrazioni",
            "attesi",
            "parametri",
            "altri_termini",
            "offerto",
        ],
    );
    assert_eq!(agenda["attesi"][0]["dato"], "patto_gia_sottoscritto");
    keys(&agenda["dovuto"][0], &["voce", "tipo", "perche", "norma", "luogo", "prima"]);
    let id = agenda["pratica"].as_str().unwrap().to_owned();
    let json = |line: &str, code: i32| {
        let said = desk.say(&format!("--format json {}", line.replace("ID", &id)));
        assert_eq!(said.code, code, "{line}: {}", said.out);
        assert!(!said.out.contains('\u{1b}'));
        said.json()
    };
    assert_eq!(json("case set ID patto_gia_sottoscritto=sì", 0)["sequenza"], 2);
    let done = json("case do ID attivita colloquio --il 2024-05-06", 0);
    assert_eq!((&done["accolto"], &done["agenda"]["sequenza"]), (&json!(true), &json!(3)));
    assert_eq!(done["agenda"]["registrazioni"][0], json!({ "voce": "colloquio", "codici": ["A06"] }));
    let refused = json("case do ID output bilancio --il 2024-05-06", 1);
    assert_eq!(refused["accolto"], false);
    let kinds: Vec<&str> =
        refused["dinieghi"].as_array().unwrap().iter().map(|no| no["tipo"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["evidenza", "ordine"]);
    keys(&refused["dinieghi"][0], &["tipo", "messaggio", "aiuto", "norma", "link", "luogo"]);
    assert_eq!(json("case close ID conclusa", 1)["accolto"], false);
    let refused = desk.run(&["--format", "json", "case", "open", "D", "--cf", &cf]);
    assert_eq!((refused.code, refused.json()["dinieghi"][0]["tipo"].clone()), (1, json!("accesso")));
    keys(&json("case agenda ID", 0), &["pratica", "dovuto"]);
    let tree = json("case explain ID bilancio", 0);
    keys(&tree, &["frase", "norma", "luogo", "eventi", "dati", "perche"]);
    let history = json("case history ID", 0);
    let events = history["eventi"].as_array().unwrap();
    assert_eq!(events.len(), 3);
    keys(&events[2], &["sequenza", "registrato_ms", "da", "evento", "impronta"]);
    assert_eq!((&events[2]["evento"]["attivita"], &events[2]["annullato"]), (&json!("colloquio"), &json!(false)));
    assert_eq!(json("case verify ID", 0)["conforme"], "false");
    json("case do ID sospendi --motivo x", 0);
    json("case do ID riprendi", 0);
    json("case do ID sap A06 --per colloquio", 0);
    json("case do ID outcome attivata", 0);
    json("case do ID annulla 7 --motivo x", 0);
    json("case close ID interrotta --motivo x", 0);
    json("case do ID riapri --motivo x", 0);
    keys(&json("case list", 0), &["al", "pratiche"]);
    keys(&json("verify", 0), &["al", "pratiche", "gruppi", "non_controllate"]);
    assert_eq!(json("audit verify", 0)["alterazioni"], json!([]));
    keys(&json("backup copia.db", 0), &["file", "byte"]);
    let line = json!({ "id": "PR-1", "lep": "I", "soggetto": { "codice_fiscale": cf }, "eventi": [{ "tipo": "aperta", "il": "2024-05-02" }] });
    fs::write(desk.folder.path().join("altre.jsonl"), format!("{line}\n")).unwrap();
    let outcome = json("import altre.jsonl", 0);
    assert_eq!((&outcome["riga"], &outcome["esito"]), (&json!(1), &json!("importata")));
}

/// Where a norm can be read is said with the norm: a link for whoever has one.
#[test]
fn a_duty_carries_its_norm_its_link_and_its_term() {
    let desk = Desk::new();
    let case = desk.open(&format!(
        "B --cf {} --dato disoccupato=sì --dato convocato=no --dato data_registrazione=2024-03-01 --il 2024-03-04",
        person(1)
    ));
    let agenda = desk.say(&format!("--format json case agenda {case} --al 2024-04-30")).json();
    let first = &agenda["dovuto"][0];
    assert_eq!(
        (&first["voce"], &first["norma"]),
        (&json!("profilazione-eseguita"), &json!("D.Lgs. 150/2015, art. 20"))
    );
    assert!(first["link"].as_str().unwrap().ends_with(";150~art20"));
    assert_eq!(first["prima"], json!(["raccolta-dati", "inserimento-dati"]));
    let term = &first["termine"];
    assert_eq!(
        (&term["termine"], &term["giorno"], &term["stato"], &term["limite"]),
        (&json!("accesso-diretto"), &json!("2024-04-30"), &json!("in-corso"), &json!("entro"))
    );
    assert_eq!(term["norma"], "D.Lgs. 150/2015, art. 20, co. 4");
    let text = desk.say(&format!("case agenda {case} --al 2024-04-30")).fine();
    assert!(
        text.contains("  ○ output `profilazione-eseguita` · entro il 2024-04-30 (D.Lgs. 150/2015, art. 20, co. 4)"),
        "{text}"
    );
    let text = desk.say(&format!("case agenda {case} --al 2024-05-01")).fine();
    assert!(
        text.contains(
            "Scaduto:\n  ! output `profilazione-eseguita` · scaduto il 2024-04-30 (D.Lgs. 150/2015, art. 20, co. 4)"
        ),
        "{text}"
    );
    // Lines are short: an operator reads forty of these.
    for line in text.lines().filter(|line| !line.starts_with("pratica ")) {
        assert!(line.chars().count() <= 100, "{line}");
    }
}
#[test]
fn verify_takes_a_selection_a_law_and_writes_its_answers() {
    let desk = Desk::new();
    desk.guidance(1);
    desk.guidance(2);
    let code = crate::service::office::company(1);
    desk.open(&format!("Q --piva {code} --il 2024-05-02"));
    let cases = |line: &str| {
        let said = desk.say(line);
        assert!(said.code < 2, "{}", said.err);
        said.json()["pratiche"].as_u64().unwrap()
    };
    assert_eq!(cases("--format json verify --al 2024-05-10"), 3);
    assert_eq!(cases("--format json verify --al 2024-05-10 --lep E"), 2);
    assert_eq!(cases("--format json verify --al 2024-05-10 --legge oggi"), 3);
    let (message, help) = desk.say("verify --lep F1").wrong(2);
    assert_eq!(message, "la selezione non prende alcuna pratica");
    assert!(help.starts_with("allarga"), "{help}");
    assert!(desk.say("verify --legge ieri").err.contains("`ieri` non è una legge"));
    let (message, _) = desk.say("verify --aperte-dal 2024-05-02 --aperte-al 2024-05-01").wrong(2);
    assert!(message.contains("viene dopo"), "{message}");
    desk.say("verify --al 2024-08-10 --risultati esiti.jsonl");
    let lines = std::fs::read_to_string(desk.folder.path().join("esiti.jsonl")).unwrap();
    let lines: Vec<Json> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert!(lines.windows(2).all(|pair| pair[0]["pratica"].as_str() < pair[1]["pratica"].as_str()));
    assert!(lines.iter().all(|line| line["conforme"].is_string() && line["rilievi"].is_array()), "{lines:?}");
    // Nothing is left half written where it cannot be written.
    let (message, _) = desk.say("verify --al 2024-08-10 --risultati nessuna/esiti.jsonl").wrong(3);
    assert!(message.contains("non si scrive"), "{message}");
}
