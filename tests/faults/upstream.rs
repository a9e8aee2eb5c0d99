//! U1 to U9: the platforms refuse, stall, lie or are away. Nothing is lost, nobody waits for another's trouble.
//!
//! What a code or a broken answer means is tested beside the clients (`bot/src/{whatsapp,telegram}/tests`: `client`, `refusals`, `errors`,
//! `fetching`), U4 in `stories/faults.rs`; here it is what people see of it.

use std::time::Duration;

use sapa_core::{
    markup::Markup,
    outbox::{self, Class, Content, NewRow, Prompt},
};
use sapa_sandbox::{Fault, Platform};

use crate::{
    stories::ingress::on_both,
    world::{Base, World, play},
};

const SARI: &str = "6281234567890";
const ANDI: &str = "6281300000001";

/// What went out to a customer and contains one of these, in order.
fn got(world: &World, phone: &str, any: &[&str]) -> Vec<String> {
    let chat = world.platforms.whatsapp().chat(phone);
    let words = chat.iter().map(sapa_sandbox::Shown::words);
    words
        .filter_map(|said| {
            any.iter()
                .find(|part| said.contains(**part))
                .map(|part| (*part).to_owned())
        })
        .collect()
}

fn refuses(code: i64) -> Fault {
    Fault::Refuse {
        code,
        message: "refused".into(),
    }
}

fn too_many(retry_after: Option<u64>, code: Option<i64>) -> Fault {
    Fault::TooMany { retry_after, code }
}

#[test]
fn u1_telegrams_pauses_hold_one_chat_as_long_as_asked_and_an_hour_at_most() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", SARI);
        sari.opens_a_ticket("internet mati").await;
        let citra = world.agent("Citra").await;
        world
            .customer("Andi", ANDI)
            .opens_a_ticket("wifi lemot")
            .await;
        let pauses = [
            (Some(1), 1),
            (Some(30), 30),
            (Some(0), 1),
            (None, 1),
            (Some(1_000_000_000), 3_600),
        ];
        for (n, (told, seconds)) in pauses.into_iter().enumerate() {
            world.platforms.telegram().forget_calls();
            world.platforms.faults().next_of(
                Platform::Telegram,
                "sendMessage",
                1,
                too_many(told, None),
            );
            let (mine, other) = (format!("sari-{n}."), format!("andi-{n}."));
            world.platforms.whatsapp().says(SARI, &mine);
            world.settle().await;
            assert!(!budi.last().contains(&mine), "{told:?}: refused");
            world.platforms.whatsapp().says(ANDI, &other);
            world.settle().await;
            assert!(
                citra.last().contains(&other),
                "{told:?}: another chat does not wait"
            );
            if seconds > 1 {
                world.advance(Duration::from_secs(seconds - 2)).await;
                assert!(
                    !budi.last().contains(&mine),
                    "{told:?}: not before its time"
                );
            }
            world.advance(Duration::from_secs(3)).await;
            assert!(budi.last().contains(&mine), "{told:?}");
            let calls = world.platforms.telegram().calls();
            let tries = calls
                .iter()
                .filter(|call| call.body.to_string().contains(&mine))
                .count();
            assert_eq!(tries, 2, "{told:?}: no hot loop");
        }
    });
}

#[test]
fn u1_six_hundred_messages_at_once_are_paced_and_never_refused() {
    play(async {
        let world = World::new(Base::Sqlite).await;
        let people: Vec<i64> = (0..120).map(|n| 7_000_000 + n).collect();
        for &person in &people {
            world.platforms.telegram().person(person, "Somebody", None);
            world.platforms.telegram().started(person);
        }
        world.settle().await;
        let mut tx = world.desk.db.write().await.expect("a transaction");
        let mut act = world.desk.act(&mut tx);
        for n in 0..5 {
            for person in &people {
                let content = Content::Prompt(Prompt::text(Markup::plain(&format!("kabar {n}"))));
                let channel = world.desk.settings.telegram.clone();
                let row = NewRow::new(&channel, person.to_string(), Class::Notice, content);
                outbox::enqueue(&mut act, row).await.expect("a row");
            }
        }
        drop(act);
        tx.commit().await.expect("a commit");
        world.desk.bell.ring_outbox();
        let sent = || {
            let calls = world.platforms.telegram().calls();
            let sent = calls.iter().filter(|call| call.method == "sendMessage");
            let (mut right, mut refused) = (0, 0);
            for call in sent.filter(|call| call.body.to_string().contains("kabar ")) {
                if call.status == 200 {
                    right += 1;
                } else {
                    refused += 1;
                }
            }
            (right, refused)
        };
        for _ in 0..1_000 {
            if sent().0 == 600 {
                break;
            }
            world.hurry(Duration::from_millis(100)).await;
        }
        assert_eq!(sent(), (600, 0), "sent and refused");
        world.close().await;
    });
}

#[test]
fn u2_a_number_that_is_too_fast_slows_down_for_everybody() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        for (name, phone, trouble) in [
            ("Sari", SARI, "internet mati"),
            ("Andi", ANDI, "wifi lemot"),
        ] {
            world.customer(name, phone).opens_a_ticket(trouble).await;
        }
        let rate = too_many(None, Some(130_429));
        world.platforms.faults().next(Platform::WhatsApp, 1, rate);
        world.platforms.whatsapp().forget_calls();
        budi.starts_replying("internet mati", "satu");
        world
            .until(|| {
                world
                    .platforms
                    .whatsapp()
                    .calls()
                    .iter()
                    .any(|call| call.status == 429)
            })
            .await;
        budi.starts_replying("wifi lemot", "dua");
        world.leap(Duration::ZERO).await;
        assert!(got(world, ANDI, &["dua"]).is_empty(), "everybody waits");
        world.leap(Duration::from_secs(3)).await;
        world.settle().await;
        assert_eq!(got(world, SARI, &["satu"]).len(), 1);
        assert_eq!(got(world, ANDI, &["dua"]).len(), 1);
    });
}

#[test]
fn u2_a_pair_that_is_too_fast_waits_alone_and_longer_each_time() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        for (name, phone, trouble) in [
            ("Sari", SARI, "internet mati"),
            ("Andi", ANDI, "wifi lemot"),
        ] {
            world.customer(name, phone).opens_a_ticket(trouble).await;
        }
        let pair = too_many(None, Some(131_056));
        world.platforms.faults().next(Platform::WhatsApp, 3, pair);
        budi.replies("internet mati", "satu").await;
        // 1, 4 and 16 seconds.
        for pause in [2, 5] {
            world.advance(Duration::from_secs(pause)).await;
            assert!(got(world, SARI, &["satu"]).is_empty());
        }
        budi.replies("wifi lemot", "dua").await;
        assert_eq!(got(world, ANDI, &["dua"]).len(), 1, "nobody else waits");
        world.advance(Duration::from_secs(12)).await;
        assert!(
            got(world, SARI, &["satu"]).is_empty(),
            "sixteen seconds are not over"
        );
        world.advance(Duration::from_secs(6)).await;
        assert_eq!(got(world, SARI, &["satu"]).len(), 1);
    });
}

#[test]
fn u2_a_number_that_is_held_back_for_spam_rests_for_minutes() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        world
            .customer("Sari", SARI)
            .opens_a_ticket("internet mati")
            .await;
        let spam = too_many(None, Some(131_048));
        world.platforms.faults().next(Platform::WhatsApp, 1, spam);
        budi.replies("TKT-", "satu").await;
        world.advance(Duration::from_mins(4)).await;
        assert!(got(world, SARI, &["satu"]).is_empty());
        world.advance(Duration::from_mins(2)).await;
        assert_eq!(got(world, SARI, &["satu"]).len(), 1);
    });
}

#[test]
fn u2_what_will_never_arrive_is_told_at_once_and_not_tried_again() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        world
            .customer("Sari", SARI)
            .opens_a_ticket("internet mati")
            .await;
        for code in [
            131_026, 132_000, 132_001, 132_005, 132_007, 132_012, 132_015, 132_016,
        ] {
            world.platforms.whatsapp().forget_calls();
            world
                .platforms
                .faults()
                .next(Platform::WhatsApp, 1, refuses(code));
            let words = format!("kabar {code}");
            budi.replies("TKT-", &words).await;
            let told = budi.last();
            assert!(told.contains("tidak"), "{code}: {told}");
            world.advance(Duration::from_mins(5)).await;
            let calls = world.platforms.whatsapp().calls();
            let tries = calls
                .iter()
                .filter(|call| call.body.to_string().contains(&words));
            assert_eq!(tries.count(), 1, "{code}");
        }
    });
}

#[test]
fn u3_an_outage_of_ten_minutes_loses_nothing_and_keeps_the_order() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        for (name, phone, trouble) in [
            ("Sari", SARI, "internet mati"),
            ("Andi", ANDI, "wifi lemot"),
        ] {
            world.customer(name, phone).opens_a_ticket(trouble).await;
        }
        world.platforms.whatsapp().forget_calls();
        world
            .platforms
            .faults()
            .always(Platform::WhatsApp, Fault::BadGateway);
        let lines = ["satu", "dua", "tiga"];
        for line in lines {
            budi.starts_replying("internet mati", line);
            budi.starts_replying("wifi lemot", line);
        }
        for minute in 0..10 {
            let words = format!("menit {minute}");
            world.platforms.whatsapp().says(SARI, &words);
            world.until(|| budi.last().contains(&words)).await;
            world.leap(Duration::from_mins(1)).await;
        }
        let tries = world.platforms.whatsapp().calls();
        let tries = tries
            .iter()
            .filter(|call| call.body["type"] == "text")
            .count();
        assert!((4..40).contains(&tries), "tried with pauses: {tries}");
        world.platforms.faults().clear();
        for _ in 0..20 {
            world.leap(Duration::from_mins(1)).await;
        }
        world.settle().await;
        for phone in [SARI, ANDI] {
            assert_eq!(got(world, phone, &lines), lines, "{phone}");
        }
    });
}

#[test]
fn u3_a_burst_of_server_errors_of_telegrams_delays_and_loses_nothing() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        world
            .customer("Sari", SARI)
            .opens_a_ticket("internet mati")
            .await;
        for fault in [Fault::ServerError, Fault::BadGateway] {
            world
                .platforms
                .faults()
                .next_of(Platform::Telegram, "sendMessage", 2, fault);
        }
        let lines = ["kabar satu", "kabar dua", "kabar tiga"];
        for line in lines {
            world.platforms.whatsapp().says(SARI, line);
        }
        for _ in 0..30 {
            world.leap(Duration::from_mins(1)).await;
        }
        world.settle().await;
        let heard: Vec<_> = budi
            .heard()
            .iter()
            .map(sapa_sandbox::Shown::words)
            .collect();
        let order: Vec<_> = heard
            .iter()
            .filter_map(|words| lines.iter().find(|line| words.contains(**line)))
            .collect();
        assert_eq!(order, lines.iter().collect::<Vec<_>>());
    });
}

#[test]
fn u6_a_success_that_nobody_can_read_is_uncertain_and_flagged() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        world
            .customer("Sari", SARI)
            .opens_a_ticket("internet mati")
            .await;
        world
            .platforms
            .faults()
            .next(Platform::WhatsApp, 1, Fault::InvalidJson);
        let answer = budi.replies("TKT-", "kami cek").await;
        assert!(
            budi.reactions(answer).is_empty(),
            "nobody says that it went out"
        );
        for _ in 0..2 {
            world.advance(Duration::from_secs(61)).await;
        }
        let told = budi.heard();
        assert!(
            told.iter().any(|m| m.words().contains("dua kali")),
            "{}",
            budi.last()
        );
        assert_eq!(
            got(world, SARI, &["kami cek"]).len(),
            2,
            "once more, flagged"
        );
    });
}

#[test]
fn u9_a_platform_that_stalls_holds_up_neither_webhooks_nor_the_other_platform() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        for (name, phone, trouble) in [
            ("Sari", SARI, "internet mati"),
            ("Andi", ANDI, "wifi lemot"),
        ] {
            world.customer(name, phone).opens_a_ticket(trouble).await;
        }
        // One call to Sari hangs; nothing comes back before the clock is moved.
        let stalls = Fault::Hang { ms: 600_000 };
        world
            .platforms
            .faults()
            .next(Platform::WhatsApp, 1, stalls.clone());
        budi.starts_replying("internet mati", "satu");
        world
            .until(|| {
                !world
                    .platforms
                    .faults()
                    .current()
                    .whatsapp
                    .api
                    .iter()
                    .any(|rule| rule.fault == stalls)
            })
            .await;
        budi.starts_replying("wifi lemot", "dua");
        world.until(|| !got(world, ANDI, &["dua"]).is_empty()).await;
        assert!(got(world, SARI, &["satu"]).is_empty(), "it still hangs");
        // And all of them hang: what comes in is stored, handled and relayed all the same.
        world.platforms.faults().always(Platform::WhatsApp, stalls);
        for n in 0..10 {
            world
                .platforms
                .whatsapp()
                .says(ANDI, &format!("masih lemot {n}."));
        }
        world.platforms.whatsapp().settled().await;
        world
            .until(|| {
                budi.heard()
                    .iter()
                    .any(|m| m.words().contains("masih lemot 0."))
            })
            .await;
        world.platforms.faults().clear();
        for _ in 0..13 {
            world.leap(Duration::from_mins(1)).await;
        }
        world.pass(10).await;
        assert_eq!(
            got(world, SARI, &["satu"]),
            ["satu"],
            "nobody knew: once more, when nothing had told"
        );
    });
}
