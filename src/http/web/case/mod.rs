// SPDX-License-Identifier: EUPL-1.2
//! The page of one case: what it is, what it owes, what may be done now and what may not and why.

mod act;
mod act_fields;
mod act_page;
mod document;
mod drawn;
mod effects;
mod events;
mod fields;
mod meetings;
mod owed;
mod page;
mod patto;
mod print;
mod steps;
mod timeline;
mod why;
mod words;

pub use drawn::DrawnPages;

use std::sync::Arc;

use axum::routing::{get, post};
use uuid::Uuid;

use crate::calendar::Day;
use crate::http::app::App;
use crate::http::identity::Identity;
use crate::http::routes::{DESK, READERS, Route, form, page};
use crate::http::trouble::Trouble;
use crate::reading::Veil;
use crate::service::{CaseView, ServiceError};
use crate::store::{Desk, Subject};

use drawn::Ground;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/pratiche/{id}", READERS, get(page::show)),
        page("/pratiche/{id}/perche/{voce}", READERS, get(why::show)),
        page("/pratiche/{id}/disegno.svg", READERS, get(steps::picture)),
        page("/pratiche/{id}/stampa", READERS, get(print::show)),
        page("/pratiche/{id}/pdf", READERS, get(document::case)),
        page("/pratiche/{id}/patto", DESK, get(patto::show)),
        page("/pratiche/{id}/patto/pdf", DESK, get(document::patto)),
        page("/pratiche/{id}/fai/{atto}", DESK, get(act_page::show)),
        form("/pratiche/{id}/fai/{atto}", DESK, post(act_page::send)),
    ]
}

/// A case within reach of who asks, as it stands now.
struct Seen {
    pub view: Arc<CaseView>,
    pub desk: Desk,
    /// Whom it is about; none for who may not know.
    pub subject: Option<Subject>,
    pub today: Day,
    /// May who asks write on it?
    pub writes: bool,
    /// What who asks may not read.
    pub veil: Veil,
}

/// Reads a case for somebody and notes that they have seen it.
///
/// # Errors
/// No such case within reach; trouble with the store.
fn seen(app: &App, who: &Identity, id: &str, action: &str) -> Result<Seen, Trouble> {
    let ground = ground(app, who, id)?;
    let desk = app.service.desk(&ground.view);
    admit(app, who, &ground.view, &desk, action)?;
    Ok(Seen::of(ground, who, desk))
}

/// Reads what the page of a case is made from. Nothing of it may be shown before [`admit`].
fn ground(app: &App, who: &Identity, id: &str) -> Result<Ground, Trouble> {
    let gone = || Trouble::not_found("la pratica non esiste, o non è della tua sede");
    let id = Uuid::parse_str(id).map_err(|_| gone())?;
    let view = match app.service.case(id) {
        Err(ServiceError::UnknownCase(_)) => return Err(gone()),
        read => read?,
    };
    let subject = if who.sees_names() { app.service.store().subject(view.head.subject)? } else { None };
    Ok(Ground { view, library: app.service.library(), subject, today: app.service.today() })
}

/// Is the case within reach? Then it is noted who sees it.
fn admit(app: &App, who: &Identity, view: &CaseView, desk: &Desk, action: &str) -> Result<(), Trouble> {
    who.require_case(&view.head, Some(desk))?;
    app.saw(who, action, Some(view.head.id), Some(view.head.subject), None)
}

impl Seen {
    fn of(ground: Ground, who: &Identity, desk: Desk) -> Self {
        let Ground { view, subject, today, .. } = ground;
        let veil = if who.sees_names() { Veil::default() } else { Veil::over(&view.rulebook) };
        Self { view, desk, subject, today, writes: who.may_write(), veil }
    }

    /// Where its page is.
    pub fn path(&self) -> String {
        format!("/pratiche/{}", self.view.head.id)
    }

    /// `LEP E, Orientamento specialistico`.
    pub fn title(&self) -> String {
        format!("LEP {}, {}", self.view.rulebook.level, self.view.rulebook.title)
    }

    /// The name of whom it is about, for who may read it.
    pub fn name(&self) -> Option<&str> {
        let subject = self.subject.as_ref()?;
        subject.name.as_deref().filter(|name| !name.trim().is_empty()).or(Some("nome non registrato"))
    }
}
