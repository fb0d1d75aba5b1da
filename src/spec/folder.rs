// SPDX-License-Identifier: EUPL-1.2
//! The whole specs folder as written: pure, from named bytes to types and faults. Who reads the disk is `library`.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Place};
use crate::names::closest;
use crate::spec::catalogue::Catalogue;
use crate::spec::decode::{Decode, Faults, shown};
use crate::spec::level::Level;
use crate::spec::overlay::{Overlay, Region};
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

/// A variation of a level, or an amendment of the decree, and the scenarios beside it.
#[derive(Clone, Debug)]
pub struct OverlayFile {
    pub file: Arc<str>,
    /// The folder it lies in; none for the amendments of the decree.
    pub folder: Option<Arc<str>>,
    pub overlay: Overlay,
    pub scenarios: Vec<Scenario>,
    pub scenario_file: Option<Arc<str>>,
}

/// What a region says of itself.
#[derive(Clone, Debug)]
pub struct RegionFile {
    pub file: Arc<str>,
    pub folder: Arc<str>,
    pub region: Region,
}

/// A script, as bytes: who compiles reads it.
#[derive(Clone, Debug)]
pub struct ScriptFile {
    /// Path as faults show it.
    pub file: Arc<str>,
    /// Path inside the scripts folder: `piemonte/e.rhai`.
    pub name: Arc<str>,
    pub bytes: Arc<[u8]>,
}

/// Where the scripts stand, seen from the specs folder.
pub const SCRIPTS: &str = "../scripts/";
/// Where the amendments of the decree stand.
pub const AMENDMENTS: &str = "nazionale/modifiche/";

/// Everything the folder says.
#[derive(Clone, Debug, Default)]
pub struct Specs {
    pub catalogue: Catalogue,
    pub levels: Vec<LevelFile>,
    /// Variations and amendments, in file order.
    pub overlays: Vec<OverlayFile>,
    pub regions: Vec<RegionFile>,
    pub scripts: Vec<ScriptFile>,
    /// The decree's text as published, by file.
    pub decree: Vec<(Arc<str>, String)>,
    /// The files that had faults and are left out: what is missing because of them has been told already.
    pub unread: Vec<Arc<str>>,
}

impl Specs {
    pub fn level(&self, letter: &str) -> Option<&LevelFile> {
        self.levels.iter().find(|file| file.level.letter.value.0 == letter)
    }

    /// The amendments of a level, in file order.
    pub fn amendments<'a>(&'a self, letter: &'a str) -> impl Iterator<Item = &'a OverlayFile> {
        self.overlays.iter().filter(move |o| o.folder.is_none() && o.overlay.letter.value.0 == letter)
    }

    /// A region's variations of a level, in file order.
    pub fn variations<'a>(&'a self, region: &'a str, letter: &'a str) -> impl Iterator<Item = &'a OverlayFile> {
        self.overlays.iter().filter(move |o| o.folder.as_deref() == Some(region) && o.overlay.letter.value.0 == letter)
    }

    pub fn region(&self, region: &str) -> Option<&RegionFile> {
        self.regions.iter().find(|file| *file.folder == *region)
    }

    pub fn script(&self, name: &str) -> Option<&ScriptFile> {
        self.scripts.iter().find(|file| *file.name == *name)
    }
}

/// The tables of the catalogue, by file name.
const TABLES: [&str; 8] = ["norme", "sap", "dati", "festivita", "livelli", "regioni", "parametri", "sanzioni"];

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
            table(&mut specs, name, file, &mut faults);
        } else if path.starts_with("decreto/") && path.ends_with(".txt") {
            decree(&mut specs, file, &mut faults);
        } else if let Some(name) = path.strip_prefix(SCRIPTS) {
            specs.scripts.push(ScriptFile { file: file.path.clone(), name: name.into(), bytes: file.bytes.clone() });
        } else if (path.starts_with("nazionale/") || is_regional(path)) && path.ends_with(".prove.yaml") {
            scenarios.extend(decoded(&mut specs, file, &mut faults).map(|list| (file.path.clone(), list)));
        } else if path.starts_with(AMENDMENTS) && path.ends_with(".yaml") {
            overlay(&mut specs, file, None, &mut faults);
        } else if path.starts_with("nazionale/") && path.ends_with(".yaml") {
            if let Some(level) = decoded::<Level>(&mut specs, file, &mut faults) {
                specs.levels.push(LevelFile {
                    file: file.path.clone(),
                    level,
                    scenarios: Vec::new(),
                    scenario_file: None,
                });
            }
        } else if let Some((folder, name)) = regional(path).filter(|(_, name)| name.ends_with(".yaml")) {
            if name == "regione.yaml" {
                if let Some(region) = decoded::<Region>(&mut specs, file, &mut faults) {
                    specs.regions.push(RegionFile { file: file.path.clone(), folder: folder.into(), region });
                }
            } else {
                overlay(&mut specs, file, Some(folder), &mut faults);
            }
        } else if path.ends_with(".yaml") || path.ends_with(".yml") {
            let help = "i livelli stanno in `nazionale/<lettera>-<titolo>.yaml`, le variazioni in `regioni/<regione>/`, le prove accanto in `.prove.yaml`, le tabelle in `catalogo/`";
            faults.error("file-fuori-posto", &Place::start_of(path), "il file sta dove nessuno lo legge", help);
        }
    }
    for (file, list) in scenarios {
        let stem = file.strip_suffix(".prove.yaml").unwrap_or_default();
        match specs.levels.iter_mut().find(|level| level.file.strip_suffix(".yaml") == Some(stem)) {
            Some(level) => {
                level.scenarios = list;
                level.scenario_file = Some(file);
            }
            None if specs.overlays.iter().any(|o| o.file.strip_suffix(".yaml") == Some(stem)) => {
                for overlay in specs.overlays.iter_mut().filter(|o| o.file.strip_suffix(".yaml") == Some(stem)) {
                    overlay.scenarios.clone_from(&list);
                    overlay.scenario_file = Some(file.clone());
                }
            }
            None if files.iter().any(|f| f.path.strip_suffix(".yaml") == Some(stem)) => {}
            None => faults.error(
                "prove-senza-livello",
                &Place::start_of(&file),
                "le prove non hanno il loro livello accanto",
                format!("il livello dovrebbe stare in `{stem}.yaml`: correggi il nome di uno dei due file"),
            ),
        }
    }
    duplicate_letters(&specs, &mut faults);
    (specs, faults.0)
}

/// The region and the name of a file that lies in a region's folder.
fn regional(path: &str) -> Option<(&str, &str)> {
    path.strip_prefix("regioni/")?.split_once('/').filter(|(_, name)| !name.contains('/'))
}

fn is_regional(path: &str) -> bool {
    regional(path).is_some()
}

fn overlay(specs: &mut Specs, file: &File, folder: Option<&str>, faults: &mut Faults) {
    if let Some(overlay) = decoded::<Overlay>(specs, file, faults) {
        specs.overlays.push(OverlayFile {
            file: file.path.clone(),
            folder: folder.map(Arc::from),
            overlay,
            scenarios: Vec::new(),
            scenario_file: None,
        });
    }
}

/// What the file says, if it says it without a fault: a value read with faults has lost part of what was written.
fn decoded<T: Decode>(specs: &mut Specs, file: &File, faults: &mut Faults) -> Option<T> {
    let before = faults.0.len();
    let value = match parse(&file.path, &file.bytes) {
        Ok(node) => T::decode(&node, faults),
        Err(found) => {
            faults.0.extend(found);
            None
        }
    };
    if faults.0.len() > before {
        specs.unread.push(file.path.clone());
        return None;
    }
    value
}

fn table(specs: &mut Specs, name: &str, file: &File, faults: &mut Faults) {
    let stem = name.strip_suffix(".yaml").unwrap_or(name);
    match stem {
        "norme" => specs.catalogue.acts = decoded(specs, file, faults).unwrap_or_default(),
        "sap" => specs.catalogue.sap = decoded(specs, file, faults),
        "dati" => specs.catalogue.facts = decoded(specs, file, faults).unwrap_or_default(),
        "festivita" => specs.catalogue.holidays = decoded(specs, file, faults),
        "livelli" => specs.catalogue.levels = decoded(specs, file, faults).unwrap_or_default(),
        "regioni" => specs.catalogue.regions = decoded(specs, file, faults).unwrap_or_default(),
        "parametri" => specs.catalogue.parameters = decoded(specs, file, faults).unwrap_or_default(),
        "sanzioni" => specs.catalogue.sanctions = decoded(specs, file, faults).unwrap_or_default(),
        _ => {
            let help = closest(stem, TABLES).map_or_else(
                || format!("le tabelle sono: {}", TABLES.join(", ")),
                |near| format!("forse volevi dire `{near}.yaml`"),
            );
            faults.error(
                "file-fuori-posto",
                &Place::start_of(&file.path),
                format!("`{}` non è una tabella del catalogo", shown(name)),
                help,
            );
        }
    }
}

fn decree(specs: &mut Specs, file: &File, faults: &mut Faults) {
    match std::str::from_utf8(&file.bytes) {
        Ok(text) => specs.decree.push((file.path.clone(), text.to_owned())),
        Err(_) => {
            let message = "il testo del decreto non è in UTF-8";
            faults.error("testo-illeggibile", &Place::start_of(&file.path), message, "salva il file come UTF-8");
            specs.unread.push(file.path.clone());
        }
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
