// SPDX-License-Identifier: EUPL-1.2
//! The stored body of an event with its day taken out, and of an opening its subject: most bodies then are one of a few,
//! and need not be read again.

use std::hash::{BuildHasher, Hasher};

use crate::calendar::Day;

/// What stands before the day in a body as we write it: the tag comes first, the day second.
const BEFORE: &[u8] = b",\"il\":\"";
/// The tag begins after so many: `{"tipo":"`.
const TAG: usize = 9;
/// `2024-05-02`.
const DAY: usize = 10;
/// What stands before the day in the opening of a case, and between the day and the subject.
const OPENED: &[u8] = b"\"aperta\",\"il\":\"";
const SUBJECT: &[u8] = b"\",\"soggetto\":\"";
/// An id, as it is written.
const ID: usize = 36;
/// The longest body that is worth remembering.
const LONGEST: usize = 512;

/// Writes the body without its day, and an opening without its subject, into `key`; the day, as a number. None where the
/// body is not written as we write.
pub(super) fn without_day(body: &str, key: &mut Vec<u8>) -> Option<i32> {
    let bytes = body.as_bytes();
    if bytes.len() > LONGEST {
        return None;
    }
    let comma = TAG + bytes.get(TAG..)?.iter().position(|byte| *byte == b',')?;
    let start = comma + BEFORE.len();
    if bytes.get(comma..start)? != BEFORE {
        return None;
    }
    let (before, rest) = bytes.split_at_checked(start)?;
    let (day, after) = rest.split_at_checked(DAY)?;
    let after = if before.ends_with(OPENED) { without_subject(after)? } else { after };
    key.clear();
    key.extend_from_slice(before);
    key.extend_from_slice(after);
    number(day)
}

/// What follows the subject of an opening: whose case it is, no check asks.
fn without_subject(after: &[u8]) -> Option<&[u8]> {
    let (id, after) = after.strip_prefix(SUBJECT)?.split_at_checked(ID)?;
    id.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-')).then_some(after)
}

fn number(day: &[u8]) -> Option<i32> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = day else { return None };
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
    let year = digit(y1)? * 1000 + digit(y2)? * 100 + digit(y3)? * 10 + digit(y4)?;
    let (month, day) = (digit(m1)? * 10 + digit(m2)?, digit(d1)? * 10 + digit(d2)?);
    Day::new(i32::try_from(year).ok()?, month, day).map(Day::number)
}

/// A quick hash for keys that nobody chooses with intent to collide more than a few: the table it serves is emptied when full.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct QuickState;

#[derive(Clone, Copy, Debug)]
pub(super) struct Quick(u64);

impl BuildHasher for QuickState {
    type Hasher = Quick;

    fn build_hasher(&self) -> Quick {
        Quick(0x9E37_79B9_7F4A_7C15)
    }
}

impl Hasher for Quick {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            let mut eight = [0; 8];
            eight.copy_from_slice(word);
            self.mix(u64::from_le_bytes(eight));
        }
        let mut last = [0; 8];
        for (place, byte) in last.iter_mut().zip(words.remainder()) {
            *place = *byte;
        }
        self.mix(u64::from_le_bytes(last) ^ bytes.len() as u64);
    }

    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 29
    }
}

impl Quick {
    #[inline]
    fn mix(&mut self, word: u64) {
        let wide = u128::from(self.0 ^ word) * 0xD6E8_FEB8_6659_FD93_u128;
        #[expect(clippy::cast_possible_truncation, reason = "the two halves of the product are folded into one")]
        let folded = (wide as u64) ^ ((wide >> 64) as u64);
        self.0 = folded;
    }
}
