// SPDX-License-Identifier: EUPL-1.2
//! `rafforza_evidenza`: a form that asks for more, field by field.

use crate::diagnostic::Place;
use crate::spec::decode::{Entry, FactName, Spanned};
use crate::spec::folder::OverlayFile;
use crate::spec::level::{EvidenceField, FieldType};
use crate::spec::overlay::{StrengthenEvidence, StrongerField, Verb};
use crate::value::Decimal;

use super::super::resolve::citation;
use super::{Layer, no_output_procedure};

impl Layer<'_, '_> {
    pub(super) fn strengthen(&mut self, file: &OverlayFile, verb: &Spanned<Verb>, stronger: &StrengthenEvidence) {
        let name = &stronger.output;
        let Some(at) = self.laid.level.outputs.0.iter().position(|e| e.name.value == name.value) else {
            return self.unknown_item("output", name);
        };
        let mut said: Vec<String> = Vec::new();
        for field in &stronger.fields.0 {
            let key = format!("{}.{}", name.value, field.name.value);
            if !self.is_first("rafforza_evidenza", &key, &field.name.place) {
                continue;
            }
            let Some(output) = self.laid.level.outputs.0.get(at) else { continue };
            let evidence = output.value.procedure.as_ref().map(|p| &p.evidence);
            let old = evidence.and_then(|e| e.entry(&field.name.value.0)).cloned();
            let new = match &old {
                Some(old) => self.stronger(old, field),
                None => self.new_field(field),
            };
            let Some((new, words)) = new else { continue };
            said.push(words);
            let Some(output) = self.laid.level.outputs.0.get_mut(at) else { continue };
            let place = output.value.place.clone();
            let procedure = output.value.procedure.get_or_insert_with(|| no_output_procedure(&place));
            match procedure.evidence.0.iter_mut().find(|e| e.name.value == field.name.value) {
                Some(entry) => entry.value = new,
                None => procedure.evidence.0.push(Entry { name: field.name.clone(), value: new }),
            }
        }
        if !said.is_empty() {
            let words = format!("rafforza la prova di `{}`: {}", name.value, said.join("; "));
            let norm = citation(&stronger.norm);
            self.note(file, verb, Some(&name.value), words, norm, stronger.reason.as_ref());
        }
    }

    fn new_field(&mut self, field: &Entry<FactName, StrongerField>) -> Option<(EvidenceField, String)> {
        let (name, spec) = (&field.name.value, &field.value);
        let (Some(kind), Some(question)) = (spec.kind, spec.question.clone()) else {
            let message = format!("il campo `{name}` è nuovo: servono `tipo` e `domanda`");
            let help = "per esempio `{ tipo: testo, minimo: 1, domanda: \"…\" }`; se non è nuovo, controllane il nome";
            self.faults.error("variazione-errata", &field.name.place, message, help);
            return None;
        };
        let new = EvidenceField {
            place: spec.place.clone(),
            kind,
            of: spec.of,
            question,
            mandatory: spec.mandatory.as_ref().map(|m| m.value),
            minimum: spec.minimum.clone(),
            maximum: spec.maximum.clone(),
            pattern: spec.pattern.clone(),
            choices: spec.choices.clone(),
        };
        Some((new, format!("chiede anche `{name}`")))
    }

    /// A field that was there, made stronger; none (and a fault) when it would be weaker.
    fn stronger(
        &mut self,
        old: &Entry<FactName, EvidenceField>,
        field: &Entry<FactName, StrongerField>,
    ) -> Option<(EvidenceField, String)> {
        let (name, spec, national) = (&field.name.value, &field.value, &old.name.place);
        let mut new = old.value.clone();
        let mut said: Vec<String> = Vec::new();
        let mut weaker: Vec<(Place, String)> = Vec::new();
        if spec.kind.is_some_and(|k| k != new.kind) || (spec.of.is_some() && spec.of != new.of) {
            weaker.push((spec.place.clone(), format!("il campo `{name}` cambierebbe tipo")));
        }
        if let Some(mandatory) = &spec.mandatory {
            let minimum = new.minimum.as_ref().and_then(|m| m.value.integer()).is_some_and(|n| n >= 1);
            let sized = matches!(new.kind, FieldType::Text | FieldType::List);
            let was = new.mandatory.unwrap_or(sized && minimum);
            match (was, mandatory.value) {
                (true, false) => {
                    weaker.push((mandatory.place.clone(), format!("il campo `{name}` non sarebbe più obbligatorio")));
                }
                (false, true) => {
                    new.mandatory = Some(true);
                    said.push(format!("`{name}` diventa obbligatorio"));
                }
                _ => {}
            }
        }
        let beyond = |old: Option<Decimal>, new: Decimal, up: bool| {
            old.is_some_and(|old| if up { new < old } else { new > old })
        };
        if let Some(minimum) = &spec.minimum {
            let was = new.minimum.as_ref().map(|m| m.value);
            if beyond(was, minimum.value, true) {
                weaker.push((minimum.place.clone(), format!("il minimo del campo `{name}` scenderebbe")));
            } else if was != Some(minimum.value) {
                // An unsaid `obbligatorio` follows the minimum, and never the other way.
                said.push(format!("il minimo di `{name}` sale a {}", minimum.value));
                new.minimum = Some(minimum.clone());
            }
        }
        if let Some(maximum) = &spec.maximum {
            let was = new.maximum.as_ref().map(|m| m.value);
            if beyond(was, maximum.value, false) {
                weaker.push((maximum.place.clone(), format!("il massimo del campo `{name}` salirebbe")));
            } else if was != Some(maximum.value) {
                said.push(format!("il massimo di `{name}` scende a {}", maximum.value));
                new.maximum = Some(maximum.clone());
            }
        }
        if let Some(pattern) = &spec.pattern {
            match &new.pattern {
                None => {
                    said.push(format!("`{name}` deve seguire il modello `{}`", pattern.value));
                    new.pattern = Some(pattern.clone());
                }
                Some(old) if old.value == pattern.value => {}
                Some(_) => weaker.push((
                    pattern.place.clone(),
                    format!(
                        "il modello del campo `{name}` cambierebbe: non si può dimostrare che chieda almeno lo stesso"
                    ),
                )),
            }
        }
        if !spec.choices.is_empty() && spec.choices != new.choices {
            match spec.choices.iter().find(|c| !new.choices.contains(c)) {
                Some(stray) => weaker
                    .push((spec.place.clone(), format!("la scelta `{stray}` non è tra quelle del campo `{name}`"))),
                None => {
                    said.push(format!("le scelte di `{name}` si riducono a {}", spec.choices.join(", ")));
                    new.choices.clone_from(&spec.choices);
                }
            }
        }
        let sound = weaker.is_empty();
        for (place, message) in weaker {
            self.lowers(&place, message, national, "chiedi almeno ciò che chiede il livello");
        }
        if sound && said.is_empty() {
            self.idle(&field.name.place, format!("il campo `{name}` chiede già tutto questo"));
        }
        (sound && !said.is_empty()).then(|| (new, said.join(", ")))
    }
}
