// SPDX-License-Identifier: EUPL-1.2
//! What a verification has on the disk. A file appears under its name when it is whole; answers are added line by line, and
//! what a broken line leaves behind is cut off.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::digest::Digest;

use crate::spec::scenario::Conformity;

use super::{Listed, Verification, VerificationError};

const QUESTION: &str = "domanda.json";
const LIST: &str = "elenco";
const ANSWERS: &str = "esiti.jsonl";
const END: &str = "fine.json";
const CANCELLED: &str = "annullata";
/// How many answers stood on the disk, and the bytes they took, when that was last written down: a help for whoever counts.
const COUNTED: &str = "contati";
/// Bytes of a case in the list.
const ENTRY: usize = 20;

/// How far a verification is.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Answers on the disk.
    pub done: u64,
    pub cancelled: bool,
    /// The sums, once there is an answer for every case.
    pub end: Option<Json>,
}

/// Some answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// One JSON object each.
    pub lines: Vec<String>,
    /// Where the next page begins, be it written already or not; none after the last answer.
    pub next: Option<u64>,
}

fn folder_of(folder: &Path, id: Uuid) -> PathBuf {
    folder.join(id.to_string())
}

pub(super) fn list_bytes(list: &[Listed]) -> Vec<u8> {
    let entry = |listed: &Listed| {
        let mut bytes = listed.id.to_be_bytes().to_vec();
        bytes.extend(listed.sequence.to_be_bytes());
        bytes
    };
    list.iter().flat_map(entry).collect()
}

/// Writes the question last: without it there is no verification.
pub(super) fn begin(folder: &Path, verification: &Verification, list: &[u8]) -> Result<(), VerificationError> {
    let own = folder_of(folder, verification.id);
    fs::create_dir_all(&own)?;
    let written = put(&own.join(LIST), list).and_then(|()| {
        let question = serde_json::to_vec_pretty(verification)?;
        put(&own.join(QUESTION), &question)
    });
    if written.is_err() {
        // What could not be begun leaves nothing behind.
        _ = fs::remove_dir_all(&own);
    }
    Ok(written?)
}

pub(super) fn forget(folder: &Path, verification: &Verification) -> io::Result<()> {
    let own = folder_of(folder, verification.id);
    // Without its question it is no verification any more, also if the rest is left behind.
    fs::remove_file(own.join(QUESTION))?;
    fs::remove_dir_all(own)
}

/// Writes a whole file under a name of its own, then gives it its name.
fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("tmp");
    let written = (|| {
        let mut file = File::create(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&draft, path)
    })();
    if written.is_err() {
        _ = fs::remove_file(&draft);
    }
    written
}

pub(super) fn question(folder: &Path, id: Uuid) -> Result<Verification, VerificationError> {
    let bytes = match fs::read(folder_of(folder, id).join(QUESTION)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(VerificationError::Unknown),
        read => read?,
    };
    serde_json::from_slice(&bytes).map_err(|_| VerificationError::Damaged(QUESTION))
}

pub(super) fn all(folder: &Path) -> Result<Vec<Verification>, VerificationError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let id = |entry: io::Result<fs::DirEntry>| Uuid::parse_str(entry.ok()?.file_name().to_str()?).ok();
    let mut all: Vec<Verification> = entries.filter_map(id).filter_map(|id| question(folder, id).ok()).collect();
    all.sort_by_key(|verification| std::cmp::Reverse((verification.asked_at, verification.id)));
    Ok(all)
}

pub(super) fn list(folder: &Path, verification: &Verification) -> Result<Vec<Listed>, VerificationError> {
    let bytes = fs::read(folder_of(folder, verification.id).join(LIST))?;
    if Digest::of(&bytes) != verification.list {
        return Err(VerificationError::Damaged(LIST));
    }
    let (entries, _) = bytes.as_chunks::<ENTRY>();
    let entry = |bytes: &[u8; ENTRY]| {
        let (id, sequence) = bytes.split_at(16);
        let (mut wide, mut narrow) = ([0; 16], [0; 4]);
        wide.copy_from_slice(id);
        narrow.copy_from_slice(sequence);
        Listed { id: u128::from_be_bytes(wide), sequence: u32::from_be_bytes(narrow) }
    };
    Ok(entries.iter().map(entry).collect())
}

pub(super) fn state(folder: &Path, verification: &Verification) -> Result<State, VerificationError> {
    let own = folder_of(folder, verification.id);
    let cancelled = own.join(CANCELLED).exists();
    match fs::read(own.join(END)) {
        Ok(bytes) => {
            let end = serde_json::from_slice(&bytes).map_err(|_| VerificationError::Damaged(END))?;
            Ok(State { done: verification.cases, cancelled, end: Some(end) })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok(State { done: lines(&own.join(ANSWERS), counted(&own))?.0, cancelled, end: None })
        }
        Err(error) => Err(error.into()),
    }
}

/// What was written down of the answers, if it can be believed so far: a number of lines and their bytes.
fn counted(own: &Path) -> (u64, u64) {
    let read = || {
        let text = fs::read_to_string(own.join(COUNTED)).ok()?;
        let (count, whole) = text.trim_end().split_once(' ')?;
        Some((count.parse().ok()?, whole.parse().ok()?))
    };
    read().unwrap_or_default()
}

/// Whole lines of a file, and the bytes they take; those that were counted before are not counted again.
fn lines(path: &Path, known: (u64, u64)) -> io::Result<(u64, u64)> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((0, 0)),
        file => BufReader::with_capacity(1 << 20, file?),
    };
    let (mut count, mut whole) = if ends_a_line(file.get_mut(), known.1)? { known } else { (0, 0) };
    file.seek(SeekFrom::Start(whole))?;
    let mut read = whole;
    loop {
        let chunk = file.fill_buf()?;
        if chunk.is_empty() {
            return Ok((count, whole));
        }
        for (at, _) in chunk.iter().enumerate().filter(|(_, byte)| **byte == b'\n') {
            count += 1;
            whole = read + at as u64 + 1;
        }
        let taken = chunk.len();
        read += taken as u64;
        file.consume(taken);
    }
}

/// Does a line end at that place? At the beginning, it does.
fn ends_a_line(file: &mut File, place: u64) -> io::Result<bool> {
    let Some(before) = place.checked_sub(1) else { return Ok(true) };
    let mut byte = [0];
    file.seek(SeekFrom::Start(before))?;
    Ok(file.read(&mut byte)? == 1 && byte == *b"\n")
}

/// Opens the answers to go on after the last whole line; how many there are.
pub(super) fn resume(folder: &Path, verification: &Verification) -> Result<(BufWriter<File>, u64), VerificationError> {
    let path = folder_of(folder, verification.id).join(ANSWERS);
    let (done, whole) = lines(&path, (0, 0))?;
    if done > verification.cases {
        return Err(VerificationError::Damaged(ANSWERS));
    }
    let mut file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path)?;
    file.set_len(whole)?;
    file.seek(SeekFrom::Start(whole))?;
    Ok((BufWriter::with_capacity(1 << 20, file), done))
}

/// Puts what was written on the disk for good, and writes down that there are so many answers.
pub(super) fn settle(
    folder: &Path,
    verification: &Verification,
    out: &mut BufWriter<File>,
    done: u64,
) -> io::Result<()> {
    out.flush()?;
    out.get_ref().sync_data()?;
    let whole = out.get_mut().stream_position()?;
    // Without it they are counted again.
    _ = fs::write(folder_of(folder, verification.id).join(COUNTED), format!("{done} {whole}\n"));
    Ok(())
}

/// The part of an answer that is summed up.
#[derive(Deserialize)]
struct Summed {
    pratica: Uuid,
    #[serde(default)]
    lep: Option<String>,
    #[serde(default)]
    regione: Option<String>,
    conforme: Option<String>,
    rilievi: Vec<SummedFinding>,
}

#[derive(Deserialize)]
struct SummedFinding {
    gravita: String,
    tipo: String,
    norma: String,
    #[serde(default)]
    link: Option<String>,
}

/// Findings with the same gravity, kind, norm, level and region.
#[derive(Default)]
struct Alike {
    count: u64,
    first: Vec<Uuid>,
    link: Option<String>,
}

/// Cases told beside the findings that are alike.
const EXAMPLES: usize = 10;

/// Sums the answers up, from the file alone, and puts the sums beside it: the verification is over.
pub(super) fn finish(folder: &Path, verification: &Verification) -> Result<Json, VerificationError> {
    let own = folder_of(folder, verification.id);
    let list = list(folder, verification)?;
    let damaged = || VerificationError::Damaged(ANSWERS);
    let (mut counts, mut unchecked, mut breached) = ([0_u64; Conformity::ALL.len()], 0_u64, 0_u64);
    let mut groups: BTreeMap<Vec<String>, Alike> = BTreeMap::new();
    let mut answers = BufReader::with_capacity(1 << 20, File::open(own.join(ANSWERS))?).lines();
    for listed in &list {
        let line = answers.next().ok_or_else(damaged)??;
        let answer: Summed = serde_json::from_str(&line).map_err(|_| damaged())?;
        if answer.pratica.as_u128() != listed.id {
            return Err(damaged());
        }
        match &answer.conforme {
            None => unchecked += 1,
            Some(word) => {
                let at = Conformity::ALL.iter().position(|answer| answer.word() == word).ok_or_else(damaged)?;
                if let Some(count) = counts.get_mut(at) {
                    *count += 1;
                }
            }
        }
        breached += u64::from(answer.rilievi.iter().any(|finding| finding.gravita == "violazione"));
        for finding in answer.rilievi {
            let (level, region) = (answer.lep.clone().unwrap_or_default(), answer.regione.clone().unwrap_or_default());
            let group = groups.entry(vec![finding.gravita, finding.tipo, finding.norma, level, region]).or_default();
            group.count += 1;
            if group.first.len() < EXAMPLES && group.first.last() != Some(&answer.pratica) {
                group.first.push(answer.pratica);
            }
            group.link = group.link.take().or(finding.link);
        }
    }
    let group_json = |(key, Alike { count, first, link }): (&Vec<String>, &Alike)| {
        let part = |at: usize| key.get(at).filter(|text| !text.is_empty());
        json!({
            "gravita": part(0), "tipo": part(1), "norma": part(2), "lep": part(3), "regione": part(4), "link": link,
            "quanti": count, "pratiche": first.iter().map(Uuid::to_string).collect::<Vec<_>>(),
        })
    };
    let count = |wanted| Conformity::ALL.iter().zip(counts).find(|(answer, _)| **answer == wanted).map(|(_, n)| n);
    let end = json!({
        "pratiche": verification.cases, "conformi": count(Conformity::Yes), "non_conformi": count(Conformity::No),
        "non_note": count(Conformity::NotKnown), "non_controllate": unchecked,
        "con_violazioni": breached, "gruppi": groups.iter().map(group_json).collect::<Vec<_>>(),
    });
    put(&own.join(END), &serde_json::to_vec(&end).map_err(io::Error::from)?)?;
    Ok(end)
}

pub(super) fn page(
    folder: &Path,
    verification: &Verification,
    from: u64,
    limit: usize,
) -> Result<Page, VerificationError> {
    let own = folder_of(folder, verification.id);
    let mut file = match File::open(own.join(ANSWERS)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && from == 0 => {
            return Ok(Page { lines: Vec::new(), next: Some(0) });
        }
        file => file?,
    };
    if !ends_a_line(&mut file, from)? {
        return Err(VerificationError::Unknown);
    }
    file.seek(SeekFrom::Start(from))?;
    let (mut file, mut at, mut lines) = (BufReader::new(file), from, Vec::new());
    while lines.len() < limit {
        let mut line = Vec::new();
        let read = file.read_until(b'\n', &mut line)?;
        // A line still being written has no end yet, nor perhaps its last letter.
        if line.pop() != Some(b'\n') {
            break;
        }
        at += read as u64;
        lines.push(String::from_utf8(line).map_err(|_| VerificationError::Damaged(ANSWERS))?);
    }
    // There is more to come until there is an answer for each case.
    let is_last = lines.len() < limit && own.join(END).exists();
    Ok(Page { lines, next: (!is_last).then_some(at) })
}

pub(super) fn cancel(folder: &Path, verification: &Verification, cancelled: bool) -> Result<(), VerificationError> {
    let path = folder_of(folder, verification.id).join(CANCELLED);
    if cancelled {
        return Ok(put(&path, b"")?);
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
