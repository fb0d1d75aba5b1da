// SPDX-License-Identifier: EUPL-1.2
//! What a check of every case in reach finds, by norm, level, office and region; computed once for the same cases and day.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use uuid::Uuid;

use crate::calendar::Day;
use crate::columns;
use crate::engine::{finding_words, findings as check, norm_link, norm_words};
use crate::http::app::App;
use crate::http::form::Asked;
use crate::http::identity::Identity;
use crate::http::jobs::Progress;
use crate::http::trouble::Trouble;
use crate::service::{Bulk, BulkQuestion, CaseCheck, Law, Selection, Verdicts};
use crate::spec::scenario::Gravity;

/// Cases remembered of each group, to be opened from the page; the table for a spreadsheet has them all.
const REMEMBERED: usize = 200;
/// Cases remembered in all.
const REMEMBERED_IN_ALL: usize = 20_000;
/// Cases that could not be checked, remembered with why.
const TROUBLES: usize = 200;

/// What findings are put together by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub gravity: Gravity,
    pub kind: &'static str,
    pub norm: String,
    pub level: String,
    pub region: Option<String>,
    pub office: Option<String>,
}

/// Findings that are alike.
#[derive(Clone, Debug, Default)]
pub struct Group {
    pub count: u64,
    pub link: Option<String>,
    /// The first ones: case, what was found.
    pub first: Vec<(Uuid, String)>,
}

/// Everything found.
#[derive(Debug, Default)]
pub struct Findings {
    pub verdicts: Verdicts,
    pub groups: BTreeMap<Key, Group>,
    pub troubles: Vec<(Uuid, String)>,
}

/// A finding as it comes out of a case.
pub(super) struct Told<'a> {
    pub key: Key,
    pub words: String,
    pub sequence: Option<u32>,
    pub checked: &'a CaseCheck,
}

/// The office that has the case now.
fn office(checked: &CaseCheck) -> Option<String> {
    let now = checked.result.as_ref().ok().and_then(|(_, case, _)| case.desk_office.as_deref().map(str::to_owned));
    now.or_else(|| checked.head.office.clone())
}

/// Shows each finding of a case.
pub(super) fn told<E>(checked: &CaseCheck, visit: &mut dyn FnMut(Told<'_>) -> Result<(), E>) -> Result<(), E> {
    let Ok((rulebook, case, check)) = &checked.result else { return Ok(()) };
    for finding in &check.findings {
        let norm = finding.norm(rulebook, case);
        visit(Told {
            key: Key {
                gravity: finding.gravity,
                kind: finding.kind.word(),
                norm: norm_words(rulebook, &norm),
                level: rulebook.level.clone(),
                region: checked.head.region.clone(),
                office: office(checked),
            },
            words: finding_words(rulebook, case, finding),
            sequence: finding.sequence,
            checked,
        })?;
    }
    Ok(())
}

/// Checks every case of a region (of all, if none) as on a day.
///
/// # Errors
/// Trouble with the store.
pub fn find(app: &App, region: Option<&str>, on: Day, progress: &Progress) -> Result<Findings, Trouble> {
    let total = app.service.log_mark()?.cases;
    let bulk = app.service.columns(&mut |read| progress.set(read, total))?;
    progress.set(0, total);
    let selection = Selection { region: region.map(str::to_owned), ..Selection::default() };
    let question = BulkQuestion { selection, on, law: Law::Pinned, examples: REMEMBERED };
    let report = app.service.check_bulk(&bulk, &question, progress.counter(), &AtomicBool::new(false), &|_| ())?;
    let mut findings = Findings { verdicts: report.verdicts, ..Findings::default() };
    findings.troubles.extend(report.troubles.into_iter().take(TROUBLES));
    let mut first: BTreeMap<Key, Vec<Uuid>> = BTreeMap::new();
    for (alike, count) in report.alike {
        let law = count.rulebook.as_deref();
        let key = Key {
            gravity: alike.gravity,
            kind: alike.kind.word(),
            norm: law.map(|law| norm_words(law, &alike.norm)).unwrap_or_default(),
            level: alike.level,
            region: alike.region,
            office: alike.office,
        };
        first.entry(key.clone()).or_default().extend(count.first);
        let group = findings.groups.entry(key).or_default();
        group.count += count.findings;
        group.link = group.link.take().or_else(|| law.and_then(|law| norm_link(law, &alike.norm)));
    }
    let asked = columns::Asked { on, past: on < app.service.today() };
    let mut remembered = 0;
    for (key, mut cases) in first {
        cases.sort_unstable();
        cases.dedup();
        let Some(group) = findings.groups.get_mut(&key) else { continue };
        for case in cases.into_iter().take(REMEMBERED.min(REMEMBERED_IN_ALL.saturating_sub(remembered))) {
            remember(&bulk, case, asked, &key, group);
        }
        group.first.truncate(REMEMBERED);
        remembered += group.first.len();
    }
    Ok(findings)
}

/// Puts what was found in a case in words, as far as it belongs to the group.
fn remember(bulk: &Bulk, id: Uuid, asked: columns::Asked, key: &Key, group: &mut Group) {
    let Some((columns, row)) = bulk.find(id) else { return };
    let rulebook = columns.rulebook();
    let case = row.case(rulebook, asked, false);
    for finding in check(rulebook, &case, asked.on).findings {
        let norm = norm_words(rulebook, &finding.norm(rulebook, &case));
        if (finding.gravity, finding.kind.word(), norm.as_str()) == (key.gravity, key.kind, key.norm.as_str()) {
            group.first.push((id, finding_words(rulebook, &case, &finding)));
        }
    }
}

/// Which findings are shown; every condition given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filter {
    pub gravity: Option<String>,
    pub norm: Option<String>,
    pub level: Option<String>,
    pub region: Option<String>,
    pub office: Option<String>,
}

/// The word that stands for none in an address.
pub(super) const NONE: &str = "nessuna";

impl Filter {
    pub fn read(asked: &Asked) -> Self {
        let get = |name| asked.get(name).map(str::to_owned);
        Self {
            gravity: get("gravita"),
            norm: get("norma"),
            level: get("lep"),
            region: get("regione"),
            office: get("sede"),
        }
    }

    pub fn admits(&self, key: &Key) -> bool {
        let is = |wanted: &Option<String>, text: &str| wanted.as_deref().is_none_or(|wanted| wanted == text);
        is(&self.gravity, key.gravity.word())
            && is(&self.norm, &key.norm)
            && is(&self.level, &key.level)
            && is(&self.region, key.region.as_deref().unwrap_or(NONE))
            && is(&self.office, key.office.as_deref().unwrap_or(NONE))
    }

    /// As it stands after `?`, with one condition put in the place of its like.
    pub fn with(&self, name: &str, value: &str, on: Day) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("al", &on.to_string());
        let own = [
            ("gravita", &self.gravity),
            ("norma", &self.norm),
            ("lep", &self.level),
            ("regione", &self.region),
            ("sede", &self.office),
        ];
        for (known, own) in own {
            let value = if known == name { Some(value) } else { own.as_deref() };
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                query.append_pair(known, value);
            }
        }
        query.finish()
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The day that is asked for, today if none.
pub(super) fn day_asked(app: &App, asked: &Asked) -> Result<Day, Trouble> {
    let today = app.service.today();
    let day = match asked.get("al") {
        None => today,
        Some(text) => text
            .parse()
            .map_err(|_| Trouble::bad("al", "il giorno si scrive anno-mese-giorno, per esempio 2026-05-04"))?,
    };
    if day > today {
        return Err(Trouble::bad("al", "è un giorno che deve ancora venire"));
    }
    Ok(day)
}

/// The region an auditor is held to; none sees all.
pub(super) fn reach(who: &Identity) -> Option<String> {
    who.account.region.clone()
}
