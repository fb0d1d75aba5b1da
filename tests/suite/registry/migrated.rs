// SPDX-License-Identifier: EUPL-1.2
//! A store made before there was a registry is brought forward by itself, with all that was in it.

use lepre::store::{ChainFaultKind, NewCase, Registry, Store, chain};
use rusqlite::{Connection, params};

use super::{access, account, account_id, desk};
use crate::store::{Fresh, RULEBOOK, case_id, event, new_case, open, person, stamp, subject_id};

const FIRST: &str = include_str!("../../../src/store/sqlite/migrations/1.sql");
const CASES: u32 = 3;

/// A file as the first version left it: cases of one event each.
fn first_version(path: &std::path::Path) {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(FIRST).unwrap();
    connection.pragma_update(None, "application_id", 0x4C45_5052).unwrap();
    connection.pragma_update(None, "user_version", 1).unwrap();
    connection.execute("INSERT INTO rulebooks VALUES (?1, '{}')", params![RULEBOOK.0]).unwrap();
    let person = person(0);
    let subject = params![person.id.as_bytes(), person.tax_code, person.name];
    connection.execute("INSERT INTO subjects VALUES (?1, 'person', ?2, ?3)", subject).unwrap();
    for n in 0..CASES {
        let NewCase { id, subject, level, region, office, rulebook, external } = new_case(n);
        let (stamp, event) = (stamp(), event("aperta"));
        let (actor, body) = (stamp.actor.as_bytes(), event.body.as_bytes());
        let hash = chain::link(&chain::genesis(&new_case(n)), id, 1, event.on, stamp.recorded_at, actor, body);
        connection
            .execute(
                "INSERT INTO cases (id, subject, level, region, office, rulebook, external, opened_on, state, sequence, hash)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'aperta', 1, ?9)",
                params![
                    id.as_bytes(),
                    subject.as_bytes(),
                    level,
                    region,
                    office,
                    rulebook.0,
                    external,
                    event.on,
                    hash
                ],
            )
            .unwrap();
        let key = connection.last_insert_rowid();
        connection
            .execute(
                "INSERT INTO events VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6)",
                params![key, event.on, stamp.recorded_at, hash, stamp.actor, event.body],
            )
            .unwrap();
    }
}

#[test]
fn a_store_of_the_first_version_is_brought_forward_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lepre.db");
    first_version(&path);
    let store = open(&path).unwrap();
    assert_eq!(store.stats().unwrap().schema_version, 3);
    assert_eq!(store.verify_chain(&mut |_, _| {}).unwrap(), []);
    assert_eq!((store.log_mark().unwrap().cases, store.log_mark().unwrap().events), (CASES.into(), CASES.into()));
    assert_eq!(store.subject(subject_id(0)).unwrap(), Some(person(0)));
    assert_eq!(store.rulebook(&RULEBOOK).unwrap().as_deref(), Some("{}"));

    // The same as in a store made now.
    let fresh = Fresh::new();
    for n in 0..CASES {
        let head = fresh.store.open_case(new_case(n), stamp(), vec![event("aperta")], "aperta").unwrap();
        assert_eq!(store.case_head(case_id(n)).unwrap(), Some(head));
        assert_eq!(store.events(case_id(n)).unwrap(), fresh.store.events(case_id(n)).unwrap());
    }

    // And it goes on: old cases wait for their rows, and everything new has its place.
    assert_eq!(store.stale_cases(None, 9).unwrap(), [0, 1, 2].map(case_id));
    store.put_desks((0..CASES).map(|n| desk(n, 1)).collect()).unwrap();
    assert!(store.stale_cases(None, 9).unwrap().is_empty());
    store.put_account(account(1)).unwrap();
    store.append(case_id(0), 1, stamp(), vec![event("x")], "x").unwrap();
    assert_eq!(store.stale_cases(None, 9).unwrap(), [case_id(0)]);
    drop(store);
    let again = open(&path).unwrap();
    assert_eq!(again.account(account_id(1)).unwrap(), Some(account(1)));
    assert_eq!(again.verify_chain(&mut |_, _| {}).unwrap(), []);
}

/// The check of the chain knows the new tables: a guard taken away, or an index, is named.
#[test]
fn what_is_taken_away_is_named() {
    for (sql, name) in [
        ("DROP TRIGGER accesses_are_not_deleted", "accesses_are_not_deleted"),
        ("DROP INDEX desks_of_office_by_due", "desks_of_office_by_due"),
        ("DROP TABLE secrets", "secrets"),
    ] {
        let fresh = Fresh::new();
        fresh.store.note_access(access(1)).unwrap();
        let (_folder, path) = fresh.closed();
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        let faults = open(&path).unwrap().verify_chain(&mut |_, _| {}).unwrap();
        let named = ChainFaultKind::SchemaDiffers { name: name.to_owned() };
        assert!(faults.iter().any(|fault| fault.kind == named), "{faults:?}");
    }
}

#[test]
fn a_copy_takes_the_registry_along() {
    let fresh = Fresh::new();
    fresh.store.put_account(account(1)).unwrap();
    fresh.store.note_access(access(1)).unwrap();
    fresh.store.flush().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copia.db");
    fresh.store.backup(&copy, &mut |_, _| {}).unwrap();
    let copied = open(&copy).unwrap();
    assert_eq!(copied.account(account_id(1)).unwrap(), Some(account(1)));
    assert_eq!(copied.accesses(&Default::default(), None, 9).unwrap().len(), 1);
}
