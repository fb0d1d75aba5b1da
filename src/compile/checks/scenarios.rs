// SPDX-License-Identifier: EUPL-1.2
//! Has every due item a story that shows it, and do the stories speak of things that are there?

use crate::spec::decode::{Faults, Id, Spanned};
use crate::spec::level::{Level, ObligationSpec};
use crate::spec::scenario::{Action, ExpectedDuty, RefusalKind, Scenario};

use super::{Context, item_names, suggestion};

/// `prova-mancante`, `prova-errata`.
pub(super) fn check(context: &Context<'_>, faults: &mut Faults) {
    let level = &context.file.level;
    let names: Vec<&str> = item_names(level).iter().map(|n| n.value.0.as_str()).collect();
    let mut shown: Vec<String> = Vec::new();
    for scenario in &context.file.scenarios {
        visit(scenario, &names, &mut shown, faults);
        if scenario.expected.is_empty() {
            faults.error(
                "prova-errata",
                &scenario.expected.place,
                "la prova non si aspetta niente",
                "scrivi che cosa deve risultare",
            );
        }
        for entry in &scenario.facts.0 {
            fact(context, &entry.name, faults);
        }
    }
    for name in item_names(level) {
        if may_be_due(level, &name.value.0) && !shown.contains(&name.value.0) {
            let message = format!("nessuna prova mostra `{}`, che può essere dovuta", name.value);
            let help = format!("aggiungi una prova in `{}`", context.file.file.replace(".yaml", ".prove.yaml"));
            faults.error("prova-mancante", &name.place, message, help);
        }
    }
}

fn fact(context: &Context<'_>, name: &Spanned<crate::spec::decode::FactName>, faults: &mut Faults) {
    if !context.facts.iter().any(|f| f.name == name.value.0) {
        let help = suggestion(&name.value.0, context.facts.iter().map(|f| f.name.as_str()), "i dati sono");
        faults.error("prova-errata", &name.place, format!("dato `{}` sconosciuto", name.value), help);
    }
}

fn visit(scenario: &Scenario, names: &[&str], shown: &mut Vec<String>, faults: &mut Faults) {
    let mut meet = |name: &Spanned<Id>, free: bool, faults: &mut Faults| {
        if names.contains(&name.value.0.as_str()) {
            shown.push(name.value.0.clone());
        } else if !free {
            let help = suggestion(&name.value.0, names.iter().copied(), "le voci sono");
            faults.error("prova-errata", &name.place, format!("voce `{}` sconosciuta nel livello", name.value), help);
        }
    };
    for line in &scenario.events {
        // A refused command may name what is not there: that is what it shows.
        let free = line.refusal.as_ref().is_some_and(|r| r.kind.value == RefusalKind::Unknown)
            || scenario.imported == Some(true);
        match line.action(faults) {
            Some(
                Action::Activity { activity: name, .. }
                | Action::Output { output: name, .. }
                | Action::Outcome { outcome: name }
                | Action::Register { item: name, .. },
            ) => {
                meet(&name, free, faults);
            }
            _ => {}
        }
    }
    let expected = &scenario.expected;
    let duties = expected.due.iter().chain(&expected.due_too).chain(&expected.not_due).flatten();
    for duty in duties {
        match duty_name(duty) {
            Some(name) => meet(name, false, faults),
            None => faults.error(
                "prova-errata",
                &duty.place,
                "la voce non ha nome",
                "scrivi `attivita`, `output` oppure `outcome`",
            ),
        }
    }
}

/// The item an expected duty names.
fn duty_name(duty: &ExpectedDuty) -> Option<&Spanned<Id>> {
    duty.activity.as_ref().or(duty.output.as_ref()).or(duty.outcome.as_ref())
}

/// Due always, or under a condition; an output is due unless it says otherwise.
fn may_be_due(level: &Level, name: &str) -> bool {
    let own = |obligation: Option<&ObligationSpec>, unsaid: bool| match obligation {
        None => unsaid,
        Some(ObligationSpec::Offered) => false,
        Some(ObligationSpec::Due | ObligationSpec::When(_)) => true,
    };
    if let Some(activity) = level.activities.get(name) {
        return own(activity.procedure.as_ref().and_then(|p| p.obligation.as_ref()), false);
    }
    if let Some(output) = level.outputs.get(name) {
        return own(output.procedure.as_ref().and_then(|p| p.obligation.as_ref()), true);
    }
    level.outcomes.get(name).is_some_and(|o| own(o.procedure.as_ref().and_then(|p| p.obligation.as_ref()), false))
}
