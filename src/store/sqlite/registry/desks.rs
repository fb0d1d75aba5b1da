// SPDX-License-Identifier: EUPL-1.2
//! Desk rows: put beside the cases, found again in the order of a list.
//!
//! Which index a list walks is named and not left to be guessed, so that a page costs the same in a store of any size.

use std::fmt::Write as _;

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params, params_from_iter};
use uuid::Uuid;

use crate::store::desk::MEETING_DAY;
use crate::store::sqlite::read::{head_from, keyed_head, one, start};
use crate::store::sqlite::trouble::Fault;
use crate::store::{CaseHead, Desk, DeskCursor, DeskGroup, DeskOrder, DeskQuery, StoreError};

const PUT: &str = "INSERT INTO desks
    (case_key, sequence, region, office, operator, level, closed, due_on, kind, what, awaits, registrations, meeting_on,
     meeting_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
    ON CONFLICT (case_key) DO UPDATE SET sequence = excluded.sequence, region = excluded.region,
     office = excluded.office, operator = excluded.operator, level = excluded.level, closed = excluded.closed,
     due_on = excluded.due_on, kind = excluded.kind, what = excluded.what, awaits = excluded.awaits,
     registrations = excluded.registrations, meeting_on = excluded.meeting_on, meeting_at = excluded.meeting_at";
const STALE: &str = "SELECT id FROM cases INDEXED BY cases_with_stale_desk
    WHERE desk_sequence IS NOT sequence AND id > ?1 ORDER BY id LIMIT ?2";

/// Columns of a case, then of its desk row; in the order of `head_from` and [`desk_from`].
macro_rules! columns {
    () => {
        "c.id, c.subject, c.level, c.region, c.office, c.rulebook, c.external, c.opened_on, c.state, c.sequence, c.hash,
         c.key, d.sequence, d.region, d.office, d.operator, d.level, d.closed, d.due_on, d.kind, d.what, d.awaits,
         d.registrations, d.meeting_on, d.meeting_at, d.due_key, d.meeting_key"
    };
}
const ONE: &str =
    concat!("SELECT ", columns!(), " FROM cases c CROSS JOIN desks d ON d.case_key = c.key WHERE c.id = ?1");

/// Puts rows whose cases are all there, but for those that would take the place of newer ones.
pub(super) fn put_all(connection: &Connection, desks: &[Desk]) -> Result<(), Fault> {
    let mut keyed = Vec::with_capacity(desks.len());
    for desk in desks {
        let Some((key, head)) = keyed_head(connection, desk.case)? else {
            return Err(StoreError::UnknownCase { case: desk.case }.into());
        };
        keyed.push((key, head.sequence, desk));
    }
    for (key, last, desk) in keyed {
        let there: Option<u32> =
            one(connection, "SELECT sequence FROM desks WHERE case_key = ?1", [key], |row| row.get(0))?;
        if desk.sequence <= last && there.is_none_or(|there| there <= desk.sequence) {
            put(connection, key, desk.sequence, desk)?;
            connection
                .prepare_cached("UPDATE cases SET desk_sequence = ?2 WHERE key = ?1")?
                .execute(params![key, desk.sequence])?;
        }
    }
    Ok(())
}

/// Puts the row of the case under `key`, made from `sequence` events; the case must be told by the caller.
pub(in crate::store::sqlite) fn put(
    connection: &Connection,
    key: i64,
    sequence: u32,
    desk: &Desk,
) -> rusqlite::Result<()> {
    connection.prepare_cached(PUT)?.execute(params![
        key,
        sequence,
        desk.region,
        desk.office,
        desk.operator,
        desk.level,
        desk.closed,
        desk.due_on,
        desk.kind,
        desk.what,
        desk.awaits,
        desk.registrations,
        desk.meeting_on,
        desk.meeting_at,
    ])?;
    Ok(())
}

pub(super) fn stale(connection: &Connection, after: Option<Uuid>, limit: u32) -> rusqlite::Result<Vec<Uuid>> {
    let mut statement = connection.prepare_cached(STALE)?;
    let ids = statement.query_map((start(after.as_ref()), limit), |row| row.get(0).map(Uuid::from_bytes))?;
    ids.collect()
}

pub(super) fn of_case(connection: &Connection, case: Uuid) -> rusqlite::Result<Option<Desk>> {
    one(connection, ONE, [case.as_bytes()], |row| Ok(Found::from(row)?.desk))
}

/// A page. Where open and closed cases are wanted alike, it is the two pages laid one into the other.
pub(super) fn page(
    connection: &Connection,
    query: &DeskQuery,
    after: Option<DeskCursor>,
    limit: u32,
) -> rusqlite::Result<Vec<(CaseHead, Desk)>> {
    let mut found = Vec::new();
    for closed in halves(query) {
        let full = found.len() + limit as usize;
        for part in parts(query.order, after) {
            let left = full.saturating_sub(found.len());
            let Statement { sql, values } = listing(query, closed, part, left);
            let mut statement = connection.prepare_cached(&sql)?;
            for row in statement.query_map(params_from_iter(values), Found::from)? {
                found.push(row?);
            }
            if found.len() == full {
                break;
            }
        }
    }
    match query.order {
        DeskOrder::Due => found.sort_by_key(|row: &Found| (row.due_key, row.key)),
        DeskOrder::Meeting => found.sort_by_key(|row| (row.meeting_key, row.key)),
        DeskOrder::Newest => found.sort_by_key(|row| std::cmp::Reverse(row.key)),
    }
    found.truncate(limit as usize);
    Ok(found.into_iter().map(|row| (row.head, row.desk)).collect())
}

pub(super) fn count(connection: &Connection, query: &DeskQuery) -> rusqlite::Result<u64> {
    let mut count = 0;
    for closed in halves(query) {
        let Statement { sql, values } = conditions("count(*)", "", query, closed);
        let one: i64 = connection.prepare_cached(&sql)?.query_row(params_from_iter(values), |row| row.get(0))?;
        count += one.unsigned_abs();
    }
    Ok(count)
}

pub(super) fn groups(
    connection: &Connection,
    query: &DeskQuery,
    by: DeskGroup,
) -> rusqlite::Result<Vec<(String, u64)>> {
    let column = match by {
        DeskGroup::Operator => "d.operator",
        DeskGroup::Level => "d.level",
        DeskGroup::Kind => "d.kind",
        DeskGroup::Due => "d.due_on",
    };
    // None last, then days as numbers and words as words.
    let mut groups = std::collections::BTreeMap::<(bool, Option<i64>, String), u64>::new();
    for closed in halves(query) {
        let Statement { mut sql, values } = conditions(&format!("{column}, count(*)"), "", query, closed);
        let _infallible = write!(sql, " GROUP BY {column}");
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            let key = match row.get(0)? {
                Value::Integer(day) => (false, Some(day), day.to_string()),
                Value::Text(word) => (false, None, word),
                _ => (true, None, String::new()),
            };
            *groups.entry(key).or_default() += row.get::<_, i64>(1)?.unsigned_abs();
        }
    }
    Ok(groups.into_iter().map(|((_, _, word), count)| (word, count)).collect())
}

/// Open and closed cases stand apart in every index.
fn halves(query: &DeskQuery) -> impl Iterator<Item = bool> {
    [false, true].into_iter().filter(|half| query.closed.is_none_or(|closed| closed == *half))
}

/// SQL with the values of its parameters, in order.
struct Statement {
    sql: String,
    values: Vec<Value>,
}

impl Statement {
    fn and(&mut self, condition: &str, value: impl Into<Value>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
        self.values.push(value.into());
    }
}

/// The stretches of an order that follow one another after a cursor, each a single range of an index.
#[derive(Clone, Copy)]
enum Part {
    All,
    /// The cases alike that come after the cursor's.
    Alike(DeskCursor),
    /// What comes after all that are alike.
    Later(DeskCursor),
}

fn parts(order: DeskOrder, after: Option<DeskCursor>) -> Vec<Part> {
    match after {
        None => vec![Part::All],
        Some(cursor) if order == DeskOrder::Newest => vec![Part::Alike(cursor)],
        Some(cursor) => vec![Part::Alike(cursor), Part::Later(cursor)],
    }
}

fn listing(query: &DeskQuery, closed: bool, part: Part, limit: usize) -> Statement {
    let mut listing = conditions(columns!(), "CROSS JOIN cases c ON c.key = d.case_key", query, closed);
    let (key, before, order) = match query.order {
        DeskOrder::Due => (Some("d.due_key"), ">", " ORDER BY d.due_key, d.case_key LIMIT ?"),
        DeskOrder::Meeting => (Some("d.meeting_key"), ">", " ORDER BY d.meeting_key, d.case_key LIMIT ?"),
        DeskOrder::Newest => (None, "<", " ORDER BY d.case_key DESC LIMIT ?"),
    };
    match (part, key) {
        (Part::Alike(cursor), key) => {
            if let Some(key) = key {
                listing.and(&format!("{key} = ?"), cursor.key);
            }
            let place = format!("d.case_key {before} (SELECT key FROM cases WHERE id = ?)");
            listing.and(&place, cursor.case.as_bytes().to_vec());
        }
        (Part::Later(cursor), Some(key)) => listing.and(&format!("{key} > ?"), cursor.key),
        (Part::Later(_), None) | (Part::All, _) => {}
    }
    listing.sql.push_str(order);
    listing.values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
    listing
}

/// Everything up to and with the conditions of the query; `heads` joins the cases, where their columns are wanted.
fn conditions(columns: &str, heads: &str, query: &DeskQuery, closed: bool) -> Statement {
    let mut found = Statement { sql: String::new(), values: Vec::new() };
    // Where days are given it is they that leave few cases, and few are soon sorted.
    let due = query.due_from.is_some() || query.due_to.is_some();
    let meeting = query.meeting_from.is_some() || query.meeting_to.is_some();
    let order = match query.order {
        DeskOrder::Due if due || !meeting => "due",
        DeskOrder::Newest if due && !meeting => "due",
        DeskOrder::Newest if !meeting => "age",
        DeskOrder::Meeting if due && !meeting => "due",
        _ => "meeting",
    };
    let scope = if query.operator.is_some() {
        "operator"
    } else if query.office.is_some() {
        "office"
    } else if query.region.is_some() {
        "region"
    } else if query.unassigned {
        "operator"
    } else {
        "all"
    };
    found.sql = match query.subject {
        Some(_) => format!("SELECT {columns} FROM cases c CROSS JOIN desks d ON d.case_key = c.key WHERE TRUE"),
        None => format!("SELECT {columns} FROM desks d INDEXED BY desks_of_{scope}_by_{order} {heads} WHERE TRUE"),
    };
    if let Some(subject) = query.subject {
        found.and("c.subject = ?", subject.as_bytes().to_vec());
    }
    if query.unassigned {
        found.sql.push_str(" AND d.operator IS NULL");
    }
    if query.registering {
        found.sql.push_str(" AND d.registrations > 0");
    }
    if query.awaiting {
        found.sql.push_str(" AND d.awaits > 0");
    }
    let words = [
        ("d.operator = ?", &query.operator),
        ("d.office = ?", &query.office),
        ("d.region = ?", &query.region),
        ("d.level = ?", &query.level),
        ("d.kind = ?", &query.kind),
    ];
    for (condition, word) in words {
        if let Some(word) = word {
            found.and(condition, word.clone());
        }
    }
    found.and("d.closed = ?", closed);
    if due {
        found.and("d.due_key >= ?", query.due_from.unwrap_or(i32::MIN));
        found.and("d.due_key <= ?", query.due_to.unwrap_or(i32::MAX));
    }
    if meeting {
        let first = |day: i64| day * i64::from(MEETING_DAY);
        found.and("d.meeting_key >= ?", first(query.meeting_from.unwrap_or(i32::MIN).into()));
        found.and("d.meeting_key < ?", first(i64::from(query.meeting_to.unwrap_or(i32::MAX)) + 1));
    }
    found
}

/// A row of a list, with what it is ordered by.
struct Found {
    head: CaseHead,
    key: i64,
    desk: Desk,
    due_key: i64,
    meeting_key: i64,
}

impl Found {
    fn from(row: &Row<'_>) -> rusqlite::Result<Self> {
        let head = head_from(row)?;
        let desk = desk_from(head.id, row)?;
        Ok(Self { head, key: row.get(11)?, desk, due_key: row.get(25)?, meeting_key: row.get(26)? })
    }
}

fn desk_from(case: Uuid, row: &Row<'_>) -> rusqlite::Result<Desk> {
    Ok(Desk {
        case,
        sequence: row.get(12)?,
        region: row.get(13)?,
        office: row.get(14)?,
        operator: row.get(15)?,
        level: row.get(16)?,
        closed: row.get(17)?,
        due_on: row.get(18)?,
        kind: row.get(19)?,
        what: row.get(20)?,
        awaits: row.get(21)?,
        registrations: row.get(22)?,
        meeting_on: row.get(23)?,
        meeting_at: row.get(24)?,
    })
}

#[cfg(test)]
mod tests {
    use rusqlite::{Connection, params_from_iter};
    use uuid::Uuid;

    use super::{Statement, listing, parts};
    use crate::store::sqlite::schema;
    use crate::store::{DeskCursor, DeskOrder, DeskQuery};

    /// How SQLite goes about each part of a list, the line about the desks only.
    fn plans(query: &DeskQuery, after: Option<DeskCursor>) -> Vec<String> {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate(&mut connection).unwrap();
        let mut plans = Vec::new();
        for part in parts(query.order, after) {
            let Statement { sql, values } = listing(query, false, part, 50);
            let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let steps = statement.query_map(params_from_iter(values), |row| row.get::<_, String>(3)).unwrap();
            let steps: Vec<_> = steps.map(Result::unwrap).collect();
            let slow = |step: &String| step.starts_with("SCAN") || step.contains("TEMP B-TREE");
            assert!(!steps.iter().any(slow), "{sql}: {steps:#?}");
            plans.extend(steps.into_iter().filter(|step| step.contains(" d ")));
        }
        plans
    }

    /// Every list is one walk along one index, from where it begins, whatever page it is.
    #[test]
    fn no_list_looks_at_what_it_does_not_show() {
        let word = || Some("x".to_owned());
        let scopes = [
            ("office", DeskQuery { office: word(), ..DeskQuery::default() }),
            ("operator", DeskQuery { operator: word(), office: word(), region: word(), ..DeskQuery::default() }),
            ("region", DeskQuery { region: word(), ..DeskQuery::default() }),
            ("operator", DeskQuery { unassigned: true, ..DeskQuery::default() }),
            ("all", DeskQuery::default()),
        ];
        let cursor = DeskCursor { key: 1, case: Uuid::nil() };
        let orders = [
            (DeskOrder::Due, "due", "due_key"),
            (DeskOrder::Meeting, "meeting", "meeting_key"),
            (DeskOrder::Newest, "age", "rowid"),
        ];
        for ((scope, query), (order, by, key)) in
            scopes.iter().flat_map(|scope| orders.iter().map(move |order| (scope, *order)))
        {
            let query = DeskQuery { order, ..query.clone() };
            let index = format!("desks_of_{scope}_by_{by}");
            let first = plans(&query, None);
            assert!(first.len() == 1 && first[0].contains(&index), "{first:?}");
            let next = plans(&query, Some(cursor));
            assert!(next.iter().all(|step| step.contains(&index) && step.contains(key)), "{next:?}");
        }
    }

    #[test]
    fn a_range_of_days_is_a_range_of_the_index() {
        let office = || DeskQuery { office: Some("x".to_owned()), ..DeskQuery::default() };
        let due = DeskQuery { due_from: Some(1), due_to: Some(9), ..office() };
        let meeting = DeskQuery { meeting_from: Some(1), meeting_to: Some(9), order: DeskOrder::Meeting, ..office() };
        for (query, range) in [(due, "due_key>? AND due_key<?"), (meeting, "meeting_key>? AND meeting_key<?")] {
            let plan = plans(&query, None);
            assert!(plan[0].contains(range), "{plan:?}");
        }
    }
}
