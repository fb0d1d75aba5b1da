// SPDX-License-Identifier: EUPL-1.2
//! Can every form of evidence be filled in?

use crate::evidence::is_pattern;
use crate::spec::decode::Faults;
use crate::spec::level::FieldType;
use crate::value::Decimal;

use super::Context;

/// `campo-errato`.
pub(super) fn check(context: &Context<'_>, faults: &mut Faults) {
    for output in &context.file.level.outputs.0 {
        let fields = output.value.procedure.iter().flat_map(|p| &p.evidence.0);
        for entry in fields {
            let (name, field) = (&entry.name, &entry.value);
            let is_list = field.kind == FieldType::List;
            let mut say = |message: String, help: &str| faults.error("campo-errato", &name.place, message, help);
            match (is_list, field.of) {
                (true, None) => say(
                    format!("non si sa di che cosa è fatto l'elenco `{}`", name.value),
                    "aggiungi `di:` con il tipo delle voci",
                ),
                (false, Some(_)) => say(
                    format!("`di` nel campo `{}`, che non è un elenco", name.value),
                    "togli `di`, oppure scrivi `tipo: elenco`",
                ),
                (true, Some(FieldType::List | FieldType::Boolean)) => {
                    say(
                        format!("l'elenco `{}` non può essere fatto così", name.value),
                        "le voci sono testo, intero, decimale, data o scelta",
                    );
                }
                _ => {}
            }
            let chosen = field.kind == FieldType::Choice || field.of == Some(FieldType::Choice);
            if chosen == field.choices.is_empty() {
                say(
                    format!("le scelte del campo `{}` non vanno d'accordo con il suo tipo", name.value),
                    "`scelte` va con il tipo scelta, e solo con quello",
                );
            }
            let bounded =
                matches!(field.kind, FieldType::Text | FieldType::List | FieldType::Integer | FieldType::Decimal);
            let (min, max) = (field.minimum.as_ref().map(|n| n.value), field.maximum.as_ref().map(|n| n.value));
            if !bounded && (min.is_some() || max.is_some()) {
                say(
                    format!("`minimo` e `massimo` non valgono per il campo `{}`", name.value),
                    "valgono per testo, elenco, intero, decimale",
                );
            }
            let counted = matches!(field.kind, FieldType::Text | FieldType::List);
            if counted && min.into_iter().chain(max).any(Decimal::is_negative) {
                say(
                    format!("`minimo` e `massimo` del campo `{}` non possono essere negativi", name.value),
                    "contano i caratteri di un testo o le voci di un elenco: si parte da 0",
                );
            }
            if let (Some(min), Some(max)) = (min, max)
                && min > max
            {
                say(format!("il minimo del campo `{}` supera il massimo", name.value), "scambia i due numeri");
            }
            let fractional = |n: Option<Decimal>| n.is_some_and(|n| n.integer().is_none());
            if field.kind != FieldType::Decimal && (fractional(min) || fractional(max)) {
                say(
                    format!("`minimo` e `massimo` del campo `{}` vanno scritti senza decimali", name.value),
                    "i decimali valgono solo per `tipo: decimale`",
                );
            }
            if let Some(pattern) = &field.pattern {
                if field.kind != FieldType::Text {
                    say(format!("`modello` non vale per il campo `{}`", name.value), "vale solo per il tipo testo");
                } else if !is_pattern(&pattern.value) {
                    faults.error(
                        "campo-errato",
                        &pattern.place,
                        "espressione regolare non valida",
                        "controlla parentesi e caratteri speciali; niente riferimenti all'indietro",
                    );
                }
            }
        }
    }
}
