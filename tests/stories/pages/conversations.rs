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
