// SPDX-License-Identifier: EUPL-1.2
//! `lepre verify`: the findings of every stored case.

mod results;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value as Json, json};

use crate::calendar::Day;
use crate::engine::{finding_words, norm_link, norm_words};
use crate::service::{BulkQuestion, BulkReport, CaseId, Law, Seen, Service, Verdicts, answer_json};
use crate::spec::scenario::Gravity;

use super::output::{Ink, count, printable};
use super::progress::bar;
use super::stored::{accented, service, service_error, service_on_stored};
use super::{CliError, Exit, Global, selection};

#[derive(clap::Args)]
#[command(
    about = "controlla le pratiche, tutte o alcune, e mostra i rilievi per norma e livello",
    after_help = "Esempi:\n  lepre verify                      i rilievi di oggi, con i primi casi di ciascuno\n  \
                  lepre verify --al 2024-12-31      come stavano le pratiche a fine anno\n  \
                  lepre verify --legge oggi         le stesse pratiche, per la legge di oggi e non per quella con cui sono nate\n  \
                  lepre verify --lep E --sede torino   solo le pratiche di quel livello e di quella sede\n  \
                  lepre verify --risultati r.jsonl  l'esito di ogni pratica, una per riga\n  \
                  lepre export eventi - | lepre verify --da -   le pratiche di un altro archivio, senza conservarle\n  \
                  lepre verify --tutti              ogni rilievo di ogni pratica\n\n\
                  Accanto all'archivio resta un file `-colonne`, che rende più veloce il controllo seguente: si può cancellare."
)]
pub struct Args {
    #[arg(long = "al", value_name = "AAAA-MM-GG", help = "giorno in cui guardare le pratiche (di norma oggi)")]
    on: Option<Day>,
    #[arg(
        long = "legge",
        value_name = "LEGGE",
        default_value = "fissata",
        value_parser = law,
        help = "con quale legge: `fissata` (quella di ogni pratica), `oggi`, oppure il giorno AAAA-MM-GG di cui vale la legge"
    )]
    law: AskedLaw,
    #[arg(long, help = "elenca ogni rilievo, non solo i primi di ciascun tipo")]
    tutti: bool,
    #[arg(long, value_name = "FILE", help = "dove scrivere l'esito di ogni pratica, in JSON Lines")]
    risultati: Option<PathBuf>,
    #[arg(
        long = "da",
        value_name = "FILE",
        help = "verifica le pratiche di un file in JSON Lines (`-`: dallo standard input), senza conservarle"
    )]
    source: Option<PathBuf>,
    #[command(flatten)]
    selection: selection::Args,
}

/// The law as it is asked for on the command line.
#[derive(Clone, Copy, Debug)]
enum AskedLaw {
    Pinned,
    Today,
    On(Day),
}

fn law(text: &str) -> Result<AskedLaw, String> {
    match text {
        "fissata" => Ok(AskedLaw::Pinned),
        "oggi" => Ok(AskedLaw::Today),
        day => day.parse().map(AskedLaw::On).map_err(|_| {
            format!("`{day}` non è una legge: scrivi `fissata`, `oggi`, oppure un giorno come 2024-12-31")
        }),
    }
}

/// Cases shown for each kind of finding.
const SHOWN: usize = 3;

#[derive(Default)]
struct Group {
    findings: u64,
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

/// Gravity, kind, norm and level.
type Key = (Gravity, &'static str, String, String);

#[derive(Default)]
struct Sums {
    verdicts: Verdicts,
    groups: BTreeMap<Key, Group>,
    troubles: Vec<(String, String)>,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    if let Some(file) = &args.risultati {
        super::export::traced::not_the_database(file, global)?;
    }
    let law = match args.law {
        AskedLaw::Pinned => Law::Pinned,
        AskedLaw::Today => Law::On(global.today),
        AskedLaw::On(day) => Law::On(day),
    };
    let source = args.source.as_deref().map(|path| source::read(path, global)).transpose()?;
    let service = match (&source, law) {
        (Some(source), _) => source.service.clone(),
        (None, Law::Pinned) => service(global)?,
        (None, Law::On(_)) => service_on_stored(global)?,
    };
    let on = args.on.unwrap_or(global.today);
    let selection = args.selection.selection(&service, global)?;
    let question = BulkQuestion { selection, on, law, examples: SHOWN };
    let total = service.store().stats().map_err(|e| super::stored::store_error(&e))?.cases;
    let reading = bar("lettura", total);
    let bulk = service.columns(&mut |done| reading.set_position(done));
    reading.finish_and_clear();
    let bulk = bulk.map_err(|e| service_error(global, e))?;
    let whole = args.tutti || global.is_json();
    let found: Mutex<Vec<CaseId>> = Mutex::default();
    let answers = args.risultati.as_deref().map(results::Answers::for_file).transpose()?.map(Mutex::new);
    let see = |seen: &Seen<'_>| {
        if whole && !seen.checked.findings.is_empty() {
            found.lock().unwrap_or_else(PoisonError::into_inner).push(seen.id);
        }
        if let Some(answers) = &answers {
            let line = answer_json(seen).to_string();
            answers.lock().unwrap_or_else(PoisonError::into_inner).add(seen.id, &line);
        }
    };
    let (done, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let report = service.check_bulk(&bulk, &question, &done, &stop, &see).map_err(|e| service_error(global, e))?;
    if report.verdicts.cases == 0 && !question.selection.is_all() {
        return Err(selection::nothing());
    }
    if let (Some(file), Some(answers)) = (&args.risultati, answers) {
        let answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
        answers.write(file, &report.troubles, source.as_ref())?;
    }
    let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut sums = sums(&service, &question, report, whole.then_some(found), global)?;
    if let Some(source) = &source {
        sums.refuse(&source.refused);
    }
    if global.is_json() {
        json_report(&sums, on, global)?
    } else {
        text_report(&sums, on, global)?
    }
    let clean = sums.groups.is_empty() && sums.troubles.is_empty();
    Ok(if clean { Exit::Fine } else { Exit::Findings })
}

impl Sums {
    /// Lines that are no case: not verified, and not passed over in silence.
    fn refuse(&mut self, lines: &[(u64, String)]) {
        let count = lines.len() as u64;
        self.verdicts.cases += count;
        self.verdicts.unchecked += count;
        self.troubles.extend(lines.iter().map(|(line, why)| (format!("riga {line}"), why.clone())));
    }
}

/// Puts the findings in words: those of the first cases of each kind, or of all the cases in `whole`.
fn sums(
    service: &Service,
    question: &BulkQuestion,
    report: BulkReport,
    whole: Option<Vec<CaseId>>,
    global: &Global,
) -> Result<Sums, CliError> {
    let mut sums = Sums { verdicts: report.verdicts, ..Sums::default() };
    let store = service.store();
    let head = |case| store.case_head(case).map_err(|e| super::stored::store_error(&e));
    for (case, why) in report.troubles {
        let external = head(case)?.and_then(|head| head.external);
        sums.troubles.push((external.unwrap_or_else(|| case.to_string()), why));
    }
    let mut firsts: BTreeMap<Key, Vec<CaseId>> = BTreeMap::new();
    for (alike, count) in report.alike {
        let words = count.rulebook.as_ref().map(|law| norm_words(law, &alike.norm)).unwrap_or_default();
        let key = (alike.gravity, alike.kind.word(), words, alike.level);
        firsts.entry(key.clone()).or_default().extend(&count.first);
        let group = sums.groups.entry(key).or_default();
        group.findings += count.findings;
        group.link = count.rulebook.as_ref().and_then(|law| norm_link(law, &alike.norm));
    }
    let is_whole = whole.is_some();
    let few = || {
        firsts.into_values().flat_map(|mut first| {
            first.sort_unstable();
            first.dedup();
            first.into_iter().take(SHOWN)
        })
    };
    let shown: BTreeSet<CaseId> = whole.map_or_else(|| few().collect(), |whole| whole.into_iter().collect());
    for case in shown {
        let (law, state, check) = match service.check_under(case, question) {
            Ok(checked) => checked,
            Err(error) if error.stops_all() => return Err(service_error(global, error)),
            // The columns remember what its events no longer say.
            Err(error) => {
                sums.troubles.push((case.to_string(), error.to_string()));
                continue;
            }
        };
        let head = head(case)?;
        for finding in &check.findings {
            let norm = norm_words(&law, &finding.norm(&law, &state));
            let key = (finding.gravity, finding.kind.word(), norm, law.level.clone());
            let Some(group) = sums.groups.get_mut(&key) else { continue };
            if is_whole || group.examples.len() < SHOWN {
                let words = finding_words(&law, &state, finding);
                let external = head.as_ref().and_then(|head| head.external.clone());
                group.examples.push(Example { case, external, words });
            }
        }
    }
    Ok(sums)
}

fn text_report(sums: &Sums, on: Day, global: &Global) -> Result<(), CliError> {
    let screen = &global.screen;
    for ((gravity, kind, norm, level), group) in &sums.groups {
        let ink = if *gravity == Gravity::Breach { Ink::Bad } else { Ink::Doubt };
        let number = usize::try_from(group.findings).unwrap_or(usize::MAX);
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
        "{} al {on}: {} conformi, {} in corso, {}{} con violazioni, {} in attesa di dati{}",
        count(usize::try_from(sums.verdicts.cases).unwrap_or(usize::MAX), "pratica", "pratiche"),
        sums.verdicts.conform,
        sums.verdicts.pending,
        if sums.verdicts.interrupted > 0 {
            format!("{} interrotte, ", sums.verdicts.interrupted)
        } else {
            String::new()
        },
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
                "quanti": group.findings, "rilievi": cases,
            })
        })
        .collect();
    let troubles: Vec<Json> =
        sums.troubles.iter().map(|(case, why)| json!({ "pratica": case, "motivo": why })).collect();
    global.screen.json(&json!({
        "al": on.to_string(), "pratiche": sums.verdicts.cases, "conformi": sums.verdicts.conform, "in_corso": sums.verdicts.pending,
        "interrotte": sums.verdicts.interrupted,
        "con_violazioni": sums.verdicts.breached, "in_attesa_di_dati": sums.verdicts.not_known, "gruppi": groups,
        "non_controllate": troubles,
    }))
}
