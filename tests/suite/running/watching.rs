// SPDX-License-Identifier: EUPL-1.2
//! The specifications change while the service runs: broken, they stop nobody; mended, the new law is in use.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use lepre::calendar::Day;
use lepre::library::{Library, stamp};
use lepre::service::{Clock, Looked, OpenRequest, Service, SubjectRequest};
use lepre::store::SubjectKind;
use tempfile::TempDir;

use super::store_at;
use crate::schema::specs;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (from, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
        if from.is_dir() { copy(&from, &to.join(name)) } else { _ = fs::copy(from, to.join(name)).unwrap() }
    }
}

/// The national specifications alone: a reading of them takes little.
fn national() -> (TempDir, std::path::PathBuf) {
    let folder = TempDir::new().unwrap();
    let own = folder.path().join("specs");
    for part in ["nazionale", "catalogo", "decreto"] {
        copy(&specs().join(part), &own.join(part));
    }
    (folder, own)
}

fn request(day: Day) -> OpenRequest {
    OpenRequest {
        level: "E".into(),
        subject: SubjectRequest { kind: SubjectKind::Person, tax_code: "ZZZZZZ80A41Z999K".into(), name: None },
        region: None,
        office: None,
        on: Some(day),
        time: None,
        facts: vec![("patto_gia_sottoscritto".into(), "true".into())],
    }
}

#[test]
fn a_broken_file_stops_nobody_and_a_mended_one_is_the_law() {
    let (folder, own) = national();
    let store = store_at(&folder.path().join("lepre.db"));
    let library = Arc::new(Library::open(&own).unwrap());
    let day: Day = "2024-05-06".parse().unwrap();
    let service = Service::new(store, library, Clock { today: Some(day) }, "prova");
    let name = |service: &Service| service.library().rulebook("E", None, day).map(|rulebook| rulebook.digest());
    let opens = || service.open(&request(day)).map(|view| view.head.id);
    let (known, looked) = service.look_at_specs(None);
    assert!(matches!(looked, Looked::Same), "{looked:?}");
    let file = own.join("nazionale/e-orientamento-specialistico.yaml");
    let sound = fs::read_to_string(&file).unwrap();
    let before = name(&service).unwrap();
    opens().unwrap();

    fs::write(&file, format!("{sound}\nvoce_che_non_esiste: 1\n")).unwrap();
    let (known, looked) = service.look_at_specs(known);
    assert!(matches!(looked, Looked::Faulty(_)), "{looked:?}");
    assert_eq!(name(&service).unwrap(), before, "what was sound goes on");
    opens().unwrap();

    fs::rename(own.join("nazionale"), folder.path().join("via")).unwrap();
    let (_, looked) = service.look_at_specs(known);
    assert!(matches!(looked, Looked::Unreadable(_)), "{looked:?}");
    opens().unwrap();
    fs::rename(folder.path().join("via"), own.join("nazionale")).unwrap();

    let later = sound.replacen("vigente: { dal: 2018-01-11 }", "vigente: { dal: 2018-01-12 }", 1);
    assert_ne!(later, sound);
    fs::write(&file, later).unwrap();
    let (known, looked) = service.look_at_specs(known);
    assert!(matches!(looked, Looked::Sound), "{looked:?}");
    assert_ne!(name(&service).unwrap(), before, "the new law is in use");
    opens().unwrap();
    assert!(matches!(service.look_at_specs(known).1, Looked::Same));
}

#[test]
fn a_stamp_changes_with_names_sizes_and_times_only() {
    let (_folder, own) = national();
    let first = stamp(&own).unwrap();
    assert_eq!(first, stamp(&own).unwrap());
    fs::write(own.join("nazionale/nuovo.yaml"), "a").unwrap();
    let second = stamp(&own).unwrap();
    assert_ne!(first, second);
    fs::write(own.join("nazionale/nuovo.yaml"), "ab").unwrap();
    assert_ne!(second, stamp(&own).unwrap());
    fs::remove_file(own.join("nazionale/nuovo.yaml")).unwrap();
    assert_eq!(first, stamp(&own).unwrap());
    assert!(stamp(&own.join("manca")).is_err());
}
