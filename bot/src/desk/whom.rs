//! Words without an addressee are kept until he says for whom they are: a message to the wrong customer cannot be recalled.

use sapa_core::{
    answers::{Recipient, Standing},
    args, contacts,
    conversations::{self, Owner},
    db,
    inbox::Broken,
    outbox::{Choice, Prompt},
    routing, tickets,
};

use super::{
    buttons::{self, LABEL, Press, fitting},
    cards::cut,
    presses, replies,
    state::{Kept, TakeOver, Waiting},
    talk::Talk,
    transfer,
};

/// As many names as are offered.
const NAMES: usize = 20;
/// So much of the first message stands in the question.
const QUOTED: usize = 80;

/// To whom? What was kept before goes with it.
pub async fn ask(
    talk: &mut Talk<'_, '_>,
    waiting: Option<Waiting>,
    more: Kept,
) -> Result<(), Broken> {
    let mut waiting = waiting.unwrap_or(Waiting {
        kept: Vec::new(),
        take_over: None,
    });
    let last = waiting.kept.last();
    let same_album = more.album.is_some() && last.is_some_and(|last| last.album == more.album);
    waiting.kept.push(more);
    let names = names(talk).await?;
    if names.is_empty() && waiting.take_over.is_none() {
        talk.keep(None).await?;
        let text = talk.text("desk-whom-none", &[]);
        let choices = buttons::choices(&talk.l, &[Press::Next]);
        talk.ask(Prompt::choose(text, choices), "whom").await?;
        return Ok(());
    }
    talk.keep(Some(waiting.clone())).await?;
    if same_album {
        return Ok(());
    }
    let mut choices = match &waiting.take_over {
        Some(whom) => vec![Press::Claim(whom.customer_id.clone()).choice(&talk.l)],
        None => names,
    };
    choices.push(Press::Drop.choice(&talk.l));
    let count = i64::try_from(waiting.kept.len()).unwrap_or(i64::MAX);
    let first = waiting.kept.first().map_or("", |kept| kept.body.trim());
    let key = match (&waiting.take_over, first.is_empty(), count) {
        (Some(_), _, _) => "desk-whom-more",
        (None, true, _) | (None, _, 2..) => "desk-whom-several",
        (None, false, _) => "desk-whom",
    };
    let words = cut(first, QUOTED);
    let text = talk.text(key, args!["count" => count, "words" => words]);
    talk.ask(Prompt::choose(text, choices), "whom").await?;
    Ok(())
}

/// For this customer: what was kept goes there, and so does what he writes next.
pub async fn chosen(talk: &mut Talk<'_, '_>, customer_id: &str) -> Result<(), Broken> {
    let waiting = talk.state().await?.waiting;
    let Some(waiting) = waiting.filter(|waiting| waiting.take_over.is_none()) else {
        let text = talk.text("desk-whom-stale", &[]);
        talk.settle(text).await?;
        return Ok(());
    };
    talk.keep(None).await?;
    let Some(recipient) = replies::recipient(talk, customer_id, None).await? else {
        return Ok(());
    };
    match recipient.standing(talk.act, &talk.me).await? {
        Standing::Mine => deliver(talk, &recipient, &waiting.kept).await,
        standing => ask_to_take_over(talk, &recipient, &standing, waiting.kept).await,
    }
}

/// Take over and send? Or, where he may not, an honest line.
pub async fn ask_to_take_over(
    talk: &mut Talk<'_, '_>,
    recipient: &Recipient,
    standing: &Standing,
    kept: Vec<Kept>,
) -> Result<(), Broken> {
    let name = &recipient.customer.name;
    let (key, agent) = match standing {
        Standing::Mine => return Ok(()),
        Standing::Others(holder) if !transfer::may_take_over(talk) => {
            let text = talk.text(
                "desk-others",
                args!["name" => name, "agent" => &holder.name],
            );
            talk.settle(text).await?;
            return Ok(());
        }
        Standing::Others(holder) => ("desk-take-over-others", holder.name.clone()),
        Standing::Waiting => ("desk-take-over-waiting", String::new()),
        Standing::Bot => ("desk-take-over-bot", String::new()),
    };
    let take_over = TakeOver {
        customer_id: recipient.customer.id.clone(),
        ticket_id: recipient.ticket.as_ref().map(|ticket| ticket.id.clone()),
    };
    let press = Press::Claim(take_over.customer_id.clone());
    talk.keep(Some(Waiting {
        kept,
        take_over: Some(take_over),
    }))
    .await?;
    let text = talk.text(key, args!["name" => name, "agent" => agent]);
    let choices = buttons::choices(&talk.l, &[press, Press::Drop]);
    talk.replace(Prompt::choose(text, choices)).await?;
    Ok(())
}

/// He takes the customer over, and what was kept goes out.
pub async fn claimed(talk: &mut Talk<'_, '_>, customer_id: &str) -> Result<(), Broken> {
    let waiting = talk.state().await?.waiting;
    let Some((kept, whom)) = waiting.and_then(|w| Some((w.kept, w.take_over?))) else {
        let text = talk.text("desk-whom-stale", &[]);
        talk.settle(text).await?;
        return Ok(());
    };
    if whom.customer_id != customer_id {
        let text = talk.text("desk-whom-stale", &[]);
        talk.settle(text).await?;
        return Ok(());
    }
    let ticket_id = whom.ticket_id.as_deref();
    // He is going to be assigned: the rota before the conversation.
    routing::lock(talk.act).await?;
    let Some(recipient) = replies::recipient(talk, customer_id, ticket_id).await? else {
        talk.keep(None).await?;
        return Ok(());
    };
    match recipient.standing(talk.act, &talk.me).await? {
        Standing::Mine => {}
        Standing::Others(holder) if !transfer::may_take_over(talk) => {
            talk.keep(None).await?;
            let name = recipient.customer.name;
            let text = talk.text("desk-others", args!["name" => name, "agent" => holder.name]);
            talk.settle(text).await?;
            return Ok(());
        }
        Standing::Others(_) | Standing::Waiting | Standing::Bot => take(talk, &recipient).await?,
    }
    talk.keep(None).await?;
    let Some(recipient) = replies::recipient(talk, customer_id, ticket_id).await? else {
        return Ok(());
    };
    deliver(talk, &recipient, &kept).await
}

/// The ticket with its conversation, or the conversation alone when there is no open ticket.
async fn take(talk: &mut Talk<'_, '_>, recipient: &Recipient) -> db::Result<()> {
    let open = recipient.ticket.as_ref().filter(|t| !t.status.is_done());
    if let Some(ticket) = open {
        transfer::take_ticket(talk, ticket).await?;
    }
    let one = conversations::by_id(talk.act.tx, &recipient.conversation.id).await?;
    let one = one.unwrap_or_else(|| recipient.conversation.clone());
    let with_me = one.owner == Owner::Agent && one.staff_id.as_ref() == Some(&talk.me.id);
    if open.is_none() && !with_me {
        transfer::take_talk(talk, &one).await?;
    }
    Ok(())
}

async fn deliver(
    talk: &mut Talk<'_, '_>,
    recipient: &Recipient,
    kept: &[Kept],
) -> Result<(), Broken> {
    for one in kept {
        replies::deliver(talk, recipient, one).await?;
    }
    presses::focus(talk, &recipient.customer.id).await?;
    let name = recipient.customer.name.clone();
    let text = talk.text("desk-sent-to", args!["name" => name]);
    talk.settle(text).await?;
    Ok(())
}

/// The customers that he has, by name.
async fn names(talk: &mut Talk<'_, '_>) -> db::Result<Vec<Choice>> {
    let talks = conversations::of_staff(talk.act.tx, &talk.me.id).await?;
    let tickets = tickets::of_staff(talk.act.tx, &talk.me.id).await?;
    let of_tickets = tickets.iter().map(|t| &t.customer_id);
    let mut ids: Vec<&String> = Vec::new();
    for id in talks.iter().map(|one| &one.customer_id).chain(of_tickets) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let mut customers = Vec::new();
    for id in ids.into_iter().take(NAMES) {
        customers.extend(contacts::by_id(talk.act.tx, id).await?);
    }
    let mut choices = Vec::new();
    for customer in &customers {
        let twins = customers.iter().filter(|other| other.name == customer.name);
        let label = if twins.count() > 1 {
            let identity = contacts::identity(talk.act.tx, &customer.id).await?;
            told_apart(&customer.name, identity.wa_id.as_deref(), &customer.id)
        } else {
            customer.name.clone()
        };
        choices.push(Press::To(customer.id.clone()).named(&label));
    }
    Ok(choices)
}

/// Two people of one name differ by the end of their number.
fn told_apart(name: &str, wa_id: Option<&str>, id: &str) -> String {
    let from = wa_id.unwrap_or(id);
    let tail = from.get(from.len().saturating_sub(4)..).unwrap_or(from);
    format!("{} · {tail}", fitting(name, LABEL - 7))
}
