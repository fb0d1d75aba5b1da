// SPDX-License-Identifier: EUPL-1.2
//! The engine: what it refuses, what it finds, and why, in words.

use std::path::{Path, PathBuf};

use lepre::calendar::Day;
use lepre::compile::draft;
use lepre::engine::{Case, Event, fold};
use lepre::library::Library;
use lepre::rulebook::Rulebook;
use serde_json::{Value as Json, json};

use crate::histories::fixture::fixture;

mod agenda;
mod explain;
mod office;
mod refusals;
mod sap;

/// The folder of the national specifications.
pub fn specs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("specs")
}

/// The level of the fixture that uses every word of the language.
fn every_word() -> Rulebook {
    let (folder, _) = fixture();
    draft(Library::open(folder.path()).unwrap().specs(), "M").unwrap()
}

/// A national level as it is used, after all checks.
fn national(level: &str) -> Rulebook {
    let library = Library::open(&specs()).unwrap();
    library.rulebook(level, None, day("2024-05-06")).unwrap().as_ref().clone()
}

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub fn event(json: Json) -> Event {
    serde_json::from_value(json.clone()).unwrap_or_else(|e| panic!("{json}: {e}"))
}

/// Opens on the 6th of May 2024, a Monday, with what the fixture's access asks for.
fn opening() -> Json {
    let held = |item: &str| json!({ "lep": "R", "voce": item, "il": "2024-04-01" });
    json!({ "il": "2024-05-06", "tipo": "aperta", "soggetto": "s", "lep": "M", "regolamento": "",
            "fascicolo": [held("incontro"), held("contatto")] })
}

fn ended(il: &str, activity: &str) -> Json {
    json!({ "il": il, "tipo": "attivita", "attivita": activity, "evento": "terminata" })
}

fn fact(name: &str, value: Json) -> Json {
    json!({ "il": "2024-05-06", "tipo": "dato", "dato": name, "valore": value })
}

fn output(il: &str, name: &str, evidence: Json) -> Json {
    json!({ "il": il, "tipo": "output", "output": name, "evidenza": evidence })
}

/// The evidence of the fixture's project.
fn project() -> Json {
    json!({ "titolo": "progetto", "codice": "AB1234", "passi": ["uno"], "firmato": true })
}

fn told(rulebook: &Rulebook, events: impl IntoIterator<Item = Json>) -> Case {
    let events: Vec<Event> = events.into_iter().map(event).collect();
    fold(rulebook, &events)
}
