// SPDX-License-Identifier: EUPL-1.2
//! What stands in the address, read into types; and the case it names, if whoever asks may know of it.

use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::calendar::Day;
use crate::http::app::App;
use crate::http::form::Asked;
use crate::http::identity::Identity;
use crate::http::trouble::Trouble;
use crate::service::{CaseView, ServiceError};

use super::schema;

/// Rows of a page, if nobody says how many.
const PAGE: u32 = 50;
/// Rows of a page, at most.
const MOST: u32 = 200;
/// The same for what is not there and for what is another's: nobody finds out which.
const NO_CASE: &str = "la pratica non esiste, o non è della tua sede";

/// The parts of the path.
#[derive(Clone, Debug)]
pub struct At(Vec<(String, String)>);

impl FromRequestParts<App> for At {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Trouble> {
        let read = RawPathParams::from_request_parts(parts, app).await;
        let params = read.map_err(|_| Trouble::bad("", "l'indirizzo non è testo in UTF-8"))?;
        Ok(Self(params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()))
    }
}

impl At {
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// # Errors
    /// The part is not the id of anything.
    pub fn id(&self) -> Result<Uuid, Trouble> {
        let text = self.text("id");
        // The hyphenated form only: one thing has one address.
        Uuid::from_str(text)
            .ok()
            .filter(|id| id.to_string() == text.to_ascii_lowercase())
            .ok_or_else(|| Trouble::bad("id", "non è un identificativo"))
    }
}

/// The parameter read as a type, or a fault that names it.
pub fn parsed<T: FromStr>(asked: &Asked, name: &str, expected: &str) -> Result<Option<T>, Trouble> {
    asked.get(name).map(|text| text.parse().map_err(|_| Trouble::bad(name, format!("non è {expected}")))).transpose()
}

/// A parameter that is a day; today if nobody says.
pub fn day(app: &App, asked: &Asked, name: &str) -> Result<Day, Trouble> {
    match asked.get(name).map(str::parse::<Day>) {
        Some(Ok(day)) => Ok(day),
        Some(Err(error)) => Err(Trouble::bad(name, error.to_string())),
        None => Ok(app.service.today()),
    }
}

/// How many rows a page has.
pub fn limit(asked: &Asked) -> Result<u32, Trouble> {
    let limit = parsed::<u32>(asked, "limite", "un numero intero")?.unwrap_or(PAGE);
    let fits = (1..=MOST).contains(&limit);
    if fits { Ok(limit) } else { Err(Trouble::bad("limite", format!("va da 1 a {MOST}"))) }
}

/// The schema of `limite`.
pub fn limit_schema() -> Json {
    let mut schema = schema::whole(1, i64::from(MOST));
    if let Some(map) = schema.as_object_mut() {
        map.insert("default".into(), PAGE.into());
    }
    schema
}

/// A case whoever asks may read, as it stands now.
pub fn case(app: &App, who: &Identity, id: Uuid) -> Result<Arc<CaseView>, Trouble> {
    let view = match app.service.case(id) {
        Ok(view) => view,
        Err(ServiceError::UnknownCase(_)) => return Err(Trouble::not_found(NO_CASE)),
        Err(error) => return Err(error.into()),
    };
    let office = view.case.desk_office.as_deref().or(view.head.office.as_deref());
    if who.may_read(view.head.region.as_deref(), office) { Ok(view) } else { Err(Trouble::not_found(NO_CASE)) }
}

/// The same, as it stood at the end of a day.
pub fn case_on(app: &App, who: &Identity, id: Uuid, on: Day) -> Result<Arc<CaseView>, Trouble> {
    let view = case(app, who, id)?;
    if on >= app.service.today() { Ok(view) } else { Ok(Arc::new(app.service.view_on(id, on)?)) }
}
