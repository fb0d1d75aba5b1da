// SPDX-License-Identifier: EUPL-1.2
//! The tables to fill in, each with its header and an example of nobody, and the notes beside them.

use super::columns::{CASES, Column, EVENTS};

pub const CASES_NAME: &str = "pratiche.csv";
pub const EVENTS_NAME: &str = "eventi.csv";
pub const NOTES_NAME: &str = "leggimi.txt";

/// The files of the template, as name and text. Semicolons: what an Italian spreadsheet opens and saves.
pub fn files() -> [(&'static str, String); 3] {
    let case = [
        ("id", "ESEMPIO-1"),
        ("lep", "E"),
        ("codice_fiscale", "ZZZZAA80A41Z999P"),
        ("nome", "Persona Inventata"),
        ("aperta_il", "02/05/2024"),
    ];
    let event = [
        ("id", "ESEMPIO-1"),
        ("tipo", "dato"),
        ("il", "02/05/2024"),
        ("dato", "patto_gia_sottoscritto"),
        ("valore", "vero"),
    ];
    [(CASES_NAME, table(CASES, &case)), (EVENTS_NAME, table(EVENTS, &event)), (NOTES_NAME, notes())]
}

fn table(columns: &[Column], example: &[(&str, &str)]) -> String {
    let of = |column: &Column| example.iter().find(|(name, _)| *name == column.name).map_or("", |(_, value)| *value);
    let header: Vec<&str> = columns.iter().map(|column| column.name).collect();
    let row: Vec<&str> = columns.iter().map(of).collect();
    format!("\u{feff}{}\r\n{}\r\n", header.join(";"), row.join(";"))
}

fn notes() -> String {
    let mut text = "Primo carico delle pratiche in lepre\n\n\
        Una riga di pratiche.csv è una pratica; le righe di eventi.csv con lo stesso `id` sono la sua storia, nell'ordine in cui sono\n\
        scritte. L'apertura non va in eventi.csv: è il giorno `aperta_il`. Una pratica entra intera o non entra.\n\
        Cancella le righe di esempio. Il separatore può essere il punto e virgola o la virgola; i caratteri, UTF-8.\n\n\
        Per importare:\n    lepre import pratiche.csv --eventi eventi.csv\n"
        .to_owned();
    for (name, columns) in [(CASES_NAME, CASES), (EVENTS_NAME, EVENTS)] {
        text.push_str(&format!("\n{name}\n"));
        for column in columns {
            let need = if column.mandatory { " (obbligatoria)" } else { "" };
            text.push_str(&format!("    {}{need}: {}\n", column.name, column.words));
        }
    }
    text
}
