// SPDX-License-Identifier: EUPL-1.2
//! A region's first load: two tables, of cases and of events, that become the lines an import reads.
//!
//! A case with a fault in any of its rows becomes no line at all. Which law holds and whether the history stands is the
//! import's to say, not ours.

mod cells;
mod columns;
mod table;
mod template;

use std::collections::BTreeMap;

use serde::Deserialize as _;
use serde_json::{Map, Value as Json};

use crate::engine::Event;
use crate::service::json_words;

use self::cells::{cell, day};
use self::columns::{CASES, EVENTS};
use self::table::{Row, Table};

pub use self::table::TableError;
pub use self::template::{CASES_NAME, EVENTS_NAME, NOTES_NAME, files};

/// A row of the table of cases that became no line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedRow {
    /// Number of its line in the table of cases, from 1; none for events that no case has.
    pub row: Option<u64>,
    pub id: Option<String>,
    pub reason: String,
}

/// What two tables came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstLoad {
    /// JSON Lines, one for each case without a fault.
    pub lines: String,
    /// Of each of those lines, the line in the table of cases.
    pub rows: Vec<u64>,
    pub refused: Vec<RefusedRow>,
}

/// Reads the two tables; each comes with the name that messages call it by.
///
/// # Errors
/// A table that cannot be read as one: its encoding, its columns. A fault in a row is not an error here.
pub fn read(cases: (&str, &[u8]), events: (&str, &[u8])) -> Result<FirstLoad, TableError> {
    let (cases_name, events_name) = (cases.0, events.0);
    let cases = Table::read(cases.0, cases.1, CASES)?;
    let events = Table::read(events.0, events.1, EVENTS)?;
    let mut of_case: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in &events.rows {
        of_case.entry(events.get(row, "id")).or_default().push(row);
    }
    let mut load = FirstLoad::default();
    let mut seen: BTreeMap<&str, u64> = BTreeMap::new();
    for row in &cases.rows {
        let id = cases.get(row, "id");
        let refuse =
            |reason: String| RefusedRow { row: Some(row.line), id: (!id.is_empty()).then(|| id.to_owned()), reason };
        if let Some(first) = seen.get(id).filter(|_| !id.is_empty()) {
            load.refused.push(refuse(format!("`{id}` è già alla riga {first}")));
            continue;
        }
        seen.insert(id, row.line);
        let own = of_case.get(id).map(Vec::as_slice).unwrap_or_default();
        match case(&cases, row).and_then(|head| Ok((head, history(&cases, row, (events_name, &events), own)?))) {
            Ok((mut line, history)) => {
                line.insert("eventi".into(), history.into());
                load.lines.push_str(&Json::Object(line).to_string());
                load.lines.push('\n');
                load.rows.push(row.line);
            }
            Err(reason) => load.refused.push(refuse(reason)),
        }
    }
    for (id, rows) in of_case {
        let Some(first) = rows.first().filter(|_| !seen.contains_key(id)) else { continue };
        let reason = format!("{events_name}, riga {}: {cases_name} non ha una pratica con `id` «{id}»", first.line);
        load.refused.push(RefusedRow { row: None, id: (!id.is_empty()).then(|| id.to_owned()), reason });
    }
    Ok(load)
}

/// What a line says of the case, without its events.
fn case(table: &Table, row: &Row) -> Result<Map<String, Json>, String> {
    table.whole(row)?;
    let mut line = Map::new();
    let mut subject = Map::new();
    for (column, value) in table.cells(row) {
        match column.name {
            "aperta_il" => {}
            "codice_fiscale" | "partita_iva" | "nome" => drop(subject.insert(column.name.into(), value.into())),
            name => drop(line.insert(name.into(), value.into())),
        }
    }
    if let Some(missing) = ["id", "lep", "aperta_il"].into_iter().find(|name| table.get(row, name).is_empty()) {
        return Err(format!("la colonna `{missing}` è vuota"));
    }
    line.insert("soggetto".into(), subject.into());
    Ok(line)
}

/// Is it an event, and does the event take every cell that was filled in? What it would not take would be lost in silence.
fn taken(written: &Json) -> Result<(), String> {
    let event = Event::deserialize(written).map_err(|why| json_words(&why))?;
    let kept = serde_json::to_value(&event).unwrap_or_default();
    let lost = written.as_object().and_then(|cells| cells.keys().find(|name| kept.get(name).is_none()));
    match lost {
        None => Ok(()),
        Some(name) => {
            let kind = written.get("tipo").and_then(Json::as_str).unwrap_or_default();
            Err(format!("colonna `{name}`: un evento di tipo `{kind}` non ne ha, svuota la cella"))
        }
    }
}

fn history(table: &Table, row: &Row, (name, events): (&str, &Table), own: &[&Row]) -> Result<Vec<Json>, String> {
    let opened = day(table.get(row, "aperta_il")).map_err(|why| format!("colonna `aperta_il`: {why}"))?;
    let mut history = vec![serde_json::json!({ "tipo": "aperta", "il": opened.to_string() })];
    for row in own {
        let at = |why: String| format!("{name}, riga {}: {why}", row.line);
        events.whole(row).map_err(at)?;
        let mut event = Map::new();
        for (column, value) in events.cells(row).filter(|(column, _)| column.name != "id") {
            let read = cell(column, value).map_err(|why| at(format!("colonna `{}`: {why}", column.name)))?;
            event.insert(column.name.into(), read);
        }
        let event = Json::Object(event);
        taken(&event).map_err(at)?;
        history.push(event);
    }
    Ok(history)
}
