//! The staff as those who run the desk see them: everybody with his teams and his work, and what is changed about people.

use super::{Availability, Role, Staff, audit, by_id, invites, set_availability, store as people};
use crate::{
    clock::Millis,
    db::{self, FromRow, Tx},
    desk::Act,
    logins, outbox, routing,
    tickets::Actor,
};

pub(crate) mod store;

/// Somebody of the staff, in a list.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Member {
    /// Our id.
    pub id: String,
    /// The name that customers read.
    pub name: String,
    /// The name he comes to the pages with.
    pub user_name: Option<String>,
    /// What he may do.
    pub role: Role,
    /// Whether he takes new work.
    pub availability: Availability,
    /// How much he has at a time.
    pub capacity: i64,
    /// How much he has now.
    pub load: i64,
    /// Whether his Telegram account is known: the invitation was taken up.
    pub linked: bool,
}

/// A team and how many are in it.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Team {
    /// Our id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many work in it.
    pub members: i64,
}

/// A line of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Line {
    /// Its id; later ones sort after earlier ones.
    pub id: String,
    /// When.
    pub at: Millis,
    /// Who: `customer`, `staff` or `system`.
    pub actor: String,
    /// The person's name.
    pub actor_name: Option<String>,
    /// What.
    pub action: String,
    /// To what or whom: an id, a ticket's number.
    pub subject: String,
    /// The name, where the subject is somebody of the staff.
    pub subject_name: Option<String>,
    /// What it was before.
    pub before_value: Option<String>,
    /// What it is since.
    pub after_value: Option<String>,
}

/// Everybody who works here, by name.
pub async fn members(tx: &mut Tx) -> db::Result<Vec<Member>> {
    store::members(tx).await
}

/// Every team, by name.
pub async fn all_teams(tx: &mut Tx) -> db::Result<Vec<Team>> {
    store::teams(tx).await
}

/// So many lines of the audit log, the newest first; older than this one when it is named.
pub async fn trail(tx: &mut Tx, before: Option<&str>, limit: i64) -> db::Result<Vec<Line>> {
    store::trail(tx, before, limit).await
}

/// How much somebody has at a time from now on. False: there is nobody of this id.
pub async fn set_capacity(
    act: &mut Act<'_>,
    by: &Actor,
    id: &str,
    capacity: i64,
) -> db::Result<bool> {
    let Some(staff) = here(act, id).await? else {
        return Ok(false);
    };
    if staff.capacity != capacity {
        store::set_capacity(act.tx, id, capacity).await?;
        let (before, after) = (staff.capacity.to_string(), capacity.to_string());
        audit(act, by, "staff.capacity", id, Some(&before), Some(&after)).await?;
    }
    Ok(true)
}

/// Another invitation for somebody who has not taken up the first; that one is worth nothing any more.
pub async fn invite_again(
    act: &mut Act<'_>,
    by: &Actor,
    id: &str,
) -> db::Result<Option<super::Invite>> {
    let waiting = here(act, id).await?.filter(|s| s.telegram_id.is_none());
    let Some(staff) = waiting else {
        return Ok(None);
    };
    store::spoil_invites(act.tx, id, act.now).await?;
    let invite = invites::link_for(act, id, staff.role).await?;
    let role = Some(staff.role.as_str());
    audit(act, by, "staff.invited", id, None, role).await?;
    Ok(Some(invite))
}

/// Gives somebody another role. False: there is nobody of this id.
pub async fn change_role(act: &mut Act<'_>, by: &Actor, id: &str, to: Role) -> db::Result<bool> {
    let rota = routing::lock(act).await?;
    let Some(staff) = here(act, id).await? else {
        return Ok(false);
    };
    if staff.role == to {
        return Ok(true);
    }
    store::set_role(act.tx, id, to).await?;
    let (before, after) = (staff.role.as_str(), to.as_str());
    audit(act, by, "staff.role", id, Some(before), Some(after)).await?;
    if !to.permits(super::Permission::TicketsWork) {
        leave_work(act, &rota, &staff).await?;
    }
    Ok(true)
}

/// Somebody works here no more: his work goes to others, his sessions end, nothing more is sent to him. False: nobody of this id.
pub async fn remove(act: &mut Act<'_>, by: &Actor, id: &str) -> db::Result<bool> {
    let rota = routing::lock(act).await?;
    let Some(staff) = here(act, id).await? else {
        return Ok(false);
    };
    store::deactivate(act.tx, id).await?;
    store::spoil_invites(act.tx, id, act.now).await?;
    leave_work(act, &rota, &staff).await?;
    logins::revoke_all(act, by, id).await?;
    if let Some(chat) = &staff.telegram_chat_id {
        let channel = act.desk.settings.telegram.clone();
        outbox::store::cancel_to(act.tx, &channel, chat).await?;
    }
    audit(
        act,
        by,
        "staff.removed",
        id,
        Some(staff.role.as_str()),
        None,
    )
    .await?;
    Ok(true)
}

/// Everything of his goes to others, and he gets no more.
async fn leave_work(
    act: &mut Act<'_>,
    rota: &routing::Locked<routing::Rota>,
    staff: &Staff,
) -> db::Result<()> {
    set_availability(act, staff, Availability::Offline).await?;
    super::focus(act, staff, None, act.now).await?;
    let assigned = routing::hand_over(act, rota, staff).await?;
    routing::announce(act, &assigned).await
}

async fn here(act: &mut Act<'_>, id: &str) -> db::Result<Option<Staff>> {
    Ok(by_id(act.tx, id).await?.filter(|staff| staff.active))
}

/// Puts somebody into a team, or takes him out of it. False: there is no such person or team.
pub async fn set_membership(
    act: &mut Act<'_>,
    by: &Actor,
    (id, team_id): (&str, &str),
    joins: bool,
) -> db::Result<bool> {
    let teams = people::teams(act.tx).await?;
    let team = teams.into_iter().find(|(known, _)| known == team_id);
    let (Some((_, team)), Some(_)) = (team, here(act, id).await?) else {
        return Ok(false);
    };
    if joins {
        people::join_team(act.tx, id, team_id).await?;
        audit(act, by, "staff.team", id, None, Some(&team)).await?;
    } else {
        store::leave_team(act.tx, id, team_id).await?;
        audit(act, by, "staff.team", id, Some(&team), None).await?;
    }
    Ok(true)
}

/// The teams that somebody works in: their ids.
pub async fn teams_of(tx: &mut Tx, id: &str) -> db::Result<Vec<String>> {
    store::teams_of(tx, id).await
}
