//! A customer's tickets.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use sapa_core::{
    contacts::Told,
    portal::{self, TicketFilter, Wanted},
    tickets::{self, Filter},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    ProblemBody, Refusal,
    input::{Auth, Input, Key, Paging, Params, line, paragraphs},
    writing,
};
use crate::{problem::Problem, surface::Shared};

/// How long a title may be: as the chat makes them.
const TITLE: usize = 80;
/// How long a description may be: one WhatsApp message.
const DESCRIPTION: usize = 4_096;

/// How urgent a ticket is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Priority {
    Low,
    Normal,
    High,
    Urgent,
}

/// How urgent a customer finds it. `urgent` is given by staff.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum WantedPriority {
    Low,
    #[default]
    Normal,
    High,
}

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum TicketStatus {
    Open,
    Assigned,
    InProgress,
    OnHold,
    Escalated,
    Resolved,
    Closed,
    Cancelled,
}

/// Which tickets: all, those that are seen to, those that are over, or those that stand like this.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Which {
    #[default]
    All,
    Active,
    Completed,
    Open,
    Assigned,
    InProgress,
    OnHold,
    Escalated,
    Resolved,
    Closed,
    Cancelled,
}

impl From<Which> for TicketFilter {
    fn from(which: Which) -> Self {
        use tickets::Status;
        Self::Status(match which {
            Which::All => return Self::Group(Filter::All),
            Which::Active => return Self::Group(Filter::Open),
            Which::Completed => return Self::Group(Filter::Done),
            Which::Open => Status::Open,
            Which::Assigned => Status::Assigned,
            Which::InProgress => Status::InProgress,
            Which::OnHold => Status::OnHold,
            Which::Escalated => Status::Escalated,
            Which::Resolved => Status::Resolved,
            Which::Closed => Status::Closed,
            Which::Cancelled => Status::Cancelled,
        })
    }
}

/// A ticket.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Ticket {
    #[schema(example = "TKT-7K3M9QXA")]
    number: String,
    /// The type's id.
    r#type: String,
    priority: Priority,
    status: TicketStatus,
    title: String,
    description: String,
    #[schema(format = DateTime)]
    opened_at: String,
    /// By when it is to be resolved.
    #[schema(format = DateTime)]
    due_at: String,
    #[schema(format = DateTime)]
    resolved_at: Option<String>,
    #[schema(format = DateTime)]
    closed_at: Option<String>,
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<tickets::Ticket> for Ticket {
    fn from(ticket: tickets::Ticket) -> Self {
        Self {
            number: ticket.number,
            r#type: ticket.type_id,
            priority: match ticket.priority {
                tickets::Priority::Low => Priority::Low,
                tickets::Priority::Normal => Priority::Normal,
                tickets::Priority::High => Priority::High,
                tickets::Priority::Urgent => Priority::Urgent,
            },
            status: match ticket.status {
                tickets::Status::Open => TicketStatus::Open,
                tickets::Status::Assigned => TicketStatus::Assigned,
                tickets::Status::InProgress => TicketStatus::InProgress,
                tickets::Status::OnHold => TicketStatus::OnHold,
                tickets::Status::Escalated => TicketStatus::Escalated,
                tickets::Status::Resolved => TicketStatus::Resolved,
                tickets::Status::Closed => TicketStatus::Closed,
                tickets::Status::Cancelled => TicketStatus::Cancelled,
            },
            title: ticket.title,
            description: ticket.description,
            opened_at: ticket.opened_at.rfc3339(),
            due_at: ticket.due_at.rfc3339(),
            resolved_at: ticket.resolved_at.map(sapa_core::clock::Millis::rfc3339),
            closed_at: ticket.closed_at.map(sapa_core::clock::Millis::rfc3339),
            updated_at: ticket.updated_at.rfc3339(),
        }
    }
}

/// A page of tickets.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Tickets {
    items: Vec<Ticket>,
    /// How many there are in all.
    total: i64,
    /// The offset of the next page; null when this is the last.
    next: Option<i64>,
}

/// Which tickets, and which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct TicketQuery {
    #[param(inline)]
    status: Option<Which>,
    /// How many to leave out: `next` of the page before.
    #[param(minimum = 0, default = 0)]
    offset: Option<i64>,
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<i64>,
}

/// A ticket that a customer wants.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTicket {
    /// The type's id.
    #[schema(example = "repair", max_length = 64)]
    r#type: String,
    #[serde(default)]
    #[schema(inline)]
    priority: WantedPriority,
    /// Made from the description when there is none.
    #[schema(max_length = 80)]
    title: Option<String>,
    /// In the customer's words.
    #[schema(example = "internet mati dari pagi", min_length = 3, max_length = 4096)]
    description: String,
}

impl NewTicket {
    fn checked(self) -> Result<Wanted, Refusal> {
        let title = self.title.map(|title| line("title", &title, TITLE));
        let description = paragraphs("description", &self.description, DESCRIPTION)?;
        // As in the chat: fewer than three letters tell nobody anything.
        if description.chars().filter(|c| c.is_alphanumeric()).count() < 3 {
            return Err(Refusal::field("description", "tells too little"));
        }
        Ok(Wanted {
            type_id: self.r#type,
            priority: match self.priority {
                WantedPriority::Low => tickets::Priority::Low,
                WantedPriority::Normal => tickets::Priority::Normal,
                WantedPriority::High => tickets::Priority::High,
            },
            title: title.transpose()?.filter(|title| !title.is_empty()),
            description,
        })
    }
}

/// What became of the word about it on WhatsApp.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Confirmation {
    /// It goes out.
    Sent,
    /// WhatsApp lets nobody write to the customer now.
    NotSent,
}

/// A ticket that was opened.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OpenedTicket {
    ticket: Ticket,
    #[schema(inline)]
    whatsapp_confirmation: Confirmation,
}

/// The customer's tickets, the newest first.
#[utoipa::path(get, path = "/tickets", operation_id = "tickets_list", tag = "tickets", security(("session" = [])), params(TicketQuery), responses(
    (status = 200, description = "A page of them", body = Tickets),
    (status = 400, description = "A parameter is unknown or wrong", body = ProblemBody, content_type = "application/problem+json"),
    (status = 401, description = "No session", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "The database does not answer", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    Auth(visitor): Auth,
    Params(query): Params<TicketQuery>,
) -> Result<Json<Tickets>, Refusal> {
    let (offset, limit) = Paging::new(query.offset, query.limit).clamped();
    let filter = query.status.unwrap_or_default().into();
    let mut tx = shared.surface.desk.db.read().await?;
    let (page, total) =
        portal::tickets(&mut tx, &visitor.customer_id, filter, (offset, limit)).await?;
    tx.rollback().await?;
    Ok(Json(Tickets {
        next: super::next(offset, page.len(), total),
        items: page.into_iter().map(Ticket::from).collect(),
        total,
    }))
}

/// One of the customer's tickets.
#[utoipa::path(get, path = "/tickets/{number}", operation_id = "tickets_show", tag = "tickets", security(("session" = [])),
    params(("number" = String, Path, description = "The ticket's number")), responses(
    (status = 200, description = "As it is", body = Ticket),
    (status = 401, description = "No session", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "The customer has no such ticket", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "The database does not answer", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Auth(visitor): Auth,
    Key(number): Key,
) -> Result<Json<Ticket>, Refusal> {
    let mut tx = shared.surface.desk.db.read().await?;
    let ticket = portal::ticket_by_number(&mut tx, &visitor.customer_id, &number).await?;
    tx.rollback().await?;
    let ticket = ticket.ok_or(Problem::NOT_FOUND)?;
    Ok(Json(ticket.into()))
}

/// Opens a ticket, by the same rules as in the chat, and tells the customer on WhatsApp.
///
/// Whoever opened 10 within an hour, or 30 within a day, in the chat or here, is asked to wait.
#[utoipa::path(post, path = "/tickets", operation_id = "tickets_open", tag = "tickets", security(("session" = [])), request_body = NewTicket, responses(
    (status = 201, description = "It is open", body = OpenedTicket),
    (status = 400, description = "Not JSON", body = ProblemBody, content_type = "application/problem+json"),
    (status = 401, description = "No session", body = ProblemBody, content_type = "application/problem+json"),
    (status = 408, description = "The body did not arrive in time", body = ProblemBody, content_type = "application/problem+json"),
    (status = 413, description = "Too large", body = ProblemBody, content_type = "application/problem+json"),
    (status = 415, description = "Not application/json", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is missing, unknown or wrong", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "Too many tickets of late", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "The database does not answer", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn open(
    State(shared): State<Arc<Shared>>,
    Auth(visitor): Auth,
    Input(new): Input<NewTicket>,
) -> Result<(StatusCode, Json<OpenedTicket>), Refusal> {
    let wanted = new.checked()?;
    let opened = writing!(shared, |act| {
        Ok(portal::open_ticket(act, &visitor.customer_id, wanted.clone()).await?)
    })?;
    shared.surface.desk.bell.ring_outbox();
    let opened = OpenedTicket {
        whatsapp_confirmation: match opened.told {
            Told::Queued(_) | Told::Templated(_) => Confirmation::Sent,
            Told::Parked(_) | Told::NotSent => Confirmation::NotSent,
        },
        ticket: opened.ticket.into(),
    };
    Ok((StatusCode::CREATED, Json(opened)))
}
