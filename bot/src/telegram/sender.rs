//! The outbox's sending side: decides what a row becomes, and delivers it part by part. What the parts of a handed-over message are is
//! `relay`'s, how far a message has come is `ticks`'.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use sapa_core::{
    db,
    desk::Desk,
    inbox::Channel,
    markup::Markup,
    outbox::{self, CardSubject, Choice, Content, Job, Post, Prompt, Reach, SendError, Sender},
};
use serde_json::{Map, Value};
use teloxide::{
    payloads::{EditMessageText, SendMessage, setters::*},
    types::{ChatId, InlineKeyboardMarkup, LinkPreviewOptions, MessageId, ReplyParameters},
};

use super::{
    client::{Client, parameters},
    errors::CallError,
    files::{DOCUMENT, Parcel, Way},
    keyboard::keyboard,
    render::{Bubble, CAPTION, TEXT, bubbles},
};

/// Previews would push cards and customers' words out of sight, and fetch what customers link to.
const NO_PREVIEW: LinkPreviewOptions = LinkPreviewOptions {
    is_disabled: true,
    url: None,
    prefer_small_media: false,
    prefer_large_media: false,
    show_above_text: false,
};

/// As many chats that are told to wait within [`FLOOD_SPAN`] mean that the whole bot is too fast.
const FLOODED_CHATS: usize = 3;
/// See [`FLOODED_CHATS`].
const FLOOD_SPAN: Duration = Duration::from_secs(10);

/// Sends what the desk says to staff.
pub struct TelegramSender {
    pub(super) desk: Desk,
    pub(super) client: Client,
    /// Rows that were once reported as uncertain.
    doubted: Mutex<HashSet<String>>,
    /// Which chats were told to wait, and when.
    floods: Mutex<Vec<(Duration, String)>>,
}

/// One message on its way.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// Words.
    Words(Bubble),
    /// A file, and what is said instead when Telegram does not take it.
    File {
        parcel: Parcel,
        caption: Option<Bubble>,
        instead: Option<Bubble>,
    },
    /// A place, with a name when it has a title.
    Place {
        latitude: f64,
        longitude: f64,
        title: Option<(String, String)>,
    },
}

/// What stands around a message.
#[derive(Clone, Debug, Default)]
pub(super) struct Frame {
    reply_to: Option<MessageId>,
    keyboard: Option<InlineKeyboardMarkup>,
}

/// What became of an edit in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edit {
    Done,
    /// There is nothing to edit any more.
    Gone,
}

impl TelegramSender {
    /// The sending side of the desk's Telegram account.
    pub fn new(desk: Desk, client: Client) -> Self {
        Self {
            desk,
            client,
            doubted: Mutex::default(),
            floods: Mutex::default(),
        }
    }

    async fn prompt(&self, job: &Job, prompt: &Prompt) -> Result<Vec<Post>, SendError> {
        if let (Some(message), None) = (&prompt.replaces, &prompt.media_id)
            && self.edit(job, message, prompt).await? == Edit::Done
        {
            return Ok(Vec::new());
        }
        let parts = match &prompt.media_id {
            Some(media) => self.with_file(job, &prompt.text, media).await?,
            None => words(&prompt.text),
        };
        self.deliver(job, &parts, prompt.reply_to.as_deref(), &prompt.choices)
            .await
    }

    async fn card(
        &self,
        job: &Job,
        subject: &CardSubject,
        edit: bool,
    ) -> Result<Vec<Post>, SendError> {
        let channel = &self.desk.settings.telegram;
        let mut tx = self.desk.db.read().await.map_err(|e| broken(&e))?;
        let chat = &job.recipient;
        let prompt = crate::desk::cards::render(&self.desk, &mut tx, subject, chat).await;
        let mut prompt = prompt
            .map_err(|e| broken(&e))?
            .ok_or(SendError::Cancelled)?;
        if edit {
            let customer = job.customer_id.as_deref();
            let post = outbox::store::card_post(&mut tx, channel, chat, subject, customer).await;
            prompt.replaces = post.map_err(|e| broken(&e))?;
        }
        tx.rollback().await.map_err(|e| broken(&e))?;
        self.prompt(job, &prompt).await
    }

    /// Edits a message of ours in place. What does not fit into one message is rather posted anew.
    pub(super) async fn edit(
        &self,
        job: &Job,
        message: &str,
        prompt: &Prompt,
    ) -> Result<Edit, SendError> {
        let mut bubbles = bubbles(&prompt.text, TEXT);
        let (Some(bubble), true, Ok(message)) =
            (bubbles.pop(), bubbles.is_empty(), message.parse())
        else {
            return Ok(Edit::Gone);
        };
        let mut edit = EditMessageText::new(chat(job)?, MessageId(message), bubble.text)
            .entities(bubble.entities)
            .link_preview_options(NO_PREVIEW);
        edit.reply_markup = keyboard(&prompt.choices)?;
        match self.client.call(&edit).await {
            Ok(_) | Err(CallError::Unchanged) => Ok(Edit::Done),
            Err(CallError::NoSuchMessage) => Ok(Edit::Gone),
            Err(error) => Err(error.harmless_twice().into()),
        }
    }

    /// Sends the parts of a row, the first as an answer, the last with the choices. What went out before an interruption is not sent again.
    pub(super) async fn deliver(
        &self,
        job: &Job,
        parts: &[Part],
        reply_to: Option<&str>,
        choices: &[Choice],
    ) -> Result<Vec<Post>, SendError> {
        if parts.is_empty() {
            return Err(SendError::Permanent {
                code: "empty".into(),
                detail: "there is nothing to say".into(),
            });
        }
        let chat = chat(job)?;
        let keyboard = keyboard(choices)?;
        let mut posts = job.begun.clone();
        for (place, part) in parts.iter().enumerate().skip(posts.len()) {
            let frame = Frame {
                reply_to: reply_to
                    .filter(|_| place == 0)
                    .and_then(|id| id.parse().ok())
                    .map(MessageId),
                keyboard: keyboard.clone().filter(|_| place + 1 == parts.len()),
            };
            match self.part(chat, part, frame).await {
                Ok(message) => posts.push(Post {
                    chat: job.recipient.clone(),
                    external_id: message,
                }),
                Err(error) => {
                    if posts.len() > job.begun.len() {
                        outbox::interrupted(&self.desk, job, &posts).await;
                    }
                    return Err(error.into());
                }
            }
        }
        Ok(posts)
    }

    async fn part(&self, chat: ChatId, part: &Part, frame: Frame) -> Result<String, CallError> {
        match self.part_once(chat, part, &frame).await {
            // In groups a reply to what is gone is refused, whatever one allows (facts 2.5).
            Err(CallError::NoSuchReply) if frame.reply_to.is_some() => {
                let frame = Frame {
                    reply_to: None,
                    ..frame
                };
                self.part_once(chat, part, &frame).await
            }
            other => other,
        }
    }

    async fn part_once(
        &self,
        chat: ChatId,
        part: &Part,
        frame: &Frame,
    ) -> Result<String, CallError> {
        match part {
            Part::Words(bubble) => self.words(chat, bubble, frame).await,
            Part::File {
                parcel,
                caption,
                instead,
            } => {
                let way = parcel.way(caption.is_some());
                let mut sent = self.file(chat, way, parcel, caption.as_ref(), frame).await;
                if refuses_file(&sent) && way != DOCUMENT {
                    sent = self
                        .file(chat, DOCUMENT, parcel, caption.as_ref(), frame)
                        .await;
                }
                match instead {
                    Some(instead) if refuses_file(&sent) => self.words(chat, instead, frame).await,
                    _ => sent,
                }
            }
            Part::Place {
                latitude,
                longitude,
                title,
            } => {
                let mut fields = framed(chat, frame)?;
                fields.insert("latitude".into(), (*latitude).into());
                fields.insert("longitude".into(), (*longitude).into());
                let mut method = "sendLocation";
                if let Some((title, address)) = title {
                    method = "sendVenue";
                    fields.insert("title".into(), title.as_str().into());
                    fields.insert("address".into(), address.as_str().into());
                }
                message_id(&self.client.call_named(method, &fields).await?)
            }
        }
    }

    async fn words(
        &self,
        chat: ChatId,
        bubble: &Bubble,
        frame: &Frame,
    ) -> Result<String, CallError> {
        let mut message = SendMessage::new(chat, &bubble.text)
            .entities(bubble.entities.clone())
            .link_preview_options(NO_PREVIEW);
        message.reply_parameters = frame.reply_to.map(answering);
        message.reply_markup = frame.keyboard.clone().map(Into::into);
        message_id(&self.client.call(&message).await?)
    }

    async fn file(
        &self,
        chat: ChatId,
        way: Way,
        parcel: &Parcel,
        caption: Option<&Bubble>,
        frame: &Frame,
    ) -> Result<String, CallError> {
        let mut fields = framed(chat, frame)?;
        if let Some(caption) = caption.filter(|_| way.captioned) {
            fields.insert("caption".into(), caption.text.as_str().into());
            let entities = serde_json::to_value(&caption.entities).unwrap_or_default();
            fields.insert("caption_entities".into(), entities);
        }
        let files = [(way.field.to_owned(), parcel.upload.clone())];
        let sent = self
            .client
            .call_with_files(way.method, &fields, &files)
            .await?;
        message_id(&sent)
    }

    /// A row is in doubt once: then it is sent again at once and flagged, and a second doubt would end it. But a server that does not
    /// answer twice is rather away than done, and what customers wrote must outlast that: from then on it is tried again by the schedule,
    /// at the price of another copy should the server have been only slow.
    fn outlasting(&self, job: &Job, error: SendError) -> SendError {
        match error {
            SendError::Uncertain { detail } => {
                if lock(&self.doubted).insert(job.id.clone()) {
                    return SendError::Uncertain { detail };
                }
                SendError::Retry {
                    after: None,
                    reach: Reach::Recipient,
                    code: "no_answer".into(),
                    detail,
                }
            }
            SendError::Permanent { .. } | SendError::Cancelled => {
                lock(&self.doubted).remove(&job.id);
                error
            }
            other => other,
        }
    }

    /// Several chats that have to wait at the same time mean that the bot as a whole is too fast: then the channel waits.
    fn widened(&self, job: &Job, error: SendError) -> SendError {
        let SendError::Retry {
            after: Some(after),
            code,
            detail,
            ..
        } = error
        else {
            return error;
        };
        let now = self.desk.clock.mono();
        let mut floods = lock(&self.floods);
        floods.retain(|(at, chat)| now.saturating_sub(*at) < FLOOD_SPAN && *chat != job.recipient);
        floods.push((now, job.recipient.clone()));
        let reach = if floods.len() >= FLOODED_CHATS {
            Reach::Channel
        } else {
            Reach::Recipient
        };
        SendError::Retry {
            after: Some(after),
            reach,
            code,
            detail,
        }
    }
}

#[async_trait]
impl Sender for TelegramSender {
    fn channel(&self) -> &Channel {
        &self.desk.settings.telegram
    }

    async fn send(&self, job: &Job) -> Result<Vec<Post>, SendError> {
        let secret = outbox::opened(&self.desk, job)?;
        let sent = match &secret.content {
            Content::Prompt(prompt) => {
                let prompt = self.perhaps_again(job, prompt).await?;
                self.prompt(job, &prompt).await
            }
            Content::Relay {
                message_id,
                heading,
            } => self.relay(job, message_id, *heading).await,
            Content::Card(subject) => self.card(job, subject, false).await,
            Content::CardEdit(subject) => self.card(job, subject, true).await,
            Content::Tick { message_id } => self.tick(job, message_id).await,
            Content::Template(_) => Err(SendError::Permanent {
                code: "content".into(),
                detail: "Telegram has no templates".into(),
            }),
            Content::Sealed { .. } | Content::Erased => Err(SendError::Cancelled),
        };
        if sent.is_ok() {
            lock(&self.doubted).remove(&job.id);
        }
        sent.map_err(|error| self.widened(job, self.outlasting(job, error)))
    }
}

/// Words alone, as many messages as they need.
pub(super) fn words(text: &Markup) -> Vec<Part> {
    bubbles(text, TEXT).into_iter().map(Part::Words).collect()
}

/// Words that fit under a file; `None` when they do not.
pub(super) fn caption(text: &Markup) -> Option<Bubble> {
    let mut bubbles = bubbles(text, CAPTION);
    bubbles.pop().filter(|_| bubbles.is_empty())
}

/// The database's trouble, not the message's.
pub(super) fn broken(error: &db::Error) -> SendError {
    tracing::warn!(%error, "a message for Telegram could not be rendered");
    SendError::Retry {
        after: None,
        reach: Reach::Recipient,
        code: "database".into(),
        detail: "the desk's database did not answer".into(),
    }
}

fn chat(job: &Job) -> Result<ChatId, SendError> {
    let chat = job.recipient.parse().map(ChatId);
    chat.map_err(|_| SendError::Permanent {
        code: "chat".into(),
        detail: "the recipient is no chat id".into(),
    })
}

fn answering(message: MessageId) -> ReplyParameters {
    ReplyParameters::new(message).allow_sending_without_reply()
}

/// The fields that every message has.
fn framed(chat: ChatId, frame: &Frame) -> Result<Map<String, Value>, CallError> {
    let mut fields = Map::new();
    fields.insert("chat_id".into(), chat.0.into());
    if let Some(message) = frame.reply_to {
        let reply = parameters(&answering(message))?;
        fields.insert("reply_parameters".into(), reply.into());
    }
    if let Some(keyboard) = &frame.keyboard {
        fields.insert("reply_markup".into(), parameters(keyboard)?.into());
    }
    Ok(fields)
}

/// What Telegram calls the message that it took. An answer without it leaves open what happened.
pub(super) fn message_id(sent: &Value) -> Result<String, CallError> {
    let id = sent.get("message_id").and_then(Value::as_i64);
    id.filter(|id| *id > 0)
        .map(|id| id.to_string())
        .ok_or_else(|| CallError::Lost("the answer names no message".into()))
}

fn refuses_file(sent: &Result<String, CallError>) -> bool {
    matches!(sent, Err(CallError::TooLarge | CallError::Refused { .. }))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
