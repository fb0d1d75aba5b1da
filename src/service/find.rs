// SPDX-License-Identifier: EUPL-1.2
//! What a case is called by people: the beginning of its id, or its id in the system it came from.

use uuid::Uuid;

use crate::store::CaseHead;

use super::{Service, ServiceError};

/// Fewer characters are nobody's case.
const SHORTEST: usize = 4;
/// The digits of an id that say the millisecond it was made in: a case opened later begins otherwise.
const MOMENT: usize = 12;

impl Service {
    /// Finds a case by its id, the beginning of its id, or its id in the system it came from.
    ///
    /// # Errors
    /// None, or more than one.
    pub fn find_case(&self, text: &str) -> Result<Uuid, ServiceError> {
        let text = text.trim();
        let unknown = || ServiceError::UnknownCase(text.to_owned());
        if let Ok(id) = Uuid::parse_str(text)
            && self.store.case_head(id)?.is_some()
        {
            return Ok(id);
        }
        if let Some(head) = self.store.case_by_external(text)? {
            return Ok(head.id);
        }
        let digits: String = text.chars().filter(|c| *c != '-').flat_map(char::to_lowercase).collect();
        if !(SHORTEST..32).contains(&digits.len()) || !digits.chars().all(|c| c.is_ascii_hexdigit()) {
            return Err(unknown());
        }
        let found = self.beginning_with(&digits)?;
        match found.as_slice() {
            [one] => Ok(one.id),
            [] => Err(unknown()),
            _ => Err(ServiceError::AmbiguousCase(text.to_owned())),
        }
    }

    /// The shortest beginning of an id that will go on meaning this case only: it says at least when the case was made.
    ///
    /// # Errors
    /// Trouble with the store.
    pub fn short_id(&self, id: Uuid) -> Result<String, ServiceError> {
        let digits = id.simple().to_string();
        let mut length = MOMENT;
        while length < digits.len() && self.beginning_with(digits.get(..length).unwrap_or_default())?.len() > 1 {
            length += 1;
        }
        Ok(beginning(id, length))
    }

    /// At most two of the cases whose id begins with these digits.
    fn beginning_with(&self, digits: &str) -> Result<Vec<CaseHead>, ServiceError> {
        let Ok(first) = Uuid::parse_str(&format!("{digits:0<32}")) else { return Ok(Vec::new()) };
        let before = first.as_u128().checked_sub(1).map(Uuid::from_u128);
        let mut found = self.store.case_heads(before, 2)?;
        found.retain(|head| head.id.simple().to_string().starts_with(digits));
        Ok(found)
    }
}

/// The first digits of an id, with its hyphens.
pub(super) fn beginning(id: Uuid, digits: usize) -> String {
    let mut left = digits;
    let text = id.to_string();
    text.chars()
        .take_while(|c| {
            let more = left > 0;
            left -= usize::from(more && *c != '-');
            more
        })
        .collect()
}

/// Digits that tell an id from its neighbours in the order of ids; never fewer than say when the case was made.
pub(super) fn telling(id: Uuid, neighbours: [Option<Uuid>; 2]) -> usize {
    let shared = |other: Uuid| ((id.as_u128() ^ other.as_u128()).leading_zeros() / 4) as usize;
    neighbours.into_iter().flatten().map(|other| shared(other) + 1).fold(MOMENT, usize::max)
}
