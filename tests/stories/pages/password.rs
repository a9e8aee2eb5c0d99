//! The password that somebody may set besides the codes: set, asked for, changed, forgotten.

use std::time::Duration;

use reqwest::StatusCode;

use super::{
    Browser, code,
    coming::{deeds, has_code},
    link, logged_in, opened, token,
    work::id_of,
};
use crate::{
    stories::ingress::on_both,
    world::{Agent, World},
};

const PAGE: &str = "/admin/sessions";
const CHANGE: &str = "/admin/sessions/password";
const HIS: &str = "kopi tubruk panas";

/// Somebody who has set a password.
async fn with_password<'w>(world: &'w World, agent: &Agent<'_>) -> Browser<'w> {
    let browser = logged_in(world, agent).await;
    let set = browser.fills(PAGE, CHANGE, &[("password", HIS)]).await;
    assert_eq!(
        set.place, "/admin/sessions?done=password-set",
        "{}",
        set.text
    );
    world.advance(Duration::from_mins(2)).await;
    browser
}

/// Gives a name and a password; the page that asks for the code.
async fn asks(browser: &Browser<'_>, name: &str, password: &str) -> String {
    let form = [("name", name), ("password", password)];
    let asked = browser.fills("/admin/login", "/admin/login", &form).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text);
    assert!(asked.place.starts_with("/admin/login/"), "{}", asked.place);
    browser.world.settle().await;
    let page = browser.get(&asked.place).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        !page.text.contains("name=\"password\""),
        "asked once: {}",
        page.text
    );
    asked.place
}

#[test]
fn without_the_password_no_code_is_sent_and_nobody_is_told_why() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let _his = with_password(world, &budi).await;
        budi.says("halo").await;
        for (name, typed) in [
            ("budi", "kopi tubruk dingin"),
            ("nobody", HIS),
            ("budi", ""),
        ] {
            let stranger = Browser::new(world);
            asks(&stranger, name, typed).await;
            assert!(!has_code(&budi), "{}", budi.last());
            world.advance(Duration::from_mins(2)).await;
        }
        let refused = deeds(world, "login.refused").await;
        assert_eq!(refused.len(), 2, "for his name: {refused:?}");
        assert_eq!(refused[0].subject_name.as_deref(), Some("Budi"));
        let browser = Browser::new(world);
        let path = asks(&browser, "budi", HIS).await;
        let inside = browser.fills(&path, &path, &[("code", &code(&budi))]).await;
        assert_eq!(inside.place, "/admin", "{}", inside.text);
    });
}

#[test]
fn whoever_has_none_needs_none() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        for typed in ["", HIS] {
            let browser = Browser::new(world);
            let path = asks(&browser, "budi", typed).await;
            let inside = browser.fills(&path, &path, &[("code", &code(&budi))]).await;
            assert_eq!(inside.place, "/admin", "{}", inside.text);
            world.advance(Duration::from_mins(2)).await;
        }
        let path = link(world, &budi).await;
        let page = Browser::new(world).get(&path).await.text;
        assert!(!page.contains("name=\"password\""), "{page}");
    });
}

#[test]
fn who_comes_by_the_link_of_the_chat_is_asked_for_it_there() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let _his = with_password(world, &budi).await;
        let path = link(world, &budi).await;
        let right = code(&budi);
        let browser = Browser::new(world);
        let page = browser.get(&path).await.text;
        assert!(page.contains("name=\"password\""), "{page}");
        for typed in ["", "kopi tubruk dingin"] {
            let form = [("code", right.as_str()), ("password", typed)];
            let refused = browser.fills(&path, &path, &form).await;
            assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{typed}");
        }
        let form = [("code", right.as_str()), ("password", HIS)];
        let inside = browser.fills(&path, &path, &form).await;
        assert_eq!(inside.place, "/admin", "{}", inside.text);
        world.advance(Duration::from_mins(2)).await;
        let path = link(world, &budi).await;
        let right = code(&budi);
        let thief = Browser::new(world);
        for n in 0..5 {
            let form = [
                ("code", right.as_str()),
                ("password", "a guess, and no more"),
            ];
            let refused = thief.fills(&path, &path, &form).await;
            assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{n}");
        }
        let form = [("code", right.as_str()), ("password", HIS)];
        let late = thief
            .post(&path, &with_token(&thief, &path, &form).await)
            .await;
        assert_eq!(
            late.status,
            StatusCode::UNAUTHORIZED,
            "five wrong ones end it"
        );
    });
}

async fn with_token(
    browser: &Browser<'_>,
    path: &str,
    form: &[(&str, &str)],
) -> Vec<(String, String)> {
    let own = ("token".to_owned(), token(&browser.get(path).await.text));
    let given = form.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
    std::iter::once(own).chain(given).collect()
}

#[test]
fn it_is_changed_and_removed_by_who_shows_the_old_one() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let other = logged_in(world, &budi).await;
        world.advance(Duration::from_mins(2)).await;
        let browser = logged_in(world, &budi).await;
        for (typed, why) in [
            ("kopi", "terlalu pendek"),
            (&*"k".repeat(129), "terlalu panjang"),
        ] {
            let refused = browser.fills(PAGE, CHANGE, &[("password", typed)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.text.contains(why), "{}", refused.text);
        }
        let set = browser.fills(PAGE, CHANGE, &[("password", HIS)]).await;
        assert!(
            browser
                .get(&set.place)
                .await
                .text
                .contains("Kata sandi disimpan")
        );
        assert_eq!(
            other.get("/admin").await.place,
            "/admin/login",
            "his other session"
        );
        let new = [("old", HIS), ("password", "teh manis hangat")];
        let changed = browser.fills(PAGE, CHANGE, &new).await;
        assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text);
        let refused = browser.fills(PAGE, CHANGE, &new).await;
        assert!(refused.text.contains("tidak cocok"), "{}", refused.text);
        let lines = deeds(world, "password.set").await;
        assert_eq!(lines.len(), 2);
        assert!(
            lines.iter().all(|line| line.after_value.is_none()),
            "{lines:?}"
        );
    });
}

#[test]
fn it_is_not_guessed_at_an_open_page() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let browser = with_password(world, &budi).await;
        let guess = [("old", "kopi tubruk dingin"), ("clear", "yes")];
        for n in 0..6 {
            let refused = browser.fills(PAGE, CHANGE, &guess).await;
            let why = if n < 5 {
                "tidak cocok"
            } else {
                "Terlalu sering salah"
            };
            assert!(refused.text.contains(why), "{n}: {}", refused.text);
        }
        assert_eq!(deeds(world, "password.refused").await.len(), 5);
        let clear = [("old", HIS), ("password", ""), ("clear", "yes")];
        let early = browser.fills(PAGE, CHANGE, &clear).await;
        assert_eq!(
            early.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "not even the right one"
        );
        world.advance(Duration::from_mins(11)).await;
        let cleared = browser.fills(PAGE, CHANGE, &clear).await;
        assert_eq!(
            cleared.place, "/admin/sessions?done=password-cleared",
            "{}",
            cleared.text
        );
        assert_eq!(deeds(world, "password.cleared").await.len(), 1);
    });
}

#[test]
fn a_forgotten_one_is_removed_behind_the_door() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let _his = with_password(world, &budi).await;
        let door = opened(world).await;
        let page = format!("/admin/super/staff/{}", id_of(world, &budi).await);
        let clear = format!("{page}/password");
        let cleared = door.fills(&page, &clear, &[]).await;
        assert_eq!(cleared.place, "/admin/super?done=password-cleared");
        assert!(!door.get(&page).await.text.contains(&clear), "gone");
        let browser = Browser::new(world);
        let path = asks(&browser, "budi", "").await;
        let inside = browser.fills(&path, &path, &[("code", &code(&budi))]).await;
        assert_eq!(inside.place, "/admin", "{}", inside.text);
    });
}
