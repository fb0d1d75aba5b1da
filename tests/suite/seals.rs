// SPDX-License-Identifier: EUPL-1.2
//! Somebody who can rewrite the whole file: only a seal kept elsewhere shows it, and it names case and event.

use std::fs;

use lepre::store::{CaseHead, NewCase, SqliteStore, Store as _, chain};
use rusqlite::Connection;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::cli_cases::{Desk, Said};

/// A desk with three cases of several events, a key, a seal of everything, and one event after it.
struct Sealed {
    desk: Desk,
    cases: Vec<Uuid>,
}

const VERIFY: &str = "audit verify --sigilli uno.sigillo --chiave-pubblica k.pub";

impl Sealed {
    fn new() -> Self {
        let desk = Desk::new();
        let short: Vec<String> = (0..3).map(|n| desk.guidance(n)).collect();
        desk.say("audit chiave k").fine();
        desk.say(&format!("case do {} attivita colloquio terminata --il 2024-05-10", short[1])).fine();
        desk.say("audit sigillo uno.sigillo --chiave k").fine();
        desk.say(&format!("case do {} sospendi --motivo malattia --il 2024-06-03", short[2])).fine();
        let cases = Self::store(&desk).case_heads(None, 10).unwrap().iter().map(|head| head.id).collect();
        Self { desk, cases }
    }

    fn store(desk: &Desk) -> SqliteStore {
        crate::store::open(&desk.folder.path().join("lepre.db")).unwrap()
    }

    fn head(&self, n: usize) -> CaseHead {
        Self::store(&self.desk).case_head(self.cases[n]).unwrap().unwrap()
    }

    /// Changes the file as one who knows SQLite would, and puts the guards back.
    fn tamper(&self, change: impl FnOnce(&Connection)) {
        let connection = Connection::open(self.desk.folder.path().join("lepre.db")).unwrap();
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        let guards =
            "SELECT group_concat('DROP TRIGGER ' || name, ';'), group_concat(sql, ';') || ';' FROM sqlite_schema
            WHERE type = 'trigger'";
        let (down, up): (String, String) =
            connection.query_row(guards, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        connection.execute_batch(&down).unwrap();
        change(&connection);
        connection.execute_batch(&up).unwrap();
    }

    /// Makes every hash of a case fit what its events now say, and its head with them.
    fn recompute(&self, connection: &Connection, n: usize) {
        let head = self.head(n);
        let id = head.id;
        let mut previous = chain::genesis(&NewCase {
            id,
            subject: head.subject,
            level: head.level,
            region: head.region,
            office: head.office,
            rulebook: head.rulebook,
            external: head.external,
        });
        let key: i64 =
            connection.query_row("SELECT key FROM cases WHERE id = ?1", [id.as_bytes()], |row| row.get(0)).unwrap();
        let mut rows = connection
            .prepare("SELECT sequence, on_day, recorded_at, actor, body FROM events WHERE case_key = ?1 ORDER BY 1")
            .unwrap();
        let events: Vec<(u32, i32, i64, String, String)> = rows
            .query_map([key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let mut last = 0;
        for (sequence, on, at, actor, body) in events {
            previous = chain::link(&previous, id, sequence, on, at, actor.as_bytes(), body.as_bytes());
            let update = "UPDATE events SET hash = ?1 WHERE case_key = ?2 AND sequence = ?3";
            connection.execute(update, (previous, key, sequence)).unwrap();
            last = sequence;
        }
        let update = "UPDATE cases SET hash = ?1, sequence = ?2 WHERE key = ?3";
        connection.execute(update, (previous, last, key)).unwrap();
        // And of the count that the log keeps: it is in the same file.
        let log = "UPDATE log SET cases = (SELECT count(*) FROM cases), events = (SELECT sum(sequence) FROM cases),
            last = (SELECT hash FROM cases ORDER BY key DESC LIMIT 1)";
        connection.execute(log, ()).unwrap();
    }

    fn verify(&self) -> Said {
        self.desk.say(VERIFY)
    }

    /// The one alteration of case `n` that is found, with the event named.
    #[track_caller]
    fn found(&self, n: usize, event: Option<u32>, words: &str) {
        let said = self.verify().no();
        let id = self.cases[n].to_string();
        let place = event.map_or_else(|| format!("pratica `{id}`"), |event| format!("pratica `{id}`, evento {event}"));
        let line = said.lines().find(|line| line.starts_with(&format!("{place}: ")) && line.contains(words));
        assert!(line.is_some(), "{place} … {words}\n{said}");
    }
}

const KEY: &str = "(SELECT key FROM cases WHERE id = ?1)";

#[test]
fn what_is_sealed_and_what_is_not_yet_are_told_apart() {
    let sealed = Sealed::new();
    let said = sealed.verify().fine();
    assert!(said.contains("la catena è intera"), "{said}");
    let told: Json = sealed.desk.say(&format!("--format json {VERIFY}")).json();
    let all = told["eventi"].as_u64().unwrap();
    assert_eq!((told["non_ancorati"].as_u64(), told["ancorati"].as_u64()), (Some(1), Some(all - 1)), "{told}");
    let without: Json = sealed.desk.say("--format json audit verify").json();
    assert_eq!((without["ancorati"].as_u64(), without["non_ancorati"].as_u64()), (Some(0), Some(all)));
}

#[test]
fn a_history_rewritten_to_its_end_is_named() {
    let sealed = Sealed::new();
    let last = sealed.head(1).sequence;
    sealed.tamper(|db| {
        let id = sealed.cases[1];
        let sql = format!("UPDATE events SET actor = 'altri' WHERE sequence = 1 AND case_key = {KEY}");
        assert_eq!(db.execute(&sql, [id.as_bytes()]).unwrap(), 1);
        sealed.recompute(db, 1);
    });
    sealed.desk.say("audit verify").fine();
    sealed.found(1, Some(1), &format!("fino al {last} non è quella sigillata"));
}

/// An older seal that still holds says from where the history was rewritten.
#[test]
fn a_second_seal_narrows_where_a_history_was_rewritten() {
    let sealed = Sealed::new();
    sealed.desk.say("audit sigillo due.sigillo --chiave k --precedente uno.sigillo").fine();
    let last = sealed.head(2).sequence;
    sealed.tamper(|db| {
        let sql = format!("UPDATE events SET actor = 'altri' WHERE sequence = {last} AND case_key = {KEY}");
        assert_eq!(db.execute(&sql, [sealed.cases[2].as_bytes()]).unwrap(), 1);
        sealed.recompute(db, 2);
    });
    sealed.verify().fine();
    let said = sealed.desk.say("audit verify --sigilli due.sigillo uno.sigillo --chiave-pubblica k.pub").no();
    assert!(
        said.contains(&format!("pratica `{}`, evento {last}: l'evento non è quello sigillato", sealed.cases[2])),
        "{said}"
    );
    let alone = sealed.desk.say("audit verify --sigilli due.sigillo --chiave-pubblica k.pub").no();
    assert!(alone.contains("`due.sigillo` viene dopo un sigillo che non è stato dato"), "{alone}");
}

#[test]
fn a_tail_cut_off_with_its_head_is_named() {
    let sealed = Sealed::new();
    let last = sealed.head(1).sequence;
    sealed.tamper(|db| {
        let sql = format!("DELETE FROM events WHERE sequence = {last} AND case_key = {KEY}");
        assert_eq!(db.execute(&sql, [sealed.cases[1].as_bytes()]).unwrap(), 1);
        sealed.recompute(db, 1);
    });
    sealed.desk.say("audit verify").fine();
    sealed.found(1, Some(last), "l'evento sigillato non c'è più");
}

#[test]
fn a_case_taken_away_is_named() {
    let sealed = Sealed::new();
    sealed.tamper(|db| {
        let id = sealed.cases[0];
        db.execute(&format!("DELETE FROM events WHERE case_key = {KEY}"), [id.as_bytes()]).unwrap();
        db.execute(&format!("DELETE FROM desks WHERE case_key = {KEY}"), [id.as_bytes()]).unwrap();
        assert_eq!(db.execute("DELETE FROM cases WHERE id = ?1", [id.as_bytes()]).unwrap(), 1);
    });
    sealed.found(0, None, "la pratica sigillata non c'è più");
}

#[test]
fn an_event_put_among_the_sealed_ones_and_events_in_another_order_are_named() {
    let sealed = Sealed::new();
    let last = sealed.head(1).sequence;
    sealed.tamper(|db| {
        let sql = format!("UPDATE events SET sequence = 99 WHERE sequence = 2 AND case_key = {KEY}");
        assert_eq!(db.execute(&sql, [sealed.cases[1].as_bytes()]).unwrap(), 1);
        let down =
            format!("UPDATE events SET sequence = sequence - 1 WHERE sequence BETWEEN 3 AND 98 AND case_key = {KEY}");
        db.execute(&down, [sealed.cases[1].as_bytes()]).unwrap();
        let back = format!("UPDATE events SET sequence = {last} WHERE sequence = 99 AND case_key = {KEY}");
        db.execute(&back, [sealed.cases[1].as_bytes()]).unwrap();
        sealed.recompute(db, 1);
    });
    assert!(last > 2, "nothing has changed place");
    sealed.found(1, Some(1), "non è quella sigillata");
    let sealed = Sealed::new();
    sealed.tamper(|db| {
        let sql = format!(
            "INSERT INTO events (case_key, sequence, on_day, recorded_at, actor, body, hash)
             SELECT case_key, {last} + 1, on_day, recorded_at, 'altri', body, hash FROM events
             WHERE sequence = {last} AND case_key = {KEY}"
        );
        assert_eq!(db.execute(&sql, [sealed.cases[1].as_bytes()]).unwrap(), 1);
    });
    let said = sealed.verify().no();
    assert!(said.contains(&format!("pratica `{}`, evento {}", sealed.cases[1], last)), "{said}");
}

#[test]
fn a_seal_that_is_not_what_was_signed_is_said_in_its_own_words() {
    let sealed = Sealed::new();
    let folder = sealed.desk.folder.path();
    let whole = fs::read_to_string(folder.join("uno.sigillo")).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let flipped = |text: &str, key: &str| {
        let at = text.find(key).unwrap() + key.len();
        let digit = if text.as_bytes()[at] == b'0' { "1" } else { "0" };
        format!("{}{digit}{}", &text[..at], &text[at + 1..])
    };
    for (text, words) in [
        (flipped(&whole, "\"impronta\":\""), "le righe del sigillo non sono quelle firmate"),
        (flipped(&whole, "\"firma\":\""), "la firma del sigillo non è valida"),
        (flipped(&whole, "\"radice\":\""), "la firma del sigillo non è valida"),
        (format!("{}\n", lines[..2].join("\n")), "il sigillo è tronco"),
        (whole[..whole.len() - 9].to_owned(), "il sigillo è tronco"),
        (format!("{whole}{whole}"), "dopo la chiusura del sigillo c'è altro"),
        (format!("{}\n{}\n", lines[1..3].join("\n"), lines[3]), "le righe del sigillo non sono quelle firmate"),
    ] {
        fs::write(folder.join("altro.sigillo"), text).unwrap();
        let said = sealed.desk.say("audit verify --sigilli altro.sigillo --chiave-pubblica k.pub").no();
        assert!(said.contains(&format!("`altro.sigillo`: {words}")), "{words}\n{said}");
    }
    // What is no seal at all is another file, given by mistake.
    fs::write(folder.join("altro.sigillo"), "niente\n").unwrap();
    let said = sealed.desk.say("audit verify --sigilli altro.sigillo --chiave-pubblica k.pub").wrong(2);
    assert_eq!(said.0, "`altro.sigillo`: la riga 1 non è quella di un sigillo");
    sealed.desk.say("audit chiave altra").fine();
    let said = sealed.desk.say("audit verify --sigilli uno.sigillo --chiave-pubblica altra.pub").no();
    assert!(said.contains("`uno.sigillo`: il sigillo è firmato con un'altra chiave"), "{said}");
}

#[test]
fn a_seal_of_another_archive_is_not_taken_for_this_one() {
    let (sealed, other) = (Sealed::new(), Sealed::new());
    let (from, to) = (other.desk.folder.path(), sealed.desk.folder.path());
    fs::copy(from.join("uno.sigillo"), to.join("altro.sigillo")).unwrap();
    fs::copy(from.join("k.pub"), to.join("altra.pub")).unwrap();
    let said = sealed.desk.say("audit verify --sigilli altro.sigillo --chiave-pubblica altra.pub").no();
    assert!(said.contains("`altro.sigillo`: il sigillo è di un altro archivio"), "{said}");
    assert!(said.contains("ancorati dai sigilli: 0 eventi"), "{said}");
}

#[test]
fn a_key_is_never_written_over_and_nobody_else_reads_it() {
    let sealed = Sealed::new();
    let path = sealed.desk.folder.path().join("k");
    let before = fs::read(&path).unwrap();
    let (message, _) = sealed.desk.say("audit chiave k").wrong(2);
    assert_eq!(message, "il file `k` c'è già");
    assert_eq!(fs::read(&path).unwrap(), before);
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions()) & 0o777, 0o600);
    let (message, _) = sealed.desk.say("audit sigillo tre.sigillo --chiave k.pub").wrong(2);
    assert_eq!(message, "`k.pub` non contiene una chiave privata di lepre");
    assert!(!sealed.desk.folder.path().join("tre.sigillo").exists());
    let (message, _) = sealed.desk.say("audit sigillo uno.sigillo --chiave k").wrong(2);
    assert_eq!(message, "il file `uno.sigillo` c'è già");
}
