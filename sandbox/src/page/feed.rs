//! The page's live stream: messages, changes and the wire, as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::Stream;
use futures_util::stream::unfold;
use serde_json::{Value, json};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::views::message;
use super::{Page, Shared};
use crate::platforms::Platforms;
use crate::wire::{Change, Platform, WireEvent};

pub(crate) async fn events(
    State(page): Shared,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = page.platforms.hub().wire.listen_changes();
    let wire = page.platforms.wire();
    let stream = unfold(
        (page, changes, wire),
        |(page, mut changes, mut wire)| async move {
            let event = next(&page, &mut changes, &mut wire).await?;
            Some((Ok(event), (page, changes, wire)))
        },
    );
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

/// The next event; `None` when the platforms have stopped.
async fn next(
    page: &Page,
    changes: &mut Receiver<Change>,
    wire: &mut Receiver<WireEvent>,
) -> Option<Event> {
    loop {
        tokio::select! {
            () = page.platforms.hub().stop.cancelled() => return None,
            change = changes.recv() => match change {
                Ok(change) => if let Some((name, data)) = told(&page.platforms, &change) {
                    return Some(named(name, &data));
                },
                // Too slow to follow: the page fetches everything anew.
                Err(RecvError::Lagged(_)) => return Some(named("state", &json!({}))),
                Err(RecvError::Closed) => return None,
            },
            event = wire.recv() => match event {
                Ok(event) => return Some(named("wire", &json!(event))),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            },
        }
    }
}

fn named(name: &str, data: &Value) -> Event {
    Event::default().event(name).data(data.to_string())
}

fn told(platforms: &Platforms, change: &Change) -> Option<(&'static str, Value)> {
    let Change::Message {
        platform,
        chat,
        id,
        new,
    } = change
    else {
        return Some(("state", json!({})));
    };
    let (who, shown) = match platform {
        Platform::WhatsApp => ("customer", platforms.whatsapp().message(id)?),
        Platform::Telegram => (
            "agent",
            platforms
                .telegram()
                .message(chat.parse().ok()?, id.parse().ok()?)?,
        ),
    };
    let name = if *new { "message" } else { "changed" };
    Some((
        name,
        json!({"who": who, "id": chat, "message": message(&shown)}),
    ))
}
