// SPDX-License-Identifier: EUPL-1.2
//! The real specifications, checked, read, counted, tried.

use std::path::Path;

use lepre::rulebook::Rulebook;
use serde_json::Value as Json;

use super::{E, E_SCENARIOS, LETTERS, command, ended, fine, json, lepre, rulebook};

#[test]
fn the_real_specifications_have_no_errors() {
    let text = fine(&["check"]);
    let sum = text.lines().last().unwrap();
    assert!(sum.starts_with("21 livelli, 0 errori, "), "{text}");
    assert!(text.lines().count() <= 100, "more than two screens\n{text}");
    let report = json(&["check", "--format", "json"]);
    let found = report["diagnostica"].as_array().unwrap();
    assert_eq!((&report["livelli"], &report["errori"]), (&Json::from(21), &Json::from(0)));
    assert_eq!(report["avvisi"], Json::from(found.len()));
    for fault in found {
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(fault["file"].as_str().unwrap()).is_file(), "{fault}");
    }
    let warnings = !found.is_empty();
    assert_eq!(lepre(&["check", "--avvisi-come-errori"]).code, i32::from(warnings));
    let all = fine(&["check", "--tutti"]);
    assert_eq!(all.matches("avviso[").count(), found.len());
}

#[test]
fn every_level_can_be_read() {
    for letter in LETTERS {
        let text = fine(&["show", &letter.to_lowercase()]);
        let rulebook = rulebook(letter);
        assert!(text.starts_with(&format!("LEP {letter}: ")), "{text}");
        assert!(text.contains(&rulebook.digest().to_string()));
        for line in text.lines().filter(|line| !line.contains("://")) {
            assert!(line.chars().count() <= 100 || line.starts_with("LEP "), "{line}");
        }
        let headings = ["RIFERIMENTI NORMATIVI", "ATTIVITÀ", "DESCRIZIONE", "OUTPUT", "OUTCOME", "CODICE SAP"];
        let places: Vec<Option<usize>> = headings.iter().map(|h| text.find(&format!("\n{h}\n"))).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{letter}: the decree's order");
        let words = said(&text, ['┃', '┊']);
        let ours = said(&text, ['»', '»']);
        for item in &rulebook.items {
            let pressed: Vec<&str> = item.text.split_whitespace().collect();
            assert!(words.contains(&pressed.join(" ")), "{letter} {}\n{words}", item.id);
            if let Some(reason) = &item.reason {
                let pressed: Vec<&str> = reason.split_whitespace().collect();
                assert!(ours.contains(&pressed.join(" ")), "{letter} {}\n{ours}", item.id);
            }
            assert!(item.evidence.fields.iter().all(|field| text.contains(&format!("[{}: ", field.name))));
        }
        let literal = text.contains("testo letterale");
        assert_eq!(literal, ["E", "F1", "I", "Q"].contains(&letter));
        assert_eq!(literal, text.contains('┃'), "{letter}: a summary is never taken for the decree's words");
    }
}

/// What is said in a voice: the lines that bear its mark, and those that follow further in.
fn said(text: &str, marks: [char; 2]) -> String {
    let mut out = String::new();
    let mut inside = false;
    for line in text.lines() {
        let bare = line.trim_start();
        let marked = bare.starts_with(marks);
        inside = marked || (inside && line.starts_with("      ") && !bare.starts_with(['┃', '┊', '»', '◆', '○']));
        if inside {
            let words: Vec<&str> = bare.trim_start_matches(marks).split_whitespace().collect();
            out.push_str(&words.join(" "));
            out.push(' ');
        }
    }
    out
}

#[test]
fn a_region_is_told_apart() {
    let text = fine(&["show", "C", "--region", "Piemonte"]);
    assert!(text.contains("◆ Piemonte deve dare `giorni-convocazione`"), "{text}");
    assert!(fine(&["show", "C"]).contains("◆ la regione deve dare `giorni-convocazione`"));
    let stored = fine(&["show", "C", "--region", "piemonte", "--format", "json"]);
    assert_eq!(Rulebook::read(&stored).unwrap().region.as_deref(), Some("piemonte"));
}

#[test]
fn what_is_missing_is_said() {
    let text = fine(&["show", "G"]);
    assert_eq!(text.matches("○ manca: nessuna fonte letta lo riporta").count(), 6, "{text}");
    assert!(fine(&["show", "I"]).contains("┃ da definire"));
    assert!(fine(&["show", "A"]).contains("○ codice SAP da verificare: A05"));
}

#[test]
fn coverage_tells_missing_from_open_and_ours_from_the_decrees() {
    let text = fine(&["coverage"]);
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let row = |letter: &str| text.lines().find(|line| line.split(' ').next() == Some(letter)).unwrap().to_owned();
    for letter in LETTERS {
        assert!(!row(letter).is_empty());
    }
    assert!(row("E").contains("● 4") && row("E").contains("letterale"));
    assert!(row("A").contains("◐ 6") && row("G").contains('○') && row("I").contains('?'));
    for meaning in ["letterale: ", "sintesi: ", "da definire: ", "mancante: "] {
        assert!(text.contains(meaning), "{meaning}");
    }
    assert!(text.lines().any(|line| line.starts_with("21 livelli: 4 parola per parola, ")));
    let report = json(&["coverage", "--format", "json"]);
    let levels = report["livelli"].as_array().unwrap();
    assert_eq!(levels.iter().map(|level| level["lep"].as_str().unwrap()).collect::<Vec<_>>(), LETTERS);
    let level = |letter: &str| levels.iter().find(|level| level["lep"] == letter).unwrap();
    assert_eq!(level("E")["campi"]["attivita"], serde_json::json!({ "stato": "letterale", "voci": 4 }));
    assert_eq!(level("I")["campi"]["codice_sap"]["stato"], "da-definire");
    assert_eq!(level("D")["campi"]["codice_sap"]["stato"], "mancante");
    assert_eq!(level("A")["campi"]["output"]["stato"], "sintesi");
    assert_eq!((&level("Q")["eseguibile"], &level("S")["eseguibile"]), (&"sì".into(), &"solo apertura".into()));
    let scenarios: u64 = levels.iter().map(|level| level["prove"].as_u64().unwrap()).sum();
    assert_eq!(report["totali"]["prove"], scenarios);
    // A level that was no longer in force would still be covered.
    assert_eq!(text, fine(&["coverage", "--oggi", "2001-01-01"]));
}

#[test]
fn the_real_scenarios_come_out_as_written() {
    let text = fine(&["test"]);
    assert!(
        text.lines().last().unwrap().starts_with("21 livelli e 11 variazioni, ") && text.ends_with(", 0 fallite\n"),
        "{text}"
    );
    let report = json(&["test", "--format", "json"]);
    assert_eq!((&report["fallite"], &report["livelli_non_provati"]), (&Json::from(0), &Json::from(0)));
    let levels = report["livelli"].as_array().unwrap();
    assert_eq!(levels.len(), 21 + 11);
    let verbose = fine(&["test", "-v"]);
    for scenario in levels.iter().flat_map(|level| level["prove"].as_array().unwrap()) {
        assert_eq!(scenario["esito"], "riuscita");
        assert!(verbose.contains(scenario["prova"].as_str().unwrap()));
        let file = scenario["file"].as_str().unwrap();
        assert!(file.starts_with("specs/nazionale/") || file.starts_with("specs/regioni/"), "{file}");
    }
}

#[test]
fn a_path_inside_the_specifications_is_enough() {
    let one = fine(&["test", &format!("specs/{E}")]);
    assert!(one.starts_with("E   Orientamento specialistico") && one.contains("\n1 livello, "), "{one}");
    assert_eq!(one, fine(&["test", &format!("specs/{E_SCENARIOS}")]));
    let inside = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs/nazionale");
    let ran = ended(command(&["test", "e-orientamento-specialistico.prove.yaml"]).current_dir(&inside));
    assert_eq!((ran.code, ran.out), (0, one));
    let all = fine(&["test"]);
    let national = fine(&["test", "specs/nazionale"]);
    assert_eq!(national, ended(command(&["test", "."]).current_dir(&inside)).out);
    assert!(national.ends_with(", 0 fallite\n") && !national.contains("regioni/"), "{national}");
    let region = fine(&["test", "specs/regioni/piemonte"]);
    assert!(region.starts_with("B   regioni/piemonte/b-") && region.contains("\n3 variazioni, "), "{region}");
    let one = fine(&["test", "specs/regioni/piemonte/e-disoccupazione-lunga.prove.yaml"]);
    assert!(one.contains("\n1 variazione, 7 prove: 7 riuscite, 0 fallite\n"), "{one}");
    assert_eq!(all, fine(&["test", "specs"]));
}
