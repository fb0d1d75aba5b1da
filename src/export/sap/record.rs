// SPDX-License-Identifier: EUPL-1.2
//! A record of section 6, and how one is made of what a case knows.

use crate::calendar::Day;
use crate::engine::EventKind;
use crate::rulebook::{ItemIndex, SapCodes};
use crate::service::CaseView;
use crate::spec::catalogue::Channel;
use crate::spec::scenario::SapEventWord;

use super::identifier::{identifier, sequence};
use super::rules::{Dated, event_date_rule};
use super::{Instance, Remark, Sender, external_id};

/// *Politica attiva regionale o provinciale*.
const REGIONAL_PROJECT: &str = "01";

/// A *politica attiva*; each field is an element of the record, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// `tipo_attivita`
    pub code: String,
    /// `titolo_denominazione`
    pub denomination: Option<String>,
    /// `data_proposta`
    pub proposed_on: Option<Day>,
    /// `data`
    pub begun_on: Option<Day>,
    /// `data_fine`
    pub ended_on: Option<Day>,
    /// `durata`, in the unit of `tipologia_durata`
    pub duration: Option<i64>,
    /// `tipologia_durata`
    pub duration_unit: Option<String>,
    /// `descrizione`
    pub description: Option<String>,
    /// `titolo_progetto`
    pub project: String,
    /// `codice_ente_promotore`
    pub promoter: Option<String>,
    /// `identificativo_politica`
    pub identifier: Option<String>,
    /// `ultimo_evento`
    pub last_event: Option<LastEvent>,
}

/// `evento` and `data_evento`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastEvent {
    pub event: SapEventWord,
    pub on: Day,
}

/// The code an item goes out with: the last one registered, or the only one it may have. A warning: it has none.
pub(super) fn code(view: &CaseView, index: ItemIndex) -> Result<String, Remark> {
    let rulebook = &view.rulebook;
    let item = rulebook.item(index);
    let own: &[String] = item.and_then(|item| item.registration.as_ref()).map_or(&[], |r| &r.codes);
    let level: &[String] = match &rulebook.sap {
        SapCodes::Codes(codes) => codes,
        SapCodes::Missing | SapCodes::ToBeDefined => &[],
    };
    let allowed = if own.is_empty() { level } else { own };
    let open = own.is_empty() && level.is_empty();
    let registered = view.events.iter().zip(1_u32..).filter_map(|(event, sequence)| match &event.kind {
        EventKind::Registered { code, item: of } if !view.case.is_voided(sequence) => {
            let is_it = item.is_some_and(|item| *item.id == *of.as_ref())
                && (open || allowed.iter().any(|c| **c == *code.as_ref()));
            is_it.then(|| code.to_string())
        }
        _ => None,
    });
    if let Some(code) = registered.last() {
        return in_section(view, code);
    }
    match (own, &rulebook.sap) {
        ([code], _) => in_section(view, code.clone()),
        ([], SapCodes::Missing) => Err(Remark::noted(
            "tipo_attivita",
            "il codice SAP del livello non è stato reperito: la specifica lo dichiara mancante",
        )),
        ([], SapCodes::ToBeDefined) => {
            Err(Remark::noted("tipo_attivita", "il decreto lascia il codice SAP del livello da definire"))
        }
        ([], SapCodes::Codes(_)) => {
            Err(Remark::noted("tipo_attivita", "nella specifica del livello la voce non ha un codice SAP"))
        }
        (codes, _) => {
            let words = format!("la voce può avere i codici {} e nessuno è registrato", codes.join(", "));
            Err(Remark::blocking("tipo_attivita", words))
        }
    }
}

/// A code that goes another way than section 6 is not transmitted here.
fn in_section(view: &CaseView, code: String) -> Result<String, Remark> {
    let other = view.rulebook.code(&code).map(|known| known.channel).filter(|channel| *channel != Channel::SectionSix);
    match other {
        Some(channel) => {
            let words = format!("il codice `{code}` si trasmette per altra via ({})", channel.word());
            Err(Remark::noted("tipo_attivita", words))
        }
        None => Ok(code),
    }
}

/// The record of an activity carried out, and what is not known of it.
pub(super) fn measure(view: &CaseView, instance: &Instance, code: &str, sender: &Sender) -> (Measure, Vec<Remark>) {
    let mut unknown = Vec::new();
    let office = view.head.office.as_deref();
    let promoter = sender.promoter(office).map(str::to_owned);
    if promoter.is_none() {
        let of = office.map_or("una pratica senza sede".to_owned(), |office| format!("la sede `{office}`"));
        unknown.push(Remark::blocking("codice_ente_promotore", format!("manca il codice ente per {of}")));
    }
    let item = view.rulebook.item(instance.item).map(|item| item.id.as_str()).unwrap_or_default();
    let proposed_on = instance.first_day(SapEventWord::Proposed);
    if proposed_on.is_none() {
        let words = "la data di proposta non è nota: manca l'evento `proposta`";
        unknown.push(Remark::blocking("data_proposta", words));
    }
    let ended = instance.events.iter().rev().find(|(event, ..)| event_date_rule(*event) == Some(Dated::End));
    let number = sequence(&external_id(&view.head), item, instance.first());
    let made = match (&promoter, proposed_on) {
        (Some(promoter), Some(on)) => identifier(sender.system, number, promoter, code, on),
        _ => None,
    };
    let measure = Measure {
        code: code.to_owned(),
        proposed_on,
        begun_on: instance.first_day(SapEventWord::Started),
        ended_on: ended.map(|(_, on, _)| *on),
        project: REGIONAL_PROJECT.to_owned(),
        promoter,
        identifier: made,
        last_event: instance.events.last().map(|(event, on, _)| LastEvent { event: *event, on: *on }),
        ..Measure::default()
    };
    let region = view.head.region.as_deref().and_then(super::SourceSystem::of_region);
    if let (Some(own), Some(_)) = (region.filter(|own| *own != sender.system), sender.system.region()) {
        let words = format!(
            "la pratica è di {}, che trasmette come sistema {}; {} è {} (non è il codice ISTAT)",
            own.name(),
            own.code(),
            sender.system.code(),
            sender.system.name()
        );
        unknown.push(Remark::blocking("identificativo_politica", words));
    }
    (measure, unknown)
}
