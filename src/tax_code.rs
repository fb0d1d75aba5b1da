// SPDX-License-Identifier: EUPL-1.2
//! Italian tax codes: is this text formed as one? Never: whose is it, or does it exist.
//!
//! Of a person: 16 characters, or 11 digits while provisional. Of a company: 11 digits (partita IVA or numeric codice
//! fiscale), or the 16 characters of a sole trader. Rules of D.M. 23 dicembre 1976 as the public descriptions give
//! them; the decree itself was not read.

use std::fmt;

/// Positions (from 0) of a personal code where a digit may have become a letter (omocodia).
const DIGITS: [usize; 7] = [6, 7, 9, 10, 12, 13, 14];
/// The letter a digit becomes.
const OMOCODIA: &[u8; 10] = b"LMNPQRSTUV";
/// The letter of each month of birth.
const MONTHS: &[u8; 12] = b"ABCDEHLMPRST";
/// Days of each month in a leap year.
const LAST_DAYS: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/// The value in an odd position (from 1) of 0 to 9 and of A to J, and then of K to Z.
const ODD: [u32; 26] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/// A well-formed tax code, upper-case. `Debug` masks it, and there is no `Display`: it does not slip into a log.
// Invariant: 16 ASCII letters and digits, or 11 digits, with the right check character.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaxCode(Box<str>);

/// Why a text is not a tax code. Positions count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaxCodeError {
    #[error("un codice fiscale ha 16 caratteri, oppure 11 cifre: qui i caratteri sono {0}")]
    Length(usize),
    #[error("il carattere {position} è `{found}`: lì va {wanted}")]
    Character { position: usize, found: char, wanted: &'static str },
    #[error("il giorno di nascita è `{found:02}`, ma va da 01 a {last} per gli uomini e da 41 a {} per le donne", last + 40)]
    Day { found: u32, last: u32 },
    #[error("il carattere di controllo è `{found}` e dovrebbe essere `{expected}`: c'è un errore di scrittura")]
    Check { found: char, expected: char },
    #[error("un codice di soli zeri non è di nessuno")]
    Zeros,
}

impl TaxCode {
    /// The code of a person: 16 characters, or the 11 digits of a provisional code. Spaces around and lower case are
    /// forgiven.
    ///
    /// ```
    /// use lepre::tax_code::TaxCode;
    /// assert_eq!(TaxCode::person(" rssmra85t10a562s ").unwrap().as_str(), "RSSMRA85T10A562S");
    /// assert_eq!(
    ///     TaxCode::person("RSSMRA85T10A562T").unwrap_err().to_string(),
    ///     "il carattere di controllo è `T` e dovrebbe essere `S`: c'è un errore di scrittura",
    /// );
    /// ```
    ///
    /// # Errors
    /// The first fault, from the left; the check character last.
    pub fn person(text: &str) -> Result<Self, TaxCodeError> {
        Self::read(text)
    }

    /// The code of a company: 11 digits, or the 16 characters of a sole trader or professional.
    ///
    /// # Errors
    /// As [`TaxCode::person`].
    pub fn company(text: &str) -> Result<Self, TaxCodeError> {
        // Today both have the same two forms. Two doors, because what they mean differs.
        Self::read(text)
    }

    fn read(text: &str) -> Result<Self, TaxCodeError> {
        let text = text.trim().to_ascii_uppercase();
        match text.chars().count() {
            16 => check_personal(&text)?,
            11 => check_numeric(&text)?,
            other => return Err(TaxCodeError::Length(other)),
        }
        Ok(Self(text.into()))
    }

    /// The whole code: personal data, if of a person.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Only digits: of a company, or provisional.
    pub fn is_numeric(&self) -> bool {
        self.0.len() == 11
    }

    /// The code with the letters of omocodia turned back into digits, and the check character that goes with them.
    ///
    /// Only a hint that two codes *may* be of one person. A code with such letters is given exactly because somebody
    /// else has the code without them: two people share this text, and must never be merged on it. Hence a `String`
    /// and not a `TaxCode`.
    pub fn canonical(&self) -> String {
        if self.is_numeric() {
            return self.as_str().to_owned();
        }
        let mut characters: Vec<u8> = self.0.bytes().take(15).collect();
        for position in DIGITS {
            if let Some(character) = characters.get_mut(position)
                && let Some(digit) = digit_of(*character)
            {
                *character = b'0' + digit;
            }
        }
        let check = personal_check(&characters);
        characters.into_iter().map(char::from).chain([check]).collect()
    }

    /// The last four characters behind asterisks, for logs and lists.
    pub fn masked(&self) -> String {
        let hidden = self.0.len().saturating_sub(4);
        self.0.chars().enumerate().map(|(at, character)| if at < hidden { '*' } else { character }).collect()
    }
}

impl fmt::Debug for TaxCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TaxCode({})", self.masked())
    }
}

/// A digit, or the letter it became.
fn digit_of(character: u8) -> Option<u8> {
    if character.is_ascii_digit() {
        return Some(character - b'0');
    }
    OMOCODIA.iter().position(|letter| *letter == character).and_then(|digit| u8::try_from(digit).ok())
}

/// 16 characters: 6 letters, year (2 digits), month (letter), day (2 digits, 40 more for women), place (letter and
/// 3 digits), check letter.
fn check_personal(text: &str) -> Result<(), TaxCodeError> {
    let mut numbers = [0; 16];
    let mut month = 0;
    for (at, (character, number)) in text.chars().zip(&mut numbers).enumerate() {
        let byte = u8::try_from(character).ok();
        let wanted = if DIGITS.contains(&at) {
            if let Some(digit) = byte.and_then(digit_of) {
                *number = u32::from(digit);
                continue;
            }
            "una cifra, o una delle lettere `LMNPQRSTUV` che la sostituiscono"
        } else if at == 8 {
            if let Some(found) = byte.and_then(|byte| MONTHS.iter().position(|letter| *letter == byte)) {
                month = found;
                continue;
            }
            "la lettera del mese di nascita, una di `ABCDEHLMPRST`"
        } else if character.is_ascii_uppercase() {
            continue;
        } else {
            "una lettera"
        };
        return Err(TaxCodeError::Character { position: at + 1, found: character, wanted });
    }
    let [_, _, _, _, _, _, year_tens, year_units, _, day_tens, day_units, ..] = numbers;
    let year = year_tens * 10 + year_units;
    let found = day_tens * 10 + day_units;
    let day = if found > 40 { found - 40 } else { found };
    // The century is not written: year 00 may have been leap (2000).
    let last = match LAST_DAYS.get(month) {
        Some(29) if year % 4 != 0 => 28,
        Some(last) => *last,
        None => 31,
    };
    if day < 1 || day > last {
        return Err(TaxCodeError::Day { found, last });
    }
    let expected = personal_check(text.as_bytes());
    match text.chars().next_back() {
        Some(found) if found != expected => Err(TaxCodeError::Check { found, expected }),
        _ => Ok(()),
    }
}

/// The check letter of the first 15 characters.
fn personal_check(characters: &[u8]) -> char {
    check_character(characters.get(..15).unwrap_or(characters))
}

/// The letter of the same algorithm over digits and upper-case letters, however many.
pub(crate) fn check_character(characters: &[u8]) -> char {
    let sum: u32 = characters
        .iter()
        .zip([true, false].into_iter().cycle())
        .map(|(character, odd)| {
            let value = if character.is_ascii_digit() { character - b'0' } else { character.wrapping_sub(b'A') };
            if odd { ODD.get(usize::from(value)).copied().unwrap_or(0) } else { u32::from(value) }
        })
        .sum();
    letter(sum % 26)
}

fn letter(value: u32) -> char {
    u8::try_from(value).map_or('A', |value| char::from(b'A' + value))
}

/// 11 digits, the last of which is the check digit of Luhn.
fn check_numeric(text: &str) -> Result<(), TaxCodeError> {
    let mut sum = 0;
    let mut last = 0;
    for (at, character) in text.chars().enumerate() {
        let Some(digit) = character.to_digit(10) else {
            return Err(TaxCodeError::Character { position: at + 1, found: character, wanted: "una cifra" });
        };
        last = digit;
        if at < 10 {
            let weighed = digit * (1 + u32::from(at % 2 == 1));
            sum += weighed / 10 + weighed % 10;
        }
    }
    if sum == 0 && last == 0 {
        return Err(TaxCodeError::Zeros);
    }
    let expected = (10 - sum % 10) % 10;
    if last == expected {
        return Ok(());
    }
    let in_digits = |digit| char::from_digit(digit, 10).unwrap_or('0');
    Err(TaxCodeError::Check { found: in_digits(last), expected: in_digits(expected) })
}
