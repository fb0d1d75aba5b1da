// SPDX-License-Identifier: EUPL-1.2
//! A region's first load from tables: what spreadsheets write is read, what is wrong is named by its row.

use std::fs;

use lepre::first_load::{FirstLoad, TableError, files, read};
use serde_json::{Value as Json, json};

use crate::cli_cases::Desk;
use crate::service::office::{company, person};

const CASES: &str = "id;lep;codice_fiscale;partita_iva;nome;regione;sede;aperta_il\n";
const EVENTS: &str = "id;tipo;il;dato;valore;attivita;evento;output;evidenza;testo\n";

fn load(cases: &str, events: &str) -> FirstLoad {
    read(("pratiche.csv", cases.as_bytes()), ("eventi.csv", events.as_bytes())).unwrap()
}

fn fault(cases: &[u8]) -> TableError {
    read(("pratiche.csv", cases), ("eventi.csv", EVENTS.as_bytes())).unwrap_err()
}

fn lines(load: &FirstLoad) -> Vec<Json> {
    load.lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn rows_become_lines_whatever_stands_between_the_cells() {
    let cases = format!("{CASES}PR-1;E;{};;D'Esempio, Zoë;;;02/05/2024\n;;;;;;;\n", person(1));
    let events = format!(
        "{EVENTS}PR-1;dato;02/05/2024;patto_gia_sottoscritto;vero;;;;;\n\
         PR-1;attivita;2024-05-06;;;colloquio;terminata;;;\nPR-1;nota;6/5/2024;;;;;;;\"su due\nrighe; e \"\"tra virgolette\"\"\"\n"
    );
    let expected = json!({
        "id": "PR-1", "lep": "E", "soggetto": { "codice_fiscale": person(1), "nome": "D'Esempio, Zoë" },
        "eventi": [
            { "tipo": "aperta", "il": "2024-05-02" },
            { "tipo": "dato", "il": "2024-05-02", "dato": "patto_gia_sottoscritto", "valore": true },
            { "tipo": "attivita", "il": "2024-05-06", "attivita": "colloquio", "evento": "terminata" },
            { "tipo": "nota", "il": "2024-05-06", "testo": "su due\nrighe; e \"tra virgolette\"" },
        ],
    });
    let read = load(&cases, &events);
    assert_eq!((lines(&read), read.rows.as_slice(), read.refused.len()), (vec![expected.clone()], &[2][..], 0));
    // The mark of UTF-8, and Windows' ends of line.
    let marked = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let again = load(&marked(&cases), &events);
    assert_eq!(lines(&again), [expected]);
    let commas = format!("aperta_il,ID,Lep,partita_iva\n02/05/2024,PR-2,Q,{}\n", company(1));
    assert_eq!(lines(&load(&commas, EVENTS))[0]["soggetto"], json!({ "partita_iva": company(1) }));
}

#[test]
fn values_are_read_as_what_they_alone_can_be() {
    let values = ["vero", "FALSO", "12", "-3", "012", "3,5", "02/05/2024", "in-corso", ""];
    let cases = format!("{CASES}PR-1;E;{};;;;;02/05/2024\n", person(1));
    let events = values.map(|value| format!("PR-1;dato;02/05/2024;x;{value};;;;;\n")).concat();
    let line = &lines(&load(&cases, &format!("{EVENTS}{events}")))[0];
    let read: Vec<&Json> = line["eventi"].as_array().unwrap().iter().skip(1).map(|event| &event["valore"]).collect();
    let expected = [
        json!(true),
        json!(false),
        json!(12),
        json!(-3),
        json!("012"),
        json!("3,5"),
        json!("2024-05-02"),
        json!("in-corso"),
        Json::Null,
    ];
    assert_eq!(read, expected.iter().collect::<Vec<_>>());
}

#[test]
fn a_fault_in_a_row_refuses_its_case_and_names_the_row() {
    let cases = format!(
        "{CASES}PR-1;E;{0};;;;;02/05/2024\nPR-2;E;{0};;;;;31/02/2024\nPR-1;E;{0};;;;;02/05/2024\n;E;{0};;;;;02/05/2024\n\
         PR-5;E;{0};;;;02/05/2024\nPR-6;E;{0};;;;;05-02-2024\nPR-7;E;{0};;;;;02/05/2024\n",
        person(1)
    );
    let events = format!(
        "{EVENTS}PR-7;nota;02/05/2024;;;;;;;a\nPR-7;nota;02/13/2024;;;;;;;b\nPR-9;nota;02/05/2024;;;;;;;c\nPR-7;output;02/05/2024;;;;;bilancio;{{;\n"
    );
    let read = load(&cases, &events);
    assert_eq!(read.rows, [2]);
    let told: Vec<(Option<u64>, String)> = read.refused.into_iter().map(|row| (row.row, row.reason)).collect();
    let day = "non è un giorno: scrivi per esempio 02/05/2024 oppure 2024-05-02";
    let expected = [
        (Some(3), format!("colonna `aperta_il`: `31/02/2024` {day}")),
        (Some(4), "`PR-1` è già alla riga 2".to_owned()),
        (Some(5), "la colonna `id` è vuota".to_owned()),
        (Some(6), "le celle sono 7 e le colonne 8: un testo con il separatore va tra virgolette".to_owned()),
        (Some(7), format!("colonna `aperta_il`: `05-02-2024` {day}")),
        (Some(8), format!("eventi.csv, riga 3: colonna `il`: `02/13/2024` {day}")),
        (None, "eventi.csv, riga 4: pratiche.csv non ha una pratica con `id` «PR-9»".to_owned()),
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_table_that_is_not_one_is_refused_with_its_remedy() {
    let words = |cases: &[u8]| fault(cases).to_string();
    let windows = [CASES.as_bytes(), b"PR-1;E;;;Nicol\xf2;;;02/05/2024\n"].concat();
    assert_eq!(
        words(&windows),
        "pratiche.csv, riga 2: un carattere non è in UTF-8: nel foglio di calcolo salva come «CSV UTF-8»"
    );
    assert_eq!(words(b""), "pratiche.csv è vuoto: la prima riga porta i nomi delle colonne");
    assert_eq!(
        words(b"id;lepp;aperta_il\n"),
        "pratiche.csv: la colonna `lepp` non è del modello, forse `lep`: toglila, o correggi il nome"
    );
    assert_eq!(words(b"id;lep\n"), "pratiche.csv: manca la colonna `aperta_il`: i nomi sono quelli del modello");
    assert_eq!(words(b"id;lep;id;aperta_il\n"), "pratiche.csv: la colonna `id` c'è due volte: lasciane una");
    let open = format!("{CASES}PR-1;E;;;\"aperto;;;02/05/2024\n");
    assert_eq!(words(open.as_bytes()), "pratiche.csv, riga 2: le virgolette non si chiudono: controlla quella riga");
}

#[test]
fn the_templates_say_what_they_are_and_can_be_imported() {
    let desk = Desk::new();
    assert_eq!(desk.say("import --modello primo").fine(), "primo/pratiche.csv\nprimo/eventi.csv\nprimo/leggimi.txt\n");
    let (message, _) = desk.say("import --modello primo").wrong(2);
    assert_eq!(message, "`primo/pratiche.csv` esiste già");
    let [(_, cases), (_, events), (_, notes)] = files();
    for name in cases.lines().chain(events.lines()).filter(|line| line.contains("id;")).flat_map(|line| line.split(';'))
    {
        assert!(notes.contains(&format!("    {}", name.trim_start_matches('\u{feff}'))), "{name}");
    }
    // The example is of nobody: its code is well formed.
    let said = desk.say("import primo/pratiche.csv --eventi primo/eventi.csv").fine();
    assert!(said.starts_with("1 pratica importata con 2 eventi"), "{said}");
}

#[test]
fn the_import_reports_by_the_rows_of_the_table() {
    let desk = Desk::new();
    let write = |name: &str, text: String| fs::write(desk.folder.path().join(name), text).unwrap();
    write(
        "p.csv",
        format!("{CASES}PR-1;E;{0};;;;;31/02/2024\nPR-2;E;{0};;;;;02/05/2024\nPR-3;Z;{0};;;;;02/05/2024\n", person(1)),
    );
    write("e.csv", EVENTS.to_owned());
    let said = desk.say("import p.csv --eventi e.csv --esiti esiti.jsonl").no();
    assert!(said.contains("riga 2 (PR-1): rifiutata: colonna `aperta_il`"), "{said}");
    assert!(said.contains("riga 4 (PR-3): rifiutata: il livello `Z` non esiste"), "{said}");
    assert!(said.contains("1 pratica importata") && said.contains("2 rifiutate"), "{said}");
    let outcomes = fs::read_to_string(desk.folder.path().join("esiti.jsonl")).unwrap();
    let rows: Vec<Json> =
        outcomes.lines().map(|line| serde_json::from_str::<Json>(line).unwrap()["riga"].clone()).collect();
    assert_eq!(rows, [json!(2), json!(3), json!(4)]);
}

/// What an event would not take would be lost without a word; and a word that is none is told by its row.
#[test]
fn a_cell_that_an_event_would_not_take_is_told() {
    let cases = format!("{CASES}PR-1;E;{};;;;;02/05/2024\n", person(1));
    let refused = |row: &str| {
        let read = load(&cases, &format!("{EVENTS}{row}"));
        assert_eq!((read.lines.as_str(), read.refused.len()), ("", 1));
        read.refused[0].reason.clone()
    };
    assert_eq!(
        refused("PR-1;attivita;06/05/2024;;;colloquio;terminata;bilancio;;\n"),
        "eventi.csv, riga 2: colonna `output`: un evento di tipo `attivita` non ne ha, svuota la cella"
    );
    let unknown = refused("PR-1;boh;06/05/2024;;;;;;;\n");
    assert!(unknown.starts_with("eventi.csv, riga 2: `boh` non è una parola ammessa"), "{unknown}");
    assert!(!unknown.contains("colonna"), "{unknown}");
}
