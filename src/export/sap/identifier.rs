// SPDX-License-Identifier: EUPL-1.2
//! The identifier of a record: two digits of the source system, eight hexadecimal digits, a check letter.
//!
//! The eight digits come from the case, the item and the event with which it began: the same every time. The letter is
//! made with the algorithm of the tax code over promoter, code and day of proposal.

use crate::calendar::Day;
use crate::digest::Digest;
use crate::tax_code::check_character;

use super::SourceSystem;

/// The letter for a promoter of 11 characters, a code of 3 and a day of proposal; none if they are not so.
///
/// ```
/// # use lepre::export::sap::check_letter;
/// assert_eq!(check_letter("H501X000004", "A02", "2017-01-01".parse().unwrap()), Some('B'));
/// ```
pub fn check_letter(promoter: &str, code: &str, proposed_on: Day) -> Option<char> {
    let (year, month, day) = proposed_on.ymd();
    let text = format!("{promoter}{code}{year:04}{month:02}{day:02}");
    let formed = text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    (promoter.len() == 11 && code.len() == 3 && text.len() == 22 && formed).then(|| check_character(text.as_bytes()))
}

/// The eight digits of an activity carried out: of the case's id outside, of the item, of the event that began it.
pub(super) fn sequence(case: &str, item: &str, first_event: u32) -> u32 {
    // Each part with its length before it: no two lists of parts give the same text.
    let parts = ["lepre/politica/1", case, item, &first_event.to_string()];
    let text: String = parts.iter().map(|part| format!("{}:{part}", part.len())).collect();
    let [a, b, c, d, ..] = Digest::of(text.as_bytes()).0;
    u32::from_be_bytes([a, b, c, d])
}

/// The whole identifier.
///
/// ```
/// # use lepre::export::sap::{SourceSystem, identifier};
/// let lazio = SourceSystem::of("08").unwrap();
/// let made = identifier(lazio, 0x008B_3B94, "H501X000004", "A02", "2017-01-01".parse().unwrap());
/// assert_eq!(made.as_deref(), Some("08008B3B94B"));
/// ```
pub fn identifier(system: SourceSystem, sequence: u32, promoter: &str, code: &str, proposed_on: Day) -> Option<String> {
    let letter = check_letter(promoter, code, proposed_on)?;
    Some(format!("{}{sequence:08X}{letter}", system.code()))
}
