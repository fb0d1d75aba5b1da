// SPDX-License-Identifier: EUPL-1.2
//! Lays overlays on a level: amendments replace, a region only adds.
//!
//! Every verb of a region is written so that what it makes is at least as strong as what was there; what would not be
//! is refused here, with the line it would have lowered.

mod evidence;
mod replace;

use std::collections::BTreeMap;

use crate::calendar::{Length, Unit};
use crate::condition::{Condition, FactShape};
use crate::diagnostic::{Diagnostic, Place};
use crate::rulebook::{Citation, Shortened, Translation, Variation, Voice};
use crate::spec::decode::{Entry, Faults, Id, Spanned};
use crate::spec::folder::OverlayFile;
use crate::spec::level::{
    ActivityProcedure, ActivitySpec, LengthSpec, Level, ObligationSpec, OutcomeProcedure, OutcomeSpec, OutputProcedure,
    OutputSpec, Party, RegistrationSpec, SapCodesSpec, TermSpec,
};
use crate::spec::overlay::{CallScript, MakeDue, SettleSap, Shorten, Translate, Verb};

use super::checks::{condition_place, item_names, suggestion};
use super::resolve::citation;

/// A level with what is in force over it on one day.
pub(super) struct Laid {
    pub level: Level,
    /// Terms that the region has made shorter.
    pub shortened: BTreeMap<String, Shortened>,
    pub variations: Vec<Variation>,
    pub translations: Vec<Translation>,
    pub scripts: Vec<CallScript>,
}

/// Lays the overlays in force, in file order; amendments must come before a region's variations.
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
    let mut layer = Layer { laid, shapes, parameter, changed: BTreeMap::new(), faults };
    for file in overlays {
        for verb in &file.overlay.verbs {
            layer.verb(file, verb);
        }
    }
    layer.laid
}

struct Layer<'a, 'f> {
    laid: Laid,
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
                    self.shadow("termine", &add.id, &national);
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
                format!("il nome `{}` è già di un {what} del livello: l'aggiunta lo coprirebbe", name.value),
            )
            .related(national, "qui c'è già")
            .help("scegli un altro nome"),
        );
    }

    fn is_new(&mut self, id: &Spanned<Id>) -> bool {
        let taken = item_names(&self.laid.level).into_iter().find(|n| n.value == id.value).map(|n| n.place.clone());
        if let Some(national) = &taken {
            self.shadow("altra voce", id, national);
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

    fn shorten(&mut self, file: &OverlayFile, verb: &Spanned<Verb>, shorten: &Shorten) {
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
        if let Some(old) = old {
            let hours = (old.unit == Unit::Hours, new.unit == Unit::Hours);
            if hours.0 != hours.1 {
                return self.lowers(
                    &shorten.within.place,
                    format!("`{new}` non si confronta con `{old}` del termine `{}`", name.value),
                    &national,
                    "un termine in ore si abbrevia in ore, uno in giorni in giorni",
                );
            }
            if least_days(new) > most_days(old) || (old.unit == new.unit && new.count > old.count) {
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
        let shortened = Shortened { length: new, norm: citation(&shorten.norm), place: shorten.within.place.clone() };
        self.laid.shortened.insert(name.value.0.clone(), shortened);
        let from = old.map(|old| format!("da {old} ")).unwrap_or_default();
        let words = format!("abbrevia il termine `{}` {from}a {new}", name.value);
        self.note(file, verb, Some(&name.value), words, citation(&shorten.norm), shorten.reason.as_ref());
    }

    fn settle(&mut self, file: &OverlayFile, verb: &Spanned<Verb>, settle: &SettleSap) {
        let names = [("attivita", &settle.activity), ("output", &settle.output), ("outcome", &None)];
        let Some(Named { key, name }) = self.named(&settle.place, names) else { return };
        if !self.is_sound(settle.when.as_ref()) {
            return;
        }
        let id = name.value.0.as_str();
        let letter = self.laid.level.letter.place.clone();
        let codes = &settle.codes.0;
        if let Some(SapCodesSpec::Codes(listed)) = &self.laid.level.sap
            && let Some(stray) = codes.iter().find(|c| !listed.iter().any(|l| l.value == c.value))
        {
            let place = listed.first().map_or(letter, |l| l.place.clone());
            let message = format!("il codice `{}` non è tra quelli che il decreto dà al livello", stray.value);
            let place_of = stray.place.clone();
            return self.lowers(
                &place_of,
                message,
                &place,
                "scegli tra i codici del livello: la regione precisa, non cambia",
            );
        }
        if self.laid.level.sap.is_none() {
            let message =
                "i codici di questo livello non sono stati letti in nessuna fonte: non c'è che cosa precisare";
            let help = "prima va completato `codice_sap` del livello nazionale";
            return self.faults.error("variazione-errata", &verb.place, message, help);
        }
        let level = &mut self.laid.level;
        let slot = if key == "attivita" {
            level.activities.0.iter_mut().find(|e| e.name.value.0 == id).map(|e| {
                let place = e.value.place.clone();
                &mut e.value.procedure.get_or_insert_with(|| no_activity_procedure(&place)).sap
            })
        } else {
            level.outputs.0.iter_mut().find(|e| e.name.value.0 == id).map(|e| {
                let place = e.value.place.clone();
                &mut e.value.procedure.get_or_insert_with(|| no_output_procedure(&place)).sap
            })
        };
        let Some(slot) = slot else { return self.unknown_item(key, name) };
        let new = RegistrationSpec {
            place: settle.place.clone(),
            codes: codes.clone(),
            when: settle.when.clone(),
            who: None,
        };
        match slot {
            None => *slot = Some(new),
            Some(old) => {
                let national = old.place.clone();
                let stray = codes.iter().find(|c| !old.codes.iter().any(|o| o.value == c.value)).cloned();
                if let Some(stray) = stray {
                    let message = format!("`{id}` ha già il suo codice: `{}` lo cambierebbe", stray.value);
                    let help = "tra i codici che la voce ammette se ne può scegliere uno; aggiungerne no";
                    return self.lowers(&stray.place, message, &national, help);
                }
                if let Some(when) = &settle.when {
                    let message = format!("la condizione toglierebbe casi alla registrazione di `{id}`");
                    let place = when.place.clone();
                    return self.lowers(&place, message, &national, "togli `se`");
                }
                if codes.len() == old.codes.len() {
                    let message = format!("`{id}` ha già questi codici");
                    return self.idle(&verb.place, message);
                }
                old.codes.clone_from(codes);
            }
        }
        if !self.is_first("precisa_sap", id, &verb.place) {
            return;
        }
        // What the decree left to be defined is, from here on, the codes that the region has named.
        match &mut self.laid.level.sap {
            Some(sap @ SapCodesSpec::ToBeDefined(_)) => *sap = SapCodesSpec::Codes(codes.clone()),
            Some(SapCodesSpec::Codes(listed)) => {
                for code in codes {
                    if !listed.iter().any(|l| l.value == code.value) {
                        listed.push(code.clone());
                    }
                }
            }
            None => {}
        }
        let list: Vec<String> = codes.iter().map(|c| format!("`{}`", c.value)).collect();
        let words = format!("precisa che `{id}` si registra con {}", list.join(" o "));
        self.note(file, verb, Some(&name.value), words, citation(&settle.norm), settle.reason.as_ref());
    }

    fn translate(&mut self, file: &OverlayFile, verb: &Spanned<Verb>, translate: &Translate) {
        if !self.is_first("traduci", translate.language.word(), &verb.place) {
            return;
        }
        let mut items = Vec::new();
        for entry in &translate.items.0 {
            if item_names(&self.laid.level).iter().any(|n| n.value == entry.name.value) {
                items.push((entry.name.value.0.clone(), entry.value.value.clone()));
            } else {
                let known: Vec<&str> = item_names(&self.laid.level).iter().map(|n| n.value.0.as_str()).collect();
                let help = suggestion(&entry.name.value.0, known.into_iter(), "le voci sono");
                let message = format!("la voce `{}` è sconosciuta nel livello", entry.name.value);
                self.faults.error("voce-inesistente", &entry.name.place, message, help);
            }
        }
        let language = translate.language.word().to_owned();
        let words = format!("mette accanto all'italiano la lingua `{language}`");
        self.laid.translations.push(Translation { language, title: translate.title.clone(), items });
        let norm = translate.norm.as_ref().or(file.overlay.act.as_ref()).map(citation);
        let norm = norm.unwrap_or_else(|| citation_of_source(&self.laid.level));
        self.note(file, verb, None, words, norm, None);
    }
}

fn citation_of_source(level: &Level) -> Citation {
    Citation { act: level.source.act.value.0.clone(), partition: None, text: None }
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

/// The fewest days a length can cover, before any roll.
fn least_days(length: Length) -> u32 {
    match length.unit {
        Unit::Days | Unit::WorkingDays => length.count,
        Unit::Months => length.count.saturating_mul(28),
        Unit::Hours => length.count / 24,
    }
}

/// The most days a length can cover, before any roll.
fn most_days(length: Length) -> u32 {
    match length.unit {
        Unit::Days => length.count,
        // A working day may be far off around holidays; months have at most 31 days.
        Unit::WorkingDays => length.count.saturating_mul(3).saturating_add(10),
        Unit::Months => length.count.saturating_mul(31),
        Unit::Hours => length.count.div_ceil(24),
    }
}
