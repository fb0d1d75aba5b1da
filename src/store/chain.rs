// SPDX-License-Identifier: EUPL-1.2
//! The hash chain of a case, in a form that a third party can recompute, and the faults its check can find.
//!
//! Written out in full, so that nobody needs this program to check a history:
//!
//! - `field(x)` is the length of `x` in bytes as 8 bytes, big-endian, followed by `x`. Integers are big-endian, signed ones in
//!   two's complement; texts are UTF-8; a UUID is its 16 bytes.
//! - `optional(x)` is the byte `0` if there is no value, else the byte `1` followed by `field(x)`.
//! - **Genesis** of a case = SHA-256 of `field("lepre/case/1")`, `field(id)`, `field(subject)`, `field(level)`,
//!   `optional(region)`, `optional(office)`, `field(rulebook digest, 32 bytes)`, `optional(external)`, one after the other.
//! - **Hash of an event** = SHA-256 of `field(previous hash, 32 bytes)`, `field(case id)`, `field(sequence, 4 bytes)`,
//!   `field(on, 4 bytes)`, `field(recorded_at, 8 bytes)`, `field(actor)`, `field(body)`. The previous hash of event 1 is the
//!   genesis.
//!
//! What cannot be seen from inside: a case deleted with all its events, or a chain rewritten to its end. Against these the
//! heads must be anchored elsewhere.

use std::fmt;

use sha2::Digest as _;
use sha2::Sha256;
use uuid::Uuid;

use super::NewCase;

const GENESIS_TAG: &[u8] = b"lepre/case/1";

/// The hash that stands before the first event of a case.
#[must_use]
pub fn genesis(case: &NewCase) -> [u8; 32] {
    let mut hash = Sha256::new();
    field(&mut hash, GENESIS_TAG);
    field(&mut hash, case.id.as_bytes());
    field(&mut hash, case.subject.as_bytes());
    field(&mut hash, case.level.as_bytes());
    optional(&mut hash, case.region.as_deref());
    optional(&mut hash, case.office.as_deref());
    field(&mut hash, &case.rulebook.0);
    optional(&mut hash, case.external.as_deref());
    hash.finalize().into()
}

/// The hash of an event. Takes bytes, so that a text damaged beyond UTF-8 can be checked too.
#[must_use]
pub fn link(
    previous: &[u8; 32],
    case: Uuid,
    sequence: u32,
    on: i32,
    recorded_at: i64,
    actor: &[u8],
    body: &[u8],
) -> [u8; 32] {
    let mut hash = Sha256::new();
    field(&mut hash, previous);
    field(&mut hash, case.as_bytes());
    field(&mut hash, &sequence.to_be_bytes());
    field(&mut hash, &on.to_be_bytes());
    field(&mut hash, &recorded_at.to_be_bytes());
    field(&mut hash, actor);
    field(&mut hash, body);
    hash.finalize().into()
}

fn field(hash: &mut Sha256, bytes: &[u8]) {
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}

fn optional(hash: &mut Sha256, text: Option<&str>) {
    match text {
        None => hash.update([0]),
        Some(text) => {
            hash.update([1]);
            field(hash, text.as_bytes());
        }
    }
}

/// Something in a stored history that does not add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainFault {
    /// None where the case itself cannot be read, or is not there.
    pub case: Option<Uuid>,
    /// The event, where one can be named.
    pub sequence: Option<u32>,
    pub kind: ChainFaultKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChainFaultKind {
    /// The event, or its hash, is not the one written. For event 1 it may be the fixed data of the case instead; where a
    /// hash was recomputed to fit an altered event, it is the event after the altered one that no longer fits.
    AlteredEvent,
    /// Events from `sequence` to `until` (included) are not there.
    MissingEvents { until: u32 },
    /// The case's own record of its last event, or of its first day, is not what its events say.
    HeadDiffers,
    /// A row that cannot be read, or that is where no row can be.
    Unreadable { detail: String },
    /// Events of a case that is not there; `key` is the number they stand under.
    OrphanEvents { key: i64 },
    /// A table, an index or a guard against changes that is gone, or is not the one this program made.
    SchemaDiffers { name: String },
    /// The row that says how far the log has got is not there, or does not count the cases and the events that are.
    LogDiffers,
}

impl fmt::Display for ChainFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.case, self.sequence) {
            (Some(case), Some(sequence)) => write!(f, "pratica `{case}`, evento {sequence}: ")?,
            (Some(case), None) => write!(f, "pratica `{case}`: ")?,
            (None, _) => write!(f, "base dati: ")?,
        }
        match &self.kind {
            ChainFaultKind::AlteredEvent if self.sequence == Some(1) => {
                write!(f, "l'evento, la sua impronta o i dati fissi della pratica sono stati alterati")
            }
            ChainFaultKind::AlteredEvent => {
                write!(f, "l'evento o la sua impronta, o quella dell'evento prima, sono stati alterati")
            }
            ChainFaultKind::MissingEvents { until } if self.sequence == Some(*until) => write!(f, "l'evento manca"),
            ChainFaultKind::MissingEvents { until } => write!(f, "mancano gli eventi da questo fino al {until}"),
            ChainFaultKind::HeadDiffers => write!(f, "la testata della pratica non corrisponde ai suoi eventi"),
            ChainFaultKind::Unreadable { detail } => write!(f, "un dato non è leggibile ({detail})"),
            ChainFaultKind::OrphanEvents { key } => write!(f, "eventi di una pratica che non c'è (chiave {key})"),
            ChainFaultKind::SchemaDiffers { name } => {
                write!(f, "`{name}` manca o non è come questo programma l'ha creata")
            }
            ChainFaultKind::LogDiffers => {
                write!(
                    f,
                    "le pratiche e gli eventi non sono tanti quanti ne sono stati scritti, o manca l'ultimo scritto"
                )
            }
        }
    }
}
