// SPDX-License-Identifier: EUPL-1.2
//! `sostituisci`: what an act of the State puts in the place of an entry of the decree, or takes away.

use crate::spec::decode::{Entries, Id, Name, Spanned};
use crate::spec::folder::OverlayFile;
use crate::spec::overlay::{Replace, Replacement, Verb};

use super::super::resolve::citation;
use super::Layer;

impl Layer<'_, '_> {
    pub(super) fn replace(&mut self, file: &OverlayFile, verb: &Spanned<Verb>, replace: &Replace) {
        let level = &mut self.laid.level;
        let (key, name, found, repealed) = match &replace.what {
            Replacement::Activity(name, with) => {
                ("attivita", Some(name), put(&mut level.activities, name, with.as_ref()), with.is_none())
            }
            Replacement::Output(name, with) => {
                ("output", Some(name), put(&mut level.outputs, name, with.as_ref()), with.is_none())
            }
            Replacement::Outcome(name, with) => {
                ("outcome", Some(name), put(&mut level.outcomes, name, with.as_ref()), with.is_none())
            }
            Replacement::Term(name, with) => {
                ("termine", Some(name), put(&mut level.terms, name, with.as_ref()), with.is_none())
            }
            Replacement::Access(_, with) => {
                level.access.clone_from(with);
                ("accesso", None, true, with.is_none())
            }
        };
        if let (false, Some(name)) = (found, name) {
            return self.unknown_item(key, name);
        }
        let what = name.map_or_else(|| "l'accesso".to_owned(), |name| format!("`{}`", name.value));
        if !self.is_first("sostituisci", &what, &verb.place) {
            return;
        }
        let norm = citation(&replace.norm);
        // What stands there now rests on the amending act, unless it names another.
        if let Some(name) = name {
            self.rest_on(name, &replace.norm);
        }
        let words = if repealed { format!("abroga {what}") } else { format!("sostituisce {what}") };
        self.note(file, verb, name.map(|n| &n.value), words, norm, replace.reason.as_ref());
    }

    fn rest_on(&mut self, name: &Spanned<Id>, norm: &crate::spec::level::CitationSpec) {
        let id = &name.value.0;
        let level = &mut self.laid.level;
        if let Some(entry) = level.activities.0.iter_mut().find(|e| e.name.value.0 == *id) {
            let place = entry.value.place.clone();
            let procedure = entry.value.procedure.get_or_insert_with(|| super::no_activity_procedure(&place));
            procedure.norm.get_or_insert_with(|| norm.clone());
        }
        if let Some(entry) = level.outputs.0.iter_mut().find(|e| e.name.value.0 == *id) {
            let place = entry.value.place.clone();
            let procedure = entry.value.procedure.get_or_insert_with(|| super::no_output_procedure(&place));
            procedure.norm.get_or_insert_with(|| norm.clone());
        }
        if let Some(entry) = level.outcomes.0.iter_mut().find(|e| e.name.value.0 == *id) {
            let place = entry.value.place.clone();
            let procedure = entry.value.procedure.get_or_insert_with(|| super::no_outcome_procedure(&place));
            procedure.norm.get_or_insert_with(|| norm.clone());
        }
    }
}

/// Puts the new entry where the old one stood, or takes the old one away; was there one?
fn put<T: Clone>(entries: &mut Entries<Id, T>, name: &Spanned<Id>, with: Option<&T>) -> bool {
    let Some(at) = entries.0.iter().position(|e| e.name.value.text() == name.value.text()) else { return false };
    match with {
        Some(with) => {
            if let Some(entry) = entries.0.get_mut(at) {
                entry.value = with.clone();
                entry.name.place = name.place.clone();
            }
        }
        None => _ = entries.0.remove(at),
    }
    true
}
