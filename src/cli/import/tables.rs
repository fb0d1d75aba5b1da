// SPDX-License-Identifier: EUPL-1.2
//! The tables of a first load: written to be filled in, and read back as the lines that an import takes.

use std::io::{self, Cursor};
use std::path::Path;

use crate::cli::stored::io_words;
use crate::cli::{CliError, Exit, Global};
use crate::export::write_new;
use crate::first_load::{self, RefusedRow};
use crate::service::{ImportOutcome, ImportedLine};

use super::{Source, unreadable};

/// Reads both tables whole: the events of a case may stand anywhere in theirs.
pub(super) fn source(cases: &Path, events: &Path) -> Result<Source, CliError> {
    let read = |path: &Path| std::fs::read(path).map_err(|e| unreadable(path, &e));
    let (cases_text, events_text) = (read(cases)?, read(events)?);
    let (cases, events) = (cases.display().to_string(), events.display().to_string());
    let load = first_load::read((&cases, &cases_text), (&events, &events_text)).map_err(|error| {
        let text = error.to_string();
        let (message, help) = text.rsplit_once(": ").unwrap_or((text.as_str(), ""));
        CliError::usage(message, help)
    })?;
    let refused = load.refused.into_iter().map(|RefusedRow { row, id, reason }| ImportedLine {
        line: row.unwrap_or(0),
        id,
        outcome: ImportOutcome::Refused { reason },
    });
    let refused = refused.collect();
    Ok(Source {
        size: load.lines.len() as u64,
        input: Box::new(Cursor::new(load.lines)),
        rows: Some(load.rows),
        refused,
    })
}

/// Writes the tables to fill in, and the notes beside them; never over files that are there.
pub(super) fn write_template(folder: &Path, global: &Global) -> Result<Exit, CliError> {
    let unwritable = |path: &Path, error: &io::Error| {
        let message = format!("`{}` non si scrive: {}", path.display(), io_words(error));
        CliError::world(message, "controlla la cartella, i permessi e lo spazio")
    };
    std::fs::create_dir_all(folder).map_err(|e| unwritable(folder, &e))?;
    let files = first_load::files();
    if let Some((name, _)) = files.iter().find(|(name, _)| folder.join(name).exists()) {
        let message = format!("`{}` esiste già", folder.join(name).display());
        return Err(CliError::usage(message, "indica una cartella nuova, o sposta quel file"));
    }
    for (name, text) in &files {
        let path = folder.join(name);
        write_new(&path, |file| io::Write::write_all(file, text.as_bytes())).map_err(|e| unwritable(&path, &e))?;
        global.screen.line(&path.display().to_string())?;
    }
    Ok(Exit::Fine)
}
