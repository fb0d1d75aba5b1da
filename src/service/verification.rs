// SPDX-License-Identifier: EUPL-1.2
//! A check of many cases that goes on by itself: it can be looked at, stopped, and taken up again, also by another process,
//! and always comes to the same answers.
//!
//! What was asked is fixed when it is asked: which cases, how far the history of each had got, and by which rulebooks. What
//! is written afterwards, and what becomes of the specifications, changes nothing in it. Each verification is a folder:
//! `domanda.json`, the cases in `elenco` (20 bytes each: id, number of the last event), the answers in `esiti.jsonl`, in the
//! order of the cases, and `fine.json` once there is an answer for each.

mod files;
mod run;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::calendar::Day;
use crate::digest::Digest;
use crate::rulebook::Rulebook;

use super::{Law, Selection, Service, ServiceError};

pub use files::{Page, State};
pub use run::Ended;

/// Why a verification cannot be begun, looked at or gone on with.
#[derive(Debug, thiserror::Error)]
pub enum VerificationError {
    #[error(transparent)]
    Service(#[from] ServiceError),
    #[error("i file della verifica non si leggono o non si scrivono: {0}")]
    Disk(#[from] std::io::Error),
    #[error("questo servizio non ha una cartella in cui tenere le verifiche")]
    NoFolder,
    #[error("la verifica non c'è")]
    Unknown,
    #[error("la selezione non comprende nessuna pratica")]
    Nothing,
    #[error("i file della verifica sono rovinati: {0}")]
    Damaged(&'static str),
}

impl From<crate::store::StoreError> for VerificationError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Service(error.into())
    }
}

/// What was asked, with what was fixed then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Verification {
    pub id: Uuid,
    /// The account that asked.
    pub account: Uuid,
    /// Milliseconds from 1970-01-01T00:00:00Z.
    pub asked_at: i64,
    /// The day the cases are looked at.
    pub on: Day,
    /// Was that day over when it was asked? Then later events have not happened.
    pub past: bool,
    /// The law of a day; none is the law each case is pinned to.
    pub law: Option<Day>,
    pub selection: Selection,
    laws: Vec<FixedLaw>,
    /// How many cases there are in the list.
    pub cases: u64,
    list: Digest,
}

/// The law of a day for one level and region, as it was when it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct FixedLaw {
    level: String,
    region: Option<String>,
    /// The rulebook, or why there is none.
    found: Result<Digest, String>,
}

/// Level, region, and the rulebook or why there is none.
type ReadLaw = (String, Option<String>, Result<Arc<Rulebook>, String>);

/// A case of a verification, and how far its history had got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Listed {
    id: u128,
    sequence: u32,
}

/// Verifications that stay of each account.
const KEPT: usize = 20;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct VerificationRequest {
    pub account: Uuid,
    pub selection: Selection,
    pub on: Day,
    pub law: Law,
}

impl Service {
    /// Begins a verification: what was asked is on the disk when this returns, and nothing is checked yet.
    ///
    /// # Errors
    /// [`VerificationError::Nothing`]; no folder, trouble with the disk or with the store.
    pub fn begin_verification(&self, request: VerificationRequest) -> Result<Verification, VerificationError> {
        let folder = self.verifications()?;
        let (list, laws) = self.listed(&request)?;
        if list.is_empty() {
            return Err(VerificationError::Nothing);
        }
        let bytes = files::list_bytes(&list);
        let verification = Verification {
            id: Self::new_id(),
            account: request.account,
            asked_at: self.clock.now(),
            on: request.on,
            past: request.on < self.today(),
            law: match request.law {
                Law::Pinned => None,
                Law::On(day) => Some(day),
            },
            selection: request.selection,
            laws,
            cases: list.len() as u64,
            list: Digest::of(&bytes),
        };
        files::begin(&folder, &verification, &bytes)?;
        // What is old and cannot be put away now is put away another time: the new one has begun.
        _ = forget_old(&folder, request.account);
        Ok(verification)
    }

    /// The cases that are chosen now, and the law of each level and region among them.
    fn listed(&self, request: &VerificationRequest) -> Result<(Vec<Listed>, Vec<FixedLaw>), VerificationError> {
        let bulk = self.columns(&mut |_| ())?;
        let offices = bulk.columns.offices();
        let past = request.on < self.today();
        let (mut list, mut laws) = (Vec::new(), Vec::new());
        for group in bulk.columns.groups() {
            let before = list.len();
            for row in group.rows() {
                let office = usize::from(row.office).checked_sub(1).and_then(|at| offices.get(at));
                let is_there = !past || row.key.opened_on <= request.on.number();
                if is_there && request.selection.takes_row(&row, group.rulebook(), office.map(String::as_str)) {
                    list.push(Listed { id: row.key.id, sequence: row.key.sequence });
                }
            }
            if list.len() > before {
                self.fix_law(group.rulebook(), request.law, &mut laws)?;
            }
        }
        for (head, _) in self.chosen_troubles(&bulk.troubles, &request.selection, request.on)? {
            list.push(Listed { id: head.id.as_u128(), sequence: head.sequence });
            if let Ok(pinned) = self.pinned(&head.rulebook) {
                self.fix_law(&pinned, request.law, &mut laws)?;
            }
        }
        list.sort_unstable();
        Ok((list, laws))
    }

    /// Keeps the law of the day with the cases, so that it can be asked for again whatever becomes of the specifications.
    fn fix_law(&self, pinned: &Rulebook, law: Law, laws: &mut Vec<FixedLaw>) -> Result<(), VerificationError> {
        let Law::On(day) = law else { return Ok(()) };
        let (level, region) = (pinned.level.clone(), pinned.region.clone());
        if laws.iter().any(|known| known.level == level && known.region == region) {
            return Ok(());
        }
        let found = match self.law_on(pinned, day) {
            Ok(law) => Ok(self.pin(&law)?),
            Err(why) => Err(why),
        };
        laws.push(FixedLaw { level, region, found });
        Ok(())
    }

    /// A verification.
    ///
    /// # Errors
    /// [`VerificationError::Unknown`]; its files cannot be read.
    pub fn verification(&self, id: Uuid) -> Result<Verification, VerificationError> {
        files::question(&self.verifications()?, id)
    }

    /// All verifications, the newest first; those whose files cannot be read are left out.
    ///
    /// # Errors
    /// No folder, or trouble with the disk.
    pub fn all_verifications(&self) -> Result<Vec<Verification>, VerificationError> {
        files::all(&self.verifications()?)
    }

    /// How far a verification is, by what is on the disk.
    ///
    /// # Errors
    /// Its files cannot be read.
    pub fn verification_state(&self, verification: &Verification) -> Result<State, VerificationError> {
        files::state(&self.verifications()?, verification)
    }

    /// At most `limit` answers, as they stand in the file, from the place `from`: 0, or the end of a page before.
    ///
    /// # Errors
    /// There is no line at that place; trouble with the disk.
    pub fn verification_page(
        &self,
        verification: &Verification,
        from: u64,
        limit: usize,
    ) -> Result<Page, VerificationError> {
        files::page(&self.verifications()?, verification, from, limit)
    }

    /// Says that a verification is not to go on, or that it is again.
    ///
    /// # Errors
    /// Trouble with the disk.
    pub fn cancel_verification(&self, verification: &Verification, cancelled: bool) -> Result<(), VerificationError> {
        files::cancel(&self.verifications()?, verification, cancelled)
    }

    fn verifications(&self) -> Result<PathBuf, VerificationError> {
        self.verifications.as_deref().cloned().ok_or(VerificationError::NoFolder)
    }

    /// The laws that were fixed, as they are kept.
    fn fixed_laws(&self, verification: &Verification) -> Vec<ReadLaw> {
        let read = |law: &FixedLaw| {
            let found = law.found.clone().and_then(|digest| self.pinned(&digest).map_err(|error| error.to_string()));
            (law.level.clone(), law.region.clone(), found)
        };
        verification.laws.iter().map(read).collect()
    }
}

/// Of the verifications of an account, only the last ones that are over stay: they can be asked for again.
fn forget_old(folder: &Path, account: Uuid) -> Result<(), VerificationError> {
    let own = files::all(folder)?.into_iter().filter(|verification| verification.account == account);
    for old in own.skip(KEPT) {
        let is_over = match files::state(folder, &old) {
            Ok(state) => state.end.is_some() || state.cancelled,
            Err(error) => matches!(error, VerificationError::Damaged(_)),
        };
        if is_over {
            files::forget(folder, &old)?;
        }
    }
    Ok(())
}
