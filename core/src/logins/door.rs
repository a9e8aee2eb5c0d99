//! The super-admin door: a link that opens once within ten minutes, and then half an hour for what only a super admin may do.

use std::time::Duration;

use super::{Kind, Session, begin, hashed, hashes, live, store};
use crate::{
    clock::Millis,
    db::{self, Tx},
    desk::{Act, Desk},
    staff::{self, Permission, Staff},
    tickets::Actor,
};

/// How long a link is good.
const GOOD_FOR: Duration = Duration::from_mins(10);
/// How long the door stays open.
const OPEN_FOR: Duration = Duration::from_mins(30);

/// A link to the door; told once, stored nowhere.
pub struct DoorLink {
    /// The whole address.
    pub url: String,
    /// Until when it opens.
    pub expires_at: Millis,
}

/// Somebody who has opened the door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opener {
    /// Who, as he is now; nobody where the link was made at the command line.
    pub staff: Option<Staff>,
    /// The session.
    pub session: Session,
}

impl Opener {
    /// Whoever acts behind the door.
    pub fn actor(&self) -> Actor {
        actor(self.staff.as_ref())
    }
}

fn actor(staff: Option<&Staff>) -> Actor {
    staff.map_or(Actor::System, |staff| Actor::Staff(staff.id.clone()))
}

/// Makes a link to the door: for a super admin, or for whoever is at the command line.
pub async fn link_to_door(act: &mut Act<'_>, staff: Option<&Staff>) -> db::Result<DoorLink> {
    let token = act.desk.ids.token();
    let (id, hash) = (act.id(), hashed(&act.desk, &token));
    let staff_id = staff.map(|staff| staff.id.as_str());
    let link = DoorLink {
        url: format!("{}/admin/super/{token}", act.desk.settings.pages_url),
        expires_at: act.now.plus(GOOD_FOR),
    };
    store::insert_link(act.tx, &id, &hash, staff_id, act.now, link.expires_at).await?;
    staff::audit(act, &actor(staff), "door.link", &id, None, None).await?;
    Ok(link)
}

/// Whether a link still opens. To look at it uses nothing up: chats and mail programs look at links too.
pub async fn is_good_link(desk: &Desk, tx: &mut Tx, token: &str) -> db::Result<bool> {
    for hash in hashes(desk, token) {
        if store::is_good_link(tx, &hash, desk.clock.now()).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Opens the door, once. `None`: the link is none of ours, used, too old, or its maker may not do this any more.
pub async fn open_door(
    act: &mut Act<'_>,
    token: &str,
    address: &str,
    agent: &str,
) -> db::Result<Option<(String, Session)>> {
    let mut used = None;
    for hash in hashes(&act.desk, token) {
        if used.is_none() {
            used = store::use_link(act.tx, &hash, act.now).await?;
        }
    }
    let Some((id, staff_id)) = used else {
        return Ok(None);
    };
    let staff = match &staff_id {
        Some(staff_id) => staff::by_id(act.tx, staff_id).await?,
        None => None,
    };
    if staff_id.is_some() && !staff.as_ref().is_some_and(may_open) {
        let by = actor(staff.as_ref());
        staff::audit(act, &by, "door.refused", &id, None, Some(address)).await?;
        return Ok(None);
    }
    let place = (address, agent);
    let opened = begin(act, Kind::Door, staff_id.as_deref(), place, OPEN_FOR).await?;
    let by = actor(staff.as_ref());
    staff::audit(act, &by, "door.opened", &id, None, Some(address)).await?;
    Ok(Some(opened))
}

/// Who shows this secret at the door: `None` when it is closed, or he may not open it any more.
pub async fn opener(desk: &Desk, tx: &mut Tx, token: &str) -> db::Result<Option<Opener>> {
    let Some(session) = live(desk, tx, Kind::Door, token).await? else {
        return Ok(None);
    };
    let Some(id) = &session.staff_id else {
        let staff = None;
        return Ok(Some(Opener { staff, session }));
    };
    let staff = staff::by_id(tx, id).await?.filter(may_open);
    Ok(staff.map(|staff| Opener {
        staff: Some(staff),
        session,
    }))
}

/// Closes the door again before its time.
pub async fn close_door(act: &mut Act<'_>, opener: &Opener) -> db::Result<()> {
    store::end(act.tx, &opener.session.id, act.now).await
}

fn may_open(staff: &Staff) -> bool {
    staff.active && staff.role.permits(Permission::SuperAdminDoor)
}
