// SPDX-License-Identifier: EUPL-1.2
//! `lepre floor`: the certificate of a variation that raises, the counter-example of one that lowers.

use std::fs;
use std::path::Path;
use std::process::Command;

use lepre::spec::folder::File;
use tempfile::TempDir;

use crate::regional::fixture::national;

const REGION: &str = "regione: piemonte\nnorme:\n  esempio-dgr-1:\n    breve: D.G.R. Esempio 1\n    \
                      titolo: atto inventato per le prove\n    urn: urn:nir:regione.piemonte;giunta:deliberazione:2024-01-01;1\n    \
                      risolvibile: \"no\"\n    vigente: { dal: 2024-01-01 }\n";

fn folder(within: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let variation = format!(
        "lep: B\nregione: piemonte\nvigente: {{ dal: 2024-01-01 }}\nvariazioni:\n  \
         - abbrevia: {{ termine: accesso-diretto, entro: {within}, norma: {{ norma: esempio-dgr-1, partizione: art. 2 }} }}\n"
    );
    let own = [("regioni/piemonte/regione.yaml", REGION.to_owned()), ("regioni/piemonte/b-prova.yaml", variation)];
    let own = own.into_iter().map(|(path, text)| File { path: path.into(), bytes: text.into_bytes().into() });
    for file in national().into_iter().chain(own) {
        let path = folder.path().join(&*file.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &file.bytes).unwrap();
    }
    folder
}

fn floor(folder: &Path, more: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lepre"));
    command.arg("--specs").arg(folder).arg("floor").args(more).env_remove("LEPRE_SPECS").env_remove("LEPRE_OGGI");
    let output = command.output().unwrap();
    (output.status.code().unwrap_or(-1), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_raising_has_its_certificate() {
    let folder = folder("40 giorni");
    let (code, text) = floor(folder.path(), &["--lep", "b"]);
    assert_eq!(code, 0, "{text}");
    for words in ["Piemonte", "LEP B", "pavimento retto", "storie percorse", "nessuna variazione: vale il decreto"] {
        assert!(text.contains(words), "no `{words}` in\n{text}");
    }
    let (code, text) =
        floor(folder.path(), &["--lep", "B", "--region", "piemonte", "--on", "2025-01-01", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((code, &json["retto"]), (0, &true.into()), "{text}");
    assert_eq!(json["certificati"][0]["esito"], "retto");
    assert_ne!(json["certificati"][0]["impronta_nazionale"], json["certificati"][0]["impronta_regionale"]);
}

#[test]
fn a_lowering_has_its_counter_example() {
    let folder = folder("70 giorni");
    let (code, text) = floor(folder.path(), &["--region", "Piemonte", "--lep", "B"]);
    assert_eq!(code, 1, "{text}");
    for words in
        ["ABBASSATO", "aperta la pratica", "accesso-diretto", "riga del decreto", "si allunga", "`convocato` è "]
    {
        assert!(text.contains(words), "no `{words}` in\n{text}");
    }
}

#[test]
fn without_variations_the_decree_holds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    let (code, text) = floor(&root, &["--region", "molise"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("nessuna variazione: vale il decreto"), "{text}");
}

#[test]
fn beside_a_file_that_does_not_read_nothing_is_certified() {
    for (path, text) in [
        (
            "regioni/piemonte/b-altra.yaml",
            "lep: B\nregione: piemonte\nvigente: { dal: 2025-01-01 }\nvariazioni:\n  - togli: {}\n",
        ),
        ("nazionale/d-patto-di-servizio.yaml", "lep: ["),
    ] {
        let folder = folder("40 giorni");
        fs::write(folder.path().join(path), text).unwrap();
        let (code, said) = floor(folder.path(), &["--region", "piemonte"]);
        assert_eq!(code, 1, "{said}");
        assert!(said.contains("nessun certificato: un file non si legge") && said.contains(path), "{said}");
        assert!(!said.contains("il pavimento è retto"), "{said}");
        let (code, said) = floor(folder.path(), &["--region", "piemonte", "--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&said).unwrap();
        assert_eq!((code, &json["retto"]), (1, &false.into()), "{said}");
        // Another region is not touched by this one's file.
        let (code, _) = floor(folder.path(), &["--region", "lazio"]);
        assert_eq!(code, i32::from(path.starts_with("nazionale/")));
    }
}
