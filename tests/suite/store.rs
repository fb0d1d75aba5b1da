// SPDX-License-Identifier: EUPL-1.2
//! The store: its contract, the troubles of the world, damage found by the chain, death at any moment.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use lepre::store::{
    CaseAction, CaseHead, CaseWrite, Digest, NewCase, NewEvent, NewSubject, SqliteOptions, SqliteStore, Stamp, Store,
    StoreError, StoredEvent, Subject, SubjectKind,
};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tempfile::TempDir;
use uuid::Uuid;

mod backup;
mod child;
mod contract;
mod damage;
mod kill;
mod world;

pub(crate) const RULEBOOK: Digest = Digest([7; 32]);

/// A folder with a store in it that has one subject and one rulebook; the folder goes with it.
pub(crate) struct Fresh {
    pub(crate) store: SqliteStore,
    folder: TempDir,
}

impl Fresh {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder.path().join("lepre.db")).unwrap();
        furnish(&store);
        Self { store, folder }
    }

    /// Closes the store and leaves the file.
    pub(crate) fn closed(self) -> (TempDir, PathBuf) {
        let path = self.store.path().to_path_buf();
        drop(self.store);
        (self.folder, path)
    }
}

/// Opens with little patience: no test waits for a lock that nobody will release.
pub(crate) fn open(path: &Path) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(path, impatient())
}

fn impatient() -> SqliteOptions {
    SqliteOptions { busy_timeout: Duration::from_millis(50), ..SqliteOptions::default() }
}

pub(crate) fn furnish(store: &dyn Store) {
    store.put_rulebook(&RULEBOOK, "{}").unwrap();
    store.put_subject(person(0)).unwrap();
}

pub(crate) fn person(n: u32) -> Subject {
    let (id, tax_code) = (subject_id(n), format!("CODICE-{n}"));
    NewSubject { id, kind: SubjectKind::Person, tax_code, name: Some(format!("Nome {n}")) }
}

pub(crate) fn subject_id(n: u32) -> Uuid {
    Uuid::from_u128(0x5_0000_0000 + u128::from(n))
}

pub(crate) fn case_id(n: u32) -> Uuid {
    Uuid::from_u128(0xC_0000_0000 + u128::from(n))
}

pub(crate) fn new_case(n: u32) -> NewCase {
    NewCase {
        id: case_id(n),
        subject: subject_id(0),
        level: "E".into(),
        region: Some("piemonte".into()),
        office: None,
        rulebook: RULEBOOK,
        external: Some(format!("esterno-{n}")),
    }
}

pub(crate) fn stamp() -> Stamp {
    Stamp { recorded_at: 1_767_225_600_000, actor: "operatore-1".into() }
}

pub(crate) fn event(body: &str) -> NewEvent {
    NewEvent { on: 20_454, body: body.into() }
}

pub(crate) fn opening(n: u32) -> CaseWrite {
    CaseWrite::new(CaseAction::Open(new_case(n)), stamp(), vec![event("aperta")], "aperta")
}

pub(crate) fn appending(n: u32, expected: u32, body: &str) -> CaseWrite {
    CaseWrite::new(CaseAction::Append { case: case_id(n), expected }, stamp(), vec![event(body)], "in-corso")
}

/// Opens case `n` with one event.
pub(crate) fn open_case(store: &dyn Store, n: u32) -> CaseHead {
    store.open_case(new_case(n), stamp(), vec![event("aperta")], "aperta").unwrap()
}

/// Opens case `n` with `events` events whose bodies tell the case and the sequence.
fn open_history(store: &dyn Store, n: u32, events: u32) -> CaseHead {
    let bodies = (1..=events).map(|sequence| event(&format!("pratica {n} evento {sequence}"))).collect();
    store.open_case(new_case(n), stamp(), bodies, "aperta").unwrap()
}

/// Everything the store tells about a case.
type Told = (CaseHead, Vec<StoredEvent>);

fn told(store: &dyn Store, n: u32) -> Told {
    (store.case_head(case_id(n)).unwrap().unwrap(), store.events(case_id(n)).unwrap())
}

/// A number for the random tests, printed; `LEPRE_SEED` plays one again.
pub(crate) fn seed() -> u64 {
    let drawn = || RandomState::new().build_hasher().finish();
    let seed = std::env::var("LEPRE_SEED").ok().map_or_else(drawn, |seed| seed.parse().unwrap());
    println!("LEPRE_SEED={seed}");
    seed
}

/// A property test over `cases` inputs that its printed seed plays again.
fn runner(cases: u32) -> TestRunner {
    let seed: Vec<u8> = std::iter::repeat_n(seed().to_le_bytes(), 4).flatten().collect();
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
}

/// SplitMix64: small, and the same for ever.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to `below`, excluded.
    pub(crate) fn below(&mut self, below: u64) -> u64 {
        self.roll() % below
    }
}
