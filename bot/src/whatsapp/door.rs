//! The entrance: proves that a webhook comes from Meta, and takes it apart.

use std::sync::Arc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sapa_core::{
    clock::Clock,
    inbox::{Channel, Door, Headers, NewEvent, Refused},
};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::{
    Account,
    split::{Ours, split},
};

/// Meta: create-webhook-endpoint.
const SIGNATURE: &str = "x-hub-signature-256";

/// The entrance of an account's webhooks.
pub struct WhatsAppDoor {
    ours: Ours,
    app_secret: SecretString,
    verify_token: SecretString,
    clock: Arc<dyn Clock>,
}

impl WhatsAppDoor {
    /// The entrance of this account. The clock judges timestamps that cannot be true.
    pub fn new(account: &Account, clock: Arc<dyn Clock>) -> Self {
        Self {
            ours: Ours {
                channel: Channel::whatsapp(&account.phone_number_id),
                phone_number_id: account.phone_number_id.clone(),
                business_account_id: account.business_account_id.clone(),
            },
            app_secret: account.app_secret.clone(),
            verify_token: account.verify_token.clone(),
            clock,
        }
    }
}

impl Door for WhatsAppDoor {
    fn verify(&self, headers: &dyn Headers, body: &[u8]) -> Result<(), Refused> {
        let secret = self.app_secret.expose_secret();
        let [told] = headers.all(SIGNATURE)[..] else {
            return Err(Refused);
        };
        let told = told
            .strip_prefix(b"sha256=")
            .and_then(digest)
            .ok_or(Refused)?;
        if secret.is_empty() {
            return Err(Refused);
        }
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| Refused)?;
        mac.update(body);
        // Compares in constant time.
        mac.verify_slice(&told).map_err(|_| Refused)
    }

    fn split(&self, body: &[u8]) -> Vec<NewEvent> {
        split(&self.ours, self.clock.now(), body)
    }

    fn challenge(&self, mode: &str, token: &str, challenge: &str) -> Option<String> {
        let expected = self.verify_token.expose_secret();
        // Of digests, so that not even the length is told by the time that it takes.
        let digests = [token, expected].map(|token| Sha256::digest(token.as_bytes()));
        let same = bool::from(digests[0].as_slice().ct_eq(digests[1].as_slice()));
        (same && !expected.is_empty() && mode == "subscribe").then(|| challenge.to_owned())
    }
}

/// Exactly 64 lower-case hexadecimal digits, as Meta writes them.
fn digest(hex: &[u8]) -> Option<[u8; 32]> {
    let hex: &[u8; 64] = hex.try_into().ok()?;
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

fn digit(letter: u8) -> Option<u8> {
    match letter {
        b'0'..=b'9' => Some(letter - b'0'),
        b'a'..=b'f' => Some(letter - b'a' + 10),
        _ => None,
    }
}
