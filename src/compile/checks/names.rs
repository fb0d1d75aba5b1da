// SPDX-License-Identifier: EUPL-1.2
//! Does every name inside the level name something that is there, of the right kind?

use crate::spec::decode::{Faults, Id, Spanned};
use crate::spec::level::{LengthSpec, Level, MomentSpec, RequirementSpec, StartSpec, TargetSpec};

use super::{Context, item_names, level_named, prerequisites, suggestion};

/// `voce-inesistente`, `voce-di-altro-tipo`, `voce-se-stessa`, `parametro-sconosciuto`, `livello-sconosciuto`.
pub(super) fn check(context: &Context<'_>, faults: &mut Faults) {
    let level = &context.file.level;
    let known: Vec<&str> = item_names(level).iter().map(|n| n.value.0.as_str()).collect();
    for (owner, references) in prerequisites(level) {
        for reference in references {
            if reference.value.0 == owner {
                let message = format!("`{owner}` non può venire dopo se stessa");
                faults.error("voce-se-stessa", &reference.place, message, "togli il nome dall'elenco");
            } else {
                item(level, &known, reference, faults);
            }
        }
    }
    for entry in &level.outputs.0 {
        for reference in entry.value.procedure.iter().flat_map(|p| &p.rests_on) {
            if level.activities.get(&reference.value.0).is_none() && known.contains(&reference.value.0.as_str()) {
                let message = format!("`{}` non è un'attività", reference.value);
                faults.error(
                    "voce-di-altro-tipo",
                    &reference.place,
                    message,
                    "sotto `da` vanno le attività; per il resto usa `dopo`",
                );
            }
        }
    }
    for entry in &level.terms.0 {
        let target = match &entry.value.what {
            TargetSpec::Moment(moment) => Some(moment),
            TargetSpec::Closing => None,
        };
        let start = match &entry.value.from {
            StartSpec::Moment(moment) => Some(moment),
            StartSpec::Opening | StartSpec::Fact(_) => None,
        };
        for moment in target.into_iter().chain(start) {
            match moment {
                MomentSpec::Done(name) => item(level, &known, name, faults),
                MomentSpec::Started(name) => activity(level, name, faults),
            }
        }
        if let Some(LengthSpec::Parameter(name)) = &entry.value.within {
            let table = &context.catalogue.parameters;
            if table.get(&name.value.0).is_none() {
                let help = suggestion(&name.value.0, table.names(), "i parametri sono");
                faults.error(
                    "parametro-sconosciuto",
                    &name.place,
                    format!("il parametro `{}` è sconosciuto", name.value),
                    help,
                );
            }
        }
    }
    if let Some(access) = level.access.as_ref().filter(|access| access.requires.0.is_empty() && access.when.is_none()) {
        let help = "scrivi `richiede` o `se`, oppure togli `accesso`";
        faults.error("requisito-errato", &access.place, "l'accesso non chiede niente", help);
    }
    for requirement in level.access.iter().flat_map(|access| &access.requires.0) {
        required(context, requirement, faults);
    }
}

fn item(level: &Level, known: &[&str], name: &Spanned<Id>, faults: &mut Faults) {
    if !known.contains(&name.value.0.as_str()) {
        let help = suggestion(&name.value.0, known.iter().copied(), "le voci sono");
        let message = format!("la voce `{}` è sconosciuta nel livello `{}`", name.value, level.letter.value);
        faults.error("voce-inesistente", &name.place, message, help);
    }
}

fn activity(level: &Level, name: &Spanned<Id>, faults: &mut Faults) {
    if level.activities.get(&name.value.0).is_none() {
        let help =
            suggestion(&name.value.0, level.activities.names().collect::<Vec<_>>().into_iter(), "le attività sono");
        let message = format!("l'attività `{}` è sconosciuta nel livello `{}`", name.value, level.letter.value);
        faults.error("voce-inesistente", &name.place, message, help);
    }
}

/// A requirement names one item of another level.
fn required(context: &Context<'_>, requirement: &RequirementSpec, faults: &mut Faults) {
    let letter = &requirement.level;
    let named: Vec<(&Spanned<Id>, &str)> = [
        (&requirement.activity, "le attività"),
        (&requirement.output, "gli output"),
        (&requirement.outcome, "gli outcome"),
    ]
    .into_iter()
    .filter_map(|(name, key)| name.as_ref().map(|name| (name, key)))
    .collect();
    let [(name, what)] = named.as_slice() else {
        let help = "scrivi una sola tra `attivita`, `output`, `outcome`";
        faults.error("requisito-errato", &requirement.place, "un requisito nomina una voce dell'altro livello", help);
        return;
    };
    if letter.value == context.file.level.letter.value {
        faults.error(
            "requisito-errato",
            &letter.place,
            "un livello non può richiedere se stesso",
            "nomina un altro livello",
        );
        return;
    }
    let Some(other) = level_named(context.specs, letter, faults) else { return };
    let known: Vec<&str> = match requirement {
        RequirementSpec { activity: Some(_), .. } => other.level.activities.names().collect(),
        RequirementSpec { output: Some(_), .. } => other.level.outputs.names().collect(),
        _ => other.level.outcomes.names().collect(),
    };
    if !known.contains(&name.value.0.as_str()) {
        let help = suggestion(&name.value.0, known.into_iter(), "il livello ha");
        faults.error(
            "voce-inesistente",
            &name.place,
            format!("`{}` non è tra {what} del livello `{}`", name.value, letter.value),
            help,
        );
    }
}
