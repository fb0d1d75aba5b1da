// SPDX-License-Identifier: EUPL-1.2
//! A write that is done once, however often it is asked for: the answer is kept in the same transaction as what it tells of.
//!
//! A refusal is not kept: what was not lawful yesterday may be lawful today.

use std::cell::RefCell;

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MATCH, LOCATION};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::http::app::App;
use crate::http::trouble::Trouble;
use crate::service::{Answering, CaseView};
use crate::store::Answer;

pub const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Characters of a key.
pub const KEY_LENGTH: usize = 128;

/// What makes a write the same as another.
#[derive(Clone, Debug)]
pub struct Once {
    pub account: Uuid,
    pub key: String,
    pub fingerprint: [u8; 32],
}

impl Once {
    /// # Errors
    /// The header is not there, or is no key.
    pub fn new(account: Uuid, headers: &HeaderMap, fingerprint: [u8; 32]) -> Result<Self, Trouble> {
        let what = "serve `Idempotency-Key`: un valore nuovo per ogni scrittura, lo stesso quando la si ripete";
        let value = only(headers, &KEY)?.ok_or(Trouble::PreconditionMissing { what })?;
        let plain = |key: &&str| (1..=KEY_LENGTH).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
        let key = value.to_str().ok().filter(plain);
        let wrong = || Trouble::bad("Idempotency-Key", format!("da 1 a {KEY_LENGTH} caratteri ASCII, senza spazi"));
        Ok(Self { account, key: key.ok_or_else(wrong)?.to_owned(), fingerprint })
    }

    /// The answer that was given already.
    ///
    /// # Errors
    /// [`Trouble::KeyReused`]; trouble with the store.
    pub fn known(&self, app: &App) -> Result<Option<Answer>, Trouble> {
        match app.registry.answer(self.account, &self.key)? {
            Some(answer) if answer.fingerprint != self.fingerprint => Err(Trouble::KeyReused),
            known => Ok(known),
        }
    }

    /// Does the work, unless it was done; gives its answer, now and for ever.
    ///
    /// # Errors
    /// Those of the work; [`Trouble::KeyReused`].
    pub fn done(
        &self,
        app: &App,
        status: StatusCode,
        body: impl Fn(&CaseView) -> Json,
        work: impl FnOnce(Answering<'_>) -> Result<CaseView, Trouble>,
    ) -> Result<Answer, Trouble> {
        if let Some(known) = self.known(app)? {
            return Ok(known);
        }
        let made = RefCell::new(None);
        let answering = |view: &CaseView| {
            let answer = Answer {
                account: self.account,
                key: self.key.clone(),
                fingerprint: self.fingerprint,
                status: status.as_u16(),
                body: body(view).to_string(),
                at: app.now(),
            };
            // Asked again only if it could not be written: the last is the one that was.
            *made.borrow_mut() = Some(answer.clone());
            answer
        };
        match work(&answering) {
            Ok(view) => Ok(made.take().unwrap_or_else(|| answering(&view))),
            // Somebody with the same key may have been quicker: then this is its answer, whatever stood in the way here.
            Err(trouble) => match self.known(app)? {
                Some(known) => Ok(known),
                None => Err(trouble),
            },
        }
    }
}

/// A header that may come once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a HeaderValue>, Trouble> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        _ => Err(Trouble::bad(name.as_str(), "è scritto due volte")),
    }
}

/// The sequence of the case that the author has seen.
///
/// # Errors
/// The header is not there, or names no sequence.
pub fn seen(headers: &HeaderMap) -> Result<u32, Trouble> {
    let what = "serve `If-Match` con la sequenza della pratica che è stata letta: quella di `ETag`";
    let value = only(headers, &IF_MATCH)?.ok_or(Trouble::PreconditionMissing { what })?;
    let quoted = value.to_str().ok().and_then(|text| text.strip_prefix('"')?.strip_suffix('"'));
    let digits = quoted.filter(|text| text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0'));
    digits
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Trouble::bad("If-Match", "la sequenza tra virgolette, per esempio `\"3\"`"))
}

/// The tag of a case at a sequence.
pub fn tag(sequence: u32) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{sequence}\"")).unwrap_or(HeaderValue::from_static("\"0\""))
}

/// An answer as it is sent: what its headers say is in its body.
pub fn told(answer: Answer) -> Response {
    let body: Json = serde_json::from_str(&answer.body).unwrap_or_default();
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response =
        (status, [(CONTENT_TYPE, HeaderValue::from_static("application/json"))], answer.body).into_response();
    let sequence = body.get("sequenza").and_then(Json::as_u64).and_then(|n| u32::try_from(n).ok());
    response.headers_mut().extend(sequence.map(|sequence| (ETAG, tag(sequence))));
    if status == StatusCode::CREATED
        && let Some(case) = body.get("pratica").and_then(Json::as_str)
        && let Ok(to) = HeaderValue::from_str(&format!("/api/v1/pratiche/{case}"))
    {
        response.headers_mut().insert(LOCATION, to);
    }
    response
}

/// JSON that was read just now.
pub fn json(body: &Json) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body.to_string()).into_response()
}
