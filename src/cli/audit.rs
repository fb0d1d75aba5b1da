// SPDX-License-Identifier: EUPL-1.2
//! `lepre audit`: is the record as it was written?

use serde_json::{Value as Json, json};

use crate::service::verify_rulebooks;
use crate::store::Store as _;

use super::output::{Ink, count};
use super::progress::bar;
use super::stored::{open, store_error};
use super::{CliError, Exit, Global};

#[derive(clap::Args)]
#[command(
    about = "verifica che nessun evento registrato sia stato alterato",
    after_help = "Esempi:\n  lepre audit verify     ricalcola la catena delle impronte e nomina ogni evento che non torna\n\n\
                  La catena mostra un'alterazione, non la impedisce: chi può riscrivere tutto il file può riscriverla tutta."
)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    #[command(about = "ricalcola la catena delle impronte di ogni pratica")]
    Verify,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    match args.what {
        What::Verify => verify(global),
    }
}

fn verify(global: &Global) -> Result<Exit, CliError> {
    let store = open(&global.db, false)?;
    let stats = store.stats().map_err(|e| store_error(&e))?;
    let bar = bar("verifica", stats.cases);
    let faults = store.verify_chain(&mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let faults = faults.map_err(|e| store_error(&e))?;
    let laws = verify_rulebooks(&store).map_err(|e| store_error(&e))?;
    if global.is_json() {
        let mut list: Vec<Json> = faults
            .iter()
            .map(|fault| {
                json!({
                    "pratica": fault.case.map(|case| case.to_string()), "evento": fault.sequence,
                    "messaggio": fault.to_string(),
                })
            })
            .collect();
        list.extend(laws.iter().map(|words| json!({ "pratica": null, "evento": null, "messaggio": words })));
        global.screen.json(&json!({ "pratiche": stats.cases, "eventi": stats.events, "alterazioni": list }))?;
    } else {
        for fault in &faults {
            global.screen.line(&global.screen.paint(Ink::Bad, &fault.to_string()))?;
        }
        for words in &laws {
            global.screen.line(&global.screen.paint(Ink::Bad, words))?;
        }
        let n = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let whole =
            format!("{}, {}", count(n(stats.cases), "pratica", "pratiche"), count(n(stats.events), "evento", "eventi"));
        let verdict = if faults.is_empty() && laws.is_empty() {
            "la catena è intera".to_owned()
        } else {
            count(faults.len() + laws.len(), "alterazione trovata", "alterazioni trovate")
        };
        global.screen.line(&format!("{whole}: {verdict}"))?;
    }
    Ok(if faults.is_empty() && laws.is_empty() { Exit::Fine } else { Exit::Findings })
}
