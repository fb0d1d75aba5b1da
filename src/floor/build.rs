// SPDX-License-Identifier: EUPL-1.2
//! The weakest history that a rulebook still takes for compliant: no more than is due, as late or as early as may be.
//!
//! Days are asked of the engine, term by term: nothing here counts days by itself.

use std::sync::Arc;

use crate::calendar::Day;
use crate::engine::{Case, Closing, ItemState, Mark, PriorItem, fold, obligations, term_standing};
use crate::rulebook::{Bound, Rulebook, Start, Target, Term};
use crate::spec::level::Party;
use crate::spec::scenario::{Manner, TermStateWord};
use crate::value::Truth;

use super::facts::Facts;
use super::plan::{Plan, Step, no_evidence};
use super::sample::weakest;
use super::sides::Sides;

/// Days tried on either side of an end before giving up.
const NEAR: i32 = 6;

/// Who the history is built for.
#[derive(Clone, Copy)]
pub(super) struct Builder<'s, 'a> {
    pub sides: &'s Sides<'a>,
    pub is_national: bool,
}

/// Something that has a day: an item done, an item begun, the closing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Done(usize),
    Started(usize),
    Closing,
}

/// How a history is laid over its days.
#[derive(Clone, Copy, Default)]
pub(super) struct Lay<'p> {
    /// Everything as early as may be.
    pub is_early: bool,
    /// These as early as may be, the rest late.
    pub early: &'p [Node],
    /// These on that day, whatever comes of it.
    pub exact: &'p [(Node, Day)],
}

/// Opening, what is known, what the dossier holds.
#[derive(Clone)]
pub(super) struct Setting {
    pub opening: Day,
    pub office: Option<Arc<str>>,
    pub dossier: Vec<PriorItem>,
    pub facts: Facts,
    /// Days after the opening within which everything happens.
    pub span: i32,
}

impl<'a> Builder<'_, 'a> {
    pub fn book(&self) -> &'a Rulebook {
        if self.is_national { self.sides.national } else { self.sides.regional }
    }

    fn index(&self, at: usize) -> Option<u16> {
        let pair = self.sides.items.get(at)?;
        if self.is_national { pair.national } else { pair.regional }
    }

    pub fn at(&self, name: &str) -> Option<usize> {
        self.sides.position(name)
    }

    /// The case as it stands once opened, with its facts.
    pub fn opened(&self, plan: &Plan) -> Case {
        let known = |event: &crate::engine::Event| match &event.kind {
            crate::engine::EventKind::FactSupplied { fact, .. } => self.book().fact_slot(fact).is_some(),
            _ => true,
        };
        let events: Vec<crate::engine::Event> = plan.beginning(self.book()).into_iter().filter(known).collect();
        fold(self.book(), &events)
    }

    /// The history with all that is due and no more; its days are still all the first.
    pub fn base(&self, setting: &Setting) -> Plan {
        let opening = setting.opening;
        let mut plan = Plan {
            office: setting.office.clone(),
            steps: vec![None; self.sides.items.len()],
            on: opening.add_days(setting.span.saturating_mul(2)),
            ..Plan::opened(opening, setting.dossier.clone(), setting.facts.clone())
        };
        let case = self.opened(&plan);
        for (item, due) in self.book().items.iter().zip(obligations(self.book(), &case)) {
            if due != Truth::False
                && let Some(at) = self.at(&item.id)
            {
                self.include(&mut plan, &case, at);
            }
        }
        self.complete(&mut plan, &case);
        plan
    }

    /// Adds what the terms of the office wait for, once they run.
    pub fn complete(&self, plan: &mut Plan, case: &Case) {
        for _ in 0..=self.book().terms.len() {
            let mut added = false;
            for term in self.office_terms(Bound::Within) {
                let applies = term_standing(self.book(), case, term, plan.on).applies;
                let node = self.target(term);
                let waits = applies != Truth::False && self.runs(plan, term) && !node.is_none_or(|n| happens(plan, n));
                if waits && let Some(node) = node {
                    added |= self.bring(plan, case, node);
                }
            }
            if !added {
                break;
            }
        }
    }

    /// Makes it happen, with all that must come before.
    pub fn bring(&self, plan: &mut Plan, case: &Case, node: Node) -> bool {
        match node {
            Node::Closing => plan.closing = Some((plan.opening, Manner::Concluded)),
            Node::Done(at) => {
                if !self.include(plan, case, at) {
                    return false;
                }
                let times = self.index(at).and_then(|index| self.book().item(index)).map_or(1, |item| item.times);
                if let Some(step) = plan.step_mut(at).filter(|step| step.times == 0) {
                    step.times = times;
                }
            }
            Node::Started(at) => {
                let opening = plan.opening;
                let was = plan.has(at);
                if !was && !self.put(plan, case, at) {
                    return false;
                }
                if let Some(step) = plan.step_mut(at) {
                    step.started = Some((opening, None));
                    if !was {
                        (step.times, step.code) = (0, None);
                    }
                }
            }
        }
        true
    }

    /// Adds an item and its prerequisites; false where this side does not have it.
    pub fn include(&self, plan: &mut Plan, case: &Case, at: usize) -> bool {
        if plan.has(at) {
            return true;
        }
        if !self.put(plan, case, at) {
            return false;
        }
        let item = self.index(at).and_then(|index| self.book().item(index));
        for before in item.into_iter().flat_map(|item| item.prerequisites()) {
            if let Some(before) = self.at(&before.name) {
                self.include(plan, case, before);
            }
        }
        true
    }

    fn put(&self, plan: &mut Plan, case: &Case, at: usize) -> bool {
        let Some(item) = self.index(at).and_then(|index| self.book().item(index)) else { return false };
        let owed = |registration: &&crate::rulebook::Registration| {
            registration.when.as_ref().is_none_or(|when| when.condition.evaluate(&case.facts) != Truth::False)
        };
        let in_force = |code: &&String| {
            let row = self.book().code(code);
            row.is_none_or(|c| c.from.is_none_or(|d| d <= plan.opening) && c.to.is_none_or(|d| d >= plan.opening))
        };
        let codes = item.registration.as_ref().filter(owed).map(|registration| &registration.codes);
        let code = codes.and_then(|codes| codes.iter().find(in_force).or(codes.first()));
        let step = Step {
            kind: item.kind,
            times: item.times.max(1),
            on: plan.opening,
            time: None,
            started: None,
            mode: None,
            evidence: weakest(&item.evidence).map_or_else(|_| no_evidence(), Arc::new),
            code: code.map(|code| code.as_str().into()),
        };
        if let Some(place) = plan.steps.get_mut(at) {
            *place = Some(step);
        }
        true
    }

    fn office_terms(&self, bound: Bound) -> impl Iterator<Item = &'a Term> + use<'a> {
        self.book().terms.iter().filter(move |term| term.who == Party::Office && term.bound == bound)
    }

    pub fn target(&self, term: &Term) -> Option<Node> {
        match &term.target {
            Target::Done(item) => self.at(&item.name).map(Node::Done),
            Target::Started(item) => self.at(&item.name).map(Node::Started),
            Target::Closing => Some(Node::Closing),
        }
    }

    pub fn start(&self, term: &Term) -> Option<Node> {
        match &term.start {
            Start::Done(item) => self.at(&item.name).map(Node::Done),
            Start::Started(item) => self.at(&item.name).map(Node::Started),
            Start::Opening | Start::Fact(_) => None,
        }
    }

    fn runs(&self, plan: &Plan, term: &Term) -> bool {
        match &term.start {
            Start::Opening => true,
            Start::Fact(fact) => plan.facts.iter().any(|(name, value)| **name == *fact.name && value.is_some()),
            Start::Done(_) | Start::Started(_) => self.start(term).is_some_and(|node| happens(plan, node)),
        }
    }

    /// Gives every step its day.
    pub fn lay(&self, plan: &Plan, case: &Case, lay: Lay<'_>) -> Plan {
        let mut days = Days::new(plan, lay);
        let mut case = case.clone();
        let rounds = plan.steps.len() * 2 + 6;
        for _ in 0..rounds {
            if !self.raise(plan, &mut case, &mut days) {
                break;
            }
        }
        for _ in 0..rounds {
            if lay.is_early || !self.sink(plan, &mut case, &mut days) {
                break;
            }
        }
        days.laid(plan, lay.is_early)
    }

    /// Not before what must come before, not before a term allows.
    fn raise(&self, plan: &Plan, case: &mut Case, days: &mut Days) -> bool {
        let mut moved = false;
        for (at, _) in plan.steps.iter().enumerate().filter(|(_, step)| step.is_some()) {
            for before in self.before(at) {
                moved |= days.not_before(Node::Done(at), Node::Done(before));
            }
            moved |= days.not_before(Node::Done(at), Node::Started(at));
            moved |= days.not_before(Node::Closing, Node::Done(at));
        }
        for term in self.office_terms(Bound::AtLeast) {
            let Some(target) = self.target(term).filter(|node| happens(plan, *node)) else { continue };
            for _ in 0..NEAR {
                self.place(plan, case, &days.lower);
                let standing = term_standing(self.book(), case, term, plan.on);
                if standing.applies != Truth::True
                    || !matches!(standing.state, TermStateWord::Broken | TermStateWord::NotKnown)
                {
                    break;
                }
                let Some(was) = days.low(target) else { break };
                let next = standing.due.filter(|due| *due > was).unwrap_or_else(|| was.add_days(1));
                if !days.set_low(target, next) {
                    break;
                }
                moved = true;
            }
        }
        moved
    }

    /// Not after what must come after, not after a term allows.
    fn sink(&self, plan: &Plan, case: &mut Case, days: &mut Days) -> bool {
        let mut moved = false;
        for (at, _) in plan.steps.iter().enumerate().filter(|(_, step)| step.is_some()) {
            for before in self.before(at) {
                moved |= days.not_after(Node::Done(before), Node::Done(at));
            }
            moved |= days.not_after(Node::Started(at), Node::Done(at));
            if plan.closing.is_some() {
                moved |= days.not_after(Node::Done(at), Node::Closing);
            }
        }
        for term in self.book().terms.iter().filter(|term| term.who == Party::Office) {
            let Some(target) = self.target(term).filter(|node| happens(plan, *node)) else { continue };
            self.place(plan, case, &days.upper);
            let standing = term_standing(self.book(), case, term, plan.on);
            let wrong = matches!(standing.state, TermStateWord::Broken | TermStateWord::NotKnown);
            if standing.applies != Truth::True || !wrong {
                continue;
            }
            if term.bound == Bound::AtLeast {
                if let Some(start) = self.start(term) {
                    moved |= days.earliest(start);
                }
                continue;
            }
            let Some(was) = days.high(target) else { continue };
            let last = standing.due.or(standing.base.map(|base| base.on)).unwrap_or(plan.opening).min(was);
            let mut found = last;
            for back in 0..NEAR {
                found = last.add_days(-back);
                days.set_high(target, found);
                self.place(plan, case, &days.upper);
                if term_standing(self.book(), case, term, plan.on).state == TermStateWord::Kept {
                    break;
                }
            }
            moved |= found < was && days.high(target) != Some(was);
        }
        moved
    }

    fn before(&self, at: usize) -> impl Iterator<Item = usize> {
        let item = self.index(at).and_then(|index| self.book().item(index));
        item.into_iter().flat_map(|item| item.prerequisites()).filter_map(|before| self.at(&before.name))
    }

    /// The case with everything on those days.
    fn place(&self, plan: &Plan, case: &mut Case, days: &[Day]) {
        let width = plan.steps.len();
        let mark = |day: Option<&Day>, time| day.map(|on| Mark { on: *on, sequence: 2, time });
        for (at, step) in plan.steps.iter().enumerate() {
            let (Some(step), Some(index)) = (step, self.index(at)) else { continue };
            let Some(state) = case.items.get_mut(usize::from(index)) else { continue };
            *state = ItemState {
                count: step.times,
                first: (step.times > 0).then(|| mark(days.get(at), step.time)).flatten(),
                started: step.started.and_then(|(_, time)| mark(days.get(width + at), time)),
                sap: None,
                registered: None,
            };
        }
        let closing = plan.closing.and_then(|(_, manner)| Some((mark(days.last(), None)?, manner)));
        case.closed = closing.map(|(mark, manner)| Closing { mark, manner });
    }
}

/// Does the plan have it?
pub(super) fn happens(plan: &Plan, node: Node) -> bool {
    match node {
        Node::Done(at) => plan.step(at).is_some_and(|step| step.times > 0),
        Node::Started(at) => plan.step(at).is_some_and(|step| step.started.is_some()),
        Node::Closing => plan.closing.is_some(),
    }
}

/// The first and the last day of every node: items done, items begun, the closing.
struct Days {
    lower: Vec<Day>,
    upper: Vec<Day>,
    fixed: Vec<bool>,
    width: usize,
}

impl Days {
    fn new(plan: &Plan, lay: Lay<'_>) -> Self {
        let width = plan.steps.len();
        let half = (plan.on.number() - plan.opening.number()) / 2;
        let mut days = Self {
            lower: vec![plan.opening; width * 2 + 1],
            upper: vec![plan.opening.add_days(half); width * 2 + 1],
            fixed: vec![false; width * 2 + 1],
            width,
        };
        for node in lay.early {
            days.set_high(*node, plan.opening);
        }
        for (node, day) in lay.exact {
            let at = days.index(*node);
            for list in [&mut days.lower, &mut days.upper] {
                if let Some(place) = list.get_mut(at) {
                    *place = *day;
                }
            }
            if let Some(place) = days.fixed.get_mut(at) {
                *place = true;
            }
        }
        days
    }

    fn index(&self, node: Node) -> usize {
        match node {
            Node::Done(at) => at,
            Node::Started(at) => self.width + at,
            Node::Closing => self.width * 2,
        }
    }

    fn low(&self, node: Node) -> Option<Day> {
        self.lower.get(self.index(node)).copied()
    }

    fn high(&self, node: Node) -> Option<Day> {
        self.upper.get(self.index(node)).copied()
    }

    fn is_fixed(&self, node: Node) -> bool {
        self.fixed.get(self.index(node)).copied().unwrap_or(false)
    }

    fn set_low(&mut self, node: Node, day: Day) -> bool {
        let at = self.index(node);
        let moves = !self.is_fixed(node) && self.low(node).is_some_and(|was| was < day);
        if let Some(place) = self.lower.get_mut(at).filter(|_| moves) {
            *place = day;
        }
        moves
    }

    fn set_high(&mut self, node: Node, day: Day) -> bool {
        let at = self.index(node);
        let moves = !self.is_fixed(node) && self.high(node).is_some_and(|was| was > day);
        if let Some(place) = self.upper.get_mut(at).filter(|_| moves) {
            *place = day;
        }
        moves
    }

    fn not_before(&mut self, node: Node, other: Node) -> bool {
        self.low(other).is_some_and(|day| self.set_low(node, day))
    }

    fn not_after(&mut self, node: Node, other: Node) -> bool {
        self.high(other).is_some_and(|day| self.set_high(node, day))
    }

    fn earliest(&mut self, node: Node) -> bool {
        self.low(node).is_some_and(|day| self.set_high(node, day))
    }

    fn laid(&self, plan: &Plan, is_early: bool) -> Plan {
        let mut plan = plan.clone();
        let day = |at: usize| {
            let low = self.lower.get(at).copied();
            let high = self.upper.get(at).copied().filter(|_| !is_early || self.fixed.get(at) == Some(&true));
            low.max(high)
        };
        for (at, step) in plan.steps.iter_mut().enumerate() {
            let Some(step) = step else { continue };
            step.on = day(at).unwrap_or(step.on);
            if let Some(started) = &mut step.started {
                started.0 = day(self.width + at).unwrap_or(started.0);
            }
        }
        if let Some(closing) = &mut plan.closing {
            closing.0 = day(self.width * 2).unwrap_or(closing.0);
        }
        let last = plan.last();
        if let Some(closing) = &mut plan.closing {
            closing.0 = closing.0.max(last);
        }
        plan
    }
}
