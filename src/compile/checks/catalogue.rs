// SPDX-License-Identifier: EUPL-1.2
//! Are the tables of the catalogue whole and in agreement with each other?

use std::ops::RangeInclusive;

use crate::calendar::{Calendar, CalendarError, RulesError};
use crate::compile::resolve::calendar_rules;
use crate::diagnostic::{Diagnostic, Place};
use crate::spec::catalogue::HolidayTable;
use crate::spec::decode::{Faults, Spanned, shown};
use crate::spec::folder::Specs;

/// What a parameter may be, as any length of time.
const LENGTHS: RangeInclusive<i64> = 1..=9999;

/// `tabella-assente`, `urn-errato`, `calendario-errato`, `dato-errato`, `eventi-incompleti`, `parametro-errato`,
/// `livello-non-descritto`; and, over the tables, the checks of norms and periods.
pub(in crate::compile) fn check(specs: &Specs, faults: &mut Faults) {
    let catalogue = &specs.catalogue;
    let absent = |name: &str| {
        let place = Place::start_of(&format!("catalogo/{name}.yaml"));
        let message = format!("la tabella `catalogo/{name}.yaml` manca, è vuota o ha errori");
        Diagnostic::error("tabella-assente", &place, message)
            .help("rimetti il file, o correggilo: senza, i livelli non si possono verificare")
    };
    let empty = [
        ("norme", catalogue.acts.0.is_empty()),
        ("sap", catalogue.sap.is_none()),
        ("dati", catalogue.facts.0.is_empty()),
        ("festivita", catalogue.holidays.is_none()),
        ("livelli", catalogue.levels.0.is_empty()),
        ("regioni", catalogue.regions.0.is_empty()),
        // Nothing asks that there be parameters, or sanctions.
        ("parametri", specs.unread.iter().any(|file| **file == *"catalogo/parametri.yaml")),
        ("sanzioni", specs.unread.iter().any(|file| **file == *"catalogo/sanzioni.yaml")),
    ];
    faults.0.extend(empty.iter().filter(|(_, empty)| *empty).map(|(name, _)| absent(name)));
    for act in &catalogue.acts.0 {
        urn(&act.value.urn, faults);
    }
    for fact in &catalogue.facts.0 {
        super::conditions::fact(&fact.name.place, &fact.name.value.0, &fact.value, faults);
    }
    calendar(specs, faults);
    super::validity::tables(specs, faults);
    let acts = super::norms::Acts { national: &catalogue.acts, regional: None };
    let parameters = catalogue.parameters.0.iter().map(|entry| &entry.value.norm);
    let holidays = catalogue.holidays.iter().flat_map(|table| &table.holidays.0);
    let sanctions = catalogue.sanctions.0.iter().map(|entry| &entry.value.norm);
    for cited in parameters.chain(sanctions).chain(holidays.filter_map(|entry| entry.value.norm.as_ref())) {
        super::norms::citation(acts, &cited.norm, cited.partition.as_ref(), None, faults);
    }
    for entry in &catalogue.parameters.0 {
        if let Some(value) = entry.value.value.as_ref().filter(|value| !LENGTHS.contains(&value.value)) {
            let message = format!("`{}` non può essere il valore di `{}`", value.value, entry.name.value);
            faults.error("parametro-errato", &value.place, message, "scrivi un numero da 1 a 9999");
        }
    }
    if let Some(table) = &catalogue.sap {
        for code in (1..=15).map(|n| format!("{n:02}")).filter(|code| table.events.get(code).is_none()) {
            let help = "la sezione 6 ne prevede quindici, da '01' a '15'";
            faults.error("eventi-incompleti", &table.place, format!("manca l'evento '{code}' della sezione 6"), help);
        }
    }
    for row in &catalogue.levels.0 {
        if specs.level(&row.name.value.0).is_none() {
            faults.0.push(
                Diagnostic::warning(
                    "livello-non-descritto",
                    &row.name.place,
                    format!("il livello `{}` non ha un file in specs/nazionale", row.name.value),
                )
                .help(
                    "scrivi il livello; se nessuna fonte lo riporta, dichiaralo con `testo: solo-titolo` sotto `fonte`",
                ),
            );
        }
    }
}

fn calendar(specs: &Specs, faults: &mut Faults) {
    let (Some(rules), Some(table)) = (calendar_rules(specs), &specs.catalogue.holidays) else { return };
    if table.valid.from.is_none() || table.valid.to.is_none() {
        let message = "non si sa per quali anni vale il calendario";
        faults.error("calendario-errato", &table.valid.place, message, "scrivi sia `dal` sia `al`");
    }
    if let Err(error) = Calendar::of(&rules) {
        let help = "correggi la tabella delle festività";
        faults.error("calendario-errato", place_of(&error, table), error.to_string(), help);
    }
}

/// The part of the table that an error is about.
fn place_of<'a>(error: &CalendarError, table: &'a HolidayTable) -> &'a Place {
    let CalendarError::Rules(error) = error else { return &table.place };
    match &**error {
        RulesError::Reversed { .. } => &table.valid.place,
        RulesError::NoWorkingDays => &table.place,
        RulesError::RepeatedHoliday(id)
        | RulesError::NoSuchHoliday(id)
        | RulesError::FarFromEaster(id)
        | RulesError::ReversedHoliday(id) => table.holidays.entry(id).map_or(&table.place, |entry| &entry.name.place),
    }
}

/// A URN of the state's acts has authority, kind, and date or year with number.
pub(super) fn urn(urn: &Spanned<String>, faults: &mut Faults) {
    let text = &urn.value;
    let parts: Vec<&str> = text.split(':').collect();
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || ":.;-~_".contains(c));
    if parts.first() != Some(&"urn") || parts.len() < 4 || parts.iter().any(|p| p.is_empty()) || !plain {
        let help = "per esempio `urn:nir:stato:decreto.legislativo:2015-09-14;150`";
        faults.error("urn-errato", &urn.place, format!("`{}` non è un URN:NIR", shown(text)), help);
    }
}
