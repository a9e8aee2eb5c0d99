//! The queue: what waits while nobody is there or has room, and what comes back when an agent goes.

use super::{Assigned, Locked, Rota, assign, choose, store};
use crate::{
    conversations::{self, Conversation, Owner},
    db,
    desk::Act,
    staff::Staff,
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
    for conversation in conversations::of_staff(act.tx, &leaving.id).await? {
        let waiting = conversations::to_queue(act, &conversation).await?;
        if waiting.ticket_id.is_none() {
            assign::conversation_card(act, &waiting, &leaving.id, true).await?;
        }
    }
    drain(act, rota, Some(&leaving.id)).await
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
        assigned.push(match waiting {
            Waiting::Ticket(ticket) => {
                Assigned::Ticket(assign::hand(act, rota, &ticket, &agent).await?, agent)
            }
            Waiting::Conversation(talk) => Assigned::Conversation(
                assign::hand_conversation(act, rota, &talk, &agent).await?,
                agent,
            ),
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

async fn give_back(act: &mut Act<'_>, before: &Ticket, leaving: &Staff) -> db::Result<()> {
    let after = Ticket {
        status: Status::Open,
        staff_id: None,
        assigned_at: None,
        updated_at: act.now,
        ..before.clone()
    };
    if !ticket_store::update(act.tx, &after, before.status).await? {
        return Ok(());
    }
    let by = Actor::Staff(leaving.id.clone());
    let event = NewEvent {
        from_value: Some(before.status.as_str()),
        to_value: Some(Status::Open.as_str()),
        ..NewEvent::of(EventKind::Status, &by)
    };
    ticket_store::log(act, &after.id, event).await?;
    if let Some(open) =
        conversations::store::of_ticket(act.tx, &after.customer_id, &after.id).await?
        && open.owner == Owner::Agent
    {
        conversations::to_queue(act, &open).await?;
    }
    tickets::refresh_card(act, &after, Some(&leaving.id)).await
}
