// SPDX-License-Identifier: EUPL-1.2
//! Event logs for process mining: what goes out, under which names and at which hour, and what must never go out.

use std::fs;

use serde_json::Value as Json;

use crate::cli_cases::Desk;

/// An invented person, with free text wherever an event takes any.
const CASE: &str = concat!(
    r#"{"id":"PR-1","lep":"E","soggetto":{"codice_fiscale":"ZZZZZZ80A41Z999K","nome":"Persona <Inventata>"},"eventi":["#,
    r#"{"tipo":"aperta","il":"2024-03-29","fascicolo":[{"lep":"D","voce":"patto-sottoscritto","il":"2024-03-20"}]},"#,
    r#"{"tipo":"dato","il":"2024-03-29","dato":"eta","valore":34},"#,
    r#"{"tipo":"attivita","il":"2024-03-31","ora":"02:30","attivita":"colloquio","evento":"iniziata"},"#,
    r#"{"tipo":"attivita","il":"2024-03-31","attivita":"colloquio","evento":"sospesa","motivo":"parole libere"},"#,
    r#"{"tipo":"attivita","il":"2024-04-02","attivita":"colloquio","evento":"iniziata"},"#,
    r#"{"tipo":"attivita","il":"2024-04-02","ora":"10:30","attivita":"colloquio","evento":"terminata"},"#,
    r#"{"tipo":"attivita","il":"2024-03-30","attivita":"bilancio-competenze","evento":"terminata"},"#,
    r#"{"tipo":"attivita","il":"2024-04-03","attivita":"mario-rossi","evento":"terminata"},"#,
    r#"{"tipo":"nota","il":"2024-04-03","testo":"parole libere"},"#,
    r#"{"tipo":"convocata","il":"2024-04-03","ora":"15:45","giorno":"2024-04-10","luogo":"parole libere"},"#,
    r#"{"tipo":"outcome","il":"2024-04-04","outcome":"progetto-professionale"},"#,
    r#"{"tipo":"annullata","il":"2024-04-05","sequenza":11,"motivo":"parole libere"}]}"#,
);

/// A desk with the case in its database, and a key.
fn stored() -> Desk {
    let desk = Desk::new();
    fs::write(desk.folder.path().join("cases.jsonl"), CASE).unwrap();
    fs::write(desk.folder.path().join("chiave"), [7; 32]).unwrap();
    desk.run(&["import", "cases.jsonl"]).fine();
    desk
}

fn xes(desk: &Desk, more: &[&str]) -> String {
    let words = [&["export", "xes", "log.xes", "--chiave-pseudonimi", "chiave"], more].concat();
    desk.run(&words).fine();
    fs::read_to_string(desk.folder.path().join("log.xes")).unwrap()
}

/// The values of an attribute, in order.
fn values<'a>(xes: &'a str, key: &str) -> Vec<&'a str> {
    let mark = format!("key=\"{key}\" value=\"");
    let events = xes.split_once("<event>").unwrap().1;
    events.split(mark.as_str()).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn steps_come_in_the_order_of_days_each_with_its_place_in_the_life_cycle() {
    let log = xes(&stored(), &[]);
    assert_eq!(
        values(&log, "concept:name"),
        [
            "pratica: aperta",
            "pratica: dato",
            "bilancio-competenze",
            "colloquio",
            "colloquio",
            "colloquio",
            "colloquio",
            "voce sconosciuta",
            "ufficio: nota",
            "ufficio: convocazione",
        ]
    );
    assert_eq!(
        values(&log, "lifecycle:transition"),
        [
            "complete", "complete", "complete", "start", "suspend", "resume", "complete", "complete", "complete",
            "complete"
        ]
    );
    assert_eq!(values(&log, "sequenza"), ["1", "2", "7", "3", "4", "5", "6", "8", "9", "10"]);
}

#[test]
fn hours_are_those_of_rome_on_either_side_of_the_change_and_a_call_has_not_the_hour_it_calls_for() {
    let log = xes(&stored(), &[]);
    let at = values(&log, "time:timestamp");
    assert_eq!(at[2], "2024-03-30T00:00:00.000+01:00");
    // At half past two of that night it was already half past three.
    assert_eq!(at[3], "2024-03-31T03:30:00.000+02:00");
    assert_eq!(at[4], "2024-03-31T00:00:00.000+01:00");
    assert_eq!(at[6], "2024-04-02T10:30:00.000+02:00");
    assert_eq!(at[9], "2024-04-03T00:00:00.000+02:00");
    assert_eq!(values(&log, "ora_nota")[2..5], ["false", "true", "false"]);
}

#[test]
fn nothing_says_who_it_is_nor_what_was_written_freely() {
    let desk = stored();
    let json = |file: &str, form: &str| {
        desk.run(&["export", "ocel", file, "--forma", form, "--con-annullati"]).fine();
        fs::read(desk.folder.path().join(file)).unwrap()
    };
    let logs = [xes(&desk, &["--con-annullati"]).into_bytes(), json("log.json", "json"), json("log.db", "sqlite")];
    for log in &logs {
        let log = String::from_utf8_lossy(log);
        for secret in [
            "ZZZZZZ",
            "Inventata",
            "parole libere",
            "mario-rossi",
            "riga-di-comando",
            "PR-1",
            "eta\"",
            ">34<",
            "\"34\"",
        ] {
            assert!(!log.contains(secret), "`{secret}` goes out");
        }
    }
    // What was sought can be found where it is: the database itself has it all.
    let database = fs::read(desk.folder.path().join("lepre.db")).unwrap();
    let wal = fs::read(desk.folder.path().join("lepre.db-wal")).unwrap_or_default();
    let held = [database, wal].concat();
    assert!(String::from_utf8_lossy(&held).contains("parole libere"));
}

#[test]
fn what_was_voided_goes_out_only_when_asked_and_marked() {
    let desk = stored();
    assert!(!xes(&desk, &[]).contains("progetto-professionale"));
    let log = xes(&desk, &["--con-annullati"]);
    assert_eq!(values(&log, "annullato"), ["true"]);
    assert_eq!(values(&log, "sequenza").len(), 12);
    assert!(log.contains("pratica: annullamento"));
}

#[test]
fn a_key_gives_the_same_pseudonyms_and_no_key_others_each_time() {
    let desk = stored();
    assert_eq!(xes(&desk, &[]), xes(&desk, &[]));
    let alone = || {
        desk.run(&["export", "xes", "alone.xes"]).fine();
        fs::read_to_string(desk.folder.path().join("alone.xes")).unwrap()
    };
    assert_ne!(alone(), alone());
    fs::write(desk.folder.path().join("corta"), [7; 31]).unwrap();
    let said = desk.run(&["export", "xes", "b.xes", "--chiave-pseudonimi", "corta"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("meno di 32 byte"), "{}", said.err);
    assert!(!desk.folder.path().join("b.xes").exists());
}

#[test]
fn an_empty_choice_or_the_database_itself_is_refused_and_leaves_nothing() {
    let desk = stored();
    for words in [&["xes", "a"][..], &["ocel", "a"], &["ocel", "a", "--forma", "sqlite"]] {
        let said = desk.run(&[&["export"], words, &["--lep", "C"]].concat());
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.err.contains("la selezione non prende alcuna pratica"), "{}", said.err);
    }
    let said = desk.run(&["export", "xes", "lepre.db"]);
    assert_eq!(said.code, 2, "{said:?}");
    assert_eq!(desk.run(&["case", "list", "--tutte"]).code, 0);
    let left: Vec<_> = fs::read_dir(desk.folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name == "a" || name.to_string_lossy().ends_with(".tmp")), "{left:?}");
}

#[test]
fn an_object_log_ties_every_event_to_its_case_subject_and_operator() {
    let desk = stored();
    let told = desk.run(&["--format", "json", "export", "ocel", "log.json"]).fine();
    let told: Json = serde_json::from_str(&told).unwrap();
    let log: Json = serde_json::from_slice(&fs::read(desk.folder.path().join("log.json")).unwrap()).unwrap();
    let many = |key: &str| log[key].as_array().unwrap().len();
    assert_eq!((many("events"), many("objects")), (10, 4), "a case, a subject, a level, an operator");
    assert_eq!((told["eventi"].as_u64(), told["oggetti"].as_u64()), (Some(10), Some(4)));
    assert_eq!((told["legami_evento"].as_u64(), told["legami_oggetto"].as_u64()), (Some(31), Some(2)));
    let declared: Vec<&str> =
        log["eventTypes"].as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap()).collect();
    for event in log["events"].as_array().unwrap() {
        assert!(declared.contains(&event["type"].as_str().unwrap()), "{event}");
        let how: Vec<&str> =
            event["relationships"].as_array().unwrap().iter().map(|r| r["qualifier"].as_str().unwrap()).collect();
        let place: &[&str] = if event["type"] == "pratica: aperta" { &["livello"] } else { &[] };
        assert_eq!(how, [&["pratica", "soggetto"], place, &["registrato da"]].concat());
    }
}
