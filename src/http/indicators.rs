// SPDX-License-Identifier: EUPL-1.2
//! Indicators for whoever may see them: which part of all cases, and the sums that were made last.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};

use crate::calendar::Day;
use crate::role::Role;
use crate::service::Selection;
use crate::service::indicators::{Cube, Document, Month, Question, place_word, read_month};

use super::app::App;
use super::form::{Asked, is_letter, is_name};
use super::identity::Identity;
use super::jobs::{Found, Look, Progress};
use super::trouble::Trouble;
use super::web::CubeKey;

/// Sums older than this are made again, if something has been written since; in milliseconds.
const FRESH: i64 = 60_000;

/// The part of all cases that somebody's indicators are about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    pub region: Option<String>,
    pub office: Option<String>,
}

/// # Errors
/// A lead without an office, or a role that sees none.
pub fn reach(who: &Identity) -> Result<Reach, Trouble> {
    let account = &who.account;
    match (account.role, &account.office) {
        (Role::Auditor | Role::RegionalAdmin, _) => Ok(Reach { region: account.region.clone(), office: None }),
        (Role::OfficeLead, Some(office)) => {
            Ok(Reach { region: Some(place_word(account.region.as_deref()).to_owned()), office: Some(office.clone()) })
        }
        (Role::OfficeLead, None) => {
            Err(Trouble::Forbidden { why: "il tuo account non ha una sede: nessuna pratica è tua".into() })
        }
        (Role::Operator, _) => Err(Trouble::Forbidden { why: "gli indicatori non sono per gli operatori".into() }),
    }
}

/// What is asked for, within reach: region and office of whoever is held to them are theirs, whatever was asked.
///
/// # Errors
/// A month that is none, what is no letter or no name, or a term without its level.
pub fn question(reach: &Reach, asked: &Asked) -> Result<Question, Trouble> {
    let get = |name: &str, is_one: fn(&str) -> bool| match asked.get(name) {
        Some(text) if !is_one(text) => Err(Trouble::bad(name, "non è un nome")),
        text => Ok(text.map(str::to_owned)),
    };
    let (level, term) = (get("lep", is_letter)?, get("termine", is_name)?);
    let (region, office) = (get("regione", is_name)?, get("sede", is_name)?);
    let question = Question {
        level,
        region: reach.region.clone().or(region),
        office: reach.office.clone().or(office),
        from: month(asked, "dal_mese")?,
        to: month(asked, "al_mese")?,
        term,
    };
    match (question.from, question.to) {
        (Some(from), Some(to)) if from > to => Err(Trouble::bad("al_mese", "viene prima di `dal_mese`")),
        _ => Ok(question),
    }
}

fn month(asked: &Asked, name: &str) -> Result<Option<Month>, Trouble> {
    let read = |text: &str| {
        let fault = || Trouble::bad(name, "il mese si scrive anno-mese, per esempio 2026-03");
        read_month(text).ok_or_else(fault)
    };
    asked.get(name).map(read).transpose()
}

/// The day that is asked for, today if none.
///
/// # Errors
/// No day, or one that has still to come.
pub fn day(app: &App, asked: &Asked) -> Result<Day, Trouble> {
    let today = app.service.today();
    let fault = || Trouble::bad("al", "il giorno si scrive anno-mese-giorno, per esempio 2026-05-04");
    let day = asked.get("al").map_or(Ok(today), |text| text.parse().map_err(|_| fault()))?;
    if day > today { Err(Trouble::bad("al", "è un giorno che deve ancora venire")) } else { Ok(day) }
}

/// The sums of a day: those made last, at once; new ones are then begun if they are old and something has been written
/// since. The first time, one waits for them.
///
/// # Errors
/// Trouble with the store.
pub async fn cube(app: &App, on: Day) -> Result<Look<Cube>, Trouble> {
    let key: CubeKey = (app.read(|app| Ok(app.service.log_mark()?)).await?, on);
    if let Some((known, found)) = app.works.indicators.last(|(_, day)| *day == on) {
        if known != key && app.now() - found.at >= FRESH {
            app.works.indicators.begin(app, &key, move |app, progress| count(app, on, progress));
        }
        return Ok(Look::Done(found));
    }
    app.works.indicators.look(app, key, move |app, progress| count(app, on, progress)).await
}

fn count(app: &App, on: Day, progress: &Progress) -> Result<Cube, Trouble> {
    let total = app.service.store().stats()?.cases;
    progress.set(0, total);
    let bulk = app.service.columns(&mut |done| progress.set(done, total))?;
    let (done, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    Ok(app.service.indicators(&bulk, &Selection::default(), on, &done, &stop)?)
}

/// Times one waits for the sums before saying that they are not there yet.
const PATIENCE: u32 = 12;

/// As [`cube`], for whoever cannot be shown how far it is.
///
/// # Errors
/// As [`cube`], or it takes too long.
pub async fn whole_cube(app: &App, on: Day) -> Result<Arc<Found<Cube>>, Trouble> {
    for _ in 0..PATIENCE {
        if let Look::Done(found) = cube(app, on).await? {
            return Ok(found);
        }
    }
    Err(Trouble::Unavailable { why: "gli indicatori si stanno ancora calcolando".into() })
}

/// The document that answers a question.
///
/// # Errors
/// A term that the level does not have.
pub fn document(app: &App, cube: &Cube, question: &Question) -> Result<Document, Trouble> {
    let document = Document::of(cube, question, app.config.small_numbers);
    if question.term.is_some() && !document.has_term {
        return Err(Trouble::bad("termine", "non è un termine del livello chiesto con `lep`"));
    }
    Ok(document)
}
