//! Walks the table of limits: each limit itself is accepted, one more is refused with the row's code.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::errors::Refusal;
use super::limits::{LIMITS, Unit};
use super::media::{self, Class};
use super::state::State;
use super::templates::{Template, TemplateButton};
use super::{send, validate};
use crate::files::{File, Files};
use crate::hub::Hub;
use crate::{Options, Platforms};

/// `n` UTF-16 units: emoji count two, so that bytes, characters and units differ.
fn words(n: usize) -> String {
    format!("{}{}", "😀".repeat(n / 2), "a".repeat(n % 2))
}

fn files() -> Files {
    let files = Files::default();
    let file = File {
        bytes: b"%PDF-".as_slice().into(),
        mime: "application/pdf".to_owned(),
        filename: None,
        at_ms: 0,
        received: false,
    };
    files.put("1", file);
    files
}

fn message(kind: &str, node: Value) -> Result<(), Refusal> {
    let mut body = json!({"to": "+6281", "type": kind});
    body[kind] = node;
    checked(&body)
}

fn checked(body: &Value) -> Result<(), Refusal> {
    let body = body.as_object().unwrap();
    let templates = [
        Template::otp("code", "id", "{{1}}", "Salin"),
        Template::utility("one", "id", "{{1}}"),
        Template {
            header_format: "TEXT".to_owned(),
            header: "{{1}}".to_owned(),
            ..Template::utility("head", "id", "x")
        },
        Template {
            buttons: vec![button("COPY_CODE", "Salin")],
            ..Template::utility("coupon", "id", "x")
        },
    ];
    validate::message(body, &templates, &files()).map(|_| ())
}

fn button(kind: &str, label: &str) -> TemplateButton {
    TemplateButton {
        kind: kind.to_owned(),
        label: label.to_owned(),
        target: String::new(),
    }
}

fn interactive(kind: &str, change: impl FnOnce(&mut Value)) -> Result<(), Refusal> {
    let action = match kind {
        "button" => json!({"buttons": [{"type": "reply", "reply": {"id": "i", "title": "t"}}]}),
        "list" => {
            json!({"button": "b", "sections": [{"title": "s", "rows": [{"id": "i", "title": "t"}]}]})
        }
        "cta_url" => {
            json!({"name": "cta_url", "parameters": {"display_text": "d", "url": "https://a.b"}})
        }
        _ => json!({"name": "send_location"}),
    };
    let mut node = json!({"type": kind, "body": {"text": "x"}, "action": action});
    change(&mut node);
    message("interactive", node)
}

fn rows(n: usize) -> Vec<Value> {
    (0..n)
        .map(|i| json!({"id": i.to_string(), "title": "t"}))
        .collect()
}

fn on_button(key: &str, n: usize) -> Result<(), Refusal> {
    interactive("button", |node| {
        node["action"]["buttons"][0]["reply"][key] = json!(words(n));
    })
}

fn on_row(key: &str, n: usize) -> Result<(), Refusal> {
    interactive("list", |node| {
        node["action"]["sections"][0]["rows"][0][key] = json!(words(n));
    })
}

fn template(name: &str, components: &Value) -> Result<(), Refusal> {
    message(
        "template",
        json!({"name": name, "language": {"code": "id"}, "components": components}),
    )
}

fn definition(change: impl FnOnce(&mut Template)) -> Result<(), Refusal> {
    let mut template = Template::utility("t", "id", "x");
    change(&mut template);
    template.check()
}

fn buttons(kind: &str, n: usize) -> Result<(), Refusal> {
    definition(|t| t.buttons = (0..n).map(|_| button(kind, "b")).collect())
}

/// Tries the row's limit with `n`.
#[expect(clippy::too_many_lines, reason = "one arm per row of the table")]
fn attempt(hub: &Arc<Hub>, path: &str, n: usize) -> Result<(), Refusal> {
    let w = words(n);
    match path {
        "text.body" => message("text", json!({ "body": w })),
        "media.caption" => message("document", json!({"id": "1", "caption": w})),
        "interactive.button.body" => interactive("button", |node| node["body"]["text"] = json!(w)),
        "interactive.list.body" => interactive("list", |node| node["body"]["text"] = json!(w)),
        "interactive.cta_url.body" => {
            interactive("cta_url", |node| node["body"]["text"] = json!(w))
        }
        "interactive.location_request.body" => interactive("location_request_message", |node| {
            node["body"]["text"] = json!(w);
        }),
        "interactive.header.text" => interactive("list", |node| {
            node["header"] = json!({"type": "text", "text": w});
        }),
        "interactive.footer.text" => {
            interactive("list", |node| node["footer"] = json!({ "text": w }))
        }
        "interactive.button.buttons" => interactive("button", |node| {
            let reply = |i: usize| json!({"type": "reply", "reply": {"id": i.to_string(), "title": i.to_string()}});
            node["action"]["buttons"] = (0..n).map(reply).collect();
        }),
        "interactive.button.title" => on_button("title", n),
        "interactive.button.id" => on_button("id", n),
        "interactive.list.button" => {
            interactive("list", |node| node["action"]["button"] = json!(w))
        }
        "interactive.list.sections" => interactive("list", |node| {
            let section =
                |i: usize| json!({"title": "s", "rows": [{"id": i.to_string(), "title": "t"}]});
            node["action"]["sections"] = (0..n).map(section).collect();
        }),
        "interactive.list.rows" => interactive("list", |node| {
            if n < 2 {
                node["action"]["sections"] = json!([{"rows": rows(n)}]);
                return;
            }
            let (first, rest) = (rows(n / 2), rows(n).split_off(n / 2));
            node["action"]["sections"] =
                json!([{"title": "a", "rows": first}, {"title": "b", "rows": rest}]);
        }),
        "interactive.list.section.title" => interactive("list", |node| {
            node["action"]["sections"][0]["title"] = json!(w);
        }),
        "interactive.list.row.id" => on_row("id", n),
        "interactive.list.row.title" => on_row("title", n),
        "interactive.list.row.description" => on_row("description", n),
        "interactive.cta_url.display_text" => interactive("cta_url", |node| {
            node["action"]["parameters"]["display_text"] = json!(w);
        }),
        "biz_opaque_callback_data" => checked(&json!({
            "to": "+6281", "type": "text", "text": {"body": "x"}, "biz_opaque_callback_data": w,
        })),
        "template.auth_code" => template(
            "code",
            &json!([
                {"type": "body", "parameters": [{"type": "text", "text": w}]},
                {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": w}]},
            ]),
        ),
        "template.body" => template(
            "one",
            &json!([{"type": "body", "parameters": [{"type": "text", "text": w}]}]),
        ),
        "template.header" => template(
            "head",
            &json!([{"type": "header", "parameters": [{"type": "text", "text": w}]}]),
        ),
        "template.coupon_code" => template(
            "coupon",
            &json!([
                {"type": "button", "sub_type": "copy_code", "index": 0, "parameters": [{"type": "coupon_code", "coupon_code": w}]},
            ]),
        ),
        _ => attempt_definition(path, n).unwrap_or_else(|| attempt_file(hub, path, n)),
    }
}

fn attempt_definition(path: &str, n: usize) -> Option<Result<(), Refusal>> {
    let w = words(n);
    Some(
        match path.strip_prefix("template.definition.").unwrap_or(path) {
            "body" => definition(|t| t.body = w),
            "header" => definition(|t| t.header = w),
            "header.parameters" => {
                let parameters: Vec<String> = (1..=n).map(|i| format!("{{{{{i}}}}}")).collect();
                definition(|t| t.header = parameters.concat())
            }
            "footer" => definition(|t| t.footer = w),
            "buttons" => buttons("QUICK_REPLY", n),
            "button.label" => definition(|t| t.buttons = vec![button("QUICK_REPLY", &w)]),
            "buttons.url" => buttons("URL", n),
            "buttons.phone" => buttons("PHONE_NUMBER", n),
            "buttons.copy_code" => buttons("COPY_CODE", n),
            "code_expiration_minutes" => definition(|t| {
                t.category = "AUTHENTICATION".to_owned();
                t.code_expiration_minutes = n;
            }),
            "templates" => {
                let mut state = State::default();
                (0..n).try_for_each(|i| {
                    send::add_template(&mut state, Template::utility(&i.to_string(), "id", "x"))
                })
            }
            _ => return None,
        },
    )
}

fn attempt_file(hub: &Arc<Hub>, path: &str, n: usize) -> Result<(), Refusal> {
    let gone = || Refusal::new(100, "gone");
    let file = |received| {
        let at_ms = hub.clock.now_ms();
        let (bytes, mime) = (b"x".as_slice().into(), "text/plain".to_owned());
        media::store(
            hub,
            File {
                bytes,
                mime,
                filename: None,
                at_ms,
                received,
            },
        )
    };
    let wait = || {
        hub.clock
            .advance(Duration::from_secs(u64::try_from(n).unwrap()));
    };
    match path {
        "media.image" => media::check(Class::Image, "image/jpeg", n, false),
        "media.audio" => media::check(Class::Audio, "audio/ogg; codecs=opus", n, false),
        "media.video" => media::check(Class::Video, "video/mp4", n, false),
        "media.document" => media::check(Class::Document, "application/pdf", n, false),
        "media.sticker" => media::check(Class::Sticker, "image/webp", n, false),
        "media.sticker.animated" => media::check(Class::Sticker, "image/webp", n, true),
        "media.uploaded.age" | "media.received.age" => {
            let id = file(path == "media.received.age");
            wait();
            media::known(hub, &id).map(|_| ()).ok_or_else(gone)
        }
        "media.url.age" => {
            let url = reqwest::Url::parse(&media::url(hub, &file(false))).unwrap();
            wait();
            let values = url
                .query_pairs()
                .map(|(k, v)| (k.into_owned(), json!(v)))
                .collect();
            let fields = crate::body::Fields {
                values,
                ..crate::body::Fields::default()
            };
            if media::download(hub, &fields).status() == 200 {
                Ok(())
            } else {
                Err(gone())
            }
        }
        unknown => panic!("the table has a row that this walk does not know: {unknown}"),
    }
}

#[tokio::test]
async fn every_limit_is_accepted_and_one_more_is_refused() {
    let platforms = Platforms::start(Options::default()).await.unwrap();
    let hub = platforms.hub();
    for limit in LIMITS {
        let path = limit.path;
        attempt(hub, path, limit.max).unwrap_or_else(|e| panic!("{path} at {}: {e:?}", limit.max));
        let refusal = attempt(hub, path, limit.max + 1).expect_err(path);
        assert_eq!(refusal.code, limit.code, "{path}: {refusal:?}");
        if limit.min > 0 {
            attempt(hub, path, limit.min)
                .unwrap_or_else(|e| panic!("{path} at {}: {e:?}", limit.min));
            attempt(hub, path, limit.min - 1).expect_err(path);
        }
        assert!(!limit.source.is_empty(), "{path} needs a source");
        assert!(
            limit.unit != Unit::Seconds || path.starts_with("media."),
            "{path}"
        );
    }
}

#[test]
fn what_is_not_a_count_is_refused_too() {
    let refused = |result: Result<(), Refusal>, code| assert_eq!(result.unwrap_err().code, code);
    let two = |id: &str, title: &str| {
        interactive("button", |node| {
            let reply = |id: &str, title: &str| json!({"type": "reply", "reply": {"id": id, "title": title}});
            node["action"]["buttons"] = json!([reply("a", "A"), reply(id, title)]);
        })
    };
    two("b", "B").unwrap();
    refused(two("a", "B"), 131_009);
    refused(two("b", "A"), 131_009);
    refused(two(" b", "B"), 131_009);
    refused(message("text", json!({"body": "  "})), 100);
    refused(
        message("text", json!({"body": "x", "previewUrl": true})),
        100,
    );
    refused(message("text", json!({})), 131_008);
    refused(message("image", json!({"id": "1"})), 131_053);
    refused(message("document", json!({"id": "2"})), 131_009);
    refused(
        message("document", json!({"id": "1", "link": "https://a.b/c"})),
        131_009,
    );
    refused(
        interactive("list", |node| {
            node["header"] = json!({"type": "document", "document": {"id": "1"}});
        }),
        131_009,
    );
    refused(
        interactive("list", |node| {
            node["action"]["sections"] =
                json!([{"rows": rows(1)}, {"title": "b", "rows": [{"id": "9", "title": "t"}]}]);
        }),
        131_009,
    );
    refused(template("gone", &json!([])), 132_001);
    refused(template("one", &json!([])), 132_000);
    refused(
        template(
            "one",
            &json!([{"type": "body", "parameters": [{"type": "text", "text": "a\nb"}]}]),
        ),
        132_018,
    );
    let body = json!({"type": "BODY", "parameters": [{"type": "text", "text": "123456"}]});
    refused(template("code", &json!([body])), 131_008);
    let other = json!({"type": "button", "sub_type": "URL", "index": 0, "parameters": [{"type": "text", "text": "654321"}]});
    refused(template("code", &json!([body, other])), 132_018);
}
