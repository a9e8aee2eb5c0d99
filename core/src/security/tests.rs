//! Keys and tokens against everything that is not quite right.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::*;
use crate::ids::{Ids, SystemEntropy};

fn ids() -> Ids {
    Ids::new(Arc::new(SystemEntropy))
}

fn secret(letter: char) -> SecretString {
    SecretString::from(letter.to_string().repeat(32))
}

#[test]
fn a_hash_is_known_by_its_key_label_and_data() {
    let (a, b) = (Keys::new(&secret('a'), &[]), Keys::new(&secret('b'), &[]));
    let tag = a.mac(Label::OtpCode, b"123456");
    assert_eq!(tag.len(), 64);
    assert!(a.verify(Label::OtpCode, b"123456", &tag));
    assert!(!a.verify(Label::OtpCode, b"123457", &tag));
    assert!(!a.verify(Label::OtpHandle, b"123456", &tag));
    assert!(!b.verify(Label::OtpCode, b"123456", &tag));
    assert!(!a.verify(Label::OtpCode, b"123456", ""));
    let rotated = Keys::new(&secret('b'), &[secret('a')]);
    assert!(rotated.verify(Label::OtpCode, b"123456", &tag));
    assert_ne!(rotated.mac(Label::OtpCode, b"123456"), tag);
}

#[test]
fn what_is_sealed_opens_for_whom_it_is_meant() {
    let (a, b) = (Keys::new(&secret('a'), &[]), Keys::new(&secret('b'), &[]));
    let sealed = a.seal(Label::OutboxSecret, &ids(), "row 1", b"kode 123456");
    assert!(!sealed.contains("123456"));
    let open = |keys: &Keys, about| keys.open(Label::OutboxSecret, about, &sealed);
    assert_eq!(open(&a, "row 1").as_deref(), Some(&b"kode 123456"[..]));
    assert_eq!(open(&a, "row 2"), None);
    assert_eq!(open(&b, "row 1"), None);
    assert_eq!(a.open(Label::OtpCode, "row 1", &sealed), None);
    let rotated = Keys::new(&secret('b'), &[secret('a')]);
    assert!(open(&rotated, "row 1").is_some());
    let again = a.seal(Label::OutboxSecret, &ids(), "row 1", b"kode 123456");
    assert_ne!(sealed, again, "never the same twice");
    for broken in [
        "",
        "%",
        &sealed[..8],
        &sealed[1..],
        &sealed[..sealed.len() - 2],
    ] {
        assert_eq!(a.open(Label::OutboxSecret, "row 1", broken), None);
    }
}

#[test]
fn what_was_stored_before_the_key_was_changed_is_found() {
    let (a, b) = (
        Keys::new(&secret('a'), &[]),
        Keys::new(&secret('b'), &[secret('a')]),
    );
    let stored = a.mac(Label::StaffSession, b"token");
    let looked_up: Vec<_> = b.macs(Label::StaffSession, b"token").collect();
    assert_eq!(looked_up[0], b.mac(Label::StaffSession, b"token"));
    assert_eq!(looked_up[1..], [stored]);
}

#[test]
fn keys_are_never_shown() {
    let shown = format!("{:?}", Keys::new(&secret('a'), &[secret('b')]));
    assert_eq!(shown, "Keys { previous: 1, .. }");
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    exp: i64,
}

fn claims() -> Claims {
    Claims {
        iss: "sapa".into(),
        aud: "portal".into(),
        sub: "somebody".into(),
        exp: 1,
    }
}

fn read(keys: &Keys, token: &str) -> Option<Claims> {
    keys.claims(Label::PortalToken, "sapa", "portal", token)
}

/// A token with any header and claims, signed by our key or not at all.
fn forged(
    keys: &Keys,
    header: &serde_json::Value,
    claims: &serde_json::Value,
    tag: bool,
) -> String {
    let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let key = derive(&keys.current, Label::PortalToken);
    let signature = if tag {
        URL_SAFE_NO_PAD.encode(mac(&key, message.as_bytes()))
    } else {
        String::new()
    };
    format!("{message}.{signature}")
}

#[test]
fn a_token_of_ours_is_read() {
    let keys = Keys::new(&secret('a'), &[]);
    let token = keys.sign(Label::PortalToken, &claims()).expect("a token");
    assert_eq!(read(&keys, &token), Some(claims()));
    let rotated = Keys::new(&secret('b'), &[secret('a')]);
    assert_eq!(read(&rotated, &token), Some(claims()));
    assert_eq!(read(&Keys::new(&secret('b'), &[]), &token), None);
    let other_label = keys.claims::<Claims>(Label::OtpCode, "sapa", "portal", &token);
    assert_eq!(other_label, None);
}

#[test]
fn whatever_is_forged_is_not() {
    let keys = Keys::new(&secret('a'), &[]);
    let good = json!(claims());
    let with = |name: &str, value: serde_json::Value| {
        let mut changed = good.clone();
        changed[name] = value;
        changed
    };
    let hs256 = json!({"alg": "HS256", "typ": "JWT"});
    assert!(read(&keys, &forged(&keys, &hs256, &good, true)).is_some());
    for (header, claims, tag) in [
        (json!({"alg": "none"}), good.clone(), false),
        (json!({"alg": "none"}), good.clone(), true),
        (json!({"alg": "HS512"}), good.clone(), true),
        (json!({"alg": "RS256"}), good.clone(), true),
        (json!({"alg": "ES256"}), good.clone(), true),
        (json!({"alg": "hs256"}), good.clone(), true),
        (json!({}), good.clone(), true),
        (hs256.clone(), good.clone(), false),
        (hs256.clone(), with("iss", json!("somebody")), true),
        (hs256.clone(), with("aud", json!("staff")), true),
        (hs256.clone(), with("aud", json!(null)), true),
        (hs256.clone(), with("exp", json!("never")), true),
        (hs256.clone(), json!([]), true),
    ] {
        let token = forged(&keys, &header, &claims, tag);
        assert_eq!(read(&keys, &token), None, "{header} {claims} {tag}");
    }
    // A key that the token itself names is never looked for.
    let kid = json!({"alg": "HS256", "kid": "../../../../dev/null", "jku": "http://127.0.0.1/"});
    assert!(read(&keys, &forged(&keys, &kid, &good, false)).is_none());
    for garbage in ["", "a.b.c", "..", "🕊", &"x".repeat(1 << 20)] {
        assert_eq!(read(&keys, garbage), None);
    }
    let long = with("sub", json!("x".repeat(1 << 20)));
    assert_eq!(read(&keys, &forged(&keys, &hs256, &long, true)), None);
}
