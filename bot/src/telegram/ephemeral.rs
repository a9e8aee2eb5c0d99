//! What may be lost: spinners off buttons, "typing…". After the commit, best effort, never again after a crash.

use sapa_core::inbox::{Ephemeral, Event};
use teloxide::{
    payloads::{AnswerCallbackQuery, SendChatAction, setters::*},
    types::{CallbackQueryId, ChatAction, ChatId},
};

use super::{client::Client, errors::CallError, render::fitting};

/// Bot API: answerCallbackQuery, `text`.
const TOAST: usize = 200;

/// Does what an event's handling left to do.
pub async fn perform(client: &Client, event: &Event, effect: &Ephemeral) {
    match effect {
        Ephemeral::AnswerPress { press, text } => {
            answer_press(client, press, text.as_deref()).await;
        }
        // Telegram marks a bot's chats as read by itself.
        Ephemeral::MarkRead { typing: true, .. } => {
            if let Some(chat) = private_chat(&event.lane) {
                typing(client, chat).await;
            }
        }
        Ephemeral::MarkRead { typing: false, .. } => {}
    }
}

/// A person's lane is named after him (`door`), the inbox puts the channel before it; and his private chat has his id.
fn private_chat(lane: &str) -> Option<&str> {
    let own = lane.rsplit_once('|').map_or(lane, |(_, own)| own);
    own.strip_prefix('u')
}

/// Takes the spinner off a pressed button.
pub async fn answer_press(client: &Client, press: &str, text: Option<&str>) {
    let mut answer = AnswerCallbackQuery::new(CallbackQueryId(press.to_owned()));
    if let Some(text) = text {
        answer = answer.text(fitting(text, TOAST));
    }
    count(client.call(&answer).await, "answerCallbackQuery");
}

/// Shows for five seconds that somebody writes.
pub async fn typing(client: &Client, chat: &str) {
    if let Ok(chat) = chat.parse() {
        let action = SendChatAction::new(ChatId(chat), ChatAction::Typing);
        count(client.call(&action).await, "sendChatAction");
    }
}

fn count<T>(done: Result<T, CallError>, method: &'static str) {
    match done {
        Ok(_) | Err(CallError::Stale) => {}
        Err(error) => {
            metrics::counter!("sapa_telegram_ephemeral_failed_total", "method" => method)
                .increment(1);
            tracing::debug!(method, %error, "a courtesy was not done");
        }
    }
}
