// SPDX-License-Identifier: EUPL-1.2
//! Walks all histories and recomputes their hashes.
//!
//! Reads raw bytes, so that a row that is no longer what the schema promises is a finding and not an error. Works page by
//! page in short transactions, and never holds more than the page.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use uuid::Uuid;

use super::connection::Readers;
use super::schema;
use super::trouble::Fault;
use crate::store::{ChainFault, ChainFaultKind, Digest, NewCase, StoreError, chain};

const CASES: &str =
    "SELECT key, id, subject, level, region, office, rulebook, external, opened_on, sequence, hash, state
    FROM cases WHERE key > ?1 ORDER BY key LIMIT 256";
const EVENTS: &str = "SELECT sequence, on_day, recorded_at, actor, body, hash
    FROM events WHERE case_key = ?1 ORDER BY sequence";
const STRAYS: &str =
    "SELECT case_key, min(sequence) FROM events WHERE case_key > ?1 AND case_key < ?2 GROUP BY case_key";
/// In one statement: others may be writing.
const LOG_HOLDS: &str = "SELECT cases = (SELECT count(*) FROM cases)
    AND events = (SELECT coalesce(sum(sequence), 0) FROM cases)
    AND (cases = 0 OR EXISTS (SELECT 1 FROM cases WHERE cases.hash = log.last)) FROM log";
/// Rows and indexes of each table that can be checked one against the other.
const INTEGRITY: [&str; 10] = [
    "PRAGMA integrity_check(cases)",
    "PRAGMA integrity_check(log)",
    "PRAGMA integrity_check(accounts)",
    "PRAGMA integrity_check(sessions)",
    "PRAGMA integrity_check(tokens)",
    "PRAGMA integrity_check(links)",
    "PRAGMA integrity_check(secrets)",
    "PRAGMA integrity_check(accesses)",
    "PRAGMA integrity_check(answers)",
    "PRAGMA integrity_check(desks)",
];

pub(super) fn verify(readers: &Readers, progress: &mut dyn FnMut(u64, u64)) -> Result<Vec<ChainFault>, StoreError> {
    let mut walk = Walk { faults: Vec::new(), after: i64::MIN, done: 0, finished: false };
    while !walk.finished {
        let total = readers.read(|connection| walk.page(connection))?;
        progress(walk.done, total.max(walk.done));
    }
    readers.read(|connection| {
        walk.indexes(connection);
        walk.log(connection);
        walk.schema(connection)
    })?;
    Ok(walk.faults)
}

/// How far the check has got.
struct Walk {
    faults: Vec<ChainFault>,
    /// Key of the last case seen.
    after: i64,
    /// Cases seen.
    done: u64,
    finished: bool,
}

impl Walk {
    /// Checks one page of cases; returns how many cases there are in all.
    fn page(&mut self, connection: &Connection) -> Result<u64, Fault> {
        let _snapshot = connection.unchecked_transaction()?;
        let total: i64 = connection.query_row("SELECT count(*) FROM cases", [], |row| row.get(0))?;
        let mut statement = connection.prepare_cached(CASES)?;
        let mut rows = statement.query([self.after])?;
        self.finished = true;
        loop {
            let row = match rows.next() {
                Ok(Some(row)) => row,
                Ok(None) => break,
                Err(error) => return Ok(self.lost(&error.to_string(), total)),
            };
            let key = row.get(0)?;
            if key <= self.after && self.done > 0 {
                return Ok(self.lost("pratiche fuori ordine", total));
            }
            self.finished = false;
            self.strays(connection, key);
            self.after = key;
            self.done += 1;
            match Head::from(row) {
                Ok(head) => self.case(connection, key, &head),
                Err(error) => self.unreadable(row.get(1).ok().map(Uuid::from_bytes), None, &error),
            }
        }
        if self.finished {
            self.strays(connection, i64::MAX);
        }
        Ok(total.unsigned_abs())
    }

    /// What comes after cannot be reached any more: the walk ends here.
    fn lost(&mut self, detail: &str, total: i64) -> u64 {
        self.finished = true;
        let kind = ChainFaultKind::Unreadable { detail: detail.to_owned() };
        self.faults.push(ChainFault { case: None, sequence: None, kind });
        total.unsigned_abs()
    }

    /// What was written is counted apart from the cases: a case that is no longer there leaves no gap in any history.
    fn log(&mut self, connection: &Connection) {
        let holds = connection.query_row(LOG_HOLDS, [], |row| row.get::<_, bool>(0));
        if !holds.unwrap_or(false) {
            self.faults.push(ChainFault { case: None, sequence: None, kind: ChainFaultKind::LogDiffers });
        }
    }

    /// The walk goes by the table itself; a case may still be missing from the indexes by which it is looked up. Of the
    /// tables of the registry this is all that can be said.
    fn indexes(&mut self, connection: &Connection) {
        for check in INTEGRITY {
            let found = connection.prepare(check).and_then(|mut statement| {
                statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()
            });
            match found {
                Ok(words) => {
                    let bad = words.into_iter().filter(|words| words != "ok");
                    self.faults.extend(bad.map(|detail| ChainFault {
                        case: None,
                        sequence: None,
                        kind: ChainFaultKind::Unreadable { detail },
                    }));
                }
                Err(error) => self.unreadable(None, None, &error),
            }
        }
    }

    /// The tables and what guards them must be those this program made.
    fn schema(&mut self, connection: &Connection) -> Result<(), Fault> {
        let kind = |name| ChainFaultKind::SchemaDiffers { name };
        let faults = schema::differences(connection)?.into_iter().map(kind);
        self.faults.extend(faults.map(|kind| ChainFault { case: None, sequence: None, kind }));
        Ok(())
    }

    /// Events between the last case seen and `before` belong to nobody.
    fn strays(&mut self, connection: &Connection, before: i64) {
        if self.after.checked_add(1) == Some(before) {
            return;
        }
        let found = connection.prepare_cached(STRAYS).and_then(|mut statement| {
            let rows = statement.query_map([self.after, before], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect::<rusqlite::Result<Vec<(i64, Option<u32>)>>>()
        });
        match found {
            Ok(strays) => self.faults.extend(strays.into_iter().map(|(key, sequence)| ChainFault {
                case: None,
                sequence,
                kind: ChainFaultKind::OrphanEvents { key },
            })),
            Err(error) => self.unreadable(None, None, &error),
        }
    }

    fn case(&mut self, connection: &Connection, key: i64, head: &Head) {
        let mut links = Links::new(head);
        let read = connection.prepare_cached(EVENTS).and_then(|mut statement| {
            let mut rows = statement.query([key])?;
            while let Some(row) = rows.next()? {
                links.add(row, &mut self.faults);
            }
            Ok(())
        });
        match read {
            Ok(()) => links.end(&mut self.faults),
            Err(error) => self.unreadable(Some(head.case.id), Some(links.next), &error),
        }
    }

    fn unreadable(&mut self, case: Option<Uuid>, sequence: Option<u32>, error: &rusqlite::Error) {
        let kind = ChainFaultKind::Unreadable { detail: error.to_string() };
        self.faults.push(ChainFault { case, sequence, kind });
    }
}

/// What a case says of itself.
struct Head {
    case: NewCase,
    opened_on: i32,
    sequence: u32,
    hash: [u8; 32],
}

impl Head {
    fn from(row: &Row<'_>) -> rusqlite::Result<Self> {
        let case = NewCase {
            id: Uuid::from_bytes(row.get(1)?),
            subject: Uuid::from_bytes(row.get(2)?),
            level: row.get(3)?,
            region: row.get(4)?,
            office: row.get(5)?,
            rulebook: Digest(row.get(6)?),
            external: row.get(7)?,
        };
        let _unproven_but_readable: String = row.get(11)?;
        Ok(Self { case, opened_on: row.get(8)?, sequence: row.get(9)?, hash: row.get(10)? })
    }
}

/// One history, event by event.
struct Links<'a> {
    head: &'a Head,
    /// The sequence that should come now.
    next: u32,
    /// What the next event may be chained to. Two after a fault: if a hash was altered and not its event, then the next
    /// event still fits the hash that should be there, and is not to blame.
    previous: Previous,
    /// Of event 1, where it is the one written.
    first_day: Option<i32>,
}

#[derive(Clone, Copy)]
enum Previous {
    One([u8; 32]),
    Either([u8; 32], [u8; 32]),
    /// After a hole: the next event cannot be checked, only those after it.
    Unknown,
}

impl Previous {
    fn fits(self, hash: impl Fn(&[u8; 32]) -> bool) -> bool {
        match self {
            Self::One(one) => hash(&one),
            Self::Either(one, other) => hash(&one) || hash(&other),
            Self::Unknown => true,
        }
    }
}

impl<'a> Links<'a> {
    fn new(head: &'a Head) -> Self {
        Self { head, next: 1, previous: Previous::One(chain::genesis(&head.case)), first_day: None }
    }

    fn add(&mut self, row: &Row<'_>, faults: &mut Vec<ChainFault>) {
        match RawEvent::from(row) {
            Ok(event) if event.sequence >= self.next => {
                if event.sequence > self.next {
                    let kind = ChainFaultKind::MissingEvents { until: event.sequence - 1 };
                    faults.push(self.fault(self.next, kind));
                    self.previous = Previous::Unknown;
                }
                self.check(&event, faults);
            }
            Ok(event) => {
                let detail = "fuori ordine".to_owned();
                faults.push(self.fault(event.sequence, ChainFaultKind::Unreadable { detail }));
            }
            Err(error) => {
                faults.push(self.fault(self.next, ChainFaultKind::Unreadable { detail: error.to_string() }));
                self.next = self.next.saturating_add(1);
                self.previous = Previous::Unknown;
            }
        }
    }

    fn check(&mut self, event: &RawEvent<'_>, faults: &mut Vec<ChainFault>) {
        let id = self.head.case.id;
        let link = |previous: &[u8; 32]| {
            chain::link(previous, id, event.sequence, event.on, event.recorded_at, event.actor, event.body)
        };
        if self.previous.fits(|previous| link(previous) == event.hash) {
            self.previous = Previous::One(event.hash);
            if event.sequence == 1 {
                self.first_day = Some(event.on);
            }
        } else {
            faults.push(self.fault(event.sequence, ChainFaultKind::AlteredEvent));
            self.previous = match self.previous {
                Previous::One(one) | Previous::Either(one, _) => Previous::Either(event.hash, link(&one)),
                Previous::Unknown => Previous::One(event.hash),
            };
        }
        self.next = event.sequence.saturating_add(1);
    }

    fn end(self, faults: &mut Vec<ChainFault>) {
        let last = self.next - 1;
        let head = self.head;
        if last < head.sequence {
            faults.push(self.fault(self.next, ChainFaultKind::MissingEvents { until: head.sequence }));
        } else if last > head.sequence || !self.previous.fits(|previous| *previous == head.hash) {
            faults.push(self.fault(head.sequence, ChainFaultKind::HeadDiffers));
        } else if self.first_day.is_some_and(|day| day != head.opened_on) {
            faults.push(self.fault(1, ChainFaultKind::HeadDiffers));
        }
    }

    fn fault(&self, sequence: u32, kind: ChainFaultKind) -> ChainFault {
        ChainFault { case: Some(self.head.case.id), sequence: Some(sequence), kind }
    }
}

/// A row of events, with its texts as bytes.
struct RawEvent<'a> {
    sequence: u32,
    on: i32,
    recorded_at: i64,
    actor: &'a [u8],
    body: &'a [u8],
    hash: [u8; 32],
}

impl<'a> RawEvent<'a> {
    fn from(row: &'a Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            sequence: row.get(0)?,
            on: row.get(1)?,
            recorded_at: row.get(2)?,
            actor: text(row, 3)?,
            body: text(row, 4)?,
            hash: row.get(5)?,
        })
    }
}

fn text<'a>(row: &'a Row<'_>, column: usize) -> rusqlite::Result<&'a [u8]> {
    match row.get_ref(column)? {
        ValueRef::Text(bytes) => Ok(bytes),
        other => Err(rusqlite::Error::InvalidColumnType(column, "text".into(), other.data_type())),
    }
}
