// SPDX-License-Identifier: EUPL-1.2
//! What the two event logs, XES and OCEL, ask alike: the file, the key of the pseudonyms, the cases.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use crate::cli::output::{Ink, count, printable};
use crate::cli::stored::{io_words, service_error};
use crate::cli::{CliError, Exit, Global, selection};
use crate::export::ExportError;
use crate::export::pseudonym::{KEY_BYTES, Pseudonyms};
use crate::export::trail::Sums;

/// The longest key that is read: a longer file is another file given by mistake.
const LONGEST_KEY: u64 = 4_096;

#[derive(clap::Args)]
#[group(skip)]
pub struct Args {
    #[arg(value_name = "FILE", help = "file da scrivere")]
    pub file: PathBuf,
    #[arg(
        long = "chiave-pseudonimi",
        value_name = "FILE",
        help = "chiave segreta degli pseudonimi, di almeno 32 byte: con la stessa chiave, gli stessi pseudonimi (di norma una nuova ogni volta)"
    )]
    key: Option<PathBuf>,
    #[arg(long = "con-annullati", help = "scrive anche gli eventi annullati e i loro annullamenti, segnati come tali")]
    pub voided: bool,
    #[command(flatten)]
    pub selection: selection::Args,
}

impl Args {
    pub fn pseudonyms(&self) -> Result<Pseudonyms, CliError> {
        let Some(path) = &self.key else {
            return Pseudonyms::of_this_time_only().map_err(|_| {
                CliError::world("il sistema non dà numeri casuali", "dai una chiave con `--chiave-pseudonimi`")
            });
        };
        let shown = path.display();
        let unreadable =
            |e| CliError::world(format!("`{shown}` non si legge: {}", io_words(&e)), "controlla il nome e i permessi");
        let long = fs::metadata(path).map_err(unreadable)?.len() > LONGEST_KEY;
        let help = "fanne una nuova, per esempio con `head -c 32 /dev/urandom > chiave`";
        if long {
            return Err(CliError::usage(format!("`{shown}` è troppo lungo per una chiave"), help));
        }
        let key = fs::read(path).map_err(unreadable)?;
        Pseudonyms::under(&key)
            .ok_or_else(|| CliError::usage(format!("la chiave in `{shown}` ha meno di {KEY_BYTES} byte"), help))
    }
}

/// Never the database that is read from: the export would take its place.
pub fn not_the_database(file: &Path, global: &Global) -> Result<(), CliError> {
    match (file.canonicalize(), global.db.canonicalize()) {
        (Ok(one), Ok(other)) if one == other => {
            let message = format!("`{}` è l'archivio delle pratiche: l'esportazione lo cancellerebbe", file.display());
            Err(CliError::usage(message, "indica un altro file"))
        }
        _ => Ok(()),
    }
}

pub fn export_error(error: ExportError, file: &Path, global: &Global) -> CliError {
    match error {
        ExportError::Service(error) => service_error(global, error),
        ExportError::Write(error) => CliError::world(
            format!("`{}` non si scrive: {}", file.display(), io_words(&error)),
            "controlla la cartella, i permessi e lo spazio",
        ),
        ExportError::Tables(why) => CliError::world(
            format!("`{}` non si scrive: {why}", file.display()),
            "controlla la cartella, i permessi e lo spazio",
        ),
    }
}

/// Tells the cases that did not go out, and how the run ends for them.
pub fn tell_unreadable(sums: &Sums, global: &Global) -> Result<Exit, CliError> {
    let screen = &global.screen;
    if !global.is_json() {
        for (case, why) in &sums.unreadable {
            let words = format!("la pratica `{case}` non è esportata: {why}");
            screen.line(&screen.paint(Ink::Bad, &printable(&words)))?;
        }
    }
    Ok(if sums.unreadable.is_empty() { Exit::Fine } else { Exit::Findings })
}

/// The same for programs.
pub fn unreadable_json(sums: &Sums) -> Vec<Json> {
    sums.unreadable.iter().map(|(case, why)| json!({ "pratica": case.to_string(), "motivo": why })).collect()
}

/// What went out, in a sentence.
pub fn told(sums: &Sums, file: &Path) -> String {
    let n = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let left_out = match sums.left_out {
        0 => String::new(),
        more => format!(" ({} o di annullamento: non scritti)", count(n(more), "annullato", "annullati")),
    };
    format!(
        "{} con {}{left_out} in `{}`",
        count(n(sums.cases), "pratica", "pratiche"),
        count(n(sums.events), "evento", "eventi"),
        file.display()
    )
}
