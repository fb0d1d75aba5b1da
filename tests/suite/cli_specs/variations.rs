// SPDX-License-Identifier: EUPL-1.2
//! From nothing to a variation: what `new` writes holds, what `diff` and `show` say of it, and that nothing is written over.

use std::fs;
use std::path::Path;

use super::{LETTERS, Ran, change, copy, lepre};

/// Removes whatever regions the real specifications have, so that only ours is there.
fn alone() -> (tempfile::TempDir, std::path::PathBuf) {
    let (folder, specs) = copy();
    _ = fs::remove_dir_all(specs.join("regioni"));
    (folder, specs)
}

fn within(specs: &Path, arguments: &[&str]) -> Ran {
    lepre(&[&["--specs", specs.to_str().unwrap(), "--oggi", "2026-06-01"], arguments].concat())
}

#[test]
fn what_new_writes_holds_and_so_does_every_example() {
    let (_folder, specs) = alone();
    for letter in LETTERS {
        let ran = within(&specs, &["new", "variation", "Piemonte", &letter.to_lowercase(), "--dal", "2025-01-01"]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{letter}");
        assert!(ran.out.contains(".prove.yaml\n") && ran.out.contains("lepre"), "{}", ran.out);
    }
    let ran = within(&specs, &["check"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains("; 1 regione con 21 variazioni"), "{}", ran.out);
    assert_eq!(ran.out.matches("avviso[variazione-senza-effetto]").count(), 1, "all in one\n{}", ran.out);
    assert!(within(&specs, &["diff", "--region", "piemonte"]).out.ends_with("21 livelli: nessuna differenza\n"));
    // The examples, all of them together, without a change.
    for entry in fs::read_dir(specs.join("regioni/piemonte")).unwrap() {
        let path = entry.unwrap().path();
        if path.to_str().unwrap().ends_with(".prove.yaml") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# yaml-language-server: $schema=../../schema/"), "{text}");
        let is_region = path.ends_with("regione.yaml");
        let bare = |line: &str| match line.strip_prefix("  # - ") {
            Some(example) => format!("  - {example}"),
            None if line == "variazioni: []" => "variazioni:".to_owned(),
            None if is_region && line.starts_with("#   ") => line[2..].to_owned(),
            None if ["# parametri:", "# dati:", "# festivita:", "# sedi:"].contains(&line) => line[2..].to_owned(),
            None => line.to_owned(),
        };
        fs::write(&path, text.lines().map(|line| bare(line) + "\n").collect::<String>()).unwrap();
    }
    let ran = within(&specs, &["check"]);
    // What an example adds wants its story; nothing else is wrong with it.
    let wrong = ran.out.lines().filter(|line| line.starts_with("errore["));
    let unfit: Vec<&str> = wrong.filter(|line| !line.starts_with("errore[prova-mancante]")).collect();
    assert_eq!((ran.code, unfit.as_slice()), (1, [].as_slice()), "{}", ran.out);
    assert!(!ran.out.contains("variazione-senza-effetto"), "{}", ran.out);
    let ran = within(&specs, &["diff", "--region", "piemonte"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    assert!(ran.out.contains("▲ l'attività `counseling` diventa dovuta quando `eta < 30`"), "{}", ran.out);
    assert!(ran.out.lines().all(|line| line.chars().count() <= 100 || line.starts_with("LEP ")), "{}", ran.out);
    assert!(!ran.out.contains('▼'), "{}", ran.out);
}

#[test]
fn a_script_is_written_beside_and_nothing_is_written_over() {
    let (folder, specs) = alone();
    let ran = within(&specs, &["new", "variation", "piemonte", "E", "--script"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let script = folder.path().join("scripts/piemonte/e.rhai");
    assert!(ran.out.contains(&format!("  {}\n", script.display())), "the path is told plainly\n{}", ran.out);
    let text = fs::read_to_string(&script).unwrap();
    let ran = within(&specs, &["check"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains(&format!("--> {}:", script.display())), "{}", ran.out);
    assert!(ran.out.contains("la variazione che lo chiama"), "both places\n{}", ran.out);
    for arguments in [&["new", "variation", "piemonte", "E"][..], &["new", "region", "piemonte"]] {
        let ran = within(&specs, arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        assert!(ran.err.contains("non si sovrascrive") || ran.err.contains("comincia già"), "{}", ran.err);
    }
    assert_eq!(fs::read_to_string(&script).unwrap(), text);
    // Nothing is left of what could not be written whole.
    fs::write(folder.path().join("scripts/piemonte/c.rhai"), "").unwrap();
    assert_eq!(within(&specs, &["new", "variation", "piemonte", "C", "--script"]).code, 2);
    assert!(!specs.join("regioni/piemonte/c-orientamento-di-base.yaml").exists());
}

#[test]
fn the_page_tells_whose_each_line_is() {
    let (_folder, specs) = alone();
    within(&specs, &["new", "variation", "piemonte", "E", "--script", "--dal", "2025-01-01"]);
    let file = specs.join("regioni/piemonte/e-orientamento-specialistico.yaml");
    change(&file, "  # - rendi_dovuta", "  - rendi_dovuta");
    change(&file, "  # - aggiungi_attivita", "  - aggiungi_attivita");
    change(&file, "  # - traduci", "  - traduci");
    let text = within(&specs, &["show", "E", "--region", "piemonte"]).out;
    for line in [
        "     ┃ counseling\n     ◆ regione: rende dovuta la voce `counseling` se `eta < 30` — ATTO DA INDICARE, art. 1\n",
        "     ◆ che cosa si fa\n     ◆ regione: aggiunge l'attività `attivita-regionale` — ATTO DA INDICARE, art. 1\n",
        "\n◆ de: …\n",
        "  ▪ `piemonte/e.rhai` — ATTO DA INDICARE, art. 1\n",
        "in vigore dal 2025-01-01",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let before = within(&specs, &["show", "E", "--region", "piemonte", "--on", "2024-12-31"]).out;
    assert!(before.contains("in vigore dal 2018-01-11 al 2024-12-31"), "{before}");
    assert!(before.contains("◆ Piemonte non varia questo livello: vale quello nazionale"), "{before}");
    let stored = within(&specs, &["show", "E", "--region", "piemonte", "--format", "json"]).out;
    let stored: serde_json::Value = serde_json::from_str(&stored).unwrap();
    assert_eq!(stored["variazioni"][1]["voce_di"], "regione");
}

#[test]
fn folders_are_compared_and_a_broken_level_does_not_stop_the_others() {
    let ((_one, plain), (_other, draft)) = (alone(), alone());
    let (plain, folder) = (plain.to_str().unwrap(), draft.to_str().unwrap());
    let ran = lepre(&["diff", plain, folder]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.ends_with("21 livelli: nessuna differenza\n"), "{}", ran.out);
    change(
        &draft.join("nazionale/b-did-profilazione-e-aggiornamento-sap.yaml"),
        "entro: 30 giorni",
        "entro: 20 giorni",
    );
    change(&draft.join(super::E), "da: [bilancio-competenze]", "da: [bilanco-competenze]");
    let ran = lepre(&["diff", plain, folder]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    assert!(ran.out.contains("▼ il termine `contatto-dopo-did` scende da 30 a 20 giorni"), "{}", ran.out);
    assert!(ran.out.contains("non confrontato: in `"), "{}", ran.out);
    assert!(ran.out.contains("1 differenza in 1 livello; 19 uguali; 1 livello non confrontato"), "{}", ran.out);
    let ran = lepre(&["diff", plain, folder, "--lep", "E"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains("`bilanco-competenze`"), "{}", ran.err);
    let report = super::json(&["diff", plain, folder, "--lep", "b", "--format", "json"]);
    let change = &report["livelli"][0]["differenze"][0];
    assert_eq!(
        (&change["tipo"], &change["che"], &change["verso"]),
        (&"termine".into(), &"contatto-dopo-did".into(), &"abbassa".into())
    );
    assert_eq!(change["atto"]["parole"], "D.Lgs. 150/2015, art. 20, co. 1");
}
