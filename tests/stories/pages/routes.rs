//! Every route of the pages, by a stranger and by each role: with an id that is nobody's, with somebody else's, with another page's form.
//! The routes are read from the source: one that is not in the table fails.

use std::{collections::BTreeSet, fs, path::Path};

use reqwest::{StatusCode, header};
use sapa_core::staff::{Permission, Role};

use super::{Browser, logged_in, opened, token};
use crate::stories::ingress::on_both;

/// Whom a route is for.
#[derive(Clone, Copy)]
enum Who {
    /// Also strangers: how people come in.
    Anybody,
    /// Whoever is logged in; what an id names may still not be his to see.
    Staff,
    /// Whoever may do that.
    May(Permission),
    /// Whoever is behind the super-admin door.
    Door,
}

impl Who {
    fn has(self, role: Role) -> bool {
        match self {
            Self::Anybody | Self::Staff => true,
            Self::May(permission) => role.permits(permission),
            Self::Door => false,
        }
    }
}

type Fields = &'static [(&'static str, &'static str)];

const SEEN: &[(&str, Who)] = &[
    ("/", Who::Staff),
    ("/numbers", Who::Staff),
    ("/live", Who::Staff),
    ("/login", Who::Anybody),
    ("/login/{key}", Who::Anybody),
    ("/assets/{name}", Who::Anybody),
    ("/sessions", Who::Staff),
    ("/conversations", Who::Staff),
    ("/conversations/{key}", Who::Staff),
    ("/conversations/{key}/thread", Who::Staff),
    ("/files/{key}", Who::Staff),
    ("/tickets", Who::Staff),
    ("/tickets/{key}", Who::Staff),
    ("/tickets/{key}/thread", Who::Staff),
    ("/customers", Who::May(Permission::CustomersFind)),
    ("/customers/new", Who::May(Permission::CustomersEdit)),
    ("/customers/{key}", Who::May(Permission::CustomersFind)),
    ("/customers/{key}/erase", Who::May(Permission::PeopleData)),
    ("/types", Who::May(Permission::SettingsEdit)),
    ("/types/new", Who::May(Permission::SettingsEdit)),
    ("/types/{key}", Who::May(Permission::SettingsEdit)),
    ("/settings", Who::May(Permission::SettingsEdit)),
    ("/staff", Who::May(Permission::StaffInvite)),
    ("/staff/{key}", Who::May(Permission::StaffInvite)),
    ("/audit", Who::May(Permission::AuditRead)),
    ("/super", Who::Door),
    ("/super/{key}", Who::Anybody),
    ("/super/staff/{key}", Who::Door),
];

/// With what a form of theirs holds; whoever leaves comes last.
const SENT: &[(&str, Who, Fields)] = &[
    ("/login", Who::Anybody, &[("name", "nobody")]),
    ("/login/{key}", Who::Anybody, &[("code", "000000")]),
    ("/language", Who::Staff, &[("language", "id")]),
    (
        "/sessions/password",
        Who::Staff,
        &[("password", "kopi tubruk panas")],
    ),
    ("/sessions/{key}/end", Who::Staff, &[]),
    (
        "/conversations/{key}/answer",
        Who::Staff,
        &[("text", "Halo"), ("nonce", "n")],
    ),
    ("/conversations/{key}/take", Who::Staff, &[]),
    (
        "/tickets/{key}/answer",
        Who::Staff,
        &[("text", "Halo"), ("nonce", "n")],
    ),
    ("/tickets/{key}/note", Who::Staff, &[("text", "Catatan")]),
    ("/tickets/{key}/take", Who::Staff, &[]),
    ("/tickets/{key}/take-over", Who::Staff, &[]),
    (
        "/tickets/{key}/escalate",
        Who::Staff,
        &[("reason", "Perlu bantuan")],
    ),
    (
        "/tickets/{key}/give",
        Who::May(Permission::TicketsTransfer),
        &[("to", "x")],
    ),
    (
        "/tickets/{key}/status",
        Who::Staff,
        &[("status", "on_hold"), ("note", "")],
    ),
    (
        "/tickets/{key}/priority",
        Who::Staff,
        &[("priority", "low")],
    ),
    (
        "/customers",
        Who::May(Permission::CustomersEdit),
        &[("name", "Ani"), ("phone", "081298765432")],
    ),
    (
        "/customers/{key}",
        Who::May(Permission::CustomersEdit),
        &[
            ("name", "Ani"),
            ("account_number", ""),
            ("full_name", ""),
            ("package", ""),
            ("bandwidth", ""),
            ("monthly_price", ""),
            ("account_status", "active"),
            ("email", ""),
            ("address", ""),
            ("city", ""),
            ("province", ""),
            ("locale", ""),
        ],
    ),
    (
        "/customers/{key}/number",
        Who::May(Permission::CustomersEdit),
        &[("phone", "081298765431")],
    ),
    (
        "/customers/{key}/sessions/end",
        Who::May(Permission::CustomersEdit),
        &[],
    ),
    (
        "/customers/{key}/sessions/{session}/end",
        Who::May(Permission::CustomersEdit),
        &[],
    ),
    (
        "/customers/{key}/remove",
        Who::May(Permission::CustomersEdit),
        &[],
    ),
    (
        "/customers/{key}/data",
        Who::May(Permission::PeopleData),
        &[],
    ),
    (
        "/customers/{key}/erase",
        Who::May(Permission::PeopleData),
        &[],
    ),
    ("/types", Who::May(Permission::SettingsEdit), KIND),
    ("/types/{key}", Who::May(Permission::SettingsEdit), KIND),
    (
        "/types/{key}/switch",
        Who::May(Permission::SettingsEdit),
        &[("active", "true")],
    ),
    (
        "/types/{key}/remove",
        Who::May(Permission::SettingsEdit),
        &[],
    ),
    (
        "/settings/{key}",
        Who::May(Permission::SettingsEdit),
        &[("value", "x")],
    ),
    (
        "/staff/invite",
        Who::May(Permission::StaffInvite),
        &[("name", "Eka"), ("role", "agent"), ("team", "")],
    ),
    (
        "/staff/teams",
        Who::May(Permission::StaffInvite),
        &[("name", "Lapangan")],
    ),
    (
        "/staff/{key}/capacity",
        Who::May(Permission::StaffInvite),
        &[("capacity", "5")],
    ),
    (
        "/staff/{key}/team",
        Who::May(Permission::StaffInvite),
        &[("team", "x"), ("joins", "yes")],
    ),
    ("/staff/{key}/again", Who::May(Permission::StaffInvite), &[]),
    ("/super/{key}", Who::Anybody, &[]),
    ("/super/leave", Who::Door, &[]),
    (
        "/super/invite",
        Who::Door,
        &[("name", "Eka"), ("role", "admin")],
    ),
    ("/super/staff/{key}/again", Who::Door, &[]),
    ("/super/staff/{key}/role", Who::Door, &[("role", "admin")]),
    ("/super/staff/{key}/remove", Who::Door, &[]),
    ("/super/staff/{key}/password", Who::Door, &[]),
    ("/super/staff/{key}/sessions", Who::Door, &[]),
    ("/logout", Who::Staff, &[]),
];

/// A ticket type's form.
const KIND: Fields = &[
    ("name_id", "Jenis"),
    ("name_en", "Kind"),
    ("keywords", ""),
    ("team", ""),
    ("low", ""),
    ("normal", ""),
    ("high", ""),
    ("urgent", ""),
    ("position", "9"),
];

/// An id that is nobody's.
const NOBODYS: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

/// The address of a route, its id filled in.
fn address(path: &str, id: &str) -> String {
    let path = path.replace("{key}", id).replace("{name}", id);
    let path = path.replace("{session}", id);
    format!("/admin{}", path.trim_end_matches('/'))
}

/// What a form of ours would send.
fn form(token: &str, fields: Fields) -> Vec<(String, String)> {
    let own = ("token".to_owned(), token.to_owned());
    let given = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    std::iter::once(own).chain(given).collect()
}

/// The routes as they stand in the source: method and path.
fn in_the_source() -> BTreeSet<(&'static str, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("webhook/src/admin");
    let mut found = BTreeSet::new();
    for file in fs::read_dir(folder).expect("the pages") {
        let source = fs::read_to_string(file.expect("a file").path()).expect("a source");
        for route in source.split(".route(").skip(1) {
            let path = route.split('"').nth(1).expect("a path").to_owned();
            let mut depth = 1;
            let end = route.find(|c| {
                depth += i32::from(c == '(') - i32::from(c == ')');
                depth == 0
            });
            let methods = &route[..end.expect("an end")];
            for (method, word) in [("GET", "get("), ("POST", "post(")] {
                if methods.contains(word) {
                    found.insert((method, path.clone()));
                }
            }
        }
    }
    found
}

#[test]
fn no_route_is_missing_from_the_table() {
    let seen = SEEN.iter().map(|(path, _)| ("GET", (*path).to_owned()));
    let sent = SENT.iter().map(|(path, ..)| ("POST", (*path).to_owned()));
    let table: BTreeSet<_> = seen.chain(sent).collect();
    let source = in_the_source();
    let missing: Vec<_> = source.symmetric_difference(&table).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn strangers_get_nowhere_but_to_the_login() {
    on_both(async |world| {
        let stranger = Browser::new(world);
        for (path, who) in SEEN {
            let got = stranger.get(&address(path, NOBODYS)).await;
            kept_out(path, *who, got.status, &got.place);
        }
        for (path, who, fields) in SENT {
            let fields = form("x", fields);
            let got = stranger.post(&address(path, NOBODYS), &fields).await;
            kept_out(path, *who, got.status, &got.place);
        }
    });
}

fn kept_out(path: &str, who: Who, status: StatusCode, place: &str) {
    match who {
        Who::Anybody => assert!(status.as_u16() < 500, "{path}: {status}"),
        Who::Door => assert_eq!(status, StatusCode::FORBIDDEN, "{path}"),
        Who::Staff | Who::May(_) => {
            assert_eq!(
                (status, place),
                (StatusCode::SEE_OTHER, "/admin/login"),
                "{path}"
            );
        }
    }
}

/// Nobody's id is not found by whoever may look, and nothing is done by whoever may not.
fn is_as_it_should(role: Role, path: &str, who: Who, status: StatusCode) {
    let told = format!("{path} by {}: {status}", role.as_str());
    let code = status.as_u16();
    match (who, who.has(role), path.contains('{')) {
        (Who::Anybody, ..) => assert!(code < 500, "{told}"),
        (Who::Door, ..) | (_, false, false) => assert_eq!(code, 403, "{told}"),
        (_, true, true) => assert_eq!(code, 404, "{told}"),
        (_, false, true) => assert!(code == 403 || code == 404, "{told}"),
        // What the first of them has added is there already for the others.
        (_, true, false) if code == 422 => assert_ne!(role, Role::SuperAdmin, "{told}"),
        (_, true, false) => assert!(code == 200 || code == 303, "{told}"),
    }
}

#[test]
fn every_role_on_every_route_with_an_id_that_is_nobodys() {
    on_both(async |world| {
        for role in Role::ALL {
            let person = world.invited(role.as_str(), role, None).await;
            let browser = logged_in(world, &person).await;
            // A stream does not end; that strangers do not get it is seen above.
            for (path, who) in SEEN.iter().filter(|(path, _)| *path != "/live") {
                let got = browser.get(&address(path, NOBODYS)).await;
                is_as_it_should(role, path, *who, got.status);
            }
            let token = token(&browser.get("/admin").await.text);
            for (path, who, fields) in SENT {
                let fields = form(&token, fields);
                let got = browser.post(&address(path, NOBODYS), &fields).await;
                // Whoever sends the login's form with a session's token comes from no page of ours.
                is_as_it_should(role, path, *who, got.status);
            }
        }
    });
}

#[test]
fn behind_the_door_nobodys_id_is_not_found() {
    on_both(async |world| {
        let browser = opened(world).await;
        let inside = |who: &Who, path: &str| matches!(who, Who::Door) && path.contains("{key}");
        for (path, _) in SEEN.iter().filter(|(path, who)| inside(who, path)) {
            let got = browser.get(&address(path, NOBODYS)).await;
            assert_eq!(got.status, StatusCode::NOT_FOUND, "{path}");
        }
        let token = token(&browser.get("/admin/super").await.text);
        for (path, _, fields) in SENT.iter().filter(|(path, who, _)| inside(who, path)) {
            let sent = form(&token, fields);
            let got = browser.post(&address(path, NOBODYS), &sent).await;
            assert_eq!(got.status, StatusCode::NOT_FOUND, "{path}");
        }
    });
}

#[test]
fn who_asks_for_the_address_of_a_form_comes_to_a_page() {
    on_both(async |world| {
        let boss = world.invited("Bos", Role::SuperAdmin, None).await;
        let browser = logged_in(world, &boss).await;
        let pages: BTreeSet<_> = SEEN
            .iter()
            .map(|(path, _)| address(path, NOBODYS))
            .collect();
        for (path, ..) in SENT {
            let asked = address(path, NOBODYS);
            if pages.contains(&asked) {
                continue;
            }
            let led = browser.get(&asked).await;
            assert_eq!(led.status, StatusCode::SEE_OTHER, "{path}");
            assert!(pages.contains(&led.place), "{path}: {}", led.place);
        }
    });
}

#[test]
fn another_pages_form_is_refused_on_every_route() {
    on_both(async |world| {
        let boss = world.invited("Bos", Role::SuperAdmin, None).await;
        let browser = logged_in(world, &boss).await;
        let token = token(&browser.get("/admin").await.text);
        for (path, _, fields) in SENT {
            let here = address(path, NOBODYS);
            let guessed = browser.post(&here, &form("guessed", fields)).await;
            assert_eq!(guessed.status, StatusCode::FORBIDDEN, "{path}: the token");
            let evil = browser
                .client
                .post(format!("{}{here}", world.address))
                .header(header::ORIGIN, "https://evil.example")
                .form(&form(&token, fields));
            let refused = browser.send(evil).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}: the origin");
        }
    });
}

#[test]
fn what_is_a_colleagues_is_not_found() {
    on_both(async |world| {
        let budi = world.agent("Budi").await;
        let sari = world.customer("Sari", "6281234567890");
        let number = sari.opens_a_ticket("internet mati").await;
        let _first = logged_in(world, &budi).await;
        world.advance(std::time::Duration::from_mins(2)).await;
        let his = logged_in(world, &budi).await;
        let sessions = his.get("/admin/sessions").await.text;
        let session = sessions.split("action=\"/admin/sessions/").nth(1);
        let session = session.and_then(|rest| rest.split('/').next());
        let session = session.expect("a session that can be ended").to_owned();
        for role in [Role::Agent, Role::Viewer, Role::Admin, Role::SuperAdmin] {
            let person = world.invited(role.as_str(), role, None).await;
            let hers = logged_in(world, &person).await;
            let token = token(&hers.get("/admin").await.text);
            let end = format!("/admin/sessions/{session}/end");
            let ended = hers.post(&end, &form(&token, &[])).await;
            assert_eq!(ended.status, StatusCode::NOT_FOUND, "{}", role.as_str());
            let reads = role.permits(Permission::TicketsReadAll);
            for (path, _) in SEEN
                .iter()
                .filter(|(path, _)| path.starts_with("/tickets/"))
            {
                let got = hers.get(&address(path, &number)).await.status;
                let right = if reads {
                    StatusCode::OK
                } else {
                    StatusCode::NOT_FOUND
                };
                assert_eq!(got, right, "{path} by {}", role.as_str());
            }
            let changes = reads && role.permits(Permission::TicketsWork);
            for (path, _, fields) in SENT
                .iter()
                .filter(|(path, ..)| path.starts_with("/tickets/"))
            {
                if changes {
                    continue;
                }
                let got = hers
                    .post(&address(path, &number), &form(&token, fields))
                    .await;
                let right = if reads {
                    StatusCode::FORBIDDEN
                } else {
                    StatusCode::NOT_FOUND
                };
                assert_eq!(got.status, right, "{path} by {}", role.as_str());
            }
        }
        let sessions = his.get("/admin/sessions").await.text;
        assert!(sessions.contains(&session), "nobody has ended his session");
    });
}
