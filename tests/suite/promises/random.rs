// SPDX-License-Identifier: EUPL-1.2
//! Numbers that look random and come again from the same seed (SplitMix64).

pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to just below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// The first `count` seeds, or the one that `LEPRE_SEED` asks for.
pub fn seeds(count: u64) -> std::ops::Range<u64> {
    let asked = std::env::var("LEPRE_SEED").ok().and_then(|seed| seed.parse::<u64>().ok());
    asked.map_or(0..count, |seed| seed..seed + 1)
}
