// SPDX-License-Identifier: EUPL-1.2
//! Checks the cases of a group, on as many threads as there are cores.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use crate::calendar::Day;
use crate::engine::{Checker, Finding, Program, findings, fold, fold_to, replay};
use crate::spec::scenario::{Conformity, Gravity};

use super::{Group, Row};

/// Cases handed to a thread at once.
const BATCH: usize = 4_096;

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
    checker.begin(asked.on.number(), asked.past);
    row.feed(&mut |symbol, day, timed| {
        if timed {
            checker.push_timed(symbol, day);
        } else {
            checker.push(symbol, day);
        }
    });
    if let Some((conformity, findings)) = checker.verdict() {
        return see(Checked { conformity, findings });
    }
    by_steps(checker, row, asked, see)
}

#[cold]
fn by_steps<T>(checker: &Checker<'_>, row: &Row<'_>, asked: Asked, see: impl FnOnce(Checked<'_>) -> T) -> T {
    let rulebook = checker.rulebook();
    let history = row.history();
    let case = match asked.past {
        past if checker.replays() => replay(rulebook, &history, past.then_some(asked.on)),
        true => fold_to(rulebook, &history, asked.on),
        false => fold(rulebook, &history),
    };
    let check = findings(rulebook, &case, asked.on);
    see(Checked { conformity: check.conformity, findings: &check.findings })
}

/// Checks the cases of a group that `wanted` takes, on all cores. Each thread makes its own sums and sees its cases; the
/// sums come back in no order. `stop` ends the work early.
pub fn check<T: Send>(
    group: &Group,
    program: &Program,
    asked: Asked,
    stop: &AtomicBool,
    make: impl Fn() -> T + Sync,
    wanted: impl Fn(&Row<'_>) -> bool + Sync,
    see: impl Fn(&mut T, &Row<'_>, usize, Checked<'_>) + Sync,
) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let work = || {
        let (mut sums, mut checker) = (make(), Checker::new(program));
        while let Some(range) = take(&next, group.len()).filter(|_| !stop.load(Ordering::Relaxed)) {
            for at in range {
                let Some(row) = group.row(at) else { continue };
                if !wanted(&row) || asked.past && row.key.opened_on > asked.on.number() {
                    continue;
                }
                check_each(&mut checker, &row, asked, |checked| see(&mut sums, &row, at, checked));
            }
        }
        sums
    };
    let threads =
        thread::available_parallelism().map_or(1, std::num::NonZero::get).min(group.len().div_ceil(BATCH)).max(1);
    if threads == 1 {
        return vec![work()];
    }
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        // A thread that broke off has nothing to tell: the work it did not do is missed by whoever counts.
        running.into_iter().filter_map(|thread| thread.join().ok()).collect()
    })
}

fn take(next: &AtomicUsize, len: usize) -> Option<Range<usize>> {
    let start = next.fetch_add(BATCH, Ordering::Relaxed);
    (start < len).then(|| start..len.min(start + BATCH))
}
