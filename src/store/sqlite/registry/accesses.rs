// SPDX-License-Identifier: EUPL-1.2
//! Who has looked at what: written once, read from the last backwards.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params, params_from_iter};
use uuid::Uuid;

use crate::store::sqlite::read::optional_id;
use crate::store::{Access, AccessQuery};

const INSERT: &str = "INSERT INTO accesses
    (at, account, username, region, action, case_id, subject, why, request)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
const COLUMNS: &str = "SELECT key, at, account, username, region, action, case_id, subject, why, request FROM accesses";

pub(super) fn note(connection: &Connection, access: &Access) -> rusqlite::Result<()> {
    connection.prepare_cached(INSERT)?.execute(params![
        access.at,
        access.account.as_bytes(),
        access.username,
        access.region,
        access.action,
        access.case.as_ref().map(Uuid::as_bytes),
        access.subject.as_ref().map(Uuid::as_bytes),
        access.why,
        access.request,
    ])?;
    Ok(())
}

pub(super) fn page(
    connection: &Connection,
    query: &AccessQuery,
    before: Option<i64>,
    limit: u32,
) -> rusqlite::Result<Vec<(i64, Access)>> {
    let id = |id: &Uuid| Value::from(id.as_bytes().to_vec());
    let indexed = [
        ("case_id = ?", query.case.as_ref().map(id)),
        ("subject = ?", query.subject.as_ref().map(id)),
        ("account = ?", query.account.as_ref().map(id)),
        ("region = ?", query.region.clone().map(Value::from)),
    ];
    let others = [
        ("at >= ?", query.from.map(Value::from)),
        ("at <= ?", query.to.map(Value::from)),
        ("key < ?", before.map(Value::from)),
    ];
    let mut sql = format!("{COLUMNS} WHERE TRUE");
    let mut values = Vec::new();
    let given = |(condition, value): (_, Option<Value>)| value.map(|value| (condition, value));
    for (n, (condition, value)) in indexed.into_iter().filter_map(given).enumerate() {
        // The first names the fewest rows: a plus keeps the indexes of the others out of it.
        sql.push_str(if n == 0 { " AND " } else { " AND +" });
        sql.push_str(condition);
        values.push(value);
    }
    for (condition, value) in others.into_iter().filter_map(given) {
        sql.push_str(" AND ");
        sql.push_str(condition);
        values.push(value);
    }
    sql.push_str(" ORDER BY key DESC LIMIT ?");
    values.push(limit.into());
    let mut statement = connection.prepare_cached(&sql)?;
    statement.query_map(params_from_iter(values), access_from)?.collect()
}

fn access_from(row: &Row<'_>) -> rusqlite::Result<(i64, Access)> {
    let access = Access {
        at: row.get(1)?,
        account: Uuid::from_bytes(row.get(2)?),
        username: row.get(3)?,
        region: row.get(4)?,
        action: row.get(5)?,
        case: optional_id(row, 6)?,
        subject: optional_id(row, 7)?,
        why: row.get(8)?,
        request: row.get(9)?,
    };
    Ok((row.get(0)?, access))
}
