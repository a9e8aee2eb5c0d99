//! Tickets: what a customer asked for, how urgent it is, who sees to it and by when. Owns the one table of status transitions.
//! Does not choose who sees to it: that is `routing`.

use crate::{
    clock::Millis,
    db::{self, FromRow, Tx, Type},
};

pub mod catalogue;
mod changes;
pub mod escalations;
pub mod listing;
mod open;
mod rules;
pub(crate) mod store;
mod telling;
mod types;

pub use changes::{Refusal, change_status, note, reopen, set_priority};
pub(crate) use changes::{put, refresh_card};
pub use open::{NewTicket, open, open_by};
pub use rules::allowed;
pub use telling::{
    CLOSING, Change, keep_closing_words, tell_assigned, tell_customer, tell_resolved_later,
};
pub use types::{TicketType, guess, title_of};

/// How urgent a ticket is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    Type,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Priority {
    /// Two days by default.
    Low,
    /// A day.
    Normal,
    /// Four hours.
    High,
    /// An hour; given by staff only.
    Urgent,
}

impl Priority {
    /// All of them, the least urgent first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Urgent];

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    /// The Fluent key of its name.
    pub fn key(self) -> &'static str {
        match self {
            Self::Low => "priority-low",
            Self::Normal => "priority-normal",
            Self::High => "priority-high",
            Self::Urgent => "priority-urgent",
        }
    }

    /// From its stored form.
    pub fn parse(stored: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|priority| priority.as_str() == stored)
    }
}

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Status {
    /// Nobody sees to it yet.
    Open,
    /// It is an agent's.
    Assigned,
    /// He is at it.
    InProgress,
    /// It waits for something.
    OnHold,
    /// Somebody higher up has to help ([`escalations`]).
    Escalated,
    /// Done, says the agent.
    Resolved,
    /// Done for good.
    Closed,
    /// Nobody wants it any more.
    Cancelled,
}

impl Status {
    /// All of them, in the order of a ticket's life.
    pub const ALL: [Self; 8] = [
        Self::Open,
        Self::Assigned,
        Self::InProgress,
        Self::OnHold,
        Self::Escalated,
        Self::Resolved,
        Self::Closed,
        Self::Cancelled,
    ];

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Assigned => "assigned",
            Self::InProgress => "in_progress",
            Self::OnHold => "on_hold",
            Self::Escalated => "escalated",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The Fluent key of its name.
    pub fn key(self) -> &'static str {
        match self {
            Self::Open => "status-open",
            Self::Assigned => "status-assigned",
            Self::InProgress => "status-in-progress",
            Self::OnHold => "status-on-hold",
            Self::Escalated => "status-escalated",
            Self::Resolved => "status-resolved",
            Self::Closed => "status-closed",
            Self::Cancelled => "status-cancelled",
        }
    }

    /// From its stored form.
    pub fn parse(stored: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == stored)
    }

    /// Whether nothing more is to be done.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Resolved | Self::Closed | Self::Cancelled)
    }
}

/// Who does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A customer, by id.
    Customer(String),
    /// A member of staff, by id.
    Staff(String),
    /// The desk itself, or whoever is at its command line.
    System,
}

impl Actor {
    /// The kind, as it is stored.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Customer(_) => "customer",
            Self::Staff(_) => "staff",
            Self::System => "system",
        }
    }

    /// The person's id.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Customer(id) | Self::Staff(id) => Some(id),
            Self::System => None,
        }
    }
}

/// A ticket.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Ticket {
    /// Our id.
    pub id: String,
    /// What people call it: `TKT-XXXXXXXX`.
    pub number: String,
    /// Whose it is.
    pub customer_id: String,
    /// What it is about.
    pub type_id: String,
    /// How urgent it is.
    pub priority: Priority,
    /// Where it stands.
    pub status: Status,
    /// In one line.
    pub title: String,
    /// In the customer's words.
    pub description: String,
    /// The team that sees to this type.
    pub team_id: Option<String>,
    /// Who sees to it.
    pub staff_id: Option<String>,
    /// When it was opened.
    pub opened_at: Millis,
    /// By when it is to be resolved.
    pub due_at: Millis,
    /// Since when it is the agent's.
    pub assigned_at: Option<Millis>,
    /// When it was resolved.
    pub resolved_at: Option<Millis>,
    /// When it was closed or cancelled.
    pub closed_at: Option<Millis>,
    /// When it last changed.
    pub updated_at: Millis,
}

/// Which of a customer's tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    /// Every one.
    All,
    /// Those that somebody still has to see to.
    Open,
    /// Those that are over.
    Done,
}

/// What happened to a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum EventKind {
    /// It was opened; `to_value` is the priority.
    Opened,
    /// Its status changed, from and to.
    Status,
    /// It was given to somebody: names from and to.
    Assigned,
    /// Its priority changed, from and to.
    Priority,
    /// It was opened again.
    Reopened,
    /// Somebody wrote a note.
    Note,
}

/// A line of a ticket's history.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct TicketEvent {
    /// When.
    pub at: Millis,
    /// What.
    pub kind: EventKind,
    /// Who: `customer`, `staff` or `system`.
    pub actor: String,
    /// The person's name.
    pub actor_name: Option<String>,
    /// What it was before.
    pub from_value: Option<String>,
    /// What it is since.
    pub to_value: Option<String>,
    /// In somebody's words.
    pub note: Option<String>,
}

/// The types that a customer can choose from, in their order.
pub async fn types(tx: &mut Tx) -> db::Result<Vec<TicketType>> {
    store::types(tx).await
}

/// Makes a type a team's; `None` makes it everybody's. False: there is no such type.
pub async fn set_type_team(
    act: &mut crate::desk::Act<'_>,
    type_id: &str,
    team_id: Option<&str>,
) -> db::Result<bool> {
    store::set_type_team(act.tx, type_id, team_id).await
}

/// A type by id, also one that is no longer offered.
pub async fn type_by_id(tx: &mut Tx, id: &str) -> db::Result<Option<TicketType>> {
    store::type_by_id(tx, id).await
}

/// A ticket by our id.
pub async fn by_id(tx: &mut Tx, id: &str) -> db::Result<Option<Ticket>> {
    store::by_id(tx, id).await
}

/// A ticket by its number, as [`crate::ids::parse_ticket_number`] puts it.
pub async fn by_number(tx: &mut Tx, number: &str) -> db::Result<Option<Ticket>> {
    store::by_number(tx, number).await
}

/// A page of a customer's tickets, the newest first, and how many there are.
pub async fn of_customer(
    tx: &mut Tx,
    customer_id: &str,
    filter: Filter,
    offset: i64,
    limit: i64,
) -> db::Result<(Vec<Ticket>, i64)> {
    store::of_customer(tx, customer_id, filter, offset, limit).await
}

/// A page of a customer's tickets that stand like this, the newest first, and how many there are.
pub async fn of_customer_in(
    tx: &mut Tx,
    customer_id: &str,
    status: Status,
    offset: i64,
    limit: i64,
) -> db::Result<(Vec<Ticket>, i64)> {
    store::of_customer_in(tx, customer_id, status, offset, limit).await
}

/// What an agent has to see to, the most pressing first.
pub async fn of_staff(tx: &mut Tx, staff_id: &str) -> db::Result<Vec<Ticket>> {
    store::of_staff(tx, staff_id).await
}

/// What nobody sees to yet, the oldest first.
pub async fn waiting(tx: &mut Tx, limit: i64) -> db::Result<Vec<Ticket>> {
    store::waiting(tx, limit).await
}

/// A ticket, if it is this customer's: customers see their own only.
pub async fn owned(tx: &mut Tx, customer_id: &str, ticket_id: &str) -> db::Result<Option<Ticket>> {
    store::owned(tx, customer_id, ticket_id).await
}

/// What happened to a ticket, in order.
pub async fn history(tx: &mut Tx, ticket_id: &str) -> db::Result<Vec<TicketEvent>> {
    store::history(tx, ticket_id).await
}

#[cfg(test)]
mod tests;
