// SPDX-License-Identifier: EUPL-1.2
//! From the specifications as written to rulebooks: resolves names, and finds every fault before a case does.
//!
//! Never meets the engine: they share the `Rulebook` and nothing else.

mod assemble;
mod checks;
pub mod floor;
mod lay;
mod letter;
mod resolve;

use crate::calendar::{Calendar, CalendarRules, Day};
use crate::diagnostic::{Diagnostic, Severity};
use crate::rulebook::Rulebook;
use crate::spec::catalogue::Catalogue;
use crate::spec::decode::Faults;
use crate::spec::folder::{LevelFile, Specs};

pub use assemble::{Both, Period, periods};
pub use checks::{CHECKS, Check};
pub use letter::{Section, sections};
pub use resolve::calendar_rules;

/// What a check may look at.
pub struct Context<'a> {
    pub specs: &'a Specs,
    /// The tables, with the region's own rows in a region.
    pub catalogue: &'a Catalogue,
    pub file: &'a LevelFile,
    /// The day on which overlays were laid, where any were.
    pub on: Option<Day>,
    /// The facts that conditions of the level may name, in order.
    pub facts: Vec<crate::rulebook::Fact>,
    /// The national calendar, when the catalogue gives a sound one.
    pub calendar: Option<&'a Calendar>,
}

impl<'a> Context<'a> {
    fn new(specs: &'a Specs, file: &'a LevelFile, calendar: Option<&'a Calendar>) -> Self {
        Self::over(specs, &specs.catalogue, file, calendar)
    }

    fn over(specs: &'a Specs, catalogue: &'a Catalogue, file: &'a LevelFile, calendar: Option<&'a Calendar>) -> Self {
        Self { specs, catalogue, file, on: None, facts: resolve::facts(catalogue, &file.level), calendar }
    }
}

/// Checks everything; all the faults, in file order.
pub fn check(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = check_national(specs);
    if !has_errors(&found) {
        for (letter, region) in varied(specs) {
            found.extend(check_varied(specs, letter, region).faults);
        }
    }
    sort(&mut found);
    found
}

/// Checks the catalogue, every level by itself, and what overlays say of themselves; in file order.
pub fn check_national(specs: &Specs) -> Vec<Diagnostic> {
    let mut faults = Faults::default();
    checks::catalogue::check(specs, &mut faults);
    let calendar = calendar_rules(specs).and_then(|rules| Calendar::of(&rules).ok());
    for file in &specs.levels {
        check_level(&Context::new(specs, file, calendar.as_deref()), &mut faults);
    }
    checks::overlays::check(specs, &mut faults);
    let mut found = faults.0;
    found.retain(|fault| !checks::echo::is_echo(specs, fault));
    sort(&mut found);
    found
}

/// The levels over which something is laid, each with the region that varies it; none: the State amends it.
pub fn varied(specs: &Specs) -> Vec<(&str, Option<&str>)> {
    let mut pairs = Vec::new();
    for file in &specs.levels {
        let letter = file.level.letter.value.0.as_str();
        if specs.amendments(letter).next().is_some() {
            pairs.push((letter, None));
        }
        let regions = specs.catalogue.regions.names();
        let varying = regions.filter(|region| specs.variations(region, letter).next().is_some());
        pairs.extend(varying.map(|region| (letter, Some(region))));
    }
    pairs
}

/// A level with what is laid over it, in every stretch of time: the faults, and both sides of the floor where there are none.
pub struct Varied {
    pub faults: Vec<Diagnostic>,
    pub sides: Vec<Both>,
}

/// Lays and checks what a region, or the State, makes of a level that is sound by itself.
pub fn check_varied(specs: &Specs, letter: &str, region: Option<&str>) -> Varied {
    let mut faults = Faults::default();
    let mut sides = Vec::new();
    if let (Some(file), Some(rules)) = (specs.level(letter), calendar_rules(specs)) {
        for period in periods(specs, file, region) {
            sides.extend(assemble::assemble(specs, file, region, &period, &rules, &mut faults));
        }
    }
    let mut found = faults.0;
    sort(&mut found);
    Varied { faults: found, sides }
}

/// Is there a fault that makes a level unusable?
pub fn has_errors(found: &[Diagnostic]) -> bool {
    errors(found).next().is_some()
}

fn check_level(context: &Context<'_>, faults: &mut Faults) {
    for check in CHECKS {
        (check.run)(context, faults);
    }
}

/// In file order: by file, line, column, code.
pub fn sort(found: &mut Vec<Diagnostic>) {
    found.sort_by(|a, b| (&a.place, a.code, &a.message).cmp(&(&b.place, b.code, &b.message)));
    found.dedup();
}

/// Why there is no rulebook.
#[derive(Debug)]
pub enum NoRulebook {
    /// No level has that letter.
    UnknownLevel,
    UnknownRegion,
    /// The level is not in force on that day.
    NotInForce {
        from: Option<Day>,
        to: Option<Day>,
    },
    /// The specifications have faults.
    Faulty(Vec<Diagnostic>),
}

/// The law for one level, one region (none: the decree as amended), one day.
///
/// # Errors
/// See [`NoRulebook`]; a level with faults gives no rulebook at all.
pub fn rulebook(specs: &Specs, letter: &str, region: Option<&str>, on: Day) -> Result<Rulebook, NoRulebook> {
    both(specs, letter, region, on).map(|both| both.regional)
}

/// As [`rulebook`], with the floor it stands on: the decree as amended that day.
///
/// # Errors
/// See [`NoRulebook`].
pub fn both(specs: &Specs, letter: &str, region: Option<&str>, on: Day) -> Result<Both, NoRulebook> {
    let file = specs.level(letter).ok_or(NoRulebook::UnknownLevel)?;
    if let Some(region) = region
        && specs.catalogue.regions.get(region).is_none()
    {
        return Err(NoRulebook::UnknownRegion);
    }
    let (from, to) = (file.level.validity.from, file.level.validity.to);
    if from.is_some_and(|from| on < from) || to.is_some_and(|to| on > to) {
        return Err(NoRulebook::NotInForce { from, to });
    }
    let mut faults = Faults::default();
    checks::catalogue::check(specs, &mut faults);
    let rules = calendar_rules(specs);
    let calendar = rules.as_ref().and_then(|rules| Calendar::of(rules).ok());
    let context = Context::new(specs, file, calendar.as_deref());
    check_level(&context, &mut faults);
    checks::overlays::check_for(specs, letter, region, &mut faults);
    let mut made = None;
    if let Some(rules) = rules.filter(|_| errors(&faults.0).next().is_none()) {
        let period = periods(specs, file, region).into_iter().find(|period| assemble::within(period, on));
        // Invariant: the periods of a level cover its validity, and the day lies in it.
        let period = period.unwrap_or((from, to));
        made = if assemble::is_varied(specs, letter, region, on) {
            assemble::assemble(specs, file, region, &period, &rules, &mut faults)
        } else {
            plain(&context, region, &period, rules)?
        };
    }
    match made {
        Some(both) => Ok(both),
        None => {
            let mut found: Vec<Diagnostic> = errors(&faults.0).cloned().collect();
            sort(&mut found);
            Err(NoRulebook::Faulty(found))
        }
    }
}

/// Both sides of a level, whatever the floor says of them, and why they would be refused.
pub struct Laid {
    pub both: Both,
    pub faults: Vec<Diagnostic>,
}

/// As [`both`], for showing what a refused variation would do: faults of the floor are told and stop nothing.
///
/// # Errors
/// See [`NoRulebook`]; faults of any other kind.
pub fn both_unguarded(specs: &Specs, letter: &str, region: &str, on: Day) -> Result<Laid, NoRulebook> {
    let file = specs.level(letter).ok_or(NoRulebook::UnknownLevel)?;
    let mut faults = Faults::default();
    checks::catalogue::check(specs, &mut faults);
    let rules = calendar_rules(specs);
    let calendar = rules.as_ref().and_then(|rules| Calendar::of(rules).ok());
    check_level(&Context::new(specs, file, calendar.as_deref()), &mut faults);
    checks::overlays::check_for(specs, letter, Some(region), &mut faults);
    let sound = errors(&faults.0).next().is_none();
    let period = periods(specs, file, Some(region)).into_iter().find(|period| assemble::within(period, on));
    let made = rules
        .zip(period)
        .filter(|_| sound)
        .and_then(|(rules, period)| assemble::unguarded(specs, file, Some(region), &period, &rules, &mut faults));
    let mut found: Vec<Diagnostic> = errors(&faults.0).cloned().collect();
    sort(&mut found);
    match made {
        Some(both) => Ok(Laid { both, faults: found }),
        None => Err(NoRulebook::Faulty(found)),
    }
}

/// Does the region lay anything over the level that day?
pub fn is_varied(specs: &Specs, letter: &str, region: &str, on: Day) -> bool {
    assemble::is_varied(specs, letter, Some(region), on)
}

/// A level over which nothing is laid: the region has the decree itself.
fn plain(
    context: &Context<'_>,
    region: Option<&str>,
    period: &Period,
    rules: CalendarRules,
) -> Result<Option<Both>, NoRulebook> {
    let mut national = linked(context, None, rules)?;
    (national.from, national.to) = *period;
    let regional = Rulebook { region: region.map(str::to_owned), ..national.clone() };
    Ok(Some(Both { national, regional }))
}

/// What makes a level unusable. One without its stories is not finished, but it says what it says: cases may run on it.
fn errors(faults: &[Diagnostic]) -> impl Iterator<Item = &Diagnostic> {
    faults.iter().filter(|d| d.severity == Severity::Error && d.code != "prova-mancante")
}

/// A rulebook of specifications that no check has seen: for trying a draft. What does not resolve is still a fault.
///
/// # Errors
/// See [`NoRulebook`].
pub fn draft(specs: &Specs, letter: &str) -> Result<Rulebook, NoRulebook> {
    let file = specs.level(letter).ok_or(NoRulebook::UnknownLevel)?;
    let rules = calendar_rules(specs).ok_or(NoRulebook::Faulty(Vec::new()))?;
    linked(&Context::new(specs, file, None), None, rules)
}

fn linked(context: &Context<'_>, region: Option<&str>, rules: CalendarRules) -> Result<Rulebook, NoRulebook> {
    let file = context.file;
    let mut rulebook = resolve::rulebook(context, region, rules);
    match rulebook.link() {
        Ok(()) => Ok(rulebook),
        // Invariant: what the checks let through links; a fault here is one that a check has missed.
        Err(error) => {
            Err(NoRulebook::Faulty(vec![Diagnostic::error("regolamento", &file.level.place, error.to_string())]))
        }
    }
}
