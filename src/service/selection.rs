// SPDX-License-Identifier: EUPL-1.2
//! Which of the stored cases a question is about.

use uuid::Uuid;

use crate::calendar::Day;
use crate::columns::Row;
use crate::rulebook::Rulebook;
use crate::store::CaseHead;

/// A choice among stored cases: all that is said must hold; what is not said excludes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
