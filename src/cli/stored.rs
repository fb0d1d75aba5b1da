// SPDX-License-Identifier: EUPL-1.2
//! The way from the command line to stored cases, and from their errors to words.

use std::path::Path;
use std::sync::Arc;

use crate::compile::NoRulebook;
use crate::diagnostic::render;
use crate::engine::{Refusal, norm_words};
use crate::library::Library;
use crate::rulebook::Rulebook;
use crate::service::{Clock, Service, ServiceError};
pub use crate::store::io_words;
use crate::store::{SqliteOptions, SqliteStore, StoreError};

use super::output::{Ink, listed, printable, wrap};
use super::{CliError, Exit, Global};

/// The use cases that begin something, on the database of `--db`, which is made when it is not there.
pub fn service_to_open(global: &Global) -> Result<Service, CliError> {
    service_with(global, global.library()?, true)
}

/// The use cases on what is stored. They stand on the rulebooks stored with it: no specs folder is needed.
pub fn service(global: &Global) -> Result<Service, CliError> {
    service_with(global, Library::from_files(&global.specs, Vec::new()), false)
}

/// As [`service`], with the specifications: for questions about a law that is not the one a case is pinned to.
pub fn service_on_stored(global: &Global) -> Result<Service, CliError> {
    service_with(global, global.library()?, false)
}

fn service_with(global: &Global, library: Library, create: bool) -> Result<Service, CliError> {
    let (library, store) = (Arc::new(library), open(&global.db, create)?);
    let actor = std::env::var("LEPRE_OPERATORE").unwrap_or_else(|_| "riga-di-comando".to_owned());
    let service = Service::new(Arc::new(store), library, Clock { today: Some(global.today) }, &actor);
    Ok(service.beside(&global.db))
}

pub fn open(db: &Path, create: bool) -> Result<SqliteStore, CliError> {
    SqliteStore::open(db, SqliteOptions { create, ..SqliteOptions::default() }).map_err(|e| store_error(&e))
}

pub fn store_error(error: &StoreError) -> CliError {
    // The sentence of a store error carries its remedy after the colon.
    let text = error.to_string();
    let (message, help) = text.rsplit_once(": ").unwrap_or((text.as_str(), ""));
    match error {
        StoreError::UnknownCase { .. } | StoreError::BackupExists { .. } => CliError::usage(message, help),
        _ => CliError::world(message, help),
    }
}

/// Tells a service error; a refusal is an answer, written on the standard output.
pub fn answer(global: &Global, error: ServiceError) -> Result<Exit, CliError> {
    match error {
        ServiceError::Refused { refusals, rulebook } => {
            if global.is_json() {
                global
                    .screen
                    .json(&serde_json::json!({ "accolto": false, "dinieghi": refusals_json(&rulebook, &refusals) }))?;
            } else {
                refusals_text(global, &rulebook, &refusals)?;
            }
            Ok(Exit::Findings)
        }
        other => Err(service_error(global, other)),
    }
}

pub fn service_error(global: &Global, error: ServiceError) -> CliError {
    match error {
        ServiceError::Store(error) => store_error(&error),
        ServiceError::NoRulebook { level, region, reason } => {
            no_rulebook(&global.specs, &level, region.as_deref().unwrap_or_default(), reason)
        }
        ServiceError::UnreadableEvent { .. } | ServiceError::RulebookGone(_) | ServiceError::Rulebook(_) => {
            CliError::world(error.to_string(), "esegui `lepre audit verify`, poi ripristina l'ultima copia")
        }
        ServiceError::Refused { .. } => CliError::usage(error.to_string(), ""),
        other => {
            let text = other.to_string();
            let (message, help) = text.split_once(": ").unwrap_or((text.as_str(), ""));
            CliError::usage(message, help)
        }
    }
}

fn no_rulebook(specs: &Path, level: &str, region: &str, reason: NoRulebook) -> CliError {
    match reason {
        NoRulebook::UnknownLevel => {
            CliError::usage(format!("il livello `{level}` non esiste"), "`lepre coverage` elenca i livelli")
        }
        NoRulebook::UnknownRegion => {
            let library = Library::open(specs).ok();
            let known = library.iter().flat_map(|library| library.specs().catalogue.regions.names());
            let help = crate::names::closest(region, known)
                .map(|near| format!("forse volevi dire `{near}`"))
                .unwrap_or_else(|| "i nomi sono in specs/catalogo/regioni.yaml, per esempio `piemonte`".to_owned());
            CliError::usage(format!("la regione `{region}` non è nel catalogo"), help)
        }
        NoRulebook::NotInForce { from, to } => {
            let since = from.map(|day| format!(" dal {day}")).unwrap_or_default();
            let until = to.map(|day| format!(" al {day}")).unwrap_or_default();
            CliError::usage(format!("il livello `{level}` non è in vigore quel giorno"), format!("vale{since}{until}"))
        }
        NoRulebook::Faulty(faults) => {
            let library = Library::open(specs).ok();
            let text = |path: &str| library.as_ref().and_then(|library| library.text(path));
            CliError::Faulty {
                message: format!("la specifica del livello `{level}` ha errori"),
                faults: render(&faults, &text, false),
            }
        }
    }
}

pub fn refusals_text(global: &Global, rulebook: &Rulebook, refusals: &[Refusal]) -> Result<(), CliError> {
    let screen = &global.screen;
    for refusal in refusals {
        let kind = accented(refusal.kind.word());
        let head = screen.paint(Ink::Bad, &format!("no ({kind})"));
        screen.line(&format!("{head}: {}", printable(&refusal.message)))?;
        for line in wrap(&format!("aiuto: {}", refusal.help), screen.prose_width().saturating_sub(2)) {
            screen.line(&format!("  {}", printable(&line)))?;
        }
        let place = refusal.place.as_ref().map(|p| format!("  ({p})")).unwrap_or_default();
        screen.line(&format!("  norma: {}{place}", norm_words(rulebook, &refusal.norm)))?;
    }
    Ok(())
}

/// A word of the specifications, as it is written in a sentence.
pub fn accented(word: &str) -> &str {
    if word == "modalita" { "modalità" } else { word }
}

/// Help for a word that is not one of those there are: the nearest, or all of them.
pub fn near_or_all(word: &str, known: &[&str], all: &str) -> String {
    match crate::names::closest(word, known.iter().copied()) {
        Some(near) => format!("forse volevi dire `{near}`"),
        None => format!("{all} {}", listed(known)),
    }
}

pub fn refusals_json(rulebook: &Rulebook, refusals: &[Refusal]) -> serde_json::Value {
    refusals
        .iter()
        .map(|refusal| {
            serde_json::json!({
                "tipo": refusal.kind.word(),
                "messaggio": refusal.message,
                "aiuto": refusal.help,
                "norma": norm_words(rulebook, &refusal.norm),
                "link": crate::engine::norm_link(rulebook, &refusal.norm),
                "luogo": refusal.place.as_ref().map(ToString::to_string),
            })
        })
        .collect()
}
