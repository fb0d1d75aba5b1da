// SPDX-License-Identifier: EUPL-1.2
//! The level and the region that the reader asks for: found however they are written, or told what there is.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::calendar::Day;
use crate::compile::NoRulebook;
use crate::diagnostic::{Diagnostic, render};
use crate::library::Library;
use crate::names::closest;
pub use crate::reading::{titles, validity};
use crate::rulebook::Rulebook;

use super::CliError;
use super::output::{Screen, clipped, printable};

/// The letter as the catalogue writes it: `e` is `E`.
///
/// # Errors
/// No level has that letter.
pub fn letter(library: &Library, asked: &str) -> Result<String, CliError> {
    let wanted = asked.trim().to_uppercase();
    let levels = titles(library);
    if levels.iter().any(|(letter, _)| *letter == wanted) {
        return Ok(wanted);
    }
    let help = match near(&wanted, &levels).as_slice() {
        [] => String::new(),
        near => format!("forse volevi dire {}\n", near.join(" oppure ")),
    };
    let list: Vec<String> =
        levels.iter().map(|(letter, title)| format!("  {letter:<3} {}", clipped(title, 70))).collect();
    let help = format!("{help}i livelli sono:\n{}", list.join("\n"));
    Err(CliError::usage(format!("il livello `{}` non esiste", printable(asked)), help))
}

/// Levels whose letter begins so, whose letter begins what was asked, or whose title has that word.
fn near(wanted: &str, levels: &[(String, String)]) -> Vec<String> {
    let mut near: Vec<&(String, String)> = Vec::new();
    let short = wanted.chars().count() <= 2;
    if short && !wanted.is_empty() {
        near.extend(levels.iter().filter(|(letter, _)| letter.starts_with(wanted) || wanted.starts_with(letter)));
    } else {
        let word = wanted.to_lowercase();
        let has = |title: &str| title.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|w| w == word);
        near.extend(levels.iter().filter(|(_, title)| has(title)));
        if near.is_empty() {
            let title = closest(wanted, levels.iter().map(|(_, title)| title.as_str()));
            near.extend(levels.iter().filter(|(_, known)| Some(known.as_str()) == title));
        }
    }
    near.iter().map(|(letter, title)| format!("`{letter}` ({title})")).collect()
}

/// The region's id as the catalogue writes it: `Piemonte` is `piemonte`.
///
/// # Errors
/// The catalogue has no such administration.
pub fn region(library: &Library, asked: &str) -> Result<String, CliError> {
    let regions = &library.specs().catalogue.regions.0;
    let word = asked.trim().to_lowercase();
    let known = regions.iter().find(|row| row.name.value.0 == word || row.value.name.to_lowercase() == word);
    if let Some(row) = known {
        return Ok(row.name.value.0.clone());
    }
    let ids: Vec<&str> = regions.iter().map(|row| row.name.value.0.as_str()).collect();
    let help = match closest(asked, ids.iter().copied()) {
        Some(near) => format!("forse volevi dire `{near}`"),
        None if ids.is_empty() => "la tabella `catalogo/regioni.yaml` manca o non si legge".to_owned(),
        None => format!("le regioni sono: {}", ids.join(", ")),
    };
    Err(CliError::usage(format!("la regione `{}` non esiste", printable(asked)), help))
}

/// The law for a level, a region, a day, all as the catalogue writes them.
///
/// # Errors
/// The level is not in force that day, or its specification has faults.
pub fn rulebook(
    library: &Library,
    letter: &str,
    region: Option<&str>,
    on: Day,
    screen: &Screen,
) -> Result<Arc<Rulebook>, CliError> {
    library.rulebook(letter, region, on).map_err(|no| match no {
        NoRulebook::UnknownLevel => CliError::Faulty {
            message: format!("del livello `{letter}` manca il file nella cartella `nazionale`"),
            faults: String::new(),
        },
        NoRulebook::UnknownRegion => CliError::usage("la regione non esiste", ""),
        NoRulebook::NotInForce { from, to } => {
            let message = format!("il livello `{letter}` non è in vigore il {on}");
            CliError::usage(message, format!("{}: scegli un altro giorno", validity(from, to)))
        }
        NoRulebook::Faulty(faults) => CliError::Faulty {
            message: format!("la specifica del livello `{letter}` ha errori, e finché ci sono il livello non si usa"),
            faults: faults_text(library, &faults, screen),
        },
    })
}

/// Faults as a compiler shows them, with places that can be opened from where the reader stands.
pub fn faults_text(library: &Library, faults: &[Diagnostic], screen: &Screen) -> String {
    let root = library.root();
    // The renderer asks by the path that is shown: each is remembered with the one inside the folder.
    let mut inside: BTreeMap<String, String> = BTreeMap::new();
    for fault in faults {
        for place in std::iter::once(&fault.place).chain(fault.related.iter().map(|(place, _)| place)) {
            inside.insert(shown_path(root, &place.file), place.file.to_string());
        }
    }
    let faults: Vec<Diagnostic> = faults.iter().map(|fault| from_here(root, fault)).collect();
    render(&faults, &|path| library.text(inside.get(path)?), screen.has_colour())
}

/// The fault with its places told from the reader's folder, not from the specs folder.
pub fn from_here(root: &Path, fault: &Diagnostic) -> Diagnostic {
    let mut fault = fault.clone();
    fault.place.file = shown_path(root, &fault.place.file).into();
    for (place, _) in &mut fault.related {
        place.file = shown_path(root, &place.file).into();
    }
    fault
}

/// A path inside the specs folder as it is opened from where the reader stands: scripts stand beside the folder, and
/// `specs/../scripts/x` is `scripts/x`.
pub fn shown_path(root: &Path, file: &str) -> String {
    let beside = file.strip_prefix("../").filter(|_| root.file_name().is_some());
    let path = match (beside, root.parent()) {
        (Some(beside), Some(parent)) => parent.join(beside),
        _ => root.join(file),
    };
    path.to_string_lossy().replace('\\', "/")
}
