// SPDX-License-Identifier: EUPL-1.2
//! A table of text, as spreadsheets write it. The only file that reads with the CSV library.

use super::columns::Column;

/// Why a text is not one of our tables. Each sentence ends with its remedy after the colon.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    #[error("{table}, riga {line}: un carattere non è in UTF-8: nel foglio di calcolo salva come «CSV UTF-8»")]
    NotUtf8 { table: String, line: usize },
    #[error("{table} è vuoto: la prima riga porta i nomi delle colonne")]
    Empty { table: String },
    #[error("{table}: manca la colonna `{column}`: i nomi sono quelli del modello")]
    Missing { table: String, column: String },
    #[error("{table}: la colonna `{column}` non è del modello{near}: toglila, o correggi il nome")]
    Unknown { table: String, column: String, near: String },
    #[error("{table}: la colonna `{column}` c'è due volte: lasciane una")]
    Twice { table: String, column: String },
    #[error("{table}, riga {line}: le virgolette non si chiudono: controlla quella riga")]
    Open { table: String, line: u64 },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Number of its first line in the file, from 1.
    pub line: u64,
    cells: Vec<String>,
}

pub(super) struct Table {
    columns: Vec<&'static Column>,
    pub rows: Vec<Row>,
}

impl Table {
    /// Reads a table with commas, semicolons or tabs between its cells, and the columns in any order.
    pub(super) fn read(name: &str, bytes: &[u8], known: &'static [Column]) -> Result<Self, TableError> {
        let table = || name.to_owned();
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            TableError::NotUtf8 { table: table(), line: 1 + before.iter().filter(|byte| **byte == b'\n').count() }
        })?;
        // A quote that never closes would swallow all that follows.
        if text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
            let line = last_quote(text);
            return Err(TableError::Open { table: table(), line });
        }
        let first = text.lines().next().unwrap_or_default();
        let many = |mark: char| first.matches(mark).count();
        let mark = [';', '\t'].into_iter().filter(|mark| many(*mark) > many(',')).max_by_key(|mark| many(*mark));
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(mark.and_then(|mark| u8::try_from(mark).ok()).unwrap_or(b','))
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut records = reader.records().filter_map(Result::ok);
        let header = records.next().ok_or_else(|| TableError::Empty { table: table() })?;
        let columns = columns(name, header.iter().map(str::trim), known)?;
        let rows = records.map(|record| {
            let line = record.position().map_or(0, csv::Position::line);
            Row { line, cells: record.iter().map(|cell| cell.trim().to_owned()).collect() }
        });
        // Spreadsheets leave empty rows at the end.
        let rows = rows.filter(|row| row.cells.iter().any(|cell| !cell.is_empty())).collect();
        Ok(Self { columns, rows })
    }

    /// Has the row as many cells as there are columns?
    pub(super) fn whole(&self, row: &Row) -> Result<(), String> {
        let (cells, columns) = (row.cells.len(), self.columns.len());
        if cells == columns {
            return Ok(());
        }
        Err(format!("le celle sono {cells} e le colonne {columns}: un testo con il separatore va tra virgolette"))
    }

    /// The cells that are not empty.
    pub(super) fn cells<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = (&'static Column, &'a str)> {
        let cells = self.columns.iter().copied().zip(row.cells.iter().map(String::as_str));
        cells.filter(|(_, cell)| !cell.is_empty())
    }

    /// A cell by the name of its column; empty if there is none.
    pub(super) fn get<'a>(&'a self, row: &'a Row, name: &str) -> &'a str {
        self.cells(row).find(|(column, _)| column.name == name).map_or("", |(_, cell)| cell)
    }
}

fn columns<'a>(
    name: &str,
    header: impl Iterator<Item = &'a str>,
    known: &'static [Column],
) -> Result<Vec<&'static Column>, TableError> {
    let table = || name.to_owned();
    let mut columns: Vec<&'static Column> = Vec::new();
    let mut unknown = None;
    for written in header {
        let lower = written.to_lowercase();
        match known.iter().find(|column| column.name == lower) {
            Some(column) if columns.contains(&column) => {
                return Err(TableError::Twice { table: table(), column: lower });
            }
            Some(column) => columns.push(column),
            None => unknown = unknown.or(Some(written.to_owned())),
        }
    }
    if let Some(written) = unknown {
        let free = known.iter().filter(|column| !columns.contains(column)).map(|column| column.name);
        let near = crate::names::closest(&written, free).map(|near| format!(", forse `{near}`")).unwrap_or_default();
        return Err(TableError::Unknown { table: table(), column: written, near });
    }
    match known.iter().find(|column| column.mandatory && !columns.contains(column)) {
        Some(missing) => Err(TableError::Missing { table: table(), column: missing.name.to_owned() }),
        None => Ok(columns),
    }
}

/// The line of the last quote.
fn last_quote(text: &str) -> u64 {
    let before = text.rfind('"').and_then(|at| text.get(..at)).unwrap_or_default();
    1 + before.matches('\n').count() as u64
}
