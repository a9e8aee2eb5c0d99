//! Where staff are logged in, and how they come in: by a code that the bot sends to their Telegram, and a password for whoever has set
//! one; and the super-admin door.
//!
//! A session is a row; the cookie holds a secret whose keyed hash is in it. The role is read anew at each request, so that what is taken
//! from somebody is taken at once. How it travels is `webhook`'s.

use std::time::Duration;

use crate::{
    clock::Millis,
    db::{self, FromRow, Tx, Type},
    desk::{Act, Desk},
    security::Label,
    staff::{self, Permission, Staff},
    tickets::Actor,
};

mod coming;
mod door;
pub mod password;
pub(crate) mod store;

pub use coming::{Entered, enter, link_in_chat, may_ask, request_code, user_name};
pub use door::{DoorLink, Opener, close_door, is_good_link, link_to_door, open_door, opener};

/// How long a session lasts.
const LASTS: Duration = Duration::from_hours(7 * 24);
/// When it was last seen is kept to so much.
const SEEN: Duration = Duration::from_mins(5);
/// How long an address at which somebody was logged in is known as his.
const FAMILIAR: Duration = Duration::from_hours(30 * 24);
/// As much of what a browser calls itself as is kept.
const AGENT: usize = 200;

/// What a session is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Kind {
    /// The pages.
    Pages,
    /// The super-admin door.
    Door,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Session {
    /// Its id; worth nothing by itself.
    pub id: String,
    /// Whose it is; nobody's where the door was opened from the command line.
    pub staff_id: Option<String>,
    /// Where it began.
    pub address: String,
    /// What the browser calls itself.
    pub agent: String,
    /// When it began.
    pub created_at: Millis,
    /// When it was last used, to five minutes.
    pub seen_at: Millis,
    /// When it ends by itself.
    pub expires_at: Millis,
}

/// Somebody whose session was looked up: the one proof that a request is his.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// Who, as he is now.
    pub staff: Staff,
    /// The session.
    pub session: Session,
}

impl Visitor {
    /// Whether he may do that.
    pub fn may(&self, permission: Permission) -> bool {
        self.staff.role.permits(permission)
    }

    /// He, as whoever does something.
    pub fn actor(&self) -> Actor {
        Actor::Staff(self.staff.id.clone())
    }

    /// Whether it is time to remember that the session was seen.
    pub fn is_due(&self, desk: &Desk) -> bool {
        desk.clock.now().since(self.session.seen_at) >= SEEN
    }

    /// Remembers that the session was seen.
    pub async fn seen(&self, act: &mut Act<'_>) -> db::Result<()> {
        store::seen(act.tx, &self.session.id, act.now).await
    }
}

/// Who shows this secret: `None` when it is none of ours, the session is over, or he does not work here any more.
pub async fn visitor(desk: &Desk, tx: &mut Tx, token: &str) -> db::Result<Option<Visitor>> {
    let Some(session) = live(desk, tx, Kind::Pages, token).await? else {
        return Ok(None);
    };
    let staff = match &session.staff_id {
        Some(id) => staff::by_id(tx, id).await?,
        None => None,
    };
    let staff = staff.filter(|staff| staff.active);
    Ok(staff.map(|staff| Visitor { staff, session }))
}

/// Whether a visitor's session still goes on, and he still works here.
pub async fn goes_on(desk: &Desk, tx: &mut Tx, visitor: &Visitor) -> db::Result<bool> {
    let sessions = store::of_staff(tx, &visitor.staff.id, desk.clock.now()).await?;
    let staff = staff::by_id(tx, &visitor.staff.id).await?;
    let here = staff.is_some_and(|staff| staff.active);
    Ok(here && sessions.iter().any(|one| one.id == visitor.session.id))
}

/// Somebody's sessions that go on, the newest first.
pub async fn sessions(tx: &mut Tx, staff_id: &str, now: Millis) -> db::Result<Vec<Session>> {
    store::of_staff(tx, staff_id, now).await
}

/// Ends one of somebody's sessions. False: he has no such session.
pub async fn revoke(
    act: &mut Act<'_>,
    by: &Actor,
    staff_id: &str,
    session_id: &str,
) -> db::Result<bool> {
    let ended = store::revoke(act.tx, staff_id, session_id, act.now).await?;
    if ended {
        staff::audit(act, by, "session.ended", staff_id, Some(session_id), None).await?;
    }
    Ok(ended)
}

/// Ends every session of somebody.
pub async fn revoke_all(act: &mut Act<'_>, by: &Actor, staff_id: &str) -> db::Result<()> {
    store::revoke_all(act.tx, staff_id, act.now).await?;
    staff::audit(act, by, "session.all_ended", staff_id, None, None).await
}

/// The visitor leaves.
pub async fn leave(act: &mut Act<'_>, visitor: &Visitor) -> db::Result<()> {
    let (by, id) = (visitor.actor(), &visitor.staff.id);
    revoke(act, &by, id, &visitor.session.id).await.map(drop)
}

/// Whoever comes in anew leaves what his browser showed until now: nothing that was known before a login is worth anything after it.
pub async fn leave_before(act: &mut Act<'_>, token: &str) -> db::Result<()> {
    let desk = act.desk.clone();
    let before = live(&desk, act.tx, Kind::Pages, token).await?;
    let Some((id, whose)) = before.and_then(|one| Some((one.id, one.staff_id?))) else {
        return Ok(());
    };
    let by = Actor::Staff(whose.clone());
    revoke(act, &by, &whose, &id).await.map(drop)
}

async fn live(desk: &Desk, tx: &mut Tx, kind: Kind, token: &str) -> db::Result<Option<Session>> {
    for hash in hashes(desk, token) {
        let session = store::live(tx, kind, &hash, desk.clock.now()).await?;
        if session.is_some() {
            return Ok(session);
        }
    }
    Ok(None)
}

/// Begins a session; the secret that the browser shows from then on, told once.
async fn begin(
    act: &mut Act<'_>,
    kind: Kind,
    staff_id: Option<&str>,
    (address, agent): (&str, &str),
    lasts: Duration,
) -> db::Result<(String, Session)> {
    let token = act.desk.ids.token();
    let session = Session {
        id: act.id(),
        staff_id: staff_id.map(str::to_owned),
        address: address.to_owned(),
        agent: agent.chars().take(AGENT).collect(),
        created_at: act.now,
        seen_at: act.now,
        expires_at: act.now.plus(lasts),
    };
    let hash = hashed(&act.desk, &token);
    store::insert(act.tx, kind, &hash, &session).await?;
    Ok((token, session))
}

/// What is stored of a secret: without our key nobody can tell whether he has guessed one.
fn hashed(desk: &Desk, token: &str) -> String {
    desk.keys.mac(Label::StaffSession, token.as_bytes())
}

/// What may be stored of a secret: by the key in use, then by each that was in use before.
fn hashes(desk: &Desk, token: &str) -> Vec<String> {
    let label = Label::StaffSession;
    desk.keys.macs(label, token.as_bytes()).collect()
}

#[cfg(test)]
mod tests;
