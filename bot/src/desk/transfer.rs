//! Work changing hands by an agent's own will: taking it, giving it to a colleague.

use sapa_core::{
    args, casework,
    conversations::{Conversation, Owner},
    db,
    inbox::Broken,
    outbox::Prompt,
    routing,
    staff::{self, Availability, Permission, Staff},
    tickets::Ticket,
};

use super::{
    buttons::{Press, Subject},
    handing,
    presses::{self, Found},
    talk::Talk,
};

/// Colleagues on one page.
const PAGE: usize = 8;

/// A ticket is his from now on; the customer hears so, and he gets what they wrote meanwhile.
pub async fn take_ticket(talk: &mut Talk<'_, '_>, ticket: &Ticket) -> db::Result<Ticket> {
    let me = talk.me.clone();
    give_ticket(talk, ticket, &me).await
}

/// A conversation is his from now on.
pub async fn take_talk(
    talk: &mut Talk<'_, '_>,
    conversation: &Conversation,
) -> db::Result<Conversation> {
    let me = talk.me.clone();
    give_talk(talk, conversation, &me).await
}

async fn give_ticket(talk: &mut Talk<'_, '_>, seen: &Ticket, to: &Staff) -> db::Result<Ticket> {
    let rota = routing::lock(talk.act).await?;
    casework::pass(talk.act, &rota, &talk.me, seen, to).await
}

async fn give_talk(
    talk: &mut Talk<'_, '_>,
    seen: &Conversation,
    to: &Staff,
) -> db::Result<Conversation> {
    casework::give_talk(talk.act, &talk.me, seen, to).await
}

/// Whether he may take from a colleague what he was not given: who runs the desk may.
pub fn may_take_over(talk: &Talk<'_, '_>) -> bool {
    talk.may(Permission::TicketsTransfer) && talk.may(Permission::TicketsReadAll)
}

/// "Ambil" was pressed below something that nobody has, or a colleague.
pub async fn take(talk: &mut Talk<'_, '_>, about: &Subject) -> Result<(), Broken> {
    // Before the look: of two who press at once the second sees that it is the first one's.
    routing::lock(talk.act).await?;
    let Some(found) = presses::find(talk, about).await? else {
        return Ok(());
    };
    let holder = found.holder().map(str::to_owned);
    if holder.as_ref() == Some(&talk.me.id) {
        talk.toast("desk-toast-already-yours", &[]);
        return Ok(());
    }
    if holder.is_some() && !may_take_over(talk) {
        talk.toast("desk-toast-not-permitted", &[]);
        return Ok(());
    }
    let name = presses::name(talk, found.customer_id()).await?;
    let after = match found {
        Found::Ticket(ticket) if ticket.status.is_done() => {
            return presses::stale(talk, &ticket).await;
        }
        Found::Ticket(ticket) => Found::Ticket(take_ticket(talk, &ticket).await?),
        Found::Talk(one) if one.owner == Owner::Bot && one.staff_id.is_none() => {
            talk.toast("desk-toast-over", &[]);
            return Ok(());
        }
        Found::Talk(one) => Found::Talk(take_talk(talk, &one).await?),
    };
    if after.holder() != Some(talk.me.id.as_str()) {
        // A colleague was quicker.
        presses::not_yours(talk, &after).await?;
        return Ok(());
    }
    talk.toast("desk-toast-taken", args!["name" => name]);
    Ok(())
}

/// To whom? Colleagues who are there, then those who are away; never who is off duty.
pub async fn ask(talk: &mut Talk<'_, '_>, about: &Subject, page: usize) -> Result<(), Broken> {
    let Some(found) = presses::find(talk, about).await? else {
        return Ok(());
    };
    if !presses::may_change(talk, &found, Permission::TicketsTransfer).await? {
        return Ok(());
    }
    if let Found::Ticket(ticket) = &found
        && ticket.status.is_done()
    {
        return presses::stale(talk, ticket).await;
    }
    let holder = found.holder().unwrap_or_default().to_owned();
    let colleagues = colleagues(talk, &holder).await?;
    let name = presses::name(talk, found.customer_id()).await?;
    if colleagues.is_empty() {
        let text = talk.text("desk-move-nobody", args!["name" => name]);
        talk.say(Prompt::text(text)).await?;
        return Ok(());
    }
    let mut choices: Vec<_> = colleagues
        .iter()
        .skip(page * PAGE)
        .take(PAGE)
        .map(|(colleague, label)| Press::Give(about.clone(), colleague.id.clone()).named(label))
        .collect();
    if colleagues.len() > (page + 1) * PAGE {
        choices.push(Press::Move(about.clone(), page + 1).choice(&talk.l));
    }
    choices.push(Press::Never.choice(&talk.l));
    let prompt = Prompt::choose(talk.text("desk-move-ask", args!["name" => name]), choices);
    if page == 0 {
        talk.say(prompt).await?;
    } else {
        talk.replace(prompt).await?;
    }
    Ok(())
}

/// To this colleague.
pub async fn give(talk: &mut Talk<'_, '_>, about: &Subject, to: &str) -> Result<(), Broken> {
    routing::lock(talk.act).await?;
    let Some(found) = presses::find(talk, about).await? else {
        return Ok(());
    };
    if !presses::may_change(talk, &found, Permission::TicketsTransfer).await? {
        return Ok(());
    }
    let to = staff::by_id(talk.act.tx, to).await?.filter(|to| {
        to.active && to.telegram_chat_id.is_some() && to.role.permits(Permission::TicketsWork)
    });
    let Some(to) = to.filter(|to| to.availability != Availability::Offline) else {
        let text = talk.text("desk-move-gone", &[]);
        talk.settle(text).await?;
        return Ok(());
    };
    let name = presses::name(talk, found.customer_id()).await?;
    let done = match found {
        Found::Ticket(ticket) => {
            give_ticket(talk, &ticket, &to).await?.staff_id == Some(to.id.clone())
        }
        Found::Talk(one) => give_talk(talk, &one, &to).await?.staff_id == Some(to.id.clone()),
    };
    if !done {
        let text = talk.text("desk-move-over", args!["name" => name]);
        talk.settle(text).await?;
        return Ok(());
    }
    let text = talk.text("desk-moved", args!["name" => name, "agent" => &to.name]);
    talk.settle(text).await?;
    // He has room now.
    handing::drain(talk.act).await?;
    Ok(())
}

async fn colleagues(talk: &mut Talk<'_, '_>, holder: &str) -> db::Result<Vec<(Staff, String)>> {
    let mut there = Vec::new();
    for colleague in staff::colleagues(talk.act.tx).await? {
        let fits = colleague.id != holder
            && colleague.availability != Availability::Offline
            && colleague.role.permits(Permission::TicketsWork);
        if fits {
            let has = routing::load(talk.act.tx, &colleague.id).await?;
            let away = colleague.availability == Availability::Away;
            there.push((away, has, colleague));
        }
    }
    there.sort_by(|a, b| (a.0, a.1, &a.2.name).cmp(&(b.0, b.1, &b.2.name)));
    let l = &talk.l;
    let labelled = there.into_iter().map(|(away, has, colleague)| {
        let key = if away {
            "desk-move-away"
        } else {
            "desk-move-online"
        };
        let short = super::buttons::fitting(&colleague.name, 14);
        let label = l.label(key, args!["name" => short, "has" => has]);
        (colleague, label)
    });
    Ok(labelled.collect())
}
