// SPDX-License-Identifier: EUPL-1.2
//! Names that tell two people apart and say nothing of either: HMAC-SHA256 under a key that stays in the house.
//!
//! The same key gives the same names, so that two exports can be laid side by side; without it nobody can go back.

use std::collections::HashMap;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The shortest key, in bytes: as long as what it makes.
pub const KEY_BYTES: usize = 32;
/// Digits of a pseudonym: 128 bits, so that two never meet by chance.
const DIGITS: usize = 32;

/// Whose name it is: the same text gives different pseudonyms for different kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    Case,
    Subject,
    Operator,
}

impl Named {
    fn word(self) -> &'static str {
        match self {
            Self::Case => "pratica",
            Self::Subject => "soggetto",
            Self::Operator => "operatore",
        }
    }
}

pub struct Pseudonyms {
    keyed: Hmac<Sha256>,
    operators: HashMap<String, String>,
}

impl Pseudonyms {
    /// Under a key; none if it is shorter than [`KEY_BYTES`].
    pub fn under(key: &[u8]) -> Option<Self> {
        let keyed = Hmac::new_from_slice(key).ok()?;
        (key.len() >= KEY_BYTES).then(|| Self { keyed, operators: HashMap::new() })
    }

    /// Under a key that nobody will ever know.
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub fn of_this_time_only() -> std::io::Result<Self> {
        let mut key = [0; KEY_BYTES];
        getrandom::fill(&mut key).map_err(|e| std::io::Error::other(e.to_string()))?;
        Self::under(&key).ok_or_else(|| std::io::ErrorKind::InvalidInput.into())
    }

    /// The pseudonym of one thing.
    pub fn of(&self, named: Named, name: &[u8]) -> String {
        let mut mac = self.keyed.clone();
        mac.update(named.word().as_bytes());
        mac.update(&[0]);
        mac.update(name);
        let bytes = mac.finalize().into_bytes();
        let digit = |half: u8| char::from(if half < 10 { b'0' + half } else { b'a' + (half - 10) });
        bytes.iter().take(DIGITS / 2).flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
    }

    /// The pseudonym of one who acts. They are few and come again and again: each is worked out once.
    pub fn operator(&mut self, actor: &str) -> &str {
        if !self.operators.contains_key(actor) {
            let made = self.of(Named::Operator, actor.as_bytes());
            self.operators.insert(actor.to_owned(), made);
        }
        self.operators.get(actor).map_or("", String::as_str)
    }
}
