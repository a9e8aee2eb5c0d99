//! In the chat, too, a new number and a new e-mail address count only after a code.

use std::time::Duration;

use sapa_core::{accounts, contacts, desk::Settings};

use crate::world::{Customer, Plan, World, story};

const SARI: &str = "6281234567890";
const NEW: &str = "6281299998888";

/// The newest code on a phone.
fn code(phone: &Customer<'_>) -> String {
    let chat = phone.heard();
    let codes = chat.iter().rev().filter_map(|message| {
        let words = message.words();
        let mut groups = words
            .split(|c: char| !c.is_ascii_digit())
            .map(str::to_owned);
        groups.find(|group| group.len() == 6)
    });
    codes.into_iter().next().expect("a code")
}

fn wrong(code: &str) -> String {
    let number: u32 = code.parse().expect("digits");
    format!("{:06}", (number + 1) % 1_000_000)
}

async fn email(world: &World) -> Option<String> {
    let mut tx = world.desk.db.read().await.expect("a transaction");
    let sari = contacts::by_number(&mut tx, SARI).await.expect("a look-up");
    let account = accounts::of(&mut tx, &sari.expect("a customer").id).await;
    account.expect("a look-up").expect("an account").email
}

/// A transcript without what is different each time.
fn without(transcript: &str, codes: &[String]) -> String {
    codes.iter().fold(transcript.to_owned(), |text, code| {
        text.replace(code, "CODE")
    })
}

story!(
    /// What cannot be read is asked again, a wrong code changes nothing, the right one does.
    a_new_email_in_the_chat, |base| {
        let world = World::new(base).await;
        let sari = world.customer("Sari Wulandari", SARI);
        sari.says("ganti email").await;
        sari.taps("Ganti e-mail").await;
        sari.says("email saya yang lama saja").await;
        sari.says("sari.baru@contoh.id").await;
        let first = code(&sari);
        sari.says(&wrong(&first)).await;
        assert_eq!(email(&world).await, None, "not yet");
        world.advance(Duration::from_secs(61)).await;
        sari.taps("Kirim kode lagi").await;
        let second = code(&sari);
        sari.says("sebentar").await;
        sari.says(&second).await;
        assert_eq!(email(&world).await.as_deref(), Some("sari.baru@contoh.id"));
        sari.says(&second).await;
        sari.says("batal").await;
        let codes = [wrong(&first), first, second];
        without(&world.close().await, &codes)
    }
);

story!(
    /// Without a template for codes none can go to another number: a person helps.
    a_new_number_needs_a_person_without_a_template, |base| {
        let world = World::new(base).await;
        let sari = world.customer("Sari Wulandari", SARI);
        sari.says("data saya").await;
        sari.taps("Ganti nomor").await;
        sari.says("nomor").await;
        sari.says("0812 9999 8888").await;
        world.close().await
    }
);

story!(
    /// The code goes to the new number; then the customer is who writes from there.
    a_new_number_in_the_chat, |base| {
        let settings = |s: &mut Settings| s.otp_template = Some(("login_code".into(), "id".into()));
        let world = World::planned(Plan { settings, ..Plan::on(base) }).await;
        let sari = world.customer("Sari Wulandari", SARI);
        let phone = world.customer("Sari's new phone", NEW);
        sari.says("ganti nomor").await;
        sari.taps("Ganti nomor").await;
        sari.says("0812-3456-7890").await;
        sari.says("ganti nomor").await;
        sari.taps("Ganti nomor").await;
        sari.says("0812 9999 8888").await;
        let came = code(&phone);
        sari.says(&came).await;
        phone.says("tiket saya").await;
        assert!(phone.last().contains("Anda belum punya tiket"), "{}", phone.last());
        let mut tx = world.desk.db.read().await.expect("a transaction");
        let now = contacts::by_number(&mut tx, NEW).await.expect("a look-up").expect("a customer");
        assert_eq!(now.name, "Sari Wulandari", "the same customer");
        assert!(contacts::by_number(&mut tx, SARI).await.expect("a look-up").is_none());
        drop(tx);
        without(&world.close().await, &[came])
    }
);
