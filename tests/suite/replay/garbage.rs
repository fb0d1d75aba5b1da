// SPDX-License-Identifier: EUPL-1.2
//! Any sequence of events folds, and every question about it has an answer.

use lepre::calendar::Day;
use lepre::engine::{
    Case, Command, Event, Question, access, agenda, apply, cause_words, decide, event_words, explain, finding_help,
    finding_words, findings, fold, fold_to, norm_link, norm_words, obligations,
};
use lepre::library::Library;
use lepre::rulebook::Rulebook;

use super::events::{any_day, any_event, text};
use super::{Dice, seed};
use crate::engine::{event, specs};
use crate::histories::{fixture::fixture, history};
use crate::reference::Law;

const SEQUENCES: usize = 6_000;

/// Every name the rulebook has, some it has not, and some that are no names.
fn names(rulebook: &Rulebook) -> Vec<String> {
    let items = rulebook.items.iter().map(|item| item.id.clone());
    let facts = rulebook.facts.iter().map(|fact| fact.name.clone());
    let codes = rulebook.codes.iter().map(|code| code.code.clone());
    let fields = rulebook.items.iter().flat_map(|item| item.evidence.fields.iter().map(|field| field.name.clone()));
    items.chain(facts).chain(codes).chain(fields).chain(["nessuno".into(), String::new(), "A".into()]).collect()
}

/// Asks everything that can be asked of a case; returns how many answers there were.
fn ask_everything(rulebook: &Rulebook, case: &Case, on: Day) -> usize {
    let agenda = agenda(rulebook, case, on);
    let mut answers = agenda.duties.len() + obligations(rulebook, case).len();
    for duty in &agenda.duties {
        answers += cause_words(rulebook, case, &duty.cause).len();
    }
    _ = access(rulebook, case);
    for finding in findings(rulebook, case, on).findings {
        let norm = finding.norm(rulebook, case);
        assert!(!norm_words(rulebook, &norm).is_empty());
        _ = (norm_link(rulebook, &norm), finding.place(rulebook), finding.subject(rulebook));
        let words = finding_words(rulebook, case, &finding);
        assert!(!words.is_empty() && !finding_help(rulebook, case, &finding).is_empty());
        answers += 1;
    }
    let items = (0..).take(rulebook.items.len()).map(Question::Item);
    let terms = (0..).take(rulebook.terms.len()).map(Question::Term);
    for question in items.chain(terms) {
        let tree = explain(rulebook, case, on, question).unwrap();
        assert!(!tree.sentence.is_empty() && tree.norm.is_some() && tree.place.is_some());
        answers += tree.because.len();
    }
    answers
}

#[test]
fn any_sequence_folds_and_answers_every_question() {
    let mut dice = Dice(seed());
    let (folder, _) = fixture();
    let mut rulebooks: Vec<Rulebook> = Vec::new();
    for root in [specs().as_path(), folder.path()] {
        let library = Library::open(root).unwrap();
        let letters = library.specs().levels.iter().map(|file| file.level.letter.value.0.clone());
        rulebooks.extend(letters.map(|letter| lepre::compile::draft(library.specs(), &letter).unwrap()));
    }
    for _ in 0..SEQUENCES {
        let rulebook = dice.pick(&rulebooks);
        let names = names(rulebook);
        let mut name = |dice: &mut Dice| if dice.chance(95) { dice.pick(&names).clone() } else { text(dice) };
        let events: Vec<Event> = (0..dice.below(25)).map(|_| any_event(&mut dice, &mut name)).collect();
        plays(&mut dice, rulebook, events);
    }
}

/// A lawful history among whose events anything may fall.
#[test]
fn a_history_with_anything_in_it_folds_and_answers_every_question() {
    let mut dice = Dice(seed());
    let law = Law::read(&specs());
    let library = Library::open(&specs()).unwrap();
    for _ in 0..SEQUENCES / 4 {
        let (level, events, _) = history(dice.roll(), &law);
        let rulebook = lepre::compile::draft(library.specs(), &level).unwrap();
        let names = names(&rulebook);
        let mut events: Vec<Event> = events.into_iter().map(event).collect();
        for _ in 0..1 + dice.below(6) {
            let mut name = |dice: &mut Dice| dice.pick(&names).clone();
            let stray = any_event(&mut dice, &mut name);
            let at = dice.below(events.len() + 1);
            events.insert(at, stray);
        }
        plays(&mut dice, &rulebook, events);
    }
}

fn plays(dice: &mut Dice, rulebook: &Rulebook, events: Vec<Event>) {
    let (on, today) = (any_day(dice), any_day(dice));
    let case = fold(rulebook, &events);
    assert_eq!(case.sequence() as usize, events.len());
    assert_eq!(fold(rulebook, &events), case);
    ask_everything(rulebook, &case, on);
    ask_everything(rulebook, &fold_to(rulebook, &events, on), on);
    let mut lived = Case::new(rulebook);
    for event in &events {
        assert!(!event_words(event).is_empty());
        if let Err(refusals) = decide(rulebook, &lived, &Command::Record(event.clone()), today) {
            assert!(!refusals.is_empty() && refusals.iter().all(|r| !r.message.is_empty() && !r.help.is_empty()));
        }
        apply(&mut lived, rulebook, event);
    }
    assert_eq!(lived, case);
}
