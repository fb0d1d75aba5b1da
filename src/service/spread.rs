// SPDX-License-Identifier: EUPL-1.2
//! Checks the cases of a group, on as many threads as there are cores.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use crate::columns::{Asked, Checked, Group, Row, check_each, tally_each};
use crate::engine::{Checker, Program, Tally};

/// Cases handed to a thread at once.
const BATCH: usize = 4_096;

/// Checks the cases of a group that `wanted` takes, on all cores. Each thread makes its own sums and sees its cases; the
/// sums come back in no order. `stop` ends the work early.
pub fn check_group<T: Send>(
    group: &Group,
    program: &Program,
    asked: Asked,
    stop: &AtomicBool,
    make: impl Fn() -> T + Sync,
    wanted: impl Fn(&Row<'_>) -> bool + Sync,
    see: impl Fn(&mut T, &Row<'_>, usize, Checked<'_>) + Sync,
) -> Vec<T> {
    spread(group, program, asked, stop, make, wanted, |sums, checker, row, at| {
        check_each(checker, row, asked, |checked| see(sums, row, at, checked));
    })
}

/// As [`check_group`], with what each case comes to.
pub fn tally_group<T: Send>(
    group: &Group,
    program: &Program,
    asked: Asked,
    stop: &AtomicBool,
    make: impl Fn() -> T + Sync,
    wanted: impl Fn(&Row<'_>) -> bool + Sync,
    see: impl Fn(&mut T, &Row<'_>, Checked<'_>, &Tally) + Sync,
) -> Vec<T> {
    let make = || (make(), Tally::default());
    let parts = spread(group, program, asked, stop, make, wanted, |(sums, tally), checker, row, _| {
        tally_each(checker, row, asked, tally, |checked, tally| see(sums, row, checked, tally));
    });
    parts.into_iter().map(|(sums, _)| sums).collect()
}

fn spread<T: Send>(
    group: &Group,
    program: &Program,
    asked: Asked,
    stop: &AtomicBool,
    make: impl Fn() -> T + Sync,
    wanted: impl Fn(&Row<'_>) -> bool + Sync,
    step: impl Fn(&mut T, &mut Checker<'_>, &Row<'_>, usize) + Sync,
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
                step(&mut sums, &mut checker, &row, at);
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
        // Cases that a broken thread did not see must not be missing in silence.
        let ended = |thread: thread::ScopedJoinHandle<'_, T>| {
            thread.join().unwrap_or_else(|broken| std::panic::resume_unwind(broken))
        };
        running.into_iter().map(ended).collect()
    })
}

fn take(next: &AtomicUsize, len: usize) -> Option<Range<usize>> {
    let start = next.fetch_add(BATCH, Ordering::Relaxed);
    (start < len).then(|| start..len.min(start + BATCH))
}
