// SPDX-License-Identifier: EUPL-1.2
//! A bounded exhaustive walk over the histories of a level: is one that the region takes for compliant ever one that the
//! decree does not?
//!
//! A verdict is a conjunction of local answers (one item, one term, access), so the walk goes, for every state of the facts
//! that one of them asks, from a history barely compliant in the region to every history that differs from it in that
//! place. Each is judged by the engine, under both rulebooks; nothing here judges by itself.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::calendar::{Calendar, Day};
use crate::engine::{Case, Event, Mark, PriorItem, findings, fold, obligations, term_standing};
use crate::rulebook::{Rulebook, Start, Target, Term};
use crate::spec::level::Party;
use crate::spec::scenario::{Conformity, FindingKind, Gravity};
use crate::value::{Datum, Truth, Value};

use super::build::{Builder, Lay, Node, Setting};
use super::facts::{Axis, FactTable, Facts, combination, combinations, is_of_the_served};
use super::plan::Plan;
use super::project::project;
use super::sides::{Sides, Subject};
use super::{Bound, Kind};

/// How many states of the other facts are tried beside each state of those in question.
const FILLS: usize = 48;
/// Years of openings searched for a day on which a term ends differently.
const YEARS: i32 = 3;

/// A history that shows a breach, before it is made small.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub kind: Kind,
    pub events: Vec<Event>,
    pub on: Day,
}

#[derive(Debug, Default)]
pub(super) struct Walked {
    pub found: Option<Found>,
    pub histories: usize,
    pub valuations: usize,
    /// What the bound has left out, in words.
    pub left_out: BTreeSet<String>,
    /// What nobody could look at.
    pub cannot: Option<String>,
}

/// Why the walk ends before its end.
pub(super) enum Halt {
    Found,
    Spent,
}

pub(super) type Step = ControlFlow<Halt>;

pub(super) struct Walker<'s, 'a> {
    pub sides: &'s Sides<'a>,
    pub names: Vec<Arc<str>>,
    pub table: FactTable,
    pub bound: Bound,
    pub walked: Walked,
    /// Every fact that anything asks, each with its states.
    pub all: Vec<Axis>,
    pub span: i32,
    /// Region and decree of the last history tried.
    pub last: Conformity,
    has_local_holidays: bool,
}

pub(super) fn walk(sides: &Sides<'_>, bound: Bound) -> Walked {
    let (n, r) = (sides.national, sides.regional);
    let mut walker = Walker {
        sides,
        names: sides.items.iter().map(|pair| pair.name.clone()).collect(),
        table: FactTable::new(n, r),
        bound,
        walked: Walked::default(),
        all: Vec::new(),
        span: span(n).max(span(r)),
        last: Conformity::No,
        has_local_holidays: !r.local_holidays.is_empty() || r.offices.iter().any(|o| !o.holidays.is_empty()),
    };
    if walker.has_local_holidays {
        walker.walked.left_out.insert(
            "dove ci sono feste locali, che un termine di chi è servito sia allungato si vede solo dalla struttura"
                .into(),
        );
    }
    let subjects: Vec<Subject> =
        if bound.everything { sides.everything() } else { sides.changed.iter().copied().collect() };
    walker.run(&subjects);
    walker.walked
}

/// Days that hold every term of the level, one after the other, with room.
fn span(rulebook: &Rulebook) -> i32 {
    let days = |length: &crate::calendar::Length| i32::try_from(length.most_days()).unwrap_or(i32::MAX);
    let longest = rulebook.terms.iter().filter_map(|term| term.length.as_ref()).map(days).max().unwrap_or(0);
    longest.saturating_add(90).min(4000)
}

/// A day on which the level can be opened: the first Wednesday from the start of its period.
pub(super) fn opening_day(rulebook: &Rulebook) -> Day {
    let calendar = rulebook.calendar().map(Calendar::rules);
    let first = rulebook.from.or(calendar.map(|rules| rules.valid_from)).unwrap_or(Day::MIN);
    let first = calendar.map_or(first, |rules| first.max(rules.valid_from));
    let fits = |day: &Day| rulebook.to.is_none_or(|to| *day <= to);
    let near = (0..7).map(|n| first.add_days(n)).find(|day| day.weekday() == crate::calendar::Weekday::Wednesday);
    near.filter(fits).unwrap_or(first)
}

impl<'a> Walker<'_, 'a> {
    pub fn regional(&self) -> Builder<'_, 'a> {
        Builder { sides: self.sides, is_national: false }
    }

    pub fn national(&self) -> Builder<'_, 'a> {
        Builder { sides: self.sides, is_national: true }
    }

    fn run(&mut self, subjects: &[Subject]) {
        let opening = opening_day(self.sides.regional);
        let mut all: Vec<Axis> = Vec::new();
        for subject in self.sides.everything() {
            let Some(axes) = self.table.axes(self.sides, &[subject], &days(opening)) else {
                self.walked.cannot =
                    Some(format!("{} ha troppi casi da provare uno a uno", self.subject_words(subject)));
                return;
            };
            for axis in axes {
                match all.iter_mut().find(|known| known.name == axis.name) {
                    Some(known) => {
                        let new: Vec<_> = axis.states.into_iter().filter(|s| !known.states.contains(s)).collect();
                        known.states.extend(new);
                    }
                    None => all.push(axis),
                }
            }
        }
        self.all = all;
        let mut ended = ControlFlow::Continue(());
        for subject in subjects {
            ended = self.visit(*subject, opening);
            if ended.is_break() {
                break;
            }
        }
        if ended.is_continue() && self.bound.everything {
            ended = self.widely(opening);
        }
        if matches!(ended, ControlFlow::Break(Halt::Spent)) {
            let words = format!("oltre {} storie non se ne provano altre", self.bound.histories);
            self.walked.left_out.insert(words);
        }
    }

    fn subject_words(&self, subject: Subject) -> String {
        match subject {
            Subject::Whole => "il livello nel suo insieme".to_owned(),
            Subject::Item(at) => format!("`{}`", self.names.get(at).map_or("?", |name| name)),
            Subject::Term(at) => format!("il termine `{}`", self.sides.terms.get(at).map_or("?", |name| name)),
        }
    }

    /// Every state of the facts that the subject asks, every deviation in its place.
    fn visit(&mut self, subject: Subject, opening: Day) -> Step {
        for opening in self.openings(subject, opening) {
            let Some(axes) = self.table.axes(self.sides, &[subject], &days(opening)) else { continue };
            let many = combinations(&axes);
            if many > self.bound.valuations {
                let words = format!(
                    "di {} si provano {} stati dei dati su {many}",
                    self.subject_words(subject),
                    self.bound.valuations
                );
                self.walked.left_out.insert(words);
            }
            let rest: Vec<Axis> = self.rest(&axes, opening);
            // Spread over all of them, where not all are tried.
            let stride = many.div_ceil(self.bound.valuations).max(1);
            let mut seen: BTreeSet<Signature> = BTreeSet::new();
            for number in (0..many).step_by(stride) {
                let facts = combination(&axes, number);
                // In a quick walk, of the states that are the same to both rulebooks one is enough.
                if !self.bound.everything && !seen.insert(self.signature(&facts, opening)) {
                    continue;
                }
                for fill in self.fills(&facts, &rest, opening) {
                    let all: Facts = facts.iter().cloned().chain(fill).collect();
                    self.walked.valuations += 1;
                    self.around(subject, &all, opening)?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Everything that the facts decide, on either side: what is due, which terms run and from when, what is registered,
    /// who may enter.
    fn signature(&self, facts: &Facts, opening: Day) -> Signature {
        let setting = self.setting(facts, opening);
        let plan = Plan::opened(opening, setting.dossier, setting.facts);
        let mut truths: Vec<Truth> = Vec::new();
        let mut dates: Vec<Option<Day>> = Vec::new();
        for (rulebook, case) in
            [(self.sides.national, self.national().opened(&plan)), (self.sides.regional, self.regional().opened(&plan))]
        {
            truths.extend(obligations(rulebook, &case));
            truths.push(crate::engine::access(rulebook, &case));
            let registrations = rulebook.items.iter().filter_map(|item| item.registration.as_ref()?.when.as_ref());
            truths.extend(registrations.map(|rule| rule.condition.evaluate(&case.facts)));
            for term in &rulebook.terms {
                truths.push(term.when.as_ref().map_or(Truth::True, |rule| rule.condition.evaluate(&case.facts)));
                if let Start::Fact(fact) = &term.start {
                    dates.push(match case.facts.get(usize::from(fact.index)) {
                        Some(Some(Value::Date(day))) => Some(*day),
                        _ => None,
                    });
                }
            }
        }
        (truths, dates)
    }

    fn rest(&self, axes: &[Axis], opening: Day) -> Vec<Axis> {
        let others = self.all.iter().filter(|axis| !axes.iter().any(|known| known.name == axis.name));
        let usual = opening_day(self.sides.regional);
        let moved = |axis: &Axis| {
            let moved = |state: &Option<Datum>| match state {
                Some(Datum::Text(text)) => match text.parse::<Day>() {
                    Ok(day) if days(usual).contains(&day) => {
                        Some(Datum::Text(day.add_days(opening.number() - usual.number()).to_string().into()))
                    }
                    _ => state.clone(),
                },
                _ => state.clone(),
            };
            Axis { name: axis.name.clone(), states: axis.states.iter().map(moved).collect() }
        };
        others.map(moved).collect()
    }

    /// States of the other facts, those under which the region asks least first.
    fn fills(&self, facts: &Facts, rest: &[Axis], opening: Day) -> Vec<Facts> {
        let many = combinations(rest);
        let mut candidates: Vec<Facts> = Vec::new();
        if many <= FILLS {
            candidates.extend((0..many).map(|number| combination(rest, number)));
        } else {
            let first = combination(rest, 0);
            candidates.push(first.clone());
            for (at, axis) in rest.iter().enumerate() {
                for state in axis.states.iter().skip(1) {
                    let mut other = first.clone();
                    if let Some(place) = other.get_mut(at) {
                        place.1.clone_from(state);
                    }
                    candidates.push(other);
                }
            }
        }
        let mut case = self.unknown(opening);
        let mut weighed: Vec<(Weight, Facts)> =
            candidates.into_iter().map(|fill| (self.weight(&mut case, facts.iter().chain(&fill)), fill)).collect();
        weighed.sort_by_key(|(weight, _)| *weight);
        // The weakest, and the one that asks most.
        let most = weighed.iter().rposition(|(weight, _)| weight.0 == 0).unwrap_or(0);
        let kept = if self.bound.everything { 3 } else { 1 };
        let chosen = weighed.into_iter().enumerate().filter(|(at, _)| *at < kept || *at == most);
        chosen.map(|(_, (_, fill))| fill).collect()
    }

    /// What is not known, what is due, which terms run: in the region, right after the opening.
    fn weight<'f>(&self, case: &mut Case, facts: impl Iterator<Item = &'f (Arc<str>, Option<Datum>)>) -> Weight {
        let r = self.sides.regional;
        case.facts.iter_mut().for_each(|value| *value = None);
        for (name, datum) in facts {
            let Some(slot) = r.fact_slot(name) else { continue };
            let value = r.fact(slot).zip(datum.as_ref()).and_then(|(fact, datum)| fact.accepts(datum));
            if let Some(place) = case.facts.get_mut(usize::from(slot)) {
                *place = value;
            }
        }
        let due = obligations(r, case);
        let count = |wanted: Truth| due.iter().filter(|due| **due == wanted).count();
        let when = |term: &Term| term.when.as_ref().map_or(Truth::True, |rule| rule.condition.evaluate(&case.facts));
        let applies: Vec<Truth> = r.terms.iter().map(when).collect();
        let based = |term: &Term| match &term.start {
            Start::Fact(fact) => case.facts.get(usize::from(fact.index)).is_some_and(Option::is_some),
            _ => true,
        };
        let open = r
            .terms
            .iter()
            .zip(&applies)
            .filter(|(term, a)| **a == Truth::NotKnown || (**a == Truth::True && !based(term)));
        let unknown =
            count(Truth::NotKnown) + open.count() + usize::from(crate::engine::access(r, case) != Truth::True);
        (unknown, count(Truth::True), applies.iter().filter(|a| **a == Truth::True).count())
    }

    /// The case as the region opens it, with everything in its dossier and nothing known.
    fn unknown(&self, opening: Day) -> Case {
        let setting = self.setting(&Vec::new(), opening);
        let plan = Plan::opened(opening, setting.dossier, setting.facts);
        self.regional().opened(&plan)
    }

    pub fn setting(&self, facts: &Facts, opening: Day) -> Setting {
        Setting { opening, office: None, dossier: self.dossier(opening), facts: facts.clone(), span: self.span }
    }

    /// Everything that either side requires in the dossier.
    pub fn dossier(&self, opening: Day) -> Vec<PriorItem> {
        let both = [&self.sides.national.access, &self.sides.regional.access];
        let mut prior: Vec<PriorItem> = Vec::new();
        for required in both.into_iter().flatten().flat_map(|access| &access.requires) {
            let item = PriorItem {
                level: required.level.as_str().into(),
                item: required.item.as_str().into(),
                on: opening.add_days(-1),
            };
            if !prior.contains(&item) {
                prior.push(item);
            }
        }
        prior
    }

    /// The days on which it is worth opening: the usual one, and those on which a term ends differently.
    fn openings(&self, subject: Subject, usual: Day) -> Vec<Day> {
        let mut openings = vec![usual];
        match subject {
            Subject::Term(at) => {
                if let (Some(n), Some(r)) = (self.sides.n_term(at), self.sides.r_term(at)) {
                    openings.extend(self.apart(n, r, usual));
                }
            }
            Subject::Whole => {
                let both = self.sides.national.codes.iter().zip(&self.sides.regional.codes);
                let moved = both.filter(|(n, r)| n != r).flat_map(|(n, r)| [n.from, n.to, r.from, r.to]);
                openings.extend(moved.flatten().flat_map(|day| [-1, 0, 1].map(|n| day.add_days(n))).take(12));
            }
            Subject::Item(_) => {}
        }
        openings.dedup();
        openings
    }

    /// Where the two ends of a term are furthest apart, either way.
    fn apart(&self, n: &Term, r: &Term, usual: Day) -> Vec<Day> {
        let ends = |rulebook: &Rulebook, term: &Term, case: &mut Case, day: Day| {
            let mark = Mark { on: day, sequence: 1, time: None };
            case.opened = Some(mark);
            match &term.start {
                Start::Opening => {}
                Start::Done(item) | Start::Started(item) => {
                    if let Some(state) = case.items.get_mut(usize::from(item.index)) {
                        (state.first, state.started) = (Some(mark), Some(mark));
                    }
                }
                Start::Fact(fact) => {
                    if let Some(place) = case.facts.get_mut(usize::from(fact.index)) {
                        *place = Some(Value::Date(day));
                    }
                }
            }
            term_standing(rulebook, case, term, day).due
        };
        let always = |term: &Term| Term { when: None, target: Target::Closing, ..term.clone() };
        let (n, r) = (always(n), always(r));
        let (mut n_case, mut r_case) = (Case::new(self.sides.national), Case::new(self.sides.regional));
        let last = self.sides.regional.to.map_or(i32::MAX, |to| to.number() - usual.number());
        let mut apart: Vec<(i32, Day)> = Vec::new();
        for day in (0..=last.min(YEARS * 366)).map(|offset| usual.add_days(offset)) {
            let n_end = ends(self.sides.national, &n, &mut n_case, day);
            let r_end = ends(self.sides.regional, &r, &mut r_case, day);
            if let (Some(n_end), Some(r_end)) = (n_end, r_end) {
                apart.push((r_end.number() - n_end.number(), day));
            }
        }
        let usual = apart.first().map_or(0, |first| first.0);
        let most = apart.iter().max_by_key(|(days, _)| *days).filter(|(days, _)| *days > usual.max(0));
        let least = apart.iter().min_by_key(|(days, _)| *days).filter(|(days, _)| *days < usual.min(0));
        most.into_iter().chain(least).map(|(_, day)| *day).collect()
    }

    /// Tries one history; ends the walk when it is what was looked for.
    pub fn tries(&mut self, plan: &Plan) -> Step {
        if self.walked.histories >= self.bound.histories {
            return ControlFlow::Break(Halt::Spent);
        }
        self.walked.histories += 1;
        let events = plan.events(self.sides.regional, &self.names);
        let kind = judged(self.sides.national, self.sides.regional, &events, plan.on, self.judging(), &mut self.last);
        match kind {
            Some(kind) => self.found(kind, events, plan.on),
            None => ControlFlow::Continue(()),
        }
    }

    fn judging(&self) -> Judging {
        Judging { is_wider: self.sides.is_wider, has_local_holidays: self.has_local_holidays }
    }

    pub fn found(&mut self, kind: Kind, events: Vec<Event>, on: Day) -> Step {
        self.walked.found = Some(Found { kind, events, on });
        ControlFlow::Break(Halt::Found)
    }

    /// The history laid in all the ways in which a thing can be early or late.
    pub fn lays(&mut self, plan: &Plan, case: &Case, nodes: &[Node]) -> Step {
        let early = self.regional().lay(plan, case, Lay { is_early: true, ..Lay::default() });
        self.tries(&early)?;
        let late = self.regional().lay(plan, case, Lay::default());
        self.tries(&late)?;
        for node in nodes {
            let one = self.regional().lay(plan, case, Lay { early: &[*node], ..Lay::default() });
            self.tries(&one)?;
        }
        ControlFlow::Continue(())
    }
}

/// How much is not known, is due, runs.
type Weight = (usize, usize, usize);

/// What the facts decide: two states with the same are the same person to both rulebooks.
type Signature = (Vec<Truth>, Vec<Option<Day>>);

/// The dates that stand for all dates a term may be counted from.
pub(super) fn days(opening: Day) -> [Day; 3] {
    [opening, opening.add_days(20), opening.add_days(-400)]
}

/// How the two answers are read.
#[derive(Clone, Copy)]
pub(super) struct Judging {
    pub is_wider: bool,
    pub has_local_holidays: bool,
}

/// What the two engines say of one history, if the region says more than it may.
pub(super) fn judged(
    national: &Rulebook,
    regional: &Rulebook,
    events: &[Event],
    on: Day,
    judging: Judging,
    last: &mut Conformity,
) -> Option<Kind> {
    let check = findings(regional, &fold(regional, events), on);
    *last = check.conformity;
    let warned = warned(regional, &check);
    let has_served = national.terms.iter().any(is_of_the_served);
    if check.conformity != Conformity::Yes && warned.is_empty() && !has_served {
        return None;
    }
    let projected;
    let seen = if judging.is_wider {
        projected = project(national, events);
        &projected
    } else {
        events
    };
    let decree = findings(national, &fold(national, seen), on);
    if check.conformity == Conformity::Yes && decree.conformity != Conformity::Yes {
        return Some(Kind::Breach);
    }
    let expected = self::warned(national, &decree);
    if warned.iter().any(|term| !expected.contains(term)) {
        return Some(Kind::Burdened);
    }
    // Local holidays give more time: a delay that is no delay there says nothing, unless the term is gone.
    let is_gone = |id: &str| !regional.terms.iter().any(|term| term.id == id);
    if expected.iter().any(|term| !warned.contains(term) && (!judging.has_local_holidays || is_gone(term.0))) {
        return Some(Kind::Excused);
    }
    None
}

/// The terms that whom the level serves has not kept.
fn warned<'r>(rulebook: &'r Rulebook, check: &crate::engine::Check) -> Vec<(&'r str, Party)> {
    let terms = check.findings.iter().filter(|f| f.kind == FindingKind::Term && f.gravity == Gravity::Warning);
    let term = |finding: &crate::engine::Finding| finding.term.and_then(|at| rulebook.terms.get(usize::from(at)));
    terms.filter_map(term).map(|term| (term.id.as_str(), term.who)).collect()
}
