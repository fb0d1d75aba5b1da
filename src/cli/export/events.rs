// SPDX-License-Identifier: EUPL-1.2
//! `lepre export eventi`: cases and events as JSON Lines, the form that `lepre import` reads.

use std::path::PathBuf;

use serde_json::json;

use crate::cli::output::{Ink, count};
use crate::cli::{CliError, Exit, Global, selection};
use crate::export::events::{EventsReport, write_events};

use super::target::{Stopped, is_stdout, write_to};

#[derive(clap::Args)]
#[command(about = "pratiche ed eventi in JSON Lines, come li rilegge `lepre import`")]
pub struct Args {
    #[arg(value_name = "FILE", help = "file da scrivere, oppure - per l'uscita standard")]
    file: PathBuf,
    #[command(flatten)]
    selection: selection::Args,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    let service = crate::cli::stored::service(global)?;
    let chosen = args.selection.selection(&service, global)?;
    let report = write_to(&args.file, global, |out| {
        let report = write_events(&service, &chosen, out)?;
        if report.cases == 0 && report.unreadable.is_empty() {
            return Err(Stopped::Cli(selection::nothing()));
        }
        Ok(report)
    })?;
    if !is_stdout(&args.file) {
        tell(args, global, &report)?;
    }
    Ok(if report.unreadable.is_empty() && report.too_long.is_empty() { Exit::Fine } else { Exit::Findings })
}

fn tell(args: &Args, global: &Global, report: &EventsReport) -> Result<(), CliError> {
    let screen = &global.screen;
    if global.is_json() {
        let unreadable: Vec<_> = report
            .unreadable
            .iter()
            .map(|out| json!({ "pratica": out.case, "evento": out.event, "motivo": out.why }))
            .collect();
        return screen.json(&json!({
            "file": args.file.display().to_string(), "pratiche": report.cases, "eventi": report.events,
            "troppo_lunghe": report.too_long, "non_esportate": unreadable,
        }));
    }
    let n = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    for out in &report.unreadable {
        let words = format!("la pratica `{}` non è esportata: {}", out.case, out.why);
        screen.line(&screen.paint(Ink::Bad, &words))?;
    }
    for id in &report.too_long {
        let words = format!("la riga della pratica `{id}` supera 2 MiB: `lepre import` non la prende");
        screen.line(&screen.paint(Ink::Bad, &words))?;
    }
    let cases = count(n(report.cases), "pratica esportata", "pratiche esportate");
    let events = count(n(report.events), "evento", "eventi");
    screen.line(&format!("{cases} con {events} in {}", args.file.display()))
}
