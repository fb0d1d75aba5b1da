// SPDX-License-Identifier: EUPL-1.2
//! `lepre check`: every fault of a specs folder, as a compiler shows them.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::json;

use crate::diagnostic::{Diagnostic, Severity, to_json};
use crate::library::Library;
use crate::reading::grouped;

use super::level::{faults_text, from_here};
use super::output::{Ink, count, wrap};
use super::{CliError, Exit, Global};

#[derive(clap::Args)]
#[command(
    about = "controlla le specifiche e mostra tutti gli errori, con il rimedio",
    after_help = "Esempi:\n  lepre check                          controlla la cartella `specs`\n  \
                  lepre check bozza --format json      la stessa cosa di un'altra cartella, per un programma"
)]
pub struct Args {
    #[arg(value_name = "DIR", help = "cartella da controllare (di norma quella di --specs)")]
    folder: Option<PathBuf>,
    #[arg(long, help = "esce con 1 anche se ci sono soltanto avvisi")]
    avvisi_come_errori: bool,
    #[arg(long, help = "mostra ogni avviso, anche quelli uguali tra loro")]
    tutti: bool,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    let library = Global::library_at(args.folder.as_deref().unwrap_or(&global.specs))?;
    let found = library.diagnostics();
    let errors = found.iter().filter(|fault| fault.severity == Severity::Error).count();
    let warnings = found.len() - errors;
    let (read, expected) = (library.specs().levels.len(), library.specs().catalogue.levels.0.len());
    if global.is_json() {
        let found: Vec<Diagnostic> = found.iter().map(|fault| from_here(library.root(), fault)).collect();
        global.screen.json(&json!({
            "cartella": library.root().to_string_lossy(),
            "livelli": read,
            "regioni": regions(&library).len(),
            "variazioni": library.specs().overlays.iter().filter(|overlay| overlay.folder.is_some()).count(),
            "modifiche": library.specs().overlays.iter().filter(|overlay| overlay.folder.is_none()).count(),
            "script": library.specs().scripts.len(),
            "errori": errors,
            "avvisi": warnings,
            "diagnostica": to_json(&found),
        }))?;
    } else {
        // Lone faults in a row are rendered together: each file is then read once.
        let mut alone: Vec<Diagnostic> = Vec::new();
        for group in grouped(&found, args.tutti) {
            match group.as_slice() {
                [one] => alone.push((*one).clone()),
                several => {
                    show(&library, &std::mem::take(&mut alone), global)?;
                    show_group(&library, several, global)?;
                }
            }
        }
        show(&library, &alone, global)?;
        let levels = if read == expected {
            count(read, "livello", "livelli")
        } else {
            format!("{} su {expected} di `catalogo/livelli.yaml`", count(read, "livello letto", "livelli letti"))
        };
        let sum = format!(
            "{levels}, {}, {}{}",
            count(errors, "errore", "errori"),
            count(warnings, "avviso", "avvisi"),
            laid_words(&library)
        );
        global.screen.line(&global.screen.paint(if errors == 0 { Ink::Good } else { Ink::Bad }, &sum))?;
    }
    let fails = errors > 0 || (args.avvisi_come_errori && warnings > 0);
    Ok(if fails { Exit::Findings } else { Exit::Fine })
}

/// The regions that say anything.
fn regions(library: &Library) -> BTreeSet<&str> {
    let specs = library.specs();
    let own = specs.regions.iter().map(|file| &*file.folder);
    own.chain(specs.overlays.iter().filter_map(|overlay| overlay.folder.as_deref())).collect()
}

/// What is laid over the levels, where anything is: `; 2 regioni con 5 variazioni e 1 script`.
fn laid_words(library: &Library) -> String {
    let specs = library.specs();
    let amendments = specs.overlays.iter().filter(|overlay| overlay.folder.is_none()).count();
    let variations = specs.overlays.len() - amendments;
    let mut words = String::new();
    if amendments > 0 {
        words.push_str(&format!("; {}", count(amendments, "modifica del decreto", "modifiche del decreto")));
    }
    let regions = regions(library).len();
    if regions > 0 {
        let scripts = match specs.scripts.len() {
            0 => String::new(),
            scripts => format!(" e {scripts} script"),
        };
        let variations = count(variations, "variazione", "variazioni");
        words.push_str(&format!("; {} con {variations}{scripts}", count(regions, "regione", "regioni")));
    }
    words
}

fn show(library: &Library, faults: &[Diagnostic], global: &Global) -> Result<(), CliError> {
    if faults.is_empty() {
        return Ok(());
    }
    global.screen.line(&faults_text(library, faults, &global.screen))
}

fn show_group(library: &Library, group: &[&Diagnostic], global: &Global) -> Result<(), CliError> {
    let Some((first, others)) = group.split_first() else { return Ok(()) };
    global.screen.text(&faults_text(library, &[(*first).clone()], &global.screen))?;
    let places: Vec<String> = others.iter().map(|fault| from_here(library.root(), fault).place.to_string()).collect();
    let more = format!("lo stesso in {}: {}", count(places.len(), "altro punto", "altri punti"), places.join(", "));
    for line in wrap(&more, global.screen.prose_width().saturating_sub(5)) {
        global.screen.line(&format!("     {line}"))?;
    }
    global.screen.line("")
}
