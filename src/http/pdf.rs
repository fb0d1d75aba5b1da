// SPDX-License-Identifier: EUPL-1.2
//! A case as a document, for whoever may read it: the same for a page and for a program.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse as _, Response};

use crate::calendar::Day;
use crate::export::pdf::{self, About, PdfError};
use crate::service::CaseView;

use super::app::App;
use super::identity::Identity;
use super::trouble::Trouble;
use super::whereabouts::whereabouts;

pub const MEDIA: &str = "application/pdf";

/// Which document of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Case,
    Patto,
}

impl Which {
    /// What the log of accesses says that was seen.
    pub fn action(self) -> &'static str {
        match self {
            Self::Case => "pdf",
            Self::Patto => "pdf-patto",
        }
    }
}

/// Makes the document and notes who has it. The case must be within reach of who asks.
///
/// # Errors
/// The case has no such document; trouble with the store.
pub fn answer(app: &App, who: &Identity, view: &CaseView, on: Day, which: Which) -> Result<Response, Trouble> {
    let subject = if who.sees_names() { app.service.store().subject(view.head.subject)? } else { None };
    let history = app.service.history(view)?;
    let place = whereabouts(app, &app.service.desk(view));
    let seen_by = format!("{} ({})", who.account.name, who.username());
    let about = About {
        view,
        history: &history,
        on,
        subject: subject.as_ref(),
        office: place.office.as_deref(),
        operator: place.operator.as_deref(),
        seen_by: Some(&seen_by),
    };
    let (made, name) = match which {
        Which::Case => (pdf::case(&about), "pratica"),
        Which::Patto => (pdf::patto(&about), "patto"),
    };
    let bytes = made.map_err(|error| match error {
        PdfError::NoPatto(why) => Trouble::not_found(why),
        other => Trouble::Internal { why: other.to_string() },
    })?;
    app.saw(who, which.action(), Some(view.head.id), Some(view.head.subject), None)?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA));
    if let Ok(value) = HeaderValue::from_str(&format!("inline; filename=\"{name}-{}.pdf\"", view.head.id)) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    Ok(response)
}
