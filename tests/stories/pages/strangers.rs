//! Who has no business on the pages: strangers, forms of other pages, wrong codes, odd addresses.

use reqwest::{StatusCode, header};

use super::{Browser, code, link, logged_in, token};
use crate::stories::ingress::on_both;

#[test]
fn strangers_are_kept_out() {
    on_both(async |world| {
        let _budi = world.agent("Budi").await;
        let stranger = Browser::new(world);
        for path in [
            "/admin",
            "/admin/tickets",
            "/admin/staff",
            "/admin/sessions",
            "/admin/live",
        ] {
            let refused = stranger.get(path).await;
            assert_eq!(
                (refused.status, refused.place.as_str()),
                (StatusCode::SEE_OTHER, "/admin/login"),
                "{path}"
            );
        }
        assert_eq!(
            stranger.get("/admin/super").await.status,
            StatusCode::FORBIDDEN
        );
        for name in ["budi", "nobody"] {
            let asked = stranger
                .fills("/admin/login", "/admin/login", &[("name", name)])
                .await;
            assert!(
                asked.place.starts_with("/admin/login/"),
                "the same for {name}"
            );
            world.settle().await;
        }
    });
}

#[test]
fn forms_of_other_pages_are_refused_and_an_old_cookie_is_worth_nothing() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let browser = logged_in(world, &budi).await;
        let before = browser.cookies();
        let token = token(&browser.get("/admin").await.text);
        let logout = format!("{}/admin/logout", world.address);
        let form = [("token", token.as_str())];
        let evil = browser
            .client
            .post(&logout)
            .header(header::ORIGIN, "https://evil.example")
            .form(&form);
        assert_eq!(
            browser.send(evil).await.status,
            StatusCode::FORBIDDEN,
            "another's page"
        );
        let silent = browser.client.post(&logout).form(&form);
        assert_eq!(
            browser.send(silent).await.status,
            StatusCode::FORBIDDEN,
            "no origin"
        );
        let wrong = [("token".to_owned(), "x".to_owned())];
        assert_eq!(
            browser.post("/admin/logout", &wrong).await.status,
            StatusCode::FORBIDDEN
        );
        let mass = [
            ("token".to_owned(), token),
            ("role".to_owned(), "super_admin".to_owned()),
        ];
        assert_eq!(
            browser.post("/admin/logout", &mass).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let left = browser.fills("/admin", "/admin/logout", &[]).await;
        assert_eq!(left.place, "/admin/login");
        let again = browser
            .client
            .get(format!("{}/admin", world.address))
            .header(header::COOKIE, before);
        let again = again.send().await.expect("an answer");
        assert_eq!(
            again.status(),
            StatusCode::SEE_OTHER,
            "an old cookie is worth nothing"
        );
    });
}

#[test]
fn a_code_that_was_not_his_ends_what_it_opened() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let stranger = logged_in(world, &budi).await;
        assert_eq!(stranger.get("/admin").await.status, StatusCode::OK);
        budi.presses("Bukan saya").await;
        assert_eq!(
            stranger.get("/admin").await.status,
            StatusCode::SEE_OTHER,
            "whoever came in by it is out"
        );
        assert!(budi.last().contains("sudah kami akhiri"), "{}", budi.last());
    });
}

#[test]
fn wrong_codes_are_refused() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let path = link(world, &budi).await;
        let right = code(&budi);
        let browser = Browser::new(world);
        let wrong = format!(
            "{:06}",
            (right.parse::<u32>().expect("digits") + 1) % 1_000_000
        );
        for _ in 0..5 {
            let refused = browser.fills(&path, &path, &[("code", &wrong)]).await;
            assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        }
        let late = browser.fills(&path, &path, &[("code", &right)]).await;
        assert_eq!(
            late.status,
            StatusCode::UNAUTHORIZED,
            "the challenge is dead"
        );
    });
}

#[test]
fn strange_addresses_are_refused() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let browser = logged_in(world, &budi).await;
        for strange in [
            "/admin/tickets?group=x",
            "/admin/tickets?sort=id",
            "/admin/tickets?q=%00",
            "/admin/tickets?after=x",
            "/admin/customers?q=%00",
            "/admin/tickets?priority='",
        ] {
            assert_eq!(
                browser.get(strange).await.status,
                StatusCode::BAD_REQUEST,
                "{strange}"
            );
        }
        for none in [
            "/admin/tickets/TKT-00000000",
            "/admin/tickets/%00",
            "/admin/customers/x",
            "/admin/nothing",
            "/admin/assets/..%2f",
        ] {
            assert_eq!(
                browser.get(none).await.status,
                StatusCode::NOT_FOUND,
                "{none}"
            );
        }
        for odd in ["/admin/tickets?q=%25_%5C'", "/admin/customers?q=%25"] {
            assert_eq!(browser.get(odd).await.status, StatusCode::OK, "{odd}");
        }
    });
}
