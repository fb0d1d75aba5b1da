// SPDX-License-Identifier: EUPL-1.2
//! Does every condition name declared facts, compare like with like, and really depend on them?

use crate::condition::{Condition, FactShape, Verdict, decide};
use crate::diagnostic::Place;
use crate::rulebook::Fact;
use crate::spec::catalogue::FactKind;
use crate::spec::decode::{Faults, Spanned};
use crate::spec::level::{Level, ObligationSpec};

use super::Context;

/// Every condition of the level.
pub(super) fn conditions(level: &Level) -> Vec<&Spanned<String>> {
    let mut found: Vec<&Spanned<String>> = Vec::new();
    for procedure in level.activities.0.iter().filter_map(|e| e.value.procedure.as_ref()) {
        if let Some(ObligationSpec::When(text)) = &procedure.obligation {
            found.push(text);
        }
        found.extend(procedure.sap.iter().filter_map(|sap| sap.when.as_ref()));
    }
    for procedure in level.outputs.0.iter().filter_map(|e| e.value.procedure.as_ref()) {
        if let Some(ObligationSpec::When(text)) = &procedure.obligation {
            found.push(text);
        }
        found.extend(procedure.sap.iter().filter_map(|sap| sap.when.as_ref()));
    }
    for procedure in level.outcomes.0.iter().filter_map(|e| e.value.procedure.as_ref()) {
        if let Some(ObligationSpec::When(text)) = &procedure.obligation {
            found.push(text);
        }
    }
    found.extend(level.terms.0.iter().filter_map(|e| e.value.when.as_ref()));
    found.extend(level.access.iter().flat_map(|a| a.when.iter().chain(&a.unless)));
    found
}

/// `condizione-errata`, `condizione-sempre-vera`, `condizione-sempre-falsa`, `condizione-troppo-ampia`, `dato-errato`.
pub(super) fn check(context: &Context<'_>, faults: &mut Faults) {
    let shapes: Vec<FactShape<'_>> = context.facts.iter().map(Fact::shape).collect();
    for text in conditions(&context.file.level) {
        let condition = match Condition::read(&text.value, &shapes) {
            Ok(condition) => condition,
            Err(found) => {
                for fault in found {
                    let place = inside(text, fault.start, fault.length);
                    let help = fault.help.unwrap_or_else(|| "per esempio `eta < 30 && percettore_naspi`".to_owned());
                    faults.error("condizione-errata", &place, fault.message, help);
                }
                continue;
            }
        };
        match decide(&condition, &shapes) {
            Verdict::Depends => {}
            Verdict::AlwaysTrue => faults.error(
                "condizione-sempre-vera",
                &text.place,
                "la condizione vale sempre, qualunque siano i dati",
                "togli la condizione, oppure correggila",
            ),
            Verdict::AlwaysFalse => faults.error(
                "condizione-sempre-falsa",
                &text.place,
                "la condizione non vale mai, qualunque siano i dati",
                "togli ciò che dipende dalla condizione, oppure correggila",
            ),
            Verdict::NotAnalysable => faults.error(
                "condizione-troppo-ampia",
                &text.place,
                "la condizione ha troppi casi per essere verificata",
                "dividila in condizioni più semplici",
            ),
        }
    }
    let own = context.file.level.facts.0.iter();
    for entry in own {
        fact(&entry.name.place, &entry.name.value.0, &entry.value, faults);
    }
}

/// A fact that declares choices it cannot have, or none where it must.
pub(super) fn fact(place: &Place, name: &str, spec: &crate::spec::catalogue::FactSpec, faults: &mut Faults) {
    if (spec.kind == FactKind::Choice) == spec.choices.is_empty() {
        let help = "`scelte` va con `tipo: scelta`, e solo con quello";
        faults.error(
            "dato-errato",
            place,
            format!("le scelte del dato `{name}` non vanno d'accordo con il suo tipo"),
            help,
        );
    }
    let bounds = (spec.minimum.as_ref().map(|n| n.value), spec.maximum.as_ref().map(|n| n.value));
    if !matches!(spec.kind, FactKind::Integer | FactKind::Decimal) && bounds != (None, None) {
        faults.error(
            "dato-errato",
            place,
            format!("`minimo` e `massimo` del dato `{name}` non vanno d'accordo con il suo tipo"),
            "valgono solo per `tipo: intero` e `tipo: decimale`",
        );
    }
    if let (Some(min), Some(max)) = bounds
        && min > max
    {
        faults.error(
            "dato-errato",
            place,
            format!("il minimo del dato `{name}` supera il massimo"),
            "scambia i due numeri",
        );
    }
}

/// The place of a part of a condition, where the text stands on one line as written.
pub(in crate::compile) fn inside(text: &Spanned<String>, start: usize, length: usize) -> Place {
    let whole = &text.place;
    let written = text.value.chars().count();
    let (start, length) = (u32::try_from(start).unwrap_or(0), u32::try_from(length).unwrap_or(0));
    // Quotes make the place two characters longer than the text; anything else is folded or escaped.
    let offset = match usize::try_from(whole.length).unwrap_or(0).checked_sub(written) {
        Some(0) => 0,
        Some(2) => 1,
        _ => return whole.clone(),
    };
    Place { column: whole.column + offset + start, length, ..whole.clone() }
}
