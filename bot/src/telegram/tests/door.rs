//! The entrance: who may come in, and what becomes of every update.

use sapa_core::inbox::{Channel, Door as _, Headers, NewEvent, Refused, Stream};

use super::{super::door::split, account};
use crate::telegram::{Account, BadToken, TelegramDoor};

struct Told(Vec<&'static [u8]>);

impl Headers for Told {
    fn all(&self, name: &str) -> Vec<&[u8]> {
        if name == "x-telegram-bot-api-secret-token" {
            self.0.clone()
        } else {
            Vec::new()
        }
    }
}

#[test]
fn only_the_secret_opens() {
    let door = TelegramDoor::new(&account("http://127.0.0.1")).expect("a door");
    let cases: [(&[&'static [u8]], bool); 7] = [
        (&[b"hook-secret"], true),
        (&[], false),
        (&[b""], false),
        (&[b"hook-secreT"], false),
        (&[b"hook-secret "], false),
        (&[b"hook-secret", b"hook-secret"], false),
        (&[b"wrong", b"hook-secret"], false),
    ];
    for (told, opens) in cases {
        let verified = door.verify(&Told(told.to_vec()), b"{}");
        assert_eq!(verified.is_ok(), opens, "{told:?}");
    }
    let without = Account {
        webhook_secret: None,
        ..account("http://127.0.0.1")
    };
    let door = TelegramDoor::new(&without).expect("a door");
    assert_eq!(
        door.verify(&Told(vec![b""]), b"{}"),
        Err(Refused),
        "no secret, no entrance"
    );
}

#[test]
fn tokens_are_checked() {
    for (token, id) in [
        ("12:ab_C-9", Ok("12")),
        ("12", Err(BadToken)),
        (":x", Err(BadToken)),
        ("12:", Err(BadToken)),
        ("1a:x", Err(BadToken)),
        ("12:x/../y", Err(BadToken)),
        ("12:x?y", Err(BadToken)),
    ] {
        let account = Account {
            token: token.to_owned().into(),
            ..account("http://127.0.0.1")
        };
        assert_eq!(account.bot_id(), id, "{token}");
    }
}

fn of(body: &str) -> Vec<NewEvent> {
    split(&Channel::telegram("7"), body.as_bytes())
}

#[test]
fn lanes_are_people_and_group_topics() {
    let cases = [
        (
            r#"{"update_id":1,"message":{"from":{"id":9},"chat":{"id":9,"type":"private"}}}"#,
            "u9",
        ),
        (
            r#"{"update_id":1,"message":{"chat":{"id":9,"type":"private"}}}"#,
            "u9",
        ),
        (
            r#"{"update_id":1,"edited_message":{"from":{"id":"9"},"chat":{"id":9,"type":"private"}}}"#,
            "u9",
        ),
        (
            r#"{"update_id":1,"message":{"from":{"id":9},"chat":{"id":-5,"type":"supergroup"},"message_thread_id":3}}"#,
            "g-5",
        ),
        (
            r#"{"update_id":1,"message":{"from":{"id":9},"chat":{"id":-5,"type":"supergroup"},"message_thread_id":3,"is_topic_message":true}}"#,
            "g-5:3",
        ),
        (
            r#"{"update_id":1,"callback_query":{"id":"x","from":{"id":9},"message":{"chat":{"id":-5,"type":"supergroup"}}}}"#,
            "u9",
        ),
        (
            r#"{"update_id":1,"my_chat_member":{"from":{"id":9},"chat":{"id":9,"type":"private"}}}"#,
            "u9",
        ),
        (
            r#"{"update_id":1,"message_reaction":{"user":{"id":9},"chat":{"id":9,"type":"private"}}}"#,
            "u9",
        ),
        (
            r#"{"update_id":1,"message_reaction":{"user":{"id":9},"chat":{"id":-5,"type":"group"}}}"#,
            "g-5",
        ),
        (
            r#"{"update_id":1,"guest_message":{"whatever":[1]}}"#,
            "other",
        ),
        (r#"{"update_id":1}"#, "other"),
    ];
    for (update, lane) in cases {
        let events = of(update);
        assert_eq!(events.len(), 1);
        assert_eq!(
            (events[0].lane.as_str(), events[0].stream),
            (lane, Stream::Lane),
            "{update}"
        );
        assert_eq!(events[0].external_id, "1");
    }
}

#[test]
fn every_element_is_kept_as_it_came() {
    let odd = r#"{ "update_id" : 2, "poll": {"n": 1.50, "n": 2} }"#;
    let batch = format!(
        "[{{\"update_id\":5}},\n{odd},{{\"no\":\"id\"}},{{\"update_id\":6,\"message\":{{\"text\":\"\\ud800\"}}}}]"
    );
    let events = of(&batch);
    let told: Vec<_> = events
        .iter()
        .map(|e| (e.external_id.clone(), e.stream))
        .collect();
    assert_eq!(told.len(), 4);
    assert_eq!(told[0], ("5".into(), Stream::Lane));
    assert_eq!(
        told[1],
        ("2".into(), Stream::Lane),
        "lower ids are taken too"
    );
    assert_eq!(events[1].payload, odd.as_bytes(), "verbatim");
    assert!(told[2].0.starts_with("sha256:") && told[2].1 == Stream::Quarantine);
    assert_eq!(
        told[3].1,
        Stream::Quarantine,
        "a lone surrogate is kept and put aside"
    );
}

#[test]
fn what_cannot_be_read_is_kept_once() {
    let deep = "[".repeat(100_000);
    for body in ["", "not json", "{\"update_id\":", "null", "NaN", &deep] {
        let (first, again) = (of(body), of(body));
        assert_eq!(first.len(), 1, "{body:.20}");
        assert_eq!(first[0].stream, Stream::Quarantine);
        assert_eq!(first[0].payload, body.as_bytes());
        assert_eq!(first, again, "the same bytes are the same event");
    }
    let invalid = split(
        &Channel::telegram("7"),
        b"{\"update_id\":1,\"message\":{\"text\":\"\xff\"}}",
    );
    assert_eq!(invalid[0].stream, Stream::Quarantine);
}
