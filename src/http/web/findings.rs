// SPDX-License-Identifier: EUPL-1.2
//! What a check of every case in reach finds, by norm, level, office and region; computed once for the same cases and day.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use uuid::Uuid;

use crate::calendar::Day;
use crate::engine::{finding_words, norm_link, norm_words};
use crate::http::app::App;
use crate::http::form::Asked;
use crate::http::identity::Identity;
use crate::http::jobs::Progress;
use crate::http::trouble::Trouble;
use crate::service::{CaseCheck, Verdicts};
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
    remembered: usize,
}

/// A finding as it comes out of a case.
pub(super) struct Told<'a> {
    pub key: Key,
    pub link: Option<String>,
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
            link: norm_link(rulebook, &norm),
            words: finding_words(rulebook, case, finding),
            sequence: finding.sequence,
            checked,
        })?;
    }
    Ok(())
}

impl Findings {
    fn take(&mut self, checked: &CaseCheck) {
        self.verdicts.count(checked);
        if let Err(trouble) = &checked.result
            && self.troubles.len() < TROUBLES
        {
            self.troubles.push((checked.head.id, trouble.to_string()));
        }
        // Taking in cannot fail.
        _ = told::<std::convert::Infallible>(checked, &mut |told| {
            let group = self.groups.entry(told.key).or_default();
            group.count += 1;
            group.link = told.link;
            if group.first.len() < REMEMBERED && self.remembered < REMEMBERED_IN_ALL {
                group.first.push((checked.head.id, told.words));
                self.remembered += 1;
            }
            Ok(())
        });
    }
}

/// Checks every case of a region (of all, if none) as on a day.
///
/// # Errors
/// Trouble with the store.
pub fn find(app: &App, region: Option<&str>, on: Day, progress: &Progress) -> Result<Findings, Trouble> {
    progress.set(0, app.service.store().stats()?.cases);
    let mut findings = Findings::default();
    app.service.check_all(on, &mut |checked| {
        progress.step();
        if region.is_none() || checked.head.region.as_deref() == region {
            findings.take(&checked);
        }
        ControlFlow::Continue(())
    })?;
    Ok(findings)
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
