// SPDX-License-Identifier: EUPL-1.2
//! The columns of the stored cases: read from the file beside the events, brought up to what is stored, and kept again.

use std::borrow::Cow;
use std::fs;
use std::io::{BufReader, BufWriter, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use crate::columns::{self, Asked, CaseKey, Columns, Group, Row};
use crate::digest::Digest;
use crate::store::{CaseHead, LogMark, StoreError, StoredEvent};

use super::{Service, ServiceError, json_fault};

/// Heads read at once.
const PAGE: u32 = 5_000;

/// The columns of what is stored, and the cases that cannot be in them.
#[derive(Debug, Default)]
pub struct Bulk {
    pub columns: Columns,
    /// Case by case, why it cannot be checked.
    pub troubles: Vec<(Uuid, String)>,
    /// Cases read from their events this time, rather than taken from the file.
    pub read: u64,
    /// How far the log had got when they were begun; none if it could not be told.
    pub mark: Option<LogMark>,
}

/// The columns that a service keeps in memory, and the file they are kept in.
#[derive(Debug, Default)]
pub(super) struct Kept {
    path: Option<PathBuf>,
    bulk: Mutex<Option<Arc<Bulk>>>,
}

impl Bulk {
    /// A case, with the group it is in.
    pub fn find(&self, id: Uuid) -> Option<(&Group, Row<'_>)> {
        let id = id.as_u128();
        let of = |group: &'_ Group| group.seek(id);
        self.columns.groups().iter().find_map(|group| {
            let row = group.row(of(group)).filter(|row| row.key.id == id)?;
            Some((group, row))
        })
    }

    /// The office that has a case on the day of a check: the last it was entrusted to, else the one it was opened in.
    pub fn office<'a>(&'a self, group: &Group, row: &Row<'_>, asked: Asked) -> Option<Cow<'a, str>> {
        let opened = || {
            let at = usize::from(row.office).checked_sub(1)?;
            self.columns.offices().get(at).map(|office| Cow::Borrowed(office.as_str()))
        };
        match row.entrusted_to(group.rulebook(), asked) {
            Some(office) => Some(Cow::Owned(office.to_string())),
            None => opened(),
        }
    }
}

fn stamp(mark: LogMark) -> String {
    format!("{}/{}/{}", mark.cases, mark.events, Digest(mark.last))
}

fn key(head: &CaseHead) -> CaseKey {
    let [a, b, c, d, e, f, g, h, ..] = head.hash;
    CaseKey {
        id: head.id.as_u128(),
        sequence: head.sequence,
        hash: u64::from_be_bytes([a, b, c, d, e, f, g, h]),
        opened_on: head.opened_on,
    }
}

/// Where the columns of a database are kept.
pub fn columns_path(database: &Path) -> PathBuf {
    beside(database, "-colonne")
}

fn beside(database: &Path, what: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(what);
    PathBuf::from(name)
}

impl Service {
    /// The same use cases, with what is kept beside a database: the columns, and the verifications.
    #[must_use]
    pub fn beside(self, database: &Path) -> Self {
        let kept = Kept { path: Some(columns_path(database)), bulk: Mutex::default() };
        let verifications = Some(Arc::new(beside(database, "-verifiche")));
        Self { kept: Arc::new(kept), verifications, ..self }
    }

    /// How far the log has got: the key of whatever is made from it.
    ///
    /// # Errors
    /// Trouble with the store.
    pub fn log_mark(&self) -> Result<LogMark, ServiceError> {
        Ok(self.store.log_mark()?)
    }

    /// The columns of all that is stored, kept in memory: at once while nothing is written. Of many who ask for what is not
    /// there yet, one makes it and the others wait.
    ///
    /// # Errors
    /// As [`Service::bulk`].
    pub fn columns(&self, progress: &mut dyn FnMut(u64)) -> Result<Arc<Bulk>, ServiceError> {
        let mut kept = self.kept.bulk.lock().unwrap_or_else(PoisonError::into_inner);
        let mark = self.store.log_mark()?;
        if let Some(bulk) = kept.as_ref().filter(|bulk| bulk.mark == Some(mark)) {
            return Ok(bulk.clone());
        }
        let known = kept.take();
        let bulk = match &known {
            Some(known) => {
                let mut bulk = self.renewed(&known.columns, progress)?;
                bulk.mark = Some(mark);
                bulk.columns.stamp = stamp(mark);
                bulk
            }
            None => self.bulk(self.kept.path.as_deref(), progress)?,
        };
        let bulk = Arc::new(bulk);
        *kept = Some(bulk.clone());
        Ok(bulk)
    }

    /// The columns of all that is stored. What the file at `kept` still says is taken from it, and it is written again if
    /// anything has changed; a file that cannot be used is made anew, one that cannot be written is done without.
    ///
    /// `progress` gets cases done.
    ///
    /// # Errors
    /// Trouble with the store as a whole; trouble with one case is told in [`Bulk::troubles`].
    pub fn bulk(&self, kept: Option<&Path>, progress: &mut dyn FnMut(u64)) -> Result<Bulk, ServiceError> {
        let known = kept
            .and_then(|path| fs::File::open(path).ok())
            .and_then(|file| columns::load(&mut BufReader::with_capacity(1 << 16, file)).ok());
        // Before anything is read: what is written meanwhile makes it another one.
        let mark = self.store.log_mark()?;
        let mut bulk = match known {
            Some(known) if known.stamp == stamp(mark) && self.has_laws_of(&known) => {
                return Ok(Bulk { columns: known, mark: Some(mark), ..Bulk::default() });
            }
            Some(known) => self.renewed(&known, progress)?,
            None => self.made(progress)?,
        };
        bulk.mark = Some(mark);
        // Cases that cannot be in them are looked at again each time.
        bulk.columns.stamp = if bulk.troubles.is_empty() { stamp(mark) } else { String::new() };
        if let Some(path) = kept {
            // Nothing depends on it: without it the next check takes longer.
            _ = keep(&bulk.columns, path);
        }
        Ok(bulk)
    }

    /// Is every rulebook of the columns still stored as it was? One that is gone or altered is no law to check by, whatever
    /// the columns remember of it.
    fn has_laws_of(&self, known: &Columns) -> bool {
        known.groups().iter().all(|group| self.pinned(&group.digest).is_ok())
    }

    fn made(&self, progress: &mut dyn FnMut(u64)) -> Result<Bulk, ServiceError> {
        let mut bulk = Bulk::default();
        self.store.for_each_text(&mut |head, bodies| {
            self.take(&mut bulk, &head, bodies);
            progress(bulk.read);
            ControlFlow::Continue(())
        })?;
        Ok(bulk)
    }

    fn renewed(&self, known: &Columns, progress: &mut dyn FnMut(u64)) -> Result<Bulk, ServiceError> {
        let mut bulk = Bulk { columns: known.emptied(), ..Bulk::default() };
        // In each group the cases stand in the order of their ids, which is that of the heads.
        let mut cursors = vec![0_usize; known.groups().len()];
        // A rulebook that is gone or altered since is no law to check by, whatever the columns remember of it.
        let usable: Vec<bool> = known.groups().iter().map(|group| self.pinned(&group.digest).is_ok()).collect();
        let (mut after, mut done) = (None, 0);
        loop {
            let heads = self.store.case_heads(after, PAGE)?;
            let Some(last) = heads.last() else { return Ok(bulk) };
            after = Some(last.id);
            for head in &heads {
                let (at, key) = (known.position(&head.rulebook), key(head));
                let group = at.and_then(|at| Some((at, known.groups().get(at)?, cursors.get_mut(at)?)));
                let row = group.and_then(|(at, group, cursor)| {
                    while group.row(*cursor).is_some_and(|row| row.key.id < key.id) {
                        *cursor += 1;
                    }
                    Some((at, group.row(*cursor)?))
                });
                let is_usable = |at: usize| usable.get(at).copied().unwrap_or(false);
                match row.filter(|(at, row)| row.key == key && is_usable(*at)) {
                    Some((at, row)) => bulk.columns.keep(at, &row),
                    None => {
                        let events = match self.store.events(head.id) {
                            Err(error) if !error.is_of_one_case() => return Err(error.into()),
                            events => events,
                        };
                        self.take(&mut bulk, head, events.as_deref().map(bodies).map_err(StoreError::clone));
                    }
                }
                done += 1;
            }
            progress(done);
        }
    }

    fn take<'a>(&self, bulk: &mut Bulk, head: &CaseHead, bodies: Result<impl Iterator<Item = &'a str>, StoreError>) {
        bulk.read += 1;
        let known = bodies.map_err(ServiceError::from).and_then(|bodies| Ok((self.pinned(&head.rulebook)?, bodies)));
        let (rulebook, bodies) = match known {
            Ok(known) => known,
            Err(error) => {
                bulk.troubles.push((head.id, error.to_string()));
                return;
            }
        };
        let group = bulk.columns.group(head.rulebook, &rulebook);
        let office = bulk.columns.office(head.office.as_deref());
        if let Err((sequence, why)) = bulk.columns.add_stored(group, key(head), office, bodies) {
            let error = ServiceError::UnreadableEvent { case: head.id, sequence, why: json_fault(&why) };
            bulk.troubles.push((head.id, error.to_string()));
        }
    }
}

fn bodies(events: &[StoredEvent]) -> impl Iterator<Item = &str> {
    events.iter().map(|event| event.body.as_str())
}

/// Writes the columns under a name of their own, then gives them theirs.
fn keep(columns: &Columns, path: &Path) -> std::io::Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}.tmp", std::process::id()));
    let draft = PathBuf::from(draft);
    let written = (|| {
        let mut out = BufWriter::with_capacity(1 << 20, fs::File::create(&draft)?);
        columns::save(columns, &mut out)?;
        out.flush()?;
        fs::rename(&draft, path)
    })();
    if written.is_err() {
        _ = fs::remove_file(&draft);
    }
    written
}
