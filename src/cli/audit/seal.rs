// SPDX-License-Identifier: EUPL-1.2
//! `lepre audit sigillo`: the last digest of every case, signed, in a file to be kept elsewhere.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli::output::{count, trouble};
use crate::cli::stored::{open, store_error};
use crate::cli::{CliError, Exit, Global};
use crate::export::write_new;
use crate::service::Clock;
use crate::service::seal::{SealError, check, write};

use super::private_key;

#[derive(clap::Args)]
pub struct Args {
    #[arg(value_name = "FILE", help = "file nuovo in cui scrivere il sigillo")]
    file: PathBuf,
    #[arg(long, value_name = "FILE", help = "chiave privata con cui firmarlo")]
    chiave: PathBuf,
    #[arg(long, value_name = "FILE", help = "il sigillo fatto prima di questo, che così ne resta legato")]
    precedente: Option<PathBuf>,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    if args.file.exists() {
        return Err(CliError::usage(
            format!("il file `{}` c'è già", args.file.display()),
            "un sigillo non si sovrascrive: indica un altro nome",
        ));
    }
    let key = private_key(&args.chiave)?;
    let before = args.precedente.as_deref().map(|path| {
        check(open_file(path)?, Some(&key.public()))
            .map_err(|fault| seal_error(path, fault.into()))
            .map(|seal| seal.radice)
    });
    let before = before.transpose()?;
    let store = open(&global.db, false)?;
    let closing = write_new(&args.file, |out| write(&store, &key, Clock::default().now(), before, out))
        .map_err(|error| seal_error(&args.file, error))?;
    if global.is_json() {
        global.screen.json(&json!({
            "file": args.file.to_string_lossy(), "pratiche": closing.pratiche, "eventi": closing.eventi,
            "radice": closing.radice, "precedente": closing.precedente, "chiave": closing.chiave,
        }))?;
    } else {
        let n = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        global.screen.line(&format!(
            "sigillo in `{}`: {}, {}",
            args.file.display(),
            count(n(closing.pratiche), "pratica", "pratiche"),
            count(n(closing.eventi), "evento", "eventi"),
        ))?;
        global.screen.line("conservalo fuori da questa macchina: qui non prova nulla")?;
    }
    Ok(Exit::Fine)
}

/// A file to be read from its beginning.
pub(in crate::cli) fn open_file(path: &Path) -> Result<BufReader<File>, CliError> {
    let unreadable = |error| {
        let words = format!("`{}` non si legge: {}", path.display(), trouble(&error));
        CliError::usage(words, "controlla il percorso e i permessi")
    };
    File::open(path).map(BufReader::new).map_err(unreadable)
}

/// Tells trouble with a seal, by its file.
pub(in crate::cli) fn seal_error(path: &Path, error: SealError) -> CliError {
    match error {
        SealError::Store(error) => store_error(&error),
        SealError::Output(error) => CliError::world(
            format!("`{}` non si scrive: {}", path.display(), trouble(&error)),
            "controlla il disco e i permessi: nessun file è rimasto a metà",
        ),
        SealError::Fault(fault) => CliError::usage(
            format!("`{}`: {fault}", path.display()),
            "usa la copia del sigillo conservata altrove, e la chiave con cui fu firmato",
        ),
    }
}
