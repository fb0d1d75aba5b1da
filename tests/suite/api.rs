// SPDX-License-Identifier: EUPL-1.2
//! The interface for programs: what it answers is what its document says, what it writes it writes once, and nobody reaches
//! what is another's.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value as Json, json};

use crate::service::office::person;
use crate::web::{Answer, Bureau, Seat};

mod bodies;
mod document;
mod pages;
pub mod reach;
mod rules;
mod verifications;
mod writes;

const TODAY: &str = "2026-11-24";

/// A program with a token.
pub struct Program {
    seat: Seat,
    token: String,
}

impl Program {
    pub fn of(bureau: &Bureau, username: &str, writes: bool) -> Self {
        Self { seat: bureau.stranger(), token: bureau.token(username, writes) }
    }

    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut asked =
            Request::builder().method(method).uri(path).header("authorization", format!("Bearer {}", self.token));
        for (name, value) in headers {
            asked = asked.header(*name, *value);
        }
        self.seat.ask(asked.body(body.into()).unwrap())
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], Body::empty())
    }

    /// Something asked by POST that writes nothing.
    fn ask(&self, path: &str, body: &Json) -> Answer {
        self.send("POST", path, &[("content-type", "application/json")], body.to_string())
    }

    fn open(&self, key: &str, body: &Json) -> Answer {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        self.send("POST", "/api/v1/pratiche", &headers, body.to_string())
    }

    fn write(&self, case: &str, key: &str, seen: u64, events: &Json) -> Answer {
        let seen = format!("\"{seen}\"");
        let headers = [("content-type", "application/json"), ("idempotency-key", key), ("if-match", &seen)];
        let path = format!("/api/v1/pratiche/{case}/comandi");
        self.send("POST", &path, &headers, json!({ "eventi": events }).to_string())
    }
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

/// An opening of level E for the `n`th nobody.
fn opening(n: usize) -> Json {
    json!({
        "lep": "E", "soggetto": { "tipo": "persona", "codice_fiscale": person(n), "denominazione": format!("Persona Inventata {n}") },
        "il": "2026-11-02", "dati": { "patto_gia_sottoscritto": true },
    })
}

fn note(words: &str) -> Json {
    json!([{ "tipo": "nota", "il": TODAY, "testo": words }])
}
