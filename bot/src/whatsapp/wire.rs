//! Reading JSON that may be anything: one level at a time, so that neither a wrong type nor a thousand levels of nesting in one corner
//! costs us the rest. Nothing here fails; what is not as expected is absent.

use std::{borrow::Cow, fmt, marker::PhantomData};

use sapa_core::clock::Millis;
use serde::{
    Deserialize,
    de::{Deserializer, MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// WhatsApp did not exist before 2009: an earlier timestamp is none.
const FIRST_SECOND: i64 = 1_230_768_000;

/// One level of an object. Of a key that stands there twice the last counts; a null is as good as nothing.
///
/// A list and no map: a webhook's objects have a handful of keys, and are read while Meta waits.
pub(super) struct Object<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

/// A key; borrowed when it holds no escape.
#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

struct Keys<'a>(PhantomData<&'a ()>);

impl<'de> Visitor<'de> for Keys<'de> {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::with_capacity(8);
        while let Some((Key(key), raw)) = map.next_entry()? {
            pairs.push((key, raw));
        }
        Ok(Object(pairs))
    }
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Keys(PhantomData))
    }
}

impl<'a> Object<'a> {
    /// The object in these characters, if it is one.
    pub fn read(json: &'a str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    /// What stands there, unread.
    pub fn raw(&self, key: &str) -> Option<&'a RawValue> {
        let (_, raw) = self.0.iter().rev().find(|(known, _)| known == key)?;
        (raw.get() != "null").then_some(raw)
    }

    /// Whether something stands there.
    pub fn has(&self, key: &str) -> bool {
        self.raw(key).is_some()
    }

    /// The object there.
    pub fn object(&self, key: &str) -> Option<Self> {
        Self::read(self.raw(key)?.get())
    }

    /// The elements of the array there; one lone thing counts as an array of it.
    pub fn list(&self, key: &str) -> Vec<&'a RawValue> {
        let Some(raw) = self.raw(key) else {
            return Vec::new();
        };
        serde_json::from_str(raw.get()).unwrap_or_else(|_| vec![raw])
    }

    /// The objects of the array there.
    pub fn objects(&self, key: &str) -> Vec<Self> {
        let list = self.list(key);
        list.iter()
            .filter_map(|raw| Self::read(raw.get()))
            .collect()
    }

    /// The words there, or a number in its digits; nothing when they are blank.
    pub fn text(&self, key: &str) -> Option<String> {
        let raw = self.raw(key)?.get();
        let text = match raw.as_bytes().first()? {
            b'"' if !raw.contains('\\') => raw[1..raw.len() - 1].to_owned(),
            b'"' => serde_json::from_str::<String>(raw).ok()?,
            b'0'..=b'9' | b'-' if raw.len() <= 64 => raw.to_owned(),
            _ => return None,
        };
        (!text.trim().is_empty()).then_some(text)
    }

    /// An id there: short, without blanks around it.
    pub fn id(&self, key: &str) -> Option<String> {
        let id = self.text(key)?.trim().to_owned();
        (id.len() <= 512).then_some(id)
    }

    /// The number there, perhaps written as a string.
    pub fn number(&self, key: &str) -> Option<f64> {
        let number: f64 = self.text(key)?.trim().parse().ok()?;
        number.is_finite().then_some(number)
    }

    /// Whether `true` stands there.
    pub fn is_true(&self, key: &str) -> bool {
        self.raw(key).is_some_and(|raw| raw.get() == "true")
    }

    /// Every key with its words, in the order of the keys.
    pub fn texts(&self) -> Vec<(String, String)> {
        let texts = self
            .0
            .iter()
            .filter_map(|(key, _)| Some((key.clone().into_owned(), self.text(key)?)));
        let mut texts: Vec<_> = texts.collect();
        texts.sort();
        texts.dedup();
        texts
    }

    /// The instant there, in Unix seconds. What cannot be one (before WhatsApp, after now) is `now`.
    pub fn instant(&self, key: &str, now: Millis) -> Millis {
        let seconds = self
            .text(key)
            .and_then(|text| text.trim().parse::<i64>().ok());
        seconds
            .filter(|seconds| *seconds >= FIRST_SECOND)
            .and_then(|seconds| seconds.checked_mul(1_000))
            .map_or(now, |at| Millis(at).min(now))
    }
}

/// JSON whose strings can all be read: an escape that stands for no character (half of a surrogate pair) becomes U+FFFD, and U+0000,
/// which PostgreSQL does not take, goes. Everything else stays as it came.
pub(super) fn mended(json: &str) -> Cow<'_, str> {
    let mut kept = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(found) = json[at..].find('\\') {
        let escape = at + found;
        let Some(unit) = unit(json, escape) else {
            // Another escape: its letter is no beginning of one.
            at = after_letter(json, escape);
            continue;
        };
        at = escape + 6;
        let stand_in = match unit {
            0 => "",
            0xd800..=0xdbff if matches!(self::unit(json, at), Some(0xdc00..=0xdfff)) => {
                at += 6;
                continue;
            }
            0xd800..=0xdfff => "\\ufffd",
            _ => continue,
        };
        kept.push_str(&json[copied..escape]);
        kept.push_str(stand_in);
        copied = at;
    }
    if copied == 0 {
        return Cow::Borrowed(json);
    }
    kept.push_str(&json[copied..]);
    Cow::Owned(kept)
}

/// The UTF-16 unit of the escape `\uXXXX` that begins here.
fn unit(json: &str, at: usize) -> Option<u16> {
    let hex = json.get(at..at + 6)?.strip_prefix("\\u")?;
    u16::from_str_radix(hex, 16).ok()
}

fn after_letter(json: &str, escape: usize) -> usize {
    let letter = json[escape + 1..].chars().next();
    escape + 1 + letter.map_or(0, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_without_a_character_are_mended_and_nothing_else() {
        let cases = [
            (r#"{"a":"b"}"#, r#"{"a":"b"}"#),
            (r#""\ud83d\ude00 \u00e4""#, r#""\ud83d\ude00 \u00e4""#),
            (r#""\ud83d x""#, r#""\ufffd x""#),
            (r#""\ude00\ud83d""#, r#""\ufffd\ufffd""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""a\u0000b""#, r#""ab""#),
            (r#""\\u0000 \\ud83d""#, r#""\\u0000 \\ud83d""#),
            (r#""\u00""#, r#""\u00""#),
            (r"\é\", r"\é\"),
        ];
        for (from, to) in cases {
            assert_eq!(mended(from), to);
        }
        let mended = mended(r#"{"k\udfff":"\ud800"}"#);
        assert_eq!(
            Object::read(&mended).unwrap().text("k\u{fffd}").unwrap(),
            "\u{fffd}"
        );
    }

    #[test]
    fn what_is_not_as_expected_is_absent() {
        let json = r#"{"n":null,"t":["x"],"i":5,"b":" ","o":{"deep":1},"l":{"one":1},"twice":"a","twice":"b","e":1e999}"#;
        let object = Object::read(json).unwrap();
        assert!(!object.has("n") && object.text("n").is_none());
        assert!(object.text("t").is_none() && object.text("b").is_none());
        assert_eq!(object.text("i").as_deref(), Some("5"));
        assert_eq!(object.text("twice").as_deref(), Some("b"));
        assert_eq!(object.objects("l").len(), 1);
        assert!(object.number("e").is_none());
        assert!(Object::read("[1]").is_none() && Object::read("NaN").is_none());
    }

    #[test]
    fn depth_costs_nothing() {
        let deep = format!(
            r#"{{"a":{}1{},"b":"x"}}"#,
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        assert_eq!(Object::read(&deep).unwrap().text("b").as_deref(), Some("x"));
        assert_eq!(Object::read(&deep).unwrap().list("a").len(), 1);
    }

    #[test]
    fn nonsense_is_no_instant() {
        let now = Millis(1_795_408_920_500);
        let cases = [
            (r#""1750091045""#, 1_750_091_045_000),
            ("1750091045", 1_750_091_045_000),
            (r#""0""#, now.0),
            ("-1", now.0),
            (r#""9223372036854775808""#, now.0),
            (r#""9223372036854775807""#, now.0),
            ("1795408921", now.0),
            ("1750091045000", now.0),
            (r#""soon""#, now.0),
            ("{}", now.0),
        ];
        for (written, at) in cases {
            let json = format!(r#"{{"timestamp":{written}}}"#);
            let read = Object::read(&json).unwrap().instant("timestamp", now);
            assert_eq!(read, Millis(at), "{written}");
        }
    }
}
