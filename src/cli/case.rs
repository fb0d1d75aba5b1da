// SPDX-License-Identifier: EUPL-1.2
//! `lepre case`: one case, from its opening to its closing.

mod act;
mod list;
mod pdf;

use std::sync::Arc;

use serde_json::json;

use crate::calendar::Day;
use crate::engine::{Event, EventKind, Minute, Question, explain};
use crate::rulebook::Rulebook;
use crate::service::{
    CaseView, OpenRequest, Service, SubjectRequest, agenda_json, check_json, explanation_json, history_json,
};
use crate::spec::scenario::Manner;
use crate::store::SubjectKind;

use super::casework::{agenda_text, case_line, check_text, explanation_text, history_text};
use super::output::{Ink, printable};
use super::stored::{answer, near_or_all, service, service_error, service_to_open};
use super::{CliError, Exit, Global};

use act::Do;
use list::List;

#[derive(clap::Args)]
#[command(
    about = "apre, conduce, spiega e chiude una pratica",
    after_help = "Esempi:\n  lepre case open E --cf ZZZZZZ80A41Z999K --dato patto_gia_sottoscritto=true\n  \
                  lepre case do 0193 attivita colloquio terminata\n  \
                  lepre case do 0193 output bilancio --campo competenze=saldatura\n  \
                  lepre case explain 0193 bilancio\n  \
                  lepre case pdf 0193 pratica.pdf"
)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    #[command(about = "apre una pratica di un livello")]
    Open(Open),
    #[command(about = "elenca le pratiche aperte, prima quelle con meno tempo")]
    List(List),
    #[command(about = "registra ciò che è accaduto: un'attività, un output, un outcome, un codice, una sospensione")]
    Do(Do),
    #[command(about = "fornisce un dato, o dice che non è più noto")]
    Set(Set),
    #[command(about = "dice che cosa è dovuto, entro quando e perché")]
    Agenda(Look),
    #[command(about = "spiega una voce o un termine: perché sì, perché no")]
    Explain(Explain),
    #[command(about = "mostra tutti gli eventi registrati, anche quelli annullati")]
    History(One),
    #[command(about = "controlla la pratica e mostra i rilievi")]
    Verify(Look),
    #[command(about = "scrive la pratica, o il suo patto di servizio, come documento PDF")]
    Pdf(pdf::Pdf),
    #[command(about = "chiude la pratica: conclusa oppure interrotta")]
    Close(Close),
}

#[derive(clap::Args)]
struct Open {
    #[arg(value_name = "LEP", help = "lettera del livello")]
    level: String,
    #[arg(long, value_name = "CODICE", help = "codice fiscale della persona", conflicts_with = "company")]
    cf: Option<String>,
    #[arg(long = "piva", value_name = "CODICE", help = "partita IVA o codice fiscale dell'impresa")]
    company: Option<String>,
    #[arg(long = "nome", value_name = "NOME", help = "nome della persona o dell'impresa")]
    name: Option<String>,
    #[arg(long = "region", value_name = "REGIONE", help = "amministrazione, per esempio piemonte")]
    region: Option<String>,
    #[arg(long = "sede", value_name = "CPI", help = "sede del centro per l'impiego")]
    office: Option<String>,
    #[arg(long = "dato", value_name = "NOME=VALORE", help = "un dato già noto; si può ripetere")]
    facts: Vec<String>,
    #[command(flatten)]
    when: When,
}

#[derive(clap::Args)]
struct When {
    #[arg(long = "il", value_name = "AAAA-MM-GG", help = "giorno in cui è accaduto (di norma oggi)")]
    on: Option<Day>,
    #[arg(long = "ora", value_name = "HH:MM", help = "ora, dove serve")]
    time: Option<Minute>,
}

#[derive(clap::Args)]
struct One {
    #[arg(value_name = "PRATICA", help = "identificativo, il suo inizio, o quello del sistema di origine")]
    case: String,
}

#[derive(clap::Args)]
struct Look {
    #[command(flatten)]
    one: One,
    #[arg(long = "al", value_name = "AAAA-MM-GG", help = "giorno in cui guardare la pratica (di norma oggi)")]
    on: Option<Day>,
}

#[derive(clap::Args)]
struct Explain {
    #[command(flatten)]
    look: Look,
    #[arg(value_name = "VOCE", help = "voce o termine del livello")]
    name: String,
}

#[derive(clap::Args)]
struct Set {
    #[command(flatten)]
    one: One,
    #[arg(value_name = "NOME=VALORE", help = "dati; `nome=` dice che il dato non è più noto", required = true)]
    facts: Vec<String>,
    #[command(flatten)]
    when: When,
}

#[derive(clap::Args)]
struct Close {
    #[command(flatten)]
    one: One,
    #[arg(value_name = "MODO", help = "conclusa oppure interrotta")]
    manner: String,
    #[arg(long = "motivo", value_name = "FRASE", help = "perché; serve se interrotta")]
    reason: Option<String>,
    #[command(flatten)]
    when: When,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    match &args.what {
        What::Open(open) => open_case(open, global),
        What::List(args) => list::list(args, global),
        What::Do(Do { one, act }) => {
            let service = service(global)?;
            let view = find(&service, global, one)?;
            let event = act::event(&view, act, global)?;
            record(&service, global, &view, &event)
        }
        What::Set(set) => set_facts(set, global),
        What::Agenda(look) => {
            let service = service(global)?;
            let (view, on) = look_at(&service, global, look)?;
            show_agenda(&service, global, &view, on)
        }
        What::Explain(args) => explain_item(args, global),
        What::History(one) => {
            let service = service(global)?;
            let view = find(&service, global, one)?;
            let lines = service.history(&view).map_err(|e| service_error(global, e))?;
            if global.is_json() {
                global.screen.json(&history_json(&view, &lines))?;
            } else {
                heading(&service, global, &view, None)?;
                history_text(global, &lines)?;
            }
            Ok(Exit::Fine)
        }
        What::Verify(look) => {
            let service = service(global)?;
            let (view, on) = look_at(&service, global, look)?;
            let check = service.check(&view, on);
            if global.is_json() {
                global.screen.json(&check_json(&view, &check, on))?;
            } else {
                heading(&service, global, &view, Some(on))?;
                check_text(global, &view, &check)?;
            }
            Ok(if check.findings.is_empty() { Exit::Fine } else { Exit::Findings })
        }
        What::Pdf(args) => pdf::write(args, global),
        What::Close(close) => {
            let Some(manner) = Manner::from_word(&close.manner) else {
                let words = Manner::ALL.iter().map(|manner| manner.word()).collect::<Vec<_>>();
                let help = near_or_all(&close.manner, &words, "si scrive");
                return Err(CliError::usage(format!("`{}` non è un modo di chiudere", close.manner), help));
            };
            let service = service(global)?;
            let view = find(&service, global, &close.one)?;
            let kind = EventKind::CaseClosed { manner, reason: close.reason.as_deref().map(Arc::from) };
            record(&service, global, &view, &made(&close.when, kind, global))
        }
    }
}

fn find(service: &Service, global: &Global, one: &One) -> Result<CaseView, CliError> {
    service.find_case(&one.case).and_then(|id| service.view(id)).map_err(|e| service_error(global, e))
}

/// The case as it stood, or stands, on the day asked for.
fn look_at(service: &Service, global: &Global, look: &Look) -> Result<(CaseView, Day), CliError> {
    let on = look.on.unwrap_or(global.today);
    let view = service.find_case(&look.one.case).and_then(|id| service.view_on(id, on));
    Ok((view.map_err(|e| service_error(global, e))?, on))
}

/// Writes which case it is; with a day, how it stands on it.
fn heading(service: &Service, global: &Global, view: &CaseView, on: Option<Day>) -> Result<(), CliError> {
    let handle = handle(service, global, view)?;
    let subject = service.subject_name(view.head.subject).map_err(|e| service_error(global, e))?;
    let line = printable(&case_line(view, &handle, &subject, on));
    global.screen.line(&global.screen.paint(Ink::Heading, &line))
}

/// What is enough to name a case in a command.
fn handle(service: &Service, global: &Global, view: &CaseView) -> Result<String, CliError> {
    match &view.head.external {
        Some(external) => Ok(external.clone()),
        None => service.short_id(view.head.id).map_err(|e| service_error(global, e)),
    }
}

fn made(when: &When, kind: EventKind, global: &Global) -> Event {
    Event { on: when.on.unwrap_or(global.today), time: when.time, kind }
}

fn pair(text: &str) -> Result<(String, String), CliError> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.trim().to_owned())),
        _ => Err(CliError::usage(format!("`{text}` non è NOME=VALORE"), "per esempio `eta=34`")),
    }
}

fn open_case(open: &Open, global: &Global) -> Result<Exit, CliError> {
    let (kind, tax_code) = match (&open.cf, &open.company) {
        (Some(code), _) => (SubjectKind::Person, code.clone()),
        (None, Some(code)) => (SubjectKind::Company, code.clone()),
        (None, None) => {
            return Err(CliError::usage(
                "manca il soggetto",
                "scrivi `--cf CODICE` per una persona, `--piva CODICE` per un'impresa",
            ));
        }
    };
    let facts: Result<Vec<(String, String)>, CliError> = open.facts.iter().map(|fact| pair(fact)).collect();
    let request = OpenRequest {
        level: open.level.to_uppercase(),
        subject: SubjectRequest { kind, tax_code, name: open.name.clone() },
        region: open.region.clone(),
        office: open.office.clone(),
        on: open.when.on,
        time: open.when.time,
        facts: facts?,
    };
    let service = service_to_open(global)?;
    let view = match service.open(&request) {
        Ok(view) => view,
        Err(error) => return answer(global, error),
    };
    if !global.is_json() {
        let handle = handle(&service, global, &view)?;
        global.screen.line(&format!("aperta la pratica {}", view.head.id))?;
        global.screen.line(&format!("nei comandi basta `{handle}`, per esempio `lepre case agenda {handle}`"))?;
    }
    show_agenda(&service, global, &view, global.today)
}

fn show_agenda(service: &Service, global: &Global, view: &CaseView, on: Day) -> Result<Exit, CliError> {
    if global.is_json() {
        global.screen.json(&agenda_json(view, &handle(service, global, view)?, on))?;
    } else {
        heading(service, global, view, Some(on))?;
        agenda_text(global, view, on)?;
    }
    Ok(Exit::Fine)
}

fn record(service: &Service, global: &Global, view: &CaseView, event: &Event) -> Result<Exit, CliError> {
    let after = match service.record(view.head.id, event) {
        Ok(after) => after,
        Err(error) => return answer(global, error),
    };
    if global.is_json() {
        let agenda = agenda_json(&after, &handle(service, global, &after)?, global.today);
        global.screen.json(&json!({ "accolto": true, "agenda": agenda }))?;
        return Ok(Exit::Fine);
    }
    let words = printable(&crate::engine::event_words(event));
    global.screen.line(&format!("evento {}: {words}", after.head.sequence))?;
    show_agenda(service, global, &after, global.today)
}

fn set_facts(set: &Set, global: &Global) -> Result<Exit, CliError> {
    let facts: Result<Vec<(String, String)>, CliError> = set.facts.iter().map(|fact| pair(fact)).collect();
    let facts = facts?;
    let service = service(global)?;
    let view = find(&service, global, &set.one)?;
    let supplied = facts.iter().map(|(name, typed)| {
        let value = (!typed.is_empty()).then(|| view.datum(name, typed));
        made(&set.when, EventKind::FactSupplied { fact: name.as_str().into(), value }, global)
    });
    // All or none: half of what was typed would be a case that nobody meant.
    match service.record_all(view.head.id, &supplied.collect::<Vec<Event>>()) {
        Ok(after) => show_agenda(&service, global, &after, global.today),
        Err(error) => answer(global, error),
    }
}

fn explain_item(args: &Explain, global: &Global) -> Result<Exit, CliError> {
    let service = service(global)?;
    let (view, on) = look_at(&service, global, &args.look)?;
    let rulebook = &view.rulebook;
    let term = (0_u16..).zip(&rulebook.terms).find(|(_, term)| term.id == args.name).map(|(at, _)| Question::Term(at));
    let question = rulebook.item_index(&args.name).map(Question::Item).or(term);
    let Some(tree) = question.and_then(|question| explain(rulebook, &view.case, on, question)) else {
        return Err(unknown_name(rulebook, &args.name));
    };
    if global.is_json() {
        global.screen.json(&explanation_json(rulebook, &tree))?;
    } else {
        explanation_text(global, rulebook, &tree)?;
    }
    Ok(Exit::Fine)
}

fn unknown_name(rulebook: &Rulebook, name: &str) -> CliError {
    let known: Vec<&str> =
        rulebook.items.iter().map(|i| i.id.as_str()).chain(rulebook.terms.iter().map(|t| t.id.as_str())).collect();
    let help = near_or_all(name, &known, "ci sono");
    CliError::usage(format!("`{name}` non è una voce né un termine del livello {}", rulebook.level), help)
}
