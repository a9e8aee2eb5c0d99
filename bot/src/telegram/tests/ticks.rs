//! Cards that are edited in place, and ticks on agents' messages.

use sapa_core::{
    db::dialect::many,
    desk::{Desk, Ticks},
    messages::{Author, Kind, Message},
    outbox::{
        CardSubject, Class, Content, Job, NewRow, Post, SendError, Sender as _, enqueue, store,
    },
    staff::{self, Role},
};
use serde_json::json;

use super::{
    Reply, Server, desk, desk_with, no, posted,
    relay::{Said, customer, stored},
    sender::{card_was_posted, job, post},
};
use crate::telegram::TelegramSender;

#[tokio::test]
async fn a_card_is_edited_where_it_was_shown_last() {
    let (desk, _, _folder) = desk().await;
    let message = stored(&desk, customer(Kind::Text, "halo")).await;
    let mut tx = desk.db.write().await.expect("a transaction");
    let mut act = desk.act(&mut tx);
    let invite = staff::invite(&mut act, "Budi", Role::Admin, None)
        .await
        .expect("an invite");
    staff::redeem(&mut act, &invite.token, "9", "9", None)
        .await
        .expect("redeemed");
    drop(act);
    tx.commit().await.expect("a commit");
    let subject = CardSubject::Conversation(message.conversation_id.clone());
    let edit = Job {
        customer_id: Some(message.customer_id.clone()),
        ..job("edit", Content::CardEdit(subject.clone()))
    };
    let server = Server::start(|place, _| match place {
        2 => no(400, "Bad Request: message to edit not found"),
        place => posted(i64::try_from(place).expect("small") + 70),
    })
    .await;
    let sender = TelegramSender::new(desk.clone(), server.client());
    assert_eq!(
        sender.send(&edit).await,
        Ok(vec![post(70)]),
        "it was never shown"
    );
    card_was_posted(&desk, subject, Some(&message.customer_id), 70).await;
    assert_eq!(sender.send(&edit).await, Ok(Vec::<Post>::new()));
    assert_eq!(
        sender.send(&edit).await,
        Ok(vec![post(73)]),
        "the agent deleted it"
    );
    let methods: Vec<_> = server.calls().into_iter().map(|call| call.method).collect();
    assert_eq!(
        methods,
        [
            "sendMessage",
            "editMessageText",
            "editMessageText",
            "sendMessage"
        ]
    );
    assert_eq!(server.calls()[1].json()["message_id"], 70);
}

/// An agent's message and the outbox row that carries it to the customer, sent.
async fn answered(desk: &Desk) -> Message {
    let said = Said {
        author: Author::Agent,
        ..customer(Kind::Text, "Selamat siang")
    };
    let message = stored(desk, said).await;
    let mut tx = desk.db.write().await.expect("a transaction");
    let mut act = desk.act(&mut tx);
    let content = Content::Relay {
        message_id: message.id.clone(),
        heading: false,
    };
    let whatsapp = desk.settings.whatsapp.clone();
    let mut row = NewRow::new(
        &whatsapp,
        &message.customer_id,
        Class::Conversation,
        content,
    );
    row.message_id = Some(message.id.clone());
    let id = enqueue(&mut act, row).await.expect("a row");
    let now = act.now;
    store::claim(act.tx, &[&id], "me", 1, now)
        .await
        .expect("a claim");
    let sent = many::sent(act.tx, &[&id], "me", 1, now).await;
    assert_eq!(sent.expect("a mark"), [id]);
    drop(act);
    tx.commit().await.expect("a commit");
    message
}

fn tick(message: &Message) -> Job {
    Job {
        message_id: Some(message.id.clone()),
        ..job(
            "tick",
            Content::Tick {
                message_id: message.id.clone(),
            },
        )
    }
}

#[tokio::test]
async fn a_tick_is_a_reaction_on_the_agents_message() {
    let (desk, _, _folder) = desk().await;
    let message = answered(&desk).await;
    let server = Server::start(|_, _| Reply::Ok(json!(true))).await;
    let sender = TelegramSender::new(desk.clone(), server.client());
    assert_eq!(sender.send(&tick(&message)).await, Ok(Vec::<Post>::new()));
    assert_eq!(
        server.calls()[0].json(),
        json!({"chat_id": 9, "message_id": 41, "reaction": [{"type": "emoji", "emoji": "🕊"}]})
    );
    for (refusal, code) in [
        ("Bad Request: message to react not found", 400),
        ("Forbidden: bot was blocked by the user", 403),
        ("Bad Request: REACTION_INVALID", 400),
    ] {
        let server = Server::start(move |_, _| no(code, refusal)).await;
        let sender = TelegramSender::new(desk.clone(), server.client());
        assert_eq!(
            sender.send(&tick(&message)).await,
            Err(SendError::Cancelled),
            "{refusal}"
        );
    }
}

#[tokio::test]
async fn a_tick_may_be_a_line_that_is_edited() {
    let (desk, _, _folder) = desk_with(Ticks::Line).await;
    let message = answered(&desk).await;
    let server = Server::start(|_, _| posted(60)).await;
    let sender = TelegramSender::new(desk.clone(), server.client());
    assert_eq!(sender.send(&tick(&message)).await, Ok(vec![post(60)]));
    let line = server.calls()[0].json();
    assert_eq!(
        (&line["text"], &line["reply_parameters"]["message_id"]),
        (&json!("🕊 terkirim"), &json!(41))
    );
    // As the outbox records it.
    let mut tx = desk.db.write().await.expect("a transaction");
    let mut act = desk.act(&mut tx);
    let telegram = desk.settings.telegram.clone();
    let mut row = NewRow::new(
        &telegram,
        "9",
        Class::Card,
        Content::Tick {
            message_id: message.id.clone(),
        },
    );
    row.message_id = Some(message.id.clone());
    let id = enqueue(&mut act, row).await.expect("a row");
    let now = act.now;
    store::post(act.tx, &telegram, &id, &post(60), now)
        .await
        .expect("a post");
    drop(act);
    tx.commit().await.expect("a commit");
    assert_eq!(sender.send(&tick(&message)).await, Ok(Vec::<Post>::new()));
    let edit = &server.calls()[1];
    assert_eq!(
        (edit.method.as_str(), &edit.json()["message_id"]),
        ("editMessageText", &json!(60))
    );
    let off = desk_with(Ticks::Off).await;
    let message = answered(&off.0).await;
    let sender = TelegramSender::new(off.0, server.client());
    assert_eq!(
        sender.send(&tick(&message)).await,
        Err(SendError::Cancelled)
    );
}
