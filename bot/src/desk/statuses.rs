//! A ticket's steps by its agent's hand: taken up, put on hold, opened again. Each is told to the customer.

use sapa_core::{
    args,
    contacts::Told,
    db,
    inbox::Broken,
    outbox::Prompt,
    routing,
    staff::Permission,
    tickets::{self, Actor, Change, Refusal, Status, Ticket, allowed},
};

use super::{
    buttons::{self, Press, Subject},
    presses,
    state::Asked,
    talk::Talk,
    transfer,
};

/// He is at it.
pub async fn work(talk: &mut Talk<'_, '_>, id: &str) -> Result<(), Broken> {
    let Some(ticket) = presses::my_ticket(talk, id).await? else {
        return Ok(());
    };
    if let Some(after) = change(talk, &ticket, Status::InProgress, None).await? {
        let key = if tell(talk, &after, Change::InProgress, None).await? {
            "desk-toast-working"
        } else {
            "desk-toast-working-untold"
        };
        talk.toast(key, &[]);
    }
    Ok(())
}

/// Why does it wait? The customer reads the answer.
pub async fn ask_reason(talk: &mut Talk<'_, '_>, id: &str) -> Result<(), Broken> {
    let Some(ticket) = presses::my_ticket(talk, id).await? else {
        return Ok(());
    };
    if !allowed(ticket.status, Status::OnHold) {
        return presses::stale(talk, &ticket).await;
    }
    let ticket_id = ticket.id.clone();
    talk.asked(Some(Asked::HoldReason { ticket_id })).await?;
    let name = presses::name(talk, &ticket.customer_id).await?;
    let text = talk.text("desk-hold-ask", args!["name" => name]);
    let presses = [Press::HoldPlain(ticket.id), Press::Never];
    let choices = buttons::choices(&talk.l, &presses);
    talk.ask(Prompt::choose(text, choices), "hold").await?;
    Ok(())
}

/// It waits, perhaps with a reason.
pub async fn hold(talk: &mut Talk<'_, '_>, id: &str, reason: Option<&str>) -> Result<(), Broken> {
    let asked = talk.state().await?.asked;
    if matches!(asked, Some(Asked::HoldReason { ticket_id }) if ticket_id == id) {
        talk.asked(None).await?;
    }
    let Some(ticket) = presses::my_ticket(talk, id).await? else {
        talk.tell("desk-hold-not-yours", &[]).await?;
        return Ok(());
    };
    let Some(after) = change(talk, &ticket, Status::OnHold, reason).await? else {
        let status = talk.l.label(ticket.status.key(), &[]);
        let text = talk.text("desk-hold-stale", args!["status" => status]);
        talk.settle(text).await?;
        return Ok(());
    };
    let key = if tell(talk, &after, Change::OnHold, reason).await? {
        "desk-held"
    } else {
        "desk-held-untold"
    };
    let name = presses::name(talk, &after.customer_id).await?;
    let text = talk.text(key, args!["name" => name]);
    talk.settle(text).await?;
    Ok(())
}

/// It was over and is not: his again, with its time counted anew.
pub async fn reopen(talk: &mut Talk<'_, '_>, id: &str) -> Result<(), Broken> {
    routing::lock(talk.act).await?;
    let Some(found) = presses::find(talk, &Subject::Ticket(id.to_owned())).await? else {
        return Ok(());
    };
    if !presses::may_change(talk, &found, Permission::TicketsWork).await? {
        return Ok(());
    }
    let presses::Found::Ticket(ticket) = found else {
        return Ok(());
    };
    if !ticket.status.is_done() {
        return presses::stale(talk, &ticket).await;
    }
    let by = Actor::Staff(talk.me.id.clone());
    match tickets::reopen(talk.act, &ticket, &by).await {
        Ok(open) => {
            transfer::take_ticket(talk, &open).await?;
            talk.toast("desk-toast-reopened", &[]);
            Ok(())
        }
        Err(Refusal::NotAllowed { .. }) => {
            talk.toast("desk-toast-reopen-too-late", &[]);
            Ok(())
        }
        Err(Refusal::Db(error)) => Err(error.into()),
    }
}

/// Gives his ticket another status. `None`: the table does not allow it; he is told how it stands.
pub async fn change(
    talk: &mut Talk<'_, '_>,
    ticket: &Ticket,
    to: Status,
    note: Option<&str>,
) -> Result<Option<Ticket>, Broken> {
    let by = Actor::Staff(talk.me.id.clone());
    match tickets::change_status(talk.act, ticket, to, &by, note).await {
        Ok(after) => Ok(Some(after)),
        Err(Refusal::NotAllowed { .. }) => {
            let now = tickets::by_id(talk.act.tx, &ticket.id).await?;
            presses::stale(talk, now.as_ref().unwrap_or(ticket)).await?;
            Ok(None)
        }
        Err(Refusal::Db(error)) => Err(error.into()),
    }
}

/// Tells the customer. False: nobody can tell them now, the window is closed and there is no template.
pub async fn tell(
    talk: &mut Talk<'_, '_>,
    ticket: &Ticket,
    change: Change,
    note: Option<&str>,
) -> db::Result<bool> {
    let who = talk.me.name.clone();
    let told = tickets::tell_customer(talk.act, ticket, change, Some(&who), note).await?;
    Ok(told != Told::NotSent)
}
