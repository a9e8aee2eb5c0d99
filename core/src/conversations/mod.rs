//! Conversations: a customer's thread with the desk. It has one owner at a time: the bot, the queue, or an agent.

use crate::{
    clock::Millis,
    db::{self, FromRow, Tx, Type},
    desk::Act,
    inbox::Channel,
};

pub(crate) mod store;

/// Who answers in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Owner {
    /// The bot.
    Bot,
    /// Nobody yet: it waits for an agent.
    Queue,
    /// An agent.
    Agent,
}

/// A customer's thread with the desk.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Conversation {
    /// Our id.
    pub id: String,
    /// With whom.
    pub customer_id: String,
    /// Where.
    pub channel: Channel,
    /// Who answers.
    pub owner: Owner,
    /// The agent who does.
    pub staff_id: Option<String>,
    /// The ticket that it is about.
    pub ticket_id: Option<String>,
    /// When it began.
    pub opened_at: Millis,
    /// Since when it waits for an agent.
    pub queued_at: Option<Millis>,
    /// When the customer last wrote.
    pub last_customer_at: Option<Millis>,
    /// When an agent last wrote.
    pub last_staff_at: Option<Millis>,
}

/// The customer's one open conversation; the bot's, when it had to be made.
pub async fn current(
    act: &mut Act<'_>,
    customer_id: &str,
    channel: &Channel,
) -> db::Result<Conversation> {
    if let Some(open) = store::open_of(act.tx, customer_id).await? {
        return Ok(open);
    }
    let id = act.id();
    store::insert(act.tx, &id, customer_id, channel, act.now).await?;
    store::open_of(act.tx, customer_id)
        .await?
        .ok_or(db::Error::RowNotFound)
}

/// The customer's one open conversation, nobody else's to change until the transaction ends. Whoever acts on what an owner is now reads
/// it here: on PostgreSQL it would else be given to somebody between the look and the deed.
pub async fn held(
    act: &mut Act<'_>,
    customer_id: &str,
    channel: &Channel,
) -> db::Result<Conversation> {
    if !db::dialect::lock_conversation(act.tx, customer_id).await? {
        current(act, customer_id, channel).await?;
        db::dialect::lock_conversation(act.tx, customer_id).await?;
    }
    current(act, customer_id, channel).await
}

/// The customer's open conversation, if there is one, nobody else's to change until the transaction ends.
pub async fn hold_open(tx: &mut Tx, customer_id: &str) -> db::Result<Option<Conversation>> {
    db::dialect::lock_conversation(tx, customer_id).await?;
    store::open_of(tx, customer_id).await
}

/// The customer's open conversation, if there is one.
pub async fn open_of(tx: &mut Tx, customer_id: &str) -> db::Result<Option<Conversation>> {
    store::open_of(tx, customer_id).await
}

/// A conversation, open or closed.
pub async fn by_id(tx: &mut Tx, id: &str) -> db::Result<Option<Conversation>> {
    store::by_id(tx, id).await
}

/// An agent's open conversations, the one that moved last first.
pub async fn of_staff(tx: &mut Tx, staff_id: &str) -> db::Result<Vec<Conversation>> {
    store::of_staff(tx, staff_id).await
}

/// Conversations without a ticket that wait for an agent, the oldest first.
pub async fn waiting(tx: &mut Tx, limit: i64) -> db::Result<Vec<Conversation>> {
    store::waiting(tx, limit).await
}

/// The bot answers again; the conversation is about no ticket any more.
pub async fn to_bot(act: &mut Act<'_>, conversation: &Conversation) -> db::Result<Conversation> {
    let changed = Conversation {
        owner: Owner::Bot,
        staff_id: None,
        ticket_id: None,
        queued_at: None,
        ..conversation.clone()
    };
    store::set_owner(act.tx, &changed).await?;
    Ok(changed)
}

/// It waits for an agent; whoever waits already keeps his place.
pub async fn to_queue(act: &mut Act<'_>, conversation: &Conversation) -> db::Result<Conversation> {
    let queued_at = conversation.queued_at.or(Some(act.now));
    let changed = Conversation {
        owner: Owner::Queue,
        staff_id: None,
        queued_at,
        ..conversation.clone()
    };
    store::set_owner(act.tx, &changed).await?;
    Ok(changed)
}

/// An agent answers, about this ticket or about none.
pub async fn to_agent(
    act: &mut Act<'_>,
    conversation: &Conversation,
    staff_id: &str,
    ticket_id: Option<&str>,
) -> db::Result<Conversation> {
    let changed = Conversation {
        owner: Owner::Agent,
        staff_id: Some(staff_id.to_owned()),
        ticket_id: ticket_id.map(str::to_owned),
        queued_at: None,
        ..conversation.clone()
    };
    store::set_owner(act.tx, &changed).await?;
    Ok(changed)
}

/// It is over; the customer's next word begins another.
pub async fn close(act: &mut Act<'_>, conversation: &Conversation) -> db::Result<Conversation> {
    store::close(act.tx, &conversation.id, act.now).await?;
    Ok(conversation.clone())
}

#[cfg(test)]
mod tests;
