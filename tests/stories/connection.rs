//! How the desk notices that it is badly connected, tells those who can mend it, and mends what it can itself.

use std::time::Duration;

use sapa_core::staff::Role;
use sapa_sandbox::TokenLife;

use crate::world::{Agent, Base, Plan, World, play};

fn on_both(story: impl AsyncFn(Base)) {
    for base in [Base::Sqlite, Base::Postgres] {
        play(story(base));
    }
}

fn times(who: &Agent<'_>, words: &str) -> usize {
    who.heard()
        .iter()
        .filter(|m| m.words().contains(words))
        .count()
}

/// Lets time pass until somebody has heard these words, at most twenty minutes.
async fn until_heard(world: &World, who: &Agent<'_>, words: &str) {
    until(world, words, || times(who, words) > 0).await;
}

async fn until(world: &World, what: &str, holds: impl Fn() -> bool) {
    for _ in 0..80 {
        if holds() {
            return;
        }
        world.advance(Duration::from_secs(15)).await;
    }
    panic!("never: {what}\n{}", world.transcript_text());
}

fn questions(world: &World) -> usize {
    let calls = world.platforms.whatsapp().calls();
    calls.iter().filter(|c| c.method == "phone_number").count()
}

/// Until the watch has asked once more.
async fn until_asked(world: &World) {
    let before = questions(world);
    until(world, "the watch asks", || questions(world) > before).await;
    world.advance(Duration::from_secs(1)).await;
}

#[test]
fn quality_drops_and_recovers_and_admins_hear_of_each_once() {
    on_both(async |base| {
        let world = World::new(base).await;
        let ani = world.invited("Ani", Role::Admin, None).await;
        let budi = world.agent("Budi").await;
        until_asked(&world).await;
        let whatsapp = world.platforms.whatsapp();
        whatsapp.changes_account(|account| account.quality = "RED".into());
        until_heard(&world, &ani, "Kualitas nomor WhatsApp rendah").await;
        until_asked(&world).await;
        until_asked(&world).await;
        assert_eq!(times(&ani, "Kualitas nomor WhatsApp rendah"), 1);
        whatsapp.changes_account(|account| account.quality = "GREEN".into());
        until_heard(&world, &ani, "kualitas nomor sudah baik lagi").await;
        until_asked(&world).await;
        assert_eq!(times(&ani, "baik lagi"), 1);
        assert_eq!(times(&budi, "ualitas nomor"), 0, "it is not his to mend");
        // What no webhook tells is found by asking.
        whatsapp.changes_account(|account| account.quality = "YELLOW".into());
        until_heard(&world, &ani, "turun ke sedang").await;
        world.close().await;
    });
}

#[test]
fn limits_and_rates_that_rise_are_good_news() {
    on_both(async |base| {
        let world = World::new(base).await;
        let ani = world.invited("Ani", Role::SuperAdmin, None).await;
        until_asked(&world).await;
        let whatsapp = world.platforms.whatsapp();
        whatsapp.changes_account(|account| {
            account.limit = "TIER_10K".into();
            account.throughput = "HIGH".into();
        });
        until_heard(&world, &ani, "2000 orang per hari menjadi 10000").await;
        until_heard(&world, &ani, "1.000 pesan per detik").await;
        world.close().await;
    });
}

#[test]
fn a_token_that_ends_is_told_before_and_after_and_a_new_one_too() {
    on_both(async |base| {
        let world = World::new(base).await;
        let ani = world.invited("Ani", Role::Admin, None).await;
        let whatsapp = world.platforms.whatsapp();
        let end = world.platforms.clock().now_s() + 3 * 86_400;
        whatsapp.changes_account(|account| account.token = TokenLife::Until(end));
        until_heard(&world, &ani, "Token WhatsApp habis").await;
        world.advance(Duration::from_hours(72)).await;
        until_heard(&world, &ani, "Token WhatsApp ditolak atau kedaluwarsa").await;
        world.advance(Duration::from_mins(10)).await;
        assert_eq!(times(&ani, "ditolak atau kedaluwarsa"), 1);
        whatsapp.changes_account(|account| account.token = TokenLife::Lasting);
        until_heard(&world, &ani, "WhatsApp menerima kita lagi").await;
        until_heard(&world, &ani, "token sudah baik lagi").await;
        world.close().await;
    });
}

#[test]
fn a_refusal_is_remembered_over_a_restart_and_its_end_is_told() {
    on_both(async |base| {
        let mut world = World::new(base).await;
        let id = {
            let ani = world.invited("Ani", Role::Admin, None).await;
            let now_s = world.platforms.clock().now_s();
            let whatsapp = world.platforms.whatsapp();
            whatsapp.changes_account(|account| account.token = TokenLife::Until(now_s));
            until_heard(&world, &ani, "ditolak atau kedaluwarsa").await;
            ani.id
        };
        let whatsapp = world.platforms.whatsapp();
        whatsapp.changes_account(|account| account.token = TokenLife::Lasting);
        world.crash_and_restart().await;
        let heard = |words: &str| {
            let chat = world.platforms.telegram().chat(id);
            chat.iter().filter(|m| m.words().contains(words)).count()
        };
        until(&world, "it is told", || heard("menerima kita lagi") > 0).await;
        assert_eq!(heard("ditolak atau kedaluwarsa"), 1);
        world.close().await;
    });
}

#[test]
fn a_subscription_that_is_gone_is_set_again() {
    on_both(async |base| {
        let world = World::new(base).await;
        let ani = world.invited("Ani", Role::Admin, None).await;
        until_asked(&world).await;
        let whatsapp = world.platforms.whatsapp();
        whatsapp.changes_account(|account| account.subscribed = false);
        until_heard(&world, &ani, "sudah saya pasang kembali").await;
        assert!(whatsapp.account().subscribed);
        let sari = world.customer("Sari", "6281234567890");
        sari.says("halo").await;
        assert!(!sari.heard().is_empty(), "events come again");
        whatsapp.changes_account(|account| {
            (account.subscribed, account.may_subscribe) = (false, false);
        });
        until_heard(&world, &ani, "tidak bisa saya pulihkan sendiri").await;
        until_asked(&world).await;
        assert_eq!(times(&ani, "tidak bisa saya pulihkan"), 1);
        whatsapp.changes_account(|account| account.may_subscribe = true);
        until(&world, "mended", || {
            times(&ani, "sudah saya pasang kembali") == 2
        })
        .await;
        world.close().await;
    });
}

#[test]
fn a_template_that_is_paused_and_an_account_that_is_restricted_are_told() {
    on_both(async |base| {
        let world = World::planned(Plan {
            settings: |settings| {
                settings.notice_template = Some(("kabar_tiket".into(), "id".into()));
            },
            ..Plan::on(base)
        })
        .await;
        let ani = world.invited("Ani", Role::Admin, None).await;
        let whatsapp = world.platforms.whatsapp();
        // Not made at Meta yet.
        until_heard(
            &world,
            &ani,
            "kabar_tiket (id) yang dipakai Sapa sekarang MISSING",
        )
        .await;
        let template = sapa_sandbox::Template::utility("kabar_tiket", "id", "Kabar untuk {{1}}");
        whatsapp.template(template).expect("it is one");
        until_heard(&world, &ani, "templat kabar_tiket (id) sudah baik lagi").await;
        assert!(whatsapp.template_becomes("kabar_tiket", "id", "PAUSED"));
        until_heard(&world, &ani, "sekarang PAUSED").await;
        let end = (world.platforms.clock().now_s() + 3_600).to_string();
        let restricted = serde_json::json!({"restriction_info": [
            {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": end},
        ]});
        whatsapp.account_update("ACCOUNT_RESTRICTION", &restricted);
        until_heard(&world, &ani, "Akun WhatsApp Business dibatasi").await;
        world.advance(Duration::from_hours(1)).await;
        until_heard(&world, &ani, "akun bisnis sudah baik lagi").await;
        world.close().await;
    });
}

#[test]
fn a_stolen_webhook_of_telegram_is_turned_back() {
    for by_webhook in [true, false] {
        on_both(async |base| {
            let world = World::planned(Plan {
                telegram_webhook: by_webhook,
                ..Plan::on(base)
            })
            .await;
            let ani = world.invited("Ani", Role::Admin, None).await;
            let telegram = world.platforms.telegram();
            let ours = telegram.webhook();
            assert_eq!(ours.is_some(), by_webhook);
            until_asked(&world).await;
            for _ in 0..2 {
                // The poller itself takes the first one away.
                telegram.webhook_stolen("http://127.0.0.1:9/thief");
                until(&world, "it is ours again", || telegram.webhook() == ours).await;
            }
            until_heard(&world, &ani, "diubah pihak lain").await;
            // A poller that was turned away rests for half a minute.
            world.advance(Duration::from_secs(35)).await;
            ani.says("/status").await;
            assert!(times(&ani, "Sambungan") == 1, "{}", ani.last());
            world.close().await;
        });
    }
}

#[test]
fn status_is_for_admins_and_readiness_tells_the_same() {
    on_both(async |base| {
        let world = World::new(base).await;
        let ani = world.invited("Ani", Role::Admin, None).await;
        let budi = world.agent("Budi").await;
        budi.says("/status").await;
        assert_eq!(times(&budi, "Sambungan"), 0);
        until_asked(&world).await;
        ani.says("/status").await;
        let screen = ani.last();
        for line in [
            "WhatsApp +62 21 5550 7000",
            "token: tanpa masa berlaku",
            "kualitas nomor: tinggi",
            "batas: 2000 orang per hari",
            "webhook: terpasang",
            "siap dipakai",
            "webhook: tidak dipakai (Sapa yang mengambil)",
            "Antrean: kosong",
        ] {
            assert!(screen.contains(line), "{line} is missing in\n{screen}");
        }
        let ready = reqwest::get(format!("{}/readyz", world.address)).await;
        let ready = ready.expect("an answer");
        assert_eq!(ready.status().as_u16(), 200);
        let told: serde_json::Value = ready.json().await.expect("JSON");
        let channel = &told["connections"][world.desk.settings.whatsapp.0.as_str()];
        assert_eq!(channel["quality"]["value"], "green", "{told}");
        ani.says("/help").await;
        assert!(ani.last().contains("/status"), "{}", ani.last());
        world.close().await;
    });
}

#[test]
fn a_reply_to_a_message_that_has_aged_out_is_asked_about_and_goes_to_nobody_by_guess() {
    on_both(async |base| {
        let world = World::new(base).await;
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        sari.opens_a_ticket("internet mati").await;
        sari.says("lampunya merah").await;
        world.advance(Duration::from_hours(91 * 24)).await;
        let mut gone = false;
        for _ in 0..200 {
            let mut tx = world.desk.db.read().await.expect("a transaction");
            let channel = world.desk.settings.telegram.clone();
            let chat = budi.id.to_string();
            let message = budi
                .heard()
                .into_iter()
                .find(|m| m.words().contains("lampunya merah"));
            let id = message.expect("the relay").id;
            let post = sapa_core::outbox::store::post_target(&mut tx, &channel, &chat, &id).await;
            gone = post.expect("a look-up").is_none();
            if gone {
                break;
            }
            drop(tx);
            world.advance(Duration::from_secs(15)).await;
        }
        assert!(gone, "the relay has aged out");
        let andi = world.customer("Andi", "6281300000001");
        andi.opens_a_ticket("wifi lemot").await;
        budi.presses("Balas").await;
        budi.replies("lampunya merah", "sudah nyala?").await;
        assert!(
            times(&budi, "sudah tidak saya kenal") == 1,
            "{}",
            world.transcript_text()
        );
        let heard = andi.heard();
        assert!(
            !heard.iter().any(|m| m.words().contains("sudah nyala?")),
            "not to whom he chose last"
        );
        world.close().await;
    });
}
