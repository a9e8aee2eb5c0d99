//! The `/status` screen: nothing known, everything well, and much that is not.

use sapa_core::{
    clock::Millis,
    connection::{Fact, Flow, Level, Overview},
    i18n::{Locale, Texts},
    inbox::Channel,
};

use crate::desk::status::screen;

/// 23 November 2026, 11.42 in Jakarta.
const NOW: Millis = Millis(1_795_408_920_000);
const HOUR: i64 = 3_600_000;

fn fact(channel: &Channel, subject: &str, level: Level, value: &str) -> Fact {
    Fact {
        channel: channel.clone(),
        subject: subject.to_owned(),
        level,
        value: value.to_owned(),
        detail: None,
        until_at: None,
        since: Millis(NOW.0 - 2 * HOUR),
        seen_at: Millis(NOW.0 - 60_000),
    }
}

fn overview(facts: impl Fn(&Channel) -> Vec<Fact>) -> Overview {
    let flow = |channel: Channel| Flow {
        facts: facts(&channel),
        channel,
        outgoing: 0,
        oldest_outgoing: None,
        incoming: 0,
        oldest_incoming: None,
    };
    Overview {
        channels: [flow(Channel::whatsapp("100")), flow(Channel::telegram("7"))],
        dead: 0,
    }
}

fn well(channel: &Channel) -> Vec<Fact> {
    let good = |subject, value| fact(channel, subject, Level::Good, value);
    if !channel.is_whatsapp() {
        let backlog = Fact {
            detail: Some("[0,null]".into()),
            ..good("backlog", "flowing")
        };
        return vec![
            good("access", "accepted"),
            good("webhook", "polled"),
            backlog,
        ];
    }
    vec![
        good("phone", "+62 21 5550 7000"),
        good("access", "accepted"),
        good("token", "lasting"),
        good("webhook", "ours"),
        good("quality", "green"),
        good("number", "CONNECTED"),
        good("sending", "available"),
        good("limit", "2000"),
        good("throughput", "standard"),
        good("name", "approved"),
        good("template:kabar:id", "APPROVED"),
        good("template:promo:id", "PENDING"),
    ]
}

fn ill(channel: &Channel) -> Vec<Fact> {
    let is = |subject, level, value| fact(channel, subject, level, value);
    if !channel.is_whatsapp() {
        let refused = Fact {
            detail: Some("401".into()),
            ..is("access", Level::Bad, "refused")
        };
        let backlog = Fact {
            detail: Some(r#"[12,"Connection refused"]"#.into()),
            ..is("backlog", Level::Watch, "failing")
        };
        return vec![
            refused,
            is("webhook", Level::Bad, "missing"),
            is("polling", Level::Bad, "shared"),
            backlog,
        ];
    }
    let until = Some(Millis(NOW.0 + 30 * HOUR));
    vec![
        is("access", Level::Good, "accepted"),
        Fact {
            until_at: until,
            ..is("token", Level::Watch, "ending")
        },
        is("webhook", Level::Good, "unasked"),
        is("quality", Level::Bad, "red"),
        is("number", Level::Watch, "FLAGGED"),
        is("sending", Level::Watch, "limited"),
        is("limit", Level::Good, "unlimited"),
        is("throughput", Level::Good, "high"),
        is("name", Level::Watch, "rejected"),
        Fact {
            until_at: until,
            detail: Some("RESTRICTED_BIZ_INITIATED_MESSAGING".into()),
            ..is("account", Level::Bad, "restricted")
        },
        is("template:kabar:id", Level::Bad, "PAUSED"),
        is("template:promo:id", Level::Good, "APPROVED"),
    ]
}

#[test]
fn the_screen_says_what_is_known_and_what_is_not() {
    let texts = std::sync::Arc::new(Texts::load(None).expect("the texts load"));
    let mut much = overview(ill);
    much.channels[0].outgoing = 41;
    much.channels[0].oldest_outgoing = Some(Millis(NOW.0 - 2 * HOUR));
    much.channels[0].incoming = 2;
    much.channels[0].oldest_incoming = Some(Millis(NOW.0 - 60_000));
    much.dead = 3;
    for locale in Locale::ALL {
        let l = texts.localizer(locale, chrono_tz::Asia::Jakarta);
        let mut screens = Vec::new();
        for (name, overview) in [
            ("nothing", &overview(|_| Vec::new())),
            ("well", &overview(well)),
            ("ill", &much),
        ] {
            let text = screen(&l, overview, NOW).to_plain();
            assert!(text.encode_utf16().count() < 4_096);
            screens.push(format!("--- {name}\n{text}"));
        }
        insta::assert_snapshot!(format!("status_{}", locale.code()), screens.join("\n"));
    }
}
