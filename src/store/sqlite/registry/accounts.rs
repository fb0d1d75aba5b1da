// SPDX-License-Identifier: EUPL-1.2
//! Accounts, and the count of their failed logins.

use rusqlite::types::Type;
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use crate::store::sqlite::read::{one, start};
use crate::store::sqlite::trouble::Fault;
use crate::store::{Account, StoreError};

macro_rules! account {
    ($which:literal) => {
        concat!(
            "SELECT id, username, name, role, region, office, password, must_change, disabled, failures, locked_until, ",
            "external, identities, created_at FROM accounts WHERE ",
            $which
        )
    };
}

const PUT: &str = "INSERT INTO accounts
    (id, username, name, role, region, office, password, must_change, disabled, failures, locked_until, external,
     identities, created_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, region = excluded.region,
     office = excluded.office, password = excluded.password, must_change = excluded.must_change,
     disabled = excluded.disabled, failures = excluded.failures, locked_until = excluded.locked_until,
     external = excluded.external, identities = excluded.identities";

/// Refuses before it writes.
pub(super) fn put(connection: &Connection, account: &Account) -> Result<(), Fault> {
    if let Some(holder) = by_username(connection, &account.username)?
        && holder.id != account.id
    {
        return Err(StoreError::DuplicateUsername { holder: holder.id }.into());
    }
    if let Some(external) = &account.external
        && let Some(holder) = by_external(connection, external)?
        && holder.id != account.id
    {
        return Err(StoreError::DuplicateExternalAccount { holder: holder.id }.into());
    }
    if by_id(connection, account.id)?.is_some_and(|known| known.username != account.username) {
        return Err(StoreError::UsernameChanged { account: account.id }.into());
    }
    connection.prepare_cached(PUT)?.execute(params![
        account.id.as_bytes(),
        account.username,
        account.name,
        account.role.word(),
        account.region,
        account.office,
        account.password,
        account.must_change,
        account.disabled,
        account.failures,
        account.locked_until,
        account.external,
        account.identities,
        account.created_at,
    ])?;
    Ok(())
}

pub(super) fn by_id(connection: &Connection, id: Uuid) -> rusqlite::Result<Option<Account>> {
    one(connection, account!("id = ?1"), [id.as_bytes()], account_from)
}

pub(super) fn by_username(connection: &Connection, username: &str) -> rusqlite::Result<Option<Account>> {
    one(connection, account!("username = ?1"), [username], account_from)
}

pub(super) fn by_external(connection: &Connection, external: &str) -> rusqlite::Result<Option<Account>> {
    one(connection, account!("external = ?1"), [external], account_from)
}

pub(super) fn page(connection: &Connection, after: Option<Uuid>, limit: u32) -> rusqlite::Result<Vec<Account>> {
    let mut statement = connection.prepare_cached(account!("id > ?1 ORDER BY id LIMIT ?2"))?;
    statement.query_map((start(after.as_ref()), limit), account_from)?.collect()
}

/// What names an account that is not there is refused before it is written.
pub(super) fn require(connection: &Connection, account: Uuid) -> Result<(), Fault> {
    if connection.prepare_cached("SELECT 1 FROM accounts WHERE id = ?1")?.exists([account.as_bytes()])? {
        return Ok(());
    }
    Err(StoreError::UnknownAccount { account }.into())
}

pub(super) fn login_failed(
    connection: &Connection,
    id: Uuid,
    now: i64,
    limit: u32,
    lock_ms: i64,
) -> Result<Account, Fault> {
    let mut account = by_id(connection, id)?.ok_or(StoreError::UnknownAccount { account: id })?;
    match account.locked_until {
        Some(until) if now < until => return Ok(account),
        Some(_) => (account.failures, account.locked_until) = (0, None),
        None => {}
    }
    account.failures = account.failures.saturating_add(1);
    if account.failures >= limit {
        account.locked_until = Some(now.saturating_add(lock_ms));
    }
    count(connection, &account)?;
    Ok(account)
}

pub(super) fn login_succeeded(connection: &Connection, id: Uuid) -> Result<(), Fault> {
    let mut account = by_id(connection, id)?.ok_or(StoreError::UnknownAccount { account: id })?;
    (account.failures, account.locked_until) = (0, None);
    Ok(count(connection, &account)?)
}

fn count(connection: &Connection, account: &Account) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE accounts SET failures = ?2, locked_until = ?3 WHERE id = ?1")?
        .execute(params![account.id.as_bytes(), account.failures, account.locked_until])?;
    Ok(())
}

fn account_from(row: &Row<'_>) -> rusqlite::Result<Account> {
    let role: String = row.get(3)?;
    Ok(Account {
        id: Uuid::from_bytes(row.get(0)?),
        username: row.get(1)?,
        name: row.get(2)?,
        role: role.parse().map_err(|_| rusqlite::Error::InvalidColumnType(3, "role".to_owned(), Type::Text))?,
        region: row.get(4)?,
        office: row.get(5)?,
        password: row.get(6)?,
        must_change: row.get(7)?,
        disabled: row.get(8)?,
        failures: row.get(9)?,
        locked_until: row.get(10)?,
        external: row.get(11)?,
        identities: row.get(12)?,
        created_at: row.get(13)?,
    })
}
