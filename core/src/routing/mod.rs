//! Who sees to what: round robin over the agents who are there, fair to within one, whatever happens at the same time.
//!
//! The choice and the counter are one transaction under one lock: every writing function demands [`Locked`], which only [`lock`] gives.
//!
//! **The order of locks** (PostgreSQL; SQLite has one writer): the rota, then a customer's open conversation, then their ticket. Whoever
//! is going to assign takes the rota first. One cannot know it yet: a customer's event locks the conversation when it begins, and only
//! then finds that it assigns. Where that meets somebody who has the rota and wants this conversation, PostgreSQL ends one of them (40P01),
//! and the lane handles that event again.

use crate::{
    conversations::Conversation,
    db::{self, Tx},
    desk::Act,
    staff::Staff,
    tickets::Ticket,
};

mod assign;
mod choose;
mod handing;
mod queue;
pub(crate) mod store;

pub use assign::{assign_conversation, assign_ticket, give, give_conversation};
pub use handing::{announce, keep_words, tell_ready};
pub use queue::{drain_queue, hand_over, unreachable};

/// Proof that something is locked until the transaction ends.
#[derive(Debug)]
pub struct Locked<T>(T);

/// The order of round robin.
#[derive(Debug)]
pub struct Rota {
    /// How often anything was assigned when the lock was taken.
    counter: i64,
}

impl Locked<Rota> {
    /// How often anything had been assigned when the lock was taken.
    pub fn counter(&self) -> i64 {
        self.0.counter
    }
}

/// Something that found its agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assigned {
    /// A ticket, as it is now, and who sees to it.
    Ticket(Ticket, Staff),
    /// A conversation without a ticket, as it is now, and who answers.
    Conversation(Conversation, Staff),
}

/// Locks the rota. On SQLite the writer's turn is that lock already.
pub async fn lock(act: &mut Act<'_>) -> db::Result<Locked<Rota>> {
    let counter = db::dialect::lock_rota(act.tx).await?;
    Ok(Locked(Rota { counter }))
}

/// How much somebody has: open tickets of his, and conversations without one.
pub async fn load(tx: &mut Tx, staff_id: &str) -> db::Result<i64> {
    store::load(tx, staff_id).await
}

#[cfg(test)]
mod tests;
