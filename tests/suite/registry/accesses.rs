// SPDX-License-Identifier: EUPL-1.2
//! Accesses are noted without waiting, none is lost, and none is changed.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use lepre::store::{Access, AccessQuery, Registry, SqliteOptions, SqliteStore, StoreError};
use rusqlite::Connection;

use super::{access, account, account_id, cases, registry};
use crate::store::{Fresh, case_id, event, open, open_case, stamp, subject_id};

fn requests(store: &dyn Registry, query: &AccessQuery, before: Option<i64>, limit: u32) -> Vec<String> {
    store.accesses(query, before, limit).unwrap().into_iter().map(|(_, access)| access.request).collect()
}

#[test]
fn an_access_is_read_back_as_it_was_noted() {
    let fresh = Fresh::new();
    let store = registry(&fresh);
    let full = Access { subject: Some(subject_id(1)), why: Some("richiesta dell'interessato".into()), ..access(1) };
    let bare = Access { region: None, case: None, ..access(2) };
    store.note_access(full.clone()).unwrap();
    store.note_access(bare.clone()).unwrap();
    store.flush().unwrap();
    let noted = store.accesses(&AccessQuery::default(), None, 9).unwrap();
    let keys: Vec<i64> = noted.iter().map(|(key, _)| *key).collect();
    assert!(keys[0] > keys[1]);
    assert_eq!(noted.into_iter().map(|(_, access)| access).collect::<Vec<_>>(), [bare, full]);
}

#[test]
fn accesses_are_found_by_whatever_is_known_of_them() {
    let fresh = Fresh::new();
    let store = registry(&fresh);
    for n in 0..6 {
        let (account, region) = (account_id(n % 2), Some(if n < 4 { "piemonte" } else { "lazio" }.to_owned()));
        let subject = (n == 3).then(|| subject_id(7));
        store.note_access(Access { account, region, subject, ..access(n) }).unwrap();
    }
    store.flush().unwrap();
    let found = |query: AccessQuery| {
        let found = requests(store, &query, None, 9);
        found.iter().map(|request| request.replace("richiesta-", "")).collect::<String>()
    };
    let any = AccessQuery::default;
    let lazio = Some("lazio".to_owned());
    assert_eq!(found(any()), "543210");
    assert_eq!(found(AccessQuery { account: Some(account_id(1)), ..any() }), "531");
    assert_eq!(found(AccessQuery { case: Some(case_id(2)), ..any() }), "2");
    assert_eq!(found(AccessQuery { subject: Some(subject_id(7)), ..any() }), "3");
    assert_eq!(found(AccessQuery { region: lazio.clone(), ..any() }), "54");
    assert_eq!(found(AccessQuery { account: Some(account_id(1)), region: lazio, ..any() }), "5");
    assert_eq!(found(AccessQuery { from: Some(1_002), to: Some(1_004), ..any() }), "432");
    assert_eq!(found(AccessQuery { case: Some(case_id(9)), ..any() }), "");

    let (key, _) = store.accesses(&any(), None, 2).unwrap().pop().unwrap();
    assert_eq!(requests(store, &any(), Some(key), 2), ["richiesta-3", "richiesta-2"]);
}

#[test]
fn what_was_noted_is_there_after_the_store_is_dropped() {
    const NOTES: u32 = 3_000;
    let fresh = Fresh::new();
    registry(&fresh).put_account(account(1)).unwrap();
    (0..NOTES).for_each(|n| registry(&fresh).note_access(access(n)).unwrap());
    let (_folder, path) = fresh.closed();
    let store = open(&path).unwrap();
    let noted = requests(&store, &AccessQuery::default(), None, NOTES + 1);
    let expected: Vec<_> = (0..NOTES).rev().map(|n| format!("richiesta-{n}")).collect();
    assert_eq!(noted, expected);
}

/// While nothing can be written only so much is kept in memory; then whoever notes waits, and nothing is lost.
#[test]
fn more_notes_than_may_wait_are_all_written() {
    const WAITING: u32 = 100_000;
    const NOTES: u32 = WAITING + 500;
    let folder = tempfile::tempdir().unwrap();
    let patient = SqliteOptions { busy_timeout: Duration::from_secs(600), ..SqliteOptions::default() };
    let store = &SqliteStore::open(folder.path().join("lepre.db"), patient).unwrap();
    let other = Connection::open(store.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let noted = &AtomicU32::new(0);
    thread::scope(|scope| {
        scope.spawn(move || {
            for n in 0..NOTES {
                store.note_access(access(n)).unwrap();
                noted.fetch_add(1, Ordering::SeqCst);
            }
        });
        while noted.load(Ordering::SeqCst) < WAITING {
            thread::yield_now();
        }
        assert_eq!(noted.load(Ordering::SeqCst), WAITING);
        other.execute_batch("ROLLBACK").unwrap();
    });
    store.flush().unwrap();
    assert_eq!(store.lost_notes(), 0);
    let last = store.accesses(&AccessQuery::default(), None, 1).unwrap().remove(0);
    assert_eq!((last.0, last.1), (i64::from(NOTES), access(NOTES - 1)));
}

/// A later write that waits makes durable what was noted before it.
#[test]
fn a_note_shares_the_transaction_of_the_next_write() {
    let fresh = Fresh::new();
    open_case(cases(&fresh), 1);
    for sequence in 1..=50 {
        registry(&fresh).note_access(access(sequence)).unwrap();
        cases(&fresh).append(case_id(1), sequence, stamp(), vec![event("x")], "x").unwrap();
        assert_eq!(requests(&fresh.store, &AccessQuery::default(), None, 1), [format!("richiesta-{sequence}")]);
    }
}

#[test]
fn a_note_that_fails_is_counted_and_takes_nothing_down_with_it() {
    let fresh = Fresh::new();
    open_case(cases(&fresh), 1);
    let guard = "CREATE TRIGGER guasto BEFORE INSERT ON accesses WHEN NEW.action = 'guasto'
        BEGIN SELECT RAISE(ABORT, 'guasto'); END";
    Connection::open(fresh.store.path()).unwrap().execute_batch(guard).unwrap();
    for n in 1..=4 {
        let action = if n % 2 == 0 { "guasto" } else { "pratica-letta" }.into();
        registry(&fresh).note_access(Access { action, ..access(n) }).unwrap();
    }
    cases(&fresh).append(case_id(1), 1, stamp(), vec![event("x")], "x").unwrap();
    assert_eq!(registry(&fresh).lost_notes(), 2);
    assert_eq!(requests(&fresh.store, &AccessQuery::default(), None, 9), ["richiesta-3", "richiesta-1"]);
}

/// Nothing can be written: the notes are counted, and whoever waits is told.
#[test]
fn notes_that_meet_a_lock_are_counted() {
    let fresh = Fresh::new();
    let other = Connection::open(fresh.store.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    (0..3).for_each(|n| registry(&fresh).note_access(access(n)).unwrap());
    assert!(matches!(registry(&fresh).flush(), Err(StoreError::Locked { .. })));
    assert_eq!(registry(&fresh).lost_notes(), 3);
    other.execute_batch("ROLLBACK").unwrap();
    registry(&fresh).note_access(access(4)).unwrap();
    registry(&fresh).flush().unwrap();
    assert_eq!(requests(&fresh.store, &AccessQuery::default(), None, 9), ["richiesta-4"]);
    assert_eq!(registry(&fresh).lost_notes(), 3);
}

#[test]
fn an_access_cannot_be_changed_or_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions { busy_timeout: Duration::from_millis(50), ..SqliteOptions::default() };
    let store = SqliteStore::open(folder.path().join("lepre.db"), options).unwrap();
    store.note_access(access(1)).unwrap();
    store.flush().unwrap();
    let by_hand = Connection::open(store.path()).unwrap();
    for sql in ["UPDATE accesses SET username = 'altri'", "DELETE FROM accesses"] {
        let refused = by_hand.execute_batch(sql).unwrap_err().to_string();
        assert!(refused.starts_with("gli accessi non si"), "{refused}");
    }
}
