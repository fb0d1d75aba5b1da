// SPDX-License-Identifier: EUPL-1.2
//! `lepre import`: cases from another system, one outcome for each line.

use std::fs::File;
use std::io::{BufReader, IsTerminal, Write};
use std::path::PathBuf;

use serde_json::json;

use crate::service::{ImportError, ImportOutcome, ImportedLine};

use super::output::{Ink, count};
use super::progress::bar;
use super::stored::{service, store_error};
use super::{CliError, Exit, Global};

#[derive(clap::Args)]
#[command(
    about = "importa pratiche da un altro sistema (JSON Lines, una pratica per riga)",
    after_help = "Esempi:\n  lepre import pratiche.jsonl                importa e scrive l'esito delle righe rifiutate\n  \
                  lepre import pratiche.jsonl --esiti e.jsonl   scrive in un file l'esito di ogni riga\n\n\
                  Una riga: {\"id\":\"PR-1\",\"lep\":\"E\",\"soggetto\":{\"codice_fiscale\":\"…\"},\"eventi\":[{\"tipo\":\"aperta\",\"il\":\"2024-05-02\"},…]}\n\
                  Ogni riga entra intera o non entra. L'importazione si può ripetere: ciò che c'è già è riconosciuto dall'`id`."
)]
pub struct Args {
    #[arg(value_name = "FILE", help = "file JSON Lines, oppure - per l'ingresso standard")]
    file: PathBuf,
    #[arg(long, value_name = "FILE", help = "dove scrivere l'esito di ogni riga, in JSON Lines")]
    esiti: Option<PathBuf>,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    let stdin = args.file.as_os_str() == "-";
    let unreadable = |e: std::io::Error| {
        CliError::world(
            format!("`{}` non si legge: {e}", args.file.display()),
            "controlla il nome e i permessi del file",
        )
    };
    let size = if stdin { 0 } else { std::fs::metadata(&args.file).map_err(unreadable)?.len() };
    let mut input: Box<dyn std::io::BufRead> = if stdin {
        Box::new(BufReader::new(std::io::stdin()))
    } else {
        Box::new(BufReader::with_capacity(1 << 20, File::open(&args.file).map_err(unreadable)?))
    };
    let mut outcomes = match &args.esiti {
        Some(path) => Some(std::io::BufWriter::new(File::create(path).map_err(|e| {
            CliError::world(format!("`{}` non si scrive: {e}", path.display()), "controlla la cartella e i permessi")
        })?)),
        None => None,
    };
    let service = service(global, true)?;
    let bar = bar("importazione", size);
    let json = global.is_json();
    let out = std::io::stdout();
    let loud = json || out.is_terminal();
    let mut written: std::io::Result<()> = Ok(());
    let imported = {
        let mut tell = |line: &ImportedLine, bytes: u64| {
            bar.set_position(bytes.min(size));
            let one = outcome_json(line);
            if let Some(file) = &mut outcomes {
                let wrote = writeln!(file, "{one}");
                if written.is_ok() {
                    written = wrote;
                }
            }
            let refused = matches!(line.outcome, ImportOutcome::Refused { .. });
            if json {
                // A reader who leaves early stops nobody.
                _ = writeln!(out.lock(), "{one}");
            } else if refused {
                let words = outcome_words(line);
                if loud {
                    bar.suspend(|| _ = writeln!(out.lock(), "{words}"))
                } else {
                    _ = writeln!(out.lock(), "{words}")
                }
            }
        };
        service.import(&mut *input, &mut tell)
    };
    bar.finish_and_clear();
    if let Some(mut file) = outcomes {
        written = written.and_then(|()| file.flush());
    }
    let sums = imported.map_err(|error| match error {
        ImportError::Read(e) => unreadable(e),
        ImportError::Store(e) => store_error(&e),
    })?;
    written.map_err(|e| {
        CliError::world(
            format!("il file degli esiti non si scrive: {e}"),
            "le pratiche sono state importate: ripeti con un altro file",
        )
    })?;
    if !json {
        let n = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let sum = format!(
            "{} con {} ({} con rilievi), {} aggiornate, {} già presenti, {} rifiutate",
            count(n(sums.imported), "pratica importata", "pratiche importate"),
            count(n(sums.events), "evento", "eventi"),
            sums.with_findings,
            sums.extended,
            sums.present,
            sums.refused
        );
        global.screen.line(&global.screen.paint(if sums.refused == 0 { Ink::Good } else { Ink::Bad }, &sum))?;
    }
    Ok(if sums.refused == 0 { Exit::Fine } else { Exit::Findings })
}

fn outcome_words(line: &ImportedLine) -> String {
    let id = line.id.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
    let why = match &line.outcome {
        ImportOutcome::Refused { reason } => format!(": {reason}"),
        _ => String::new(),
    };
    super::output::printable(&format!("riga {}{id}: {}{why}", line.line, line.outcome.word()))
}

fn outcome_json(line: &ImportedLine) -> serde_json::Value {
    let (case, events, findings, reason) = match &line.outcome {
        ImportOutcome::Imported { case, events, findings } | ImportOutcome::Extended { case, events, findings } => {
            (Some(case), Some(events), Some(findings), None)
        }
        ImportOutcome::Present { case } => (Some(case), None, None, None),
        ImportOutcome::Refused { reason } => (None, None, None, Some(reason)),
    };
    json!({
        "riga": line.line, "id": line.id, "esito": line.outcome.word(), "pratica": case.map(ToString::to_string),
        "eventi": events, "rilievi": findings, "motivo": reason,
    })
}
