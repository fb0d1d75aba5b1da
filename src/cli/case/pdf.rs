// SPDX-License-Identifier: EUPL-1.2
//! `lepre case pdf`: a case, or its *patto di servizio*, as a document in a file.

use std::path::PathBuf;

use serde_json::json;

use crate::cli::export::target::{is_stdout, write_to};
use crate::cli::stored::{service, service_error, store_error};
use crate::cli::{CliError, Exit, Global};
use crate::export::pdf::{self, About, PdfError};

use super::{Look, look_at};

#[derive(clap::Args)]
pub(super) struct Pdf {
    #[command(flatten)]
    look: Look,
    #[arg(
        value_name = "FILE",
        help = "file da scrivere, `-` per l'uscita; uno che c'è già è sostituito quando il nuovo è intero"
    )]
    file: PathBuf,
    #[arg(long = "patto", help = "il patto di servizio della pratica (livello D), com'è oggi", conflicts_with = "on")]
    is_patto: bool,
}

pub(super) fn write(args: &Pdf, global: &Global) -> Result<Exit, CliError> {
    let service = service(global)?;
    let (view, on) = look_at(&service, global, &args.look)?;
    let history = service.history(&view).map_err(|e| service_error(global, e))?;
    let subject = service.store().subject(view.head.subject).map_err(|e| store_error(&e))?;
    // No specifications are read here: an office that the rulebook does not name is said by its own word.
    let office = view.case.desk_office.as_deref().or(view.head.office.as_deref());
    let named = view.rulebook.offices.iter().find(|known| Some(known.id.as_str()) == office);
    let named = named.map(|office| office.name.as_str());
    let about = About {
        view: &view,
        history: &history,
        on,
        subject: subject.as_ref(),
        office: named.or(office),
        operator: view.case.operator.as_deref(),
        seen_by: None,
    };
    let bytes = if args.is_patto { pdf::patto(&about) } else { pdf::case(&about) }.map_err(unmade)?;
    write_to(&args.file, global, |out| Ok(out.write_all(&bytes)?))?;
    if is_stdout(&args.file) {
        return Ok(Exit::Fine);
    }
    let name = args.file.display();
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
