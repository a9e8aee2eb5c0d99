//! An agent's words: whom they reach, and when they reach nobody.

use std::time::Duration;

use sapa_core::{
    clock::Millis,
    db::dialect::many,
    inbox::TooEarly,
    markup::Markup,
    messages,
    outbox::{self, Class, Content, MediaKind, NewRow, Post, Prompt},
    staff::{self, Role},
};

use super::{
    super::StaffDesk,
    house::{House, acting},
};
use crate::inbound::{FromStaff, Said};

#[tokio::test]
async fn a_reply_goes_to_the_customer_it_answers() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari Wulandari", "6281234567890").await;
    house.ticket(&sari, "internet mati dari pagi").await;
    house.writes(&sari, "lampunya merah").await;
    let own = house
        .replies(&budi, "TKT-", "Selamat siang Bu Sari, boleh kirim fotonya?")
        .await;
    house.replies(&budi, "lampunya merah", "Merah semua?").await;
    let said = Said::Text("Saya tunggu ya".into());
    house.does(&budi, said, Some(own)).await;
    insta::assert_snapshot!(house.heard());
}

#[tokio::test]
async fn an_answer_that_overtakes_the_name_of_what_it_answers_waits_for_it() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari Wulandari", "6281234567890").await;
    house.ticket(&sari, "internet mati").await;
    house.heard();
    let telegram = house.desk.settings.telegram.clone();
    let chat = budi.telegram_chat_id.clone().unwrap();
    // On its way to him: the platform has it, and its answer with the name is not here yet.
    let row = acting!(house, |act| {
        let prompt = Content::Prompt(Prompt::text(Markup::plain("lampunya merah")));
        let row = NewRow {
            customer_id: Some(sari.clone()),
            ..NewRow::new(&telegram, &chat, Class::Conversation, prompt)
        };
        let row = outbox::enqueue(act, row).await.unwrap();
        let taken = outbox::store::claim(act.tx, &[&row], "test", 1, act.now).await;
        assert_eq!(taken.unwrap().len(), 1);
        row
    });
    let said = Said::Text("Merah semua?".into());
    let from = house.words_of(&chat, "Budi", "9001", said, Some("9000".into()));
    house.clock.advance(Duration::from_millis(5));
    // What is under way since then cannot be what he answers.
    let earlier = FromStaff {
        received_at: Millis(from.received_at.0 - 3_600_000),
        ..from.clone()
    };
    for (from, waits) in [(&earlier, false), (&from, true)] {
        let mut tx = house.desk.db.write().await.unwrap();
        let handled = StaffDesk::new()
            .handle(&mut house.desk.act(&mut tx), from.clone())
            .await;
        tx.rollback().await.unwrap();
        let early = handled.is_err_and(|error| error.is::<TooEarly>());
        assert_eq!(early, waits);
    }
    acting!(house, |act| {
        let post = Post {
            chat: chat.clone(),
            external_id: "9000".into(),
        };
        outbox::store::post(act.tx, &telegram, &row, &post, act.now)
            .await
            .unwrap();
        many::sent(act.tx, &[&row], "test", 1, act.now)
            .await
            .unwrap();
        let handled = StaffDesk::new().handle(act, from).await;
        assert!(handled.is_ok());
    });
    house.pump().await;
    let heard = house.heard();
    assert!(
        heard.contains("Sari Wulandari (relay): Merah semua?"),
        "{heard}"
    );
}

#[tokio::test]
async fn the_same_event_twice_is_one_message() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    house.ticket(&sari, "internet mati").await;
    let id = house.replies(&budi, "TKT-", "Sebentar ya").await;
    let rows = house.heard().matches("Sari (relay): Sebentar ya").count();
    assert_eq!(rows, 1);
    let card = house.button(&budi, "Balas").0;
    let chat = budi.telegram_chat_id.clone().unwrap();
    let again = Said::Text("Sebentar ya".into());
    house
        .account_does(&chat, "Budi", again, Some(card), Some(id))
        .await;
    assert!(!house.heard().contains("relay"), "it was sent already");
}

#[tokio::test]
async fn words_for_nobody_are_kept_until_he_says_for_whom() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    let joko = house.customer("Joko", "6281234567891").await;
    house.ticket(&sari, "internet mati").await;
    house.ticket(&joko, "tagihan salah").await;
    house.heard();
    house.says(&budi, "Sudah saya cek").await;
    house.says(&budi, "Modemnya perlu diganti").await;
    house.presses(&budi, "Joko").await;
    house.says(&budi, "Besok kami datang").await;
    house.writes(&sari, "halo?").await;
    house.says(&budi, "Baik").await;
    house.presses(&budi, "Jangan kirim").await;
    insta::assert_snapshot!(house.heard());
}

#[tokio::test]
async fn focus_is_an_explicit_act_and_ends() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    house.ticket(&sari, "internet mati").await;
    house.heard();
    house
        .says(&budi, "tanpa fokus, satu pelanggan pun ditanya")
        .await;
    assert!(
        !house.heard().contains("relay"),
        "nothing goes without an explicit act"
    );
    house.presses(&budi, "Balas").await;
    house.says(&budi, "dengan fokus").await;
    assert!(house.heard().contains("Sari (relay): dengan fokus"));
    house.clock.advance(Duration::from_mins(11));
    house.says(&budi, "terlambat").await;
    assert!(!house.heard().contains("relay"), "ten minutes are over");
}

#[tokio::test]
async fn a_command_never_reaches_a_customer() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    house.ticket(&sari, "internet mati").await;
    house.presses(&budi, "Balas").await;
    house.heard();
    house.replies(&budi, "TKT-", "/tiket").await;
    house.says(&budi, "/apa saja boleh").await;
    let file = Said::Media {
        kind: MediaKind::Image,
        platform_id: "f".into(),
        filename: None,
        mime: None,
        caption: "/next".into(),
        size: None,
    };
    house.does(&budi, file, None).await;
    insta::assert_snapshot!(house.heard());
}

#[tokio::test]
async fn somebody_elses_customer_is_not_answered() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    house.ticket(&sari, "internet mati").await;
    let citra = house.staff("Citra", Role::Agent).await;
    house.presses(&budi, "Serahkan").await;
    house.presses(&budi, "Citra · 0").await;
    house.writes(&sari, "masih mati").await;
    house.replies(&budi, "Sari", "Saya cek dulu").await;
    house
        .replies(&citra, "masih mati", "Saya yang lanjutkan, Bu")
        .await;
    insta::assert_snapshot!(house.heard());
}

#[tokio::test]
async fn who_runs_the_desk_is_asked_before_he_takes_over() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    let ticket = house.ticket(&sari, "internet mati").await;
    let admin = house.staff("Dewi", Role::Admin).await;
    house.heard();
    house
        .says(&admin, &format!("/ticket {}", ticket.number.to_lowercase()))
        .await;
    house
        .replies(&admin, "internet mati", "Saya bantu langsung")
        .await;
    assert!(!house.heard().contains("Sari (relay)"));
    house.presses(&admin, "Ambil dan kirim").await;
    insta::assert_snapshot!(house.heard());
    house
        .replies(&budi, "sekarang ditangani Dewi", "Halo Bu")
        .await;
    assert!(house.heard().contains("sekarang ditangani Dewi"));
}

#[tokio::test]
async fn outside_the_window_it_waits_and_a_template_asks_for_an_answer() {
    let mut house = House::with(|settings| {
        settings.reopen_template = Some(("reopen".into(), "id".into()));
    })
    .await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    house.ticket(&sari, "internet mati").await;
    house.heard();
    house.clock.advance(Duration::from_hours(25));
    house.replies(&budi, "TKT-", "Teknisi datang jam dua").await;
    let (post, id) = house.button(&budi, "Templat: kabar tiket");
    house.presses(&budi, "Templat: kabar tiket").await;
    house
        .presses_id(&budi, &post, &id, "Templat: kabar tiket")
        .await;
    house.writes(&sari, "ya?").await;
    insta::assert_snapshot!(house.heard());
}

#[tokio::test]
async fn changed_words_are_never_ignored() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    house.ticket(&sari, "internet mati").await;
    let id = house.replies(&budi, "TKT-", "Kami datang jam satu").await;
    house.heard();
    house.edits(&budi, &id, "Kami datang jam dua").await;
    house.edits(&budi, &id, "Kami datang jam tiga").await;
    let (post, correct) = house.button(&budi, "Kirim koreksi");
    house.presses(&budi, "Kirim koreksi").await;
    house
        .presses_id(&budi, &post, &correct, "Kirim koreksi")
        .await;
    house.edits(&budi, "none", "apa").await;
    house.clock.advance(Duration::from_hours(25));
    let parked = house.replies(&budi, "TKT-", "besok").await;
    house.edits(&budi, &parked, "lusa").await;
    insta::assert_snapshot!(house.heard());
}

#[tokio::test]
async fn what_waited_for_more_than_a_day_is_asked_about() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    house.ticket(&sari, "internet mati").await;
    house.clock.advance(Duration::from_hours(25));
    house
        .replies(&budi, "TKT-", "Teknisi datang jam dua siang ini")
        .await;
    house.replies(&budi, "TKT-", "Nomor modemnya berapa?").await;
    house.heard();
    house.clock.advance(Duration::from_hours(30));
    house.writes(&sari, "maaf baru balas").await;
    house.writes(&sari, "halo?").await;
    let (post, send) = house.button(&budi, "Kirim");
    house.presses(&budi, "Kirim").await;
    house.presses_id(&budi, &post, &send, "Kirim").await;
    house.presses(&budi, "Jangan kirim").await;
    let heard = house.heard();
    assert_eq!(
        heard
            .matches("Sari (relay): Nomor modemnya berapa?")
            .count(),
        1,
        "{heard}"
    );
    assert!(!heard.contains("(relay): Teknisi datang"), "{heard}");
    insta::assert_snapshot!(heard);
}

#[tokio::test]
async fn a_late_answer_is_decided_by_its_author() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    house.ticket(&sari, "internet mati").await;
    let ani = house.staff("Ani", Role::Agent).await;
    house.clock.advance(Duration::from_hours(25));
    house.replies(&budi, "TKT-", "besok").await;
    house.clock.advance(Duration::from_hours(30));
    house.writes(&sari, "halo").await;
    let (post, send) = house.button(&budi, "Kirim");
    house.heard();
    house.presses_id(&ani, &post, &send, "Kirim").await;
    let heard = house.heard();
    assert!(!heard.contains("relay"), "{heard}");
    house.presses(&budi, "Kirim").await;
    assert!(house.heard().contains("Sari (relay): besok"));
}

#[tokio::test]
async fn files_and_places_go_across_and_an_album_is_asked_about_once() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    house.ticket(&sari, "internet mati").await;
    let card = house.button(&budi, "Balas").0;
    house.heard();
    let place = Said::Location {
        latitude: -6.9,
        longitude: 107.6,
        name: Some("Kantor".into()),
    };
    let (id, _) = house.does(&budi, place, Some(card)).await;
    let chat = budi.telegram_chat_id.clone().unwrap();
    let telegram = house.desk.settings.telegram.clone();
    let stored = acting!(house, |act| messages::find(act.tx, &telegram, &chat, &id)
        .await)
    .unwrap()
    .unwrap();
    assert_eq!(stored.kind, messages::Kind::Location);
    assert!(stored.details.unwrap().contains("107.6"));
    let huge = Said::Media {
        kind: MediaKind::Video,
        platform_id: "f".into(),
        filename: None,
        mime: None,
        caption: String::new(),
        size: Some(30_000_000),
    };
    house.does(&budi, huge, None).await;
    house
        .does(&budi, Said::Unsupported("poll".into()), None)
        .await;
    house.album = Some("album".into());
    for (name, caption) in [("one", "lampunya"), ("two", ""), ("three", "")] {
        let photo = Said::Media {
            kind: MediaKind::Image,
            platform_id: name.into(),
            filename: None,
            mime: None,
            caption: caption.into(),
            size: Some(1_000),
        };
        house.does(&budi, photo, None).await;
    }
    house.album = None;
    house.presses(&budi, "Sari").await;
    insta::assert_snapshot!(house.heard());
}

#[tokio::test]
async fn an_unreadable_state_is_cleared_with_a_kind_word() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let person = format!("staff:{}", budi.id);
    acting!(house, |act| sapa_core::sessions::save(
        act, &person, 99, &"?"
    )
    .await)
    .unwrap();
    house.says(&budi, "halo").await;
    let heard = house.heard();
    assert!(heard.contains("Saya lupa sampai di mana"), "{heard}");
    house.says(&budi, "halo").await;
    assert!(!house.heard().contains("Saya lupa"), "once");
}

#[tokio::test]
async fn a_viewer_answers_nobody() {
    let mut house = House::new().await;
    house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    let ticket = house.ticket(&sari, "internet mati").await;
    let vera = house.staff("Vera", Role::Viewer).await;
    house.heard();
    house
        .says(&vera, &format!("/ticket {}", ticket.number))
        .await;
    house.replies(&vera, "internet mati", "halo Bu").await;
    house.says(&vera, "/online").await;
    house
        .presses_id(&vera, "1", &format!("take:{}", ticket.id), "Ambil")
        .await;
    insta::assert_snapshot!(house.heard());
    let me = acting!(house, |act| staff::by_id(act.tx, &vera.id).await)
        .unwrap()
        .unwrap();
    assert_eq!(me.availability, staff::Availability::Offline);
}
