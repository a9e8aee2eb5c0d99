//! Staff and teams: who works here, how much each has, inviting agents and viewers. Roles and removals are behind the super-admin door.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    response::Response,
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
    shell::{Done, Shell, html, then},
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
}

/// Everybody, and the teams.
async fn list(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Params(done): Params<Done>,
) -> Result<Response, Refusal> {
    visit.permit(Permission::StaffInvite)?;
    let (members, teams) = reading!(shared, |act| {
        Ok((
            staff::members(act.tx).await?,
            staff::all_teams(act.tx).await?,
        ))
    })?;
    let s = Shell::of(&shared.surface.desk, &visit, "pages-staff").done(done.get());
    let roles = Role::ALL.into_iter().filter(|role| is_invited_here(*role));
    let roles: Vec<_> = roles.collect();
    Ok(html(&Page {
        s,
        members,
        teams,
        roles,
    }))
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
}

/// One of them.
async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Key(id): Key,
    Params(done): Params<Done>,
) -> Result<Response, Refusal> {
    visit.permit(Permission::StaffInvite)?;
    let (members, teams, his) = reading!(shared, |act| {
        let members = staff::members(act.tx).await?;
        let teams = staff::all_teams(act.tx).await?;
        Ok((members, teams, staff::teams_of(act.tx, &id).await?))
    })?;
    let member = members.into_iter().find(|one| one.id == id);
    let member = member.ok_or(Refusal::NotFound)?;
    let s = Shell::of(&shared.surface.desk, &visit, "pages-staff");
    let s = s.titled(&member.name).done(done.get());
    let teams = teams.into_iter().map(|team| {
        let in_it = his.contains(&team.id);
        (team, in_it)
    });
    let teams = teams.collect();
    Ok(html(&One {
        again: !member.linked && is_invited_here(member.role),
        s,
        member,
        teams,
    }))
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
    let name = invitation::name(&new.name).ok_or(Refusal::BadForm)?;
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
    capacity: i64,
}

/// How much somebody has at a time.
async fn capacity(
    State(shared): State<Arc<Shared>>,
    Key(id): Key,
    Posted(who, Capacity { capacity }): Posted<Visit, Capacity>,
) -> Result<Response, Refusal> {
    who.permit(Permission::StaffInvite)?;
    if !(0..=MOST).contains(&capacity) {
        return Err(Refusal::BadForm);
    }
    let by = who.visitor.actor();
    let known = writing!(shared, |act| {
        Ok(staff::set_capacity(act, &by, &id, capacity).await?)
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
    let name = invitation::name(&name).ok_or(Refusal::BadForm)?;
    let by = who.visitor.actor();
    writing!(shared, |act| {
        let id = staff::ensure_team(act, &name).await?;
        Ok(staff::audit(act, &by, "team.made", &id, None, Some(&name)).await?)
    })?;
    Ok(then(HOME, "changed"))
}
