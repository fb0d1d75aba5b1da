// SPDX-License-Identifier: EUPL-1.2
//! The sums of a pass while it runs: small keys, added up part by part.

use std::collections::BTreeMap;

use super::compare::{Verdict, What};

/// Cases kept as examples of each kind of change: those with the lowest ids.
pub(super) const EXAMPLES: usize = 10;

/// Cases by their verdict before, then by their verdict after, in the order of [`Verdict::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Matrix(pub [[u64; 4]; 4]);

impl Matrix {
    pub fn get(&self, from: Verdict, to: Verdict) -> u64 {
        self.0.get(from.at()).and_then(|row| row.get(to.at())).copied().unwrap_or_default()
    }

    pub fn before(&self, verdict: Verdict) -> u64 {
        Verdict::ALL.iter().map(|to| self.get(verdict, *to)).sum()
    }

    pub fn after(&self, verdict: Verdict) -> u64 {
        Verdict::ALL.iter().map(|from| self.get(*from, verdict)).sum()
    }

    /// Cases that become compliant.
    pub fn gained(&self) -> u64 {
        self.after(Verdict::Conform) - self.get(Verdict::Conform, Verdict::Conform)
    }

    /// Cases that are compliant no more.
    pub fn lost(&self) -> u64 {
        self.before(Verdict::Conform) - self.get(Verdict::Conform, Verdict::Conform)
    }

    fn add(&mut self, (from, to): (Verdict, Verdict)) {
        if let Some(place) = self.0.get_mut(from.at()).and_then(|row| row.get_mut(to.at())) {
            *place += 1;
        }
    }

    fn join(&mut self, other: Self) {
        for (own, other) in self.0.iter_mut().flatten().zip(other.0.iter().flatten()) {
            *own += other;
        }
    }
}

/// Cases that were looked at under both laws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    pub cases: u64,
    /// Those in which anything changes.
    pub changed: u64,
    pub verdicts: Matrix,
}

impl Looked {
    pub(super) fn join(&mut self, other: Self) {
        self.cases += other.cases;
        self.changed += other.changed;
        self.verdicts.join(other.verdicts);
    }
}

/// How often a change was met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub cases: u64,
    /// Once for each finding, where a case has several that are alike.
    pub times: u64,
    /// Days by which the end of a term moves.
    pub least: u32,
    pub most: u32,
    /// The cases with the lowest ids, in their order.
    pub first: Vec<u128>,
    last: Option<u128>,
}

impl Count {
    fn add(&mut self, id: u128, days: u32) {
        self.least = if self.times == 0 { days } else { self.least.min(days) };
        self.most = self.most.max(days);
        self.times += 1;
        if self.last.replace(id) == Some(id) {
            return;
        }
        self.cases += 1;
        self.keep(id);
    }

    fn keep(&mut self, id: u128) {
        if self.first.len() == EXAMPLES && self.first.last().is_some_and(|last| *last <= id) {
            return;
        }
        if let Err(at) = self.first.binary_search(&id) {
            self.first.insert(at, id);
            self.first.truncate(EXAMPLES);
        }
    }

    pub fn join(&mut self, other: &Self) {
        self.least = if self.times == 0 { other.least } else { self.least.min(other.least) };
        self.most = self.most.max(other.most);
        self.times += other.times;
        self.cases += other.cases;
        other.first.iter().for_each(|id| self.keep(*id));
    }
}

/// A change with the norm that it rests on in that case, where that depends on the case.
pub(super) type Change = (What, Option<u16>);

/// Sums of some cases of one task. Offices by their number, as rows name them.
#[derive(Debug, Default)]
pub(super) struct Part {
    looked: BTreeMap<u16, Looked>,
    counts: BTreeMap<(Change, u16), Count>,
    pub troubles: Vec<(u128, String)>,
}

impl Part {
    pub fn saw(&mut self, office: u16, verdicts: (Verdict, Verdict), is_changed: bool) {
        let looked = self.looked.entry(office).or_default();
        looked.cases += 1;
        looked.changed += u64::from(is_changed);
        looked.verdicts.add(verdicts);
    }

    pub fn add(&mut self, change: Change, office: u16, id: u128, days: u32) {
        self.counts.entry((change, office)).or_default().add(id, days);
    }
}

/// The sums of all tasks, by the number of the task.
#[derive(Debug, Default)]
pub(super) struct Sums {
    pub all: Looked,
    pub looked: BTreeMap<(usize, u16), Looked>,
    pub counts: BTreeMap<(usize, Change, u16), Count>,
    pub troubles: Vec<(u128, String)>,
}

impl Sums {
    pub fn join(&mut self, task: usize, part: Part) {
        for (office, looked) in part.looked {
            self.all.join(looked);
            self.looked.entry((task, office)).or_default().join(looked);
        }
        for ((change, office), count) in part.counts {
            self.counts.entry((task, change, office)).or_default().join(&count);
        }
        self.troubles.extend(part.troubles);
    }
}

#[cfg(test)]
mod tests {
    use super::{EXAMPLES, Part, Sums};
    use crate::service::impact::compare::{TermMove, Verdict, What};

    const EARLIER: What = What::Term { at: 3, how: TermMove::Earlier };

    /// Sums over parts of a hundred cases in which a term moves by as many days as the case's number, up to fifty.
    fn sums(order: impl Iterator<Item = u128>) -> Sums {
        let mut sums = Sums::default();
        for tens in order {
            let mut part = Part::default();
            for id in tens * 10..tens * 10 + 10 {
                part.saw(1, (Verdict::Conform, Verdict::Breached), true);
                part.add((EARLIER, None), 1, id, 1 + u32::try_from(id).unwrap() % 50);
            }
            sums.join(usize::try_from(tens % 2).unwrap(), part);
        }
        sums
    }

    #[test]
    fn sums_are_the_same_whatever_part_comes_first() {
        let (up, down) = (sums(0..10), sums((0..10).rev()));
        assert_eq!((&up.counts, &up.looked, up.all), (&down.counts, &down.looked, down.all));
        assert_eq!((up.all.cases, up.all.changed, up.all.verdicts.lost()), (100, 100, 100));
        let odd = &up.counts[&(1, (EARLIER, None), 1)];
        assert_eq!((odd.cases, odd.times, odd.least, odd.most), (50, 50, 1, 50));
        assert_eq!(odd.first, (10..20).collect::<Vec<u128>>());
        assert_eq!(odd.first.len(), EXAMPLES);
    }

    #[test]
    fn a_case_that_has_the_same_change_twice_is_one_case() {
        let mut part = Part::default();
        for id in [7, 7, 9] {
            part.add((EARLIER, None), 0, id, 2);
        }
        let mut sums = Sums::default();
        sums.join(0, part);
        let count = &sums.counts[&(0, (EARLIER, None), 0)];
        assert_eq!((count.cases, count.times, count.first.as_slice()), (2, 3, [7, 9].as_slice()));
    }
}
