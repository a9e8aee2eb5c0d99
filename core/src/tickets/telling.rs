//! Telling a customer what happened to their ticket.

use super::Ticket;
use crate::{
    args,
    contacts::{self, Refs, Told},
    db,
    desk::Act,
    outbox::{Class, Content, Prompt},
};

/// What the customer is told about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Somebody sees to it now.
    Assigned,
    /// He is at it.
    InProgress,
    /// It waits for something.
    OnHold,
    /// It is done.
    Resolved,
    /// It is over.
    Closed,
    /// It is not wanted any more.
    Cancelled,
    /// Somebody higher up helps.
    Escalated,
    /// It is open again.
    Reopened,
}

impl Change {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Assigned,
        Self::InProgress,
        Self::OnHold,
        Self::Resolved,
        Self::Closed,
        Self::Cancelled,
        Self::Escalated,
        Self::Reopened,
    ];

    /// The Fluent key of the sentence.
    pub fn key(self) -> &'static str {
        match self {
            Self::Assigned => "ticket-told-assigned",
            Self::InProgress => "ticket-told-in-progress",
            Self::OnHold => "ticket-told-on-hold",
            Self::Resolved => "ticket-told-resolved",
            Self::Closed => "ticket-told-closed",
            Self::Cancelled => "ticket-told-cancelled",
            Self::Escalated => "ticket-told-escalated",
            Self::Reopened => "ticket-told-reopened",
        }
    }
}

/// Tells the customer in their language what happened to their ticket, by whom, and with what words.
pub async fn tell_customer(
    act: &mut Act<'_>,
    ticket: &Ticket,
    change: Change,
    who: Option<&str>,
    note: Option<&str>,
) -> db::Result<Told> {
    let Some(customer) = contacts::by_id(act.tx, &ticket.customer_id).await? else {
        return Ok(Told::NotSent);
    };
    let identity = contacts::identity(act.tx, &customer.id).await?;
    let words = act.localizer(contacts::speaks(&customer, &identity, &act.desk.settings));
    let values = args![
        "number" => &ticket.number,
        "who" => who.map_or_else(|| words.label("ticket-told-somebody", &[]), str::to_owned),
        "due" => words.when(ticket.due_at, act.now),
    ];
    let mut text = words.text(change.key(), values);
    if let Some(note) = note.map(str::trim).filter(|note| !note.is_empty()) {
        text = text.line(&words.text("ticket-told-note", args!["note" => note]));
    }
    let refs = Refs {
        ticket_id: Some(ticket.id.clone()),
        message_id: None,
    };
    contacts::tell(
        act,
        &customer,
        Class::Notice,
        Content::Prompt(Prompt::text(text)),
        refs,
    )
    .await
}
