//! An agent's work: the list of it, one ticket of it, the next of it.

use std::fmt::Write as _;

use sapa_core::{
    args, contacts,
    conversations::{self, Conversation},
    db,
    ids::parse_ticket_number,
    inbox::Broken,
    outbox::{CardSubject, Choice, Prompt},
    routing,
    staff::{self, Permission, cards},
    tickets::{self, Status, Ticket},
};

use super::{
    buttons::{self, LABEL, Press, Subject, fitting},
    history,
    talk::Talk,
    transfer,
};

/// As many as one list shows.
const SHOWN: usize = 15;

/// Something that an agent has.
struct Item {
    about: Subject,
    customer: String,
    ticket: Option<Ticket>,
}

/// `/tickets`: what he has, the most pressing first.
pub async fn list(talk: &mut Talk<'_, '_>) -> Result<(), Broken> {
    let items = mine(talk).await?;
    if items.is_empty() {
        let availability = talk.me.availability;
        let (key, press) = match availability {
            staff::Availability::Online => ("desk-tickets-none", Press::Next),
            _ => ("desk-tickets-none-away", Press::Online),
        };
        let text = talk.text(key, &[]);
        let choices = buttons::choices(&talk.l, &[press]);
        talk.say(Prompt::choose(text, choices)).await?;
        return Ok(());
    }
    let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let head = talk.text("desk-tickets", args!["count" => count]);
    say_list(talk, head, &items).await?;
    Ok(())
}

/// `/find TEXT`: among what he has.
pub async fn find(talk: &mut Talk<'_, '_>, words: &str) -> Result<(), Broken> {
    if let Some(number) = number(words).filter(|_| words.chars().any(|c| c.is_ascii_digit())) {
        return show(talk, &number).await;
    }
    if words.is_empty() {
        talk.tell("desk-find-what", &[]).await?;
        return Ok(());
    }
    let wanted = words.to_lowercase();
    let mut items = mine(talk).await?;
    items.retain(|item| {
        let mut all = item.customer.to_lowercase();
        if let Some(ticket) = &item.ticket {
            let _ = write!(all, "\n{}\n{}", ticket.title, ticket.description);
        }
        all.to_lowercase().contains(&wanted)
    });
    if items.is_empty() {
        talk.tell("desk-find-none", args!["words" => words]).await?;
        return Ok(());
    }
    let head = talk.text("desk-find", args!["words" => words]);
    say_list(talk, head, &items).await?;
    Ok(())
}

/// `/ticket NO`: its card and what was said last. Only who sees to it or may read all gets to see it.
pub async fn show(talk: &mut Talk<'_, '_>, typed: &str) -> Result<(), Broken> {
    let Some(number) = number(typed) else {
        let key = if typed.is_empty() {
            "desk-ticket-which"
        } else {
            "desk-ticket-unreadable"
        };
        talk.tell(key, args!["typed" => typed]).await?;
        return Ok(());
    };
    let Some(ticket) = tickets::by_number(talk.act.tx, &number).await? else {
        talk.tell("desk-ticket-unknown", args!["number" => number])
            .await?;
        return Ok(());
    };
    if let Some(refusal) = closed_to(talk, &ticket).await? {
        talk.say(refusal).await?;
        return Ok(());
    }
    card(
        talk,
        &Subject::Ticket(ticket.id.clone()),
        &ticket.customer_id,
    )
    .await?;
    history::of_ticket(talk, &ticket).await?;
    Ok(())
}

/// `/next`: the oldest that waits is his.
pub async fn next(talk: &mut Talk<'_, '_>) -> Result<(), Broken> {
    // Before the look: of two who ask at once the second sees what is left.
    routing::lock(talk.act).await?;
    let ticket = tickets::waiting(talk.act.tx, 1).await?.into_iter().next();
    let waiting = conversations::waiting(talk.act.tx, 1)
        .await?
        .into_iter()
        .next();
    let since = |one: &Conversation| one.queued_at.unwrap_or(one.opened_at);
    let holder = match (ticket, waiting) {
        (Some(ticket), Some(one)) if since(&one) < ticket.opened_at => {
            transfer::take_talk(talk, &one).await?.staff_id
        }
        (Some(ticket), _) => transfer::take_ticket(talk, &ticket).await?.staff_id,
        (None, Some(one)) => transfer::take_talk(talk, &one).await?.staff_id,
        (None, None) => None,
    };
    if holder.as_ref() != Some(&talk.me.id) {
        talk.tell("desk-next-none", &[]).await?;
    }
    Ok(())
}

/// Why a ticket is not for these eyes; nothing when it is.
pub async fn closed_to(talk: &mut Talk<'_, '_>, ticket: &Ticket) -> db::Result<Option<Prompt>> {
    let mine = ticket.staff_id.as_ref() == Some(&talk.me.id);
    if mine || talk.may(Permission::TicketsReadAll) {
        return Ok(None);
    }
    let holder = match &ticket.staff_id {
        Some(id) => staff::by_id(talk.act.tx, id).await?,
        None => None,
    };
    if let Some(holder) = holder {
        let text = talk.text("desk-ticket-others", args!["agent" => holder.name]);
        return Ok(Some(Prompt::text(text)));
    }
    if ticket.status.is_done() || !talk.may(Permission::TicketsWork) {
        return Ok(Some(Prompt::text(talk.text("desk-ticket-not-yours", &[]))));
    }
    let take = Press::Take(Subject::Ticket(ticket.id.clone()));
    let text = talk.text("desk-ticket-waiting", &[]);
    let choices = buttons::choices(&talk.l, &[take]);
    Ok(Some(Prompt::choose(text, choices)))
}

/// Posts a card anew.
pub async fn card(talk: &mut Talk<'_, '_>, about: &Subject, customer_id: &str) -> db::Result<()> {
    let subject = match about {
        Subject::Ticket(id) => CardSubject::Ticket(id.clone()),
        Subject::Talk(id) => CardSubject::Conversation(id.clone()),
    };
    cards::post(talk.act, &talk.from.account.chat, subject, customer_id).await
}

/// A ticket's number, however sloppily it was typed; after the command even eight letters are one.
pub(super) fn number(typed: &str) -> Option<String> {
    parse_ticket_number(typed).or_else(|| parse_ticket_number(&format!("TKT-{}", typed.trim())))
}

async fn mine(talk: &mut Talk<'_, '_>) -> db::Result<Vec<Item>> {
    let mut items = Vec::new();
    for ticket in tickets::of_staff(talk.act.tx, &talk.me.id).await? {
        items.push(Item {
            about: Subject::Ticket(ticket.id.clone()),
            customer: customer(talk, &ticket.customer_id).await?,
            ticket: Some(ticket),
        });
    }
    for one in conversations::of_staff(talk.act.tx, &talk.me.id).await? {
        if one.ticket_id.is_none() {
            items.push(Item {
                customer: customer(talk, &one.customer_id).await?,
                about: Subject::Talk(one.id),
                ticket: None,
            });
        }
    }
    Ok(items)
}

async fn customer(talk: &mut Talk<'_, '_>, id: &str) -> db::Result<String> {
    let customer = contacts::by_id(talk.act.tx, id).await?;
    Ok(customer.map(|customer| customer.name).unwrap_or_default())
}

async fn say_list(
    talk: &mut Talk<'_, '_>,
    head: sapa_core::markup::Markup,
    items: &[Item],
) -> db::Result<()> {
    let now = talk.act.now;
    let mut text = head;
    for item in items.iter().take(SHOWN) {
        let line = match &item.ticket {
            Some(ticket) if ticket.status == Status::Assigned => talk.text(
                "desk-tickets-new",
                args![
                    "number" => &ticket.number,
                    "name" => &item.customer,
                    "title" => super::cards::cut(&ticket.title, 60),
                    "due" => talk.l.when(ticket.due_at, now)
                ],
            ),
            Some(ticket) => talk.text(
                "desk-tickets-line",
                args![
                    "number" => &ticket.number,
                    "name" => &item.customer,
                    "title" => super::cards::cut(&ticket.title, 60),
                    "status" => talk.l.label(ticket.status.key(), &[]),
                    "due" => talk.l.when(ticket.due_at, now)
                ],
            ),
            None => talk.text("desk-tickets-talk", args!["name" => &item.customer]),
        };
        text = text.line(&line);
    }
    if items.len() > SHOWN {
        let more = i64::try_from(items.len() - SHOWN).unwrap_or(i64::MAX);
        text = text.line(&talk.text("desk-tickets-more", args!["count" => more]));
    }
    let choices = items.iter().take(SHOWN).map(button).collect();
    talk.say(Prompt::choose(text, choices)).await
}

/// A button with the customer's name and the end of the number: one customer may have several tickets.
fn button(item: &Item) -> Choice {
    let press = Press::Card(item.about.clone());
    match &item.ticket {
        Some(ticket) => {
            let tail = format!(" · {}", ticket.number.trim_start_matches("TKT-"));
            let room = LABEL - tail.encode_utf16().count();
            press.named(&format!("{}{tail}", fitting(&item.customer, room)))
        }
        None => press.named(&item.customer),
    }
}
