//! Prompts, cards and refusals on their way out.

use sapa_core::{
    desk::Desk,
    markup::Markup,
    outbox::{
        CardSubject, Choice, Class, Content, Job, NewRow, Post, Prompt, Reach, SendError,
        Sender as _, enqueue, store,
    },
};
use serde_json::json;

use super::{Call, Reply, START, Server, desk, no, posted};
use crate::telegram::TelegramSender;

pub fn job(id: &str, content: Content) -> Job {
    Job {
        seq: 1,
        id: id.into(),
        channel: sapa_core::inbox::Channel::telegram("7"),
        recipient: "9".into(),
        content,
        customer_id: None,
        ticket_id: None,
        message_id: None,
        attempts: 0,
        flagged: false,
        begun: Vec::new(),
        created_at: START,
    }
}

pub fn post(id: i64) -> Post {
    Post {
        chat: "9".into(),
        external_id: id.to_string(),
    }
}

pub fn say(text: &str) -> Prompt {
    Prompt::text(Markup::plain(text))
}

async fn sent(server: &Server, desk: &Desk, prompt: Prompt) -> Result<Vec<Post>, SendError> {
    let sender = TelegramSender::new(desk.clone(), server.client());
    sender.send(&job("row", Content::Prompt(prompt))).await
}

#[tokio::test]
async fn a_prompt_with_everything() {
    let (desk, _, _folder) = desk().await;
    let server = Server::start(|_, _| posted(50)).await;
    let prompt = Prompt {
        choices: vec![Choice::new("done:1", "Selesai")],
        reply_to: Some("41".into()),
        ..say("a < b & *c* _d_")
    };
    assert_eq!(sent(&server, &desk, prompt).await, Ok(vec![post(50)]));
    assert_eq!(
        server.calls()[0].json(),
        json!({
            "chat_id": 9,
            "text": "a < b & *c* _d_",
            "entities": [],
            "link_preview_options": {"is_disabled": true},
            "reply_parameters": {"message_id": 41, "allow_sending_without_reply": true},
            "reply_markup": {"inline_keyboard": [[{"text": "Selesai", "callback_data": "done:1"}]]},
        })
    );
}

#[tokio::test]
async fn an_answer_without_a_message_is_never_sent() {
    let (desk, _, _folder) = desk().await;
    for result in [
        json!(true),
        json!({}),
        json!({"message_id": null}),
        json!({"message_id": 0}),
        json!({"message_id": "5"}),
    ] {
        let told = result.clone();
        let server = Server::start(move |_, _| Reply::Ok(told.clone())).await;
        let sent = sent(&server, &desk, say("x")).await;
        assert!(
            matches!(sent, Err(SendError::Uncertain { .. })),
            "{result}: {sent:?}"
        );
    }
}

#[tokio::test]
async fn nothing_to_say_is_told_before_telegram_tells() {
    let (desk, _, _folder) = desk().await;
    let server = Server::start(|_, _| posted(1)).await;
    assert!(matches!(
        sent(&server, &desk, say(" ")).await,
        Err(SendError::Permanent { .. })
    ));
    let long = Prompt {
        choices: vec![Choice::new("x".repeat(65), "x")],
        ..say("x")
    };
    assert!(matches!(
        sent(&server, &desk, long).await,
        Err(SendError::Permanent { .. })
    ));
    assert!(server.calls().is_empty());
}

#[tokio::test]
async fn a_long_text_goes_on_where_it_stopped() {
    let (desk, _, _folder) = desk().await;
    let server = Server::start(|place, _| match place {
        1 => no(500, "Internal Server Error"),
        place => posted(i64::try_from(place).expect("small") + 1),
    })
    .await;
    let prompt = Prompt {
        choices: vec![Choice::new("a", "Ya")],
        reply_to: Some("41".into()),
        ..say(&"kata ".repeat(1_500))
    };
    let sender = TelegramSender::new(desk.clone(), server.client());
    let id = {
        let mut tx = desk.db.write().await.expect("a transaction");
        let row = job("row", Content::Prompt(prompt));
        let row = NewRow::new(
            &row.channel,
            &row.recipient,
            Class::Conversation,
            row.content,
        );
        let id = enqueue(&mut desk.act(&mut tx), row).await;
        tx.commit().await.expect("a commit");
        id.expect("a row")
    };
    let claim = async || {
        let mut tx = desk.db.write().await.expect("a transaction");
        let let_go = store::unclaim(&mut tx, &id, "me", 1).await;
        let_go.expect("let go");
        let jobs = store::claim(&mut tx, &[&id], "me", 1, START).await;
        tx.commit().await.expect("a commit");
        jobs.expect("a claim").remove(&id).expect("the row")
    };
    assert!(matches!(
        sender.send(&claim().await).await,
        Err(SendError::Retry { .. })
    ));
    // Whoever sends the rest may be another process.
    let posts = sender.send(&claim().await).await;
    assert_eq!(posts, Ok(vec![post(1), post(3)]));
    let calls: Vec<_> = server.calls().iter().map(Call::json).collect();
    assert_eq!(calls.len(), 3, "the first part went out once");
    assert_eq!(calls[1]["text"], calls[2]["text"]);
    assert!(calls[0].get("reply_parameters").is_some() && calls[0].get("reply_markup").is_none());
    assert!(calls[2].get("reply_parameters").is_none() && calls[2].get("reply_markup").is_some());
}

#[tokio::test]
async fn a_server_that_is_away_does_not_end_a_row() {
    let (desk, _, _folder) = desk().await;
    let page = |status| Reply::Raw(status, "text/html", b"<html>".to_vec());
    let server = Server::start(move |place, _| match place {
        0 | 4 => page(502),
        1 | 3 => page(504),
        2 => Reply::Lost,
        _ => posted(50),
    })
    .await;
    let sender = TelegramSender::new(desk, server.client());
    let row = job("row", Content::Prompt(say("halo")));
    let mut outcomes = Vec::new();
    for _ in 0..5 {
        outcomes.push(match sender.send(&row).await {
            Err(SendError::Retry { code, .. }) => code,
            Err(SendError::Uncertain { .. }) => "uncertain".into(),
            other => panic!("{other:?}"),
        });
    }
    assert_eq!(
        outcomes,
        [
            "http_502",
            "uncertain",
            "no_answer",
            "no_answer",
            "http_502"
        ],
        "the second doubt of a row would end it"
    );
    assert_eq!(sender.send(&row).await, Ok(vec![post(50)]));
}

#[tokio::test]
async fn replacing_edits_in_place_or_posts_anew() {
    let (desk, _, _folder) = desk().await;
    let replacing = || Prompt {
        replaces: Some("41".into()),
        choices: vec![Choice::new("a", "Ya")],
        ..say("baru")
    };
    let server = Server::start(|_, _| posted(41)).await;
    assert_eq!(sent(&server, &desk, replacing()).await, Ok(vec![]));
    assert_eq!(
        server.calls()[0].json(),
        json!({"chat_id": 9, "message_id": 41, "text": "baru", "entities": [], "link_preview_options": {"is_disabled": true},
            "reply_markup": {"inline_keyboard": [[{"text": "Ya", "callback_data": "a"}]]}})
    );
    let server = Server::start(|_, _| no(400, "Bad Request: message is not modified: x")).await;
    assert_eq!(
        sent(&server, &desk, replacing()).await,
        Ok(vec![]),
        "unchanged is done"
    );
    for gone in [
        "Bad Request: message to edit not found",
        "Bad Request: there is no text in the message to edit",
    ] {
        let server = Server::start(move |place, _| {
            if place == 0 {
                no(400, gone)
            } else {
                posted(60)
            }
        })
        .await;
        assert_eq!(sent(&server, &desk, replacing()).await, Ok(vec![post(60)]));
        assert_eq!(server.calls()[1].method, "sendMessage");
    }
    let server = Server::start(|_, _| Reply::Lost).await;
    let lost = sent(&server, &desk, replacing()).await;
    assert!(
        matches!(lost, Err(SendError::Retry { .. })),
        "an edit may be made twice: {lost:?}"
    );
}

#[tokio::test]
async fn a_reply_to_what_is_gone_is_sent_all_the_same() {
    let (desk, _, _folder) = desk().await;
    let server = Server::start(|place, _| match place {
        0 => no(400, "Bad Request: message to be replied not found"),
        _ => posted(50),
    })
    .await;
    let prompt = Prompt {
        reply_to: Some("41".into()),
        ..say("x")
    };
    assert_eq!(sent(&server, &desk, prompt).await, Ok(vec![post(50)]));
    assert_eq!(server.calls()[1].json().get("reply_parameters"), None);
}

#[tokio::test]
async fn what_nobody_needs_is_not_sent() {
    let (desk, _, _folder) = desk().await;
    let server = Server::start(|_, _| posted(70)).await;
    let sender = TelegramSender::new(desk.clone(), server.client());
    let none = CardSubject::Ticket("none".into());
    assert_eq!(
        sender.send(&job("row", Content::Card(none))).await,
        Err(SendError::Cancelled)
    );
    let missing = job(
        "row",
        Content::Template(sapa_core::outbox::Template {
            name: "x".into(),
            language: "id".into(),
            parameters: Vec::new(),
            code: None,
        }),
    );
    assert!(matches!(
        sender.send(&missing).await,
        Err(SendError::Permanent { .. })
    ));
    assert!(server.calls().is_empty());
}

#[tokio::test]
async fn one_chat_waits_alone_and_three_hold_the_channel() {
    let (desk, _, _folder) = desk().await;
    let server =
        Server::start(|_, _| Reply::No(429, "Too Many Requests", json!({"retry_after": 2}))).await;
    let sender = TelegramSender::new(desk, server.client());
    let mut reaches = Vec::new();
    for chat in ["9", "9", "10", "11"] {
        let row = Job {
            recipient: chat.into(),
            ..job("row", Content::Prompt(say("x")))
        };
        match sender.send(&row).await {
            Err(SendError::Retry { reach, .. }) => reaches.push(reach),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(
        reaches,
        [
            Reach::Recipient,
            Reach::Recipient,
            Reach::Recipient,
            Reach::Channel
        ]
    );
}

/// A card of this subject was posted as `message` in Budi's chat.
pub async fn card_was_posted(
    desk: &Desk,
    subject: CardSubject,
    customer: Option<&str>,
    message: i64,
) {
    let mut tx = desk.db.write().await.expect("a transaction");
    let mut act = desk.act(&mut tx);
    let channel = desk.settings.telegram.clone();
    let mut row = NewRow::new(&channel, "9", Class::Card, Content::Card(subject.clone()));
    row.customer_id = customer.map(str::to_owned);
    if let CardSubject::Ticket(id) = subject {
        row.ticket_id = Some(id);
    }
    let id = enqueue(&mut act, row).await.expect("a row");
    let now = act.now;
    store::post(act.tx, &channel, &id, &post(message), now)
        .await
        .expect("a post");
    drop(act);
    tx.commit().await.expect("a commit");
}
