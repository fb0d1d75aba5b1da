// SPDX-License-Identifier: EUPL-1.2
//! Trouble with the world: code 3, what it is, what to do; and the copies and checks that guard against it.

use std::fs;

use lepre::store::Store as _;

use super::{Desk, lepre};
use crate::service::office::tamper;

#[test]
fn a_database_that_is_not_there_is_not_made_by_looking() {
    let desk = Desk::new();
    for line in [
        "case list",
        "case agenda x",
        "case do x riprendi",
        "case close x conclusa",
        "verify",
        "audit verify",
        "backup copia.db",
    ] {
        let (message, help) = desk.say(line).wrong(3);
        assert!(
            message.starts_with("la base dati `") && message.ends_with("lepre.db` non esiste"),
            "{line}: {message}"
        );
        assert_eq!(help, "controlla il percorso");
    }
    assert_eq!(fs::read_dir(desk.folder.path()).unwrap().count(), 0);
}

#[test]
fn a_file_that_is_not_ours_and_a_newer_one_are_told() {
    let desk = Desk::new();
    fs::write(desk.folder.path().join("lepre.db"), "testo").unwrap();
    for line in ["case list", "verify", "audit verify", "backup copia.db"] {
        assert!(desk.say(line).wrong(3).0.ends_with("non è una base dati di lepre"), "{line}");
    }
    fs::remove_file(desk.folder.path().join("lepre.db")).unwrap();
    let case = desk.guidance(1);
    let open = || rusqlite::Connection::open(desk.folder.path().join("lepre.db")).unwrap();
    open().pragma_update(None, "user_version", 7).unwrap();
    let (message, help) = desk.say(&format!("case agenda {case}")).wrong(3);
    assert_eq!(message, "la base dati è di una versione più nuova (7) di questo programma (3)");
    assert_eq!(help, "aggiorna il programma");
}

/// A bit flipped in an event is found, and named by case and number.
#[test]
fn a_flipped_byte_is_named() {
    let desk = Desk::new();
    let (case, other) = (desk.guidance(1), desk.guidance(2));
    desk.say(&format!("case do {case} attivita colloquio --il 2024-05-06")).fine();
    assert_eq!(desk.say("audit verify").fine(), "2 pratiche, 5 eventi: la catena è intera\n");
    let id = desk.say("--format json case list").json()["pratiche"][1]["pratica"].as_str().unwrap().to_owned();
    let id = if id.starts_with(&case) {
        id
    } else {
        desk.say("--format json case list").json()["pratiche"][0]["pratica"].as_str().unwrap().to_owned()
    };
    assert!(id.starts_with(&case) && !id.starts_with(&other));
    tamper(
        &desk.folder.path().join("lepre.db"),
        "UPDATE events SET body = replace(body, '2024-05-06', '2024-05-07') WHERE sequence = 3",
    );
    let told = desk.say("audit verify").no();
    assert_eq!(
        told,
        format!(
            "pratica `{id}`, evento 3: l'evento o la sua impronta, o quella dell'evento prima, sono stati alterati\n\
             2 pratiche, 5 eventi: 1 alterazione trovata\n"
        )
    );
    let json = desk.say("--format json audit verify").json();
    assert_eq!((&json["alterazioni"][0]["pratica"], &json["alterazioni"][0]["evento"]), (&id.into(), &3.into()));
}

#[test]
fn a_copy_opens_and_is_whole_and_never_takes_the_place_of_a_file() {
    let desk = Desk::new();
    let case = desk.guidance(1);
    let told = desk.say("backup copia.db").fine();
    assert!(told.starts_with("copiato in `copia.db` (") && told.ends_with(" KiB)\n"), "{told}");
    fs::write(desk.folder.path().join("appunti.txt"), "non toccare").unwrap();
    for taken in ["copia.db", "lepre.db", "appunti.txt"] {
        let before = fs::read(desk.folder.path().join(taken)).unwrap();
        let (message, help) = desk.say(&format!("backup {taken}")).wrong(2);
        assert!(message.starts_with("il file `") && message.ends_with(&format!("{taken}` esiste già")), "{message}");
        assert_eq!(help, "indica un altro nome per la copia");
        assert_eq!(fs::read(desk.folder.path().join(taken)).unwrap(), before);
    }
    desk.say(&format!("case do {case} attivita colloquio --il 2024-05-06")).fine();
    // The copy has stayed as it was, and can be gone on with.
    let copy = lepre::store::SqliteStore::open(desk.folder.path().join("copia.db"), Default::default()).unwrap();
    assert!(copy.verify_chain(&mut |_, _| {}).unwrap().is_empty());
    assert_eq!(copy.stats().unwrap().events, 2);
    assert_eq!(desk.say("backup manca/copia.db").code, 3);
}

/// The specifications may be gone, or wrong: what is stored is answered for all the same.
#[test]
fn stored_cases_need_no_specifications() {
    let desk = Desk::new();
    let case = desk.guidance(1);
    let run = |line: &str| {
        let mut command = lepre(desk.folder.path());
        let output = command.args(["--specs", "sparite"]).args(line.split(' ')).output();
        let mut plain = std::process::Command::new(env!("CARGO_BIN_EXE_lepre"));
        plain.current_dir(desk.folder.path()).args(["--specs", "sparite", "--db", "lepre.db", "--oggi", "2024-12-31"]);
        drop(output);
        plain.args(line.split(' ')).output().unwrap()
    };
    for line in [
        "case list",
        "verify",
        "audit verify",
        &format!("case agenda {case}"),
        &format!("case do {case} attivita colloquio"),
    ] {
        let output = run(line);
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let output = run(&format!("case open E --cf {}", crate::service::office::person(2)));
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("errore: la cartella `sparite` non esiste"), "{said}");
}

/// An event that cannot be read is named; the others are listed and checked.
#[test]
fn one_case_that_cannot_be_read_hides_no_other() {
    let desk = Desk::new();
    let (bad, good) = (desk.guidance(1), desk.guidance(2));
    tamper(&desk.folder.path().join("lepre.db"), "UPDATE events SET body = '{' WHERE sequence = 2 AND case_key = 1");
    let listed = desk.say("case list").fine();
    let lines: Vec<&str> = listed.lines().collect();
    assert!(lines[0].starts_with(&bad) && lines[0].contains("NON SI LEGGE: l'evento 2 della pratica `"), "{listed}");
    assert!(lines[1].starts_with(&good) && lines[1].ends_with("da fare: colloquio"), "{listed}");
    let told = desk.say("verify").no();
    assert!(
        told.contains("non controllata · ") && told.contains("1 in corso") && told.ends_with(", 1 non controllate\n"),
        "{told}"
    );
    let (message, help) = desk.say(&format!("case agenda {bad}")).wrong(3);
    assert!(message.contains("non si legge: il testo finisce prima del dovuto (colonna 1)"), "{message}");
    assert_eq!(help, "esegui `lepre audit verify`, poi ripristina l'ultima copia");
}

/// The columns remember a case whose events have since been damaged: the report names it, and says all the rest.
#[test]
fn a_case_that_can_no_longer_be_read_stops_no_report() {
    let desk = Desk::new();
    let code = crate::service::office::person;
    let late =
        "--dato disoccupato=sì --dato convocato=no --dato percettore_naspi=no --dato data_registrazione=2024-03-01";
    for n in 1..=2 {
        desk.open(&format!("B --cf {} {late} --il 2024-03-04", code(n)));
    }
    let before = desk.say("verify --tutti").no();
    let first = "case_key = (SELECT min(key) FROM cases)";
    tamper(
        &desk.folder.path().join("lepre.db"),
        &format!("UPDATE events SET body = '{{}}' WHERE sequence = 2 AND {first}"),
    );
    for line in ["verify", "verify --tutti"] {
        let told = desk.say(line).no();
        assert!(told.contains("non controllata · ") && told.contains("l'evento 2"), "{told}");
        assert!(told.contains("2 rilievi") && told.contains("2 con violazioni"), "{told}\n{before}");
    }
}
