//! Work changing hands: given out when somebody comes or gets room, and given back when somebody goes; customers are told.

use sapa_core::{
    db,
    desk::Act,
    routing::{self, Assigned},
    staff::Staff,
};

/// Somebody came or got room: what waits is given out, and customers are told.
pub async fn drain(act: &mut Act<'_>) -> db::Result<Vec<Assigned>> {
    let rota = routing::lock(act).await?;
    let assigned = routing::drain_queue(act, &rota).await?;
    routing::announce(act, &assigned).await?;
    Ok(assigned)
}

/// Somebody goes: everything of his goes to others or back to the queue.
pub async fn hand_over(act: &mut Act<'_>, leaving: &Staff) -> db::Result<Vec<Assigned>> {
    let rota = routing::lock(act).await?;
    let assigned = routing::hand_over(act, &rota, leaving).await?;
    routing::announce(act, &assigned).await?;
    Ok(assigned)
}
