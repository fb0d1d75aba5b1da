// SPDX-License-Identifier: EUPL-1.2
//! From the specifications as written to rulebooks: resolves names, and finds every fault before a case does.
//!
//! Never meets the engine: they share the `Rulebook` and nothing else.

mod checks;
mod letter;
mod resolve;

use crate::calendar::{Calendar, CalendarRules, Day};
use crate::diagnostic::Diagnostic;
use crate::rulebook::Rulebook;
use crate::spec::decode::Faults;
use crate::spec::folder::{LevelFile, Specs};

pub use checks::{CHECKS, Check};
pub use letter::{Section, sections};
pub use resolve::calendar_rules;

/// What a check may look at.
pub struct Context<'a> {
    pub specs: &'a Specs,
    pub file: &'a LevelFile,
    /// The facts that conditions of the level may name, in order.
    pub facts: Vec<crate::rulebook::Fact>,
    /// The national calendar, when the catalogue gives a sound one.
    pub calendar: Option<&'a Calendar>,
}

impl<'a> Context<'a> {
    fn new(specs: &'a Specs, file: &'a LevelFile, calendar: Option<&'a Calendar>) -> Self {
        Self { specs, file, facts: resolve::facts(specs, &file.level), calendar }
    }
}

/// Checks everything; all the faults, in file order.
pub fn check(specs: &Specs) -> Vec<Diagnostic> {
    let mut faults = Faults::default();
    checks::catalogue::check(specs, &mut faults);
    let calendar = calendar_rules(specs).and_then(|rules: CalendarRules| Calendar::new(rules).ok());
    for file in &specs.levels {
        check_level(&Context::new(specs, file, calendar.as_ref()), &mut faults);
    }
    let mut found = faults.0;
    found.retain(|fault| !checks::echo::is_echo(specs, fault));
    sort(&mut found);
    found
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

/// The law for one level, one region (none: the national floor), one day.
///
/// # Errors
/// See [`NoRulebook`]; a level with faults gives no rulebook at all.
pub fn rulebook(specs: &Specs, letter: &str, region: Option<&str>, on: Day) -> Result<Rulebook, NoRulebook> {
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
    let calendar = rules.clone().and_then(|rules| Calendar::new(rules).ok());
    let context = Context::new(specs, file, calendar.as_ref());
    check_level(&context, &mut faults);
    let mut errors = faults.0;
    // A level without its stories is not finished, but it says what it says: cases may run on it.
    errors.retain(|d| d.severity == crate::diagnostic::Severity::Error && d.code != "prova-mancante");
    sort(&mut errors);
    let Some(rules) = rules.filter(|_| errors.is_empty()) else { return Err(NoRulebook::Faulty(errors)) };
    linked(&context, region, rules)
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
