//! How a customer is reached and where they are logged in, looked after on their page; what cannot be taken back is asked once.

use reqwest::StatusCode;
use sapa_core::{accounts, i18n::Locale, staff::Role, tickets};

use super::{
    forms::{details, page_of},
    logged_in, opened,
    work::id_of,
};
use crate::stories::{
    ingress::on_both,
    portal::{self, code},
};

const SARI: &str = "6281234567890";
const NEW: &str = "6281200000009";

#[test]
fn portal_sessions_are_seen_and_ended() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let eka = world.invited("Eka", Role::Editor, None).await;
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        let (_sari, phone) = portal::logged_in(world, "Sari", SARI).await;
        world.advance(std::time::Duration::from_mins(2)).await;
        let (_same, laptop) = portal::logged_in(world, "Sari", SARI).await;
        let page = page_of(world, SARI).await;
        let seen = logged_in(world, &budi).await.get(&page).await.text;
        assert!(seen.contains("127.0.0.1"), "an agent sees them: {seen}");
        assert!(
            !seen.contains("/sessions/") && !seen.contains("/number"),
            "and ends none: {seen}"
        );
        let hers = logged_in(world, &eka).await;
        let seen = hers.get(&page).await.text;
        let ends = format!("action=\"{page}/sessions/");
        // The newest stands first; what ends all of them comes after.
        let newest = seen
            .split(&ends)
            .nth(1)
            .and_then(|rest| rest.split('/').next());
        let end = format!("{page}/sessions/{}/end", newest.expect("a session"));
        assert_eq!(seen.matches(&ends).count(), 3, "two, and all: {seen}");
        let ended = hers.fills(&page, &end, &[]).await;
        assert_eq!(ended.place, format!("{page}?done=ended"));
        assert_eq!(laptop.get("/profile").await.0, 401);
        assert_eq!(phone.get("/profile").await.0, 200);
        let all = format!("{page}/sessions/end");
        let ended = hers.fills(&page, &all, &[]).await;
        assert!(
            hers.get(&ended.place)
                .await
                .text
                .contains("Semua sesi diakhiri.")
        );
        assert_eq!(phone.get("/profile").await.0, 401);
        let trail = logged_in(world, &dewi).await.get("/admin/audit").await.text;
        for deed in ["mengakhiri sesi portal", "mengakhiri semua sesi portal"] {
            assert!(trail.contains(deed), "{deed}: {trail}");
        }
    });
}

#[test]
fn another_number_is_written_down_and_the_old_one_opens_nothing() {
    on_both(async |world| {
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        let (sari, session) = portal::logged_in(world, "Sari", SARI).await;
        world.customer("Tono", "6281200000001").says("halo").await;
        let browser = logged_in(world, &dewi).await;
        let (page, tono) = (
            page_of(world, SARI).await,
            page_of(world, "6281200000001").await,
        );
        let number = format!("{page}/number");
        for (typed, words) in [
            ("12", "Itu bukan nomor telepon"),
            ("0812-0000-0001", "Nomor itu sudah dipakai"),
        ] {
            let refused = browser.fills(&page, &number, &[("phone", typed)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
            assert!(
                refused.text.contains(&format!("value=\"{typed}\"")),
                "{}",
                refused.text
            );
            assert!(refused.text.contains(words), "{words}: {}", refused.text);
            assert!(
                refused.text.contains("<details class=\"ask\" open>"),
                "still open"
            );
            let led = refused.text.contains(&format!("href=\"{tono}\""));
            assert_eq!(led, typed != "12", "to who has it");
        }
        world.advance(std::time::Duration::from_mins(2)).await;
        let challenge = session.challenge(SARI).await;
        world.settle().await;
        let asked = code(&sari);
        let changed = browser
            .fills(&page, &number, &[("phone", "0812-0000-0009")])
            .await;
        assert_eq!(
            changed.place,
            format!("{page}?done=number"),
            "{}",
            changed.text
        );
        world.settle().await;
        assert!(sari.last().contains("baru saja diganti"), "{}", sari.last());
        assert_eq!(session.get("/profile").await.0, 401, "sessions end");
        let (status, _) = session.verify(&challenge, &asked).await;
        assert_eq!(status, 401, "what went to the old number opens nothing");
        assert_eq!(page_of(world, NEW).await, page);
        sari.says("halo, saya siapa?").await;
        assert_ne!(page_of(world, SARI).await, page, "somebody new");
        assert_eq!(page_of(world, NEW).await, page);
        let trail = browser.get("/admin/audit").await.text;
        assert!(trail.contains("mengganti nomor WhatsApp"), "{trail}");
    });
}

#[test]
fn the_language_is_chosen_for_a_customer() {
    on_both(async |world| {
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        world.customer("Sari", SARI).says("halo").await;
        let browser = logged_in(world, &dewi).await;
        let page = page_of(world, SARI).await;
        let before = browser.get(&page).await.text;
        assert!(before.contains("Menurut nomornya"), "{before}");
        let form = details("", "", "").map(|(name, value)| match name {
            "locale" => (name, "en"),
            _ => (name, value),
        });
        let done = browser.fills(&page, &page, &form).await;
        assert_eq!(done.place, format!("{page}?done=changed"), "{}", done.text);
        let after = browser.get(&page).await.text;
        assert!(after.contains("<option value=\"en\" selected>"), "{after}");
        let mut tx = world.desk.db.read().await.expect("a transaction");
        let id = page.rsplit('/').next().expect("an id");
        let account = accounts::of(&mut tx, id).await.expect("a look-up");
        assert_eq!(account.expect("an account").locale, Some(Locale::En));
    });
}

#[test]
fn what_cannot_be_taken_back_is_asked_once() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        let sari = world.customer("Sari", SARI);
        let number = sari.opens_a_ticket("internet mati").await;
        let browser = logged_in(world, &budi).await;
        let page = format!("/admin/tickets/{number}");
        let shown = browser.get(&page).await.text;
        for ends in ["closed", "cancelled"] {
            assert!(
                !shown.contains(&format!("<option value=\"{ends}\"")),
                "{ends}: {shown}"
            );
            asks(&shown, &format!("name=\"status\" value=\"{ends}\""));
        }
        let form = [
            ("status", "cancelled"),
            ("note", "salah sambung"),
            ("tell", "on"),
        ];
        let done = browser.fills(&page, &format!("{page}/status"), &form).await;
        assert_eq!(done.place, format!("{page}?done=changed"));
        let mut tx = world.desk.db.read().await.expect("a transaction");
        let ticket = tickets::by_number(&mut tx, &number)
            .await
            .expect("a look-up");
        assert_eq!(ticket.expect("a ticket").status, tickets::Status::Cancelled);
        drop(tx);
        let hers = logged_in(world, &dewi).await;
        let customer = page_of(world, SARI).await;
        asks(
            &hers.get(&customer).await.text,
            &format!("{customer}/remove"),
        );
        let door = opened(world).await;
        let his = format!("/admin/super/staff/{}", id_of(world, &budi).await);
        let person = door.get(&his).await.text;
        asks(&person, &format!("{his}/remove"));
        asks(&person, &format!("{his}/sessions"));
    });
}

/// This form is closed behind a question.
fn asks(page: &str, form: &str) {
    let (before, _) = page
        .split_once(form)
        .unwrap_or_else(|| panic!("no {form}: {page}"));
    let (_, asked) = before
        .rsplit_once("<details class=\"ask\">")
        .expect("a question");
    assert!(!asked.contains("</details>"), "{form} is outside of it");
    assert!(asked.contains(" …</summary>"), "{form}: {asked}");
}
