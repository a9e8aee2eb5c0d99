//! Whether something that was written speaks of a person. Pure: what it is compared with is handed in.

use std::collections::HashSet;

use serde_json::Value;

/// A number or a name that is shorter is anybody's.
const SHORTEST: usize = 5;

/// What a person is recognised by.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks {
    /// How the platform names them: their lanes of the inbox end in it.
    pub(super) identities: HashSet<String>,
    /// What the platform calls their messages and ours to them.
    pub(super) messages: HashSet<String>,
    /// Numbers, addresses: nobody else's.
    own: Vec<String>,
    /// Names: perhaps somebody else's too.
    names: Vec<String>,
}

impl Marks {
    /// Something that is nobody else's.
    pub(super) fn add_own(&mut self, mark: &str) {
        let mark = mark.trim().to_lowercase();
        if mark.chars().count() >= SHORTEST {
            self.own.push(mark);
        }
    }

    /// A name.
    pub(super) fn add_name(&mut self, name: &str) {
        let name = name.trim().to_lowercase();
        if !name.is_empty() {
            self.names.push(name);
        }
    }

    /// Whether bytes of a platform's speak of the person, by what is nobody else's.
    pub(super) fn in_payload(&self, payload: &[u8]) -> bool {
        self.any_text(payload, |text| self.owns(text))
    }

    /// The same, by a name too.
    pub(super) fn or_name_in_payload(&self, payload: &[u8]) -> bool {
        self.any_text(payload, |text| self.owns(text) || self.names(text))
    }

    fn any_text(&self, payload: &[u8], speaks: impl Fn(&str) -> bool) -> bool {
        match serde_json::from_slice::<Value>(payload) {
            Ok(value) => any(&value, &|text: &str| {
                self.messages.contains(text) || speaks(&text.to_lowercase())
            }),
            // What nobody can read is searched as it came.
            Err(_) => speaks(&String::from_utf8_lossy(payload).to_lowercase()),
        }
    }

    fn owns(&self, text: &str) -> bool {
        self.own.iter().any(|mark| text.contains(mark))
    }

    /// As a whole word: "Ana" is not in "Analisa".
    fn names(&self, text: &str) -> bool {
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        self.names.iter().any(|name| {
            text.match_indices(name.as_str()).any(|(at, found)| {
                !letter(text[..at].chars().next_back())
                    && !letter(text[at + found.len()..].chars().next())
            })
        })
    }
}

/// Whether any text, key or number in a JSON value is one of those.
fn any(value: &Value, speaks: &impl Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => speaks(text),
        Value::Number(number) => speaks(&number.to_string()),
        Value::Array(values) => values.iter().any(|value| any(value, speaks)),
        Value::Object(fields) => fields
            .iter()
            .any(|(key, value)| speaks(key) || any(value, speaks)),
        Value::Null | Value::Bool(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks() -> Marks {
        let mut marks = Marks::default();
        marks.add_own("6281234567890");
        marks.add_own("x");
        marks.add_name("Ana");
        marks.messages.insert("wamid.A".into());
        marks
    }

    #[test]
    fn a_person_is_recognised_by_what_is_theirs() {
        let cases: [(&str, bool, bool); 10] = [
            (r#"{"from":"6281234567890"}"#, true, true),
            (r#"{"from":6281234567890}"#, true, true),
            (r#"{"to":"+6281234567890@x"}"#, true, true),
            (r#"{"context":{"id":"wamid.A"}}"#, true, true),
            (r#"{"context":{"id":"wamid.AB"}}"#, false, false),
            (r#"{"text":"\u0041na sudah bayar"}"#, false, true),
            (r#"{"text":"Analisa"}"#, false, false),
            (r#"{"text":"x"}"#, false, false),
            ("not json, 6281234567890", true, true),
            ("", false, false),
        ];
        let marks = marks();
        for (payload, own, named) in cases {
            let found = (
                marks.in_payload(payload.as_bytes()),
                marks.or_name_in_payload(payload.as_bytes()),
            );
            assert_eq!(found, (own, named), "{payload}");
        }
    }
}
