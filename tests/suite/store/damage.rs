// SPDX-License-Identifier: EUPL-1.2
//! Somebody, or the disk, has changed the file: the check names case and event, and nothing damaged passes for whole.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use lepre::store::{ChainFault, ChainFaultKind, SqliteOptions, SqliteStore, Store as _, StoreError, chain};
use rusqlite::Connection;
use tempfile::TempDir;

use super::{Dice, Fresh, Told, case_id, open, open_history, seed, told};

const CASES: u32 = 4;
const EVENTS: u32 = 6;
/// The case that is tampered with.
const VICTIM: u32 = 2;

/// A closed store with some histories.
fn histories() -> (TempDir, PathBuf) {
    let fresh = Fresh::new();
    (0..CASES).for_each(|n| drop(open_history(&fresh.store, n, EVENTS)));
    fresh.closed()
}

/// What the check finds after `sql`, done by somebody who knows SQLite.
fn faults_after(sql: &str) -> Vec<ChainFault> {
    let (_folder, path) = histories();
    tamper(&path, sql);
    open(&path).unwrap().verify_chain(&mut |_, _| {}).unwrap()
}

fn tamper(path: &Path, sql: &str) {
    let connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    let guards = "SELECT group_concat('DROP TRIGGER ' || name, ';'), group_concat(sql, ';') || ';' FROM sqlite_schema
        WHERE type = 'trigger'";
    let (down, up): (String, String) = connection.query_row(guards, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    connection.execute_batch(&down).unwrap();
    // KEY stands for the number under which the victim's events are kept.
    let key = VICTIM + 1;
    connection.execute_batch(&sql.replace("KEY", &key.to_string())).unwrap();
    connection.execute_batch(&up).unwrap();
    assert!(connection.changes() > 0, "nothing was tampered with: {sql}");
}

fn fault(sequence: u32, kind: ChainFaultKind) -> ChainFault {
    ChainFault { case: Some(case_id(VICTIM)), sequence: Some(sequence), kind }
}

#[test]
fn a_whole_store_has_no_faults() {
    let (_folder, path) = histories();
    let mut progress = Vec::new();
    let store = open(&path).unwrap();
    assert_eq!(store.verify_chain(&mut |done, total| progress.push((done, total))).unwrap(), []);
    let all = u64::from(CASES);
    assert_eq!(progress.last(), Some(&(all, all)));
}

#[test]
fn an_altered_event_is_named() {
    for column in ["body = body || ' '", "actor = 'altri'", "on_day = on_day + 1", "recorded_at = 0"] {
        for sequence in [1, 3, EVENTS] {
            let sql = format!("UPDATE events SET {column} WHERE case_key = KEY AND sequence = {sequence}");
            assert_eq!(faults_after(&sql)[..], [fault(sequence, ChainFaultKind::AlteredEvent)][..], "{sql}");
        }
    }
}

/// The hash of an event is altered, not the event: the event after it is not to blame, nor is the head.
#[test]
fn an_altered_hash_is_named_and_nothing_else() {
    for sequence in [1, 3, EVENTS] {
        let sql = format!("UPDATE events SET hash = zeroblob(32) WHERE case_key = KEY AND sequence = {sequence}");
        assert_eq!(faults_after(&sql), [fault(sequence, ChainFaultKind::AlteredEvent)]);
    }
}

#[test]
fn two_altered_events_are_both_named() {
    let faults = faults_after("UPDATE events SET body = 'x' WHERE case_key = KEY AND sequence IN (2, 5)");
    let altered = ChainFaultKind::AlteredEvent;
    assert_eq!(faults, [fault(2, altered.clone()), fault(5, altered)]);
}

/// Whoever alters an event and its hash moves the fault to the next event, and cannot do away with it.
#[test]
fn a_recomputed_hash_does_not_fit_the_next_event() {
    let (_folder, path) = histories();
    let events = told(&open(&path).unwrap(), VICTIM).1;
    let hash = chain::link(&events[1].hash, case_id(VICTIM), 3, 20_454, 0, b"x", b"y");
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    tamper(
        &path,
        &format!(
            "UPDATE events SET recorded_at = 0, actor = 'x', body = 'y', hash = x'{hash}'
             WHERE case_key = KEY AND sequence = 3"
        ),
    );
    let faults = open(&path).unwrap().verify_chain(&mut |_, _| {}).unwrap();
    assert_eq!(faults, [fault(4, ChainFaultKind::AlteredEvent)]);
}

#[test]
fn missing_events_are_named() {
    let missing = |first, until| fault(first, ChainFaultKind::MissingEvents { until });
    let cases = [
        ("= 1", vec![missing(1, 1)]),
        ("= 3", vec![missing(3, 3)]),
        ("IN (2, 3, 5)", vec![missing(2, 3), missing(5, 5)]),
    ];
    let tails = [("= 6", vec![missing(6, 6)]), (">= 4", vec![missing(4, 6)]), (">= 1", vec![missing(1, 6)])];
    for (which, expected) in cases.into_iter().chain(tails) {
        let faults = faults_after(&format!("DELETE FROM events WHERE case_key = KEY AND sequence {which}"));
        assert_eq!(faults, expected, "{which}");
    }
}

/// A history with a hole is an error to its readers too, and not a shorter history.
#[test]
fn a_history_with_a_hole_is_not_read() {
    for which in ["= 1", "= 3", "= 6"] {
        let (_folder, path) = histories();
        tamper(&path, &format!("DELETE FROM events WHERE case_key = KEY AND sequence {which}"));
        let store = open(&path).unwrap();
        let refused = store.events(case_id(VICTIM)).unwrap_err();
        assert_eq!(refused, StoreError::Incomplete { case: case_id(VICTIM) });
        assert!(refused.to_string().contains(&case_id(VICTIM).to_string()), "{refused}");
        assert!(store.events(case_id(VICTIM + 1)).is_ok());
        // It stops no other.
        let mut seen = Vec::new();
        let walked = store.for_each_case(&mut |head, events| {
            seen.push((head.id, events.map(<[_]>::len)));
            ControlFlow::Continue(())
        });
        walked.unwrap();
        assert_eq!(seen.len(), usize::try_from(CASES).unwrap());
        assert!(seen.iter().all(|(id, events)| (*id == case_id(VICTIM)) == (*events == Err(refused.clone()))));
    }
}

#[test]
fn swapped_events_are_named() {
    let faults = faults_after(
        "UPDATE events SET sequence = 99 WHERE case_key = KEY AND sequence = 2;
         UPDATE events SET sequence = 2 WHERE case_key = KEY AND sequence = 4;
         UPDATE events SET sequence = 4 WHERE case_key = KEY AND sequence = 99",
    );
    let altered = |sequence| fault(sequence, ChainFaultKind::AlteredEvent);
    assert!(faults.contains(&altered(2)) && faults.contains(&altered(4)), "{faults:?}");
    assert!(faults.iter().all(|fault| fault.case == Some(case_id(VICTIM))));
}

#[test]
fn events_of_two_cases_cannot_be_exchanged() {
    let faults = faults_after(
        "UPDATE events SET case_key = 99 WHERE case_key = KEY AND sequence = 3;
         UPDATE events SET case_key = KEY WHERE case_key = 1 AND sequence = 3;
         UPDATE events SET case_key = 1 WHERE case_key = 99 AND sequence = 3",
    );
    let named: Vec<_> = faults.iter().map(|fault| (fault.case, fault.sequence)).collect();
    assert!(named.contains(&(Some(case_id(0)), Some(3))) && named.contains(&(Some(case_id(VICTIM)), Some(3))));
}

/// The log had counted otherwise.
fn miscounted() -> ChainFault {
    ChainFault { case: None, sequence: None, kind: ChainFaultKind::LogDiffers }
}

/// A case taken away with all its events leaves no gap in any history, and is still missed.
#[test]
fn a_case_taken_away_whole_is_missed() {
    let gone = "DELETE FROM events WHERE case_key = KEY; DELETE FROM desks WHERE case_key = KEY; DELETE FROM cases WHERE key = KEY";
    assert_eq!(faults_after(gone), [miscounted()]);
}

#[test]
fn an_altered_head_is_named() {
    let head = |sequence| fault(sequence, ChainFaultKind::HeadDiffers);
    assert_eq!(faults_after("UPDATE cases SET hash = zeroblob(32) WHERE key = KEY"), [head(EVENTS)]);
    assert_eq!(faults_after("UPDATE cases SET sequence = 4 WHERE key = KEY"), [head(4), miscounted()]);
    assert_eq!(faults_after("UPDATE cases SET opened_on = 1 WHERE key = KEY"), [head(1)]);
    let beyond = fault(EVENTS + 1, ChainFaultKind::MissingEvents { until: 9 });
    assert_eq!(faults_after("UPDATE cases SET sequence = 9 WHERE key = KEY"), [beyond, miscounted()]);
}

#[test]
fn altered_data_of_a_case_show_at_its_first_event() {
    for column in [
        "level = 'Q'",
        "region = NULL",
        "office = ''",
        "external = 'x'",
        "subject = zeroblob(16)",
        "rulebook = zeroblob(32)",
    ] {
        let faults = faults_after(&format!("UPDATE cases SET {column} WHERE key = KEY"));
        assert_eq!(faults[0], fault(1, ChainFaultKind::AlteredEvent), "{column}");
        assert!(faults[0].to_string().contains("dati fissi"), "{}", faults[0]);
    }
}

#[test]
fn orphan_events_are_found() {
    let orphan = |key| ChainFault { case: None, sequence: Some(1), kind: ChainFaultKind::OrphanEvents { key } };
    assert_eq!(faults_after("DELETE FROM cases WHERE key = KEY"), [orphan(3), miscounted()]);
    assert_eq!(faults_after("DELETE FROM cases WHERE key = 1"), [orphan(1), miscounted()]);
    assert_eq!(faults_after("DELETE FROM cases WHERE key = 4"), [orphan(4), miscounted()]);
    let strays = "INSERT INTO events SELECT -5, sequence, on_day, recorded_at, hash, actor, body FROM events
        WHERE case_key = 1 AND sequence = 1";
    assert_eq!(faults_after(strays), [orphan(-5)]);
}

/// A row whose types are no longer those of the schema: a finding, and the check goes on.
#[test]
fn an_unreadable_row_is_named() {
    let (_folder, path) = histories();
    tamper(&path, "UPDATE events SET hash = hash WHERE case_key = KEY");
    let connection = Connection::open(&path).unwrap();
    let schema: String =
        connection.query_row("SELECT sql FROM sqlite_schema WHERE name = 'events'", [], |row| row.get(0)).unwrap();
    let lax = schema.replace("STRICT, ", "").replace("CHECK (length(hash) = 32)", "");
    connection
        .execute_batch(&format!(
            "ALTER TABLE events RENAME TO old; {lax}; INSERT INTO events SELECT * FROM old; DROP TABLE old;
             UPDATE events SET body = x'00' WHERE case_key = 3 AND sequence = 2;
             UPDATE events SET hash = x'00' WHERE case_key = 3 AND sequence = 5"
        ))
        .unwrap();
    drop(connection);
    let store = open(&path).unwrap();
    let faults = store.verify_chain(&mut |_, _| {}).unwrap();
    let (faults, schema) = faults.split_at(2);
    assert_eq!(faults.iter().map(|fault| fault.sequence).collect::<Vec<_>>(), [Some(2), Some(5)]);
    assert!(schema.iter().all(|fault| matches!(fault.kind, ChainFaultKind::SchemaDiffers { .. })), "{schema:?}");
    for fault in faults {
        assert_eq!(fault.case, Some(case_id(VICTIM)));
        assert!(matches!(fault.kind, ChainFaultKind::Unreadable { .. }), "{fault:?}");
    }
    assert!(matches!(store.events(case_id(VICTIM)), Err(StoreError::Corrupt { .. })));
}

/// One bit, anywhere in what an event says.
#[test]
fn a_flipped_bit_in_an_event_is_named() {
    let (folder, path) = histories();
    let bytes = fs::read(&path).unwrap();
    let body = format!("pratica {VICTIM} evento 4");
    let at = bytes.windows(body.len()).position(|window| window == body.as_bytes()).unwrap();
    for bit in 0..body.len() * 8 {
        let copy = folder.path().join(format!("{bit}.db"));
        let mut bytes = bytes.clone();
        bytes[at + bit / 8] ^= 1 << (bit % 8);
        fs::write(&copy, bytes).unwrap();
        let faults = open(&copy).unwrap().verify_chain(&mut |_, _| {}).unwrap();
        assert_eq!(faults, [fault(4, ChainFaultKind::AlteredEvent)], "bit {bit}");
    }
}

/// A bit or a few, anywhere in the file: never a panic, and if the check finds nothing, then every history is what it was.
#[test]
fn flipped_bits_never_pass_for_whole() {
    let (folder, path) = histories();
    let bytes = fs::read(&path).unwrap();
    let before: Vec<Told> = (0..CASES).map(|n| told(&open(&path).unwrap(), n)).collect();
    let mut dice = Dice(seed());
    for round in 0..400 {
        let copy = folder.path().join(format!("{round}.db"));
        let mut bytes = bytes.clone();
        for _ in 0..=dice.below(4) * (round % 2) {
            let at = usize::try_from(dice.below(bytes.len() as u64)).unwrap();
            bytes[at] ^= 1 << dice.below(8);
        }
        fs::write(&copy, bytes).unwrap();
        let Ok(store) = open(&copy) else { continue };
        if store.verify_chain(&mut |_, _| {}).is_ok_and(|faults| faults.is_empty()) {
            let mut seen = Vec::new();
            let walked = store.for_each_case(&mut |head, events| {
                seen.push((head, events.unwrap().to_vec()));
                ControlFlow::Continue(())
            });
            walked.unwrap();
            for ((head, events), (head_before, events_before)) in seen.iter_mut().zip(&before) {
                // The one thing of a case that is nobody's proof.
                head.state.clone_from(&head_before.state);
                assert_eq!((&*head, &*events), (head_before, events_before), "round {round}");
            }
            assert_eq!(seen.len(), before.len(), "round {round}");
        }
    }
}

/// A file cut short anywhere is refused, or found to be damaged; it is never taken for a smaller store, or a new one.
#[test]
fn a_truncated_file_never_passes_for_whole() {
    let (folder, path) = histories();
    let bytes = fs::read(&path).unwrap();
    let lengths = (0..bytes.len()).step_by(1_024).chain([1, 15, 16, 99, 100, bytes.len() - 1]);
    for length in lengths {
        let copy = folder.path().join(format!("{length}.db"));
        fs::write(&copy, &bytes[..length]).unwrap();
        let options = SqliteOptions { create: true, ..super::impatient() };
        let found = SqliteStore::open(&copy, options).and_then(|store| store.verify_chain(&mut |_, _| {}));
        match found {
            // What is cut off the last page is read as zeros: where it was zeros, nothing was lost.
            Ok(faults) => {
                let lost = bytes[length..].iter().any(|byte| *byte != 0);
                assert!(!faults.is_empty() || !lost, "{length} bytes pass for a store");
            }
            Err(StoreError::NotLepre { .. } | StoreError::Corrupt { .. }) => {}
            Err(other) => panic!("{length} bytes: {other:?}"),
        }
    }
}

/// Whoever takes the guards away is seen, also if nothing else has changed; what others have added is their affair.
#[test]
fn guards_taken_away_are_missed() {
    let (_folder, path) = histories();
    let sql = "DROP TRIGGER events_are_not_changed; DROP INDEX cases_of_subject; CREATE VIEW v AS SELECT 1";
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    let faults = open(&path).unwrap().verify_chain(&mut |_, _| {}).unwrap();
    let missing = ["cases_of_subject", "events_are_not_changed"].map(|name| ChainFault {
        case: None,
        sequence: None,
        kind: ChainFaultKind::SchemaDiffers { name: name.into() },
    });
    assert_eq!(faults, missing);
    assert!(faults[0].to_string().contains("`cases_of_subject`"), "{}", faults[0]);
}

/// Mistakes are stopped before the chain has to show them.
#[test]
fn the_file_itself_refuses_changes() {
    let (_folder, path) = histories();
    let connection = Connection::open(&path).unwrap();
    for sql in [
        "UPDATE events SET body = 'x'",
        "DELETE FROM events",
        "UPDATE cases SET level = 'Q'",
        "DELETE FROM cases",
        "UPDATE rulebooks SET body = 'x'",
        "DELETE FROM rulebooks",
        "INSERT INTO events SELECT * FROM events",
    ] {
        assert!(connection.execute(sql, []).is_err(), "{sql}");
    }
}
