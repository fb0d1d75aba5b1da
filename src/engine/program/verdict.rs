// SPDX-License-Identifier: EUPL-1.2
//! The findings of the history that a checker has taken, in the order in which the step engine gives them.

use crate::calendar::{Day, Length};
use crate::spec::scenario::{Conformity, FindingKind, Gravity, Manner, TermStateWord};

use super::checker::{Checker, Seen};
use super::{Moment, TermPlan};
use crate::engine::findings::Finding;
use crate::engine::standing::Moments;

/// How a term stands, as far as a check must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stands {
    Broken {
        met: Option<u32>,
        length: Option<Length>,
    },
    NotKnown,
    /// Running, kept, suspended or not begun.
    Fine,
}

impl Checker<'_> {
    /// The findings and the answer about conformity; none where the history is for the step engine.
    pub fn verdict(&mut self) -> Option<(Conformity, &[Finding])> {
        if self.stepwise || self.opened.is_none() {
            return None;
        }
        let program = self.program;
        let situation = self.situation();
        for at in 0..self.beyond.len() {
            if let Some((sequence, item)) = self.beyond.get(at).copied() {
                self.push_finding(FindingKind::Dates, item, Some(sequence), Gravity::Breach);
            }
        }
        let mut unknown = program.outputs_missing || !program.rulebook().scripts.is_empty();
        match if self.met { situation.access_met } else { situation.access_unmet } {
            Some(true) => {}
            Some(false) => {
                let sequence = self.opened.map(|seen| seen.sequence);
                self.push_finding(FindingKind::Access, None, sequence, Gravity::Breach);
            }
            None => unknown = true,
        }
        let concluded = self.closed.is_some_and(|closed| closed.manner == Manner::Concluded);
        let lacking = situation.due & !self.done;
        let unregistered = self.done & !self.registered & situation.registered;
        unknown |= (situation.due_unknown & !self.done) != 0;
        unknown |= (self.done & !self.registered & situation.registered_unknown) != 0;
        let owed = if concluded { (lacking, unregistered) } else { (0, 0) };
        let early = self.early();
        let mut left = early | owed.0 | owed.1;
        while left != 0 {
            let at = left.trailing_zeros();
            let bit = 1_u64 << at;
            left &= !bit;
            let index = u16::try_from(at).ok();
            if early & bit != 0 {
                let sequence = self.first.get(at as usize).map(|first| first.sequence);
                self.push_finding(FindingKind::Order, index, sequence, Gravity::Breach);
            }
            if owed.0 & bit != 0 {
                self.push_finding(FindingKind::Missing, index, None, Gravity::Breach);
            }
            if owed.1 & bit != 0 {
                self.push_finding(FindingKind::Sap, index, None, Gravity::Breach);
            }
        }
        unknown |= self.terms(situation.not_applying, situation.applying_unknown);
        if concluded && program.outcomes != 0 && self.present & program.outcomes == 0 {
            self.push_finding(FindingKind::NoOutcome, None, None, Gravity::Warning);
        }
        let interrupted = self.closed.filter(|closed| closed.manner == Manner::Interrupted);
        if let Some(closed) = interrupted
            && lacking != 0
        {
            self.push_finding(FindingKind::Interrupted, None, Some(closed.seen.sequence), Gravity::Warning);
        }
        let breached = self.found.iter().any(|finding| finding.gravity == Gravity::Breach);
        let conformity = if breached || lacking != 0 || unregistered != 0 {
            Conformity::No
        } else if unknown {
            Conformity::NotKnown
        } else if interrupted.is_some() {
            Conformity::No
        } else {
            Conformity::Yes
        };
        Some((conformity, &self.found))
    }

    fn push_finding(&mut self, kind: FindingKind, item: Option<u16>, sequence: Option<u32>, gravity: Gravity) {
        self.found.push(Finding { kind, gravity, item, term: None, sequence, length: None, detail: None });
    }

    /// Items completed before something that must come before them.
    fn early(&self) -> u64 {
        // Where days only go forward, what came before in the record is not later.
        let mut left = if self.unordered && !self.program.by_recording { self.present } else { self.suspect };
        let mut early = 0;
        while left != 0 {
            let at = left.trailing_zeros();
            left &= left - 1;
            if self.late_for(at) != 0 {
                early |= 1_u64 << at;
            }
        }
        early
    }

    /// Of what must come before an item that was completed, what is absent or came later: one bit an item.
    fn late_for(&self, item: u32) -> u64 {
        let at = item as usize;
        let (Some(plan), Some(first)) = (self.program.items.get(at), self.first.get(at)) else { return 0 };
        let mut late = plan.before & !self.present;
        let mut there = plan.before & self.present;
        while there != 0 {
            let before = there.trailing_zeros();
            there &= there - 1;
            let is_late = self.first.get(before as usize).is_some_and(|before| {
                if self.program.by_recording { before.sequence > first.sequence } else { before.on > first.on }
            });
            late |= if is_late { 1_u64 << before } else { 0 };
        }
        late
    }

    /// What an item found out of order came before, though it must come after.
    pub fn missing_before(&self, item: u16) -> impl Iterator<Item = u16> {
        let late = if self.present & 1_u64.checked_shl(item.into()).unwrap_or(0) == 0 {
            0
        } else {
            self.late_for(item.into())
        };
        (0..64_u16).filter(move |bit| late >> bit & 1 == 1)
    }

    /// Finds the broken terms; tells whether of some it is not known.
    fn terms(&mut self, not_applying: u64, applying_unknown: u64) -> bool {
        let program = self.program;
        let horizon = self.horizon();
        let mut unknown = applying_unknown != 0;
        let mut left = self.to_look_at(horizon) & !(not_applying | applying_unknown);
        while left != 0 {
            let at = left.trailing_zeros();
            left &= left - 1;
            let (Some(plan), Ok(index)) = (program.terms.get(at as usize), u16::try_from(at)) else { break };
            match self.stands(index, plan, horizon) {
                Stands::Fine => {}
                Stands::NotKnown => unknown = true,
                Stands::Broken { met, length } => self.found.push(Finding {
                    kind: FindingKind::Term,
                    gravity: if plan.office { Gravity::Breach } else { Gravity::Warning },
                    item: None,
                    term: Some(index),
                    sequence: met,
                    length,
                    detail: None,
                }),
            }
        }
        unknown
    }

    /// The terms that may be other than fine, a bit each: of the commonest form only those that are broken, or whose end no
    /// table says.
    #[inline]
    fn to_look_at(&self, horizon: i32) -> u64 {
        let program = self.program;
        let Some(opened) = self.opened.filter(|_| self.suspensions.is_empty()) else { return u64::MAX };
        let first = |item: u8| self.first.get(usize::from(item & 63)).map_or(0, |seen| seen.on);
        let mut left = program.other_terms;
        for term in &program.plain_terms {
            let (base, has_base) = match term.start {
                None => (opened.on, true),
                Some(item) => (first(item), self.present >> (item & 63) & 1 == 1),
            };
            let is_met = self.present >> (term.target & 63) & 1 == 1;
            let on = if is_met { first(term.target) } else { horizon };
            let table = program.tables.get(usize::from(term.table));
            let is_fine = table.and_then(|table| table.end(base)).is_some_and(|end| on <= end);
            left |= u64::from(has_base && !is_fine) << (term.index & 63);
        }
        left
    }

    /// The day the case is looked at: never after its closing.
    pub(super) fn horizon(&self) -> i32 {
        self.closed.map_or(self.on, |closed| closed.seen.on.min(self.on))
    }

    #[inline]
    pub(super) fn moment(&self, moment: Moment) -> Option<Seen> {
        let held = |mask: u64, item: u8, seen: &[Seen; super::WIDTH]| {
            if mask >> (item & 63) & 1 == 1 { seen.get(usize::from(item)).copied() } else { None }
        };
        match moment {
            Moment::Opening => self.opened,
            Moment::Done(item) => held(self.present, item, &self.first),
            Moment::Started(item) => held(self.started, item, &self.began),
            Moment::Closing => self.closed.map(|closed| closed.seen),
            Moment::Fact(slot) => self.fact_day(slot),
        }
    }

    /// How a term that applies stands.
    #[inline]
    fn stands(&self, index: u16, plan: &TermPlan, horizon: i32) -> Stands {
        let Some(base) = self.moment(plan.start) else {
            return if matches!(plan.start, Moment::Fact(_)) { Stands::NotKnown } else { Stands::Fine };
        };
        let met = self.moment(plan.target);
        let table = plan.table.and_then(|table| self.program.tables.get(usize::from(table)));
        let end = table.filter(|_| self.suspensions.is_empty()).and_then(|table| Some((table, table.end(base.on)?)));
        let Some((table, end)) = end else { return self.stands_in_full(index, base, met, horizon) };
        let broken = match (plan.within, met) {
            (true, Some(met)) => met.on > end,
            (true, None) => horizon > end,
            (false, Some(met)) => met.on < end,
            (false, None) => false,
        };
        if !broken {
            return Stands::Fine;
        }
        Stands::Broken { met: met.map(|met| met.sequence), length: Some(table.length()) }
    }

    /// By the count of the step engine.
    #[cold]
    fn stands_in_full(&self, index: u16, base: Seen, met: Option<Seen>, horizon: i32) -> Stands {
        match self.standing_in_full(index, base, met, horizon) {
            Some((TermStateWord::Broken, due)) => {
                Stands::Broken { met: met.map(|met| met.sequence), length: due.map(|(_, length)| length) }
            }
            Some((TermStateWord::NotKnown, _)) | None => Stands::NotKnown,
            Some(_) => Stands::Fine,
        }
    }

    /// How a term that applies stands, its end and the length that decides it.
    pub(super) fn standing_in_full(
        &self,
        index: u16,
        base: Seen,
        met: Option<Seen>,
        horizon: i32,
    ) -> Option<(TermStateWord, Option<(Day, Length)>)> {
        let rulebook = self.program.rulebook();
        let term = rulebook.terms.get(usize::from(index))?;
        let moments = Moments {
            base: base.mark()?,
            met: met.and_then(Seen::mark),
            horizon: Day::from_number(horizon)?,
            suspensions: &self.suspensions,
            office: self.office,
            shortened: &[],
        };
        let (state, limit) = moments.judge(rulebook, term);
        Some((state, limit.and_then(|limit| Some((limit.due?, limit.length)))))
    }
}
