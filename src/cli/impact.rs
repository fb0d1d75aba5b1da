// SPDX-License-Identifier: EUPL-1.2
//! `lepre impact`: what a draft of the specifications would change in the stored cases.

mod json;
mod text;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde_json::json;

use crate::calendar::Day;
use crate::diagnostic::{Diagnostic, Severity, to_json};
use crate::service::impact::{Draft, Faulty, Impact, ImpactQuestion};
use crate::service::{Law, columns_path};

use super::level::{faults_text, from_here};
use super::output::printable;
use super::progress::bar;
use super::stored::{service, service_error, service_on_stored, store_error};
use super::{CliError, Exit, Global, selection};

#[derive(clap::Args)]
#[command(
    about = "dice che cosa cambierebbe una bozza nelle pratiche archiviate",
    after_help = "Esempi:\n  lepre impact --draft bozza                          rispetto alle specifiche in uso, oggi\n  \
                  lepre impact --draft bozza --legge-del 2027-01-01   la legge della bozza di un giorno che verrà\n  \
                  lepre impact --draft bozza --lep E --sede torino    solo le pratiche di quel livello e di quella sede\n  \
                  lepre impact --draft bozza --rispetto fissata       rispetto alla legge con cui ogni pratica è nata\n\n\
                  Non scrive niente: le pratiche restano come sono e con la loro legge. Quelle la cui legge nella bozza\n\
                  è la stessa non vengono nemmeno riaperte.\n\n\
                  Esce con 1 se qualcosa cambia, o se non cambia niente e nessuno ha confermato che è voluto; con 0 se\n\
                  non cambia niente ed è confermato. Una bozza con errori non ha cifre: esce con 1 e dice gli errori."
)]
pub struct Args {
    #[arg(long, value_name = "DIR", help = "cartella della bozza: una cartella di specifiche intera")]
    draft: PathBuf,
    #[arg(long = "al", value_name = "AAAA-MM-GG", help = "giorno in cui guardare le pratiche (di norma oggi)")]
    on: Option<Day>,
    #[arg(long = "legge-del", value_name = "AAAA-MM-GG", help = "giorno di cui vale la legge (di norma oggi)")]
    law_day: Option<Day>,
    #[arg(
        long = "rispetto",
        value_name = "LEGGE",
        default_value = "oggi",
        help = "la legge di prima: `oggi` (quella delle specifiche in uso) oppure `fissata` (quella di ogni pratica)"
    )]
    against: Against,
    #[arg(long, help = "dice che la bozza non doveva cambiare nessuna pratica")]
    conferma_nessun_cambiamento: bool,
    #[command(flatten)]
    selection: selection::Args,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Against {
    #[value(name = "oggi")]
    InUse,
    #[value(name = "fissata")]
    Pinned,
}

/// What was asked, for those who write the answer.
struct Asked<'a> {
    args: &'a Args,
    on: Day,
    law_day: Day,
    /// The draft as the reader wrote it.
    draft: String,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    let draft = match Draft::of(Arc::new(Global::library_at(&args.draft)?)) {
        Ok(draft) => draft,
        Err(faulty) => return refused(&faulty, args, global),
    };
    let (on, law_day) = (args.on.unwrap_or(global.today), args.law_day.unwrap_or(global.today));
    let (service, against) = match args.against {
        Against::InUse => (service_on_stored(global)?, Law::On(law_day)),
        Against::Pinned => (service(global)?, Law::Pinned),
    };
    let selection = args.selection.selection(&service, global)?;
    let question = ImpactQuestion { selection, on, law_day, against };
    let total = service.store().stats().map_err(|e| store_error(&e))?.cases;
    let reading = bar("lettura", total);
    let bulk = service.bulk(Some(&columns_path(&global.db)), &mut |done| reading.set_position(done));
    reading.finish_and_clear();
    let bulk = bulk.map_err(|e| service_error(global, e))?;
    let looking = bar("confronto", 0);
    let found = service.impact(&bulk, &draft, &question, &AtomicBool::new(false), &mut |figures, _| {
        let looked = figures.looked;
        looking.set_length(figures.to_look);
        looking.set_position(looked.cases);
        looking.set_message(format!(
            "confronto: {} cambiano, {} diventano conformi, {} non lo sono più",
            looked.changed,
            looked.verdicts.gained(),
            looked.verdicts.lost()
        ));
    });
    looking.finish_and_clear();
    let found = found.map_err(|e| service_error(global, e))?;
    if found.figures.cases == 0 && found.troubles.is_empty() && !question.selection.is_all() {
        return Err(selection::nothing());
    }
    let asked = Asked { args, on, law_day, draft: printable(&args.draft.to_string_lossy()) };
    if global.is_json() {
        global.screen.json(&json::report(&found, &asked))?;
    } else {
        text::report(&found, &asked, global)?;
    }
    Ok(if is_confirmed(&found, args) { Exit::Fine } else { Exit::Findings })
}

/// Does nothing change, as it was meant to? What could not be looked at may hide a change.
fn is_confirmed(found: &Impact, args: &Args) -> bool {
    let is_tried = found.laws.is_empty() || found.figures.cases > 0;
    is_tried && found.changes_nothing() && found.troubles.is_empty() && args.conferma_nessun_cambiamento
}

/// A draft with faults has no figures.
fn refused(faulty: &Faulty, args: &Args, global: &Global) -> Result<Exit, CliError> {
    let draft = printable(&args.draft.to_string_lossy());
    let errors: Vec<Diagnostic> =
        faulty.found.iter().filter(|fault| fault.severity == Severity::Error).cloned().collect();
    if global.is_json() {
        let found: Vec<Diagnostic> = errors.iter().map(|fault| from_here(faulty.library.root(), fault)).collect();
        global.screen.json(&json!({ "bozza": draft, "errori": errors.len(), "diagnostica": to_json(&found) }))?;
        return Ok(Exit::Findings);
    }
    Err(CliError::Faulty {
        message: format!("la bozza `{draft}` ha errori, e finché ci sono non se ne può dire l'impatto"),
        faults: faults_text(&faulty.library, &errors, &global.screen),
    })
}
