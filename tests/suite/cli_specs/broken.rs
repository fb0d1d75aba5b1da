// SPDX-License-Identifier: EUPL-1.2
//! Specifications with faults: what is wrong is said where it is, and the rest goes on.

use std::fs;

use super::{E, E_SCENARIOS, change, copy, json, lepre};

#[test]
fn a_broken_level_is_named_and_the_others_go_on() {
    let (_folder, specs) = copy();
    let folder = specs.to_str().unwrap();
    change(&specs.join(E), "da: [bilancio-competenze]", "da: [bilanco-competenze]");
    let ran = lepre(&["check", folder]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    assert!(ran.out.contains(&format!("--> {folder}/{E}:")), "{}", ran.out);
    assert!(ran.out.contains("= aiuto: forse volevi dire `bilancio-competenze`"), "{}", ran.out);
    assert!(!ran.out.contains(", 0 errori, "));
    let report = json(&["check", folder, "--format", "json"]);
    assert!(report["errori"].as_u64().unwrap() >= 2);
    let ran = lepre(&["--specs", folder, "show", "E"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains("errore: la specifica del livello `E` ha errori"), "{}", ran.err);
    assert!(ran.err.contains("`bilanco-competenze`"), "{}", ran.err);
    assert_eq!(lepre(&["--specs", folder, "show", "Q"]).code, 0);
    let ran = lepre(&["test", folder]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("LEP E non provato: la specifica ha "), "{}", ran.out);
    assert!(ran.out.ends_with("; 1 livello non provato; 3 variazioni non provate\n"), "{}", ran.out);
    let report = json(&["test", folder, "--format", "json"]);
    let level = report["livelli"].as_array().unwrap().iter().find(|level| level["lep"] == "E").unwrap();
    assert!(!level["non_provato"]["diagnostica"].as_array().unwrap().is_empty());
    assert_eq!(lepre(&["--specs", folder, "coverage"]).code, 1);
}

#[test]
fn files_that_do_not_read_are_told_level_by_level() {
    let (_folder, specs) = copy();
    let folder = specs.to_str().unwrap();
    fs::write(specs.join("nazionale/i-sostegno-alla-mobilita-territoriale.yaml"), "lep: I\ntitolo: [\n").unwrap();
    fs::write(specs.join("nazionale/q-incontro-domanda-offerta.prove.yaml"), "- prova: x\n").unwrap();
    fs::remove_file(specs.join("nazionale/g-non-reperito.yaml")).unwrap();
    fs::remove_file(specs.join("nazionale/g-non-reperito.prove.yaml")).unwrap();
    let ran = lepre(&["check", folder]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.lines().last().unwrap().starts_with("19 livelli letti su 21 "), "{}", ran.out);
    let ran = lepre(&["test", folder]);
    assert_eq!(ran.code, 1);
    for words in [
        "LEP I non provato: la specifica non si legge",
        "LEP Q non provato: le prove non si leggono",
        "LEP G non provato: il file del livello manca",
        "3 livelli non provati",
    ] {
        assert!(ran.out.contains(words), "{words}\n{}", ran.out);
    }
    let ran = lepre(&["test", specs.join("nazionale/i-sostegno-alla-mobilita-territoriale.yaml").to_str().unwrap()]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("1 livello, 0 prove"), "{}", ran.out);
    let ran = lepre(&["--specs", folder, "show", "G"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("del livello `G` manca il file"), "{}", ran.err);
    let ran = lepre(&["--specs", folder, "coverage"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("!  il file manca o ha errori"), "{}", ran.out);
}

#[test]
fn a_scenario_that_fails_is_shown_at_its_line() {
    let (_folder, specs) = copy();
    let folder = specs.to_str().unwrap();
    change(&specs.join(E_SCENARIOS), "conforme: true", "conforme: false");
    let ran = lepre(&["test", folder]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    assert!(
        ran.out.contains("errore[prova-fallita]: doveva risultare `conforme: false`, invece è `true`"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains(&format!("--> {folder}/{E_SCENARIOS}:")), "{}", ran.out);
    assert!(ran.out.contains(" FALLIT"), "{}", ran.out);
    let report = json(&["test", folder, "--format", "json"]);
    assert!(report["fallite"].as_u64().unwrap() >= 1);
    let level = report["livelli"].as_array().unwrap().iter().find(|level| level["lep"] == "E").unwrap();
    let failed = level["prove"].as_array().unwrap().iter().find(|one| one["esito"] == "fallita").unwrap();
    assert_eq!(failed["diagnostica"][0]["codice"], "prova-fallita");
}
