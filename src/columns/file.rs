// SPDX-License-Identifier: EUPL-1.2
//! Columns as bytes, to be kept beside the events they were made from.
//!
//! Whole or nothing: what does not add up is refused, and the columns are made anew. The sum at the end is against a worn
//! disk and a file cut short, not against a hand: whoever may write here may write the sum too, and what proves a history
//! is the chain of the events, from which the columns are made.

use std::io::{self, Read, Write};
use std::sync::Arc;

use crc32fast::Hasher;

use crate::digest::Digest;
use crate::engine::Event;
use crate::rulebook::Rulebook;

use super::{CaseKey, Columns};

const MAGIC: &[u8; 8] = b"lepreco3";

/// Why bytes are not columns.
#[derive(Debug, thiserror::Error)]
pub enum ColumnsError {
    #[error("non si leggono: {0}")]
    Io(#[from] io::Error),
    #[error("non sono colonne di questo programma, oppure sono rovinate")]
    Damaged,
}

/// Writes columns, with their sum at the end.
///
/// # Errors
/// Those of the writer.
pub fn save(columns: &Columns, out: &mut dyn Write) -> io::Result<()> {
    let mut out = Summing { inner: out, sum: Hasher::new() };
    out.write_all(MAGIC)?;
    out.text(&columns.stamp)?;
    out.number(columns.offices.len() as u64)?;
    for office in &columns.offices {
        out.text(office)?;
    }
    out.number(columns.groups.len() as u64)?;
    for group in &columns.groups {
        out.write_all(&group.digest.0)?;
        out.text(&group.rulebook.stored())?;
        out.number(group.distinct().len() as u64)?;
        for event in group.distinct() {
            out.text(&serde_json::to_string(event)?)?;
        }
        out.number(group.keys.len() as u64)?;
        for ((key, office), end) in group.keys.iter().zip(&group.offices).zip(&group.ends) {
            out.write_all(&key.id.to_le_bytes())?;
            out.write_all(&key.sequence.to_le_bytes())?;
            out.write_all(&key.hash.to_le_bytes())?;
            out.write_all(&key.opened_on.to_le_bytes())?;
            out.write_all(&office.to_le_bytes())?;
            out.write_all(&end.to_le_bytes())?;
        }
        out.number(group.words.len() as u64)?;
        for words in group.words.chunks(8_192) {
            let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
            out.write_all(&bytes)?;
        }
    }
    out.inner.write_all(&out.sum.finalize().to_le_bytes())
}

/// Reads columns back.
///
/// # Errors
/// [`ColumnsError::Damaged`] for anything that does not add up.
pub fn load(input: &mut dyn Read) -> Result<Columns, ColumnsError> {
    let mut input = Checking { inner: input, sum: Hasher::new() };
    if input.bytes::<8>()? != *MAGIC {
        return Err(ColumnsError::Damaged);
    }
    let mut columns = Columns::new();
    columns.stamp = input.text()?;
    for _ in 0..input.number()? {
        let office = input.text()?;
        columns.office(Some(&office));
    }
    for _ in 0..input.number()? {
        let digest = Digest(input.bytes()?);
        let rulebook = Rulebook::read(&input.text()?).map_err(|_| ColumnsError::Damaged)?;
        if rulebook.digest() != digest {
            return Err(ColumnsError::Damaged);
        }
        let at = columns.group(digest, &Arc::new(rulebook));
        let group = columns.groups.get_mut(at).ok_or(ColumnsError::Damaged)?;
        for _ in 0..input.number()? {
            let event: Event = serde_json::from_str(&input.text()?).map_err(|_| ColumnsError::Damaged)?;
            group.dictionary.restore(event);
        }
        let mut last = 0;
        let cases = input.number()?;
        room(&mut group.keys, cases);
        room(&mut group.offices, cases);
        room(&mut group.ends, cases);
        input.records::<RECORD>(cases, |records| {
            for record in records {
                let (key, office, end) = case_of(record).ok_or(ColumnsError::Damaged)?;
                if end < last {
                    return Err(ColumnsError::Damaged);
                }
                last = end;
                group.keys.push(key);
                group.offices.push(office);
                group.ends.push(end);
            }
            Ok(())
        })?;
        let words = input.number()?;
        if words != last {
            return Err(ColumnsError::Damaged);
        }
        room(&mut group.words, words);
        input.records::<4>(words, |words| {
            group.words.extend(words.iter().map(|word| u32::from_le_bytes(*word)));
            Ok(())
        })?;
    }
    let mut told = [0; 4];
    input.inner.read_exact(&mut told)?;
    if input.sum.finalize().to_le_bytes() != told {
        return Err(ColumnsError::Damaged);
    }
    Ok(columns)
}

/// Makes room for so many, if there is: the number may be of a damaged file, and is only believed when all has been read.
fn room<T>(list: &mut Vec<T>, count: u64) {
    if let Ok(count) = usize::try_from(count) {
        _ = list.try_reserve_exact(count);
    }
}

/// Bytes of one case before its words: id, events, hash, day of opening, office, and where its words end.
const RECORD: usize = 16 + 4 + 8 + 4 + 2 + 8;

/// Reads what stands in the bytes of one case.
fn case_of(record: &[u8; RECORD]) -> Option<(CaseKey, u16, u64)> {
    let (id, rest) = record.split_first_chunk()?;
    let (sequence, rest) = rest.split_first_chunk()?;
    let (hash, rest) = rest.split_first_chunk()?;
    let (opened_on, rest) = rest.split_first_chunk()?;
    let (office, rest) = rest.split_first_chunk()?;
    let key = CaseKey {
        id: u128::from_le_bytes(*id),
        sequence: u32::from_le_bytes(*sequence),
        hash: u64::from_le_bytes(*hash),
        opened_on: i32::from_le_bytes(*opened_on),
    };
    Some((key, u16::from_le_bytes(*office), u64::from_le_bytes(*rest.first_chunk()?)))
}

struct Summing<'a> {
    inner: &'a mut dyn Write,
    sum: Hasher,
}

impl Summing<'_> {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sum.update(bytes);
        self.inner.write_all(bytes)
    }

    fn number(&mut self, number: u64) -> io::Result<()> {
        self.write_all(&number.to_le_bytes())
    }

    fn text(&mut self, text: &str) -> io::Result<()> {
        self.number(text.len() as u64)?;
        self.write_all(text.as_bytes())
    }
}

struct Checking<'a> {
    inner: &'a mut dyn Read,
    sum: Hasher,
}

/// The longest text of a file that is not damaged: a rulebook.
const LONGEST: u64 = 64 * 1024 * 1024;

impl Checking<'_> {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), ColumnsError> {
        self.inner.read_exact(bytes)?;
        self.sum.update(bytes);
        Ok(())
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], ColumnsError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// Hands over so many records of `N` bytes each, many at a time.
    fn records<const N: usize>(
        &mut self,
        count: u64,
        mut see: impl FnMut(&[[u8; N]]) -> Result<(), ColumnsError>,
    ) -> Result<(), ColumnsError> {
        // Larger than the buffer of who reads the file: then nothing is copied twice.
        let mut buffer = vec![[0; N]; (256 * 1024_usize).div_ceil(N)];
        let mut left = usize::try_from(count).map_err(|_| ColumnsError::Damaged)?;
        while left > 0 {
            let now = left.min(buffer.len());
            let records = buffer.get_mut(..now).ok_or(ColumnsError::Damaged)?;
            self.fill(records.as_flattened_mut())?;
            see(records)?;
            left -= now;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<u64, ColumnsError> {
        Ok(u64::from_le_bytes(self.bytes()?))
    }

    fn text(&mut self) -> Result<String, ColumnsError> {
        let length = self.number()?;
        if length > LONGEST {
            return Err(ColumnsError::Damaged);
        }
        let mut bytes = vec![0; usize::try_from(length).map_err(|_| ColumnsError::Damaged)?];
        self.fill(&mut bytes)?;
        String::from_utf8(bytes).map_err(|_| ColumnsError::Damaged)
    }
}
