//! Coming in and staying in: whose number it is stays a secret, sessions end, forged tokens open nothing.

use super::super::ingress::on_both;
use super::*;

#[test]
fn nobody_learns_whose_number_it_is() {
    on_both(async |world| {
        let sari = world.customer("Sari", SARI);
        sari.says("halo").await;
        let before = sari.heard().len();
        let browser = Browser::new(world);
        let (known, unknown) = (
            browser.post("/request-otp", json!({ "phone": SARI })).await,
            browser
                .post("/request-otp", json!({ "phone": "6281277776666" }))
                .await,
        );
        let shape = |(status, body): &(u16, Value)| {
            let fields: Vec<_> = body.as_object().expect("fields").keys().cloned().collect();
            (*status, fields, body["challenge_id"].as_str().map(str::len))
        };
        assert_eq!(shape(&known), shape(&unknown));
        assert_eq!(known.0, 200);
        for phone in [SARI, "6281277776666"] {
            let again = browser
                .request(Method::POST, "/request-otp")
                .json(&json!({ "phone": phone }));
            let again = again.send().await.expect("an answer");
            assert_eq!(again.status(), 429, "{phone}");
            let wait = again.headers()[header::RETRY_AFTER]
                .to_str()
                .expect("seconds");
            assert!(
                (1..=60).contains(&wait.parse::<u64>().expect("seconds")),
                "{wait}"
            );
        }
        world.settle().await;
        assert_eq!(sari.heard().len(), before + 1, "one code, and to her alone");
        let unknown = unknown.1["challenge_id"]
            .as_str()
            .expect("an id")
            .to_owned();
        assert_eq!(
            browser.verify(&unknown, &code(&sari)).await.0,
            401,
            "her code elsewhere"
        );
        for phone in ["", "halo", "12", "+62"] {
            let (status, _) = browser
                .post("/request-otp", json!({ "phone": phone }))
                .await;
            assert_eq!(status, 422, "{phone}");
        }
        // Switched off: as if she were nobody.
        on_account(world, SARI, async |act, id| {
            accounts::set_portal(act, id, false)
                .await
                .expect("it is set");
        })
        .await;
        world.advance(Duration::from_secs(61)).await;
        let heard = sari.heard().len();
        browser.challenge(SARI).await;
        world.settle().await;
        assert_eq!(sari.heard().len(), heard);
    });
}

#[test]
fn of_two_right_answers_at_once_one_opens_a_session() {
    on_both(async |world| {
        let sari = world.customer("Sari", SARI);
        sari.says("halo").await;
        let browser = Browser::new(world);
        let challenge = browser.challenge(SARI).await;
        world.settle().await;
        let code = code(&sari);
        let answers = tokio::join!(
            browser.verify(&challenge, &code),
            browser.verify(&challenge, &code),
            browser.verify(&challenge, &code)
        );
        let mut statuses = [answers.0.0, answers.1.0, answers.2.0];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401, 401]);
    });
}

#[test]
fn who_makes_up_challenges_is_asked_to_wait() {
    on_both(async |world| {
        let browser = Browser::new(world);
        for n in 0..100 {
            let (status, _) = browser.verify(&format!("made-up-{n}"), "123456").await;
            assert_eq!(status, 401, "{n}");
        }
        let made_up = json!({ "challenge_id": "made-up", "code": "123456" });
        let refused = browser.request(Method::POST, "/verify-otp").json(&made_up);
        let refused = refused.send().await.expect("an answer");
        assert_eq!(refused.status(), 429);
        let wait = refused.headers()[header::RETRY_AFTER].to_str();
        let wait = wait.expect("seconds").parse::<u64>().expect("seconds");
        assert!((1..=600).contains(&wait), "{wait}");
        world.advance(Duration::from_mins(10)).await;
        let (status, _) = browser.verify("made-up", "123456").await;
        assert_eq!(status, 401);
    });
}

#[test]
fn a_session_ends_when_it_should() {
    on_both(async |world| {
        let (sari, first) = logged_in(world, "Sari", SARI).await;
        world.advance(Duration::from_secs(61)).await;
        let mut second = Browser::new(world);
        let challenge = second.challenge(SARI).await;
        world.settle().await;
        let (_, session) = second.verify(&challenge, &code(&sari)).await;
        second.token = session["token"].as_str().map(str::to_owned);
        let (_, sessions) = second.get("/sessions").await;
        let other = sessions["items"].as_array().expect("items").iter();
        let other = other
            .into_iter()
            .find(|one| one["current"] == false)
            .expect("the first");
        let id = other["id"].as_str().expect("an id");
        let path = format!("/sessions/{id}");
        assert_eq!(second.ask(Method::DELETE, &path, None).await.0, 204);
        assert_eq!(
            second.ask(Method::DELETE, &path, None).await.0,
            404,
            "it is over"
        );
        assert_eq!(first.get("/profile").await.0, 401);
        assert_eq!(second.get("/profile").await.0, 200);
        on_account(world, SARI, async |act, id| {
            accounts::set_portal(act, id, false).await.expect("off");
        })
        .await;
        assert_eq!(second.get("/profile").await.0, 401, "switched off");
        on_account(world, SARI, async |act, id| {
            accounts::set_portal(act, id, true).await.expect("on");
        })
        .await;
        assert_eq!(second.get("/profile").await.0, 401, "nor does it come back");
        world.advance(Duration::from_secs(61)).await;
        let mut third = Browser::new(world);
        let challenge = third.challenge(SARI).await;
        world.settle().await;
        let (_, session) = third.verify(&challenge, &code(&sari)).await;
        third.token = session["token"].as_str().map(str::to_owned);
        assert_eq!(third.get("/profile").await.0, 200);
        world.advance(Duration::from_hours(7 * 24)).await;
        assert_eq!(third.get("/profile").await.0, 401, "after seven days");
    });
}

#[test]
fn forged_tokens_open_nothing() {
    on_both(async |world| {
        let (_sari, mut browser) = logged_in(world, "Sari", SARI).await;
        let good = browser.token.clone().expect("a token");
        let parts: Vec<_> = good.split('.').collect();
        let none = "eyJhbGciOiJub25lIn0";
        let rs256 = "eyJhbGciOiJSUzI1NiJ9";
        for forged in [
            String::new(),
            "x".repeat(20_000),
            format!("{none}.{}.", parts[1]),
            format!("{none}.{}.{}", parts[1], parts[2]),
            format!("{rs256}.{}.{}", parts[1], parts[2]),
            format!("{}.{}.{}", parts[0], parts[1], &parts[2][1..]),
            format!("{}.{}A.{}", parts[0], parts[1], parts[2]),
            format!("{good}.{good}"),
        ] {
            browser.token = Some(forged.clone());
            let (status, refused) = browser.get("/profile").await;
            assert_eq!(
                (status, &refused["type"]),
                (401, &json!("/problems/unauthorized")),
                "{forged:.80}"
            );
        }
        browser.token = None;
        let twice = browser
            .request(Method::GET, "/profile")
            .bearer_auth(&good)
            .bearer_auth(&good);
        assert_eq!(answer(twice).await.0, 401, "two headers");
        let basic = browser
            .request(Method::GET, "/profile")
            .basic_auth("sari", Some(&good));
        assert_eq!(answer(basic).await.0, 401);
        let asked = browser.request(Method::GET, &format!("/profile?token={good}"));
        assert_eq!(answer(asked).await.0, 401, "a token in an address");
    });
}

#[test]
fn known_and_unknown_numbers_take_the_same_time() {
    play(async {
        let world = World::new(Base::Sqlite).await;
        let browser = Browser::new(&world);
        let mut customers = Vec::new();
        for n in 0..25 {
            let phone = format!("62812340{n:05}");
            let customer = world.customer("Sari", &phone);
            customer.says("halo").await;
            customers.push(phone);
        }
        let clock = sapa_core::clock::SystemClock::new();
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for (n, phone) in customers.iter().enumerate() {
            for (phone, took) in [
                (phone.clone(), &mut known),
                (format!("62819990{n:05}"), &mut unknown),
            ] {
                let began = sapa_core::clock::Clock::mono(&clock);
                browser.challenge(&phone).await;
                took.push(sapa_core::clock::Clock::mono(&clock).saturating_sub(began));
                world.settle().await;
            }
        }
        // The quickest of each: what the work itself takes, without what the machine did beside it.
        let quickest = |took: Vec<Duration>| took.into_iter().min().expect("some").as_secs_f64();
        let (known, unknown) = (quickest(known), quickest(unknown));
        let ratio = known.max(unknown) / known.min(unknown);
        // A message more to write would make it nearly twice as long.
        assert!(ratio < 1.5, "known {known}, unknown {unknown}");
        world.close().await;
    });
}
