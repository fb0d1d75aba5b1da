// SPDX-License-Identifier: EUPL-1.2
//! Ed25519: who has signed something, and that it was not changed since. Keys are made elsewhere, from random bytes.

use std::fmt;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

const PRIVATE: &str = "lepre chiave privata ed25519 ";
const PUBLIC: &str = "lepre chiave pubblica ed25519 ";

/// A text that holds no key of the kind that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("non contiene una chiave {0} di lepre")]
pub struct NotAKey(&'static str);

/// What signs. It wipes itself from memory, and is never shown.
pub struct PrivateKey(SigningKey);

impl PrivateKey {
    pub fn new(seed: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&seed))
    }

    /// # Errors
    /// It is not the text of a private key.
    pub fn read(text: &str) -> Result<Self, NotAKey> {
        let digits = text.trim_end().strip_prefix(PRIVATE).and_then(bytes::<32>);
        digits.map(Self::new).ok_or(NotAKey("privata"))
    }

    /// One line, to be kept where nobody else reads.
    pub fn text(&self) -> String {
        format!("{PRIVATE}{}\n", hex(self.0.as_bytes()))
    }

    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// 128 hexadecimal digits.
    pub fn sign(&self, message: &[u8]) -> String {
        hex(&self.0.sign(message).to_bytes())
    }
}

/// What tells whether a signature is of the private key that goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// # Errors
    /// It is not the text of a public key, nor its 64 digits.
    pub fn read(text: &str) -> Result<Self, NotAKey> {
        let text = text.trim_end();
        let digits = bytes::<32>(text.strip_prefix(PUBLIC).unwrap_or(text));
        let key = digits.and_then(|digits| VerifyingKey::from_bytes(&digits).ok()).filter(|key| !key.is_weak());
        key.map(Self).ok_or(NotAKey("pubblica"))
    }

    /// One line, to be given to whoever must verify.
    pub fn text(&self) -> String {
        format!("{PUBLIC}{self}\n")
    }

    /// Is `signature`, in 128 digits, the one of this message?
    pub fn has_signed(&self, message: &[u8], signature: &str) -> bool {
        let signature = bytes::<64>(signature).map(|read| Signature::from_bytes(&read));
        signature.is_some_and(|signature| self.0.verify_strict(message, &signature).is_ok())
    }
}

/// 64 hexadecimal digits.
impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(self.0.as_bytes()))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Exactly `N` bytes, in hexadecimal digits.
fn bytes<const N: usize>(digits: &str) -> Option<[u8; N]> {
    if digits.len() != 2 * N || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; N];
    for (n, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(2 * n..2 * n + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{PrivateKey, PublicKey};

    /// RFC 8032, section 7.1, test 2.
    #[test]
    fn the_signature_is_the_one_of_the_standard() {
        let seed = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
        let key = PrivateKey::read(&format!("lepre chiave privata ed25519 {seed}\n")).unwrap();
        assert_eq!(key.public().to_string(), "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        let signature = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
            085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
        assert_eq!(key.sign(&[0x72]), signature);
        assert!(key.public().has_signed(&[0x72], signature));
        assert!(!key.public().has_signed(&[0x73], signature));
        assert!(!key.public().has_signed(&[0x72], &signature.replace('9', "8")));
        assert!(!key.public().has_signed(&[0x72], "è corta"));
        assert_eq!(PublicKey::read(&key.public().text()), Ok(key.public()));
        assert!(PublicKey::read(&key.text()).is_err());
    }
}
