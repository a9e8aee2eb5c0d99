//! A ticket that is passed on: why, to whom, and who takes it over.

use sapa_core::{
    staff::Role,
    tickets::{self, Status, escalations},
};

use super::house::{House, acting};

async fn status(house: &House, id: &str) -> Status {
    let found = acting!(house, |act| tickets::by_id(act.tx, id).await);
    found.unwrap().unwrap().status
}

#[tokio::test]
async fn from_the_question_to_whoever_takes_over() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    house.ticket(&sari, "internet mati dari pagi").await;
    let dewi = house.staff("Dewi", Role::Admin).await;
    let bos = house.staff("Bos", Role::SuperAdmin).await;
    house.says(&bos, "/language en").await;
    house.heard();
    house.presses(&budi, "Eskalasi").await;
    house
        .says(&budi, "Router inti mati, saya tidak punya akses.")
        .await;
    house.writes(&sari, "masih mati pak").await;
    house.presses(&dewi, "Ambil alih").await;
    house.writes(&sari, "bagaimana?").await;
    insta::assert_snapshot!(house.heard());
}

#[tokio::test]
async fn whoever_is_late_is_told_who_has_it() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    house.ticket(&sari, "internet mati").await;
    let dewi = house.staff("Dewi", Role::Admin).await;
    let bos = house.staff("Bos", Role::SuperAdmin).await;
    house.presses(&budi, "Eskalasi").await;
    house.says(&budi, "tolong").await;
    let (post, id) = house.button(&bos, "Ambil alih");
    house.presses(&dewi, "Ambil alih").await;
    house.heard();
    house.presses_id(&bos, &post, &id, "Ambil alih").await;
    house.presses_id(&budi, "1", &id, "Ambil alih").await;
    let heard = house.heard();
    assert_eq!(
        heard.matches("(Sekarang ditangani Dewi.)").count(),
        2,
        "{heard}"
    );
}

#[tokio::test]
async fn what_is_no_reason_is_explained_and_the_question_stands() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    let ticket = house.ticket(&sari, "internet mati").await;
    house.staff("Dewi", Role::Admin).await;
    house.heard();
    house.presses(&budi, "Eskalasi").await;
    house.says(&budi, "   ").await;
    house
        .says(&budi, &"a".repeat(escalations::LONGEST + 1))
        .await;
    house.does(&budi, place(), None).await;
    assert_eq!(status(&house, &ticket.id).await, Status::Assigned);
    house.says(&budi, "Batal!").await;
    assert_eq!(status(&house, &ticket.id).await, Status::Assigned);
    house.says(&budi, "/language en").await;
    house.presses(&budi, "Eskalasi").await;
    house.says(&budi, "never mind").await;
    house.presses(&budi, "Eskalasi").await;
    house.presses(&budi, "Cancel").await;
    house.presses(&budi, "Eskalasi").await;
    house.says(&budi, "/cancel").await;
    assert_eq!(status(&house, &ticket.id).await, Status::Assigned);
    house.presses(&budi, "Eskalasi").await;
    house.says(&budi, "no access to the router").await;
    assert_eq!(status(&house, &ticket.id).await, Status::Escalated);
    let heard = house.heard().replace(&"a".repeat(501), "a…");
    insta::assert_snapshot!(heard);
}

/// Where somebody is: no words.
fn place() -> crate::inbound::Said {
    crate::inbound::Said::Location {
        latitude: -6.9,
        longitude: 107.6,
        name: None,
    }
}

#[tokio::test]
async fn without_anybody_to_tell_he_is_told_so() {
    let mut house = House::new().await;
    let dewi = house.staff("Dewi", Role::Admin).await;
    let sari = house.customer("Sari", "6281234567890").await;
    house.ticket(&sari, "internet mati").await;
    house.staff("Citra", Role::Agent).await;
    house.presses(&dewi, "Eskalasi").await;
    house.heard();
    house.says(&dewi, "tolong").await;
    let heard = house.heard();
    assert!(
        heard.contains("belum ada admin lain di Telegram"),
        "{heard}"
    );
    assert!(!heard.contains("→ Citra"), "{heard}");
}

#[tokio::test]
async fn a_reply_to_the_question_is_the_reason_whatever_was_asked_since() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    let ticket = house.ticket(&sari, "internet mati").await;
    house.presses(&budi, "Eskalasi").await;
    house.presses(&budi, "Balas").await;
    house.replies(&budi, "perlu dibantu admin", "tolong").await;
    assert_eq!(status(&house, &ticket.id).await, Status::Escalated);
    assert!(!house.heard().contains("Sari (relay): tolong"));
}

#[tokio::test]
async fn what_ended_meanwhile_is_not_escalated() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    let ticket = house.ticket(&sari, "internet mati").await;
    house.presses(&budi, "Eskalasi").await;
    house.presses(&budi, "Selesai").await;
    house.heard();
    house.says(&budi, "tolong").await;
    assert_eq!(status(&house, &ticket.id).await, Status::Resolved);
    let heard = house.heard();
    assert!(
        heard.contains("Tidak diteruskan. Tiket ini: Selesai."),
        "{heard}"
    );
    house.says(&budi, "halo").await;
    assert!(!house.heard().contains("Tidak diteruskan"), "asked once");
}
