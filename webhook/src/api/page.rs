//! The description as a page for people: plain HTML, made once at the start, without a script.

use std::{collections::BTreeMap, fmt::Write as _};

use serde_json::Value;
use utoipa::openapi::OpenApi;

/// How it looks.
pub(super) const STYLE: &str = include_str!("page.css");

/// One route with one method.
struct Operation<'a> {
    method: &'a str,
    path: &'a str,
    told: &'a Value,
}

/// The whole page.
pub(super) fn render(description: &OpenApi) -> String {
    let whole = serde_json::to_value(description).unwrap_or_default();
    let mut by_tag: BTreeMap<&str, Vec<Operation<'_>>> = BTreeMap::new();
    for (path, methods) in whole["paths"].as_object().into_iter().flatten() {
        for (method, told) in methods.as_object().into_iter().flatten() {
            let tag = told["tags"][0].as_str().unwrap_or_default();
            let operation = Operation { method, path, told };
            by_tag.entry(tag).or_default().push(operation);
        }
    }
    let mut page = String::from(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>API</title><link rel=\"stylesheet\" href=\"/api/docs.css\"></head><body><main>\n",
    );
    let info = &whole["info"];
    let _ = writeln!(
        page,
        "<h1>{} API <small>{}</small></h1><p>{}</p><p><a href=\"/api/openapi.json\">openapi.json</a></p>",
        text(&info["title"]),
        text(&info["version"]),
        text(&info["description"])
    );
    contents(&mut page, &by_tag);
    for (tag, operations) in &by_tag {
        let _ = writeln!(page, "<section><h2>{}</h2>", escape(tag));
        for operation in operations {
            section(&mut page, operation);
        }
        page.push_str("</section>\n");
    }
    page.push_str("<section><h2>Types</h2>\n");
    for (name, schema) in whole["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
    {
        shape(&mut page, name, schema);
    }
    page.push_str("</section></main></body></html>\n");
    page
}

fn contents(page: &mut String, by_tag: &BTreeMap<&str, Vec<Operation<'_>>>) {
    page.push_str("<nav><ul>");
    for operation in by_tag.values().flatten() {
        let Operation { method, path, .. } = operation;
        let (anchor, path) = (escape(&anchor(method, path)), escape(path));
        let _ = writeln!(
            page,
            "<li><a href=\"#{anchor}\">{} {path}</a></li>",
            method.to_uppercase()
        );
    }
    page.push_str("</ul></nav>\n");
}

fn section(page: &mut String, operation: &Operation<'_>) {
    let Operation { method, path, told } = operation;
    let _ = writeln!(
        page,
        "<h3 id=\"{}\"><span class=\"method\">{method}</span> <code>{}</code></h3><p>{}</p>",
        escape(&anchor(method, path)),
        escape(path),
        text(&told["summary"])
    );
    if told["description"].is_string() {
        let _ = writeln!(page, "<p>{}</p>", text(&told["description"]));
    }
    if told["security"].is_array() {
        page.push_str("<p>Needs a session: <code>Authorization: Bearer …</code></p>\n");
    }
    let parameters = told["parameters"].as_array().map(Vec::as_slice);
    let rows = parameters.unwrap_or_default().iter().map(|parameter| {
        let place = text(&parameter["in"]);
        let kind = kind(&parameter["schema"]);
        [
            text(&parameter["name"]),
            format!("{place}, {kind}"),
            text(&parameter["description"]),
        ]
    });
    table(page, "Parameter", rows.collect());
    if let Some(body) = told["requestBody"]["content"]["application/json"].as_object() {
        let _ = writeln!(page, "<p>Takes {}</p>", kind(&body["schema"]));
    }
    let rows = told["responses"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(status, answer)| {
            let content = answer["content"]
                .as_object()
                .and_then(|all| all.values().next());
            let kind = content.map_or_else(String::new, |content| kind(&content["schema"]));
            [escape(status), kind, text(&answer["description"])]
        });
    table(page, "Answer", rows.collect());
}

/// A type and its fields.
fn shape(page: &mut String, name: &str, schema: &Value) {
    let name = escape(name);
    let _ = writeln!(page, "<h3 id=\"type-{name}\">{name}</h3>");
    if schema["description"].is_string() {
        let _ = writeln!(page, "<p>{}</p>", text(&schema["description"]));
    }
    let Some(fields) = schema["properties"].as_object() else {
        let _ = writeln!(page, "<p>{}</p>", kind(schema));
        return;
    };
    let required = |name: &str| {
        let required = schema["required"].as_array();
        required.is_some_and(|all| all.iter().any(|one| one == name))
    };
    let rows = fields.iter().map(|(name, field)| {
        let optional = if required(name) { "" } else { ", optional" };
        let kind = kind(field) + optional;
        [escape(name), kind, text(&field["description"])]
    });
    table(page, "Field", rows.collect());
}

fn table(page: &mut String, head: &str, rows: Vec<[String; 3]>) {
    if rows.is_empty() {
        return;
    }
    let _ = write!(
        page,
        "<table><thead><tr><th>{head}</th><th>Type</th><th></th></tr></thead><tbody>"
    );
    for [name, kind, told] in rows {
        let _ = write!(
            page,
            "<tr><td><code>{name}</code></td><td>{kind}</td><td>{told}</td></tr>"
        );
    }
    page.push_str("</tbody></table>\n");
}

/// What a value is, in a few words; HTML.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"]
        .as_str()
        .and_then(|path| path.rsplit('/').next())
    {
        let name = escape(name);
        return format!("<a href=\"#type-{name}\">{name}</a>");
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<_> = values.iter().map(text).collect();
        return values.join(" | ");
    }
    for joined in ["oneOf", "anyOf"] {
        if let Some(all) = schema[joined].as_array() {
            let kinds: Vec<_> = all.iter().map(kind).collect();
            return kinds.join(" or ");
        }
    }
    match &schema["type"] {
        Value::String(kind) if kind == "array" => {
            format!("list of {}", self::kind(&schema["items"]))
        }
        Value::String(kind) => match schema["format"].as_str() {
            Some(format) => escape(&format!("{kind} ({format})")),
            None => escape(kind),
        },
        Value::Array(kinds) => kinds.iter().map(text).collect::<Vec<_>>().join(" or "),
        _ => String::new(),
    }
}

fn anchor(method: &str, path: &str) -> String {
    let letters = path
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' });
    format!("{method}{}", letters.collect::<String>())
}

fn text(value: &Value) -> String {
    escape(value.as_str().unwrap_or_default())
}

fn escape(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}
