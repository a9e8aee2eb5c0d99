//! When the platforms misbehave: nothing is lost, nothing is sent twice, and what may be a duplicate says so.

use std::time::Duration;

use sapa_core::staff::Role;
use sapa_sandbox::{Fault, Platform, Ticks, WindowRefusal};

use crate::world::{Base, Plan, World, play};

fn on_both(story: impl AsyncFn(Base)) {
    for base in [Base::Sqlite, Base::Postgres] {
        play(story(base));
    }
}

fn said(world: &World, phone: &str, words: &str) -> usize {
    world
        .platforms
        .whatsapp()
        .chat(phone)
        .iter()
        .filter(|m| m.words().contains(words))
        .count()
}

#[test]
fn refusals_delay_and_lose_nothing() {
    on_both(async |base| {
        let world = World::new(base).await;
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        sari.opens_a_ticket("internet mati").await;
        world.platforms.faults().next_of(
            Platform::Telegram,
            "sendMessage",
            1,
            Fault::TooMany {
                retry_after: Some(7),
                code: None,
            },
        );
        world
            .platforms
            .faults()
            .next(Platform::WhatsApp, 2, Fault::ServerError);
        world
            .platforms
            .whatsapp()
            .says("6281234567890", "masih mati");
        world.settle().await;
        assert!(
            !budi.last().contains("masih mati"),
            "Telegram asked for seven seconds"
        );
        world.advance(Duration::from_secs(8)).await;
        assert!(budi.last().contains("masih mati"));
        budi.replies("masih mati", "kami cek").await;
        for _ in 0..3 {
            world.advance(Duration::from_secs(90)).await;
        }
        assert_eq!(said(&world, "6281234567890", "kami cek"), 1);
        world.close().await;
    });
}

#[test]
fn a_lost_answer_of_whatsapp_is_resolved_by_the_status() {
    on_both(async |base| {
        let world = World::new(base).await;
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        sari.opens_a_ticket("internet mati").await;
        world
            .platforms
            .faults()
            .next(Platform::WhatsApp, 1, Fault::LoseResponse);
        budi.replies("TKT-", "kami cek").await;
        let sent = world.platforms.whatsapp().chat("6281234567890");
        let sent = sent
            .iter()
            .find(|m| m.words().contains("kami cek"))
            .expect("it went out")
            .id
            .clone();
        world.platforms.whatsapp().status(&sent, Ticks::Delivered);
        world.settle().await;
        world.advance(Duration::from_mins(2)).await;
        budi.replies("TKT-", "sudah normal").await;
        assert_eq!(
            said(&world, "6281234567890", "kami cek"),
            1,
            "a status told that it had gone out"
        );
        assert_eq!(said(&world, "6281234567890", "sudah normal"), 1);
        world.close().await;
    });
}

#[test]
fn a_lost_answer_without_a_status_is_sent_once_more() {
    on_both(async |base| {
        let world = World::new(base).await;
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        sari.opens_a_ticket("internet mati").await;
        world
            .platforms
            .faults()
            .next(Platform::WhatsApp, 1, Fault::LoseResponse);
        budi.replies("TKT-", "kami cek").await;
        world.advance(Duration::from_secs(61)).await;
        world.advance(Duration::from_secs(2)).await;
        assert!(
            budi.heard().iter().any(|m| m.words().contains("dua kali")),
            "the agent knows"
        );
        assert_eq!(
            said(&world, "6281234567890", "kami cek"),
            2,
            "nobody could know; it is sent once more, flagged"
        );
        world.close().await;
    });
}

#[test]
fn events_that_come_twice_and_in_disorder_have_one_effect() {
    on_both(async |base| {
        let world = World::new(base).await;
        let budi = world.agent("Budi").await;
        world
            .platforms
            .faults()
            .webhooks(Platform::WhatsApp, |webhooks| webhooks.duplicate = true);
        let sari = world.customer("Sari", "6281234567890");
        sari.opens_a_ticket("internet mati").await;
        sari.says("kata yang datang dua kali").await;
        let seen = budi
            .heard()
            .iter()
            .filter(|m| m.words().contains("datang dua kali"))
            .count();
        assert_eq!(seen, 1);
        world.close().await;
    });
}

#[test]
fn an_agent_who_blocked_the_bot_is_out_of_the_round() {
    on_both(async |base| {
        let world = World::new(base).await;
        let budi = world.agent("Budi").await;
        let citra = world.agent("Citra").await;
        world.platforms.telegram().blocks(budi.id);
        world.settle().await;
        for n in 0..2 {
            world
                .customer(&format!("Pelanggan {n}"), &format!("62813000000{n:02}"))
                .opens_a_ticket("internet mati")
                .await;
        }
        assert_eq!(
            citra
                .heard()
                .iter()
                .filter(|m| m.words().contains("TKT-"))
                .count(),
            2
        );
        world.close().await;
    });
}

#[test]
fn telegram_by_webhook_works_as_by_polling() {
    on_both(async |base| {
        let world = World::planned(Plan {
            telegram_webhook: true,
            ..Plan::on(base)
        })
        .await;
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        sari.opens_a_ticket("internet mati").await;
        budi.replies("TKT-", "kami cek").await;
        assert_eq!(said(&world, "6281234567890", "kami cek"), 1);
        let wrong = reqwest::Client::new()
            .post(format!("{}/webhooks/telegram", world.address))
            .header("X-Telegram-Bot-Api-Secret-Token", "wrong")
            .body("{}")
            .send()
            .await
            .expect("an answer");
        assert_eq!(wrong.status().as_u16(), 401);
        world.close().await;
    });
}

#[test]
fn a_killed_desk_takes_up_where_it_was() {
    on_both(async |base| {
        let mut world = World::new(base).await;
        let id = {
            let budi = world.agent("Budi").await;
            let sari = world.customer("Sari", "6281234567890");
            sari.opens_a_ticket("internet mati").await;
            budi.id
        };
        world.platforms.whatsapp().says("6281234567890", "satu");
        world.crash_and_restart().await;
        world.platforms.whatsapp().says("6281234567890", "dua");
        world.settle().await;
        for _ in 0..3 {
            world.advance(Duration::from_secs(61)).await;
        }
        let chat = world.platforms.telegram().chat(id);
        let count = |words: &str| chat.iter().filter(|m| m.words().ends_with(words)).count();
        assert!(
            (1..=2).contains(&count("satu")),
            "at least once; twice only when it was in flight at the kill"
        );
        assert_eq!(count("dua"), 1);
        world.close().await;
    });
}

#[test]
fn a_window_that_closed_unnoticed_parks_the_answer_however_it_is_told() {
    for told in [WindowRefusal::Answer, WindowRefusal::Status] {
        on_both(async |base| {
            let mut plan = Plan::on(base);
            plan.rules.window_refusal = told;
            let world = World::planned(plan).await;
            let budi = world.agent("Budi").await;
            let sari = world.customer("Sari", "6281234567890");
            sari.opens_a_ticket("internet mati").await;
            world.platforms.whatsapp().close_window("6281234567890");
            budi.replies("TKT-", "kami cek dulu").await;
            assert!(
                budi.last().contains("disimpan"),
                "he is told: {}",
                budi.last()
            );
            sari.says("halo?").await;
            let arrived = world.platforms.whatsapp().chat("6281234567890");
            let arrived = arrived
                .iter()
                .filter(|m| m.words().contains("kami cek dulu") && m.status != Some(Ticks::Failed));
            assert_eq!(arrived.count(), 1, "it went out when she wrote");
            world.close().await;
        });
    }
}

#[test]
fn a_notice_that_does_not_arrive_is_told_to_the_agent() {
    on_both(async |base| {
        let world = World::new(base).await;
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        sari.opens_a_ticket("internet mati").await;
        world.platforms.faults().next(
            Platform::WhatsApp,
            1,
            Fault::Refuse {
                code: 131_026,
                message: "Message undeliverable".into(),
            },
        );
        budi.presses("Kerjakan").await;
        assert!(budi.last().contains("Kabar otomatis"), "{}", budi.last());
        world.close().await;
    });
}

#[test]
fn an_account_that_is_refused_is_told_to_the_admins_and_everything_goes_out_later() {
    on_both(async |base| {
        let world = World::new(base).await;
        let ani = world.invited("Ani", Role::Admin, None).await;
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        sari.opens_a_ticket("internet mati").await;
        let expired = Fault::Refuse {
            code: 190,
            message: "Access token has expired".into(),
        };
        world
            .platforms
            .faults()
            .next(Platform::WhatsApp, 1, expired);
        budi.replies("TKT-", "kami cek").await;
        assert!(ani.last().contains("190"), "{}", ani.last());
        world.advance(Duration::from_mins(2)).await;
        assert_eq!(said(&world, "6281234567890", "kami cek"), 1);
        world.close().await;
    });
}

#[test]
fn an_agent_whose_chat_refuses_is_out_of_the_round_and_his_customers_are_not_lost() {
    on_both(async |base| {
        let world = World::new(base).await;
        let budi = world.agent("Budi").await;
        let citra = world.agent("Citra").await;
        let blocked = Fault::Refuse {
            code: 403,
            message: "Forbidden: bot was blocked by the user".into(),
        };
        // No update tells that he blocked the bot: the refusal of his card is all there is.
        world
            .platforms
            .faults()
            .next_of(Platform::Telegram, "sendMessage", 1, blocked);
        let sari = world.customer("Sari", "6281234567890");
        let number = sari.opens_a_ticket("internet mati").await;
        assert!(
            citra.heard().iter().any(|m| m.words().contains(&number)),
            "{}",
            world.transcript_text()
        );
        assert!(sari.last().contains("Citra"), "{}", sari.last());
        world
            .customer("Andi", "6281300000001")
            .opens_a_ticket("wifi lemot")
            .await;
        assert!(citra.last().contains("Andi"), "{}", citra.last());
        assert!(!budi.heard().iter().any(|m| m.words().contains("Andi")));
        world.close().await;
    });
}
