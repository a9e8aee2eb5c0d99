//! Reading request JSON as strictly as Meta does: required parts, right types, no unexpected keys.

use serde_json::{Map, Value};

use super::errors::Refusal;

/// An object with its path, for errors that name the place.
#[derive(Clone, Copy)]
pub(crate) struct Node<'a> {
    pub path: &'a str,
    pub map: &'a Map<String, Value>,
}

impl<'a> Node<'a> {
    pub fn new(path: &'a str, value: &'a Value) -> Result<Self, Refusal> {
        match value.as_object() {
            Some(map) => Ok(Self { path, map }),
            None => Err(Refusal::new(
                100,
                format!("Param {path} must be an object."),
            )),
        }
    }

    /// The object under a key.
    pub fn object(&self, key: &'a str) -> Result<Node<'a>, Refusal> {
        let value = self.map.get(key).ok_or_else(|| self.missing(key))?;
        Node::new(key, value)
    }

    /// The array under a key.
    pub fn array(&self, key: &str) -> Result<&'a Vec<Value>, Refusal> {
        let value = self.map.get(key).ok_or_else(|| self.missing(key))?;
        value.as_array().ok_or_else(|| self.wrong(key, "an array"))
    }

    /// The text under a key.
    pub fn text(&self, key: &str) -> Result<&'a str, Refusal> {
        self.text_or_none(key)?.ok_or_else(|| self.missing(key))
    }

    /// The text under a key, which may be left out.
    pub fn text_or_none(&self, key: &str) -> Result<Option<&'a str>, Refusal> {
        match self.map.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(key, "a string")),
        }
    }

    /// A number, also when it is written as a string.
    pub fn number(&self, key: &str) -> Result<f64, Refusal> {
        let value = self.map.get(key).ok_or_else(|| self.missing(key))?;
        let number = value
            .as_f64()
            .or_else(|| value.as_str()?.trim().parse().ok());
        number.ok_or_else(|| self.wrong(key, "a number"))
    }

    /// Refuses keys that Meta does not know in this place.
    pub fn only(&self, known: &[&str]) -> Result<(), Refusal> {
        match self.map.keys().find(|key| !known.contains(&key.as_str())) {
            None => Ok(()),
            Some(key) => {
                let details = format!("Unexpected key \"{key}\" on param \"{}\".", self.path);
                Err(Refusal::new(100, details))
            }
        }
    }

    fn missing(&self, key: &str) -> Refusal {
        Refusal::new(
            131_008,
            format!("Parameter {}['{key}'] is required.", self.path),
        )
    }

    fn wrong(&self, key: &str, wanted: &str) -> Refusal {
        Refusal::new(
            100,
            format!("Param {}['{key}'] must be {wanted}.", self.path),
        )
    }
}

/// "Parameter value is not valid".
pub(crate) fn invalid(details: impl Into<String>) -> Refusal {
    Refusal::new(131_009, details)
}
