// SPDX-License-Identifier: EUPL-1.2
//! The log in the tables of OCEL 2.0, a SQLite database of its own: one table for each type of event and of object.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rusqlite::types::{ToSqlOutput, Value as Held, ValueRef};
use rusqlite::{Connection, Error, ToSql, params, params_from_iter};

use crate::export::{ExportError, OutputFile};

use super::{EVENT_ATTRIBUTES, Happening, Log, Object, ObjectType, Value};

/// The time from which an object has its first attributes.
const FROM_THE_FIRST: &str = "1970-01-01T00:00:00Z";

/// The draft is a scratch file until it is whole: nothing of it must outlive a fall, so no journal is kept.
const TABLES: &str = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;
    CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT NOT NULL REFERENCES event_map_type (ocel_type));
    CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT NOT NULL UNIQUE);
    CREATE TABLE event_object (ocel_event_id TEXT REFERENCES event (ocel_id),
        ocel_object_id TEXT REFERENCES object (ocel_id), ocel_qualifier TEXT,
        PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier));
    CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT NOT NULL REFERENCES object_map_type (ocel_type));
    CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT NOT NULL UNIQUE);
    CREATE TABLE object_object (ocel_source_id TEXT REFERENCES object (ocel_id),
        ocel_target_id TEXT REFERENCES object (ocel_id), ocel_qualifier TEXT,
        PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier));";

pub struct TableLog {
    connection: Connection,
    file: OutputFile,
    /// For each name of an event, what puts one into its table.
    puts: BTreeMap<String, String>,
    tables: BTreeSet<String>,
}

impl TableLog {
    /// # Errors
    /// The folder cannot be written to.
    pub fn create(target: &Path) -> Result<Self, ExportError> {
        let file = OutputFile::for_a_library(target)?;
        let connection = Connection::open(file.draft_path()).map_err(told)?;
        connection.set_prepared_statement_cache_capacity(128);
        connection.execute_batch(TABLES).map_err(told)?;
        for kind in ObjectType::ALL {
            let word = kind.word();
            let columns = columns(kind.attributes());
            let table = format!(
                "CREATE TABLE object_{word} (ocel_id TEXT REFERENCES object (ocel_id), ocel_time TIMESTAMP, \
                 ocel_changed_field TEXT{columns})"
            );
            connection.execute(&table, []).map_err(told)?;
            connection.execute("INSERT INTO object_map_type VALUES (?, ?)", params![word, word]).map_err(told)?;
        }
        Ok(Self { connection, file, puts: BTreeMap::new(), tables: BTreeSet::new() })
    }

    /// Closes the database and gives the file its name.
    ///
    /// # Errors
    /// The disk: then no file of that name has appeared.
    pub fn publish(self) -> Result<(), ExportError> {
        self.connection.execute_batch("COMMIT").map_err(told)?;
        self.connection.close().map_err(|(_, error)| told(error))?;
        Ok(self.file.publish()?)
    }

    fn put(&self, sql: &str, values: &[&dyn ToSql]) -> Result<(), ExportError> {
        let put = || self.connection.prepare_cached(sql)?.execute(params_from_iter(values));
        put().map(|_| ()).map_err(told)
    }

    /// What puts an event of that name into the table of its type, which is made the first time.
    fn put_of(&mut self, name: &str) -> Result<String, ExportError> {
        if let Some(put) = self.puts.get(name) {
            return Ok(put.clone());
        }
        // SQLite does not tell `A` from `a`, and two names may differ by a sign only.
        let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let plain = plain.to_ascii_lowercase();
        let mut table = plain.clone();
        let mut n = 1;
        while !self.tables.insert(table.clone()) {
            n += 1;
            table = format!("{plain}_{n}");
        }
        let columns = columns(&EVENT_ATTRIBUTES);
        let made = format!(
            "CREATE TABLE event_{table} (ocel_id TEXT PRIMARY KEY REFERENCES event (ocel_id), ocel_time TIMESTAMP{columns})"
        );
        self.put(&made, &[])?;
        self.put("INSERT INTO event_map_type VALUES (?, ?)", &[&name, &table])?;
        let places = ", ?".repeat(EVENT_ATTRIBUTES.len());
        let put = format!("INSERT INTO event_{table} VALUES (?, ?{places})");
        self.puts.insert(name.to_owned(), put.clone());
        Ok(put)
    }
}

impl Log for TableLog {
    fn object(&mut self, object: &Object<'_>) -> Result<(), ExportError> {
        let word = object.kind.word();
        self.put("INSERT INTO object VALUES (?, ?)", &[&object.id, &word])?;
        let declared = object.kind.attributes();
        let put = format!("INSERT INTO object_{word} VALUES (?, ?, NULL{})", ", ?".repeat(declared.len()));
        let mut values: Vec<&dyn ToSql> = vec![&object.id, &FROM_THE_FIRST];
        values.extend(in_order(declared, object.attributes));
        self.put(&put, &values)?;
        for (target, how) in object.ties {
            self.put("INSERT INTO object_object VALUES (?, ?, ?)", &[&object.id, target, how])?;
        }
        Ok(())
    }

    fn event(&mut self, event: &Happening<'_>) -> Result<(), ExportError> {
        let put = self.put_of(event.name)?;
        self.put("INSERT INTO event VALUES (?, ?)", &[&event.id, &event.name])?;
        let mut values: Vec<&dyn ToSql> = vec![&event.id, &event.at];
        values.extend(in_order(&EVENT_ATTRIBUTES, event.attributes));
        self.put(&put, &values)?;
        for (object, how) in event.ties {
            self.put("INSERT INTO event_object VALUES (?, ?, ?)", &[&event.id, object, how])?;
        }
        Ok(())
    }
}

/// The values in the order of the columns; nothing where there is none.
fn in_order<'a>(
    declared: &'a [(&'static str, &'static str)],
    given: &'a [(&'static str, Value<'a>)],
) -> impl Iterator<Item = &'a dyn ToSql> {
    declared.iter().map(|(name, _)| {
        let found = given.iter().find(|(key, _)| key == name);
        found.map_or(&None::<String> as &dyn ToSql, |(_, value)| value as &dyn ToSql)
    })
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>, Error> {
        Ok(match *self {
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Number(number) => ToSqlOutput::Owned(Held::Integer(number.into())),
            Self::Flag(flag) => ToSqlOutput::Owned(Held::Integer(flag.into())),
        })
    }
}

fn columns(attributes: &[(&str, &str)]) -> String {
    let kind = |word: &str| match word {
        "integer" => "INTEGER",
        "boolean" => "BOOLEAN",
        "time" => "TIMESTAMP",
        _ => "TEXT",
    };
    attributes.iter().map(|(name, word)| format!(", {name} {}", kind(word))).collect()
}

fn told(error: Error) -> ExportError {
    ExportError::Tables(error.to_string())
}
