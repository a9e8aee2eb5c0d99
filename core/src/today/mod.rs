//! The desk at a glance: how much is open, waits, is late; who is there.

use crate::{
    clock::Millis,
    db::{self, FromRow, Tx},
};

pub(crate) mod store;

/// The numbers of this moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromRow)]
pub struct Numbers {
    /// Tickets that somebody has to see to.
    pub open: i64,
    /// Of these, those that nobody sees to yet.
    pub waiting: i64,
    /// Of the open ones, those that should be resolved by now.
    pub overdue: i64,
    /// Tickets opened since midnight.
    pub opened_today: i64,
    /// Tickets resolved since midnight.
    pub resolved_today: i64,
    /// Conversations without a ticket that wait for somebody.
    pub talks_waiting: i64,
    /// Since when the oldest of what waits does.
    pub oldest: Option<Millis>,
    /// Messages that wait to go out.
    pub outgoing: i64,
    /// Events that wait to be handled.
    pub incoming: i64,
}

/// The numbers now; `midnight` is when the desk's day began.
pub async fn numbers(tx: &mut Tx, now: Millis, midnight: Millis) -> db::Result<Numbers> {
    store::numbers(tx, now, midnight).await
}
