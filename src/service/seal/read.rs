// SPDX-License-Identifier: EUPL-1.2
//! A seal read back: whole, in order, and signed, or else what is wrong with it.

use std::io::{self, BufRead, Read as _};

use uuid::Uuid;

use crate::signature::PublicKey;

use super::tree::{Step, Tree};
use super::{Closing, FORMAT, SealLine};

/// Bytes of the longest line that a seal may have.
const LONGEST: u64 = 4_096;

/// What is wrong with a seal.
#[derive(Debug, thiserror::Error)]
pub enum SealFault {
    #[error("il sigillo non si legge: {0}")]
    Unreadable(io::Error),
    #[error("la riga {0} non è quella di un sigillo")]
    BadLine(u64),
    #[error("il sigillo è tronco: manca la riga di chiusura, con la firma")]
    CutShort,
    #[error("dopo la chiusura del sigillo c'è altro")]
    MoreAfter,
    #[error("il sigillo è firmato con un'altra chiave, `{chiave}`")]
    OtherKey { chiave: String },
    #[error("la firma del sigillo non è valida: la sua chiusura è stata alterata")]
    BadSignature,
    #[error("le righe del sigillo non sono quelle firmate: il file è stato alterato")]
    Altered,
}

/// A line of a file, or its end.
pub(super) enum Read {
    Case(SealLine, String),
    Closing(Box<Closing>),
}

/// The lines of a seal, one at a time.
pub(super) struct Lines<R> {
    from: R,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(from: R) -> Self {
        Self { from, number: 0 }
    }

    pub(super) fn next(&mut self) -> Result<Read, SealFault> {
        let mut bytes = Vec::new();
        let read = self.from.by_ref().take(LONGEST).read_until(b'\n', &mut bytes).map_err(SealFault::Unreadable)?;
        self.number += 1;
        if read == 0 {
            return Err(SealFault::CutShort);
        }
        let Some(text) = bytes.strip_suffix(b"\n") else {
            return Err(if bytes.len() as u64 == LONGEST {
                SealFault::BadLine(self.number)
            } else {
                SealFault::CutShort
            });
        };
        let text = str::from_utf8(text).map_err(|_| SealFault::BadLine(self.number))?;
        if let Some(line) = SealLine::read(text) {
            return Ok(Read::Case(line, text.to_owned()));
        }
        match serde_json::from_str::<Closing>(text) {
            Ok(closing) if closing.formato == FORMAT => Ok(Read::Closing(Box::new(closing))),
            _ => Err(SealFault::BadLine(self.number)),
        }
    }
}

/// Reads a whole seal and checks it against a key, or against the one it names.
///
/// # Errors
/// What is wrong with it.
pub fn check(from: impl BufRead, key: Option<&PublicKey>) -> Result<Closing, SealFault> {
    walk(from, key, None).map(|(closing, ..)| closing)
}

/// That one case is in a seal, without the other cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealProof {
    pub line: String,
    pub path: Vec<Step>,
    pub closing: Closing,
}

/// Reads a whole seal and takes out of it the proof of one case; none if the case is not in it.
///
/// # Errors
/// As [`check`].
pub fn prove(from: impl BufRead, case: Uuid) -> Result<Option<SealProof>, SealFault> {
    let (closing, line, path) = walk(from, None, Some(case))?;
    Ok(line.map(|line| SealProof { line, path, closing }))
}

type Walked = (Closing, Option<String>, Vec<Step>);

fn walk(from: impl BufRead, key: Option<&PublicKey>, wanted: Option<Uuid>) -> Result<Walked, SealFault> {
    let mut lines = Lines::new(from);
    let (mut tree, mut last, mut found) = (Tree::default(), None, None);
    let (mut cases, mut events, mut ordered) = (0, 0, true);
    let closing = loop {
        match lines.next()? {
            Read::Closing(closing) => break *closing,
            Read::Case(line, text) => {
                ordered &= last < Some(line.case);
                last = Some(line.case);
                cases += 1;
                events += u64::from(line.sequence);
                let is_wanted = wanted == Some(line.case) && found.is_none();
                tree.add(&text, is_wanted);
                if is_wanted {
                    found = Some(text);
                }
            }
        }
    };
    if !matches!(lines.next(), Err(SealFault::CutShort)) {
        return Err(SealFault::MoreAfter);
    }
    closing.signed_by(key)?;
    let (root, path) = tree.end();
    let same = closing.radice == root.to_string() && closing.pratiche == cases && closing.eventi == events;
    if same && ordered { Ok((closing, found, path)) } else { Err(SealFault::Altered) }
}
