//! Staff: who works at the desk, what they may do, whether they are there. The one table of permissions is in `roles`.

use crate::{
    clock::Millis,
    db::{self, FromRow, Tx, Type},
    desk::Act,
    i18n::Locale,
    tickets::Actor,
};

pub mod cards;
mod deeds;
pub(crate) mod house;
mod invites;
mod roles;
pub(crate) mod store;

pub use deeds::{DEEDS, audit_once, deed_key, value_key};
pub use house::{
    Line, Member, Team, all_teams, change_role, invite_again, members, remove, set_capacity,
    set_membership, teams_of, trail,
};
pub use invites::{Invite, InviteError, RedeemError, invite, invite_by, redeem};
pub use roles::{Permission, Role};

/// How many tickets and conversations somebody has at a time, unless told otherwise.
const CAPACITY: i64 = 20;

/// Whether somebody takes new work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Availability {
    /// Yes.
    Online,
    /// Not now, but he answers what he has.
    Away,
    /// No.
    Offline,
}

impl Availability {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Away => "away",
            Self::Offline => "offline",
        }
    }

    /// The Fluent key of its name.
    pub fn key(self) -> &'static str {
        match self {
            Self::Online => "availability-online",
            Self::Away => "availability-away",
            Self::Offline => "availability-offline",
        }
    }
}

/// Somebody who works at the desk.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Staff {
    /// Our id.
    pub id: String,
    /// The name that customers read.
    pub name: String,
    /// What he may do.
    pub role: Role,
    /// His Telegram account; none until the invitation is taken up.
    pub telegram_id: Option<String>,
    /// The private chat with him.
    pub telegram_chat_id: Option<String>,
    /// His language.
    pub locale: Locale,
    /// Whether he takes new work.
    pub availability: Availability,
    /// How much he has at a time.
    pub capacity: i64,
    /// Whether he still works here.
    pub active: bool,
    /// The rota's count when he was last given something.
    pub last_assigned: i64,
    /// The customer that his next words without a reply go to.
    pub focus_customer_id: Option<String>,
    /// Until when they do.
    pub focus_until: Option<Millis>,
}

/// A member of staff.
pub async fn by_id(tx: &mut Tx, id: &str) -> db::Result<Option<Staff>> {
    store::by_id(tx, id).await
}

/// The member of staff behind a Telegram account; nobody who no longer works here.
pub async fn by_telegram_id(tx: &mut Tx, telegram_id: &str) -> db::Result<Option<Staff>> {
    store::by_telegram_id(tx, telegram_id).await
}

/// Whoever a chat is with.
pub async fn by_chat(tx: &mut Tx, telegram_chat_id: &str) -> db::Result<Option<Staff>> {
    store::by_chat(tx, telegram_chat_id).await
}

/// Everybody who works here and can be written to, by name.
pub async fn colleagues(tx: &mut Tx) -> db::Result<Vec<Staff>> {
    store::colleagues(tx).await
}

/// Somebody comes, goes, or is away for a while. What becomes of his work is `routing`'s.
pub async fn set_availability(
    act: &mut Act<'_>,
    staff: &Staff,
    to: Availability,
) -> db::Result<()> {
    if staff.availability == to {
        return Ok(());
    }
    store::set_availability(act.tx, &staff.id, to).await?;
    let by = Actor::Staff(staff.id.clone());
    audit(
        act,
        &by,
        "staff.availability",
        &staff.id,
        Some(staff.availability.as_str()),
        Some(to.as_str()),
    )
    .await
}

/// Somebody chose a language.
pub async fn set_locale(act: &mut Act<'_>, staff: &Staff, to: Locale) -> db::Result<()> {
    if staff.locale == to {
        return Ok(());
    }
    store::set_locale(act.tx, &staff.id, to).await?;
    let by = Actor::Staff(staff.id.clone());
    audit(
        act,
        &by,
        "staff.locale",
        &staff.id,
        Some(staff.locale.code()),
        Some(to.code()),
    )
    .await
}

/// What he writes without a reply goes to this customer until then; to nobody when there is none.
pub async fn focus(
    act: &mut Act<'_>,
    staff: &Staff,
    customer_id: Option<&str>,
    until: Millis,
) -> db::Result<()> {
    store::focus(act.tx, &staff.id, customer_id, customer_id.map(|_| until)).await
}

/// The team of this name, made when there is none. Its id.
pub async fn ensure_team(act: &mut Act<'_>, name: &str) -> db::Result<String> {
    let id = act.id();
    store::insert_team(act.tx, &id, name.trim(), act.now).await?;
    store::team(act.tx, name.trim())
        .await?
        .ok_or(db::Error::RowNotFound)
}

/// Puts somebody into a team.
pub async fn join_team(act: &mut Act<'_>, staff_id: &str, team_id: &str) -> db::Result<()> {
    store::join_team(act.tx, staff_id, team_id).await
}

/// Remembers who changed what, from what, to what.
pub async fn audit(
    act: &mut Act<'_>,
    by: &Actor,
    action: &str,
    subject: &str,
    before: Option<&str>,
    after: Option<&str>,
) -> db::Result<()> {
    debug_assert!(
        deeds::DEEDS.contains(&action),
        "{action} has no words: add it to DEEDS"
    );
    let id = act.id();
    store::audit(
        act.tx,
        &id,
        act.now,
        by,
        &store::Audited {
            action,
            subject,
            before,
            after,
        },
    )
    .await
}

#[cfg(test)]
mod tests;
