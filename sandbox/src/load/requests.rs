//! Webhooks as whole HTTP requests, signed before any clock runs. Shapes: Meta, webhooks/reference/messages.

use serde_json::{Value, json};

use crate::platforms::credentials::{BUSINESS_ACCOUNT_ID, PHONE_DIGITS, PHONE_NUMBER_ID};
use crate::whatsapp::webhooks::{escaped, signature};

/// The first customer's number less one: Indonesian mobile numbers of thirteen digits.
const NUMBERS: u64 = 6_281_210_000_000;

/// A customer's number as digits.
pub(crate) fn number(customer: u64) -> String {
    (NUMBERS + customer).to_string()
}

/// The customer of a number as the desk writes it.
pub(crate) fn customer(number: &str) -> Option<u64> {
    let digits: u64 = number.trim_start_matches('+').parse().ok()?;
    digits.checked_sub(NUMBERS)
}

/// The platform's id of a customer's message; `run` tells runs on one database apart.
pub fn wamid(run: &str, message: u64) -> String {
    format!("wamid.LOAD{run}{message:010}")
}

/// A customer writes.
pub fn says(customer: u64, id: &str, words: &str, now_s: i64) -> Vec<u8> {
    message(
        customer,
        id,
        now_s,
        &json!({"type": "text", "text": {"body": words}}),
    )
}

/// A customer taps a choice that the desk offered.
pub fn reply(customer: u64, id: &str, choice: &super::Offer, now_s: i64) -> Vec<u8> {
    let kind = if choice.in_list {
        "list_reply"
    } else {
        "button_reply"
    };
    let answer = json!({"id": choice.id, "title": choice.title});
    let content = json!({"type": "interactive", "interactive": {"type": kind, kind: answer}, "context": {"from": PHONE_DIGITS, "id": choice.message}});
    message(customer, id, now_s, &content)
}

/// How far a message of the desk has come.
pub fn status(message: &str, to: &str, note: Option<&str>, word: &str, now_s: i64) -> Vec<u8> {
    let mut element = json!({
        "id": message, "status": word, "timestamp": now_s.to_string(), "recipient_id": to.trim_start_matches('+'),
        "pricing": {"billable": false, "pricing_model": "PMP", "type": "free_customer_service", "category": "service"},
    });
    if let Some(note) = note {
        element["biz_opaque_callback_data"] = json!(note);
    }
    let mut value = value_of(PHONE_NUMBER_ID);
    value["statuses"] = json!([element]);
    webhook(&value)
}

/// A customer writes to another number of the same app: the desk stores it and has nothing to do with it, which measures storing alone.
pub fn foreign(customer: u64, id: &str, words: &str, now_s: i64) -> Vec<u8> {
    let content = json!({"type": "text", "text": {"body": words}});
    webhook(&messages("999000999000999", customer, id, now_s, &content))
}

/// A request for a page.
pub fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").into_bytes()
}

/// Any request, with a JSON body if it has one.
pub fn call(method: &str, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Vec<u8> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    let body = body.map(Value::to_string).unwrap_or_default();
    if !body.is_empty() {
        head.push_str("Content-Type: application/json\r\n");
    }
    format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn message(customer: u64, id: &str, now_s: i64, content: &Value) -> Vec<u8> {
    webhook(&messages(PHONE_NUMBER_ID, customer, id, now_s, content))
}

fn messages(account: &str, customer: u64, id: &str, now_s: i64, content: &Value) -> Value {
    let from = number(customer);
    let mut element = json!({"from": from, "id": id, "timestamp": now_s.to_string()});
    if let (Some(element), Some(content)) = (element.as_object_mut(), content.as_object()) {
        element.extend(content.clone());
    }
    let mut value = value_of(account);
    value["contacts"] =
        json!([{"profile": {"name": format!("Customer {customer}")}, "wa_id": from}]);
    value["messages"] = json!([element]);
    value
}

fn value_of(account: &str) -> Value {
    json!({
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": PHONE_DIGITS, "phone_number_id": account},
    })
}

fn webhook(value: &Value) -> Vec<u8> {
    let change = json!({"value": value, "field": "messages"});
    let entry = json!({"id": BUSINESS_ACCOUNT_ID, "changes": [change]});
    let body = escaped(&json!({"object": "whatsapp_business_account", "entry": [entry]}));
    let head = format!(
        "POST /webhooks/whatsapp HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: facebookexternalua\r\nContent-Type: application/json\r\nX-Hub-Signature-256: {}\r\nContent-Length: {}\r\n\r\n",
        signature(body.as_bytes()),
        body.len(),
    );
    let mut request = head.into_bytes();
    request.extend_from_slice(body.as_bytes());
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_there_and_back() {
        assert_eq!(customer(&format!("+{}", number(17))), Some(17));
        assert_eq!(customer("+6591234567"), None);
        assert_eq!(customer("nonsense"), None);
    }

    #[test]
    fn a_webhook_is_a_whole_request() {
        let request = String::from_utf8(says(1, "wamid.1", "halo/ä", 5)).expect("text");
        let (head, body) = request.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.ends_with(&format!("Content-Length: {}", body.len())));
        assert!(body.contains(r#""body":"halo\/\u00e4""#), "{body}");
    }
}
