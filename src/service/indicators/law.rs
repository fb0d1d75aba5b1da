// SPDX-License-Identifier: EUPL-1.2
//! What the law itself says beside each measure: the length of every term with its norm, and that all that is due is due.
//!
//! Nothing else: a target that no rulebook states is not known, and is never made up.

use std::collections::BTreeSet;

use crate::calendar::Unit;
use crate::engine::{norm_link, norm_words, term_words};
use crate::rulebook::{Bound, Citation, Rulebook, Term};

/// A norm as it is cited, and where it can be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Norm {
    pub words: String,
    pub link: Option<String>,
}

/// What one rulebook, or several alike, say of a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermLaw {
    /// What, within how long, from what, by whom.
    pub words: String,
    pub norm: Norm,
    /// The length in civil days, where the law counts in them: it can stand beside what was measured.
    pub days: Option<u32>,
    /// `entro`, and not `almeno`.
    pub is_within: bool,
    /// The regions whose rulebooks say so; the national one is `nessuna`.
    pub regions: BTreeSet<String>,
}

/// A term of a level, as all the rulebooks that cases are pinned to say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelTerm {
    pub id: String,
    pub laws: Vec<TermLaw>,
}

/// A level, as those rulebooks say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    pub letter: String,
    pub title: String,
    /// What makes its outputs due.
    pub norms: BTreeSet<Norm>,
    pub terms: Vec<LevelTerm>,
}

fn norm(rulebook: &Rulebook, citation: &Citation) -> Norm {
    Norm { words: norm_words(rulebook, citation), link: norm_link(rulebook, citation) }
}

impl Level {
    pub fn new(rulebook: &Rulebook) -> Self {
        Self {
            letter: rulebook.level.clone(),
            title: rulebook.title.clone(),
            norms: BTreeSet::new(),
            terms: Vec::new(),
        }
    }

    /// Takes in what a rulebook says; gives for each of its terms the place it has here.
    pub fn take(&mut self, rulebook: &Rulebook) -> Vec<u16> {
        self.norms.insert(norm(rulebook, &rulebook.own_norm()));
        rulebook.terms.iter().map(|term| self.take_term(rulebook, term)).collect()
    }

    fn take_term(&mut self, rulebook: &Rulebook, term: &Term) -> u16 {
        let known = self.terms.iter().position(|known| known.id == term.id);
        let at = known.unwrap_or_else(|| {
            self.terms.push(LevelTerm { id: term.id.clone(), laws: Vec::new() });
            self.terms.len() - 1
        });
        let region = super::place_word(rulebook.region.as_deref()).to_owned();
        let decides = term.shortened.as_ref().map_or((term.length, &term.norm), |s| (Some(s.length), &s.norm));
        let law = TermLaw {
            words: term_words(rulebook, term),
            norm: norm(rulebook, decides.1),
            days: decides.0.filter(|length| length.unit == Unit::Days).map(|length| length.count),
            is_within: term.bound == Bound::Within,
            regions: BTreeSet::from([region.clone()]),
        };
        if let Some(level_term) = self.terms.get_mut(at) {
            let alike = level_term.laws.iter_mut().find(|k| k.words == law.words && k.norm == law.norm);
            match alike {
                Some(known) => _ = known.regions.insert(region),
                None => level_term.laws.push(law),
            }
        }
        u16::try_from(at).unwrap_or(u16::MAX)
    }
}
