//! Staff and teams: who works here, how much each has, inviting agents and viewers. Roles and removals are behind the super-admin door.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use sapa_core::{
    meta,
    staff::{self, Member, Permission, Role, Team},
};
use serde::Deserialize;

use super::{
    Refusal,
    access::{Key, Nothing, Params, Posted, Visit},
    invitation::{self, Invitation},
    reading,
    shell::{Done, Shell, Wrong, html, then},
    writing,
};
use crate::surface::Shared;

const HOME: &str = "/admin/staff";
/// The most that somebody can have at a time.
const MOST: i64 = 500;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/staff", get(list))
        .route("/staff/invite", post(invite))
        .route("/staff/teams", post(make_team))
        .route("/staff/{key}", get(show))
        .route("/staff/{key}/capacity", post(capacity))
        .route("/staff/{key}/team", post(team))
        .route("/staff/{key}/again", post(again))
}

#[derive(Template)]
#[template(path = "staff.html")]
struct Page {
    s: Shell,
    members: Vec<Member>,
    teams: Vec<Team>,
    roles: Vec<Role>,
    typed: Typed,
    wrong: Wrong,
}

/// What stands in the forms: nothing, or what was refused.
#[derive(Default)]
struct Typed {
    name: String,
    role: String,
    team: String,
    new_team: String,
    /// The field whose name cannot be so.
    fault: Option<&'static str>,
}

/// Everybody, and the teams.
async fn list(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Params(done): Params<Done>,
) -> Result<Response, Refusal> {
    visit.permit(Permission::StaffInvite)?;
    page(&shared, &visit, Typed::default(), done.get()).await
}

async fn page(
    shared: &Shared,
    visit: &Visit,
    typed: Typed,
    done: Option<&str>,
) -> Result<Response, Refusal> {
    let (members, teams) = reading!(shared, |act| {
        Ok((
            staff::members(act.tx).await?,
            staff::all_teams(act.tx).await?,
        ))
    })?;
    let s = Shell::of(&shared.surface.desk, visit, "pages-staff").done(done);
    let roles = Role::ALL.into_iter().filter(|role| is_invited_here(*role));
    let roles: Vec<_> = roles.collect();
    let told = |field| Wrong::new(field, s.t("pages-wrong-name"));
    let (status, wrong) = match typed.fault {
        Some(field) => (StatusCode::UNPROCESSABLE_ENTITY, told(field)),
        None => (StatusCode::OK, Wrong::default()),
    };
    let page = Page {
        s,
        members,
        teams,
        roles,
        typed,
        wrong,
    };
    Ok((status, html(&page)).into_response())
}

/// Anything above is invited behind the door, whoever asks.
fn is_invited_here(role: Role) -> bool {
    role.to_invite() == Permission::StaffInvite
}

#[derive(Template)]
#[template(path = "member.html")]
struct One {
    s: Shell,
    member: Member,
    /// He has not taken up his invitation, and another is made here.
    again: bool,
    /// The team, whether he is in it.
    teams: Vec<(Team, bool)>,
    /// How much he has at a time: as it is, or as it was typed.
    capacity: String,
    wrong: Wrong,
}

/// One of them.
async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Key(id): Key,
    Params(done): Params<Done>,
) -> Result<Response, Refusal> {
    visit.permit(Permission::StaffInvite)?;
    one(&shared, &visit, &id, None, done.get()).await
}

/// His page; with what was typed where it cannot be how much he has.
async fn one(
    shared: &Shared,
    visit: &Visit,
    id: &str,
    typed: Option<String>,
    done: Option<&str>,
) -> Result<Response, Refusal> {
    let (members, teams, his) = reading!(shared, |act| {
        let members = staff::members(act.tx).await?;
        let teams = staff::all_teams(act.tx).await?;
        Ok((members, teams, staff::teams_of(act.tx, id).await?))
    })?;
    let member = members.into_iter().find(|one| one.id == id);
    let member = member.ok_or(Refusal::NotFound)?;
    let s = Shell::of(&shared.surface.desk, visit, "pages-staff");
    let s = s.titled(&member.name).done(done);
    let (status, wrong) = if typed.is_some() {
        let words = s.count("pages-wrong-capacity", &MOST);
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        (status, Wrong::new("capacity", words))
    } else {
        (StatusCode::OK, Wrong::default())
    };
    let teams = teams.into_iter().map(|team| {
        let in_it = his.contains(&team.id);
        (team, in_it)
    });
    let teams = teams.collect();
    let page = One {
        again: !member.linked && is_invited_here(member.role),
        capacity: typed.unwrap_or_else(|| member.capacity.to_string()),
        wrong,
        s,
        member,
        teams,
    };
    Ok((status, html(&page)).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Newcomer {
    name: String,
    role: String,
    team: String,
}

/// Invites somebody; the link is shown once.
async fn invite(
    State(shared): State<Arc<Shared>>,
    Posted(who, new): Posted<Visit, Newcomer>,
) -> Result<Response, Refusal> {
    let role = Role::parse(&new.role).ok_or(Refusal::BadForm)?;
    who.permit(role.to_invite())?;
    if !is_invited_here(role) {
        return Err(Refusal::Forbidden);
    }
    let Some(name) = invitation::name(&new.name) else {
        let typed = Typed {
            name: new.name,
            role: new.role,
            team: new.team,
            fault: Some("name"),
            ..Typed::default()
        };
        return page(&shared, &who, typed, None).await;
    };
    let team = Some(new.team.as_str()).filter(|team| !team.is_empty());
    let by = who.visitor.actor();
    let (invite, bot) = writing!(shared, |act| {
        let invited = staff::invite_by(act, &by, &name, role, team).await;
        let invite = invited.map_err(invitation::refused)?;
        Ok((invite, meta::get(act.tx, meta::BOT_USERNAME).await?))
    })?;
    let s = Shell::of(&shared.surface.desk, &who, "pages-staff");
    Ok(html(&Invitation::new(
        s,
        &name,
        &invite,
        bot.as_deref(),
        HOME,
    )))
}

/// Another link for somebody who has not opened the first.
async fn again(
    State(shared): State<Arc<Shared>>,
    Key(id): Key,
    Posted(who, Nothing {}): Posted<Visit, Nothing>,
) -> Result<Response, Refusal> {
    who.permit(Permission::StaffInvite)?;
    let by = who.visitor.actor();
    let (member, invite, bot) = writing!(shared, |act| {
        let member = staff::by_id(act.tx, &id).await?.ok_or(Refusal::NotFound)?;
        if !is_invited_here(member.role) {
            return Err(Refusal::Forbidden);
        }
        let invite = staff::invite_again(act, &by, &id).await?;
        let invite = invite.ok_or(Refusal::NotFound)?;
        Ok((member, invite, meta::get(act.tx, meta::BOT_USERNAME).await?))
    })?;
    let s = Shell::of(&shared.surface.desk, &who, "pages-staff");
    Ok(html(&Invitation::new(
        s,
        &member.name,
        &invite,
        bot.as_deref(),
        HOME,
    )))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Capacity {
    capacity: String,
}

/// How much somebody has at a time.
async fn capacity(
    State(shared): State<Arc<Shared>>,
    Key(id): Key,
    Posted(who, Capacity { capacity }): Posted<Visit, Capacity>,
) -> Result<Response, Refusal> {
    who.permit(Permission::StaffInvite)?;
    let most = capacity.trim().parse().ok();
    let Some(most) = most.filter(|most| (0..=MOST).contains(most)) else {
        return one(&shared, &who, &id, Some(capacity), None).await;
    };
    let by = who.visitor.actor();
    let known = writing!(shared, |act| {
        Ok(staff::set_capacity(act, &by, &id, most).await?)
    })?;
    after(known, &id)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Membership {
    team: String,
    joins: String,
}

/// Into a team, or out of it.
async fn team(
    State(shared): State<Arc<Shared>>,
    Key(id): Key,
    Posted(who, form): Posted<Visit, Membership>,
) -> Result<Response, Refusal> {
    who.permit(Permission::StaffInvite)?;
    let (by, joins) = (who.visitor.actor(), form.joins == "yes");
    let known = writing!(shared, |act| {
        Ok(staff::set_membership(act, &by, (&id, &form.team), joins).await?)
    })?;
    after(known, &id)
}

fn after(known: bool, id: &str) -> Result<Response, Refusal> {
    if known {
        Ok(then(&format!("{HOME}/{id}"), "changed"))
    } else {
        Err(Refusal::NotFound)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewTeam {
    name: String,
}

/// Makes a team.
async fn make_team(
    State(shared): State<Arc<Shared>>,
    Posted(who, NewTeam { name }): Posted<Visit, NewTeam>,
) -> Result<Response, Refusal> {
    who.permit(Permission::StaffInvite)?;
    let Some(name) = invitation::name(&name) else {
        let typed = Typed {
            new_team: name,
            fault: Some("new_team"),
            ..Typed::default()
        };
        return page(&shared, &who, typed, None).await;
    };
    let by = who.visitor.actor();
    writing!(shared, |act| {
        let id = staff::ensure_team(act, &name).await?;
        Ok(staff::audit(act, &by, "team.made", &id, None, Some(&name)).await?)
    })?;
    Ok(then(HOME, "changed"))
}
