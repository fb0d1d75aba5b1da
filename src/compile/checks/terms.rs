// SPDX-License-Identifier: EUPL-1.2
//! Does every term start from something, say how long it is in one way, and leave time for what must come before?

use std::collections::BTreeMap;

use crate::calendar::Unit;
use crate::diagnostic::Diagnostic;
use crate::rulebook::Fact;
use crate::spec::decode::{Faults, Spanned};
use crate::spec::level::{LengthSpec, Level, MomentSpec, StartSpec, TargetSpec, TermSpec};
use crate::value::FactType;

use super::{Context, prerequisites, suggestion};

/// `termine-errato`, `termine-da-niente`, `termine-troppo-breve`.
pub(super) fn check(context: &Context<'_>, faults: &mut Faults) {
    let level = &context.file.level;
    for entry in &level.terms.0 {
        let term = &entry.value;
        shape(context, &entry.name, term, faults);
        start(context, &entry.name, term, faults);
    }
    too_short(level, faults);
}

fn shape(context: &Context<'_>, name: &Spanned<crate::spec::decode::Id>, term: &TermSpec, faults: &mut Faults) {
    let mut say = |message: String, help: &str| faults.error("termine-errato", &name.place, message, help);
    let name = &name.value;
    match (&term.within, &term.at_least) {
        (None, None) => say(
            format!("il termine `{name}` non dice quanto dura"),
            "scrivi `entro: 30 giorni`, oppure `almeno: 24 ore`",
        ),
        (Some(_), Some(_)) => {
            say(format!("il termine `{name}` ha sia `entro` sia `almeno`"), "dividilo in due termini")
        }
        _ => {}
    }
    let unit = match (&term.within, &term.at_least) {
        (Some(LengthSpec::Given(length)), _) | (None, Some(length)) => Some(length.value.unit),
        (Some(LengthSpec::Parameter(parameter)), _) => {
            context.catalogue.parameters.get(&parameter.value.0).map(|spec| spec.unit.0)
        }
        (None, None) => None,
    };
    let months = unit == Some(Unit::Months);
    if months && term.month_end.is_none() {
        let help = "scrivi `fine_mese: ultimo-giorno`: se il giorno manca nel mese di scadenza, vale l'ultimo (art. 2963 c.c.)";
        say(format!("il termine `{name}` è in mesi e non dice che cosa accade se il giorno manca"), help);
    }
    if !months && unit.is_some() && term.month_end.is_some() {
        say(format!("`fine_mese` nel termine `{name}`, che non è in mesi"), "togli `fine_mese`");
    }
    let never_moves = term.at_least.is_some() || matches!(unit, Some(Unit::WorkingDays | Unit::Hours));
    if never_moves && term.roll.is_some() {
        let help = "togli `proroga`: vale solo per `entro`, in giorni o in mesi";
        say(format!("`proroga` non ha effetto nel termine `{name}`"), help);
    }
}

fn start(context: &Context<'_>, name: &Spanned<crate::spec::decode::Id>, term: &TermSpec, faults: &mut Faults) {
    if let StartSpec::Fact(fact) = &term.from {
        match context.facts.iter().find(|f| f.name == fact.value.0) {
            None => {
                let known: Vec<&str> = dates(&context.facts);
                let help = suggestion(&fact.value.0, known.into_iter(), "i dati di tipo data sono");
                faults.error(
                    "termine-da-niente",
                    &fact.place,
                    format!("il termine `{}` si conta da un dato che non c'è: `{}`", name.value, fact.value),
                    help,
                );
            }
            Some(found) if found.kind != FactType::Date => {
                let message = format!(
                    "il termine `{}` si conta da `{}`, che è di tipo {}",
                    name.value,
                    fact.value,
                    found.kind.word()
                );
                faults.error("termine-da-niente", &fact.place, message, "serve un dato di tipo data");
            }
            Some(_) => {}
        }
    }
    if let TargetSpec::Moment(target) = &term.what
        && start_key(&StartSpec::Moment(target.clone())) == start_key(&term.from)
    {
        faults.error(
            "termine-da-niente",
            &name.place,
            format!("il termine `{}` si conta da ciò che aspetta", name.value),
            "cambia `che` oppure `da`",
        );
    }
}

fn dates(facts: &[Fact]) -> Vec<&str> {
    facts.iter().filter(|f| f.kind == FactType::Date).map(|f| f.name.as_str()).collect()
}

/// A term that ends before something which must come first is even allowed to happen.
pub(in crate::compile) fn too_short(level: &Level, faults: &mut Faults) {
    let before: BTreeMap<&str, Vec<&str>> = prerequisites(level)
        .into_iter()
        .map(|(owner, refs)| (owner, refs.iter().map(|r| r.value.0.as_str()).collect()))
        .collect();
    for entry in &level.terms.0 {
        let (Some(days), Some(target)) = (within_days(&entry.value), target_name(&entry.value)) else { continue };
        for earlier in ancestors(target, &before) {
            for other in &level.terms.0 {
                let same_start = start_key(&other.value.from) == start_key(&entry.value.from);
                let least = at_least_days(&other.value);
                if let Some(least) =
                    least.filter(|least| same_start && target_name(&other.value) == Some(earlier) && *least > days)
                {
                    faults.0.push(
                        Diagnostic::error(
                            "termine-troppo-breve",
                            &entry.name.place,
                            format!(
                                "il termine `{}` scade in {days} giorni, ma prima deve venire `{earlier}`, che non può avvenire prima di {least}",
                                entry.name.value
                            ),
                        )
                        .related(&other.name.place, "il termine che lo impedisce")
                        .help("allunga il termine, oppure accorcia quello di ciò che viene prima"),
                    );
                }
            }
        }
        let least = level.terms.0.iter().filter(|o| {
            target_name(&o.value) == Some(target) && start_key(&o.value.from) == start_key(&entry.value.from)
        });
        for other in least.filter(|o| at_least_days(&o.value).is_some_and(|least| least > days)) {
            faults.0.push(
                Diagnostic::error(
                    "termine-troppo-breve",
                    &entry.name.place,
                    format!("il termine `{}` scade prima che `{}` lo permetta", entry.name.value, other.name.value),
                )
                .related(&other.name.place, "il termine che lo impedisce")
                .help("allunga l'uno, oppure accorcia l'altro"),
            );
        }
    }
}

fn ancestors<'a>(name: &'a str, before: &BTreeMap<&'a str, Vec<&'a str>>) -> Vec<&'a str> {
    let mut found: Vec<&str> = Vec::new();
    let mut open: Vec<&str> = vec![name];
    while let Some(next) = open.pop() {
        for earlier in before.get(next).into_iter().flatten() {
            if !found.contains(earlier) {
                found.push(earlier);
                open.push(earlier);
            }
        }
    }
    found.retain(|n| *n != name);
    found
}

fn target_name(term: &TermSpec) -> Option<&str> {
    match &term.what {
        TargetSpec::Moment(MomentSpec::Done(name)) => Some(&name.value.0),
        _ => None,
    }
}

fn start_key(start: &StartSpec) -> String {
    match start {
        StartSpec::Opening => "apertura".to_owned(),
        StartSpec::Moment(MomentSpec::Done(name)) => format!("voce {}", name.value),
        StartSpec::Moment(MomentSpec::Started(name)) => format!("inizio {}", name.value),
        StartSpec::Fact(name) => format!("dato {}", name.value),
    }
}

/// The longest a term can be in days before any roll; for a comparison that is never too strict.
fn within_days(term: &TermSpec) -> Option<u32> {
    match &term.within {
        Some(LengthSpec::Given(length)) => Some(length.value.most_days()),
        _ => None,
    }
}

fn at_least_days(term: &TermSpec) -> Option<u32> {
    term.at_least.as_ref().map(|length| length.value.least_days())
}
