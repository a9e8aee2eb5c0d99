//! The super-admin door: the link that opens it once, and what can be done behind it for half an hour.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use sapa_core::{
    logins::{self, Session, password},
    meta,
    otp::browser,
    staff::{self, Member, Role},
};
use serde::Deserialize;

use super::{
    Refusal,
    access::{Cookie, Inside, Key, Nothing, Params, Posted, Stranger},
    invitation::Invitation,
    reading,
    shell::{Done, Shell, Wrong, html, then},
    witness, writing,
};
use crate::surface::Shared;

const HOME: &str = "/admin/super";

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/super", get(show))
        .route("/super/{key}", get(knock).post(open))
        .route("/super/leave", post(close))
        .route("/super/invite", post(invite))
        .route("/super/staff/{key}", get(person))
        .route("/super/staff/{key}/again", post(again))
        .route("/super/staff/{key}/role", post(role))
        .route("/super/staff/{key}/remove", post(remove))
        .route("/super/staff/{key}/password", post(clear_password))
        .route("/super/staff/{key}/sessions", post(end_sessions))
}

#[derive(Template)]
#[template(path = "door_closed.html")]
struct Closed {
    s: Shell,
    key: String,
    good: bool,
}

/// Whether the link opens; looking uses nothing up.
async fn knock(
    State(shared): State<Arc<Shared>>,
    who: Stranger,
    Key(key): Key,
) -> Result<Response, Refusal> {
    let desk = &shared.surface.desk;
    let good = reading!(shared, |act| {
        Ok(logins::is_good_link(desk, act.tx, &key).await?)
    })?;
    let s = Shell::stranger(desk, &who, "pages-door");
    let mut page = html(&Closed { s, key, good });
    let visit = Cookie::Visit.header(desk, Some(&who.visit));
    page.headers_mut().append(header::SET_COOKIE, visit);
    Ok(page)
}

/// Opens the door, once.
async fn open(
    State(shared): State<Arc<Shared>>,
    Key(key): Key,
    Posted(who, Nothing {}): Posted<Stranger, Nothing>,
) -> Result<Response, Refusal> {
    let opened = writing!(shared, |act| {
        let (address, agent) = (&who.place.address, &who.place.agent);
        Ok(logins::open_door(act, &key, address, agent).await?)
    })?;
    let Some((token, _)) = opened else {
        witness::no_door(&shared, &who.place.address).await?;
        return Err(Refusal::DoorClosed);
    };
    let mut response = Redirect::to(HOME).into_response();
    let cookie = Cookie::Door.header(&shared.surface.desk, Some(&token));
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Closes it.
async fn close(
    State(shared): State<Arc<Shared>>,
    Posted(who, Nothing {}): Posted<Inside, Nothing>,
) -> Result<Response, Refusal> {
    writing!(
        shared,
        |act| Ok(logins::close_door(act, &who.opener).await?)
    )?;
    let mut response = Redirect::to("/admin").into_response();
    let cookie = Cookie::Door.header(&shared.surface.desk, None);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

#[derive(Template)]
#[template(path = "door.html")]
struct Page {
    s: Shell,
    closes: String,
    members: Vec<Member>,
    roles: [Role; 5],
    /// Whom to invite, as it was typed.
    name: String,
    role: String,
    wrong: Wrong,
}

/// Everybody, with what is done about them here.
async fn show(
    State(shared): State<Arc<Shared>>,
    inside: Inside,
    Params(done): Params<Done>,
) -> Result<Response, Refusal> {
    page(&shared, &inside, None, done.get()).await
}

/// The page; with whom nobody can invite under such a name.
async fn page(
    shared: &Shared,
    inside: &Inside,
    refused: Option<Newcomer>,
    done: Option<&str>,
) -> Result<Response, Refusal> {
    let members = reading!(shared, |act| Ok(staff::members(act.tx).await?))?;
    let s = Shell::inside(&shared.surface.desk, inside, "pages-door").done(done);
    let (status, wrong) = if refused.is_some() {
        let wrong = Wrong::new("name", s.t("pages-wrong-name"));
        (StatusCode::UNPROCESSABLE_ENTITY, wrong)
    } else {
        (StatusCode::OK, Wrong::default())
    };
    let Newcomer { name, role } = refused.unwrap_or_default();
    let closes = inside.l.time(inside.opener.session.expires_at);
    let mut page = Page {
        s,
        closes,
        roles: Role::ALL,
        name,
        role,
        wrong,
        members,
    };
    if page.role.is_empty() {
        // The first one must be able to do everything; nobody else becomes that by a press too soon.
        let usual = if page.members.is_empty() {
            Role::SuperAdmin
        } else {
            Role::Admin
        };
        usual.as_str().clone_into(&mut page.role);
    }
    Ok((status, html(&page)).into_response())
}

#[derive(Template)]
#[template(path = "door_person.html")]
struct Person {
    s: Shell,
    member: Member,
    roles: [Role; 5],
    sessions: Vec<(Session, String)>,
    /// Whether a password is set.
    password: bool,
}

/// One of them.
async fn person(
    State(shared): State<Arc<Shared>>,
    inside: Inside,
    Key(id): Key,
) -> Result<Response, Refusal> {
    let (members, sessions, set) = reading!(shared, |act| {
        let members = staff::members(act.tx).await?;
        let sessions = logins::sessions(act.tx, &id, act.now).await?;
        Ok((members, sessions, password::set_by(act.tx, &id).await?))
    })?;
    let member = members.into_iter().find(|one| one.id == id);
    let member = member.ok_or(Refusal::NotFound)?;
    let s = Shell::inside(&shared.surface.desk, &inside, "pages-door").titled(&member.name);
    let told = |session: Session| {
        let browser = browser(&session.agent).unwrap_or_else(|| s.t("otp-unknown-browser"));
        (session, browser)
    };
    let sessions = sessions.into_iter().map(told).collect();
    Ok(html(&Person {
        member,
        sessions,
        roles: Role::ALL,
        password: set.is_some(),
        s,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rank {
    role: String,
}

async fn role(
    State(shared): State<Arc<Shared>>,
    Key(id): Key,
    Posted(who, Rank { role }): Posted<Inside, Rank>,
) -> Result<Response, Refusal> {
    let to = Role::parse(&role).ok_or(Refusal::BadForm)?;
    let by = who.opener.actor();
    let changed = writing!(shared, |act| Ok(
        staff::change_role(act, &by, &id, to).await?
    ))?;
    after(changed, "changed")
}

async fn remove(
    State(shared): State<Arc<Shared>>,
    Key(id): Key,
    Posted(who, Nothing {}): Posted<Inside, Nothing>,
) -> Result<Response, Refusal> {
    let by = who.opener.actor();
    let removed = writing!(shared, |act| Ok(staff::remove(act, &by, &id).await?))?;
    after(removed, "removed")
}

/// Takes the password away from somebody who has forgotten it: a code is enough again, and he may set another.
async fn clear_password(
    State(shared): State<Arc<Shared>>,
    Key(id): Key,
    Posted(who, Nothing {}): Posted<Inside, Nothing>,
) -> Result<Response, Refusal> {
    let by = who.opener.actor();
    let cleared = writing!(shared, |act| Ok(password::clear(act, &by, &id).await?))?;
    after(cleared, "password-cleared")
}

async fn end_sessions(
    State(shared): State<Arc<Shared>>,
    Key(id): Key,
    Posted(who, Nothing {}): Posted<Inside, Nothing>,
) -> Result<Response, Refusal> {
    let by = who.opener.actor();
    let ended = writing!(shared, |act| {
        let known = staff::by_id(act.tx, &id).await?.is_some();
        if known {
            logins::revoke_all(act, &by, &id).await?;
        }
        Ok(known)
    })?;
    after(ended, "all-ended")
}

fn after(found: bool, done: &str) -> Result<Response, Refusal> {
    if found {
        Ok(then(HOME, done))
    } else {
        Err(Refusal::NotFound)
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Newcomer {
    name: String,
    role: String,
}

/// Invites anybody as anything.
async fn invite(
    State(shared): State<Arc<Shared>>,
    Posted(who, new): Posted<Inside, Newcomer>,
) -> Result<Response, Refusal> {
    let role = Role::parse(&new.role).ok_or(Refusal::BadForm)?;
    let Some(name) = super::invitation::name(&new.name) else {
        return page(&shared, &who, Some(new), None).await;
    };
    let by = who.opener.actor();
    let (invite, bot) = writing!(shared, |act| {
        let invited = staff::invite_by(act, &by, &name, role, None).await;
        let invite = invited.map_err(super::invitation::refused)?;
        Ok((invite, meta::get(act.tx, meta::BOT_USERNAME).await?))
    })?;
    let s = Shell::inside(&shared.surface.desk, &who, "pages-invitation");
    Ok(html(&Invitation::new(
        s,
        &name,
        &invite,
        bot.as_deref(),
        HOME,
    )))
}

/// Another link for somebody who has not opened the first, whatever he is to be.
async fn again(
    State(shared): State<Arc<Shared>>,
    Key(id): Key,
    Posted(who, Nothing {}): Posted<Inside, Nothing>,
) -> Result<Response, Refusal> {
    let by = who.opener.actor();
    let (member, invite, bot) = writing!(shared, |act| {
        let member = staff::by_id(act.tx, &id).await?.ok_or(Refusal::NotFound)?;
        let invite = staff::invite_again(act, &by, &id).await?;
        let invite = invite.ok_or(Refusal::NotFound)?;
        Ok((member, invite, meta::get(act.tx, meta::BOT_USERNAME).await?))
    })?;
    let s = Shell::inside(&shared.surface.desk, &who, "pages-invitation");
    Ok(html(&Invitation::new(
        s,
        &member.name,
        &invite,
        bot.as_deref(),
        HOME,
    )))
}
