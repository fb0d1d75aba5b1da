// SPDX-License-Identifier: EUPL-1.2
//! How many cases took how many days: an exact count, so that sums of parts give the median of the whole.

use std::collections::BTreeMap;

/// Days up to this many have a place each.
const NEAR: usize = 1_024;

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Days {
    near: Vec<u32>,
    /// Fewer than none (done before the count began), or very many.
    far: BTreeMap<i32, u32>,
    cases: u64,
}

impl Days {
    pub fn add(&mut self, days: i32, cases: u32) {
        self.cases += u64::from(cases);
        let at = usize::try_from(days).ok().filter(|at| *at < NEAR);
        let Some(at) = at else {
            *self.far.entry(days).or_default() += cases;
            return;
        };
        if self.near.len() <= at {
            self.near.resize(at + 1, 0);
        }
        if let Some(count) = self.near.get_mut(at) {
            *count += cases;
        }
    }

    pub fn join(&mut self, other: &Self) {
        self.cases += other.cases;
        if self.near.len() < other.near.len() {
            self.near.resize(other.near.len(), 0);
        }
        for (count, more) in self.near.iter_mut().zip(&other.near) {
            *count += more;
        }
        for (days, cases) in &other.far {
            *self.far.entry(*days).or_default() += cases;
        }
    }

    /// How many cases were measured.
    pub fn cases(&self) -> u64 {
        self.cases
    }

    /// From the shortest to the longest: days, cases.
    fn counts(&self) -> impl Iterator<Item = (i32, u32)> {
        let near = self.near.iter().enumerate().filter_map(|(at, cases)| Some((i32::try_from(at).ok()?, *cases)));
        let before = self.far.range(..0).map(|(days, cases)| (*days, *cases));
        let after = self.far.range(0..).map(|(days, cases)| (*days, *cases));
        before.chain(near).chain(after)
    }

    /// What the case at a place took, the shortest being the first.
    fn at(&self, place: u64) -> Option<i32> {
        let mut seen = 0;
        self.counts()
            .find(|(_, cases)| {
                seen += u64::from(*cases);
                seen >= place
            })
            .map(|(days, _)| days)
    }

    /// The time of the case in the middle; of an even number of cases, halfway between the two. None where there is none.
    pub fn median(&self) -> Option<f64> {
        let (low, high) = (self.at(self.cases.div_ceil(2))?, self.at(self.cases / 2 + 1)?);
        if self.cases == 0 { None } else { Some(f64::from(low) / 2.0 + f64::from(high) / 2.0) }
    }

    /// The fewest days within which at least so many cases in a hundred were done (the nearest rank); none where there is
    /// no case.
    pub fn percentile(&self, percent: u64) -> Option<i32> {
        if self.cases == 0 {
            return None;
        }
        self.at((self.cases * percent.clamp(1, 100)).div_ceil(100))
    }
}

#[cfg(test)]
mod tests {
    use super::Days;

    fn of(all: &[i32]) -> Days {
        let mut days = Days::default();
        all.iter().for_each(|one| days.add(*one, 1));
        days
    }

    #[test]
    fn of_none_one_and_two_cases() {
        assert_eq!((of(&[]).median(), of(&[]).percentile(90)), (None, None));
        assert_eq!((of(&[7]).median(), of(&[7]).percentile(90)), (Some(7.0), Some(7)));
        assert_eq!((of(&[3, 8]).median(), of(&[3, 8]).percentile(90)), (Some(5.5), Some(8)));
        assert_eq!(of(&[8, 3]).percentile(50), Some(3));
    }

    #[test]
    fn the_ninetieth_is_the_nearest_rank() {
        let ten: Vec<i32> = (1..=10).collect();
        assert_eq!(
            (of(&ten).percentile(90), of(&ten).percentile(91), of(&ten).percentile(100)),
            (Some(9), Some(10), Some(10))
        );
        let eleven: Vec<i32> = (1..=11).collect();
        assert_eq!((of(&eleven).percentile(90), of(&eleven).median()), (Some(10), Some(6.0)));
    }

    #[test]
    fn few_and_very_many_days_stand_in_their_order_and_parts_join_into_the_whole() {
        let all = [-40, -1, 0, 0, 3, 1_023, 1_024, 20_000];
        let mut joined = of(&all[..3]);
        joined.join(&of(&all[3..]));
        assert_eq!((joined.cases(), joined.median()), (8, Some(1.5)));
        for rank in 1..=8_u64 {
            let place = usize::try_from(rank).unwrap() - 1;
            assert_eq!(joined.percentile(rank * 100 / 8), Some(all[place]), "{rank}");
        }
        let mut other = of(&all[3..]);
        other.join(&of(&all[..3]));
        assert_eq!(other.percentile(50), joined.percentile(50));
    }
}
