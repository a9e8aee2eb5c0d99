//! What may be lost: spinners off buttons. After the commit, best effort, never again after a crash.

use teloxide::{
    payloads::{AnswerCallbackQuery, setters::*},
    types::CallbackQueryId,
};

use super::{client::Client, errors::CallError, render::fitting};

/// Bot API: answerCallbackQuery, `text`.
const TOAST: usize = 200;

/// Takes the spinner off a pressed button.
pub async fn answer_press(client: &Client, press: &str, text: Option<&str>) {
    let mut answer = AnswerCallbackQuery::new(CallbackQueryId(press.to_owned()));
    if let Some(text) = text {
        answer = answer.text(fitting(text, TOAST));
    }
    count(client.call(&answer).await, "answerCallbackQuery");
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
