// SPDX-License-Identifier: EUPL-1.2
//! Are the tables of the catalogue whole and in agreement with each other?

use crate::calendar::Calendar;
use crate::compile::resolve::calendar_rules;
use crate::diagnostic::{Diagnostic, Place};
use crate::spec::decode::{Faults, Spanned};
use crate::spec::folder::Specs;

/// `tabella-assente`, `urn-errato`, `calendario-errato`, `dato-errato`, `eventi-incompleti`, `livello-non-descritto`.
pub(in crate::compile) fn check(specs: &Specs, faults: &mut Faults) {
    let catalogue = &specs.catalogue;
    let absent = |name: &str| {
        let place = Place::start_of(&format!("catalogo/{name}.yaml"));
        Diagnostic::error("tabella-assente", &place, format!("manca la tabella `catalogo/{name}.yaml`, o non si legge"))
            .help("rimetti il file: senza, i livelli non si possono verificare")
    };
    let empty = [
        ("norme", catalogue.acts.0.is_empty()),
        ("sap", catalogue.sap.is_none()),
        ("dati", catalogue.facts.0.is_empty()),
        ("festivita", catalogue.holidays.is_none()),
        ("livelli", catalogue.levels.0.is_empty()),
        ("regioni", catalogue.regions.0.is_empty()),
    ];
    faults.0.extend(empty.iter().filter(|(_, empty)| *empty).map(|(name, _)| absent(name)));
    for act in &catalogue.acts.0 {
        urn(&act.value.urn, faults);
    }
    for fact in &catalogue.facts.0 {
        super::conditions::fact(&fact.name.place, &fact.name.value.0, &fact.value, faults);
    }
    if let (Some(rules), Some(table)) = (calendar_rules(specs), &catalogue.holidays)
        && let Err(error) = Calendar::new(rules)
    {
        faults.error("calendario-errato", &table.place, error.to_string(), "correggi la tabella delle festività");
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
                    format!("il livello `{}` non ha un file in specs/nazionale, o il file ha errori", row.name.value),
                )
                .help("dichiaralo con `fonte.testo: solo-titolo` se nessuna fonte lo riporta"),
            );
        }
    }
}

/// A URN of the state's acts has authority, kind, and date or year with number.
fn urn(urn: &Spanned<String>, faults: &mut Faults) {
    let text = &urn.value;
    let parts: Vec<&str> = text.split(':').collect();
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || ":.;-~_".contains(c));
    if parts.first() != Some(&"urn") || parts.len() < 4 || parts.iter().any(|p| p.is_empty()) || !plain {
        let help = "per esempio `urn:nir:stato:decreto.legislativo:2015-09-14;150`";
        faults.error("urn-errato", &urn.place, format!("`{text}` non è un URN:NIR"), help);
    }
}
