// SPDX-License-Identifier: EUPL-1.2
//! Lays overlays on a level: amendments replace, a region only adds.
//!
//! Every verb of a region is written so that what it makes is at least as strong as what was there; what would not be
//! is refused here, with the line it would have lowered.

mod evidence;
mod replace;
mod settle;
mod shorten;
mod translate;

use std::collections::BTreeMap;

use crate::calendar::Length;
use crate::condition::{Condition, FactShape};
use crate::diagnostic::{Diagnostic, Place};
use crate::rulebook::{Citation, Shortened, Translation, Variation, Voice};
use crate::spec::decode::{Entry, Faults, Id, Spanned};
use crate::spec::folder::OverlayFile;
use crate::spec::level::{
    ActivityProcedure, ActivitySpec, Level, ObligationSpec, OutcomeProcedure, OutcomeSpec, OutputProcedure, OutputSpec,
    Party, SapCodesSpec, TermSpec,
};
use crate::spec::overlay::{CallScript, MakeDue, Verb};

use super::checks::{condition_place, item_names, suggestion};
use super::resolve::{citation, rule};

/// A level with what is in force over it on one day.
pub(super) struct Laid {
    pub level: Level,
    /// Terms that the region has made shorter.
    pub shortened: BTreeMap<String, Shortened>,
    pub variations: Vec<Variation>,
    pub translations: Vec<Translation>,
    pub scripts: Vec<CallScript>,
}

/// Lays the overlays in force, in the order given: that in which they came into force. Amendments come before a region's
/// variations.
pub(super) fn lay(
    level: &Level,
    overlays: &[&OverlayFile],
    shapes: &[FactShape<'_>],
    parameter: &dyn Fn(&str) -> Option<Length>,
    faults: &mut Faults,
) -> Laid {
    let laid = Laid {
        level: level.clone(),
        shortened: BTreeMap::new(),
        variations: Vec::new(),
        translations: Vec::new(),
        scripts: Vec::new(),
    };
    let codes_open = matches!(level.sap, Some(SapCodesSpec::ToBeDefined(_)));
    let mut layer = Layer { laid, codes_open, shapes, parameter, changed: BTreeMap::new(), faults };
    for file in overlays {
        for verb in &file.overlay.verbs {
            layer.verb(file, verb);
        }
    }
    layer.laid
}

struct Layer<'a, 'f> {
    laid: Laid,
    /// Does the level leave its codes to be defined? Then every settling adds to them.
    codes_open: bool,
    shapes: &'a [FactShape<'a>],
    parameter: &'a dyn Fn(&str) -> Option<Length>,
    /// What a verb has already changed, by kind of change and name: a second change of it is a conflict.
    changed: BTreeMap<(&'static str, String), Place>,
    faults: &'f mut Faults,
}

/// The item a verb names: exactly one.
struct Named<'a> {
    key: &'static str,
    name: &'a Spanned<Id>,
}

impl Layer<'_, '_> {
    fn verb(&mut self, file: &OverlayFile, verb: &Spanned<Verb>) {
        let place = &verb.place;
        match &verb.value {
            Verb::AddActivity(add) => {
                if self.is_new(&add.id) {
                    let mut procedure = add.procedure.clone().unwrap_or_else(|| no_activity_procedure(&add.place));
                    procedure.norm.get_or_insert_with(|| add.norm.clone());
                    let value = ActivitySpec {
                        place: add.place.clone(),
                        text: add.text.clone(),
                        includes: add.includes.clone(),
                        procedure: Some(procedure),
                    };
                    self.laid.level.activities.0.push(Entry { name: add.id.clone(), value });
                    let words = format!("aggiunge l'attività `{}`", add.id.value);
                    self.note(file, verb, Some(&add.id.value), words, citation(&add.norm), add.reason.as_ref());
                }
            }
            Verb::AddOutput(add) => {
                if self.is_new(&add.id) {
                    let mut procedure = add.procedure.clone().unwrap_or_else(|| no_output_procedure(&add.place));
                    procedure.norm.get_or_insert_with(|| add.norm.clone());
                    let value =
                        OutputSpec { place: add.place.clone(), text: add.text.clone(), procedure: Some(procedure) };
                    self.laid.level.outputs.0.push(Entry { name: add.id.clone(), value });
                    let words = format!("aggiunge l'output `{}`", add.id.value);
                    self.note(file, verb, Some(&add.id.value), words, citation(&add.norm), add.reason.as_ref());
                }
            }
            Verb::AddOutcome(add) => {
                if self.is_new(&add.id) {
                    let mut procedure = add.procedure.clone().unwrap_or_else(|| no_outcome_procedure(&add.place));
                    procedure.norm.get_or_insert_with(|| add.norm.clone());
                    let value =
                        OutcomeSpec { place: add.place.clone(), text: add.text.clone(), procedure: Some(procedure) };
                    self.laid.level.outcomes.0.push(Entry { name: add.id.clone(), value });
                    let words = format!("aggiunge l'outcome `{}`", add.id.value);
                    self.note(file, verb, Some(&add.id.value), words, citation(&add.norm), add.reason.as_ref());
                }
            }
            Verb::AddTerm(add) => {
                let national = self.laid.level.terms.entry(&add.id.value.0).map(|e| e.name.place.clone());
                if let Some(national) = national {
                    self.shadow("un termine", &add.id, &national);
                    return;
                }
                if let Some(who) = add.who.as_ref().filter(|who| who.value != Party::Office) {
                    self.burden(&who.place, "aggiunge un termine", who.value);
                    return;
                }
                self.laid.level.terms.0.push(Entry { name: add.id.clone(), value: TermSpec::from(add) });
                let words = format!("aggiunge il termine `{}`: {}", add.id.value, add.within.value);
                self.note(file, verb, Some(&add.id.value), words, citation(&add.norm), add.reason.as_ref());
            }
            Verb::MakeDue(make) => self.make_due(file, verb, make),
            Verb::Shorten(shorten) => self.shorten(file, verb, shorten),
            Verb::StrengthenEvidence(stronger) => self.strengthen(file, verb, stronger),
            Verb::SettleSap(settle) => self.settle(file, verb, settle),
            Verb::Translate(translate) => self.translate(file, verb, translate),
            Verb::Script(call) => {
                if self.is_first("script", &call.file.value, place) {
                    self.laid.scripts.push(call.clone());
                    let words = format!("chiama lo script `{}`", call.file.value);
                    self.note(file, verb, None, words, citation(&call.norm), call.reason.as_ref());
                }
            }
            Verb::Replace(replace) if file.folder.is_none() => self.replace(file, verb, replace),
            Verb::Replace(_) => self.faults.error(
                "verbo-del-legislatore",
                place,
                "`sostituisci` è solo per le modifiche del decreto: una regione non sostituisce, aggiunge",
                "usa uno dei verbi che migliorano; le modifiche dello Stato stanno in `nazionale/modifiche/`",
            ),
        }
    }

    /// Records what a verb does, for whoever reads the rulebook.
    fn note(
        &mut self,
        file: &OverlayFile,
        verb: &Spanned<Verb>,
        subject: Option<&Id>,
        words: String,
        norm: Citation,
        reason: Option<&String>,
    ) {
        self.laid.variations.push(Variation {
            verb: verb.value.word().to_owned(),
            voice: if file.folder.is_some() { Voice::Region } else { Voice::Amendment },
            subject: subject.map(|id| id.0.clone()),
            words,
            when: match &verb.value {
                Verb::MakeDue(make) => make.when.as_ref().map(rule),
                _ => None,
            },
            norm,
            reason: reason.cloned(),
            from: file.overlay.validity.from,
            to: file.overlay.validity.to,
            place: verb.place.clone(),
        });
    }

    /// A change that would take something away, with the line it would lower.
    fn lowers(&mut self, place: &Place, message: String, national: &Place, help: &str) {
        self.faults.0.push(
            Diagnostic::error("variazione-abbassa", place, message)
                .related(national, "qui è ciò che il livello promette")
                .help(help),
        );
    }

    fn burden(&mut self, place: &Place, what: &str, who: Party) {
        let whom = if who == Party::Company { "dell'impresa" } else { "della persona" };
        self.faults.error(
            "variazione-abbassa",
            place,
            format!("la variazione {what} a carico {whom}: la graverebbe"),
            "una regione obbliga soltanto il centro per l'impiego: scrivi `chi: cpi`, o toglilo",
        );
    }

    fn shadow(&mut self, what: &str, name: &Spanned<Id>, national: &Place) {
        self.faults.0.push(
            Diagnostic::error(
                "nome-preso",
                &name.place,
                format!("il nome `{}` è già di {what} del livello: l'aggiunta lo coprirebbe", name.value),
            )
            .related(national, "qui c'è già")
            .help("scegli un altro nome"),
        );
    }

    fn is_new(&mut self, id: &Spanned<Id>) -> bool {
        let taken = item_names(&self.laid.level).into_iter().find(|n| n.value == id.value).map(|n| n.place.clone());
        if let Some(national) = &taken {
            self.shadow("un'altra voce", id, national);
        }
        taken.is_none()
    }

    /// Is this the first change of its kind to that name? Two in force together would hide one another.
    fn is_first(&mut self, kind: &'static str, name: &str, place: &Place) -> bool {
        let key = (kind, name.to_owned());
        if let Some(earlier) = self.changed.get(&key) {
            self.faults.0.push(
                Diagnostic::error(
                    "variazioni-in-conflitto",
                    place,
                    format!("nello stesso giorno un'altra variazione cambia già `{name}` con lo stesso verbo"),
                )
                .related(earlier, "l'altra variazione")
                .help("tieni una sola delle due, oppure fa' finire l'una il giorno prima che cominci l'altra"),
            );
            return false;
        }
        self.changed.insert(key, place.clone());
        true
    }

    fn idle(&mut self, place: &Place, message: String) {
        self.faults.0.push(
            Diagnostic::warning("variazione-senza-effetto", place, message)
                .help("togli la variazione, oppure correggila: oggi non cambia niente"),
        );
    }

    /// Is the condition of a verb sound? Told where the verb is, before it is joined to the level's.
    fn is_sound(&mut self, when: Option<&Spanned<String>>) -> bool {
        let Some(text) = when else { return true };
        let Err(found) = Condition::read(&text.value, self.shapes) else { return true };
        for fault in found {
            let place = condition_place(text, fault.start, fault.length);
            let help = fault.help.unwrap_or_else(|| "per esempio `eta < 30 && percettore_naspi`".to_owned());
            self.faults.error("condizione-errata", &place, fault.message, help);
        }
        false
    }

    fn unknown_item(&mut self, key: &str, name: &Spanned<Id>) {
        let level = &self.laid.level;
        let known: Vec<&str> = match key {
            "attivita" => level.activities.names().collect(),
            "output" => level.outputs.names().collect(),
            "outcome" => level.outcomes.names().collect(),
            _ => level.terms.names().collect(),
        };
        let what = match key {
            "attivita" => "l'attività",
            "output" => "l'output",
            "outcome" => "l'outcome",
            _ => "il termine",
        };
        let help = suggestion(&name.value.0, known.into_iter(), "il livello ha");
        let gender = if key == "attivita" { "sconosciuta" } else { "sconosciuto" };
        let message = format!("{what} `{}` è {gender} nel livello `{}`", name.value, level.letter.value);
        self.faults.error("voce-inesistente", &name.place, message, help);
    }

    fn named<'s>(&mut self, place: &Place, names: [(&'static str, &'s Option<Spanned<Id>>); 3]) -> Option<Named<'s>> {
        let given: Vec<Named<'s>> =
            names.into_iter().filter_map(|(key, name)| name.as_ref().map(|name| Named { key, name })).collect();
        let mut given = given.into_iter();
        match (given.next(), given.next()) {
            (Some(one), None) => Some(one),
            _ => {
                let help = "scrivi una sola tra `attivita`, `output` e `outcome`, con il nome della voce";
                self.faults.error("variazione-errata", place, "la variazione non nomina una voce e una sola", help);
                None
            }
        }
    }

    fn make_due(&mut self, file: &OverlayFile, verb: &Spanned<Verb>, make: &MakeDue) {
        let names = [("attivita", &make.activity), ("output", &make.output), ("outcome", &make.outcome)];
        let Some(Named { key, name }) = self.named(&make.place, names) else { return };
        if !self.is_sound(make.when.as_ref()) {
            return;
        }
        let id = name.value.0.as_str();
        let level = &mut self.laid.level;
        // The obligation as the level has it, and what it means when it is not said.
        let (slot, unsaid) = match key {
            "attivita" => {
                let entry = level.activities.0.iter_mut().find(|e| e.name.value.0 == id);
                let slot = entry.map(|e| {
                    let place = e.value.place.clone();
                    &mut e.value.procedure.get_or_insert_with(|| no_activity_procedure(&place)).obligation
                });
                (slot, ObligationSpec::Offered)
            }
            "output" => {
                let entry = level.outputs.0.iter_mut().find(|e| e.name.value.0 == id);
                let slot = entry.map(|e| {
                    let place = e.value.place.clone();
                    &mut e.value.procedure.get_or_insert_with(|| no_output_procedure(&place)).obligation
                });
                (slot, ObligationSpec::Due)
            }
            _ => {
                let entry = level.outcomes.0.iter_mut().find(|e| e.name.value.0 == id);
                let slot = entry.map(|e| {
                    let place = e.value.place.clone();
                    &mut e.value.procedure.get_or_insert_with(|| no_outcome_procedure(&place)).obligation
                });
                (slot, ObligationSpec::Offered)
            }
        };
        let Some(slot) = slot else { return self.unknown_item(key, name) };
        let before = slot.clone().unwrap_or(unsaid);
        let after = match (&before, &make.when) {
            (ObligationSpec::Due, _) => {
                let message = format!("`{id}` è già dovuta in ogni caso");
                return self.idle(&verb.place, message);
            }
            (_, None) => ObligationSpec::Due,
            (ObligationSpec::Offered, Some(when)) => ObligationSpec::When(when.clone()),
            (ObligationSpec::When(old), Some(when)) => ObligationSpec::When(Spanned {
                place: when.place.clone(),
                value: format!("({}) || ({})", old.value.trim(), when.value.trim()),
            }),
        };
        if let (ObligationSpec::When(old), ObligationSpec::When(new)) = (&before, &after) {
            let read = |text: &Spanned<String>| Condition::read(&text.value, self.shapes).ok();
            if let (Some(old), Some(new)) = (read(old), read(new))
                && crate::condition::dominates(&old, &new, self.shapes) == crate::condition::Dominance::Holds
            {
                let message = format!("`{id}` è già dovuta in tutti i casi della condizione");
                return self.idle(&verb.place, message);
            }
        }
        *slot = Some(after);
        let when = make.when.as_ref().map(|w| format!(" se `{}`", w.value.trim())).unwrap_or_default();
        let words = format!("rende dovuta la voce `{id}`{when}");
        self.note(file, verb, Some(&name.value), words, citation(&make.norm), make.reason.as_ref());
    }
}

fn no_activity_procedure(place: &Place) -> ActivityProcedure {
    ActivityProcedure {
        place: place.clone(),
        obligation: None,
        times: None,
        after: Vec::new(),
        modes: Vec::new(),
        sap: None,
        norm: None,
        reason: None,
    }
}

fn no_output_procedure(place: &Place) -> OutputProcedure {
    OutputProcedure {
        place: place.clone(),
        obligation: None,
        rests_on: Vec::new(),
        after: Vec::new(),
        sap: None,
        evidence: crate::spec::decode::Entries::default(),
        norm: None,
        reason: None,
    }
}

fn no_outcome_procedure(place: &Place) -> OutcomeProcedure {
    OutcomeProcedure { place: place.clone(), obligation: None, after: Vec::new(), norm: None, reason: None }
}
