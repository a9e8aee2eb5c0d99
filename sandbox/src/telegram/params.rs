//! Parameters of a call. The Bot API takes each of them as JSON or as text, and JSON in text.

use serde_json::Value;

use super::errors::Refusal;
use crate::body::{Fields, Upload};

/// The parameters of one call.
pub(crate) struct Params<'a>(pub &'a Fields);

impl Params<'_> {
    fn get(&self, name: &str) -> Option<&Value> {
        self.0.values.get(name).filter(|value| !value.is_null())
    }

    /// A text, as it is.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.get(name)? {
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    /// A whole number.
    pub fn int(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Value::String(text) => text.trim().parse().ok(),
            other => other.as_i64(),
        }
    }

    /// A number with a fraction.
    pub fn float(&self, name: &str) -> Option<f64> {
        match self.get(name)? {
            Value::String(text) => text.trim().parse().ok(),
            other => other.as_f64(),
        }
    }

    /// A flag.
    pub fn flag(&self, name: &str) -> bool {
        match self.get(name) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => {
                matches!(text.to_ascii_lowercase().as_str(), "true" | "yes" | "1")
            }
            _ => false,
        }
    }

    /// An object or array.
    pub fn json(&self, name: &str) -> Result<Option<Value>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text)
                .map(Some)
                .map_err(|_| Refusal::bad(format!("can't parse {name} JSON object"))),
            Some(other) => Ok(Some(other.clone())),
        }
    }

    /// An uploaded file, under its own name or through `attach://`.
    pub fn upload(&self, name: &str) -> Option<&Upload> {
        if let Some(upload) = self.0.files.get(name) {
            return Some(upload);
        }
        let told = self.get(name)?.as_str()?.strip_prefix("attach://")?;
        self.0.files.get(told)
    }
}
