// SPDX-License-Identifier: EUPL-1.2
//! `lepre export xes`: stored cases as an event log for process mining.

use serde_json::json;

use crate::cli::{CliError, Exit, Global, selection, stored};
use crate::export::{ExportError, write_new, xes};

use super::traced::{self, export_error, not_the_database, tell_unreadable, told, unreadable_json};

#[derive(clap::Args)]
#[command(
    about = "registro degli eventi in XES (IEEE 1849-2016), sotto pseudonimi",
    after_help = "Esempi:\n  lepre export xes pratiche.xes                              tutte le pratiche\n  \
                  lepre export xes c.xes --lep C --chiave-pseudonimi chiave  quelle del livello C, con gli pseudonimi di sempre\n\n\
                  Non escono codici fiscali, nomi, motivi, note, evidenze né valori dei dati."
)]
pub struct Args {
    #[command(flatten)]
    traced: traced::Args,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    let args = &args.traced;
    let service = stored::service(global)?;
    let chosen = args.selection.selection(&service, global)?;
    not_the_database(&args.file, global)?;
    let mut pseudonyms = args.pseudonyms()?;
    let written = write_new(&args.file, |out| {
        let sums = xes::write(out, &service, &chosen, args.voided, &mut pseudonyms)?;
        // Nothing is published: what is empty must not look like an answer.
        if sums.cases == 0 && sums.unreadable.is_empty() { Err(Broken::Nothing) } else { Ok(sums) }
    });
    let sums = written.map_err(|broken| match broken {
        Broken::Nothing => selection::nothing(),
        Broken::Export(error) => export_error(error, &args.file, global),
    })?;
    if global.is_json() {
        let file = args.file.display().to_string();
        let all = json!({
            "file": file, "pratiche": sums.cases, "eventi": sums.events, "non_scritti": sums.left_out,
            "non_esportate": unreadable_json(&sums),
        });
        global.screen.json(&all)?;
    }
    let exit = tell_unreadable(&sums, global)?;
    if !global.is_json() {
        global.screen.line(&told(&sums, &args.file))?;
    }
    Ok(exit)
}

enum Broken {
    Nothing,
    Export(ExportError),
}

impl From<ExportError> for Broken {
    fn from(error: ExportError) -> Self {
        Self::Export(error)
    }
}

impl From<std::io::Error> for Broken {
    fn from(error: std::io::Error) -> Self {
        Self::Export(error.into())
    }
}
