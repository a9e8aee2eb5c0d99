//! A session that has ended: who acts is told and comes back to where he was, streams end, and refusals speak his own language.

use std::time::Duration;

use reqwest::{StatusCode, header};
use sapa_core::{i18n::Locale, logins, staff, tickets::Actor};

use super::{Browser, code, link, logged_in};
use crate::{
    stories::ingress::on_both,
    world::{Agent, World},
};

/// Ends every session of somebody.
async fn ends(world: &World, agent: &Agent<'_>) {
    let id = super::work::id_of(world, agent).await;
    let mut tx = world.desk.db.write().await.expect("a transaction");
    let mut act = world.desk.act(&mut tx);
    let ended = logins::revoke_all(&mut act, &Actor::System, &id).await;
    ended.expect("they end");
    drop(act);
    tx.commit().await.expect("a commit");
}

#[test]
fn who_acts_after_the_end_is_told_and_comes_back() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        let number = sari.opens_a_ticket("internet mati").await;
        let page = format!("/admin/tickets/{number}");
        let list = "/admin/tickets?group=all&q=internet+mati";
        for asked in [list, page.as_str()] {
            world.advance(Duration::from_mins(3)).await;
            let browser = logged_in(world, &budi).await;
            let shown = browser.get(&page).await.text;
            let token = shown.split("name=\"token\" value=\"").nth(1);
            let token = token.and_then(|rest| rest.split('"').next());
            let token = token.expect("a token").to_owned();
            ends(world, &budi).await;
            let away = if asked == page {
                // He writes a note on the ticket's page.
                let note = browser.client.post(format!("{}{page}/note", world.address));
                let from = format!("{}{page}?done=sent", world.address);
                let fields = [("token", token.as_str()), ("text", "catatan")];
                let note = note.header(header::ORIGIN, &world.address);
                let note = note.header(header::REFERER, from).form(&fields);
                browser.send(note).await
            } else {
                browser.get(&format!("{asked}&done=changed")).await
            };
            assert_eq!(
                (away.status, away.place.as_str()),
                (StatusCode::SEE_OTHER, "/admin/login")
            );
            let login = browser.get("/admin/login").await.text;
            assert!(
                login.contains("Sesi Anda sudah berakhir. Silakan masuk lagi"),
                "{login}"
            );
            world.advance(Duration::from_mins(3)).await;
            let path = link(world, &budi).await;
            let inside = browser.fills(&path, &path, &[("code", &code(&budi))]).await;
            assert_eq!(inside.place, asked);
            assert!(!browser.cookies().contains("sapa-back"), "once");
        }
    });
}

#[test]
fn a_part_of_a_page_leads_the_whole_page_away_and_back() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        let number = sari.opens_a_ticket("internet mati").await;
        let page = format!("/admin/tickets/{number}");
        let browser = logged_in(world, &budi).await;
        ends(world, &budi).await;
        let part = format!("{}{page}/thread", world.address);
        let part = browser.client.get(part).header("hx-request", "true");
        let part = part.header(header::REFERER, format!("{}{page}", world.address));
        let away = browser.send(part).await;
        assert_eq!(away.status, StatusCode::UNAUTHORIZED, "{}", away.text);
        assert!(
            away.text.contains("Sesi Anda sudah berakhir"),
            "{}",
            away.text
        );
        world.advance(Duration::from_mins(3)).await;
        let path = link(world, &budi).await;
        let inside = browser.fills(&path, &path, &[("code", &code(&budi))]).await;
        assert_eq!(inside.place, page);
    });
}

#[test]
fn a_stranger_comes_to_what_he_asked_for_and_nowhere_else() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        for (asked, comes_to) in [
            (
                "/admin/conversations?waiting=1",
                "/admin/conversations?waiting=1",
            ),
            ("/admin/live", "/admin"),
            ("/admin/files/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/admin"),
        ] {
            world.advance(Duration::from_mins(3)).await;
            let browser = Browser::new(world);
            assert_eq!(browser.get(asked).await.place, "/admin/login");
            let login = browser.get("/admin/login").await.text;
            assert!(!login.contains("sudah berakhir"), "he had none: {login}");
            let path = link(world, &budi).await;
            let inside = browser.fills(&path, &path, &[("code", &code(&budi))]).await;
            assert_eq!(inside.place, comes_to, "{asked}");
        }
        // Whoever sets the cookie himself gets no further than the first page.
        world.advance(Duration::from_mins(3)).await;
        let browser = Browser::new(world);
        let path = link(world, &budi).await;
        let evil = ("sapa-back".to_owned(), "1//evil.example/admin".to_owned());
        browser.cookies.lock().expect("the jar").push(evil);
        let inside = browser.fills(&path, &path, &[("code", &code(&budi))]).await;
        assert_eq!(inside.place, "/admin");
    });
}

#[test]
fn a_stream_ends_with_its_session() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let browser = logged_in(world, &budi).await;
        let live = browser.client.get(format!("{}/admin/live", world.address));
        let live = live.header(header::COOKIE, browser.cookies()).send().await;
        let mut live = live.expect("an answer");
        assert_eq!(live.status(), StatusCode::OK);
        for _ in 0..2 {
            world.advance(Duration::from_secs(16)).await;
        }
        let news = live.chunk().await.expect("a stream").expect("news");
        assert!(news.starts_with(b"event: changed"), "{news:?}");
        ends(world, &budi).await;
        for _ in 0..3 {
            world.advance(Duration::from_secs(16)).await;
        }
        let rest = async { while live.chunk().await.expect("a stream").is_some() {} };
        let over = tokio::time::timeout(Duration::from_secs(20), rest).await;
        assert!(over.is_ok(), "it goes on");
    });
}

#[test]
fn refusals_are_told_in_his_own_language() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let browser = logged_in(world, &budi).await;
        let refused = browser.get("/admin/staff").await;
        assert!(
            refused.text.contains("bukan untuk peran Anda"),
            "{}",
            refused.text
        );
        let id = super::work::id_of(world, &budi).await;
        let mut tx = world.desk.db.write().await.expect("a transaction");
        let mut act = world.desk.act(&mut tx);
        let budi = staff::by_id(act.tx, &id).await.expect("a look-up");
        let budi = budi.expect("somebody");
        let set = staff::set_locale(&mut act, &budi, Locale::En).await;
        set.expect("a language");
        drop(act);
        tx.commit().await.expect("a commit");
        assert!(
            browser.cookies().contains("sapa-language=id"),
            "as it was chosen last"
        );
        let refused = browser.get("/admin/staff").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(
            refused.text.contains("This page is not for your role"),
            "{}",
            refused.text
        );
        let none = browser.get("/admin/nowhere").await;
        assert!(none.text.contains("Not found"), "{}", none.text);
    });
}

#[test]
fn what_has_just_been_is_said_so() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        let number = sari.opens_a_ticket("internet mati").await;
        let browser = logged_in(world, &budi).await;
        let page = format!("/admin/tickets/{number}");
        let shown = browser.get(&page).await.text;
        assert!(shown.contains(">baru saja</time>"), "{shown}");
        assert!(!shown.contains("semenit lalu"), "{shown}");
        world.advance(Duration::from_mins(2)).await;
        let shown = browser.get(&page).await.text;
        assert!(shown.contains(">2 menit lalu</time>"), "{shown}");
    });
}
