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

use super::speech::{ReadFacts, Speech, SpokenWord};

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
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Raw")]
pub struct Event {
    pub on: Day,
    /// When it happened; of a convocation, the hour one is called for.
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
    /// A script of the region spoke: recorded once, so that no verdict ever depends on a later script.
    ScriptSpoke(Box<Speech>),
    /// A correction: the event with that number (from 1) counts as never happened.
    EventVoided {
        sequence: u32,
        reason: Arc<str>,
    },
    /// From here on, what the office writes for itself: nothing of what is owed depends on it.
    NoteWritten {
        text: Arc<str>,
    },
    /// The subject is called for a day; the hour, if there is one, is [`Event::time`].
    MeetingCalled {
        activity: Option<Arc<str>>,
        day: Day,
        place: Option<Arc<str>>,
        /// What it would be not to come, among the conducts of the rulebook; the first, if it does not say.
        conduct: Option<Arc<str>>,
    },
    /// They came. Like the three that follow, it names the event of the convocation.
    MeetingAttended {
        meeting: u32,
    },
    /// They did not come.
    MeetingMissed {
        meeting: u32,
    },
    /// A reason for the absence was heard, and taken or not.
    AbsenceJustified {
        meeting: u32,
        accepted: bool,
        reason: Arc<str>,
    },
    SanctionApplied {
        meeting: u32,
        measure: Arc<str>,
        /// Which time it is, where it is more than this case knows.
        occasion: Option<u32>,
        reason: Option<Arc<str>>,
    },
    /// From now on the case is of that operator, or on the desk of that office.
    CaseEntrusted {
        operator: Option<Arc<str>>,
        office: Option<Arc<str>>,
        reason: Option<Arc<str>>,
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
    #[serde(rename = "parole")]
    Spoke,
    #[serde(rename = "nota")]
    Noted,
    #[serde(rename = "convocata")]
    Called,
    #[serde(rename = "presente")]
    Attended,
    #[serde(rename = "assente")]
    Missed,
    #[serde(rename = "giustificata")]
    Justified,
    #[serde(rename = "sanzione")]
    Sanctioned,
    #[serde(rename = "affidata")]
    Entrusted,
}

/// The stored form: one flat object, read in one pass without buffering.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    tipo: Tag,
    il: Day,
    #[serde(default)]
    ora: Option<Minute>,
    #[serde(default)]
    soggetto: Option<Word>,
    #[serde(default)]
    lep: Option<Word>,
    #[serde(default)]
    regione: Option<Word>,
    #[serde(default)]
    sede: Option<Word>,
    #[serde(default)]
    regolamento: Option<Word>,
    #[serde(default)]
    fascicolo: Vec<PriorItem>,
    #[serde(default)]
    dato: Option<Word>,
    #[serde(default)]
    valore: Option<Given>,
    #[serde(default)]
    attivita: Option<Word>,
    #[serde(default)]
    evento: Option<SapEventWord>,
    #[serde(default)]
    modalita: Option<Word>,
    #[serde(default)]
    output: Option<Word>,
    #[serde(default)]
    evidenza: Option<Json>,
    #[serde(default)]
    outcome: Option<Word>,
    #[serde(default)]
    codice: Option<Word>,
    #[serde(rename = "per", default)]
    item: Option<Word>,
    #[serde(default)]
    modo: Option<Manner>,
    #[serde(default)]
    sequenza: Option<u32>,
    #[serde(default)]
    motivo: Option<Word>,
    #[serde(default)]
    script: Option<Word>,
    #[serde(default)]
    letti: ReadFacts,
    #[serde(default)]
    parole: Vec<SpokenWord>,
    #[serde(default)]
    attende: Option<Word>,
    #[serde(default)]
    guasto: Option<Word>,
    #[serde(default)]
    testo: Option<Word>,
    #[serde(default)]
    giorno: Option<Day>,
    #[serde(default)]
    luogo: Option<Word>,
    #[serde(default)]
    condotta: Option<Word>,
    #[serde(default)]
    convocazione: Option<u32>,
    #[serde(default)]
    accolta: Option<bool>,
    #[serde(default)]
    misura: Option<Word>,
    #[serde(default)]
    occasione: Option<u32>,
    #[serde(default)]
    operatore: Option<Word>,
}

/// A text read with one allocation, straight from the JSON.
struct Word(Arc<str>);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl serde::de::Visitor<'_> for Reader {
            type Value = Word;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("un testo")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Word, E> {
                Ok(Word(text.into()))
            }
        }

        deserializer.deserialize_str(Reader)
    }
}

/// A value in JSON; a number with decimals keeps its shortest text, so that it is read exactly.
#[derive(Deserialize)]
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

impl TryFrom<Raw> for Event {
    type Error = String;

    fn try_from(raw: Raw) -> Result<Self, String> {
        fn need<T>(value: Option<T>, key: &str) -> Result<T, String> {
            value.ok_or_else(|| format!("manca il campo `{key}` nell'evento"))
        }
        let text = |word: Option<Word>| word.map(|word| word.0);
        let word = |value: Option<Word>, key: &str| need(value, key).map(|word| word.0);
        // A reason that is missing in an imported history is a finding, not an unreadable event.
        let reason = |motivo: Option<Word>| motivo.map_or_else(|| Arc::from(""), |word| word.0);
        let kind = match raw.tipo {
            Tag::Opened => EventKind::CaseOpened(Box::new(Opening {
                // In an import the case says these once for all its events.
                subject: text(raw.soggetto).unwrap_or_else(|| Arc::from("")),
                level: text(raw.lep).unwrap_or_else(|| Arc::from("")),
                region: text(raw.regione),
                office: text(raw.sede),
                rulebook: text(raw.regolamento).unwrap_or_else(|| Arc::from("")),
                dossier: raw.fascicolo,
            })),
            Tag::Fact => EventKind::FactSupplied {
                fact: word(raw.dato, "dato")?,
                value: raw.valore.map(Given::datum).transpose()?,
            },
            Tag::Activity => EventKind::ActivityRecorded {
                activity: word(raw.attivita, "attivita")?,
                event: need(raw.evento, "evento")?,
                mode: text(raw.modalita),
                reason: text(raw.motivo),
            },
            Tag::Output => EventKind::OutputDelivered {
                output: word(raw.output, "output")?,
                evidence: raw.evidenza.unwrap_or_else(|| Json::Object(serde_json::Map::new())),
            },
            Tag::Outcome => EventKind::OutcomeReached { outcome: word(raw.outcome, "outcome")? },
            Tag::Registered => {
                EventKind::Registered { code: word(raw.codice, "codice")?, item: word(raw.item, "per")? }
            }
            Tag::Suspended => EventKind::CaseSuspended { reason: reason(raw.motivo) },
            Tag::Resumed => EventKind::CaseResumed,
            Tag::Closed => EventKind::CaseClosed { manner: need(raw.modo, "modo")?, reason: text(raw.motivo) },
            Tag::Reopened => EventKind::CaseReopened { reason: reason(raw.motivo) },
            Tag::Spoke => EventKind::ScriptSpoke(Box::new(Speech {
                script: word(raw.script, "script")?,
                read: raw.letti,
                words: raw.parole,
                awaits: text(raw.attende),
                failure: text(raw.guasto),
            })),
            Tag::Voided => {
                EventKind::EventVoided { sequence: need(raw.sequenza, "sequenza")?, reason: reason(raw.motivo) }
            }
            Tag::Noted => EventKind::NoteWritten { text: word(raw.testo, "testo")? },
            Tag::Called => EventKind::MeetingCalled {
                activity: text(raw.attivita),
                day: need(raw.giorno, "giorno")?,
                place: text(raw.luogo),
                conduct: text(raw.condotta),
            },
            Tag::Attended => EventKind::MeetingAttended { meeting: need(raw.convocazione, "convocazione")? },
            Tag::Missed => EventKind::MeetingMissed { meeting: need(raw.convocazione, "convocazione")? },
            Tag::Justified => EventKind::AbsenceJustified {
                meeting: need(raw.convocazione, "convocazione")?,
                accepted: need(raw.accolta, "accolta")?,
                reason: reason(raw.motivo),
            },
            Tag::Sanctioned => EventKind::SanctionApplied {
                meeting: need(raw.convocazione, "convocazione")?,
                measure: word(raw.misura, "misura")?,
                occasion: raw.occasione,
                reason: text(raw.motivo),
            },
            Tag::Entrusted => EventKind::CaseEntrusted {
                operator: text(raw.operatore),
                office: text(raw.sede),
                reason: text(raw.motivo),
            },
        };
        Ok(Self { on: raw.il, time: raw.ora, kind })
    }
}

impl Serialize for Event {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;

        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("tipo", &self.kind.tag())?;
        map.serialize_entry("il", &self.on)?;
        if let Some(time) = &self.time {
            map.serialize_entry("ora", time)?;
        }
        macro_rules! entries {
            ($($key:literal: $value:expr),* $(,)?) => {{ $(map.serialize_entry($key, $value)?;)* }};
        }
        macro_rules! present {
            ($($key:literal: $value:expr),* $(,)?) => {{
                $(if let Some(value) = $value { map.serialize_entry($key, value)?; })*
            }};
        }
        match &self.kind {
            EventKind::CaseOpened(opening) => {
                entries!("soggetto": &opening.subject, "lep": &opening.level);
                present!("regione": &opening.region, "sede": &opening.office);
                entries!("regolamento": &opening.rulebook);
                if !opening.dossier.is_empty() {
                    entries!("fascicolo": &opening.dossier);
                }
            }
            EventKind::FactSupplied { fact, value } => {
                entries!("dato": fact);
                present!("valore": value);
            }
            EventKind::ActivityRecorded { activity, event, mode, reason } => {
                entries!("attivita": activity, "evento": event);
                present!("modalita": mode, "motivo": reason);
            }
            EventKind::OutputDelivered { output, evidence } => entries!("output": output, "evidenza": evidence),
            EventKind::OutcomeReached { outcome } => entries!("outcome": outcome),
            EventKind::Registered { code, item } => entries!("codice": code, "per": item),
            EventKind::CaseResumed => {}
            EventKind::ScriptSpoke(speech) => {
                entries!("script": &speech.script, "letti": &speech.read);
                if !speech.words.is_empty() {
                    entries!("parole": &speech.words);
                }
                present!("attende": &speech.awaits, "guasto": &speech.failure);
            }
            EventKind::CaseClosed { manner, reason } => {
                entries!("modo": manner);
                present!("motivo": reason);
            }
            EventKind::EventVoided { sequence, reason } => entries!("sequenza": sequence, "motivo": reason),
            EventKind::CaseSuspended { reason } | EventKind::CaseReopened { reason } => entries!("motivo": reason),
            EventKind::NoteWritten { text } => entries!("testo": text),
            EventKind::MeetingCalled { activity, day, place, conduct } => {
                present!("attivita": activity);
                entries!("giorno": day);
                present!("luogo": place, "condotta": conduct);
            }
            EventKind::MeetingAttended { meeting } | EventKind::MeetingMissed { meeting } => {
                entries!("convocazione": meeting);
            }
            EventKind::AbsenceJustified { meeting, accepted, reason } => {
                entries!("convocazione": meeting, "accolta": accepted, "motivo": reason);
            }
            EventKind::SanctionApplied { meeting, measure, occasion, reason } => {
                entries!("convocazione": meeting, "misura": measure);
                present!("occasione": occasion, "motivo": reason);
            }
            EventKind::CaseEntrusted { operator, office, reason } => {
                present!("operatore": operator, "sede": office, "motivo": reason);
            }
        }
        map.end()
    }
}

impl EventKind {
    fn tag(&self) -> Tag {
        match self {
            Self::CaseOpened(_) => Tag::Opened,
            Self::FactSupplied { .. } => Tag::Fact,
            Self::ActivityRecorded { .. } => Tag::Activity,
            Self::OutputDelivered { .. } => Tag::Output,
            Self::OutcomeReached { .. } => Tag::Outcome,
            Self::Registered { .. } => Tag::Registered,
            Self::CaseSuspended { .. } => Tag::Suspended,
            Self::CaseResumed => Tag::Resumed,
            Self::CaseClosed { .. } => Tag::Closed,
            Self::CaseReopened { .. } => Tag::Reopened,
            Self::EventVoided { .. } => Tag::Voided,
            Self::ScriptSpoke(_) => Tag::Spoke,
            Self::NoteWritten { .. } => Tag::Noted,
            Self::MeetingCalled { .. } => Tag::Called,
            Self::MeetingAttended { .. } => Tag::Attended,
            Self::MeetingMissed { .. } => Tag::Missed,
            Self::AbsenceJustified { .. } => Tag::Justified,
            Self::SanctionApplied { .. } => Tag::Sanctioned,
            Self::CaseEntrusted { .. } => Tag::Entrusted,
        }
    }

    /// Is it something that the office writes for itself, and that nothing owed depends on?
    pub fn is_office_act(&self) -> bool {
        matches!(
            self,
            Self::NoteWritten { .. }
                | Self::MeetingCalled { .. }
                | Self::MeetingAttended { .. }
                | Self::MeetingMissed { .. }
                | Self::AbsenceJustified { .. }
                | Self::SanctionApplied { .. }
                | Self::CaseEntrusted { .. }
        )
    }

    /// The same, with the number of the other event that it names moved; none where it names none.
    pub fn renumbered(&self, moved: impl FnOnce(u32) -> u32) -> Option<Self> {
        let mut kind = match self {
            Self::EventVoided { .. }
            | Self::MeetingAttended { .. }
            | Self::MeetingMissed { .. }
            | Self::AbsenceJustified { .. }
            | Self::SanctionApplied { .. } => self.clone(),
            _ => return None,
        };
        if let Self::EventVoided { sequence: named, .. }
        | Self::MeetingAttended { meeting: named }
        | Self::MeetingMissed { meeting: named }
        | Self::AbsenceJustified { meeting: named, .. }
        | Self::SanctionApplied { meeting: named, .. } = &mut kind
        {
            *named = moved(*named);
        }
        Some(kind)
    }
}
