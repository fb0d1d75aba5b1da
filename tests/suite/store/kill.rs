// SPDX-License-Identifier: EUPL-1.2
//! `kill -9` at random moments: what was acknowledged is there, nothing is there by half.

use std::env;
use std::path::Path;
use std::thread;

use lepre::store::{NewEvent, SqliteOptions, SqliteStore, Store as _};

use super::child::{self, Said};
use super::{Dice, Fresh, case_id, event, open_case, seed, stamp};

/// Cases the child writes to, each from a thread of its own.
const WRITERS: u32 = 16;
/// The case this process writes to while the child does.
const OURS: u32 = 100;
/// Events in one append.
const TRIPLE: u32 = 3;
/// Acknowledged appends in all rounds together.
const APPENDS: u64 = 10_000;

/// The child: appends three events at a time until it is killed, and says which it has been told are written.
pub(super) fn append_for_ever(path: &Path) {
    let store = &patient(path);
    thread::scope(|scope| {
        for n in 0..WRITERS {
            scope.spawn(move || {
                let mut sequence = store.case_head(case_id(n)).unwrap().unwrap().sequence;
                loop {
                    sequence = store.append(case_id(n), sequence, stamp(), triple(sequence), "x").unwrap().sequence;
                    child::say(format_args!("{n} {sequence}"));
                }
            });
        }
    });
}

/// Two processes write all the time: each waits for the other.
fn patient(path: &Path) -> SqliteStore {
    SqliteStore::open(path, SqliteOptions::default()).unwrap()
}

fn triple(after: u32) -> Vec<NewEvent> {
    (1..=TRIPLE).map(|part| event(&format!("{after}+{part} {}", "x".repeat((after % 700) as usize)))).collect()
}

#[test]
fn what_was_acknowledged_survives_kill_9() {
    let fresh = Fresh::new();
    (0..WRITERS).chain([OURS]).for_each(|n| drop(open_case(&fresh.store, n)));
    let (_folder, path) = fresh.closed();
    let mut dice = Dice(seed());
    let mut acknowledged = [1; WRITERS as usize];
    let mut appends = 0;
    while appends < APPENDS {
        let until = appends + 1 + dice.below(APPENDS / 4);
        // A second process on the same file, writing all the while.
        let beside = patient(&path);
        let mut ours = beside.case_head(case_id(OURS)).unwrap().unwrap().sequence;

        let mut child = child::command(&env::current_exe().unwrap(), "appends", &path).spawn().unwrap();
        for said in &mut Said::by(&mut child) {
            let (n, sequence) = said.split_once(' ').unwrap();
            acknowledged[n.parse::<usize>().unwrap()] = sequence.parse().unwrap();
            appends += 1;
            if appends == until {
                child.kill().unwrap();
            }
            if appends % 64 == 0 {
                ours = beside.append(case_id(OURS), ours, stamp(), triple(ours), "x").unwrap().sequence;
            }
        }
        child.wait().unwrap();
        drop(beside);
        check(&path, &acknowledged, ours);
    }
}

fn check(path: &Path, acknowledged: &[u32], ours: u32) {
    let store = patient(path);
    assert_eq!(store.verify_chain(&mut |_, _| {}).unwrap(), []);
    let cases = acknowledged.iter().copied().zip(0..).chain([(ours, OURS)]);
    for (acknowledged, n) in cases {
        let events = store.events(case_id(n)).unwrap();
        let last = events.last().unwrap().sequence;
        assert!(last >= acknowledged, "case {n}: {acknowledged} was acknowledged, {last} is the last there");
        // At most one append was on its way when death came.
        assert!(last <= acknowledged + TRIPLE, "case {n}: {last} after {acknowledged}");
        let bodies: Vec<_> = events[1..].iter().map(|event| event.body.clone()).collect();
        let whole: Vec<_> = (1..last).step_by(TRIPLE as usize).flat_map(triple).map(|event| event.body).collect();
        assert_eq!(bodies, whole, "case {n}");
    }
}
