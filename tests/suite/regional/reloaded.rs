// SPDX-License-Identifier: EUPL-1.2
//! A folder that changes while it is in use: what has faults is told, and the last sound law goes on serving.

use std::sync::Arc;

use lepre::compile::NoRulebook;
use lepre::library::Library;

use super::fixture::{SCRIPT, VARIATION, errors, file, files, library};
use crate::engine::day;

fn digest(library: &Library, region: Option<&str>) -> String {
    library.rulebook("E", region, day("2024-06-01")).unwrap().digest().to_string()
}

#[test]
fn the_last_sound_rulebook_goes_on_serving() {
    let sound = library(VARIATION, SCRIPT);
    assert_eq!(errors(&sound), Vec::<String>::new());
    let regional = digest(&sound, Some("piemonte"));
    // A script that stops, a verb that lowers, a file that is no YAML: each refused, none loses the law in force.
    let lowering = VARIATION.replace("entro: 30 giorni, da: apertura", "almeno: 30 giorni, da: apertura");
    for (variation, script) in [
        (VARIATION, "fn varia(dati) { 1 / 0 }"),
        (VARIATION, "fn varia("),
        (lowering.as_str(), SCRIPT),
        ("lep: [", SCRIPT),
    ] {
        let broken = sound.reload_from(files(variation, script));
        assert!(!errors(&broken).is_empty(), "{variation}{script}");
        assert_eq!(digest(&broken, Some("piemonte")), regional);
        // Alone, it has nothing to fall back on.
        let alone = library(variation, script);
        let no = alone.rulebook("E", Some("piemonte"), day("2024-06-01"));
        assert!(matches!(no, Err(NoRulebook::Faulty(_))), "{variation}{script}");
        // Other regions and the nation are not touched.
        assert!(alone.rulebook("E", None, day("2024-06-01")).is_ok());
        assert!(alone.rulebook("E", Some("lazio"), day("2024-06-01")).is_ok());
        // Broken twice, mended at last.
        let again = Arc::new(broken).reload_from(files("lep: {", SCRIPT));
        assert_eq!(digest(&again, Some("piemonte")), regional);
        let mended = Arc::new(again).reload_from(files(&VARIATION.replace("30 giorni", "25 giorni"), SCRIPT));
        assert_eq!(errors(&mended), Vec::<String>::new());
        assert_ne!(digest(&mended, Some("piemonte")), regional);
    }
}

#[test]
fn a_change_is_seen_whatever_file_it_is_in() {
    let sound = library(VARIATION, SCRIPT);
    assert_eq!(errors(&sound), Vec::<String>::new());
    let mut all = files(VARIATION, SCRIPT);
    all.retain(|f| *f.path != *"nazionale/e-orientamento-specialistico.yaml");
    let text = files(VARIATION, SCRIPT)
        .iter()
        .find(|f| *f.path == *"nazionale/e-orientamento-specialistico.yaml")
        .map(|f| String::from_utf8(f.bytes.to_vec()).unwrap())
        .unwrap();
    // The national level gains a term of the same name as the region's: the region's proof is made again.
    let term = "termini:\n  primo-colloquio:\n    che: colloquio\n    entro: 40 giorni\n    da: apertura\n    chi: cpi\n    \
                norma: { norma: dlgs-150-2015 }\n";
    let renamed = format!("{text}\n{term}");
    all.push(file("nazionale/e-orientamento-specialistico.yaml", &renamed));
    let changed = sound.reload_from(all);
    assert!(errors(&changed).iter().any(|e| e.contains("nome-preso")), "{:?}", errors(&changed));
}

#[test]
fn an_amendment_that_does_not_read_stops_the_levels_it_may_be_of() {
    for (name, stopped) in [("e-riforma.yaml", true), ("d-riforma.yaml", false), ("riforma.yaml", true)] {
        let mut all = files(VARIATION, SCRIPT);
        all.push(file(&format!("nazionale/modifiche/{name}"), "lep: ["));
        let library = Library::from_files(std::path::Path::new("specs"), all);
        for region in [None, Some("piemonte")] {
            let no = library.rulebook("E", region, day("2024-06-01")).is_err();
            assert_eq!(no, stopped, "{name} {region:?}");
        }
    }
}
