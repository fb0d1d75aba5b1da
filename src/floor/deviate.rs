// SPDX-License-Identifier: EUPL-1.2
//! The histories that differ from a barely compliant one in one place, for each kind of place.

use std::ops::ControlFlow;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::calendar::{Day, Unit};
use crate::engine::{Case, Event, Minute, PriorItem, fold, obligations, term_standing};
use crate::rulebook::{Item, ItemKind, Rulebook, SapCodes, Start, Term};
use crate::spec::level::Mode;
use crate::spec::scenario::{Conformity, Manner};
use crate::value::{Datum, Truth};

use super::Kind;
use super::build::{Lay, Node};
use super::facts::{Facts, combination, combinations, is_of_the_served};
use super::plan::Plan;
use super::project::project;
use super::sample::edges;
use super::sides::Subject;
use super::walk::{Step, Walker, days, judged};

/// Items in whose subsets every one is tried; beyond, those that differ by at most two.
const WHOLE_SUBSETS: usize = 9;

impl Walker<'_, '_> {
    /// Everything about one subject, under one state of the facts.
    pub(super) fn around(&mut self, subject: Subject, facts: &Facts, opening: Day) -> Step {
        let setting = self.setting(facts, opening);
        let base = self.regional().base(&setting);
        let case = self.regional().opened(&base);
        let mut compliant = false;
        for is_early in [true, false] {
            let plan = self.regional().lay(&base, &case, Lay { is_early, ..Lay::default() });
            self.tries(&plan)?;
            compliant |= self.last == Conformity::Yes;
        }
        let of_the_served = match subject {
            Subject::Term(at) => {
                [self.sides.n_term(at), self.sides.r_term(at)].into_iter().flatten().any(is_of_the_served)
            }
            _ => false,
        };
        if compliant || of_the_served {
            match subject {
                Subject::Whole => self.whole(&base, &case)?,
                Subject::Item(at) => self.item(&base, &case, at)?,
                Subject::Term(at) => self.term(&base, &case, at)?,
            }
        } else if subject == Subject::Whole {
            self.dossiers(&base)?;
        }
        self.owed(&base)?;
        self.kept_possible(subject, &base, compliant)
    }

    /// What the decree owes from the first day, the region owes as well.
    fn owed(&mut self, base: &Plan) -> Step {
        let (n, r) = (self.sides.national, self.sides.regional);
        let events = base.beginning(r);
        if !less_owed(n, r, &events).is_empty() {
            return self.found(Kind::Owed, events, base.opening);
        }
        ControlFlow::Continue(())
    }

    fn item(&mut self, base: &Plan, case: &Case, at: usize) -> Step {
        let mut with = base.clone();
        let can = self.regional().include(&mut with, case, at);
        self.regional().complete(&mut with, case);
        self.lays(&base.without(at), case, &[])?;
        if !can {
            return ControlFlow::Continue(());
        }
        self.lays(&with, case, &[Node::Done(at)])?;
        let early = self.regional().lay(&with, case, Lay { is_early: true, ..Lay::default() });
        let (n, r) = (self.sides.n_item(at), self.sides.r_item(at));
        self.counts(&early, at, n, r)?;
        self.order(&with, case, at, n)?;
        let modes = Mode::ALL.iter().map(|mode| mode.word()).chain(["un altro modo"]);
        if with.step(at).is_some_and(|step| step.kind == ItemKind::Activity) {
            for mode in modes {
                self.tries(&early.with(at, |step| step.mode = Some(mode.into())))?;
            }
            self.begun(&with, case, at)?;
        }
        self.forms(&early, at, n, r)?;
        self.codes(&early, at)
    }

    /// Done once less, once more, as often as either side says; registered and not.
    fn counts(&mut self, plan: &Plan, at: usize, n: Option<&Item>, r: Option<&Item>) -> Step {
        let mut counts: Vec<u32> =
            [n, r].into_iter().flatten().flat_map(|i| [i.times.saturating_sub(1), i.times]).collect();
        counts.push(1);
        counts.sort_unstable();
        counts.dedup();
        for count in counts.into_iter().filter(|count| (1..=100).contains(count)) {
            self.tries(&plan.with(at, |step| step.times = count))?;
            self.tries(&plan.with(at, |step| (step.times, step.code) = (count, None)))?;
        }
        ControlFlow::Continue(())
    }

    /// What must come before comes the day after, or never.
    fn order(&mut self, with: &Plan, case: &Case, at: usize, n: Option<&Item>) -> Step {
        let own: Vec<usize> =
            n.into_iter().flat_map(Item::prerequisites).filter_map(|b| self.sides.position(&b.name)).collect();
        // And what should come after comes the day before.
        let index = n.and_then(|n| self.sides.national.item_index(&n.id));
        let after = self.sides.national.items.iter().filter(|o| o.prerequisites().any(|b| Some(b.index) == index));
        let after: Vec<usize> = after.filter_map(|o| self.sides.position(&o.id)).collect();
        let pairs = own.into_iter().map(|before| (before, at)).chain(after.into_iter().map(|later| (at, later)));
        for (before, later) in pairs {
            let mut both = with.clone();
            if !self.regional().include(&mut both, case, later) || !self.regional().include(&mut both, case, before) {
                continue;
            }
            let early = self.regional().lay(&both, case, Lay { is_early: true, ..Lay::default() });
            self.tries(&early)?;
            self.tries(&early.without(before))?;
            let Some(day) = early.step(later).map(|step| step.on) else { continue };
            let exact = [(Node::Done(later), day), (Node::Done(before), day.add_days(1))];
            let turned = self.regional().lay(&both, case, Lay { is_early: true, exact: &exact, ..Lay::default() });
            self.tries(&turned)?;
        }
        ControlFlow::Continue(())
    }

    /// Begun and not done, begun early and done late, done without having begun.
    fn begun(&mut self, with: &Plan, case: &Case, at: usize) -> Step {
        let opening = with.opening;
        let begun = with.with(at, |step| step.started = Some((opening, None)));
        self.lays(&begun, case, &[Node::Started(at), Node::Done(at)])?;
        self.lays(&with.with(at, |step| step.started = None), case, &[])?;
        let only = begun.with(at, |step| (step.times, step.code) = (0, None));
        self.lays(&only, case, &[Node::Started(at)])
    }

    /// Every field at its edges, by the measure of either side.
    fn forms(&mut self, plan: &Plan, at: usize, n: Option<&Item>, r: Option<&Item>) -> Step {
        let Some(Json::Object(filled)) = plan.step(at).map(|step| step.evidence.as_ref().clone()) else {
            return ControlFlow::Continue(());
        };
        let fields = [n, r].into_iter().flatten().flat_map(|item| &item.evidence.fields);
        for field in fields {
            let mut less = filled.clone();
            if less.shift_remove(&field.name).is_some() {
                self.tries(&plan.with(at, |step| step.evidence = Arc::new(Json::Object(less))))?;
            }
            for value in edges(field) {
                let mut other = filled.clone();
                other.insert(field.name.clone(), value);
                self.tries(&plan.with(at, |step| step.evidence = Arc::new(Json::Object(other))))?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Not registered, and registered with every code that the region lets pass.
    fn codes(&mut self, plan: &Plan, at: usize) -> Step {
        self.tries(&plan.with(at, |step| step.code = None))?;
        for code in self.codes_of(at) {
            self.tries(&plan.with(at, |step| step.code = Some(code)))?;
        }
        ControlFlow::Continue(())
    }

    fn codes_of(&self, at: usize) -> Vec<Arc<str>> {
        let r = self.sides.regional;
        let own =
            self.sides.r_item(at).and_then(|item| item.registration.as_ref()).map(|registration| &registration.codes);
        match (own, &r.sap) {
            (Some(codes), _) | (None, SapCodes::Codes(codes)) => {
                codes.iter().map(|code| code.as_str().into()).collect()
            }
            (None, _) => r.codes.iter().map(|code| code.code.as_str().into()).collect(),
        }
    }

    fn term(&mut self, base: &Plan, case: &Case, at: usize) -> Step {
        let (n, r) = (self.sides.n_term(at), self.sides.r_term(at));
        let both: Vec<&Term> = [n, r].into_iter().flatten().collect();
        let builder = self.regional();
        let mut starts: Vec<Node> = both.iter().filter_map(|term| builder.start(term)).collect();
        let mut targets: Vec<Node> = both.iter().filter_map(|term| builder.target(term)).collect();
        starts.dedup();
        targets.dedup();
        // Neither, what it is counted from, what it waits for, both.
        let mut plans: Vec<Plan> = vec![base.clone()];
        let bring = |plan: &Plan, nodes: &[Node]| {
            let mut plan = plan.clone();
            nodes.iter().for_each(|node| _ = builder.bring(&mut plan, case, *node));
            builder.complete(&mut plan, case);
            plan
        };
        plans.push(bring(base, &starts));
        plans.push(bring(base, &targets));
        plans.push(bring(&bring(base, &starts), &targets));
        for node in starts.iter().chain(&targets) {
            // Done without its beginning recorded, begun and not done.
            if let (Node::Started(at) | Node::Done(at), Some(whole)) = (*node, plans.last().cloned()) {
                let opening = base.opening;
                plans.push(whole.with(at, |step| step.started = None));
                plans.push(whole.with(at, |step| step.started = Some((opening, None))));
                plans.push(whole.without(at));
                plans.push(
                    whole.with(at, |step| (step.times, step.code, step.started) = (0, None, Some((opening, None)))),
                );
            }
        }
        let nodes: Vec<Node> = starts.iter().chain(&targets).copied().collect();
        for plan in &plans {
            self.lays(plan, case, &nodes)?;
            for is_early in [true, false] {
                self.ends(plan, case, (n, r), &targets, is_early)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// What the term waits for on the day before its end, on it, the day after; by the measure of either side.
    fn ends(
        &mut self,
        plan: &Plan,
        case: &Case,
        (n, r): (Option<&Term>, Option<&Term>),
        targets: &[Node],
        is_early: bool,
    ) -> Step {
        let (national, regional) = (self.sides.national, self.sides.regional);
        let laid = self.regional().lay(plan, case, Lay { is_early, ..Lay::default() });
        let events = laid.events(regional, &self.names);
        let mut ends: Vec<Day> = Vec::new();
        ends.extend(n.and_then(|term| due(national, &project(national, &events), term, laid.on)));
        ends.extend(r.and_then(|term| due(regional, &events, term, laid.on)));
        ends.dedup();
        let near: Vec<Day> =
            ends.iter().flat_map(|day| [-1, 0, 1].map(|n| day.add_days(n))).filter(|d| *d >= laid.opening).collect();
        for target in targets {
            for day in &near {
                let lay = Lay { is_early, exact: &[(*target, *day)], ..Lay::default() };
                let exact = self.regional().lay(plan, case, lay);
                self.tries(&exact)?;
            }
            if let Node::Done(at) | Node::Started(at) = target {
                for (day, minute) in hours(&laid, n, r, &events) {
                    let lay = Lay { is_early, exact: &[(*target, day)], ..Lay::default() };
                    let exact = self.regional().lay(plan, case, lay);
                    let at_hour = |step: &mut super::plan::Step| {
                        step.time = Some(minute);
                        if let Some(started) = &mut step.started {
                            started.1 = Some(minute);
                        }
                    };
                    self.tries(&exact.with(*at, at_hour))?;
                }
            }
        }
        // The case looked at while the term still runs.
        for day in near {
            let mut seen = laid.clone();
            seen.on = day.max(laid.last());
            self.tries(&seen)?;
        }
        ControlFlow::Continue(())
    }

    /// Access, the codes of the level, facts that only one side takes.
    fn whole(&mut self, base: &Plan, case: &Case) -> Step {
        let early = self.regional().lay(base, case, Lay { is_early: true, ..Lay::default() });
        self.dossiers(&early)?;
        let (n, r) = (self.sides.national, self.sides.regional);
        for (name, value) in self.table.altered(n, r) {
            let mut plan = early.clone();
            match plan.facts.iter_mut().find(|(known, _)| *known == name) {
                Some(fact) => fact.1 = value,
                None => plan.facts.push((name, value)),
            }
            self.tries(&plan)?;
        }
        let free: Vec<usize> = (0..self.names.len())
            .filter(|at| self.sides.r_item(*at).is_some_and(|i| i.registration.is_none()))
            .collect();
        for at in free.into_iter().take(if self.bound.everything { usize::MAX } else { 3 }) {
            let mut with = early.clone();
            self.regional().include(&mut with, case, at);
            self.codes(&with, at)?;
        }
        self.closings(&early)
    }

    /// The dossier full, empty, without each thing, with each thing too late.
    fn dossiers(&mut self, plan: &Plan) -> Step {
        let all = plan.dossier.clone();
        let mut dossiers: Vec<Vec<PriorItem>> = vec![Vec::new()];
        for at in 0..all.len() {
            let other = |(i, _): &(usize, &PriorItem)| *i != at;
            dossiers.push(all.iter().enumerate().filter(other).map(|(_, prior)| prior.clone()).collect());
            let late = |(i, prior): (usize, &PriorItem)| {
                let on = if i == at { plan.opening.add_days(1) } else { prior.on };
                PriorItem { on, ..prior.clone() }
            };
            dossiers.push(all.iter().enumerate().map(late).collect());
        }
        for dossier in dossiers {
            self.tries(&Plan { dossier, ..plan.clone() })?;
        }
        ControlFlow::Continue(())
    }

    /// Left open, concluded, interrupted, looked at at once, suspended; in every office.
    fn closings(&mut self, plan: &Plan) -> Step {
        let last = plan.last();
        for closing in [None, Some((last, Manner::Concluded)), Some((last, Manner::Interrupted))] {
            self.tries(&Plan { closing, ..plan.clone() })?;
            self.tries(&Plan { closing, on: last, ..plan.clone() })?;
        }
        for to in [None, Some(plan.opening.add_days(12))] {
            self.tries(&Plan { suspension: Some((plan.opening.add_days(2), to)), ..plan.clone() })?;
        }
        let offices: Vec<Arc<str>> =
            self.sides.regional.offices.iter().map(|office| office.id.as_str().into()).collect();
        for office in offices {
            self.tries(&Plan { office: Some(office), ..plan.clone() })?;
        }
        ControlFlow::Continue(())
    }

    /// Whoever the decree serves can be served in the region too.
    fn kept_possible(&mut self, subject: Subject, base: &Plan, is_compliant: bool) -> Step {
        let is_known = base.facts.iter().all(|(_, value)| value.is_some());
        // From dates long past no term can be kept, however short: they say nothing of what the region makes possible.
        let past: Vec<Datum> =
            days(base.opening).iter().skip(1).map(|day| Datum::Text(day.to_string().into())).collect();
        let is_early = |value: &Option<Datum>| !value.as_ref().is_some_and(|value| past.contains(value));
        if !is_known || !base.facts.iter().all(|(_, value)| is_early(value)) {
            return ControlFlow::Continue(());
        }
        let dossiers: Vec<Vec<PriorItem>> = match (subject, &self.sides.national.access) {
            (Subject::Whole, Some(access)) => {
                let required =
                    |p: &&PriorItem| access.requires.iter().any(|r| *r.level == *p.level && *r.item == *p.item);
                let own: Vec<PriorItem> = base.dossier.iter().filter(required).cloned().collect();
                vec![own, Vec::new()]
            }
            (Subject::Whole, None) => vec![Vec::new()],
            _ => vec![base.dossier.clone()],
        };
        for dossier in dossiers {
            let base = Plan { dossier, ..base.clone() };
            if subject == Subject::Whole || !is_compliant {
                self.possible(&base, None)?;
            }
            if let Subject::Item(at) = subject
                && self.sides.n_item(at).is_some()
            {
                self.possible(&base, Some(at))?;
                self.fillable(&base, at)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// A history that the decree takes for compliant, with the item in it if one is named; none where there is none.
    fn decree_history(&mut self, base: &Plan, at: Option<usize>) -> Option<Plan> {
        let setting =
            super::build::Setting { dossier: base.dossier.clone(), ..self.setting(&base.facts, base.opening) };
        let builder = self.national();
        let mut plan = builder.base(&setting);
        let case = builder.opened(&plan);
        if at.is_some_and(|at| !builder.include(&mut plan, &case, at)) {
            return None;
        }
        builder.complete(&mut plan, &case);
        let plan = builder.lay(&plan, &case, Lay { is_early: true, ..Lay::default() });
        let n = self.sides.national;
        let events = project(n, &plan.events(n, &self.names));
        self.walked.histories += 1;
        let check = crate::engine::findings(n, &fold(n, &events), plan.on);
        (check.conformity == Conformity::Yes).then_some(plan)
    }

    fn possible(&mut self, base: &Plan, at: Option<usize>) -> Step {
        let Some(decree) = self.decree_history(base, at) else { return ControlFlow::Continue(()) };
        let setting =
            super::build::Setting { dossier: base.dossier.clone(), ..self.setting(&base.facts, base.opening) };
        let mut plan = self.regional().base(&setting);
        let case = self.regional().opened(&plan);
        let has = at.is_none_or(|at| self.regional().include(&mut plan, &case, at));
        self.regional().complete(&mut plan, &case);
        let early = self.regional().lay(&plan, &case, Lay { is_early: true, ..Lay::default() });
        let late = self.regional().lay(&plan, &case, Lay::default());
        let hours = [0, 12 * 60, 24 * 60 - 1].into_iter().filter_map(Minute::new).flat_map(|minute| {
            [&early, &late].map(|plan| {
                let mut plan = plan.clone();
                plan.steps.iter_mut().flatten().for_each(|step| step.time = Some(minute));
                plan
            })
        });
        let all: Vec<Plan> = [early.clone(), late.clone()].into_iter().chain(hours).collect();
        if has {
            for plan in &all {
                self.tries(plan)?;
                if self.last == Conformity::Yes {
                    return ControlFlow::Continue(());
                }
            }
            let n = self.sides.national;
            let events = early.events(self.sides.regional, &self.names);
            let seen = project(n, &events);
            if crate::engine::findings(n, &fold(n, &seen), early.on).conformity == Conformity::Yes {
                return self.found(Kind::Excluded, events, early.on);
            }
        }
        let events = decree.events(self.sides.regional, &self.names);
        self.found(Kind::Excluded, events, decree.on)
    }

    /// Each field of the decree's form, filled in as the decree takes it, can be filled in the region too.
    fn fillable(&mut self, base: &Plan, at: usize) -> Step {
        let (Some(n), Some(r)) = (self.sides.n_item(at), self.sides.r_item(at)) else {
            return ControlFlow::Continue(());
        };
        let takes = |form: &crate::evidence::Form, name: &str, value: &Json| {
            let Ok(Json::Object(mut filled)) = super::sample::weakest(form) else { return false };
            filled.insert(name.to_owned(), value.clone());
            form.accepts(&Json::Object(filled))
        };
        for field in &n.evidence.fields {
            let values = edges(field);
            let regional = r.evidence.fields.iter().find(|f| f.name == field.name);
            let more = regional.map(edges).unwrap_or_default();
            let taken = values.iter().find(|value| takes(&n.evidence, &field.name, value));
            let can = values
                .iter()
                .chain(&more)
                .any(|v| takes(&n.evidence, &field.name, v) && takes(&r.evidence, &field.name, v));
            let Some(value) = taken.filter(|_| !can) else { continue };
            let Some(decree) = self.decree_history(base, Some(at)) else { continue };
            let Some(Json::Object(mut filled)) = decree.step(at).map(|step| step.evidence.as_ref().clone()) else {
                continue;
            };
            filled.insert(field.name.clone(), value.clone());
            let plan = decree.with(at, |step| step.evidence = Arc::new(Json::Object(filled)));
            let events = plan.events(self.sides.regional, &self.names);
            return self.found(Kind::Excluded, events, plan.on);
        }
        ControlFlow::Continue(())
    }

    /// Two places at once, and every state of all the facts together, as far as the bound goes.
    pub(super) fn widely(&mut self, opening: Day) -> Step {
        let axes = self.all.clone();
        let many = combinations(&axes);
        let stride = many.div_ceil(self.bound.valuations).max(1);
        if stride > 1 {
            let words = format!("di tutti i dati insieme si provano {} stati su {many}", many.div_ceil(stride));
            self.walked.left_out.insert(words);
        }
        for number in (0..many).step_by(stride) {
            self.walked.valuations += 1;
            let base = self.regional().base(&self.setting(&combination(&axes, number), opening));
            let case = self.regional().opened(&base);
            self.lays(&base, &case, &[])?;
            for at in 0..self.names.len() {
                self.lays(&base.without(at), &case, &[])?;
            }
        }
        for number in (0..many).step_by(many.div_ceil(16).max(1)) {
            let base = self.regional().base(&self.setting(&combination(&axes, number), opening));
            let case = self.regional().opened(&base);
            let early = self.regional().lay(&base, &case, Lay { is_early: true, ..Lay::default() });
            self.closings(&early)?;
            let late = self.regional().lay(&base, &case, Lay::default());
            self.closings(&late)?;
            self.subsets(&early, &case)?;
        }
        ControlFlow::Continue(())
    }

    /// Which items are done: all the ways, or all that differ by at most two.
    fn subsets(&mut self, early: &Plan, case: &Case) -> Step {
        let width = self.names.len();
        let toggled = |walker: &Self, plan: &Plan, at: usize| {
            if plan.has(at) {
                return plan.without(at);
            }
            let mut plan = plan.clone();
            walker.regional().include(&mut plan, case, at);
            plan
        };
        if width <= WHOLE_SUBSETS {
            for mask in 0_u32..(1 << width) {
                let chosen = (0..width).filter(|at| mask & (1 << at) != 0);
                let plan = chosen.fold(early.clone(), |plan, at| toggled(self, &plan, at));
                self.tries(&plan)?;
            }
            return ControlFlow::Continue(());
        }
        self.walked.left_out.insert(format!("di {width} voci si provano le scelte che ne cambiano al più due"));
        for a in 0..width {
            let one = toggled(self, early, a);
            for b in a..width {
                let two = if a == b { one.clone() } else { toggled(self, &one, b) };
                self.tries(&two)?;
            }
        }
        ControlFlow::Continue(())
    }
}

/// The items of which the region says less than the decree: whether they are due, right after these events.
pub(super) fn less_owed(national: &Rulebook, regional: &Rulebook, events: &[Event]) -> Vec<u16> {
    let decree = obligations(national, &fold(national, &project(national, events)));
    let region = obligations(regional, &fold(regional, events));
    let less = |(index, due): &(u16, &Truth)| {
        let name = national.item(*index).map(|item| item.id.as_str()).unwrap_or_default();
        let same = regional.item_index(name).and_then(|i| region.get(usize::from(i))).copied().unwrap_or(Truth::False);
        same < **due
    };
    (0..).zip(&decree).filter(less).map(|(index, _)| index).collect()
}

/// The day on which a term ends, in a history.
fn due(rulebook: &Rulebook, events: &[Event], term: &Term, on: Day) -> Option<Day> {
    term_standing(rulebook, &fold(rulebook, events), term, on).due
}

/// The hours around the end of a term in hours, by the measure of either side.
fn hours(laid: &Plan, n: Option<&Term>, r: Option<&Term>, events: &[Event]) -> Vec<(Day, Minute)> {
    let mut out: Vec<(Day, Minute)> = Vec::new();
    for term in [n, r].into_iter().flatten() {
        let lengths = term.length.iter().chain(term.shortened.as_ref().map(|shortened| &shortened.length));
        let base = match &term.start {
            Start::Fact(fact) => {
                laid.facts.iter().find(|(name, _)| **name == *fact.name).and_then(|(_, value)| match value {
                    Some(Datum::Text(text)) => text.parse().ok(),
                    _ => None,
                })
            }
            Start::Opening => Some(laid.opening),
            Start::Done(item) | Start::Started(item) => events.iter().find(|e| names(e, &item.name)).map(|e| e.on),
        };
        let Some(base) = base else { continue };
        for length in lengths.filter(|length| length.unit == Unit::Hours) {
            for minute in [0, 24 * 60 - 1] {
                let end = minute + i32::try_from(length.count).unwrap_or(0).saturating_mul(60);
                for moment in [end - 1, end, end + 1, end + 30, end - 30] {
                    let minutes = u16::try_from(moment.rem_euclid(24 * 60)).ok().and_then(Minute::new);
                    out.extend(minutes.map(|minute| (base.add_days(moment.div_euclid(24 * 60)), minute)));
                }
            }
        }
    }
    out.retain(|(day, _)| *day >= laid.opening);
    out.dedup();
    out
}

fn names(event: &Event, item: &str) -> bool {
    use crate::engine::EventKind as K;
    match &event.kind {
        K::ActivityRecorded { activity, .. } => **activity == *item,
        K::OutputDelivered { output, .. } => **output == *item,
        K::OutcomeReached { outcome } => **outcome == *item,
        _ => false,
    }
}

/// Is it still what it was found to be, in the engine as it is?
pub(super) fn is_still(kind: Kind, national: &Rulebook, regional: &Rulebook, events: &[Event], on: Day) -> bool {
    match kind {
        Kind::Owed => !less_owed(national, regional, events).is_empty(),
        Kind::Excluded => {
            let decree = crate::engine::findings(national, &fold(national, &project(national, events)), on);
            let region = crate::engine::findings(regional, &fold(regional, events), on);
            decree.conformity == Conformity::Yes && region.conformity != Conformity::Yes
        }
        kind => {
            let judging = super::walk::Judging { is_wider: true, has_local_holidays: false };
            judged(national, regional, events, on, judging, &mut Conformity::No) == Some(kind)
        }
    }
}
