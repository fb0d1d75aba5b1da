// SPDX-License-Identifier: EUPL-1.2
//! Has every due item a story that shows it, and do the stories speak of things that are there?

use crate::spec::decode::{Faults, Id, Spanned, shown};
use crate::spec::folder::{OverlayFile, Specs};
use crate::spec::level::{Level, ObligationSpec};
use crate::spec::overlay::Verb;
use crate::spec::scenario::{Action, Expected, ExpectedDuty, Prior, RefusalKind, Scenario};

use super::{Context, item_names, suggestion};

/// `prova-mancante`, `prova-errata`.
pub(super) fn check(context: &Context<'_>, faults: &mut Faults) {
    let level = &context.file.level;
    let names: Vec<&str> = item_names(level).iter().map(|n| n.value.0.as_str()).collect();
    let facts: Vec<&str> = context.facts.iter().map(|f| f.name.as_str()).collect();
    let known = Known { specs: context.specs, names: &names, facts: &facts };
    let mut met: Vec<String> = Vec::new();
    for scenario in &context.file.scenarios {
        story(&known, scenario, &mut met, faults);
        only_beside_a_variation(scenario, faults);
    }
    for name in item_names(level) {
        if may_be_due(level, &name.value.0) && !met.contains(&name.value.0) {
            missing(name, "può essere dovuta", &context.file.file, faults);
        }
    }
}

/// The stories beside a variation: they may speak of all that the region and the amendments have added, and must show every
/// item that this one adds or makes due.
pub(super) fn check_overlay(specs: &Specs, file: &OverlayFile, faults: &mut Faults) {
    let letter = file.overlay.letter.value.0.as_str();
    // Told already: a variation of no level.
    let Some(level) = specs.level(letter) else { return };
    let beside: Vec<&OverlayFile> = match &file.folder {
        Some(folder) => specs.amendments(letter).chain(specs.variations(folder, letter)).collect(),
        None => specs.amendments(letter).collect(),
    };
    let mut names: Vec<&str> = item_names(&level.level).iter().map(|n| n.value.0.as_str()).collect();
    names.extend(
        beside.iter().flat_map(|o| &o.overlay.verbs).filter_map(|verb| added(&verb.value)).map(|n| n.value.0.as_str()),
    );
    let region = file.folder.as_deref().and_then(|folder| specs.region(folder));
    let mut facts: Vec<&str> = specs.catalogue.facts.names().chain(level.level.facts.names()).collect();
    facts.extend(region.iter().flat_map(|file| file.region.facts.names()));
    let known = Known { specs, names: &names, facts: &facts };
    let mut met: Vec<String> = Vec::new();
    for scenario in &file.scenarios {
        story(&known, scenario, &mut met, faults);
        if file.folder.is_none() {
            only_beside_a_variation(scenario, faults);
        }
        if let Some(national) = &scenario.national {
            expected(&known, national, &mut Vec::new(), faults);
        }
        if let (Some(office), Some(region)) = (&scenario.office, region)
            && region.region.offices.get(&office.value.0).is_none()
        {
            let help = suggestion(&office.value.0, region.region.offices.names(), "le sedi sono");
            faults.error("prova-errata", &office.place, format!("la sede `{}` è sconosciuta", office.value), help);
        }
    }
    // A variation that follows another in time may leave its stories where they are.
    for scenario in beside.iter().filter(|o| o.folder == file.folder && o.file != file.file).flat_map(|o| &o.scenarios)
    {
        visit(scenario, &names, &mut met, &mut Faults::default());
        expected(&known, &scenario.expected, &mut met, &mut Faults::default());
    }
    for verb in &file.overlay.verbs {
        let shown = match &verb.value {
            Verb::MakeDue(make) => make.activity.as_ref().or(make.output.as_ref()).or(make.outcome.as_ref()),
            other => added(other),
        };
        if let Some(name) = shown.filter(|name| names.contains(&name.value.0.as_str()) && !met.contains(&name.value.0))
        {
            missing(name, "la variazione aggiunge o rende dovuta", &file.file, faults);
        }
    }
}

/// The item that a verb adds.
fn added(verb: &Verb) -> Option<&Spanned<Id>> {
    match verb {
        Verb::AddActivity(add) => Some(&add.id),
        Verb::AddOutput(add) => Some(&add.id),
        Verb::AddOutcome(add) => Some(&add.id),
        _ => None,
    }
}

fn missing(name: &Spanned<Id>, why: &str, file: &str, faults: &mut Faults) {
    let message = format!("nessuna prova mostra `{}`, che {why}", name.value);
    let help = format!("aggiungi una prova in `{}`", file.replace(".yaml", ".prove.yaml"));
    faults.error("prova-mancante", &name.place, message, help);
}

/// What a story may name.
struct Known<'a> {
    specs: &'a Specs,
    names: &'a [&'a str],
    facts: &'a [&'a str],
}

fn story(known: &Known<'_>, scenario: &Scenario, met: &mut Vec<String>, faults: &mut Faults) {
    visit(scenario, known.names, met, faults);
    expected(known, &scenario.expected, met, faults);
    for entry in &scenario.facts.0 {
        fact(known, &entry.name, faults);
    }
    for prior in &scenario.dossier {
        dossier(known.specs, prior, faults);
    }
    for time in scenario.events.iter().filter_map(|line| line.time.as_ref()).filter(|time| !is_hour(&time.value)) {
        let message = format!("`{}` non è un'ora", shown(&time.value));
        faults.error("prova-errata", &time.place, message, "scrivi ore e minuti tra apici, per esempio '09:30'");
    }
}

fn only_beside_a_variation(scenario: &Scenario, faults: &mut Faults) {
    let national = scenario.national.as_ref().map(|expected| (&expected.place, "allora_nazionale"));
    let office = scenario.office.as_ref().map(|office| (&office.place, "sede"));
    for (place, key) in national.into_iter().chain(office) {
        let message = format!("`{key}` si scrive solo nelle prove di una variazione regionale");
        faults.error("prova-errata", place, message, "toglilo, oppure sposta la prova accanto alla variazione");
    }
}

fn fact(known: &Known<'_>, name: &Spanned<crate::spec::decode::FactName>, faults: &mut Faults) {
    if !known.facts.contains(&name.value.0.as_str()) {
        let help = suggestion(&name.value.0, known.facts.iter().copied(), "i dati sono");
        faults.error("prova-errata", &name.place, format!("il dato `{}` è sconosciuto", name.value), help);
    }
}

/// An item of another level that the person's cases hold: a slip here would make the story show nothing.
fn dossier(specs: &Specs, prior: &Prior, faults: &mut Faults) {
    let mut say = |message: String, help: String| faults.error("prova-errata", &prior.place, message, help);
    let Some(other) = specs.level(&prior.level.0) else {
        let known: Vec<&str> = specs.levels.iter().map(|f| f.level.letter.value.0.as_str()).collect();
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

/// The items that the lines of a story are about.
fn visit(scenario: &Scenario, names: &[&str], met: &mut Vec<String>, faults: &mut Faults) {
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
            meet(&name, free, names, met, faults);
        }
    }
}

fn meet(name: &Spanned<Id>, free: bool, names: &[&str], met: &mut Vec<String>, faults: &mut Faults) {
    if names.contains(&name.value.0.as_str()) {
        met.push(name.value.0.clone());
    } else if !free {
        let help = suggestion(&name.value.0, names.iter().copied(), "le voci sono");
        let message = format!("la voce `{}` è sconosciuta nel livello", name.value);
        faults.error("prova-errata", &name.place, message, help);
    }
}

fn expected(known: &Known<'_>, expected: &Expected, met: &mut Vec<String>, faults: &mut Faults) {
    if expected.is_empty() {
        faults.error(
            "prova-errata",
            &expected.place,
            "la prova non si aspetta niente",
            "scrivi qui sotto che cosa deve risultare",
        );
    }
    let duties = expected.due.iter().chain(&expected.due_too).chain(&expected.not_due).flatten();
    for duty in duties {
        match duty_name(duty) {
            Some(name) => meet(name, false, known.names, met, faults),
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
