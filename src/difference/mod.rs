// SPDX-License-Identifier: EUPL-1.2
//! What changes between two rulebooks of one level, in words: for a person, for an office, never in lines of a file.
//!
//! Nothing that the digest covers is silent, but the region's name and the days of validity: those are what is compared.

mod act;
mod duty;
mod evidence;
mod item;
mod level;
mod pair;
mod rule;
mod said;
mod sanctions;
mod table;
mod term;
mod words;

use crate::condition::FactShape;
use crate::rulebook::{Citation, Fact, ItemKind, Rulebook, Variation, Voice};

/// Which way a change goes, for whom the level serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// More is promised, or it is promised sooner.
    Raises,
    Lowers,
    /// Nothing that is owed changes.
    Neither,
    /// It raises one thing and lowers another, or the text alone does not tell.
    Unclear,
}

impl Direction {
    pub const ALL: [Self; 4] = [Self::Raises, Self::Lowers, Self::Neither, Self::Unclear];

    pub fn word(self) -> &'static str {
        match self {
            Self::Raises => "alza",
            Self::Lowers => "abbassa",
            Self::Neither => "né l'uno né l'altro",
            Self::Unclear => "non si può dire",
        }
    }

    /// The same change undone, or asked of whom is served instead of the office.
    #[must_use]
    fn turned(self) -> Self {
        match self {
            Self::Raises => Self::Lowers,
            Self::Lowers => Self::Raises,
            same => same,
        }
    }
}

/// Which way a condition goes that gives something: when it holds for more, and for less.
const MORE: (Direction, Direction) = (Direction::Raises, Direction::Lowers);

/// What a change is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// The level as a whole: title, text of the decree, source.
    Level,
    Norms,
    Access,
    Item(ItemKind, String),
    Term(String),
    /// The codes of the level.
    Sap,
    Facts,
    Codes,
    Parameters,
    Sanctions,
    Acts,
    Calendar,
    Offices,
    Languages,
    Scripts,
    Variations,
}

impl About {
    /// The kind of thing, as programs read it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Level => "livello",
            Self::Norms => "riferimenti_normativi",
            Self::Access => "accesso",
            Self::Item(ItemKind::Activity, _) => "attivita",
            Self::Item(ItemKind::Output, _) => "output",
            Self::Item(ItemKind::Outcome, _) => "outcome",
            Self::Term(_) => "termine",
            Self::Sap => "codice_sap",
            Self::Facts => "dati",
            Self::Codes => "codici",
            Self::Parameters => "parametri",
            Self::Sanctions => "sanzioni",
            Self::Acts => "atti",
            Self::Calendar => "calendario",
            Self::Offices => "sedi",
            Self::Languages => "traduzioni",
            Self::Scripts => "script",
            Self::Variations => "variazioni",
        }
    }

    /// The item or the term, where it is one.
    pub fn subject(&self) -> Option<&str> {
        match self {
            Self::Item(_, id) | Self::Term(id) => Some(id),
            _ => None,
        }
    }

    /// Does it come from a table that the levels share?
    pub fn is_shared(&self) -> bool {
        matches!(
            self,
            Self::Facts
                | Self::Codes
                | Self::Parameters
                | Self::Sanctions
                | Self::Acts
                | Self::Calendar
                | Self::Offices
        )
    }
}

/// The act that makes a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    pub citation: Citation,
    /// As a person reads it.
    pub words: String,
    pub link: Option<String>,
    /// Who says so; none for the decree, or where it is only known what the line rests on.
    pub voice: Option<Voice>,
    /// The change is there because this act no longer counts.
    pub ends: bool,
}

/// One thing that changes, as a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub about: About,
    pub words: String,
    pub direction: Direction,
    pub act: Option<Made>,
}

/// Said when two rulebooks differ and no sentence tells where: nothing is silent, not even what nobody foresaw.
pub const UNTOLD: &str = "il regolamento cambia in un punto che questo programma non sa dire";

/// Compares two linked rulebooks of one level, from the earlier to the later; empty when nothing changes.
pub fn compare(before: &Rulebook, after: &Rulebook) -> Vec<Change> {
    let mut comparer = Comparer::new(before, after);
    comparer.level();
    comparer.access();
    comparer.items();
    comparer.terms();
    comparer.sap();
    comparer.tables();
    comparer.languages();
    comparer.scripts();
    comparer.variations();
    comparer.acts();
    if comparer.found.is_empty() && is_different(before, after) {
        comparer.say(About::Level, Direction::Unclear, UNTOLD, None);
    }
    comparer.found
}

/// Do the two say different law, whatever region and days they are for?
pub fn is_different(before: &Rulebook, after: &Rulebook) -> bool {
    let bare = |rulebook: &Rulebook| Rulebook { region: None, from: None, to: None, ..rulebook.clone() }.digest();
    bare(before) != bare(after)
}

struct Comparer<'a> {
    before: &'a Rulebook,
    after: &'a Rulebook,
    /// The facts of both, those of the earlier first.
    shapes: Vec<FactShape<'a>>,
    /// Facts that take other values than they did: conditions on them cannot be compared.
    reshaped: Vec<&'a str>,
    /// Variations that are there now and were not.
    began: Vec<&'a Variation>,
    /// Variations that were there and are no more.
    ended: Vec<&'a Variation>,
    found: Vec<Change>,
}

impl<'a> Comparer<'a> {
    fn new(before: &'a Rulebook, after: &'a Rulebook) -> Self {
        let mut shapes: Vec<FactShape<'a>> = before.facts.iter().map(Fact::shape).collect();
        let mut reshaped = Vec::new();
        for fact in &after.facts {
            match before.facts.iter().find(|was| was.name == fact.name) {
                None => shapes.push(fact.shape()),
                Some(was) if was.shape_differs(fact) => reshaped.push(fact.name.as_str()),
                Some(_) => {}
            }
        }
        let is_in = |list: &[Variation], one: &Variation| list.iter().any(|other| act::is_same(other, one));
        Self {
            before,
            after,
            shapes,
            reshaped,
            began: after.variations.iter().filter(|v| !is_in(&before.variations, v)).collect(),
            ended: before.variations.iter().filter(|v| !is_in(&after.variations, v)).collect(),
            found: Vec::new(),
        }
    }

    fn say(&mut self, about: About, direction: Direction, words: impl Into<String>, act: Option<Made>) {
        self.found.push(Change { about, words: words.into(), direction, act });
    }
}
