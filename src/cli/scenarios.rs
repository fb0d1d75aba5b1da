// SPDX-License-Identifier: EUPL-1.2
//! `lepre test`: plays the scenarios beside levels and variations, and says which do not come out as written.

mod variations;

use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use crate::calendar::Day;
use crate::compile::NoRulebook;
use crate::diagnostic::{Diagnostic, Severity, to_json};
use crate::library::Library;
use crate::rehearse::play;
use crate::spec::folder::LevelFile;
use crate::spec::scenario::Scenario;

use super::level::{faults_text, from_here, titles, validity};
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

/// A level, or a variation of one, put to the test.
struct Tested<'a> {
    letter: String,
    title: String,
    /// The file of the variation, where it is one.
    variation: Option<&'a str>,
    /// The folder of the region, where it is a region's.
    region: Option<&'a str>,
    /// Every scenario, with the faults of the ones that failed.
    played: Vec<(&'a Scenario, Vec<Diagnostic>)>,
    /// Why nothing could be played.
    obstacle: Option<Obstacle>,
}

struct Obstacle {
    words: String,
    faults: Vec<Diagnostic>,
}

impl Obstacle {
    fn of(faults: Vec<Diagnostic>) -> Self {
        Self { words: format!("la specifica ha {}", count(faults.len(), "errore", "errori")), faults }
    }
}

impl<'a> Tested<'a> {
    /// Takes in how a scenario came out; `false` where nothing can be played at all.
    fn take(&mut self, scenario: &'a Scenario, on: Day, played: Result<Vec<Diagnostic>, NoRulebook>) -> bool {
        match played {
            Ok(faults) => self.played.push((scenario, faults)),
            Err(NoRulebook::NotInForce { from, to }) => {
                self.played.push((scenario, vec![not_in_force(scenario, on, from, to)]));
            }
            Err(no) => {
                let faults = if let NoRulebook::Faulty(faults) = no { faults } else { Vec::new() };
                self.played.clear();
                self.obstacle = Some(Obstacle::of(faults));
                return false;
            }
        }
        true
    }

    /// How a reader finds it.
    fn name(&self) -> String {
        self.variation.map_or_else(|| format!("LEP {}", self.letter), str::to_owned)
    }

    fn failed(&self) -> usize {
        self.played.iter().filter(|(_, faults)| !faults.is_empty()).count()
    }
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    let (folder, inside) = find(args.path.as_deref().unwrap_or(&global.specs))?;
    let library = Global::library_at(&folder)?;
    let tested = test(&library, inside.as_deref())?;
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

fn test<'a>(library: &'a Library, inside: Option<&str>) -> Result<Vec<Tested<'a>>, CliError> {
    let wanted = |file: &LevelFile| match inside {
        None => true,
        Some(inside) => {
            let is = |path: &str| path == inside || path.starts_with(&format!("{inside}/"));
            is(&file.file) || file.scenario_file.as_deref().is_some_and(is)
        }
    };
    let specs = library.specs();
    let mut tested: Vec<Tested<'a>> =
        specs.levels.iter().filter(|file| wanted(file)).map(|file| test_level(library, file)).collect();
    // What does not read: levels, and scenarios that were left out with their file.
    let errors: Vec<Diagnostic> =
        library.diagnostics().into_iter().filter(|fault| fault.severity == Severity::Error).collect();
    let of = |path: &str| errors.iter().filter(|fault| *fault.place.file == *path).cloned().collect::<Vec<_>>();
    for level in &mut tested {
        let Some(file) = specs.level(&level.letter) else { continue };
        let scenario_file = file.file.strip_suffix(".yaml").map(|stem| format!("{stem}.prove.yaml"));
        let unread = scenario_file.as_deref().filter(|_| file.scenario_file.is_none()).map(of).unwrap_or_default();
        let own = of(&file.file);
        if !unread.is_empty() {
            level.obstacle = Some(Obstacle { words: "le prove non si leggono".to_owned(), faults: unread });
        } else if !own.is_empty() {
            level.obstacle = Some(Obstacle::of(own));
        }
        if level.obstacle.is_some() {
            level.played.clear();
        }
    }
    for (letter, title) in titles(library) {
        let prefix = format!("nazionale/{}-", letter.to_lowercase());
        let ours = |fault: &&Diagnostic| {
            let file: &str = &fault.place.file;
            file.starts_with(&prefix) && inside.is_none_or(|inside| same_level(file, inside))
        };
        let faults: Vec<Diagnostic> = errors.iter().filter(ours).cloned().collect();
        if specs.level(&letter).is_none() && (!faults.is_empty() || inside.is_none()) {
            let words = if faults.is_empty() { "il file del livello manca" } else { "la specifica non si legge" };
            let obstacle = Some(Obstacle { words: words.to_owned(), faults });
            tested.push(Tested { letter, title, variation: None, region: None, played: Vec::new(), obstacle });
        }
    }
    let order = titles(library);
    tested.sort_by_key(|level| order.iter().position(|(letter, _)| *letter == level.letter));
    tested.extend(variations::test(library, &errors, inside));
    if tested.is_empty() {
        let shown = inside.unwrap_or_default();
        return Err(CliError::usage(
            format!("`{shown}` non porta prove"),
            "indica un livello `nazionale/….yaml`, le sue prove `….prove.yaml`, una cartella come `regioni/piemonte`, o la cartella intera",
        ));
    }
    Ok(tested)
}

/// Is the file the one asked for, or its other half, or in the folder asked for?
fn same_level(file: &str, inside: &str) -> bool {
    let stem = |path: &str| path.trim_end_matches(".yaml").trim_end_matches(".prove").to_owned();
    stem(file) == stem(inside) || file.starts_with(&format!("{inside}/"))
}

fn test_level<'a>(library: &'a Library, file: &'a LevelFile) -> Tested<'a> {
    let letter = file.level.letter.value.0.clone();
    let title = file.level.title.clone();
    let mut tested =
        Tested { title, variation: None, region: None, played: Vec::new(), obstacle: None, letter: letter.clone() };
    for scenario in &file.scenarios {
        // The law of the day the case is opened: a case keeps it.
        let on = scenario.events.first().map_or(scenario.on, |line| line.on);
        let played = library.rulebook(&letter, None, on).map(|rulebook| play(&rulebook, scenario).faults);
        if !tested.take(scenario, on, played) {
            break;
        }
    }
    tested
}

fn not_in_force(scenario: &Scenario, on: Day, from: Option<Day>, to: Option<Day>) -> Diagnostic {
    let message = format!("la storia comincia il {on}, quando il livello non è in vigore");
    let place = scenario.events.first().map_or(&scenario.place, |line| &line.place);
    Diagnostic::error("prova-fallita", place, message).help(format!("il livello è {}", validity(from, to)))
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
