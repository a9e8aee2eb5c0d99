//! Events that were given up: looking at them, and another try by somebody who is named in the audit.

use super::Channel;
use crate::{
    clock::Millis,
    db::{self, Tx},
    desk::Act,
    staff,
    tickets::Actor,
};

pub(crate) mod store;

/// An event that was given up, for people to look at.
#[derive(Clone, Debug, PartialEq, Eq, db::FromRow)]
pub struct Dead {
    /// Its place in the order of arrival; by it another try is asked for.
    pub seq: i64,
    /// Where it came from.
    pub channel: Channel,
    /// The platform's own id of it.
    pub external_id: String,
    /// When it was stored.
    pub received_at: Millis,
    /// How often it was tried.
    pub attempts: i64,
    /// What went wrong the last time.
    pub error: Option<String>,
}

/// The newest dead events.
pub async fn list(tx: &mut Tx, limit: i64) -> db::Result<Vec<Dead>> {
    store::before(tx, i64::MAX, limit).await
}

/// The newest dead events that came before that one.
pub async fn before(tx: &mut Tx, seq: i64, limit: i64) -> db::Result<Vec<Dead>> {
    store::before(tx, seq, limit).await
}

/// How many dead events came before that one.
pub async fn count(tx: &mut Tx, before: i64) -> db::Result<i64> {
    store::count(tx, before).await
}

/// Puts a dead event back into its lane, which the audit remembers. False: it does not lie dead (any more). Whoever handles events hears of it by
/// [`crate::desk::Bell::ring_from_afar`], after the commit.
pub async fn retry(act: &mut Act<'_>, by: &Actor, seq: i64) -> db::Result<bool> {
    let Some(lane) = store::retry(act.tx, seq).await? else {
        return Ok(false);
    };
    db::dialect::grow_lane(act.tx, &lane).await?;
    let (subject, to) = (format!("inbox:{seq}"), Some("pending"));
    staff::audit(act, by, "event.retried", &subject, Some("dead"), to).await?;
    Ok(true)
}
