// SPDX-License-Identifier: EUPL-1.2
//! Terms: from when, until when, and how they stand.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use serde_json::Value;

use super::calendar::{day, end, instants};
use super::condition::{NO, YES};
use super::{Case, Moment, plain, text, words};

impl<'a> Case<'a> {
    /// When what a term speaks of first happened.
    fn first(&self, named: &'a Value) -> Option<Moment<'a>> {
        let happening = (text(&named["attivita"]), text(&named["evento"]));
        let (item, event) = named.as_str().map_or(happening, |item| (item, "terminata"));
        let closing = self.closed.map(|(moment, _)| moment).filter(|_| item == "chiusura");
        closing.or_else(|| self.times(item, event).first().copied())
    }

    /// The end of a term, its state, and the facts it waits for; none if the term does not apply.
    pub(super) fn term(&self, id: &str, term: &'a Value) -> Option<(Option<Date>, &'static str, BTreeSet<String>)> {
        let (applies, mut awaited) = self.ask(&term["se"], true);
        let fact = text(&term["da"]["dato"]);
        let base = self.facts.get(fact).map(|date| (day(date), 0, "")).or_else(|| self.first(&term["da"]));
        awaited.extend((applies == YES && base.is_none() && !fact.is_empty()).then(|| fact.to_string()));
        let (end, state) = base.map_or((None, "non-decorre"), |base| self.run(id, term, base));
        match awaited.is_empty() {
            _ if applies == NO => None,
            false => Some((None, "non-noto", awaited)),
            true => Some((end, state, awaited)),
        }
    }

    /// A term that runs from a base: its end and its state. Every length of it binds, the law's, the region's, a script's:
    /// it ends when the first of them ends.
    fn run(&self, id: &str, term: &'a Value, base: Moment) -> (Option<Date>, &'static str) {
        let not_before = !term["almeno"].is_null();
        let own = &term[if not_before { "almeno" } else { "entro" }];
        let parameter = &self.law.catalogue["parametri"][text(&own["parametro"])];
        let supplied = plain(&parameter["valore"]) + " " + text(&parameter["unita"]);
        let own = own.as_str().unwrap_or(&supplied);
        let shorter = words(&term["abbreviato"]).into_iter().map(|length| (length, Date::MIN));
        let lengths = [(own, Date::MIN)].into_iter().chain(shorter).chain(self.says_within(id));
        let is_known = |length: &str| !length.starts_with("null");
        let lasting = lengths.filter(|(length, _)| is_known(length));
        let told: Vec<_> = lasting.map(|(length, since)| self.lasts(term, base, length, since)).collect();
        let worst_first = ["violato", "non-noto", "in-corso", "sospeso", "rispettato"];
        let state = worst_first.into_iter().find(|state| told.iter().any(|(_, s)| s == state));
        let first_end = told.iter().filter_map(|(end, _)| *end).min();
        // Not known how long; but what was done before the term began to run was done in time.
        let early = !not_before && self.first(&term["che"]).is_some_and(|target| target.0 <= base.0);
        match state {
            Some(state) if is_known(own) || state == "violato" => (first_end, state),
            _ => (None, if early { "rispettato" } else { "non-noto" }),
        }
    }

    /// The end and the state of a term if it has this length, and cannot end before a day.
    fn lasts(&self, term: &'a Value, base: Moment, length: &str, since: Date) -> (Option<Date>, &'static str) {
        let today = self.closed.map_or(self.on, |(closing, _)| self.on.min(closing.0));
        let (target, not_before) = (self.first(&term["che"]), !term["almeno"].is_null());
        let (count, unit) = length.split_once(' ').unwrap();
        let count: i64 = count.parse().unwrap();
        let hours = unit.starts_with("or");
        let rolls = !not_before && !unit.contains("lavorativ") && term["proroga"] != "nessuna";
        let by = |calendar| end(calendar, base.0, (count, unit), rolls, &self.suspensions);
        let mut last_day = by(&self.law.catalogue["festivita"]);
        if ["persona", "impresa"].contains(&text(&term["chi"])) && !not_before && self.local.is_object() {
            // Where an office is closed, whom it serves has more time; the office itself has none.
            last_day = last_day.zip(by(&self.local)).map(|(nation, office)| nation.max(office));
        }
        last_day = last_day.map(|end| end.max(since));
        let (mut first, mut last) = instants(last_day.unwrap_or(date(9000, 1, 1)), "00:00", 0);
        if hours {
            (first, last) = instants(base.0, base.2, count);
            let (floor, _) = instants(since.max(date(1900, 1, 1)), "23:59", 0);
            (first, last) = (first.max(floor.clone()), last.max(floor));
            last_day = Some(last.date());
        }
        let span = |on: Date, hour| instants(on, if hours { hour } else { "00:00" }, 0);
        let state = match target.map(|target| span(target.0, target.2)) {
            Some((from, to)) if if not_before { from >= last } else { to <= first } => "rispettato",
            Some((from, to)) if if not_before { to < first } else { from > last } => "violato",
            Some(_) => "non-noto",
            None if last_day.is_none() => "sospeso",
            None if !not_before && span(today, "").0 > last => "violato",
            None => "in-corso",
        };
        (last_day, state)
    }
}
