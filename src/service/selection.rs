// SPDX-License-Identifier: EUPL-1.2
//! Which of the stored cases a question is about.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::calendar::Day;
use crate::columns::Row;
use crate::rulebook::Rulebook;
use crate::store::{CaseHead, History, StoreError};

use super::Service;

/// Cases asked of the store at a time.
const PAGE: u32 = 1_000;

/// A choice among stored cases: all that is said must hold; what is not said excludes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// Letter of the level.
    pub level: Option<String>,
    pub region: Option<String>,
    /// The office the case was opened at.
    pub office: Option<String>,
    /// Opened on that day or later.
    pub from: Option<Day>,
    /// Opened on that day or earlier.
    pub to: Option<Day>,
    /// Only these, if there are any.
    pub cases: Vec<Uuid>,
}

impl Selection {
    /// Does it take every case?
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// As [`Selection::takes`], of a row of columns.
    pub(super) fn takes_row(&self, row: &Row<'_>, rulebook: &Rulebook, office: Option<&str>) -> bool {
        let is = |wanted: &Option<String>, found: Option<&str>| wanted.as_deref().is_none_or(|w| found == Some(w));
        is(&self.level, Some(&rulebook.level))
            && is(&self.region, rulebook.region.as_deref())
            && is(&self.office, office)
            && self.from.is_none_or(|from| row.key.opened_on >= from.number())
            && self.to.is_none_or(|to| row.key.opened_on <= to.number())
            && (self.cases.is_empty() || self.cases.iter().any(|id| id.as_u128() == row.key.id))
    }

    /// Can it take a case of that level and region?
    pub(super) fn takes_law(&self, level: &str, region: Option<&str>) -> bool {
        self.level.as_deref().is_none_or(|wanted| wanted == level)
            && self.region.as_deref().is_none_or(|wanted| region.is_none_or(|region| region == wanted))
    }

    pub fn takes(&self, head: &CaseHead) -> bool {
        let is = |wanted: &Option<String>, found: Option<&str>| wanted.as_deref().is_none_or(|w| found == Some(w));
        is(&self.level, Some(&head.level))
            && is(&self.region, head.region.as_deref())
            && is(&self.office, head.office.as_deref())
            && self.from.is_none_or(|from| head.opened_on >= from.number())
            && self.to.is_none_or(|to| head.opened_on <= to.number())
            && (self.cases.is_empty() || self.cases.contains(&head.id))
    }
}

impl Service {
    /// Of the cases that are in no column, those that are chosen and had been opened by that day, with why. Today and later,
    /// all had.
    pub(super) fn chosen_troubles(
        &self,
        troubles: &[(Uuid, String)],
        selection: &Selection,
        on: Day,
    ) -> Result<Vec<(CaseHead, String)>, StoreError> {
        let is_there = |head: &CaseHead| on >= self.today() || head.opened_on <= on.number();
        let mut chosen = Vec::new();
        for (case, why) in troubles {
            let head = self.store.case_head(*case)?.filter(|head| is_there(head) && selection.takes(head));
            chosen.extend(head.map(|head| (head, why.clone())));
        }
        Ok(chosen)
    }

    /// Shows the chosen cases with their histories, or why one cannot be read, in the order of their ids, until `visit`
    /// fails. Memory is bounded by a few MiB or by the largest single history.
    ///
    /// # Errors
    /// Those of `visit`, or of the store.
    pub fn for_each_chosen<E: From<StoreError>>(
        &self,
        selection: &Selection,
        mut visit: impl FnMut(&CaseHead, History<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        if selection.is_all() {
            let mut done = Ok(());
            self.store.for_each_case(&mut |head, events| match visit(&head, events) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    done = Err(error);
                    ControlFlow::Break(())
                }
            })?;
            return done;
        }
        // Few are taken of many: only their histories are read.
        self.for_each_chosen_head(selection, |head| match self.store.events(head.id) {
            Ok(events) => visit(head, Ok(&events)),
            Err(error) if error.is_of_one_case() => visit(head, Err(error)),
            Err(error) => Err(error.into()),
        })
    }

    /// As [`Service::for_each_chosen`], without the histories.
    ///
    /// # Errors
    /// Those of `visit`, or of the store.
    pub fn for_each_chosen_head<E: From<StoreError>>(
        &self,
        selection: &Selection,
        mut visit: impl FnMut(&CaseHead) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut after = None;
        loop {
            let page = self.store.case_heads(after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id);
            page.iter().filter(|head| selection.takes(head)).try_for_each(&mut visit)?;
        }
    }
}
