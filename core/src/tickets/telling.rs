//! Telling a customer what happened to their ticket.

use std::time::Duration;

use super::Ticket;
use crate::{
    accounts, args,
    contacts::{self, Customer, Refs, Told},
    db,
    desk::Act,
    markup::Markup,
    outbox::{self, Class, Content, NewRow, Prompt, lost},
    staff::Staff,
};

/// So long after a ticket was resolved the customer hears of it by itself, when the agent has not chosen closing words.
pub const CLOSING: Duration = Duration::from_mins(10);

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
    /// It is open again.
    Reopened,
}

impl Change {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Assigned,
        Self::InProgress,
        Self::OnHold,
        Self::Resolved,
        Self::Closed,
        Self::Cancelled,
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
    if !accounts::store::wants_tickets(act.tx, &customer.id).await? {
        return Ok(Told::NotSent);
    }
    let mut text = words(act, &customer, ticket, change, who).await?;
    if let Some(note) = note.map(str::trim).filter(|note| !note.is_empty()) {
        let identity = contacts::identity(act.tx, &customer.id).await?;
        let l = act.localizer(contacts::speaks(&customer, &identity, &act.desk.settings));
        text = text.line(&l.text("ticket-told-note", args!["note" => note]));
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

/// Tells the customer who sees to their ticket now. When they cannot be told, that agent hears so: it is he who would wait for an answer.
pub async fn tell_assigned(act: &mut Act<'_>, ticket: &Ticket, agent: &Staff) -> db::Result<()> {
    let who = Some(agent.name.as_str());
    if tell_customer(act, ticket, Change::Assigned, who, None).await? == Told::NotSent {
        let about = (ticket.customer_id.as_str(), ticket.id.as_str());
        lost::not_told(act, agent, about, Some(lost::WINDOW_CLOSED)).await?;
    }
    Ok(())
}

/// The customer hears that it is done even if the agent never says how they are to hear it: after [`CLOSING`], unless
/// [`keep_closing_words`] comes first.
pub async fn tell_resolved_later(act: &mut Act<'_>, ticket: &Ticket, who: &str) -> db::Result<()> {
    let Some(customer) = contacts::by_id(act.tx, &ticket.customer_id).await? else {
        return Ok(());
    };
    let text = words(act, &customer, ticket, Change::Resolved, Some(who)).await?;
    let channel = act.desk.settings.whatsapp.clone();
    let content = Content::Prompt(Prompt::text(text));
    let mut row = NewRow::new(&channel, &customer.id, Class::Notice, content);
    row.customer_id = Some(customer.id.clone());
    row.ticket_id = Some(ticket.id.clone());
    row.due_at = Some(act.now.plus(CLOSING));
    row.supersede_key = Some(closing_key(&ticket.id));
    outbox::enqueue(act, row).await.map(drop)
}

/// Somebody has said how the customer is to hear it, or it is not done after all: nothing is told by itself.
pub async fn keep_closing_words(act: &mut Act<'_>, ticket_id: &str) -> db::Result<()> {
    outbox::store::cancel_by_key(act.tx, &closing_key(ticket_id)).await
}

fn closing_key(ticket_id: &str) -> String {
    format!("closing:{ticket_id}")
}

async fn words(
    act: &mut Act<'_>,
    customer: &Customer,
    ticket: &Ticket,
    change: Change,
    who: Option<&str>,
) -> db::Result<Markup> {
    let identity = contacts::identity(act.tx, &customer.id).await?;
    let l = act.localizer(contacts::speaks(customer, &identity, &act.desk.settings));
    let values = args![
        "number" => &ticket.number,
        "who" => who.map_or_else(|| l.label("ticket-told-somebody", &[]), str::to_owned),
        "due" => l.when(ticket.due_at, act.now),
    ];
    Ok(l.text(change.key(), values))
}
