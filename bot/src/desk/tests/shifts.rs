//! Joining, coming, going: who gets what, and what becomes of it.

use sapa_core::staff::{self, Availability, Role};

use super::house::{House, acting};
use crate::inbound::Said;

#[tokio::test]
async fn an_invitation_is_taken_up_once() {
    let mut house = House::new().await;
    let token = acting!(house, |act| staff::invite(act, "Budi", Role::Agent, None)
        .await)
    .unwrap()
    .token;
    let start = |token: &str| Said::Text(format!("/start {token}"));
    house
        .account_does("900", "B", Said::Text("halo".into()), None, None)
        .await;
    house
        .account_does("900", "B", Said::Text("halo?".into()), None, None)
        .await;
    house
        .account_does("900", "B", start("WRONG"), None, None)
        .await;
    house
        .account_does("900", "B", start(&token), None, None)
        .await;
    house
        .account_does("901", "C", start(&token), None, None)
        .await;
    house
        .account_does("900", "B", Said::Text("/start".into()), None, None)
        .await;
    let heard = house.heard();
    assert!(!heard.contains(&token), "a secret is not repeated");
    insta::assert_snapshot!(heard);
    let budi = acting!(house, |act| staff::by_telegram_id(act.tx, "900").await)
        .unwrap()
        .unwrap();
    assert_eq!(
        budi.availability,
        Availability::Offline,
        "until he says otherwise"
    );
}

#[tokio::test]
async fn who_comes_gets_what_waited() {
    let mut house = House::new().await;
    let sari = house.customer("Sari", "6281234567890").await;
    let joko = house.customer("Joko", "6281234567891").await;
    house.ticket(&sari, "internet mati").await;
    house.writes(&sari, "masih mati").await;
    house.asks_for_a_person(&joko).await;
    house.writes(&joko, "ada orang?").await;
    let budi = house.staff("Budi", Role::Agent).await;
    acting!(house, |act| staff::set_availability(
        act,
        &budi,
        Availability::Offline
    )
    .await)
    .unwrap();
    house.heard();
    house.says(&budi, "/online").await;
    insta::assert_snapshot!(house.heard());
}

#[tokio::test]
async fn who_goes_is_asked_about_his_work() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    let joko = house.customer("Joko", "6281234567891").await;
    house.ticket(&sari, "internet mati").await;
    house.asks_for_a_person(&joko).await;
    let citra = house.staff("Citra", Role::Agent).await;
    house.heard();
    house.says(&budi, "/offline").await;
    house.presses(&budi, "Tetap saya tangani").await;
    house.says(&budi, "/offline").await;
    house.presses(&budi, "Serahkan").await;
    insta::assert_snapshot!(house.heard());
    house.says(&budi, "/offline").await;
    assert!(
        house.heard().contains("Sampai jumpa"),
        "nothing is left to ask about"
    );
    house.says(&citra, "/away").await;
    assert!(house.heard().contains("2 percakapan"), "she has both");
}

#[tokio::test]
async fn who_cannot_be_reached_loses_nobody() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let sari = house.customer("Sari", "6281234567890").await;
    house.ticket(&sari, "internet mati").await;
    house.staff("Citra", Role::Agent).await;
    house.heard();
    house.does(&budi, Said::Reachable(false), None).await;
    let heard = house.heard();
    assert!(heard.contains("→ Citra (card)"), "{heard}");
    let me = acting!(house, |act| staff::by_id(act.tx, &budi.id).await)
        .unwrap()
        .unwrap();
    assert_eq!(me.availability, Availability::Offline);
}

#[tokio::test]
async fn next_takes_the_oldest_and_lists_find() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    acting!(house, |act| staff::set_availability(
        act,
        &budi,
        Availability::Away
    )
    .await)
    .unwrap();
    let sari = house.customer("Sari", "6281234567890").await;
    house.ticket(&sari, "modem rusak").await;
    house.heard();
    house.says(&budi, "/tickets").await;
    house.says(&budi, "/next").await;
    house.says(&budi, "/next").await;
    house.says(&budi, "/find MODEM").await;
    house.says(&budi, "/find kucing").await;
    house.says(&budi, "/ticket").await;
    house.says(&budi, "/ticket apa").await;
    house.says(&budi, "/ticket tkt 0000000o").await;
    house.says(&budi, "/cancel").await;
    let heard = house.heard();
    let shown: Vec<&str> = heard
        .lines()
        .filter(|line| !line.contains("[Sari · "))
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[tokio::test]
async fn the_language_changes_at_once() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    house.says(&budi, "/language").await;
    house.presses(&budi, "English").await;
    house.says(&budi, "/away").await;
    let heard = house.heard();
    assert!(heard.contains("All right, English from now on."), "{heard}");
    assert!(
        heard.contains("You are on a break; no new customers come in."),
        "{heard}"
    );
}
