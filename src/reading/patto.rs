// SPDX-License-Identifier: EUPL-1.2
//! The *patto di servizio* as it was delivered in a case: what each side commits to. What was not recorded is never made up.
//!
//! What the law wants in it is D.Lgs. 150/2015, art. 20, co. 2-3.

use serde_json::Value as Json;

use crate::calendar::Day;
use crate::engine::{Case, Event, EventKind, Mark};
use crate::evidence::FormField;
use crate::rulebook::{Citation, Item, Rulebook, Target};
use crate::spec::level::Party;

use super::veil::{Answer, Veil};

/// The level that the patto belongs to, and the output that proves it.
pub const LEVEL: &str = "D";
pub const TITLE: &str = "Patto di servizio personalizzato";
pub const NOT_RECORDED: &str = "non registrato";
const OUTPUT: &str = "patto-sottoscritto";
const PROFILE: &str = "profilo";
const SIGNED: &str = "data_firma";
/// What the office puts in: words, and the field of the evidence.
pub const OFFICE: [(&str, &str); 2] = [
    ("Responsabile delle attività", "responsabile"),
    ("Frequenza ordinaria dei contatti con il responsabile", "frequenza_contatti"),
];
/// What the person puts in.
pub const PERSON: [(&str, &str); 4] = [
    ("Atti di ricerca attiva", "atti_ricerca"),
    ("Tempi degli atti di ricerca", "tempi_ricerca"),
    ("Modo in cui la ricerca è dimostrata", "prova_ricerca"),
    (
        "Disponibilità a laboratori sulla ricerca di lavoro, a formazione o altra attivazione, a congrue offerte di lavoro",
        "disponibilita",
    ),
];

/// The patto of a case.
#[derive(Clone, Copy, Debug)]
pub struct Patto<'a> {
    rulebook: &'a Rulebook,
    case: &'a Case,
    item: &'a Item,
    /// The last one delivered and not corrected away: its day and its evidence.
    delivered: Option<(Day, &'a Json)>,
}

impl<'a> Patto<'a> {
    /// # Errors
    /// Why the case has none, as a sentence.
    pub fn of(rulebook: &'a Rulebook, case: &'a Case, events: &'a [Event]) -> Result<Self, &'static str> {
        if rulebook.level != LEVEL {
            return Err("il patto di servizio si stampa da una pratica del livello D");
        }
        let item = rulebook.item_index(OUTPUT).and_then(|index| rulebook.item(index));
        let item = item.ok_or("il regolamento della pratica non ha il patto sottoscritto")?;
        let holding = (1..).zip(events).filter(|(sequence, _)| !case.is_voided(*sequence));
        let delivered = holding.filter_map(|(_, event)| match &event.kind {
            EventKind::OutputDelivered { output, evidence } if &**output == OUTPUT => Some((event.on, evidence)),
            _ => None,
        });
        Ok(Self { rulebook, case, item, delivered: delivered.last() })
    }

    pub fn norm() -> Citation {
        Citation { act: "dlgs-150-2015".into(), partition: Some("art. 20".into()), text: None }
    }

    pub fn delivered_on(&self) -> Option<Day> {
        self.delivered.map(|(on, _)| on)
    }

    /// When it was brought up to date.
    pub fn updated(&self) -> Option<Mark> {
        self.rulebook.item_index("aggiornamento").and_then(|index| self.case.first(index))
    }

    /// What is recorded for a field of it.
    pub fn value(&self, name: &str) -> Option<Answer> {
        let field = self.item.evidence.fields.iter().find(|field| field.name == name)?;
        let (_, evidence) = self.delivered?;
        Some(Veil::default().answer(field, evidence.get(name)?))
    }

    pub fn profile(&self) -> Option<Answer> {
        self.value(PROFILE)
    }

    pub fn signed_on(&self) -> Option<Answer> {
        self.value(SIGNED)
    }

    /// Fields that the region or an amendment adds to those of the law.
    pub fn others(&self) -> impl Iterator<Item = &'a FormField> {
        let known = |name: &str| {
            OFFICE.iter().chain(&PERSON).any(|(_, known)| *known == name) || matches!(name, PROFILE | SIGNED)
        };
        self.item.evidence.fields.iter().filter(move |field| !known(&field.name))
    }

    /// Is a term one that the office must keep towards the person, and not the end of the case?
    pub fn binds_the_office(&self, position: u16) -> bool {
        let term = self.rulebook.terms.get(usize::from(position));
        term.is_some_and(|term| term.who == Party::Office && !matches!(term.target, Target::Closing))
    }
}
