// SPDX-License-Identifier: EUPL-1.2
//! `lepre verify --da`: cases of elsewhere, verified where they are and not kept.

use std::fs::{self, File};
use std::process::Stdio;

use serde_json::{Value as Json, json};

use super::{Desk, lepre};
use crate::service::office::person;

/// A case of B that nobody profiled in time, or a case of I that was only opened.
fn line(id: &str, lep: &str, n: usize) -> String {
    let mut events = vec![json!({ "tipo": "aperta", "il": "2024-03-04" })];
    if lep == "B" {
        let fact =
            |fact: &str, value: Json| json!({ "tipo": "dato", "il": "2024-03-04", "dato": fact, "valore": value });
        events.extend(["convocato", "percettore_naspi"].map(|name| fact(name, false.into())));
        events.push(fact("disoccupato", true.into()));
        events.push(fact("data_registrazione", "2024-03-01".into()));
    }
    let case = json!({ "id": id, "lep": lep, "soggetto": { "codice_fiscale": person(n) }, "eventi": events });
    format!("{case}\n")
}

fn desk(lines: &str) -> Desk {
    let desk = Desk::new();
    fs::write(desk.folder.path().join("altre.jsonl"), lines).unwrap();
    desk
}

/// What a run says, but for the names that cases have here.
fn sums(told: &Json) -> Json {
    let mut told = told.clone();
    for group in told["gruppi"].as_array_mut().unwrap() {
        for finding in group["rilievi"].as_array_mut().unwrap() {
            finding["pratica"] = Json::Null;
        }
    }
    told
}

#[test]
fn a_file_is_judged_as_if_it_had_been_brought_here_and_nothing_stays() {
    let desk = desk(&[line("A-1", "B", 1), line("A-2", "I", 2), line("A-3", "B", 3)].concat());
    let text = desk.say("verify --da altre.jsonl").no();
    assert!(text.contains("  A-1  termine `accesso-diretto` scaduto il 2024-04-30"), "{text}");
    assert!(text.ends_with(": 0 conformi, 1 in corso, 2 con violazioni, 0 in attesa di dati\n"), "{text}");
    let there = desk.say("--format json verify --da altre.jsonl").json();
    let names: Vec<_> = fs::read_dir(desk.folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, ["altre.jsonl"], "nothing is left beside the file");
    // From the standard input, and once it has been brought in.
    let input = File::open(desk.folder.path().join("altre.jsonl")).unwrap();
    let mut piped = lepre(desk.folder.path());
    piped.args(["--format", "json", "verify", "--da", "-"]).stdin(Stdio::from(input));
    let output = piped.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(sums(&serde_json::from_slice(&output.stdout).unwrap()), sums(&there));
    desk.say("import altre.jsonl").fine();
    assert_eq!(sums(&desk.say("--format json verify").json()), sums(&there));
}

#[test]
fn a_line_that_is_no_case_is_told_by_its_number_and_stops_no_other() {
    let desk = desk(&[line("A-1", "I", 1), "{\"id\": \n".into(), line("A-2", "I", 2), line("A-3", "ZZ", 3)].concat());
    let text = desk.say("verify --da altre.jsonl --risultati esiti.jsonl").no();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("non controllata · riga 2: "), "{text}");
    assert!(lines[1].starts_with("non controllata · riga 4: ") && lines[1].contains("ZZ"), "{text}");
    assert_eq!(
        lines[2],
        "4 pratiche al 2024-12-31: 0 conformi, 2 in corso, 0 con violazioni, 0 in attesa di dati, 2 non controllate"
    );
    let told = fs::read_to_string(desk.folder.path().join("esiti.jsonl")).unwrap();
    let told: Vec<Json> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&Json> = told.iter().map(|line| &line["pratica"]).collect();
    assert_eq!(names, [&json!("A-1"), &json!("A-2"), &Json::Null, &Json::Null]);
    assert_eq!((&told[2]["riga"], &told[3]["riga"]), (&2.into(), &4.into()));
    assert!(told[2]["conforme"].is_null() && told[2]["motivo"].is_string(), "{told:?}");
}

#[test]
fn a_file_without_cases_says_so_and_one_that_is_not_there_is_told() {
    let desk = desk("");
    let told = desk.say("verify --da altre.jsonl").fine();
    assert!(told.starts_with("0 pratiche al 2024-12-31"), "{told}");
    let (message, _) = desk.say("verify --da nessuna.jsonl").wrong(3);
    assert!(message.contains("`nessuna.jsonl`"), "{message}");
    let (message, _) = desk.say("verify --da altre.jsonl --lep F1").wrong(2);
    assert_eq!(message, "la selezione non prende alcuna pratica");
}

/// A case that says by which rulebook it was judged is judged by that one, which the database here knows.
#[test]
fn the_law_that_a_line_names_is_asked_of_the_database() {
    let (here, there) = (Desk::new(), desk(""));
    here.guidance(1);
    here.say("export eventi pratiche.jsonl").fine();
    let text = fs::read_to_string(here.folder.path().join("pratiche.jsonl")).unwrap();
    let case: Json = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert!(case["regolamento"].is_string(), "{case}");
    // The specifications have since become others: the same law cannot be made of them any more.
    let specs = there.folder.path().join("specs");
    crate::service::pinned::copy(&crate::engine::specs(), &specs);
    let file = specs.join("nazionale/e-orientamento-specialistico.yaml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen("modalita: [individuale, piccolo-gruppo]", "modalita: [individuale]", 1)).unwrap();
    let lines = here.folder.path().join("pratiche.jsonl");
    let lines = lines.to_string_lossy();
    let said = there.run_on(&specs, "lepre.db", &["verify", "--da", &lines]).no();
    assert!(said.contains("non controllata · riga 1: "), "{said}");
    let db = here.folder.path().join("lepre.db");
    let said = there.run_on(&specs, &db.to_string_lossy(), &["verify", "--da", &lines]).fine();
    assert!(said.starts_with("1 pratica al 2024-12-31: 0 conformi, 1 in corso"), "{said}");
}
