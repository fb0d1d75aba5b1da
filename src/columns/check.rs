// SPDX-License-Identifier: EUPL-1.2
//! The check of one case in the columns.

use crate::calendar::Day;
use crate::engine::{Case, Checker, Finding, Tally, findings};
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
}

impl Checked<'_> {
    pub fn is_breached(&self) -> bool {
        self.findings.iter().any(|finding| finding.gravity == Gravity::Breach)
    }
}

/// Checks one case: quickly where that can be, else by the step engine, with the same answer.
#[inline]
pub fn check_each<T>(checker: &mut Checker<'_>, row: &Row<'_>, asked: Asked, see: impl FnOnce(Checked<'_>) -> T) -> T {
    feed(checker, row, asked);
    if let Some((conformity, findings)) = checker.verdict() {
        return see(Checked { conformity, findings });
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
    if checker.tally(tally)
        && let Some((conformity, findings)) = checker.verdict()
    {
        return see(Checked { conformity, findings }, tally);
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
    row.feed(&mut |symbol, day, timed| {
        if timed {
            checker.push_timed(symbol, day);
        } else {
            checker.push(symbol, day);
        }
    });
}

#[cold]
fn by_steps<T>(checker: &Checker<'_>, row: &Row<'_>, asked: Asked, see: impl FnOnce(&Case, Checked<'_>) -> T) -> T {
    let rulebook = checker.rulebook();
    let case = row.case(rulebook, asked, checker.replays());
    let check = findings(rulebook, &case, asked.on);
    see(&case, Checked { conformity: check.conformity, findings: &check.findings })
}
