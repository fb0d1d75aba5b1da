// SPDX-License-Identifier: EUPL-1.2
//! Where an export goes: a file that appears whole, or the standard output for `-`.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::cli::stored::{io_words, service_error};
use crate::cli::{CliError, Global};
use crate::export::{ExportError, write_new};

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
    if let (Ok(one), Ok(other)) = (path.canonicalize(), global.db.canonicalize())
        && one == other
    {
        let message = format!("`{}` è l'archivio delle pratiche: l'esportazione lo cancellerebbe", path.display());
        return Err(CliError::usage(message, "indica un altro file"));
    }
    write_new(path, |file| write(file)).map_err(|stopped| words(path, global, stopped))
}

fn words(path: &Path, global: &Global, stopped: Stopped) -> CliError {
    match stopped {
        Stopped::Cli(error) => error,
        Stopped::Export(ExportError::Service(error)) => service_error(global, error),
        Stopped::Export(other @ ExportError::Tables(_)) => {
            CliError::world(other.to_string(), "nessun file di quel nome è stato scritto né cambiato")
        }
        Stopped::Export(ExportError::Write(error)) => CliError::world(
            format!("`{}` non si scrive: {}", path.display(), io_words(&error)),
            "controlla la cartella, i permessi e lo spazio: nessun file di quel nome è stato scritto né cambiato",
        ),
    }
}
