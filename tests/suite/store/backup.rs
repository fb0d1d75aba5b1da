// SPDX-License-Identifier: EUPL-1.2
//! A copy is whole, whatever goes on meanwhile, and never costs an existing file.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use lepre::store::{Store as _, StoreError};

use super::{Fresh, case_id, event, open, open_case, open_history, stamp, told};

#[test]
fn a_backup_is_a_store() {
    let fresh = Fresh::new();
    (0..3).for_each(|n| drop(open_history(&fresh.store, n, 200)));
    let copy = fresh.folder.path().join("copia.db");
    let mut progress = Vec::new();
    fresh.store.backup(&copy, &mut |done, total| progress.push((done, total))).unwrap();
    assert!(progress.is_sorted() && progress.last().is_some_and(|(done, total)| done == total && *done > 0));

    // One file, and not in the mode that needs others beside it.
    let header = fs::read(&copy).unwrap();
    assert_eq!(&header[18..20], [1, 1]);
    assert_eq!(names(fresh.folder.path()), ["copia.db", "lepre.db", "lepre.db-shm", "lepre.db-wal"]);

    let restored = open(&copy).unwrap();
    (0..3).for_each(|n| assert_eq!(told(&restored, n), told(&fresh.store, n)));
    assert_eq!(restored.verify_chain(&mut |_, _| {}).unwrap(), []);
    restored.append(case_id(0), 200, stamp(), vec![event("dopo il ripristino")], "x").unwrap();
    assert_eq!(told(&fresh.store, 0).0.sequence, 200);
}

#[test]
fn a_backup_never_takes_the_place_of_a_file() {
    let fresh = Fresh::new();
    let copy = fresh.folder.path().join("prezioso.txt");
    fs::write(&copy, "non toccarmi").unwrap();
    let refused = fresh.store.backup(&copy, &mut |_, _| {});
    assert_eq!(refused, Err(StoreError::BackupExists { path: copy.clone() }));
    assert_eq!(fs::read_to_string(&copy).unwrap(), "non toccarmi");

    // Also when it appears while the copy is being made.
    let late = fresh.folder.path().join("in-ritardo.txt");
    let refused = fresh.store.backup(&late, &mut |_, _| fs::write(&late, "anch'io").unwrap());
    assert_eq!(refused, Err(StoreError::BackupExists { path: late.clone() }));
    assert_eq!(fs::read_to_string(&late).unwrap(), "anch'io");
    let left = names(fresh.folder.path());
    assert_eq!(left, ["in-ritardo.txt", "lepre.db", "lepre.db-shm", "lepre.db-wal", "prezioso.txt"]);
}

#[test]
fn a_backup_into_no_folder_says_so() {
    let fresh = Fresh::new();
    let nowhere = fresh.folder.path().join("manca").join("copia.db");
    let refused = fresh.store.backup(&nowhere, &mut |_, _| {}).unwrap_err();
    assert!(matches!(&refused, StoreError::CannotOpen { path, .. } if *path == nowhere), "{refused:?}");
}

/// The copy is one moment of the store: a prefix of every history, made while all of them grow.
#[test]
fn a_backup_is_made_while_others_write() {
    const CASES: u32 = 4;
    let fresh = Fresh::new();
    let store = &fresh.store;
    (0..CASES).for_each(|n| drop(open_case(store, n)));
    // Large enough for several steps of the copy.
    store.append(case_id(0), 1, stamp(), vec![event(&"x".repeat(12_000_000))], "x").unwrap();
    let copy = fresh.folder.path().join("copia.db");
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for n in 0..CASES {
            let done = &done;
            scope.spawn(move || {
                let mut sequence = told(store, n).0.sequence;
                while !done.load(Ordering::Relaxed) {
                    sequence = store.append(case_id(n), sequence, stamp(), vec![event("y")], "y").unwrap().sequence;
                }
            });
        }
        let mut steps = 0;
        store
            .backup(&copy, &mut |_, _| {
                // Between two steps somebody has certainly written.
                let (head, _) = told(store, 1);
                while told(store, 1).0.sequence == head.sequence {}
                steps += 1;
            })
            .unwrap();
        done.store(true, Ordering::Relaxed);
        assert!(steps > 1);
    });
    let copied = open(&copy).unwrap();
    assert_eq!(copied.verify_chain(&mut |_, _| {}).unwrap(), []);
    for n in 0..CASES {
        let (history, whole) = (copied.events(case_id(n)).unwrap(), store.events(case_id(n)).unwrap());
        assert!(history.len() < whole.len() || n == 0);
        assert_eq!(history[..], whole[..history.len()]);
    }
}

/// What is in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
