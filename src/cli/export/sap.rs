// SPDX-License-Identifier: EUPL-1.2
//! `lepre export sap`: the records of section 6, and the account of what cannot be transmitted.

use std::io::Write;
use std::path::PathBuf;

use serde_json::{Value as Json, json};

use crate::cli::output::{Ink, count, printable};
use crate::cli::{CliError, Exit, Global, selection};
use crate::export::ExportError;
use crate::export::sap::{SapEntry, SapOutcome, SapReport, Sender, SenderError, Severity, SourceSystem, write_sap};
use crate::service::{Selection, Service};

use super::target::{Stopped, is_stdout, write_to};

#[derive(clap::Args)]
#[command(
    about = "politiche attive per la sezione 6 della scheda anagrafico-professionale (XML)",
    after_help = "Esempi:\n  lepre export sap sezione6.xml --sistema 13 --ente H501X000004 --esiti esiti.jsonl\n  \
                  lepre export sap sezione6.xml --sistema 13 --ente torino=H501X000004 --ente ivrea=H501X000005\n\n\
                  Ciò che non si può trasmettere è elencato con il motivo, e il resto esce. I dati che mancano non sono inventati."
)]
pub struct Args {
    #[arg(value_name = "FILE", help = "file XML da scrivere, oppure - per l'uscita standard")]
    file: PathBuf,
    #[arg(
        long = "sistema",
        value_name = "CODICE",
        help = "sistema che trasmette, 2 cifre della tabella SAP: 13 è il Piemonte; non è il codice ISTAT"
    )]
    system: String,
    #[arg(
        long = "ente",
        value_name = "[SEDE=]CODICE",
        required = true,
        help = "codice dell'ente promotore, 11 caratteri; con SEDE= vale per le pratiche di quella sede; si può ripetere"
    )]
    promoters: Vec<String>,
    #[arg(long, value_name = "FILE", help = "dove scrivere l'esito di ogni politica attiva, in JSON Lines")]
    esiti: Option<PathBuf>,
    #[command(flatten)]
    selection: selection::Args,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    let sender = Sender::read(&args.system, &args.promoters).map_err(|error| sender_words(&error))?;
    if args.esiti.as_ref() == Some(&args.file) {
        return Err(CliError::usage("`--esiti` è il file dell'esportazione", "indica un altro file"));
    }
    let service = crate::cli::stored::service(global)?;
    let chosen = args.selection.selection(&service, global)?;
    let report = match &args.esiti {
        Some(path) => {
            write_to(path, global, |esiti| Ok(write(args, global, (&service, &chosen, &sender), Some(esiti))))?
        }
        None => write(args, global, (&service, &chosen, &sender), None),
    };
    let report = match report {
        Ok(report) => report,
        Err(Ended::Nothing(report)) => report,
        Err(Ended::Wrong(error)) => return Err(error),
    };
    if !is_stdout(&args.file) {
        tell(args, global, &report)?;
    }
    Ok(if report.blocked == 0 && report.written > 0 { Exit::Fine } else { Exit::Findings })
}

/// Why there is no XML: something is wrong, or nothing can be transmitted, and the account says why.
enum Ended {
    Nothing(SapReport),
    Wrong(CliError),
}

fn write(
    args: &Args,
    global: &Global,
    (service, chosen, sender): (&Service, &Selection, &Sender),
    mut esiti: Option<&mut dyn Write>,
) -> Result<SapReport, Ended> {
    let mut nothing = None;
    let mut shown = Ok(());
    let quiet = is_stdout(&args.file);
    let written = write_to(&args.file, global, |out| {
        let mut line = |entry: &SapEntry| -> Result<(), ExportError> {
            if let Some(esiti) = &mut esiti {
                writeln!(esiti, "{}", entry_json(entry))?;
            }
            if entry.outcome == SapOutcome::Blocked && !quiet && shown.is_ok() {
                shown = show(global, entry);
            }
            Ok(())
        };
        let report = write_sap(service, chosen, sender, out, &mut line)?;
        if report.cases == 0 {
            return Err(Stopped::Cli(selection::nothing()));
        }
        if report.written == 0 {
            nothing = Some(report);
            return Err(Stopped::Cli(CliError::usage("nessuna politica attiva è trasmissibile", "")));
        }
        Ok(report)
    });
    shown.map_err(Ended::Wrong)?;
    match (written, nothing) {
        (_, Some(report)) => Err(Ended::Nothing(report)),
        (written, None) => written.map_err(Ended::Wrong),
    }
}

fn show(global: &Global, entry: &SapEntry) -> Result<(), CliError> {
    if global.is_json() {
        return global.screen.line(&entry_json(entry).to_string());
    }
    let item = entry.item.as_ref().map(|item| format!(", voce `{item}`")).unwrap_or_default();
    let head = global.screen.paint(Ink::Bad, entry.outcome.word());
    global.screen.line(&format!("{head}: pratica `{}`{item}", printable(&entry.case)))?;
    for remark in entry.remarks.iter().filter(|remark| remark.severity == Severity::Blocking) {
        global.screen.line(&format!("  {}: {}", remark.field, printable(&remark.message)))?;
    }
    Ok(())
}

fn tell(args: &Args, global: &Global, report: &SapReport) -> Result<(), CliError> {
    if global.is_json() {
        let file = (report.written > 0).then(|| args.file.display().to_string());
        return global.screen.json(&json!({
            "file": file, "pratiche": report.cases, "trasmissibili": report.written,
            "con_avvisi": report.with_warnings, "non_trasmissibili": report.blocked, "fuori_sezione": report.outside,
        }));
    }
    let n = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let written = count(n(report.written), "politica attiva trasmissibile", "politiche attive trasmissibili");
    let place =
        if report.written > 0 { format!("in {}", args.file.display()) } else { "nessun file scritto".to_owned() };
    global.screen.line(&format!(
        "{written} ({} con avvisi), {} non trasmissibili, {} fuori dalla sezione 6: {place}",
        report.with_warnings, report.blocked, report.outside
    ))
}

fn entry_json(entry: &SapEntry) -> Json {
    let remarks: Vec<Json> = entry
        .remarks
        .iter()
        .map(|remark| json!({ "gravita": remark.severity.word(), "campo": remark.field, "messaggio": remark.message }))
        .collect();
    json!({
        "pratica": entry.case, "voce": entry.item, "evento": entry.event, "codice": entry.code,
        "identificativo": entry.identifier, "esito": entry.outcome.word(), "rilievi": remarks,
    })
}

fn sender_words(error: &SenderError) -> CliError {
    let help = match error {
        SenderError::System(_) => {
            let all: Vec<String> =
                SourceSystem::all().map(|system| format!("{} {}", system.code(), system.name())).collect();
            format!("i codici sono: {}", all.join(", "))
        }
        SenderError::Promoter(_) | SenderError::None => "scrivi per esempio `--ente H501X000004`".to_owned(),
        SenderError::Twice(_) => "lasciane uno".to_owned(),
    };
    CliError::usage(error.to_string(), help)
}
