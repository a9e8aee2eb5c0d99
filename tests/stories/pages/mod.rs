//! The staff's pages: coming in by a code from the chat, what roles see, an answer that arrives on WhatsApp, the super-admin door.

use reqwest::{StatusCode, header, redirect};
use sapa_core::{logins, staff::Role};

mod coming;
mod conversations;
mod ended;
mod escalations;
mod forms;
mod house;
mod lists;
mod password;
mod reach;
mod routes;
mod strangers;
mod thread;
mod work;

use super::ingress::on_both;
use crate::world::{Agent, World};

/// A browser: cookies, and the page's origin on every form.
struct Browser<'w> {
    world: &'w World,
    client: reqwest::Client,
    cookies: std::sync::Mutex<Vec<(String, String)>>,
    /// The lines that set them, as they came.
    lines: std::sync::Mutex<Vec<String>>,
}

/// What a browser got.
struct Seen {
    status: StatusCode,
    place: String,
    text: String,
}

impl<'w> Browser<'w> {
    fn new(world: &'w World) -> Self {
        let client = reqwest::Client::builder().redirect(redirect::Policy::none());
        Self {
            world,
            client: client.build().expect("a client"),
            cookies: std::sync::Mutex::default(),
            lines: std::sync::Mutex::default(),
        }
    }

    fn cookies(&self) -> String {
        let cookies = self.cookies.lock().expect("the jar");
        let lines: Vec<_> = cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        lines.join("; ")
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Seen {
        let request = request.header(header::COOKIE, self.cookies());
        let answer = request.send().await.expect("an answer");
        for line in answer.headers().get_all(header::SET_COOKIE) {
            let line = line.to_str().expect("a cookie");
            assert!(line.contains("HttpOnly; SameSite=Lax"), "{line}");
            let mut lines = self.lines.lock().expect("the lines");
            lines.push(line.to_owned());
            drop(lines);
            let (name, value) = line
                .split(';')
                .next()
                .and_then(|pair| pair.split_once('='))
                .expect("a pair");
            let mut cookies = self.cookies.lock().expect("the jar");
            cookies.retain(|(known, _)| known != name);
            if !line.contains("Max-Age=0;") {
                cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        let headers = answer.headers();
        let policy = headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .expect("a policy");
        assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"));
        let place = headers.get(header::LOCATION);
        let place = place
            .map_or("", |place| place.to_str().expect("a place"))
            .to_owned();
        Seen {
            status: answer.status(),
            place,
            text: answer.text().await.expect("a body"),
        }
    }

    async fn get(&self, path: &str) -> Seen {
        self.send(self.client.get(format!("{}{path}", self.world.address)))
            .await
    }

    /// Fills in the form for `action` on the page at `path` and sends it.
    async fn fills(&self, path: &str, action: &str, fields: &[(&str, &str)]) -> Seen {
        let page = self.get(path).await;
        let at = page.text.find(&format!("action=\"{action}\""));
        let form =
            &page.text[at.unwrap_or_else(|| panic!("no form {action} on {path}: {}", page.text))..];
        let form = &form[..form.find("</form>").expect("an end")];
        let hidden = |name: &str| Some((name.to_owned(), value(form, name)?));
        let own = ["token", "nonce"].into_iter().filter_map(hidden);
        let given = fields
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        self.post(action, &own.chain(given).collect::<Vec<_>>())
            .await
    }

    async fn post(&self, path: &str, fields: &[(String, String)]) -> Seen {
        let request = self.client.post(format!("{}{path}", self.world.address));
        self.send(
            request
                .header(header::ORIGIN, &self.world.address)
                .form(fields),
        )
        .await
    }
}

/// What the first field of that name holds.
fn value(page: &str, name: &str) -> Option<String> {
    let mark = format!("name=\"{name}\" value=\"");
    let value = page.split(&mark).nth(1)?.split('"').next()?;
    Some(value.to_owned())
}

/// What the forms on a page carry.
fn token(page: &str) -> String {
    value(page, "token").expect("a form")
}

fn code(agent: &Agent<'_>) -> String {
    let words = agent.last();
    let mut groups = words.split(|c: char| !c.is_ascii_digit());
    let code = groups.find(|group| group.len() == 6);
    code.unwrap_or_else(|| panic!("no code in {words:?}"))
        .to_owned()
}

/// Where the link leads that the chat gives for `/login`.
async fn link(world: &World, agent: &Agent<'_>) -> String {
    agent.says("/login").await;
    let chat = agent.heard();
    let mut newest = chat.iter().rev().map(sapa_sandbox::Shown::words);
    let words = newest.find(|words| words.contains("/admin/login/"));
    let words = words.expect("a link");
    let mut words = words.split_whitespace();
    let link = words.find(|word| word.contains("/admin/login/"));
    let link = link.expect("a link");
    link.trim_start_matches(&world.address).to_owned()
}

/// Somebody who came in from the chat: the link, then the code.
async fn logged_in<'w>(world: &'w World, agent: &Agent<'_>) -> Browser<'w> {
    let path = link(world, agent).await;
    let browser = Browser::new(world);
    let inside = browser.fills(&path, &path, &[("code", &code(agent))]).await;
    assert_eq!(
        (inside.status, inside.place.as_str()),
        (StatusCode::SEE_OTHER, "/admin")
    );
    browser
}

#[test]
fn a_ticket_answered_on_the_page_arrives_on_whatsapp() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari <b>", "6281234567890");
        let number = sari.opens_a_ticket("internet mati dari pagi").await;
        let browser = logged_in(world, &budi).await;
        let list = browser.get("/admin/tickets").await.text;
        assert!(
            list.contains(&number) && list.contains("Sari &#60;b&#62;"),
            "{list}"
        );
        let page = format!("/admin/tickets/{number}");
        let words = "Selamat siang, teknisi kami berangkat <sekarang>.";
        let sent = browser
            .fills(&page, &format!("{page}/answer"), &[("text", words)])
            .await;
        assert_eq!(sent.place, format!("{page}?done=sent"), "{}", sent.text);
        world.settle().await;
        assert_eq!(sari.last(), words);
        let noted = browser
            .fills(&page, &format!("{page}/note"), &[("text", "sudah telepon")])
            .await;
        assert_eq!(noted.place, format!("{page}?done=noted"));
        let step = [("status", "resolved"), ("note", ""), ("tell", "on")];
        let done = browser.fills(&page, &format!("{page}/status"), &step).await;
        assert_eq!(done.place, format!("{page}?done=changed"));
        world.settle().await;
        assert!(sari.last().contains(&number), "{}", sari.last());
        let shown = browser.get(&page).await.text;
        assert!(shown.contains("&#60;sekarang&#62;") && shown.contains("sudah telepon"));
        let customers = sari.heard();
        assert!(
            !customers
                .iter()
                .any(|m| m.words().contains("sudah telepon"))
        );
    });
}

#[test]
fn a_form_that_is_sent_twice_answers_once() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        let number = sari.opens_a_ticket("internet mati").await;
        let browser = logged_in(world, &budi).await;
        let text = browser.get(&format!("/admin/tickets/{number}")).await.text;
        let value = |name: &str| value(&text, name).expect("a field");
        let fields = [
            ("token".to_owned(), value("token")),
            ("nonce".to_owned(), value("nonce")),
            ("text".to_owned(), "Kami cek dulu ya".to_owned()),
        ];
        for _ in 0..2 {
            let sent = browser
                .post(&format!("/admin/tickets/{number}/answer"), &fields)
                .await;
            assert_eq!(sent.status, StatusCode::SEE_OTHER);
        }
        world.settle().await;
        let heard = sari.heard();
        let answers = heard
            .iter()
            .filter(|m| m.words().contains("Kami cek dulu ya"));
        assert_eq!(answers.count(), 1);
        // He goes back to the form and writes something else.
        let [token, nonce, _] = fields;
        let other = ("text".to_owned(), "Teknisi datang jam dua".to_owned());
        let sent = browser
            .post(
                &format!("/admin/tickets/{number}/answer"),
                &[token, nonce, other],
            )
            .await;
        assert!(sent.place.ends_with("?done=sent"), "{}", sent.place);
        world.settle().await;
        assert_eq!(sari.last(), "Teknisi datang jam dua", "nothing is lost");
    });
}

#[test]
fn roles_see_what_is_theirs_and_lose_it_at_once() {
    on_both(async |world| {
        let _budi = world.agent("Budi").await;
        let citra = world.invited("Citra", Role::Agent, None).await;
        let dewi = world.invited("Dewi", Role::Admin, None).await;
        let sari = world.customer("Sari", "6281234567890");
        let number = sari.opens_a_ticket("internet mati").await;
        let (hers, admins) = (
            logged_in(world, &citra).await,
            logged_in(world, &dewi).await,
        );
        let page = format!("/admin/tickets/{number}");
        assert_eq!(
            hers.get(&page).await.status,
            StatusCode::NOT_FOUND,
            "Budi's, not hers"
        );
        assert!(!hers.get("/admin/tickets").await.text.contains(&number));
        for closed in ["/admin/staff", "/admin/audit", "/admin/customers/new"] {
            let refused = hers.get(closed).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{closed}");
            assert!(
                refused.text.contains("bukan untuk peran Anda"),
                "a page that says so"
            );
        }
        for open in [
            "/admin/staff",
            "/admin/audit",
            "/admin/customers",
            "/admin/sessions",
            page.as_str(),
        ] {
            assert_eq!(admins.get(open).await.status, StatusCode::OK, "{open}");
        }
        let above = [("name", "Eka"), ("role", "admin"), ("team", "")];
        let refused = admins
            .fills("/admin/staff", "/admin/staff/invite", &above)
            .await;
        assert_eq!(
            refused.status,
            StatusCode::FORBIDDEN,
            "admins are made behind the door"
        );
        let below = [("name", "Eka"), ("role", "agent"), ("team", "")];
        let invited = admins
            .fills("/admin/staff", "/admin/staff/invite", &below)
            .await;
        assert!(
            invited.text.contains("<svg") && invited.text.contains("?start="),
            "{}",
            invited.text
        );
        lower(world, &dewi).await;
        assert_eq!(
            admins.get("/admin/staff").await.status,
            StatusCode::FORBIDDEN,
            "mid-session"
        );
    });
}

async fn lower(world: &World, agent: &Agent<'_>) {
    let mut tx = world.desk.db.write().await.expect("a transaction");
    let mut act = world.desk.act(&mut tx);
    let staff = sapa_core::staff::by_telegram_id(act.tx, &agent.id.to_string()).await;
    let id = staff.expect("a look-up").expect("somebody").id;
    let by = sapa_core::tickets::Actor::System;
    sapa_core::staff::change_role(&mut act, &by, &id, Role::Viewer)
        .await
        .expect("a change");
    drop(act);
    tx.commit().await.expect("a commit");
}

#[test]
fn the_door_opens_once_and_roles_change_behind_it() {
    on_both(async |world| {
        let boss = world.invited("Bos", Role::SuperAdmin, None).await;
        let budi = world.agent("Budi").await;
        budi.says("/superadmin").await;
        assert!(!budi.last().contains("/admin/super/"), "not for agents");
        boss.says("/superadmin").await;
        let link = boss.last();
        let path = link
            .split_whitespace()
            .find(|w| w.contains("/admin/super/"))
            .expect("a link");
        let path = path.trim_start_matches(&world.address).to_owned();
        let browser = Browser::new(world);
        for _ in 0..2 {
            assert_eq!(
                browser.get(&path).await.status,
                StatusCode::OK,
                "looking uses nothing up"
            );
        }
        let opened = browser.fills(&path, &path, &[]).await;
        assert_eq!(opened.place, "/admin/super", "{}", opened.text);
        let again = Browser::new(world);
        assert!(!again.get(&path).await.text.contains("<form"), "used up");
        let his = logged_in(world, &budi).await;
        let staff = browser.get("/admin/super").await.text;
        let at = staff
            .split("/admin/super/staff/")
            .find(|part| part.contains(">Budi<"))
            .expect("Budi");
        let id = at.split('"').next().expect("an id");
        let page = format!("/admin/super/staff/{id}");
        let changed = browser
            .fills(&page, &format!("{page}/role"), &[("role", "admin")])
            .await;
        assert_eq!(changed.place, "/admin/super?done=changed");
        assert_eq!(
            his.get("/admin/staff").await.status,
            StatusCode::OK,
            "at once"
        );
        let removed = browser.fills(&page, &format!("{page}/remove"), &[]).await;
        assert_eq!(removed.place, "/admin/super?done=removed");
        assert_eq!(
            his.get("/admin").await.place,
            "/admin/login",
            "and out at once"
        );
        world.advance(std::time::Duration::from_mins(31)).await;
        assert_eq!(
            browser.get("/admin/super").await.status,
            StatusCode::FORBIDDEN
        );
    });
}

/// A browser behind the super-admin door, opened from the command line.
async fn opened(world: &World) -> Browser<'_> {
    let link = {
        let mut tx = world.desk.db.write().await.expect("a transaction");
        let mut act = world.desk.act(&mut tx);
        let link = logins::link_to_door(&mut act, None).await.expect("a link");
        drop(act);
        tx.commit().await.expect("a commit");
        link.url
    };
    let path = link.trim_start_matches(&world.address);
    let browser = Browser::new(world);
    let opened = browser.fills(path, path, &[]).await;
    assert_eq!(opened.place, "/admin/super", "{}", opened.text);
    browser
}

#[test]
fn the_first_super_admin_comes_through_the_door_of_the_command_line() {
    on_both(async |world| {
        let browser = opened(world).await;
        let new = [("name", "Bos"), ("role", "super_admin")];
        let invited = browser
            .fills("/admin/super", "/admin/super/invite", &new)
            .await;
        assert!(invited.text.contains("?start="), "{}", invited.text);
        assert_eq!(
            browser.get("/admin").await.place,
            "/admin/login",
            "the door is not the pages"
        );
    });
}
