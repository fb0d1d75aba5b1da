// SPDX-License-Identifier: EUPL-1.2
//! A trouble for programs: `application/problem+json` (RFC 9457), with the norm of a refusal.

use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde_json::{Value as Json, json};

use super::app::App;
use super::trouble::Trouble;

/// The media type of a problem.
pub const MEDIA: &str = "application/problem+json";

/// The body: `type` (a page that explains it), `title`, `status`, `detail`, `instance`, and what else is known.
pub fn body(base: &str, trouble: &Trouble, path: &str, id: &str) -> Json {
    let mut body = json!({
        "type": format!("{base}/errori/{}", trouble.code()),
        "title": trouble.title(),
        "status": trouble.status().as_u16(),
        "detail": trouble.detail(),
        "instance": path,
        "richiesta": id,
    });
    let Some(entries) = body.as_object_mut() else { return body };
    if let Some(help) = trouble.help() {
        entries.insert("aiuto".into(), help.into());
    }
    if let Some((norm, link)) = trouble.norm() {
        entries.insert("norma".into(), norm.into());
        entries.extend(link.map(|link| ("link".to_owned(), link.into())));
    }
    match trouble {
        Trouble::BadInput { faults } => {
            let faults: Vec<Json> = faults.iter().map(|f| json!({ "campo": f.field, "motivo": f.message })).collect();
            entries.insert("errori".into(), faults.into());
        }
        Trouble::Refused { refusals, .. } => {
            let reasons: Vec<Json> = refusals
                .iter()
                .map(|r| json!({ "tipo": r.kind.word(), "motivo": r.message, "aiuto": r.help }))
                .collect();
            entries.insert("dinieghi".into(), reasons.into());
        }
        Trouble::Conflict { actual, .. } | Trouble::Precondition { actual } => {
            entries.insert("sequenza".into(), (*actual).into());
        }
        _ => {}
    }
    body
}

pub(super) fn answer(app: &App, trouble: &Trouble, path: &str, id: &str) -> Response {
    let body = body(&app.config.base_url(), trouble, path, id).to_string();
    (trouble.status(), [(CONTENT_TYPE, HeaderValue::from_static(MEDIA))], body).into_response()
}
