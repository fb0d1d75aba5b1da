// SPDX-License-Identifier: EUPL-1.2
//! The engine's sentences on a page: names as code, days as Italians write them, and over what is not for the reader a veil.

use maud::{Markup, html};

use crate::calendar::Day;
use crate::engine::{Refusal, norm_link, norm_words};
use crate::http::identity::VEILED;
use crate::http::web::parts::{day_words, elsewhere, norm_line};
use crate::rulebook::{Citation, ItemKind, Rulebook};

/// The names of facts that a reader may not know of.
#[derive(Clone, Debug, Default)]
pub(super) struct Veil {
    names: Vec<String>,
    /// Texts written by hand, which may name people, are not for this reader either.
    pub is_drawn: bool,
}

impl Veil {
    /// For who reads cases without needing to know whom they are about.
    pub fn over(rulebook: &Rulebook) -> Self {
        let sensitive = rulebook.facts.iter().filter(|fact| fact.sensitive);
        Self { names: sensitive.map(|fact| fact.name.clone()).collect(), is_drawn: true }
    }

    pub fn hides(&self, fact: &str) -> bool {
        self.names.iter().any(|name| name == fact)
    }

    /// As [`Veil::sentence`], with the words of the rulebook in the place of its names.
    pub fn named(&self, rulebook: &Rulebook, text: &str) -> Markup {
        if self.covers(text) {
            return html! { em { (VEILED) } };
        }
        sentence(&named(rulebook, text))
    }

    fn covers(&self, text: &str) -> bool {
        self.names.iter().any(|name| text.contains(name.as_str()))
    }

    /// A sentence as this reader may read it.
    pub fn sentence(&self, text: &str) -> Markup {
        if self.covers(text) {
            return html! { em { (VEILED) } };
        }
        sentence(text)
    }
}

/// A sentence that begins as sentences do; what stands between backticks is a name.
pub(super) fn sentence(text: &str) -> Markup {
    let mut letters = text.chars();
    let begun = match letters.next() {
        Some(first) if first.is_lowercase() => first.to_uppercase().chain(letters).collect(),
        _ => text.to_owned(),
    };
    inline(&begun)
}

/// The title of a page. The law's own words may be long: then they are written smaller.
pub(super) fn heading(title: &str) -> Markup {
    let long = title.chars().count() > 60;
    html! { h1 class=[long.then_some("h3")] { (title) } }
}

/// A sentence as plain text: days as Italians write them, names without their marks.
pub(super) fn plain(text: &str) -> String {
    with_days(text).replace('`', "")
}

/// A sentence in which the names of the rulebook are said by their words: who works on a case knows no identifiers.
pub(super) fn named(rulebook: &Rulebook, text: &str) -> String {
    let words = |name: &str| {
        let item = rulebook.item_index(name).and_then(|index| rulebook.item(index)).map(|item| item.text.as_str());
        item.or_else(|| rulebook.fact_slot(name).and_then(|slot| rulebook.fact(slot)).map(|fact| fact.meaning.as_str()))
    };
    let mut whole = String::with_capacity(text.len());
    for (at, part) in text.split('`').enumerate() {
        match (at % 2 == 1).then(|| words(part)) {
            Some(Some(words)) => {
                whole.push('«');
                whole.push_str(&shortened(words));
                whole.push('»');
            }
            Some(None) => {
                whole.push('`');
                whole.push_str(part);
                whole.push('`');
            }
            None => whole.push_str(part),
        }
    }
    whole
}

/// The beginning of words too long to be said inside a sentence.
pub(super) fn shortened(words: &str) -> std::borrow::Cow<'_, str> {
    const LONGEST: usize = 60;
    if words.chars().count() <= LONGEST {
        return words.into();
    }
    let end = words.char_indices().nth(LONGEST).map_or(words.len(), |(at, _)| at);
    let whole = words.get(..end).and_then(|start| start.rsplit_once(' ')).map_or("", |(start, _)| start);
    format!("{}…", whole.trim_end_matches([',', ';', ':'])).into()
}

/// Part of a sentence.
pub(super) fn inline(text: &str) -> Markup {
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 1 { code { (part) } } @else { (with_days(part)) }
        }
    }
}

/// Days in ISO form as Italians write them.
pub(super) fn with_days(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        written.push_str(before);
        let end = from.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        match word.parse::<Day>() {
            Ok(day) => written.push_str(&day_words(day)),
            Err(_) => written.push_str(word),
        }
        rest = after;
    }
    written.push_str(rest);
    written
}

/// A word that agrees with an item: *dovuta* of an activity, *dovuto* of an output or an outcome.
pub(super) fn agreed(stem: &str, kind: ItemKind) -> String {
    format!("{stem}{}", if kind == ItemKind::Activity { 'a' } else { 'o' })
}

/// A norm of a rulebook with its link.
pub(super) fn norm(rulebook: &Rulebook, citation: &Citation) -> Markup {
    norm_line(&norm_words(rulebook, citation), norm_link(rulebook, citation).as_deref())
}

/// A norm inside a sentence, with its link.
pub(super) fn norm_inline(rulebook: &Rulebook, citation: &Citation) -> Markup {
    let words = norm_words(rulebook, citation);
    html! {
        @if let Some(link) = norm_link(rulebook, citation) {
            a href=(link) rel="external noreferrer" { (words) span class="visually-hidden" { (elsewhere(&link)) } }
        } @else { (words) }
    }
}

/// Why not, what would make it lawful, and by which norm; each once.
pub(super) fn refusals(rulebook: &Rulebook, veil: &Veil, refusals: &[Refusal]) -> Markup {
    html! {
        ul class="lepre-refusals" {
            @for refusal in refusals {
                li {
                    p class="mb-1" { (veil.named(rulebook, &refusal.message)) "." }
                    @if !refusal.help.is_empty() { p class="mb-1" { strong { "Che cosa fare: " } (veil.named(rulebook, &refusal.help)) "." } }
                    (norm(rulebook, &refusal.norm))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Veil, inline, sentence, with_days};

    #[test]
    fn days_are_written_as_italians_write_them_and_numbers_are_left_alone() {
        assert_eq!(
            with_days("scaduto il 2024-05-02: 30 giorni, D.Lgs. 150/2015"),
            "scaduto il 02/05/2024: 30 giorni, D.Lgs. 150/2015"
        );
        assert_eq!(with_days("2024-13-40 e 2024-05-02-1"), "2024-13-40 e 2024-05-02-1");
    }

    #[test]
    fn a_sentence_begins_as_sentences_do_and_its_names_are_code() {
        assert_eq!(sentence("è già `fatto` il <b>").into_string(), "È già <code>fatto</code> il &lt;b&gt;");
        assert_eq!(inline("").into_string(), "");
    }

    #[test]
    fn what_is_not_for_a_reader_is_not_in_the_sentence() {
        let veil = Veil { names: vec!["disabilita".into()], is_drawn: true };
        assert!(!veil.sentence("`disabilita` è sì").into_string().contains("sì"));
        assert!(veil.hides("disabilita") && !veil.hides("eta"));
        assert_eq!(veil.sentence("`eta` è 30").into_string(), "<code>eta</code> è 30");
    }
}
