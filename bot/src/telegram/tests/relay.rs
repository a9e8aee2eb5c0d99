//! A customer's messages in an agent's chat.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use sapa_core::{
    clock::{Clock as _, MovableClock, SystemClock},
    contacts::{self, Identity},
    conversations,
    desk::Desk,
    inbox::Channel,
    media::{self, Fetch, FetchError, MediaState},
    messages::{self, Author, Kind, Message, NewMessage},
    outbox::{CardSubject, Content, Job, MediaKind, Prompt, SendError, Sender as _, store},
};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{
    START, Server, desk, no, posted,
    sender::{card_was_posted, job, post},
};
use crate::telegram::TelegramSender;

/// What a message is, besides who wrote it.
pub struct Said {
    pub author: Author,
    pub kind: Kind,
    pub body: &'static str,
    pub details: Option<String>,
    pub media: Option<String>,
}

pub fn customer(kind: Kind, body: &'static str) -> Said {
    Said {
        author: Author::Customer,
        kind,
        body,
        details: None,
        media: None,
    }
}

/// Stores a message of Sari's (or to her).
pub async fn stored(desk: &Desk, said: Said) -> Message {
    let mut tx = desk.db.write().await.expect("a transaction");
    let mut act = desk.act(&mut tx);
    let identity = Identity {
        wa_id: Some("6281234567890".into()),
        user_id: None,
    };
    let met = contacts::meet(&mut act, &identity, Some("Sari <b>"))
        .await
        .expect("a customer");
    let agent = said.author == Author::Agent;
    let channel = if agent {
        desk.settings.telegram.clone()
    } else {
        desk.settings.whatsapp.clone()
    };
    let whatsapp = desk.settings.whatsapp.clone();
    let conversation = conversations::current(&mut act, &met.customer.id, &whatsapp)
        .await
        .expect("a conversation");
    let new = NewMessage {
        conversation_id: conversation.id,
        customer_id: met.customer.id,
        ticket_id: None,
        author: said.author,
        staff_id: None,
        kind: said.kind,
        body: said.body.into(),
        details: said.details,
        media_id: said.media,
        channel,
        chat: if agent { "9".into() } else { String::new() },
        external_id: if agent { "41".into() } else { "wamid.1".into() },
        quotes: None,
        written_at: START,
    };
    let message = messages::store(&mut act, new)
        .await
        .expect("a message")
        .expect("a new one");
    drop(act);
    tx.commit().await.expect("a commit");
    message
}

async fn wanted(desk: &Desk, kind: MediaKind) -> String {
    let mut tx = desk.db.write().await.expect("a transaction");
    let mut act = desk.act(&mut tx);
    let channel = desk.settings.whatsapp.clone();
    let id = media::want(&mut act, &channel, "m1", kind, Some("modem.jpg"), None)
        .await
        .expect("a file");
    drop(act);
    tx.commit().await.expect("a commit");
    id
}

struct Bytes(&'static [u8]);

#[async_trait]
impl Fetch for Bytes {
    async fn fetch(&self, _: &str, _: u64) -> Result<Vec<u8>, FetchError> {
        if self.0.is_empty() {
            Err(FetchError::Gone)
        } else {
            Ok(self.0.to_vec())
        }
    }
}

/// Lets the media job fetch what is wanted.
async fn fetched(desk: &Desk, id: &str, bytes: &'static [u8]) {
    let stop = CancellationToken::new();
    let fetchers: Vec<(Channel, Arc<dyn Fetch>)> =
        vec![(desk.settings.whatsapp.clone(), Arc::new(Bytes(bytes)))];
    let running = tokio::spawn(media::run(desk.clone(), fetchers, stop.clone()));
    let clock = SystemClock::new();
    for _ in 0..1_000 {
        clock.sleep(Duration::from_millis(5)).await;
        let mut tx = desk.db.read().await.expect("a transaction");
        let media = media::by_id(&mut tx, id)
            .await
            .expect("media")
            .expect("the file");
        if media.state != MediaState::Wanted {
            stop.cancel();
            running.await.expect("the job ends");
            return;
        }
    }
    panic!("the file never came");
}

pub fn relay(message: &Message, heading: bool) -> Job {
    let content = Content::Relay {
        message_id: message.id.clone(),
        heading,
    };
    Job {
        customer_id: Some(message.customer_id.clone()),
        message_id: Some(message.id.clone()),
        ..job("row", content)
    }
}

const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0rest";

#[tokio::test]
async fn words_go_verbatim_under_the_name_in_reply_to_the_card() {
    let (desk, _, _folder) = desk().await;
    let message = stored(
        &desk,
        customer(
            Kind::Text,
            "internet *mati* <b>dari</b> pagi 🦊 http://x.example",
        ),
    )
    .await;
    let subject = CardSubject::Conversation(message.conversation_id.clone());
    card_was_posted(&desk, subject, Some(&message.customer_id), 33).await;
    let server = Server::start(|_, _| posted(50)).await;
    let sender = TelegramSender::new(desk, server.client());
    assert_eq!(
        sender.send(&relay(&message, true)).await,
        Ok(vec![post(50)])
    );
    assert_eq!(
        sender.send(&relay(&message, false)).await,
        Ok(vec![post(50)])
    );
    let (first, second) = (server.calls()[0].json(), server.calls()[1].json());
    assert_eq!(
        first["text"],
        "Sari <b>\ninternet *mati* <b>dari</b> pagi 🦊 http://x.example"
    );
    assert_eq!(
        first["entities"],
        json!([{"type": "bold", "offset": 0, "length": 8}])
    );
    assert_eq!(first["reply_parameters"]["message_id"], 33);
    assert_eq!(
        second["text"],
        "internet *mati* <b>dari</b> pagi 🦊 http://x.example"
    );
    assert_eq!(second["entities"], json!([]));
    let gone = job(
        "row",
        Content::Relay {
            message_id: "nobody's".into(),
            heading: false,
        },
    );
    assert_eq!(sender.send(&gone).await, Err(SendError::Cancelled));
}

#[tokio::test]
async fn a_photo_is_one_message_with_its_caption() {
    let (desk, _, _folder) = desk().await;
    let media = wanted(&desk, MediaKind::Image).await;
    fetched(&desk, &media, JPEG).await;
    let message = stored(
        &desk,
        Said {
            media: Some(media),
            ..customer(Kind::Image, "lampu merah")
        },
    )
    .await;
    let server = Server::start(|_, _| posted(50)).await;
    let sender = TelegramSender::new(desk, server.client());
    assert_eq!(
        sender.send(&relay(&message, true)).await,
        Ok(vec![post(50)])
    );
    let call = &server.calls()[0];
    assert_eq!(
        (server.calls().len(), call.method.as_str()),
        (1, "sendPhoto")
    );
    let body = call.text();
    for part in [
        "name=\"photo\"; filename=\"modem.jpg\"",
        "image/jpeg",
        "JFIF",
        "Sari <b>\nlampu merah",
        "\"type\":\"bold\"",
    ] {
        assert!(body.contains(part), "{part} in {body}");
    }
}

#[tokio::test]
async fn what_telegram_does_not_take_as_a_picture_goes_as_a_document_or_is_told() {
    let (desk, _, _folder) = desk().await;
    let media = wanted(&desk, MediaKind::Image).await;
    fetched(&desk, &media, JPEG).await;
    let message = stored(
        &desk,
        Said {
            media: Some(media),
            ..customer(Kind::Image, "lampu")
        },
    )
    .await;
    let server = Server::start(|place, _| match place {
        0 => no(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"),
        _ => posted(50),
    })
    .await;
    let sender = TelegramSender::new(desk.clone(), server.client());
    assert_eq!(
        sender.send(&relay(&message, false)).await,
        Ok(vec![post(50)])
    );
    assert_eq!(server.calls()[1].method, "sendDocument");
    let server = Server::start(|place, _| match place {
        0 | 1 => no(413, "Request Entity Too Large"),
        _ => posted(51),
    })
    .await;
    let sender = TelegramSender::new(desk, server.client());
    assert_eq!(
        sender.send(&relay(&message, false)).await,
        Ok(vec![post(51)])
    );
    let text = server.calls()[2].json()["text"].to_string();
    assert!(
        text.contains("lampu") && text.contains("tidak bisa diambil"),
        "{text}"
    );
}

#[tokio::test]
async fn words_wait_for_their_file_and_then_go_first() {
    let (desk, clock, _folder): (Desk, MovableClock, _) = desk().await;
    let media = wanted(&desk, MediaKind::Image).await;
    let message = stored(
        &desk,
        Said {
            media: Some(media.clone()),
            ..customer(Kind::Image, "lampu")
        },
    )
    .await;
    let server = Server::start(|_, _| posted(50)).await;
    let sender = TelegramSender::new(desk.clone(), server.client());
    let row = relay(&message, false);
    assert_eq!(
        sender.send(&row).await,
        Err(SendError::NotYet(Duration::from_millis(500)))
    );
    clock.advance(Duration::from_secs(21));
    assert_eq!(sender.send(&row).await, Ok(vec![post(50)]));
    let text = server.calls()[0].json()["text"].to_string();
    assert!(
        text.contains("lampu") && text.contains("menyusul"),
        "{text}"
    );
    sender.send(&row).await.expect("sent again after a doubt");
    let follows = take_waiting(&desk).await;
    assert_eq!(
        follows.len(),
        1,
        "one file follows, however often the words went"
    );
    let follow = Job {
        created_at: desk.clock.now(),
        ..follows[0].clone()
    };
    assert_eq!(follow.message_id.as_ref(), Some(&message.id));
    assert_eq!(
        sender.send(&follow).await,
        Err(SendError::Cancelled),
        "not there yet: a later row looks again"
    );
    let later = take_waiting(&desk).await;
    assert_eq!(later.len(), 1);
    fetched(&desk, &media, JPEG).await;
    assert_eq!(sender.send(&later[0]).await, Ok(vec![post(50)]));
    let call = server.calls().pop().expect("a call");
    assert_eq!(call.method, "sendPhoto");
    assert!(
        call.text().contains("\"message_id\":50"),
        "in reply to the words"
    );
}

#[tokio::test]
async fn a_file_that_never_comes_is_given_up() {
    let (desk, _, _folder) = desk().await;
    let media = wanted(&desk, MediaKind::Image).await;
    let server = Server::start(|_, _| posted(50)).await;
    let sender = TelegramSender::new(desk.clone(), server.client());
    let prompt = Prompt {
        media_id: Some(media),
        ..Prompt::default()
    };
    let looking = |times| {
        job(
            &format!("row{}", ".file".repeat(times)),
            Content::Prompt(prompt.clone()),
        )
    };
    assert_eq!(sender.send(&looking(39)).await, Err(SendError::Cancelled));
    assert_eq!(
        take_waiting(&desk).await.len(),
        1,
        "it is looked for once more"
    );
    assert_eq!(sender.send(&looking(40)).await, Ok(vec![post(50)]));
    let text = server.calls()[0].json()["text"].to_string();
    assert!(text.contains("tidak bisa diambil"), "{text}");
}

/// Claims what waits on Telegram's channel.
async fn take_waiting(desk: &Desk) -> Vec<Job> {
    let mut tx = desk.db.write().await.expect("a transaction");
    let waiting = store::ready(&mut tx, &desk.settings.telegram, 10)
        .await
        .expect("rows");
    let mut jobs = Vec::new();
    for row in waiting {
        let claimed = store::claim(&mut tx, &[&row.id], "me", 1, desk.clock.now()).await;
        jobs.extend(claimed.expect("a claim").into_values());
    }
    tx.commit().await.expect("a commit");
    jobs
}

#[tokio::test]
async fn a_file_that_cannot_be_had_is_told() {
    let (desk, _, _folder) = desk().await;
    let media = wanted(&desk, MediaKind::Voice).await;
    fetched(&desk, &media, b"").await;
    let message = stored(
        &desk,
        Said {
            media: Some(media),
            ..customer(Kind::Voice, "")
        },
    )
    .await;
    let server = Server::start(|_, _| posted(50)).await;
    let sender = TelegramSender::new(desk, server.client());
    assert_eq!(
        sender.send(&relay(&message, true)).await,
        Ok(vec![post(50)])
    );
    let text = server.calls()[0].json()["text"].to_string();
    assert!(
        text.contains("Sari") && text.contains("tidak bisa diambil"),
        "{text}"
    );
}

#[tokio::test]
async fn a_long_caption_follows_its_file() {
    let (desk, _, _folder) = desk().await;
    let media = wanted(&desk, MediaKind::Image).await;
    fetched(&desk, &media, JPEG).await;
    let words: &'static str = Box::leak("kata ".repeat(300).into_boxed_str());
    let message = stored(
        &desk,
        Said {
            media: Some(media),
            ..customer(Kind::Image, words)
        },
    )
    .await;
    let server = Server::start(|place, _| posted(i64::try_from(place).expect("small") + 50)).await;
    let sender = TelegramSender::new(desk, server.client());
    assert_eq!(
        sender.send(&relay(&message, false)).await,
        Ok(vec![post(50), post(51)])
    );
    let calls = server.calls();
    assert!(!calls[0].text().contains("kata"));
    assert_eq!(calls[1].json()["text"], words);
}

#[tokio::test]
async fn places_and_cards_and_riddles() {
    let (desk, _, _folder) = desk().await;
    let spot = json!({"latitude": -6.9, "longitude": 107.6, "name": "Kantor"}).to_string();
    let message = stored(
        &desk,
        Said {
            details: Some(spot),
            ..customer(Kind::Location, "Kantor")
        },
    )
    .await;
    let server = Server::start(|_, _| posted(50)).await;
    let sender = TelegramSender::new(desk.clone(), server.client());
    for heading in [true, false] {
        assert_eq!(
            sender.send(&relay(&message, heading)).await,
            Ok(vec![post(50)])
        );
    }
    let (first, second) = (server.calls()[0].json(), server.calls()[1].json());
    assert_eq!(server.calls()[0].method, "sendVenue");
    assert_eq!(
        (&first["title"], &first["address"]),
        (&json!("Sari <b>"), &json!("Kantor"))
    );
    assert_eq!(
        (&second["title"], &second["address"]),
        (&json!("Kantor"), &json!("-6.9, 107.6"))
    );
    assert_eq!(second["latitude"], -6.9);
}

#[tokio::test]
async fn impossible_places_are_words() {
    let (desk, _, _folder) = desk().await;
    let spot = json!({"latitude": 96.9, "longitude": 107.6, "name": null}).to_string();
    let message = stored(
        &desk,
        Said {
            details: Some(spot),
            ..customer(Kind::Location, "")
        },
    )
    .await;
    let server = Server::start(|_, _| posted(50)).await;
    let sender = TelegramSender::new(desk, server.client());
    assert_eq!(
        sender.send(&relay(&message, false)).await,
        Ok(vec![post(50)])
    );
    assert_eq!(server.calls()[0].method, "sendMessage");
    assert!(
        server.calls()[0].json()["text"]
            .to_string()
            .contains("96.9, 107.6")
    );
}
