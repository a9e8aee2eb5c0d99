//! Giving tickets and conversations to agents, with everything that belongs to it: the history, the conversation, the card.

use super::{Locked, Rota, choose};
use crate::{
    conversations::{self, Conversation, Owner},
    db,
    desk::Act,
    outbox::{self, CardSubject, Class, Content, NewRow},
    staff::{self, Staff},
    tickets::{
        self, Actor, EventKind, Status, Ticket,
        store::{self as ticket_store, NewEvent},
    },
};

/// Gives a waiting ticket to the agent whose turn it is. `None`: nobody is there or has room; it stays in the queue.
pub async fn assign_ticket(
    act: &mut Act<'_>,
    rota: &Locked<Rota>,
    ticket: &Ticket,
) -> db::Result<Option<Staff>> {
    let Some(now) = tickets::by_id(act.tx, &ticket.id).await? else {
        return Ok(None);
    };
    if let Some(staff_id) = &now.staff_id {
        return staff::by_id(act.tx, staff_id).await;
    }
    if now.status != Status::Open {
        return Ok(None);
    }
    if let Some(agent) = choose::next(act, rota, now.team_id.as_deref(), None).await? {
        hand(act, rota, &now, &agent).await?;
        return Ok(Some(agent));
    }
    wait(act, &now).await?;
    Ok(None)
}

/// Gives a conversation to the agent whose turn it is. `None`: it waits in the queue. When it is about a ticket that nobody sees to, the
/// ticket is what is given.
pub async fn assign_conversation(
    act: &mut Act<'_>,
    rota: &Locked<Rota>,
    conversation: &Conversation,
) -> db::Result<Option<Staff>> {
    let Some(now) = conversations::by_id(act.tx, &conversation.id).await? else {
        return Ok(None);
    };
    if let (Owner::Agent, Some(staff_id)) = (now.owner, &now.staff_id) {
        return staff::by_id(act.tx, staff_id).await;
    }
    if let Some(ticket_id) = &now.ticket_id {
        let ticket = tickets::by_id(act.tx, ticket_id).await?;
        if let Some(ticket) = ticket.filter(|t| t.status == Status::Open && t.staff_id.is_none()) {
            return assign_ticket(act, rota, &ticket).await;
        }
    }
    let Some(agent) = choose::next(act, rota, None, None).await? else {
        conversations::to_queue(act, &now).await?;
        return Ok(None);
    };
    hand_conversation(act, rota, &now, &agent).await?;
    Ok(Some(agent))
}

/// Gives a ticket to a named colleague. The ticket as it is then; unchanged when it is over already.
pub async fn give(
    act: &mut Act<'_>,
    rota: &Locked<Rota>,
    ticket: &Ticket,
    to: &Staff,
) -> db::Result<Ticket> {
    let now = tickets::by_id(act.tx, &ticket.id)
        .await?
        .ok_or(db::Error::RowNotFound)?;
    if now.status.is_done() || now.staff_id.as_ref() == Some(&to.id) {
        return Ok(now);
    }
    hand(act, rota, &now, to).await
}

/// Gives a conversation to a named colleague.
pub async fn give_conversation(
    act: &mut Act<'_>,
    rota: &Locked<Rota>,
    conversation: &Conversation,
    to: &Staff,
) -> db::Result<Conversation> {
    let now = conversations::by_id(act.tx, &conversation.id)
        .await?
        .ok_or(db::Error::RowNotFound)?;
    if now.staff_id.as_ref() == Some(&to.id) {
        return Ok(now);
    }
    let after = hand_conversation(act, rota, &now, to).await?;
    if let Some(before) = &now.staff_id {
        conversation_card(act, &after, before, true).await?;
    }
    Ok(after)
}

/// Makes a ticket an agent's.
pub(super) async fn hand(
    act: &mut Act<'_>,
    rota: &Locked<Rota>,
    before: &Ticket,
    to: &Staff,
) -> db::Result<Ticket> {
    let after = Ticket {
        status: Status::Assigned,
        staff_id: Some(to.id.clone()),
        assigned_at: Some(act.now),
        updated_at: act.now,
        ..before.clone()
    };
    if !ticket_store::update(act.tx, &after, before.status).await? {
        return tickets::by_id(act.tx, &before.id)
            .await?
            .ok_or(db::Error::RowNotFound);
    }
    let former = match &before.staff_id {
        Some(id) => staff::by_id(act.tx, id).await?,
        None => None,
    };
    let from_value = former.as_ref().map(|s| s.name.as_str());
    let event = NewEvent {
        from_value,
        to_value: Some(&to.name),
        ..NewEvent::of(EventKind::Assigned, &Actor::System)
    };
    ticket_store::log(act, &after.id, event).await?;
    if let Some(open) = conversations::open_of(act.tx, &after.customer_id).await? {
        // The newest ticket is the conversation's; an older one that finds its agent later does not take an agent's conversation away.
        if open.ticket_id.as_ref() == Some(&after.id) || open.owner != Owner::Agent {
            conversations::to_agent(act, &open, &to.id, Some(&after.id)).await?;
        }
    }
    choose::took(act, rota, to).await?;
    tickets::refresh_card(act, &after, before.staff_id.as_deref()).await?;
    ticket_card(act, &after, to).await?;
    Ok(after)
}

pub(super) async fn hand_conversation(
    act: &mut Act<'_>,
    rota: &Locked<Rota>,
    before: &Conversation,
    to: &Staff,
) -> db::Result<Conversation> {
    let after = conversations::to_agent(act, before, &to.id, before.ticket_id.as_deref()).await?;
    choose::took(act, rota, to).await?;
    conversation_card(act, &after, &to.id, false).await?;
    Ok(after)
}

/// The ticket stays in the queue, and so does the conversation about it unless an agent answers in it.
async fn wait(act: &mut Act<'_>, ticket: &Ticket) -> db::Result<()> {
    if let Some(open) =
        conversations::store::of_ticket(act.tx, &ticket.customer_id, &ticket.id).await?
        && open.owner == Owner::Bot
    {
        conversations::to_queue(act, &open).await?;
    }
    Ok(())
}

async fn ticket_card(act: &mut Act<'_>, ticket: &Ticket, to: &Staff) -> db::Result<()> {
    let Some(chat) = &to.telegram_chat_id else {
        return Ok(());
    };
    let channel = act.desk.settings.telegram.clone();
    let mut row = NewRow::new(
        &channel,
        chat,
        // The customer's next words must not overtake it.
        Class::Conversation,
        Content::Card(CardSubject::Ticket(ticket.id.clone())),
    );
    row.supersede_key = Some(format!("card:{chat}:{}", ticket.id));
    row.customer_id = Some(ticket.customer_id.clone());
    row.ticket_id = Some(ticket.id.clone());
    outbox::enqueue(act, row).await.map(drop)
}

/// A conversation's card, new or redrawn.
pub(super) async fn conversation_card(
    act: &mut Act<'_>,
    conversation: &Conversation,
    staff_id: &str,
    edit: bool,
) -> db::Result<()> {
    let Some(chat) = staff::by_id(act.tx, staff_id)
        .await?
        .and_then(|agent| agent.telegram_chat_id)
    else {
        return Ok(());
    };
    let channel = act.desk.settings.telegram.clone();
    let subject = CardSubject::Conversation(conversation.id.clone());
    let (content, key, class) = if edit {
        (Content::CardEdit(subject), "card-edit", Class::Card)
    } else {
        (Content::Card(subject), "card", Class::Conversation)
    };
    let mut row = NewRow::new(&channel, &chat, class, content);
    row.supersede_key = Some(format!("{key}:{chat}:{}", conversation.id));
    row.customer_id = Some(conversation.customer_id.clone());
    outbox::enqueue(act, row).await.map(drop)
}
