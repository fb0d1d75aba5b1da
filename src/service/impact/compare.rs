// SPDX-License-Identifier: EUPL-1.2
//! One case under two laws: everything that it comes to under one and not under the other.

use std::collections::BTreeMap;

use crate::calendar::Unit;
use crate::engine::{Finding, ItemTally, Tally, TermTally};
use crate::spec::scenario::{Conformity, FindingKind, Gravity};
use crate::value::Truth;

use super::laws::Laws;

/// Which of the two laws.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    Before,
    After,
}

/// The four things that are said of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Conform,
    /// Not conform yet, and nothing breached.
    Pending,
    Breached,
    NotKnown,
}

impl Verdict {
    pub const ALL: [Self; 4] = [Self::Conform, Self::Pending, Self::Breached, Self::NotKnown];

    pub fn of(conformity: Conformity, findings: &[Finding]) -> Self {
        match conformity {
            Conformity::Yes => Self::Conform,
            Conformity::NotKnown => Self::NotKnown,
            Conformity::No if findings.iter().any(|finding| finding.gravity == Gravity::Breach) => Self::Breached,
            Conformity::No => Self::Pending,
        }
    }

    pub(super) fn at(self) -> usize {
        self as usize
    }
}

/// What happens to a term of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TermMove {
    /// Its end comes sooner.
    Earlier,
    Later,
    /// It did not apply, or it was not known whether it did.
    Begins,
    Ceases,
    /// It has an end, and had none yet.
    Gains,
    Loses,
    /// It is no longer known whether it applies.
    Doubtful,
    /// It is now known that it does not.
    Settled,
    /// It ends the same day, and stands differently: another target, another bound.
    Turned,
}

/// What happens to something owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DutyMove {
    /// It was not owed, or it was not known whether it was.
    Begins,
    Ceases,
    /// It is no longer known whether it is owed.
    Doubtful,
    /// It is now known that it is not.
    Settled,
    /// Owed under both; done under the first only.
    Reopened,
    Fulfilled,
}

/// A change of a case. Items and terms stand by their places among those of both laws ([`Laws::items`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    Verdict {
        from: Verdict,
        to: Verdict,
    },
    /// A finding that is there on one side only; the length decides its norm.
    Finding {
        side: Side,
        gravity: Gravity,
        kind: FindingKind,
        item: Option<u16>,
        term: Option<u16>,
        length: Option<(u32, Unit)>,
    },
    Term {
        at: u16,
        how: TermMove,
    },
    Duty {
        at: u16,
        registration: bool,
        how: DutyMove,
    },
}

/// A case under one law.
#[derive(Clone, Copy)]
pub(super) struct Stand<'a> {
    pub conformity: Conformity,
    pub findings: &'a [Finding],
    pub tally: &'a Tally,
}

impl Stand<'_> {
    pub fn verdict(&self) -> Verdict {
        Verdict::of(self.conformity, self.findings)
    }
}

/// Adds what changes to `found`, with the end of a term by how many days it moves; tells the two verdicts.
pub(super) fn compare(
    laws: &Laws,
    before: Stand<'_>,
    after: Stand<'_>,
    found: &mut Vec<(What, u32)>,
) -> (Verdict, Verdict) {
    let (from, to) = (before.verdict(), after.verdict());
    if from != to {
        found.push((What::Verdict { from, to }, 0));
    }
    findings(laws, before.findings, after.findings, found);
    for (at, (was, now)) in (0..).zip(laws.terms.pairs()) {
        let tally = |index: Option<u16>, tally: &Tally| tally.terms.get(usize::from(index?)).copied();
        if let Some((how, days)) = term(tally(was, before.tally), tally(now, after.tally)) {
            found.push((What::Term { at, how }, days));
        }
    }
    for (at, (was, now)) in (0..).zip(laws.items.pairs()) {
        let tally = |index: Option<u16>, tally: &Tally| tally.items.get(usize::from(index?)).copied();
        let (was, now) = (tally(was, before.tally), tally(now, after.tally));
        for registration in [false, true] {
            if let Some(how) = duty(Owed::of(was, registration), Owed::of(now, registration)) {
                found.push((What::Duty { at, registration, how }, 0));
            }
        }
    }
    (from, to)
}

/// The findings that one side has more of than the other.
fn findings(laws: &Laws, before: &[Finding], after: &[Finding], found: &mut Vec<(What, u32)>) {
    let key = |side, finding: &Finding| {
        let item = finding.item.map(|item| laws.items.place(side, item));
        let term = finding.term.map(|term| laws.terms.place(side, term));
        (finding.gravity, finding.kind, item, term)
    };
    for (side, own, other_side, other) in
        [(Side::Before, before, Side::After, after), (Side::After, after, Side::Before, before)]
    {
        if own.is_empty() {
            continue;
        }
        let mut left: BTreeMap<_, usize> = BTreeMap::new();
        for finding in other {
            *left.entry(key(other_side, finding)).or_default() += 1;
        }
        for finding in own {
            let wanted = key(side, finding);
            match left.get_mut(&wanted).filter(|left| **left > 0) {
                Some(left) => *left -= 1,
                None => {
                    let (gravity, kind, item, term) = wanted;
                    let length = finding.length.map(|length| (length.count, length.unit));
                    found.push((What::Finding { side, gravity, kind, item, term, length }, 0));
                }
            }
        }
    }
}

fn term(before: Option<TermTally>, after: Option<TermTally>) -> Option<(TermMove, u32)> {
    let applies = |term: Option<TermTally>| term.map_or(Truth::False, |term| term.applies);
    let (was, now) = (applies(before), applies(after));
    if was != now {
        let how = match (was, now) {
            (_, Truth::NotKnown) => TermMove::Doubtful,
            (_, Truth::True) => TermMove::Begins,
            (Truth::NotKnown, Truth::False) => TermMove::Settled,
            (_, Truth::False) => TermMove::Ceases,
        };
        return Some((how, 0));
    }
    let (before, after) = before.zip(after).filter(|_| now == Truth::True)?;
    match (before.due, after.due) {
        (Some(was), Some(now)) if now < was => Some((TermMove::Earlier, was.abs_diff(now))),
        (Some(was), Some(now)) if now > was => Some((TermMove::Later, was.abs_diff(now))),
        (None, Some(_)) => Some((TermMove::Gains, 0)),
        (Some(_), None) => Some((TermMove::Loses, 0)),
        _ => (before.state != after.state).then_some((TermMove::Turned, 0)),
    }
}

/// How something owed stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owed {
    No,
    NotKnown,
    Open,
    Done,
}

impl Owed {
    fn of(item: Option<ItemTally>, registration: bool) -> Self {
        let Some(item) = item else { return Self::No };
        let (due, done) = if registration { (item.registration, item.registered) } else { (item.due, item.done) };
        match due {
            Truth::False => Self::No,
            Truth::NotKnown => Self::NotKnown,
            Truth::True if done => Self::Done,
            Truth::True => Self::Open,
        }
    }
}

fn duty(before: Owed, after: Owed) -> Option<DutyMove> {
    match (before, after) {
        _ if before == after => None,
        (_, Owed::NotKnown) => Some(DutyMove::Doubtful),
        (Owed::NotKnown, Owed::No) => Some(DutyMove::Settled),
        (Owed::No | Owed::NotKnown, _) => Some(DutyMove::Begins),
        (_, Owed::No) => Some(DutyMove::Ceases),
        (_, Owed::Open) => Some(DutyMove::Reopened),
        (_, Owed::Done) => Some(DutyMove::Fulfilled),
    }
}
