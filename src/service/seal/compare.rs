// SPDX-License-Identifier: EUPL-1.2
//! What is stored against what was sealed: which events are anchored, which not yet, and which are no longer the same.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::io::BufRead;

use uuid::Uuid;

use crate::digest::Digest;
use crate::store::{CaseHead, Store, StoreError};

use super::read::{Lines, Read};
use super::{Closing, PAGE, SealError, SealLine, genesis};

/// Faults kept for each seal; the others are counted.
const KEPT: usize = 1_000;

/// A seal that was checked, to be read once more.
pub struct HeldSeal<R> {
    /// As it is called by who gave it.
    pub name: String,
    pub closing: Closing,
    pub lines: R,
}

/// A case that is not as it was sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnchorFault {
    pub case: Uuid,
    pub sequence: Option<u32>,
    /// The seal's name.
    pub seal: String,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    CaseGone,
    FixedDataDiffer,
    /// From the event named to this one.
    TailGone(u32),
    /// From the event named to this one.
    Rewritten(u32),
    Unreadable,
}

impl fmt::Display for AnchorFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pratica `{}`", self.case)?;
        if let Some(sequence) = self.sequence {
            write!(f, ", evento {sequence}")?;
        }
        match self.kind {
            Kind::CaseGone => write!(f, ": la pratica sigillata non c'è più")?,
            Kind::FixedDataDiffer => write!(f, ": i dati fissi della pratica non sono quelli sigillati")?,
            Kind::TailGone(to) if self.sequence == Some(to) => write!(f, ": l'evento sigillato non c'è più")?,
            Kind::TailGone(to) => write!(f, ": gli eventi sigillati da questo fino al {to} non ci sono più")?,
            Kind::Rewritten(to) if self.sequence == Some(to) => write!(f, ": l'evento non è quello sigillato")?,
            Kind::Rewritten(to) => write!(f, ": la storia da questo evento fino al {to} non è quella sigillata")?,
            Kind::Unreadable => write!(f, ": la storia non si legge, e non si può confrontare")?,
        }
        write!(f, " (sigillo `{}`)", self.seal)
    }
}

/// What the comparison has found.
#[derive(Debug, Default)]
pub struct Anchors {
    /// Events whose hash, or that of a later event of the case, is in a seal.
    pub anchored: u64,
    /// Events that no seal vouches for yet.
    pub not_anchored: u64,
    pub faults: Vec<AnchorFault>,
    /// All faults, also those not kept.
    pub count: usize,
    /// Names of seals none of whose cases is here.
    pub strangers: Vec<String>,
    /// Names of seals, and the root of the seal before that was not given.
    pub gaps: Vec<(String, String)>,
}

struct Reading<R> {
    name: String,
    al: i64,
    cases: u64,
    met: u64,
    faults: Vec<AnchorFault>,
    count: usize,
    lines: Lines<R>,
    next: Option<SealLine>,
}

impl<R: BufRead> Reading<R> {
    fn step(&mut self) -> Result<Option<SealLine>, SealError> {
        let now = self.next.take();
        self.next = match self.lines.next()? {
            Read::Case(line, _) => Some(line),
            Read::Closing(_) => None,
        };
        Ok(now)
    }

    fn fault(&mut self, case: Uuid, sequence: Option<u32>, kind: Kind) {
        self.count += 1;
        if self.faults.len() < KEPT {
            self.faults.push(AnchorFault { case, sequence, seal: self.name.clone(), kind });
        }
    }
}

/// Heads of all cases, page by page.
struct Heads<'a> {
    store: &'a dyn Store,
    page: VecDeque<CaseHead>,
    after: Option<Uuid>,
}

impl Heads<'_> {
    fn peek(&mut self) -> Result<Option<&CaseHead>, StoreError> {
        if self.page.is_empty() {
            self.page = self.store.case_heads(self.after, PAGE)?.into();
            self.after = self.page.back().map_or(self.after, |last| Some(last.id));
        }
        Ok(self.page.front())
    }
}

/// Compares everything stored with seals that were checked. Walks all of them together, in the order of the cases' ids, and
/// holds one case at a time. `sound` says, of the cases whose chain is broken, up to which event it is not: no seal vouches
/// for what comes after.
///
/// # Errors
/// Trouble with the store or with reading a seal again.
pub fn compare<R: BufRead>(
    store: &dyn Store,
    seals: Vec<HeldSeal<R>>,
    sound: &BTreeMap<Uuid, u32>,
) -> Result<Anchors, SealError> {
    let mut anchors = Anchors::default();
    let roots: Vec<String> = seals.iter().map(|seal| seal.closing.radice.clone()).collect();
    let mut readings = Vec::new();
    for HeldSeal { name, closing, lines } in seals {
        if let Some(before) = closing.precedente.filter(|before| !roots.contains(before)) {
            anchors.gaps.push((name.clone(), before));
        }
        let (al, cases, lines) = (closing.al, closing.pratiche, Lines::new(lines));
        let mut reading = Reading { name, al, cases, met: 0, faults: Vec::new(), count: 0, lines, next: None };
        reading.step()?;
        readings.push(reading);
    }
    // Oldest first, so that a change is said to lie after the last seal that still holds.
    readings.sort_by_key(|reading| reading.al);
    let mut heads = Heads { store, page: VecDeque::new(), after: None };
    loop {
        let stored = heads.peek()?.map(|head| head.id);
        let sealed = readings.iter().filter_map(|reading| reading.next.map(|line| line.case)).min();
        let Some(case) = stored.into_iter().chain(sealed).min() else { break };
        let head = if stored == Some(case) { heads.page.pop_front() } else { None };
        let until = one(store, case, head.as_ref(), &mut readings)?;
        if let Some(head) = head {
            let until = sound.get(&case).map_or(until, |sound| until.min(*sound));
            anchors.anchored += u64::from(until);
            anchors.not_anchored += u64::from(head.sequence - until);
        }
    }
    for reading in readings {
        if reading.cases > 0 && reading.met == 0 {
            anchors.strangers.push(reading.name);
        } else {
            anchors.count += reading.count;
            anchors.faults.extend(reading.faults);
        }
    }
    Ok(anchors)
}

/// Compares one case; returns the last event that is anchored.
fn one<R: BufRead>(
    store: &dyn Store,
    case: Uuid,
    head: Option<&CaseHead>,
    readings: &mut [Reading<R>],
) -> Result<u32, SealError> {
    let mut until = 0;
    let mut events = None;
    for reading in readings {
        if reading.next.is_none_or(|line| line.case != case) {
            continue;
        }
        let Some(line) = reading.step()? else { continue };
        let Some(head) = head else {
            reading.fault(case, None, Kind::CaseGone);
            continue;
        };
        reading.met += 1;
        if line.genesis != genesis(head) {
            reading.fault(case, None, Kind::FixedDataDiffer);
        } else if line.sequence > head.sequence {
            reading.fault(case, Some(head.sequence + 1), Kind::TailGone(line.sequence));
        } else {
            let hash = if line.sequence == head.sequence {
                Some(head.hash)
            } else {
                if events.is_none() {
                    events = Some(match store.events(case) {
                        Ok(events) => events,
                        Err(StoreError::Corrupt { .. } | StoreError::Incomplete { .. }) => Vec::new(),
                        Err(error) => return Err(error.into()),
                    });
                }
                events.iter().flatten().find(|event| event.sequence == line.sequence).map(|event| event.hash)
            };
            match hash {
                Some(hash) if Digest(hash) == line.hash => until = until.max(line.sequence),
                Some(_) => {
                    let from = (until + 1).min(line.sequence);
                    reading.fault(case, Some(from), Kind::Rewritten(line.sequence));
                }
                None => reading.fault(case, Some(line.sequence), Kind::Unreadable),
            }
        }
    }
    Ok(until)
}
