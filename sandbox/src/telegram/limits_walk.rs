//! Walks the table of limits through the methods themselves: each limit is accepted, one more is refused.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::api::METHODS;
use super::errors::Refusal;
use super::limits::{LIMITS, TOO_LARGE, Unit};
use super::media::{self, SORTS};
use super::params::Params;
use super::reactions;
use crate::body::{Fields, Upload};
use crate::files::File;
use crate::hub::Hub;
use crate::{Media, Options, Platforms, Rules};

const USER: i64 = 9001;

fn call(hub: &Arc<Hub>, method: &str, values: Value) -> Result<Value, Refusal> {
    with_file(hub, method, values, None)
}

fn with_file(
    hub: &Arc<Hub>,
    method: &str,
    mut values: Value,
    file: Option<(&str, Vec<u8>)>,
) -> Result<Value, Refusal> {
    values["chat_id"] = json!(USER);
    let (_, carry_out) = METHODS.iter().find(|(name, _)| *name == method).unwrap();
    let upload = |bytes: Vec<u8>| Upload {
        bytes: bytes.into(),
        mime: "image/png".to_owned(),
        filename: Some("f".to_owned()),
    };
    let files: HashMap<String, Upload> = file
        .map(|(name, bytes)| (name.to_owned(), upload(bytes)))
        .into_iter()
        .collect();
    let fields = Fields {
        values: values.as_object().unwrap().clone(),
        files,
    };
    carry_out(hub, &Params(&fields))
}

/// `n` UTF-16 units, surrogate pairs among them.
fn words(n: usize) -> String {
    format!("{}{}", "😀".repeat(n / 2), "a".repeat(n % 2))
}

fn keyboard(hub: &Arc<Hub>, rows: &Value) -> Result<Value, Refusal> {
    call(
        hub,
        "sendMessage",
        json!({"text": "x", "reply_markup": {"inline_keyboard": rows}}),
    )
}

fn commands(hub: &Arc<Hub>, list: &Value) -> Result<Value, Refusal> {
    call(hub, "setMyCommands", json!({ "commands": list }))
}

/// A PNG header that claims these sides, filled up to `size`.
fn png(width: usize, height: usize, size: usize) -> Vec<u8> {
    let four = |n: usize| u32::try_from(n).unwrap().to_be_bytes();
    let mut bytes = Media::photo().bytes.to_vec();
    bytes[16..20].copy_from_slice(&four(width));
    bytes[20..24].copy_from_slice(&four(height));
    bytes.resize(size.max(bytes.len()), 0);
    bytes
}

fn upload_photo(hub: &Arc<Hub>, bytes: Vec<u8>) -> Result<Value, Refusal> {
    with_file(hub, "sendPhoto", json!({}), Some(("photo", bytes)))
}

fn stored(hub: &Hub, size: usize) -> String {
    let file = File {
        bytes: vec![0; size].into(),
        mime: "application/pdf".to_owned(),
        filename: None,
        at_ms: hub.clock.now_ms(),
        received: false,
    };
    media::store(hub, SORTS[1], file)
}

fn attempt(platforms: &Platforms, path: &str, n: usize) -> Result<Value, Refusal> {
    let hub = platforms.hub();
    match path {
        "text" => {
            // Tags and references do not count; what is left does.
            let html = format!("<b>{}</b>&lt;", words(n.max(1) - 1));
            let html = if n == 0 { "<b> </b>".to_owned() } else { html };
            call(
                hub,
                "sendMessage",
                json!({"text": html, "parse_mode": "HTML"}),
            )
        }
        "caption" => call(
            hub,
            "sendDocument",
            json!({"document": stored(hub, 1), "caption": words(n)}),
        ),
        "callback_data" => {
            // Bytes, not characters: é has two.
            let data = format!("{}{}", "é".repeat(n / 2), "a".repeat(n % 2));
            keyboard(hub, &json!([[{"text": "t", "callback_data": data}]]))
        }
        "callback_answer" => {
            let sent = keyboard(hub, &json!([[{"text": "t", "callback_data": "d"}]])).unwrap();
            let message = sent["message_id"].as_i64().unwrap();
            let query = platforms.telegram().presses(USER, message, "t").unwrap();
            call(
                hub,
                "answerCallbackQuery",
                json!({"callback_query_id": query, "text": words(n)}),
            )
        }
        "keyboard.text" => keyboard(hub, &json!([[{"text": words(n), "callback_data": "d"}]])),
        "keyboard.buttons" => {
            let rows: Vec<Value> = (0..n)
                .map(|_| json!([{"text": "t", "callback_data": "d"}]))
                .collect();
            keyboard(hub, &json!(rows))
        }
        "commands" => {
            let list: Vec<Value> = (0..n)
                .map(|i| json!({"command": format!("c{i}"), "description": "d"}))
                .collect();
            commands(hub, &json!(list))
        }
        "command.name" => commands(
            hub,
            &json!([{"command": "a".repeat(n), "description": "d"}]),
        ),
        "command.description" => commands(hub, &json!([{"command": "a", "description": words(n)}])),
        "album" => {
            let item = json!({"type": "document", "media": stored(hub, 1)});
            call(hub, "sendMediaGroup", json!({"media": vec![item; n]}))
        }
        _ => attempt_size(platforms, path, n),
    }
}

fn attempt_size(platforms: &Platforms, path: &str, n: usize) -> Result<Value, Refusal> {
    let hub = platforms.hub();
    match path {
        "start_payload" => {
            let started = platforms.telegram().starts(USER, &"a".repeat(n));
            started
                .map(|id| json!(id))
                .map_err(|_| Refusal::bad("payload too long"))
        }
        "secret_token" if n == 0 => Err(Refusal::bad("an empty secret is no secret")),
        "secret_token" => {
            let secret = "s".repeat(n);
            let set = call(
                hub,
                "setWebhook",
                json!({"url": "https://a.b/c", "secret_token": secret}),
            );
            call(hub, "deleteWebhook", json!({})).unwrap();
            set
        }
        "upload.photo" if n == 0 => upload_photo(hub, Vec::new()),
        "upload.photo" if n == 1 => upload_photo(hub, png(1, 1, 0)),
        "upload.photo" => upload_photo(hub, png(10, 10, n)),
        "upload.file" => with_file(
            hub,
            "sendDocument",
            json!({}),
            Some(("document", vec![0; n])),
        ),
        "download" => call(hub, "getFile", json!({"file_id": stored(hub, n)})),
        "photo.sides" if n < 2 => upload_photo(hub, png(n, 0, 0)),
        "photo.sides" => upload_photo(hub, png(n / 2, n - n / 2, 0)),
        "photo.ratio" => upload_photo(hub, png(n * 10, 10, 0)),
        "delete.age_hours" => {
            let sent = call(hub, "sendMessage", json!({"text": "x"})).unwrap();
            let hours = Duration::from_hours(u64::try_from(n).unwrap());
            // A minute early: the clock runs on while the test does.
            hub.clock
                .advance(hours.saturating_sub(Duration::from_mins(1)));
            call(
                hub,
                "deleteMessage",
                json!({"message_id": sent["message_id"]}),
            )
        }
        unknown => panic!("the table has a row that this walk does not know: {unknown}"),
    }
}

#[tokio::test]
async fn every_limit_is_accepted_and_one_more_is_refused() {
    let rules = Rules::default().unlimited();
    let platforms = Platforms::start(Options {
        rules,
        ..Options::default()
    })
    .await
    .unwrap();
    platforms.telegram().person(USER, "Budi", None);
    platforms.telegram().says(USER, "/start");
    for limit in LIMITS {
        let path = limit.path;
        attempt(&platforms, path, limit.max)
            .unwrap_or_else(|e| panic!("{path} at {}: {e:?}", limit.max));
        let refusal = attempt(&platforms, path, limit.max + 1).expect_err(path);
        let told = if limit.refusal.1 == TOO_LARGE {
            TOO_LARGE.to_owned()
        } else {
            format!("Bad Request: {}", limit.refusal.1)
        };
        assert_eq!(refusal.description, told, "{path}");
        if limit.min > 0 {
            attempt(&platforms, path, limit.min)
                .unwrap_or_else(|e| panic!("{path} at {}: {e:?}", limit.min));
            attempt(&platforms, path, limit.min - 1).expect_err(path);
        }
        assert!(!limit.source.is_empty(), "{path} needs a source");
        assert!(
            limit.unit != Unit::Pixels || path.starts_with("photo"),
            "{path}"
        );
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of refusals")]
async fn what_is_not_a_count_is_refused_too() {
    let rules = Rules::default().unlimited();
    let platforms = Platforms::start(Options {
        rules,
        ..Options::default()
    })
    .await
    .unwrap();
    let (hub, telegram) = (platforms.hub(), platforms.telegram());
    telegram.person(USER, "Budi", None);
    let said = |result: Result<Value, Refusal>, told: &str| {
        let description = result.unwrap_err().description;
        assert!(description.contains(told), "{description}");
    };
    said(
        call(hub, "sendMessage", json!({"text": "x"})),
        "Forbidden: bot can't initiate conversation with a user",
    );
    telegram.says(USER, "/start");
    let sent = call(hub, "sendMessage", json!({"text": "x"})).unwrap();
    let message = &sent["message_id"];
    said(
        call(
            hub,
            "editMessageText",
            json!({"message_id": message, "text": "x"}),
        ),
        "message is not modified",
    );
    said(
        call(
            hub,
            "editMessageText",
            json!({"message_id": 99, "text": "y"}),
        ),
        "message to edit not found",
    );
    said(
        call(
            hub,
            "editMessageText",
            json!({"message_id": 1, "text": "y"}),
        ),
        "message can't be edited",
    );
    said(
        call(
            hub,
            "editMessageCaption",
            json!({"message_id": message, "caption": "y"}),
        ),
        "there is no caption",
    );
    said(
        call(
            hub,
            "sendMessage",
            json!({"text": "x", "reply_parameters": {"message_id": 99}}),
        ),
        "message to be replied not found",
    );
    let lenient = json!({"message_id": 99, "allow_sending_without_reply": true});
    call(
        hub,
        "sendMessage",
        json!({"text": "x", "reply_parameters": lenient}),
    )
    .unwrap();
    said(
        call(
            hub,
            "sendMessage",
            json!({"text": "x", "message_thread_id": 1}),
        ),
        "message thread not found",
    );
    said(
        call(hub, "sendPhoto", json!({"photo": "https://a.b/c.png"})),
        "wrong file identifier",
    );
    said(
        upload_photo(hub, b"not a picture".to_vec()),
        "IMAGE_PROCESS_FAILED",
    );
    said(
        keyboard(hub, &json!([[{"text": "t"}]])),
        "text buttons are unallowed",
    );
    said(
        keyboard(hub, &json!([[{"text": "t", "url": "http://localhost:1/"}]])),
        "Wrong HTTP URL",
    );
    said(
        commands(hub, &json!([{"command": "Upper", "description": "d"}])),
        "BOT_COMMAND_INVALID",
    );
    let react = |emoji: &str| {
        call(
            hub,
            "setMessageReaction",
            json!({"message_id": 1, "reaction": [{"type": "emoji", "emoji": emoji}]}),
        )
    };
    for emoji in ["🕊", "👌", "👀"] {
        react(emoji).unwrap();
    }
    said(react("✅"), "REACTION_INVALID");
    assert_eq!(reactions::ALLOWED.len(), 73);
    telegram.blocks(USER);
    said(
        call(hub, "sendMessage", json!({"text": "x"})),
        "Forbidden: bot was blocked by the user",
    );
}
