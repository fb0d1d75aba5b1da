// SPDX-License-Identifier: EUPL-1.2
//! Partitions of an act, and the identifiers made from them (URN:NIR).
//!
//! Normattiva resolves articles and nothing finer, so a link goes to the article while the URN keeps comma and letter.

/// Where Normattiva resolves a URN:NIR.
const NORMATTIVA: &str = "https://www.normattiva.it/uri-res/N2Ls?";

/// The articles that a partition names: `art. 18, co. 1, lett. a)` gives `18`; `artt. 20 e 21` gives both.
pub fn articles(partition: &str) -> Vec<String> {
    let lower = partition.to_lowercase();
    let mut found = Vec::new();
    let mut rest = lower.as_str();
    while let Some(at) = rest.find("art") {
        let tail = rest.get(at..).unwrap_or_default();
        let after = tail.trim_start_matches(|c: char| c.is_alphabetic()).trim_start_matches(['.', ' ']);
        let plural = tail.starts_with("artt") || tail.starts_with("articoli");
        let mut list = after;
        while let Some((article, left)) = article(list) {
            found.push(article);
            let next = left.trim_start_matches([' ', ',']);
            let next = next.strip_prefix("e ").unwrap_or(next);
            if !plural || !next.starts_with(|c: char| c.is_ascii_digit()) {
                break;
            }
            list = next;
        }
        rest = after;
    }
    found
}

/// `16-bis`, `16 bis` and `16bis` are one article: `16-bis`.
fn article(text: &str) -> Option<(String, &str)> {
    const SUFFIXES: [&str; 9] =
        ["bis", "ter", "quater", "quinquies", "sexies", "septies", "octies", "novies", "decies"];
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(digits)?;
    if number.is_empty() {
        return None;
    }
    let tail = rest.trim_start_matches(['-', ' ']);
    for suffix in SUFFIXES {
        if let Some(left) = tail.strip_prefix(suffix)
            && !left.starts_with(|c: char| c.is_alphanumeric())
        {
            return Some((format!("{number}-{suffix}"), left));
        }
    }
    Some((number.to_owned(), rest))
}

fn after<'a>(partition: &'a str, words: &[&str]) -> Option<&'a str> {
    words.iter().find_map(|word| partition.split_once(word).map(|(_, tail)| tail.trim_start_matches(['.', ' '])))
}

/// The full URN of a citation: `urn…;150` and `art. 18, co. 1, lett. b)` give `urn…;150~art18-com1-letb`.
///
/// Only what can be said of one article, one comma, one letter is added; a wider partition gives the act or the article.
pub fn urn(act: &str, partition: Option<&str>) -> String {
    let Some(partition) = partition.map(str::to_lowercase) else { return act.to_owned() };
    let articles = articles(&partition);
    let [article] = articles.as_slice() else { return act.to_owned() };
    let mut urn = format!("{act}~art{}", article.replace('-', ""));
    let number = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
    let Some(comma) = after(&partition, &["co.", "comma "]).map(number).filter(|n| !n.is_empty()) else { return urn };
    urn.push_str(&format!("-com{comma}"));
    let letters = after(&partition, &["lett.", "let.", "lettera "]);
    let one = letters.map(|tail| tail.chars().take_while(char::is_ascii_alphabetic).collect::<String>());
    let several = letters.is_some_and(|tail| tail.matches(')').count() > 1);
    if let (Some(letter), false) = (one.filter(|l| l.len() == 1), several) {
        urn.push_str(&format!("-let{letter}"));
    }
    urn
}

/// The page of Normattiva for a citation, at the article.
pub fn normattiva(act: &str, partition: Option<&str>) -> String {
    let articles = partition.map(articles).unwrap_or_default();
    match articles.as_slice() {
        [article] => format!("{NORMATTIVA}{act}~art{}", article.replace('-', "")),
        _ => format!("{NORMATTIVA}{act}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{articles, normattiva, urn};

    const ACT: &str = "urn:nir:stato:decreto.legislativo:2015-09-14;150";

    #[test]
    fn articles_of_a_partition() {
        assert_eq!(articles("art. 18, co. 1, lett. c), d)"), ["18"]);
        assert_eq!(articles("artt. 20, 21 e 22"), ["20", "21", "22"]);
        assert_eq!(articles("Art. 16-bis, co. 2"), ["16-bis"]);
        assert_eq!(articles("art. 16 bis"), ["16-bis"]);
        assert_eq!(articles("allegato B, LEP E"), Vec::<String>::new());
        assert_eq!(articles("art. 20, co. 1 e art. 21, co. 2"), ["20", "21"]);
    }

    #[test]
    fn urn_goes_as_deep_as_one_letter() {
        assert_eq!(urn(ACT, Some("art. 18, co. 1, lett. b)")), format!("{ACT}~art18-com1-letb"));
        assert_eq!(urn(ACT, Some("art. 18, co. 1, lett. c), d)")), format!("{ACT}~art18-com1"));
        assert_eq!(urn(ACT, Some("art. 20")), format!("{ACT}~art20"));
        assert_eq!(urn(ACT, Some("artt. 20 e 21")), ACT);
        assert_eq!(urn(ACT, None), ACT);
    }

    #[test]
    fn link_stops_at_the_article() {
        assert!(normattiva(ACT, Some("art. 18, co. 1, lett. b)")).ends_with(";150~art18"));
        assert!(normattiva(ACT, Some("art. 16-bis")).ends_with("~art16bis"));
    }
}
