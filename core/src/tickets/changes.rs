//! What may happen to a ticket once it is there, each with its line in the history.

use std::time::Duration;

use super::{
    Actor, EventKind, Priority, Status, Ticket, allowed, escalations,
    store::{self, NewEvent},
};
use crate::{
    conversations::{self, Owner},
    db,
    desk::Act,
    outbox::CardSubject,
    staff::cards,
};

/// So long after it ended a ticket can be opened again.
const REOPENABLE: Duration = Duration::from_hours(7 * 24);

/// Why a ticket does not change.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The table of transitions (or the seven days for opening again) does not allow it.
    #[error("a ticket does not go from {from:?} to {to:?}")]
    NotAllowed {
        /// Where it stands.
        from: Status,
        /// Where it was to go.
        to: Status,
    },
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Gives a ticket another status. When it ends, its conversation goes back to the bot; when nobody sees to it any more, to the queue. The
/// agent's card is redrawn. A ticket is escalated by [`escalations::escalate`] only: somebody has to be told, and why.
pub async fn change_status(
    act: &mut Act<'_>,
    ticket: &Ticket,
    to: Status,
    by: &Actor,
    note: Option<&str>,
) -> Result<Ticket, Refusal> {
    if to == Status::Escalated {
        let from = ticket.status;
        return Err(Refusal::NotAllowed { from, to });
    }
    step(act, ticket, to, by, note).await
}

/// Any step of the table.
pub(super) async fn step(
    act: &mut Act<'_>,
    ticket: &Ticket,
    to: Status,
    by: &Actor,
    note: Option<&str>,
) -> Result<Ticket, Refusal> {
    let refused = |from| Refusal::NotAllowed { from, to };
    // The conversation before the ticket: the order of locks is written down in `routing`.
    let moves_on = to.is_done() || to == Status::Open;
    let open = if moves_on {
        conversations::hold_open(act.tx, &ticket.customer_id).await?
    } else {
        None
    };
    let before = store::locked(act.tx, &ticket.id)
        .await?
        .ok_or(db::Error::RowNotFound)?;
    if before.status.is_done() && to == Status::Open {
        return reopen(act, &before, by).await;
    }
    let nobodys = to == Status::Assigned && before.staff_id.is_none();
    if nobodys || !allowed(before.status, to) {
        return Err(refused(before.status));
    }
    let after = moved(&before, to, act);
    if !put(act, &before, &after, by).await? {
        return Err(refused(before.status));
    }
    let event = NewEvent {
        from_value: Some(before.status.as_str()),
        to_value: Some(to.as_str()),
        note,
        ..NewEvent::of(EventKind::Status, by)
    };
    store::log(act, &after.id, event).await?;
    if let Some(conversation) = open.filter(|open| open.ticket_id.as_ref() == Some(&after.id)) {
        if to.is_done() {
            conversations::to_bot(act, &conversation).await?;
        } else if to == Status::Open {
            conversations::to_queue(act, &conversation).await?;
        }
    }
    refresh_card(act, &after, before.staff_id.as_deref()).await?;
    Ok(after)
}

/// Opens a ticket that is over again, within seven days: nobody sees to it yet, and its time is counted anew. A conversation that an
/// agent is in the middle of stays what it is.
pub async fn reopen(act: &mut Act<'_>, ticket: &Ticket, by: &Actor) -> Result<Ticket, Refusal> {
    let open = conversations::hold_open(act.tx, &ticket.customer_id).await?;
    let before = store::locked(act.tx, &ticket.id)
        .await?
        .ok_or(db::Error::RowNotFound)?;
    let refused = Refusal::NotAllowed {
        from: before.status,
        to: Status::Open,
    };
    let ended = before
        .closed_at
        .or(before.resolved_at)
        .unwrap_or(before.updated_at);
    if !before.status.is_done()
        || !allowed(before.status, Status::Open)
        || act.now.since(ended) > REOPENABLE
    {
        return Err(refused);
    }
    super::keep_closing_words(act, &before.id).await?;
    let kind = store::type_by_id(act.tx, &before.type_id)
        .await?
        .ok_or(db::Error::RowNotFound)?;
    let minutes = u64::try_from(kind.minutes(before.priority)).unwrap_or_default();
    let after = Ticket {
        status: Status::Open,
        staff_id: None,
        due_at: act.now.plus(Duration::from_mins(minutes)),
        assigned_at: None,
        resolved_at: None,
        closed_at: None,
        updated_at: act.now,
        ..before.clone()
    };
    if !put(act, &before, &after, by).await? {
        return Err(refused);
    }
    let event = NewEvent {
        from_value: Some(before.status.as_str()),
        to_value: Some(Status::Open.as_str()),
        ..NewEvent::of(EventKind::Reopened, by)
    };
    store::log(act, &after.id, event).await?;
    if let Some(open) = open.filter(|open| open.owner != Owner::Agent) {
        conversations::store::set_ticket(act.tx, &open.id, &after.id).await?;
    }
    refresh_card(act, &after, before.staff_id.as_deref()).await?;
    Ok(after)
}

/// Makes a ticket more or less urgent; its time limit moves with it.
pub async fn set_priority(
    act: &mut Act<'_>,
    ticket: &Ticket,
    to: Priority,
    by: &Actor,
) -> db::Result<Ticket> {
    let before = store::locked(act.tx, &ticket.id)
        .await?
        .ok_or(db::Error::RowNotFound)?;
    if before.priority == to {
        return Ok(before);
    }
    let kind = store::type_by_id(act.tx, &before.type_id)
        .await?
        .ok_or(db::Error::RowNotFound)?;
    let more = kind.minutes(to) - kind.minutes(before.priority);
    let due_at = crate::clock::Millis(before.due_at.0 + more * 60_000);
    let after = Ticket {
        priority: to,
        due_at,
        updated_at: act.now,
        ..before.clone()
    };
    if !put(act, &before, &after, by).await? {
        return Ok(before);
    }
    let event = NewEvent {
        from_value: Some(before.priority.as_str()),
        to_value: Some(to.as_str()),
        ..NewEvent::of(EventKind::Priority, by)
    };
    store::log(act, &after.id, event).await?;
    refresh_card(act, &after, after.staff_id.as_deref()).await?;
    Ok(after)
}

/// Writes a ticket that is [`store::locked`] as it is after a change; an escalation ends with the status. False: the ticket is not as it
/// was before any more, and nothing was written.
pub(crate) async fn put(
    act: &mut Act<'_>,
    before: &Ticket,
    after: &Ticket,
    by: &Actor,
) -> db::Result<bool> {
    if !store::update(act.tx, after, before.status).await? {
        return Ok(false);
    }
    if after.status != before.status {
        escalations::end(act, before, after, by).await?;
    }
    Ok(true)
}

/// Writes something into the history that the customer does not see.
pub async fn note(act: &mut Act<'_>, ticket: &Ticket, by: &Actor, text: &str) -> db::Result<()> {
    store::log(
        act,
        &ticket.id,
        NewEvent {
            note: Some(text),
            ..NewEvent::of(EventKind::Note, by)
        },
    )
    .await
}

/// Redraws a ticket's card in the chat of the agent who has or had it.
pub(crate) async fn refresh_card(
    act: &mut Act<'_>,
    ticket: &Ticket,
    staff_id: Option<&str>,
) -> db::Result<()> {
    let Some(staff_id) = staff_id else {
        return Ok(());
    };
    let subject = CardSubject::Ticket(ticket.id.clone());
    cards::redraw_for(act, staff_id, subject, &ticket.customer_id).await
}

fn moved(before: &Ticket, to: Status, act: &Act<'_>) -> Ticket {
    let mut after = Ticket {
        status: to,
        updated_at: act.now,
        ..before.clone()
    };
    match to {
        Status::Open => (after.staff_id, after.assigned_at) = (None, None),
        Status::Resolved => after.resolved_at = Some(act.now),
        Status::Closed | Status::Cancelled => after.closed_at = Some(act.now),
        Status::Assigned | Status::InProgress | Status::OnHold | Status::Escalated => {}
    }
    after
}
