//! `/settings` in the chat: seen, changed, refused.

use sapa_core::{inbox::Ephemeral, settings, staff::Role};

use super::house::House;
use crate::inbound::Said;

#[tokio::test]
async fn admins_see_and_change_the_settings() {
    let mut house = House::new().await;
    let budi = house.staff("Budi", Role::Agent).await;
    let dewi = house.staff("Dewi", Role::Admin).await;
    house.heard();
    house.says(&budi, "/settings").await;
    house.says(&dewi, "/settings").await;
    house.says(&dewi, "/settings nama").await;
    house.says(&dewi, "/settings time_zone").await;
    house.says(&dewi, "/settings time_zone Bulan").await;
    let said = Said::Text("/settings name Kopi <Senja>".into());
    let (_, effects) = house.does(&dewi, said, None).await;
    assert_eq!(effects, [Ephemeral::LookAtSettings]);
    settings::refresh(&house.desk).await.expect("read anew");
    house.says(&dewi, "/settings locale en").await;
    house.says(&dewi, "/settings").await;
    insta::assert_snapshot!(house.heard());
}
