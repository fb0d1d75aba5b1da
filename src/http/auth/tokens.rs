// SPDX-License-Identifier: EUPL-1.2
//! Secrets that are handed out once: random, kept only as their SHA-256, compared in constant time; and the form tokens
//! made from them.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// Random bytes.
///
/// # Errors
/// The system gives none.
pub fn random<const N: usize>() -> Result<[u8; N], String> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| e.to_string())?;
    Ok(bytes)
}

/// A new secret of 256 bits, as text of the URL alphabet, and what is kept of it.
///
/// # Errors
/// The system gives no random bytes.
pub fn new_secret() -> Result<(String, [u8; 32]), String> {
    let text = written(&random::<32>()?);
    let digest = digest(&text);
    Ok((text, digest))
}

/// What is kept of a secret.
pub fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Bytes as text of the URL alphabet.
pub fn written(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

fn read(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).ok()
}

/// The token of a form: the session's secret under a mask, so that no two pages carry the same bytes (a compressed page
/// would otherwise give it away).
pub fn form_token(secret: &[u8; 32]) -> String {
    let mask = random::<32>().unwrap_or_default();
    let masked: Vec<u8> =
        mask.iter().chain(mask.iter().zip(secret).map(|(a, b)| a ^ b).collect::<Vec<u8>>().iter()).copied().collect();
    written(&masked)
}

/// Is it a token made from this secret?
pub fn is_form_token(token: &str, secret: &[u8; 32]) -> bool {
    let Some(bytes) = read(token).filter(|bytes| bytes.len() == 64) else { return false };
    let (mask, masked) = bytes.split_at(32);
    let unmasked: Vec<u8> = mask.iter().zip(masked).map(|(a, b)| a ^ b).collect();
    unmasked.ct_eq(secret).into()
}

/// Binds a value to a key of this installation.
pub fn sealed(key: &[u8; 32], value: &[u8]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    mac.update(value);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::{form_token, is_form_token};

    #[test]
    fn a_form_token_is_of_one_secret_and_never_twice_the_same() {
        let (one, other) = ([1; 32], [2; 32]);
        assert_ne!(form_token(&one), form_token(&one));
        assert!(is_form_token(&form_token(&one), &one));
        assert!(!is_form_token(&form_token(&one), &other));
        assert!(!is_form_token("", &one) && !is_form_token("AAAA", &one));
    }
}
