// SPDX-License-Identifier: EUPL-1.2
//! `lepre case do`: what happened, from the command line to an event.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::calendar::Day;
use crate::engine::{Event, EventKind};
use crate::rulebook::{ItemKind, Rulebook};
use crate::service::CaseView;
use crate::spec::level::FieldType;
use crate::spec::scenario::SapEventWord;

use super::super::stored::near_or_all;
use super::super::{CliError, Global};
use super::{One, When, made, pair};

#[derive(clap::Args)]
pub struct Do {
    #[command(flatten)]
    pub one: One,
    #[command(subcommand)]
    pub act: Act,
}

#[derive(clap::Subcommand)]
pub enum Act {
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
    #[command(about = "un atto dell'ufficio: nota, convocata, presente, assente, giustificata, sanzione, affidata")]
    Ufficio {
        #[arg(value_name = "TIPO", help = "quale atto")]
        kind: String,
        #[arg(
            long = "campo",
            value_name = "NOME=VALORE",
            help = "testo, attivita, giorno, luogo, condotta, convocazione, accolta, motivo, misura, occasione, operatore, sede"
        )]
        fields: Vec<String>,
        #[command(flatten)]
        when: When,
    },
    #[command(about = "corregge: l'evento con quel numero conta come mai accaduto, e resta nella storia")]
    Annulla {
        #[arg(value_name = "NUMERO", help = "numero dell'evento, come in `lepre case history`", value_parser = number)]
        sequence: u32,
        #[arg(long = "motivo", value_name = "FRASE", help = "perché")]
        reason: String,
        #[command(flatten)]
        when: When,
    },
}

/// The event that an act asks for.
///
/// # Errors
/// Words that are not of the SAP, a form that cannot be read.
pub fn event(view: &CaseView, act: &Act, global: &Global) -> Result<Event, CliError> {
    let arc = |text: &str| Arc::<str>::from(text);
    let (when, kind) = match act {
        Act::Attivita { name, event, mode, reason, when } => {
            let Some(word) = SapEventWord::from_word(event) else {
                let words: Vec<&str> = SapEventWord::ALL.iter().map(|e| e.word()).collect();
                let help = near_or_all(event, &words, "gli eventi sono");
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
                    let message = format!("il modulo non si legge: {}", crate::service::json_fault(&e));
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
        Act::Ufficio { kind, fields, when } => (when, office_act(kind, fields, when.on.unwrap_or(global.today))?),
        Act::Sospendi { reason, when } => (when, EventKind::CaseSuspended { reason: arc(reason) }),
        Act::Riprendi { when } => (when, EventKind::CaseResumed),
        Act::Riapri { reason, when } => (when, EventKind::CaseReopened { reason: arc(reason) }),
        Act::Annulla { sequence, reason, when } => {
            (when, EventKind::EventVoided { sequence: *sequence, reason: arc(reason) })
        }
    };
    Ok(made(when, kind, global))
}

/// The acts of the office, as events call them.
const OFFICE_ACTS: [&str; 7] = ["nota", "convocata", "presente", "assente", "giustificata", "sanzione", "affidata"];

/// An act of the office from its fields, which are those of the event.
fn office_act(kind: &str, pairs: &[String], on: Day) -> Result<EventKind, CliError> {
    if !OFFICE_ACTS.contains(&kind) {
        let help = near_or_all(kind, &OFFICE_ACTS, "gli atti sono");
        return Err(CliError::usage(format!("`{kind}` non è un atto dell'ufficio"), help));
    }
    let mut event = Map::new();
    event.insert("tipo".to_owned(), kind.into());
    event.insert("il".to_owned(), on.to_string().into());
    for text in pairs {
        let (name, typed) = pair(text)?;
        let typed = match name.as_str() {
            "convocazione" | "occasione" => value(FieldType::Integer, &typed),
            "accolta" => value(FieldType::Boolean, &typed),
            _ => typed.into(),
        };
        if event.insert(name.clone(), typed).is_some() {
            let message = format!("il campo `{name}` non si può scrivere qui, o è scritto due volte");
            return Err(CliError::usage(message, "il giorno e l'ora dell'atto si scrivono con --il e --ora"));
        }
    }
    let read: Event = serde_json::from_value(Json::Object(event.clone())).map_err(|e| {
        let message = format!("l'atto non si legge: {}", crate::service::json_fault(&e));
        CliError::usage(message, "i campi di ogni atto sono nel README, sotto «Import»")
    })?;
    // What an event of this kind does not have would be lost without a word.
    let kept = serde_json::to_value(&read).unwrap_or_default();
    match event.keys().find(|name| kept.get(name.as_str()).is_none()) {
        Some(name) => {
            let message = format!("l'atto `{kind}` non ha il campo `{name}`");
            Err(CliError::usage(message, "i campi di ogni atto sono nel README, sotto «Import»"))
        }
        None => Ok(read.kind),
    }
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
            if let Json::Array(list) = form.entry(name).or_insert_with(|| Json::Array(Vec::new())) {
                list.push(entry);
            }
        } else if form.insert(name.clone(), value(kind, &typed)).is_some() {
            let message = format!("il campo `{name}` è scritto due volte");
            return Err(CliError::usage(message, "solo i campi che sono elenchi si ripetono"));
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

/// The number of an event.
fn number(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("`{text}` non è il numero di un evento: `lepre case history` li mostra"))
}
