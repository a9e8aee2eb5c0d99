//! Everybody who wants what is not theirs: on every route that there is (faults.md C11 to C15).

use super::super::ingress::on_both;
use super::*;

/// Every route as it is described: method, path, whether it needs a session, whether it takes a body.
fn routes() -> Vec<(Method, String, bool, bool)> {
    let description: Value =
        serde_json::from_str(include_str!("../../../docs/openapi.json")).expect("JSON");
    let mut all = Vec::new();
    for (path, methods) in description["paths"].as_object().expect("paths") {
        let path = path
            .strip_prefix("/api/customer-portal")
            .expect("a route of the portal");
        for (method, told) in methods.as_object().expect("methods") {
            let method = method.to_uppercase().parse().expect("a method");
            let (closed, body) = (told["security"].is_array(), told["requestBody"].is_object());
            all.push((method, path.to_owned(), closed, body));
        }
    }
    assert!(all.len() >= 13, "the routes are found: {}", all.len());
    all
}

#[test]
fn no_route_shows_what_is_somebody_elses() {
    on_both(async |world| {
        let (_sari, hers) = logged_in(world, "Sari", SARI).await;
        let (_tono, his) = logged_in(world, "Tono", TONO).await;
        let new = json!({ "type": "repair", "description": "internet mati dari pagi" });
        let (_, opened) = hers.post("/tickets", new).await;
        let number = opened["ticket"]["number"].as_str().expect("a number");
        on_account(world, SARI, async |act, id| {
            let one = invoice(act, id, "INV-SARI", Stored::Pending, 5);
            invoices::add(act, &one).await.expect("an invoice");
        })
        .await;
        let (_, sessions) = hers.get("/sessions").await;
        let session = sessions["items"][0]["id"]
            .as_str()
            .expect("an id")
            .to_owned();
        let nobody = Browser::new(world);
        for (method, path, closed, _) in routes() {
            let named = path.replace("{number}", number).replace("{id}", &session);
            let body = (method != Method::GET && method != Method::DELETE).then(|| json!({}));
            if closed {
                let (status, _) = nobody.ask(method.clone(), &named, body.clone()).await;
                assert_eq!(status, 401, "{method} {path} without a session");
            }
            if path == "/logout" {
                continue;
            }
            let (status, told) = his.ask(method.clone(), &named, body).await;
            let told = told.to_string();
            for secret in [number, &session, SARI, "INV-SARI", "Sari", "internet mati"] {
                assert!(
                    !told.contains(secret),
                    "{method} {path} tells {secret}: {told}"
                );
            }
            if named != path {
                assert_eq!(status, 404, "{method} {path}");
            }
        }
        assert_eq!(hers.get("/profile").await.0, 200, "her session goes on");
    });
}

/// Fields that somebody may try to write along.
const FOREIGN: [&str; 17] = [
    "id",
    "role",
    "tenant_id",
    "customer_id",
    "created_at",
    "assigned_to",
    "staff_id",
    "status",
    "account_status",
    "monthly_price",
    "package",
    "bandwidth",
    "full_name",
    "portal_enabled",
    "number",
    "due_at",
    "__proto__",
];

#[test]
fn what_is_not_asked_for_is_refused_and_never_applied() {
    on_both(async |world| {
        let (_sari, browser) = logged_in(world, "Sari", SARI).await;
        let (_, before) = browser.get("/profile").await;
        for (method, path, _, body) in routes() {
            if !body {
                continue;
            }
            for field in FOREIGN {
                let mut wish = match path.as_str() {
                    "/request-otp" => json!({ "phone": "6281277776666" }),
                    "/tickets" => json!({ "type": "repair", "description": "internet mati" }),
                    "/profile" => json!({ "city": "Bogor" }),
                    _ => json!({ "challenge_id": "x", "code": "123456" }),
                };
                wish[field] = json!("x");
                let (status, refused) = browser.ask(method.clone(), &path, Some(wish)).await;
                assert_eq!(status, 422, "{method} {path} {field}: {refused}");
            }
        }
        assert_eq!(browser.get("/profile").await.1, before);
        assert_eq!(browser.get("/tickets").await.1["total"], 0);
    });
}

#[test]
fn crooked_bodies_are_refused() {
    on_both(async |world| {
        let (_sari, browser) = logged_in(world, "Sari", SARI).await;
        for body in [
            "",
            "{",
            "[]",
            "null",
            "7",
            "\"x\"",
            "{\"phone\":7}",
            "{\"phone\":\"\\u0000\"}",
        ] {
            let broken = browser.request(Method::POST, "/request-otp");
            let broken = broken
                .header(header::CONTENT_TYPE, "application/json")
                .body(body);
            let status = answer(broken).await.0;
            assert!([400, 422].contains(&status), "{body}: {status}");
        }
        let plain = browser
            .request(Method::POST, "/request-otp")
            .body("phone=1");
        assert_eq!(answer(plain).await.0, 415);
        let large = json!({ "phone": "0".repeat(100_000) });
        assert_eq!(browser.post("/request-otp", large).await.0, 413);
        let long = json!({ "type": "repair", "description": "a".repeat(5_000) });
        assert_eq!(browser.post("/tickets", long).await.0, 422);
    });
}

#[test]
fn strange_parameters_are_refused_or_put_within_bounds() {
    on_both(async |world| {
        let (_sari, browser) = logged_in(world, "Sari", SARI).await;
        for n in 0..3 {
            let new = json!({ "type": "repair", "description": format!("internet mati {n}") });
            assert_eq!(browser.post("/tickets", new).await.0, 201);
        }
        let (_, page) = browser.get("/tickets?limit=2").await;
        assert_eq!((&page["total"], &page["next"]), (&json!(3), &json!(2)));
        let (_, page) = browser.get("/tickets?limit=2&offset=2").await;
        assert_eq!(
            (page["items"].as_array().map(Vec::len), &page["next"]),
            (Some(1), &Value::Null)
        );
        for (query, items) in [
            ("limit=1000000000", 3),
            ("limit=-5", 1),
            ("limit=0", 1),
            ("offset=-1", 3),
            ("offset=9223372036854775807", 0),
        ] {
            let (status, page) = browser.get(&format!("/tickets?{query}")).await;
            assert_eq!(status, 200, "{query}");
            assert_eq!(
                page["items"].as_array().map(Vec::len),
                Some(items),
                "{query}"
            );
        }
        let long = format!("status={}", "a".repeat(10_000));
        for query in [
            "status='",
            "status=%25",
            "status=_",
            "status=open%00",
            "status=(a%2B)%2B",
            "sort=created_at",
            "limit=x",
            "limit=1&limit=2",
            "offset=1e99",
            "customer_id=1",
            &long,
        ] {
            for path in ["/tickets", "/invoices"] {
                let (status, _) = browser.get(&format!("{path}?{query}")).await;
                assert_eq!(status, 400, "{path} {query:.40}");
            }
        }
        for key in ["'", "%00", "%FF", "..%2f..", "TKT-", "x%27%20or%201=1"] {
            assert_eq!(
                browser.get(&format!("/tickets/{key}")).await.0,
                404,
                "{key}"
            );
            let ended = browser
                .ask(Method::DELETE, &format!("/sessions/{key}"), None)
                .await;
            assert_eq!(ended.0, 404, "{key}");
        }
    });
}

#[test]
fn a_header_makes_nobody_somebody_else() {
    on_both(async |world| {
        let (_sari, browser) = logged_in(world, "Sari", SARI).await;
        let mut refused = 0;
        for n in 0..110 {
            let phone = format!("62812000{n:05}");
            let spoofed = browser
                .request(Method::POST, "/request-otp")
                .json(&json!({ "phone": phone }));
            let ip = format!("203.0.113.{n}");
            let spoofed = spoofed
                .header("x-forwarded-for", &ip)
                .header("cf-connecting-ip", &ip)
                .header("x-real-ip", &ip)
                .header("forwarded", format!("for={ip}"));
            refused += u32::from(answer(spoofed).await.0 == 429);
        }
        assert_eq!(
            refused, 11,
            "100 an hour from one address, the login included"
        );
        let (_, sessions) = browser.get("/sessions").await;
        assert_eq!(sessions["items"][0]["address"], "127.0.0.1");
    });
}
