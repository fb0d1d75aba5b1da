// SPDX-License-Identifier: EUPL-1.2
//! Has every due item a story that shows it, and do the stories speak of things that are there?

use crate::spec::decode::{Faults, Id, Spanned, shown};
use crate::spec::level::{Level, ObligationSpec};
use crate::spec::scenario::{Action, ExpectedDuty, Prior, RefusalKind, Scenario};

use super::{Context, item_names, suggestion};

/// `prova-mancante`, `prova-errata`.
pub(super) fn check(context: &Context<'_>, faults: &mut Faults) {
    let level = &context.file.level;
    let names: Vec<&str> = item_names(level).iter().map(|n| n.value.0.as_str()).collect();
    let mut met: Vec<String> = Vec::new();
    for scenario in &context.file.scenarios {
        visit(scenario, &names, &mut met, faults);
        if scenario.expected.is_empty() {
            faults.error(
                "prova-errata",
                &scenario.expected.place,
                "la prova non si aspetta niente",
                "scrivi sotto `allora` che cosa deve risultare",
            );
        }
        for entry in &scenario.facts.0 {
            fact(context, &entry.name, faults);
        }
        for prior in &scenario.dossier {
            dossier(context, prior, faults);
        }
        for time in scenario.events.iter().filter_map(|line| line.time.as_ref()).filter(|time| !is_hour(&time.value)) {
            let message = format!("`{}` non è un'ora", shown(&time.value));
            faults.error("prova-errata", &time.place, message, "scrivi ore e minuti tra apici, per esempio '09:30'");
        }
    }
    for name in item_names(level) {
        if may_be_due(level, &name.value.0) && !met.contains(&name.value.0) {
            let message = format!("nessuna prova mostra `{}`, che può essere dovuta", name.value);
            let help = format!("aggiungi una prova in `{}`", context.file.file.replace(".yaml", ".prove.yaml"));
            faults.error("prova-mancante", &name.place, message, help);
        }
    }
}

fn fact(context: &Context<'_>, name: &Spanned<crate::spec::decode::FactName>, faults: &mut Faults) {
    if !context.facts.iter().any(|f| f.name == name.value.0) {
        let help = suggestion(&name.value.0, context.facts.iter().map(|f| f.name.as_str()), "i dati sono");
        faults.error("prova-errata", &name.place, format!("il dato `{}` è sconosciuto", name.value), help);
    }
}

/// An item of another level that the person's cases hold: a slip here would make the story show nothing.
fn dossier(context: &Context<'_>, prior: &Prior, faults: &mut Faults) {
    let mut say = |message: String, help: String| faults.error("prova-errata", &prior.place, message, help);
    let Some(other) = context.specs.level(&prior.level.0) else {
        let known: Vec<&str> = context.specs.levels.iter().map(|f| f.level.letter.value.0.as_str()).collect();
        let help = suggestion(&prior.level.0, known.into_iter(), "i livelli sono");
        return say(format!("il livello `{}` del fascicolo è sconosciuto", prior.level), help);
    };
    let level = &other.level;
    let (name, known): (&Id, Vec<&str>) = match (&prior.activity, &prior.output, &prior.outcome) {
        (Some(name), None, None) => (name, level.activities.names().collect()),
        (None, Some(name), None) => (name, level.outputs.names().collect()),
        (None, None, Some(name)) => (name, level.outcomes.names().collect()),
        _ => {
            let message = "una riga del fascicolo nomina una voce e una sola".to_owned();
            return say(message, "scrivi una sola tra `attivita`, `output`, `outcome`".to_owned());
        }
    };
    if !known.contains(&name.0.as_str()) {
        let help = suggestion(&name.0, known.into_iter(), "il livello ha");
        say(format!("la voce `{name}` del fascicolo è sconosciuta nel livello `{}`", prior.level), help);
    }
}

fn is_hour(text: &str) -> bool {
    let two = |part: &str, below: u32| {
        part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()) && part.parse::<u32>().is_ok_and(|n| n < below)
    };
    text.split_once(':').is_some_and(|(hours, minutes)| two(hours, 24) && two(minutes, 60))
}

fn visit(scenario: &Scenario, names: &[&str], met: &mut Vec<String>, faults: &mut Faults) {
    let mut meet = |name: &Spanned<Id>, free: bool, faults: &mut Faults| {
        if names.contains(&name.value.0.as_str()) {
            met.push(name.value.0.clone());
        } else if !free {
            let help = suggestion(&name.value.0, names.iter().copied(), "le voci sono");
            faults.error(
                "prova-errata",
                &name.place,
                format!("la voce `{}` è sconosciuta nel livello", name.value),
                help,
            );
        }
    };
    for line in &scenario.events {
        // A refused command may name what is not there: that is what it shows.
        let free = line.refusal.as_ref().is_some_and(|r| r.kind.value == RefusalKind::Unknown)
            || scenario.imported == Some(true);
        if let Some(
            Action::Activity { activity: name, .. }
            | Action::Output { output: name, .. }
            | Action::Outcome { outcome: name }
            | Action::Register { item: name, .. },
        ) = line.action(faults)
        {
            meet(&name, free, faults);
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
                "qui manca la voce attesa",
                "scrivi `attivita`, `output` oppure `outcome`, con il suo nome",
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
