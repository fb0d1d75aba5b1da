// SPDX-License-Identifier: EUPL-1.2
//! Is it clear what is due, and can what is due be done without what is only offered?

use crate::diagnostic::Diagnostic;
use crate::spec::decode::Faults;
use crate::spec::level::{Level, ObligationSpec};

use super::{Context, prerequisites};

/// `obbligo-non-detto`, `dovuta-dopo-offerta`, `volte-errate`.
pub(super) fn check(context: &Context<'_>, faults: &mut Faults) {
    let level = &context.file.level;
    let rests = |name: &str| {
        level.outputs.0.iter().any(|o| o.value.procedure.iter().flat_map(|p| &p.rests_on).any(|r| r.value.0 == name))
    };
    for entry in &level.activities.0 {
        let procedure = entry.value.procedure.as_ref();
        let said = procedure.is_some_and(|p| p.obligation.is_some());
        if !said && !rests(&entry.name.value.0) {
            let message =
                format!("non si sa se `{}` è dovuta: non ha un obbligo e nessun output ne nasce", entry.name.value);
            let help = "scrivi `obbligo: dovuta`, `obbligo: offerta` oppure `obbligo: { se: … }` sotto `procedura`";
            faults.error("obbligo-non-detto", &entry.name.place, message, help);
        }
        if let Some(times) = procedure.and_then(|p| p.times.as_ref()).filter(|n| !(1..=100).contains(&n.value)) {
            faults.error(
                "volte-errate",
                &times.place,
                format!("`volte: {}` non ha senso", times.value),
                "scrivi un numero da 1 a 100",
            );
        }
    }
    for (owner, references) in prerequisites(level) {
        if !may_be_due(level, owner) {
            continue;
        }
        for reference in references.iter().filter(|r| is_only_offered(level, &r.value.0)) {
            faults.0.push(
                Diagnostic::error(
                    "dovuta-dopo-offerta",
                    &reference.place,
                    format!("`{owner}` può essere dovuta, ma viene dopo `{}`, che è solo offerta", reference.value),
                )
                .help(format!("rendi dovuta `{}`, oppure togli l'ordine", reference.value)),
            );
        }
    }
}

fn may_be_due(level: &Level, name: &str) -> bool {
    if let Some(output) = level.outputs.get(name) {
        return !matches!(output.procedure.as_ref().and_then(|p| p.obligation.as_ref()), Some(ObligationSpec::Offered));
    }
    if let Some(activity) = level.activities.get(name) {
        let own = activity.procedure.as_ref().and_then(|p| p.obligation.as_ref());
        return matches!(own, Some(ObligationSpec::Due | ObligationSpec::When(_))) || supports_due(level, name);
    }
    let outcome = level.outcomes.get(name).and_then(|o| o.procedure.as_ref()).and_then(|p| p.obligation.as_ref());
    matches!(outcome, Some(ObligationSpec::Due | ObligationSpec::When(_)))
}

fn supports_due(level: &Level, name: &str) -> bool {
    let resting = level
        .outputs
        .0
        .iter()
        .filter(|o| o.value.procedure.iter().flat_map(|p| &p.rests_on).any(|r| r.value.0 == name));
    resting.into_iter().any(|o| may_be_due(level, &o.name.value.0))
}

fn is_only_offered(level: &Level, name: &str) -> bool {
    (level.activities.get(name).is_some() || level.outputs.get(name).is_some() || level.outcomes.get(name).is_some())
        && !may_be_due(level, name)
}
