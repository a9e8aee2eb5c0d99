//! What somebody of the staff may do with a ticket, and does, wherever he does it: who may see and change it, giving it to somebody,
//! another status with a word to the customer.

use crate::{
    args, contacts,
    contacts::Told,
    conversations::{self, Conversation, Owner},
    db,
    desk::Act,
    ids::parse_ticket_number,
    outbox::{self, Class, Content, NewRow, Prompt},
    routing,
    staff::{self, Availability, Permission, Staff},
    tickets::{
        self, Actor, Change, Refusal, Status, Ticket,
        escalations::{self, Escalation},
    },
};

pub mod talks;
mod thread;

pub use thread::{Entry, Said, Thread, What, file};

/// Whether he may see a ticket: his own, what waits for somebody, or everything.
pub fn may_see(staff: &Staff, ticket: &Ticket) -> bool {
    let waits = ticket.staff_id.is_none() && !ticket.status.is_done();
    let works = staff.role.permits(Permission::TicketsWork);
    is_his(staff, ticket) || (works && waits) || staff.role.permits(Permission::TicketsReadAll)
}

/// Whether he may see what was said without a ticket: with him, what waits for somebody, or everything.
pub fn may_see_talk(staff: &Staff, talk: &Conversation) -> bool {
    let works = staff.role.permits(Permission::TicketsWork);
    is_his_talk(staff, talk)
        || (works && talk.owner == Owner::Queue)
        || staff.role.permits(Permission::TicketsReadAll)
}

/// Whether he may change a ticket: his own, or also a colleague's when he runs the desk.
pub fn may_change(staff: &Staff, ticket: &Ticket) -> bool {
    let works = staff.role.permits(Permission::TicketsWork);
    works && (is_his(staff, ticket) || may_take_over(staff))
}

/// Whether he may have a ticket that he has not got: one that nobody has, or a colleague's when he runs the desk.
pub fn may_take(staff: &Staff, ticket: &Ticket) -> bool {
    let works = staff.role.permits(Permission::TicketsWork) && staff.telegram_chat_id.is_some();
    let free = ticket.staff_id.is_none() || may_take_over(staff);
    works && free && !is_his(staff, ticket) && !ticket.status.is_done()
}

/// Whether a ticket is his.
pub fn is_his(staff: &Staff, ticket: &Ticket) -> bool {
    ticket.staff_id.as_ref() == Some(&staff.id)
}

fn may_take_over(staff: &Staff) -> bool {
    let may = |permission| staff.role.permits(permission);
    may(Permission::TicketsTransfer) && may(Permission::TicketsReadAll)
}

/// Whether a conversation about no ticket is his.
pub fn is_his_talk(staff: &Staff, talk: &Conversation) -> bool {
    talk.owner == Owner::Agent && talk.staff_id.as_ref() == Some(&staff.id)
}

/// Whether he may have a conversation that he has not got: one that waits, or a colleague's when he runs the desk.
pub fn may_take_talk(staff: &Staff, talk: &Conversation) -> bool {
    let works = staff.role.permits(Permission::TicketsWork) && staff.telegram_chat_id.is_some();
    let others = talk.owner == Owner::Agent && !is_his_talk(staff, talk);
    works && (talk.owner == Owner::Queue || (others && may_take_over(staff)))
}

/// Who can be given work now, besides whoever has it: there or away, never who is off duty.
pub async fn takers(act: &mut Act<'_>, ticket: &Ticket) -> db::Result<Vec<Staff>> {
    let mut all = staff::colleagues(act.tx).await?;
    all.retain(|colleague| can_be_given(colleague) && !is_his(colleague, ticket));
    Ok(all)
}

fn can_be_given(staff: &Staff) -> bool {
    staff.active
        && staff.telegram_chat_id.is_some()
        && staff.availability != Availability::Offline
        && staff.role.permits(Permission::TicketsWork)
}

/// Gives a ticket to a colleague, or takes it. The customer and whoever had it hear so. The ticket as it is then: not his when somebody was
/// quicker, it is over, or he went off duty.
pub async fn give(act: &mut Act<'_>, by: &Staff, seen: &Ticket, to: &Staff) -> db::Result<Ticket> {
    if by.id != to.id && !can_be_given(to) {
        return Ok(seen.clone());
    }
    let rota = routing::lock(act).await?;
    let after = pass(act, &rota, by, seen, to).await?;
    drain(act, &rota).await?;
    Ok(after)
}

/// The same for who holds the rota already: what waits is not given to whoever has room now.
pub async fn pass(
    act: &mut Act<'_>,
    rota: &routing::Locked<routing::Rota>,
    by: &Staff,
    seen: &Ticket,
    to: &Staff,
) -> db::Result<Ticket> {
    let asked = escalations::open_of(act.tx, seen).await?;
    let actor = Actor::Staff(by.id.clone());
    let after = routing::give(act, rota, &actor, seen, to).await?;
    if is_his(to, seen) || !is_his(to, &after) {
        return Ok(after);
    }
    tickets::tell_assigned(act, &after, to).await?;
    // Who asked for help has heard already that it came.
    let former = seen.staff_id.as_deref();
    let former = former.filter(|id| asked.is_none_or(|asked| asked.staff_id != *id));
    tell_former(act, &by.id, former, to, &after.customer_id).await?;
    Ok(after)
}

/// Takes an escalated ticket over. The ticket as it is then: not his when somebody was quicker, or it is not escalated any more.
pub async fn take_over(act: &mut Act<'_>, by: &Staff, id: &str) -> db::Result<Option<Ticket>> {
    // Before the look: of two who take over at once the second sees that it is the first one's.
    let rota = routing::lock(act).await?;
    let Some(ticket) = tickets::by_id(act.tx, id).await? else {
        return Ok(None);
    };
    if ticket.status != Status::Escalated || !may_take(by, &ticket) {
        return Ok(Some(ticket));
    }
    let after = pass(act, &rota, by, &ticket, by).await?;
    drain(act, &rota).await?;
    Ok(Some(after))
}

/// Gives a conversation to a colleague, or takes it. The customer and whoever had it hear so. The conversation as it is then: not his when
/// somebody was quicker.
pub async fn give_talk(
    act: &mut Act<'_>,
    by: &Staff,
    seen: &Conversation,
    to: &Staff,
) -> db::Result<Conversation> {
    let rota = routing::lock(act).await?;
    let after = routing::give_conversation(act, &rota, seen, to).await?;
    let former = seen.staff_id.as_deref();
    if former == Some(&to.id) || after.staff_id.as_ref() != Some(&to.id) {
        return Ok(after);
    }
    routing::tell_ready(act, &after, to).await?;
    tell_former(act, &by.id, former, to, &after.customer_id).await?;
    Ok(after)
}

/// Who had it and did not give it away himself hears who has it now.
async fn tell_former(
    act: &mut Act<'_>,
    by: &str,
    former: Option<&str>,
    to: &Staff,
    customer_id: &str,
) -> db::Result<()> {
    let Some(former) = former.filter(|id| *id != by) else {
        return Ok(());
    };
    let Some(former) = staff::by_id(act.tx, former).await? else {
        return Ok(());
    };
    let Some(chat) = &former.telegram_chat_id else {
        return Ok(());
    };
    let customer = contacts::by_id(act.tx, customer_id).await?;
    let name = customer.map(|customer| customer.name).unwrap_or_default();
    let text = act.localizer(former.locale).text(
        "desk-taken-from-you",
        args!["agent" => &to.name, "name" => name],
    );
    let channel = act.desk.settings.telegram.clone();
    let content = Content::Prompt(Prompt::text(text));
    let row = NewRow::new(&channel, chat, Class::Notice, content);
    outbox::enqueue(act, row).await.map(drop)
}

/// Gives a ticket another status and, where it is wanted, tells the customer, with the note. What became of that word.
pub async fn set_status(
    act: &mut Act<'_>,
    by: &Staff,
    ticket: &Ticket,
    to: Status,
    note: Option<&str>,
    tell: bool,
) -> Result<Option<Told>, Refusal> {
    // Whoever ends a ticket has room then, and something is assigned: the rota before everything else.
    let rota = routing::lock(act).await?;
    let actor = Actor::Staff(by.id.clone());
    let after = tickets::change_status(act, ticket, to, &actor, note).await?;
    let mut told = None;
    if let Some(change) = change_of(ticket.status, to).filter(|_| tell) {
        let who = Some(by.name.as_str());
        told = Some(tickets::tell_customer(act, &after, change, who, note).await?);
    }
    drain(act, &rota).await?;
    Ok(told)
}

/// What a customer hears of a change; nothing where it changes nothing for them.
fn change_of(from: Status, to: Status) -> Option<Change> {
    Some(match to {
        Status::InProgress => Change::InProgress,
        Status::OnHold => Change::OnHold,
        Status::Resolved => Change::Resolved,
        Status::Closed if from == Status::Resolved => return None,
        Status::Closed => Change::Closed,
        Status::Cancelled => Change::Cancelled,
        Status::Open if from.is_done() => Change::Reopened,
        Status::Open | Status::Assigned | Status::Escalated => return None,
    })
}

/// What waits is given to whoever has room now.
async fn drain(act: &mut Act<'_>, rota: &routing::Locked<routing::Rota>) -> db::Result<()> {
    let assigned = routing::drain_queue(act, rota).await?;
    routing::announce(act, &assigned).await
}

/// A ticket with everything that stands on its page.
pub struct Case {
    /// The ticket.
    pub ticket: Ticket,
    /// Whose it is; nobody when they were taken out of the book.
    pub customer: Option<contacts::Customer>,
    /// How WhatsApp names them.
    pub identity: contacts::Identity,
    /// What it is about.
    pub kind: Option<tickets::TicketType>,
    /// Who sees to it.
    pub agent: Option<Staff>,
    /// Who asked for help with it and why, while it is escalated.
    pub escalation: Option<Escalation>,
    /// What was said and what happened.
    pub thread: Thread,
}

/// A conversation about no ticket, with everything that stands on its page.
pub struct Talk {
    /// The conversation.
    pub conversation: Conversation,
    /// Whose it is; nobody when they were taken out of the book.
    pub customer: Option<contacts::Customer>,
    /// How WhatsApp names them.
    pub identity: contacts::Identity,
    /// Who sees to it.
    pub agent: Option<Staff>,
    /// What was said.
    pub thread: Thread,
}

/// A ticket's page, if somebody may see it: the newest of its thread, or what was before a message. What he may not see is not there.
pub async fn case(
    act: &mut Act<'_>,
    by: &Staff,
    number: &str,
    before: Option<&str>,
) -> db::Result<Option<Case>> {
    let Some(number) = parse_ticket_number(number) else {
        return Ok(None);
    };
    let ticket = tickets::by_number(act.tx, &number).await?;
    let Some(ticket) = ticket.filter(|ticket| may_see(by, ticket)) else {
        return Ok(None);
    };
    Ok(Some(Case {
        customer: contacts::by_id(act.tx, &ticket.customer_id).await?,
        identity: contacts::identity(act.tx, &ticket.customer_id).await?,
        kind: tickets::type_by_id(act.tx, &ticket.type_id).await?,
        escalation: escalations::open_of(act.tx, &ticket).await?,
        thread: thread::of_ticket(act, &ticket, before).await?,
        agent: agent(act, ticket.staff_id.as_deref()).await?,
        ticket,
    }))
}

/// The page of a conversation about no ticket, if somebody may see it.
pub async fn talk(
    act: &mut Act<'_>,
    by: &Staff,
    id: &str,
    before: Option<&str>,
) -> db::Result<Option<Talk>> {
    let conversation = conversations::by_id(act.tx, id).await?;
    let Some(conversation) = conversation.filter(|talk| may_see_talk(by, talk)) else {
        return Ok(None);
    };
    Ok(Some(Talk {
        customer: contacts::by_id(act.tx, &conversation.customer_id).await?,
        identity: contacts::identity(act.tx, &conversation.customer_id).await?,
        thread: thread::of_conversation(act, id, before).await?,
        agent: agent(act, conversation.staff_id.as_deref()).await?,
        conversation,
    }))
}

async fn agent(act: &mut Act<'_>, id: Option<&str>) -> db::Result<Option<Staff>> {
    match id {
        Some(id) => staff::by_id(act.tx, id).await,
        None => Ok(None),
    }
}
