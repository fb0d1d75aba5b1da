// SPDX-License-Identifier: EUPL-1.2
//! Does every period begin before it ends?

use crate::diagnostic::Place;
use crate::spec::decode::Faults;
use crate::spec::folder::Specs;
use crate::spec::level::ValiditySpec;

use super::Context;

/// `vigenza-errata`.
pub(super) fn check(context: &Context<'_>, faults: &mut Faults) {
    period(&context.file.level.validity, faults);
}

/// The periods of the tables. Those of the holidays are the calendar's own business, see `calendario-errato`.
pub(super) fn tables(specs: &Specs, faults: &mut Faults) {
    let acts = specs.catalogue.acts.0.iter().filter_map(|entry| entry.value.validity.as_ref());
    let codes = specs.catalogue.sap.iter().flat_map(|table| &table.codes.0);
    let codes = codes.filter_map(|entry| entry.value.validity.as_ref());
    let sanctions = specs.catalogue.sanctions.0.iter().filter_map(|entry| entry.value.validity.as_ref());
    acts.chain(codes).chain(sanctions).for_each(|spec| period(spec, faults));
}

pub(super) fn period(spec: &ValiditySpec, faults: &mut Faults) {
    let mut say = |place: &Place, message: String, help: &str| faults.error("vigenza-errata", place, message, help);
    match (spec.from, spec.to) {
        (Some(from), Some(to)) if to < from => {
            say(
                &spec.place,
                format!("il periodo finisce il {to}, prima di cominciare il {from}"),
                "correggi i due giorni",
            );
        }
        (None, None) => say(
            &spec.place,
            "il periodo non ha né un inizio né una fine".to_owned(),
            "scrivi `dal`, oppure `al`, oppure tutti e due",
        ),
        _ => {}
    }
}
