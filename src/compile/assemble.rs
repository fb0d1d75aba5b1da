// SPDX-License-Identifier: EUPL-1.2
//! A level as it stands in one region on one day: decree, amendments, variations, in this order.
//!
//! Both sides of the floor are made here: what the decree promises that day, and what the region makes of it.

use crate::calendar::{Calendar, CalendarRules, Day};
use crate::condition::FactShape;
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::rulebook::{Fact, Office, Rulebook, ScriptRule};
use crate::script::MAX_BYTES;
use crate::spec::catalogue::Catalogue;
use crate::spec::decode::{Faults, Spanned};
use crate::spec::folder::{LevelFile, OverlayFile, RegionFile, Specs};
use crate::spec::level::{LengthSpec, Level, ValiditySpec};
use crate::spec::overlay::{CallScript, holds};

use super::lay::{Laid, lay};
use super::{Context, checks, floor, resolve};

/// First and last day of a stretch of time in which nothing changes.
pub type Period = (Option<Day>, Option<Day>);

/// The stretches of time in which the law of a level, in a region, stands still; within the level's own validity.
pub fn periods(specs: &Specs, file: &LevelFile, region: Option<&str>) -> Vec<Period> {
    let letter = &file.level.letter.value.0;
    let validity = &file.level.validity;
    let mut starts: Vec<Day> = Vec::new();
    let mut note = |spec: &ValiditySpec| {
        starts.extend(spec.from);
        starts.extend(spec.to.map(|to| to.add_days(1)));
    };
    specs.amendments(letter).for_each(|o| note(&o.overlay.validity));
    if let Some(region) = region {
        specs.variations(region, letter).for_each(|o| note(&o.overlay.validity));
        let parameters = specs.region(region).into_iter().flat_map(|file| &file.region.parameters.0);
        parameters.filter_map(|p| p.value.validity.as_ref()).for_each(note);
    }
    starts.retain(|day| validity.from.is_none_or(|from| *day > from) && validity.to.is_none_or(|to| *day <= to));
    starts.sort_unstable();
    starts.dedup();
    let mut periods = Vec::new();
    let mut from = validity.from;
    for start in starts {
        periods.push((from, Some(start.add_days(-1))));
        from = Some(start);
    }
    periods.push((from, validity.to));
    periods
}

/// Does the period hold that day?
pub(super) fn within(period: &Period, on: Day) -> bool {
    period.0.is_none_or(|from| from <= on) && period.1.is_none_or(|to| on <= to)
}

/// A level on one day, before and after a region.
pub struct Both {
    /// Decree and amendments, with the region's numbers where the decree leaves them to it.
    pub national: Rulebook,
    pub regional: Rulebook,
}

/// A day inside a period, to look at it.
pub(super) fn day_of(period: &Period) -> Option<Day> {
    period.0.or(period.1).or_else(|| Day::new(2018, 1, 11))
}

/// Is there anything to lay over the level that day?
pub(super) fn is_varied(specs: &Specs, letter: &str, region: Option<&str>, on: Day) -> bool {
    let laid = |o: &OverlayFile| o.overlay.holds(on);
    specs.amendments(letter).any(laid)
        || region.is_some_and(|region| specs.region(region).is_some() || specs.variations(region, letter).any(laid))
}

/// Lays what is in force over the level, checks what comes of it, and proves the floor by structure.
///
/// Returns nothing where a fault makes a rulebook impossible; warnings do not.
pub(super) fn assemble(
    specs: &Specs,
    file: &LevelFile,
    region: Option<&str>,
    period: &Period,
    rules: &CalendarRules,
    faults: &mut Faults,
) -> Option<Both> {
    let before = faults.0.len();
    let both = unguarded(specs, file, region, period, rules, faults).filter(|_| !has_errors(&faults.0, before))?;
    if region.is_some() {
        let lowered = floor::compare(&both.national, &both.regional);
        faults.0.extend(lowered.iter().map(floor::Lowering::diagnostic));
    }
    (!has_errors(&faults.0, before)).then_some(both)
}

/// As [`assemble`], without looking at the floor; what a variation may not say is told, left out, and stops nothing.
pub(super) fn unguarded(
    specs: &Specs,
    file: &LevelFile,
    region: Option<&str>,
    period: &Period,
    rules: &CalendarRules,
    faults: &mut Faults,
) -> Option<Both> {
    let on = day_of(period)?;
    let letter = &file.level.letter.value.0;
    let region_file = region.and_then(|region| specs.region(region));
    let catalogue = region_file.map(|file| with_region(&specs.catalogue, file, on));
    let catalogue = catalogue.as_ref().unwrap_or(&specs.catalogue);
    let calendar = Calendar::of(rules).ok();
    let facts = resolve::facts(catalogue, &file.level);
    let shapes: Vec<FactShape<'_>> = facts.iter().map(Fact::shape).collect();
    let length = |id: &str| resolve::parameter_length(catalogue, id);
    let before = faults.0.len();

    let amendments = in_force(specs.amendments(letter), on);
    let national_laid = lay(&file.level, &amendments, &shapes, &length, faults);
    let national_file = laid_file(file, &national_laid);
    let make = |laid: &Laid, file: &LevelFile, regional: bool, faults: &mut Faults| {
        let mut context = Context::over(specs, catalogue, file, calendar.as_deref());
        context.on = Some(on);
        check_laid(&context, faults);
        if !laid.shortened.is_empty() {
            checks::terms::too_short(&with_shorter_terms(laid), faults);
        }
        let mut rulebook = resolve::rulebook(&context, region.filter(|_| regional), rules.clone());
        (rulebook.from, rulebook.to) = *period;
        dress(&mut rulebook, laid, specs, region_file.filter(|_| regional), faults);
        rulebook.acts = resolve::acts(&context, &rulebook);
        scripts(&rulebook, specs, faults);
        rulebook
    };
    let mut national = make(&national_laid, &national_file, false, faults);
    if is_stopped(&faults.0, before) || !link(&mut national, file, faults) {
        return None;
    }
    let variations = region.map(|region| in_force(specs.variations(region, letter), on)).unwrap_or_default();
    let mut regional_laid = lay(&national_laid.level, &variations, &shapes, &length, faults);
    let mut changes = national_laid.variations.clone();
    changes.append(&mut regional_laid.variations);
    regional_laid.variations = changes;
    // What amendments say beside the level holds in a region too.
    let own = std::mem::replace(&mut regional_laid.scripts, national_laid.scripts.clone());
    let known = |call: &CallScript| national_laid.scripts.iter().any(|other| other.file.value == call.file.value);
    regional_laid.scripts.extend(own.into_iter().filter(|call| !known(call)));
    regional_laid.translations.splice(0..0, national_laid.translations.iter().cloned());
    let regional_file = laid_file(file, &regional_laid);
    let mut regional = make(&regional_laid, &regional_file, true, faults);
    if is_stopped(&faults.0, before) || !link(&mut regional, file, faults) {
        return None;
    }
    Some(Both { national, regional })
}

/// The overlays that hold on a day, in the order in which they came into force.
fn in_force<'a>(overlays: impl Iterator<Item = &'a OverlayFile>, on: Day) -> Vec<&'a OverlayFile> {
    let mut found: Vec<&OverlayFile> = overlays.filter(|o| o.overlay.holds(on)).collect();
    found.sort_by_key(|o| o.overlay.validity.from);
    found
}

fn has_errors(faults: &[Diagnostic], from: usize) -> bool {
    faults.iter().skip(from).any(|fault| fault.severity == Severity::Error)
}

/// The code of what was told of a change that lowers, and was not laid.
const LOWERS: &str = "variazione-abbassa";

/// Errors that leave nothing to look at.
fn is_stopped(faults: &[Diagnostic], from: usize) -> bool {
    faults.iter().skip(from).any(|fault| fault.severity == Severity::Error && fault.code != LOWERS)
}

fn link(rulebook: &mut Rulebook, file: &LevelFile, faults: &mut Faults) -> bool {
    match rulebook.link() {
        Ok(()) => true,
        // Invariant: what the checks let through links; a fault here is one that a check has missed.
        Err(error) => {
            faults.0.push(Diagnostic::error("regolamento", &file.level.place, error.to_string()));
            false
        }
    }
}

fn laid_file(file: &LevelFile, laid: &Laid) -> LevelFile {
    LevelFile {
        file: file.file.clone(),
        level: laid.level.clone(),
        scenarios: Vec::new(),
        scenario_file: file.scenario_file.clone(),
    }
}

/// The level with the terms as short as the region has made them, each at the region's line.
fn with_shorter_terms(laid: &Laid) -> Level {
    let mut level = laid.level.clone();
    for entry in &mut level.terms.0 {
        if let Some(shortened) = laid.shortened.get(&entry.name.value.0) {
            let length = Spanned { value: shortened.length, place: shortened.place.clone() };
            entry.value.within = Some(LengthSpec::Given(length));
            entry.name.place = shortened.place.clone();
        }
    }
    level
}

/// The checks that look at what comes of an overlay. What is only worth a look in a national file was told there.
fn check_laid(context: &Context<'_>, faults: &mut Faults) {
    let mut found = Faults::default();
    for check in checks::CHECKS.iter().filter(|check| check.laid) {
        (check.run)(context, &mut found);
    }
    found.0.retain(|fault| fault.severity == Severity::Error || fault.place.file != context.file.file);
    faults.0.append(&mut found.0);
}

/// The tables with the region's own rows, as they stand that day.
fn with_region(catalogue: &Catalogue, file: &RegionFile, on: Day) -> Catalogue {
    let mut all = catalogue.clone();
    all.acts.0.extend(file.region.acts.0.iter().cloned());
    all.facts.0.extend(file.region.facts.0.iter().cloned());
    for entry in &mut all.parameters.0 {
        let fixed = file.region.parameters.get(entry.name.value.0.as_str());
        if let Some(fixed) = fixed.filter(|fixed| holds(fixed.validity.as_ref(), on)) {
            entry.value.value = Some(fixed.value.clone());
        }
    }
    all
}

/// What the level's own file does not say: shorter terms, scripts, languages, offices, and who said what.
fn dress(rulebook: &mut Rulebook, laid: &Laid, specs: &Specs, region: Option<&RegionFile>, faults: &mut Faults) {
    for term in &mut rulebook.terms {
        term.shortened = laid.shortened.get(&term.id).cloned();
    }
    rulebook.variations.clone_from(&laid.variations);
    rulebook.translations.clone_from(&laid.translations);
    for call in &laid.scripts {
        let name = &call.file.value;
        let place = &call.file.place;
        let Some(script) = specs.script(name) else {
            let known: Vec<&str> = specs.scripts.iter().map(|s| &*s.name).collect();
            let help = if known.is_empty() {
                format!("scrivi lo script in `scripts/{name}`, oppure togli la riga")
            } else {
                checks::suggestion(name, known.into_iter(), "gli script sono")
            };
            faults.error("script-assente", place, format!("lo script `{name}` non è nella cartella `scripts`"), help);
            continue;
        };
        if let Some(source) = source(&script.file, &script.bytes, faults) {
            let norm = resolve::citation(&call.norm);
            rulebook.scripts.push(ScriptRule { name: name.clone(), source, norm, place: place.clone() });
        }
    }
    if let Some(file) = region {
        for parameter in &mut rulebook.parameters {
            let fixed = file.region.parameters.get(&parameter.id);
            let fixed = fixed.filter(|fixed| {
                day_of(&(rulebook.from, rulebook.to)).is_some_and(|on| holds(fixed.validity.as_ref(), on))
            });
            parameter.settled_by = fixed.map(|fixed| resolve::citation(&fixed.norm));
        }
        rulebook.local_holidays = resolve::holidays(&file.region.holidays);
        let offices = file.region.offices.0.iter().map(|entry| Office {
            id: entry.name.value.0.clone(),
            name: entry.value.name.clone(),
            other_name: entry.value.other_name.clone(),
            town: entry.value.place_name.clone(),
            holidays: resolve::holidays(&entry.value.holidays),
        });
        rulebook.offices = offices.collect();
    }
}

/// Reads every script of a rulebook and tries it over facts made up for it.
fn scripts(rulebook: &Rulebook, specs: &Specs, faults: &mut Faults) {
    let shapes: Vec<FactShape<'_>> = rulebook.facts.iter().map(Fact::shape).collect();
    for rule in &rulebook.scripts {
        let file = specs.script(&rule.name).map_or_else(|| rule.name.as_str().into(), |script| script.file.clone());
        let (code, found) = match rulebook.read_script(&rule.source) {
            Err(found) => ("script-errato", found),
            Ok(script) => ("script-guasto", script.trial(&shapes)),
        };
        for fault in found {
            let place = Place { file: file.clone(), line: fault.line, column: fault.column, length: fault.length };
            let told = if fault.is_warning {
                Diagnostic::warning("script-muto", &place, fault.message)
            } else {
                Diagnostic::error(code, &place, fault.message)
            };
            let told = told.related(&rule.place, "la variazione che lo chiama");
            faults.0.push(match fault.help {
                Some(help) => told.help(help),
                None => told.help("correggi lo script: finché ha errori, la variazione non vale"),
            });
        }
    }
}

/// The text of a script.
fn source(file: &str, bytes: &[u8], faults: &mut Faults) -> Option<String> {
    let place = Place::start_of(file);
    if bytes.len() > MAX_BYTES {
        let message = format!("lo script è troppo lungo: al massimo {} KiB", MAX_BYTES / 1024);
        faults.error("script-illeggibile", &place, message, "uno script dice poche cose: dividilo, o accorcialo");
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.trim_start_matches('\u{feff}').to_owned()),
        Err(_) => {
            faults.error("script-illeggibile", &place, "lo script non è in UTF-8", "salva il file come UTF-8");
            None
        }
    }
}
