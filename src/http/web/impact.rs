// SPDX-License-Identifier: EUPL-1.2
//! What a draft of the specifications would change in the stored cases, worked out away from the threads that serve.
//!
//! A draft is a subfolder of the folder that the settings name: its name is chosen among those that are there, and no path
//! is ever taken from a request.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, PoisonError};

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::calendar::Day;
use crate::digest::Digest;
use crate::http::app::App;
use crate::http::auth::go;
use crate::http::form::{Asked, Typed};
use crate::http::identity::Identity;
use crate::http::jobs::{Look, Progress};
use crate::http::routes::{Route, form, page};
use crate::http::trouble::Trouble;
use crate::library::{Library, LibraryError, stamp};
use crate::service::impact::{Draft, Faulty, Figures, Impact, ImpactQuestion, LawChange};
use crate::service::{Law, Selection};

use super::findings::{day_asked, reach};
use super::impact_page::{body, partial};
use super::layout::Page;
use super::levels::SPECS;
use super::works::{Same, running_with};

pub(super) fn routes() -> Vec<Route> {
    vec![page("/impatto", SPECS, get(impact)), form("/impatto", SPECS, post(confirm))]
}

/// Drafts offered: more are no list to choose from.
const DRAFTS: usize = 200;

/// What was asked, with all that the answer rests on but the cases: asked again later, it is asked anew.
#[derive(Clone, PartialEq)]
pub struct Asking {
    pub draft: String,
    stamp: Digest,
    own: Same,
    pub question: ImpactQuestion,
    /// The instant of the form it comes from, in milliseconds: what tells one time from another.
    pub at: i64,
}

/// What is found of a draft.
pub enum Outcome {
    Faulty(Faulty),
    Found(Box<Impact>),
}

/// What has been found up to now.
pub struct Partial {
    asking: Asking,
    pub figures: Figures,
    pub laws: Vec<LawChange>,
}

/// The drafts that there are, by name.
fn drafts(app: &App) -> Result<Vec<(String, PathBuf)>, Trouble> {
    let Some(folder) = &app.config.drafts else { return Ok(Vec::new()) };
    let unreadable = |error: std::io::Error| {
        tracing::warn!(why = %error, "la cartella delle bozze non si legge");
        Trouble::Unavailable { why: "la cartella delle bozze non si legge".into() }
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let is_plain = !name.starts_with('.') && !name.chars().any(char::is_control);
        if let Some(root) = root_of(&entry.path()).filter(|_| is_plain) {
            found.push((name, root));
        }
    }
    found.sort();
    found.truncate(DRAFTS);
    Ok(found)
}

/// Where the specifications of a draft are: in its folder, or in `specs` inside it, where scripts may stand beside them.
fn root_of(folder: &Path) -> Option<PathBuf> {
    let inside = folder.join("specs");
    [folder.to_owned(), inside].into_iter().find(|root| root.join("nazionale").is_dir())
}

fn law_day(app: &App, asked: &Typed) -> Result<Day, Trouble> {
    let Some(text) = asked.get("legge") else { return Ok(app.service.today()) };
    text.parse().map_err(|_| Trouble::bad("legge", "il giorno si scrive anno-mese-giorno, per esempio 2026-05-04"))
}

/// What is asked, and where the draft is; none where no draft was chosen.
fn asking(app: &App, who: &Identity, asked: &Asked) -> Result<Option<(Asking, PathBuf)>, Trouble> {
    let Some(name) = asked.get("bozza") else { return Ok(None) };
    let found = drafts(app)?.into_iter().find(|(known, _)| known == name);
    let (draft, root) = found.ok_or_else(|| Trouble::bad("bozza", "non c'è una bozza con questo nome"))?;
    let law_day = law_day(app, asked)?;
    let against = match asked.get("rispetto") {
        None | Some("oggi") => Law::On(law_day),
        Some("fissata") => Law::Pinned,
        Some(_) => return Err(Trouble::bad("rispetto", "è `oggi` oppure `fissata`")),
    };
    let level = asked.get("lep").map(str::to_owned);
    // An account of a region sees that region and no other.
    let selection = Selection { level, region: reach(who), ..Selection::default() };
    let question = ImpactQuestion { selection, on: day_asked(app, asked)?, law_day, against };
    let asking = Asking {
        draft,
        stamp: stamp(&root).map_err(unusable)?,
        own: Same(app.service.library()),
        question,
        at: asked.get("chiesto").and_then(|text| text.parse().ok()).unwrap_or_default(),
    };
    Ok(Some((asking, root)))
}

fn unusable(error: LibraryError) -> Trouble {
    match error {
        LibraryError::Empty(_) => Trouble::bad("bozza", "in questa bozza non ci sono livelli"),
        error => {
            tracing::warn!(why = %error, "la bozza non si legge");
            Trouble::Unavailable { why: "la bozza non si legge".into() }
        }
    }
}

fn work(app: &App, asking: &Asking, root: &Path, progress: &Progress) -> Result<Outcome, Trouble> {
    let library: Library = asking.own.0.beside(root).map_err(unusable)?;
    let draft = match Draft::of(Arc::new(library)) {
        Ok(draft) => draft,
        Err(faulty) => return Ok(Outcome::Faulty(faulty)),
    };
    let bulk = app.service.columns(&mut |_| ())?;
    let now = || app.works.impact_now.lock().unwrap_or_else(PoisonError::into_inner);
    let found = app.service.impact(&bulk, &draft, &asking.question, &AtomicBool::new(false), &mut |figures, laws| {
        progress.set(figures.looked.cases, figures.to_look);
        *now() = Some(Partial { asking: asking.clone(), figures: figures.clone(), laws: laws.to_vec() });
    });
    *now() = None;
    Ok(Outcome::Found(Box::new(found?)))
}

const TITLE: &str = "Impatto";

async fn impact(State(app): State<App>, who: Identity, asked: Asked) -> Result<Response, Trouble> {
    let (reader, typed) = (who.clone(), asked.clone());
    let (names, asking) = app
        .read(move |app| {
            let names: Vec<String> = drafts(app)?.into_iter().map(|(name, _)| name).collect();
            Ok((names, asking(app, &reader, &typed)?))
        })
        .await?;
    let Some((asking, root)) = asking else {
        return Ok(Page::new(&app, &who, TITLE, body(&app, &who, &names, &asked, None)).into_response());
    };
    let own = asking.clone();
    let job = move |app: &App, progress: &Progress| work(app, &own, &root, progress);
    Ok(match app.works.impact.look(&app, asking.clone(), job).await? {
        Look::Done(found) => {
            let body = body(&app, &who, &names, &asked, Some((&asking, &found)));
            Page::new(&app, &who, TITLE, body).into_response()
        }
        Look::Running(progress) => {
            let now = app.works.impact_now.lock().unwrap_or_else(PoisonError::into_inner);
            // Another may be at work on what somebody else has asked: that is not for these eyes.
            let now = now.as_ref().filter(|now| now.asking == asking).map(partial).unwrap_or_default();
            running_with(&app, &who, TITLE, "Le pratiche si guardano con le due leggi", &progress, &now)
        }
    })
}

/// Somebody says that a draft was not meant to change any case: only where it has been found that it does not.
async fn confirm(State(app): State<App>, who: Identity, typed: Typed) -> Result<Response, Trouble> {
    let asked = Asked(typed);
    let (reader, again) = (who.clone(), asked.clone());
    let asking = app.read(move |app| asking(app, &reader, &again)).await?;
    let (asking, _) = asking.ok_or_else(|| Trouble::bad("bozza", "manca"))?;
    let address = super::impact_page::address(&asking);
    let found = app.works.impact.found(&asking);
    let is_nothing = found.is_some_and(|found| match &found.value {
        Outcome::Found(found) => found.figures.cases > 0 && found.changes_nothing() && found.troubles.is_empty(),
        Outcome::Faulty(_) => false,
    });
    if !is_nothing {
        // What it comes to is shown again, with the form only if nothing changes.
        return Ok(go(&address));
    }
    let why = format!(
        "la bozza «{}» non doveva cambiare nessuna pratica (legge del {}, pratiche al {})",
        asking.draft, asking.question.law_day, asking.question.on
    );
    app.saw(&who, "impatto-nullo-confermato", None, None, Some(&why))?;
    Ok(go(&format!("{address}&detto=confermato")))
}
