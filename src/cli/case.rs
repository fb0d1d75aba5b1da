// SPDX-License-Identifier: EUPL-1.2
//! `lepre case`: one case, from its opening to its closing.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use crate::calendar::Day;
use crate::engine::{Event, EventKind, Minute, Question, explain};
use crate::rulebook::{ItemKind, Rulebook};
use crate::service::{CaseView, OpenRequest, Service, SubjectRequest};
use crate::spec::level::FieldType;
use crate::spec::scenario::{Manner, SapEventWord};
use crate::store::SubjectKind;

use super::casework::{
    agenda_json, agenda_text, case_line, check_json, check_text, explanation_json, explanation_text, history_json,
    history_text,
};
use super::output::listed;
use super::stored::{answer, service, service_error};
use super::{CliError, Exit, Global};

#[derive(clap::Args)]
#[command(
    about = "apre, conduce, spiega e chiude una pratica",
    after_help = "Esempi:\n  lepre case open E --cf ZZZZZZ80A41Z999K --dato patto_gia_sottoscritto=true\n  \
                  lepre case do 0193 attivita colloquio terminata\n  \
                  lepre case do 0193 output bilancio --campo competenze=saldatura\n  \
                  lepre case explain 0193 bilancio"
)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    #[command(about = "apre una pratica di un livello")]
    Open(Open),
    #[command(about = "elenca le pratiche")]
    List,
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

#[derive(clap::Args)]
struct Do {
    #[command(flatten)]
    one: One,
    #[command(subcommand)]
    act: Act,
}

#[derive(clap::Subcommand)]
enum Act {
    #[command(about = "un evento di un'attività, con le parole della SAP: proposta, iniziata, terminata, rifiuto…")]
    Attivita {
        #[arg(value_name = "ATTIVITÀ", help = "nome dell'attività")]
        name: String,
        #[arg(value_name = "EVENTO", help = "evento della SAP", default_value = "terminata")]
        event: String,
        #[arg(long = "modalita", value_name = "MODO", help = "individuale, gruppo, a-distanza…")]
        mode: Option<String>,
        #[arg(long = "motivo", value_name = "FRASE", help = "perché, per chi non prosegue")]
        reason: Option<String>,
        #[command(flatten)]
        when: When,
    },
    #[command(about = "la consegna di un output, con il suo modulo")]
    Output {
        #[arg(value_name = "OUTPUT", help = "nome dell'output")]
        name: String,
        #[arg(long = "campo", value_name = "NOME=VALORE", help = "un campo del modulo; per un elenco si ripete")]
        fields: Vec<String>,
        #[arg(long = "evidenza", value_name = "JSON", help = "il modulo intero, in JSON", conflicts_with = "fields")]
        evidence: Option<String>,
        #[command(flatten)]
        when: When,
    },
    #[command(about = "un outcome rilevato")]
    Outcome {
        #[arg(value_name = "OUTCOME", help = "nome dell'outcome")]
        name: String,
        #[command(flatten)]
        when: When,
    },
    #[command(about = "un codice registrato nella SAP, o una comunicazione obbligatoria (CO)")]
    Sap {
        #[arg(value_name = "CODICE", help = "per esempio A03")]
        code: String,
        #[arg(long = "per", value_name = "VOCE", help = "la voce che il codice registra")]
        item: String,
        #[command(flatten)]
        when: When,
    },
    #[command(about = "sospende la pratica: i termini si fermano")]
    Sospendi {
        #[arg(long = "motivo", value_name = "FRASE", help = "perché")]
        reason: String,
        #[command(flatten)]
        when: When,
    },
    #[command(about = "riprende la pratica sospesa")]
    Riprendi {
        #[command(flatten)]
        when: When,
    },
    #[command(about = "riapre la pratica chiusa")]
    Riapri {
        #[arg(long = "motivo", value_name = "FRASE", help = "perché")]
        reason: String,
        #[command(flatten)]
        when: When,
    },
    #[command(about = "corregge: l'evento con quel numero conta come mai accaduto, e resta nella storia")]
    Annulla {
        #[arg(value_name = "NUMERO", help = "numero dell'evento, come in `lepre case history`")]
        sequence: u32,
        #[arg(long = "motivo", value_name = "FRASE", help = "perché")]
        reason: String,
        #[command(flatten)]
        when: When,
    },
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, CliError> {
    match &args.what {
        What::Open(open) => open_case(open, global),
        What::List => list(global),
        What::Do(act) => {
            let service = service(global, false)?;
            match find(&service, global, &act.one).map(|view| (event(&view, &act.act, global), view)) {
                Ok((event, view)) => record(&service, global, &view, event?),
                Err(error) => Err(error),
            }
        }
        What::Set(set) => set_facts(set, global),
        What::Agenda(look) => {
            let service = service(global, false)?;
            let view = find(&service, global, &look.one)?;
            show_agenda(global, &view, look.on.unwrap_or(global.today))
        }
        What::Explain(args) => explain_item(args, global),
        What::History(one) => {
            let service = service(global, false)?;
            let view = find(&service, global, one)?;
            let lines = service.history(&view).map_err(|e| service_error(global, e))?;
            if global.is_json() {
                global.screen.json(&history_json(&view, &lines))?;
            } else {
                history_text(global, &view, &lines)?;
            }
            Ok(Exit::Fine)
        }
        What::Verify(look) => {
            let service = service(global, false)?;
            let view = find(&service, global, &look.one)?;
            let on = look.on.unwrap_or(global.today);
            let check = service.check(&view, on);
            if global.is_json() {
                global.screen.json(&check_json(&view, &check, on))?;
            } else {
                global.screen.line(&case_line(&view, on))?;
                check_text(global, &view, &check)?;
            }
            Ok(if check.findings.is_empty() { Exit::Fine } else { Exit::Findings })
        }
        What::Close(close) => {
            let Some(manner) = Manner::from_word(&close.manner) else {
                let message = format!("`{}` non è un modo di chiudere", close.manner);
                return Err(CliError::usage(message, "scrivi conclusa oppure interrotta"));
            };
            let service = service(global, false)?;
            let view = find(&service, global, &close.one)?;
            let kind = EventKind::CaseClosed { manner, reason: close.reason.as_deref().map(Arc::from) };
            record(&service, global, &view, made(&close.when, kind, global))
        }
    }
}

fn find(service: &Service, global: &Global, one: &One) -> Result<CaseView, CliError> {
    service.find_case(&one.case).and_then(|id| service.view(id)).map_err(|e| service_error(global, e))
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
    let service = service(global, true)?;
    match service.open(&request) {
        Ok(view) => show_agenda(global, &view, global.today),
        Err(error) => answer(global, error),
    }
}

fn show_agenda(global: &Global, view: &CaseView, on: Day) -> Result<Exit, CliError> {
    if global.is_json() {
        global.screen.json(&agenda_json(view, on))?;
    } else {
        agenda_text(global, view, on)?;
    }
    Ok(Exit::Fine)
}

fn record(service: &Service, global: &Global, view: &CaseView, event: Event) -> Result<Exit, CliError> {
    match service.record(view.head.id, &event) {
        Ok(after) if global.is_json() => {
            let recorded = json!({ "accolto": true, "agenda": agenda_json(&after, global.today) });
            global.screen.json(&recorded)?;
            Ok(Exit::Fine)
        }
        Ok(after) => {
            let number = after.head.sequence;
            global.screen.line(&format!("registrato (evento {number}): {}", crate::engine::event_words(&event)))?;
            agenda_text(global, &after, global.today)?;
            Ok(Exit::Fine)
        }
        Err(error) => answer(global, error),
    }
}

fn set_facts(set: &Set, global: &Global) -> Result<Exit, CliError> {
    let facts: Result<Vec<(String, String)>, CliError> = set.facts.iter().map(|fact| pair(fact)).collect();
    let facts = facts?;
    let service = service(global, false)?;
    let mut view = find(&service, global, &set.one)?;
    for (name, typed) in facts {
        let value = (!typed.is_empty()).then(|| view.datum(&name, &typed));
        let kind = EventKind::FactSupplied { fact: name.as_str().into(), value };
        match service.record(view.head.id, &made(&set.when, kind, global)) {
            Ok(after) => view = after,
            Err(error) => return answer(global, error),
        }
    }
    show_agenda(global, &view, global.today)
}

fn explain_item(args: &Explain, global: &Global) -> Result<Exit, CliError> {
    let service = service(global, false)?;
    let view = find(&service, global, &args.look.one)?;
    let rulebook = &view.rulebook;
    let term = (0_u16..).zip(&rulebook.terms).find(|(_, term)| term.id == args.name).map(|(at, _)| Question::Term(at));
    let question = rulebook.item_index(&args.name).map(Question::Item).or(term);
    let on = args.look.on.unwrap_or(global.today);
    let Some(tree) = question.and_then(|question| explain(rulebook, &view.case, on, question)) else {
        return Err(unknown_name(rulebook, &args.name));
    };
    if global.is_json() {
        global.screen.json(&explanation_json(rulebook, &tree))?;
    } else {
        explanation_text(global, rulebook, &tree, 0)?;
    }
    Ok(Exit::Fine)
}

fn unknown_name(rulebook: &Rulebook, name: &str) -> CliError {
    let known: Vec<&str> =
        rulebook.items.iter().map(|i| i.id.as_str()).chain(rulebook.terms.iter().map(|t| t.id.as_str())).collect();
    let help = match crate::names::closest(name, known.iter().copied()) {
        Some(near) => format!("forse volevi dire `{near}`"),
        None => format!("ci sono {}", listed(&known)),
    };
    CliError::usage(format!("`{name}` non è una voce né un termine del livello {}", rulebook.level), help)
}

fn event(view: &CaseView, act: &Act, global: &Global) -> Result<Event, CliError> {
    let arc = |text: &str| Arc::<str>::from(text);
    let (when, kind) = match act {
        Act::Attivita { name, event, mode, reason, when } => {
            let Some(word) = SapEventWord::from_word(event) else {
                let words: Vec<&str> = SapEventWord::ALL.iter().map(|e| e.word()).collect();
                let help = match crate::names::closest(event, words.iter().copied()) {
                    Some(near) => format!("forse volevi dire `{near}`"),
                    None => format!("gli eventi sono {}", listed(&words)),
                };
                return Err(CliError::usage(format!("`{event}` non è un evento della SAP"), help));
            };
            let kind = EventKind::ActivityRecorded {
                activity: arc(name),
                event: word,
                mode: mode.as_deref().map(arc),
                reason: reason.as_deref().map(arc),
            };
            (when, kind)
        }
        Act::Output { name, fields, evidence, when } => {
            let evidence = match evidence {
                Some(text) => serde_json::from_str(text).map_err(|e| {
                    let message = format!("il modulo {}", crate::service::json_fault(&e));
                    CliError::usage(message, "scrivi un oggetto JSON, oppure usa --campo NOME=VALORE")
                })?,
                None => filled(&view.rulebook, name, fields)?,
            };
            (when, EventKind::OutputDelivered { output: arc(name), evidence })
        }
        Act::Outcome { name, when } => (when, EventKind::OutcomeReached { outcome: arc(name) }),
        Act::Sap { code, item, when } => {
            (when, EventKind::Registered { code: arc(&code.to_uppercase()), item: arc(item) })
        }
        Act::Sospendi { reason, when } => (when, EventKind::CaseSuspended { reason: arc(reason) }),
        Act::Riprendi { when } => (when, EventKind::CaseResumed),
        Act::Riapri { reason, when } => (when, EventKind::CaseReopened { reason: arc(reason) }),
        Act::Annulla { sequence, reason, when } => {
            (when, EventKind::EventVoided { sequence: *sequence, reason: arc(reason) })
        }
    };
    Ok(made(when, kind, global))
}

/// The form from `campo=valore` pairs, typed by the form itself; what it does not know is left for the engine to refuse.
fn filled(rulebook: &Rulebook, output: &str, pairs: &[String]) -> Result<Json, CliError> {
    let item = rulebook.item_index(output).and_then(|i| rulebook.item(i)).filter(|item| item.kind == ItemKind::Output);
    let mut form = Map::new();
    for text in pairs {
        let (name, typed) = pair(text)?;
        let field = item.and_then(|item| item.evidence.fields.iter().find(|f| f.name == name));
        let (kind, of) = field.map_or((FieldType::Text, None), |f| (f.kind, f.of));
        if kind == FieldType::List {
            let entry = value(of.unwrap_or(FieldType::Text), &typed);
            match form.entry(name).or_insert_with(|| Json::Array(Vec::new())) {
                Json::Array(list) => list.push(entry),
                other => *other = entry,
            }
        } else {
            form.insert(name, value(kind, &typed));
        }
    }
    Ok(Json::Object(form))
}

fn value(kind: FieldType, typed: &str) -> Json {
    match kind {
        FieldType::Integer => typed.parse::<i64>().map_or_else(|_| typed.into(), Json::from),
        FieldType::Boolean => match typed {
            "true" | "sì" | "si" | "vero" => true.into(),
            "false" | "no" | "falso" => false.into(),
            other => other.into(),
        },
        FieldType::Decimal => typed.replace(',', ".").into(),
        _ => typed.into(),
    }
}

fn list(global: &Global) -> Result<Exit, CliError> {
    let service = service(global, false)?;
    let mut after = None;
    let mut rows: Vec<Json> = Vec::new();
    loop {
        let page = service.store().case_heads(after, 500).map_err(|e| super::stored::store_error(&e))?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for head in &page {
            if global.is_json() {
                rows.push(json!({
                    "pratica": head.id.to_string(), "lep": head.level, "stato": head.state, "eventi": head.sequence,
                    "origine": head.external,
                }));
                continue;
            }
            let opened = Day::from_number(head.opened_on).map(|d| d.to_string()).unwrap_or_default();
            let origin = head.external.as_deref().map(|e| format!("  ({e})")).unwrap_or_default();
            global.screen.line(&format!(
                "{}  LEP {:<2}  {:<10}  aperta {opened}  {} eventi{origin}",
                head.id, head.level, head.state, head.sequence
            ))?;
        }
    }
    if global.is_json() {
        global.screen.json(&json!({ "pratiche": rows }))?;
    } else if after.is_none() {
        global.screen.line("nessuna pratica; `lepre case open` ne apre una")?;
    }
    Ok(Exit::Fine)
}
