//! Coming, pausing, going: whether an agent takes new work, and what becomes of what he has.

use sapa_core::{
    args, conversations, db,
    inbox::Broken,
    outbox::Prompt,
    routing::{self, Assigned},
    staff::{self, Availability},
    tickets,
};

use super::{
    buttons::{self, Press},
    handing,
    talk::Talk,
};

/// He is there: what waits is given out, to him and to whoever else has room.
pub async fn online(talk: &mut Talk<'_, '_>) -> Result<(), Broken> {
    let was = talk.me.availability;
    set(talk, Availability::Online).await?;
    let assigned = handing::drain(talk.act).await?;
    let mine = count(assigned.iter().filter(|one| agent(one) == talk.me.id));
    let has = routing::load(talk.act.tx, &talk.me.id).await?;
    let key = match (was, mine, has) {
        (_, 1.., _) => "desk-online-work",
        (Availability::Online, _, _) => "desk-online-already",
        (_, _, 0) => "desk-online",
        _ => "desk-online-has",
    };
    let text = talk.text(key, args!["new" => mine, "has" => has]);
    talk.settle(text).await?;
    Ok(())
}

/// He answers what he has and gets nothing new.
pub async fn away(talk: &mut Talk<'_, '_>) -> Result<(), Broken> {
    set(talk, Availability::Away).await?;
    let has = routing::load(talk.act.tx, &talk.me.id).await?;
    let text = talk.text("desk-away", args!["has" => has]);
    let choices = buttons::choices(&talk.l, &[Press::Online]);
    talk.say(Prompt::choose(text, choices)).await?;
    Ok(())
}

/// He goes. With open work he is asked what becomes of it; from now on he gets nothing new.
pub async fn offline(talk: &mut Talk<'_, '_>) -> Result<(), Broken> {
    set(talk, Availability::Offline).await?;
    let has = open_work(talk).await?;
    if has == 0 {
        talk.tell("desk-offline", &[]).await?;
        return Ok(());
    }
    let text = talk.text("desk-offline-ask", args!["has" => has]);
    let choices = buttons::choices(&talk.l, &[Press::Keep, Press::HandOver]);
    talk.ask(Prompt::choose(text, choices), "offline").await?;
    Ok(())
}

/// He keeps his open work while he is gone.
pub async fn keep(talk: &mut Talk<'_, '_>) -> Result<(), Broken> {
    let has = open_work(talk).await?;
    let text = talk.text("desk-offline-kept", args!["has" => has]);
    talk.settle(text).await?;
    Ok(())
}

/// His open work goes to others. Only when he is gone: who is online again keeps what he has.
pub async fn hand_over(talk: &mut Talk<'_, '_>) -> Result<(), Broken> {
    if talk.me.availability == Availability::Online {
        let text = talk.text("desk-hand-over-online", &[]);
        talk.settle(text).await?;
        return Ok(());
    }
    let before = open_work(talk).await?;
    let his = his_customers(talk).await?;
    let me = talk.me.clone();
    let mut assigned = handing::hand_over(talk.act, &me).await?;
    // The queue is emptied in the same go: what others had waiting there is not his to hear about.
    assigned.retain(|one| his.iter().any(|customer| customer == customer_of(one)));
    let now = talk.act.now;
    staff::focus(talk.act, &me, None, now).await?;
    let given = assigned.len();
    let mut text = talk.text("desk-handed-over", args!["count" => before]);
    let mut names: Vec<String> = Vec::new();
    for one in &assigned {
        let name = agent_name(one).to_owned();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if given > 0 {
        let agents = names.join(", ");
        text = text.line(&talk.text("desk-handed-over-to", args!["agents" => agents]));
    }
    let waiting = before.saturating_sub(i64::try_from(given).unwrap_or(i64::MAX));
    if waiting > 0 {
        text = text.line(&talk.text("desk-handed-over-waiting", args!["count" => waiting]));
    }
    talk.settle(text).await?;
    Ok(())
}

/// He blocked the bot, or his account is gone: nothing reaches him, so his customers go to others.
pub async fn unreachable(talk: &mut Talk<'_, '_>) -> Result<(), Broken> {
    let chat = talk.from.account.chat.clone();
    routing::unreachable(talk.act, &chat).await?;
    talk.clear().await?;
    Ok(())
}

/// How much he has: tickets, and conversations without one.
pub async fn open_work(talk: &mut Talk<'_, '_>) -> db::Result<i64> {
    let talks = conversations::of_staff(talk.act.tx, &talk.me.id).await?;
    let without = talks.iter().filter(|one| one.ticket_id.is_none()).count();
    let tickets = tickets::of_staff(talk.act.tx, &talk.me.id).await?;
    Ok(i64::try_from(without + tickets.len()).unwrap_or(i64::MAX))
}

async fn set(talk: &mut Talk<'_, '_>, to: Availability) -> db::Result<()> {
    let me = talk.me.clone();
    staff::set_availability(talk.act, &me, to).await?;
    talk.me.availability = to;
    Ok(())
}

async fn his_customers(talk: &mut Talk<'_, '_>) -> db::Result<Vec<String>> {
    let talks = conversations::of_staff(talk.act.tx, &talk.me.id).await?;
    let tickets = tickets::of_staff(talk.act.tx, &talk.me.id).await?;
    let of_tickets = tickets.into_iter().map(|ticket| ticket.customer_id);
    Ok(of_tickets
        .chain(talks.into_iter().map(|one| one.customer_id))
        .collect())
}

fn customer_of(assigned: &Assigned) -> &str {
    match assigned {
        Assigned::Ticket(ticket, _) => &ticket.customer_id,
        Assigned::Conversation(talk, _) => &talk.customer_id,
    }
}

fn agent(assigned: &Assigned) -> &str {
    match assigned {
        Assigned::Ticket(_, agent) | Assigned::Conversation(_, agent) => &agent.id,
    }
}

fn agent_name(assigned: &Assigned) -> &str {
    match assigned {
        Assigned::Ticket(_, agent) | Assigned::Conversation(_, agent) => &agent.name,
    }
}

fn count<T>(all: impl Iterator<Item = T>) -> i64 {
    i64::try_from(all.count()).unwrap_or(i64::MAX)
}
