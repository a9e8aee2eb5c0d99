//! Rows that may have gone out, and until when a status may still tell; over restarts too.
//!
//! The grace runs on while a process is killed and started again, or a desk that is killed every few seconds would never end a doubt. It
//! begins anew only when nobody was there to hear statuses for longer than that: Meta brings them again later and later.

use std::time::Duration;

use super::{Channel, store};
use crate::{clock::Millis, db, desk::Desk};

/// So long a status gets at least after a start: those that were refused while no process was there are on their way again.
const AT_LEAST: Duration = Duration::from_secs(1);

/// How long a status may tell whether a row of this channel went out. Telegram has no statuses: nothing is to be waited for.
pub(super) fn patience(desk: &Desk, channel: &Channel) -> Duration {
    if channel.is_whatsapp() {
        desk.river.grace
    } else {
        Duration::ZERO
    }
}

/// How much of the patience is left for a row whose doubt ends at `until`.
pub(super) fn left(desk: &Desk, channel: &Channel, until: Millis) -> Duration {
    let patience = patience(desk, channel);
    let left = u64::try_from(until.0.saturating_sub(desk.clock.now().0)).unwrap_or(0);
    // The clock on the wall may have jumped: never longer than a doubt that begins now.
    Duration::from_millis(left).clamp(AT_LEAST.min(patience), patience)
}

/// Since when this process has been there to hear statuses.
#[derive(Clone, Copy)]
pub(super) struct Presence {
    wall: Millis,
    mono: Duration,
}

impl Presence {
    /// Since now.
    pub(super) fn begins(desk: &Desk) -> Self {
        Self {
            wall: desk.clock.now(),
            mono: desk.clock.mono(),
        }
    }

    /// After a silence longer than the patience every doubt of the channel begins anew. The last sign of life is the newest event that came
    /// in before this process began, whoever took it.
    pub(super) async fn makes_up_for_silence(
        self,
        desk: &Desk,
        channel: &Channel,
    ) -> db::Result<()> {
        let patience = patience(desk, channel);
        let here = desk.clock.mono().saturating_sub(self.mono);
        if patience.is_zero() || here >= patience {
            return Ok(());
        }
        let mut tx = desk.db.write().await?;
        let heard = store::heard_before(&mut tx, self.wall).await?;
        if heard.is_none_or(|at| at.plus(patience) < self.wall) {
            store::doubt_anew(&mut tx, channel, desk.clock.now().plus(patience)).await?;
        }
        tx.commit().await
    }
}
