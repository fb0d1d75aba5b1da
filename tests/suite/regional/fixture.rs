// SPDX-License-Identifier: EUPL-1.2
//! A folder with one region over the national levels: an invented act, two offices, one variation of E, one script.

use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use lepre::library::Library;
use lepre::spec::folder::File;

use crate::engine::specs;

pub const REGION: &str = r#"
regione: piemonte
norme:
  esempio-dgr-1:
    breve: D.G.R. Esempio 1
    titolo: atto inventato per le prove
    urn: urn:nir:regione.piemonte;giunta:deliberazione:2024-01-01;1
    risolvibile: "no"
    vigente: { dal: 2024-01-01 }
parametri:
  giorni-convocazione: { valore: 20, norma: { norma: esempio-dgr-1, partizione: art. 2 } }
sedi:
  cpi-uno: { nome: CPI Uno, comune: Uno, festivita: { patrono: { nome: Patrono di Uno, giorno: "06-24" } } }
  cpi-due: { nome: CPI Due }
"#;

pub const VARIATION: &str = r#"
lep: E
regione: piemonte
vigente: { dal: 2024-01-01 }
variazioni:
  - aggiungi_termine: { id: primo-colloquio, che: colloquio, entro: 30 giorni, da: apertura, norma: { norma: esempio-dgr-1 } }
  - script: { file: piemonte/e.rhai, norma: { norma: esempio-dgr-1, partizione: art. 3 } }
"#;

pub const SCRIPT: &str = r#"
fn varia(dati) {
    if dati.mesi_disoccupazione > 12 {
        abbrevia("primo-colloquio", 10, "D.G.R. Esempio 1, art. 3");
        rendi_dovuta("counseling", "D.G.R. Esempio 1, art. 3");
        rafforza_evidenza("bilancio", "gap", 1, "D.G.R. Esempio 1, art. 3");
    }
}
"#;

/// The national files, read once.
pub fn national() -> Vec<File> {
    static READ: OnceLock<Vec<File>> = OnceLock::new();
    let read = || {
        let mut files = Vec::new();
        for folder in ["nazionale", "catalogo", "decreto"] {
            collect(&specs(), folder, &mut files);
        }
        files
    };
    READ.get_or_init(read).clone()
}

fn collect(root: &Path, inside: &str, files: &mut Vec<File>) {
    for entry in fs::read_dir(root.join(inside)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{inside}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            collect(root, &path, files);
        } else {
            files.push(file(&path, &fs::read_to_string(entry.path()).unwrap()));
        }
    }
}

pub fn file(path: &str, text: &str) -> File {
    File { path: path.into(), bytes: text.as_bytes().into() }
}

/// The region's files, with the given script.
pub fn files(variation: &str, script: &str) -> Vec<File> {
    let mut all = national();
    all.push(file("regioni/piemonte/regione.yaml", REGION));
    all.push(file("regioni/piemonte/e-orientamento-specialistico.yaml", variation));
    all.push(file("../scripts/piemonte/e.rhai", script));
    all
}

pub fn library(variation: &str, script: &str) -> Arc<Library> {
    Arc::new(Library::from_files(Path::new("specs"), files(variation, script)))
}

/// The errors of a folder, as code and message.
pub fn errors(library: &Library) -> Vec<String> {
    let found = library.diagnostics();
    let errors = found.iter().filter(|d| d.severity == lepre::diagnostic::Severity::Error);
    errors.map(|d| format!("{}: {}: {}", d.place, d.code, d.message)).collect()
}

/// An event as it is stored.
pub fn event(json: &str) -> lepre::engine::Event {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}
