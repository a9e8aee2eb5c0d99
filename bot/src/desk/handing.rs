//! What belongs to work changing hands: customers who waited are told, and the agent gets what they wrote meanwhile.

use sapa_core::{
    args,
    clock::Millis,
    contacts::{self, Refs},
    conversations::{self, Conversation},
    db,
    desk::Act,
    i18n::Localizer,
    messages::{self, Author, Kind, Message},
    outbox::{Class, Content, Prompt},
    routing::{self, Assigned},
    staff::Staff,
    tickets::{self, Change, Ticket},
};

use crate::flows;

/// As much as an agent is handed of what a customer wrote while waiting.
const MEANWHILE: i64 = 50;
/// As many waiting conversations as are looked at in one go.
const WAITING: i64 = 200;

/// Somebody came or got room: what waits is given out, customers are told, agents are brought up to date.
pub async fn drain(act: &mut Act<'_>) -> db::Result<Vec<Assigned>> {
    let rota = routing::lock(act).await?;
    let waited = conversations::waiting(act.tx, WAITING).await?;
    let assigned = routing::drain_queue(act, &rota).await?;
    settle(act, &assigned, &waited).await?;
    Ok(assigned)
}

/// Somebody goes: everything of his goes to others or back to the queue.
pub async fn hand_over(act: &mut Act<'_>, leaving: &Staff) -> db::Result<Vec<Assigned>> {
    let rota = routing::lock(act).await?;
    let waited = conversations::waiting(act.tx, WAITING).await?;
    let assigned = routing::hand_over(act, &rota, leaving).await?;
    settle(act, &assigned, &waited).await?;
    Ok(assigned)
}

async fn settle(
    act: &mut Act<'_>,
    assigned: &[Assigned],
    waited: &[Conversation],
) -> db::Result<()> {
    for found in assigned {
        match found {
            Assigned::Ticket(ticket, agent) => {
                tickets::tell_customer(act, ticket, Change::Assigned, Some(&agent.name), None)
                    .await?;
                ticket_so_far(act, ticket, agent).await?;
            }
            Assigned::Conversation(talk, agent) => {
                tell_ready(act, talk, agent).await?;
                for message in flows::said_before(act, &talk.customer_id).await? {
                    if messages::delivery(act.tx, &message.id).await?.is_none() {
                        messages::relay_to_staff(act, &message, agent).await?;
                    }
                }
                let before = waited.iter().find(|before| before.id == talk.id);
                if let Some(since) = before.and_then(|before| before.queued_at) {
                    talk_so_far(act, talk, since, agent).await?;
                }
            }
        }
    }
    Ok(())
}

/// Tells a customer that an agent is there for them.
pub async fn tell_ready(act: &mut Act<'_>, talk: &Conversation, agent: &Staff) -> db::Result<()> {
    tell_customer(
        act,
        &talk.customer_id,
        "person-ready",
        args!["agent" => &agent.name],
    )
    .await
}

/// Tells a customer a sentence about a conversation, in their language, if WhatsApp lets us do it freely; it is worth no template.
pub async fn tell_customer(
    act: &mut Act<'_>,
    customer_id: &str,
    key: &str,
    args: &[(&str, sapa_core::i18n::Value)],
) -> db::Result<()> {
    let Some(customer) = contacts::by_id(act.tx, customer_id).await? else {
        return Ok(());
    };
    if contacts::window_closes(&customer).is_none_or(|closes| closes <= act.now) {
        return Ok(());
    }
    let l = customer_words(act, &customer).await?;
    let content = Content::Prompt(Prompt::text(l.text(key, args)));
    contacts::tell(act, &customer, Class::Notice, content, Refs::default())
        .await
        .map(drop)
}

/// The texts in a customer's language.
pub async fn customer_words(
    act: &mut Act<'_>,
    customer: &contacts::Customer,
) -> db::Result<Localizer> {
    let identity = contacts::identity(act.tx, &customer.id).await?;
    Ok(act.localizer(contacts::speaks(customer, &identity, &act.desk.settings)))
}

/// Hands an agent what belongs to a ticket and nobody has got yet: its files, and what was written since it was opened. The description
/// is on the card.
pub async fn ticket_so_far(act: &mut Act<'_>, ticket: &Ticket, agent: &Staff) -> db::Result<()> {
    let all = messages::of_ticket(act.tx, &ticket.id, MEANWHILE).await?;
    let opened = ticket.opened_at;
    relay(act, all, agent, |m| {
        m.kind != Kind::Text || m.created_at > opened
    })
    .await
}

/// Hands an agent what a customer wrote since they asked for a person.
pub async fn talk_so_far(
    act: &mut Act<'_>,
    talk: &Conversation,
    since: Millis,
    agent: &Staff,
) -> db::Result<()> {
    let all = messages::of_conversation(act.tx, &talk.id, MEANWHILE).await?;
    // What was tapped on the way carries the choice in its details.
    relay(act, all, agent, |m| {
        m.created_at > since && (m.kind != Kind::Text || m.details.is_none())
    })
    .await
}

async fn relay(
    act: &mut Act<'_>,
    all: Vec<Message>,
    agent: &Staff,
    wanted: impl Fn(&Message) -> bool,
) -> db::Result<()> {
    for message in all {
        let theirs = message.author == Author::Customer && message.revoked_at.is_none();
        if theirs && wanted(&message) && messages::delivery(act.tx, &message.id).await?.is_none() {
            messages::relay_to_staff(act, &message, agent).await?;
        }
    }
    Ok(())
}
