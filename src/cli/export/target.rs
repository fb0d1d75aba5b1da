// SPDX-License-Identifier: EUPL-1.2
//! Where an export goes: a file that appears whole, or the standard output for `-`.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::cli::stored::{io_words, service_error};
use crate::cli::{CliError, Global};
use crate::export::{ExportError, write_new};

use super::traced::not_the_database;

/// Why there is no file: what the writer says, or that it had nothing to write.
pub enum Stopped {
    Export(ExportError),
    Cli(CliError),
}

impl<E: Into<ExportError>> From<E> for Stopped {
    fn from(error: E) -> Self {
        Self::Export(error.into())
    }
}

pub fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Gives `write` somewhere to write; the file of that name appears if it is content.
///
/// # Errors
/// Those of `write`, in words; the file is the database.
pub fn write_to<T>(
    path: &Path,
    global: &Global,
    write: impl FnOnce(&mut dyn Write) -> Result<T, Stopped>,
) -> Result<T, CliError> {
    if is_stdout(path) {
        let mut out = BufWriter::new(io::stdout().lock());
        let written = write(&mut out).and_then(|done| Ok(out.flush().map(|()| done)?));
        return written.map_err(|stopped| match stopped {
            Stopped::Export(ExportError::Write(error)) => CliError::Output(error),
            other => words(path, global, other),
        });
    }
    not_the_database(path, global)?;
    write_new(path, |file| write(file)).map_err(|stopped| words(path, global, stopped))
}

fn words(path: &Path, global: &Global, stopped: Stopped) -> CliError {
    match stopped {
        Stopped::Cli(error) => error,
        Stopped::Export(ExportError::Service(error)) => service_error(global, error),
        Stopped::Export(ExportError::Write(error)) => unwritten(path, &io_words(&error)),
        Stopped::Export(ExportError::Tables(why)) => unwritten(path, &why),
    }
}

fn unwritten(path: &Path, why: &str) -> CliError {
    CliError::world(
        format!("`{}` non si scrive: {why}", path.display()),
        "controlla la cartella, i permessi e lo spazio: nessun file di quel nome è stato scritto né cambiato",
    )
}
