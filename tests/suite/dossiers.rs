// SPDX-License-Identifier: EUPL-1.2
//! A dossier away from home: whole it verifies, tampered with it says where, to this program and to an independent one.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value as Json, json};

use crate::cli_cases::Desk;

/// A desk with one case in a dossier, anchored by a seal.
fn exported() -> (Desk, Json) {
    let desk = Desk::new();
    let case = desk.guidance(0);
    desk.say(&format!("case do {case} attivita colloquio terminata --il 2024-05-10")).fine();
    desk.guidance(1);
    desk.say("audit chiave k").fine();
    desk.say("audit sigillo uno.sigillo --chiave k").fine();
    desk.say(&format!("dossier export {case} d.json --sigillo uno.sigillo")).fine();
    let dossier = serde_json::from_str(&fs::read_to_string(desk.folder.path().join("d.json")).unwrap()).unwrap();
    (desk, dossier)
}

/// What the independent verifier says, and its code.
fn independent(folder: &Path, file: &str) -> (i32, String) {
    independent_with(folder, &[file, "k.pub"])
}

fn independent_with(folder: &Path, words: &[&str]) -> (i32, String) {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dossier/verify.py");
    let output = Command::new("python3").arg("-B").arg(program).args(words).current_dir(folder).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

/// Both verifiers find something in the dossier, and say these words.
#[track_caller]
fn named(desk: &Desk, dossier: &Json, words: &str) {
    fs::write(desk.folder.path().join("t.json"), dossier.to_string()).unwrap();
    let said = desk.say("dossier verify t.json --chiave-pubblica k.pub").no();
    assert!(said.contains(words), "{words}\n{said}");
    let (code, said) = independent(desk.folder.path(), "t.json");
    assert_eq!(code, 1, "{words}\n{said}");
    assert!(said.contains(words), "{words}\n{said}");
}

#[test]
fn a_whole_dossier_verifies_with_neither_archive_nor_specifications() {
    let (desk, dossier) = exported();
    fs::remove_file(desk.folder.path().join("lepre.db")).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_lepre"));
    program.env_remove("LEPRE_SPECS").env_remove("LEPRE_DB").current_dir(desk.folder.path());
    let output = program.args(["dossier", "verify", "d.json", "--chiave-pubblica", "k.pub"]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("ancorato da un sigillo fino all'evento"), "{said}");
    let (code, words) = independent(desk.folder.path(), "d.json");
    assert_eq!(code, 0, "{words}");
    assert!(words.contains("ancorato fino all'evento"), "{words}");
    assert!(!dossier.to_string().contains("ZZZ"), "a tax code has left");
}

#[test]
fn each_thing_altered_in_an_event_names_it() {
    let (desk, whole) = exported();
    for (key, value) in [
        ("giorno", json!(1)),
        ("da", json!("altri")),
        ("registrato_ms", json!(0)),
        ("corpo", json!(whole["eventi"][1]["corpo"].as_str().unwrap().replacen("{", "{ ", 1))),
    ] {
        let mut dossier = whole.clone();
        dossier["eventi"][1][key] = value;
        named(&desk, &dossier, "evento 2: ");
    }
}

#[test]
fn events_taken_away_or_in_another_order_are_named() {
    let (desk, whole) = exported();
    let count = whole["eventi"].as_array().unwrap().len();
    let change = |change: &dyn Fn(&mut Vec<Json>)| {
        let mut dossier = whole.clone();
        change(dossier["eventi"].as_array_mut().unwrap());
        dossier
    };
    named(&desk, &change(&|events| drop(events.remove(1))), "evento 2: ");
    named(&desk, &change(&|events| drop(events.pop())), &format!("evento {count}: "));
    named(&desk, &change(&|events| events.swap(0, 1)), "evento 1: ");
    named(&desk, &change(&|events| events.push(events[0].clone())), "evento 1: l'evento è fuori ordine");
}

#[test]
fn another_case_rulebook_or_seal_is_named() {
    let (desk, whole) = exported();
    let with = |path: &str, value: Json| {
        let mut dossier = whole.clone();
        *dossier.pointer_mut(path).unwrap() = value;
        dossier
    };
    named(&desk, &with("/pratica/sede", json!("altrove")), "i dati fissi della pratica sono stati alterati");
    let law = whole["regolamento"].as_str().unwrap();
    let other = law.replacen("\"volte\":1", "\"volte\":2", 1);
    assert_ne!(law, other);
    named(&desk, &with("/regolamento", json!(other)), "il regolamento non è quello della pratica");
    named(&desk, &with("/sigillo/chiusura/eventi", json!(999)), "la firma del sigillo non è valida");
    named(&desk, &with("/sigillo/percorso", json!([])), "la riga del sigillo è stata alterata");
}

/// The engine judges again; the independent verifier, which does not, says what cannot stand.
#[test]
fn another_verdict_is_named() {
    let (desk, mut dossier) = exported();
    let told = dossier["verdetto"]["conforme"].clone();
    dossier["verdetto"]["conforme"] = json!(if told == "true" { "false" } else { "true" });
    fs::write(desk.folder.path().join("t.json"), dossier.to_string()).unwrap();
    let said = desk.say("dossier verify t.json").no();
    assert!(said.contains("e ricalcolato è"), "{said}");
    dossier["verdetto"]["conforme"] = told;
    dossier["verdetto"]["rilievi"] = json!([{
        "tipo": "date", "gravita": "avviso", "che": null, "evento": 99, "messaggio": "", "norma": "", "link": null, "luogo": null,
    }]);
    fs::write(desk.folder.path().join("t.json"), dossier.to_string()).unwrap();
    let said = desk.say("dossier verify t.json").no();
    assert!(said.contains("il verdetto differisce da quello ricalcolato al rilievo 1"), "{said}");
    let (code, said) = independent(desk.folder.path(), "t.json");
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("il rilievo 1 indica l'evento 99, che non c'è"), "{said}");
}

#[test]
fn a_dossier_without_a_seal_says_so() {
    let (desk, mut dossier) = exported();
    dossier["sigillo"] = Json::Null;
    fs::write(desk.folder.path().join("t.json"), dossier.to_string()).unwrap();
    let said = desk.say("dossier verify t.json").fine();
    assert!(said.contains("non ancorato"), "{said}");
    let (code, said) = independent_with(desk.folder.path(), &["t.json"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("non ancorato"), "{said}");
    // Whoever gives a key asks whether its owner vouches for it: nobody does, for a history rewritten whole.
    let said = desk.say("dossier verify t.json --chiave-pubblica k.pub").no();
    assert!(said.contains("non ancorato"), "{said}");
    let (code, said) = independent(desk.folder.path(), "t.json");
    assert_eq!(code, 1, "{said}");
}

/// What the independent verifier does not work out again it does not take for granted either.
#[test]
fn a_verdict_that_says_nothing_is_told_by_both() {
    let (desk, dossier) = exported();
    for (field, value) in [("conforme", "forse"), ("al", "domani")] {
        let mut other = dossier.clone();
        other["verdetto"][field] = value.into();
        fs::write(desk.folder.path().join("t.json"), other.to_string()).unwrap();
        assert_ne!(desk.say("dossier verify t.json").code, 0, "{field}");
        let (code, said) = independent(desk.folder.path(), "t.json");
        assert!(code == 1 && said.contains("il verdetto"), "{said}");
    }
}
