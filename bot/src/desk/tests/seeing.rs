//! Seeing what happens: traces and dead events in the chat, and what an agent hears when a customer was not told.

use std::{sync::Arc, time::Duration};

use sapa_core::{
    inbox::{self, Book, Ephemeral, Ingest, NewEvent, Stream, dead},
    staff::Role,
};
use tokio_util::sync::CancellationToken;

use super::house::{House, acting};

impl House {
    /// Events that were given up, in this order.
    async fn die(&mut self, ids: &[&str]) {
        let stop = CancellationToken::new();
        let (ingest, writing) = Ingest::start(&self.desk, Arc::new(Book::default()), stop.clone());
        let writing = tokio::spawn(writing);
        let event = |id: &&str| NewEvent {
            channel: self.desk.settings.whatsapp.clone(),
            external_id: (*id).to_owned(),
            stream: Stream::Lane,
            lane: "1".into(),
            payload: b"{}".to_vec(),
        };
        let stored = ingest.put(ids.iter().map(event).collect()).await;
        stored.expect("there is room");
        stop.cancel();
        writing.await.expect("it ends");
        acting!(self, |act| {
            let open = inbox::store::of_lane(act.tx, "wa:100|1", 1_000).await;
            for event in open.expect("a lane") {
                let error = "the handler panicked at <somewhere>";
                inbox::store::dead(act.tx, event.seq, error, act.now)
                    .await
                    .expect("buried");
            }
        });
    }

    async fn dead(&mut self) -> i64 {
        acting!(self, |act| dead::count(act.tx, i64::MAX).await).expect("a count")
    }
}

#[tokio::test]
async fn a_trace_is_for_who_may_see_the_ticket() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    let ticket = house.ticket(&sari, "internet mati").await;
    house.writes(&sari, "masih mati").await;
    house.replies(&budi, "masih mati", "kami cek").await;
    let citra = house.staff("Citra", Role::Agent).await;
    let dewi = house.staff("Dewi", Role::Admin).await;
    let vino = house.staff("Vino", Role::Viewer).await;
    house.heard();
    let number = &ticket.number;
    house.says(&budi, &format!("/trace {number}")).await;
    house.says(&citra, &format!("/trace {number}")).await;
    house
        .says(&dewi, &format!("/trace {}", number.to_lowercase()))
        .await;
    house.says(&vino, &format!("/trace {number}")).await;
    house.says(&budi, "/trace").await;
    house.says(&budi, "/trace apa").await;
    house.says(&budi, "/trace TKT-00000000").await;
    let heard = house.heard().replace(&number.to_lowercase(), "tkt-number");
    // How many seconds it took is the machine's affair.
    insta::with_settings!({ filters => [(r"11\.4\d\.\d\d", "11.42.SS")] }, {
        insta::assert_snapshot!(heard);
    });
}

#[tokio::test]
async fn the_words_that_opened_it_are_on_the_card() {
    let mut house = House::new().await;
    let dewi = house.staff("Dewi", Role::Admin).await;
    let sari = house.customer("Sari", "6281234567890").await;
    let ticket = house.ticket(&sari, "internet mati").await;
    house.heard();
    house
        .says(&dewi, &format!("/trace {}", ticket.number))
        .await;
    let heard = house.heard();
    assert!(
        heard.contains("Ada di kartu tiket."),
        "the opening words: {heard}"
    );
}

#[tokio::test]
async fn dead_events_are_listed_and_retried_by_who_may() {
    let mut house = House::new().await;
    let dewi = house.staff("Dewi", Role::Admin).await;
    house.says(&dewi, "/dead").await;
    house.die(&["a", "b"]).await;
    house.says(&dewi, "/dead").await;
    let (post, first) = house.button(&dewi, "Coba lagi #1");
    let effects = house.presses(&dewi, "Coba lagi #1").await;
    assert!(effects.contains(&Ephemeral::LookAgain), "{effects:?}");
    assert_eq!(house.dead().await, 1);
    let effects = house.presses_id(&dewi, &post, &first, "Coba lagi #1").await;
    assert!(!effects.contains(&Ephemeral::LookAgain), "{effects:?}");
    house.presses(&dewi, "Coba lagi #2").await;
    insta::assert_snapshot!(house.heard());
    assert_eq!(house.dead().await, 0);
}

#[tokio::test]
async fn many_dead_events_have_pages_and_one_button_for_all() {
    let mut house = House::new().await;
    let dewi = house.staff("Dewi", Role::Admin).await;
    let ids: Vec<String> = (0..108).map(|n| format!("e{n:03}")).collect();
    house
        .die(&ids.iter().map(String::as_str).collect::<Vec<_>>())
        .await;
    house.says(&dewi, "/dead").await;
    let (post, all) = house.button(&dewi, "Coba semua");
    house.presses(&dewi, "Yang lebih lama…").await;
    let heard = house.heard();
    assert!(heard.contains("Gagal diproses: 108"), "{heard}");
    assert!(
        heard.contains("#101 ·") && heard.contains("#100 ·") && heard.contains("#93 ·"),
        "two pages: {heard}"
    );
    assert!(!heard.contains("#92 ·"), "{heard}");
    house.die(&["later"]).await;
    house.presses_id(&dewi, &post, &all, "Coba semua").await;
    let heard = house.heard();
    assert!(
        heard.contains("100 peristiwa diproses lagi. Masih ada 8"),
        "{heard}"
    );
    house.presses_id(&dewi, &post, &all, "Coba semua").await;
    assert_eq!(house.dead().await, 1, "what died later was not on the page");
    house.presses_id(&dewi, &post, &all, "Coba semua").await;
    let heard = house.heard();
    assert!(
        heard.contains("Tidak ada lagi yang perlu dicoba."),
        "{heard}"
    );
}

#[tokio::test]
async fn dead_events_are_nobodys_business_but_the_admins() {
    let mut house = House::new().await;
    let dewi = house.staff("Dewi", Role::Admin).await;
    let budi = house.staff("Budi", Role::Agent).await;
    house.die(&["a", "b"]).await;
    house.says(&dewi, "/dead").await;
    house.says(&budi, "/dead").await;
    for label in ["Coba lagi #1", "Coba semua"] {
        let (post, id) = house.button(&dewi, label);
        house.presses_id(&budi, &post, &id, label).await;
        assert!(house.heard().contains("tidak punya izin"), "{label}");
    }
    assert_eq!(house.dead().await, 2);
}

#[tokio::test]
async fn who_takes_a_customer_hears_that_they_could_not_be_told() {
    let mut house = House::new().await;
    let sari = house.customer("Sari", "6281234567890").await;
    house.ticket(&sari, "internet mati").await;
    let budi = house.staff("Budi", Role::Agent).await;
    house.clock.advance(Duration::from_hours(24));
    house.heard();
    house.says(&budi, "/next").await;
    let heard = house.heard();
    assert!(
        heard.contains(
            "Kabar otomatis untuk Sari tidak sampai: jendela 24 jam WhatsApp sudah tutup."
        ),
        "{heard}"
    );
    assert!(heard.contains("Jendela WhatsApp: sudah tutup"), "{heard}");
}

#[tokio::test]
async fn who_comes_on_duty_hears_it_too_and_an_open_window_needs_no_word() {
    for (hours, told) in [(25, true), (1, false)] {
        let mut house = House::new().await;
        let sari = house.customer("Sari", "6281234567890").await;
        house.ticket(&sari, "internet mati").await;
        house.clock.advance(Duration::from_hours(hours));
        let budi = house.staff("Budi", Role::Agent).await;
        house.says(&budi, "/away").await;
        house.heard();
        house.says(&budi, "/online").await;
        let heard = house.heard();
        assert_eq!(heard.contains("Kabar otomatis"), told, "{hours} h: {heard}");
    }
}
