// SPDX-License-Identifier: EUPL-1.2
//! `lepre export ocel`: stored cases as an object-centric event log.

use clap::ValueEnum;
use serde_json::json;

use crate::cli::{CliError, Exit, Global, selection, stored};
use crate::export::ExportError;
use crate::export::ocel::{self, JsonLog, TableLog, Written};

use super::traced::{self, export_error, not_the_database, tell_unreadable, told, unreadable_json};

#[derive(clap::Args)]
#[command(
    about = "registro degli eventi per oggetti in OCEL 2.0 (JSON o SQLite), sotto pseudonimi",
    after_help = "Esempi:\n  lepre export ocel pratiche.json                    tutte le pratiche, in JSON\n  \
                  lepre export ocel pratiche.sqlite --forma sqlite   le stesse, in una base dati SQLite\n\n\
                  Gli oggetti sono pratiche, soggetti, livelli, sedi e operatori. Non escono codici fiscali, nomi, motivi, note, \
                  evidenze né valori dei dati."
)]
pub struct Args {
    #[arg(long = "forma", value_name = "FORMA", default_value = "json", help = "json oppure sqlite")]
    form: Form,
    #[command(flatten)]
    traced: traced::Args,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    Json,
    Sqlite,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    let (form, args) = (args.form, &args.traced);
    let service = stored::service(global)?;
    let chosen = args.selection.selection(&service, global)?;
    not_the_database(&args.file, global)?;
    let mut pseudonyms = args.pseudonyms()?;
    let mut write = |log: &mut dyn ocel::Log| ocel::write(log, &service, &chosen, args.voided, &mut pseudonyms);
    let mut wrote = || -> Result<Written, ExportError> {
        match form {
            Form::Json => {
                let mut log = JsonLog::create(&args.file)?;
                let written = write(&mut log)?;
                // Nothing is published: what is empty must not look like an answer.
                if is_something(&written) {
                    log.publish()?;
                }
                Ok(written)
            }
            Form::Sqlite => {
                let mut log = TableLog::create(&args.file)?;
                let written = write(&mut log)?;
                if is_something(&written) {
                    log.publish()?;
                }
                Ok(written)
            }
        }
    };
    let written = wrote().map_err(|error| export_error(error, &args.file, global))?;
    if !is_something(&written) {
        return Err(selection::nothing());
    }
    if global.is_json() {
        global.screen.json(&json!({
            "file": args.file.display().to_string(), "pratiche": written.sums.cases, "eventi": written.sums.events,
            "oggetti": written.objects, "legami_evento": written.event_ties, "legami_oggetto": written.object_ties,
            "non_scritti": written.sums.left_out, "non_esportate": unreadable_json(&written.sums),
        }))?;
    }
    let exit = tell_unreadable(&written.sums, global)?;
    if !global.is_json() {
        global.screen.line(&told(&written.sums, &args.file))?;
    }
    Ok(exit)
}

fn is_something(written: &Written) -> bool {
    written.sums.cases > 0 || !written.sums.unreadable.is_empty()
}
