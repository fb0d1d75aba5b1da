// SPDX-License-Identifier: EUPL-1.2
//! What benches share: people who do not exist.

fn check_letter(code: &str) -> char {
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let value = |c: char| c.to_digit(10).unwrap_or_else(|| c as u32 - 'A' as u32);
    let sum: u32 =
        code.chars().enumerate().map(|(i, c)| if i % 2 == 0 { ODD[value(c) as usize] } else { value(c) }).sum();
    char::from_u32('A' as u32 + sum % 26).unwrap_or('?')
}

/// A well-formed *codice fiscale* that nobody has, another for each number: fictional persons only.
pub fn fictional_code(n: usize) -> String {
    let letter = |n: usize| char::from(b'A' + (n % 26) as u8);
    let code = format!(
        "ZZ{}ZZ{}{:02}A{:02}Z9{:02}",
        letter(n),
        letter(n / 26),
        n / 676 % 100,
        1 + n / 67_600 % 28,
        n / 1_892_800 % 100
    );
    let check = check_letter(&code);
    format!("{code}{check}")
}
