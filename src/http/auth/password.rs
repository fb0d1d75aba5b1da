// SPDX-License-Identifier: EUPL-1.2
//! Passwords: kept as argon2id, checked in the same time whether the account exists or not.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};

/// Characters at least.
pub const SHORTEST: usize = 12;
/// Characters at most: more only costs time.
pub const LONGEST: usize = 200;

/// The hash of a password, with its salt and costs (PHC string).
///
/// # Errors
/// The system gives no random salt.
pub fn hashed(password: &str) -> Result<String, String> {
    Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(|e| e.to_string())
}

/// Is it this password? An account without one (`None`) costs the same time, and is never entered.
pub fn is_right(password: &str, hash: Option<&str>) -> bool {
    static NOBODY: LazyLock<String> = LazyLock::new(|| hashed("nessuno").unwrap_or_default());
    if password.chars().count() > LONGEST {
        return false;
    }
    let known = hash.unwrap_or(&NOBODY);
    let right = PasswordHash::new(known)
        .is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok());
    right && hash.is_some()
}

/// What is wrong with a new password, in words.
pub fn fault(password: &str, username: &str) -> Option<String> {
    let length = password.chars().count();
    let folded = password.to_lowercase();
    let letters: std::collections::BTreeSet<char> = folded.chars().collect();
    if length < SHORTEST {
        return Some(format!("ha {length} caratteri: ne servono almeno {SHORTEST}; una frase va bene"));
    }
    if length > LONGEST {
        return Some(format!("ha più di {LONGEST} caratteri"));
    }
    if folded.contains(&username.to_lowercase()) {
        return Some("contiene il nome utente".into());
    }
    (letters.len() < 5).then(|| "ripete troppo pochi caratteri diversi".into())
}

/// A first password, to be copied by hand and changed at once: 80 bits, without letters that look alike.
///
/// # Errors
/// The system gives no random bytes.
pub fn initial() -> Result<String, String> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let bytes = super::tokens::random::<16>()?;
    let letters: Vec<char> =
        bytes.iter().filter_map(|byte| LETTERS.get(usize::from(byte % 32))).map(|byte| char::from(*byte)).collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    Ok(groups.join("-"))
}
