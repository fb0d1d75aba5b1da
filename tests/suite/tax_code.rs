// SPDX-License-Identifier: EUPL-1.2
//! Tax codes: the good ones of public test suites, every single slip of the pen, and codes made up here.

use lepre::tax_code::{TaxCode, TaxCodeError};

/// From public test suites; nobody's.
const GOOD: [&str; 6] = [
    "RSSMRA85T10A562S",
    "RSSMRA85T10A56NH",
    "MRTMTT25D09F20RU",
    "MRTMTT25D09F2LRF",
    "MRTMTT25D09FNLRU",
    "RSSMRA85T50A562W",
];

/// The code with the check letter it needs, learnt from the refusal of a wrong one.
fn completed(first: &str) -> Result<String, TaxCodeError> {
    match TaxCode::person(&format!("{first}A")) {
        Ok(code) => Ok(code.as_str().to_owned()),
        Err(TaxCodeError::Check { expected, .. }) => Ok(format!("{first}{expected}")),
        Err(other) => Err(other),
    }
}

fn refusal(text: &str) -> String {
    TaxCode::person(text).unwrap_err().to_string()
}

#[test]
fn the_published_codes_are_good() {
    for code in GOOD {
        assert_eq!(TaxCode::person(code).map(|code| code.as_str().to_owned()), Ok(code.to_owned()));
        assert_eq!(TaxCode::company(code).map(|code| code.as_str().to_owned()), Ok(code.to_owned()));
        assert_eq!(completed(&code[..15]).as_deref(), Ok(code));
    }
}

#[test]
fn spaces_around_and_lower_case_are_forgiven_but_not_spaces_inside() {
    assert_eq!(TaxCode::person("  rssmra85t10a562s\n").unwrap().as_str(), "RSSMRA85T10A562S");
    assert_eq!(
        refusal("RSSMRA 85T10A562S"),
        "un codice fiscale ha 16 caratteri, oppure 11 cifre: qui i caratteri sono 17"
    );
    assert_eq!(
        refusal("RSSMRA 5T10A562S"),
        "il carattere 7 è ` `: lì va una cifra, o una delle lettere `LMNPQRSTUV` che la sostituiscono"
    );
}

#[test]
fn a_wrong_check_letter_is_always_refused() {
    for code in GOOD {
        for letter in ('A'..='Z').filter(|letter| !code.ends_with(*letter)) {
            let wrong = format!("{}{letter}", &code[..15]);
            let expected = code.chars().next_back().unwrap();
            assert_eq!(TaxCode::person(&wrong), Err(TaxCodeError::Check { found: letter, expected }), "{wrong}");
        }
    }
}

#[test]
fn a_digit_written_for_another_is_always_refused() {
    for code in GOOD {
        for at in (0..15).filter(|at| code.as_bytes()[*at].is_ascii_digit()) {
            for digit in ('0'..='9').filter(|digit| code.as_bytes()[at] != *digit as u8) {
                let wrong = format!("{}{digit}{}", &code[..at], &code[at + 1..]);
                assert!(TaxCode::person(&wrong).is_err(), "{wrong}");
            }
        }
    }
}

#[test]
fn the_refusal_says_which_character_and_what_belongs_there() {
    assert_eq!(refusal(""), "un codice fiscale ha 16 caratteri, oppure 11 cifre: qui i caratteri sono 0");
    assert_eq!(
        refusal("RSSMRA85T10A562"),
        "un codice fiscale ha 16 caratteri, oppure 11 cifre: qui i caratteri sono 15"
    );
    assert_eq!(refusal("R5SMRA85T10A562S"), "il carattere 2 è `5`: lì va una lettera");
    assert_eq!(refusal("RSÀMRA85T10A562S"), "il carattere 3 è `À`: lì va una lettera");
    assert_eq!(
        refusal("RSSMRA8AT10A562S"),
        "il carattere 8 è `A`: lì va una cifra, o una delle lettere `LMNPQRSTUV` che la sostituiscono"
    );
    assert_eq!(
        refusal("RSSMRA85F10A562S"),
        "il carattere 9 è `F`: lì va la lettera del mese di nascita, una di `ABCDEHLMPRST`"
    );
    assert_eq!(refusal("RSSMRA85T101562S"), "il carattere 12 è `1`: lì va una lettera");
    assert_eq!(refusal("RSSMRA85T10A5625"), "il carattere 16 è `5`: lì va una lettera");
    assert_eq!(
        refusal("RSSMRA85T00A562S"),
        "il giorno di nascita è `00`, ma va da 01 a 31 per gli uomini e da 41 a 71 per le donne"
    );
    assert_eq!(
        refusal("RSSMRA85T10A562X"),
        "il carattere di controllo è `X` e dovrebbe essere `S`: c'è un errore di scrittura"
    );
    assert_eq!(refusal("0000000001A"), "il carattere 11 è `A`: lì va una cifra");
}

#[test]
fn the_day_of_birth_exists_in_its_month_for_men_and_for_women() {
    let lasts = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    for year in 0..100 {
        for (month, mut last) in "ABCDEHLMPRST".chars().zip(lasts) {
            if month == 'B' && year % 4 == 0 {
                last = 29;
            }
            for day in 0..100 {
                let plausible = (1..=last).contains(&day) || (41..=40 + last).contains(&day);
                let code = completed(&format!("RSSMRA{year:02}{month}{day:02}A562"));
                assert_eq!(code.is_ok(), plausible, "{year:02}{month}{day:02}");
            }
        }
    }
}

#[test]
fn every_form_of_omocodia_is_read_and_turns_back_into_the_same_hint() {
    let positions = [6, 7, 9, 10, 12, 13, 14];
    let letters = b"LMNPQRSTUV";
    for chosen in 0_u32..128 {
        let mut first: Vec<u8> = b"MRTMTT25D09F205".to_vec();
        for (bit, at) in positions.into_iter().enumerate() {
            if chosen >> bit & 1 == 1 {
                first[at] = letters[usize::from(first[at] - b'0')];
            }
        }
        let code = completed(std::str::from_utf8(&first).unwrap()).unwrap();
        let code = TaxCode::person(&code).unwrap();
        assert_eq!(code.canonical(), completed("MRTMTT25D09F205").unwrap());
        assert_eq!(code.as_str().len(), 16);
    }
    assert_eq!(TaxCode::person("RSSMRA85T10A56NH").unwrap().canonical(), "RSSMRA85T10A562S");
    assert_eq!(TaxCode::person("RSSMRA85T10A562S").unwrap().canonical(), "RSSMRA85T10A562S");
    // The hint is no identity: the two codes stay different.
    assert_ne!(TaxCode::person("RSSMRA85T10A56NH"), TaxCode::person("RSSMRA85T10A562S"));
}

/// Luhn as usually told: from the right, every second digit doubled, the sum a multiple of 10.
fn luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| match (at % 2, digit * 2) {
            (0, _) => *digit,
            (_, twice) if twice > 9 => twice - 9,
            (_, twice) => twice,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[test]
fn eleven_digits_are_judged_by_luhn() {
    for seed in 1_u64..2_000 {
        let number = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) % 100_000_000_000;
        let text = format!("{number:011}");
        let digits: Vec<u32> = text.chars().filter_map(|digit| digit.to_digit(10)).collect();
        assert_eq!(TaxCode::company(&text).is_ok(), luhn(&digits), "{text}");
        assert_eq!(TaxCode::person(&text).is_ok(), luhn(&digits), "{text}");
        if let Err(TaxCodeError::Check { expected, .. }) = TaxCode::company(&text) {
            let mended = format!("{}{expected}", &text[..10]);
            let code = TaxCode::company(&mended).unwrap();
            assert!(code.is_numeric());
            assert_eq!(code.canonical(), mended);
        }
    }
    assert_eq!(TaxCode::company("00000000000"), Err(TaxCodeError::Zeros));
    assert!(!TaxCode::person("RSSMRA85T10A562S").unwrap().is_numeric());
}

#[test]
fn a_log_shows_the_last_four_characters_only() {
    let code = TaxCode::person("RSSMRA85T10A562S").unwrap();
    assert_eq!(code.masked(), "************562S");
    assert_eq!(format!("{code:?}"), "TaxCode(************562S)");
}
