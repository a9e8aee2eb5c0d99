//! Customers' messages through [`Customers::handle`], on a real database (SQLite in a file; World runs the same on both).

use sapa_core::{
    contacts,
    inbox::{Channel, Ephemeral},
    messages::{self, Author, Kind, NewMessage},
    sessions,
};

use super::{
    house::{House, acting},
    *,
};
use crate::{desk::handing, inbound::Said};

#[tokio::test]
async fn what_came_in_one_breath_is_answered_once_however_late_it_is_handled() {
    let mut house = House::new().await;
    let lines =
        ["internet mati", "dari tadi pagi"].map(|line| house.event(Said::Text(line.into())));
    for line in lines {
        house.hears(line).await;
        house.clock.advance(Duration::from_secs(5));
    }
    assert_eq!(house.to_customer().await.len(), 1);
    house.says("lampunya merah").await;
    assert_eq!(
        house.to_customer().await.len(),
        1,
        "a later one is answered"
    );
}

#[tokio::test]
async fn a_customers_words_become_an_agents_ticket() {
    let mut house = House::new().await;
    house.agent("Budi", "11").await;
    let first = house.event(Said::Text("internet mati dari pagi".into()));
    let read = house.hears(first.clone()).await;
    assert_eq!(
        read,
        [Ephemeral::MarkRead {
            external_id: "wamid.1".into(),
            typing: true
        }]
    );
    assert_eq!(house.to_customer().await.len(), 1);
    assert!(
        house.hears(first).await.is_empty(),
        "the same message again"
    );
    assert!(house.to_customer().await.is_empty(), "says nothing twice");
    for text in ["ya", "1", "tinggi"] {
        house.says(text).await;
    }
    house.sends_photo("").await;
    house.to_customer().await;
    house.says("ok kirim").await;
    let told = house.to_customer().await;
    assert_eq!(told.len(), 1);
    assert!(
        told[0].contains("Budi akan menanganinya; paling lambat hari ini 15.42 WIB"),
        "{told:?}"
    );
    assert_eq!(
        house.to_staff().await,
        ["card", "relay Image \"\""],
        "the card, and the photo that it cannot show"
    );
    assert!(
        house.says("modemnya di ruang tamu").await.is_empty(),
        "read by an agent, not by us"
    );
    assert_eq!(
        house.to_staff().await,
        ["relay Text \"modemnya di ruang tamu\""]
    );
    assert!(house.to_customer().await.is_empty());
}

#[tokio::test]
async fn nobody_is_there_and_then_somebody_comes() {
    let mut house = House::new().await;
    house.says("tagihan saya aneh").await;
    house.says("petugas").await;
    let told = house.to_customer().await;
    assert!(
        told[1].starts_with("Saat ini belum ada petugas"),
        "{told:?}"
    );
    house.clock.advance(Duration::from_mins(3));
    house.says("sudah dua bulan begini").await;
    house.says("halo?").await;
    assert_eq!(
        house.to_customer().await.len(),
        1,
        "told once that it is kept"
    );
    house.agent("Budi", "11").await;
    acting!(house, |act| handing::drain(act)
        .await
        .expect("the queue is given out"));
    let got = house.to_staff().await;
    let expected = [
        "card",
        "relay Text \"halo?\"",
        "relay Text \"sudah dua bulan begini\"",
        "relay Text \"tagihan saya aneh\"",
    ];
    assert_eq!(got, expected, "everything once, also what was said before");
    house.says("terima kasih").await;
    assert_eq!(house.to_staff().await, ["relay Text \"terima kasih\""]);
}

#[tokio::test]
async fn edits_and_revocations_are_passed_on_with_a_line() {
    let mut house = House::new().await;
    house.agent("Budi", "11").await;
    house.opens_a_ticket().await;
    house.says("modemnya merah").await;
    let original = format!("wamid.{}", house.heard);
    house.to_staff().await;
    let edit = house.event(Said::Edited {
        original: original.clone(),
        text: "modemnya <biru>".into(),
    });
    house.hears(edit).await;
    assert_eq!(
        house.to_staff().await,
        ["Sari Wulandari mengubah pesannya: modemnya <biru>"]
    );
    let revoke = house.event(Said::Revoked { original });
    house.hears(revoke).await;
    assert_eq!(house.to_staff().await, ["Sari Wulandari menarik pesannya."]);
    let unknown = house.event(Said::Edited {
        original: "wamid.of-before".into(),
        text: "?".into(),
    });
    house.hears(unknown).await;
    assert!(house.to_staff().await.is_empty());
}

#[tokio::test]
async fn a_reaction_to_an_agents_words_reaches_him() {
    let mut house = House::new().await;
    let budi = house.agent("Budi", "11").await;
    house.opens_a_ticket().await;
    house.to_customer().await;
    house.to_staff().await;
    let answer = acting!(house, |act| {
        let identity = contacts::Identity {
            wa_id: Some("6281234567890".into()),
            user_id: None,
        };
        let customer = contacts::meet(act, &identity, None)
            .await
            .expect("she is known")
            .customer;
        let talk = sapa_core::conversations::open_of(act.tx, &customer.id)
            .await
            .expect("a look")
            .expect("it is open");
        let new = NewMessage {
            conversation_id: talk.id,
            customer_id: customer.id,
            ticket_id: talk.ticket_id,
            author: Author::Agent,
            staff_id: Some(budi.id.clone()),
            kind: Kind::Text,
            body: "Selamat siang".into(),
            details: None,
            media_id: None,
            channel: act.desk.settings.telegram.clone(),
            chat: "11".into(),
            external_id: "501".into(),
            quotes: None,
            written_at: act.now,
        };
        let message = sapa_core::messages::store(act, new)
            .await
            .expect("it is stored")
            .expect("it is new");
        sapa_core::messages::relay_to_customer(act, &message)
            .await
            .expect("it goes out");
        message
    });
    assert_eq!(house.to_customer().await, ["relay Text \"Selamat siang\""]);
    let to = format!("post-{}", answer.id);
    let react = house.event(Said::Reaction {
        to: to.clone(),
        emoji: Some("👍".into()),
    });
    house.hears(react).await;
    assert_eq!(
        house.to_staff().await,
        ["Sari Wulandari memberi 👍 pada pesan Anda."]
    );
    let undo = house.event(Said::Reaction { to, emoji: None });
    house.hears(undo).await;
    assert_eq!(
        house.to_staff().await,
        ["Sari Wulandari menarik reaksinya."]
    );
}

#[tokio::test]
async fn a_quoted_tickets_agent_gets_the_message() {
    let mut house = House::new().await;
    house.agent("Budi", "11").await;
    house.opens_a_ticket().await;
    house.says("pesan untuk Budi").await;
    let to_budi = format!("wamid.{}", house.heard);
    for text in ["menu", "akhiri"] {
        house.says(text).await;
    }
    let got = house.to_staff().await;
    assert!(
        got.iter()
            .any(|line| line == "Sari Wulandari mengakhiri percakapan."),
        "{got:?}"
    );
    house.to_customer().await;
    let mut quoting = house.event(Said::Text("lanjut yang ini pak".into()));
    quoting.quotes = Some(to_budi);
    house.hears(quoting).await;
    assert_eq!(
        house.to_staff().await,
        ["relay Text \"lanjut yang ini pak\""]
    );
    assert!(house.to_customer().await.is_empty());
    house.says("halo").await;
    assert!(
        house.to_staff().await.is_empty(),
        "without a quote it is ours"
    );
    assert_eq!(house.to_customer().await.len(), 1);
}

#[tokio::test]
async fn a_quoted_ticket_of_the_same_agent_gets_the_message() {
    let mut house = House::new().await;
    house.agent("Budi", "11").await;
    house.opens_a_ticket().await;
    house.says("tentang yang pertama").await;
    let first = format!("wamid.{}", house.heard);
    for text in ["menu", "akhiri"] {
        house.says(text).await;
    }
    house.opens_a_ticket().await;
    house.says("tentang yang kedua").await;
    let second = format!("wamid.{}", house.heard);
    house.to_staff().await;
    let mut quoting = house.event(Said::Text("yang pertama sudah beres".into()));
    quoting.quotes = Some(first.clone());
    house.hears(quoting).await;
    assert_eq!(
        house.to_staff().await,
        ["relay Text \"yang pertama sudah beres\""]
    );
    let third = format!("wamid.{}", house.heard);
    let whatsapp = Channel::whatsapp("100");
    let tickets = acting!(house, |act| {
        let mut tickets = Vec::new();
        for id in [&first, &second, &third] {
            let found = messages::find(act.tx, &whatsapp, "", id)
                .await
                .expect("a look");
            tickets.push(found.expect("stored").ticket_id);
        }
        tickets
    });
    assert_ne!(tickets[0], tickets[1]);
    assert_eq!(tickets[2], tickets[0], "filed under the quoted one");
}

#[tokio::test]
async fn a_ticket_is_shown_added_to_closed_and_opened_again() {
    let mut house = House::new().await;
    house.agent("Budi", "11").await;
    house.opens_a_ticket().await;
    for text in ["menu", "akhiri", "tiket saya"] {
        house.says(text).await;
    }
    house.to_customer().await;
    house.to_staff().await;
    house.says("1").await;
    let shown = house.to_customer().await;
    assert!(
        shown[0].contains("Sekarang: diterima petugas · ditangani Budi"),
        "{shown:?}"
    );
    assert!(
        shown[0].contains("tiket dibuat") && shown[0].contains("diterima Budi"),
        "{shown:?}"
    );
    for text in ["tambah pesan", "lampunya merah"] {
        house.says(text).await;
    }
    assert_eq!(house.to_staff().await, ["relay Text \"lampunya merah\""]);
    for text in ["lihat tiket", "tutup tiket", "ya"] {
        house.says(text).await;
    }
    let got = house.to_staff().await;
    assert!(
        got.iter()
            .any(|line| line.starts_with("Sari Wulandari menutup sendiri tiket TKT-")),
        "{got:?}"
    );
    let told = house.to_customer().await;
    assert!(
        told.last()
            .is_some_and(|line| line.contains("sudah ditutup")),
        "{told:?}"
    );
    for text in ["tiket saya", "1", "buka lagi"] {
        house.says(text).await;
    }
    let told = house.to_customer().await;
    assert!(
        told.last()
            .is_some_and(|line| line.contains("dibuka lagi. Budi akan menanganinya")),
        "{told:?}"
    );
    assert!(house.to_staff().await.contains(&"card".to_owned()));
}

#[tokio::test]
async fn a_lost_state_and_a_failed_message_are_met_kindly() {
    let mut house = House::new().await;
    house.says("halo").await;
    let id = acting!(house, |act| {
        let identity = contacts::Identity {
            wa_id: Some("6281234567890".into()),
            user_id: None,
        };
        let met = contacts::meet(act, &identity, None)
            .await
            .expect("she is known");
        let person = format!("customer:{}", met.customer.id);
        sessions::save(act, &person, 99, &"from another time")
            .await
            .expect("it is saved");
        met.customer.id
    });
    house.to_customer().await;
    house.says("internet mati").await;
    let told = house.to_customer().await;
    assert!(
        told[0].starts_with("Maaf, saya lupa sampai di mana kita tadi."),
        "{told:?}"
    );
    let from = house.event(Said::Text("?".into()));
    acting!(house, |act| house
        .customers
        .sorry(act, &from)
        .await
        .expect("it is said"));
    let told = house.to_customer().await;
    assert!(
        told[0].starts_with("Maaf, ada gangguan di pihak kami"),
        "{told:?}"
    );
    assert!(!id.is_empty());
}

#[tokio::test]
async fn staff_hear_of_a_recycled_number() {
    let mut house = House::new().await;
    house.agent("Budi", "11").await;
    let mut first = house.event(Said::Text("internet mati".into()));
    first.customer.user_id = Some("ID.1".into());
    house.hears(first).await;
    house.says("petugas").await;
    house.to_staff().await;
    let mut other = house.event(Said::Text("halo".into()));
    other.customer.user_id = Some("ID.2".into());
    other.customer.profile_name = Some("Rudi".into());
    house.hears(other).await;
    let got = house.to_staff().await;
    assert!(
        got[0].starts_with("Nomor Sari Wulandari sekarang dipakai orang lain (Rudi)."),
        "{got:?}"
    );
}
