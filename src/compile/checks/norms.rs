// SPDX-License-Identifier: EUPL-1.2
//! Is every act cited in the table, in force while the level is, and are its articles known?

use crate::calendar::Day;
use crate::norms::articles;
use crate::spec::catalogue::ActSpec;
use crate::spec::decode::{Entries, Faults, Id, Spanned};
use crate::spec::level::{CitationSpec, Level};

use super::{Context, suggestion};

/// `norma-sconosciuta`, `norma-non-in-vigore`, `articolo-sconosciuto`, `articolo-abrogato`.
pub(super) fn check(context: &Context<'_>, faults: &mut Faults) {
    let level = &context.file.level;
    let acts = Acts { national: &context.catalogue.acts, regional: None };
    // A level is looked at on its first day: what it cites must be in force by then or, if the act came later, at all.
    let on = level.validity.from.map(|day| (day, "il livello lo applica dal"));
    citation(acts, &level.source.act, None, on, faults);
    for norm in &level.norms {
        citation(acts, &norm.norm, norm.partition.as_ref(), on, faults);
    }
    for spec in citations(level) {
        // What an overlay cites must be in force while the overlay is.
        let laid = context.on.filter(|_| spec.place.file != context.file.file);
        let on = laid.map(|day| (day, "la variazione lo applica dal")).or(on);
        citation(acts, &spec.norm, spec.partition.as_ref(), on, faults);
    }
    for scenario in &context.file.scenarios {
        if let Some(spec) = &scenario.norm {
            citation(acts, &spec.norm, spec.partition.as_ref(), Some((scenario.on, "la prova si guarda il")), faults);
        }
    }
}

fn citations(level: &Level) -> Vec<&CitationSpec> {
    let activities = level.activities.0.iter().filter_map(|e| e.value.procedure.as_ref()?.norm.as_ref());
    let outputs = level.outputs.0.iter().filter_map(|e| e.value.procedure.as_ref()?.norm.as_ref());
    let outcomes = level.outcomes.0.iter().filter_map(|e| e.value.procedure.as_ref()?.norm.as_ref());
    let terms = level.terms.0.iter().map(|e| &e.value.norm);
    let access = level.access.iter().filter_map(|a| a.norm.as_ref());
    activities.chain(outputs).chain(outcomes).chain(terms).chain(access).collect()
}

/// The acts that may be cited: those of the table, and a region's own.
#[derive(Clone, Copy)]
pub(super) struct Acts<'a> {
    pub national: &'a Entries<Id, ActSpec>,
    pub regional: Option<&'a Entries<Id, ActSpec>>,
}

impl<'a> Acts<'a> {
    fn get(self, id: &str) -> Option<&'a ActSpec> {
        self.national.get(id).or_else(|| self.regional.and_then(|acts| acts.get(id)))
    }

    fn names(self) -> impl Iterator<Item = &'a str> + Clone {
        self.national.names().chain(self.regional.into_iter().flat_map(Entries::names))
    }
}

/// Checks one citation against the table, on a day that comes with the words that introduce it.
pub(super) fn citation(
    acts: Acts<'_>,
    act: &Spanned<Id>,
    partition: Option<&Spanned<String>>,
    on: Option<(Day, &str)>,
    faults: &mut Faults,
) {
    let Some(known) = acts.get(&act.value.0) else {
        let help = suggestion(&act.value.0, acts.names(), "gli atti sono");
        faults.error(
            "norma-sconosciuta",
            &act.place,
            format!("l'atto `{}` non è in specs/catalogo/norme.yaml", act.value),
            help,
        );
        return;
    };
    let validity = known.validity.as_ref();
    if let (Some((on, applied)), Some(validity)) = (on, validity) {
        let ended = validity.to.filter(|to| *to < on);
        let not_yet = validity.from.filter(|from| *from > on);
        if let Some(day) = ended.or(not_yet) {
            let words = if ended.is_some() { "era in vigore fino al" } else { "è in vigore dal" };
            let message = format!("l'atto `{}` {words} {day}, ma {applied} {on}", act.value);
            faults.error(
                "norma-non-in-vigore",
                &act.place,
                message,
                "cita un atto in vigore, oppure correggi le date nella tabella",
            );
        }
    }
    let Some(partition) = partition else { return };
    for article in articles(&partition.value) {
        let repealed = known.repealed.0.iter().find(|(name, _)| *name == article);
        if let (Some((_, last)), Some((on, _))) = (repealed, on)
            && *last < on
        {
            let message = format!("l'art. {article} di `{}` è abrogato: ultimo giorno in vigore {last}", act.value);
            faults.error("articolo-abrogato", &partition.place, message, "cita l'articolo che lo sostituisce");
        } else if let Some(list) = &known.articles
            && repealed.is_none()
            && !list.iter().any(|a| a.value == article)
        {
            let known: Vec<&str> = list.iter().map(|a| a.value.as_str()).collect();
            let message = format!("l'art. {article} di `{}` non è tra quelli conosciuti", act.value);
            let help = format!("articoli conosciuti: {}; se esiste, aggiungilo alla tabella", known.join(", "));
            faults.error("articolo-sconosciuto", &partition.place, message, help);
        }
    }
}
