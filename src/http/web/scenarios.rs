// SPDX-License-Identifier: EUPL-1.2
//! How the scenarios come out: played once for the same specifications, away from the threads that serve.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};

use crate::diagnostic::Diagnostic;
use crate::http::app::App;
use crate::http::identity::Identity;
use crate::http::jobs::Look;
use crate::http::routes::{Route, page};
use crate::http::trouble::Trouble;
use crate::library::Library;
use crate::reading::count;
use crate::reading::scenarios::test;

use super::diagnostics::fault_card;
use super::layout::Page;
use super::levels::SPECS;
use super::sheet::place_words;
use super::works::{Same, running};

pub(super) fn routes() -> Vec<Route> {
    vec![page("/prove", SPECS, get(scenarios))]
}

/// A level or a variation, with what came of its scenarios.
pub struct Tried {
    letter: String,
    title: String,
    variation: Option<String>,
    /// Name, place, faults.
    stories: Vec<(String, String, Vec<Diagnostic>)>,
    obstacle: Option<(String, Vec<Diagnostic>)>,
}

impl Tried {
    fn failed(&self) -> usize {
        self.stories.iter().filter(|(.., faults)| !faults.is_empty()).count()
    }
}

/// Everything tried on some specifications.
pub struct Trial {
    library: Arc<Library>,
    tried: Vec<Tried>,
}

pub(super) fn try_all(library: &Arc<Library>) -> Trial {
    let tried = test(library, None).into_iter().map(|level| Tried {
        stories: level
            .played
            .iter()
            .map(|(scenario, faults)| (scenario.name.value.clone(), place_words(&scenario.name.place), faults.clone()))
            .collect(),
        letter: level.letter,
        title: level.title,
        variation: level.variation.map(str::to_owned),
        obstacle: level.obstacle.map(|obstacle| (obstacle.words, obstacle.faults)),
    });
    Trial { library: library.clone(), tried: tried.collect() }
}

async fn scenarios(State(app): State<App>, who: Identity) -> Result<Response, Trouble> {
    let library = app.service.library();
    let work = library.clone();
    let look = app.works.scenarios.look(&app, Same(library), move |_, _| Ok(try_all(&work))).await?;
    Ok(match look {
        Look::Done(found) => Page::new(&app, &who, "Prove", shown(&found.value)).into_response(),
        Look::Running(progress) => running(&app, &who, "Prove", "Le prove sono in corso", &progress),
    })
}

fn shown(trial: &Trial) -> Markup {
    let all: usize = trial.tried.iter().map(|one| one.stories.len()).sum();
    let failed: usize = trial.tried.iter().map(Tried::failed).sum();
    let stopped = trial.tried.iter().filter(|one| one.obstacle.is_some()).count();
    html! {
        h1 { "Prove" }
        p class="lead" {
            (count(all, "storia", "storie")) " scritte accanto ai livelli e alle variazioni: "
            (count(all - failed, "riuscita", "riuscite")) ", " strong { (count(failed, "fallita", "fallite")) }
            @if stopped > 0 { "; " strong { (count(stopped, "livello o variazione non provato", "livelli o variazioni non provati")) } }
            "."
        }
        p { "Una prova è una pratica inventata con la fine che deve avere: se la specifica cambia e la fine non torna, la prova fallisce." }
        @for one in trial.tried.iter().filter(|one| one.failed() > 0 || one.obstacle.is_some()) { (trouble(&trial.library, one)) }
        h2 { "Livelli e variazioni" }
        @for one in &trial.tried {
            details class="lepre-details" {
                summary {
                    strong { (one.letter) } " " (one.variation.as_deref().unwrap_or(&one.title)) ": " (verdict(one))
                }
                ul {
                    @for (name, place, faults) in &one.stories {
                        li { @if faults.is_empty() { "riuscita: " } @else { strong { "FALLITA: " } } (name) " " span class="lepre-place" { code { (place) } } }
                    }
                }
            }
        }
    }
}

fn verdict(one: &Tried) -> String {
    match (&one.obstacle, one.stories.len(), one.failed()) {
        (Some((words, _)), ..) => format!("non provato, {words}"),
        (None, 0, _) => "nessuna prova".to_owned(),
        (None, all, 0) => count(all, "prova riuscita", "prove riuscite"),
        (None, all, failed) => format!("{} su {all}", count(failed, "prova FALLITA", "prove FALLITE")),
    }
}

fn trouble(library: &Library, one: &Tried) -> Markup {
    html! {
        section class="lepre-section" {
            h2 { (one.letter) " " (one.variation.as_deref().unwrap_or(&one.title)) }
            @if let Some((words, faults)) = &one.obstacle {
                p { "Non provato: " (words) "." }
                @for fault in faults { (fault_card(library, fault, &[])) }
            }
            @for (name, _, faults) in one.stories.iter().filter(|(.., faults)| !faults.is_empty()) {
                p { strong { "Prova fallita: " } (name) }
                @for fault in faults { (fault_card(library, fault, &[])) }
            }
        }
    }
}
