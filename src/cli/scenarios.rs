// SPDX-License-Identifier: EUPL-1.2
//! `lepre test`: plays the scenarios beside levels and variations, and says which do not come out as written.

use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use crate::diagnostic::{Diagnostic, to_json};
use crate::library::Library;
use crate::reading::scenarios::{Tested, test};

use super::level::{faults_text, from_here};
use super::output::{Ink, clipped, count, trouble};
use super::{CliError, Exit, Global};

#[derive(clap::Args)]
#[command(
    about = "esegue le prove scritte accanto ai livelli e mostra quelle che falliscono",
    after_help = "Esempi:\n  lepre test                           tutte le prove della cartella `specs`\n  \
                  lepre test specs/nazionale/e-orientamento-specialistico.yaml\n                                       \
                  quelle di un livello (va bene anche il file `.prove.yaml`)\n  \
                  lepre test specs/regioni/piemonte    quelle delle variazioni di una regione\n  \
                  lepre test -v                        con il nome di ogni prova"
)]
pub struct Args {
    #[arg(value_name = "PERCORSO", help = "cartella di specifiche, o un file al suo interno (di norma --specs)")]
    path: Option<PathBuf>,
    #[arg(short, long = "verboso", help = "elenca anche le prove riuscite")]
    verbose: bool,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    let (folder, inside) = find(args.path.as_deref().unwrap_or(&global.specs))?;
    let library = Global::library_at(&folder)?;
    let tested = test(&library, inside.as_deref());
    if tested.is_empty() {
        let shown = inside.as_deref().unwrap_or_default();
        return Err(CliError::usage(
            format!("`{shown}` non porta prove"),
            "indica un livello `nazionale/….yaml`, le sue prove `….prove.yaml`, una cartella come `regioni/piemonte`, o la cartella intera",
        ));
    }
    if global.is_json() {
        global.screen.json(&report(&library, &tested))?;
    } else {
        tell(&library, &tested, args.verbose, global)?;
    }
    let sound = tested.iter().all(|level| level.failed() == 0 && level.obstacle.is_none());
    Ok(if sound { Exit::Fine } else { Exit::Findings })
}

/// The specs folder that a path is or lies in, and the path inside it.
fn find(path: &Path) -> Result<(PathBuf, Option<String>), CliError> {
    let shown = path.display();
    if !path.exists() {
        return Err(CliError::world(
            format!("`{shown}` non esiste"),
            "indica una cartella di specifiche o un suo file",
        ));
    }
    let absolute = std::path::absolute(path).map_err(|error| {
        CliError::world(format!("`{shown}` non si legge: {}", trouble(&error)), "controlla il percorso")
    })?;
    let is_specs = |folder: &Path| folder.join("nazionale").is_dir() && folder.join("catalogo").is_dir();
    for (steps, folder) in absolute.ancestors().enumerate() {
        if !is_specs(folder) {
            continue;
        }
        let inside = absolute.strip_prefix(folder).unwrap_or(&absolute).to_string_lossy().replace('\\', "/");
        // The folder as the reader wrote it, where he wrote it.
        let written = path.ancestors().nth(steps).filter(|written| !written.as_os_str().is_empty());
        let folder = written.filter(|written| is_specs(written)).unwrap_or(folder);
        return Ok((folder.to_owned(), (steps > 0).then_some(inside)));
    }
    // A folder without the two it should have: the library says what is wrong with it.
    if path.is_dir() {
        return Ok((path.to_owned(), None));
    }
    Err(CliError::world(
        format!("`{shown}` non sta in una cartella di specifiche"),
        "una cartella di specifiche ha dentro `nazionale/` e `catalogo/`",
    ))
}

fn tell(library: &Library, tested: &[Tested<'_>], verbose: bool, global: &Global) -> Result<(), CliError> {
    let screen = &global.screen;
    for level in tested {
        let (all, failed) = (level.played.len(), level.failed());
        let result = match &level.obstacle {
            Some(obstacle) => screen.paint(Ink::Bad, &format!("non provato: {}", obstacle.words)),
            None if failed > 0 => {
                let passed = count(all - failed, "riuscita", "riuscite");
                screen.paint(Ink::Bad, &format!("{passed}, {}", count(failed, "FALLITA", "FALLITE")))
            }
            None if all == 0 => screen.paint(Ink::Doubt, "nessuna prova"),
            None => screen.paint(Ink::Good, &count(all, "riuscita", "riuscite")),
        };
        let what = level.variation.unwrap_or(&level.title);
        screen.line(&format!("{:<3} {:<46} {result}", level.letter, clipped(what, 46)))?;
        if verbose {
            for (scenario, faults) in &level.played {
                let mark = if faults.is_empty() { "riuscita" } else { "FALLITA " };
                screen.line(&format!("      {mark}  {}", scenario.name.value))?;
            }
        }
    }
    let mut shown: Vec<Diagnostic> = Vec::new();
    for level in tested {
        for (scenario, faults) in level.played.iter().filter(|(_, faults)| !faults.is_empty()) {
            screen.line(&format!("\n{}, prova fallita: {}\n", level.name(), scenario.name.value))?;
            screen.text(&faults_text(library, faults, screen))?;
        }
        if let Some(obstacle) = &level.obstacle {
            screen.line(&format!("\n{} non provato: {}", level.name(), obstacle.words))?;
            // A fault of the catalogue stops many levels: it is shown once.
            let news: Vec<Diagnostic> =
                obstacle.faults.iter().filter(|fault| !shown.contains(fault)).cloned().collect();
            if news.len() < obstacle.faults.len() {
                let known = obstacle.faults.len() - news.len();
                screen.line(&format!("({} qui sopra)", count(known, "errore è già", "errori sono già")))?;
            }
            if !news.is_empty() {
                screen.text(&format!("\n{}", faults_text(library, &news, screen)))?;
            }
            shown.extend(news);
        }
    }
    let all: usize = tested.iter().map(|level| level.played.len()).sum();
    let failed: usize = tested.iter().map(Tested::failed).sum();
    let obstacles = tested.iter().filter(|level| level.obstacle.is_some()).count();
    let mut sum = format!(
        "{}, {}: {}, {}",
        listed(tested),
        count(all, "prova", "prove"),
        count(all - failed, "riuscita", "riuscite"),
        count(failed, "fallita", "fallite"),
    );
    if obstacles > 0 {
        let levels = tested.iter().filter(|level| level.obstacle.is_some() && level.variation.is_none()).count();
        let parts = [
            (levels, "livello non provato", "livelli non provati"),
            (obstacles - levels, "variazione non provata", "variazioni non provate"),
        ];
        for (n, one, many) in parts.into_iter().filter(|(n, ..)| *n > 0) {
            sum.push_str(&format!("; {}", count(n, one, many)));
        }
    }
    let ink = if failed + obstacles == 0 { Ink::Good } else { Ink::Bad };
    screen.line(&format!("\n{}", screen.paint(ink, &sum)))
}

/// `21 livelli`, `21 livelli e 6 variazioni`, `una variazione`.
fn listed(tested: &[Tested<'_>]) -> String {
    let variations = tested.iter().filter(|level| level.variation.is_some()).count();
    let levels = tested.len() - variations;
    let parts = [(levels, "livello", "livelli"), (variations, "variazione", "variazioni")];
    let parts = parts.iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| count(*n, one, many));
    parts.collect::<Vec<_>>().join(" e ")
}

fn report(library: &Library, tested: &[Tested<'_>]) -> Json {
    let faults = |faults: &[Diagnostic]| {
        to_json(&faults.iter().map(|fault| from_here(library.root(), fault)).collect::<Vec<_>>())
    };
    let levels = tested.iter().map(|level| {
        let scenarios = level.played.iter().map(|(scenario, found)| {
            let place =
                from_here(library.root(), &Diagnostic::warning("prova-fallita", &scenario.name.place, "")).place;
            json!({
                "prova": scenario.name.value,
                "file": &*place.file,
                "riga": place.line,
                "esito": if found.is_empty() { "riuscita" } else { "fallita" },
                "diagnostica": faults(found),
            })
        });
        json!({
            "lep": level.letter,
            "titolo": level.title,
            "regione": level.region,
            "variazione": level.variation,
            "riuscite": level.played.len() - level.failed(),
            "fallite": level.failed(),
            "non_provato": level.obstacle.as_ref().map(|obstacle| {
                json!({ "motivo": obstacle.words, "diagnostica": faults(&obstacle.faults) })
            }),
            "prove": scenarios.collect::<Vec<_>>(),
        })
    });
    let failed: usize = tested.iter().map(Tested::failed).sum();
    let all: usize = tested.iter().map(|level| level.played.len()).sum();
    json!({
        "cartella": library.root().to_string_lossy(),
        "riuscite": all - failed,
        "fallite": failed,
        "livelli_non_provati": tested.iter().filter(|l| l.obstacle.is_some() && l.variation.is_none()).count(),
        "variazioni_non_provate": tested.iter().filter(|l| l.obstacle.is_some() && l.variation.is_some()).count(),
        "livelli": levels.collect::<Vec<_>>(),
    })
}
