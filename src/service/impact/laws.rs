// SPDX-License-Identifier: EUPL-1.2
//! Two laws for the same cases, with their items and terms matched by name.

use std::sync::{Arc, Mutex, PoisonError};

use crate::calendar::{Day, Length};
use crate::engine::{Case, Finding, duty_norm, norm_link, norm_words, term_norm, term_standing};
use crate::rulebook::{Citation, Rulebook, Variation};
use crate::spec::scenario::FindingKind;

use super::compare::{DutyMove, Side, TermMove, What};

/// The names of both sides, those of the law before first.
#[derive(Debug, Default)]
pub(super) struct Names {
    pairs: Vec<(Option<u16>, Option<u16>)>,
    before: Vec<u16>,
    after: Vec<u16>,
}

impl Names {
    fn of(before: &[&str], after: &[&str]) -> Self {
        let place = |names: &[&str], name: &str| {
            names.iter().position(|known| *known == name).and_then(|at| u16::try_from(at).ok())
        };
        let mut names = Self::default();
        for (at, name) in (0..).zip(before) {
            names.before.push(at);
            names.pairs.push((Some(at), place(after, name)));
        }
        for (at, name) in (0..).zip(after) {
            names.after.push(place(before, name).unwrap_or_else(|| {
                names.pairs.push((None, Some(at)));
                u16::try_from(names.pairs.len() - 1).unwrap_or(u16::MAX)
            }));
        }
        names
    }

    /// For each name, its position in the law before and in the law after.
    pub fn pairs(&self) -> impl Iterator<Item = (Option<u16>, Option<u16>)> {
        self.pairs.iter().copied()
    }

    /// The place of a position of one side.
    pub fn place(&self, side: Side, index: u16) -> u16 {
        let places = if side == Side::Before { &self.before } else { &self.after };
        places.get(usize::from(index)).copied().unwrap_or(u16::MAX)
    }

    /// The position that a place has on one side.
    pub fn index(&self, side: Side, at: u16) -> Option<u16> {
        let (before, after) = self.pairs.get(usize::from(at))?;
        if side == Side::Before { *before } else { *after }
    }
}

/// A norm as a person reads it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NormWords {
    pub words: String,
    pub link: Option<String>,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Laws {
    pub before: Arc<Rulebook>,
    pub after: Arc<Rulebook>,
    /// The law before is the one its cases are pinned to.
    pub pinned: bool,
    pub items: Names,
    pub terms: Names,
    /// Norms that depend on the case, in the order in which they were met.
    own: Mutex<Vec<Citation>>,
}

impl Laws {
    pub fn new(before: Arc<Rulebook>, after: Arc<Rulebook>, pinned: bool) -> Self {
        let items = |law: &Rulebook| law.items.iter().map(|item| item.id.clone()).collect::<Vec<_>>();
        let terms = |law: &Rulebook| law.terms.iter().map(|term| term.id.clone()).collect::<Vec<_>>();
        let names = |was: Vec<String>, now: Vec<String>| {
            let (was, now): (Vec<&str>, Vec<&str>) =
                (was.iter().map(String::as_str).collect(), now.iter().map(String::as_str).collect());
            Names::of(&was, &now)
        };
        Self {
            items: names(items(&before), items(&after)),
            terms: names(terms(&before), terms(&after)),
            own: Mutex::default(),
            before,
            after,
            pinned,
        }
    }

    pub fn law(&self, side: Side) -> &Arc<Rulebook> {
        if side == Side::Before { &self.before } else { &self.after }
    }

    /// The law that a change rests on: the one that has what changes.
    pub fn side(&self, what: What) -> Side {
        match what {
            What::Finding { side, .. } => side,
            What::Term { how: TermMove::Ceases, .. } | What::Duty { how: DutyMove::Ceases, .. } => Side::Before,
            What::Term { at, .. } if self.terms.index(Side::After, at).is_none() => Side::Before,
            What::Duty { at, .. } if self.items.index(Side::After, at).is_none() => Side::Before,
            _ => Side::After,
        }
    }

    /// The item or the term that a change is about.
    pub fn subject(&self, what: What) -> Option<&str> {
        let side = self.side(what);
        let law = self.law(side);
        let (item, term) = match what {
            What::Verdict { .. } => (None, None),
            What::Finding { item, term, .. } => (item, term),
            What::Term { at, .. } => (None, Some(at)),
            What::Duty { at, .. } => (Some(at), None),
        };
        let term = term.and_then(|at| law.terms.get(usize::from(self.terms.index(side, at)?)));
        let item = item.and_then(|at| law.item(self.items.index(side, at)?));
        term.map(|term| term.id.as_str()).or(item.map(|item| item.id.as_str()))
    }

    /// Is the norm of a change another one in another case?
    pub fn norm_is_own(&self, what: What) -> bool {
        let side = self.side(what);
        let law = self.law(side);
        let varied = || law.variations.iter().any(|variation| variation.when.is_some());
        match what {
            What::Verdict { .. } => false,
            What::Finding { kind: FindingKind::Missing, .. } => !law.scripts.is_empty() || varied(),
            What::Finding { .. } => !law.scripts.is_empty(),
            What::Term { at, .. } => {
                let term = self.terms.index(side, at).and_then(|at| law.terms.get(usize::from(at)));
                !law.scripts.is_empty() || term.is_some_and(|term| term.shortened.is_some())
            }
            What::Duty { registration: true, .. } => false,
            What::Duty { .. } => {
                let makes_due = |name| law.variations_of(name).any(|v: &Variation| v.verb == Variation::MAKES_DUE);
                !law.scripts.is_empty() || self.subject(what).is_some_and(makes_due)
            }
        }
    }

    /// The norm of a change in a case under the law that has it, as a number for [`Laws::norm`].
    pub fn own_norm(&self, what: What, case: &Case, on: Day) -> Option<u16> {
        let side = self.side(what);
        let law = self.law(side);
        let citation = match what {
            What::Verdict { .. } => return None,
            What::Finding { .. } => self.finding(what)?.norm(law, case),
            What::Term { at, .. } => {
                let term = law.terms.get(usize::from(self.terms.index(side, at)?))?;
                term_norm(case, term, &term_standing(law, case, term, on)).clone()
            }
            What::Duty { at, .. } => duty_norm(law, case, self.items.index(side, at)?)?.clone(),
        };
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        let known = own.iter().position(|known| *known == citation).unwrap_or_else(|| {
            own.push(citation);
            own.len() - 1
        });
        u16::try_from(known).ok()
    }

    /// The norm that a change rests on.
    pub fn norm(&self, what: What, own: Option<u16>) -> Option<NormWords> {
        let side = self.side(what);
        let law = self.law(side);
        let own =
            own.and_then(|own| self.own.lock().unwrap_or_else(PoisonError::into_inner).get(usize::from(own)).cloned());
        let citation = own.or_else(|| match what {
            What::Verdict { .. } => None,
            What::Finding { .. } => Some(self.finding(what)?.norm(law, &Case::new(law))),
            What::Term { at, .. } => Some(law.terms.get(usize::from(self.terms.index(side, at)?))?.norm.clone()),
            What::Duty { at, registration, .. } => {
                let item = law.item(self.items.index(side, at)?)?;
                let settled = |v: &&Variation| registration && v.verb == Variation::SETTLES_CODE;
                Some(law.variations_of(&item.id).find(settled).map_or(&item.norm, |v| &v.norm).clone())
            }
        })?;
        Some(NormWords { words: norm_words(law, &citation), link: norm_link(law, &citation) })
    }

    /// A finding that stands for all that are alike.
    fn finding(&self, what: What) -> Option<Finding> {
        let What::Finding { side, gravity, kind, item, term, length } = what else { return None };
        Some(Finding {
            kind,
            gravity,
            item: item.and_then(|at| self.items.index(side, at)),
            term: term.and_then(|at| self.terms.index(side, at)),
            sequence: None,
            length: length.and_then(|(count, unit)| Length::new(count, unit)),
            detail: None,
        })
    }
}
