//! Reading Telegram's JSON without trusting its shape: what is missing or of another type is simply not there.

use serde_json::Value;

/// A text without U+0000, which no database column takes.
pub fn text(of: &Value, name: &str) -> Option<String> {
    Some(of.get(name)?.as_str()?.replace('\0', ""))
}

/// A number that names something, as text. Ids have up to 52 bits; some servers write them as text.
pub fn id(of: &Value, name: &str) -> Option<String> {
    match of.get(name)? {
        Value::Number(number) => number.as_i64().map(|id| id.to_string()),
        Value::String(text) => text.parse::<i64>().ok().map(|id| id.to_string()),
        _ => None,
    }
}

/// A flag; false when it is not there.
pub fn flag(of: &Value, name: &str) -> bool {
    of.get(name).and_then(Value::as_bool).unwrap_or(false)
}

/// Whether there is anything under this name.
pub fn has(of: &Value, name: &str) -> bool {
    of.get(name).is_some_and(|value| !value.is_null())
}

/// What sort of update it is, and its body. An update has its id and exactly one more field (Bot API: Update).
pub fn update(of: &Value) -> Option<(&str, &Value)> {
    of.as_object()?
        .iter()
        .find(|(name, body)| *name != "update_id" && body.is_object())
        .map(|(name, body)| (name.as_str(), body))
}

/// Whether a chat is one person's with the bot.
pub fn is_private(chat: &Value) -> bool {
    chat.get("type").and_then(Value::as_str) == Some("private")
}
