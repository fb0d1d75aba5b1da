// SPDX-License-Identifier: EUPL-1.2
//! `lepre case pdf`: a case, or its *patto di servizio*, as a document in a file.

use std::path::PathBuf;

use serde_json::json;

use crate::cli::output::trouble;
use crate::cli::stored::{service, service_error, store_error};
use crate::cli::{CliError, Exit, Global};
use crate::export::pdf::{self, About, PdfError};
use crate::export::write_new;

use super::{Look, look_at};

#[derive(clap::Args)]
pub(super) struct Pdf {
    #[command(flatten)]
    look: Look,
    #[arg(value_name = "FILE", help = "file da scrivere; uno che c'è già è sostituito quando il nuovo è intero")]
    file: PathBuf,
    #[arg(long = "patto", help = "il patto di servizio della pratica (livello D), com'è oggi", conflicts_with = "on")]
    is_patto: bool,
}

pub(super) fn write(args: &Pdf, global: &Global) -> Result<Exit, CliError> {
    let service = service(global)?;
    let (view, on) = look_at(&service, global, &args.look)?;
    let history = service.history(&view).map_err(|e| service_error(global, e))?;
    let subject = service.store().subject(view.head.subject).map_err(|e| store_error(&e))?;
    let about = About {
        view: &view,
        history: &history,
        on,
        subject: subject.as_ref(),
        // The rulebook of the case knows its offices by name; where it does not, the office's own word stands.
        office: view.case.desk_office.as_deref().or(view.head.office.as_deref()),
        operator: view.case.operator.as_deref(),
        seen_by: None,
    };
    let bytes = if args.is_patto { pdf::patto(&about) } else { pdf::case(&about) }.map_err(unmade)?;
    let name = args.file.display();
    write_new(&args.file, |out| std::io::Write::write_all(out, &bytes)).map_err(|error| {
        CliError::world(format!("`{name}` non si scrive: {}", trouble(&error)), "nulla è stato scritto")
    })?;
    if global.is_json() {
        global.screen.json(&json!({ "file": args.file.to_string_lossy(), "byte": bytes.len() }))?;
    } else {
        global.screen.line(&format!("scritto `{name}` ({} KiB)", bytes.len().div_ceil(1024)))?;
    }
    Ok(Exit::Fine)
}

fn unmade(error: PdfError) -> CliError {
    match error {
        PdfError::NoPatto(why) => CliError::usage(why, "senza `--patto` si scrive la pratica"),
        other => CliError::world(other.to_string(), "è un difetto del programma: nulla è stato scritto"),
    }
}
