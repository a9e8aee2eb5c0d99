//! From words and choices to the Cloud API's messages. Pure: what a file is called at Meta and who the recipient is come from outside.

use std::collections::HashSet;

use sapa_core::outbox::{Choice, Prompt, Template};
use serde_json::{Value, json};

use super::{
    attach::{Attached, Form},
    text::{Words, title, units},
};

/// Meta: text-messages.
pub(super) const TEXT: usize = 4_096;
/// Meta: `OpenAPI`, media captions.
const CAPTION: usize = 1_024;
/// Meta: interactive reply buttons: at most three, ids 256, titles 20, body 1,024.
const BUTTONS: (usize, usize, usize, usize) = (3, 256, 20, 1_024);
/// Meta: interactive lists: at most ten rows in all, ids 200, titles 24, body 4,096.
const ROWS: (usize, usize, usize, usize) = (10, 200, 24, 4_096);
/// Meta: interactive lists: a row's description.
const DESCRIPTION: usize = 72;
/// The same: the button that opens the list.
const OPENER: usize = 20;

/// A node of a message, named after its type.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Part {
    /// `text`, `image`, `interactive` …
    pub kind: &'static str,
    /// What stands under that name.
    pub node: Value,
}

/// The few sentences that rendering needs, in the customer's language.
#[derive(Clone, Debug)]
pub(super) struct Phrases {
    /// The label that opens a list when a prompt has none.
    pub choose: String,
    /// Says that a number is enough for an answer.
    pub by_number: String,
    /// Says that a file could not be sent.
    pub no_file: String,
}

/// The file that goes with the words.
#[derive(Clone, Copy)]
pub(super) enum File<'a> {
    /// There is none.
    None,
    /// It lies at Meta.
    Ready(&'a Attached),
    /// There should be one, and it cannot be had.
    Missing,
}

/// Whom a message is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// Digits.
    Number(String),
    /// A business-scoped user id.
    UserId(String),
}

/// A whole message. The number is written with `+`: without it the business's own country code is put before it (Meta: send-messages).
pub(super) fn message(to: &Address, part: &Part, row: Option<&str>, quotes: Option<&str>) -> Value {
    let mut message = json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "type": part.kind,
    });
    if let Some(row) = row {
        message["biz_opaque_callback_data"] = json!(row);
    }
    match to {
        Address::Number(digits) => message["to"] = json!(format!("+{digits}")),
        Address::UserId(id) => message["recipient"] = json!(id),
    }
    if let Some(quoted) = quotes {
        message["context"] = json!({ "message_id": quoted });
    }
    message[part.kind] = part.node.clone();
    message
}

/// What the desk itself says.
pub(super) fn prompt(prompt: &Prompt, file: File<'_>, phrases: &Phrases) -> Vec<Part> {
    let mut words = Words::of(&prompt.text);
    if matches!(file, File::Missing) {
        words = words.and(&phrases.no_file);
    }
    let choices = &prompt.choices;
    if choices.is_empty() {
        return plain(&words, file);
    }
    if words.is_blank() {
        words = words.with(&phrases.choose);
    }
    let list_wanted =
        prompt.list_label.is_some() || choices.iter().any(|choice| description(choice).is_some());
    // Meta: buttons' titles differ from each other; rows' may be the same.
    if !list_wanted && fit(choices, BUTTONS) && all_differ(choices, |c| c.label.trim()) {
        return buttons(&words, choices, file);
    }
    if fit(choices, ROWS)
        && choices
            .iter()
            .all(|c| units(c.description.as_deref().unwrap_or_default().trim()) <= DESCRIPTION)
    {
        let label = prompt.list_label.as_deref().unwrap_or(&phrases.choose);
        return list(&words, label, choices, file);
    }
    plain(&numbered(words, choices, &phrases.by_number), file)
}

/// What somebody wrote, as it is.
pub(super) fn verbatim(text: &str, file: File<'_>, phrases: &Phrases) -> Vec<Part> {
    let words = Words::verbatim(text);
    match file {
        File::Missing => plain(&words.and(&phrases.no_file), file),
        _ => plain(&words, file),
    }
}

/// A place.
pub(super) fn location(latitude: f64, longitude: f64, name: Option<&str>) -> Part {
    let mut node = json!({ "latitude": latitude, "longitude": longitude });
    if let Some(name) = name.filter(|name| !name.trim().is_empty()) {
        node["name"] = json!(name);
    }
    Part {
        kind: "location",
        node,
    }
}

/// An approved template. A one-time code stands in its body and again in its copy-code button, which is a `url` button with the index
/// "0" (Meta: authentication-templates).
pub(super) fn template(template: &Template) -> Part {
    let text = |value: &String| json!({ "type": "text", "text": value });
    let body: Vec<_> = template
        .parameters
        .iter()
        .chain(&template.code)
        .map(text)
        .collect();
    let mut components = Vec::new();
    if !body.is_empty() {
        components.push(json!({ "type": "body", "parameters": body }));
    }
    if let Some(code) = &template.code {
        components.push(json!({ "type": "button", "sub_type": "url", "index": "0", "parameters": [text(code)] }));
    }
    let mut node = json!({ "name": template.name, "language": { "code": template.language } });
    if !components.is_empty() {
        node["components"] = json!(components);
    }
    Part {
        kind: "template",
        node,
    }
}

fn text(body: &str) -> Part {
    Part {
        kind: "text",
        node: json!({ "body": body }),
    }
}

/// Words alone or below a file. What is too long for a caption follows the file.
fn plain(words: &Words, file: File<'_>) -> Vec<Part> {
    let File::Ready(file) = file else {
        return words.pieces(TEXT).iter().map(|body| text(body)).collect();
    };
    if words.is_blank() {
        return vec![attached(file, None)];
    }
    match words.whole(CAPTION).filter(|_| file.form.has_caption()) {
        Some(caption) => vec![attached(file, Some(caption))],
        None => std::iter::once(attached(file, None))
            .chain(words.pieces(TEXT).iter().map(|body| text(body)))
            .collect(),
    }
}

fn attached(file: &Attached, caption: Option<String>) -> Part {
    let mut node = file.node();
    if let Some(caption) = caption {
        node["caption"] = json!(caption);
    }
    Part {
        kind: file.form.kind(),
        node,
    }
}

fn buttons(words: &Words, choices: &[Choice], file: File<'_>) -> Vec<Part> {
    let (_, _, longest, body) = BUTTONS;
    let (before, body) = words.ending(body, TEXT);
    let mut parts: Vec<_> = before.iter().map(|body| text(body)).collect();
    let buttons: Vec<_> = choices
        .iter()
        .map(|c| json!({ "type": "reply", "reply": { "id": c.id, "title": title(&c.label, longest) } }))
        .collect();
    let mut node =
        json!({ "type": "button", "body": { "text": body }, "action": { "buttons": buttons } });
    match file {
        // Meta: a reply-buttons header may be a text, an image, a video or a document.
        File::Ready(file) if matches!(file.form, Form::Image | Form::Video | Form::Document) => {
            let kind = file.form.kind();
            node["header"] = json!({ "type": kind, kind: file.node() });
        }
        File::Ready(file) => parts.insert(0, attached(file, None)),
        File::None | File::Missing => {}
    }
    parts.push(Part {
        kind: "interactive",
        node,
    });
    parts
}

fn list(words: &Words, label: &str, choices: &[Choice], file: File<'_>) -> Vec<Part> {
    let (_, _, longest, body) = ROWS;
    let (before, body) = words.ending(body, TEXT);
    let mut parts = Vec::new();
    // Meta: a list's header may only be a text.
    if let File::Ready(file) = file {
        parts.push(attached(file, None));
    }
    parts.extend(before.iter().map(|body| text(body)));
    let rows: Vec<_> = choices
        .iter()
        .map(|choice| {
            let mut row = json!({ "id": choice.id, "title": title(&choice.label, longest) });
            if let Some(description) = description(choice) {
                row["description"] = json!(title(description, DESCRIPTION));
            }
            row
        })
        .collect();
    let action = json!({ "button": title(label, OPENER), "sections": [{ "rows": rows }] });
    parts.push(Part {
        kind: "interactive",
        node: json!({ "type": "list", "body": { "text": body }, "action": action }),
    });
    parts
}

fn description(choice: &Choice) -> Option<&str> {
    let description = choice.description.as_deref()?.trim();
    (!description.is_empty()).then_some(description)
}

/// Whether all choices can be shown so: few enough, short enough, each id there once.
fn fit(choices: &[Choice], (most, id, label, _): (usize, usize, usize, usize)) -> bool {
    let each = |c: &Choice| {
        let (own_id, own_label) = (units(&c.id), units(c.label.trim()));
        (1..=id).contains(&own_id) && (1..=label).contains(&own_label) && c.id.trim() == c.id
    };
    choices.len() <= most && choices.iter().all(each) && all_differ(choices, |c| &c.id)
}

fn all_differ<'c>(choices: &'c [Choice], of: impl Fn(&'c Choice) -> &'c str) -> bool {
    let seen: HashSet<_> = choices.iter().map(of).collect();
    seen.len() == choices.len()
}

/// The choices as lines, to be answered with a number.
fn numbered(words: Words, choices: &[Choice], hint: &str) -> Words {
    let lines: Vec<_> = choices
        .iter()
        .zip(1..)
        .map(|(choice, number)| match description(choice) {
            Some(description) => format!("{number}. {}: {description}", choice.label.trim()),
            None => format!("{number}. {}", choice.label.trim()),
        })
        .collect();
    words.and(&lines.join("\n")).and(hint)
}
