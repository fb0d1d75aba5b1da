// SPDX-License-Identifier: EUPL-1.2
//! `lepre diff`: what changes between two folders, two days or two regions, in words.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::calendar::Day;
use crate::compile::NoRulebook;
use crate::difference::{Change, Direction, compare};
use crate::library::Library;
use crate::rulebook::{Rulebook, Voice};

use super::level::{faults_text, letter, region, titles, validity};
use super::output::{Ink, count, listed, printable, wrap_hanging};
use super::{CliError, Exit, Global};

#[derive(clap::Args)]
#[command(
    about = "dice che cosa cambia, in parole: tra due cartelle, due giorni o due regioni",
    after_help = "Esempi:\n  lepre diff --region piemonte --lep E              che cosa cambia in Piemonte rispetto allo Stato\n  \
                  lepre diff specs bozza                            tra due cartelle di specifiche\n  \
                  lepre diff --on 2024-01-01 --on 2026-01-01        tra due giorni\n  \
                  lepre diff --region piemonte --region lombardia   tra due regioni\n\n\
                  Si confronta una cosa alla volta; `--lep` sceglie un livello, e un solo giorno o una sola\n\
                  regione accanto a due cartelle valgono per tutte e due. Una cartella sola si confronta con\n\
                  quella di --specs.\n\n\
                  Esce con 0 se non cambia niente, con 1 se c'è una differenza o un livello non si può\n\
                  confrontare."
)]
pub struct Args {
    #[arg(value_name = "DIR", num_args = 0..=2, help = "le cartelle da confrontare: prima e dopo")]
    folders: Vec<PathBuf>,
    #[arg(long, value_name = "AAAA-MM-GG", help = "giorno per cui valgono (di norma oggi); due volte: prima e dopo")]
    on: Vec<Day>,
    #[arg(long, value_name = "REGIONE", help = "regione; una sola si confronta con lo Stato, due tra loro")]
    region: Vec<String>,
    #[arg(long, value_name = "LEP", help = "un solo livello (di norma tutti)")]
    lep: Option<String>,
}

/// One of the two things that are compared.
struct Side {
    library: Arc<Library>,
    /// As the catalogue writes it, and its name.
    region: Option<(String, String)>,
    on: Day,
}

impl Side {
    fn words(&self) -> String {
        let region = self.region.as_ref().map_or("livello nazionale", |(_, name)| name);
        format!("`{}`, {region}, il {}", printable(&self.library.root().to_string_lossy()), self.on)
    }

    fn json(&self) -> Json {
        json!({
            "cartella": self.library.root().to_string_lossy(),
            "regione": self.region.as_ref().map(|(id, _)| id),
            "giorno": self.on.to_string(),
        })
    }
}

/// How one level comes out.
enum Outcome {
    Compared(Vec<Change>),
    /// Is there on one side only: a sentence.
    OneSided(String, Direction),
    /// Cannot be compared: why, and the faults where they are shown.
    Broken(String),
}

struct Level {
    letter: String,
    title: String,
    outcome: Outcome,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    let (before, after) = sides(args, global)?;
    let mut all = titles(&before.library);
    for (letter, title) in titles(&after.library) {
        if !all.iter().any(|(known, _)| *known == letter) {
            all.push((letter, title));
        }
    }
    if let Some(asked) = &args.lep {
        let wanted =
            letter(&before.library, asked).or_else(|error| letter(&after.library, asked).map_err(|_| error))?;
        all.retain(|(letter, _)| *letter == wanted);
    }
    let mut levels = Vec::new();
    for (letter, title) in all {
        let outcome = outcome(&before, &after, &letter, args.lep.is_some(), global)?;
        levels.push(Level { letter, title, outcome });
    }
    if global.is_json() {
        global.screen.json(&to_json(&before, &after, &levels))?;
    } else {
        show(&before, &after, &levels, global)?;
    }
    let is_same = |level: &Level| matches!(&level.outcome, Outcome::Compared(changes) if changes.is_empty());
    Ok(if levels.iter().all(is_same) { Exit::Fine } else { Exit::Findings })
}

/// The two sides that the line asks for.
fn sides(args: &Args, global: &Global) -> Result<(Side, Side), CliError> {
    let axes = usize::from(!args.folders.is_empty())
        + usize::from(args.on.len() > 1)
        + usize::from(
            args.region.len() > 1 || (args.region.len() == 1 && args.folders.is_empty() && args.on.len() < 2),
        );
    let help = "due cartelle (`lepre diff specs bozza`), due giorni (`--on` due volte) o due regioni (`--region` due volte; \
                una sola si confronta con lo Stato)";
    if args.on.len() > 2 || args.region.len() > 2 {
        return Err(CliError::usage("si confrontano due cose, non di più", help));
    }
    match axes {
        0 => return Err(CliError::usage("non è detto che cosa confrontare", help)),
        1 => {}
        _ => return Err(CliError::usage("si confronta una cosa alla volta", help)),
    }
    let open = |folder: &Path| Global::library_at(folder).map(Arc::new);
    let (before, after) = match args.folders.as_slice() {
        [one] => (open(&global.specs)?, open(one)?),
        [one, other, ..] => (open(one)?, open(other)?),
        [] => {
            let library = open(&global.specs)?;
            (library.clone(), library)
        }
    };
    let on = |at: usize| args.on.get(at).or(args.on.first()).copied().unwrap_or(global.today);
    let named = |library: &Library, asked: Option<&String>| -> Result<Option<(String, String)>, CliError> {
        let Some(asked) = asked else { return Ok(None) };
        let id = region(library, asked)?;
        let name = library.specs().catalogue.regions.get(&id).map_or_else(|| id.clone(), |row| row.name.clone());
        Ok(Some((id, name)))
    };
    let (first, second) = match args.region.as_slice() {
        [] => (None, None),
        [one] if args.folders.is_empty() && args.on.len() < 2 => (None, Some(one)),
        [one] => (Some(one), Some(one)),
        [one, other, ..] => (Some(one), Some(other)),
    };
    let regions = (named(&before, first)?, named(&after, second)?);
    Ok((Side { library: before, region: regions.0, on: on(0) }, Side { library: after, region: regions.1, on: on(1) }))
}

/// The law on one side: none where the level is not in force, or not there.
enum Law {
    Is(Arc<Rulebook>),
    IsNot(String),
    Broken(String),
}

fn law(side: &Side, letter: &str, alone: bool, global: &Global) -> Result<Law, CliError> {
    let root = printable(&side.library.root().to_string_lossy());
    match side.library.rulebook(letter, side.region.as_ref().map(|(id, _)| id.as_str()), side.on) {
        Ok(rulebook) => Ok(Law::Is(rulebook)),
        Err(NoRulebook::UnknownLevel) => Ok(Law::IsNot(format!("non è in `{root}`"))),
        Err(NoRulebook::NotInForce { from, to }) => {
            Ok(Law::IsNot(format!("non è in vigore il {} ({})", side.on, validity(from, to))))
        }
        Err(NoRulebook::UnknownRegion) => Err(CliError::usage("la regione non esiste", "")),
        Err(NoRulebook::Faulty(faults)) if alone => Err(CliError::Faulty {
            message: format!("il livello `{letter}` di `{root}` ha errori, e finché ci sono non si confronta"),
            faults: faults_text(&side.library, &faults, &global.screen),
        }),
        Err(NoRulebook::Faulty(_)) => Ok(Law::Broken(format!("in `{root}` ha errori: `lepre check {root}` li elenca"))),
    }
}

fn outcome(before: &Side, after: &Side, letter: &str, alone: bool, global: &Global) -> Result<Outcome, CliError> {
    Ok(match (law(before, letter, alone, global)?, law(after, letter, alone, global)?) {
        (Law::Broken(why), _) | (_, Law::Broken(why)) => Outcome::Broken(why),
        (Law::Is(was), Law::Is(now)) => Outcome::Compared(compare(&was, &now)),
        (Law::IsNot(_), Law::IsNot(_)) => Outcome::Compared(Vec::new()),
        (Law::IsNot(why), Law::Is(_)) => Outcome::OneSided(format!("il livello entra: prima {why}"), Direction::Raises),
        (Law::Is(_), Law::IsNot(why)) => Outcome::OneSided(format!("il livello esce: ora {why}"), Direction::Lowers),
    })
}

fn mark(direction: Direction) -> (&'static str, Ink) {
    match direction {
        Direction::Raises => ("▲", Ink::Good),
        Direction::Lowers => ("▼", Ink::Bad),
        Direction::Neither => ("=", Ink::Reading),
        Direction::Unclear => ("?", Ink::Doubt),
    }
}

/// Levels in which a table's change is the same: from here on it is said once for all of them.
const SEVERAL: usize = 3;

fn show(before: &Side, after: &Side, levels: &[Level], global: &Global) -> Result<(), CliError> {
    let screen = &global.screen;
    screen.line(&format!("prima: {}", before.words()))?;
    screen.line(&format!("dopo:  {}", after.words()))?;
    let shared = shared(levels);
    let mut heading: Option<&Vec<&str>> = None;
    for (change, letters) in &shared {
        if heading != Some(letters) {
            screen.line("")?;
            let words = if letters.len() == levels.len() {
                format!("Tutti i {} livelli", levels.len())
            } else {
                format!("LEP {}", listed(letters))
            };
            screen.line(&screen.paint(Ink::Heading, &words))?;
        }
        heading = Some(letters);
        say(change, global)?;
    }
    let mut counts: Vec<(Direction, usize)> = Direction::ALL.iter().map(|direction| (*direction, 0)).collect();
    let mut add = |direction: Direction| {
        counts.iter_mut().filter(|(known, _)| *known == direction).for_each(|(_, number)| *number += 1);
    };
    for level in levels {
        match &level.outcome {
            Outcome::Compared(changes) => changes.iter().for_each(|change| add(change.direction)),
            Outcome::OneSided(_, direction) => add(*direction),
            Outcome::Broken(_) => {}
        }
        let own = |change: &&Change| !shared.iter().any(|(known, _)| *known == *change);
        let own: Vec<&Change> = match &level.outcome {
            Outcome::Compared(changes) => changes.iter().filter(own).collect(),
            _ => Vec::new(),
        };
        if own.is_empty() && matches!(level.outcome, Outcome::Compared(_)) {
            continue;
        }
        screen.line("")?;
        screen.line(&screen.paint(Ink::Heading, &format!("LEP {}: {}", level.letter, level.title)))?;
        match &level.outcome {
            Outcome::Compared(_) => {
                let mut last: Option<&crate::difference::About> = None;
                for change in own {
                    if last.is_some_and(|about| *about != change.about) {
                        screen.line("")?;
                    }
                    last = Some(&change.about);
                    say(change, global)?;
                }
            }
            Outcome::OneSided(words, direction) => {
                let (sign, ink) = mark(*direction);
                screen.line(&screen.paint(ink, &format!("  {sign} {words}")))?;
            }
            Outcome::Broken(why) => screen.line(&screen.paint(Ink::Bad, &format!("  non confrontato: {why}")))?,
        }
    }
    screen.line("")?;
    sum(levels, &counts, global)
}

fn sum(levels: &[Level], counts: &[(Direction, usize)], global: &Global) -> Result<(), CliError> {
    let screen = &global.screen;
    let all: usize = counts.iter().map(|(_, number)| number).sum();
    let same = levels.iter().filter(|l| matches!(&l.outcome, Outcome::Compared(changes) if changes.is_empty())).count();
    let broken = levels.iter().filter(|level| matches!(level.outcome, Outcome::Broken(_))).count();
    let missed = if broken == 0 {
        String::new()
    } else {
        format!("; {}", count(broken, "livello non confrontato", "livelli non confrontati"))
    };
    if all == 0 {
        let ink = if broken == 0 { Ink::Good } else { Ink::Bad };
        let words = if levels.len() == broken { String::new() } else { "nessuna differenza".to_owned() };
        let where_ = count(levels.len(), "livello", "livelli");
        return screen.line(&screen.paint(ink, format!("{where_}: {words}{missed}").trim_end()));
    }
    let legend: Vec<String> = counts
        .iter()
        .filter(|(_, number)| *number > 0)
        .map(|(direction, number)| format!("{} {}: {number}", mark(*direction).0, direction.word()))
        .collect();
    let changed = levels.len() - same - broken;
    screen.line(&format!(
        "{} in {}; {} uguali{missed}",
        count(all, "differenza", "differenze"),
        count(changed, "livello", "livelli"),
        same
    ))?;
    screen.line(&legend.join("   "))
}

fn say(change: &Change, global: &Global) -> Result<(), CliError> {
    let screen = &global.screen;
    let (sign, ink) = mark(change.direction);
    let width = screen.prose_width().saturating_sub(4);
    for (number, line) in wrap_hanging(&change.words, width, width).iter().enumerate() {
        let sign = if number == 0 { sign } else { " " };
        screen.line(&screen.paint(ink, &format!("  {sign} {line}")))?;
    }
    if let Some(act) = &change.act {
        let ends = if act.ends { "non vale più: " } else { "" };
        let words = format!("{ends}{}", act.words);
        for line in wrap_hanging(&words, width.saturating_sub(4), width.saturating_sub(4)) {
            screen.line(&format!("        {line}"))?;
        }
    }
    Ok(())
}

/// Changes of the tables that several levels have alike, each with their letters.
fn shared(levels: &[Level]) -> Vec<(&Change, Vec<&str>)> {
    let mut found: Vec<(&Change, Vec<&str>)> = Vec::new();
    for level in levels {
        let Outcome::Compared(changes) = &level.outcome else { continue };
        for change in changes.iter().filter(|change| change.about.is_shared()) {
            match found.iter_mut().find(|(known, _)| *known == change) {
                Some((_, letters)) => letters.push(&level.letter),
                None => found.push((change, vec![&level.letter])),
            }
        }
    }
    found.retain(|(_, letters)| letters.len() >= SEVERAL);
    found
}

fn change_json(change: &Change) -> Json {
    let act = change.act.as_ref().map(|act| {
        json!({
            "norma": act.citation.act,
            "partizione": act.citation.partition,
            "parole": act.words,
            "link": act.link,
            "voce_di": act.voice.map(Voice::word),
            "finisce": act.ends,
        })
    });
    json!({
        "tipo": change.about.word(),
        "che": change.about.subject(),
        "parole": change.words,
        "verso": change.direction.word(),
        "atto": act,
    })
}

fn to_json(before: &Side, after: &Side, levels: &[Level]) -> Json {
    let levels: Vec<Json> = levels
        .iter()
        .map(|level| {
            let (changes, broken) = match &level.outcome {
                Outcome::Compared(changes) => (changes.iter().map(change_json).collect(), None),
                Outcome::OneSided(words, direction) => {
                    let change = json!({ "tipo": "livello", "che": null, "parole": words, "verso": direction.word(), "atto": null });
                    (vec![change], None)
                }
                Outcome::Broken(why) => (Vec::new(), Some(why)),
            };
            json!({ "lep": level.letter, "titolo": level.title, "differenze": changes, "non_confrontato": broken })
        })
        .collect();
    json!({ "prima": before.json(), "dopo": after.json(), "livelli": levels })
}
