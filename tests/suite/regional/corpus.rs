// SPDX-License-Identifier: EUPL-1.2
//! One variation at a time over one level, compiled by itself: for the attempts at lowering and the legitimate ones.

use std::path::Path;

use lepre::compile::{NoRulebook, both};
use lepre::diagnostic::{Diagnostic, Severity};
use lepre::library::Library;
use lepre::rulebook::Rulebook;
use lepre::spec::folder::{self, File, Specs};

use super::fixture::{REGION, file, national};
use crate::engine::day;

pub const NORM: &str = "norma: { norma: esempio-dgr-1, partizione: art. 1 }";

/// The national specifications, with the region's own file for each of the given regions.
pub fn specs(regions: &[&str]) -> Specs {
    let mut files = national();
    for region in regions {
        let own = REGION.replace("piemonte", region);
        files.push(file(&format!("regioni/{region}/regione.yaml"), &own));
    }
    let (specs, faults) = folder::read(&files);
    assert_eq!(faults, []);
    specs
}

pub fn levels() -> Vec<Rulebook> {
    let library = Library::from_files(Path::new("specs"), national());
    let letters: Vec<String> = library.specs().levels.iter().map(|f| f.level.letter.value.0.clone()).collect();
    letters.iter().map(|letter| (*library.rulebook(letter, None, day("2024-06-01")).unwrap()).clone()).collect()
}

/// A variation file of one or more verbs.
pub fn variation(letter: &str, region: &str, verbs: &[String]) -> String {
    let verbs: Vec<String> = verbs.iter().map(|verb| format!("  - {verb}\n")).collect();
    format!("lep: {letter}\nregione: {region}\nvigente: {{ dal: 2024-01-01 }}\nvariazioni:\n{}", verbs.concat())
}

/// The errors of a level in a region with these files laid over it; empty when it makes a rulebook.
pub fn refused(specs: &Specs, letter: &str, region: &str, files: &[File]) -> Vec<Diagnostic> {
    let (added, mut faults) = folder::read(files);
    let mut all = specs.clone();
    all.overlays.extend(added.overlays);
    all.scripts.extend(added.scripts);
    if !added.regions.is_empty() {
        all.regions.retain(|kept| !added.regions.iter().any(|new| new.folder == kept.folder));
        all.regions.extend(added.regions);
    }
    if let Err(NoRulebook::Faulty(found)) = both(&all, letter, Some(region), day("2024-06-01")) {
        faults.extend(found);
    }
    faults.retain(|fault| fault.severity == Severity::Error && fault.code != "prova-mancante");
    faults
}
