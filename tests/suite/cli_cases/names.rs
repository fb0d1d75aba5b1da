// SPDX-License-Identifier: EUPL-1.2
//! How a case is named in a command, and how cases are listed.

use std::fs;

use serde_json::{Value as Json, json};

use super::Desk;
use crate::service::office::{company, person};

#[test]
fn a_case_is_named_by_its_beginning_or_by_its_origin() {
    let desk = Desk::new();
    let first = desk.guidance(1);
    for name in [
        first.as_str(),
        first.get(..8).unwrap(),
        first.get(..4).unwrap(),
        &first.to_uppercase(),
        &first.replace('-', ""),
    ] {
        desk.say(&format!("case agenda {name}")).fine();
    }
    desk.guidance(2);
    let (message, help) = desk.say(&format!("case agenda {}", &first[..4])).wrong(2);
    assert_eq!(message, format!("`{}` può essere più di una pratica", &first[..4]));
    assert_eq!(help, "scrivi qualche carattere in più");
    desk.say(&format!("case agenda {first}")).fine();
    for unknown in ["zzzz", "019", "0000", "00000000-0000-7000-8000-000000000000", ""] {
        let (message, help) = desk.run(&["case", "agenda", unknown]).wrong(2);
        assert_eq!(message, format!("la pratica `{unknown}` non esiste"));
        assert_eq!(help, "scrivi l'identificativo, almeno i suoi primi 4 caratteri, o quello del sistema di origine");
    }

    // Ids of the origin: as they are, also where they look like one of ours.
    let like_ours = "3f2c9a10-5b7e-4c1d-9f00-2b6d1c0a9e11";
    let line = |id: &str, n: usize| {
        json!({ "id": id, "lep": "I", "soggetto": { "codice_fiscale": person(n) },
                "eventi": [{ "tipo": "aperta", "il": "2024-05-02" }] })
    };
    let lines = [line("PR 7/2024", 3), line(like_ours, 4), line("abcd", 5)];
    fs::write(desk.folder.path().join("altre.jsonl"), lines.map(|line| format!("{line}\n")).concat()).unwrap();
    desk.say("import altre.jsonl").fine();
    for id in ["PR 7/2024", like_ours, "abcd"] {
        let agenda = desk.run(&["case", "agenda", id]).fine();
        assert!(agenda.starts_with(&format!("pratica {id} · LEP I · ")), "{agenda}");
    }
}

/// What an operator with many cases sees first is what is late.
#[test]
fn the_list_says_who_and_what_presses() {
    let desk = Desk::new();
    assert_eq!(desk.say("case list").wrong(3).1, "controlla il percorso");
    let ready = desk.guidance(1);
    let company = desk.open(&format!("Q --piva {} --il 2024-11-04", company(1)));
    let late = desk.run(&[
        "case",
        "open",
        "B",
        "--cf",
        &person(2),
        "--nome",
        "Persona Inventata dal Nome Lunghissimo",
        "--dato",
        "disoccupato=sì",
        "--dato",
        "convocato=no",
        "--dato",
        "percettore_naspi=no",
        "--dato",
        "data_registrazione=2024-03-01",
        "--il",
        "2024-03-04",
    ]);
    let late = late.fine().lines().next().unwrap()["aperta la pratica ".len()..][..13].to_owned();
    let interrupted = desk.guidance(3);
    desk.say(&format!("case close {interrupted} interrotta --motivo rinuncia")).fine();
    let masked =
        |code: &str, shown: usize| format!("{}{}", "*".repeat(code.len() - shown), &code[code.len() - shown..]);
    let (one, firm) = (masked(&person(1), 4), masked(&crate::service::office::company(1), 4));
    assert_eq!(
        desk.say("case list").fine(),
        format!(
            "{late}  B   Persona Inventata dal Nom…  aperta      SCADUTO il 2024-04-30: profilazione-eseguita\n\
             {ready}  E   {one:<26}  aperta      da fare: colloquio\n\
             {company}  Q   {firm:<26}  aperta      da fare: fabbisogno\n\
             3 pratiche aperte, 1 con un termine scaduto; 1 chiusa (`--tutte` le mostra)\n"
        )
    );
    let all = desk.say("case list --tutte").fine();
    assert!(all.lines().nth(3).unwrap().starts_with(&format!("{interrupted}  E  ")), "{all}");
    assert!(all.contains("  interrotta  niente di dovuto\n3 pratiche aperte, 1 con un termine scaduto\n"), "{all}");
    assert_eq!(desk.say("case list --lep q").fine().lines().count(), 2);
    // On the last useful day it is not late, and the interrupted case was not there yet.
    let then = desk.say("case list --al 2024-04-30").fine();
    assert!(
        then.starts_with(&late) && then.contains("entro il 2024-04-30: profilazione-eseguita\n1 pratica aperta\n"),
        "{then}"
    );
    assert_eq!(desk.say("case list --al 2024-03-03").fine(), "nessuna pratica; `lepre case open` ne apre una\n");

    let listed: Json = desk.say("--format json case list --tutte").json();
    let rows = listed["pratiche"].as_array().unwrap();
    assert_eq!((rows.len(), &listed["chiuse"]), (4, &json!(1)));
    assert_eq!(
        rows[0]["prossimo"],
        json!({ "tipo": "scaduto", "giorno": "2024-04-30", "che": ["profilazione-eseguita"] })
    );
    assert_eq!(
        (&rows[0]["breve"], &rows[0]["soggetto"]),
        (&json!(late), &json!("Persona Inventata dal Nome Lunghissimo"))
    );
}

/// What others have written in a name or a reason cannot take hold of the terminal.
#[test]
fn nothing_stored_reaches_the_terminal_as_an_escape() {
    let desk = Desk::new();
    let evil = "\u{1b}]0;x\u{7}\u{1b}[31m\u{202e}";
    let events = json!([
        { "tipo": "aperta", "il": "2024-05-02" },
        { "tipo": "attivita", "il": "2024-05-06", "attivita": "colloquio", "evento": "rifiuto", "motivo": evil },
        { "tipo": "dato", "il": "2024-05-06", "dato": evil, "valore": evil },
        { "tipo": "outcome", "il": "2024-05-06", "outcome": evil },
        { "tipo": "chiusa", "il": "2024-05-07", "modo": "interrotta", "motivo": evil },
    ]);
    let line = json!({ "id": format!("PR{evil}"), "lep": "E", "soggetto": { "codice_fiscale": person(1), "nome": evil }, "eventi": events });
    fs::write(desk.folder.path().join("altre.jsonl"), format!("{line}\n{{\"id\":\"{}\"}}\n", "\\u001b[31m")).unwrap();
    let mut told = vec![desk.say("import altre.jsonl").no()];
    let id = desk.say("--format json case list --tutte").json()["pratiche"][0]["pratica"].as_str().unwrap().to_owned();
    for verb in ["agenda", "history", "verify"] {
        told.push(desk.say(&format!("case {verb} {id}")).out);
    }
    told.push(desk.say(&format!("case explain {id} colloquio")).out);
    told.push(desk.say("case list --tutte").out);
    told.push(desk.say("verify --tutti").out);
    told.push(desk.run(&["case", "set", &id, &format!("{evil}=1")]).out);
    for text in told {
        assert!(!text.is_empty() && !text.chars().any(|c| c.is_control() && c != '\n' || c == '\u{202e}'), "{text:?}");
    }
}
