// SPDX-License-Identifier: EUPL-1.2
//! What changes between two rulebooks is said in words: each kind of change as a reader would say it, and nothing in silence.

#![cfg(test)]

mod mutation;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lepre::difference::{Change, Direction, compare};
use lepre::library::Library;
use lepre::rulebook::Rulebook;
use tempfile::TempDir;

pub const LETTERS: [&str; 21] =
    ["A", "B", "C", "D", "E", "F1", "F2", "F3", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "S"];

const REGION: &str = r#"
regione: piemonte
norme:
  dgr-prova: { titolo: "Delibera di prova (esempio)", breve: "D.G.R. di prova", urn: "urn:nir:regione.piemonte:delibera.giunta:2025-01-01;1", risolvibile: 'no' }
  dgr-altra: { titolo: "Altra delibera di prova (esempio)", breve: "D.G.R. altra", urn: "urn:nir:regione.piemonte:delibera.giunta:2025-01-01;2", risolvibile: 'no' }
parametri:
  giorni-convocazione: { valore: 30, norma: { norma: dgr-prova, partizione: "art. 1" } }
festivita:
  festa-regionale: { nome: Festa della regione, giorno: '03-19' }
sedi:
  cpi-torino:
    nome: CPI di Torino
    nome_altra_lingua: Centre de Turin
    comune: Torino
    festivita:
      patrono: { nome: San Giovanni, giorno: '06-24' }
"#;

const VARIATION: &str = r#"
lep: E
regione: piemonte
vigente: { dal: 2025-01-01 }
variazioni:
  - rendi_dovuta: { attivita: counseling, se: "eta < 30", norma: { norma: dgr-prova, partizione: "art. 2" }, perche: i giovani ne hanno bisogno }
  - aggiungi_attivita: { id: laboratorio, testo: laboratorio di gruppo, comprende: { parte: una parte }, procedura: { obbligo: offerta, volte: 2, modalita: [gruppo] }, norma: { norma: dgr-prova, partizione: "art. 3" } }
  - aggiungi_output: { id: diario, testo: diario del percorso, procedura: { da: [laboratorio], obbligo: offerta, evidenza: { pagine: { tipo: intero, minimo: 1, obbligatorio: true, domanda: "Quante pagine?" } } }, norma: { norma: dgr-prova, partizione: "art. 3" } }
  - aggiungi_outcome: { id: fiducia, testo: persona più fiduciosa, norma: { norma: dgr-prova, partizione: "art. 3" } }
  - aggiungi_termine: { id: primo-colloquio, che: colloquio, entro: 30 giorni, da: apertura, se: "eta < 60", effetto: si avvisa il dirigente, norma: { norma: dgr-prova, partizione: "art. 4" } }
  - rafforza_evidenza: { output: bilancio, campi: { competenze: { minimo: 2 }, gap: { minimo: 1 }, note: { tipo: testo, massimo: 200, modello: "[a-z ]+", domanda: "Note?" } }, norma: { norma: dgr-prova, partizione: "art. 5" } }
  - precisa_sap: { attivita: counseling, codice: A06, norma: { norma: dgr-prova, partizione: "art. 6" } }
  - traduci: { lingua: fr, titolo: Orientation spécialisée, voci: { colloquio: entretien }, norma: { norma: dgr-prova, partizione: "art. 7" } }
  - script: { file: piemonte/e.rhai, norma: { norma: dgr-prova, partizione: "art. 8" } }
"#;

/// Laid over the first from the next year.
const LATER: &str = r#"
lep: E
regione: piemonte
vigente: { dal: 2026-01-01 }
variazioni:
  - abbrevia: { termine: primo-colloquio, entro: 20 giorni, norma: { norma: dgr-altra, partizione: "art. 1" } }
  - rendi_dovuta: { attivita: informazione-certificazione, norma: { norma: dgr-altra, partizione: "art. 2" } }
"#;

const SCRIPT: &str = "// SPDX-License-Identifier: EUPL-1.2\nfn varia(dati) {\n    if dati.eta < 25 {\n        rendi_dovuta(\"informazione-certificazione\", \"D.G.R. di prova, art. 8\");\n    }\n}\n";

/// The real specifications with a region of its own; kept until the folder is dropped.
pub struct World {
    _folder: TempDir,
    pub specs: PathBuf,
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (from, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
        if from.is_dir() { copy(&from, &to.join(name)) } else { _ = fs::copy(from, to.join(name)).unwrap() }
    }
}

impl World {
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let specs = folder.path().join("specs");
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("specs"), &specs);
        // Whatever regions the specifications have, this one is ours.
        _ = fs::remove_dir_all(specs.join("regioni"));
        Self { _folder: folder, specs }
    }

    pub fn with_region() -> Self {
        let world = Self::new();
        world.write("regioni/piemonte/regione.yaml", REGION);
        world.write("regioni/piemonte/e-orientamento-specialistico.yaml", VARIATION);
        world.write("regioni/piemonte/e-piu-svelti-dal-2026.yaml", LATER);
        world.write("../scripts/piemonte/e.rhai", SCRIPT);
        world
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.specs.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn change(&self, path: &str, from: &str, to: &str) {
        let path = self.specs.join(path);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "`{from}` in {}", path.display());
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    }

    pub fn rulebook(&self, letter: &str, region: Option<&str>, on: &str) -> Arc<Rulebook> {
        let library = Library::open(&self.specs).unwrap();
        match library.rulebook(letter, region, on.parse().unwrap()) {
            Ok(rulebook) => rulebook,
            Err(no) => panic!("{letter} {region:?} {on}: {no:?}"),
        }
    }
}

/// The words, the direction and the act of every change.
fn told(changes: &[Change]) -> Vec<String> {
    let act = |change: &Change| {
        change
            .act
            .as_ref()
            .map_or_else(String::new, |act| format!(" [{}{}]", if act.ends { "non più " } else { "" }, act.words))
    };
    changes.iter().map(|change| format!("{}: {}{}", change.direction.word(), change.words, act(change))).collect()
}

fn has(changes: &[Change], wanted: &str) {
    let all = told(changes);
    assert!(all.iter().any(|one| one.contains(wanted)), "{wanted}\nin:\n{}", all.join("\n"));
}

#[test]
fn equal_rulebooks_have_nothing_to_say() {
    let world = World::new();
    for letter in LETTERS {
        let rulebook = world.rulebook(letter, None, "2026-06-01");
        assert_eq!(compare(&rulebook, &rulebook), []);
        // A region that varies nothing has the decree itself.
        assert_eq!(compare(&rulebook, &world.rulebook(letter, Some("lombardia"), "2026-06-01")), []);
    }
}

#[test]
fn a_region_is_said_verb_by_verb_with_its_act() {
    let world = World::with_region();
    let (national, regional) =
        (world.rulebook("E", None, "2025-06-01"), world.rulebook("E", Some("piemonte"), "2025-06-01"));
    let changes = compare(&national, &regional);
    for wanted in [
        "alza: l'attività `counseling` diventa dovuta quando `eta < 30` [D.G.R. di prova, art. 2]",
        "alza: entra il codice `A06` per l'attività `counseling`",
        "alza: entra l'attività `laboratorio`, offerta: «laboratorio di gruppo»; va fatta 2 volte; modi ammessi: gruppo [D.G.R. di prova, art. 3]",
        "alza: entra l'output `diario`, offerto: «diario del percorso»; nasce da `laboratorio`; la prova chiede `pagine`",
        "alza: entra l'outcome `fiducia`",
        "alza: entra il termine `primo-colloquio`: attività `colloquio` entro 30 giorni dall'apertura, a carico del CPI, se `eta < 60`",
        "alza: la prova dell'output `bilancio` chiede anche `note`, facoltativo: «Note?»",
        "alza: nella prova dell'output `bilancio` il minimo di `competenze` sale da 1 voce a 2 voci [D.G.R. di prova, art. 5]",
        "alza: nella prova dell'output `bilancio` `gap` diventa obbligatorio",
        "alza: accanto all'italiano c'è il francese: «Orientation spécialisée», con una voce tradotta [D.G.R. di prova, art. 7]",
        "alza: entra lo script `piemonte/e.rhai`",
        "alza: tra le feste di tutta la regione entra `festa-regionale`",
        "entra la sede `cpi-torino` (CPI di Torino), chiusa per San Giovanni",
    ] {
        has(&changes, wanted);
    }
    assert!(
        changes.iter().all(|c| matches!(c.direction, Direction::Raises | Direction::Neither)),
        "{:#?}",
        told(&changes)
    );
    // The way back lowers, and names the act that no longer counts.
    let back = compare(&regional, &national);
    has(
        &back,
        "abbassa: l'attività `counseling` non è più dovuta: lo era quando `eta < 30` [non più D.G.R. di prova, art. 2]",
    );
    has(&back, "abbassa: esce il termine `primo-colloquio`");
    has(&back, "abbassa: nella prova dell'output `bilancio` `gap` non è più obbligatorio");
    assert!(back.iter().all(|c| c.direction != Direction::Raises), "{:#?}", told(&back));
}

#[test]
fn a_day_later_the_law_is_another() {
    let world = World::with_region();
    let (was, now) =
        (world.rulebook("E", Some("piemonte"), "2025-12-31"), world.rulebook("E", Some("piemonte"), "2026-01-01"));
    let changes = compare(&was, &now);
    has(&changes, "alza: il termine `primo-colloquio` scende da 30 a 20 giorni [D.G.R. altra, art. 1]");
    has(&changes, "alza: l'attività `informazione-certificazione` diventa dovuta in ogni caso [D.G.R. altra, art. 2]");
    assert_eq!(changes.len(), 2, "{:#?}", told(&changes));
}

#[test]
fn a_condition_that_moves_names_somebody() {
    let path = "regioni/piemonte/e-orientamento-specialistico.yaml";
    let before = World::with_region().rulebook("E", Some("piemonte"), "2025-06-01");
    let with = |condition: &str| {
        let world = World::with_region();
        world.change(path, "eta < 30", condition);
        compare(&before, &world.rulebook("E", Some("piemonte"), "2025-06-01"))
    };
    let wider = with("eta < 31");
    has(
        &wider,
        "alza: la condizione per cui l'attività `counseling` è dovuta si allarga: vale anche, per esempio, quando `eta` è 30",
    );
    assert_eq!(wider.len(), 1, "{:#?}", told(&wider));
    has(
        &with("eta < 29"),
        "abbassa: la condizione per cui l'attività `counseling` è dovuta si restringe: non vale più, per esempio, quando `eta` è 29",
    );
    has(
        &with("eta > 30"),
        "non si può dire: la condizione per cui l'attività `counseling` è dovuta cambia: ora vale, per esempio, quando `eta` è 31; non vale più",
    );
    has(
        &with("eta <= 29"),
        "né l'uno né l'altro: la condizione per cui l'attività `counseling` è dovuta è scritta in un altro modo",
    );
    has(&with("eta < 30 || disoccupato"), "si allarga: vale anche, per esempio, quando `eta` è 3");
}

#[test]
fn parameters_terms_and_texts_are_said() {
    let world = World::with_region();
    let (national, regional) =
        (world.rulebook("C", None, "2025-06-01"), world.rulebook("C", Some("piemonte"), "2025-06-01"));
    let changes = compare(&national, &regional);
    has(&changes, "alza: il termine `convocazione-dopo-did`, la cui durata non era nota, è ora di 30 giorni");
    has(&changes, "alza: la regione fissa il parametro `giorni-convocazione` a 30 giorni");
    let (plain, draft) = (World::new(), World::new());
    draft.change("nazionale/b-did-profilazione-e-aggiornamento-sap.yaml", "entro: 30 giorni", "entro: 20 giorni");
    let changes = compare(&plain.rulebook("B", None, "2025-06-01"), &draft.rulebook("B", None, "2025-06-01"));
    assert_eq!(changes.len(), 1, "{:#?}", told(&changes));
    // It binds the person: less time is less.
    has(&changes, "abbassa: il termine `contatto-dopo-did` scende da 30 a 20 giorni [D.Lgs. 150/2015, art. 20, co. 1]");
    draft.change(
        "nazionale/b-did-profilazione-e-aggiornamento-sap.yaml",
        "entro: 20 giorni",
        "entro: 1 mese\n    fine_mese: ultimo-giorno",
    );
    let changes = compare(&plain.rulebook("B", None, "2025-06-01"), &draft.rulebook("B", None, "2025-06-01"));
    has(&changes, "non si può dire: il termine `contatto-dopo-did` passa da 30 giorni a 1 mese");
}
