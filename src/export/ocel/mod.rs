// SPDX-License-Identifier: EUPL-1.2
//! Cases as an object-centric event log (OCEL 2.0): the same events as in XES, each tied to its case, subject, operator.
//!
//! Objects and their ties are made here, once, for every form; a form only writes them down.

mod json;
mod tables;

use std::collections::HashSet;

use crate::calendar::Day;
use crate::service::{Selection, Service};
use crate::store::CaseHead;

use super::ExportError;
use super::moment::Moments;
use super::pseudonym::{Named, Pseudonyms};
use super::trail::{Step, Sums, walk};

pub use json::JsonLog;
pub use tables::TableLog;

/// Attributes of every event, with the type that OCEL gives them.
pub const EVENT_ATTRIBUTES: [(&str, &str); 10] = [
    ("passaggio", "string"),
    ("sequenza", "integer"),
    ("ora_nota", "boolean"),
    ("tipo", "string"),
    ("voce", "string"),
    ("evento_sap", "string"),
    ("codice_sap", "string"),
    ("modalita", "string"),
    ("modo", "string"),
    ("annullato", "boolean"),
];

/// The types of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectType {
    Case,
    Subject,
    Level,
    Office,
    Operator,
}

impl ObjectType {
    pub const ALL: [Self; 5] = [Self::Case, Self::Subject, Self::Level, Self::Office, Self::Operator];

    pub fn word(self) -> &'static str {
        match self {
            Self::Case => "pratica",
            Self::Subject => "soggetto",
            Self::Level => "livello",
            Self::Office => "sede",
            Self::Operator => "operatore",
        }
    }

    /// Attributes, with the type that OCEL gives them.
    pub fn attributes(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Case => &[("regolamento", "string"), ("regione", "string"), ("aperta_il", "time")],
            _ => &[],
        }
    }

    fn id(self, name: &str) -> String {
        format!("{}:{name}", self.word())
    }
}

/// A value of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    Text(&'a str),
    Number(u32),
    Flag(bool),
}

/// What a thing is tied to: the id of the object, and how.
pub type Tie<'a> = (&'a str, &'static str);

#[derive(Debug)]
pub struct Object<'a> {
    pub id: &'a str,
    pub kind: ObjectType,
    pub attributes: &'a [(&'static str, Value<'a>)],
    pub ties: &'a [Tie<'a>],
}

#[derive(Debug)]
pub struct Happening<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub at: &'a str,
    pub attributes: &'a [(&'static str, Value<'a>)],
    pub ties: &'a [Tie<'a>],
}

/// One form of the log. Objects come once each, always before the events and objects that are tied to them.
pub trait Log {
    /// # Errors
    /// The disk.
    fn object(&mut self, object: &Object<'_>) -> Result<(), ExportError>;

    /// # Errors
    /// The disk.
    fn event(&mut self, event: &Happening<'_>) -> Result<(), ExportError>;
}

/// How much went out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    pub sums: Sums,
    pub objects: u64,
    /// Ties of events to objects.
    pub event_ties: u64,
    /// Ties of objects to objects.
    pub object_ties: u64,
}

/// Writes the chosen cases.
///
/// # Errors
/// A case that cannot be read; the disk.
pub fn write(
    log: &mut dyn Log,
    service: &Service,
    chosen: &Selection,
    with_voided: bool,
    pseudonyms: &mut Pseudonyms,
) -> Result<Written, ExportError> {
    let mut making =
        Making { log, pseudonyms, moments: Moments::in_utc(), seen: HashSet::new(), written: Written::default() };
    let sums = walk(service, chosen, with_voided, &mut |head, steps| making.case(head, steps))?;
    Ok(Written { sums, ..making.written })
}

struct Making<'a> {
    log: &'a mut dyn Log,
    pseudonyms: &'a mut Pseudonyms,
    moments: Moments,
    /// Objects that are in the log already, but for cases: each of those comes once by itself.
    seen: HashSet<String>,
    written: Written,
}

impl Making<'_> {
    fn case(&mut self, head: &CaseHead, steps: &[Step<'_>]) -> Result<(), ExportError> {
        let pseudonym = self.pseudonyms.of(Named::Case, head.id.as_bytes());
        let id = ObjectType::Case.id(&pseudonym);
        let subject = self.shared(ObjectType::Subject, &self.pseudonyms.of(Named::Subject, head.subject.as_bytes()))?;
        let level = self.shared(ObjectType::Level, &head.level)?;
        let office = head.office.as_deref().map(|office| self.shared(ObjectType::Office, office)).transpose()?;
        let mut ties = vec![(subject.as_str(), "soggetto della pratica"), (level.as_str(), "livello della pratica")];
        ties.extend(office.as_deref().map(|office| (office, "sede di apertura")));
        let rulebook = head.rulebook.to_string();
        let mut attributes = vec![("regolamento", Value::Text(&rulebook))];
        attributes.extend(head.region.as_deref().map(|region| ("regione", Value::Text(region))));
        let opened = Day::from_number(head.opened_on).map(|day| self.moments.of(day, None).to_owned());
        attributes.extend(opened.as_deref().map(|opened| ("aperta_il", Value::Text(opened))));
        self.put(&Object { id: &id, kind: ObjectType::Case, attributes: &attributes, ties: &ties })?;
        // Readers drop an object that no event speaks of: the first event of a case speaks of where it is.
        let mut place = vec![(level.as_str(), "livello")];
        place.extend(office.as_deref().map(|office| (office, "sede")));
        for (n, step) in steps.iter().enumerate() {
            let mut ties = vec![(id.as_str(), "pratica"), (subject.as_str(), "soggetto")];
            ties.extend(place.iter().filter(|_| n == 0));
            self.step(step, &pseudonym, &ties)?;
        }
        Ok(())
    }

    fn step(&mut self, step: &Step<'_>, case: &str, ties: &[Tie<'_>]) -> Result<(), ExportError> {
        let operator = self.pseudonyms.operator(step.actor).to_owned();
        let operator = self.shared(ObjectType::Operator, &operator)?;
        let office = step.office.map(|office| self.shared(ObjectType::Office, office)).transpose()?;
        let mut ties: Vec<Tie<'_>> = ties.to_vec();
        ties.push((operator.as_str(), "registrato da"));
        ties.extend(office.as_deref().map(|office| (office, "affidata alla sede")));
        let mut attributes = vec![
            ("passaggio", Value::Text(step.transition)),
            ("sequenza", Value::Number(step.sequence)),
            ("ora_nota", Value::Flag(step.time.is_some())),
            ("tipo", Value::Text(step.kind)),
        ];
        let words = [
            ("voce", step.item),
            ("evento_sap", step.sap_event),
            ("codice_sap", step.sap_code),
            ("modalita", step.mode),
            ("modo", step.manner),
        ];
        attributes.extend(words.into_iter().filter_map(|(key, word)| word.map(|word| (key, Value::Text(word)))));
        if step.voided {
            attributes.push(("annullato", Value::Flag(true)));
        }
        let id = format!("evento:{case}-{}", step.sequence);
        let at = self.moments.of(step.on, step.time);
        self.written.event_ties += ties.len() as u64;
        self.log.event(&Happening { id: &id, name: step.name, at, attributes: &attributes, ties: &ties })
    }

    /// An object that many share: put the first time.
    fn shared(&mut self, kind: ObjectType, name: &str) -> Result<String, ExportError> {
        let id = kind.id(name);
        if !self.seen.contains(&id) {
            self.put(&Object { id: &id, kind, attributes: &[], ties: &[] })?;
            self.seen.insert(id.clone());
        }
        Ok(id)
    }

    fn put(&mut self, object: &Object<'_>) -> Result<(), ExportError> {
        self.written.objects += 1;
        self.written.object_ties += object.ties.len() as u64;
        self.log.object(object)
    }
}
