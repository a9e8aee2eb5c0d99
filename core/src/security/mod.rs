//! The desk's keys: what is kept as a keyed hash, what is sealed on its way, what is signed. Everything is derived from the one secret
//! key by HKDF-SHA256 with a label of its own, so that no two uses share a key; earlier secret keys are accepted, never used anew.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::{
    hex::hex,
    ids::{Entropy, Ids},
};

pub mod jwt;

/// What separates our derivations from anybody else's with the same secret.
const SALT: &[u8] = b"sapa keys 1";

/// What a subkey is for. A label is for ever: another one makes another key, and what was made with the old one is not known any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// One-time codes, as they are stored.
    OtpCode,
    /// What a code was asked for: numbers and names that may belong to nobody are not stored in the clear.
    OtpHandle,
    /// What lies in the outbox and is nobody's to read there.
    OutboxSecret,
    /// Tokens of the customer portal.
    PortalToken,
    /// Sessions of the staff and links to the super-admin door, as they are stored.
    StaffSession,
    /// What a form of the pages carries to show that it is ours.
    PagesForm,
}

impl Label {
    fn info(self) -> &'static [u8] {
        match self {
            Self::OtpCode => b"otp code",
            Self::OtpHandle => b"otp handle",
            Self::OutboxSecret => b"outbox secret",
            Self::PortalToken => b"portal token",
            Self::StaffSession => b"staff session",
            Self::PagesForm => b"pages form",
        }
    }
}

/// The desk's keys.
#[derive(Clone)]
pub struct Keys {
    current: Hkdf<Sha256>,
    previous: Arc<[Hkdf<Sha256>]>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys")
            .field("previous", &self.previous.len())
            .finish_non_exhaustive()
    }
}

impl Keys {
    /// Keys from the secret key in use, and earlier ones that are still accepted.
    pub fn new(current: &SecretString, previous: &[SecretString]) -> Self {
        let extract =
            |secret: &SecretString| Hkdf::new(Some(SALT), secret.expose_secret().as_bytes());
        Self {
            current: extract(current),
            previous: previous.iter().map(extract).collect(),
        }
    }

    /// Keys that nobody else has and that end with the process.
    pub fn ephemeral(entropy: &dyn Entropy) -> Self {
        let mut secret = [0; 32];
        entropy.fill(&mut secret);
        Self::new(&SecretString::from(hex(secret)), &[])
    }

    /// A keyed hash, in hexadecimal letters.
    pub fn mac(&self, label: Label, data: &[u8]) -> String {
        hex(mac(&derive(&self.current, label), data))
    }

    /// The keyed hashes by every key that is accepted, the one in use first: for looking up what was stored before the key was changed.
    pub fn macs(&self, label: Label, data: &[u8]) -> impl Iterator<Item = String> {
        self.subkeys(label).map(move |key| hex(mac(&key, data)))
    }

    /// Whether `tag` is the keyed hash of `data` by any key that is accepted. Takes as long when it is not.
    pub fn verify(&self, label: Label, data: &[u8], tag: &str) -> bool {
        self.subkeys(label).fold(false, |right, key| {
            right | bool::from(hex(mac(&key, data)).as_bytes().ct_eq(tag.as_bytes()))
        })
    }

    /// Makes `plain` unreadable, and tied to `about`: it opens with the same one only.
    ///
    /// # Panics
    /// When `plain` has more than 256 GB.
    pub fn seal(&self, label: Label, ids: &Ids, about: &str, plain: &[u8]) -> String {
        let nonce: [u8; NONCE_LEN] = ids.bytes();
        let mut sealed = plain.to_vec();
        aead(&derive(&self.current, label))
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(about.as_bytes()),
                &mut sealed,
            )
            .expect("what is sealed is far shorter than ChaCha20's limit");
        let mut whole = nonce.to_vec();
        whole.append(&mut sealed);
        URL_SAFE_NO_PAD.encode(whole)
    }

    /// What was sealed, by any key that is accepted; `None` when it was sealed by another, about something else, or changed.
    pub fn open(&self, label: Label, about: &str, sealed: &str) -> Option<Vec<u8>> {
        let whole = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = whole.split_first_chunk::<NONCE_LEN>()?;
        self.subkeys(label).find_map(|key| {
            let mut opened = sealed.to_vec();
            let nonce = Nonce::assume_unique_for_key(*nonce);
            let plain = aead(&key)
                .open_in_place(nonce, Aad::from(about.as_bytes()), &mut opened)
                .ok()?;
            Some(plain.to_vec())
        })
    }

    /// The subkeys of a label, the one in use first.
    fn subkeys(&self, label: Label) -> impl Iterator<Item = [u8; 32]> {
        std::iter::once(&self.current)
            .chain(self.previous.iter())
            .map(move |key| derive(key, label))
    }
}

fn derive(key: &Hkdf<Sha256>, label: Label) -> [u8; 32] {
    let mut subkey = [0; 32];
    key.expand(label.info(), &mut subkey)
        .expect("HKDF-SHA256 gives up to 8,160 bytes");
    subkey
}

fn mac(key: &[u8; 32], data: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(data);
    mac.finalize().into_bytes().into()
}

fn aead(key: &[u8; 32]) -> LessSafeKey {
    let key = UnboundKey::new(&CHACHA20_POLY1305, key).expect("a ChaCha20 key has 32 bytes");
    LessSafeKey::new(key)
}

#[cfg(test)]
mod tests;
