// SPDX-License-Identifier: EUPL-1.2
//! Finding people as people look for them: a code with a letter wrong, a name without its accent, words in another order.
//!
//! Names stay in the store's one table of identities; what makes them quick to find is kept in memory only.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use strsim::{jaro_winkler, osa_distance};
use uuid::Uuid;

use crate::store::{DeskQuery, Registry, StoreError, Subject};

use super::desk::DeskRow;
use super::{Service, ServiceError};

/// Subjects read in one go.
const BATCH: u32 = 5_000;
/// Subjects whose cases are looked for, at most: many have the same name, and those within reach may be the last of them.
const CANDIDATES: usize = 5_000;
/// Cases shown of one subject.
const CASES: u32 = 20;
/// Two words that are less alike are two words.
const ALIKE: f64 = 0.86;
/// Letters of a code that may be wrong.
const WRONG: usize = 2;
/// A search is not longer than this.
const LONGEST: usize = 100;

/// Somebody found, with their cases within reach.
#[derive(Clone, Debug)]
pub struct Found {
    pub subject: Subject,
    pub cases: Vec<DeskRow>,
    /// The higher, the more alike; a thousand is the very same.
    pub score: u32,
}

#[derive(Default)]
struct Known {
    /// The last row read.
    row: i64,
    people: Vec<Person>,
    places: HashMap<Uuid, u32>,
    /// Groups of three letters, with the people whose name has them.
    groups: HashMap<[char; 3], Vec<u32>>,
}

struct Person {
    id: Uuid,
    /// Upper case.
    code: Box<str>,
    /// Words without accents, lower case.
    words: Box<str>,
}

/// Names as they are searched, read from the store as they come.
#[derive(Default)]
pub(super) struct Names(Mutex<Known>);

impl Names {
    fn with<T>(&self, registry: &dyn Registry, work: impl FnOnce(&Known) -> T) -> Result<T, StoreError> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let page = registry.subjects_from(known.row, BATCH)?;
            let Some((last, _)) = page.last() else { break };
            known.row = *last;
            let more = page.len() == BATCH as usize;
            for (_, subject) in page {
                known.add(&subject);
            }
            if !more {
                break;
            }
        }
        Ok(work(&known))
    }

    /// A name has been corrected.
    fn correct(&self, subject: &Subject) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.places.contains_key(&subject.id) {
            known.add(subject);
        }
    }
}

impl Known {
    fn add(&mut self, subject: &Subject) {
        let words = folded(subject.name.as_deref().unwrap_or_default());
        let person =
            Person { id: subject.id, code: subject.tax_code.to_uppercase().into(), words: words.join(" ").into() };
        let place = match self.places.get(&subject.id) {
            Some(place) => *place,
            None => u32::try_from(self.people.len()).unwrap_or(u32::MAX),
        };
        for group in words.iter().flat_map(|word| groups(word)) {
            let of_group = self.groups.entry(group).or_default();
            if of_group.last() != Some(&place) && !of_group.contains(&place) {
                of_group.push(place);
            }
        }
        self.places.insert(subject.id, place);
        match self.people.get_mut(place as usize) {
            Some(old) => *old = person,
            None => self.people.push(person),
        }
    }

    /// The people most like a name, with how much.
    fn by_name(&self, text: &str) -> Vec<(Uuid, u32)> {
        let asked = folded(text);
        if asked.is_empty() {
            return Vec::new();
        }
        let mut shared: HashMap<u32, u32> = HashMap::new();
        for group in asked.iter().flat_map(|word| groups(word)) {
            for place in self.groups.get(&group).into_iter().flatten() {
                *shared.entry(*place).or_default() += 1;
            }
        }
        let mut found: Vec<(Uuid, u32)> = shared
            .keys()
            .filter_map(|place| self.people.get(*place as usize))
            .filter_map(|person| Some((person.id, alike(&asked, &person.words)?)))
            .collect();
        found.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(CANDIDATES);
        found
    }

    /// The people whose code is this one but for a letter or two.
    fn by_code(&self, code: &str) -> Vec<(Uuid, u32)> {
        let near = self.people.iter().filter_map(|person| {
            let wrong = if person.code.len() == code.len() {
                person.code.bytes().zip(code.bytes()).filter(|(a, b)| a != b).count()
            } else if person.code.len().abs_diff(code.len()) <= 1 {
                osa_distance(&person.code, code)
            } else {
                return None;
            };
            (wrong <= WRONG).then(|| (person.id, 1_000 - 100 * u32::try_from(wrong).unwrap_or(10)))
        });
        let mut found: Vec<(Uuid, u32)> = near.collect();
        found.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(CANDIDATES);
        found
    }
}

impl Service {
    /// Finds people by tax code, by name, or by the id of a case, among those with cases within reach: the most alike
    /// first. A text of fewer than two letters finds nobody.
    ///
    /// # Errors
    /// Trouble with the store.
    pub fn search(&self, reach: &DeskQuery, text: &str, limit: usize) -> Result<Vec<Found>, ServiceError> {
        let text: String = text.trim().chars().take(LONGEST).collect();
        if text.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
            return Ok(Vec::new());
        }
        let registry = self.registry()?;
        let code: String = text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_uppercase();
        let is_code = code.chars().any(|c| c.is_ascii_digit()) && (10..=17).contains(&code.len());
        let mut candidates = self.names.with(registry, |known| {
            let by_code = if is_code { known.by_code(&code) } else { Vec::new() };
            if by_code.is_empty() { known.by_name(&text) } else { by_code }
        })?;
        if let Ok(case) = self.find_case(&text)
            && let Some(head) = self.store.case_head(case)?
        {
            candidates.insert(0, (head.subject, 1_000));
        }
        let mut found: Vec<Found> = Vec::new();
        for (subject, score) in candidates {
            if found.len() >= limit || found.iter().any(|known| known.subject.id == subject) {
                continue;
            }
            let (cases, _) = self.rows(&DeskQuery { subject: Some(subject), ..reach.clone() }, None, CASES)?;
            // Whoever has no case within reach is nobody's to find.
            if let Some(subject) = cases.first().map(|row| row.subject.clone()) {
                found.push(Found { subject, cases, score });
            }
        }
        Ok(found)
    }

    /// Corrects the name of a subject.
    ///
    /// # Errors
    /// An unknown subject; trouble with the store.
    pub fn rename(&self, subject: Uuid, name: &str) -> Result<Subject, ServiceError> {
        let known = self.store.subject(subject)?.ok_or(StoreError::UnknownSubject { subject })?;
        let name = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
        let renamed = Subject { name, ..known };
        self.store.put_subject(renamed.clone())?;
        self.names.correct(&renamed);
        Ok(renamed)
    }
}

/// How alike the words asked for are to those of a name; none if one of them has no counterpart.
fn alike(asked: &[String], words: &str) -> Option<u32> {
    let mut sum = 0.0;
    for word in asked {
        let best = words.split(' ').map(|known| closeness(word, known)).fold(0.0, f64::max);
        if best < ALIKE {
            return None;
        }
        sum += best;
    }
    #[expect(clippy::cast_precision_loss, reason = "a handful of words")]
    let mean = sum / asked.len().max(1) as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
    let score = (mean * 1_000.0) as u32;
    Some(score)
}

/// From 0 to 1; the beginning of a word counts nearly as the word.
fn closeness(asked: &str, known: &str) -> f64 {
    if asked == known {
        return 1.0;
    }
    if asked.chars().count() >= 2 && known.starts_with(asked) {
        return 0.97;
    }
    let letters = asked.chars().count();
    // In a short word one wrong letter is another word.
    let allowed = if letters >= 8 { 2 } else { usize::from(letters >= 4) };
    if osa_distance(asked, known) <= allowed {
        return jaro_winkler(asked, known).max(ALIKE);
    }
    0.0
}

/// The words of a text: lower case, without accents, apostrophes and hyphens taken for blanks.
fn folded(text: &str) -> Vec<String> {
    let letters = text.chars().filter(|c| !('\u{300}'..='\u{36f}').contains(c));
    let plain: String = letters.flat_map(char::to_lowercase).map(unaccented).collect();
    plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn unaccented(letter: char) -> char {
    match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => 'e',
        'ğ' => 'g',
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ř' => 'r',
        'ś' | 'š' | 'ş' | 'ș' => 's',
        'ţ' | 'ț' | 'ť' => 't',
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    }
}

/// The groups of three letters of a word, with its two ends.
fn groups(word: &str) -> Vec<[char; 3]> {
    let letters: Vec<char> = std::iter::once(' ').chain(word.chars()).chain(std::iter::once(' ')).collect();
    letters.windows(3).filter_map(|window| window.try_into().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::{closeness, folded};

    #[test]
    fn words_lose_their_accents_and_signs() {
        assert_eq!(folded("Nicolò D'Esempio-Fantasìa"), ["nicolo", "d", "esempio", "fantasia"]);
    }

    #[test]
    fn a_wrong_letter_is_forgiven_in_a_long_word_only() {
        assert!(closeness("fantazia", "fantasia") > 0.8);
        assert!(closeness("fantasai", "fantasia") > 0.8, "two letters exchanged");
        assert!(closeness("ada", "ida") < 0.1);
        assert!(closeness("fant", "fantasia") > 0.9);
    }
}
