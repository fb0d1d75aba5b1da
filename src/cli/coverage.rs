// SPDX-License-Identifier: EUPL-1.2
//! `lepre coverage`: the levels of the decree by the fields of its table, with what is missing or left open.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde_json::{Value as Json, json};

use crate::reading::coverage::{Execution, FIELDS, Row, State, rows};
use crate::reading::field_name;
use crate::spec::level::{Audience, Field, TitleSource, Wording};

use super::output::{clipped, count, wrap};
use super::{CliError, Exit, Global};

/// Letters of a title that fit the table on 100 columns; a wider terminal shows more of them.
const TITLE: usize = 19;
const WHOLE_TITLE: usize = 60;

#[derive(clap::Args)]
#[command(
    about = "mostra quanto del decreto è coperto: i 21 livelli per campo, con ciò che manca",
    after_help = "Esempi:\n  lepre coverage                       la tabella, con la legenda\n  \
                  lepre coverage --format json         gli stessi dati, per un programma"
)]
pub struct Args {}

pub fn run(_: &Args, global: &Global) -> Result<Exit, CliError> {
    let library = global.library()?;
    let rows = rows(&library, global.today);
    if global.is_json() {
        global.screen.json(&to_json(&rows))?;
    } else {
        global.screen.text(&to_text(&rows, global))?;
    }
    Ok(if rows.iter().any(|row| row.execution == Execution::Not) { Exit::Findings } else { Exit::Fine })
}

fn to_json(rows: &[Row]) -> Json {
    let levels: Vec<Json> = rows
        .iter()
        .map(|row| {
            let fields: serde_json::Map<String, Json> = row
                .fields
                .iter()
                .map(|(field, state, entries)| {
                    (field.word().to_owned(), json!({ "stato": state.word(), "voci": entries }))
                })
                .collect();
            json!({
                "lep": row.letter,
                "titolo": row.title,
                "destinatario": row.audience.map(Audience::word),
                "testo": row.wording.map(Wording::word),
                "lettera": row.letter_source,
                "origine_titolo": row.title_source,
                "campi": fields,
                "voci": row.items,
                "eseguibile": row.execution.word(),
                "prove": row.scenarios,
            })
        })
        .collect();
    json!({ "livelli": levels, "totali": totals(rows) })
}

fn totals(rows: &[Row]) -> Json {
    let cells = || rows.iter().flat_map(|row| &row.fields);
    let states: serde_json::Map<String, Json> = State::ALL
        .iter()
        .map(|state| (state.word().to_owned(), cells().filter(|(_, s, _)| s == state).count().into()))
        .collect();
    json!({
        "livelli": rows.len(),
        "eseguibili": rows.iter().filter(|row| row.execution == Execution::Whole).count(),
        "campi": states,
        "voci": rows.iter().map(|row| row.items).sum::<usize>(),
        "prove": rows.iter().map(|row| row.scenarios).sum::<usize>(),
    })
}

fn to_text(rows: &[Row], global: &Global) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    let mut header = vec!["LEP".to_owned(), "Titolo".to_owned()];
    header.extend(["Rif", "Att", "Desc", "Out", "Outc", "SAP"].map(str::to_owned));
    header.extend(["Testo", "Lettera", "Titolo da", "Voci", "Eseg.", "Prove"].map(str::to_owned));
    table.set_header(header);
    let room = (TITLE + global.screen.width().saturating_sub(100)).min(WHOLE_TITLE);
    for row in rows {
        let mut cells = vec![row.letter.clone(), clipped(&row.title, room)];
        cells.extend(row.fields.iter().map(|(field, state, entries)| match (state, field) {
            (State::Literal | State::Summary, Field::Description) => state.mark().to_owned(),
            (State::Literal | State::Summary, _) => format!("{} {entries}", state.mark()),
            _ => state.mark().to_owned(),
        }));
        let wording = match row.wording {
            Some(Wording::TitleOnly) => "titolo",
            Some(wording) => wording.word(),
            None => "",
        };
        let execution = match row.execution {
            Execution::Opening => "aprire",
            other => other.word(),
        };
        let title_source = if row.title_source == TitleSource::NotFound.word() { "ignoto" } else { row.title_source };
        cells.extend([wording, row.letter_source, title_source].map(str::to_owned));
        cells.extend([row.items.to_string(), execution.to_owned(), row.scenarios.to_string()]);
        table.add_row(cells);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 1));
    }
    for index in [11, 13] {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text: String = table.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    text.push_str("\nCampi della tabella del decreto (il numero è quante voci portano):\n");
    let used = |state: &&State| rows.iter().flat_map(|row| &row.fields).any(|(_, s, _)| s == *state);
    for state in State::ALL.iter().filter(used) {
        text.push_str(&format!("  {}  {}\n", state.mark(), state.meaning()));
    }
    let more = "Titolo da: stampato nella fonte, da un elenco, descrittivo, o ignoto. Lettera: stampata nella fonte, dedotta dall'ordine, o a memoria. Eseg.: sì, la pratica si conduce fino alla \
                conclusione; aprire, mancano gli output e la pratica si può solo aprire e interrompere; no, la specifica \
                manca o ha errori.";
    for line in wrap(more, global.screen.prose_width()) {
        text.push_str(&format!("{line}\n"));
    }
    text.push('\n');
    for line in wrap(&sum(rows), global.screen.prose_width()) {
        text.push_str(&format!("{line}\n"));
    }
    text
}

/// The last line: how much there is, and which fields are missing most.
fn sum(rows: &[Row]) -> String {
    let wording = |wording: Wording| rows.iter().filter(|row| row.wording == Some(wording)).count();
    let executable = rows.iter().filter(|row| row.execution == Execution::Whole).count();
    let missing: Vec<String> = FIELDS
        .iter()
        .filter_map(|wanted| {
            let cells = rows.iter().flat_map(|row| &row.fields);
            let number = cells.filter(|(field, state, _)| field == wanted && matches!(state, State::Missing)).count();
            (number > 0).then(|| format!("{} {number}", field_name(*wanted)))
        })
        .collect();
    let missing = if missing.is_empty() { "nessun campo".to_owned() } else { missing.join(", ") };
    format!(
        "{}: {} parola per parola, {} in sintesi, {} solo titolo; {executable} eseguibili; {}, {}; campi mancanti: {missing}",
        count(rows.len(), "livello", "livelli"),
        wording(Wording::Literal),
        wording(Wording::Summary),
        wording(Wording::TitleOnly),
        count(rows.iter().map(|row| row.items).sum(), "voce", "voci"),
        count(rows.iter().map(|row| row.scenarios).sum(), "prova", "prove"),
    )
}
