// SPDX-License-Identifier: EUPL-1.2
//! What one write does, inside a transaction that somebody else opens and commits.
//!
//! Invariant: everything that can be refused is refused before the first row is written, so that a refusal leaves nothing
//! behind and needs no savepoint.

use rusqlite::{Connection, params};
use uuid::Uuid;

use super::read;
use super::registry::{answers, desks};
use super::trouble::Fault;
use crate::store::{CaseAction, CaseHead, CaseWrite, Digest, EVENT_BYTES, NewCase, StoreError, Subject, chain};

const INSERT_CASE: &str = "INSERT INTO cases
    (id, subject, level, region, office, rulebook, external, opened_on, state, sequence, hash, desk_sequence)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
const INSERT_EVENT: &str = "INSERT INTO events
    (case_key, sequence, on_day, recorded_at, hash, actor, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const MOVE_HEAD: &str =
    "UPDATE cases SET state = ?2, sequence = ?3, hash = ?4, desk_sequence = coalesce(?5, desk_sequence) WHERE key = ?1";

pub(super) fn put_case(connection: &Connection, write: &CaseWrite) -> Result<CaseHead, Fault> {
    if let Some(answer) = &write.answer {
        answers::require_new(connection, answer)?;
    }
    let (key, head) = match &write.action {
        CaseAction::Open(case) => open(connection, case, write),
        CaseAction::Append { case, expected } => append(connection, *case, *expected, write),
    }?;
    if let Some(desk) = &write.desk {
        desks::put(connection, key, head.sequence, desk)?;
    }
    if let Some(answer) = &write.answer {
        answers::put(connection, answer)?;
    }
    Ok(head)
}

/// The sequence from which the desk row is made, if the write brings one.
fn desk_sequence(head: &CaseHead, write: &CaseWrite) -> Option<u32> {
    write.desk.as_ref().map(|_| head.sequence)
}

fn open(connection: &Connection, case: &NewCase, write: &CaseWrite) -> Result<(i64, CaseHead), Fault> {
    let events = Linked::new(case.id, 0, chain::genesis(case), write)?;
    require_new(connection, case)?;
    if !connection.prepare_cached("SELECT 1 FROM rulebooks WHERE digest = ?1")?.exists([case.rulebook.0])? {
        return Err(StoreError::UnknownRulebook { digest: case.rulebook }.into());
    }
    let brought = write.subject.as_ref().is_some_and(|subject| subject.id == case.subject);
    if !brought && read::subject(connection, case.subject)?.is_none() {
        return Err(StoreError::UnknownSubject { subject: case.subject }.into());
    }
    if let Some(subject) = &write.subject {
        put_subject(connection, subject)?;
    }
    let head = CaseHead {
        id: case.id,
        subject: case.subject,
        level: case.level.clone(),
        region: case.region.clone(),
        office: case.office.clone(),
        rulebook: case.rulebook,
        external: case.external.clone(),
        opened_on: events.first_day,
        state: write.state.clone(),
        sequence: events.last_sequence,
        hash: events.last_hash,
    };
    connection.prepare_cached(INSERT_CASE)?.execute(params![
        head.id.as_bytes(),
        head.subject.as_bytes(),
        head.level,
        head.region,
        head.office,
        head.rulebook.0,
        head.external,
        head.opened_on,
        head.state,
        head.sequence,
        head.hash,
        desk_sequence(&head, write),
    ])?;
    let key = connection.last_insert_rowid();
    events.insert(connection, key, write)?;
    Ok((key, head))
}

fn append(connection: &Connection, case: Uuid, expected: u32, write: &CaseWrite) -> Result<(i64, CaseHead), Fault> {
    let Some((key, mut head)) = read::keyed_head(connection, case)? else {
        return Err(StoreError::UnknownCase { case }.into());
    };
    if head.sequence != expected {
        return Err(StoreError::Conflict { case, expected, actual: head.sequence }.into());
    }
    let events = Linked::new(case, head.sequence, head.hash, write)?;
    if let Some(subject) = &write.subject {
        put_subject(connection, subject)?;
    }
    head.state.clone_from(&write.state);
    head.sequence = events.last_sequence;
    head.hash = events.last_hash;
    connection.prepare_cached(MOVE_HEAD)?.execute(params![
        key,
        head.state,
        head.sequence,
        head.hash,
        desk_sequence(&head, write),
    ])?;
    events.insert(connection, key, write)?;
    Ok((key, head))
}

/// Neither the id nor the external id may be taken.
fn require_new(connection: &Connection, case: &NewCase) -> Result<(), Fault> {
    if connection.prepare_cached("SELECT 1 FROM cases WHERE id = ?1")?.exists([case.id.as_bytes()])? {
        return Err(StoreError::CaseExists { case: case.id }.into());
    }
    if let Some(external) = &case.external
        && let Some(head) = read::head_by_external(connection, external)?
    {
        return Err(StoreError::DuplicateExternal { external: external.clone(), case: head.id }.into());
    }
    Ok(())
}

/// The events of a write with their place in the chain.
struct Linked {
    first_day: i32,
    before: u32,
    hashes: Vec<[u8; 32]>,
    last_sequence: u32,
    last_hash: [u8; 32],
}

impl Linked {
    /// Refuses what cannot be written: nothing at all, too large a body, more events than can be numbered.
    fn new(case: Uuid, before: u32, previous: [u8; 32], write: &CaseWrite) -> Result<Self, StoreError> {
        let Some(first) = write.events.first() else {
            return Err(StoreError::NoEvents { case });
        };
        let mut linked = Self {
            first_day: first.on,
            before,
            hashes: Vec::with_capacity(write.events.len()),
            last_sequence: before,
            last_hash: previous,
        };
        let actor = &write.stamp.actor;
        for event in &write.events {
            if actor.len().saturating_add(event.body.len()) > EVENT_BYTES {
                return Err(StoreError::EventTooLarge { case });
            }
            linked.last_sequence = linked.last_sequence.checked_add(1).ok_or(StoreError::CaseFull { case })?;
            linked.last_hash = chain::link(
                &linked.last_hash,
                case,
                linked.last_sequence,
                event.on,
                write.stamp.recorded_at,
                actor.as_bytes(),
                event.body.as_bytes(),
            );
            linked.hashes.push(linked.last_hash);
        }
        Ok(linked)
    }

    fn insert(&self, connection: &Connection, key: i64, write: &CaseWrite) -> rusqlite::Result<()> {
        let mut insert = connection.prepare_cached(INSERT_EVENT)?;
        let stamp = &write.stamp;
        for ((event, hash), sequence) in write.events.iter().zip(&self.hashes).zip(self.before.saturating_add(1)..) {
            insert.execute(params![key, sequence, event.on, stamp.recorded_at, hash, stamp.actor, event.body])?;
        }
        Ok(())
    }
}

/// Puts a subject, or corrects the one with the same id.
pub(super) fn put_subject(connection: &Connection, subject: &Subject) -> Result<(), Fault> {
    if let Some(holder) = read::subject_by_tax_code(connection, subject.kind, &subject.tax_code)?
        && holder.id != subject.id
    {
        return Err(StoreError::DuplicateTaxCode { holder: holder.id }.into());
    }
    match read::subject(connection, subject.id)? {
        Some(known) if known.kind != subject.kind => {
            return Err(StoreError::SubjectKindChanged { subject: subject.id }.into());
        }
        Some(known) if known == *subject => {}
        Some(_) => {
            connection
                .prepare_cached("UPDATE subjects SET tax_code = ?2, name = ?3 WHERE id = ?1")?
                .execute(params![subject.id.as_bytes(), subject.tax_code, subject.name])?;
        }
        None => {
            connection
                .prepare_cached("INSERT INTO subjects (id, kind, tax_code, name) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![
                    subject.id.as_bytes(),
                    read::kind_word(subject.kind),
                    subject.tax_code,
                    subject.name
                ])?;
        }
    }
    Ok(())
}

pub(super) fn put_rulebook(connection: &Connection, digest: &Digest, body: &str) -> Result<(), Fault> {
    match read::rulebook(connection, digest)? {
        Some(known) if known == body => Ok(()),
        Some(_) => Err(StoreError::OtherRulebook { digest: *digest }.into()),
        None => {
            connection
                .prepare_cached("INSERT INTO rulebooks (digest, body) VALUES (?1, ?2)")?
                .execute(params![digest.0, body])?;
            Ok(())
        }
    }
}
