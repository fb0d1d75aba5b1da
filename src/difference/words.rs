// SPDX-License-Identifier: EUPL-1.2
//! Small things in words: names with their article, lists, a text that has become another.

use crate::rulebook::{Item, ItemKind};
use crate::spec::level::Party;

/// `attività `x``, to follow `l'` or `dell'`.
pub(super) fn name(item: &Item) -> String {
    format!("{} `{}`", item.kind.word(), item.id)
}

/// A word that agrees with an item: `dovut` gives *dovuta* or *dovuto*.
pub(super) fn agreed(stem: &str, kind: ItemKind) -> String {
    format!("{stem}{}", if kind == ItemKind::Activity { 'a' } else { 'o' })
}

/// In backticks, joined as in a sentence.
pub(super) fn quoted<S: AsRef<str>>(words: &[S]) -> String {
    joined(&words.iter().map(|word| format!("`{}`", word.as_ref())).collect::<Vec<_>>(), " e ")
}

/// In backticks, any one of them.
pub(super) fn any_of<S: AsRef<str>>(words: &[S]) -> String {
    joined(&words.iter().map(|word| format!("`{}`", word.as_ref())).collect::<Vec<_>>(), " o ")
}

/// `a`, `a e b`, `a, b e c`.
pub(super) fn joined(words: &[String], last: &str) -> String {
    match words.split_last() {
        Some((end, rest)) if !rest.is_empty() => format!("{}{last}{end}", rest.join(", ")),
        _ => words.concat(),
    }
}

pub(super) fn whose(party: Party) -> &'static str {
    match party {
        Party::Office => "del CPI",
        Party::Person => "della persona",
        Party::Company => "dell'impresa",
    }
}

/// Words of a text that stay round what has changed.
const AROUND: usize = 3;
/// A text of no more words than this is shown whole.
const SHORT: usize = 14;

/// `era «…», ora è «…»`: the whole of two short texts, else the part that has changed.
pub(super) fn became(was: &str, now: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (was.split_whitespace().collect(), now.split_whitespace().collect());
    if a == b {
        return "cambiano soltanto gli spazi".to_owned();
    }
    let start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let shorter = a.len().min(b.len()) - start;
    let end = a.iter().rev().zip(b.iter().rev()).take(shorter).take_while(|(x, y)| x == y).count();
    let part = |words: &[&str]| {
        if words.len() <= SHORT {
            return words.join(" ");
        }
        let (from, to) = (start.saturating_sub(AROUND), (words.len() - end + AROUND).min(words.len()));
        let lead = if from > 0 { "… " } else { "" };
        let tail = if to < words.len() { " …" } else { "" };
        format!("{lead}{}{tail}", words.get(from..to).unwrap_or_default().join(" "))
    };
    format!("era «{}», ora è «{}»", part(&a), part(&b))
}

/// What is written, or that there is nothing.
pub(super) fn or_nothing(text: Option<&str>) -> String {
    text.map_or_else(|| "niente".to_owned(), |text| format!("«{text}»"))
}

/// As [`became`], where there may be no text.
pub(super) fn may_become(was: Option<&str>, now: Option<&str>) -> String {
    match (was, now) {
        (Some(was), Some(now)) => became(was, now),
        _ => format!("era {}, ora è {}", or_nothing(was), or_nothing(now)),
    }
}

#[cfg(test)]
mod tests {
    use super::{became, joined};

    #[test]
    fn a_long_text_shows_what_has_changed() {
        assert_eq!(became("uno due", "uno tre"), "era «uno due», ora è «uno tre»");
        assert_eq!(became("a  b", "a b"), "cambiano soltanto gli spazi");
        assert_eq!(became("", "a"), "era «», ora è «a»");
        let (was, now) = ("a b c d e f g h i j k l m n o p q", "a b c d e f g h i X k l m n o p q");
        assert_eq!(became(was, now), "era «… g h i j k l m …», ora è «… g h i X k l m …»");
        let now = "a b c d e f g h i j j k l m n o p q";
        assert_eq!(became(was, now), "era «… h i j k l m …», ora è «… h i j j k l m …»");
    }

    #[test]
    fn lists_read_as_in_italian() {
        let words = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(joined(&words, " e "), "a, b e c");
        assert_eq!(joined(&words[..1], " e "), "a");
    }
}
