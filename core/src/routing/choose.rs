//! Choosing an agent.

use super::{Locked, Rota, store};
use crate::{
    db,
    desk::Act,
    staff::{self, Permission, Staff},
};

/// The agent whose turn it is: there, linked, allowed to work on tickets, with room, of the team when one is asked for. A team without
/// any members is everybody.
pub(super) async fn next(
    act: &mut Act<'_>,
    _rota: &Locked<Rota>,
    team_id: Option<&str>,
    except: Option<&str>,
) -> db::Result<Option<Staff>> {
    let team = match team_id {
        Some(team) if store::has_members(act.tx, team).await? => Some(team),
        _ => None,
    };
    for candidate in store::candidates(act.tx, team).await? {
        let fits = candidate.role.permits(Permission::TicketsWork)
            && candidate.load < candidate.capacity
            && except != Some(candidate.id.as_str());
        if fits {
            return staff::by_id(act.tx, &candidate.id).await;
        }
    }
    Ok(None)
}

/// It was his turn: he is last now.
pub(super) async fn took(
    act: &mut Act<'_>,
    _rota: &Locked<Rota>,
    staff: &Staff,
) -> db::Result<Staff> {
    let count = store::count_up(act.tx).await?;
    store::set_last_assigned(act.tx, &staff.id, count).await?;
    Ok(Staff {
        last_assigned: count,
        ..staff.clone()
    })
}
