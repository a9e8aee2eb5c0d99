//! A ticket passed on from the page: with a reason, to whoever runs the desk, who takes it over there or in the chat.

use reqwest::StatusCode;
use sapa_core::staff::Role;

use super::{logged_in, token};
use crate::stories::ingress::on_both;

#[test]
fn a_ticket_is_passed_on_with_a_reason_and_taken_over() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        let number = sari.opens_a_ticket("internet mati").await;
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        let (his, hers) = (logged_in(world, &budi).await, logged_in(world, &dewi).await);
        let page = format!("/admin/tickets/{number}");
        let escalate = format!("{page}/escalate");
        let shown = his.get(&page).await.text;
        assert!(!shown.contains("value=\"escalated\""), "{shown}");

        let long = format!("{} & lagi", "a".repeat(495));
        for (typed, advice) in [
            ("  ", "Tulis alasannya"),
            (&*long, "paling banyak 500 huruf"),
        ] {
            let refused = his.fills(&page, &escalate, &[("reason", typed)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.text.contains(advice), "{}", refused.text);
            let kept = typed.trim().replace('&', "&#38;");
            let kept = format!("autofocus>{kept}</textarea>");
            assert!(refused.text.contains(&kept), "{kept}: {}", refused.text);
        }
        let heard = sari.heard().len();
        let why = [("reason", "perlu akses\r\nrouter inti")];
        let done = his.fills(&page, &escalate, &why).await;
        assert_eq!(done.place, format!("{page}?done=escalated"));
        let shown = his.get(&done.place).await.text;
        assert!(shown.contains("Diteruskan ke admin di Telegram."));
        assert!(shown.contains("Eskalasi dari Budi") && shown.contains("perlu akses\nrouter inti"));
        assert!(!shown.contains(&escalate) && !shown.contains("/take-over"));
        world.settle().await;
        assert!(
            dewi.last().contains("Eskalasi dari Budi"),
            "{}",
            dewi.last()
        );
        assert!(dewi.last().contains(&page), "{}", dewi.last());
        let listed = hers.get("/admin/tickets?group=escalated").await.text;
        assert!(listed.contains(&number), "{listed}");

        let over = format!("{page}/take-over");
        let taken = hers.fills(&page, &over, &[]).await;
        assert_eq!(taken.place, format!("{page}?done=taken"), "{}", taken.text);
        world.settle().await;
        assert!(budi.last().contains("Eskalasi Anda"), "{}", budi.last());
        assert_eq!(sari.heard().len(), heard + 1, "who sees to it, and no more");
        assert!(sari.last().contains("Dewi"), "{}", sari.last());
        let shown = hers.get(&page).await.text;
        assert!(
            !shown.contains("Eskalasi dari Budi") && shown.contains("perlu akses\nrouter inti")
        );
        // The status alone escalates nothing.
        let status = [("status", "escalated"), ("note", "")];
        let alone = hers.fills(&page, &format!("{page}/status"), &status).await;
        assert_eq!(alone.status, StatusCode::UNPROCESSABLE_ENTITY);
    });
}

#[test]
fn whoever_looks_on_passes_nothing_on_and_whoever_is_late_takes_nothing() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        let number = sari.opens_a_ticket("internet mati").await;
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        let bos = world.invited("Bos", Role::SuperAdmin, None).await;
        let vera = world.invited("Vera", Role::Viewer, None).await;
        let page = format!("/admin/tickets/{number}");
        let viewer = logged_in(world, &vera).await;
        let shown = viewer.get(&page).await.text;
        assert!(!shown.contains("/escalate"), "{shown}");
        let home = viewer.get("/admin").await.text;
        let hers = ("token".to_owned(), token(&home));
        // Also with a reason that would be refused for itself.
        for reason in ["tolong", ""] {
            let form = [hers.clone(), ("reason".to_owned(), reason.to_owned())];
            let refused = viewer.post(&format!("{page}/escalate"), &form).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN);
        }
        budi.presses("Eskalasi").await;
        budi.says("tolong").await;
        let over = format!("{page}/take-over");
        let refused = viewer.post(&over, &[hers]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        let his = logged_in(world, &bos).await;
        let stale = his.get(&page).await.text;
        assert!(stale.contains(&over), "{stale}");
        let form = [("token".to_owned(), token(&stale))];
        dewi.presses("Ambil alih").await;
        let late = his.post(&over, &form).await;
        assert_eq!(late.place, format!("{page}?done=too-late"));
        let shown = his.get(&late.place).await.text;
        assert!(shown.contains("Tiket ini ditangani Dewi."), "{shown}");
    });
}
