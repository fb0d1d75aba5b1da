// SPDX-License-Identifier: EUPL-1.2
//! `lepre floor`: does what the regions vary keep what the decree promises? The certificate, or the counter-example.

use serde_json::{Value as Json, json};

use crate::calendar::Day;
use crate::compile::{self, Both, Laid, NoRulebook, floor::Lowering};
use crate::diagnostic::Diagnostic;
use crate::floor::{Bound, Certificate};
use crate::library::Library;
use crate::rulebook::Rulebook;

use super::level::{faults_text, letter, region, titles};
use super::output::{count, wrap};
use super::{CliError, Exit, Global};

#[derive(clap::Args)]
#[command(
    about = "prova che nessuna variazione regionale abbassa ciò che il decreto promette",
    after_help = "Esempi:\n  lepre floor                          tutte le regioni, tutti i livelli\n  \
                  lepre floor --region piemonte        una sola regione\n  \
                  lepre floor --lep C --format json    un solo livello, per un programma"
)]
pub struct Args {
    #[arg(long, value_name = "REGIONE", help = "una sola regione o provincia autonoma, per esempio piemonte")]
    region: Option<String>,
    #[arg(long, value_name = "LEP", help = "un solo livello: A, B, … F1 … S (anche minuscola)")]
    lep: Option<String>,
    #[arg(long, value_name = "AAAA-MM-GG", help = "solo come vale quel giorno (di norma in ogni periodo)")]
    on: Option<Day>,
}

/// One region, one level, one stretch of time.
struct Looked {
    region: String,
    level: String,
    outcome: Outcome,
}

enum Outcome {
    /// Both checkers have looked.
    Compared { certificate: Box<Certificate>, national: Box<Rulebook>, lowered: Vec<Lowering>, faults: Vec<Diagnostic> },
    /// There is no rulebook to look at.
    Faulty(Vec<Diagnostic>),
    /// Files that do not read, and whose levels nobody knows.
    Unread(Vec<Diagnostic>),
}

impl Looked {
    fn holds(&self) -> bool {
        match &self.outcome {
            Outcome::Compared { certificate, faults, .. } => certificate.holds() && faults.is_empty(),
            Outcome::Faulty(_) | Outcome::Unread(_) => false,
        }
    }
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    let library = global.library()?;
    let level = args.lep.as_deref().map(|asked| letter(&library, asked)).transpose()?;
    let regions: Vec<String> = match &args.region {
        Some(asked) => vec![region(&library, asked)?],
        None => library.specs().catalogue.regions.names().map(str::to_owned).collect(),
    };
    let levels: Vec<String> = titles(&library)
        .into_iter()
        .map(|(letter, _)| letter)
        .filter(|l| level.as_ref().is_none_or(|w| w == l))
        .collect();
    let mut unvaried: Vec<String> = Vec::new();
    let mut looked: Vec<Looked> = Vec::new();
    // A file that does not read may say anything: nothing is certified beside it.
    let unread = unread(&library);
    for region in regions {
        let before = looked.len();
        let faults: Vec<Diagnostic> = unread.iter().filter(|fault| concerns(fault, &region)).cloned().collect();
        if !faults.is_empty() {
            looked.push(Looked { region: region.clone(), level: String::new(), outcome: Outcome::Unread(faults) });
        }
        for level in &levels {
            looked.extend(look(&library, &region, level, args.on));
        }
        if looked.len() == before {
            unvaried.push(region);
        }
    }
    let exit = if looked.iter().all(Looked::holds) { Exit::Fine } else { Exit::Findings };
    if global.is_json() {
        global.screen.json(&to_json(&looked, &unvaried))?;
    } else {
        global.screen.text(&to_text(&library, &looked, &unvaried, global))?;
    }
    Ok(exit)
}

/// The faults of files that were left out because they do not read; stories aside.
fn unread(library: &Library) -> Vec<Diagnostic> {
    let left_out = |path: &str| library.specs().unread.iter().any(|file| **file == *path);
    let mut found = library.diagnostics();
    found.retain(|fault| left_out(&fault.place.file) && !fault.place.file.ends_with(".prove.yaml"));
    found
}

/// Does the fault stand in a file of the region, or in one that every region rests on?
fn concerns(fault: &Diagnostic, region: &str) -> bool {
    let own = fault.place.file.strip_prefix("regioni/").and_then(|path| path.split_once('/'));
    own.is_none_or(|(of, _)| of == region)
}

/// Every period in which the region varies the level.
fn look(library: &Library, region: &str, level: &str, on: Option<Day>) -> Vec<Looked> {
    let specs = library.specs();
    let Some(file) = specs.level(level) else { return Vec::new() };
    if specs.variations(region, level).next().is_none() && specs.region(region).is_none() {
        return Vec::new();
    }
    let mut looked = Vec::new();
    for (from, to) in compile::periods(specs, file, Some(region)) {
        let holds = |day: Day| from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to);
        let Some(day) = on.filter(|day| holds(*day)).or(from).or(to).filter(|_| on.is_none_or(holds)) else { continue };
        if !compile::is_varied(specs, level, region, day) {
            continue;
        }
        let outcome = match compile::both_unguarded(specs, level, region, day) {
            Ok(Laid { both: Both { national, regional }, faults }) => {
                let lowered = compile::floor::compare(&national, &regional);
                let certificate = Certificate::of(&national, &regional, lowered.is_empty(), Bound::full());
                Outcome::Compared { certificate: Box::new(certificate), national: Box::new(national), lowered, faults }
            }
            Err(NoRulebook::Faulty(faults)) => Outcome::Faulty(faults),
            Err(_) => continue,
        };
        looked.push(Looked { region: region.to_owned(), level: level.to_owned(), outcome });
    }
    looked
}

/// How a certificate begins, and what stands there where a part of the variation was refused.
const HELD: &str = "pavimento retto";
const REFUSED: &str = "variazione rifiutata (ciò che ne resta non abbassa niente)";

fn to_json(looked: &[Looked], unvaried: &[String]) -> Json {
    let shown = |one: &Looked| match &one.outcome {
        Outcome::Compared { certificate, lowered, faults, .. } => {
            let mut shown = certificate.to_json();
            let lowered: Vec<Json> = lowered
                .iter()
                .map(|l| {
                    json!({ "leva": l.lever, "che": l.subject, "frase": l.message, "luogo": l.place.to_string(),
                            "riga_nazionale": l.national.to_string(), "norma": l.norm })
                })
                .collect();
            if let Some(shown) = shown.as_object_mut() {
                if !faults.is_empty() && certificate.holds() {
                    shown.insert("esito".to_owned(), "rifiutata".into());
                }
                shown.insert("abbassamenti".to_owned(), lowered.into());
                shown.insert("diagnostica".to_owned(), crate::diagnostic::to_json(faults));
            }
            shown
        }
        Outcome::Unread(faults) => json!({
            "regione": one.region, "esito": "non-si-legge", "diagnostica": crate::diagnostic::to_json(faults),
        }),
        Outcome::Faulty(faults) => json!({
            "lep": one.level, "regione": one.region, "esito": "errori", "diagnostica": crate::diagnostic::to_json(faults),
        }),
    };
    let certificates: Vec<Json> = looked.iter().map(shown).collect();
    json!({ "certificati": certificates, "senza_variazioni": unvaried, "retto": looked.iter().all(Looked::holds) })
}

fn to_text(library: &Library, looked: &[Looked], unvaried: &[String], global: &Global) -> String {
    let regions = &library.specs().catalogue.regions;
    let name = |id: &str| regions.get(id).map_or_else(|| id.to_owned(), |row| row.name.clone());
    let mut out = String::new();
    let mut last = "";
    for one in looked {
        if one.region != last {
            out.push_str(&format!("{}\n", name(&one.region)));
            last = &one.region;
        }
        match &one.outcome {
            Outcome::Compared { certificate, national, lowered, faults } => {
                let text = certificate.to_text(national);
                // What was refused is not laid: that the rest holds is no certificate.
                let refused = !faults.is_empty() && certificate.holds();
                out.push_str(&if refused { text.replacen(HELD, REFUSED, 1) } else { text });
                // What the verbs have refused is told where it is written; the comparison would only say it again.
                let told: Vec<Diagnostic> =
                    if faults.is_empty() { lowered.iter().map(Lowering::diagnostic).collect() } else { faults.clone() };
                if !told.is_empty() {
                    out.push_str(&format!("{}\n", faults_text(library, &told, &global.screen)));
                }
            }
            Outcome::Unread(faults) => {
                let words = "nessun certificato: un file non si legge, e non si sa che cosa varierebbe";
                out.push_str(&format!("{words}\n{}\n", faults_text(library, faults, &global.screen)));
            }
            Outcome::Faulty(faults) => {
                out.push_str(&format!("LEP {}: la variazione ha errori, e non si può confrontare\n", one.level));
                out.push_str(&format!("{}\n", faults_text(library, faults, &global.screen)));
            }
        }
        out.push('\n');
    }
    if !unvaried.is_empty() {
        let names: Vec<String> = unvaried.iter().map(|id| name(id)).collect();
        let line = format!("nessuna variazione: vale il decreto ({})", names.join(", "));
        for line in wrap(&line, global.screen.prose_width()) {
            out.push_str(&format!("{line}\n"));
        }
    }
    let refused = looked.iter().filter(|one| !one.holds()).count();
    out.push_str(&match (looked.len(), refused) {
        (0, _) => "nessun livello è variato\n".to_owned(),
        (all, 0) => format!("{}: il pavimento è retto\n", count(all, "livello variato", "livelli variati")),
        (_, refused) => format!("pavimento non dimostrato o abbassato: {}\n", count(refused, "caso", "casi")),
    });
    out
}
