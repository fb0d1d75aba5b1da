// SPDX-License-Identifier: EUPL-1.2
//! `lepre verify`: the findings of every stored case.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use serde_json::{Value as Json, json};

use crate::calendar::Day;
use crate::engine::{finding_words, norm_link, norm_words};
use crate::service::{CaseId, Verdicts};
use crate::spec::scenario::Gravity;

use super::output::{Ink, count, printable};
use super::progress::bar;
use super::stored::{accented, service, service_error};
use super::{CliError, Exit, Global};

#[derive(clap::Args)]
#[command(
    about = "controlla tutte le pratiche e mostra i rilievi, per norma e per livello",
    after_help = "Esempi:\n  lepre verify                      i rilievi di oggi, con i primi casi di ciascuno\n  \
                  lepre verify --al 2024-12-31      come stavano le pratiche a fine anno\n  \
                  lepre verify --tutti              ogni rilievo di ogni pratica"
)]
pub struct Args {
    #[arg(long = "al", value_name = "AAAA-MM-GG", help = "giorno in cui guardare le pratiche (di norma oggi)")]
    on: Option<Day>,
    #[arg(long, help = "elenca ogni rilievo, non solo i primi di ciascun tipo")]
    tutti: bool,
}

/// Cases shown for each kind of finding.
const SHOWN: usize = 3;

#[derive(Default)]
struct Group {
    cases: u64,
    link: Option<String>,
    /// The first ones, or all.
    examples: Vec<Example>,
}

struct Example {
    case: CaseId,
    /// Its id in the system it came from.
    external: Option<String>,
    words: String,
}

#[derive(Default)]
struct Sums {
    verdicts: Verdicts,
    /// By gravity, kind, norm and level.
    groups: BTreeMap<(Gravity, &'static str, String, String), Group>,
    troubles: Vec<(String, String)>,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    let service = service(global)?;
    let on = args.on.unwrap_or(global.today);
    let total = service.store().stats().map_err(|e| super::stored::store_error(&e))?.cases;
    let bar = bar("controllo", total);
    let mut sums = Sums::default();
    let checked = service.check_all(on, &mut |checked| {
        bar.inc(1);
        sums.verdicts.count(&checked);
        match checked.result {
            Err(trouble) => sums.troubles.push((checked.head.id.to_string(), trouble.to_string())),
            Ok((rulebook, case, check)) => {
                for finding in &check.findings {
                    let norm = finding.norm(&rulebook, &case);
                    let words = norm_words(&rulebook, &norm);
                    let key = (finding.gravity, finding.kind.word(), words, rulebook.level.clone());
                    let group = sums.groups.entry(key).or_default();
                    group.cases += 1;
                    group.link = norm_link(&rulebook, &norm);
                    if args.tutti || global.is_json() || group.examples.len() < SHOWN {
                        let words = finding_words(&rulebook, &case, finding);
                        let (case, external) = (checked.head.id, checked.head.external.clone());
                        group.examples.push(Example { case, external, words });
                    }
                }
            }
        }
        ControlFlow::Continue(())
    });
    bar.finish_and_clear();
    checked.map_err(|e| service_error(global, e))?;
    if global.is_json() {
        json_report(&sums, on, global)?
    } else {
        text_report(&sums, on, global)?
    }
    let clean = sums.groups.is_empty() && sums.troubles.is_empty();
    Ok(if clean { Exit::Fine } else { Exit::Findings })
}

fn text_report(sums: &Sums, on: Day, global: &Global) -> Result<(), CliError> {
    let screen = &global.screen;
    for ((gravity, kind, norm, level), group) in &sums.groups {
        let ink = if *gravity == Gravity::Breach { Ink::Bad } else { Ink::Doubt };
        let number = usize::try_from(group.cases).unwrap_or(usize::MAX);
        let head = format!(
            "{} · {} · LEP {level} · {norm}: {}",
            gravity.word(),
            accented(kind),
            count(number, "rilievo", "rilievi")
        );
        screen.line(&screen.paint(ink, &head))?;
        if let Some(link) = &group.link {
            screen.line(&format!("  {link}"))?;
        }
        for Example { case, external, words } in &group.examples {
            let case = external.clone().unwrap_or_else(|| case.to_string());
            screen.line(&printable(&format!("  {case}  {words}")))?;
        }
        let more = number.saturating_sub(group.examples.len());
        if more > 0 {
            screen.line(&format!("  … e {}", count(more, "altro", "altri")))?;
        }
    }
    for (case, why) in &sums.troubles {
        screen.line(&screen.paint(Ink::Bad, &printable(&format!("non controllata · {case}: {why}"))))?;
    }
    screen.line(&format!(
        "{} al {on}: {} conformi, {} in corso, {} con violazioni, {} in attesa di dati{}",
        count(usize::try_from(sums.verdicts.cases).unwrap_or(usize::MAX), "pratica", "pratiche"),
        sums.verdicts.conform,
        sums.verdicts.pending,
        sums.verdicts.breached,
        sums.verdicts.not_known,
        if sums.troubles.is_empty() { String::new() } else { format!(", {} non controllate", sums.troubles.len()) },
    ))
}

fn json_report(sums: &Sums, on: Day, global: &Global) -> Result<(), CliError> {
    let groups: Vec<Json> = sums
        .groups
        .iter()
        .map(|((gravity, kind, norm, level), group)| {
            let case_json = |example: &Example| {
                json!({
                    "pratica": example.case.to_string(), "origine": example.external, "messaggio": example.words,
                })
            };
            let cases: Vec<Json> = group.examples.iter().map(case_json).collect();
            json!({
                "gravita": gravity.word(), "tipo": kind, "norma": norm, "link": group.link, "lep": level,
                "quanti": group.cases, "rilievi": cases,
            })
        })
        .collect();
    let troubles: Vec<Json> =
        sums.troubles.iter().map(|(case, why)| json!({ "pratica": case, "motivo": why })).collect();
    global.screen.json(&json!({
        "al": on.to_string(), "pratiche": sums.verdicts.cases, "conformi": sums.verdicts.conform, "in_corso": sums.verdicts.pending,
        "con_violazioni": sums.verdicts.breached, "in_attesa_di_dati": sums.verdicts.not_known, "gruppi": groups,
        "non_controllate": troubles,
    }))
}
