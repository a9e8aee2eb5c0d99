//! The conversations in three columns.

use reqwest::StatusCode;
use sapa_core::staff::Role;

use super::logged_in;
use crate::stories::ingress::on_both;

#[test]
fn whoever_talks_is_on_the_left_and_an_answer_stays_on_the_page() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        let viewer = world.invited("Vina", Role::Viewer, None).await;
        let sari = world.customer("Sari", "6281234567890");
        let number = sari.opens_a_ticket("internet mati").await;
        let his = logged_in(world, &budi).await;
        let all = his.get("/admin/conversations").await;
        assert!(all.text.contains(&number) && all.text.contains("Sari"));
        assert!(all.text.contains("Pilih satu percakapan"));
        sari.says("sudah dua hari").await;
        let page = format!("/admin/conversations/{number}");
        let open = his.get(&page).await;
        assert_eq!(open.status, StatusCode::OK);
        let (left, middle) = open.text.split_once("class=\"chat\"").expect("a chat");
        assert!(left.contains("sudah dua hari") && left.contains("aria-current"));
        assert!(middle.contains("internet mati") && middle.contains("Belum ada tiket lain"));
        let action = format!("/admin/tickets/{number}/answer");
        let said = [("view", "conversations"), ("text", "kami cek ya")];
        let sent = his.fills(&page, &action, &said).await;
        assert_eq!(sent.place, format!("{page}?done=sent"));
        world.settle().await;
        assert!(sari.last().contains("kami cek ya"), "{}", sari.last());
        let after = his.get("/admin/conversations").await;
        assert!(
            after.text.contains("↩ kami cek ya"),
            "the last word is ours"
        );

        let hers = logged_in(world, &dewi).await;
        assert!(
            hers.get("/admin/conversations")
                .await
                .text
                .contains(&number)
        );
        let own = hers.get("/admin/conversations?mine=1").await;
        assert!(!own.text.contains(&number) && own.text.contains("Belum ada percakapan"));
        let looks = logged_in(world, &viewer).await;
        let read = looks.get(&page).await;
        assert!(read.status == StatusCode::OK && !read.text.contains("<textarea"));
        let unknown = his.get("/admin/conversations/TKT-00000000").await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    });
}

/// Where the first of a list leads.
async fn first_talk(browser: &super::Browser<'_>, path: &str) -> String {
    let list = browser.get(path).await.text;
    let link = list.split("<a href=\"/admin/conversations/").nth(1);
    let link = link.and_then(|rest| rest.split('?').next());
    format!("/admin/conversations/{}", link.expect("a link"))
}

#[test]
fn whoever_waits_without_a_ticket_is_found_read_taken_and_answered() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        budi.says("/offline").await;
        let citra = world.invited("Citra", Role::Agent, None).await;
        let viewer = world.invited("Vina", Role::Viewer, None).await;
        let sari = world.customer("Sari", "6281234567890");
        sari.says("halo, saya mau bicara dengan petugas").await;
        sari.taps("Bicara").await;
        sari.says("ada yang bisa bantu?").await;
        let his = logged_in(world, &budi).await;
        let home = his.get("/admin").await.text;
        assert!(home.contains("/admin/conversations?waiting=1"));
        for path in [
            "/admin/conversations?waiting=1",
            "/admin/conversations?q=sar",
            "/admin/conversations?q=0812-3456-7890",
        ] {
            let found = his.get(path).await.text;
            assert!(
                found.contains("<b>Sari</b>") && found.contains("menunggu petugas"),
                "{path}: {found}"
            );
        }
        let none = his.get("/admin/conversations?q=Tono").await.text;
        assert!(none.contains("Tidak ada percakapan dengan nama"), "{none}");
        let page = first_talk(&his, "/admin/conversations?waiting=1").await;
        let read = his.get(&page).await.text;
        assert!(read.contains("ada yang bisa bantu?") && read.contains("belum menjadi tiket"));
        assert!(!read.contains("<textarea"), "nobody's yet");
        let looks = logged_in(world, &viewer).await;
        let seen = looks.get(&page).await;
        assert!(seen.status == StatusCode::OK && !seen.text.contains("/take\""));
        let took = his.fills(&page, &format!("{page}/take"), &[]).await;
        assert_eq!(took.place, format!("{page}?done=took-talk"));
        let action = format!("{page}/answer");
        let sent = his
            .fills(&page, &action, &[("text", "Halo, ada apa?")])
            .await;
        assert_eq!(sent.place, format!("{page}?done=sent"), "{}", sent.text);
        world.settle().await;
        assert!(sari.last().contains("Halo, ada apa?"), "{}", sari.last());
        let hers = logged_in(world, &citra).await;
        for path in [page.clone(), format!("{page}/thread")] {
            assert_eq!(
                hers.get(&path).await.status,
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
        assert!(
            !hers
                .get("/admin/conversations?q=Sari")
                .await
                .text
                .contains("<b>Sari")
        );
        let own = his.get("/admin/conversations").await.text;
        assert!(own.contains("↩ Halo, ada apa?"), "{own}");
    });
}

#[test]
fn a_ticket_that_nobody_talks_about_now_is_there_too_and_the_list_has_pages() {
    on_both(async |world| {
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        let browser = logged_in(world, &dewi).await;
        let mut numbers = std::collections::BTreeSet::new();
        {
            let mut tx = world.desk.db.write().await.expect("a transaction");
            let mut act = world.desk.act(&mut tx);
            let by = sapa_core::tickets::Actor::System;
            for n in 0..120 {
                let phone = format!("0812345{n:05}");
                let added = sapa_core::contacts::book::add(&mut act, &by, "Tono", &phone).await;
                let new = sapa_core::tickets::NewTicket {
                    customer_id: added.expect("a customer"),
                    conversation_id: None,
                    message_ids: Vec::new(),
                    type_id: "repair".to_owned(),
                    priority: sapa_core::tickets::Priority::Low,
                    title: format!("kabel {n}"),
                    description: "putus".to_owned(),
                };
                let opened = sapa_core::tickets::open(&mut act, new).await;
                numbers.insert(opened.expect("a ticket").number);
            }
            drop(act);
            tx.commit().await.expect("a commit");
        }
        let mut here = "/admin/conversations".to_owned();
        let mut pages = 0;
        loop {
            let text = browser.get(&here).await.text;
            pages += 1;
            let before = numbers.len();
            numbers.retain(|number| !text.contains(&format!("/admin/conversations/{number}")));
            assert!(numbers.len() < before, "page {pages}");
            let next = text.split("href=\"/admin/conversations?after=").nth(1);
            let Some(next) = next.and_then(|rest| rest.split('"').next()) else {
                break;
            };
            here = format!("/admin/conversations?after={next}");
        }
        assert_eq!((pages, numbers.len()), (3, 0), "{numbers:?}");
    });
}
