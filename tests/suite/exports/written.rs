// SPDX-License-Identifier: EUPL-1.2
//! The files of `lepre export`: whole, or not there.

use std::fs::{self, File};
use std::process::Command;

use serde_json::json;

use crate::cli_cases::{Desk, usual};
use crate::service::office::person;

/// A desk with a case that has many events.
fn desk(events: usize) -> Desk {
    let desk = Desk::new();
    let facts = (0..events).map(|n| json!({ "tipo": "nota", "il": "2024-05-03", "testo": format!("voce {n}") }));
    let story: Vec<_> = std::iter::once(json!({ "tipo": "aperta", "il": "2024-05-02" })).chain(facts).collect();
    let line = json!({ "id": "PR-1", "lep": "E", "soggetto": { "codice_fiscale": person(1) }, "eventi": story });
    fs::write(desk.folder.path().join("in.jsonl"), format!("{line}\n")).unwrap();
    desk.say("import in.jsonl").fine();
    desk
}

#[test]
fn the_file_and_the_standard_output_are_the_same() {
    let desk = desk(3);
    let said = desk.say("export eventi out.jsonl").fine();
    assert_eq!(said, "1 pratica esportata con 4 eventi in out.jsonl\n");
    let file = fs::read_to_string(desk.folder.path().join("out.jsonl")).unwrap();
    assert_eq!(desk.say("export eventi -").fine(), file);
    assert_eq!(desk.say("export eventi - --lep E --pratica PR-1").fine(), file);
    assert_eq!(
        desk.say("import out.jsonl").fine(),
        "0 pratiche importate con 0 eventi (0 con rilievi), 0 aggiornate, 1 già presenti, 0 rifiutate\n"
    );
}

#[test]
fn a_selection_that_takes_nothing_leaves_what_was_there() {
    let desk = desk(0);
    let path = desk.folder.path().join("out.jsonl");
    fs::write(&path, "prima").unwrap();
    let (message, _) = desk.say("export eventi out.jsonl --lep B").wrong(2);
    assert_eq!(message, "la selezione non prende alcuna pratica");
    assert_eq!(fs::read_to_string(&path).unwrap(), "prima");
    let (message, _) = desk.say("export sap out.jsonl --sistema 13 --ente H501X000004 --lep B").wrong(2);
    assert_eq!(message, "la selezione non prende alcuna pratica");
    assert_eq!(fs::read_to_string(&path).unwrap(), "prima");
}

#[test]
fn the_database_is_never_the_file() {
    let desk = desk(0);
    let (message, _) = desk.say("export eventi lepre.db").wrong(2);
    assert!(message.contains("è l'archivio delle pratiche"), "{message}");
    desk.say("audit verify").fine();
}

/// A limit on the size of files, in kiB, stands for a disk that fills up.
#[test]
fn a_disk_that_fills_up_leaves_no_file() {
    let desk = desk(9_000);
    let fact = |name: &str, value: serde_json::Value| json!({ "tipo": "dato", "il": "2024-03-04", "dato": name, "valore": value });
    let late = |n: usize| {
        let events = [
            json!({ "tipo": "aperta", "il": "2024-03-04" }),
            fact("disoccupato", true.into()),
            fact("convocato", false.into()),
            fact("percettore_naspi", false.into()),
            fact("data_registrazione", "2024-03-01".into()),
        ];
        let who = json!({ "codice_fiscale": person(n) });
        format!("{}\n", json!({ "id": format!("B-{n}"), "lep": "B", "soggetto": who, "eventi": events }))
    };
    fs::write(desk.folder.path().join("in.jsonl"), (2..900).map(late).collect::<String>()).unwrap();
    desk.say("import in.jsonl").fine();
    // The columns are kept already: they are not what the disk is too small for.
    desk.say("verify").no();
    for (line, most) in [
        ("export eventi out", 200),
        ("export xes out", 200),
        ("export ocel out", 200),
        ("export ocel out --forma sqlite", 200),
        ("verify --risultati out", 200),
        ("dossier export PR-1 out", 200),
        ("case pdf PR-1 out", 100),
    ] {
        let script = format!("trap '' XFSZ; ulimit -f {most}; exec \"$0\" \"$@\"");
        let mut command = Command::new("bash");
        command.current_dir(desk.folder.path()).args(["-c", &script, env!("CARGO_BIN_EXE_lepre")]);
        let ended = command.args(usual()).args(line.split(' ')).output().unwrap();
        let err = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(3), "{line}: {err}");
        assert!(err.contains("`out` non si scrive"), "{line}: {err}");
        let left: Vec<String> = fs::read_dir(desk.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.contains("out") || name.ends_with(".tmp"))
            .collect();
        assert_eq!(left, Vec::<String>::new(), "{line}");
    }
    // The same, on an output that takes nothing.
    let mut command = crate::cli_cases::lepre(desk.folder.path());
    let full = File::options().write(true).open("/dev/full").unwrap();
    let ended = command.args(["export", "eventi", "-"]).stdout(full).output().unwrap();
    assert_eq!(ended.status.code(), Some(3));
}

/// A line may be longer than an import takes: then it is said.
#[test]
fn a_very_long_history_goes_out_and_is_named() {
    use lepre::store::{NewEvent, Stamp};

    let office = crate::service::office::office("2024-12-31");
    let case = office.guidance(0).head;
    let note =
        |n: u32| NewEvent { on: 19_850, body: format!(r#"{{"tipo":"nota","il":"2024-05-07","testo":"voce {n}"}}"#) };
    let stamp = Stamp { recorded_at: 0, actor: "prova".into() };
    office.store().append(case.id, case.sequence, stamp, (0..100_000).map(note).collect(), "aperta").unwrap();
    let (text, told) = super::exported(&office.service);
    assert_eq!((told.cases, told.events), (1, 100_000 + u64::from(case.sequence)));
    assert_eq!(told.too_long, [case.id.to_string()]);
    assert_eq!(text.matches("\"tipo\":\"nota\"").count(), 100_000);
}

/// What is there and is no file is written to, and stays what it is: a device in its place would be lost to the machine.
#[test]
fn a_pipe_is_written_to_and_stays_a_pipe() {
    use std::os::unix::fs::FileTypeExt as _;

    let desk = desk(3);
    let pipe = desk.folder.path().join("canale");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for line in ["export eventi canale", "export xes canale", "indicators --csv canale", "verify --risultati canale"] {
        let from = pipe.clone();
        let reader = std::thread::spawn(move || fs::read(from).unwrap());
        desk.say(line).fine();
        assert!(!reader.join().unwrap().is_empty(), "{line}");
        assert!(fs::symlink_metadata(&pipe).unwrap().file_type().is_fifo(), "{line}");
    }
    // A database is no stream.
    let (message, _) = desk.say("export ocel canale --forma sqlite").wrong(3);
    assert!(message.contains("`canale` non si scrive"), "{message}");
    let (message, _) = desk.say("indicators --csv uno --xlsx ./uno").wrong(2);
    assert_eq!(message, "`uno` è indicato due volte");
}
