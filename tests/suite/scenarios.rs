// SPDX-License-Identifier: EUPL-1.2
//! The stories beside the levels: enough of them, all true, and none that would be true of anything.

#![cfg(test)]

use lepre::diagnostic::Severity;
use lepre::library::Library;
use lepre::rehearse::play;
use lepre::spec::decode::{FactName, Id, Spanned};
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
