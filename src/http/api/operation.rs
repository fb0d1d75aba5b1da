// SPDX-License-Identifier: EUPL-1.2
//! What can be asked, told once: the route and its row of the document are made from the same value.

use std::sync::Arc;

use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse as _;
use axum::routing::MethodRouter;
use serde_json::Value as Json;

use crate::http::app::App;
use crate::http::routes::{Route, Who, api};
use crate::http::trouble::{FieldFault, Trouble};

/// JSON values, one a line.
pub const LINES: &str = "application/x-ndjson";

/// A part of the address: of the path or after `?`.
#[derive(Clone, Debug)]
pub struct Param {
    pub name: &'static str,
    pub words: &'static str,
    pub schema: Json,
    /// In the path, and then always there.
    pub in_path: bool,
    pub required: bool,
}

/// What is sent: the schema's name, and an example that a reader can copy.
#[derive(Clone, Debug)]
pub struct Sent {
    pub schema: &'static str,
    pub words: &'static str,
    pub example: Json,
}

/// What comes back when all goes well.
#[derive(Clone, Debug)]
pub struct Answered {
    pub status: u16,
    pub schema: &'static str,
    pub words: &'static str,
    /// Carries `ETag` with the case's sequence.
    pub tagged: bool,
    /// May be kept by whoever asked, in seconds; nothing is, if 0.
    pub kept: u32,
    /// What it is, where it is not one JSON value that a schema describes.
    pub media: Option<&'static str>,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Operation {
    pub method: &'static str,
    pub path: &'static str,
    /// For generated clients; kebab-case, unique.
    pub id: &'static str,
    pub group: &'static str,
    pub title: &'static str,
    pub words: &'static str,
    pub params: Vec<Param>,
    pub sent: Option<Sent>,
    pub answered: Answered,
    /// Wants `Idempotency-Key`, and answers the same for ever.
    pub writes: bool,
    /// Wants `If-Match`.
    pub matched: bool,
    /// Statuses of troubles beside those that every operation has.
    pub troubles: &'static [u16],
}

impl Operation {
    /// An operation that reads.
    pub fn get(path: &'static str, id: &'static str, group: &'static str, title: &'static str) -> Self {
        Self {
            method: "GET",
            path,
            id,
            group,
            title,
            words: "",
            params: Vec::new(),
            sent: None,
            answered: Answered { status: 200, schema: "", words: "", tagged: false, kept: 0, media: None },
            writes: false,
            matched: false,
            troubles: &[],
        }
    }

    /// An operation that sends a body.
    pub fn post(path: &'static str, id: &'static str, group: &'static str, title: &'static str) -> Self {
        Self { method: "POST", ..Self::get(path, id, group, title) }
    }

    pub fn words(mut self, words: &'static str) -> Self {
        self.words = words;
        self
    }

    pub fn path_param(mut self, name: &'static str, words: &'static str, schema: Json) -> Self {
        self.params.push(Param { name, words, schema, in_path: true, required: true });
        self
    }

    pub fn query(mut self, name: &'static str, words: &'static str, schema: Json) -> Self {
        self.params.push(Param { name, words, schema, in_path: false, required: false });
        self
    }

    /// A part after `?` that must be there.
    pub fn needs(mut self, name: &'static str, words: &'static str, schema: Json) -> Self {
        self.params.push(Param { name, words, schema, in_path: false, required: true });
        self
    }

    pub fn sends(mut self, schema: &'static str, words: &'static str, example: Json) -> Self {
        self.sent = Some(Sent { schema, words, example });
        self
    }

    pub fn answers(mut self, status: u16, schema: &'static str, words: &'static str) -> Self {
        self.answered = Answered { status, schema, words, ..self.answered };
        self
    }

    /// Answers with a document.
    pub fn answers_pdf(mut self, words: &'static str) -> Self {
        self.answered = Answered { words, media: Some(crate::http::pdf::MEDIA), ..self.answered };
        self
    }

    /// Answers with a file of JSON lines, to be kept as it is.
    pub fn answers_lines(mut self, words: &'static str) -> Self {
        self.answered = Answered { words, media: Some(LINES), ..self.answered };
        self
    }

    pub fn tagged(mut self) -> Self {
        self.answered.tagged = true;
        self
    }

    pub fn kept(mut self, seconds: u32) -> Self {
        self.answered.kept = seconds;
        self
    }

    pub fn writes(mut self) -> Self {
        self.writes = true;
        self
    }

    pub fn matched(mut self) -> Self {
        self.matched = true;
        self
    }

    pub fn troubles(mut self, statuses: &'static [u16]) -> Self {
        self.troubles = statuses;
        self
    }
}

/// An operation, who may ask it, and what answers.
pub struct Endpoint {
    pub operation: Operation,
    who: Who,
    handler: MethodRouter<App>,
}

impl Endpoint {
    pub fn new(operation: Operation, who: Who, handler: MethodRouter<App>) -> Self {
        Self { operation, who, handler }
    }

    /// The row of the table of routes.
    pub fn route(self) -> Route {
        let Operation { method, path, params, .. } = self.operation;
        let known: Arc<[&'static str]> = params.iter().filter(|param| !param.in_path).map(|param| param.name).collect();
        let handler = self.handler.route_layer(from_fn(move |request: Request, next: Next| {
            let known = known.clone();
            async move {
                match check_query(request.uri().query().unwrap_or_default(), &known) {
                    Ok(()) => next.run(request).await,
                    Err(trouble) => trouble.into_response(),
                }
            }
        }));
        api(method, path, self.who, handler)
    }
}

/// A name that the document does not have, a name said twice, or characters that no value has.
fn check_query(query: &str, known: &[&str]) -> Result<(), Trouble> {
    let mut seen: Vec<String> = Vec::new();
    let mut faults = Vec::new();
    if query.is_empty() {
        return Ok(());
    }
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let shown: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
        if !known.contains(&name.as_ref()) {
            faults.push(FieldFault::new(&shown, "non è un parametro di questa operazione"));
        } else if seen.iter().any(|seen| *seen == name) {
            faults.push(FieldFault::new(&shown, "è scritto due volte"));
        } else if value.chars().any(char::is_control) || value.contains(char::REPLACEMENT_CHARACTER) {
            faults.push(FieldFault::new(&shown, "contiene caratteri che non si scrivono"));
        } else if value.trim().is_empty() || value.trim() != value {
            faults.push(FieldFault::new(&shown, "è vuoto, o ha spazi all'inizio o alla fine"));
        }
        seen.push(name.into_owned());
    }
    if faults.is_empty() { Ok(()) } else { Err(Trouble::BadInput { faults }) }
}
