//! The queue: what waits while nobody is there or has room, and what comes back when an agent goes.

use super::{Assigned, Locked, Rota, assign, choose, handing, lock, store};
use crate::{
    conversations::{self, Conversation, Owner},
    db,
    desk::Act,
    outbox,
    staff::{self, Availability, Staff},
    tickets::{
        self, Actor, EventKind, Status, Ticket,
        store::{self as ticket_store, NewEvent},
    },
};

/// As much as is looked at in one go; more than all agents of a desk have room for at once.
const PAGE: i64 = 200;

enum Waiting {
    Ticket(Ticket),
    Conversation(Conversation),
}

/// Gives what waits to whoever has room, the oldest first. Called when an agent comes or gets room.
pub async fn drain_queue(act: &mut Act<'_>, rota: &Locked<Rota>) -> db::Result<Vec<Assigned>> {
    drain(act, rota, None).await
}

/// Everything of an agent who goes back to the queue, and from there to others. He is set offline before.
pub async fn hand_over(
    act: &mut Act<'_>,
    rota: &Locked<Rota>,
    leaving: &Staff,
) -> db::Result<Vec<Assigned>> {
    for ticket in tickets::of_staff(act.tx, &leaving.id).await? {
        give_back(act, &ticket, leaving).await?;
    }
    for seen in conversations::of_staff(act.tx, &leaving.id).await? {
        let Some(open) = his(act, &seen.customer_id, leaving).await? else {
            continue;
        };
        let waiting = conversations::to_queue(act, &open).await?;
        if waiting.ticket_id.is_none() {
            assign::redraw_conversation(act, &waiting, &leaving.id).await?;
        }
    }
    drain(act, rota, Some(&leaving.id)).await
}

/// Nothing reaches this chat any more (he blocked the bot, or his account is gone): he is offline, and everything of his goes to others,
/// with the words that he never got.
pub async fn unreachable(act: &mut Act<'_>, telegram_chat_id: &str) -> db::Result<()> {
    let rota = lock(act).await?;
    let Some(gone) = staff::by_chat(act.tx, telegram_chat_id).await? else {
        return Ok(());
    };
    staff::set_availability(act, &gone, Availability::Offline).await?;
    staff::focus(act, &gone, None, act.now).await?;
    let assigned = hand_over(act, &rota, &gone).await?;
    handing::announce(act, &assigned).await?;
    let channel = act.desk.settings.telegram.clone();
    outbox::store::cancel_to(act.tx, &channel, telegram_chat_id).await?;
    Ok(())
}

/// The customer's open conversation, locked, if it is this agent's.
async fn his(
    act: &mut Act<'_>,
    customer_id: &str,
    agent: &Staff,
) -> db::Result<Option<Conversation>> {
    let open = conversations::hold_open(act.tx, customer_id).await?;
    Ok(open.filter(|open| open.owner == Owner::Agent && open.staff_id.as_ref() == Some(&agent.id)))
}

async fn drain(
    act: &mut Act<'_>,
    rota: &Locked<Rota>,
    except: Option<&str>,
) -> db::Result<Vec<Assigned>> {
    let mut assigned = Vec::new();
    let mut full_teams: Vec<Option<String>> = Vec::new();
    for waiting in queue(act).await? {
        let team = match &waiting {
            Waiting::Ticket(ticket) => ticket.team_id.clone(),
            Waiting::Conversation(_) => None,
        };
        // Who finds nobody for everybody's work finds nobody for a team's.
        if full_teams.contains(&None) || full_teams.contains(&team) {
            continue;
        }
        let Some(agent) = choose::next(act, rota, team.as_deref(), except).await? else {
            full_teams.push(team);
            continue;
        };
        // What is not as it was seen any more, or went along with something else, is nobody's news.
        assigned.extend(match waiting {
            Waiting::Ticket(ticket) => assign::hand(act, rota, &Actor::System, &ticket, &agent)
                .await?
                .map(|ticket| Assigned::Ticket(ticket, agent)),
            Waiting::Conversation(talk) => assign::hand_conversation(act, rota, &talk, &agent)
                .await?
                .map(|talk| Assigned::Conversation(talk, agent)),
        });
    }
    Ok(assigned)
}

/// What waits for somebody who is there, the oldest first.
async fn queue(act: &mut Act<'_>) -> db::Result<Vec<Waiting>> {
    let tickets = store::waiting_tickets(act.tx, PAGE).await?;
    let talks = conversations::store::waiting(act.tx, PAGE).await?;
    let mut all: Vec<_> = tickets
        .into_iter()
        .map(|t| (t.opened_at, Waiting::Ticket(t)))
        .collect();
    all.extend(
        talks
            .into_iter()
            .map(|c| (c.queued_at.unwrap_or(c.opened_at), Waiting::Conversation(c))),
    );
    all.sort_by_key(|(since, _)| *since);
    Ok(all.into_iter().map(|(_, waiting)| waiting).collect())
}

async fn give_back(act: &mut Act<'_>, seen: &Ticket, leaving: &Staff) -> db::Result<()> {
    let open = his(act, &seen.customer_id, leaving).await?;
    let now = ticket_store::locked(act.tx, &seen.id).await?;
    let still = |now: &Ticket| now.staff_id.as_ref() == Some(&leaving.id) && !now.status.is_done();
    let Some(before) = now.filter(still) else {
        return Ok(());
    };
    let after = Ticket {
        status: Status::Open,
        staff_id: None,
        assigned_at: None,
        updated_at: act.now,
        ..before.clone()
    };
    let by = Actor::Staff(leaving.id.clone());
    if !tickets::put(act, &before, &after, &by).await? {
        return Ok(());
    }
    let event = NewEvent {
        from_value: Some(before.status.as_str()),
        to_value: Some(Status::Open.as_str()),
        ..NewEvent::of(EventKind::Status, &by)
    };
    ticket_store::log(act, &after.id, event).await?;
    if let Some(open) = open.filter(|open| open.ticket_id.as_ref() == Some(&after.id)) {
        conversations::to_queue(act, &open).await?;
    }
    tickets::refresh_card(act, &after, Some(&leaving.id)).await
}
