//! What stands in the database, as gauges: looked at by a task of its own now and then, never on the way of an event or a message.

use std::time::Duration;

use sapa_core::{
    clock::Millis,
    db,
    desk::{Desk, Trouble},
    inbox::{self, Channel},
    outbox,
};
use tokio_util::sync::CancellationToken;

/// How often it is looked.
const LOOK: Duration = Duration::from_secs(5);
/// A look is followed by a pause of so many times its own length: behind a long queue counting must not become work.
const PATIENCE: u32 = 20;

/// Looks until `stop`; the first look was before.
pub(super) async fn watch(desk: Desk, stop: CancellationToken) {
    let clock = &desk.clock;
    let mut pause = LOOK;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = clock.sleep(pause) => {}
        }
        let began = clock.mono();
        look(&desk).await;
        let took = clock.mono().saturating_sub(began);
        pause = LOOK.max(took * PATIENCE);
    }
}

/// Looks once.
pub(super) async fn look(desk: &Desk) {
    if let Err(error) = measure(desk).await {
        tracing::warn!(%error, "what waits could not be counted");
    }
}

/// Counts what waits, and how long the oldest of it has waited.
pub(crate) async fn measure(desk: &Desk) -> db::Result<()> {
    let mut tx = desk.db.read().await?;
    let events = inbox::store::depths(&mut tx).await?;
    let messages = outbox::store::depths::depths(&mut tx).await?;
    tx.rollback().await?;
    let now = desk.clock.now();
    for channel in [&desk.settings.whatsapp, &desk.settings.telegram] {
        let of = |state: &str| {
            let found = events
                .iter()
                .find(|depth| depth.channel == *channel && depth.state == state);
            found.map_or((0, now), |depth| (depth.count, depth.oldest))
        };
        let (pending, oldest) = of("pending");
        tell("sapa_inbox_pending", channel, number(pending));
        tell("sapa_inbox_oldest_seconds", channel, age(oldest, now));
        tell("sapa_inbox_dead", channel, number(of("dead").0));
        tell("sapa_inbox_orphans", channel, number(of("orphan").0));
        let of = |state: &str| {
            let found = messages
                .iter()
                .find(|depth| depth.channel == *channel && depth.state == state);
            found.map_or((0, now), |depth| (depth.count, depth.since))
        };
        let (queued, since) = of("queued");
        tell("sapa_outbox_pending", channel, number(queued));
        tell("sapa_outbox_oldest_seconds", channel, age(since, now));
        tell("sapa_outbox_in_flight", channel, number(of("claimed").0));
        tell("sapa_outbox_uncertain", channel, number(of("uncertain").0));
        tell("sapa_outbox_parked", channel, number(of("parked").0));
        let trouble = match desk.health.trouble(channel) {
            None => 0.0,
            Some(Trouble::Delayed(_)) => 1.0,
            Some(Trouble::Refused(_)) => 2.0,
        };
        tell("sapa_channel_trouble", channel, trouble);
    }
    Ok(())
}

fn tell(name: &'static str, channel: &Channel, value: f64) {
    metrics::gauge!(name, "channel" => channel.0.clone()).set(value);
}

fn number(count: i64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn age(since: Millis, now: Millis) -> f64 {
    now.since(since).as_secs_f64()
}
