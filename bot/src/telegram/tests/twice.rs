//! What may have gone out already says so when it goes out once more.

use sapa_core::{
    messages::Kind,
    outbox::{Content, Job, Prompt, Sender as _},
};

use super::{
    Server, desk, posted,
    relay::{customer, relay, stored},
    sender::{job, say},
};
use crate::telegram::TelegramSender;

#[tokio::test]
async fn the_second_copy_says_so_below_the_words_and_only_where_that_fits() {
    let mark = "(mungkin terkirim dua kali)";
    let cases = [
        ("masih mati *sekali*", true),
        // The words alone fill the message: nothing is cut, and no second message is made for the mark.
        (&*"a".repeat(4_090).leak(), false),
    ];
    for (said, told) in cases {
        let (desk, _, _folder) = desk().await;
        let message = stored(&desk, customer(Kind::Text, said)).await;
        let server = Server::start(|_, _| posted(50)).await;
        let sender = TelegramSender::new(desk.clone(), server.client());
        let again = Job {
            flagged: true,
            ..relay(&message, false)
        };
        sender.send(&again).await.expect("sent");
        let calls = server.calls();
        assert_eq!(calls.len(), 1);
        let text = calls[0].json()["text"].as_str().map(str::to_owned);
        let expected = if told {
            format!("{said}\n{mark}")
        } else {
            said.to_owned()
        };
        assert_eq!(text, Some(expected), "the words are verbatim in it");
    }
}

#[tokio::test]
async fn a_notice_that_may_have_gone_out_says_so_and_an_edit_does_not() {
    let (desk, _, _folder) = desk().await;
    let server = Server::start(|_, _| posted(50)).await;
    let sender = TelegramSender::new(desk.clone(), server.client());
    let edit = Prompt {
        replaces: Some("41".into()),
        ..say("kabar")
    };
    for prompt in [say("kabar"), edit] {
        let again = Job {
            flagged: true,
            ..job("row", Content::Prompt(prompt))
        };
        sender.send(&again).await.expect("sent");
    }
    let texts: Vec<_> = server
        .calls()
        .iter()
        .map(|call| call.json()["text"].clone())
        .collect();
    assert_eq!(texts, ["kabar\n(mungkin terkirim dua kali)", "kabar"]);
}
