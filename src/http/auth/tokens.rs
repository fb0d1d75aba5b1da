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

/// A text that the browser keeps for us and cannot change: it can be read there, so it holds no secret of ours.
pub fn seal(key: &[u8; 32], purpose: &str, text: &str) -> String {
    let mark = sealed(key, format!("{purpose}\0{text}").as_bytes());
    format!("{}.{}", written(text.as_bytes()), written(&mark))
}

/// The text of [`seal`], if it is ours and made for that purpose.
pub fn unseal(key: &[u8; 32], purpose: &str, sealed_text: &str) -> Option<String> {
    let (text, mark) = sealed_text.split_once('.')?;
    let text = String::from_utf8(read(text)?).ok()?;
    let right = sealed(key, format!("{purpose}\0{text}").as_bytes());
    bool::from(right.as_slice().ct_eq(&read(mark)?)).then_some(text)
}

/// Are two secrets the same? Takes the same time whatever they are.
pub fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::{form_token, is_form_token, seal, unseal};

    #[test]
    fn a_sealed_text_opens_for_its_key_and_purpose_only() {
        let sealed = seal(&[1; 32], "a", "testo");
        assert_eq!(unseal(&[1; 32], "a", &sealed).as_deref(), Some("testo"));
        assert_eq!(unseal(&[2; 32], "a", &sealed), None);
        assert_eq!(unseal(&[1; 32], "b", &sealed), None);
        let other = seal(&[1; 32], "a", "altro");
        let mixed = format!("{}.{}", other.split('.').next().unwrap(), sealed.split('.').nth(1).unwrap());
        assert_eq!(unseal(&[1; 32], "a", &mixed), None);
        assert_eq!(unseal(&[1; 32], "a", "x"), None);
    }

    #[test]
    fn a_form_token_is_of_one_secret_and_never_twice_the_same() {
        let (one, other) = ([1; 32], [2; 32]);
        assert_ne!(form_token(&one), form_token(&one));
        assert!(is_form_token(&form_token(&one), &one));
        assert!(!is_form_token(&form_token(&one), &other));
        assert!(!is_form_token("", &one) && !is_form_token("AAAA", &one));
    }
}
