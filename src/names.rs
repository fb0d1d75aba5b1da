// SPDX-License-Identifier: EUPL-1.2
//! The known name nearest to a misspelt one: what stands behind "forse volevi dire".

/// Longer words are nobody's slip of the pen, and comparing them costs their product.
const LONGEST: usize = 64;

/// The known name nearest to `word`, if one is near enough. Case, accents, and the choice between `-`, `_` and space do
/// not count; a letter added, dropped, changed or swapped with its neighbour counts one. Names up to 2 letters must agree,
/// up to 4 may differ by one letter, up to 8 by two, beyond by three. Of equally near names the first given wins.
pub fn closest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = folded(word)?;
    let mut best: Option<(usize, &'a str)> = None;
    for name in known {
        let Some(other) = folded(name) else { continue };
        let allowed = slips_allowed(word.chars().count().min(other.chars().count()));
        let limit = best.map_or(allowed, |(distance, _)| allowed.min(distance.saturating_sub(1)));
        if word.chars().count().abs_diff(other.chars().count()) > limit {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&word, &other);
        if distance <= limit && best.is_none_or(|(nearest, _)| distance < nearest) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}

fn slips_allowed(letters: usize) -> usize {
    match letters {
        0..=2 => 0,
        3..=4 => 1,
        5..=8 => 2,
        _ => 3,
    }
}

/// The word without what does not count; `None` if it is empty or too long.
fn folded(word: &str) -> Option<String> {
    let letters = word.trim();
    if letters.is_empty() || letters.chars().nth(LONGEST).is_some() {
        return None;
    }
    Some(letters.chars().flat_map(char::to_lowercase).map(plain_letter).collect())
}

fn plain_letter(letter: char) -> char {
    match letter {
        '_' | ' ' | '.' | '–' | '—' => '-',
        'à' | 'á' | 'â' | 'ä' | 'ã' | 'å' => 'a',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ò' | 'ó' | 'ô' | 'ö' | 'õ' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn a_slip_finds_its_name() {
        let known = ["primo-colloquio", "bilancio", "A03", "eta", "patto-sottoscritto", "counseling"];
        for (word, name) in [
            ("primo-coloquio", Some("primo-colloquio")),
            ("Primo_Colloquio", Some("primo-colloquio")),
            ("bilnacio", Some("bilancio")),
            ("età", Some("eta")),
            ("a03", Some("A03")),
            ("A04", Some("A03")),
            ("patto sottoscrito", Some("patto-sottoscritto")),
            ("counselling", Some("counseling")),
            ("tirocinio", None),
            ("", None),
            ("e", None),
        ] {
            assert_eq!(closest(word, known), name, "{word}");
        }
        assert_eq!(closest(&"a".repeat(1_000_000), known), None);
    }

    #[test]
    fn the_nearest_wins_then_the_first() {
        assert_eq!(closest("colloqui", ["colloqua", "colloquio", "colloqui"]), Some("colloqui"));
        assert_eq!(closest("titolx", ["titola", "titolo"]), Some("titola"));
        assert_eq!(closest("no", ["on", "al"]), None);
    }
}
