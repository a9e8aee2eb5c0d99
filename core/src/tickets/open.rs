//! Opening a ticket.

use std::time::Duration;

use super::{
    Actor, EventKind, Priority, Status, Ticket,
    store::{self, NewEvent},
};
use crate::{conversations, db, desk::Act, messages};

/// Numbers have 40 random bits: a second try is rare, a fifth means that something else is wrong.
const NUMBER_TRIES: usize = 5;

/// A ticket to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTicket {
    /// Whose it is.
    pub customer_id: String,
    /// The conversation that it came up in, if it did in one; it is about this ticket from now on.
    pub conversation_id: Option<String>,
    /// What it is about.
    pub type_id: String,
    /// How urgent it is.
    pub priority: Priority,
    /// In one line.
    pub title: String,
    /// In the customer's words.
    pub description: String,
    /// The stored messages that belong to it.
    pub message_ids: Vec<String>,
}

/// Opens a ticket in the customer's name. Nobody is chosen to see to it: `routing` does that.
pub async fn open(act: &mut Act<'_>, new: NewTicket) -> db::Result<Ticket> {
    let by = Actor::Customer(new.customer_id.clone());
    open_by(act, new, &by).await
}

/// Opens a ticket for a customer.
pub async fn open_by(act: &mut Act<'_>, new: NewTicket, by: &Actor) -> db::Result<Ticket> {
    let kind = store::type_by_id(act.tx, &new.type_id)
        .await?
        .ok_or(db::Error::RowNotFound)?;
    let minutes = u64::try_from(kind.minutes(new.priority)).unwrap_or_default();
    let mut ticket = Ticket {
        id: act.id(),
        number: String::new(),
        customer_id: new.customer_id,
        type_id: new.type_id,
        priority: new.priority,
        status: Status::Open,
        title: new.title,
        description: new.description,
        team_id: kind.team_id,
        staff_id: None,
        opened_at: act.now,
        due_at: act.now.plus(Duration::from_mins(minutes)),
        assigned_at: None,
        resolved_at: None,
        closed_at: None,
        updated_at: act.now,
    };
    number(act, &mut ticket).await?;
    tracing::debug!(
        ticket = ticket.id,
        number = ticket.number,
        "a ticket is opened"
    );
    let opened = NewEvent {
        to_value: Some(ticket.priority.as_str()),
        ..NewEvent::of(EventKind::Opened, by)
    };
    store::log(act, &ticket.id, opened).await?;
    for message_id in &new.message_ids {
        messages::store::attach(act.tx, message_id, &ticket.id, &ticket.customer_id).await?;
    }
    if let Some(conversation) = &new.conversation_id {
        conversations::store::set_ticket(act.tx, conversation, &ticket.id).await?;
    }
    Ok(ticket)
}

async fn number(act: &mut Act<'_>, ticket: &mut Ticket) -> db::Result<()> {
    for _ in 0..NUMBER_TRIES {
        ticket.number = act.desk.ids.ticket_number();
        if store::insert(act.tx, ticket).await? {
            return Ok(());
        }
    }
    Err(db::Error::Protocol(
        "no free ticket number was found".into(),
    ))
}
