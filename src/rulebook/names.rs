// SPDX-License-Identifier: EUPL-1.2
//! Names by position, found fast: a fold looks one up for every event.

/// Names and their positions, found by a number made of their ends: a fold looks one up for every event.
#[derive(Clone, Debug, Default)]
pub(super) struct NameTable {
    /// In rising order; names with the same number stand side by side.
    keys: Vec<u64>,
    entries: Vec<(Box<str>, u16)>,
}

impl NameTable {
    pub fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut rows: Vec<(u64, Box<str>, u16)> =
            (0..).zip(names).map(|(index, name)| (key(name), name.into(), index)).collect();
        rows.sort();
        Self {
            keys: rows.iter().map(|row| row.0).collect(),
            entries: rows.into_iter().map(|row| (row.1, row.2)).collect(),
        }
    }

    pub fn look_up(&self, name: &str) -> Option<u16> {
        let key = key(name);
        let from = self.keys.partition_point(|known| *known < key);
        let same = self.keys.iter().zip(&self.entries).skip(from).take_while(|(known, _)| **known == key);
        same.map(|(_, entry)| entry).find(|(known, _)| **known == *name).map(|(_, index)| *index)
    }
}

/// First and last eight bytes and the length, mixed. Two names may share it: the names themselves decide.
fn key(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let first = bytes.first_chunk::<8>().copied().unwrap_or_else(|| short(bytes));
    let last = bytes.last_chunk::<8>().copied().unwrap_or_else(|| short(bytes));
    u64::from_le_bytes(first) ^ u64::from_le_bytes(last).rotate_left(29) ^ (bytes.len() as u64).rotate_left(53)
}

fn short(bytes: &[u8]) -> [u8; 8] {
    let mut all = [0; 8];
    for (place, byte) in all.iter_mut().zip(bytes) {
        *place = *byte;
    }
    all
}
