//! Who comes in, and who does not.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sapa_core::inbox::{Door as _, Headers, Refused};
use secrecy::SecretString;
use sha2::Sha256;

use super::{SECRET, account, door};
use crate::whatsapp::WhatsAppDoor;

struct Sent(Vec<(&'static str, String)>);

impl Headers for Sent {
    fn all(&self, name: &str) -> Vec<&[u8]> {
        let named = self.0.iter().filter(|(key, _)| *key == name);
        named.map(|(_, value)| value.as_bytes()).collect()
    }
}

fn sign(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key will do");
    mac.update(body);
    mac.finalize()
        .into_bytes()
        .iter()
        .fold("sha256=".to_owned(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

#[test]
fn only_the_exact_signature_of_the_exact_bytes_comes_in() {
    let body = br#"{"name":"\u00e4\/"}"#;
    let header = "x-hub-signature-256";
    let right = sign(SECRET, body);
    assert_eq!(
        door().verify(&Sent(vec![(header, right.clone())]), body),
        Ok(())
    );
    let hex = right.trim_start_matches("sha256=");
    let wrong: Vec<Vec<(&'static str, String)>> = vec![
        vec![],
        vec![(header, String::new())],
        vec![(header, hex.to_owned())],
        vec![(header, format!("sha256={}", hex.to_uppercase()))],
        vec![(header, format!("SHA256={hex}"))],
        vec![(header, format!("sha256= {hex}"))],
        vec![(header, format!("{right} "))],
        vec![(header, format!("{right}00"))],
        vec![(header, right[..right.len() - 1].to_owned())],
        vec![(header, right[..right.len() - 2].to_owned())],
        vec![(header, format!("sha256={}g", &hex[..63]))],
        vec![(header, format!("sha1={}", &hex[..40]))],
        vec![("x-hub-signature", right.clone())],
        vec![(header, right.clone()), (header, right.clone())],
        vec![(header, sign("another secret", body))],
    ];
    for headers in wrong {
        let refused = door().verify(&Sent(headers.clone()), body);
        assert_eq!(refused, Err(Refused), "{headers:?}");
    }
    // The same JSON in other bytes is another body.
    let other = r#"{"name":"ä/"}"#.as_bytes();
    assert_eq!(
        door().verify(&Sent(vec![(header, right)]), other),
        Err(Refused)
    );
}

#[test]
fn without_a_secret_nobody_comes_in() {
    let mut account = account("https://graph.test");
    account.app_secret = SecretString::from("");
    account.verify_token = SecretString::from("");
    let clock = std::sync::Arc::new(sapa_core::clock::SystemClock::new());
    let door = WhatsAppDoor::new(&account, clock);
    let headers = Sent(vec![("x-hub-signature-256", sign("", b"{}"))]);
    assert_eq!(door.verify(&headers, b"{}"), Err(Refused));
    assert_eq!(door.challenge("subscribe", "", "1"), None);
}

#[test]
fn the_challenge_is_repeated_to_whoever_knows_the_token() {
    let cases = [
        ("subscribe", "verify-me", Some("1158201444")),
        ("subscribe", "verify-m", None),
        ("subscribe", "", None),
        ("unsubscribe", "verify-me", None),
        ("", "verify-me", None),
    ];
    for (mode, token, answer) in cases {
        assert_eq!(
            door().challenge(mode, token, "1158201444").as_deref(),
            answer,
            "{mode} {token}"
        );
    }
}

#[test]
fn an_account_keeps_its_secrets_to_itself() {
    let told = format!("{:?}", account("https://graph.test"));
    assert!(!told.contains(SECRET) && !told.contains(super::TOKEN) && !told.contains("verify-me"));
}
