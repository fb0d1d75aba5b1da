// SPDX-License-Identifier: EUPL-1.2
//! What a person at the employment services may do with the program, in four roles.

use std::fmt;
use std::str::FromStr;

/// The role of an account; every account has exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Works on the cases of one office.
    Operator,
    /// Works on the cases of one office and assigns them.
    OfficeLead,
    /// Looks after the levels and the accounts of a region; sees no personal data.
    RegionalAdmin,
    /// Reads every case of a region, or of all; never writes.
    Auditor,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Operator, Self::OfficeLead, Self::RegionalAdmin, Self::Auditor];

    /// The word by which officials know it, and under which it is stored.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Operator => "operatore",
            Self::OfficeLead => "responsabile",
            Self::RegionalAdmin => "amministratore",
            Self::Auditor => "verificatore",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A word that names no role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("ruolo `{0}` sconosciuto: i ruoli sono `operatore`, `responsabile`, `amministratore`, `verificatore`")]
pub struct UnknownRole(pub String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(word: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.word() == word).ok_or_else(|| UnknownRole(word.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::Role;

    #[test]
    fn a_role_is_found_by_its_word_and_by_no_other() {
        for role in Role::ALL {
            assert_eq!(role.word().parse(), Ok(role));
        }
        let unknown = "Operatore".parse::<Role>().unwrap_err();
        assert!(unknown.to_string().starts_with("ruolo `Operatore` sconosciuto"));
    }
}
