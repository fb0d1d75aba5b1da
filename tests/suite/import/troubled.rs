// SPDX-License-Identifier: EUPL-1.2
//! Trouble with the world: a message, exit code 3, and nothing written by half.

use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use std::time::Duration;

use lepre::service::{Clock, ImportError, ImportOutcome, Service};
use lepre::store::{SqliteOptions, SqliteStore, StoreError};
use rusqlite::Connection;
use serde_json::Value as Json;

use super::{import, is_whole, text, whole};
use crate::cli_cases::lepre;
use crate::engine::day;
use crate::service::office::{library, office, service_at, tamper};

fn run(folder: &Path) -> Output {
    lepre(folder).args(["import", "pratiche.jsonl"]).output().unwrap()
}

/// The code, and what is said, of an import into a database in trouble.
fn told(output: &Output) -> (Option<i32>, String) {
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    (output.status.code(), String::from_utf8(output.stderr.clone()).unwrap())
}

#[test]
fn a_database_that_cannot_be_used_is_told_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lepre.db");
    fs::write(folder.path().join("pratiche.jsonl"), text(&[whole("PR-1", 1)])).unwrap();

    fs::write(&file, "non sono una base dati\n".repeat(99)).unwrap();
    let before = fs::read(&file).unwrap();
    let (code, said) = told(&run(folder.path()));
    assert_eq!(code, Some(3));
    assert!(said.contains("non è una base dati di lepre") && said.contains("aiuto: controlla il percorso"), "{said}");
    assert_eq!(fs::read(&file).unwrap(), before);
    fs::remove_file(&file).unwrap();

    drop(SqliteStore::open(&file, SqliteOptions::default()).unwrap());
    Connection::open(&file).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let (code, said) = told(&run(folder.path()));
    assert_eq!(code, Some(3));
    assert!(said.contains("versione più nuova (99)") && said.contains("aiuto: aggiorna il programma"), "{said}");
    Connection::open(&file).unwrap().pragma_update(None, "user_version", 3).unwrap();

    // Somebody else is writing, for longer than anybody waits.
    let other = Connection::open(&file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (code, said) = told(&run(folder.path()));
    assert_eq!(code, Some(3));
    assert!(said.contains("è occupata da un altro programma") && said.contains("aiuto: attendi che finisca"), "{said}");
    other.execute_batch("ROLLBACK").unwrap();
    assert!(run(folder.path()).status.success());
    is_whole(&SqliteStore::open(&file, SqliteOptions::default()).unwrap(), &[whole("PR-1", 1)]);
}

#[test]
fn a_file_that_cannot_be_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (code, said) = told(&run(folder.path()));
    assert_eq!(
        (code, said.as_str()),
        (
            Some(3),
            "errore: `pratiche.jsonl` non si legge: non esiste\naiuto: controlla il nome e i permessi del file\n"
        )
    );
    fs::create_dir(folder.path().join("pratiche.jsonl")).unwrap();
    let (code, said) = told(&run(folder.path()));
    assert_eq!(
        (code, said.as_str()),
        (
            Some(3),
            "errore: `pratiche.jsonl` non si legge: è una cartella\naiuto: controlla il nome e i permessi del file\n"
        )
    );
}

/// Run by somebody who may not write; the superuser may do anything, so it is somebody else then.
#[cfg(unix)]
#[test]
fn a_read_only_database_says_so() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    use std::os::unix::process::CommandExt as _;
    const NOBODY: u32 = 65_534;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let file = path.join("lepre.db");
    let allow = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    fs::write(path.join("pratiche.jsonl"), text(&[whole("PR-1", 1)])).unwrap();
    assert!(run(path).status.success());
    // Where nobody may go, the program and the specifications must be too.
    let program = path.join("lepre");
    fs::copy(env!("CARGO_BIN_EXE_lepre"), &program).unwrap();
    for folder in ["nazionale", "catalogo", "decreto"] {
        fs::create_dir_all(path.join("specs").join(folder)).unwrap();
        for entry in fs::read_dir(crate::engine::specs().join(folder)).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), path.join("specs").join(folder).join(entry.file_name())).unwrap();
        }
    }
    allow(path, 0o755);
    allow(&file, 0o444);
    let superuser = fs::metadata(&file).unwrap().uid() == 0;
    let mut command = std::process::Command::new(&program);
    if superuser {
        command.uid(NOBODY).gid(NOBODY);
    }
    let arguments = ["--specs", "specs", "--db", "lepre.db", "--oggi", "2024-12-31", "import", "pratiche.jsonl"];
    let before = fs::read(&file).unwrap();
    let (code, said) = told(&command.current_dir(path).args(arguments).output().unwrap());
    assert_eq!(code, Some(3));
    assert!(said.contains("è in sola lettura") && said.contains("aiuto: servono i permessi di scrittura"), "{said}");
    assert_eq!(fs::read(&file).unwrap(), before);
}

/// The disk fills up: what was told is there, no case is there by half, and with room again the rest follows.
#[test]
fn a_full_disk_stops_the_import_between_two_cases() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lepre.db");
    let lines: Vec<Json> = (0..2_500).map(|n| whole(&format!("PR-{n}"), n)).collect();
    let options =
        SqliteOptions { max_pages: Some(1_200), busy_timeout: Duration::from_millis(50), ..SqliteOptions::default() };
    let store = Arc::new(SqliteStore::open(&file, options).unwrap());
    let service = Service::new(store, library(), Clock { today: Some(day("2024-12-31")) }, "prova");
    let mut told = Vec::new();
    let stopped = service.import(&mut Cursor::new(text(&lines)), &mut |line, _| told.push(line.clone()));
    assert!(matches!(stopped, Err(ImportError::Store(StoreError::Full { .. }))), "{stopped:?}");
    assert!(told.iter().all(|line| matches!(line.outcome, ImportOutcome::Imported { .. })));
    assert!(!told.is_empty() && told.len() < lines.len(), "{} lines were told", told.len());
    is_whole(service.store(), &lines[..told.len()]);
    drop(service);
    let service = service_at(&file, library(), "2024-12-31");
    let (again, report) = import(&service, text(&lines));
    assert_eq!((again.len(), report.present, report.refused), (lines.len(), told.len() as u64, 0));
    is_whole(service.store(), &lines);
}

/// The same through the command line, with a limit on the size of files: code 3, and what to do.
#[cfg(unix)]
#[test]
fn a_full_disk_is_told_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<Json> = (0..2_500).map(|n| whole(&format!("PR-{n}"), n)).collect();
    fs::write(folder.path().join("pratiche.jsonl"), text(&lines)).unwrap();
    let mut shell = std::process::Command::new("sh");
    let script = "trap '' XFSZ; ulimit -f 6000; exec \"$0\" \"$@\"";
    shell.arg("-c").arg(script).arg(env!("CARGO_BIN_EXE_lepre")).args(crate::cli_cases::usual());
    let (code, said) = told(&shell.args(["import", "pratiche.jsonl"]).current_dir(folder.path()).output().unwrap());
    assert_eq!(code, Some(3), "{said}");
    // A write cut short is a full disk; one refused from its first byte is an error of the disk to SQLite.
    let full = said.contains("spazio esaurito") && said.contains("aiuto: libera spazio sul disco e riprova");
    assert!(full || said.contains("aiuto: controlla il disco e riprova"), "{said}");
    assert!(run(folder.path()).status.success());
    is_whole(&SqliteStore::open(folder.path().join("lepre.db"), SqliteOptions::default()).unwrap(), &lines);
}

/// Damage met while importing is trouble with the database, not a fault of the line.
#[test]
fn damage_is_not_the_fault_of_a_line() {
    let office = office("2024-12-31");
    import(&office.service, text(&[whole("PR-1", 1), whole("PR-2", 2)]));
    let path = office.path();
    drop(office.service);
    tamper(&path, "DELETE FROM events WHERE sequence = 4 AND case_key = 1");
    let service = service_at(&path, library(), "2024-12-31");
    let mut told = Vec::new();
    let text = text(&[whole("PR-2", 2), whole("PR-1", 1), whole("PR-3", 3)]);
    let stopped = service.import(&mut Cursor::new(text), &mut |line, _| told.push(line.outcome.word()));
    assert!(matches!(stopped, Err(ImportError::Store(StoreError::Incomplete { .. }))), "{stopped:?}");
    assert!(!told.contains(&"rifiutata"), "{told:?}");
}
