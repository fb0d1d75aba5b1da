// SPDX-License-Identifier: EUPL-1.2
//! The use cases: the one place that holds a clock, makes ids, and joins specifications, engine and store.

mod answers;
mod bulk;
mod cases;
mod columns;
mod desk;
pub mod dossier;
mod find;
pub mod impact;
mod import;
pub mod indicators;
mod list;
pub mod seal;
mod search;
mod selection;
mod shapes;
mod spread;
pub mod verification;
mod verify;
mod watch;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

use uuid::Uuid;

use crate::calendar::{Day, rome};
use crate::compile::NoRulebook;
use crate::engine::{Refusal, fold, fold_to};
use crate::library::Library;
use crate::rulebook::{Digest, Rulebook, RulebookError};
use crate::store::{self, Registry, Store, StoreError};
use crate::tax_code::TaxCodeError;

pub use answers::{answer_json, unchecked_json};
pub use bulk::{Alike, AlikeCount, BulkQuestion, BulkReport, Law, Seen};
pub use cases::{Answering, CaseView, HistoryLine, OpenRequest, SubjectRequest};
pub use columns::{Bulk, columns_path};
pub use desk::{DeskRow, Ending, Warning};
pub use import::{ImportError, ImportOutcome, ImportReport, ImportedLine, MAX_LINE_BYTES};
pub(crate) use import::{json_fault, json_words};
pub use list::{CaseRow, Next};
pub use search::Found;
pub use selection::Selection;
pub use shapes::{agenda_json, check_json, explanation_json, finding_json, history_json, line_json};
pub use spread::check_group;
pub use verify::{CaseCheck, CaseTrouble, Verdicts};
pub use watch::Looked;

/// What time it is, and which day in Rome.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    /// A day taken for today: for rehearsals and demonstrations.
    pub today: Option<Day>,
}

impl Clock {
    /// Milliseconds from 1970-01-01T00:00:00Z; a clock set before that counts as then.
    pub fn now(self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    /// The civil day in Rome.
    pub fn today(self) -> Day {
        self.today.unwrap_or_else(|| rome::today(self.now() / 1000).0)
    }
}

/// The id of a case or of a subject.
pub type CaseId = Uuid;

/// Why a use case was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A *no* with its norm.
    #[error("il comando è stato rifiutato")]
    Refused { refusals: Vec<Refusal>, rulebook: Arc<Rulebook> },
    #[error("il livello `{level}` non si può usare")]
    NoRulebook { level: String, region: Option<String>, reason: NoRulebook },
    #[error(transparent)]
    TaxCode(#[from] TaxCodeError),
    #[error("il livello {level} è per {expected}, non per {given}: controlla il livello e il codice del soggetto")]
    Audience { level: String, expected: &'static str, given: &'static str },
    #[error(
        "la pratica `{0}` non esiste: scrivi l'identificativo, almeno i suoi primi 4 caratteri, o quello del sistema di origine"
    )]
    UnknownCase(String),
    #[error("`{0}` può essere più di una pratica: scrivi qualche carattere in più")]
    AmbiguousCase(String),
    #[error("l'evento {sequence} della pratica `{case}` non si legge: {why}")]
    UnreadableEvent { case: Uuid, sequence: u32, why: String },
    #[error("il regolamento `{0}` della pratica non è nella base dati")]
    RulebookGone(Digest),
    #[error("il regolamento `{0}` conservato con le pratiche è stato alterato")]
    RulebookAltered(Digest),
    #[error(transparent)]
    Rulebook(#[from] RulebookError),
}

impl ServiceError {
    /// Is it trouble with the store as a whole? Any other is of one case or one request, and stops no other.
    pub fn stops_all(&self) -> bool {
        matches!(self, Self::Store(error) if !error.is_of_one_case())
    }
}

/// Digests of the rulebooks in use, by their address.
type Digests = HashMap<usize, (Arc<Rulebook>, Digest)>;

/// The use cases over one store and one specs folder, for one who acts. Copies share everything but the actor.
#[derive(Clone)]
pub struct Service {
    store: Arc<dyn Store>,
    library: Arc<RwLock<Arc<Library>>>,
    clock: Clock,
    /// Who acts, for the record of each event.
    actor: Arc<str>,
    /// What a front end needs beside the cases; none on the command line.
    registry: Option<Arc<dyn Registry>>,
    folded: Arc<desk::Folded>,
    names: Arc<search::Names>,
    pinned: Arc<Mutex<HashMap<Digest, Arc<Rulebook>>>>,
    digests: Arc<Mutex<Digests>>,
    kept: Arc<columns::Kept>,
    /// Another store, whose rulebooks may be taken into this one.
    lender: Option<Arc<dyn Store>>,
    /// The folder of the verifications, where there is one.
    verifications: Option<Arc<std::path::PathBuf>>,
}

impl Service {
    pub fn new(store: Arc<dyn Store>, library: Arc<Library>, clock: Clock, actor: &str) -> Self {
        Self {
            store,
            library: Arc::new(RwLock::new(library)),
            clock,
            actor: actor.into(),
            registry: None,
            folded: Arc::default(),
            names: Arc::default(),
            pinned: Arc::default(),
            digests: Arc::default(),
            kept: Arc::default(),
            lender: None,
            verifications: None,
        }
    }

    /// The same use cases, with lists and searches.
    #[must_use]
    pub fn with_registry(self, registry: Arc<dyn Registry>) -> Self {
        Self { registry: Some(registry), ..self }
    }

    /// The same use cases; a rulebook that is named and is not in the store is taken from another one.
    #[must_use]
    pub fn borrowing(self, lender: Arc<dyn Store>) -> Self {
        Self { lender: Some(lender), ..self }
    }

    /// Takes a rulebook from the other store, if it has it.
    fn borrow(&self, digest: &store::Digest) -> Result<(), StoreError> {
        let Some(lender) = &self.lender else { return Ok(()) };
        if self.store.rulebook(digest)?.is_none()
            && let Some(body) = lender.rulebook(digest)?
        {
            self.store.put_rulebook(digest, &body)?;
        }
        Ok(())
    }

    /// The same use cases, done by somebody else.
    #[must_use]
    pub fn acting(&self, actor: &str) -> Self {
        Self { actor: actor.into(), ..self.clone() }
    }

    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// The specifications as they were last read. Whoever asks keeps them, however often they are read again.
    pub fn library(&self) -> Arc<Library> {
        self.library.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts the specifications read again in the place of those in use, for all who share this service.
    pub fn use_library(&self, library: Arc<Library>) {
        *self.library.write().unwrap_or_else(PoisonError::into_inner) = library;
    }

    pub fn clock(&self) -> Clock {
        self.clock
    }

    pub fn today(&self) -> Day {
        self.clock.today()
    }

    /// Today's law for a level.
    fn current(&self, level: &str, region: Option<&str>, on: Day) -> Result<Arc<Rulebook>, ServiceError> {
        let no =
            |reason| ServiceError::NoRulebook { level: level.to_owned(), region: region.map(str::to_owned), reason };
        self.library().rulebook(level, region, on).map_err(no)
    }

    /// The rulebook a case is pinned to, as it was stored.
    ///
    /// # Errors
    /// It is gone, unreadable or altered.
    pub fn pinned(&self, digest: &store::Digest) -> Result<Arc<Rulebook>, ServiceError> {
        let digest = *digest;
        let cache = || self.pinned.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = cache().get(&digest) {
            return Ok(known.clone());
        }
        let rulebook = Arc::new(read_rulebook(self.store(), digest)?);
        cache().insert(digest, rulebook.clone());
        Ok(rulebook)
    }

    /// Stores a rulebook for the cases that will be pinned to it. One that is there already says the same law, perhaps
    /// read from other lines of the files: the first one stays.
    fn pin(&self, rulebook: &Arc<Rulebook>) -> Result<store::Digest, ServiceError> {
        let digest = self.digest_of(rulebook);
        if self.store.rulebook(&digest)?.is_some() {
            self.pinned(&digest)?;
            return Ok(digest);
        }
        match self.store.put_rulebook(&digest, &rulebook.stored()) {
            // Somebody else has put it in between.
            Err(StoreError::OtherRulebook { .. }) => self.pinned(&digest).map(|_| digest),
            Err(error) => Err(error.into()),
            Ok(()) => Ok(digest),
        }
    }

    /// The digest of a rulebook, computed once for each one in use.
    fn digest_of(&self, rulebook: &Arc<Rulebook>) -> Digest {
        let cache = || self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        // The key is the address: the entry keeps the rulebook alive, so that no other can come to stand there.
        let key = Arc::as_ptr(rulebook) as usize;
        if let Some((_, digest)) = cache().get(&key) {
            return *digest;
        }
        let digest = rulebook.digest();
        cache().insert(key, (rulebook.clone(), digest));
        digest
    }

    fn stamp(&self) -> store::Stamp {
        store::Stamp { recorded_at: self.clock.now(), actor: self.actor.to_string() }
    }

    /// A new id, ordered by time, that nobody else has.
    pub fn new_id() -> Uuid {
        Uuid::now_v7()
    }

    /// Folds stored events under a rulebook.
    fn fold(
        rulebook: &Rulebook,
        case: Uuid,
        stored: &[store::StoredEvent],
    ) -> Result<(Vec<crate::engine::Event>, crate::engine::Case), ServiceError> {
        let events = Self::read(case, stored)?;
        let folded = fold(rulebook, &events);
        Ok((events, folded))
    }

    /// Folds stored events as the case stood at the end of a day. Today and later, nothing is left out: what is
    /// recorded for a day still to come is a fault, and must show.
    fn fold_to(
        &self,
        rulebook: &Rulebook,
        case: Uuid,
        stored: &[store::StoredEvent],
        on: Day,
    ) -> Result<(Vec<crate::engine::Event>, crate::engine::Case), ServiceError> {
        if on >= self.today() {
            return Self::fold(rulebook, case, stored);
        }
        let events = Self::read(case, stored)?;
        let folded = fold_to(rulebook, &events, on);
        Ok((events, folded))
    }

    fn read(case: Uuid, stored: &[store::StoredEvent]) -> Result<Vec<crate::engine::Event>, ServiceError> {
        let mut events = Vec::with_capacity(stored.len());
        Self::read_into(case, stored, &mut events)?;
        Ok(events)
    }

    /// Reads stored events in the place of those that `events` holds.
    ///
    /// # Errors
    /// The first that cannot be read.
    pub fn read_into(
        case: Uuid,
        stored: &[store::StoredEvent],
        events: &mut Vec<crate::engine::Event>,
    ) -> Result<(), ServiceError> {
        events.clear();
        for event in stored {
            let read = serde_json::from_str(&event.body).map_err(|e| ServiceError::UnreadableEvent {
                case,
                sequence: event.sequence,
                why: json_fault(&e),
            })?;
            events.push(read);
        }
        Ok(())
    }
}

/// A stored rulebook, if it still says what its digest says: a case runs on the law it was opened under, or not at all.
fn read_rulebook(store: &dyn Store, digest: Digest) -> Result<Rulebook, ServiceError> {
    let body = store.rulebook(&digest)?.ok_or(ServiceError::RulebookGone(digest))?;
    let rulebook = Rulebook::read(&body)?;
    if rulebook.digest() != digest {
        return Err(ServiceError::RulebookAltered(digest));
    }
    Ok(rulebook)
}

/// Checks every rulebook that a stored case is pinned to; tells, in words, those that are gone, unreadable or altered.
///
/// # Errors
/// Trouble with the store.
pub fn verify_rulebooks(store: &dyn Store) -> Result<Vec<String>, StoreError> {
    let mut known = std::collections::BTreeSet::new();
    let mut after = None;
    loop {
        let page = store.case_heads(after, 1_000)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        known.extend(page.iter().map(|head| head.rulebook));
    }
    let mut wrong = Vec::new();
    for digest in known {
        match read_rulebook(store, digest) {
            Ok(_) => {}
            Err(ServiceError::Store(error)) if !error.is_of_one_case() => return Err(error),
            Err(ServiceError::Rulebook(error)) => wrong.push(format!("regolamento `{digest}`: {error}")),
            Err(error) => wrong.push(error.to_string()),
        }
    }
    Ok(wrong)
}

/// The word kept beside a case for lists.
fn state_word(case: &crate::engine::Case) -> &'static str {
    match (case.closed, case.suspended) {
        (Some(closing), _) => closing.manner.word(),
        (None, Some(_)) => "sospesa",
        (None, None) => "aperta",
    }
}

/// An event as the store keeps it.
fn new_event(event: &crate::engine::Event) -> store::NewEvent {
    // Invariant: an event is made of strings, numbers and JSON; writing it cannot fail.
    let body = serde_json::to_string(event).unwrap_or_default();
    store::NewEvent { on: event.on.number(), body }
}
