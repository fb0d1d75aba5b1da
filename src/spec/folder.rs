// SPDX-License-Identifier: EUPL-1.2
//! The whole specs folder as written: pure, from named bytes to types and faults. Who reads the disk is `library`.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Place};
use crate::names::closest;
use crate::spec::catalogue::Catalogue;
use crate::spec::decode::{Decode, Faults};
use crate::spec::level::Level;
use crate::spec::scenario::Scenario;
use crate::spec::source::parse;

/// A file of the specs folder: its path inside the folder, with `/`, and its bytes.
#[derive(Clone, Debug)]
pub struct File {
    pub path: Arc<str>,
    pub bytes: Arc<[u8]>,
}

/// A level and the scenarios beside it.
#[derive(Clone, Debug)]
pub struct LevelFile {
    pub file: Arc<str>,
    pub level: Level,
    pub scenarios: Vec<Scenario>,
    pub scenario_file: Option<Arc<str>>,
}

/// Everything the folder says.
#[derive(Clone, Debug, Default)]
pub struct Specs {
    pub catalogue: Catalogue,
    pub levels: Vec<LevelFile>,
    /// The decree's text as published, by file.
    pub decree: Vec<(Arc<str>, String)>,
}

impl Specs {
    pub fn level(&self, letter: &str) -> Option<&LevelFile> {
        self.levels.iter().find(|file| file.level.letter.value.0 == letter)
    }
}

/// The tables of the catalogue, by file name.
const TABLES: [&str; 7] = ["norme", "sap", "dati", "festivita", "livelli", "regioni", "parametri"];

/// Reads every file; what has faults is left out and told of, the rest is there.
pub fn read(files: &[File]) -> (Specs, Vec<Diagnostic>) {
    let mut specs = Specs::default();
    let mut faults = Faults::default();
    let mut scenarios: Vec<(Arc<str>, Vec<Scenario>)> = Vec::new();
    let mut sorted: Vec<&File> = files.iter().collect();
    sorted.sort_by(|a, b| a.path.cmp(&b.path));
    for file in sorted {
        let path: &str = &file.path;
        if let Some(name) = path.strip_prefix("catalogo/") {
            table(&mut specs.catalogue, name, file, &mut faults);
        } else if path.starts_with("decreto/") && path.ends_with(".txt") {
            decree(&mut specs, file, &mut faults);
        } else if path.starts_with("nazionale/") && path.ends_with(".prove.yaml") {
            scenarios.extend(decoded(file, &mut faults).map(|list| (file.path.clone(), list)));
        } else if path.starts_with("nazionale/") && path.ends_with(".yaml") {
            if let Some(level) = decoded::<Level>(file, &mut faults) {
                specs.levels.push(LevelFile {
                    file: file.path.clone(),
                    level,
                    scenarios: Vec::new(),
                    scenario_file: None,
                });
            }
        } else if path.starts_with("regioni/") && path.ends_with(".yaml") {
            let place = Place::start_of(path);
            faults.0.push(
                Diagnostic::warning(
                    "file-non-letto",
                    &place,
                    "le variazioni regionali non sono ancora lette da questa versione",
                )
                .help("il file non ha alcun effetto"),
            );
        } else if path.ends_with(".yaml") || path.ends_with(".yml") {
            let help = "i livelli stanno in `nazionale/<lettera>-<titolo>.yaml`, le prove accanto in `.prove.yaml`, le tabelle in `catalogo/`";
            faults.error("file-fuori-posto", &Place::start_of(path), "file che non sta dove qualcuno lo legge", help);
        }
    }
    for (file, list) in scenarios {
        let stem = file.strip_suffix(".prove.yaml").unwrap_or_default();
        match specs.levels.iter_mut().find(|level| level.file.strip_suffix(".yaml") == Some(stem)) {
            Some(level) => {
                level.scenarios = list;
                level.scenario_file = Some(file);
            }
            None if files.iter().any(|f| f.path.strip_suffix(".yaml") == Some(stem)) => {}
            None => faults.error(
                "prove-senza-livello",
                &Place::start_of(&file),
                "prove senza il loro livello",
                format!("il livello dovrebbe stare in `{stem}.yaml`"),
            ),
        }
    }
    duplicate_letters(&specs, &mut faults);
    (specs, faults.0)
}

fn decoded<T: Decode>(file: &File, faults: &mut Faults) -> Option<T> {
    match parse(&file.path, &file.bytes) {
        Ok(node) => T::decode(&node, faults),
        Err(found) => {
            faults.0.extend(found);
            None
        }
    }
}

fn table(catalogue: &mut Catalogue, name: &str, file: &File, faults: &mut Faults) {
    let stem = name.strip_suffix(".yaml").unwrap_or(name);
    match stem {
        "norme" => catalogue.acts = decoded(file, faults).unwrap_or_default(),
        "sap" => catalogue.sap = decoded(file, faults),
        "dati" => catalogue.facts = decoded(file, faults).unwrap_or_default(),
        "festivita" => catalogue.holidays = decoded(file, faults),
        "livelli" => catalogue.levels = decoded(file, faults).unwrap_or_default(),
        "regioni" => catalogue.regions = decoded(file, faults).unwrap_or_default(),
        "parametri" => catalogue.parameters = decoded(file, faults).unwrap_or_default(),
        _ => {
            let help = closest(stem, TABLES).map_or_else(
                || format!("le tabelle sono: {}", TABLES.join(", ")),
                |near| format!("forse volevi dire `{near}.yaml`"),
            );
            faults.error(
                "file-fuori-posto",
                &Place::start_of(&file.path),
                format!("`{name}` non è una tabella del catalogo"),
                help,
            );
        }
    }
}

fn decree(specs: &mut Specs, file: &File, faults: &mut Faults) {
    match std::str::from_utf8(&file.bytes) {
        Ok(text) => specs.decree.push((file.path.clone(), text.to_owned())),
        Err(_) => faults.error(
            "testo-illeggibile",
            &Place::start_of(&file.path),
            "il testo del decreto non è in UTF-8",
            "salva il file come UTF-8",
        ),
    }
}

fn duplicate_letters(specs: &Specs, faults: &mut Faults) {
    for (i, file) in specs.levels.iter().enumerate() {
        let letter = &file.level.letter;
        let earlier = specs.levels.iter().take(i).find(|other| other.level.letter.value == letter.value);
        if let Some(other) = earlier {
            faults.0.push(
                Diagnostic::error(
                    "livello-doppio",
                    &letter.place,
                    format!("il livello `{}` è già in un altro file", letter.value),
                )
                .related(&other.level.letter.place, "qui la prima volta")
                .help("un livello sta in un file solo: togline uno"),
            );
        }
    }
}
