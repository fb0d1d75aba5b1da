// SPDX-License-Identifier: EUPL-1.2
//! The stories beside the levels: enough of them, all true, and none that would be true of anything.

#![cfg(test)]

use lepre::diagnostic::Severity;
use lepre::library::Library;
use lepre::rehearse::{play, play_national};
use lepre::spec::decode::{FactName, Id, Spanned};
use lepre::spec::folder::File;
use lepre::spec::scenario::{Conformity, ExpectedFinding, FindingKind, RefusalKind, Scenario, TermStateWord};

use crate::schema::specs;

/// Levels known word for word or nearly so, at the heart of a person's way: eight stories each; three for the others.
const AT_THE_HEART: [&str; 7] = ["E", "F1", "I", "Q", "B", "C", "D"];

fn library() -> Library {
    Library::open(&specs()).unwrap()
}

#[test]
fn the_real_specifications_have_no_errors() {
    let found = library().diagnostics();
    let errors: Vec<String> =
        found.iter().filter(|fault| fault.severity == Severity::Error).map(|fault| format!("{fault}")).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn every_level_has_enough_stories() {
    let library = library();
    assert_eq!(library.specs().levels.len(), 21);
    for file in &library.specs().levels {
        let letter = file.level.letter.value.0.as_str();
        let enough = if AT_THE_HEART.contains(&letter) { 8 } else { 3 };
        assert!(file.scenarios.len() >= enough, "{letter}: {}", file.scenarios.len());
        let mut names: Vec<&str> = file.scenarios.iter().map(|scenario| scenario.name.value.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), file.scenarios.len(), "{letter}: two stories with one name");
        for name in names {
            let sentence = name.split(' ').count() >= 5 && !name.ends_with('.');
            assert!(sentence && name.starts_with(|c: char| c.is_uppercase() || !c.is_alphabetic()), "{letter}: {name}");
        }
    }
}

#[test]
fn every_story_comes_out_as_written() {
    let library = library();
    let mut wrong: Vec<String> = Vec::new();
    let mut count = 0;
    for file in &library.specs().levels {
        for scenario in &file.scenarios {
            let rulebook = library.rulebook(&file.level.letter.value.0, None, scenario.on).unwrap();
            wrong.extend(
                play(&rulebook, scenario).faults.iter().map(|fault| format!("{}: {fault}", scenario.name.value)),
            );
            count += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 189, "{count}");
}

/// Every region's story, with the faults of both its outcomes.
fn both(library: &Library) -> Vec<(&Scenario, Vec<String>)> {
    let mut all = Vec::new();
    for file in &library.specs().overlays {
        let letter = file.overlay.letter.value.0.as_str();
        for scenario in &file.scenarios {
            let on = scenario.events[0].on;
            let own = library.rulebook(letter, file.folder.as_deref(), on).unwrap();
            let national = library.rulebook(letter, None, on).unwrap();
            let mut faults = play(&own, scenario).faults;
            faults.extend(play_national(&national, &own, scenario).unwrap().faults);
            all.push((scenario, faults.iter().map(ToString::to_string).collect()));
        }
    }
    all
}

/// Each with its outcome in the region and in the nation, and every region showing where the two part.
#[test]
fn every_regional_story_comes_out_as_written() {
    let library = library();
    let all = both(&library);
    let wrong: Vec<String> = all.iter().flat_map(|(_, faults)| faults.clone()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(all.len() >= 35, "{}", all.len());
    let yes = |expected: &lepre::spec::scenario::Expected, wanted: Conformity| {
        expected.conform.as_ref().is_some_and(|conform| conform.value == wanted)
    };
    for region in ["bolzano", "campania", "lombardia", "piemonte"] {
        let part = all.iter().any(|(scenario, _)| {
            scenario.place.file.starts_with(&format!("regioni/{region}/"))
                && yes(&scenario.expected, Conformity::No)
                && yes(scenario.national.as_ref().unwrap(), Conformity::Yes)
        });
        assert!(part, "{region}: no story that the decree accepts and the region does not");
    }
    // Nothing that the region finds compliant may be a breach for the decree.
    for (scenario, _) in &all {
        let national = scenario.national.as_ref().unwrap();
        assert!(!yes(&scenario.expected, Conformity::Yes) || !yes(national, Conformity::No), "{}", scenario.place);
    }
}

/// An invented reform makes a term longer, as only the State may; the floor of the regions moves with it.
#[test]
fn an_amendment_holds_from_its_day() {
    let mut files = Vec::new();
    for folder in ["catalogo", "decreto", "nazionale", "regioni/piemonte"] {
        for entry in std::fs::read_dir(specs().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap());
            // The script of E is not here, and E is not in question.
            if path.is_file() && !name.starts_with("regioni/piemonte/e-") {
                files.push(File { path: name.into(), bytes: std::fs::read(&path).unwrap().into() });
            }
        }
    }
    for name in ["b-riforma.yaml", "b-riforma.prove.yaml"] {
        let path = specs().with_file_name("tests").join("reform").join(name);
        files.push(File {
            path: format!("nazionale/modifiche/{name}").into(),
            bytes: std::fs::read(path).unwrap().into(),
        });
    }
    let library = Library::from_files(&specs(), files);
    let found = library.diagnostics();
    let errors: Vec<_> = found.iter().filter(|fault| fault.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let file = library.specs().amendments("B").next().unwrap();
    assert_eq!(file.scenarios.len(), 2);
    for scenario in &file.scenarios {
        let rulebook = library.rulebook("B", None, scenario.events[0].on).unwrap();
        assert_eq!(play(&rulebook, scenario).faults, Vec::new(), "{}", scenario.place);
    }
    let on = "2027-06-01".parse().unwrap();
    let regional = library.rulebook("B", Some("piemonte"), on).unwrap();
    let term = regional.terms.iter().find(|term| term.id == "accesso-diretto").unwrap();
    let lengths = (term.length.unwrap().to_string(), term.shortened.as_ref().unwrap().length.to_string());
    assert_eq!(lengths, ("90 giorni".to_owned(), "30 giorni".to_owned()));
}

/// Two administrations under one code of ISTAT: what Bolzano adds is not Trento's.
#[test]
fn trento_is_not_bolzano() {
    let library = library();
    let on = "2025-06-03".parse().unwrap();
    let titles = |region: &str| library.rulebook("E", Some(region), on).unwrap().translations.len();
    assert_eq!((titles("bolzano"), titles("trento")), (1, 0));
    let offices = &library.specs().region("bolzano").unwrap().region.offices.0;
    assert!(offices.iter().all(|office| office.value.other_name.is_some()));
}

/// A story that expects something else in one point; what was changed, and the story.
fn mutants(scenario: &Scenario) -> Vec<(&'static str, Scenario)> {
    let mut all: Vec<(&'static str, Scenario)> = Vec::new();
    let mut add = |what: &'static str, change: &dyn Fn(&mut Scenario)| {
        let mut changed = scenario.clone();
        change(&mut changed);
        all.push((what, changed));
    };
    let expected = &scenario.expected;
    let place = expected.place.clone();
    if expected.due.as_ref().is_some_and(|due| !due.is_empty()) {
        add("one duty fewer", &|s| _ = s.expected.due.as_mut().unwrap().pop());
        add("a duty that is said not to be one", &|s| {
            let duty = s.expected.due.as_ref().unwrap()[0].clone();
            s.expected.not_due.get_or_insert_default().push(duty);
        });
        add("a duty in the name of another norm", &|s| {
            let norm = Spanned { place: place.clone(), value: Id("codice-civile".into()) };
            s.expected.due.as_mut().unwrap()[0].norm = Some(norm);
        });
        add("a duty by another day", &|s| {
            let by = Spanned { place: place.clone(), value: s.on.add_days(5_000) };
            s.expected.due.as_mut().unwrap()[0].by = Some(by);
        });
    }
    if expected.not_due.as_ref().is_some_and(|list| !list.is_empty()) {
        add("what is not due becomes due", &|s| {
            let duty = s.expected.not_due.as_ref().unwrap()[0].clone();
            s.expected.due_too.get_or_insert_default().push(duty);
        });
    }
    if expected.due_too.as_ref().is_some_and(|list| !list.is_empty()) {
        add("what is due becomes not due", &|s| {
            let duty = s.expected.due_too.as_ref().unwrap()[0].clone();
            s.expected.not_due.get_or_insert_default().push(duty);
        });
    }
    if expected.registrations.as_ref().is_some_and(|list| !list.is_empty()) {
        add("one registration fewer", &|s| _ = s.expected.registrations.as_mut().unwrap().pop());
    }
    if expected.awaited.is_some() {
        add("one awaited fact more", &|s| {
            let fact = Spanned { place: place.clone(), value: FactName("mai_visto".into()) };
            s.expected.awaited.as_mut().unwrap().push(fact);
        });
    }
    if expected.parameters.is_some() {
        add("one parameter more", &|s| {
            let name = Spanned { place: place.clone(), value: Id("mai-visto".into()) };
            s.expected.parameters.as_mut().unwrap().push(name);
        });
    }
    if let Some(findings) = &expected.findings {
        if !findings.is_empty() {
            add("no finding", &|s| s.expected.findings = Some(Vec::new()));
        }
        add("one finding more", &|s| {
            let kind = Spanned { place: place.clone(), value: FindingKind::AfterClosing };
            let what = Some(Spanned { place: place.clone(), value: "mai-visto".into() });
            let finding = ExpectedFinding { place: place.clone(), kind, what, norm: None, gravity: None };
            s.expected.findings.as_mut().unwrap().push(finding);
        });
    }
    if let Some(conform) = &expected.conform {
        for other in Conformity::ALL.iter().filter(|other| **other != conform.value) {
            add("another verdict", &|s| s.expected.conform.as_mut().unwrap().value = *other);
        }
    }
    for (at, term) in expected.terms.iter().flatten().enumerate() {
        if let Some(state) = &term.state {
            let other = TermStateWord::ALL.iter().find(|other| **other != state.value).unwrap();
            add("another state of a term", &|s| {
                s.expected.terms.as_mut().unwrap()[at].state.as_mut().unwrap().value = *other;
            });
        }
        add("another last day", &|s| {
            let by = Spanned { place: place.clone(), value: s.on.add_days(5_000) };
            s.expected.terms.as_mut().unwrap()[at].by = Some(by);
        });
    }
    for (at, line) in scenario.events.iter().enumerate() {
        if let Some(refusal) = &line.refusal {
            add("a refusal that is not expected", &|s| s.events[at].refusal = None);
            // A command may be refused for several reasons: one that no command is ever refused for together with it.
            let never = if refusal.kind.value == RefusalKind::Open { RefusalKind::Closed } else { RefusalKind::Open };
            add("another refusal", &|s| s.events[at].refusal.as_mut().unwrap().kind.value = never);
        }
    }
    all
}

#[test]
fn every_story_can_fail() {
    let library = library();
    let mut wrong: Vec<String> = Vec::new();
    let mut count = 0;
    for file in &library.specs().levels {
        for scenario in &file.scenarios {
            let rulebook = library.rulebook(&file.level.letter.value.0, None, scenario.on).unwrap();
            let mutants = mutants(scenario);
            if mutants.is_empty() {
                wrong.push(format!("{}: nothing to change in `{}`", scenario.place, scenario.name.value));
            }
            for (what, mutant) in mutants {
                count += 1;
                if play(&rulebook, &mutant).passed() {
                    wrong.push(format!("{}: passes with {what}: `{}`", scenario.place, scenario.name.value));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 800, "{count}");
}
