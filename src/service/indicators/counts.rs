// SPDX-License-Identifier: EUPL-1.2
//! What is counted of one case, with the definition of each count: the page, the files and the manual say the same.

use crate::engine::Tally;
use crate::rulebook::{Bound, ItemKind, Rulebook};
use crate::spec::level::{Field, Party};
use crate::spec::scenario::{Manner, TermStateWord};
use crate::value::Truth;

macro_rules! summed {
    ($(#[$whole:meta])* $name:ident { $($(#[$doc:meta])* $field:ident,)* }) => {
        $(#[$whole])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name { $($(#[$doc])* pub $field: u32,)* }

        impl $name {
            pub fn join(&mut self, other: &Self) {
                $(self.$field += other.$field;)*
            }
        }
    };
}

summed! {
    /// Sums over cases. Every case is in exactly one of each group of counts that are told to be parts of a whole.
    Counts {
        cases,
        // Parts of `cases`:
        /// Some output is due, and every output that is due has been delivered as often as it must.
        delivered,
        /// Some due output has not been delivered, and the case is open.
        to_do,
        /// Some due output has not been delivered, and the case was closed as concluded.
        lacking,
        /// Some due output has not been delivered, and the case was interrupted.
        interrupted_before,
        /// No output is due, or it cannot be said: a fact is not known, or no source of the level's outputs was read.
        unmeasured,
        // Parts of `delivered`:
        /// Some term of the office that says *not later* has run, and all that have run are kept.
        in_time,
        /// Some term of the office that says *not later* is broken.
        late,
        /// No such term has run, or of some it cannot yet be said.
        unjudged,
        // Parts of `cases`:
        /// Of some item that was done the registration is owed, and absent.
        untransmitted,
        /// Some registration is owed, and all of them are there.
        transmitted,
        /// No registration is owed yet, or it is not known.
        unregistered,
        // Parts of `cases`:
        /// Some finding is a breach.
        breached,
        sound,
        // Parts of `cases`:
        open,
        suspended,
        concluded,
        interrupted,
        // Sums of other things than cases:
        /// Due outputs that are absent from cases closed as concluded.
        outputs_lacking,
        /// Items done whose registration is owed.
        registrations_owed,
        /// Those whose registration is absent.
        registrations_missing,
        /// Findings that are breaches.
        breaches,
    }
}

summed! {
    /// How one term stands, over cases. With the cases in which it does not run, these are parts of all cases of the level.
    TermCounts {
        kept,
        /// Broken, and what it waits for has happened all the same.
        broken_done,
        /// Broken, and it has not happened.
        overdue,
        /// Running or suspended.
        running,
        /// It cannot be said whether it applies, from when it runs, or whether it was kept.
        not_known,
    }
}

impl TermCounts {
    /// Cases in which the term runs or may run.
    pub fn all(&self) -> u32 {
        self.kept + self.broken_done + self.overdue + self.running + self.not_known
    }
}

/// What the counts ask of a rulebook.
#[derive(Debug)]
pub struct Plan {
    outputs: Vec<usize>,
    outputs_unread: bool,
    /// Terms that bind the office and say *not later*.
    binding: Vec<bool>,
}

/// The counts of one case, and the days it took.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Counted {
    pub counts: Counts,
    /// Days from the opening to the day on which the last of the due outputs was first delivered, where all are.
    pub delivered_in: Option<i32>,
}

impl Plan {
    pub fn of(rulebook: &Rulebook) -> Self {
        let outputs = rulebook.items.iter().enumerate().filter(|(_, item)| item.kind == ItemKind::Output);
        let binds = |term: &crate::rulebook::Term| term.who == Party::Office && term.bound == Bound::Within;
        Self {
            outputs: outputs.map(|(at, _)| at).collect(),
            outputs_unread: rulebook.is_missing(Field::Outputs),
            binding: rulebook.terms.iter().map(binds).collect(),
        }
    }

    /// Counts a case that a check has looked at.
    pub fn count(&self, tally: &Tally, breaches: u32) -> Counted {
        let mut counts = Counts { cases: 1, breaches, ..Counts::default() };
        let delivered_in = self.outputs(tally, &mut counts);
        if counts.delivered == 1 {
            self.timeliness(tally, &mut counts);
        }
        registrations(tally, &mut counts);
        if breaches > 0 {
            counts.breached = 1
        } else {
            counts.sound = 1
        }
        match (tally.closed, tally.suspended) {
            (Some((_, Manner::Concluded)), _) => counts.concluded = 1,
            (Some((_, Manner::Interrupted)), _) => counts.interrupted = 1,
            (None, true) => counts.suspended = 1,
            (None, false) => counts.open = 1,
        }
        Counted { counts, delivered_in }
    }

    /// Were the due outputs delivered, and in how many days?
    fn outputs(&self, tally: &Tally, counts: &mut Counts) -> Option<i32> {
        let (mut due, mut lacking, mut unknown) = (0_u32, 0_u32, self.outputs_unread);
        let mut last = None;
        for item in self.outputs.iter().filter_map(|at| tally.items.get(*at)) {
            match item.due {
                Truth::True => {
                    due += 1;
                    lacking += u32::from(!item.done);
                    last = last.max(item.first);
                }
                Truth::NotKnown => unknown |= !item.done,
                Truth::False => {}
            }
        }
        match tally.closed {
            _ if lacking == 0 && (due == 0 || unknown) => counts.unmeasured = 1,
            _ if lacking == 0 => {
                counts.delivered = 1;
                return last.zip(tally.opened).map(|(last, opened)| last - opened);
            }
            None => counts.to_do = 1,
            Some((_, Manner::Concluded)) => (counts.lacking, counts.outputs_lacking) = (1, lacking),
            Some((_, Manner::Interrupted)) => counts.interrupted_before = 1,
        }
        None
    }

    fn timeliness(&self, tally: &Tally, counts: &mut Counts) {
        let (mut kept, mut open) = (false, false);
        for (term, _) in tally.terms.iter().zip(&self.binding).filter(|(_, binds)| **binds) {
            match term.state {
                TermStateWord::Broken => {
                    counts.late = 1;
                    return;
                }
                TermStateWord::Kept => kept = true,
                TermStateWord::NotRunning => {}
                // A case that was closed before its term ran out owes it no more.
                TermStateWord::Running | TermStateWord::Suspended if tally.closed.is_some() => {}
                TermStateWord::Running | TermStateWord::Suspended | TermStateWord::NotKnown => open = true,
            }
        }
        if kept && !open { counts.in_time = 1 } else { counts.unjudged = 1 }
    }
}

/// Delivered and not transmitted: what was done, whose registration is owed, and absent.
fn registrations(tally: &Tally, counts: &mut Counts) {
    for item in tally.items.iter().filter(|item| item.done && item.registration == Truth::True) {
        counts.registrations_owed += 1;
        counts.registrations_missing += u32::from(!item.registered);
    }
    match (counts.registrations_owed, counts.registrations_missing) {
        (0, _) => counts.unregistered = 1,
        (_, 0) => counts.transmitted = 1,
        _ => counts.untransmitted = 1,
    }
}

/// How a term of one case stands, and the days from what it is counted from to what it waits for. Once the case is closed a
/// term that had not run out runs no more.
pub fn term_counts(term: &crate::engine::TermTally, closed: bool) -> (TermCounts, Option<i32>) {
    let mut counts = TermCounts::default();
    let place = match (term.state, term.met) {
        (TermStateWord::Kept, _) => &mut counts.kept,
        (TermStateWord::Broken, Some(_)) => &mut counts.broken_done,
        (TermStateWord::Broken, None) => &mut counts.overdue,
        (TermStateWord::Running | TermStateWord::Suspended, _) if closed => return (counts, None),
        (TermStateWord::Running | TermStateWord::Suspended, _) => &mut counts.running,
        (TermStateWord::NotKnown, _) => &mut counts.not_known,
        (TermStateWord::NotRunning, _) => return (counts, None),
    };
    *place = 1;
    let measured = matches!(term.state, TermStateWord::Kept | TermStateWord::Broken);
    let days = term.met.zip(term.base).filter(|_| measured).map(|(met, base)| met - base);
    (counts, days)
}
