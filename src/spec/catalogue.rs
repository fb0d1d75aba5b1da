// SPDX-License-Identifier: EUPL-1.2
//! The catalogue as written: norms, SAP codes, facts, holidays, levels, administrations, parameters, sanctions.

use serde_json::{Value as Json, json};

use crate::calendar::{Day, Unit};
use crate::spec::decode::{
    Decode, Definitions, Entries, FactName, Faults, Fields, Id, Letter, OneOrMany, SapCode, Spanned, TwoDigits, choice,
    described, object, record, scalar, shown,
};
use crate::spec::level::{Audience, CitationSpec, LetterSource, ValiditySpec};
use crate::spec::source::{Node, NodeValue};
use crate::value::{Decimal, FactType};

choice! {
    /// Where the text of an act can be read.
    Resolvable, "un luogo di lettura";
    Normattiva = "normattiva";
    Elsewhere = "altro";
    Nowhere = "no";
}

record! {
    /// An act of the table of norms. Absent articles are *not known*: any article may be cited.
    ActSpec, "atto";
    required title: String = "titolo", "il titolo dell'atto";
    optional short: String = "breve", "come lo si cita: per esempio `D.Lgs. 150/2015`";
    required urn: Spanned<String> = "urn", "l'URN:NIR dell'atto";
    optional url: String = "url", "l'indirizzo del testo, se non è su Normattiva";
    required resolvable: Resolvable = "risolvibile", "dove si legge: `normattiva`, `altro`, `'no'` tra apici";
    optional validity: ValiditySpec = "vigente", "da quando è in vigore, e se serve fino a quando";
    optional articles: Vec<Spanned<String>> = "articoli", "gli articoli che si possono citare; se manca, si possono citare tutti";
    default repealed: Repealed = "articoli_abrogati", "per ogni articolo abrogato, l'ultimo giorno in cui è stato in vigore";
    optional note: String = "nota", "avvertenze";
}

/// Articles no longer in force, each with its last day in force.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Repealed(pub Vec<(String, Day)>);

impl Decode for Repealed {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let entries = crate::spec::decode::entries(node, "righe `'articolo': ultimo giorno in vigore`", faults)?;
        let read: Vec<Option<(String, Day)>> =
            entries.iter().map(|(key, node)| Day::decode(node, faults).map(|day| (key.text.clone(), day))).collect();
        read.into_iter().collect::<Option<_>>().map(Self)
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "type": "object", "additionalProperties": Day::schema(definitions) })
    }
}

choice! {
    CodeState, "uno stato del codice";
    Verified = "verificato";
    ToVerify = "da-verificare";
}

choice! {
    /// How what is done becomes known to the ministry.
    Channel, "un canale";
    SectionSix = "sezione-6";
    /// The employer's *comunicazione obbligatoria*.
    MandatoryCommunication = "comunicazione-obbligatoria";
}

record! {
    CodeSpec, "codice";
    optional label: String = "etichetta", "il nome del codice; se manca, non è conosciuto";
    optional validity: ValiditySpec = "vigente", "da quando e fino a quando vale";
    required state: CodeState = "stato", "`verificato` in una fonte ufficiale, oppure `da-verificare`";
    optional channel: Channel = "canale", "`sezione-6` (se manca) oppure `comunicazione-obbligatoria`";
    required source: String = "fonte", "dove è stato letto";
    optional note: String = "nota", "avvertenze";
}

choice! {
    /// Which date of a section-6 record must equal the date of the event.
    EventDate, "una data dell'evento";
    Proposal = "data_proposta";
    Start = "data";
    End = "data_fine";
    None = "nessuna";
}

record! {
    EventSpec, "evento";
    required name: String = "nome", "il nome dell'evento";
    optional note: String = "nota", "quando si usa";
    required date: EventDate = "data_evento", "la data che deve coincidere: `data_proposta`, `data`, `data_fine`, `nessuna`";
}

record! {
    SapTable, "tabella SAP";
    required codes: Entries<SapCode, CodeSpec> = "codici", "i codici della tabella ministeriale `tipo_attivita`";
    required events: Entries<TwoDigits, EventSpec> = "eventi", "i quindici eventi di una politica attiva, da `'01'` a `'15'`";
}

choice! {
    Supplier, "chi fornisce il dato";
    Person = "persona";
    Operator = "operatore";
    Company = "impresa";
    System = "sistema";
}

choice! {
    FactKind, "un tipo di dato";
    Boolean = "booleano";
    Integer = "intero";
    Decimal = "decimale";
    Date = "data";
    Text = "testo";
    Choice = "scelta";
}

impl From<FactKind> for FactType {
    fn from(kind: FactKind) -> Self {
        match kind {
            FactKind::Boolean => Self::Boolean,
            FactKind::Integer => Self::Integer,
            FactKind::Decimal => Self::Decimal,
            FactKind::Date => Self::Date,
            FactKind::Text => Self::Text,
            FactKind::Choice => Self::Choice,
        }
    }
}

record! {
    FactSpec, "dato";
    required kind: FactKind = "tipo", "`booleano`, `intero`, `decimale`, `data`, `testo`, `scelta`";
    required meaning: String = "significato", "che cosa vuol dire, con precisione";
    required question: String = "domanda", "come si chiede a voce";
    required supplier: Supplier = "fornisce", "chi lo dice: `persona`, `operatore`, `impresa`, `sistema`";
    required purpose: String = "finalita", "perché serve";
    required retention: String = "conservazione", "per quanto tempo si conserva, oppure `da-definire`";
    default choices: Vec<String> = "scelte", "per il tipo `scelta`: le scelte ammesse";
    optional minimum: Spanned<Decimal> = "minimo", "per un intero o un decimale: il valore minimo";
    optional maximum: Spanned<Decimal> = "massimo", "per un intero o un decimale: il valore massimo";
    optional sensitive: bool = "particolare", "`true` se è un dato particolare (salute, disabilità)";
}

choice! {
    WeekdayWord, "un giorno della settimana";
    Monday = "lunedi";
    Tuesday = "martedi";
    Wednesday = "mercoledi";
    Thursday = "giovedi";
    Friday = "venerdi";
    Saturday = "sabato";
    Sunday = "domenica";
}

/// `01-06` (month-day), or `{ pasqua: 1 }` (days after Easter).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HolidayDateSpec {
    Fixed { month: u32, day: u32 },
    Easter(i64),
}

/// How far from Easter a holiday may be, so that it stays in the year of its Easter.
const EASTER: std::ops::RangeInclusive<i64> = -80..=250;

impl Decode for HolidayDateSpec {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        if let NodeValue::Map(_) = node.value {
            let fields = Fields::open(node, "giorno mobile", &["pasqua"], faults)?;
            let offset =
                fields.required::<Spanned<i64>>("pasqua", "i giorni dopo la Pasqua; negativi, prima", faults)?;
            if EASTER.contains(&offset.value) {
                return Some(Self::Easter(offset.value));
            }
            let message = format!("`{}` giorni da Pasqua vanno oltre l'anno", offset.value);
            let help = "scrivi un numero da -80 (prima di Pasqua) a 250 (dopo)";
            faults.error("data-errata", &offset.place, message, help);
            return None;
        }
        let s = scalar(node, "un giorno", faults)?;
        let two = |text: &str| (text.len() == 2).then(|| text.parse::<u32>().ok()).flatten();
        let parts = s.text.split_once('-').and_then(|(month, day)| Some((two(month)?, two(day)?)));
        // A leap year accepts 29 February.
        match parts.filter(|(month, day)| Day::new(2024, *month, *day).is_some()) {
            Some((month, day)) => Some(Self::Fixed { month, day }),
            None => {
                let help = "scrivi mese-giorno tra apici, per esempio '01-06', oppure `{ pasqua: 1 }`";
                faults.error(
                    "data-errata",
                    &node.place,
                    format!("`{}` non è un giorno dell'anno", shown(&s.text)),
                    help,
                );
                None
            }
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        let mut properties = serde_json::Map::new();
        let offset = json!({ "type": "integer", "minimum": EASTER.start(), "maximum": EASTER.end() });
        properties.insert("pasqua".into(), described(offset, "giorni dopo la Pasqua"));
        let fixed = json!({ "type": "string", "pattern": "^[0-9]{2}-[0-9]{2}$" });
        json!({ "anyOf": [fixed, object("giorno mobile", properties, vec!["pasqua"])] })
    }
}

record! {
    HolidaySpec, "festività";
    required name: String = "nome", "il nome della festività";
    required on: HolidayDateSpec = "giorno", "mese e giorno tra apici, come `'01-06'`, oppure i giorni dopo la Pasqua: `{ pasqua: 1 }`";
    optional validity: ValiditySpec = "vigente", "da quando e fino a quando è festiva";
    optional norm: CitationSpec = "norma", "la norma";
    optional reason: String = "motivo", "perché leggiamo così";
}

record! {
    HolidayTable, "tabella delle festività";
    required working_days: Vec<WeekdayWord> = "giorni_lavorativi", "i giorni in cui gli uffici lavorano";
    required weekly_holidays: Vec<WeekdayWord> = "festivi_settimanali", "i giorni festivi di ogni settimana";
    required holidays: Entries<Id, HolidaySpec> = "festivita", "le feste dell'anno";
    required valid: ValiditySpec = "valido", "gli anni su cui il calendario sa rispondere";
    optional reason: String = "motivo", "perché leggiamo così";
}

record! {
    LevelRow, "riga dei livelli";
    required title: String = "titolo", "il titolo del livello";
    required audience: Audience = "destinatario", "a chi serve: `persona` oppure `impresa`";
    required letter: LetterSource = "lettera", "come si conosce la lettera: `stampata`, `dedotta`, `memoria`";
}

record! {
    RegionSpec, "amministrazione";
    required name: String = "nome", "il nome";
    required istat: TwoDigits = "istat", "il codice ISTAT della regione, tra apici";
    required sap: TwoDigits = "sap", "il codice del sistema che trasmette la SAP, tra apici: non è il codice ISTAT";
}

/// The unit of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParameterUnit(pub Unit);

impl Decode for ParameterUnit {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let s = scalar(node, "un'unità", faults)?;
        match s.text.as_str() {
            "giorni" => Some(Self(Unit::Days)),
            "giorni lavorativi" => Some(Self(Unit::WorkingDays)),
            "mesi" => Some(Self(Unit::Months)),
            other => {
                faults.error(
                    "parola-sconosciuta",
                    &node.place,
                    format!("`{}` non è un'unità", shown(other)),
                    "scrivi `giorni`, `giorni lavorativi` oppure `mesi`",
                );
                None
            }
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "enum": ["giorni", "giorni lavorativi", "mesi"] })
    }
}

choice! {
    ParameterSupplier, "chi fornisce il parametro";
    Region = "regione";
}

record! {
    /// A number that the law leaves to the region; absent is missing, and reported.
    ParameterSpec, "parametro";
    required meaning: String = "significato", "che cosa vuol dire";
    required unit: ParameterUnit = "unita", "`giorni`, `giorni lavorativi`, `mesi`";
    required norm: CitationSpec = "norma", "la norma che lo prevede";
    required supplier: ParameterSupplier = "fornisce", "chi lo deve fornire: `regione`";
    optional value: Spanned<i64> = "valore", "il numero; finché manca, è segnalato e nessuno lo inventa";
    optional reason: String = "motivo", "avvertenze";
}

record! {
    StepSpec, "misura";
    required measure: Id = "misura", "il nome della misura";
    required words: String = "testo", "la misura, in parole";
}

record! {
    /// A conduct of who does not show up, and what follows it, time after time.
    SanctionSpec, "condotta";
    required conduct: String = "condotta", "che cosa non è stato fatto";
    required steps: OneOrMany<StepSpec> = "passi", "le misure, dalla prima volta in poi";
    optional last_repeats: bool = "ultimo_si_ripete", "`true` se l'ultima misura vale anche per ogni volta successiva";
    required norm: CitationSpec = "norma", "la norma che le prevede";
    optional validity: ValiditySpec = "vigente", "da quando e fino a quando valgono";
    required state: CodeState = "stato", "`verificato` in una fonte ufficiale, oppure `da-verificare`";
    required source: String = "fonte", "dove è stato letto";
    optional note: String = "nota", "avvertenze";
}

/// The whole catalogue; one file for each field.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    pub acts: Entries<Id, ActSpec>,
    pub sap: Option<SapTable>,
    pub facts: Entries<FactName, FactSpec>,
    pub holidays: Option<HolidayTable>,
    pub levels: Entries<Letter, LevelRow>,
    pub regions: Entries<Id, RegionSpec>,
    pub parameters: Entries<Id, ParameterSpec>,
    pub sanctions: Entries<Id, SanctionSpec>,
}
