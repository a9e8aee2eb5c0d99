//! A ticket or a conversation comes to its end, and the customer hears of it the way the agent wants.

use sapa_core::{
    answers::Recipient,
    args, contacts, conversations,
    conversations::Owner,
    db,
    inbox::Broken,
    outbox::{CardSubject, Prompt},
    routing,
    sessions::{self, Loaded},
    staff::{self, cards},
    tickets::{self, Change, Status, Ticket},
};

use super::{
    buttons::{self, Closing, Press},
    handing, presses, replies,
    state::{Asked, Kept},
    statuses,
    talk::Talk,
};

/// It is done. Then: what does the customer hear?
pub async fn resolve(talk: &mut Talk<'_, '_>, id: &str) -> Result<(), Broken> {
    // He will have room, and something is assigned: the rota before everything else.
    routing::lock(talk.act).await?;
    let Some(ticket) = presses::my_ticket(talk, id).await? else {
        return Ok(());
    };
    let Some(after) = statuses::change(talk, &ticket, Status::Resolved, None).await? else {
        return Ok(());
    };
    unfocus(talk, &after.customer_id).await?;
    sessions::clear(talk.act, &told_mark(id)).await?;
    let me = talk.me.name.clone();
    tickets::tell_resolved_later(talk.act, &after, &me).await?;
    let name = presses::name(talk, &after.customer_id).await?;
    let took = after.resolved_at.unwrap_or(talk.act.now);
    let took = talk.l.duration(took.since(after.opened_at));
    let text = talk.text("desk-resolved", args!["after" => took, "name" => name]);
    let presses = [Closing::Standard, Closing::Own, Closing::Silent]
        .map(|how| Press::Close(how, id.to_owned()));
    let choices = buttons::choices(&talk.l, &presses);
    talk.say(Prompt::choose(text, choices)).await?;
    // He has room now.
    handing::drain(talk.act).await?;
    Ok(())
}

/// How the customer is told: once, whatever is pressed how often.
pub async fn close(talk: &mut Talk<'_, '_>, how: Closing, id: &str) -> Result<(), Broken> {
    let Some(ticket) = presses::my_ticket(talk, id).await? else {
        return Ok(());
    };
    if ticket.status != Status::Resolved {
        return presses::stale(talk, &ticket).await;
    }
    let by_itself = ticket
        .resolved_at
        .is_some_and(|at| talk.act.now.since(at) >= tickets::CLOSING);
    if by_itself || is_told(talk, id).await? {
        talk.toast("desk-toast-told-already", &[]);
        return Ok(());
    }
    let name = presses::name(talk, &ticket.customer_id).await?;
    match how {
        Closing::Own => {
            let ticket_id = ticket.id.clone();
            talk.asked(Some(Asked::ClosingWords { ticket_id })).await?;
            let text = talk.text("desk-close-write", args!["name" => name]);
            let choices = buttons::choices(&talk.l, &[Press::Never]);
            talk.replace(Prompt::choose(text, choices)).await?;
        }
        Closing::Standard => {
            mark_told(talk, id).await?;
            let key = if statuses::tell(talk, &ticket, Change::Resolved, None).await? {
                "desk-closed-standard"
            } else {
                "desk-closed-untold"
            };
            let text = talk.text(key, args!["name" => name]);
            talk.settle(text).await?;
        }
        Closing::Silent => {
            mark_told(talk, id).await?;
            let text = talk.text("desk-closed-silent", &[]);
            talk.settle(text).await?;
        }
    }
    Ok(())
}

/// The agent's own closing words came.
pub async fn closing_words(
    talk: &mut Talk<'_, '_>,
    ticket_id: &str,
    kept: &Kept,
) -> Result<(), Broken> {
    talk.asked(None).await?;
    let ticket = tickets::by_id(talk.act.tx, ticket_id).await?;
    let mine =
        |t: &Ticket| t.staff_id.as_ref() == Some(&talk.me.id) && t.status == Status::Resolved;
    let Some(ticket) = ticket.filter(mine) else {
        talk.tell("desk-close-stale", &[]).await?;
        return Ok(());
    };
    if is_told(talk, ticket_id).await? {
        talk.tell("desk-close-stale", &[]).await?;
        return Ok(());
    }
    mark_told(talk, ticket_id).await?;
    let Some(recipient) = replies::recipient(talk, &ticket.customer_id, Some(&ticket.id)).await?
    else {
        return Ok(());
    };
    // They are about the ticket that ended, whatever the conversation is about by now.
    let recipient = Recipient {
        ticket: Some(ticket),
        ..recipient
    };
    replies::deliver(talk, &recipient, kept).await?;
    let name = recipient.customer.name.clone();
    talk.tell("desk-closed-own", args!["name" => name]).await?;
    Ok(())
}

/// A conversation without a ticket is over: the bot answers again.
pub async fn end(talk: &mut Talk<'_, '_>, id: &str) -> Result<(), Broken> {
    routing::lock(talk.act).await?;
    let Some(one) = presses::my_talk(talk, id).await? else {
        return Ok(());
    };
    let open = conversations::hold_open(talk.act.tx, &one.customer_id).await?;
    if open.as_ref() != Some(&one) || one.owner != Owner::Agent {
        talk.toast("desk-toast-over", &[]);
        return Ok(());
    }
    conversations::to_bot(talk.act, &one).await?;
    unfocus(talk, &one.customer_id).await?;
    let me = talk.me.name.clone();
    let key = "desk-customer-talk-ended";
    contacts::tell_freely(talk.act, &one.customer_id, key, args!["agent" => me]).await?;
    redraw_talk(talk, id, &one.customer_id).await?;
    let name = presses::name(talk, &one.customer_id).await?;
    talk.toast("desk-toast-ended", args!["name" => name]);
    handing::drain(talk.act).await?;
    Ok(())
}

/// Redraws a conversation's card in his chat.
pub async fn redraw_talk(talk: &mut Talk<'_, '_>, id: &str, customer_id: &str) -> db::Result<()> {
    let subject = CardSubject::Conversation(id.to_owned());
    let chat = &talk.from.account.chat;
    cards::redraw(talk.act, chat, subject, customer_id).await
}

async fn unfocus(talk: &mut Talk<'_, '_>, customer_id: &str) -> db::Result<()> {
    if talk.me.focus_customer_id.as_deref() == Some(customer_id) {
        let me = talk.me.clone();
        let now = talk.act.now;
        staff::focus(talk.act, &me, None, now).await?;
    }
    Ok(())
}

/// Remembers that a customer was told of a ticket's end, so that a second press tells nothing twice.
fn told_mark(ticket_id: &str) -> String {
    format!("closing:{ticket_id}")
}

async fn is_told(talk: &mut Talk<'_, '_>, ticket_id: &str) -> db::Result<bool> {
    let mark = sessions::load::<bool>(talk.act.tx, &told_mark(ticket_id), 1).await?;
    Ok(!matches!(mark, Loaded::None))
}

async fn mark_told(talk: &mut Talk<'_, '_>, ticket_id: &str) -> db::Result<()> {
    tickets::keep_closing_words(talk.act, ticket_id).await?;
    sessions::save(talk.act, &told_mark(ticket_id), 1, &true).await
}
