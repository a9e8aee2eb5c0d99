//! The Bot API's door: token, method table, faults, log.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::response::Response;
use serde_json::{Value, json};

use super::errors::Refusal;
use super::params::Params;
use super::{commands, media, messages, state, updates, webhook};
use crate::body::{self, Fields};
use crate::faults::Fault;
use crate::hub::Hub;
use crate::locked;
use crate::platforms::credentials::BOT_TOKEN;
use crate::server::{Lost, json as answer, raw};
use crate::wire::{Call, Platform};

/// The one method that waits.
const POLL: &str = "getUpdates";

type Method = fn(&Arc<Hub>, &Params<'_>) -> Result<Value, Refusal>;

/// All methods but getUpdates, in their documented spelling.
pub(super) const METHODS: &[(&str, Method)] = &[
    ("getMe", |_, _| Ok(me())),
    ("setWebhook", webhook::set),
    ("deleteWebhook", webhook::delete),
    ("getWebhookInfo", webhook::info),
    ("sendMessage", messages::send),
    ("copyMessage", messages::copy),
    ("sendLocation", messages::location),
    ("sendVenue", messages::location),
    ("sendContact", messages::contact),
    ("sendPhoto", media::photo),
    ("sendDocument", media::document),
    ("sendVideo", media::video),
    ("sendAudio", media::audio),
    ("sendVoice", media::voice),
    ("sendSticker", media::sticker),
    ("sendMediaGroup", media::album),
    ("getFile", media::get_file),
    ("editMessageText", messages::edit_text),
    ("editMessageCaption", messages::edit_caption),
    ("editMessageReplyMarkup", messages::edit_markup),
    ("deleteMessage", messages::delete),
    ("deleteMessages", messages::delete_many),
    ("setMessageReaction", messages::react),
    ("answerCallbackQuery", messages::answer_query),
    ("sendChatAction", messages::action),
    ("pinChatMessage", messages::pin),
    ("unpinChatMessage", messages::pin),
    ("getChat", messages::get_chat),
    ("setMyCommands", commands::set),
    ("getMyCommands", commands::get),
    ("deleteMyCommands", commands::delete),
];

/// Answers one request.
pub(crate) async fn handle(hub: Arc<Hub>, request: Request) -> Result<Response, Lost> {
    let path = request.uri().path().to_owned();
    if let Some(file) = path.strip_prefix(&format!("/file/bot{BOT_TOKEN}/")) {
        return Ok(media::download(&hub, file));
    }
    let addressed = path
        .strip_prefix("/bot")
        .and_then(|rest| rest.split_once('/'));
    let Some((token, method)) = addressed else {
        return Ok(answer(404, &Refusal::not_found().answer()));
    };
    if token != BOT_TOKEN || locked(&hub.telegram).revoked {
        return Ok(answer(401, &Refusal::unauthorized().answer()));
    }
    called(&hub, method, request).await
}

/// A call with the right token: meets its fault, is carried out, goes to the log.
async fn called(hub: &Arc<Hub>, method: &str, request: Request) -> Result<Response, Lost> {
    let known = METHODS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(method));
    let polling = method.eq_ignore_ascii_case(POLL);
    let name = if polling {
        POLL
    } else {
        known.map_or(method, |(name, _)| name)
    };
    let verb = request.method().as_str().to_owned();
    let fields = body::read(request).await;
    let mut call = Call {
        at_ms: hub.clock.now_ms(),
        method: name.to_owned(),
        path: format!("{verb} /{method}"),
        body: fields.as_ref().map_or(Value::Null, Fields::logged),
        status: 0,
        answer: Value::Null,
    };
    let fault = hub.faults.strike(Platform::Telegram, name);
    if let Some(fault) = &fault {
        hub.trouble(Platform::Telegram, &format!("{name}: {fault:?}"));
        if let Some(response) = instead(hub, fault, &mut call).await {
            hub.call(Platform::Telegram, call);
            return response;
        }
    }
    let result = match (&fields, known) {
        (Err(why), _) => Err(Refusal::bad(why)),
        (Ok(fields), _) if polling => updates::get(hub, &Params(fields)).await,
        (Ok(fields), Some((_, method))) => method(hub, &Params(fields)),
        (Ok(_), None) => Err(Refusal::not_found()),
    };
    let (status, body) = match result {
        Ok(result) => (200, json!({"ok": true, "result": result})),
        Err(refusal) => {
            hub.trouble(
                Platform::Telegram,
                &format!("{name}: {}", refusal.description),
            );
            (refusal.code, refusal.answer())
        }
    };
    let response = match fault {
        Some(Fault::LoseResponse) => Err(Lost),
        Some(Fault::InvalidJson) => Ok(raw(200, "application/json", "{\"ok\":true,\"result\":")),
        _ => Ok(answer(status, &body)),
    };
    call.status = response.as_ref().map_or(0, |r| r.status().as_u16());
    call.answer = body;
    // Empty polls would drown the log.
    if !(polling && call.status == 200 && call.answer["result"] == json!([])) {
        hub.call(Platform::Telegram, call);
    }
    response
}

/// The answer of faults that keep the call from being carried out.
async fn instead(hub: &Hub, fault: &Fault, call: &mut Call) -> Option<Result<Response, Lost>> {
    let refusal = match fault {
        Fault::TooMany { retry_after, .. } => {
            let seconds = retry_after.unwrap_or(0);
            let description = format!("Too Many Requests: retry after {seconds}");
            Refusal {
                code: 429,
                description,
                retry_after: *retry_after,
            }
        }
        Fault::ServerError => Refusal {
            code: 500,
            description: "Internal Server Error".to_owned(),
            retry_after: None,
        },
        Fault::Refuse { code, message } => {
            let code = u16::try_from(*code).unwrap_or(400);
            Refusal {
                code,
                description: message.clone(),
                retry_after: None,
            }
        }
        Fault::BadGateway => {
            call.status = 502;
            return Some(Ok(raw(
                502,
                "text/html",
                "<html><body><h1>502 Bad Gateway</h1></body></html>",
            )));
        }
        Fault::Hang { ms } => {
            hub.clock.sleep(Duration::from_millis(*ms)).await;
            return Some(Err(Lost));
        }
        Fault::LoseResponse | Fault::InvalidJson => return None,
    };
    call.status = refusal.code;
    call.answer = refusal.answer();
    Some(Ok(answer(refusal.code, &refusal.answer())))
}

/// Bot API: getMe, `User` with the fields that only this method fills.
fn me() -> Value {
    let mut me = state::bot();
    me["can_join_groups"] = json!(true);
    for name in [
        "can_read_all_group_messages",
        "supports_inline_queries",
        "can_connect_to_business",
        "has_main_web_app",
        "has_topics_enabled",
    ] {
        me[name] = json!(false);
    }
    me
}
