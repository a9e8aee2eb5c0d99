//! Inviting staff: a one-time token, kept as a hash, that ties a Telegram account to a person.

use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::{
    Role, Staff, audit,
    store::{self, NewStaff},
};
use crate::{clock::Millis, db, desk::Act, hex::hex, i18n::Locale, logins, tickets::Actor};

/// How long an invitation is good.
const GOOD_FOR: Duration = Duration::from_hours(24);

/// An invitation. The token is told once and stored nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Invite {
    /// The person invited.
    pub staff_id: String,
    /// As what.
    pub role: Role,
    /// The secret of the link.
    pub token: String,
    /// Until when it is good.
    pub expires_at: Millis,
}

impl std::fmt::Debug for Invite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invite")
            .field("staff_id", &self.staff_id)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// Why nobody is invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// There is no such team.
    #[error("no such team; there are: {}", .known.join(", "))]
    UnknownTeam {
        /// The teams there are.
        known: Vec<String>,
    },
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Why a token is not taken.
#[derive(Debug, thiserror::Error)]
pub enum RedeemError {
    /// It is none of ours.
    #[error("no such invitation")]
    Unknown,
    /// Somebody has used it.
    #[error("the invitation was used already")]
    Used,
    /// It is too old.
    #[error("the invitation has expired")]
    Expired,
    /// This Telegram account is somebody's already.
    #[error("this account belongs to a member of staff")]
    AccountTaken,
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Invites somebody, into a team when one is named.
pub async fn invite(
    act: &mut Act<'_>,
    name: &str,
    role: Role,
    team: Option<&str>,
) -> Result<Invite, InviteError> {
    invite_by(act, &Actor::System, name, role, team).await
}

/// Somebody invites somebody. Whether he may is asked before ([`Role::to_invite`]).
pub async fn invite_by(
    act: &mut Act<'_>,
    by: &Actor,
    name: &str,
    role: Role,
    team: Option<&str>,
) -> Result<Invite, InviteError> {
    let team_id = match team {
        Some(team) => Some(known_team(act, team).await?),
        None => None,
    };
    let staff_id = act.id();
    let locale = act.desk.settings.locale;
    let new = NewStaff {
        id: &staff_id,
        name: name.trim(),
        role,
        locale,
        capacity: super::CAPACITY,
    };
    store::insert(act.tx, &new, act.now).await?;
    if let Some(team_id) = team_id {
        store::join_team(act.tx, &staff_id, &team_id).await?;
    }
    let invite = link_for(act, &staff_id, role).await?;
    audit(
        act,
        by,
        "staff.invited",
        &staff_id,
        None,
        Some(role.as_str()),
    )
    .await?;
    Ok(invite)
}

/// A link for somebody who is in the books already.
pub(super) async fn link_for(act: &mut Act<'_>, staff_id: &str, role: Role) -> db::Result<Invite> {
    let invite = Invite {
        staff_id: staff_id.to_owned(),
        role,
        token: act.desk.ids.token(),
        expires_at: act.now.plus(GOOD_FOR),
    };
    let (id, hash) = (act.id(), hash(&invite.token));
    store::insert_invite(act.tx, &id, staff_id, &hash, invite.expires_at, act.now).await?;
    Ok(invite)
}

/// Takes up an invitation with a Telegram account: once, whoever else tries it at the same moment. He is offline until he says otherwise.
pub async fn redeem(
    act: &mut Act<'_>,
    token: &str,
    telegram_id: &str,
    chat: &str,
    locale: Option<Locale>,
) -> Result<Staff, RedeemError> {
    let hash = hash(token);
    let known = store::invite(act.tx, &hash)
        .await?
        .ok_or(RedeemError::Unknown)?;
    if known.used_at.is_some() {
        return Err(RedeemError::Used);
    }
    if known.expires_at <= act.now {
        return Err(RedeemError::Expired);
    }
    if store::by_telegram_id(act.tx, telegram_id).await?.is_some() {
        return Err(RedeemError::AccountTaken);
    }
    let Some(staff_id) = store::use_invite(act.tx, &hash, act.now).await? else {
        return Err(RedeemError::Used);
    };
    // Somebody who left and comes back brings the same account.
    store::free_account(act.tx, telegram_id).await?;
    store::link(act.tx, &staff_id, telegram_id, chat, locale).await?;
    let by = Actor::Staff(staff_id.clone());
    audit(act, &by, "staff.linked", &staff_id, None, Some("telegram")).await?;
    let staff = store::by_id(act.tx, &staff_id).await?;
    let staff = staff.filter(|staff| staff.active);
    let staff = staff.ok_or(RedeemError::Unknown)?;
    // From now on he comes to the pages by it, also if he has never asked the bot for a link.
    logins::user_name(act, &staff).await?;
    Ok(staff)
}

async fn known_team(act: &mut Act<'_>, name: &str) -> Result<String, InviteError> {
    let teams = store::teams(act.tx).await?;
    let wanted = name.trim().to_lowercase();
    let found = teams
        .iter()
        .find(|(_, known)| known.to_lowercase() == wanted)
        .map(|(id, _)| id.clone());
    found.ok_or_else(|| InviteError::UnknownTeam {
        known: teams.into_iter().map(|(_, known)| known).collect(),
    })
}

/// Tokens have 128 random bits: a plain hash keeps them.
fn hash(token: &str) -> String {
    hex(Sha256::digest(token.trim().as_bytes()))
}
