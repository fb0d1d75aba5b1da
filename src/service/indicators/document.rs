// SPDX-License-Identifier: EUPL-1.2
//! The answer to a question, with small numbers hidden: what the page, its charts, the files and the programs all show.

use std::collections::BTreeMap;

use crate::calendar::Day;

use super::cube::{Cube, Month, month_word};
use super::hiding::{Candidate, Hidden, of_parts, of_term, of_total};
use super::law::{Norm, TermLaw};
use super::measures::{Figure, Group, MEASURES, Measure, TERM_MEASURES};
use super::sums::{Question, Sum, Sums, TermSum};

/// What the rows of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Level,
    Region,
    Office,
    Month,
}

impl By {
    pub const ALL: [Self; 4] = [Self::Level, Self::Region, Self::Office, Self::Month];

    pub fn word(self) -> &'static str {
        match self {
            Self::Level => "livello",
            Self::Region => "regione",
            Self::Office => "sede",
            Self::Month => "mese",
        }
    }

    /// The heading of its column.
    pub fn head(self) -> &'static str {
        match self {
            Self::Level => "Livello",
            Self::Region => "Regione",
            Self::Office => "Sede",
            Self::Month => "Mese di apertura",
        }
    }
}

/// One row: a figure for each measure, then one for each measure of the term, where one is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Letter, name or month; of the total, nothing.
    pub key: String,
    /// What it is called beside that: the title of a level, the region of an office.
    pub more: String,
    pub figures: Vec<Figure>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub by: By,
    pub rows: Vec<Row>,
}

/// A term of a level: what the law says of it, and how it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct TermRow {
    pub level: String,
    pub id: String,
    pub laws: Vec<TermLaw>,
    /// In the order of [`TERM_MEASURES`].
    pub figures: Vec<Figure>,
}

impl TermRow {
    /// The length in civil days, where the law counts in them and is the same for all.
    pub fn law_days(&self) -> Option<u32> {
        let mut all = self.laws.iter().map(|law| law.days);
        let first = all.next()??;
        all.all(|other| other == Some(first)).then_some(first)
    }
}

/// What the law wants of every case: `tutti`, `tutte`.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    pub level: String,
    pub title: String,
    pub norms: Vec<Norm>,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Document {
    pub on: Day,
    pub question: Question,
    pub threshold: u32,
    /// Is the term that was asked for there?
    pub has_term: bool,
    pub total: Row,
    pub tables: Vec<Table>,
    pub terms: Vec<TermRow>,
    pub objectives: Vec<Objective>,
    /// Cases that could not be read.
    pub unread: Figure,
}

impl Document {
    /// Answers a question. Counts of cases from 1 to `threshold` less one are hidden; none is, if it is 1 or less.
    pub fn of(cube: &Cube, question: &Question, threshold: u32) -> Self {
        let sums = Sums::of(cube, question);
        let level = cube.levels.iter().position(|level| question.level.as_ref() == Some(&level.letter));
        let term = level
            .and_then(|at| cube.levels.get(at))
            .and_then(|level| level.terms.iter().position(|term| question.term.as_ref() == Some(&term.id)));
        let has_term = term.is_some();
        let mut total = Candidate::new(&sums.total);
        total.of_single_cases = [
            sums.levels.values().collect::<Vec<_>>(),
            sums.regions.values().collect(),
            sums.offices.values().collect(),
            sums.months.values().collect(),
        ]
        .iter()
        .any(|rows| are_single(rows));
        of_total(&mut total, threshold);
        let maker = Maker { total: &total, threshold, has_term };
        let levels = maker.decided(&sums.levels, |_| false);
        let mut tables = Vec::new();
        if question.level.is_none() {
            let rows = levels.iter().map(|(at, row)| {
                let level = cube.levels.get(**at);
                let (letter, title) = level.map(|l| (l.letter.as_str(), l.title.as_str())).unwrap_or_default();
                maker.row(letter, title, row)
            });
            let mut rows: Vec<Row> = rows.collect();
            rows.sort_by(|a, b| a.key.cmp(&b.key));
            tables.push(Table { by: By::Level, rows });
        }
        tables.extend(maker.places(question, &sums));
        let months = maker.decided(&sums.months, |_| false);
        let rows = months.iter().map(|(month, row)| maker.row(&month_word(**month), "", row));
        tables.push(Table { by: By::Month, rows: rows.collect() });
        let cases_of = |(at, row): &(&usize, Candidate<'_>)| match question.level {
            Some(_) => (**at, total.hidden.has(Group::Cases)),
            None => (**at, row.hidden.has(Group::Cases)),
        };
        let terms = Terms {
            threshold,
            hidden_levels: levels.iter().map(cases_of).collect(),
            asked: level.zip(term).map(|key| (key, total.hidden.has(Group::Term))),
        };
        Self {
            on: cube.on,
            question: question.clone(),
            threshold,
            has_term,
            total: maker.row("", "", &total),
            tables,
            terms: terms.rows(cube, question, &sums),
            objectives: objectives(cube, &sums),
            unread: unread(cube, question),
        }
    }

    /// The measures of every row.
    pub fn measures(&self) -> impl Iterator<Item = &'static Measure> {
        MEASURES.iter().chain(TERM_MEASURES.iter().filter(|_| self.has_term))
    }

    pub fn table(&self, by: By) -> Option<&Table> {
        self.tables.iter().find(|table| table.by == by)
    }

    /// The figure of a row by the key of its measure.
    pub fn figure(&self, row: &Row, key: &str) -> Figure {
        let found = self.measures().zip(&row.figures).find(|(measure, _)| measure.key == key);
        found.map_or(Figure::Absent, |(_, figure)| *figure)
    }

    /// Is anything hidden?
    pub fn hides(&self) -> bool {
        let rows = self.tables.iter().flat_map(|table| &table.rows).chain([&self.total]);
        let figures = rows.flat_map(|row| &row.figures).chain(self.terms.iter().flat_map(|term| &term.figures));
        figures.chain([&self.unread]).any(|figure| *figure == Figure::Hidden)
    }
}

/// Are there several rows, of one case each?
fn are_single(rows: &[&Sum]) -> bool {
    rows.len() > 1 && rows.iter().all(|sum| sum.counts.cases == 1)
}

/// Makes rows, once it is decided what of them is hidden.
struct Maker<'a> {
    total: &'a Candidate<'a>,
    threshold: u32,
    has_term: bool,
}

impl Maker<'_> {
    /// Rows that add up to the total.
    fn decided<'s, K: Ord>(
        &self,
        sums: &'s BTreeMap<K, Sum>,
        is_of_single_cases: impl Fn(&K) -> bool,
    ) -> Vec<(&'s K, Candidate<'s>)> {
        let (keys, mut rows): (Vec<&K>, Vec<Candidate<'s>>) = sums
            .iter()
            .map(|(key, sum)| (key, Candidate { of_single_cases: is_of_single_cases(key), ..Candidate::new(sum) }))
            .unzip();
        of_parts(self.total, &mut rows, self.threshold);
        keys.into_iter().zip(rows).collect()
    }

    /// By region, and by office within each region.
    fn places(&self, question: &Question, sums: &Sums) -> Vec<Table> {
        let of_region = |region: &str| -> Vec<&Sum> {
            sums.offices.iter().filter(|((known, _), _)| known == region).map(|(_, sum)| sum).collect()
        };
        let regions = self.decided(&sums.regions, |region| are_single(&of_region(region)));
        let one = question.region.is_some() || question.office.is_some();
        let mut offices = Vec::new();
        for (region, whole) in &regions {
            let keys = sums.offices.keys().filter(|(known, _)| known == *region);
            let mut rows: Vec<Candidate<'_>> = of_region(region).into_iter().map(Candidate::new).collect();
            // Of one region, the whole is the total.
            of_parts(if one { self.total } else { whole }, &mut rows, self.threshold);
            let more = if question.region.is_some() { "" } else { region.as_str() };
            offices.extend(keys.zip(&rows).map(|((_, office), row)| self.row(office, more, row)));
        }
        let mut tables = Vec::new();
        if !one {
            let rows = regions.iter().map(|(region, row)| self.row(region, "", row));
            tables.push(Table { by: By::Region, rows: rows.collect() });
        }
        if question.office.is_none() {
            tables.push(Table { by: By::Office, rows: offices });
        }
        tables
    }

    fn row(&self, key: &str, more: &str, row: &Candidate<'_>) -> Row {
        let measures = MEASURES.iter().chain(TERM_MEASURES.iter().filter(|_| self.has_term));
        let figures = measures.map(|measure| figure(measure, row.sum, &row.hidden));
        Row { key: key.to_owned(), more: more.to_owned(), figures: figures.collect() }
    }
}

fn figure(measure: &Measure, sum: &Sum, hidden: &Hidden) -> Figure {
    if hidden.has(measure.group) { Figure::Hidden } else { (measure.take)(sum) }
}

/// Makes the rows of the terms.
struct Terms {
    threshold: u32,
    /// By the level's position: is it hidden how many cases it has?
    hidden_levels: BTreeMap<usize, bool>,
    /// The one that stands in every table, and whether the total hides it.
    asked: Option<((usize, usize), bool)>,
}

impl Terms {
    fn hidden(&self, key: (usize, usize), sum: &TermSum, cases: u32) -> [bool; 6] {
        match self.asked {
            Some((asked, hidden)) if asked == key => [hidden; 6],
            _ => {
                let level_is_hidden = self.hidden_levels.get(&key.0).copied().unwrap_or(true);
                of_term(&sum.counts, cases, level_is_hidden, self.threshold)
            }
        }
    }

    fn rows(&self, cube: &Cube, question: &Question, sums: &Sums) -> Vec<TermRow> {
        let mut rows = Vec::new();
        for (key, sum) in &sums.terms {
            let Some(level) = cube.levels.get(key.0) else { continue };
            let (Some(term), Some(of_level)) = (level.terms.get(key.1), sums.levels.get(&key.0)) else { continue };
            let cases = of_level.counts.cases;
            let in_reach = |law: &&TermLaw| question.region.as_ref().is_none_or(|region| law.regions.contains(region));
            rows.push(TermRow {
                level: level.letter.clone(),
                id: term.id.clone(),
                laws: term.laws.iter().filter(in_reach).cloned().collect(),
                figures: term_figures(sum, cases, self.hidden(*key, sum, cases)),
            });
        }
        rows.sort_by(|a, b| a.level.cmp(&b.level));
        rows
    }
}

fn term_figures(sum: &TermSum, cases: u32, hidden: [bool; 6]) -> Vec<Figure> {
    let [kept, done, overdue, ..] = hidden;
    let mut whole = Sum { term: sum.counts, term_days: sum.days.clone(), ..Sum::default() };
    whole.counts.cases = cases;
    let mut parts = hidden.iter();
    let figure = |measure: &Measure| {
        let hides = match measure.key {
            "rispettati_quota" => kept || done || overdue,
            "termine_mediana" | "termine_p90" => kept || done,
            _ => parts.next().copied().unwrap_or(true),
        };
        if hides { Figure::Hidden } else { (measure.take)(&whole) }
    };
    TERM_MEASURES.iter().map(figure).collect()
}

fn objectives(cube: &Cube, sums: &Sums) -> Vec<Objective> {
    let of = |at: &usize| {
        let level = cube.levels.get(*at)?;
        let norms = level.norms.iter().cloned().collect();
        Some(Objective { level: level.letter.clone(), title: level.title.clone(), norms })
    };
    let mut all: Vec<Objective> = sums.levels.keys().filter_map(of).collect();
    all.sort_by(|a, b| a.level.cmp(&b.level));
    all
}

/// Never hidden: it is in no sum, and says nothing of a person, but that somebody must look.
fn unread(cube: &Cube, question: &Question) -> Figure {
    let is = |wanted: &Option<String>, known: &str| wanted.as_deref().is_none_or(|wanted| wanted == known);
    let asked = |case: &&super::cube::Unread| {
        let months = question.from.unwrap_or(Month::MIN)..=question.to.unwrap_or(Month::MAX);
        is(&question.level, &case.level)
            && is(&question.region, &case.place.region)
            && is(&question.office, &case.place.office)
            && months.contains(&case.month)
    };
    Figure::Count(u32::try_from(cube.unread.iter().filter(asked).count()).unwrap_or(u32::MAX))
}
