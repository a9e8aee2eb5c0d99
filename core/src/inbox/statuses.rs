//! Delivery statuses: their own stream beside the lanes, applied in bulk and only ever forward.

use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::{Channel, store};
use crate::{
    clock::Millis,
    db::{
        self, dialect,
        dialect::many::{self, Named},
    },
    desk::{Act, Desk},
    outbox,
};

/// How far a platform says that a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reached {
    /// On its way.
    Sent,
    /// On the person's device.
    Delivered,
    /// Seen (a voice note: played).
    Read,
    /// Refused after it was taken.
    Failed,
}

/// One status, in our own words: the payload of an event of the status stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusChange {
    /// The platform's id of the message.
    pub external_id: String,
    /// The id of the outbox row, when the platform hands it back (`biz_opaque_callback_data`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outbox_id: Option<String>,
    /// What happened.
    pub reached: Reached,
    /// When, by the platform's clock.
    pub at: Millis,
    /// Why it failed: the platform's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// Why it failed, in the platform's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// How many statuses one transaction applies.
const GROUP: i64 = 500;
/// How often statuses that came before their message are looked at again.
const ORPHANS: Duration = Duration::from_mins(1);

/// What the statuses of one message add up to.
#[derive(Default)]
struct Sum {
    state: &'static str,
    rank: i64,
    sent_at: Option<Millis>,
    delivered_at: Option<Millis>,
    read_at: Option<Millis>,
    failed_at: Option<Millis>,
    error_code: Option<String>,
    error: Option<String>,
}

impl Sum {
    fn add(&mut self, change: &StatusChange) {
        // Failed stands between sent and delivered: a refusal after the acceptance counts, one after the delivery does not.
        let (state, rank, at) = match change.reached {
            Reached::Sent => ("sent", 1, &mut self.sent_at),
            Reached::Failed => ("failed", 2, &mut self.failed_at),
            Reached::Delivered => ("delivered", 3, &mut self.delivered_at),
            Reached::Read => ("read", 4, &mut self.read_at),
        };
        *at = Some(at.map_or(change.at, |earlier| earlier.min(change.at)));
        if change.reached == Reached::Failed {
            self.error_code.clone_from(&change.error_code);
            self.error.clone_from(&change.error);
        }
        if rank > self.rank {
            (self.state, self.rank) = (state, rank);
        }
    }
}

/// Applies statuses as they come, until `stop`.
pub async fn run(desk: Desk, stop: CancellationToken) {
    let mut bell = desk.bell.statuses();
    let mut swept = desk.clock.mono();
    while !stop.is_cancelled() {
        bell.borrow_and_update();
        let applied = apply(&desk).await;
        match applied {
            Ok(count) if count == GROUP => continue,
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "statuses could not be applied; they wait"),
        }
        tokio::select! {
            _ = bell.changed() => {}
            () = desk.clock.sleep(Duration::from_secs(5)) => {}
            () = stop.cancelled() => {}
        }
        if desk.clock.mono().saturating_sub(swept) > ORPHANS {
            swept = desk.clock.mono();
            if let Err(error) = sweep(&desk).await {
                tracing::warn!(%error, "statuses without a message could not be looked at again");
            }
        }
    }
}

async fn sweep(desk: &Desk) -> db::Result<()> {
    let mut tx = desk.db.write().await?;
    store::sweep_orphans(&mut tx).await?;
    tx.commit().await
}

/// Applies one group; how many statuses it had.
async fn apply(desk: &Desk) -> db::Result<i64> {
    let mut tx = desk.db.glance().await?;
    let waiting = store::statuses_wait(&mut tx).await?;
    tx.rollback().await?;
    if !waiting {
        return Ok(0);
    }
    let mut tx = desk.db.write().await?;
    let mut act = desk.act(&mut tx);
    let open = dialect::open_statuses(act.tx, GROUP).await?;
    let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
    let (mut done, mut orphans, mut told) = (Vec::new(), Vec::new(), Vec::new());
    for (seq, channel, external_id, payload) in &open {
        let Ok(change) = serde_json::from_slice::<StatusChange>(payload) else {
            done.push(*seq);
            tracing::warn!(seq, "a status cannot be read");
            continue;
        };
        told.push(Told {
            seq: *seq,
            channel,
            external_id,
            change,
        });
    }
    let ours = known(&mut act, &told).await?;
    for one in told {
        let id = match one.change.outbox_id.clone().filter(|id| ours.contains(id)) {
            Some(id) => Some(id),
            None => outbox::store::id_of_external(act.tx, one.channel, one.external_id).await?,
        };
        let Some(id) = id else {
            orphans.push(one.seq);
            continue;
        };
        done.push(one.seq);
        sums.entry(id).or_default().add(&one.change);
    }
    let moved = dialect::apply_statuses(act.tx, &rows(&sums)?).await?;
    outbox::delivery_changed(&mut act, &moved).await?;
    let now = act.now;
    drop(act);
    dialect::mark_events(&mut tx, &done, "done", now).await?;
    dialect::mark_events(&mut tx, &orphans, "orphan", now).await?;
    tx.commit().await?;
    desk.bell.ring_outbox();
    Ok(i64::try_from(open.len()).unwrap_or(GROUP))
}

/// The sums as the JSON that the statement reads.
fn rows(sums: &BTreeMap<String, Sum>) -> db::Result<String> {
    let rows: Vec<_> = sums
        .iter()
        .map(|(id, s)| {
            (
                id,
                s.state,
                s.rank,
                s.sent_at,
                s.delivered_at,
                s.read_at,
                s.failed_at,
                &s.error_code,
                &s.error,
            )
        })
        .collect();
    serde_json::to_string(&rows).map_err(|e| db::Error::Encode(e.into()))
}

/// A status that was read.
struct Told<'s> {
    seq: i64,
    channel: &'s Channel,
    external_id: &'s str,
    change: StatusChange,
}

/// The rows that statuses name by our own id; what the platform calls them is remembered when the answer to the sending was lost.
async fn known(act: &mut Act<'_>, told: &[Told<'_>]) -> db::Result<HashSet<String>> {
    let mut named: BTreeMap<&Channel, Vec<(&str, &str)>> = BTreeMap::new();
    for one in told {
        if let Some(id) = &one.change.outbox_id {
            let of_channel = named.entry(one.channel).or_default();
            of_channel.push((id, one.external_id));
        }
    }
    let mut known = HashSet::new();
    for (channel, pairs) in named {
        let ids: Vec<_> = pairs.iter().map(|(id, _)| *id).collect();
        let ours: HashSet<_> = many::ours(act.tx, channel, &ids)
            .await?
            .into_iter()
            .collect();
        let posts: Vec<_> = pairs
            .into_iter()
            .filter(|(id, _)| ours.contains(*id))
            .map(|(outbox_id, external_id)| Named {
                outbox_id,
                chat: "",
                external_id,
            })
            .collect();
        many::name(act.tx, channel, &posts, act.now).await?;
        known.extend(ours);
    }
    Ok(known)
}
