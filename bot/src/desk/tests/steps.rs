//! A ticket's steps by buttons, and a conversation that becomes one.

use sapa_core::{
    staff::Role,
    tickets::{self, Status},
};

use super::house::{House, acting};

#[tokio::test]
async fn from_taken_up_to_the_closing_words() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    house.ticket(&sari, "internet mati dari pagi").await;
    house.presses(&budi, "Kerjakan").await;
    house.presses(&budi, "Tunda").await;
    house.says(&budi, "menunggu modem baru").await;
    house.presses(&budi, "Kerjakan").await;
    house.clock.advance(std::time::Duration::from_mins(42));
    house.presses(&budi, "Selesai").await;
    house.presses(&budi, "Tulis sendiri").await;
    house
        .says(&budi, "Modem sudah kami ganti, Bu. Selamat memakai.")
        .await;
    insta::assert_snapshot!(house.heard());
}

#[tokio::test]
async fn closing_words_belong_to_the_ticket_that_ended() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    let old = house.ticket(&sari, "internet mati").await;
    house.presses(&budi, "Selesai").await;
    house.presses(&budi, "Tulis sendiri").await;
    let new = house.ticket(&sari, "tagihan salah").await;
    let words = house.says(&budi, "Internetnya sudah jalan, Bu.").await;
    let telegram = house.desk.settings.telegram.clone();
    let chat = budi.telegram_chat_id.clone().unwrap();
    let stored = acting!(house, |act| sapa_core::messages::find(
        act.tx, &telegram, &chat, &words
    )
    .await)
    .unwrap()
    .unwrap();
    assert_ne!(stored.ticket_id, Some(new.id), "the conversation's");
    assert_eq!(stored.ticket_id, Some(old.id));
}

#[tokio::test]
async fn the_standard_closing_is_sent_once() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    let ticket = house.ticket(&sari, "internet mati").await;
    house.presses(&budi, "Selesai").await;
    let (post, id) = house.button(&budi, "Kirim pesan standar");
    house.heard();
    house
        .presses_id(&budi, &post, &id, "Kirim pesan standar")
        .await;
    house
        .presses_id(&budi, &post, &id, "Kirim pesan standar")
        .await;
    let heard = house.heard();
    assert_eq!(heard.matches("→ Sari:").count(), 1, "{heard}");
    house.presses(&budi, "Buka lagi").await;
    let after = acting!(house, |act| tickets::by_id(act.tx, &ticket.id).await)
        .unwrap()
        .unwrap();
    assert_eq!(
        (after.status, after.staff_id),
        (Status::Assigned, Some(budi.id.clone()))
    );
    house.presses(&budi, "Selesai").await;
    // What would be told by itself stands in the outbox by now, and does not go out.
    house.heard();
    house.presses(&budi, "Kirim pesan standar").await;
    assert_eq!(
        house.heard().matches("→ Sari:").count(),
        1,
        "and once more the second time"
    );
}

#[tokio::test]
async fn a_reply_to_the_question_is_its_answer() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    let joko = house.customer("Joko", "6281234567891").await;
    house.ticket(&sari, "internet mati").await;
    house.presses(&budi, "Tunda").await;
    house.ticket(&joko, "tagihan salah").await;
    house.presses(&budi, "Balas").await;
    house
        .replies(&budi, "Kenapa ditunda", "menunggu modem")
        .await;
    let heard = house.heard();
    assert!(heard.contains("Catatan: menunggu modem"), "{heard}");
    assert!(!heard.contains("Joko (relay)"), "{heard}");
    house.presses(&budi, "Kerjakan").await;
}

#[tokio::test]
async fn a_stale_button_tells_how_things_stand() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    house.ticket(&sari, "internet mati").await;
    let (post, work) = house.button(&budi, "Kerjakan");
    let (_, hold) = house.button(&budi, "Tunda");
    let (_, reply) = house.button(&budi, "Balas");
    house.presses(&budi, "Selesai").await;
    house.presses(&budi, "Tanpa pesan").await;
    house.heard();
    house.presses_id(&budi, &post, &work, "Kerjakan").await;
    house.presses_id(&budi, &post, &hold, "Tunda").await;
    house.presses_id(&budi, &post, &reply, "Balas").await;
    house.presses_id(&budi, &post, "work:nothing", "?").await;
    house.presses_id(&budi, &post, "rubbish", "?").await;
    insta::assert_snapshot!(house.heard());
}

#[tokio::test]
async fn nobody_presses_for_another() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    let ticket = house.ticket(&sari, "internet mati").await;
    let citra = house.staff("Citra", Role::Agent).await;
    house.heard();
    for verb in [
        "work", "hold", "held", "done", "reply", "hist", "card", "take",
    ] {
        let effects = house
            .presses_id(&citra, "1", &format!("{verb}:{}", ticket.id), verb)
            .await;
        assert_eq!(effects.len(), 1, "{verb} is answered");
    }
    house
        .presses_id(&citra, "1", &format!("move:{}:0", ticket.id), "move")
        .await;
    house
        .presses_id(
            &citra,
            "1",
            &format!("give:{}:{}", ticket.id, citra.id),
            "give",
        )
        .await;
    let heard = house.heard();
    assert!(
        !heard.contains("TKT-"),
        "the number is named in its agent's chat only: {heard}"
    );
    assert!(!heard.contains("→ Sari"), "{heard}");
    let after = acting!(house, |act| tickets::by_id(act.tx, &ticket.id).await)
        .unwrap()
        .unwrap();
    assert_eq!(
        (after.status, after.staff_id),
        (Status::Assigned, Some(budi.id))
    );
}

#[tokio::test]
async fn a_conversation_becomes_a_ticket() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    house.asks_for_a_person(&sari).await;
    house
        .writes(&sari, "Internet mati dari pagi. Tolong ya")
        .await;
    house.presses(&budi, "Jadikan tiket").await;
    house.presses(&budi, "★ Perbaikan").await;
    house.presses(&budi, "Mendesak").await;
    house.says(&budi, "/tickets").await;
    let heard = house.heard();
    let shown: Vec<&str> = heard
        .lines()
        .filter(|line| !line.contains("Sari · "))
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[tokio::test]
async fn a_conversation_ends_and_the_bot_answers_again() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    house.asks_for_a_person(&sari).await;
    house.writes(&sari, "mau tanya").await;
    house.presses(&budi, "Riwayat").await;
    house.presses(&budi, "Akhiri").await;
    house.writes(&sari, "terima kasih").await;
    house.replies(&budi, "mau tanya", "Sama-sama").await;
    house.presses(&budi, "Ambil dan kirim").await;
    insta::assert_snapshot!(house.heard());
}
