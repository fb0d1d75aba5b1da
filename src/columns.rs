// SPDX-License-Identifier: EUPL-1.2
//! Many cases in compact columns, checked together; the verdicts are the step engine's, bit for bit.
//!
//! A history is a row of small numbers: each distinct event has a symbol, each day is counted from the case's opening. Free
//! text, and what nothing that is owed depends on, is not kept: columns are made from events, and never stand for them.

mod body;
mod check;
mod dictionary;
mod file;
mod row;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::digest::Digest;
use crate::engine::{Event, EventKind, Minute, Program};
use crate::rulebook::Rulebook;

pub use check::{Asked, Checked, check_each, tally_each};
pub use dictionary::Dictionary;
pub use file::{ColumnsError, load, save};
pub use row::Row;

/// What is said of a case beside its history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseKey {
    /// The 16 bytes of its id.
    pub id: u128,
    /// Number of its last event.
    pub sequence: u32,
    /// The first eight bytes of its last hash: with the sequence, it says whether the columns still hold what is stored.
    pub hash: u64,
    /// Day of the opening, as a number.
    pub opened_on: i32,
}

/// The cases pinned to one rulebook.
#[derive(Debug)]
pub struct Group {
    pub digest: Digest,
    rulebook: Arc<Rulebook>,
    dictionary: Dictionary,
    keys: Vec<CaseKey>,
    /// For each case the position of its office among [`Columns::offices`], plus one.
    offices: Vec<u16>,
    /// Where each history ends in `words`.
    ends: Vec<u64>,
    words: Vec<u32>,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Columns {
    /// What they were made from, in the words of whoever made them.
    pub stamp: String,
    groups: Vec<Group>,
    by_digest: BTreeMap<Digest, usize>,
    offices: Vec<String>,
    by_office: BTreeMap<String, u16>,
}

impl Columns {
    pub fn new() -> Self {
        Self::default()
    }

    /// The group of a rulebook, made if it is not there.
    pub fn group(&mut self, digest: Digest, rulebook: &Arc<Rulebook>) -> usize {
        if let Some(at) = self.by_digest.get(&digest) {
            return *at;
        }
        self.groups.push(Group {
            digest,
            dictionary: Dictionary::new(rulebook),
            rulebook: rulebook.clone(),
            keys: Vec::new(),
            offices: Vec::new(),
            ends: Vec::new(),
            words: Vec::new(),
        });
        self.by_digest.insert(digest, self.groups.len() - 1);
        self.groups.len() - 1
    }

    /// The number of an office, plus one; zero for none. Offices beyond 65,534 share the last number.
    pub fn office(&mut self, office: Option<&str>) -> u16 {
        let Some(office) = office else { return 0 };
        if let Some(at) = self.by_office.get(office) {
            return *at;
        }
        let at = u16::try_from(self.offices.len() + 1).unwrap_or(u16::MAX);
        if at != u16::MAX {
            self.offices.push(office.to_owned());
        }
        self.by_office.insert(office.to_owned(), at);
        at
    }

    /// Takes a case by the stored bodies of its events.
    ///
    /// # Errors
    /// The number of the first event that cannot be read, and why; the case is then not in the columns.
    pub fn add_stored<'a>(
        &mut self,
        group: usize,
        key: CaseKey,
        office: u16,
        bodies: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), (u32, serde_json::Error)> {
        let Some(group) = self.groups.get_mut(group) else { return Ok(()) };
        group.add(key, office, |dictionary, word| {
            for (sequence, body) in (1..).zip(bodies) {
                let (symbol, day, time) = dictionary.symbol_of_body(body).map_err(|why| (sequence, why))?;
                word(symbol, day, time);
            }
            Ok(())
        })
    }

    /// Takes a case by its events.
    pub fn add<'a>(&mut self, group: usize, key: CaseKey, office: u16, events: impl IntoIterator<Item = &'a Event>) {
        let Some(group) = self.groups.get_mut(group) else { return };
        let added = group.add(key, office, |dictionary, word| {
            for event in events {
                word(dictionary.symbol(event), event.on.number(), event.time);
            }
            Ok(())
        });
        debug_assert!(added.is_ok());
    }

    /// The same rulebooks, offices and distinct events, with no case: what [`Columns::keep`] fills again.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self {
            stamp: String::new(),
            groups: self.groups.iter().map(Group::emptied).collect(),
            by_digest: self.by_digest.clone(),
            offices: self.offices.clone(),
            by_office: self.by_office.clone(),
        }
    }

    /// Takes a case of the columns that these were [emptied](Columns::emptied) from.
    pub fn keep(&mut self, group: usize, row: &Row<'_>) {
        let Some(group) = self.groups.get_mut(group) else { return };
        group.words.extend_from_slice(row.words);
        group.keys.push(row.key);
        group.offices.push(row.office);
        group.ends.push(group.words.len() as u64);
    }

    /// The position of a rulebook's group.
    pub fn position(&self, digest: &Digest) -> Option<usize> {
        self.by_digest.get(digest).copied()
    }

    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    pub fn offices(&self) -> &[String] {
        &self.offices
    }

    /// How many cases there are.
    pub fn len(&self) -> usize {
        self.groups.iter().map(Group::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many events there are.
    pub fn events(&self) -> u64 {
        self.groups.iter().flat_map(|group| &group.keys).map(|key| u64::from(key.sequence)).sum()
    }
}

/// Does the event say which office has the case?
fn is_handed_over(event: &Event) -> bool {
    matches!(event.kind, EventKind::CaseEntrusted { office: Some(_), .. })
}

impl Group {
    fn add(
        &mut self,
        key: CaseKey,
        office: u16,
        fill: impl FnOnce(&mut Dictionary, &mut dyn FnMut(u32, i32, Option<Minute>)) -> Result<(), (u32, serde_json::Error)>,
    ) -> Result<(), (u32, serde_json::Error)> {
        let before = self.words.len();
        let words = &mut self.words;
        let filled =
            fill(&mut self.dictionary, &mut |symbol, day, time| row::write(words, key.opened_on, symbol, day, time));
        if let Err(fault) = filled {
            self.words.truncate(before);
            return Err(fault);
        }
        self.keys.push(key);
        self.offices.push(office);
        self.ends.push(self.words.len() as u64);
        Ok(())
    }

    pub fn rulebook(&self) -> &Arc<Rulebook> {
        &self.rulebook
    }

    pub fn len(&self) -> usize {
        self.keys.len()
    }

    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The distinct events, by their symbol.
    pub fn distinct(&self) -> &[Event] {
        self.dictionary.events()
    }

    /// The rulebook made ready for the histories of the group.
    pub fn program(&self) -> Program {
        Program::new(self.rulebook.clone(), self.dictionary.events())
    }

    /// Another law made ready for them: they are played again under it.
    pub fn program_under(&self, rulebook: &Arc<Rulebook>) -> Program {
        Program::replaying(rulebook.clone(), self.dictionary.events())
    }

    /// The symbols that say too little for another law: outputs whose form it changes, all of them where its scripts may
    /// look at the evidence. Cases with one of them must be read from their events.
    pub fn opaque_under(&self, rulebook: &Rulebook) -> Vec<bool> {
        let form = |law: &Rulebook, output: &str| {
            law.item_index(output).and_then(|index| law.item(index)).map(|item| item.evidence.clone())
        };
        let is_opaque = |event: &Event| match &event.kind {
            EventKind::OutputDelivered { output, .. } => {
                let whole = !self.rulebook.scripts.is_empty();
                let (known, asked) = (form(&self.rulebook, output), form(rulebook, output));
                !whole && asked.is_some() && (known != asked || !rulebook.scripts.is_empty())
            }
            _ => false,
        };
        self.dictionary.events().iter().map(is_opaque).collect()
    }

    /// The same distinct events, with no case.
    fn emptied(&self) -> Self {
        Self {
            digest: self.digest,
            rulebook: self.rulebook.clone(),
            dictionary: self.dictionary.clone(),
            keys: Vec::new(),
            offices: Vec::new(),
            ends: Vec::new(),
            words: Vec::new(),
        }
    }

    pub fn row(&self, at: usize) -> Option<Row<'_>> {
        let start = match at.checked_sub(1) {
            None => 0,
            Some(before) => usize::try_from(*self.ends.get(before)?).ok()?,
        };
        let end = usize::try_from(*self.ends.get(at)?).ok()?;
        Some(Row {
            key: *self.keys.get(at)?,
            office: *self.offices.get(at)?,
            words: self.words.get(start..end)?,
            distinct: self.dictionary.events(),
        })
    }

    /// The position of the first case whose id is that, or comes after it: in a group cases stand in the order of their ids
    /// if they were taken in it.
    pub fn seek(&self, id: u128) -> usize {
        self.keys.partition_point(|key| key.id < id)
    }

    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.len()).filter_map(|at| self.row(at))
    }
}
