// SPDX-License-Identifier: EUPL-1.2
//! The act that makes a change: the variation that says so, the one that no longer does, or what the line rests on.

use crate::engine::{norm_link, norm_words};
use crate::rulebook::{Citation, Rule, Rulebook, Variation, Voice};

use super::{Comparer, Made};

/// Do the two say the same, wherever they are written?
pub(super) fn is_same(a: &Variation, b: &Variation) -> bool {
    let bare = |v: &Variation| {
        let when = v.when.clone().map(|rule| Rule { place: b.place.clone(), ..rule });
        Variation { place: b.place.clone(), when, ..v.clone() }
    };
    bare(a) == bare(b)
}

fn made(rulebook: &Rulebook, citation: &Citation, voice: Option<Voice>, ends: bool) -> Made {
    Made {
        citation: citation.clone(),
        words: norm_words(rulebook, citation),
        link: norm_link(rulebook, citation),
        voice,
        ends,
    }
}

impl Comparer<'_> {
    /// The act of a variation of that subject by one of those verbs, or of an amendment: one that has begun, else one that
    /// has ended.
    pub(super) fn act(&self, subject: Option<&str>, verbs: &[&str]) -> Option<Made> {
        let fits = |v: &&&Variation| v.subject.as_deref() == subject && verbs.contains(&v.verb.as_str());
        let replaces = |v: &&&Variation| v.subject.as_deref() == subject && v.verb == "sostituisci";
        let began = self.began.iter().rev().find(fits).or_else(|| self.began.iter().rev().find(replaces));
        if let Some(v) = began {
            return Some(made(self.after, &v.norm, Some(v.voice), false));
        }
        let ended = self.ended.iter().rev().find(fits).or_else(|| self.ended.iter().rev().find(replaces));
        ended.map(|v| made(self.before, &v.norm, Some(v.voice), true))
    }

    /// As [`Comparer::act`]; where no variation speaks, what the line rests on now.
    pub(super) fn act_or(&self, subject: Option<&str>, verbs: &[&str], norm: &Citation) -> Option<Made> {
        self.act(subject, verbs).or_else(|| Some(self.rests(norm)))
    }

    /// As [`Comparer::act`]; where no variation speaks, what the line rested on.
    pub(super) fn act_or_rested(&self, subject: Option<&str>, verbs: &[&str], norm: &Citation) -> Option<Made> {
        self.act(subject, verbs).or_else(|| Some(made(self.before, norm, None, true)))
    }

    /// What a line rests on now.
    pub(super) fn rests(&self, norm: &Citation) -> Made {
        made(self.after, norm, None, false)
    }

    /// A variation that has begun, or changed.
    pub(super) fn said_by(&self, variation: &Variation) -> Option<Made> {
        Some(made(self.after, &variation.norm, Some(variation.voice), false))
    }

    /// A variation that has ended.
    pub(super) fn unsaid_by(&self, variation: &Variation) -> Option<Made> {
        Some(made(self.before, &variation.norm, Some(variation.voice), true))
    }

    /// Two citations in words that tell them apart.
    pub(super) fn citations(&self, was: &Citation, now: &Citation) -> (String, String) {
        let (a, b) = (norm_words(self.before, was), norm_words(self.after, now));
        if a != b {
            return (a, b);
        }
        let text = |c: &Citation| c.text.as_deref().map(|text| format!(" «{text}»")).unwrap_or_default();
        if was.text != now.text {
            return (format!("{a}{}", text(was)), format!("{b}{}", text(now)));
        }
        (format!("{a} (`{}`)", was.act), format!("{b} (`{}`)", now.act))
    }
}
