//! Coming in by a user name, leaving, and what is written down of it; what a browser keeps and where it does not belong.

use std::time::Duration;

use reqwest::{StatusCode, header};
use sapa_core::staff::{self, Line, Role};

use super::{Browser, code, link, logged_in, opened, token};
use crate::{
    stories::{ingress::on_both, seeing::logged_by},
    world::{Agent, Base, Plan, World, play},
};

/// The audit log, the newest first.
async fn trail(world: &World) -> Vec<Line> {
    let mut tx = world.desk.db.read().await.expect("a transaction");
    staff::trail(&mut tx, None, 100).await.expect("the log")
}

pub(super) async fn deeds(world: &World, action: &str) -> Vec<Line> {
    let mut lines = trail(world).await;
    lines.retain(|line| line.action == action);
    lines
}

/// Asks for a code by the user name; the page that asks for it.
pub(super) async fn asks(browser: &Browser<'_>, name: &str) -> String {
    let form = [("name", name)];
    let asked = browser.fills("/admin/login", "/admin/login", &form).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text);
    browser.world.settle().await;
    asked.place
}

/// Comes in by the user name and the code from the chat.
async fn comes_in(browser: &Browser<'_>, name: &str, agent: &Agent<'_>) {
    let path = asks(browser, name).await;
    let inside = browser.fills(&path, &path, &[("code", &code(agent))]).await;
    assert_eq!(inside.place, "/admin", "{}", inside.text);
}

#[test]
fn a_newcomer_comes_in_by_the_user_name_that_the_welcome_tells() {
    on_both(async |world| {
        let dewi = world.invited("Dewi Lestari", Role::Viewer, None).await;
        assert!(dewi.last().contains("dewi.lestari"), "{}", dewi.last());
        let browser = Browser::new(world);
        comes_in(&browser, "dewi.lestari", &dewi).await;
        assert_eq!(browser.get("/admin").await.status, StatusCode::OK);
        let logins = deeds(world, "login").await;
        assert_eq!(logins.len(), 1);
        assert_eq!(logins[0].actor_name.as_deref(), Some("Dewi Lestari"));
        assert_eq!(logins[0].after_value.as_deref(), Some("127.0.0.1"));
    });
}

#[test]
fn a_login_is_a_new_session_and_the_one_before_ends() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let browser = logged_in(world, &budi).await;
        let before = browser.cookies();
        comes_in(&browser, "budi", &budi).await;
        assert_ne!(browser.cookies(), before, "another id");
        assert_eq!(browser.get("/admin").await.status, StatusCode::OK);
        let old = browser.client.get(format!("{}/admin", world.address));
        let old = old.header(header::COOKIE, before).send().await;
        let old = old.expect("an answer");
        assert_eq!(old.headers()[header::LOCATION], "/admin/login", "dead");
        assert_eq!(deeds(world, "session.ended").await.len(), 1);
    });
}

#[test]
fn one_ends_ones_other_session() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let phone = logged_in(world, &budi).await;
        let desk = Browser::new(world);
        comes_in(&desk, "budi", &budi).await;
        let page = desk.get("/admin/sessions").await.text;
        let action = page.split("action=\"").find(|part| part.contains("/end\""));
        let action = action.and_then(|part| part.split('"').next());
        let action = action.expect("the other session").to_owned();
        let ended = desk.fills("/admin/sessions", &action, &[]).await;
        assert_eq!(ended.place, "/admin/sessions?done=ended");
        assert_eq!(phone.get("/admin").await.place, "/admin/login");
        assert_eq!(desk.get("/admin").await.status, StatusCode::OK);
    });
}

#[test]
fn a_code_says_who_asked_for_it() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        link(world, &budi).await;
        let told = budi.last();
        assert!(told.contains("Diminta lewat /login di chat ini"), "{told}");
        assert!(!told.contains("peramban"), "{told}");
        // Whatever a browser calls itself, it is not the chat.
        world.advance(Duration::from_mins(2)).await;
        let client = reqwest::Client::builder().user_agent("Telegram (budi)");
        let client = client.redirect(reqwest::redirect::Policy::none());
        let browser = Browser {
            client: client.build().expect("a client"),
            ..Browser::new(world)
        };
        asks(&browser, "budi").await;
        let told = budi.last();
        let from = "Diminta dari 127.0.0.1 (peramban tidak dikenal)";
        assert!(told.contains(from), "{told}");
    });
}

#[test]
fn a_code_that_was_disowned_in_the_chat_opens_nothing() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let stranger = Browser::new(world);
        let path = asks(&stranger, "budi").await;
        let right = code(&budi);
        budi.presses("Bukan saya").await;
        let refused = stranger.fills(&path, &path, &[("code", &right)]).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        assert_eq!(stranger.get("/admin").await.place, "/admin/login");
        assert_eq!(deeds(world, "otp.disowned").await.len(), 1);
        world.advance(Duration::from_mins(2)).await;
        asks(&stranger, "budi").await;
        assert!(
            !budi.last().contains(&right) && !has_code(&budi),
            "no more from there"
        );
    });
}

pub(super) fn has_code(agent: &Agent<'_>) -> bool {
    let words = agent.last();
    let mut groups = words.split(|c: char| !c.is_ascii_digit());
    groups.any(|group| group.len() == 6)
}

#[test]
fn over_tls_every_cookie_stays_with_tls_and_with_this_host() {
    for base in [Base::Sqlite, Base::Postgres] {
        play(async {
            let settings = |s: &mut sapa_core::desk::Settings| {
                s.pages_url = "https://meja.example".into();
            };
            let world = World::planned(Plan {
                settings,
                ..Plan::on(base)
            })
            .await;
            let boss = world.invited("Bos", Role::SuperAdmin, None).await;
            let browser = Browser::new(&world);
            comes_in(&browser, "bos", &boss).await;
            browser.get("/admin/login?lang=en").await;
            boss.says("/superadmin").await;
            let link = boss.last();
            let path = link
                .split_whitespace()
                .find(|w| w.contains("/admin/super/"));
            let path = path
                .expect("a link")
                .trim_start_matches("https://meja.example");
            assert_eq!(browser.fills(path, path, &[]).await.place, "/admin/super");
            let lines = browser.lines.lock().expect("the lines").clone();
            assert!(
                lines.iter().all(|line| line.ends_with("; Secure")),
                "{lines:?}"
            );
            for name in [
                "__Host-sapa=",
                "__Host-sapa-visit=",
                "__Secure-sapa-door=",
                "sapa-language=",
            ] {
                let set = lines.iter().find(|line| line.starts_with(name));
                let set = set.unwrap_or_else(|| panic!("no {name} in {lines:?}"));
                assert!(!set.contains("Domain"), "{set}");
                assert!(
                    !name.starts_with("__Host-") || set.contains("; Path=/;"),
                    "{set}"
                );
            }
            world.close().await;
        });
    }
}

#[test]
fn refusals_are_written_down_once_in_a_while() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let his = logged_in(world, &budi).await;
        for _ in 0..3 {
            assert_eq!(his.get("/admin/audit").await.status, StatusCode::FORBIDDEN);
        }
        let refused = deeds(world, "page.refused").await;
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert_eq!(refused[0].actor_name.as_deref(), Some("Budi"));
        assert_eq!(refused[0].after_value.as_deref(), Some("GET /admin/audit"));
        his.get("/admin/staff/01ARZ3NDEKTSV4RRFFQ69G5FAV").await;
        let refused = deeds(world, "page.refused").await;
        assert_eq!(
            refused[0].after_value.as_deref(),
            Some("GET /admin/staff/{key}")
        );
        let stranger = Browser::new(world);
        asks(&stranger, "nobody").await;
        for _ in 0..3 {
            let form = [("name", "nobody")];
            let again = stranger.fills("/admin/login", "/admin/login", &form).await;
            assert_eq!(again.status, StatusCode::TOO_MANY_REQUESTS);
        }
        let refused = deeds(world, "login.too_many").await;
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert_eq!(refused[0].subject, "127.0.0.1");
    });
}

#[test]
fn another_language_is_the_same_page_in_that_language() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let browser = logged_in(world, &budi).await;
        let token = token(&browser.get("/admin").await.text);
        let own = &world.address;
        for (from, to) in [
            (
                format!("{own}/admin/tickets?q=a&done=given"),
                "/admin/tickets?q=a",
            ),
            (
                format!("{own}/admin/tickets/TKT-1/answer"),
                "/admin/tickets/TKT-1",
            ),
            ("https://evil.example/admin/tickets".to_owned(), "/admin"),
            (format!("{own}//evil.example"), "/admin"),
            (format!("{own}/health"), "/admin"),
        ] {
            let form = [("token", token.as_str()), ("language", "id")];
            let request = browser.client.post(format!("{own}/admin/language"));
            let request = request.header(header::ORIGIN, own).form(&form);
            let spoken = browser.send(request.header(header::REFERER, &from)).await;
            assert_eq!(spoken.place, to, "from {from}");
        }
    });
}

#[test]
fn the_doors_secret_is_in_no_log() {
    for base in [Base::Sqlite, Base::Postgres] {
        let mut secrets = Vec::new();
        let log = logged_by(async || {
            let world = World::new(base).await;
            let boss = world.invited("Bos", Role::SuperAdmin, None).await;
            boss.says("/superadmin").await;
            let words = boss.last();
            let token = words.split("/admin/super/").nth(1).expect("a link");
            let token: String = token.chars().take(26).collect();
            let browser = Browser::new(&world);
            let path = format!("/admin/super/{token}");
            assert_eq!(browser.fills(&path, &path, &[]).await.place, "/admin/super");
            browser.get(&path).await;
            let chat = link(&world, &boss).await;
            browser.fills(&chat, &chat, &[("code", &code(&boss))]).await;
            secrets.extend([token, code(&boss)]);
            let jar = browser.cookies.lock().expect("the jar").clone();
            secrets.extend(
                jar.into_iter()
                    .map(|(_, value)| value)
                    .filter(|v| v.len() > 9),
            );
            drop(opened(&world).await);
            world.close().await;
        });
        assert!(log.len() > 1_000 && secrets.len() > 3, "{log}");
        for secret in &secrets {
            assert!(!log.contains(secret.as_str()), "{secret}: {log}");
        }
    }
}
