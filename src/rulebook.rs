// SPDX-License-Identifier: EUPL-1.2
//! The law for one level, one region, one day: resolved, checked, digested.
//!
//! A rulebook is plain data: it is stored with the cases that run on it and read back, years later, by the same rules.
//! Its digest covers what the law says and not where the file said it.

mod canonical;
mod names;
mod place_text;
mod region;
mod sanction;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::calendar::{Calendar, CalendarError, CalendarRules, Day, HolidayRule, Length};
use crate::condition::{Condition, FactShape, Slot};
use crate::diagnostic::Place;
pub use crate::digest::Digest;
use crate::evidence::Form;
use crate::script::{Script, ScriptFault, Vocabulary};
use crate::spec::catalogue::{Channel, CodeState, Resolvable, Supplier};
use crate::spec::level::{Audience, Field, LetterSource, Mode, Party, Precedence, TitleSource, Wording};
use crate::value::{Datum, Decimal, FactType, Value};

use canonical::canonical;
use names::NameTable;
pub use region::{Office, ScriptRule, Shortened, Translation, Variation, Voice};
pub use sanction::{SanctionLadder, SanctionStep};

/// The form of the stored rulebook; a program refuses one it does not know.
pub const FORMAT: u32 = 1;

/// Position of an item in [`Rulebook::items`].
pub type ItemIndex = u16;

/// A citation: the act, by its id in [`Rulebook::acts`], and the partition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Citation {
    #[serde(rename = "norma")]
    pub act: String,
    #[serde(rename = "partizione", skip_serializing_if = "Option::is_none", default)]
    pub partition: Option<String>,
    /// The citation as the decree prints it.
    #[serde(rename = "testo", skip_serializing_if = "Option::is_none", default)]
    pub text: Option<String>,
}

/// An act of the law, as the catalogue knew it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    pub id: String,
    #[serde(rename = "titolo")]
    pub title: String,
    /// How people cite it: `D.Lgs. 150/2015`.
    #[serde(rename = "breve", skip_serializing_if = "Option::is_none", default)]
    pub short: Option<String>,
    /// Full URN:NIR of the act.
    pub urn: String,
    #[serde(rename = "url", skip_serializing_if = "Option::is_none", default)]
    pub url: Option<String>,
    #[serde(rename = "risolvibile")]
    pub resolvable: Resolvable,
}

/// A condition with its own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    #[serde(rename = "se")]
    pub text: String,
    #[serde(skip, default = "never_linked")]
    pub condition: Condition,
    #[serde(rename = "@luogo", with = "place_text")]
    pub place: Place,
}

fn never_linked() -> Condition {
    Condition::Constant(false)
}

/// A name inside a rulebook, with the position it resolves to once linked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Ref {
    pub name: String,
    pub index: ItemIndex,
}

impl From<String> for Ref {
    fn from(name: String) -> Self {
        Self { name, index: ItemIndex::MAX }
    }
}

impl From<Ref> for String {
    fn from(reference: Ref) -> Self {
        reference.name
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ItemKind {
    #[serde(rename = "attivita")]
    Activity,
    #[serde(rename = "output")]
    Output,
    #[serde(rename = "outcome")]
    Outcome,
}

impl ItemKind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Activity => "attività",
            Self::Output => "output",
            Self::Outcome => "outcome",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Obligation {
    #[serde(rename = "dovuta")]
    Due,
    #[serde(rename = "offerta")]
    Offered,
    /// Due only because an output that is due rests on it.
    #[serde(rename = "per-implicazione")]
    Implied,
    #[serde(rename = "condizionata")]
    When(Rule),
}

/// A registration owed once an item is done: any one of the codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    #[serde(rename = "codici")]
    pub codes: Vec<String>,
    #[serde(rename = "quando", skip_serializing_if = "Option::is_none", default)]
    pub when: Option<Rule>,
    #[serde(rename = "chi")]
    pub who: Party,
    #[serde(rename = "@luogo", with = "place_text")]
    pub place: Place,
}

/// An activity, an output or an outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub id: String,
    #[serde(rename = "tipo")]
    pub kind: ItemKind,
    #[serde(rename = "testo")]
    pub text: String,
    /// The decree's sub-entries, as id and text.
    #[serde(rename = "comprende", skip_serializing_if = "Vec::is_empty", default)]
    pub includes: Vec<(String, String)>,
    #[serde(rename = "obbligo")]
    pub obligation: Obligation,
    /// Completions that make it done.
    #[serde(rename = "volte")]
    pub times: u32,
    /// What must come before: outputs also rest on it when listed in `rests_on`.
    #[serde(rename = "dopo", skip_serializing_if = "Vec::is_empty", default)]
    pub after: Vec<Ref>,
    #[serde(rename = "da", skip_serializing_if = "Vec::is_empty", default)]
    pub rests_on: Vec<Ref>,
    #[serde(rename = "modalita", skip_serializing_if = "Vec::is_empty", default)]
    pub modes: Vec<Mode>,
    #[serde(rename = "registrazione", skip_serializing_if = "Option::is_none", default)]
    pub registration: Option<Registration>,
    #[serde(rename = "evidenza", skip_serializing_if = "Form::is_empty", default)]
    pub evidence: Form,
    #[serde(rename = "norma")]
    pub norm: Citation,
    #[serde(rename = "motivo", skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    #[serde(rename = "@luogo", with = "place_text")]
    pub place: Place,
}

impl Item {
    /// Everything that must have a completion before this one.
    pub fn prerequisites(&self) -> impl Iterator<Item = &Ref> {
        self.rests_on.iter().chain(&self.after)
    }
}

/// The moment a term waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    #[serde(rename = "completata")]
    Done(Ref),
    #[serde(rename = "iniziata")]
    Started(Ref),
    #[serde(rename = "chiusura")]
    Closing,
}

/// The moment a term is counted from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Start {
    #[serde(rename = "apertura")]
    Opening,
    #[serde(rename = "completata")]
    Done(Ref),
    #[serde(rename = "iniziata")]
    Started(Ref),
    /// A dated fact, by its slot's name.
    #[serde(rename = "dato")]
    Fact(Ref),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bound {
    /// Not later.
    #[serde(rename = "entro")]
    Within,
    /// Not earlier.
    #[serde(rename = "almeno")]
    AtLeast,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// Position among the rulebook's terms, once linked.
    #[serde(skip)]
    pub index: u16,
    pub id: String,
    #[serde(rename = "che")]
    pub target: Target,
    #[serde(rename = "limite")]
    pub bound: Bound,
    /// `None` while the parameter that gives it is missing.
    #[serde(rename = "durata", skip_serializing_if = "Option::is_none", default)]
    pub length: Option<Length>,
    #[serde(rename = "parametro", skip_serializing_if = "Option::is_none", default)]
    pub parameter: Option<String>,
    #[serde(rename = "abbreviata", skip_serializing_if = "Option::is_none", default)]
    pub shortened: Option<Shortened>,
    #[serde(rename = "da")]
    pub start: Start,
    #[serde(rename = "quando", skip_serializing_if = "Option::is_none", default)]
    pub when: Option<Rule>,
    #[serde(rename = "chi")]
    pub who: Party,
    #[serde(rename = "norma")]
    pub norm: Citation,
    /// A term that ends on a holiday runs to the next working day.
    #[serde(rename = "proroga")]
    pub roll: bool,
    #[serde(rename = "effetto", skip_serializing_if = "Option::is_none", default)]
    pub effect: Option<String>,
    #[serde(rename = "motivo", skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    #[serde(rename = "@luogo", with = "place_text")]
    pub place: Place,
}

/// What another case of the same subject must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
    #[serde(rename = "lep")]
    pub level: String,
    #[serde(rename = "voce")]
    pub item: String,
}

/// What must be true for the level to be opened: (all that is required, or `unless`) and `when`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    #[serde(rename = "richiede", skip_serializing_if = "Vec::is_empty", default)]
    pub requires: Vec<Requirement>,
    #[serde(rename = "quando", skip_serializing_if = "Option::is_none", default)]
    pub when: Option<Rule>,
    #[serde(rename = "oppure", skip_serializing_if = "Option::is_none", default)]
    pub unless: Option<Rule>,
    #[serde(rename = "norma")]
    pub norm: Citation,
    #[serde(rename = "motivo")]
    pub reason: String,
    #[serde(rename = "@luogo", with = "place_text")]
    pub place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    #[serde(rename = "nome")]
    pub name: String,
    #[serde(rename = "tipo")]
    pub kind: FactType,
    #[serde(rename = "significato")]
    pub meaning: String,
    #[serde(rename = "domanda")]
    pub question: String,
    #[serde(rename = "fornisce")]
    pub supplier: Supplier,
    #[serde(rename = "finalita")]
    pub purpose: String,
    #[serde(rename = "conservazione")]
    pub retention: String,
    #[serde(rename = "scelte", skip_serializing_if = "Vec::is_empty", default)]
    pub choices: Vec<String>,
    #[serde(rename = "minimo", skip_serializing_if = "Option::is_none", default)]
    pub minimum: Option<Decimal>,
    #[serde(rename = "massimo", skip_serializing_if = "Option::is_none", default)]
    pub maximum: Option<Decimal>,
    #[serde(rename = "particolare")]
    pub sensitive: bool,
}

impl Fact {
    /// The value of a recorded datum, if it fits the type, the choices and the range.
    pub fn accepts(&self, datum: &Datum) -> Option<Value> {
        let value = datum.value(self.kind, &self.choices)?;
        let number = match &value {
            Value::Integer(n) => Decimal::from_integer(*n),
            Value::Decimal(n) => Some(*n),
            _ => return Some(value),
        };
        let fits =
            number.is_some_and(|n| self.minimum.is_none_or(|min| n >= min) && self.maximum.is_none_or(|max| n <= max));
        fits.then_some(value)
    }

    /// Do the two take different values? What they mean to a reader does not count.
    pub fn shape_differs(&self, other: &Self) -> bool {
        (self.kind, &self.choices, self.minimum, self.maximum)
            != (other.kind, &other.choices, other.minimum, other.maximum)
    }

    pub fn shape(&self) -> FactShape<'_> {
        FactShape {
            name: &self.name,
            kind: self.kind,
            choices: &self.choices,
            range: (self.minimum.and_then(Decimal::integer), self.maximum.and_then(Decimal::integer)),
        }
    }
}

/// A SAP code of the catalogue that this rulebook may use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    #[serde(rename = "codice")]
    pub code: String,
    #[serde(rename = "etichetta", skip_serializing_if = "Option::is_none", default)]
    pub label: Option<String>,
    #[serde(rename = "dal", skip_serializing_if = "Option::is_none", default)]
    pub from: Option<Day>,
    #[serde(rename = "al", skip_serializing_if = "Option::is_none", default)]
    pub to: Option<Day>,
    #[serde(rename = "stato")]
    pub state: CodeState,
    #[serde(rename = "canale")]
    pub channel: Channel,
}

/// The codes of the level, as the decree gives them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SapCodes {
    #[serde(rename = "mancante")]
    Missing,
    #[serde(rename = "da-definire")]
    ToBeDefined,
    #[serde(rename = "codici")]
    Codes(Vec<String>),
}

/// A number that the law leaves to the region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    pub id: String,
    #[serde(rename = "significato")]
    pub meaning: String,
    #[serde(rename = "norma")]
    pub norm: Citation,
    #[serde(rename = "valore", skip_serializing_if = "Option::is_none", default)]
    pub value: Option<Length>,
    /// The region's act that has given it a value.
    #[serde(rename = "fissato_da", skip_serializing_if = "Option::is_none", default)]
    pub settled_by: Option<Citation>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    #[serde(rename = "atto")]
    pub act: String,
    #[serde(rename = "allegato", skip_serializing_if = "Option::is_none", default)]
    pub annex: Option<String>,
    #[serde(rename = "testo")]
    pub wording: Wording,
    #[serde(rename = "lettera")]
    pub letter: LetterSource,
    #[serde(rename = "titolo", skip_serializing_if = "Option::is_none", default)]
    pub title: Option<TitleSource>,
    #[serde(rename = "mancante", skip_serializing_if = "Vec::is_empty", default)]
    pub missing: Vec<Field>,
    #[serde(rename = "nota", skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
}

/// See the module.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rulebook {
    #[serde(rename = "formato")]
    pub format: u32,
    #[serde(rename = "lep")]
    pub level: String,
    #[serde(rename = "titolo")]
    pub title: String,
    #[serde(rename = "destinatario")]
    pub audience: Audience,
    #[serde(rename = "regione", skip_serializing_if = "Option::is_none", default)]
    pub region: Option<String>,
    #[serde(rename = "dal", skip_serializing_if = "Option::is_none", default)]
    pub from: Option<Day>,
    #[serde(rename = "al", skip_serializing_if = "Option::is_none", default)]
    pub to: Option<Day>,
    #[serde(rename = "fonte")]
    pub origin: Origin,
    #[serde(rename = "riferimenti_normativi")]
    pub norms: Vec<Citation>,
    #[serde(rename = "descrizione", skip_serializing_if = "Option::is_none", default)]
    pub description: Option<String>,
    #[serde(rename = "accesso", skip_serializing_if = "Option::is_none", default)]
    pub access: Option<Access>,
    /// What says which of two acts came first; the day, if the level does not say.
    #[serde(rename = "precedenza", skip_serializing_if = "Option::is_none", default)]
    pub precedence: Option<Precedence>,
    /// Activities, outputs, outcomes: in the order of the decree.
    #[serde(rename = "voci")]
    pub items: Vec<Item>,
    #[serde(rename = "termini")]
    pub terms: Vec<Term>,
    #[serde(rename = "codice_sap")]
    pub sap: SapCodes,
    #[serde(rename = "non_automatizzato", skip_serializing_if = "Vec::is_empty", default)]
    pub not_automated: Vec<(String, String)>,
    #[serde(rename = "dati")]
    pub facts: Vec<Fact>,
    #[serde(rename = "codici")]
    pub codes: Vec<Code>,
    #[serde(rename = "parametri")]
    pub parameters: Vec<Parameter>,
    /// What follows who does not show up, for each conduct; none where the level serves companies.
    #[serde(rename = "sanzioni", skip_serializing_if = "Vec::is_empty", default)]
    pub sanctions: Vec<SanctionLadder>,
    #[serde(rename = "atti")]
    pub acts: Vec<Act>,
    #[serde(rename = "calendario")]
    pub calendar_rules: CalendarRules,
    /// What amendments and region have changed, in the order in which they were laid.
    #[serde(rename = "variazioni", skip_serializing_if = "Vec::is_empty", default)]
    pub variations: Vec<Variation>,
    #[serde(rename = "traduzioni", skip_serializing_if = "Vec::is_empty", default)]
    pub translations: Vec<Translation>,
    #[serde(rename = "script", skip_serializing_if = "Vec::is_empty", default)]
    pub scripts: Vec<ScriptRule>,
    /// Holidays of the whole region: they give more time to whom an office serves, never to the office.
    #[serde(rename = "festivita_regionali", skip_serializing_if = "Vec::is_empty", default)]
    pub local_holidays: Vec<HolidayRule>,
    #[serde(rename = "sedi", skip_serializing_if = "Vec::is_empty", default)]
    pub offices: Vec<Office>,
    #[serde(skip)]
    pub links: Links,
}

/// What is computed from the data once, so that the engine never looks a name up twice.
#[derive(Clone, Debug, Default)]
pub struct Links {
    names: NameTable,
    facts: NameTable,
    codes: NameTable,
    calendar: Option<Arc<Calendar>>,
    /// The region's calendar, when it has holidays of its own, and each office's.
    region_calendar: Option<Arc<Calendar>>,
    office_calendars: Vec<Option<Arc<Calendar>>>,
    scripts: Vec<Arc<Script>>,
    /// For each item, the outputs that rest on it.
    pub supports: Vec<Vec<ItemIndex>>,
}

/// Where it cannot be read: what it was made of is not for people.
fn unreadable(error: &serde_json::Error) -> RulebookError {
    RulebookError::Unreadable(format!("riga {}, colonna {}", error.line(), error.column()))
}

/// Why a stored rulebook cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RulebookError {
    #[error("il regolamento conservato non si legge ({0})")]
    Unreadable(String),
    #[error(
        "il regolamento conservato è del formato {found}, questo programma conosce il formato {FORMAT}: aggiorna il programma"
    )]
    Format { found: u32 },
    #[error("il regolamento conservato nomina `{0}`, che non contiene")]
    Name(String),
    #[error("lo script `{0}` del regolamento conservato non si legge")]
    Script(String),
    #[error("condizione `{0}` non valida nel regolamento conservato")]
    Condition(String),
    #[error(transparent)]
    Calendar(#[from] CalendarError),
}

impl Rulebook {
    /// Resolves names, parses conditions, builds the calendar. Called by `compile` and after reading a stored one.
    ///
    /// # Errors
    /// A name or condition that does not resolve: impossible in what `compile` has checked.
    pub fn link(&mut self) -> Result<(), RulebookError> {
        if self.format != FORMAT {
            return Err(RulebookError::Format { found: self.format });
        }
        let names = NameTable::new(self.items.iter().map(|item| item.id.as_str()));
        let facts = NameTable::new(self.facts.iter().map(|fact| fact.name.as_str()));
        let codes = NameTable::new(self.codes.iter().map(|code| code.code.as_str()));
        let resolve = |reference: &mut Ref, table: &NameTable| -> Result<(), RulebookError> {
            reference.index =
                table.look_up(&reference.name).ok_or_else(|| RulebookError::Name(reference.name.clone()))?;
            Ok(())
        };
        let shapes: Vec<FactShape<'_>> = self.facts.iter().map(Fact::shape).collect();
        let read = |rule: &mut Rule| -> Result<(), RulebookError> {
            rule.condition =
                Condition::read(&rule.text, &shapes).map_err(|_| RulebookError::Condition(rule.text.clone()))?;
            Ok(())
        };
        let mut supports = vec![Vec::new(); self.items.len()];
        for (index, item) in (0..).zip(&mut self.items) {
            for reference in item.rests_on.iter_mut().chain(&mut item.after) {
                resolve(reference, &names)?;
            }
            for reference in &item.rests_on {
                if let Some(list) = supports.get_mut(usize::from(reference.index)) {
                    list.push(index);
                }
            }
            if let Obligation::When(rule) = &mut item.obligation {
                read(rule)?;
            }
            if let Some(rule) = item.registration.as_mut().and_then(|r| r.when.as_mut()) {
                read(rule)?;
            }
        }
        for (index, term) in (0..).zip(&mut self.terms) {
            term.index = index;
            match &mut term.target {
                Target::Done(reference) | Target::Started(reference) => resolve(reference, &names)?,
                Target::Closing => {}
            }
            match &mut term.start {
                Start::Done(reference) | Start::Started(reference) => resolve(reference, &names)?,
                Start::Fact(reference) => resolve(reference, &facts)?,
                Start::Opening => {}
            }
            if let Some(rule) = &mut term.when {
                read(rule)?;
            }
        }
        for rule in self.variations.iter_mut().filter_map(|variation| variation.when.as_mut()) {
            read(rule)?;
        }
        if let Some(access) = &mut self.access {
            for rule in access.when.iter_mut().chain(&mut access.unless) {
                read(rule)?;
            }
        }
        let calendar = Calendar::of(&self.calendar_rules)?;
        let local = |own: &[HolidayRule]| -> Result<Option<Arc<Calendar>>, CalendarError> {
            if own.is_empty() && self.local_holidays.is_empty() {
                return Ok(None);
            }
            let mut rules = self.calendar_rules.clone();
            rules.holidays.extend(self.local_holidays.iter().chain(own).cloned());
            Calendar::of(&rules).map(Some)
        };
        let region_calendar = local(&[])?;
        let office_calendars = self.offices.iter().map(|office| local(&office.holidays)).collect::<Result<_, _>>()?;
        let scripts = self.scripts.iter().map(|rule| self.compile_script(rule)).collect::<Result<_, _>>()?;
        self.links = Links {
            names,
            facts,
            codes,
            calendar: Some(calendar),
            region_calendar,
            office_calendars,
            scripts,
            supports,
        };
        Ok(())
    }

    /// What a script of this rulebook may speak of.
    ///
    /// # Errors
    /// The faults of the script.
    pub fn read_script(&self, source: &str) -> Result<Script, Vec<ScriptFault>> {
        let shapes: Vec<FactShape<'_>> = self.facts.iter().map(Fact::shape).collect();
        let items: Vec<&str> = self.items.iter().map(|item| item.id.as_str()).collect();
        let office = self.terms.iter().filter(|term| term.who == Party::Office && term.bound == Bound::Within);
        let terms: Vec<(&str, Option<Length>)> =
            office.map(|term| (term.id.as_str(), term.shortened.as_ref().map(|s| s.length).or(term.length))).collect();
        let forms = self.items.iter().flat_map(|item| item.evidence.fields.iter().map(move |field| (item, field)));
        let fields: Vec<(&str, &str)> = forms.map(|(item, field)| (item.id.as_str(), field.name.as_str())).collect();
        let acts: Vec<(&str, Option<&str>)> =
            self.acts.iter().map(|act| (act.id.as_str(), act.short.as_deref())).collect();
        let vocabulary = Vocabulary { items: &items, terms: &terms, fields: &fields, acts: &acts };
        Script::read(source.as_bytes(), &shapes, &vocabulary)
    }

    fn compile_script(&self, rule: &ScriptRule) -> Result<Arc<Script>, RulebookError> {
        self.read_script(&rule.source).map(Arc::new).map_err(|_| RulebookError::Script(rule.name.clone()))
    }

    /// The scripts, ready to run, in the order of [`Rulebook::scripts`]; none before the rulebook is linked.
    pub fn compiled_scripts(&self) -> &[Arc<Script>] {
        &self.links.scripts
    }

    /// Reads a stored rulebook back.
    ///
    /// # Errors
    /// Text that is not a rulebook, or one of a newer format.
    pub fn read(text: &str) -> Result<Self, RulebookError> {
        let mut rulebook: Self = serde_json::from_str(text).map_err(|e| unreadable(&e))?;
        rulebook.link()?;
        Ok(rulebook)
    }

    /// The stored form: canonical JSON, places included.
    pub fn stored(&self) -> String {
        canonical(self, true)
    }

    /// SHA-256 of the canonical form without places: two files that say the same law have the same digest.
    pub fn digest(&self) -> Digest {
        Digest::of(canonical(self, false).as_bytes())
    }

    pub fn item_index(&self, name: &str) -> Option<ItemIndex> {
        self.links.names.look_up(name)
    }

    pub fn item(&self, index: ItemIndex) -> Option<&Item> {
        self.items.get(usize::from(index))
    }

    pub fn fact_slot(&self, name: &str) -> Option<Slot> {
        self.links.facts.look_up(name)
    }

    /// The catalogue's row of a SAP code.
    pub fn code(&self, code: &str) -> Option<&Code> {
        self.links.codes.look_up(code).and_then(|index| self.codes.get(usize::from(index)))
    }

    pub fn fact(&self, slot: Slot) -> Option<&Fact> {
        self.facts.get(usize::from(slot))
    }

    pub fn act(&self, id: &str) -> Option<&Act> {
        self.acts.iter().find(|act| act.id == id)
    }

    /// The calendar, once linked.
    pub fn calendar(&self) -> Option<&Calendar> {
        self.links.calendar.as_deref()
    }

    /// Position of an office of the region.
    pub fn office_index(&self, id: &str) -> Option<u16> {
        self.offices.iter().position(|office| office.id == id).and_then(|at| u16::try_from(at).ok())
    }

    /// The calendar with the local holidays of an office, or of the region; none where there are none.
    pub fn local_calendar(&self, office: Option<u16>) -> Option<&Calendar> {
        let own = office.and_then(|at| self.links.office_calendars.get(usize::from(at))).and_then(Option::as_deref);
        own.or(self.links.region_calendar.as_deref())
    }

    /// Are there holidays of the region's or of an office's own?
    pub fn has_local_calendars(&self) -> bool {
        self.links.region_calendar.is_some() || self.links.office_calendars.iter().any(Option::is_some)
    }

    /// What amendments and region say of an item or a term.
    pub fn variations_of<'a>(&'a self, subject: &'a str) -> impl Iterator<Item = &'a Variation> {
        self.variations.iter().filter(move |v| v.subject.as_deref() == Some(subject))
    }

    /// The norm of the level itself: what an item rests on when it names no other.
    pub fn own_norm(&self) -> Citation {
        let annex = self.origin.annex.as_ref().map(|annex| format!("allegato {annex}, "));
        let partition = Some(format!("{}LEP {}", annex.unwrap_or_default(), self.level));
        Citation { act: self.origin.act.clone(), partition, text: None }
    }

    /// Does the order of recording, and not the day, say which of two acts came first?
    pub fn goes_by_recording(&self) -> bool {
        self.precedence == Some(Precedence::Recording)
    }

    /// Is the field declared as read in no source?
    pub fn is_missing(&self, field: Field) -> bool {
        self.origin.missing.contains(&field)
    }
}
