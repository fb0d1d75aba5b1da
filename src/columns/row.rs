// SPDX-License-Identifier: EUPL-1.2
//! One case in the columns: most events take four bytes, a symbol and a day counted from the opening.

use std::sync::Arc;

use crate::calendar::Day;
use crate::engine::{Case, Event, Minute, fold, fold_to, replay};
use crate::rulebook::Rulebook;

use super::{Asked, CaseKey};

/// In the place of a symbol: the symbol, the day and the minute follow, a word each.
const ESCAPE: u32 = 0xFFFF;
/// No minute.
const UNTIMED: u32 = u32::MAX;
/// Added to a day counted from the opening, so that none is negative.
const BIAS: i32 = 0x8000;

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    pub key: CaseKey,
    pub office: u16,
    pub(super) words: &'a [u32],
    pub(super) distinct: &'a [Event],
}

pub(super) fn write(words: &mut Vec<u32>, opened_on: i32, symbol: u32, day: i32, time: Option<Minute>) {
    let delta = day.checked_sub(opened_on).and_then(|d| d.checked_add(BIAS)).and_then(|d| u16::try_from(d).ok());
    match (delta, time) {
        (Some(delta), None) if symbol < ESCAPE => words.push(symbol << 16 | u32::from(delta)),
        _ => words.extend([ESCAPE << 16, symbol, day.cast_unsigned(), time.map_or(UNTIMED, |t| t.minutes().into())]),
    }
}

impl<'a> Row<'a> {
    /// Symbol, day as a number, and hour of each event.
    pub fn entries(&self) -> impl Iterator<Item = (u32, i32, Option<Minute>)> + use<'a> {
        let (mut words, opened_on) = (self.words.iter(), self.key.opened_on);
        std::iter::from_fn(move || {
            let word = *words.next()?;
            if word >> 16 == ESCAPE {
                let (symbol, day, minute) = (*words.next()?, *words.next()?, *words.next()?);
                let time = u16::try_from(minute).ok().and_then(Minute::new);
                return Some((symbol, day.cast_signed(), time));
            }
            Some((word >> 16, day_of(word, opened_on), None))
        })
    }

    /// Symbol, day as a number, and whether it has an hour, of each event: no more than a check must look at.
    #[inline]
    pub(super) fn events(&self) -> impl Iterator<Item = (u32, i32, bool)> + use<'a> {
        let (mut words, opened_on) = (self.words.iter(), self.key.opened_on);
        std::iter::from_fn(move || {
            let word = *words.next()?;
            if word >> 16 == ESCAPE {
                let (symbol, day, minute) = (*words.next()?, *words.next()?, *words.next()?);
                return Some((symbol, day.cast_signed(), minute != UNTIMED));
            }
            Some((word >> 16, day_of(word, opened_on), false))
        })
    }

    /// A distinct event, by its symbol.
    pub fn event(&self, symbol: u32) -> Option<&'a Event> {
        self.distinct.get(symbol as usize)
    }

    /// Has it an event whose symbol is marked?
    pub fn has_any(&self, marked: &[bool]) -> bool {
        !marked.is_empty() && self.entries().any(|(symbol, ..)| marked.get(symbol as usize).copied().unwrap_or(false))
    }

    /// The case as a check of it sees it; `replays` where it was recorded under another law.
    pub fn case(&self, rulebook: &Rulebook, asked: Asked, replays: bool) -> Case {
        let history = self.history();
        match asked.past {
            past if replays => replay(rulebook, &history, past.then_some(asked.on)),
            true => fold_to(rulebook, &history, asked.on),
            false => fold(rulebook, &history),
        }
    }

    /// The office the case was entrusted to last, by the day of a check; none if it never was.
    pub fn entrusted_to(&self, rulebook: &Rulebook, asked: Asked) -> Option<Arc<str>> {
        let moves = |(symbol, ..): (u32, i32, Option<Minute>)| self.event(symbol).is_some_and(super::is_handed_over);
        if !self.entries().any(moves) {
            return None;
        }
        self.case(rulebook, asked, false).desk_office
    }

    /// The history as the step engine takes it: the same in all that a check looks at.
    pub fn history(&self) -> Vec<Event> {
        let event = |(symbol, day, time): (u32, i32, Option<Minute>)| {
            let known = self.event(symbol)?;
            Some(Event { on: Day::from_number(day)?, time, kind: known.kind.clone() })
        };
        self.entries().filter_map(event).collect()
    }
}

#[inline]
fn day_of(word: u32, opened_on: i32) -> i32 {
    opened_on.wrapping_add((word & 0xFFFF).cast_signed() - BIAS)
}
