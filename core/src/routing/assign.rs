//! Giving tickets and conversations to agents, with everything that belongs to it: the history, the conversation, the card.

use super::{Locked, Rota, choose, handing};
use crate::{
    conversations::{self, Conversation, Owner},
    db,
    desk::Act,
    outbox::CardSubject,
    staff::{self, Staff, cards},
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
    conversations::hold_open(act.tx, &ticket.customer_id).await?;
    let Some(now) = ticket_store::locked(act.tx, &ticket.id).await? else {
        return Ok(None);
    };
    if let Some(staff_id) = &now.staff_id {
        return staff::by_id(act.tx, staff_id).await;
    }
    if now.status != Status::Open {
        return Ok(None);
    }
    if let Some(agent) = choose::next(act, rota, now.team_id.as_deref(), None).await? {
        let handed = hand(act, rota, &Actor::System, &now, &agent).await?;
        return Ok(handed.map(|_| agent));
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
    let open = conversations::hold_open(act.tx, &conversation.customer_id).await?;
    let Some(now) = open.filter(|open| open.id == conversation.id) else {
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
    let handed = hand_conversation(act, rota, &now, &agent).await?;
    Ok(handed.map(|_| agent))
}

/// Gives a ticket to a named colleague, if it is still with whom the giver saw it (or with nobody still). The ticket as it is then:
/// unchanged when somebody else was quicker or it is over already.
pub async fn give(
    act: &mut Act<'_>,
    rota: &Locked<Rota>,
    by: &Actor,
    seen: &Ticket,
    to: &Staff,
) -> db::Result<Ticket> {
    conversations::hold_open(act.tx, &seen.customer_id).await?;
    let now = ticket_store::locked(act.tx, &seen.id)
        .await?
        .ok_or(db::Error::RowNotFound)?;
    let stays = now.staff_id.as_ref() == Some(&to.id) || now.staff_id != seen.staff_id;
    if now.status.is_done() || stays {
        return Ok(now);
    }
    Ok(hand(act, rota, by, &now, to).await?.unwrap_or(now))
}

/// Gives a conversation to a named colleague, if it is still with whom the giver saw it (or still waits). The conversation as it is then.
pub async fn give_conversation(
    act: &mut Act<'_>,
    rota: &Locked<Rota>,
    seen: &Conversation,
    to: &Staff,
) -> db::Result<Conversation> {
    conversations::hold_open(act.tx, &seen.customer_id).await?;
    let now = conversations::by_id(act.tx, &seen.id)
        .await?
        .ok_or(db::Error::RowNotFound)?;
    let stays = now.staff_id.as_ref() == Some(&to.id)
        || (now.owner, &now.staff_id) != (seen.owner, &seen.staff_id);
    if stays {
        return Ok(now);
    }
    let Some(after) = hand_conversation(act, rota, &now, to).await? else {
        return Ok(now);
    };
    if let Some(before) = &now.staff_id {
        redraw_conversation(act, &after, before).await?;
    }
    Ok(after)
}

/// Makes a ticket an agent's, with the words that nobody has got yet. `None`: it is not as it was seen any more, and nothing is done.
pub(super) async fn hand(
    act: &mut Act<'_>,
    rota: &Locked<Rota>,
    by: &Actor,
    seen: &Ticket,
    to: &Staff,
) -> db::Result<Option<Ticket>> {
    let open = conversations::hold_open(act.tx, &seen.customer_id).await?;
    let now = ticket_store::locked(act.tx, &seen.id).await?;
    let as_seen = |now: &Ticket| now.status == seen.status && now.staff_id == seen.staff_id;
    let Some(before) = now.filter(as_seen) else {
        return Ok(None);
    };
    let after = Ticket {
        status: Status::Assigned,
        staff_id: Some(to.id.clone()),
        assigned_at: Some(act.now),
        updated_at: act.now,
        ..before.clone()
    };
    if !tickets::put(act, &before, &after, by).await? {
        return Ok(None);
    }
    log(act, &before, to).await?;
    choose::took(act, rota, to).await?;
    tickets::refresh_card(act, &after, before.staff_id.as_deref()).await?;
    if let Some(chat) = &to.telegram_chat_id {
        let subject = CardSubject::Ticket(after.id.clone());
        cards::post(act, chat, subject, &after.customer_id).await?;
    }
    handing::ticket_words(act, &after, to).await?;
    if let Some(open) = open.filter(|open| goes_along(open, &after, to)) {
        let talk = conversations::to_agent(act, &open, &to.id, Some(&after.id)).await?;
        handing::talk_words(act, &talk, open.queued_at, to).await?;
    }
    Ok(Some(after))
}

/// The newest ticket is the conversation's; an older one that finds its agent later does not take an agent's conversation away.
fn goes_along(open: &Conversation, ticket: &Ticket, to: &Staff) -> bool {
    let about_it = open.ticket_id.as_ref() == Some(&ticket.id);
    let about_nothing_yet = open.ticket_id.is_none() && open.staff_id.as_ref() == Some(&to.id);
    about_it || about_nothing_yet || open.owner != Owner::Agent
}

async fn log(act: &mut Act<'_>, before: &Ticket, to: &Staff) -> db::Result<()> {
    let former = match &before.staff_id {
        Some(id) => staff::by_id(act.tx, id).await?,
        None => None,
    };
    let event = NewEvent {
        from_value: former.as_ref().map(|former| former.name.as_str()),
        to_value: Some(&to.name),
        ..NewEvent::of(EventKind::Assigned, &Actor::System)
    };
    ticket_store::log(act, &before.id, event).await
}

/// Makes a conversation an agent's, with the words that nobody has got yet. `None`: it is not as it was seen any more.
pub(super) async fn hand_conversation(
    act: &mut Act<'_>,
    rota: &Locked<Rota>,
    seen: &Conversation,
    to: &Staff,
) -> db::Result<Option<Conversation>> {
    let open = conversations::hold_open(act.tx, &seen.customer_id).await?;
    let as_seen = |now: &Conversation| {
        (&now.id, now.owner, &now.staff_id, &now.ticket_id)
            == (&seen.id, seen.owner, &seen.staff_id, &seen.ticket_id)
    };
    let Some(before) = open.filter(as_seen) else {
        return Ok(None);
    };
    let after = conversations::to_agent(act, &before, &to.id, before.ticket_id.as_deref()).await?;
    choose::took(act, rota, to).await?;
    if let Some(chat) = &to.telegram_chat_id {
        let subject = CardSubject::Conversation(after.id.clone());
        cards::post(act, chat, subject, &after.customer_id).await?;
    }
    handing::talk_words(act, &after, before.queued_at, to).await?;
    Ok(Some(after))
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

/// A conversation's card in the chat of an agent who had it.
pub(super) async fn redraw_conversation(
    act: &mut Act<'_>,
    conversation: &Conversation,
    staff_id: &str,
) -> db::Result<()> {
    let subject = CardSubject::Conversation(conversation.id.clone());
    cards::redraw_for(act, staff_id, subject, &conversation.customer_id).await
}
