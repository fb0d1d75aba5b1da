// SPDX-License-Identifier: EUPL-1.2
//! The check of one case in the columns.

use crate::calendar::Day;
use crate::engine::{Case, Check, Checker, Finding, Tally, findings};
use crate::spec::scenario::{Conformity, Gravity};

use super::Row;

/// The day of a check, and whether what came later has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub on: Day,
    /// As the case stood at the end of that day: events of later days have not happened, and cases opened later do not
    /// exist.
    pub past: bool,
}

/// The answer for one case.
#[derive(Clone, Copy, Debug)]
pub struct Checked<'a> {
    pub conformity: Conformity,
    pub findings: &'a [Finding],
    /// Is the case closed, on the day of the check?
    pub closed: bool,
}

impl<'a> Checked<'a> {
    /// The answer of the step engine.
    pub fn of(check: &'a Check, case: &Case) -> Self {
        Self { conformity: check.conformity, findings: &check.findings, closed: case.closed.is_some() }
    }

    pub fn is_breached(&self) -> bool {
        self.findings.iter().any(|finding| finding.gravity == Gravity::Breach)
    }
}

/// Checks one case: quickly where that can be, else by the step engine, with the same answer.
#[inline]
pub fn check_each<T>(checker: &mut Checker<'_>, row: &Row<'_>, asked: Asked, see: impl FnOnce(Checked<'_>) -> T) -> T {
    feed(checker, row, asked);
    let closed = checker.is_closed();
    if let Some((conformity, findings)) = checker.verdict() {
        return see(Checked { conformity, findings, closed });
    }
    by_steps(checker, row, asked, |_, checked| see(checked))
}

/// As [`check_each`], with what the case comes to; what `tally` held is written over.
pub fn tally_each<T>(
    checker: &mut Checker<'_>,
    row: &Row<'_>,
    asked: Asked,
    tally: &mut Tally,
    see: impl FnOnce(Checked<'_>, &Tally) -> T,
) -> T {
    feed(checker, row, asked);
    let closed = checker.is_closed();
    if checker.tally(tally)
        && let Some((conformity, findings)) = checker.verdict()
    {
        return see(Checked { conformity, findings, closed }, tally);
    }
    let rulebook = checker.rulebook();
    by_steps(checker, row, asked, |case, checked| {
        tally.take(rulebook, case, asked.on);
        see(checked, tally)
    })
}

#[inline]
fn feed(checker: &mut Checker<'_>, row: &Row<'_>, asked: Asked) {
    checker.begin(asked.on.number(), asked.past);
    checker.push_all(row.events());
}

#[cold]
fn by_steps<T>(checker: &Checker<'_>, row: &Row<'_>, asked: Asked, see: impl FnOnce(&Case, Checked<'_>) -> T) -> T {
    let rulebook = checker.rulebook();
    let case = row.case(rulebook, asked, checker.replays());
    let check = findings(rulebook, &case, asked.on);
    see(&case, Checked::of(&check, &case))
}
