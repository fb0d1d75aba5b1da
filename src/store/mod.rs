// SPDX-License-Identifier: EUPL-1.2
//! Cases and their events, kept for as long as somebody may ask why.
//!
//! The store knows nothing of the law: an event is a civil day and an opaque text, and nothing here asks what day it is.
//!
//! # The contract
//!
//! Every implementation of [`Store`] keeps these promises; the suite checks them through the trait.
//!
//! 1. **Durable.** A write that has returned `Ok` survives the death of the process and the loss of power.
//! 2. **Whole.** A write to a case is there with all its events, or not at all.
//! 3. **First come, first served.** [`Store::append`] names the last sequence its author has seen; if the case has moved
//!    on, nothing is written and the answer is [`StoreError::Conflict`]. `(case, sequence)` is unique.
//! 4. **Append only.** No event and no case is ever changed or deleted through the trait.
//! 5. **Apart.** A write to one case changes no other, and one refused write never fails another.
//! 6. **Chained.** Every event carries a hash over itself and over the event before it (see [`chain`]), so that
//!    [`Store::verify_chain`] names what was altered. This is tamper *evidence*: whoever can rewrite the whole file can
//!    rewrite the whole chain, unless the heads ([`Store::case_heads`]) have been anchored somewhere else.
//! 7. **Exact.** An event read back is the event written, byte for byte.
//! 8. **One table of identities.** Tax codes and names are in the subjects only; a case names an opaque id.
//!
//! `state` is a word of the caller's, kept beside the case for lists. It is a projection: no hash covers it, and the
//! events alone say what is true.
//!
//! # Example
//!
//! ```
//! use lepre::store::{CaseWrite, Digest, NewCase, NewEvent, NewSubject, SqliteOptions, SqliteStore, Stamp, Store};
//! use lepre::store::{StoreError, SubjectKind};
//! use uuid::Uuid;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let store = SqliteStore::open(folder.path().join("lepre.db"), SqliteOptions::default())?;
//!
//! let (subject, case) = (Uuid::from_u128(1), Uuid::from_u128(2));
//! store.put_subject(NewSubject { id: subject, kind: SubjectKind::Person, tax_code: "X".into(), name: None })?;
//! store.put_rulebook(&Digest([7; 32]), "{}")?;
//!
//! let new = NewCase {
//!     id: case,
//!     subject,
//!     level: "E".into(),
//!     region: None,
//!     office: None,
//!     rulebook: Digest([7; 32]),
//!     external: None,
//! };
//! let stamp = Stamp { recorded_at: 1_767_225_600_000, actor: "operatore-1".into() };
//! let day = 20_454; // days from 1970-01-01
//! store.open_case(new, stamp.clone(), vec![NewEvent { on: day, body: r#"{"aperta":true}"#.into() }], "aperta")?;
//!
//! let event = NewEvent { on: day + 1, body: r#"{"avviata":"colloquio"}"#.into() };
//! let head = store.append(case, 1, stamp.clone(), vec![event.clone()], "in-corso")?;
//! assert_eq!(head.sequence, 2);
//!
//! // Somebody who has not seen the second event cannot write over it.
//! let late = store.append(case, 1, stamp, vec![event], "in-corso");
//! assert_eq!(late, Err(StoreError::Conflict { case, expected: 1, actual: 2 }));
//! assert_eq!(store.events(case)?.len(), 2);
//! # Ok(())
//! # }
//! ```

use std::ops::ControlFlow;
use std::path::Path;

use uuid::Uuid;

pub mod chain;
mod desk;
mod error;
mod registry;
mod sqlite;

/// The store takes a digest as given: it is the caller who computed it.
pub use crate::digest::Digest;
pub use chain::{ChainFault, ChainFaultKind};
pub use desk::{Desk, DeskCursor, DeskGroup, DeskOrder, DeskQuery};
pub use error::{StoreError, io_words};
pub use registry::{Access, AccessQuery, Account, Answer, ApiToken, OneTimeLink, Registry, Session};
pub use sqlite::{SqliteOptions, SqliteStore};

/// The longest actor and body of one event together, in bytes.
pub const EVENT_BYTES: usize = 64 * 1024 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectKind {
    Person,
    Company,
}

/// The person or company served; the only record that says who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pub id: Uuid,
    pub kind: SubjectKind,
    /// *Codice fiscale* or *partita IVA*, as given; unique among the subjects of its kind.
    pub tax_code: String,
    pub name: Option<String>,
}

/// A subject on its way in.
pub type NewSubject = Subject;

/// A case about to be opened. None of this ever changes afterwards; the chain covers it all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCase {
    pub id: Uuid,
    /// A subject already stored, or put by the same [`CaseWrite`].
    pub subject: Uuid,
    /// Letter of the level.
    pub level: String,
    pub region: Option<String>,
    pub office: Option<String>,
    /// A rulebook already stored.
    pub rulebook: Digest,
    /// The case's id in the system it came from; unique.
    pub external: Option<String>,
}

/// An event about to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// The civil day on which it happened, as a day number; the store gives it no meaning.
    pub on: i32,
    /// Opaque text.
    pub body: String,
}

/// Who writes, and when: the same for all events of one write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Milliseconds from 1970-01-01T00:00:00Z.
    pub recorded_at: i64,
    pub actor: String,
}

/// An event as it stands in the store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredEvent {
    /// From 1, without gaps.
    pub sequence: u32,
    pub on: i32,
    /// Milliseconds from 1970-01-01T00:00:00Z.
    pub recorded_at: i64,
    pub actor: String,
    pub body: String,
    pub hash: [u8; 32],
}

/// A case and where its history has got to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseHead {
    pub id: Uuid,
    pub subject: Uuid,
    pub level: String,
    pub region: Option<String>,
    pub office: Option<String>,
    pub rulebook: Digest,
    pub external: Option<String>,
    /// The day of the first event.
    pub opened_on: i32,
    /// The caller's word for lists, from the last write.
    pub state: String,
    /// Sequence of the last event.
    pub sequence: u32,
    /// Hash of the last event.
    pub hash: [u8; 32],
}

/// What one [`CaseWrite`] does to its case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseAction {
    Open(NewCase),
    /// `expected` is the sequence of the last event the author has seen.
    Append {
        case: Uuid,
        expected: u32,
    },
}

/// A write to one case, for [`Store::append_batch`]; all or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseWrite {
    /// Put before the case is written, under the rules of [`Store::put_subject`]; not put if the case is refused.
    pub subject: Option<NewSubject>,
    pub action: CaseAction,
    pub stamp: Stamp,
    /// At least one.
    pub events: Vec<NewEvent>,
    pub state: String,
    /// The row for lists, as it is once the events are written; its case and its sequence are those of the write.
    pub desk: Option<Desk>,
    /// What is answered to whoever asked for this. If that account and key have an answer already, nothing is written and
    /// the error is [`StoreError::AlreadyAnswered`].
    pub answer: Option<Answer>,
}

impl CaseWrite {
    /// A write of events and nothing else.
    #[must_use]
    pub fn new(action: CaseAction, stamp: Stamp, events: Vec<NewEvent>, state: impl Into<String>) -> Self {
        Self { subject: None, action, stamp, events, state: state.into(), desk: None, answer: None }
    }
}

/// Sizes, for a status page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreStats {
    pub schema_version: u32,
    pub subjects: u64,
    pub rulebooks: u64,
    pub cases: u64,
    pub events: u64,
    pub database_bytes: u64,
    /// Bytes written but not yet moved into the main file; grows without end only if a reader never finishes.
    pub wal_bytes: u64,
}

/// How far the log of all cases has got: two that are equal were made from the same events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogMark {
    pub cases: u64,
    pub events: u64,
    /// Hash of the event written last.
    pub last: [u8; 32],
}

/// The whole history of a case, or why it cannot be read.
pub type History<'a> = Result<&'a [StoredEvent], StoreError>;

/// As [`History`], with the bodies alone.
pub type TextHistory<'a> = Result<Bodies<'a>, StoreError>;

/// The bodies of the events of a case, in order.
#[derive(Clone, Debug)]
pub struct Bodies<'a> {
    text: &'a str,
    start: usize,
    ends: std::slice::Iter<'a, usize>,
}

impl<'a> Bodies<'a> {
    /// The bodies that stand in `text` one after the other, from `start` on, each up to its end.
    pub(crate) fn new(text: &'a str, start: usize, ends: &'a [usize]) -> Self {
        Self { text, start, ends: ends.iter() }
    }
}

impl<'a> Iterator for Bodies<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let end = *self.ends.next()?;
        let body = self.text.get(self.start..end);
        self.start = end;
        body
    }
}

/// Where cases are kept; the module says what every implementation promises. All calls block.
pub trait Store: Send + Sync {
    /// Stores a rulebook under its digest. Putting the same again does nothing.
    ///
    /// # Errors
    /// [`StoreError::OtherRulebook`] if another body has that digest.
    fn put_rulebook(&self, digest: &Digest, body: &str) -> Result<(), StoreError>;

    fn rulebook(&self, digest: &Digest) -> Result<Option<String>, StoreError>;

    /// Stores a subject, or corrects the tax code and the name of the one with the same id.
    ///
    /// # Errors
    /// [`StoreError::DuplicateTaxCode`] if another subject of that kind has the code;
    /// [`StoreError::SubjectKindChanged`] if the id belongs to a subject of the other kind.
    fn put_subject(&self, subject: NewSubject) -> Result<(), StoreError>;

    fn subject(&self, id: Uuid) -> Result<Option<Subject>, StoreError>;

    fn subject_by_tax_code(&self, kind: SubjectKind, tax_code: &str) -> Result<Option<Subject>, StoreError>;

    /// Opens a case with its first events.
    ///
    /// # Errors
    /// [`StoreError::NoEvents`], [`StoreError::CaseExists`], [`StoreError::DuplicateExternal`],
    /// [`StoreError::UnknownSubject`], [`StoreError::UnknownRulebook`], [`StoreError::EventTooLarge`].
    fn open_case(
        &self,
        case: NewCase,
        stamp: Stamp,
        events: Vec<NewEvent>,
        state: &str,
    ) -> Result<CaseHead, StoreError>;

    /// Adds events to a case whose last event is still `expected_sequence`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`], [`StoreError::UnknownCase`], [`StoreError::NoEvents`], [`StoreError::EventTooLarge`].
    fn append(
        &self,
        case: Uuid,
        expected_sequence: u32,
        stamp: Stamp,
        events: Vec<NewEvent>,
        state: &str,
    ) -> Result<CaseHead, StoreError>;

    /// Writes many cases in one transaction, in order; the results are in the same order. A refused write leaves the
    /// others alone; trouble with the world fails them all with the same error.
    ///
    /// # Errors
    /// Of each write those of its action, and where it brings an answer [`StoreError::AlreadyAnswered`], which comes before
    /// all others, and [`StoreError::UnknownAccount`].
    fn append_batch(&self, writes: Vec<CaseWrite>) -> Vec<Result<CaseHead, StoreError>>;

    fn case_head(&self, case: Uuid) -> Result<Option<CaseHead>, StoreError>;

    fn case_by_external(&self, external: &str) -> Result<Option<CaseHead>, StoreError>;

    /// The cases of a subject, in the order of their ids.
    fn cases_of_subject(&self, subject: Uuid) -> Result<Vec<CaseHead>, StoreError>;

    /// At most `limit` cases, in the order of their ids, from the first after `after`.
    fn case_heads(&self, after: Option<Uuid>, limit: u32) -> Result<Vec<CaseHead>, StoreError>;

    /// The whole history of a case, in order.
    ///
    /// # Errors
    /// [`StoreError::UnknownCase`]; [`StoreError::Incomplete`] if events are missing.
    fn events(&self, case: Uuid) -> Result<Vec<StoredEvent>, StoreError>;

    /// Shows every case with its history, in the order of the ids, until `visit` breaks; of one that lacks events, why it
    /// cannot be read ([`StoreError::Incomplete`]).
    ///
    /// Memory is that of a few thousand events, or of the few largest histories. No transaction is open on the caller's thread while
    /// `visit` runs, so it may take its time and may write: each case is consistent in itself, as it was some moments before
    /// it is shown; the cases among themselves are not a snapshot.
    fn for_each_case(&self, visit: &mut dyn FnMut(CaseHead, History<'_>) -> ControlFlow<()>) -> Result<(), StoreError>;

    /// As [`Store::for_each_case`], with nothing of the events but their bodies: of very many cases that is a good part of
    /// the time.
    ///
    /// # Errors
    /// As there.
    fn for_each_text(
        &self,
        visit: &mut dyn FnMut(CaseHead, TextHistory<'_>) -> ControlFlow<()>,
    ) -> Result<(), StoreError>;

    /// Recomputes every hash and tells all that does not add up. `progress` gets cases done and cases in all.
    fn verify_chain(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<Vec<ChainFault>, StoreError>;

    /// Copies the store, as it is at this moment, into a new file, while others read and write. `progress` gets pages done
    /// and pages in all. The file appears under its name only when it is whole and durable.
    ///
    /// # Errors
    /// [`StoreError::BackupExists`] if there is a file of that name.
    fn backup(&self, path: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<(), StoreError>;

    fn stats(&self) -> Result<StoreStats, StoreError>;

    /// How far the log has got, at once however many cases there are. What is altered by hand may not show in it: for that
    /// there is [`Store::verify_chain`].
    fn log_mark(&self) -> Result<LogMark, StoreError>;
}
