//! A whole thread: its files, and what was said long ago.

use reqwest::{StatusCode, header};
use sapa_core::{
    messages::{self, Author, Kind, NewMessage},
    staff::Role,
    tickets,
};
use sapa_sandbox::Media;

use super::{Browser, logged_in};
use crate::{stories::ingress::on_both, world::World};

/// Where a page leads, by what stands behind it.
fn links(text: &str, begin: &str) -> Vec<String> {
    let mark = format!("href=\"{begin}");
    let all = text.split(&mark).skip(1);
    all.filter_map(|rest| rest.split('"').next())
        .map(|rest| format!("{begin}{rest}"))
        .collect()
}

#[test]
fn pictures_are_shown_and_files_handed_over_to_whoever_may_see_the_thread() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let citra = world.invited("Citra", Role::Agent, None).await;
        let sari = world.customer("Sari", "6281234567890");
        let number = sari.opens_a_ticket("internet mati").await;
        sari.sends("photo", Media::photo(), Some("lampunya merah"))
            .await;
        let slip = Media::document("bukti \"transfer\".pdf");
        sari.sends("document", slip, None).await;
        let browser = logged_in(world, &budi).await;
        let page = browser.get(&format!("/admin/tickets/{number}")).await.text;
        assert!(page.contains("<img src=\"/admin/files/"), "{page}");
        assert!(page.contains("berkas: bukti"), "{page}");
        let files = links(&page, "/admin/files/");
        assert_eq!(files.len(), 2, "{page}");
        let (photo, slip) = (
            head(&browser, &files[0]).await,
            head(&browser, &files[1]).await,
        );
        assert!(photo.0.starts_with("image/") && photo.1.starts_with("inline"));
        let (kind, how) = slip;
        assert!(
            how.starts_with("attachment; filename*=UTF-8''bukti%20%22"),
            "{how}"
        );
        assert!(!kind.starts_with("text/html"), "{kind}");
        let hers = logged_in(world, &citra).await;
        for file in &files {
            assert_eq!(hers.get(file).await.status, StatusCode::NOT_FOUND, "Budi's");
        }
        let nobodys = browser.get("/admin/files/01ARZ3NDEKTSV4RRFFQ69G5FAV").await;
        assert_eq!(nobodys.status, StatusCode::NOT_FOUND);
    });
}

/// A file's type and how it is to be treated; it is nobody's to guess about.
async fn head(browser: &Browser<'_>, path: &str) -> (String, String) {
    let address = format!("{}{path}", browser.world.address);
    let asked = browser.client.get(address);
    let asked = asked.header(header::COOKIE, browser.cookies());
    let got = asked.send().await.expect("an answer");
    assert_eq!(got.status(), StatusCode::OK, "{path}");
    let text = |name| got.headers()[name].to_str().expect("a header").to_owned();
    assert_eq!(text(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    assert!(text(header::CONTENT_SECURITY_POLICY).contains("default-src 'none'"));
    let told = (
        text(header::CONTENT_TYPE),
        text(header::CONTENT_DISPOSITION),
    );
    assert!(!got.bytes().await.expect("a body").is_empty());
    told
}

/// So many words of the customer's, as if they had been said long ago.
async fn long_talk(world: &World, number: &str, many: usize) {
    let mut tx = world.desk.db.write().await.expect("a transaction");
    let mut act = world.desk.act(&mut tx);
    let ticket = tickets::by_number(act.tx, number).await.expect("a look-up");
    let ticket = ticket.expect("the ticket");
    let first = messages::of_ticket(act.tx, &ticket.id, 1).await;
    let first = first.expect("a look-up").pop().expect("a message");
    for n in 0..many {
        let new = NewMessage {
            conversation_id: first.conversation_id.clone(),
            customer_id: first.customer_id.clone(),
            ticket_id: Some(ticket.id.clone()),
            author: Author::Customer,
            staff_id: None,
            kind: Kind::Text,
            body: format!("kabar nomor {n:03}."),
            details: None,
            media_id: None,
            channel: first.channel.clone(),
            chat: first.chat.clone(),
            external_id: format!("old-{n}"),
            quotes: None,
            written_at: act.now,
        };
        let stored = messages::store(&mut act, new).await.expect("a message");
        assert!(stored.is_some());
    }
    drop(act);
    tx.commit().await.expect("a commit");
}

#[test]
fn what_was_said_long_ago_is_a_page_further() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        let number = sari.opens_a_ticket("internet mati total").await;
        sari.says("tolong segera").await;
        long_talk(world, &number, 450).await;
        let browser = logged_in(world, &budi).await;
        for page in [
            format!("/admin/tickets/{number}"),
            format!("/admin/conversations/{number}"),
        ] {
            let mut here = page.clone();
            let (mut pages, mut seen) = (0, String::new());
            loop {
                let got = browser.get(&here).await;
                assert_eq!(got.status, StatusCode::OK, "{here}");
                pages += 1;
                let thread = got.text.split_once("id=\"thread\"").expect("a thread").1;
                let thread = thread.split_once("</ol>").expect("an end").0.to_owned();
                let older = links(&thread, "?before=").pop();
                seen.push_str(&thread);
                assert!(
                    thread.contains("live") == (pages == 1),
                    "the newest are live"
                );
                let Some(older) = older else { break };
                here = format!("{page}{older}");
            }
            assert_eq!(pages, 3, "200 to a page");
            for n in 0..450 {
                let words = format!("kabar nomor {n:03}.");
                assert_eq!(seen.matches(&words).count(), 1, "{words}");
            }
            assert_eq!(seen.matches("internet mati total").count(), 1);
            assert!(seen.contains("tolong segera"));
        }
    });
}
