// SPDX-License-Identifier: EUPL-1.2
//! `precisa_sap`: which code an item carries, where the decree leaves it open.

use crate::spec::decode::Spanned;
use crate::spec::folder::OverlayFile;
use crate::spec::level::{RegistrationSpec, SapCodesSpec};
use crate::spec::overlay::{SettleSap, Verb};

use super::super::resolve::citation;
use super::{Layer, Named, no_activity_procedure, no_output_procedure};

impl Layer<'_, '_> {
    pub(super) fn settle(&mut self, file: &OverlayFile, verb: &Spanned<Verb>, settle: &SettleSap) {
        let names = [("attivita", &settle.activity), ("output", &settle.output), ("outcome", &None)];
        let Some(Named { key, name }) = self.named(&settle.place, names) else { return };
        if !self.is_sound(settle.when.as_ref()) {
            return;
        }
        let id = name.value.0.as_str();
        let letter = self.laid.level.letter.place.clone();
        let codes = &settle.codes.0;
        if let Some(SapCodesSpec::Codes(listed)) = &self.laid.level.sap
            && !self.codes_open
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
}
