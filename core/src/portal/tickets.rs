//! A customer's tickets and numbers, as the portal shows them; and opening a ticket there, by the same rules as in the chat.

use std::time::Duration;

use crate::{
    args,
    clock::Millis,
    contacts::{self, Refs, Told},
    conversations::{self, Owner},
    db::{self, Tx},
    desk::{Act, Desk},
    invoices::{self, Owed},
    otp,
    outbox::{Class, Content, Prompt},
    routing,
    staff::Staff,
    tickets::{self, Filter, NewTicket, Priority, Status, Ticket},
};

/// As many as the overview shows.
const RECENT: i64 = 5;

/// As many as a customer may open, in the chat and in the portal, before the portal asks them to wait: so many in which time.
const MOST: [(usize, Duration); 2] = [
    (10, Duration::from_hours(1)),
    (30, Duration::from_hours(24)),
];

/// Which of a customer's tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketFilter {
    /// A group of them.
    Group(Filter),
    /// Those that stand like this.
    Status(Status),
}

/// A ticket that a customer wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The type's id.
    pub type_id: String,
    /// How urgent it is.
    pub priority: Priority,
    /// In one line; made from the description when there is none.
    pub title: Option<String>,
    /// In the customer's words.
    pub description: String,
}

/// A ticket that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// As it is now.
    pub ticket: Ticket,
    /// What became of the word about it on WhatsApp.
    pub told: Told,
}

/// Why none is opened.
#[derive(Debug, thiserror::Error)]
pub enum OpeningRefused {
    /// There is no such type, or it is not offered any more.
    #[error("there is no such type of ticket")]
    UnknownType,
    /// Customers do not give it: staff do.
    #[error("this priority is given by staff only")]
    NotTheirs,
    /// They opened many of late.
    #[error("another ticket may be opened in {} s", .0.as_secs())]
    TooOften(Duration),
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// What a customer sees first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dashboard {
    /// So many tickets are seen to.
    pub active: i64,
    /// So many are over.
    pub completed: i64,
    /// What they owe, in the desk's currency.
    pub owed: Owed,
    /// The newest tickets.
    pub recent: Vec<Ticket>,
}

/// A page of a customer's tickets, the newest first, and how many there are.
pub async fn tickets(
    tx: &mut Tx,
    customer_id: &str,
    filter: TicketFilter,
    (offset, limit): (i64, i64),
) -> db::Result<(Vec<Ticket>, i64)> {
    match filter {
        TicketFilter::Group(group) => {
            tickets::of_customer(tx, customer_id, group, offset, limit).await
        }
        TicketFilter::Status(status) => {
            tickets::of_customer_in(tx, customer_id, status, offset, limit).await
        }
    }
}

/// One of a customer's tickets by its number.
pub async fn ticket_by_number(
    tx: &mut Tx,
    customer_id: &str,
    number: &str,
) -> db::Result<Option<Ticket>> {
    let Some(number) = crate::ids::parse_ticket_number(number) else {
        return Ok(None);
    };
    let ticket = tickets::by_number(tx, &number).await?;
    Ok(ticket.filter(|ticket| ticket.customer_id == customer_id))
}

/// The overview of a customer's affairs.
pub async fn dashboard(desk: &Desk, tx: &mut Tx, customer_id: &str) -> db::Result<Dashboard> {
    let (_, active) = tickets::of_customer(tx, customer_id, Filter::Open, 0, 0).await?;
    let (_, completed) = tickets::of_customer(tx, customer_id, Filter::Done, 0, 0).await?;
    let (recent, _) = tickets::of_customer(tx, customer_id, Filter::All, 0, RECENT).await?;
    let now: Millis = desk.clock.now();
    let owed = invoices::owed(tx, customer_id, &desk.settings.currency, now).await?;
    Ok(Dashboard {
        active,
        completed,
        owed,
        recent,
    })
}

/// Opens a ticket, gives it to whoever's turn it is, and tells the customer on WhatsApp. A conversation that an agent is in stays with him.
pub async fn open_ticket(
    act: &mut Act<'_>,
    customer_id: &str,
    wanted: Wanted,
) -> Result<Opened, OpeningRefused> {
    if wanted.priority == Priority::Urgent {
        return Err(OpeningRefused::NotTheirs);
    }
    let types = tickets::types(act.tx).await?;
    if !types.iter().any(|known| known.id == wanted.type_id) {
        return Err(OpeningRefused::UnknownType);
    }
    if let Some(wait) = wait(act, customer_id).await? {
        return Err(OpeningRefused::TooOften(wait));
    }
    let rota = routing::lock(act).await?;
    let channel = act.desk.settings.whatsapp.clone();
    let talk = conversations::held(act, customer_id, &channel).await?;
    let with_agent = talk.owner == Owner::Agent;
    let title = wanted
        .title
        .unwrap_or_else(|| tickets::title_of(&wanted.description));
    let new = NewTicket {
        customer_id: customer_id.to_owned(),
        conversation_id: (!with_agent).then_some(talk.id),
        type_id: wanted.type_id,
        priority: wanted.priority,
        title,
        description: wanted.description,
        message_ids: Vec::new(),
    };
    let ticket = tickets::open(act, new).await?;
    let agent = routing::assign_ticket(act, &rota, &ticket).await?;
    let told = confirm(act, &ticket, agent.as_ref()).await?;
    let ticket = tickets::by_id(act.tx, &ticket.id).await?.unwrap_or(ticket);
    Ok(Opened { ticket, told })
}

/// How long until the customer may open another; `None`: not at all.
async fn wait(act: &mut Act<'_>, customer_id: &str) -> db::Result<Option<Duration>> {
    // Two that are opened at once are counted one after the other.
    db::dialect::lock_name(act.tx, &format!("tickets:{customer_id}")).await?;
    let (newest, _) = tickets::of_customer(act.tx, customer_id, Filter::All, 0, 30).await?;
    let opened: Vec<_> = newest.iter().map(|ticket| ticket.opened_at).collect();
    let free = otp::free_at(&opened, &MOST).filter(|free| *free > act.now);
    Ok(free.map(|free| free.since(act.now)))
}

/// The same words as in the chat.
async fn confirm(act: &mut Act<'_>, ticket: &Ticket, agent: Option<&Staff>) -> db::Result<Told> {
    let Some(customer) = contacts::by_id(act.tx, &ticket.customer_id).await? else {
        return Ok(Told::NotSent);
    };
    let l = contacts::words(act, &customer).await?;
    let number = &ticket.number;
    let text = match agent {
        Some(agent) => {
            let when = l.when(ticket.due_at, act.now);
            let values = args!["number" => number, "agent" => &agent.name, "when" => when];
            l.text("draft-opened", values)
        }
        None => l.text("draft-opened-waiting", args!["number" => number]),
    };
    let refs = Refs {
        ticket_id: Some(ticket.id.clone()),
        message_id: None,
    };
    let content = Content::Prompt(Prompt::text(text));
    contacts::tell(act, &customer, Class::Notice, content, refs).await
}
