// SPDX-License-Identifier: EUPL-1.2
//! The page of one case: what it is, what it owes, what may be done now and what may not and why.

mod act;
mod act_fields;
mod act_page;
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

use std::sync::Arc;

use axum::routing::{get, post};
use uuid::Uuid;

use crate::calendar::Day;
use crate::http::app::App;
use crate::http::identity::Identity;
use crate::http::routes::{DESK, READERS, Route, form, page};
use crate::http::trouble::Trouble;
use crate::service::{CaseView, ServiceError};
use crate::store::{Desk, Subject};

use words::Veil;

pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/pratiche/{id}", READERS, get(page::show)),
        page("/pratiche/{id}/perche/{voce}", READERS, get(why::show)),
        page("/pratiche/{id}/disegno.svg", READERS, get(steps::picture)),
        page("/pratiche/{id}/stampa", READERS, get(print::show)),
        page("/pratiche/{id}/patto", DESK, get(patto::show)),
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
    let gone = || Trouble::not_found("la pratica non esiste, o non è della tua sede");
    let id = Uuid::parse_str(id).map_err(|_| gone())?;
    let view = match app.service.case(id) {
        Err(ServiceError::UnknownCase(_)) => return Err(gone()),
        read => read?,
    };
    let desk = app.service.desk(&view);
    who.require_case(&view.head, Some(&desk))?;
    app.saw(who, action, Some(id), Some(view.head.subject), None)?;
    let subject = if who.sees_names() { app.service.store().subject(view.head.subject)? } else { None };
    let veil = if who.sees_names() { Veil::default() } else { Veil::over(&view.rulebook) };
    Ok(Seen { desk, subject, today: app.service.today(), writes: who.may_write(), veil, view })
}

impl Seen {
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
