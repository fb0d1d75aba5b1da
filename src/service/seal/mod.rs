// SPDX-License-Identifier: EUPL-1.2
//! The seal of the whole log: the last digest of every case, signed, in a file that leaves the machine.
//!
//! A seal is JSON Lines. One line for each case, in the order of their ids:
//! `{"pratica":ID,"sequenza":N,"genesi":HEX,"impronta":HEX}`, where `impronta` is the hash of event N (see
//! [`crate::store::chain`]). Last comes the closing, `{"formato":"lepre/sigillo/1","al":MS,"pratiche":N,"eventi":N,
//! "radice":HEX,"precedente":HEX or null,"chiave":HEX,"firma":HEX}`: `radice` is the Merkle root of RFC 6962 over the lines
//! without their ends, `precedente` the `radice` of the seal before. `firma` is the Ed25519 signature of the text
//! `lepre/sigillo/1`, `al`, `pratiche`, `eventi`, `radice`, `precedente` (`-` if none), `chiave`, each followed by a line feed.
//!
//! It makes tampering evident up to its day, for whoever has kept it elsewhere; it makes nothing impossible.

mod compare;
mod read;
pub(super) mod tree;

use std::io;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::digest::Digest;
use crate::signature::{PrivateKey, PublicKey};
use crate::store::{CaseHead, NewCase, Store, StoreError, chain};

pub use compare::{Anchors, HeldSeal, compare};
pub use read::{SealFault, SealProof, check, prove};
use tree::Tree;

pub const FORMAT: &str = "lepre/sigillo/1";
/// Cases read at once.
const PAGE: u32 = 1_000;

/// Why a seal was not made, or not compared.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Output(#[from] io::Error),
    #[error(transparent)]
    Fault(#[from] SealFault),
}

/// What a seal says of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealLine {
    pub case: Uuid,
    pub sequence: u32,
    pub genesis: Digest,
    pub hash: Digest,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineForm {
    pratica: String,
    sequenza: u32,
    genesi: String,
    impronta: String,
}

impl SealLine {
    fn of(head: &CaseHead) -> Self {
        Self { case: head.id, sequence: head.sequence, genesis: genesis(head), hash: Digest(head.hash) }
    }

    fn text(&self) -> String {
        let Self { case, sequence, genesis, hash } = self;
        format!(r#"{{"pratica":"{case}","sequenza":{sequence},"genesi":"{genesis}","impronta":"{hash}"}}"#)
    }

    /// Only the one form in which it is written.
    pub(super) fn read(text: &str) -> Option<Self> {
        let form: LineForm = serde_json::from_str(text).ok()?;
        let line = Self {
            case: form.pratica.parse().ok()?,
            sequence: form.sequenza,
            genesis: form.genesi.parse().ok()?,
            hash: form.impronta.parse().ok()?,
        };
        (line.text() == text).then_some(line)
    }
}

/// The hash before the first event of a stored case.
pub(super) fn genesis(head: &CaseHead) -> Digest {
    let CaseHead { id, subject, level, region, office, rulebook, external, .. } = head.clone();
    Digest(chain::genesis(&NewCase { id, subject, level, region, office, rulebook, external }))
}

/// What is signed, and its signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closing {
    pub formato: String,
    /// Milliseconds from 1970-01-01T00:00:00Z.
    pub al: i64,
    pub pratiche: u64,
    pub eventi: u64,
    pub radice: String,
    pub precedente: Option<String>,
    pub chiave: String,
    pub firma: String,
}

impl Closing {
    fn message(&self) -> String {
        let Self { formato, al, pratiche, eventi, radice, precedente, chiave, .. } = self;
        let precedente = precedente.as_deref().unwrap_or("-");
        format!("{formato}\n{al}\n{pratiche}\n{eventi}\n{radice}\n{precedente}\n{chiave}\n")
    }

    /// Is it signed, by the given key or, if none is given, by the one it names?
    ///
    /// # Errors
    /// Another key, a wrong signature.
    pub fn signed_by(&self, key: Option<&PublicKey>) -> Result<(), SealFault> {
        let own = PublicKey::read(&self.chiave).map_err(|_| SealFault::BadSignature)?;
        if key.is_some_and(|key| *key != own) {
            return Err(SealFault::OtherKey { chiave: self.chiave.clone() });
        }
        let signed = own.has_signed(self.message().as_bytes(), &self.firma);
        if signed { Ok(()) } else { Err(SealFault::BadSignature) }
    }
}

/// Writes a seal of everything stored, as of `at`. Holds one page of cases at a time.
///
/// # Errors
/// Trouble with the store, or with where it is written.
pub fn write(
    store: &dyn Store,
    key: &PrivateKey,
    at: i64,
    previous: Option<String>,
    out: &mut dyn io::Write,
) -> Result<Closing, SealError> {
    let (mut tree, mut after) = (Tree::default(), None);
    let (mut cases, mut events) = (0, 0);
    loop {
        let page = store.case_heads(after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for head in &page {
            let line = SealLine::of(head).text();
            tree.add(&line, false);
            out.write_all(line.as_bytes())?;
            out.write_all(b"\n")?;
            cases += 1;
            events += u64::from(head.sequence);
        }
    }
    let mut closing = Closing {
        formato: FORMAT.to_owned(),
        al: at,
        pratiche: cases,
        eventi: events,
        radice: tree.end().0.to_string(),
        precedente: previous,
        chiave: key.public().to_string(),
        firma: String::new(),
    };
    closing.firma = key.sign(closing.message().as_bytes());
    serde_json::to_writer(&mut *out, &closing).map_err(io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(closing)
}
