// SPDX-License-Identifier: EUPL-1.2
//! The world in which a store lives: other programs, full disks, files that are not ours.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use lepre::store::{Digest, SqliteOptions, SqliteStore, Store as _, StoreError};
use rusqlite::Connection;
use uuid::Uuid;

use super::child::{self, Said};
use super::{Fresh, case_id, event, furnish, impatient, open, open_case, open_history, opening, stamp, told};

#[test]
fn a_file_that_is_not_there_is_made_only_if_asked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lepre.db");
    let options = SqliteOptions { create: false, ..impatient() };
    assert_eq!(refused(&path, options.clone()), StoreError::NotFound { path: path.clone() });
    assert!(!path.exists());
    drop(open(&path).unwrap());
    assert!(SqliteStore::open(&path, options).is_ok());
}

#[test]
fn a_path_that_cannot_be_a_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().join("manca").join("lepre.db"), folder.path().to_path_buf(), PathBuf::new()] {
        let error = refused(&path, impatient());
        assert!(matches!(error, StoreError::CannotOpen { .. }), "{}: {error:?}", path.display());
    }
}

/// A file of somebody else's is refused and left as it was, with nothing beside it.
#[test]
fn a_file_that_is_not_ours_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("altra.db");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (x); PRAGMA user_version = 1").unwrap();
    let blank = folder.path().join("nuova.db");
    Connection::open(&blank).unwrap().execute_batch("VACUUM").unwrap();
    let text = folder.path().join("testo.txt");
    fs::write(&text, "non sono una base dati\n".repeat(99)).unwrap();
    let empty = folder.path().join("vuoto.db");
    fs::write(&empty, "").unwrap();
    for path in [other, blank, text, empty] {
        let before = fs::read(&path).unwrap();
        assert_eq!(refused(&path, impatient()), StoreError::NotLepre { path: path.clone() });
        assert_eq!(fs::read(&path).unwrap(), before);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
}

#[test]
fn a_newer_schema_is_refused() {
    let (_folder, path) = Fresh::new().closed();
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let error = refused(&path, impatient());
    assert_eq!(error, StoreError::NewerSchema { found: 99, supported: 3 });
    assert_eq!(
        error.to_string(),
        "la base dati è di una versione più nuova (99) di questo programma (3): aggiorna il programma"
    );
}

/// Another program has migrated the file under a running one.
#[test]
fn a_schema_that_becomes_newer_stops_the_writer() {
    let fresh = Fresh::new();
    open_case(&fresh.store, 1);
    Connection::open(fresh.store.path()).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let late = fresh.store.append(case_id(1), 1, stamp(), vec![event("x")], "x");
    assert_eq!(late, Err(StoreError::NewerSchema { found: 99, supported: 3 }));
    assert_eq!(told(&fresh.store, 1).0.sequence, 1);
}

#[test]
fn a_locked_database_says_so_and_goes_on_afterwards() {
    let fresh = Fresh::new();
    open_case(&fresh.store, 1);
    let other = Connection::open(fresh.store.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let locked = StoreError::Locked { path: fresh.store.path().to_path_buf() };
    assert_eq!(fresh.store.append(case_id(1), 1, stamp(), vec![event("x")], "x"), Err(locked.clone()));
    assert_eq!(fresh.store.append_batch(vec![opening(2), opening(3)]), [Err(locked.clone()), Err(locked)]);
    // Who only reads is not kept waiting, nor is another who opens the store.
    assert_eq!(told(&fresh.store, 1).0.sequence, 1);
    drop(open(fresh.store.path()).unwrap());
    other.execute_batch("ROLLBACK").unwrap();
    fresh.store.append(case_id(1), 1, stamp(), vec![event("x")], "x").unwrap();
}

#[test]
fn two_stores_on_one_file_see_each_other() {
    const APPENDS: u32 = 100;
    let fresh = Fresh::new();
    open_case(&fresh.store, 1);
    let patient = || SqliteStore::open(fresh.store.path(), SqliteOptions::default()).unwrap();
    let stores = [patient(), patient()];
    let conflicts: u32 = thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|n: usize| {
                let store = &stores[n % 2];
                scope.spawn(move || {
                    let (mut written, mut conflicts, mut sequence) = (0, 0, 1);
                    while written < APPENDS / 4 {
                        match store.append(case_id(1), sequence, stamp(), vec![event("x")], "x") {
                            Ok(head) => (written, sequence) = (written + 1, head.sequence),
                            Err(StoreError::Conflict { actual, .. }) => (conflicts, sequence) = (conflicts + 1, actual),
                            Err(other) => panic!("{other}"),
                        }
                    }
                    conflicts
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert!(conflicts > 0, "four writers to one case met no conflict");
    assert_eq!(told(&fresh.store, 1).0.sequence, 1 + APPENDS);
    assert_eq!(fresh.store.verify_chain(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn many_who_start_at_once_find_one_store() {
    const STARTERS: u32 = 8;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lepre.db");
    let start = Barrier::new(STARTERS as usize);
    thread::scope(|scope| {
        for n in 0..STARTERS {
            let (start, path) = (&start, &path);
            scope.spawn(move || {
                start.wait();
                let store = SqliteStore::open(path, SqliteOptions::default()).unwrap();
                furnish(&store);
                open_case(&store, n);
            });
        }
    });
    assert_eq!(open(&path).unwrap().stats().unwrap().cases, u64::from(STARTERS));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "something was left beside the store");
}

#[test]
fn a_store_that_is_full_writes_nothing_by_half_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lepre.db");
    let store = SqliteStore::open(&path, SqliteOptions { max_pages: Some(60), ..impatient() }).unwrap();
    furnish(&store);
    open_case(&store, 1);
    let full = Err(StoreError::Full { path: path.clone() });
    let page = || event(&"x".repeat(4_000));
    // Nine would fit, the tenth does not: none is there.
    let large: Vec<_> = (0..100).map(|_| page()).collect();
    let mut head = open_case(&store, 2);
    for _ in 0..3 {
        assert_eq!(store.append(case_id(1), 1, stamp(), large.clone(), "x"), full);
        assert_eq!(told(&store, 1).1.len(), 1);
        // Who asks for less is served.
        head = store.append(case_id(2), head.sequence, stamp(), vec![page()], "x").unwrap();
    }
    let refused = loop {
        match store.append(case_id(2), head.sequence, stamp(), vec![page()], "x") {
            Ok(next) => head = next,
            refused => break refused,
        }
    };
    assert_eq!(refused, full);
    let (now, events) = told(&store, 2);
    let written = head.sequence;
    assert_eq!((now, events.len()), (head, written as usize));
    assert_eq!(store.verify_chain(&mut |_, _| {}).unwrap(), []);
    drop(store);
    open(&path).unwrap().append(case_id(2), written, stamp(), large, "x").unwrap();
}

/// One who asks for too much shares transactions with many who do not: only the one is refused.
#[test]
fn one_write_too_large_for_the_disk_fails_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lepre.db");
    let store = &SqliteStore::open(&path, SqliteOptions { max_pages: Some(400), ..impatient() }).unwrap();
    furnish(store);
    (0..8).for_each(|n| drop(open_case(store, n)));
    thread::scope(|scope| {
        for n in 0..8 {
            scope.spawn(move || {
                for sequence in 1..=20 {
                    if n == 0 {
                        let body = event(&"x".repeat(4_000_000));
                        let refused = store.append(case_id(n), 1, stamp(), vec![body], "x");
                        assert_eq!(refused, Err(StoreError::Full { path: store.path().into() }));
                    } else {
                        store.append(case_id(n), sequence, stamp(), vec![event("y")], "x").unwrap();
                    }
                }
            });
        }
    });
    (0..8).for_each(|n| assert_eq!(told(store, n).0.sequence, if n == 0 { 1 } else { 21 }));
}

/// The log grows while somebody reads an old state, and is cut back once nobody does.
#[test]
fn a_reader_who_stays_delays_nobody_and_the_log_is_emptied_after_it() {
    let fresh = Fresh::new();
    open_history(&fresh.store, 1, 1);
    let reader = Connection::open(fresh.store.path()).unwrap();
    reader.execute_batch("BEGIN; SELECT * FROM cases").unwrap();
    let seen = |connection: &Connection| {
        connection.query_row("SELECT sum(sequence) FROM cases", [], |row| row.get::<_, u32>(0)).unwrap()
    };
    assert_eq!(seen(&reader), 1);
    for sequence in 1..=20 {
        let body = event(&"x".repeat(1_000_000));
        fresh.store.append(case_id(1), sequence, stamp(), vec![body], "x").unwrap();
    }
    assert_eq!(seen(&reader), 1);
    assert!(fresh.store.stats().unwrap().wal_bytes > 16_000_000);
    reader.execute_batch("COMMIT").unwrap();
    drop(reader);
    let (_folder, path) = fresh.closed();
    assert!(!path.with_extension("db-wal").exists());
    assert_eq!(told(&open(&path).unwrap(), 1).0.sequence, 21);
}

#[test]
fn the_log_is_emptied_when_nobody_writes() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions { idle: Duration::ZERO, ..impatient() };
    let path = folder.path().join("lepre.db");
    let store = SqliteStore::open(&path, options).unwrap();
    furnish(&store);
    let start = Instant::now();
    while fs::metadata(path.with_extension("db-wal")).unwrap().len() > 0 {
        assert!(start.elapsed() < Duration::from_secs(60), "the log was never emptied");
        thread::yield_now();
    }
    assert_eq!(store.stats().unwrap().wal_bytes, 0);
}

/// The child: says what opening the store comes to.
pub(super) fn say_what_opening_gives(path: &Path) {
    match open(path) {
        Ok(_) => child::say("aperta"),
        Err(error) => child::say(format_args!("{error:?}")),
    }
}

/// A file, and a folder, in which this user may not write. The superuser may write anywhere: so it sends somebody else.
#[cfg(unix)]
#[test]
fn a_read_only_file_or_folder_says_so() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    use std::os::unix::process::CommandExt as _;
    const NOBODY: u32 = 65_534;

    let allow = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let (folder, path) = Fresh::new().closed();
    let program = folder.path().join("suite");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let superuser = fs::metadata(&path).unwrap().uid() == 0;
    let opened = |path: &Path| {
        let mut command = child::command(&program, "opens", path);
        if superuser {
            command.uid(NOBODY).gid(NOBODY);
        }
        let mut child = command.current_dir("/").spawn().unwrap();
        let said: Vec<_> = Said::by(&mut child).collect();
        child.wait().unwrap();
        said.join("\n")
    };
    let read_only = format!("{:?}", StoreError::ReadOnly { path: path.clone() });

    allow(folder.path(), 0o777);
    allow(&path, 0o444);
    assert_eq!(opened(&path), read_only);
    allow(folder.path(), 0o555);
    allow(&path, 0o666);
    assert_eq!(opened(&path), read_only);
    let new = opened(&folder.path().join("nuova.db"));
    assert!(new.starts_with("CannotOpen") && new.contains("nuova.db\""), "{new}");
    // And with leave to write, it opens: it was not something else.
    allow(folder.path(), 0o777);
    assert_eq!(opened(&path), "aperta");
}

/// The child: appends from several threads to a disk that will be full, and says what each append came to.
pub(super) fn append_until_full(path: &Path) {
    let store = &open(path).unwrap();
    thread::scope(|scope| {
        for n in 0..4 {
            scope.spawn(move || {
                let mut sequence = 1;
                for _ in 0..40 {
                    let events = vec![event(&"x".repeat(60_000)), event("fine")];
                    match store.append(case_id(n), sequence, stamp(), events, "x") {
                        Ok(head) => {
                            sequence = head.sequence;
                            child::say(format_args!("{n} {sequence}"));
                        }
                        Err(StoreError::Full { .. } | StoreError::Io { .. }) => child::say("pieno"),
                        Err(other) => child::say(format_args!("{other:?}")),
                    }
                }
            });
        }
    });
    child::say("vivo");
}

/// A write that the system cuts short in the middle of a commit: files may not grow beyond a size.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_loses_nothing_that_was_acknowledged() {
    let fresh = Fresh::new();
    (0..4).for_each(|n| drop(open_case(&fresh.store, n)));
    let (_folder, path) = fresh.closed();
    let mut child = child::command_after("trap '' XFSZ; ulimit -f 4000", "fills", &path).spawn().unwrap();
    let mut acknowledged = [1; 4];
    let (mut full, mut alive) = (0, false);
    for said in Said::by(&mut child) {
        match said.split_once(' ') {
            Some((n, sequence)) if n.len() == 1 => {
                acknowledged[n.parse::<usize>().unwrap()] = sequence.parse().unwrap()
            }
            None if said == "pieno" => full += 1,
            None if said == "vivo" => alive = true,
            _ => panic!("{said}"),
        }
    }
    child.wait().unwrap();
    assert!(full > 0 && alive, "full {full} times, alive at the end: {alive}");
    let store = open(&path).unwrap();
    assert_eq!(store.verify_chain(&mut |_, _| {}).unwrap(), []);
    for (n, acknowledged) in (0..).zip(acknowledged) {
        let (head, events) = told(&store, n);
        assert_eq!(head.sequence, acknowledged);
        assert!(events[1..].chunks(2).all(|pair| pair.len() == 2 && pair[1].body == "fine"));
        store.append(case_id(n), acknowledged, stamp(), vec![event("di nuovo")], "x").unwrap();
    }
}

/// One sentence: lower case, a remedy, no full stop.
#[test]
fn messages_are_in_the_house_style() {
    let (case, subject) = (case_id(1), case_id(2));
    let (digest, path, detail) = (Digest([1; 32]), PathBuf::from("a.db"), "dettaglio".to_owned());
    let errors = [
        StoreError::Conflict { case, expected: 1, actual: 2 },
        StoreError::UnknownCase { case },
        StoreError::CaseExists { case },
        StoreError::DuplicateExternal { external: "x".into(), case },
        StoreError::UnknownSubject { subject },
        StoreError::DuplicateTaxCode { holder: Uuid::nil() },
        StoreError::SubjectKindChanged { subject },
        StoreError::UnknownRulebook { digest },
        StoreError::OtherRulebook { digest },
        StoreError::NoEvents { case },
        StoreError::EventTooLarge { case },
        StoreError::CaseFull { case },
        StoreError::NotFound { path: path.clone() },
        StoreError::CannotOpen { path: path.clone(), detail: detail.clone() },
        StoreError::ReadOnly { path: path.clone() },
        StoreError::Locked { path: path.clone() },
        StoreError::Full { path: path.clone() },
        StoreError::NewerSchema { found: 4, supported: 3 },
        StoreError::NotLepre { path: path.clone() },
        StoreError::Corrupt { path: path.clone(), detail: detail.clone() },
        StoreError::Io { path: path.clone(), detail },
        StoreError::BackupExists { path },
        StoreError::Closed,
    ];
    for error in errors {
        let message = error.to_string();
        assert!(message.starts_with(char::is_lowercase) && !message.ends_with('.'), "{message}");
        assert!(message.contains(": ") && !message.contains('\n'), "no remedy: {message}");
    }
}

/// Why the store at `path` cannot be opened.
fn refused(path: &Path, options: SqliteOptions) -> StoreError {
    SqliteStore::open(path, options).err().unwrap()
}
