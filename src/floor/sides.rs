// SPDX-License-Identifier: EUPL-1.2
//! The two rulebooks side by side: what each knows by the same name, and what is not the same in both.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value as Json;

use crate::rulebook::{Item, ItemIndex, Rulebook, Term};

/// What a deviation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// Access, codes of the level, facts, calendar.
    Whole,
    /// Position in [`Sides::items`].
    Item(usize),
    /// Position in [`Sides::terms`].
    Term(usize),
}

/// An item by its name, on either side.
pub(super) struct Pair {
    pub name: Arc<str>,
    pub national: Option<ItemIndex>,
    pub regional: Option<ItemIndex>,
}

pub(super) struct Sides<'a> {
    pub national: &'a Rulebook,
    pub regional: &'a Rulebook,
    pub items: Vec<Pair>,
    pub terms: Vec<Arc<str>>,
    /// Does the region have items, facts or fields that the decree does not know?
    pub is_wider: bool,
    /// The subjects that are not word for word the same in both.
    pub changed: BTreeSet<Subject>,
}

impl<'a> Sides<'a> {
    pub fn new(national: &'a Rulebook, regional: &'a Rulebook) -> Self {
        let mut items: Vec<Pair> = Vec::new();
        for item in national.items.iter().chain(&regional.items) {
            if !items.iter().any(|known| *known.name == *item.id) {
                let (n, r) = (national.item_index(&item.id), regional.item_index(&item.id));
                items.push(Pair { name: item.id.as_str().into(), national: n, regional: r });
            }
        }
        let mut terms: Vec<Arc<str>> = Vec::new();
        for term in national.terms.iter().chain(&regional.terms) {
            if !terms.iter().any(|known| **known == *term.id) {
                terms.push(term.id.as_str().into());
            }
        }
        let field = |item: &Item| {
            let decree = national.item_index(&item.id).and_then(|index| national.item(index));
            item.evidence
                .fields
                .iter()
                .any(|f| decree.is_none_or(|d| !d.evidence.fields.iter().any(|k| k.name == f.name)))
        };
        let is_wider = items.iter().any(|pair| pair.national.is_none())
            || regional.facts.iter().any(|fact| national.fact_slot(&fact.name).is_none())
            || regional.items.iter().any(field)
            || !regional.scripts.is_empty();
        let mut sides = Self { national, regional, items, terms, is_wider, changed: BTreeSet::new() };
        sides.changed = sides.differences();
        sides
    }

    pub fn n_item(&self, at: usize) -> Option<&'a Item> {
        self.items.get(at).and_then(|pair| pair.national).and_then(|index| self.national.item(index))
    }

    pub fn r_item(&self, at: usize) -> Option<&'a Item> {
        self.items.get(at).and_then(|pair| pair.regional).and_then(|index| self.regional.item(index))
    }

    pub fn n_term(&self, at: usize) -> Option<&'a Term> {
        self.terms.get(at).and_then(|id| self.national.terms.iter().find(|term| *term.id == **id))
    }

    pub fn r_term(&self, at: usize) -> Option<&'a Term> {
        self.terms.get(at).and_then(|id| self.regional.terms.iter().find(|term| *term.id == **id))
    }

    pub fn position(&self, name: &str) -> Option<usize> {
        self.items.iter().position(|pair| *pair.name == *name)
    }

    pub fn everything(&self) -> Vec<Subject> {
        let items = (0..self.items.len()).map(Subject::Item);
        std::iter::once(Subject::Whole).chain((0..self.terms.len()).map(Subject::Term)).chain(items).collect()
    }

    /// Two things are the same when they are written the same, wherever they are written.
    fn differences(&self) -> BTreeSet<Subject> {
        let mut changed = BTreeSet::new();
        let (n, r) = (self.national, self.regional);
        for at in 0..self.items.len() {
            if is_same(&self.n_item(at), &self.r_item(at)) {
                continue;
            }
            changed.insert(Subject::Item(at));
            // What an output rests on is due because of it.
            let both = [self.n_item(at), self.r_item(at)];
            let rests = both.into_iter().flatten().flat_map(|item| &item.rests_on);
            changed.extend(rests.filter_map(|on| self.position(&on.name)).map(Subject::Item));
        }
        let calendar = is_same(&n.calendar_rules, &r.calendar_rules);
        for at in 0..self.terms.len() {
            if !calendar || !is_same(&self.n_term(at), &self.r_term(at)) {
                changed.insert(Subject::Term(at));
            }
        }
        let facts = is_same(&n.facts, &r.facts);
        let codes = is_same(&n.codes, &r.codes) && is_same(&n.sap, &r.sap);
        if !facts || !codes || !is_same(&n.access, &r.access) || !is_same(&n.origin, &r.origin) {
            changed.insert(Subject::Whole);
        }
        // A fact or a code that is not the same may be named anywhere.
        let common = n.facts.iter().filter_map(|fact| Some((fact, r.fact(r.fact_slot(&fact.name)?)?)));
        if common.clone().count() != n.facts.len() || common.into_iter().any(|(a, b)| a.shape_differs(b)) || !codes {
            changed.extend(self.everything());
        }
        changed
    }
}

fn is_same<T: Serialize + PartialEq + ?Sized>(a: &T, b: &T) -> bool {
    if a == b {
        return true;
    }
    let written = |value: &T| serde_json::to_value(value).map(without_places);
    matches!((written(a), written(b)), (Ok(a), Ok(b)) if a == b)
}

fn without_places(value: Json) -> Json {
    match value {
        Json::Object(map) => Json::Object(
            map.into_iter().filter(|(key, _)| key != "@luogo").map(|(k, v)| (k, without_places(v))).collect(),
        ),
        Json::Array(items) => Json::Array(items.into_iter().map(without_places).collect()),
        plain => plain,
    }
}
