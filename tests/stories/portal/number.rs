//! Another number: what was the old phone's stays behind.

use sapa_core::contacts;

use super::*;

const NEW: &str = "6281299998888";

fn settings(s: &mut Settings) {
    s.otp_template = Some(("login_code".into(), "id".into()));
}

async fn with_template(story: impl AsyncFn(&World)) {
    for base in [Base::Sqlite, Base::Postgres] {
        let world = World::planned(Plan {
            settings,
            ..Plan::on(base)
        })
        .await;
        story(&world).await;
        world.close().await;
    }
}

/// A phone of which WhatsApp tells the user id too.
fn phone<'w>(world: &'w World, name: &str, number: &str, user_id: &str) -> Customer<'w> {
    let who = sapa_sandbox::whatsapp::Customer {
        name: name.into(),
        wa_id: Some(number.into()),
        user_id: Some(user_id.into()),
        ..Default::default()
    };
    world.platforms.whatsapp().add(who);
    world.known_customer(name, number)
}

/// Whose a number is: the customer's id.
async fn whose(world: &World, number: &str) -> Option<String> {
    let mut tx = world.desk.db.read().await.expect("a transaction");
    let customer = contacts::by_number(&mut tx, number)
        .await
        .expect("a look-up");
    customer.map(|customer| customer.id)
}

/// The old phone writes, then the new one: the account is the new one's, whatever WhatsApp calls the two.
async fn the_old_phone_is_a_stranger(
    world: &World,
    account: &str,
    old: &Customer<'_>,
    new: &Customer<'_>,
) {
    assert_eq!(whose(world, NEW).await.as_deref(), Some(account));
    old.says("halo").await;
    assert_eq!(
        whose(world, NEW).await.as_deref(),
        Some(account),
        "not given back"
    );
    let stranger = whose(world, SARI).await;
    assert!(stranger.is_some_and(|id| id != account), "somebody new");
    new.says("halo").await;
    old.says("halo lagi").await;
    assert_eq!(whose(world, NEW).await.as_deref(), Some(account));
}

/// A login code that was asked for while the number was still theirs, and its challenge.
async fn open_code(world: &World, old: &Customer<'_>) -> (String, String) {
    world.advance(Duration::from_secs(61)).await;
    let challenge = Browser::new(world).challenge(SARI).await;
    world.settle().await;
    (challenge, code(old))
}

async fn opens_nothing(world: &World, (challenge, code): (String, String)) {
    let (status, refused) = Browser::new(world).verify(&challenge, &code).await;
    assert_eq!(status, 401, "a code that went to the old phone: {refused}");
}

#[test]
fn a_number_that_was_left_does_not_come_back() {
    play(with_template(async |world| {
        let old = phone(world, "Sari", SARI, "ID.1001");
        let new = phone(world, "Sari", NEW, "ID.1002");
        old.says("halo").await;
        let mut browser = Browser::new(world);
        let challenge = browser.challenge(SARI).await;
        world.settle().await;
        let (_, session) = browser.verify(&challenge, &code(&old)).await;
        browser.token = session["token"].as_str().map(str::to_owned);
        let account = whose(world, SARI).await.expect("her account");
        let left_open = open_code(world, &old).await;
        let wish = json!({ "whatsapp_number": NEW });
        let (_, challenge) = browser.put("/profile", wish).await;
        world.settle().await;
        let right = json!({ "challenge_id": challenge["challenge_id"], "code": code(&new) });
        let (status, profile) = browser.post("/profile/confirm", right).await;
        assert_eq!(status, 200, "{profile}");
        opens_nothing(world, left_open).await;
        the_old_phone_is_a_stranger(world, &account, &old, &new).await;
    }));
}

#[test]
fn nor_does_one_that_was_left_in_the_chat() {
    play(with_template(async |world| {
        let old = phone(world, "Sari", SARI, "ID.1001");
        let new = phone(world, "Sari", NEW, "ID.1002");
        old.says("ganti nomor").await;
        old.taps("Ganti nomor").await;
        let account = whose(world, SARI).await.expect("her account");
        old.says(NEW).await;
        let left_open = open_code(world, &old).await;
        old.says(&code(&new)).await;
        opens_nothing(world, left_open).await;
        the_old_phone_is_a_stranger(world, &account, &old, &new).await;
    }));
}
