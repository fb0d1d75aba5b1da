// SPDX-License-Identifier: EUPL-1.2
//! Pages of cases kept as drawn: who opens the page of a case again, or opens it after a colleague, waits for nothing to be worked
//! out a second time.
//!
//! What is kept is the part of the page that is the same for all who may read alike; what belongs to one session, the token of its
//! forms, is put in at each answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use maud::{Markup, PreEscaped};
use uuid::Uuid;

use crate::calendar::Day;
use crate::library::Library;
use crate::service::CaseView;
use crate::store::{Desk, Subject};

/// Pages kept; each takes some tens of KiB.
const KEPT: usize = 256;
/// Where the token of a form goes. Whatever people have typed is escaped, so that no text can hold this.
const SLOT: &str = "<!-- modulo -->";

/// The place of the token in a form that is kept.
pub(super) fn slot() -> PreEscaped<&'static str> {
    PreEscaped(SLOT)
}

/// All that a page depends on, besides the specifications.
#[derive(Clone)]
pub(super) struct Ground {
    /// A case is folded anew at each of its events: the same fold is the same state.
    pub view: Arc<CaseView>,
    pub library: Arc<Library>,
    pub subject: Option<Subject>,
    pub today: Day,
}

impl Ground {
    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.view, &other.view)
            && Arc::ptr_eq(&self.library, &other.library)
            && self.today == other.today
            && self.subject == other.subject
    }
}

/// A page without its tokens.
pub(super) struct Drawn {
    ground: Ground,
    pub desk: Desk,
    pub title: String,
    /// What stands between one token and the next.
    parts: Vec<Box<str>>,
}

impl Drawn {
    pub fn new(ground: Ground, title: String, body: &Markup, desk: Desk) -> Self {
        Self { ground, desk, title, parts: body.0.split(SLOT).map(Into::into).collect() }
    }

    /// The page with the token of whoever asks.
    pub fn with(&self, token: &Markup) -> Markup {
        let length: usize = self.parts.iter().map(|part| part.len() + token.0.len()).sum();
        let mut whole = String::with_capacity(length);
        for (at, part) in self.parts.iter().enumerate() {
            if at > 0 {
                whole.push_str(&token.0);
            }
            whole.push_str(part);
        }
        PreEscaped(whole)
    }
}

/// May the reader write, and know names?
type Reader = (bool, bool);

/// See the module.
#[derive(Default)]
pub struct DrawnPages(Mutex<HashMap<(Uuid, Reader), Arc<Drawn>>>);

impl DrawnPages {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(Uuid, Reader), Arc<Drawn>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The page of a case as it stands now, if it is here.
    pub(super) fn find(&self, ground: &Ground, reader: Reader) -> Option<Arc<Drawn>> {
        let key = (ground.view.head.id, reader);
        self.lock().get(&key).filter(|drawn| drawn.ground.is(ground)).cloned()
    }

    /// Forgets all pages: something that stands on them and that no case tells has changed, such as the name of an operator.
    pub fn forget(&self) {
        self.lock().clear();
    }

    pub(super) fn keep(&self, drawn: Arc<Drawn>, reader: Reader) {
        let key = (drawn.ground.view.head.id, reader);
        let mut pages = self.lock();
        if pages.len() >= KEPT && !pages.contains_key(&key) {
            // Any of them: which does not matter, as long as it costs nothing to choose.
            let gone: Vec<_> = pages.keys().take(KEPT / 8).copied().collect();
            for key in gone {
                pages.remove(&key);
            }
        }
        pages.insert(key, drawn);
    }
}
