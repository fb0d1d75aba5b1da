// SPDX-License-Identifier: EUPL-1.2
//! One case after another under two laws: quickly where that can be, else by the step engine, with the same answer.

use uuid::Uuid;

use crate::calendar::Day;
use crate::columns::{Row, tally_each};
use crate::engine::{Case, Checker, Event, Tally, findings, fold, fold_to, replay};
use crate::service::{Service, ServiceError};

use super::compare::{Side, Stand, Verdict, What, compare};
use super::laws::Laws;
use super::pass::{Looking, Programs};
use super::sums::Part;

/// See the module. Buffers are used again for the next case.
pub(super) struct Looker<'a> {
    looking: &'a Looking<'a>,
    laws: &'a Laws,
    programs: &'a Programs,
    before: Checker<'a>,
    after: Checker<'a>,
    tallies: (Tally, Tally),
    /// What changes in the case that is looked at.
    found: Vec<(What, u32)>,
}

impl<'a> Looker<'a> {
    pub fn new(looking: &'a Looking<'a>, laws: &'a Laws, programs: &'a Programs) -> Self {
        Self {
            looking,
            laws,
            programs,
            before: Checker::new(&programs.before),
            after: Checker::new(&programs.after),
            tallies: Default::default(),
            found: Vec::new(),
        }
    }

    /// Looks at one case and counts what changes in it.
    ///
    /// # Errors
    /// Trouble with the store.
    pub fn look(&mut self, row: &Row<'_>, part: &mut Part) -> Result<(), ServiceError> {
        self.found.clear();
        let opaque = &self.programs.opaque;
        let is_opaque = !opaque.is_empty()
            && row.entries().any(|(symbol, ..)| opaque.get(symbol as usize).copied().unwrap_or(false));
        let mut cases = None;
        let verdicts = if is_opaque {
            let service = self.looking.service;
            match played(service, Uuid::from_u128(row.key.id), self.laws, self.looking.asked.on) {
                Ok((before, after)) => {
                    let verdicts = self.by_steps(&before, &after);
                    cases = Some((before, after));
                    verdicts
                }
                Err(error) if error.stops_all() => return Err(error),
                Err(error) => {
                    part.troubles.push((row.key.id, error.to_string()));
                    return Ok(());
                }
            }
        } else {
            self.by_columns(row)
        };
        part.saw(row.office, verdicts, !self.found.is_empty());
        for (what, days) in &self.found {
            let own = if self.laws.norm_is_own(*what) {
                let (before, after) = cases.get_or_insert_with(|| {
                    let history = row.history();
                    (self.play(Side::Before, &history), self.play(Side::After, &history))
                });
                let case = if self.laws.side(*what) == Side::Before { before } else { after };
                self.laws.own_norm(*what, case, self.looking.asked.on)
            } else {
                None
            };
            part.add((*what, own), row.office, row.key.id, *days);
        }
        Ok(())
    }

    fn by_columns(&mut self, row: &Row<'_>) -> (Verdict, Verdict) {
        let Self { looking, laws, before, after, tallies, found, .. } = self;
        tally_each(before, row, looking.asked, &mut tallies.0, |checked, tally| {
            let was = Stand { conformity: checked.conformity, findings: checked.findings, tally };
            tally_each(after, row, looking.asked, &mut tallies.1, |checked, tally| {
                let now = Stand { conformity: checked.conformity, findings: checked.findings, tally };
                compare(laws, was, now, found)
            })
        })
    }

    fn by_steps(&mut self, before: &Case, after: &Case) -> (Verdict, Verdict) {
        let on = self.looking.asked.on;
        let checks = (findings(&self.laws.before, before, on), findings(&self.laws.after, after, on));
        self.tallies.0.take(&self.laws.before, before, on);
        self.tallies.1.take(&self.laws.after, after, on);
        let was = Stand { conformity: checks.0.conformity, findings: &checks.0.findings, tally: &self.tallies.0 };
        let now = Stand { conformity: checks.1.conformity, findings: &checks.1.findings, tally: &self.tallies.1 };
        compare(self.laws, was, now, &mut self.found)
    }

    fn play(&self, side: Side, history: &[Event]) -> Case {
        let asked = self.looking.asked;
        play(self.laws, side, history, asked.past.then_some(asked.on))
    }
}

/// A history under one of two laws, as it stood at the end of a day if one is given.
fn play(laws: &Laws, side: Side, history: &[Event], until: Option<Day>) -> Case {
    let law = laws.law(side);
    match until {
        until if side == Side::After || !laws.pinned => replay(law, history, until),
        Some(until) => fold_to(law, history, until),
        None => fold(law, history),
    }
}

/// A stored case by the step engine, under the law before and the law after.
///
/// # Errors
/// Trouble with the store, or an event that cannot be read.
pub(super) fn played(service: &Service, id: Uuid, laws: &Laws, on: Day) -> Result<(Case, Case), ServiceError> {
    let events = Service::read(id, &service.store().events(id)?)?;
    let until = (on < service.today()).then_some(on);
    Ok((play(laws, Side::Before, &events, until), play(laws, Side::After, &events, until)))
}
