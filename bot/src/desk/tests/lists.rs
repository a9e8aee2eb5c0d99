//! `/staff` and `/audit` in the chat: for who may, and in his language.

use sapa_core::staff::Role;

use super::house::House;

#[tokio::test]
async fn admins_see_who_is_there_and_what_was_written_down() {
    let mut house = House::new().await;
    let budi = house.staff("Budi <b>", Role::Agent).await;
    let dewi = house.staff("Dewi", Role::Admin).await;
    house.says(&budi, "/away").await;
    house.heard();
    house.says(&budi, "/staff").await;
    house.says(&dewi, "/staff").await;
    house.says(&dewi, "/language en").await;
    house.says(&dewi, "/staff").await;
    insta::assert_snapshot!(house.heard());
    house.says(&budi, "/audit").await;
    let refused = house.heard();
    assert!(!refused.contains("Rehat"), "{refused}");
    house.says(&dewi, "/audit").await;
    let told = house.heard();
    for line in [
        "Budi <b>: changed availability (",
        "Dewi: changed the language (id → en)",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
}
