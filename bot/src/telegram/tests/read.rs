//! Updates as the desk understands them. The JSON is written after the Bot API's documentation and the facts page.

use sapa_core::{clock::Millis, outbox::MediaKind};
use serde_json::{Value, json};

use super::{START, event};
use crate::{
    inbound::{FromStaff, Said, StaffAccount},
    telegram::{Read, read},
};

/// A message in Budi's private chat with more fields.
fn message(more: &Value) -> Value {
    let mut message = json!({
        "message_id": 41,
        "from": {"id": 9, "is_bot": false, "first_name": "Budi", "last_name": "S", "language_code": "id"},
        "chat": {"id": 9, "type": "private", "first_name": "Budi"},
        "date": 1_795_408_900,
    });
    for (name, value) in more.as_object().expect("fields") {
        message[name] = value.clone();
    }
    message
}

fn of(update: &Value) -> Read {
    read(&event(update))
}

fn staff(update: &Value) -> FromStaff {
    match of(update) {
        Read::FromStaff(from) => from,
        other => panic!("{other:?} from {update}"),
    }
}

fn said(more: &Value) -> Said {
    staff(&json!({"update_id": 1, "message": message(more)})).said
}

#[test]
fn who_and_when() {
    let more =
        json!({"text": "halo", "reply_to_message": {"message_id": 40}, "media_group_id": "g1"});
    let from = staff(&json!({"update_id": 1, "message": message(&more)}));
    assert_eq!(
        from,
        FromStaff {
            account: StaffAccount {
                telegram_id: "9".into(),
                chat: "9".into(),
                name: "Budi S".into(),
                language: Some("id".into()),
            },
            external_id: "41".into(),
            at: Millis(1_795_408_900_000),
            received_at: super::START,
            replies_to: Some("40".into()),
            album: Some("g1".into()),
            said: Said::Text("halo".into()),
        }
    );
    let topic = json!({"text": "x", "reply_to_message": {"message_id": 2, "forum_topic_created": {"name": "t"}}});
    let from = staff(&json!({"update_id": 1, "message": message(&topic)}));
    assert_eq!(from.replies_to, None, "the topic's beginning is no quote");
    for date in [
        json!(0),
        json!(-5),
        json!(9_223_372_036_854_775_807_i64),
        json!("x"),
        Value::Null,
    ] {
        let from = staff(
            &json!({"update_id": 1, "message": message(&json!({"text": "x", "date": date}))}),
        );
        assert_eq!(from.at, START, "{date}");
    }
}

fn media(kind: MediaKind, id: &str, mime: Option<&str>, caption: &str) -> Said {
    Said::Media {
        kind,
        platform_id: id.into(),
        filename: None,
        mime: mime.map(str::to_owned),
        caption: caption.into(),
        size: None,
    }
}

#[test]
fn every_sort_of_file() {
    let cases = [
        (
            json!({"photo": [{"file_id": "s", "width": 90, "height": 60}, {"file_id": "l", "width": 1280, "height": 800}, {"file_id": "m", "width": 320, "height": 200}], "caption": "modem"}),
            media(MediaKind::Image, "l", Some("image/jpeg"), "modem"),
        ),
        (
            json!({"voice": {"file_id": "v", "duration": 3, "mime_type": "audio/ogg"}}),
            media(MediaKind::Voice, "v", Some("audio/ogg"), ""),
        ),
        (
            json!({"audio": {"file_id": "a", "mime_type": "audio/mpeg"}}),
            media(MediaKind::Audio, "a", Some("audio/mpeg"), ""),
        ),
        (
            json!({"video": {"file_id": "f", "mime_type": "video/mp4"}, "caption": "lihat"}),
            media(MediaKind::Video, "f", Some("video/mp4"), "lihat"),
        ),
        (
            json!({"video_note": {"file_id": "n", "length": 240}}),
            media(MediaKind::Video, "n", Some("video/mp4"), ""),
        ),
        (
            json!({"animation": {"file_id": "g", "mime_type": "video/mp4"}, "document": {"file_id": "gd"}}),
            media(MediaKind::Video, "g", Some("video/mp4"), ""),
        ),
        (
            json!({"sticker": {"file_id": "st", "is_animated": false}}),
            media(MediaKind::Sticker, "st", Some("image/webp"), ""),
        ),
        (
            json!({"sticker": {"file_id": "st", "is_video": true}}),
            media(MediaKind::Sticker, "st", Some("video/webm"), ""),
        ),
        (
            json!({"document": {"file_id": "d", "file_name": "a.pdf", "mime_type": "application/pdf", "file_size": 12}}),
            Said::Media {
                kind: MediaKind::Document,
                platform_id: "d".into(),
                filename: Some("a.pdf".into()),
                mime: Some("application/pdf".into()),
                caption: String::new(),
                size: Some(12),
            },
        ),
    ];
    for (more, expected) in cases {
        assert_eq!(said(&more), expected, "{more}");
    }
}

#[test]
fn places_contacts_and_what_is_not_understood() {
    let place = |name: Option<&str>| Said::Location {
        latitude: -6.9,
        longitude: 107.6,
        name: name.map(str::to_owned),
    };
    let spot = json!({"latitude": -6.9, "longitude": 107.6});
    assert_eq!(said(&json!({"location": spot})), place(None));
    let venue = json!({"venue": {"location": spot, "title": "Kantor", "address": "Jl. Braga 1"}, "location": spot});
    assert_eq!(said(&venue), place(Some("Kantor, Jl. Braga 1")));
    let contact =
        json!({"contact": {"phone_number": "+62811", "first_name": "Sari", "last_name": "W"}});
    assert_eq!(
        said(&contact),
        Said::Contacts(vec!["Sari W: +62811".into()])
    );
    assert_eq!(
        said(&json!({"poll": {"id": "1"}})),
        Said::Unsupported("poll".into())
    );
    assert_eq!(
        said(&json!({"dice": {"value": 3}, "reply_markup": {}})),
        Said::Unsupported("dice".into())
    );
    assert_eq!(said(&json!({})), Said::Unsupported("nothing".into()));
    assert_eq!(
        said(&json!({"photo": [], "caption": "x"})),
        Said::Unsupported("caption".into())
    );
}

#[test]
fn forwarded_commands_are_not_obeyed() {
    let origin = json!({"type": "user", "sender_user": {"id": 8}});
    let forwarded = |text: &str| said(&json!({"text": text, "forward_origin": origin}));
    assert_eq!(
        forwarded("/start TOKEN"),
        Said::Unsupported("forwarded_command".into())
    );
    assert_eq!(
        forwarded(" /start TOKEN"),
        Said::Unsupported("forwarded_command".into())
    );
    assert_eq!(forwarded("halo"), Said::Text("halo".into()));
    assert_eq!(
        said(&json!({"text": "/start TOKEN"})),
        Said::Text("/start TOKEN".into())
    );
}

#[test]
fn presses() {
    let button = |data: &str, text: &str| json!({"text": text, "callback_data": data});
    let query = |message: &Value| {
        json!({"update_id": 1, "callback_query": {
        "id": "p1", "from": {"id": 9, "first_name": "Budi"}, "chat_instance": "c", "data": "done:1", "message": message}})
    };
    let chat = json!({"id": 9, "type": "private"});
    let with_keys = json!({"message_id": 50, "date": 1, "chat": chat, "reply_markup": {"inline_keyboard":
        [[button("hold:1", "Tunda")], [button("done:1", "Selesai")]]}});
    let from = staff(&query(&with_keys));
    let choice = |label: &str| Said::Choice {
        id: "done:1".into(),
        label: label.into(),
        press: Some("p1".into()),
    };
    assert_eq!(
        (from.external_id.as_str(), &from.said),
        ("50", &choice("Selesai"))
    );
    assert_eq!((from.account.chat.as_str(), from.at), ("9", START));
    let gone = staff(&query(&json!({"message_id": 50, "date": 0, "chat": chat})));
    assert_eq!(gone.said, choice(""), "an inaccessible message");
    assert_eq!(
        staff(&query(&Value::Null)).said,
        choice(""),
        "no message at all"
    );
    let group = query(&json!({"message_id": 50, "chat": {"id": -5, "type": "supergroup"}}));
    assert_eq!(of(&group), Read::PressElsewhere { press: "p1".into() });
    let game = json!({"update_id": 1, "callback_query": {"id": "p2", "from": {"id": 9}, "game_short_name": "x"}});
    assert_eq!(of(&game), Read::PressElsewhere { press: "p2".into() });
}

#[test]
fn edits_reactions_and_reach() {
    let edit = json!({"update_id": 1, "edited_message": message(&json!({"text": "baru", "edit_date": 1_795_408_910}))});
    let from = staff(&edit);
    assert_eq!(
        from.said,
        Said::Edited {
            original: "41".into(),
            text: "baru".into()
        }
    );
    assert_eq!(from.at, Millis(1_795_408_910_000));
    let live = json!({"update_id": 1, "edited_message": message(&json!({"location": {"latitude": 1.0, "longitude": 1.0}}))});
    assert_eq!(of(&live), Read::Ignored("edited_message".into()));

    let chat = json!({"id": 9, "type": "private"});
    let reaction = |new: Value| {
        json!({"update_id": 1, "message_reaction":
        {"chat": chat, "user": {"id": 9}, "message_id": 40, "date": 1_795_408_900, "old_reaction": [], "new_reaction": new}})
    };
    let to = |emoji: Option<&str>| Said::Reaction {
        to: "40".into(),
        emoji: emoji.map(str::to_owned),
    };
    assert_eq!(
        staff(&reaction(json!([{"type": "emoji", "emoji": "👍"}]))).said,
        to(Some("👍"))
    );
    assert_eq!(staff(&reaction(json!([]))).said, to(None));
    assert!(matches!(
        staff(&reaction(
            json!([{"type": "custom_emoji", "custom_emoji_id": "1"}])
        ))
        .said,
        Said::Silent(_)
    ));

    let member = |status: &str| {
        json!({"update_id": 1, "my_chat_member":
        {"chat": chat, "from": {"id": 9}, "date": 1_795_408_900, "new_chat_member": {"status": status}}})
    };
    assert_eq!(staff(&member("kicked")).said, Said::Reachable(false));
    assert_eq!(staff(&member("member")).said, Said::Reachable(true));
    assert_eq!(
        of(&member("administrator")),
        Read::Ignored("my_chat_member".into())
    );
}

#[test]
fn nobody_else_becomes_staff() {
    let ignored = |more: &Value| match of(&json!({"update_id": 1, "message": message(more)})) {
        Read::Ignored(why) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        ignored(&json!({"chat": {"id": -5, "type": "supergroup"}, "text": "/start T"})),
        "group"
    );
    assert_eq!(
        ignored(&json!({"chat": {"id": -5, "type": "channel"}, "text": "x"})),
        "group"
    );
    assert_eq!(
        ignored(&json!({"sender_chat": {"id": -5}, "text": "x"})),
        "anonymous"
    );
    assert_eq!(ignored(&json!({"from": null, "text": "x"})), "anonymous");
    assert_eq!(
        ignored(&json!({"from": {"id": 8, "is_bot": true}, "text": "x"})),
        "bot"
    );
    assert_eq!(
        ignored(&json!({"pinned_message": {"message_id": 1}})),
        "pinned_message"
    );
}

#[test]
fn nothing_breaks_it() {
    let odd = [
        json!(null),
        json!([]),
        json!({"update_id": 1}),
        json!({"update_id": 1, "message": null}),
        json!({"update_id": 1, "message": []}),
        json!({"update_id": 1, "message": {}}),
        json!({"update_id": 1, "message": {"chat": 5, "from": "x"}}),
        json!({"update_id": 1, "callback_query": {"id": 5}}),
        json!({"update_id": 1, "message_reaction": {"chat": {"type": "private", "id": 9}, "user": {"id": 9}, "message_id": 4, "new_reaction": "x"}}),
        json!({"update_id": 1, "guest_message": {"text": "x"}}),
        json!({"update_id": 1, "message": message(&json!({"message_id": null, "text": "x"}))}),
    ];
    for update in odd {
        assert!(matches!(of(&update), Read::Ignored(_)), "{update}");
    }
    let more = json!({"text": "a\u{0}b", "photo": 5});
    assert_eq!(said(&more), Said::Text("ab".into()), "U+0000 goes nowhere");
    for more in [
        json!({"text": 5}),
        json!({"photo": 5}),
        json!({"document": []}),
        json!({"location": {"latitude": "x"}}),
        json!({"contact": null}),
    ] {
        assert!(matches!(said(&more), Said::Unsupported(_)), "{more}");
    }
    let mut unreadable = event(&json!({}));
    unreadable.payload = b"\xff{".to_vec();
    assert_eq!(read(&unreadable), Read::Ignored("unreadable".into()));
}
