// SPDX-License-Identifier: EUPL-1.2
//! `abbrevia`: a shorter length for a term, beside the national one if it is a region's, in its place if it is the State's.

use crate::calendar::Unit;
use crate::rulebook::Shortened;
use crate::spec::decode::Spanned;
use crate::spec::folder::OverlayFile;
use crate::spec::level::{LengthSpec, Party};
use crate::spec::overlay::{Shorten, Verb};

use super::super::resolve::citation;
use super::Layer;

impl Layer<'_, '_> {
    pub(super) fn shorten(&mut self, file: &OverlayFile, verb: &Spanned<Verb>, shorten: &Shorten) {
        let name = &shorten.term;
        let Some(entry) = self.laid.level.terms.entry(&name.value.0) else {
            return self.unknown_item("termine", name);
        };
        let (national, term) = (entry.name.place.clone(), entry.value.clone());
        if term.who != Party::Office {
            return self.burden(&name.place, "abbrevia un termine", term.who);
        }
        let new = shorten.within.value;
        let old = match &term.within {
            None => {
                return self.lowers(
                    &name.place,
                    format!("il termine `{}` dice «non prima di»: abbreviarlo lo abbasserebbe", name.value),
                    &national,
                    "si abbreviano solo i termini `entro`",
                );
            }
            Some(LengthSpec::Given(length)) => Some(length.value),
            Some(LengthSpec::Parameter(parameter)) => (self.parameter)(&parameter.value.0),
        };
        if new.unit == Unit::Months && shorten.month_end.is_none() {
            let help = "scrivi `fine_mese: ultimo-giorno` (art. 2963 c.c.)";
            self.faults.error("termine-errato", &shorten.place, "un termine in mesi vuole la sua fine mese", help);
            return;
        }
        // No number that the law leaves to the region is in hours.
        if old.is_some_and(|old| old.unit == Unit::Hours) != (new.unit == Unit::Hours) {
            let old = old.map_or_else(|| "i giorni".to_owned(), |old| format!("`{old}`"));
            return self.lowers(
                &shorten.within.place,
                format!("`{new}` non si confronta con {old} del termine `{}`", name.value),
                &national,
                "un termine in ore si abbrevia in ore, uno in giorni in giorni",
            );
        }
        if let Some(old) = old {
            if new.least_days() > old.most_days() || (old.unit == new.unit && new.count > old.count) {
                self.lowers(
                    &shorten.within.place,
                    format!("il termine `{}` passerebbe da {old} a {new}: si allunga", name.value),
                    &national,
                    "scrivi una durata più breve, oppure togli la variazione",
                );
                // No rulebook comes of it: what it would make is there only to show who would lose by it.
                let terms = &mut self.laid.level.terms.0;
                if let Some(entry) = terms.iter_mut().find(|entry| entry.name.value.0 == name.value.0) {
                    entry.value.within = Some(LengthSpec::Given(shorten.within.clone()));
                }
                return;
            }
            if old == new {
                let message = format!("il termine `{}` è già di {old}", name.value);
                return self.idle(&verb.place, message);
            }
        }
        if !self.is_first("abbrevia", &name.value.0, &verb.place) {
            return;
        }
        if file.folder.is_some() {
            let place = shorten.within.place.clone();
            let shortened = Shortened { length: new, norm: citation(&shorten.norm), place };
            self.laid.shortened.insert(name.value.0.clone(), shortened);
        } else if let Some(entry) = self.laid.level.terms.0.iter_mut().find(|e| e.name.value == name.value) {
            // The legislator's own length stands in the place of the old one, and under every region's.
            let term = &mut entry.value;
            term.within = Some(LengthSpec::Given(shorten.within.clone()));
            term.month_end = shorten.month_end.filter(|_| new.unit == Unit::Months);
            term.roll = term.roll.filter(|_| matches!(new.unit, Unit::Days | Unit::Months));
            term.norm = shorten.norm.clone();
        }
        let from = old.map(|old| format!("da {old} ")).unwrap_or_default();
        let words = format!("abbrevia il termine `{}` {from}a {new}", name.value);
        self.note(file, verb, Some(&name.value), words, citation(&shorten.norm), shorten.reason.as_ref());
    }
}
