// SPDX-License-Identifier: EUPL-1.2
//! Why: an answer as a tree of sentences, each with its norm, its place in the specification, its events and facts.
//!
//! It tells what was evaluated and rejected too: why an item is *not* due, why a term does *not* run.

use crate::calendar::{Calendar, Day, Due, Unit, due_day, explain_due};
use crate::condition::Condition;
use crate::diagnostic::Place;
use crate::rulebook::{Bound, Citation, ItemIndex, ItemKind, Obligation, Rule, Rulebook, Start, Term};
use crate::spec::level::Party;
use crate::spec::scenario::TermStateWord;
use crate::value::Truth;

use super::agenda::{Cause, cause};
use super::case::Case;
use super::standing::TermStanding;
use super::standing::{duty_norm, obligations, registration_owed, term_norm, term_standing};
use super::words::{agreed, cause_words, item_name, standing_words, term_words};

/// One sentence of an explanation, and the sentences it rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    pub sentence: String,
    pub norm: Option<Citation>,
    pub place: Option<Place>,
    /// Numbers of the events it rests on.
    pub events: Vec<u32>,
    /// Names of the facts it read.
    pub facts: Vec<String>,
    pub because: Vec<Explanation>,
}

impl Explanation {
    fn new(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), ..Self::default() }
    }
}

/// What is to be explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    Item(ItemIndex),
    /// A term, by position.
    Term(u16),
}

/// Explains an item or a term of a case, looked at on a day; `None` when the rulebook has no such thing.
pub fn explain(rulebook: &Rulebook, case: &Case, on: Day, question: Question) -> Option<Explanation> {
    match question {
        Question::Item(index) => item(rulebook, case, on, index),
        Question::Term(position) => rulebook.terms.get(usize::from(position)).map(|t| term(rulebook, case, on, t)),
    }
}

fn item(rulebook: &Rulebook, case: &Case, on: Day, index: ItemIndex) -> Option<Explanation> {
    let (item, state) = (rulebook.item(index)?, case.item(index)?);
    let due = obligations(rulebook, case).get(usize::from(index)).copied()?;
    let name = item_name(rulebook, index);
    let done = state.count >= item.times;
    let (owed, made) = (agreed("dovut", item.kind), agreed("fatt", item.kind));
    let mut root = Explanation::new(match (due, done) {
        (Truth::True, true) => format!("{name}: {owed} e {made}"),
        (Truth::False, true) => format!("{name}: {made}, anche se non {owed}"),
        (Truth::NotKnown, true) => format!("{name}: {made}; non si sa se era {owed}"),
        (Truth::True, false) => format!("{name}: {owed} e non ancora {made}"),
        (Truth::False, false) => format!("{name}: non {owed}"),
        (Truth::NotKnown, false) => format!("{name}: non si sa ancora se è {owed}"),
    });
    let raised = duty_norm(rulebook, case, index).filter(|_| due.is_true());
    root.norm = Some(raised.unwrap_or(&item.norm).clone());
    root.place = Some(item.place.clone());
    root.events.extend(state.first.map(|mark| mark.sequence));
    root.because.push(why_due(rulebook, case, index, due));
    root.because.extend(variations(rulebook, &item.id));
    if let Some(reason) = &item.reason {
        root.because.push(Explanation::new(format!("lettura della procedura: {reason}")));
    }
    if item.times > 1 {
        root.because.push(Explanation::new(format!("va completata {} volte: finora {}", item.times, state.count)));
    }
    for before in item.prerequisites() {
        let name = item_name(rulebook, before.index);
        let first = case.first(before.index);
        let mut line = Explanation::new(match (first, state.first) {
            (None, _) => format!("viene dopo {name}, che non c'è ancora"),
            (Some(b), Some(x)) if case.comes_late(Some(b), x) => {
                format!("viene dopo {name}, che però è del {}: ordine sbagliato", b.on)
            }
            (Some(b), _) => format!("viene dopo {name}, del {}", b.on),
        });
        line.events.extend(first.map(|mark| mark.sequence));
        root.because.push(line);
    }
    for t in &rulebook.terms {
        let on_item = match &t.target {
            crate::rulebook::Target::Done(r) | crate::rulebook::Target::Started(r) => r.index == index,
            crate::rulebook::Target::Closing => false,
        };
        if on_item {
            root.because.push(term(rulebook, case, on, t));
        }
    }
    if let Some(registration) = &item.registration {
        let codes = registration.codes.join(" oppure ");
        let mut line = Explanation::new(match (state.registered, registration_owed(rulebook, case, index)) {
            (Some(mark), _) => format!("registrazione {codes}: fatta il {}", mark.on),
            (None, Truth::True) => format!("registrazione {codes}: dovuta e non ancora fatta"),
            (None, Truth::NotKnown) => format!("registrazione {codes}: non si sa se è dovuta"),
            (None, Truth::False) => format!("registrazione {codes}: non dovuta adesso"),
        });
        line.place = Some(registration.place.clone());
        line.events.extend(state.registered.map(|mark| mark.sequence));
        line.because.extend(registration.when.as_ref().map(|rule| condition(rulebook, case, rule)));
        root.because.push(line);
    }
    Some(root)
}

fn why_due(rulebook: &Rulebook, case: &Case, index: ItemIndex, due: Truth) -> Explanation {
    let item = rulebook.item(index);
    let obligation = item.map(|item| &item.obligation);
    let kind = item.map_or(ItemKind::Activity, |item| item.kind);
    if due.is_true() {
        let cause = cause(rulebook, case, index);
        let owed = agreed("dovut", kind);
        let mut line = Explanation::new(format!("è {owed} {}", cause_words(rulebook, case, &cause)));
        match (&cause, obligation) {
            (Cause::Condition(_), Some(Obligation::When(rule))) => line.because.push(condition(rulebook, case, rule)),
            (Cause::Outputs(outputs), _) => line.because.extend(outputs.iter().map(|o| supported(rulebook, case, *o))),
            _ => {}
        }
        return line;
    }
    let mut line = match obligation {
        Some(Obligation::When(rule)) => {
            let mut line = Explanation::new("dipende da una condizione");
            line.because.push(condition(rulebook, case, rule));
            line
        }
        Some(Obligation::Offered) => {
            let it = agreed("l", kind);
            Explanation::new(format!("il livello {it} offre: la pratica può farne a meno"))
        }
        _ => {
            let owed = agreed("dovut", kind);
            Explanation::new(format!("sarebbe {owed} solo se fosse dovuto un output che ne nasce"))
        }
    };
    let outputs = rulebook.links.supports.get(usize::from(index)).into_iter().flatten();
    line.because.extend(outputs.map(|output| supported(rulebook, case, *output)));
    line
}

/// An output that rests on the activity being explained: is it due, and why.
fn supported(rulebook: &Rulebook, case: &Case, output: ItemIndex) -> Explanation {
    let due = obligations(rulebook, case).get(usize::from(output)).copied().unwrap_or(Truth::False);
    let name = item_name(rulebook, output);
    let mut line = Explanation::new(match due {
        Truth::True => {
            format!("ne nasce {name}, dovuto {}", cause_words(rulebook, case, &cause(rulebook, case, output)))
        }
        Truth::False => format!("ne nasce {name}, che non è dovuto"),
        Truth::NotKnown => format!("ne nasce {name}, di cui non si sa se è dovuto"),
    });
    if let Some(item) = rulebook.item(output) {
        line.norm = Some(item.norm.clone());
        line.place = Some(item.place.clone());
        if let Obligation::When(rule) = &item.obligation {
            line.because.push(condition(rulebook, case, rule));
        }
    }
    line
}

/// A condition, and each of its parts with the value it read.
fn condition(rulebook: &Rulebook, case: &Case, rule: &Rule) -> Explanation {
    let mut line = parts(rulebook, case, &rule.condition);
    line.place = Some(rule.place.clone());
    line
}

fn parts(rulebook: &Rulebook, case: &Case, condition: &Condition) -> Explanation {
    let name = |slot| rulebook.fact(slot).map(|f| f.name.clone()).unwrap_or_default();
    let text = condition.text(&name);
    let answer = match condition.evaluate(&case.facts) {
        Truth::True => "vale",
        Truth::False => "non vale",
        Truth::NotKnown => "non si sa",
    };
    match condition {
        Condition::And(all) | Condition::Or(all) => {
            let mut line = Explanation::new(format!("`{text}`: {answer}"));
            line.because.extend(all.iter().map(|part| parts(rulebook, case, part)));
            line
        }
        _ => {
            let mut line = Explanation::new(String::new());
            let mut read: Vec<String> = Vec::new();
            condition.facts(&mut |slot| {
                let value = case.facts.get(usize::from(slot)).and_then(Option::as_ref);
                read.push(match value {
                    Some(value) => format!("`{}` è {value}", name(slot)),
                    None => format!("`{}` non è noto", name(slot)),
                });
                line.facts.push(name(slot));
                line.events.extend(case.fact_marks.get(usize::from(slot)).copied().flatten().map(|mark| mark.sequence));
            });
            line.sentence = format!("`{text}`: {answer}, perché {}", read.join(", "));
            line
        }
    }
}

fn term(rulebook: &Rulebook, case: &Case, on: Day, term: &Term) -> Explanation {
    let standing = term_standing(rulebook, case, term, on);
    let words = match standing.applies {
        Truth::True => standing_words(term, &standing),
        Truth::False => "non si applica a questa pratica".to_owned(),
        Truth::NotKnown => "non si sa se si applica".to_owned(),
    };
    let mut root = Explanation::new(format!("termine `{}`: {words}", term.id));
    root.norm = Some(term_norm(case, term, &standing).clone());
    root.place = Some(term.place.clone());
    root.because.push(Explanation::new(term_words(rulebook, term)));
    root.because.extend(variations(rulebook, &term.id));
    for spoken in case.words.shortened.iter().filter(|spoken| spoken.term == term.index) {
        let words = format!("uno script della regione lo abbrevia a {}, detto dal {}", spoken.length, spoken.since);
        let mut line = Explanation::new(words);
        line.norm = Some(spoken.norm.clone());
        root.because.push(line);
    }
    if let Some(rule) = &term.when {
        root.because.push(condition(rulebook, case, rule));
    }
    // Where the term does not apply, what it would be counted from says nothing.
    if standing.applies.is_true() {
        root.because.push(count(rulebook, case, term, &standing));
    }
    if let Some(met) = standing.met {
        let mut line = Explanation::new(format!("avvenuto il {}", met.on));
        line.events.push(met.sequence);
        root.because.push(line);
    }
    if let (Some(effect), TermStateWord::Broken) = (&term.effect, standing.state) {
        root.because.push(Explanation::new(format!("effetto: {effect}")));
    }
    if let Some(reason) = &term.reason {
        root.because.push(Explanation::new(format!("lettura della procedura: {reason}")));
    }
    root
}

/// What amendments and region say of an item or a term, each with its act.
fn variations(rulebook: &Rulebook, subject: &str) -> Vec<Explanation> {
    let lines = rulebook.variations_of(subject).map(|variation| {
        let mut line = Explanation::new(format!("{}: {}", variation.voice.word(), variation.words));
        line.norm = Some(variation.norm.clone());
        line.place = Some(variation.place.clone());
        line
    });
    lines.collect()
}

/// From what day a term is counted and how, or what is missing to count it.
fn count(rulebook: &Rulebook, case: &Case, term: &Term, standing: &TermStanding) -> Explanation {
    let Some(base) = standing.base else { return no_base(rulebook, term) };
    let length = standing.length.or(term.length);
    let hours = length.is_some_and(|length| length.unit == Unit::Hours);
    let mut line = match base.time.filter(|_| hours) {
        Some(time) => Explanation::new(format!("si conta dal {}, ore {time}", base.on)),
        None if hours => Explanation::new(format!("si conta dal {}, di cui non si conosce l'ora", base.on)),
        None => Explanation::new(format!("si conta dal {}, giorno che non entra nel conto", base.on)),
    };
    line.events.extend(Some(base.sequence).filter(|sequence| *sequence > 0));
    if let Start::Fact(fact) = &term.start {
        line.facts.push(fact.name.clone());
    }
    let roll = term.roll && term.bound == Bound::Within;
    // The calendar that gave the last day: the office's own, where it leaves more time to whom it serves.
    let local = (term.who != Party::Office && term.bound == Bound::Within)
        .then(|| rulebook.local_calendar(case.office))
        .flatten();
    let decides = |calendar: &&Calendar| {
        let due = length.map(|length| due_day(calendar, base.on, length, roll, &case.suspensions));
        matches!(due, Some(Ok(Due::On(day))) if Some(day) == standing.due)
    };
    match (length, local.filter(decides).or(rulebook.calendar()), &term.parameter) {
        (Some(length), Some(calendar), _) if !hours => {
            match explain_due(calendar, base.on, length, roll, &case.suspensions) {
                Ok(steps) => {
                    // The first step says again from what day.
                    line.because.extend(steps.iter().skip(1).map(|step| Explanation::new(step.to_string())));
                }
                Err(why) => line.because.push(Explanation::new(why.to_string())),
            }
        }
        (None, _, Some(parameter)) => {
            let told = rulebook.parameters.iter().find(|known| known.id == *parameter);
            let mut missing = Explanation::new(format!("la regione non ha fissato `{parameter}`"));
            missing.norm = told.map(|known| known.norm.clone());
            line.because.push(missing);
        }
        _ => {}
    }
    line
}

fn no_base(rulebook: &Rulebook, term: &Term) -> Explanation {
    match &term.start {
        Start::Fact(fact) => {
            let mut line = Explanation::new(format!("manca il giorno da cui contare: `{}` non è noto", fact.name));
            line.facts.push(fact.name.clone());
            line
        }
        Start::Done(item) => {
            Explanation::new(format!("si conta da {}, che non c'è ancora", item_name(rulebook, item.index)))
        }
        Start::Started(item) => {
            let name = item_name(rulebook, item.index);
            Explanation::new(format!("si conta dall'inizio di {name}, che non c'è ancora"))
        }
        Start::Opening => Explanation::new("si conta dall'apertura, che non c'è"),
    }
}
