// SPDX-License-Identifier: EUPL-1.2
//! What a draft of the specifications would change in the stored cases: every case is played under the law before and under
//! the draft's, and nothing is written.
//!
//! A case whose law is the same in the draft is never looked at.

mod compare;
mod draft;
mod examples;
mod law_changes;
mod laws;
mod look;
mod pass;
mod plan;
mod report;
mod sums;
mod words;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use uuid::Uuid;

use crate::calendar::Day;
use crate::columns::{Asked, Group, Row};

use super::{Bulk, Law, Selection, Service, ServiceError};

pub use compare::{DutyMove, Side, TermMove, Verdict};
pub use draft::{Draft, Faulty};
pub use examples::Example;
pub use law_changes::{Later, LawChange};
pub use laws::NormWords;
pub use sums::{Looked, Matrix};
pub use words::{Kind, Section};

use plan::Plan;

/// What is asked of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImpactQuestion {
    pub selection: Selection,
    /// The day the cases are looked at.
    pub on: Day,
    /// The day of the draft's law.
    pub law_day: Day,
    /// The law before: the one in force on a day in the specifications in use, or the one each case is pinned to.
    pub against: Law,
}

/// How far the work is, and what it has found up to there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Cases of the selection.
    pub cases: u64,
    /// Those whose law is the same in the draft.
    pub untouched: u64,
    /// Those that must be looked at, and those that have been.
    pub to_look: u64,
    pub looked: Looked,
}

/// One kind of change in one item or term of a level, by one norm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeRow {
    pub kind: Kind,
    pub level: String,
    /// The item or the term.
    pub subject: Option<String>,
    pub norm: Option<NormWords>,
    pub cases: u64,
    /// As often as cases, but for findings that a case has several of.
    pub times: u64,
    /// Where the end of a term moves: by how many days, at least and at most.
    pub days: Option<(u32, u32)>,
    pub regions: BTreeMap<Option<String>, u64>,
    pub offices: BTreeMap<Option<String>, u64>,
    /// The cases with the lowest ids.
    pub examples: Vec<Example>,
}

/// The cases of a level, a region or an office.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SideSum {
    pub untouched: u64,
    pub looked: Looked,
    /// Cases that only one of the two laws takes.
    pub one_sided: u64,
}

/// Changes by the norm they rest on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NormSum {
    /// Findings that appear, and that vanish.
    pub appear: u64,
    pub vanish: u64,
    /// Terms of cases, items of cases in which something changes.
    pub terms: u64,
    pub duties: u64,
}

/// Cases that only one of the two laws takes: they could not be played under both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneSided {
    /// The side that has no law for them.
    pub lacking: Side,
    pub level: String,
    /// Why, as a sentence.
    pub why: String,
    pub cases: u64,
    pub first: Vec<Uuid>,
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct Impact {
    /// What changes in the law.
    pub laws: Vec<LawChange>,
    /// Levels that change only from a later day on.
    pub later: Vec<Later>,
    pub figures: Figures,
    pub changes: Vec<ChangeRow>,
    pub levels: BTreeMap<String, SideSum>,
    pub regions: BTreeMap<Option<String>, SideSum>,
    pub offices: BTreeMap<Option<String>, SideSum>,
    pub norms: BTreeMap<NormWords, NormSum>,
    pub one_sided: Vec<OneSided>,
    /// Cases that could not be looked at, with the reason, in the order of their ids.
    pub troubles: Vec<(Uuid, String)>,
}

impl Impact {
    /// Does nothing change in any case?
    pub fn changes_nothing(&self) -> bool {
        self.figures.looked.changed == 0 && self.one_sided.is_empty()
    }

    /// How many cases change in each kind; a case may be in several.
    pub fn by_kind(&self) -> BTreeMap<Kind, u64> {
        let mut kinds = BTreeMap::new();
        for row in &self.changes {
            *kinds.entry(row.kind).or_default() += row.cases;
        }
        kinds
    }
}

impl Service {
    /// The impact of a draft on the cases of a selection. `see` gets the figures as they grow, about ten times a second, the
    /// first time with the law's changes; `stop` ends the work early, and what was not looked at is then missing from the
    /// sums.
    ///
    /// # Errors
    /// Trouble with the store; trouble with one case is in [`Impact::troubles`].
    pub fn impact(
        &self,
        bulk: &Bulk,
        draft: &Draft,
        question: &ImpactQuestion,
        stop: &AtomicBool,
        see: &mut dyn FnMut(&Figures, &[LawChange]),
    ) -> Result<Impact, ServiceError> {
        let asked = Asked { on: question.on, past: question.on < self.today() };
        let offices = bulk.columns.offices();
        let wanted = |group: &Group, row: &Row<'_>| {
            let office = usize::from(row.office).checked_sub(1).and_then(|at| offices.get(at));
            question.selection.takes_row(row, group.rulebook(), office.map(String::as_str))
                && !(asked.past && row.key.opened_on > asked.on.number())
        };
        let plan = Plan::new(self, bulk, draft, question, &wanted);
        let mut figures = plan.figures.clone();
        see(&figures, &plan.laws);
        let looking = pass::Looking { service: self, asked, wanted: &wanted, stop };
        let sums = looking.run(&plan.tasks, &mut |sums| {
            figures.looked = sums.all;
            see(&figures, &plan.laws);
        })?;
        report::report(self, bulk, question, plan, sums)
    }
}
