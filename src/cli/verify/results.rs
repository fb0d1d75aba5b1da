// SPDX-License-Identifier: EUPL-1.2
//! The answer for each case, one a line, in the order of the ids.

use std::io::{self, Write as _};
use std::path::Path;

use serde_json::json;

use crate::cli::CliError;
use crate::cli::stored::io_words;
use crate::export::write_new;
use crate::service::{CaseId, Service, unchecked_json};

use super::source::Source;

/// Writes the file: it appears when it is whole. The cases of a source have the id of the system they came from, and
/// its lines that are no case come last.
///
/// # Errors
/// It cannot be written.
pub fn write(
    file: &Path,
    mut lines: Vec<(CaseId, String)>,
    troubles: &[(CaseId, String)],
    source: Option<&Source>,
) -> Result<(), CliError> {
    lines.extend(troubles.iter().map(|(case, why)| (*case, unchecked_json(*case, why).to_string())));
    lines.sort_unstable_by_key(|line| line.0);
    let written = write_new(file, |out| -> io::Result<()> {
        lines.iter().try_for_each(|(case, line)| match source {
            Some(source) => writeln!(out, "{}", named(&source.service, *case, line)),
            None => writeln!(out, "{line}"),
        })?;
        source.into_iter().flat_map(|source| &source.refused).try_for_each(|(line, why)| {
            let told = json!({ "pratica": null, "riga": line, "conforme": null, "rilievi": [], "motivo": why });
            writeln!(out, "{told}")
        })
    });
    written.map_err(|error| {
        CliError::world(
            format!("`{}` non si scrive: {}", file.display(), io_words(&error)),
            "controlla la cartella, i permessi e lo spazio sul disco: il file non è stato creato",
        )
    })
}

/// The line, with the name of the case where it came from in the place of the one it had in passing.
fn named(service: &Service, case: CaseId, line: &str) -> String {
    let external = service.store().case_head(case).ok().flatten().and_then(|head| head.external);
    match (external, serde_json::from_str::<serde_json::Value>(line)) {
        (Some(external), Ok(mut answer)) => {
            if let Some(fields) = answer.as_object_mut() {
                fields.insert("pratica".into(), external.into());
            }
            answer.to_string()
        }
        _ => line.to_owned(),
    }
}
