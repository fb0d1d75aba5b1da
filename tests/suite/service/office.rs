// SPDX-License-Identifier: EUPL-1.2
//! An office with nobody in it: a service over a database of its own, subjects that do not exist, and their stories.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use lepre::calendar::Day;
use lepre::engine::Refusal;
use lepre::library::Library;
use lepre::service::{CaseView, Clock, OpenRequest, Service, ServiceError, SubjectRequest};
use lepre::store::{SqliteOptions, SqliteStore, Store, SubjectKind};
use lepre::tax_code::TaxCode;
use rusqlite::Connection;
use serde_json::{Value as Json, json};
use tempfile::TempDir;
use uuid::Uuid;

use crate::engine::{day, event, specs};

pub struct Office {
    pub service: Service,
    pub folder: TempDir,
}

/// The national specifications, read once.
pub fn library() -> Arc<Library> {
    static READ: OnceLock<Arc<Library>> = OnceLock::new();
    READ.get_or_init(|| Arc::new(Library::open(&specs()).unwrap())).clone()
}

pub fn office(today: &str) -> Office {
    let folder = tempfile::tempdir().unwrap();
    Office { service: service_at(&folder.path().join("lepre.db"), library(), today), folder }
}

pub fn service_at(path: &Path, library: Arc<Library>, today: &str) -> Service {
    let store = SqliteStore::open(path, SqliteOptions::default()).unwrap();
    Service::new(Arc::new(store), library, Clock { today: Some(day(today)) }, "prova")
}

/// The `n`th well-formed code of nobody: there is no place Z999.
pub fn person(n: usize) -> String {
    let letter = |at: u32| char::from(b'A' + u8::try_from(n / 26_usize.pow(at) % 26).unwrap());
    let begin = format!("ZZ{}{}{}{}80A41Z999", letter(3), letter(2), letter(1), letter(0));
    ('A'..='Z').map(|check| format!("{begin}{check}")).find(|code| TaxCode::person(code).is_ok()).unwrap()
}

pub fn company(n: usize) -> String {
    ('0'..='9').map(|check| format!("99{n:08}{check}")).find(|code| TaxCode::company(code).is_ok()).unwrap()
}

pub fn request(level: &str, tax_code: &str, on: &str, facts: &[(&str, &str)]) -> OpenRequest {
    let kind = if tax_code.len() == 11 { SubjectKind::Company } else { SubjectKind::Person };
    OpenRequest {
        level: level.into(),
        subject: SubjectRequest { kind, tax_code: tax_code.into(), name: None },
        region: None,
        office: None,
        on: Some(day(on)),
        time: None,
        facts: facts.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
    }
}

/// Why a command was refused; anything else than a refusal is a surprise.
pub fn refused<T: std::fmt::Debug>(answer: Result<T, ServiceError>) -> Vec<Refusal> {
    match answer {
        Err(ServiceError::Refused { refusals, .. }) => refusals,
        other => panic!("not refused: {other:?}"),
    }
}

impl Office {
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("lepre.db")
    }

    pub fn store(&self) -> &dyn Store {
        self.service.store()
    }

    pub fn open(&self, level: &str, tax_code: &str, on: &str, facts: &[(&str, &str)]) -> CaseView {
        self.service.open(&request(level, tax_code, on, facts)).unwrap()
    }

    /// A case of E whose person has signed the pact elsewhere, opened on the 2nd of May 2024.
    pub fn guidance(&self, n: usize) -> CaseView {
        self.open("E", &person(n), "2024-05-02", &[("patto_gia_sottoscritto", "true")])
    }

    pub fn try_record(&self, case: Uuid, what: Json) -> Result<CaseView, ServiceError> {
        self.service.record(case, &event(what))
    }

    pub fn record(&self, case: Uuid, what: Json) -> CaseView {
        self.try_record(case, what.clone()).unwrap_or_else(|error| match error {
            ServiceError::Refused { refusals, .. } => panic!("{what} refused: {refusals:?}"),
            other => panic!("{what}: {other}"),
        })
    }

    pub fn play(&self, case: Uuid, story: impl IntoIterator<Item = Json>) -> CaseView {
        story.into_iter().for_each(|what| drop(self.record(case, what)));
        self.service.view(case).unwrap()
    }

    pub fn is_due(&self, view: &CaseView, name: &str) -> bool {
        let agenda = lepre::engine::agenda(&view.rulebook, &view.case, self.service.today());
        let index = view.rulebook.item_index(name).unwrap();
        agenda.duties.iter().any(|duty| duty.item == index)
    }

    pub fn conforms(&self, view: &CaseView) -> &'static str {
        self.service.check(view, self.service.today()).conformity.word()
    }

    /// Names of the facts that the case waits for.
    pub fn awaits(&self, view: &CaseView) -> Vec<String> {
        let agenda = lepre::engine::agenda(&view.rulebook, &view.case, self.service.today());
        agenda.awaited.iter().map(|a| view.rulebook.fact(a.fact).unwrap().name.clone()).collect()
    }

    /// Cases and subjects stored.
    pub fn counts(&self) -> (u64, u64) {
        let stats = self.store().stats().unwrap();
        (stats.cases, stats.subjects)
    }
}

pub fn ended(il: &str, activity: &str) -> Json {
    json!({ "il": il, "tipo": "attivita", "attivita": activity, "evento": "terminata" })
}

pub fn output(il: &str, name: &str, evidence: Json) -> Json {
    json!({ "il": il, "tipo": "output", "output": name, "evidenza": evidence })
}

pub fn outcome(il: &str, name: &str) -> Json {
    json!({ "il": il, "tipo": "outcome", "outcome": name })
}

pub fn sap(il: &str, code: &str, item: &str) -> Json {
    json!({ "il": il, "tipo": "sap", "codice": code, "per": item })
}

pub fn fact(il: &str, name: &str, value: Json) -> Json {
    json!({ "il": il, "tipo": "dato", "dato": name, "valore": value })
}

pub fn concluded(il: &str) -> Json {
    json!({ "il": il, "tipo": "chiusa", "modo": "conclusa" })
}

pub fn voided(il: &str, sequence: u32) -> Json {
    json!({ "il": il, "tipo": "annullata", "sequenza": sequence, "motivo": "annotato per errore" })
}

/// What is done between the opening of E and its closing.
pub fn guidance() -> Vec<Json> {
    vec![
        ended("2024-05-06", "colloquio"),
        sap("2024-05-06", "A06", "colloquio"),
        ended("2024-05-13", "bilancio-competenze"),
        sap("2024-05-13", "A03", "bilancio-competenze"),
        output("2024-05-13", "bilancio", json!({ "competenze": ["saldatura TIG"] })),
        output("2024-05-14", "patto-aggiornato", json!({ "data_aggiornamento": "2024-05-14", "misure": ["corso"] })),
        outcome("2024-05-14", "obiettivo-definito"),
    ]
}

/// What C is for: the profile that the pact needs.
pub fn profile() -> Vec<Json> {
    let profile = json!({ "data_profilazione": "2024-03-05", "bisogno": "trovare lavoro vicino a casa" });
    vec![
        ended("2024-03-04", "colloquio"),
        ended("2024-03-05", "raccolta-dati-qualitativi"),
        output("2024-03-05", "profilazione-qualitativa", profile),
    ]
}

/// What D is for: the pact, signed on the 20th of March 2024.
pub fn pact() -> Vec<Json> {
    let pact = json!({
        "data_firma": "2024-03-20", "responsabile": "operatore 1", "profilo": "profilo 2", "atti_ricerca": ["curriculum"],
        "tempi_ricerca": "un mese", "frequenza_contatti": "ogni mese", "prova_ricerca": "diario",
        "disponibilita": ["laboratori sulla ricerca di lavoro", "formazione o altra attivazione", "congrua offerta di lavoro"],
    });
    vec![
        ended("2024-03-20", "scelta-prestazioni"),
        ended("2024-03-20", "stipula"),
        output("2024-03-20", "patto-sottoscritto", pact),
    ]
}

/// Changes stored rows behind the store's back; its guards are put back as they were.
pub fn tamper(path: &Path, sql: &str) {
    let connection = Connection::open(path).unwrap();
    let guards = "SELECT group_concat('DROP TRIGGER ' || name, ';'), group_concat(sql, ';') || ';' FROM sqlite_schema
        WHERE type = 'trigger'";
    let (down, up): (String, String) = connection.query_row(guards, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    connection.execute_batch(&format!("{down}; {sql}")).unwrap();
    assert!(connection.changes() > 0, "nothing was tampered with: {sql}");
    connection.execute_batch(&up).unwrap();
}

/// Every day, so that no test has to know what day it is.
pub fn later(on: &str, days: i32) -> Day {
    Day::from_number(day(on).number() + days).unwrap()
}
