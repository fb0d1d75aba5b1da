// SPDX-License-Identifier: EUPL-1.2
//! `lepre import`: cases from another system, one outcome for each line.

mod tables;

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::service::{ImportError, ImportOutcome, ImportedLine};

use super::output::{Ink, count};
use super::progress::bar;
use super::stored::{io_words, service_to_open, store_error};
use super::{CliError, Exit, Global};

#[derive(clap::Args)]
#[command(
    about = "importa pratiche da un altro sistema (JSON Lines, una pratica per riga)",
    after_help = "Esempi:\n  lepre import pratiche.jsonl                importa e scrive l'esito delle righe rifiutate\n  \
                  lepre import pratiche.jsonl --esiti e.jsonl   scrive in un file l'esito di ogni riga\n  \
                  lepre import --modello primo-carico        scrive le tabelle da riempire con un foglio di calcolo\n  \
                  lepre import pratiche.csv --eventi eventi.csv  importa le tabelle riempite\n\n\
                  Una riga: {\"id\":\"PR-1\",\"lep\":\"E\",\"soggetto\":{\"codice_fiscale\":\"…\"},\"eventi\":[{\"tipo\":\"aperta\",\"il\":\"2024-05-02\"},…]}\n\
                  Ogni riga entra intera o non entra. L'importazione si può ripetere: ciò che c'è già è riconosciuto dall'`id`."
)]
pub struct Args {
    #[arg(
        value_name = "FILE",
        required_unless_present = "template",
        help = "file JSON Lines, oppure - per l'ingresso standard; con --eventi, la tabella delle pratiche"
    )]
    file: Option<PathBuf>,
    #[arg(long = "eventi", value_name = "FILE", requires = "file", help = "tabella degli eventi (CSV)")]
    events: Option<PathBuf>,
    #[arg(
        long = "modello",
        value_name = "CARTELLA",
        conflicts_with_all = ["file", "events", "esiti"],
        help = "scrive in quella cartella le tabelle da riempire, e non importa nulla"
    )]
    template: Option<PathBuf>,
    #[arg(long, value_name = "FILE", help = "dove scrivere l'esito di ogni riga, in JSON Lines")]
    esiti: Option<PathBuf>,
}

/// What is imported: its text, and where the rows of a table have gone.
pub(in crate::cli) struct Source {
    input: Box<dyn io::BufRead>,
    /// Bytes, for the bar; 0 where nobody knows.
    size: u64,
    /// Of each line of the text, the row of the table; none where the text is the file.
    rows: Option<Vec<u64>>,
    /// Rows that became no line.
    refused: Vec<ImportedLine>,
}

impl Source {
    /// Bytes, for a bar; 0 where nobody knows.
    pub(in crate::cli) fn size(&self) -> u64 {
        self.size
    }

    pub(in crate::cli) fn input(&mut self) -> &mut dyn io::BufRead {
        &mut *self.input
    }
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    match (&args.template, &args.file, &args.events) {
        (Some(folder), ..) => tables::write_template(folder, global),
        (None, Some(cases), Some(events)) => import(cases, args, global, || tables::source(cases, events)),
        (None, Some(file), None) => import(file, args, global, || lines(file)),
        (None, None, _) => {
            Err(CliError::usage("manca il file da importare", "scrivi per esempio `lepre import pratiche.jsonl`"))
        }
    }
}

fn unreadable(path: &Path, error: &io::Error) -> CliError {
    let message = format!("`{}` non si legge: {}", path.display(), io_words(error));
    CliError::world(message, "controlla il nome e i permessi del file")
}

/// A file of lines, or the standard input.
pub(in crate::cli) fn lines(path: &Path) -> Result<Source, CliError> {
    let (input, size): (Box<dyn io::BufRead>, u64) = if path.as_os_str() == "-" {
        (Box::new(BufReader::new(io::stdin())), 0)
    } else {
        let size = std::fs::metadata(path).map_err(|e| unreadable(path, &e))?.len();
        let file = File::open(path).map_err(|e| unreadable(path, &e))?;
        (Box::new(BufReader::with_capacity(1 << 20, file)), size)
    };
    Ok(Source { input, size, rows: None, refused: Vec::new() })
}

fn import(
    path: &Path,
    args: &Args,
    global: &Global,
    source: impl FnOnce() -> Result<Source, CliError>,
) -> Result<Exit, CliError> {
    let Source { mut input, size, rows, refused } = source()?;
    let mut outcomes = match &args.esiti {
        Some(esiti) => Some(outcomes_file(esiti, path, args, global)?),
        None => None,
    };
    let service = service_to_open(global)?;
    let bar = bar("importazione", size);
    let json = global.is_json();
    let out = io::stdout();
    let (mut written, mut shown): (io::Result<()>, io::Result<()>) = (Ok(()), Ok(()));
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
            let words = match (json, refused) {
                (true, _) => one.to_string(),
                (false, true) => outcome_words(line),
                (false, false) => return,
            };
            let told = bar.suspend(|| writeln!(out.lock(), "{words}"));
            // A reader who leaves early stops nobody.
            if shown.is_ok() && told.as_ref().is_err_and(|e| e.kind() != io::ErrorKind::BrokenPipe) {
                shown = told;
            }
        };
        refused.iter().for_each(|row| tell(row, 0));
        service.import(&mut *input, &mut |line: &ImportedLine, bytes| {
            let at = usize::try_from(line.line).ok().and_then(|line| line.checked_sub(1));
            match rows.as_ref().and_then(|rows| rows.get(at?)) {
                Some(row) => tell(&ImportedLine { line: *row, ..line.clone() }, bytes),
                None => tell(line, bytes),
            }
        })
    };
    bar.finish_and_clear();
    if let Some(mut file) = outcomes {
        written = written.and_then(|()| file.flush());
    }
    let mut sums = imported.map_err(|error| match error {
        ImportError::Read(e) => unreadable(path, &e),
        ImportError::Store(e) => store_error(&e),
    })?;
    sums.refused += refused.len() as u64;
    written.map_err(|e| {
        CliError::world(
            format!("il file degli esiti non si scrive: {}", io_words(&e)),
            "le pratiche sono state importate: ripeti con un altro file, e saranno già presenti",
        )
    })?;
    shown.map_err(CliError::Output)?;
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

/// The file of the outcomes, emptied if it is there; never the one that is read, nor the database.
fn outcomes_file(path: &Path, read: &Path, args: &Args, global: &Global) -> Result<BufWriter<File>, CliError> {
    let same = |other: &Path| match (path.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    };
    if same(read) || same(&global.db) || args.events.as_deref().is_some_and(same) {
        let message = format!("`{}` serve già: gli esiti lo cancellerebbero", path.display());
        return Err(CliError::usage(message, "indica un altro file con --esiti"));
    }
    let file = File::create(path).map_err(|e| {
        let message = format!("`{}` non si scrive: {}", path.display(), io_words(&e));
        CliError::world(message, "controlla la cartella e i permessi")
    })?;
    Ok(BufWriter::new(file))
}

fn outcome_words(line: &ImportedLine) -> String {
    let id = line.id.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
    let why = match &line.outcome {
        ImportOutcome::Refused { reason } => format!(": {reason}"),
        _ => String::new(),
    };
    // What stands in no row of the table of cases has no number.
    let place = if line.line == 0 { "senza riga".to_owned() } else { format!("riga {}", line.line) };
    super::output::printable(&format!("{place}{id}: {}{why}", line.outcome.word()))
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
        "riga": (line.line > 0).then_some(line.line), "id": line.id, "esito": line.outcome.word(), "pratica": case.map(ToString::to_string),
        "eventi": events, "rilievi": findings, "motivo": reason,
    })
}
