// SPDX-License-Identifier: EUPL-1.2
//! Rows into cases, events, subjects.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, Params, Row};
use uuid::Uuid;

use super::trouble::Fault;
use crate::store::{CaseHead, Digest, LogMark, StoreError, StoreStats, StoredEvent, Subject, SubjectKind};

/// Columns of a case, in the order [`head_from`] reads them, with the key last.
macro_rules! head {
    ($which:literal) => {
        concat!(
            "SELECT id, subject, level, region, office, rulebook, external, opened_on, state, sequence, hash, key ",
            "FROM cases WHERE ",
            $which
        )
    };
}
pub(super) use head as head_sql;

pub(super) const EVENTS: &str = "SELECT sequence, on_day, recorded_at, actor, body, hash
    FROM events WHERE case_key = ?1 ORDER BY sequence";

pub(super) fn head(connection: &Connection, case: Uuid) -> rusqlite::Result<Option<CaseHead>> {
    Ok(keyed_head(connection, case)?.map(|(_, head)| head))
}

pub(super) fn keyed_head(connection: &Connection, case: Uuid) -> rusqlite::Result<Option<(i64, CaseHead)>> {
    one(connection, head!("id = ?1"), [case.as_bytes()], keyed_head_from)
}

pub(super) fn head_by_external(connection: &Connection, external: &str) -> rusqlite::Result<Option<CaseHead>> {
    one(connection, head!("external = ?1"), [external], head_from)
}

pub(super) fn heads_of_subject(connection: &Connection, subject: Uuid) -> rusqlite::Result<Vec<CaseHead>> {
    let mut statement = connection.prepare_cached(head!("subject = ?1 ORDER BY id"))?;
    statement.query_map([subject.as_bytes()], head_from)?.collect()
}

pub(super) fn heads(
    connection: &Connection,
    path: &Path,
    mut after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<CaseHead>, Fault> {
    let mut statement = connection.prepare_cached(head!("id > ?1 ORDER BY id LIMIT ?2"))?;
    let mut heads = Vec::new();
    for head in statement.query_map((start(after.as_ref()), limit), head_from)? {
        let head = head?;
        after = Some(require_next(path, after, &head)?);
        heads.push(head);
    }
    Ok(heads)
}

/// The whole history of a case; an error if any of it is missing.
pub(super) fn events(connection: &Connection, case: Uuid) -> Result<Vec<StoredEvent>, Fault> {
    let Some((key, head)) = keyed_head(connection, case)? else {
        return Err(StoreError::UnknownCase { case }.into());
    };
    // Events may have been added since the head was read, but none can have gone.
    let mut statement = connection.prepare_cached(EVENTS)?;
    let events: Vec<StoredEvent> = statement.query_map([key], event_from)?.collect::<rusqlite::Result<_>>()?;
    require_whole(&head, &events)?;
    Ok(events)
}

/// In a damaged index a page may come back to where it was; whoever pages would go round for ever.
pub(super) fn require_next(path: &Path, after: Option<Uuid>, head: &CaseHead) -> Result<Uuid, StoreError> {
    if after.is_none_or(|after| after < head.id) {
        return Ok(head.id);
    }
    let detail = format!("la pratica `{}` è fuori ordine", head.id);
    Err(StoreError::Corrupt { path: path.to_path_buf(), detail })
}

/// A history with a hole must not pass for a shorter history.
fn require_whole(head: &CaseHead, events: &[StoredEvent]) -> Result<(), StoreError> {
    let gapless = events.iter().zip(1..).all(|(event, sequence)| event.sequence == sequence);
    if gapless && events.len() >= head.sequence as usize {
        return Ok(());
    }
    Err(StoreError::Incomplete { case: head.id })
}

pub(super) fn rulebook(connection: &Connection, digest: &Digest) -> rusqlite::Result<Option<String>> {
    one(connection, "SELECT body FROM rulebooks WHERE digest = ?1", [digest.0], |row| row.get(0))
}

pub(super) fn subject(connection: &Connection, id: Uuid) -> rusqlite::Result<Option<Subject>> {
    let sql = "SELECT id, kind, tax_code, name FROM subjects WHERE id = ?1";
    one(connection, sql, [id.as_bytes()], subject_from)
}

pub(super) fn subject_by_tax_code(
    connection: &Connection,
    kind: SubjectKind,
    tax_code: &str,
) -> rusqlite::Result<Option<Subject>> {
    let sql = "SELECT id, kind, tax_code, name FROM subjects WHERE kind = ?1 AND tax_code = ?2";
    one(connection, sql, (kind_word(kind), tax_code), subject_from)
}

/// Subjects with their rows, which are the order in which they came.
pub(super) fn subjects_from(
    connection: &Connection,
    after_row: i64,
    limit: u32,
) -> rusqlite::Result<Vec<(i64, Subject)>> {
    let sql = "SELECT id, kind, tax_code, name, rowid FROM subjects WHERE rowid > ?1 ORDER BY rowid LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_map((after_row, limit), |row| Ok((row.get(4)?, subject_from(row)?)))?.collect()
}

pub(super) fn kind_word(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Person => "person",
        SubjectKind::Company => "company",
    }
}

pub(super) fn stats(connection: &Connection, path: &Path) -> Result<StoreStats, Fault> {
    let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs);
    let length = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
    Ok(StoreStats {
        schema_version: connection.pragma_query_value(None, "user_version", |row| row.get(0))?,
        subjects: count("SELECT count(*) FROM subjects")?,
        rulebooks: count("SELECT count(*) FROM rulebooks")?,
        cases: count("SELECT count(*) FROM cases")?,
        // The heads number the events without gaps: no need to walk them all.
        events: count("SELECT coalesce(sum(sequence), 0) FROM cases")?,
        database_bytes: length(path),
        wal_bytes: length(&super::wal_path(path)),
    })
}

pub(super) fn log_mark(connection: &Connection) -> rusqlite::Result<LogMark> {
    connection.prepare_cached("SELECT cases, events, last FROM log")?.query_row([], |row| {
        let count = |at| row.get::<_, i64>(at).map(i64::unsigned_abs);
        Ok(LogMark { cases: count(0)?, events: count(1)?, last: row.get(2)? })
    })
}

pub(super) fn one<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    from: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Option<T>> {
    connection.prepare_cached(sql)?.query_row(params, from).optional()
}

/// The lower bound of a page; nothing sorts before the empty blob.
pub(super) fn start(after: Option<&Uuid>) -> &[u8] {
    after.map_or(&[], |after| after.as_bytes())
}

/// An id where there may be none.
pub(super) fn optional_id(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Uuid>> {
    Ok(row.get::<_, Option<[u8; 16]>>(column)?.map(Uuid::from_bytes))
}

pub(super) fn keyed_head_from(row: &Row<'_>) -> rusqlite::Result<(i64, CaseHead)> {
    Ok((row.get(11)?, head_from(row)?))
}

pub(super) fn head_from(row: &Row<'_>) -> rusqlite::Result<CaseHead> {
    Ok(CaseHead {
        id: Uuid::from_bytes(row.get(0)?),
        subject: Uuid::from_bytes(row.get(1)?),
        level: row.get(2)?,
        region: row.get(3)?,
        office: row.get(4)?,
        rulebook: Digest(row.get(5)?),
        external: row.get(6)?,
        opened_on: row.get(7)?,
        state: row.get(8)?,
        sequence: row.get(9)?,
        hash: row.get(10)?,
    })
}

fn event_from(row: &Row<'_>) -> rusqlite::Result<StoredEvent> {
    Ok(StoredEvent {
        sequence: row.get(0)?,
        on: row.get(1)?,
        recorded_at: row.get(2)?,
        actor: row.get(3)?,
        body: row.get(4)?,
        hash: row.get(5)?,
    })
}

fn subject_from(row: &Row<'_>) -> rusqlite::Result<Subject> {
    let kind: String = row.get(1)?;
    Ok(Subject {
        id: Uuid::from_bytes(row.get(0)?),
        kind: if kind == "company" { SubjectKind::Company } else { SubjectKind::Person },
        tax_code: row.get(2)?,
        name: row.get(3)?,
    })
}
