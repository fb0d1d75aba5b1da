// SPDX-License-Identifier: EUPL-1.2
//! The level and the region that the reader asks for: found however they are written, or told what there is.

use std::path::Path;
use std::sync::Arc;

use crate::calendar::Day;
use crate::compile::NoRulebook;
use crate::diagnostic::{Diagnostic, render};
use crate::library::Library;
use crate::names::closest;
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

/// Letter and title of every level, in the catalogue's order; those that only have a file, last.
pub fn titles(library: &Library) -> Vec<(String, String)> {
    let specs = library.specs();
    let listed = specs.catalogue.levels.0.iter().map(|row| (row.name.value.0.clone(), row.value.title.clone()));
    let mut levels: Vec<(String, String)> = listed.collect();
    for file in &specs.levels {
        let letter = &file.level.letter.value.0;
        if !levels.iter().any(|(known, _)| known == letter) {
            levels.push((letter.clone(), file.level.title.clone()));
        }
    }
    levels
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

/// `in vigore dal … al …`.
pub fn validity(from: Option<Day>, to: Option<Day>) -> String {
    match (from, to) {
        (Some(from), Some(to)) => format!("in vigore dal {from} al {to}"),
        (Some(from), None) => format!("in vigore dal {from}"),
        (None, Some(to)) => format!("in vigore fino al {to}"),
        (None, None) => "in vigore senza un inizio né una fine".to_owned(),
    }
}

/// Faults as a compiler shows them, with places that can be opened from where the reader stands.
pub fn faults_text(library: &Library, faults: &[Diagnostic], screen: &Screen) -> String {
    let faults: Vec<Diagnostic> = faults.iter().map(|fault| from_here(library.root(), fault)).collect();
    let inside = |path: &str| {
        let path = Path::new(path).strip_prefix(library.root()).ok()?;
        library.text(&path.to_string_lossy())
    };
    render(&faults, &inside, screen.has_colour())
}

/// The fault with its places told from the reader's folder, not from the specs folder.
pub fn from_here(root: &Path, fault: &Diagnostic) -> Diagnostic {
    let path = |file: &str| root.join(file).to_string_lossy().replace('\\', "/");
    let mut fault = fault.clone();
    fault.place.file = path(&fault.place.file).into();
    for (place, _) in &mut fault.related {
        place.file = path(&place.file).into();
    }
    fault
}
