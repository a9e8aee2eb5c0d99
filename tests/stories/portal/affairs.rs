//! What customers do in the portal: profile, tickets, invoices, another number.

use super::super::ingress::on_both;
use super::*;

#[test]
fn a_customer_looks_after_their_affairs() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari Wulandari", SARI);
        sari.says("halo").await;
        on_account(world, SARI, async |act, id| {
            let contract = Contract {
                account_number: Some("PLG-0001".into()),
                full_name: Some("Sari Wulandari Putri".into()),
                package: Some("Rumah 50".into()),
                bandwidth: Some("50 Mbps".into()),
                monthly_price: Some(25_000_000),
                currency: Some("IDR".into()),
                account_status: Some(AccountStatus::Active),
            };
            accounts::set_contract(act, id, &contract)
                .await
                .expect("a contract");
            for (number, status, due) in [
                ("INV-1", Stored::Pending, 5),
                ("INV-2", Stored::Pending, -5),
                ("INV-3", Stored::Paid, -30),
                ("INV-4", Stored::Cancelled, -30),
            ] {
                let one = invoice(act, id, number, status, due);
                assert!(invoices::add(act, &one).await.expect("an invoice"));
            }
        })
        .await;
        let mut browser = Browser::new(world);
        assert_eq!(browser.get("/profile").await.0, 401);
        let challenge = browser.challenge("0812-3456-7890").await;
        world.settle().await;
        let code = code(&sari);
        let (status, refused) = browser.verify(&challenge, &wrong(&code)).await;
        assert_eq!(
            (status, &refused["type"]),
            (401, &json!("/problems/otp-rejected"))
        );
        let (status, session) = browser.verify(&challenge, &code).await;
        assert_eq!(status, 200, "{session}");
        assert_eq!(session["customer"]["customer_id"], "PLG-0001");
        assert_eq!(browser.verify(&challenge, &code).await.0, 401, "once");
        browser.token = Some(session["token"].as_str().expect("a token").to_owned());

        profile(&browser).await;
        tickets(world, &browser, &sari, &budi.last()).await;
        affairs(&browser).await;

        let (_, sessions) = browser.get("/sessions").await;
        assert_eq!(sessions["total"], 1);
        assert_eq!(sessions["items"][0]["current"], true);
        assert_eq!(sessions["items"][0]["address"], "127.0.0.1");
        assert_eq!(browser.ask(Method::POST, "/logout", None).await.0, 204);
        for path in ["/profile", "/tickets", "/sessions"] {
            assert_eq!(browser.get(path).await.0, 401, "{path}");
        }
        assert_eq!(browser.ask(Method::POST, "/logout", None).await.0, 401);
    });
}

async fn profile(browser: &Browser) {
    let changes = json!({
        "email": " sari@contoh.id ", "address": "Jl. Melati  5", "city": "Bandung", "language": "en",
        "notifications": { "offers": false },
    });
    let (status, told) = browser.put("/profile", changes).await;
    assert_eq!(status, 200, "{told}");
    let (_, profile) = browser.get("/profile").await;
    assert_eq!(profile, told);
    assert_eq!(
        profile,
        json!({
            "customer_id": "PLG-0001", "full_name": "Sari Wulandari Putri", "package": "Rumah 50", "bandwidth": "50 Mbps",
            "monthly_price": { "amount": 25_000_000, "currency": "IDR" }, "account_status": "active",
            "email": "sari@contoh.id", "whatsapp_number": format!("+{SARI}"), "address": "Jl. Melati 5", "city": "Bandung",
            "province": null, "language": "en", "notifications": { "tickets": true, "invoices": true, "offers": false },
        })
    );
    let (status, _) = browser
        .put("/profile", json!({ "email": "", "language": "id" }))
        .await;
    assert_eq!(status, 200);
    assert_eq!(browser.get("/profile").await.1["email"], Value::Null);
}

async fn tickets(world: &World, browser: &Browser, sari: &Customer<'_>, _: &str) {
    let new = json!({ "type": "repair", "priority": "high", "description": "Internet mati. Lampu modem merah." });
    let (status, opened) = browser.post("/tickets", new).await;
    assert_eq!(status, 201, "{opened}");
    assert_eq!(opened["whatsapp_confirmation"], "sent");
    assert_eq!(opened["ticket"]["status"], "assigned", "an agent is there");
    assert_eq!(opened["ticket"]["title"], "Internet mati");
    world.settle().await;
    let number = opened["ticket"]["number"].as_str().expect("a number");
    assert!(
        sari.last().contains(number) && sari.last().contains("Budi"),
        "{}",
        sari.last()
    );
    for (filter, total) in [
        ("", 1),
        ("?status=all", 1),
        ("?status=active", 1),
        ("?status=assigned", 1),
        ("?status=open", 0),
        ("?status=completed", 0),
    ] {
        let (status, list) = browser.get(&format!("/tickets{filter}")).await;
        assert_eq!((status, &list["total"]), (200, &json!(total)), "{filter}");
        assert_eq!(
            list["items"].as_array().map(Vec::len),
            usize::try_from(total).ok()
        );
    }
    let (status, one) = browser
        .get(&format!("/tickets/{}", number.to_lowercase()))
        .await;
    assert_eq!((status, &one["number"]), (200, &json!(number)));
    for (field, value) in [
        ("type", "nonsense"),
        ("priority", "urgent"),
        ("description", "!!"),
    ] {
        let mut bad = json!({ "type": "repair", "description": "internet mati" });
        bad[field] = json!(value);
        let (status, refused) = browser.post("/tickets", bad).await;
        assert_eq!(
            (status, &refused["type"]),
            (422, &json!("/problems/invalid")),
            "{field}"
        );
    }
}

async fn affairs(browser: &Browser) {
    for (filter, numbers) in [
        ("", vec!["INV-4", "INV-3", "INV-2", "INV-1"]),
        ("?status=pending", vec!["INV-1"]),
        ("?status=overdue", vec!["INV-2"]),
        ("?status=paid", vec!["INV-3"]),
        ("?status=cancelled", vec!["INV-4"]),
    ] {
        let (_, list) = browser.get(&format!("/invoices{filter}")).await;
        let shown: Vec<_> = list["items"].as_array().expect("items").iter().collect();
        let shown: Vec<_> = shown
            .iter()
            .map(|one| one["number"].as_str().expect("a number"))
            .collect();
        assert_eq!(shown, numbers, "{filter}");
        assert_eq!(list["total"], numbers.len());
    }
    let (_, stats) = browser.get("/dashboard/stats").await;
    assert_eq!(stats["active_tickets"], 1);
    assert_eq!(stats["completed_tickets"], 0);
    assert_eq!(stats["pending_invoices"], 2);
    assert_eq!(stats["overdue_invoices"], 1);
    assert_eq!(stats["outstanding_amount"], 50_000_000);
    assert_eq!(stats["currency"], "IDR");
    assert_eq!(stats["recent_tickets"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_new_number_needs_a_template_for_its_code() {
    on_both(async |world| {
        let (_sari, browser) = logged_in(world, "Sari", SARI).await;
        let wish = json!({ "whatsapp_number": "0812 9999 8888", "city": "Bogor" });
        let (status, refused) = browser.put("/profile", wish).await;
        assert_eq!(
            (status, &refused["type"]),
            (409, &json!("/problems/number-fixed"))
        );
        let (_, profile) = browser.get("/profile").await;
        assert_eq!(profile["city"], Value::Null, "nothing is changed");
        let same = json!({ "whatsapp_number": SARI, "city": "Bogor" });
        assert_eq!(browser.put("/profile", same).await.0, 200);
    });
}

#[test]
fn a_new_number_counts_after_its_code() {
    let settings = |s: &mut Settings| s.otp_template = Some(("login_code".into(), "id".into()));
    for base in [Base::Sqlite, Base::Postgres] {
        play(async {
            let world = World::planned(Plan {
                settings,
                ..Plan::on(base)
            })
            .await;
            let (sari, browser) = logged_in(&world, "Sari", SARI).await;
            let (_, elsewhere) = logged_in(&world, "Tono", TONO).await;
            let new = world.customer("Sari's new phone", "6281299998888");
            let wish = json!({ "whatsapp_number": "0812 9999 8888", "city": "Bogor" });
            let (status, challenge) = browser.put("/profile", wish).await;
            assert_eq!(status, 202, "{challenge}");
            let (_, profile) = browser.get("/profile").await;
            assert_eq!(profile["whatsapp_number"], format!("+{SARI}"), "not yet");
            assert_eq!(profile["city"], "Bogor", "the rest is changed");
            world.settle().await;
            let code = code(&new);
            let id = challenge["challenge_id"].as_str().expect("an id");
            let right = json!({ "challenge_id": id, "code": code });
            let (status, _) = elsewhere.post("/profile/confirm", right.clone()).await;
            assert_eq!(status, 401, "somebody else's session");
            assert_eq!(browser.verify(id, &code).await.0, 401, "no login code");
            // Somebody else's attempt has used it up: a code is good once.
            assert_eq!(browser.post("/profile/confirm", right).await.0, 401);
            world.advance(Duration::from_secs(61)).await;
            let wish = json!({ "whatsapp_number": "+6281299998888" });
            let (_, challenge) = browser.put("/profile", wish).await;
            world.settle().await;
            let right =
                json!({ "challenge_id": challenge["challenge_id"], "code": self::code(&new) });
            let (status, profile) = browser.post("/profile/confirm", right).await;
            assert_eq!(status, 200, "{profile}");
            assert_eq!(profile["whatsapp_number"], "+6281299998888");
            world.settle().await;
            assert!(
                sari.last().contains("diganti"),
                "the old number is told: {}",
                sari.last()
            );

            world.advance(Duration::from_secs(61)).await;
            let (status, challenge) = browser
                .put("/profile", json!({ "whatsapp_number": TONO }))
                .await;
            assert_eq!(status, 202, "the same answer for somebody else's number");
            world.settle().await;
            let tono = world.known_customer("Tono", TONO);
            let right =
                json!({ "challenge_id": challenge["challenge_id"], "code": self::code(&tono) });
            let (status, refused) = browser.post("/profile/confirm", right).await;
            assert_eq!(
                (status, &refused["type"]),
                (409, &json!("/problems/number-taken"))
            );
            world.close().await;
        });
    }
}
