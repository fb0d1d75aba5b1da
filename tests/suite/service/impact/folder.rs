// SPDX-License-Identifier: EUPL-1.2
//! Drafts: copies of the specifications in which one thing after another is written otherwise.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lepre::library::Library;
use lepre::service::impact::Draft;
use tempfile::TempDir;

use crate::engine::specs;
use crate::regional::fixture::errors;
use crate::service::pinned::copy;

pub const E: &str = "nazionale/e-orientamento-specialistico.yaml";
pub const B: &str = "nazionale/b-did-profilazione-e-aggiornamento-sap.yaml";

pub const SCRIPT: &str = "../scripts/piemonte/disoccupazione-lunga.rhai";

/// A folder of drafts with one in it: `bozza`, with its scripts.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&specs(), &folder.path().join("bozza/specs"));
        copy(&specs().join("../scripts"), &folder.path().join("bozza/scripts"));
        Self(folder)
    }

    /// The folder of drafts.
    pub fn root(&self) -> &Path {
        self.0.path()
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.0.path().join("bozza/specs").join(file)
    }

    pub fn with(self, file: &str, was: &str, now: &str) -> Self {
        let text = fs::read_to_string(self.path(file)).unwrap();
        assert!(text.contains(was), "{file} does not say `{was}`");
        fs::write(self.path(file), text.replacen(was, now, 1)).unwrap();
        self
    }

    pub fn library(&self) -> Arc<Library> {
        Arc::new(Library::open(&self.path("")).unwrap())
    }

    pub fn draft(&self) -> Draft {
        Draft::of(self.library()).unwrap_or_else(|_| panic!("{:?}", errors(&self.library())))
    }
}

pub fn counselling_is_due() -> Folder {
    Folder::new().with(
        E,
        "    testo: counseling\n    procedura:\n      obbligo: offerta\n",
        "    testo: counseling\n    procedura:\n      obbligo: dovuta\n",
    )
}

/// The term of sixty days of level B, made another.
pub fn direct_access(days: &str) -> Folder {
    Folder::new().with(B, "    entro: 60 giorni\n", &format!("    entro: {days}\n"))
}

const FROM_JULY: &str = "
lep: B
regione: lombardia
vigente: { dal: 2026-07-01 }
variazioni:
  - abbrevia: { termine: accesso-diretto, entro: 40 giorni, norma: { norma: esempio-dgr-lombardia-1, partizione: art. 1 } }
";

/// Lombardia makes the term of level B shorter from the 1st of July 2026 on.
pub fn from_july_on() -> Folder {
    let folder = Folder::new();
    fs::write(folder.path("regioni/lombardia/b-accesso.yaml"), FROM_JULY).unwrap();
    folder
}
