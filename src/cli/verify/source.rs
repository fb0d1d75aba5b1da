// SPDX-License-Identifier: EUPL-1.2
//! Cases verified where they come from: a file of JSON Lines, or the standard input. Nothing of them is kept.
//!
//! They pass through a database in a folder that nobody else may read, and that is taken away at the end, also when the
//! program is asked to end before. Only who kills it outright leaves it behind.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::import::lines;
use crate::cli::progress::bar;
use crate::cli::serve::asked_to_stop;
use crate::cli::stored::{io_words, open, store_error};
use crate::cli::{CliError, Global};
use crate::service::{Clock, ImportError, ImportOutcome, Service};

/// A folder that is taken away when it is no longer needed.
pub struct Passing(PathBuf);

impl Drop for Passing {
    fn drop(&mut self) {
        // Nothing is lost if the system's own folder keeps it.
        _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A folder for nobody else.
fn private(folder: &Path) -> io::Result<()> {
    let mut making = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut making, 0o700);
    making.create(folder)
}

/// Takes the folder away, and ends, when the program is asked to: then nothing else of it would.
fn taken_away_when_asked_to_end(folder: &Path) {
    let folder = folder.to_path_buf();
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    std::thread::spawn(move || {
        runtime.block_on(async { asked_to_stop().await });
        drop(Passing(folder));
        // As a shell tells of a program that was interrupted.
        std::process::exit(130);
    });
}

/// The cases of a file, in a database of passage.
pub struct Source {
    pub service: Service,
    /// Lines that are no case, with why.
    pub refused: Vec<(u64, String)>,
    _folder: Passing,
}

/// Reads every line as an import would. A line that names a rulebook is judged by it, if the database of `--db` or the
/// specifications have it; else by the law of the day it was opened.
///
/// # Errors
/// The file, the specifications or the folder of passage cannot be read or written.
pub fn read(path: &Path, global: &Global) -> Result<Source, CliError> {
    let name = std::env::temp_dir().join(format!("lepre-verify-{}", Service::new_id()));
    private(&name).map_err(|error| {
        CliError::world(
            format!("la cartella di passaggio `{}` non si crea: {}", name.display(), io_words(&error)),
            "controlla lo spazio e i permessi, o indica un'altra cartella con TMPDIR",
        )
    })?;
    let folder = Passing(name);
    taken_away_when_asked_to_end(&folder.0);
    let db = folder.0.join("passaggio.db");
    let store = Arc::new(open(&db, true)?);
    let clock = Clock { today: Some(global.today) };
    let mut service = Service::new(store, Arc::new(global.library()?), clock, "verifica").beside(&db);
    if global.db.exists() {
        service = service.borrowing(Arc::new(open(&global.db, false)?));
    }
    let mut source = lines(path)?;
    let reading = bar("lettura", source.size());
    let mut refused = Vec::new();
    let read = service.import(source.input(), &mut |line, bytes| {
        reading.set_position(bytes);
        match &line.outcome {
            ImportOutcome::Refused { reason } => refused.push((line.line, reason.clone())),
            ImportOutcome::Present { .. } => {
                refused
                    .push((line.line, "ripete una pratica di una riga prima, che è controllata una volta".to_owned()));
            }
            ImportOutcome::Imported { .. } | ImportOutcome::Extended { .. } => {}
        }
    });
    reading.finish_and_clear();
    read.map_err(|error| match error {
        ImportError::Store(error) => store_error(&error),
        ImportError::Read(error) => CliError::world(
            format!("`{}` non si legge: {}", path.display(), io_words(&error)),
            "controlla il nome e i permessi del file",
        ),
    })?;
    Ok(Source { service, refused, _folder: folder })
}
