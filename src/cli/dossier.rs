// SPDX-License-Identifier: EUPL-1.2
//! `lepre dossier`: a case in one file, and its verification where there is no database.

use std::io;
use std::path::PathBuf;

use serde_json::{Value as Json, json};

use crate::calendar::Day;
use crate::export::write_new;
use crate::service::dossier::{Anchor, DossierFault, DossierReport, verify_dossier};
use crate::service::seal::prove;
use crate::spec::scenario::Conformity;

use super::audit::{open_file, public_key, seal_error};
use super::casework::conformity_words;
use super::output::{Ink, count, printable, trouble};
use super::stored::{service, service_error};
use super::{CliError, Exit, Global};

#[derive(clap::Args)]
#[command(
    about = "porta fuori una pratica in un file che chiunque può verificare, e lo verifica",
    after_help = "Esempi:\n  lepre dossier export 0193 pratica.json\n  \
                  lepre dossier export 0193 pratica.json --al 2024-12-31 --sigillo 2024-12.sigillo\n  \
                  lepre dossier verify pratica.json --chiave-pubblica ufficio.chiave.pub\n\n\
                  Per verificare non servono archivio né specifiche. Il file non nomina la persona, ma porta ciò che gli eventi dicono di lei."
)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    #[command(about = "scrive il dossier di una pratica")]
    Export(Export),
    #[command(about = "verifica un dossier: catena, regolamento, verdetto, sigillo")]
    Verify(Verify),
}

#[derive(clap::Args)]
struct Export {
    #[arg(value_name = "PRATICA", help = "identificativo della pratica, o i suoi primi caratteri")]
    case: String,
    #[arg(value_name = "FILE", help = "file nuovo in cui scrivere il dossier")]
    file: PathBuf,
    #[arg(long = "al", value_name = "AAAA-MM-GG", help = "giorno del verdetto (di norma oggi)")]
    on: Option<Day>,
    #[arg(long, value_name = "FILE", help = "sigillo che conosce la pratica")]
    sigillo: Option<PathBuf>,
}

#[derive(clap::Args)]
struct Verify {
    #[arg(value_name = "FILE", help = "dossier da verificare")]
    file: PathBuf,
    #[arg(long, value_name = "FILE", help = "chiave pubblica di chi ha firmato il sigillo")]
    chiave_pubblica: Option<PathBuf>,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    match &args.what {
        What::Export(args) => export(args, global),
        What::Verify(args) => verify(args, global),
    }
}

fn export(args: &Export, global: &Global) -> Result<Exit, CliError> {
    if args.file.exists() {
        let words = format!("il file `{}` c'è già", args.file.display());
        return Err(CliError::usage(words, "un dossier non si sovrascrive: indica un altro nome"));
    }
    let service = service(global)?;
    let case = service.find_case(&args.case).map_err(|e| service_error(global, e))?;
    let proof = match &args.sigillo {
        None => None,
        Some(path) => {
            Some(prove(open_file(path)?, case).map_err(|fault| seal_error(path, fault.into()))?.ok_or_else(|| {
                let words = format!("il sigillo `{}` non conosce la pratica `{case}`", path.display());
                CliError::usage(words, "usa un sigillo fatto dopo la sua apertura, o esporta senza")
            })?)
        }
    };
    let on = args.on.unwrap_or(global.today);
    let dossier = service.dossier_file(case, on, proof).map_err(|e| service_error(global, e))?;
    let mut text = serde_json::to_string_pretty(&dossier).unwrap_or_default();
    text.push('\n');
    write_new(&args.file, |out| io::Write::write_all(out, text.as_bytes())).map_err(|error| {
        CliError::world(
            format!("`{}` non si scrive: {}", args.file.display(), trouble(&error)),
            "controlla il disco e i permessi: nessun file è rimasto a metà",
        )
    })?;
    if global.is_json() {
        let file = args.file.to_string_lossy();
        global.screen.json(&json!({ "file": file, "pratica": case.to_string(), "al": on.to_string() }))?;
    } else {
        global.screen.line(&format!("dossier della pratica `{case}` al {on} in `{}`", args.file.display()))?;
    }
    // What the archive says went out as it says it; that it does not add up must not be found out by others first.
    let faults = verify_dossier(&text, None).map(|report| report.faults).unwrap_or_default();
    if !global.is_json() {
        for fault in &faults {
            global.screen.line(&global.screen.paint(Ink::Bad, &printable(&fault_words(fault))))?;
        }
    }
    Ok(if faults.is_empty() { Exit::Fine } else { Exit::Findings })
}

fn fault_words(fault: &DossierFault) -> String {
    let event = fault.event.map(|event| format!("evento {event}: ")).unwrap_or_default();
    format!("{event}{}", fault.message)
}

fn verify(args: &Verify, global: &Global) -> Result<Exit, CliError> {
    let key = args.chiave_pubblica.as_deref().map(public_key).transpose()?;
    let name = args.file.display();
    let text = std::fs::read_to_string(&args.file).map_err(|error| {
        CliError::usage(format!("`{name}` non si legge: {}", trouble(&error)), "controlla il percorso e i permessi")
    })?;
    let report = verify_dossier(&text, key.as_ref())
        .map_err(|error| CliError::usage(format!("`{name}`: {error}"), "`lepre dossier export` ne scrive uno"))?;
    if global.is_json() {
        as_json(&report, key.is_some(), global)?;
    } else {
        as_text(&report, key.is_some(), global)?;
    }
    // Whoever gives a key wants to know whether its owner vouches for the history: that nobody does is a finding.
    let is_vouched = key.is_none() || report.anchor != Anchor::None;
    Ok(if report.faults.is_empty() && is_vouched { Exit::Fine } else { Exit::Findings })
}

fn as_json(report: &DossierReport, keyed: bool, global: &Global) -> Result<(), CliError> {
    let fault = |fault: &DossierFault| json!({ "evento": fault.event, "messaggio": fault.message });
    let (until, at) = match report.anchor {
        Anchor::None => (None, None),
        Anchor::Until { event, at } => (Some(event), Some(at)),
    };
    global.screen.json(&json!({
        "pratica": report.case, "lep": report.level, "al": report.on, "conforme": report.verdict, "eventi": report.events,
        "alterazioni": report.faults.iter().map(fault).collect::<Vec<Json>>(),
        "ancorato_fino_a": until, "sigillo_del_ms": at, "chiave_confrontata": keyed && until.is_some(),
    }))
}

fn as_text(report: &DossierReport, keyed: bool, global: &Global) -> Result<(), CliError> {
    let screen = &global.screen;
    for fault in &report.faults {
        screen.line(&screen.paint(Ink::Bad, &printable(&fault_words(fault))))?;
    }
    screen.line(&match report.anchor {
        Anchor::None => "non ancorato: nessun sigillo garantisce che la storia non sia stata riscritta per intero".to_owned(),
        Anchor::Until { event, .. } if keyed => format!("ancorato da un sigillo fino all'evento {event} di {}", report.events),
        Anchor::Until { event, .. } => format!(
            "ancorato fino all'evento {event} di {} da un sigillo di cui non è stata data la chiave pubblica: non si sa di chi sia",
            report.events
        ),
    })?;
    let outcome = if report.faults.is_empty() {
        format!(
            "catena, regolamento e verdetto tornano; {}",
            Conformity::from_word(&report.verdict).map_or("verdetto ignoto", conformity_words)
        )
    } else {
        count(report.faults.len(), "alterazione trovata", "alterazioni trovate")
    };
    screen.line(&printable(&format!("pratica `{}`, LEP {}, al {}: {outcome}", report.case, report.level, report.on)))
}
