// SPDX-License-Identifier: EUPL-1.2
//! The answer for each case, one a line, in the order of the ids.

use std::io::{self, Write as _};
use std::path::Path;

use serde_json::{Value as Json, json};

use crate::cli::stored::{io_words, service_error};
use crate::cli::{CliError, Global};
use crate::export::write_new;
use crate::rulebook::Rulebook;
use crate::service::{BulkQuestion, CaseId, Law, Service};

use super::Answer;

/// Writes the file: it appears when it is whole.
///
/// # Errors
/// It cannot be written, or a case cannot be read.
pub fn write(
    file: &Path,
    service: &Service,
    question: &BulkQuestion,
    answers: &[Answer],
    troubles: &[(CaseId, String)],
    global: &Global,
) -> Result<(), CliError> {
    let mut lines = Vec::with_capacity(answers.len() + troubles.len());
    lines.extend(answers.iter().map(|answer| (answer.0, Ok(answer))));
    lines.extend(troubles.iter().map(|(case, why)| (*case, Err(why))));
    lines.sort_by_key(|line| line.0);
    let mut trouble = None;
    let written = write_new(file, |out| -> io::Result<()> {
        for (case, line) in &lines {
            let line = match line {
                Err(why) => json!({ "pratica": case.to_string(), "conforme": null, "motivo": why }),
                Ok((_, conformity, findings)) => {
                    let law = if findings.is_empty() { Ok(None) } else { law_of(service, *case, question).map(Some) };
                    let law = law.map_err(|error| {
                        trouble = Some(error);
                        io::Error::other("una pratica non si legge")
                    })?;
                    let finding = |finding| law.as_deref().map(|law| finding_json(law, finding));
                    let found: Vec<Json> = findings.iter().filter_map(finding).collect();
                    json!({ "pratica": case.to_string(), "conforme": conformity.word(), "rilievi": found })
                }
            };
            writeln!(out, "{line}")?;
        }
        Ok(())
    });
    match (written, trouble) {
        (Err(_), Some(error)) => Err(service_error(global, error)),
        (Err(error), None) => Err(CliError::world(
            format!("`{}` non si scrive: {}", file.display(), io_words(&error)),
            "controlla la cartella, i permessi e lo spazio sul disco: il file non è stato creato",
        )),
        (Ok(()), _) => Ok(()),
    }
}

fn law_of(
    service: &Service,
    case: CaseId,
    question: &BulkQuestion,
) -> Result<std::sync::Arc<Rulebook>, crate::service::ServiceError> {
    let question = BulkQuestion { law: question.law, ..question.clone() };
    match question.law {
        Law::Pinned => service.rulebook_of(case),
        Law::On(_) => service.check_under(case, &question).map(|(law, ..)| law),
    }
}

fn finding_json(law: &Rulebook, finding: &crate::engine::Finding) -> Json {
    let item = finding.item.and_then(|item| law.item(item)).map(|item| item.id.as_str());
    let term = finding.term.and_then(|term| law.terms.get(usize::from(term))).map(|term| term.id.as_str());
    json!({
        "gravita": finding.gravity.word(), "tipo": finding.kind.word(), "voce": item, "termine": term,
        "evento": finding.sequence,
    })
}
