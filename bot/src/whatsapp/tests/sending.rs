//! Rows on their way to a customer, from a real database to the wire.

use std::time::Duration;

use sapa_core::{
    contacts::{self, Identity},
    desk::Act,
    inbox::Channel,
    markup::Markup,
    media::{FetchError, MediaKind},
    messages::{self, Author, Kind, Message},
    outbox::{
        self, CardSubject, Choice, Class, Content, NewRow, Post, Prompt, SendError, Template,
    },
};
use serde_json::{Value, json};

use super::{
    house::{House, acting},
    server::{Call, Reply, Server, ok, refused, sent},
};

const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01";

/// Takes everything: messages are numbered, uploads are called 55.
async fn friendly() -> Server {
    Server::start(|at, call| {
        if call.path.ends_with("/media") {
            ok(&json!({ "id": "55" }))
        } else {
            sent(&format!("wamid.{at}"))
        }
    })
    .await
}

fn bodies(server: &Server) -> Vec<Value> {
    let calls = server.calls();
    calls
        .iter()
        .filter(|call| call.path.ends_with("/messages"))
        .map(Call::json)
        .collect()
}

fn prompt(text: &str) -> Content {
    Content::Prompt(Prompt::text(Markup::plain(text)))
}

fn relay(message: &Message) -> Content {
    Content::Relay {
        message_id: message.id.clone(),
        heading: false,
    }
}

fn photo(house: &House, words: &str) -> impl Future<Output = (String, Message)> {
    let words = words.to_owned();
    async move {
        let id = house.wants(MediaKind::Image).await;
        let message = house
            .message(Author::Agent, |new| {
                (new.kind, new.body, new.media_id) = (Kind::Image, words, Some(id.clone()));
            })
            .await;
        (id, message)
    }
}

#[tokio::test]
async fn a_prompt_goes_out_with_the_rows_id() {
    let server = friendly().await;
    let house = House::new(&server).await;
    let asked = Prompt::choose(Markup::plain("Jadi?"), vec![Choice::new("a:y", "Ya")]);
    assert_eq!(house.sent(Content::Prompt(asked)).await, ["wamid.0"]);
    let body = bodies(&server).remove(0);
    assert_eq!(body["to"], "+6281234567890");
    assert_eq!(body["biz_opaque_callback_data"], "01ROW.1");
    assert_eq!(
        body["interactive"]["action"]["buttons"][0]["reply"]["id"],
        "a:y"
    );
}

#[tokio::test]
async fn people_without_a_number_are_written_to_by_their_id() {
    let server = friendly().await;
    let identity = Identity {
        wa_id: None,
        user_id: Some("ID.1349".into()),
    };
    let house = House::of(&server, identity).await;
    house.sent(prompt("halo")).await;
    assert_eq!(bodies(&server)[0]["recipient"], "ID.1349");
    assert!(bodies(&server)[0].get("to").is_none());
}

#[tokio::test]
async fn the_number_that_the_platform_writes_differently_is_the_same_customer() {
    let server = Server::start(|_, _| {
        ok(&json!({ "contacts": [{ "input": "+6281234567890", "wa_id": "62081234567890" }], "messages": [{ "id": "wamid.1" }] }))
    })
    .await;
    let house = House::new(&server).await;
    for _ in 0..2 {
        house.sent(prompt("halo")).await;
        assert_eq!(
            bodies(&server).pop().expect("a message")["to"],
            "+6281234567890",
            "messages go on to the number that wrote"
        );
    }
    let other = Identity {
        wa_id: Some("62081234567890".into()),
        user_id: None,
    };
    acting!(house.desk, |act| {
        let met = contacts::meet(act, &other, None).await.expect("a customer");
        assert!(!met.is_new);
        assert_eq!(met.customer.id, house.customer.id);
    });
}

#[tokio::test]
async fn a_closed_window_lets_templates_through_only() {
    let server = friendly().await;
    let house = House::new(&server).await;
    house.clock.advance(Duration::from_hours(24));
    let message = house.message(Author::Agent, |_| ()).await;
    assert_eq!(
        house.send(prompt("halo")).await,
        Err(SendError::WindowClosed)
    );
    assert_eq!(
        house.send(relay(&message)).await,
        Err(SendError::WindowClosed)
    );
    assert!(server.calls().is_empty());
    let template = Template {
        name: "otp".into(),
        language: "id".into(),
        parameters: vec![],
        code: Some("482913".into()),
    };
    house.sent(Content::Template(template)).await;
    assert_eq!(
        bodies(&server)[0]["template"]["components"][1]["index"],
        "0"
    );
}

#[tokio::test]
async fn an_agents_words_go_out_verbatim_and_quote_what_they_answer() {
    let server = friendly().await;
    let house = House::new(&server).await;
    let asked = house
        .message(Author::Customer, |new| {
            new.external_id = "wamid.asked".into();
        })
        .await;
    let telegram = house.desk.settings.telegram.clone();
    acting!(house.desk, |act| {
        let content = Content::Relay {
            message_id: asked.id.clone(),
            heading: true,
        };
        let mut row = NewRow::new(&telegram, "900", Class::Conversation, content);
        row.message_id = Some(asked.id.clone());
        let id = outbox::enqueue(act, row).await.expect("a row");
        let post = Post {
            chat: "900".into(),
            external_id: "321".into(),
        };
        outbox::store::post(act.tx, &telegram, &id, &post, act.now)
            .await
            .expect("a post");
    });
    let text = "harga *2* < 3 & _ok_";
    let answer = house
        .message(Author::Agent, |new| {
            (new.body, new.quotes) = (text.into(), Some("321".into()));
        })
        .await;
    house.sent(relay(&answer)).await;
    let stray = house
        .message(Author::Agent, |new| new.quotes = Some("999".into()))
        .await;
    house.sent(relay(&stray)).await;
    let bodies = bodies(&server);
    assert_eq!(bodies[0]["text"], json!({ "body": text }));
    assert_eq!(bodies[0]["context"], json!({ "message_id": "wamid.asked" }));
    assert!(bodies[1].get("context").is_none());
}

#[tokio::test]
async fn what_cannot_be_quoted_is_said_all_the_same() {
    let server = Server::start(|_, call| match call.json().get("context") {
        Some(_) => refused(400, 131_009),
        None => sent("wamid.1"),
    })
    .await;
    let house = House::new(&server).await;
    let quoting = Prompt {
        reply_to: Some("wamid.old".into()),
        ..Prompt::text(Markup::plain("halo"))
    };
    assert_eq!(house.sent(Content::Prompt(quoting)).await, ["wamid.1"]);
    assert_eq!(server.calls().len(), 2);
}

#[tokio::test]
async fn a_place_and_cards_of_an_agent() {
    let server = friendly().await;
    let house = House::new(&server).await;
    let place = house
        .message(Author::Agent, |new| {
            (new.kind, new.body) = (Kind::Location, String::new());
            new.details =
                Some(json!({ "latitude": -6.2, "longitude": 106.8, "name": null }).to_string());
        })
        .await;
    house.sent(relay(&place)).await;
    let cards = house
        .message(Author::Agent, |new| {
            (new.kind, new.body) = (Kind::Contacts, String::new());
            new.details = Some(json!(["Ana, +62811", "Budi"]).to_string());
        })
        .await;
    house.sent(relay(&cards)).await;
    let bodies = bodies(&server);
    assert_eq!(
        bodies[0]["location"],
        json!({ "latitude": -6.2, "longitude": 106.8 })
    );
    assert_eq!(bodies[1]["text"]["body"], "Ana, +62811\nBudi");
}

#[tokio::test]
async fn a_message_waits_for_its_file_and_takes_it_along() {
    let server = friendly().await;
    let house = House::new(&server).await;
    let (id, message) = photo(&house, "lihat").await;
    let waits = Err(SendError::NotYet(Duration::from_millis(500)));
    assert_eq!(house.send(relay(&message)).await, waits);
    house.fetches(&id, Ok(JPEG)).await;
    house.sent(relay(&message)).await;
    let calls = server.calls();
    assert_eq!(calls.len(), 2);
    assert!(String::from_utf8_lossy(&calls[0].body).contains("image/jpeg"));
    assert_eq!(
        calls[1].json()["image"],
        json!({ "id": "55", "caption": "lihat" })
    );
}

#[tokio::test]
async fn words_wait_twenty_seconds_and_go_alone() {
    let server = friendly().await;
    let house = House::new(&server).await;
    let (_, message) = photo(&house, "lihat").await;
    let (_, lone) = photo(&house, "").await;
    house.clock.advance(Duration::from_secs(21));
    house.sent(relay(&message)).await;
    let body = bodies(&server)[0]["text"]["body"].clone();
    assert_eq!(
        body,
        "lihat\n\n(Berkas untuk pesan ini tidak dapat dikirim.)"
    );
    assert!(matches!(
        house.send(relay(&lone)).await,
        Err(SendError::NotYet(_))
    ));
    house.clock.advance(Duration::from_mins(2));
    let gone = house.send(relay(&lone)).await;
    assert!(
        matches!(&gone, Err(SendError::Permanent { code, .. }) if code == "media"),
        "{gone:?}"
    );
}

#[tokio::test]
async fn a_file_that_cannot_be_had_holds_nothing_up() {
    let server = friendly().await;
    let house = House::new(&server).await;
    let (id, message) = photo(&house, "lihat").await;
    house.fetches(&id, Err(FetchError::Gone)).await;
    house.sent(relay(&message)).await;
    assert!(
        bodies(&server)[0]["text"]["body"]
            .as_str()
            .is_some_and(|body| body.starts_with("lihat\n"))
    );
    let lone = Content::Prompt(Prompt {
        media_id: Some(id),
        ..Prompt::default()
    });
    assert!(matches!(
        house.send(lone).await,
        Err(SendError::Permanent { .. })
    ));
}

#[tokio::test]
async fn a_long_text_goes_out_in_parts() {
    let server = friendly().await;
    let house = House::new(&server).await;
    let ids = house.sent(prompt(&"kata ".repeat(2_000))).await;
    assert_eq!(ids, ["wamid.0", "wamid.1", "wamid.2"]);
    let rows: Vec<_> = bodies(&server)
        .iter()
        .map(|body| body["biz_opaque_callback_data"].clone())
        .collect();
    assert_eq!(
        rows,
        [Value::Null, Value::Null, json!("01ROW.1")],
        "a status of a part tells nothing about the rest; one of the last tells all"
    );
}

#[tokio::test]
async fn what_is_half_out_goes_on_where_it_stopped() {
    // The second part is refused once for being too fast, the third part's answer is lost.
    let server = Server::start(|at, _| match at {
        1 => refused(429, 131_056),
        3 => Reply::Lost,
        at => sent(&format!("wamid.{at}")),
    })
    .await;
    let house = House::new(&server).await;
    let long = prompt(&"kata ".repeat(2_000));
    let row = house.row(long).await;
    let outcome = house.send_job(&row).await;
    assert!(
        matches!(&outcome, Err(SendError::Retry { code, .. }) if code == "131056"),
        "{outcome:?}"
    );
    let outcome = house.send_job(&house.claim(&row.id).await).await;
    assert!(
        matches!(outcome, Err(SendError::Uncertain { .. })),
        "{outcome:?}"
    );
    // Whoever sends the rest may be another process.
    let posts = house.send_job(&house.claim(&row.id).await).await.unwrap();
    let ids: Vec<_> = posts.iter().map(|post| &post.external_id).collect();
    assert_eq!(ids, ["wamid.0", "wamid.2", "wamid.4"]);
    let words: Vec<_> = bodies(&server)
        .iter()
        .map(|body| body["text"]["body"].clone())
        .collect();
    assert_eq!(words.len(), 5);
    assert_eq!(
        (&words[1], &words[3]),
        (&words[2], &words[4]),
        "only what may be missing is sent again"
    );
}

#[tokio::test]
async fn a_rest_that_never_goes_out_is_no_success() {
    let server = Server::start(|at, _| match at {
        0 => sent("wamid.0"),
        1 => refused(400, 131_026),
        _ => refused(500, 131_000),
    })
    .await;
    let house = House::new(&server).await;
    let long = prompt(&"kata ".repeat(2_000));
    let outcome = house.send(long.clone()).await;
    assert!(
        matches!(&outcome, Err(SendError::Permanent { code, .. }) if code == "partial"),
        "{outcome:?}"
    );
    assert_eq!(server.calls().len(), 2, "no part is sent after a gap");
    let nothing = house.send(long).await;
    assert!(
        matches!(&nothing, Err(SendError::Retry { code, .. }) if code == "131000"),
        "nothing went out, so nothing is half out: {nothing:?}"
    );
}

#[tokio::test]
async fn a_rest_that_is_given_up_is_told_as_half_out() {
    let server = Server::start(|at, _| match at {
        0 => sent("wamid.0"),
        _ => Reply::Now(502, Vec::new()),
    })
    .await;
    let house = House::new(&server).await;
    let row = house.row(prompt(&"kata ".repeat(2_000))).await;
    let outcome = house.send_job(&row).await;
    assert!(
        matches!(&outcome, Err(SendError::Retry { code, .. }) if code == "http_502"),
        "{outcome:?}"
    );
    let mut job = house.claim(&row.id).await;
    job.attempts = i64::try_from(house.desk.river.send_retries.len()).expect("a count");
    let outcome = house.send_job(&job).await;
    assert!(
        matches!(&outcome, Err(SendError::Permanent { code, .. }) if code == "partial"),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_lost_answer_is_for_the_status_to_tell() {
    let server = Server::start(|_, _| Reply::Lost).await;
    let house = House::new(&server).await;
    assert!(matches!(
        house.send(prompt("halo")).await,
        Err(SendError::Uncertain { .. })
    ));
}

#[tokio::test]
async fn what_nobody_needs_or_can_have_is_not_sent() {
    let server = friendly().await;
    let house = House::new(&server).await;
    let message = house.message(Author::Agent, |_| ()).await;
    acting!(house.desk, |act| messages::revoked(act, &message)
        .await
        .expect("the database"));
    assert_eq!(house.send(relay(&message)).await, Err(SendError::Cancelled));
    let mut nobody = house.job(prompt("halo"));
    nobody.recipient = "01NOBODY".into();
    assert_eq!(house.send_job(&nobody).await, Err(SendError::Cancelled));
    for content in [
        Content::Card(CardSubject::Ticket("t".into())),
        prompt(" \n"),
    ] {
        let refused = house.send(content).await;
        assert!(
            matches!(refused, Err(SendError::Permanent { .. })),
            "{refused:?}"
        );
    }
    assert!(server.calls().is_empty());
}

#[tokio::test]
async fn a_customers_own_language_is_spoken() {
    let server = friendly().await;
    let house = House::new(&server).await;
    let rows: Vec<_> = (0..5)
        .map(|n| Choice::new(format!("a:{n}"), format!("Baris {n}")))
        .collect();
    let list = Content::Prompt(Prompt::choose(Markup::plain("x"), rows));
    house.sent(list.clone()).await;
    acting!(house.desk, |act| contacts::set_locale(
        act,
        &house.customer.id,
        sapa_core::i18n::Locale::En
    )
    .await
    .expect("set"));
    house.sent(list).await;
    let labels: Vec<_> = bodies(&server)
        .iter()
        .map(|body| body["interactive"]["action"]["button"].clone())
        .collect();
    assert_eq!(labels, ["Pilih", "Choose"]);
}

#[tokio::test]
async fn the_sender_serves_its_channel() {
    let server = friendly().await;
    let house = House::new(&server).await;
    assert_eq!(house.channel(), &Channel::whatsapp(super::NUMBER));
}
