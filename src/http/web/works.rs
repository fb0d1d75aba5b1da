// SPDX-License-Identifier: EUPL-1.2
//! The long works that pages ask for, and the page shown while one is at it.

use std::sync::{Arc, Mutex};

use axum::http::header::{HeaderValue, REFRESH};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use crate::calendar::{Day, rome};
use crate::digest::Digest;
use crate::http::app::App;
use crate::http::identity::Identity;
use crate::http::jobs::{Job, Progress};
use crate::library::Library;
use crate::service::indicators::Cube;
use crate::store::LogMark;

use super::chain::Verdict;
use super::diagnostics::Looked;
use super::findings::Findings;
use super::impact::{Asking, Outcome, Partial};
use super::layout::Page;
use super::parts::day_words;
use super::scenarios::Trial;

/// Kept of each kind: a few, so that memory is bounded.
const KEPT: usize = 4;

/// The same reading of the specifications, and no other that says the same.
#[derive(Clone)]
pub struct Same(pub Arc<Library>);

impl PartialEq for Same {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// What findings rest on: how far the log had got, the day, the region that is looked at.
pub type Looking = (LogMark, Day, Option<String>);

/// What the sums of the indicators rest on: what is stored, and the day.
pub type CubeKey = (LogMark, Day);

/// See the module.
pub struct Works {
    pub scenarios: Job<Same, Trial>,
    pub diagnostics: Job<Digest, Looked>,
    pub findings: Job<Looking, Findings>,
    pub impact: Job<Asking, Outcome>,
    /// What the impact that is being worked out has found up to now.
    pub impact_now: Mutex<Option<Partial>>,
    pub indicators: Job<CubeKey, Cube>,
    /// By the instant at which it was asked for.
    pub chain: Job<i64, Verdict>,
}

impl Default for Works {
    fn default() -> Self {
        Self {
            scenarios: Job::new(1),
            diagnostics: Job::new(1),
            findings: Job::new(KEPT),
            impact: Job::new(KEPT),
            impact_now: Mutex::default(),
            indicators: Job::new(KEPT),
            chain: Job::new(1),
        }
    }
}

/// A page that asks again by itself until the work is done.
pub(super) fn running(app: &App, who: &Identity, title: &str, words: &str, progress: &Progress) -> Response {
    running_with(app, who, title, words, progress, &html! {})
}

/// As [`running`], with what has been found up to now.
pub(super) fn running_with(
    app: &App,
    who: &Identity,
    title: &str,
    words: &str,
    progress: &Progress,
    found: &Markup,
) -> Response {
    let (done, total) = progress.get();
    let body = html! {
        h1 { (title) }
        p class="lead" role="status" {
            (words)
            @if total > 0 { ": " (done.min(total)) " su " (total) }
            "."
        }
        @if total > 0 { progress class="lepre-progress" max=(total) value=(done.min(total)) aria-label=(words) { (done.min(total)) " su " (total) } }
        (found)
        p { "La pagina si aggiorna da sola ogni 3 secondi. " a href="" { "Aggiorna ora" } }
    };
    let mut response = Page::new(app, who, title, body).into_response();
    response.headers_mut().insert(REFRESH, HeaderValue::from_static("3"));
    response
}

/// An instant in Rome, for people.
pub(super) fn moment(at: i64) -> Markup {
    let (day, minute) = rome::today(at.div_euclid(1000));
    html! { time datetime=(stamp(at)) { (day_words(day)) " " (format!("{:02}:{:02}", minute / 60, minute % 60)) } }
}

/// An instant in Rome, for programs: `2026-05-04T09:30`.
pub(super) fn stamp(at: i64) -> String {
    let (day, minute) = rome::today(at.div_euclid(1000));
    format!("{day}T{:02}:{:02}", minute / 60, minute % 60)
}
