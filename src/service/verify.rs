// SPDX-License-Identifier: EUPL-1.2
//! Checking every stored case; one bad case never stops the rest.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::calendar::Day;
use crate::columns::Checked;
use crate::engine::{Case, Check, findings};
use crate::rulebook::Rulebook;
use crate::spec::scenario::Conformity;
use crate::store::CaseHead;

use super::{CaseView, Service, ServiceError};

/// A case checked on a day.
#[derive(Debug)]
pub struct CaseCheck {
    pub head: CaseHead,
    pub result: Result<(Arc<Rulebook>, Case, Check), CaseTrouble>,
}

/// A case that could not be checked.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct CaseTrouble(pub String);

impl Service {
    /// Checks one case on a day.
    pub fn check(&self, view: &CaseView, on: Day) -> Check {
        findings(&view.rulebook, &view.case, on)
    }

    /// Checks every stored case on a day, in the order of their ids; on a past day, as it stood then, and not those
    /// opened later.
    ///
    /// # Errors
    /// Trouble with the store as a whole; trouble with one case is that case's result.
    pub fn check_all(&self, on: Day, visit: &mut dyn FnMut(CaseCheck) -> ControlFlow<()>) -> Result<(), ServiceError> {
        self.store.for_each_case(&mut |head, stored| {
            if on < self.today() && Day::from_number(head.opened_on).is_some_and(|opened| opened > on) {
                return ControlFlow::Continue(());
            }
            let result = stored
                .map_err(ServiceError::from)
                .and_then(|stored| {
                    let rulebook = self.pinned(&head.rulebook)?;
                    let (_, case) = self.fold_to(&rulebook, head.id, stored, on)?;
                    let check = findings(&rulebook, &case, on);
                    Ok((rulebook, case, check))
                })
                .map_err(|error| CaseTrouble(error.to_string()));
            visit(CaseCheck { head, result })
        })?;
        Ok(())
    }
}

/// How many cases came to each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdicts {
    pub cases: u64,
    pub conform: u64,
    /// Open, not conform yet, and nothing breached.
    pub pending: u64,
    /// Closed without all that was owed, and nothing breached: by the person, or the company.
    pub interrupted: u64,
    pub breached: u64,
    pub not_known: u64,
    /// Cases that could not be checked.
    pub unchecked: u64,
}

impl Verdicts {
    pub fn count(&mut self, checked: &CaseCheck) {
        match &checked.result {
            Ok((_, case, check)) => self.add(Checked::of(check, case)),
            Err(_) => {
                self.cases += 1;
                self.unchecked += 1;
            }
        }
    }

    pub(super) fn add(&mut self, checked: Checked<'_>) {
        self.cases += 1;
        match checked.conformity {
            Conformity::Yes => self.conform += 1,
            Conformity::NotKnown => self.not_known += 1,
            Conformity::No if checked.is_breached() => self.breached += 1,
            Conformity::No if checked.closed => self.interrupted += 1,
            Conformity::No => self.pending += 1,
        }
    }
}
