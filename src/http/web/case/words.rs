// SPDX-License-Identifier: EUPL-1.2
//! The engine's sentences on a page: names as code, days as Italians write them, and over what is not for the reader a veil.

use maud::{Markup, html};

use crate::engine::{Refusal, norm_link, norm_words};
use crate::http::web::parts::{elsewhere, norm_line};
use crate::reading::Veil;
use crate::reading::said::begun;
use crate::rulebook::{Citation, Rulebook};

pub(super) use crate::reading::said::{agreed, named, shortened, with_days};

impl Veil {
    /// As [`Veil::sentence`], with the words of the rulebook in the place of its names.
    pub fn named(&self, rulebook: &Rulebook, text: &str) -> Markup {
        if self.covers(text) {
            return html! { em { (self.why()) } };
        }
        sentence(&named(rulebook, text))
    }

    /// A sentence as this reader may read it.
    pub fn sentence(&self, text: &str) -> Markup {
        if self.covers(text) {
            return html! { em { (self.why()) } };
        }
        sentence(text)
    }
}

/// A sentence that begins as sentences do; what stands between backticks is a name.
pub(super) fn sentence(text: &str) -> Markup {
    inline(&begun(text))
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

/// Part of a sentence.
pub(super) fn inline(text: &str) -> Markup {
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 1 { code { (part) } } @else { (with_days(part)) }
        }
    }
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
    use super::{Veil, inline, sentence};

    #[test]
    fn a_sentence_begins_as_sentences_do_and_its_names_are_code() {
        assert_eq!(sentence("è già `fatto` il <b>").into_string(), "È già <code>fatto</code> il &lt;b&gt;");
        assert_eq!(inline("").into_string(), "");
    }

    #[test]
    fn what_is_not_for_a_reader_is_not_in_the_sentence() {
        let veil = Veil::named_only(&["disabilita"]);
        assert!(!veil.sentence("`disabilita` è sì").into_string().contains("sì"));
        assert!(veil.hides("disabilita") && !veil.hides("eta"));
        assert_eq!(veil.sentence("`eta` è 30").into_string(), "<code>eta</code> è 30");
    }
}
