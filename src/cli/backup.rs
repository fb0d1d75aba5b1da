// SPDX-License-Identifier: EUPL-1.2
//! `lepre backup`: a copy of the database while others work on it.

use std::path::PathBuf;

use serde_json::json;

use crate::store::Store as _;

use super::progress::bar;
use super::stored::{open, store_error};
use super::{CliError, Exit, Global};

#[derive(clap::Args)]
#[command(
    about = "copia l'archivio in un file nuovo, mentre altri lavorano",
    after_help = "Esempi:\n  lepre backup copia.db    il file compare solo quando è intero; uno che c'è già non è toccato"
)]
pub struct Args {
    #[arg(value_name = "FILE", help = "file nuovo in cui copiare l'archivio")]
    file: PathBuf,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    let store = open(&global.db, false)?;
    let bar = bar("copia", 0);
    let copied = store.backup(&args.file, &mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    copied.map_err(|e| store_error(&e))?;
    let bytes = std::fs::metadata(&args.file).map(|m| m.len()).unwrap_or_default();
    if global.is_json() {
        global.screen.json(&json!({ "file": args.file.to_string_lossy(), "byte": bytes }))?;
    } else {
        global.screen.line(&format!("copiato in `{}` ({} KiB)", args.file.display(), bytes.div_ceil(1024)))?;
    }
    Ok(Exit::Fine)
}
