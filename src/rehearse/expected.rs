// SPDX-License-Identifier: EUPL-1.2
//! What a story expects, held against what came of it.

use std::collections::BTreeSet;

use crate::engine::{Agenda, Check, Finding, agenda, findings, term_standing};
use crate::rulebook::ItemIndex;
use crate::spec::decode::{Id, Spanned};
use crate::spec::scenario::{Expected, ExpectedDuty, Gravity};

use super::Player;

impl Player<'_> {
    pub(super) fn expect(&mut self, expected: &Expected) {
        let agenda = agenda(self.rulebook, &self.case, self.scenario.on);
        let check = findings(self.rulebook, &self.case, self.scenario.on);
        self.duties(expected, &agenda);
        self.lists(expected, &agenda);
        self.findings(expected, &check);
        if let Some(conform) = expected.conform.as_ref().filter(|c| c.value != check.conformity) {
            let message = format!(
                "doveva risultare `conforme: {}`, invece è `{}`",
                conform.value.word(),
                check.conformity.word()
            );
            self.wrong(&conform.place, message, "");
        }
        for term in expected.terms.iter().flatten() {
            let Some(known) = self.rulebook.terms.iter().find(|t| t.id == term.term.value.0) else {
                self.wrong(&term.term.place, format!("termine `{}` sconosciuto nel livello", term.term.value), "");
                continue;
            };
            let standing = term_standing(self.rulebook, &self.case, known, self.scenario.on);
            if let Some(by) = term.by.as_ref().filter(|by| Some(by.value) != standing.due) {
                let got = standing.due.map_or_else(|| "nessun giorno".to_owned(), |due| due.to_string());
                self.wrong(&by.place, format!("il termine doveva scadere il {}, invece: {got}", by.value), "");
            }
            if let Some(state) = term.state.as_ref().filter(|s| s.value != standing.state) {
                let message =
                    format!("il termine doveva essere `{}`, invece è `{}`", state.value.word(), standing.state.word());
                self.wrong(&state.place, message, "");
            }
        }
    }

    fn duties(&mut self, expected: &Expected, agenda: &Agenda) {
        let due: BTreeSet<ItemIndex> = agenda.duties.iter().map(|d| d.item).collect();
        if let Some(all) = &expected.due {
            let mut named = BTreeSet::new();
            for duty in all {
                named.extend(self.duty(duty, agenda));
            }
            let extra: Vec<String> =
                due.difference(&named).filter_map(|i| self.rulebook.item(*i)).map(|i| format!("`{}`", i.id)).collect();
            if !extra.is_empty() {
                let message = format!("è dovuto anche {}", extra.join(", "));
                self.wrong(&self.scenario.name.place, message, "aggiungilo a `dovuto`, oppure usa `dovuto_anche`");
            }
        }
        for duty in expected.due_too.iter().flatten() {
            self.duty(duty, agenda);
        }
        for duty in expected.not_due.iter().flatten() {
            let found = duty_name(duty).and_then(|name| self.rulebook.item_index(&name.value.0));
            if found.is_some_and(|index| due.contains(&index)) {
                self.wrong(&duty.place, "doveva non essere dovuto, invece lo è", "");
            }
        }
    }

    /// One expected duty: is it there, with its norm and its last day?
    fn duty(&mut self, expected: &ExpectedDuty, agenda: &Agenda) -> Option<ItemIndex> {
        let name = duty_name(expected)?;
        let index = self.rulebook.item_index(&name.value.0)?;
        let Some(duty) = agenda.duties.iter().find(|d| d.item == index) else {
            self.wrong(&name.place, format!("`{}` doveva essere dovuto, invece non lo è", name.value), "");
            return Some(index);
        };
        let term = duty.term.and_then(|(position, _)| self.rulebook.terms.get(usize::from(position)));
        if let Some(norm) = &expected.norm {
            let item_norm = self.rulebook.item(index).map(|item| item.norm.act.as_str());
            let wanted = norm.value.0.as_str();
            let rests = item_norm == Some(wanted)
                || self.varied_by(&name.value.0, wanted)
                || self.case.words.due.iter().any(|(item, norm)| *item == index && norm.act == wanted)
                || term.is_some_and(|term| term.norm.act == wanted || self.varied_by(&term.id, wanted))
                || duty.term.is_some_and(|(position, _)| self.spoken_of(position, wanted));
            if !rests {
                let message = format!(
                    "doveva essere dovuto per `{}`, invece per `{}`",
                    norm.value,
                    item_norm.unwrap_or_default()
                );
                self.wrong(&norm.place, message, "");
            }
        }
        let due = duty.term.and_then(|(_, standing)| standing.due);
        if let Some(by) = expected.by.as_ref().filter(|by| Some(by.value) != due) {
            let got = due.map_or_else(|| "nessun giorno".to_owned(), |due| due.to_string());
            self.wrong(&by.place, format!("doveva scadere il {}, invece: {got}", by.value), "");
        }
        Some(index)
    }

    /// Has a variation of the item or term that act?
    fn varied_by(&self, subject: &str, act: &str) -> bool {
        self.rulebook.variations_of(subject).any(|variation| variation.norm.act == act)
    }

    /// Has a script made that term shorter in the name of that act?
    fn spoken_of(&self, term: u16, act: &str) -> bool {
        self.case.words.shortened.iter().any(|word| word.term == term && word.norm.act == act)
    }

    /// Does a finding rest on that act: the item's or the term's, or that of a variation of it?
    fn rests(&self, finding: &Finding, act: &str) -> bool {
        finding.norm(self.rulebook, &self.case).act == act
            || finding.subject(self.rulebook).is_some_and(|subject| self.varied_by(subject, act))
            || finding.term.is_some_and(|term| self.spoken_of(term, act))
            || finding
                .item
                .is_some_and(|item| self.case.words.due.iter().any(|(i, norm)| *i == item && norm.act == act))
    }

    fn lists(&mut self, expected: &Expected, agenda: &Agenda) {
        if let Some(registrations) = &expected.registrations {
            let mut named = BTreeSet::new();
            for registration in registrations {
                let index = self.rulebook.item_index(&registration.item.value.0);
                named.extend(index);
                let item = index.filter(|i| agenda.registrations.contains(i)).and_then(|i| self.rulebook.item(i));
                let codes = item.and_then(|i| i.registration.as_ref()).map(|r| r.codes.clone()).unwrap_or_default();
                if !codes.contains(&registration.code.value.0) {
                    self.wrong(&registration.place, "la registrazione doveva essere dovuta, invece non lo è", "");
                }
            }
            let extra =
                agenda.registrations.iter().filter(|i| !named.contains(i)).filter_map(|i| self.rulebook.item(*i));
            let extra: Vec<String> = extra.map(|item| format!("`{}`", item.id)).collect();
            if !extra.is_empty() {
                let message = format!("è dovuta anche la registrazione di {}", extra.join(", "));
                self.wrong(&self.scenario.name.place, message, "aggiungila a `registrazioni`");
            }
        }
        let awaited: BTreeSet<&str> =
            agenda.awaited.iter().filter_map(|a| self.rulebook.fact(a.fact)).map(|f| f.name.as_str()).collect();
        let parameters: BTreeSet<&str> = agenda
            .parameters
            .iter()
            .filter_map(|p| self.rulebook.parameters.get(usize::from(*p)))
            .map(|p| p.id.as_str())
            .collect();
        let facts = expected.awaited.as_ref().map(|list| list.iter().map(|f| f.value.0.as_str()).collect());
        let named = expected.parameters.as_ref().map(|list| list.iter().map(|p| p.value.0.as_str()).collect());
        self.same_set("dati attesi", facts, &awaited);
        self.same_set("parametri mancanti", named, &parameters);
    }

    fn same_set(&mut self, what: &str, expected: Option<BTreeSet<&str>>, got: &BTreeSet<&str>) {
        if let Some(expected) = expected.filter(|expected| expected != got) {
            let list = |set: &BTreeSet<&str>| set.iter().copied().collect::<Vec<_>>().join(", ");
            let message = format!("{what}: dovevano essere [{}], invece sono [{}]", list(&expected), list(got));
            self.wrong(&self.scenario.name.place, message, "");
        }
    }

    fn findings(&mut self, expected: &Expected, check: &Check) {
        let Some(list) = &expected.findings else { return };
        let mut left: Vec<_> = check.findings.iter().collect();
        for wanted in list {
            let found = left.iter().position(|f| {
                f.kind == wanted.kind.value
                    && wanted.what.as_ref().is_none_or(|what| f.subject(self.rulebook) == Some(what.value.as_str()))
                    && wanted.norm.as_ref().is_none_or(|norm| self.rests(f, &norm.value.0))
                    && wanted.gravity.is_none_or(|gravity| f.gravity == gravity)
            });
            match found {
                // One expectation may cover several findings of one kind on one item.
                Some(at) => {
                    let one = left.remove(at);
                    left.retain(|f| !(f.kind == one.kind && f.item == one.item && f.term == one.term));
                }
                None => {
                    let what = wanted.what.as_ref().map(|w| format!(" su `{}`", w.value)).unwrap_or_default();
                    let message = format!("doveva esserci il rilievo `{}`{what}", wanted.kind.value.word());
                    self.wrong(&wanted.place, message, "");
                }
            }
        }
        for extra in left {
            let gravity = if extra.gravity == Gravity::Breach { "violazione" } else { "avviso" };
            let words = crate::engine::finding_words(self.rulebook, &self.case, extra);
            let message = format!("c'è anche il rilievo `{}` ({gravity}): {words}", extra.kind.word());
            self.wrong(&self.scenario.name.place, message, "aggiungilo a `rilievi`, oppure correggi la storia");
        }
    }
}

fn duty_name(duty: &ExpectedDuty) -> Option<&Spanned<Id>> {
    duty.activity.as_ref().or(duty.output.as_ref()).or(duty.outcome.as_ref())
}
