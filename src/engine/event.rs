// SPDX-License-Identifier: EUPL-1.2
//! What happened, as it is recorded for ever: a civil day, sometimes an hour, and one fact of the case.
//!
//! The stored form is one flat JSON object with Italian keys; what is written is what is read back.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::calendar::Day;
use crate::spec::scenario::{Manner, SapEventWord};
use crate::value::Datum;

/// A time of day, in minutes from midnight, Europe/Rome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Minute(u16);

impl Minute {
    /// `None` beyond 23:59.
    pub fn new(minutes: u16) -> Option<Self> {
        (minutes < 24 * 60).then_some(Self(minutes))
    }

    pub fn minutes(self) -> u16 {
        self.0
    }
}

impl FromStr for Minute {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // Digits only: a number may be read with a sign, an hour may not.
        let two = |part: &str| {
            let digits = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| part.parse::<u16>().ok()).flatten()
        };
        text.split_once(':')
            .and_then(|(hour, minute)| Some((two(hour)?, two(minute)?)))
            .filter(|(hour, minute)| *hour < 24 && *minute < 60)
            .map(|(hour, minute)| Self(hour * 60 + minute))
            .ok_or_else(|| format!("`{text}` non è un'ora: scrivi per esempio 09:30"))
    }
}

impl TryFrom<String> for Minute {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Minute> for String {
    fn from(minute: Minute) -> Self {
        minute.to_string()
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// What another case of the subject held when this one was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriorItem {
    #[serde(rename = "lep")]
    pub level: Arc<str>,
    #[serde(rename = "voce", alias = "item")]
    pub item: Arc<str>,
    #[serde(rename = "il")]
    pub on: Day,
}

/// One recorded event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Raw", into = "Raw")]
pub struct Event {
    pub on: Day,
    pub time: Option<Minute>,
    pub kind: EventKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum EventKind {
    CaseOpened(Box<Opening>),
    /// A fact became known; with no value, it is no longer known.
    FactSupplied {
        fact: Arc<str>,
        value: Option<Datum>,
    },
    ActivityRecorded {
        activity: Arc<str>,
        event: SapEventWord,
        mode: Option<Arc<str>>,
        reason: Option<Arc<str>>,
    },
    OutputDelivered {
        output: Arc<str>,
        evidence: Json,
    },
    OutcomeReached {
        outcome: Arc<str>,
    },
    Registered {
        code: Arc<str>,
        item: Arc<str>,
    },
    CaseSuspended {
        reason: Arc<str>,
    },
    CaseResumed,
    CaseClosed {
        manner: Manner,
        reason: Option<Arc<str>>,
    },
    CaseReopened {
        reason: Arc<str>,
    },
    /// A correction: the event with that number (from 1) counts as never happened.
    EventVoided {
        sequence: u32,
        reason: Arc<str>,
    },
}

/// How a case begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Opaque id of the subject.
    pub subject: Arc<str>,
    pub level: Arc<str>,
    pub region: Option<Arc<str>>,
    pub office: Option<Arc<str>>,
    /// Digest of the rulebook the case is pinned to.
    pub rulebook: Arc<str>,
    pub dossier: Vec<PriorItem>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Tag {
    #[serde(rename = "aperta")]
    Opened,
    #[serde(rename = "dato")]
    Fact,
    #[serde(rename = "attivita")]
    Activity,
    #[serde(rename = "output")]
    Output,
    #[serde(rename = "outcome")]
    Outcome,
    #[serde(rename = "sap")]
    Registered,
    #[serde(rename = "sospesa")]
    Suspended,
    #[serde(rename = "ripresa")]
    Resumed,
    #[serde(rename = "chiusa")]
    Closed,
    #[serde(rename = "riaperta")]
    Reopened,
    #[serde(rename = "annullata")]
    Voided,
}

/// The stored form: one flat object, read in one pass without buffering.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    tipo: Tag,
    il: Day,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    ora: Option<Minute>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    soggetto: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    lep: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    regione: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    sede: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    regolamento: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    fascicolo: Vec<PriorItem>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    dato: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    valore: Option<Given>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    attivita: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    evento: Option<SapEventWord>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    modalita: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    output: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    evidenza: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    outcome: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    codice: Option<Arc<str>>,
    #[serde(rename = "per", skip_serializing_if = "Option::is_none", default)]
    item: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    modo: Option<Manner>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    sequenza: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    motivo: Option<Arc<str>>,
}

/// A value in JSON; a number with decimals keeps its shortest text, so that it is read exactly.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Given {
    Datum(Datum),
    Number(f64),
}

/// Decimal digits that binary floating point keeps exactly; a number with more may be another number by now.
const EXACT_DIGITS: usize = 15;

impl Given {
    fn datum(self) -> Result<Datum, String> {
        let number = match self {
            Self::Datum(datum) => return Ok(datum),
            Self::Number(number) => number.to_string(),
        };
        let digits = number.trim_start_matches(['-', '0', '.']).bytes().filter(u8::is_ascii_digit).count();
        if digits > EXACT_DIGITS {
            return Err("un numero ha troppe cifre: va scritto tra virgolette".to_owned());
        }
        Ok(Datum::Text(number.into()))
    }
}

impl Raw {
    fn new(tag: Tag, on: Day, time: Option<Minute>) -> Self {
        Self {
            tipo: tag,
            il: on,
            ora: time,
            soggetto: None,
            lep: None,
            regione: None,
            sede: None,
            regolamento: None,
            fascicolo: Vec::new(),
            dato: None,
            valore: None,
            attivita: None,
            evento: None,
            modalita: None,
            output: None,
            evidenza: None,
            outcome: None,
            codice: None,
            item: None,
            modo: None,
            sequenza: None,
            motivo: None,
        }
    }
}

impl TryFrom<Raw> for Event {
    type Error = String;

    fn try_from(raw: Raw) -> Result<Self, String> {
        fn need<T>(value: Option<T>, key: &str) -> Result<T, String> {
            value.ok_or_else(|| format!("manca il campo `{key}` nell'evento"))
        }
        // A reason that is missing in an imported history is a finding, not an unreadable event.
        let reason = || raw.motivo.clone().unwrap_or_else(|| Arc::from(""));
        let kind = match raw.tipo {
            Tag::Opened => EventKind::CaseOpened(Box::new(Opening {
                // In an import the case says these once for all its events.
                subject: raw.soggetto.unwrap_or_else(|| Arc::from("")),
                level: raw.lep.unwrap_or_else(|| Arc::from("")),
                region: raw.regione,
                office: raw.sede,
                rulebook: raw.regolamento.unwrap_or_else(|| Arc::from("")),
                dossier: raw.fascicolo,
            })),
            Tag::Fact => EventKind::FactSupplied {
                fact: need(raw.dato, "dato")?,
                value: raw.valore.map(Given::datum).transpose()?,
            },
            Tag::Activity => EventKind::ActivityRecorded {
                activity: need(raw.attivita, "attivita")?,
                event: need(raw.evento, "evento")?,
                mode: raw.modalita,
                reason: raw.motivo,
            },
            Tag::Output => EventKind::OutputDelivered {
                output: need(raw.output, "output")?,
                evidence: raw.evidenza.unwrap_or_else(|| Json::Object(serde_json::Map::new())),
            },
            Tag::Outcome => EventKind::OutcomeReached { outcome: need(raw.outcome, "outcome")? },
            Tag::Registered => {
                EventKind::Registered { code: need(raw.codice, "codice")?, item: need(raw.item, "per")? }
            }
            Tag::Suspended => EventKind::CaseSuspended { reason: reason() },
            Tag::Resumed => EventKind::CaseResumed,
            Tag::Closed => EventKind::CaseClosed { manner: need(raw.modo, "modo")?, reason: raw.motivo },
            Tag::Reopened => EventKind::CaseReopened { reason: reason() },
            Tag::Voided => EventKind::EventVoided { sequence: need(raw.sequenza, "sequenza")?, reason: reason() },
        };
        Ok(Self { on: raw.il, time: raw.ora, kind })
    }
}

impl From<Event> for Raw {
    fn from(event: Event) -> Self {
        let with = |tag| Self::new(tag, event.on, event.time);
        match event.kind {
            EventKind::CaseOpened(opening) => Self {
                soggetto: Some(opening.subject),
                lep: Some(opening.level),
                regione: opening.region,
                sede: opening.office,
                regolamento: Some(opening.rulebook),
                fascicolo: opening.dossier,
                ..with(Tag::Opened)
            },
            EventKind::FactSupplied { fact, value } => {
                Self { dato: Some(fact), valore: value.map(Given::Datum), ..with(Tag::Fact) }
            }
            EventKind::ActivityRecorded { activity, event, mode, reason } => Self {
                attivita: Some(activity),
                evento: Some(event),
                modalita: mode,
                motivo: reason,
                ..with(Tag::Activity)
            },
            EventKind::OutputDelivered { output, evidence } => {
                Self { output: Some(output), evidenza: Some(evidence), ..with(Tag::Output) }
            }
            EventKind::OutcomeReached { outcome } => Self { outcome: Some(outcome), ..with(Tag::Outcome) },
            EventKind::Registered { code, item } => {
                Self { codice: Some(code), item: Some(item), ..with(Tag::Registered) }
            }
            EventKind::CaseSuspended { reason } => Self { motivo: Some(reason), ..with(Tag::Suspended) },
            EventKind::CaseResumed => with(Tag::Resumed),
            EventKind::CaseClosed { manner, reason } => {
                Self { modo: Some(manner), motivo: reason, ..with(Tag::Closed) }
            }
            EventKind::CaseReopened { reason } => Self { motivo: Some(reason), ..with(Tag::Reopened) },
            EventKind::EventVoided { sequence, reason } => {
                Self { sequenza: Some(sequence), motivo: Some(reason), ..with(Tag::Voided) }
            }
        }
    }
}
