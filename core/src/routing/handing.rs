//! What belongs to work that found its agent: he gets the words that nobody has got yet, and customers who waited are told.

use super::Assigned;
use crate::{
    args,
    clock::Millis,
    contacts,
    conversations::Conversation,
    db,
    desk::Act,
    messages::{self, Author, Handed, Kind, Message},
    sessions::{self, Loaded},
    staff::Staff,
    tickets::{self, Ticket},
};

/// As much as an agent is handed of what a customer wrote while waiting.
const MEANWHILE: i64 = 50;

/// Tells customers that somebody sees to what waited.
pub async fn announce(act: &mut Act<'_>, assigned: &[Assigned]) -> db::Result<()> {
    for found in assigned {
        match found {
            Assigned::Ticket(ticket, agent) => {
                tickets::tell_assigned(act, ticket, agent).await?;
            }
            Assigned::Conversation(talk, agent) => tell_ready(act, talk, agent).await?,
        }
    }
    Ok(())
}

/// Tells a customer that an agent is there for them.
pub async fn tell_ready(act: &mut Act<'_>, talk: &Conversation, agent: &Staff) -> db::Result<()> {
    let args = args!["agent" => &agent.name];
    contacts::tell_freely(act, &talk.customer_id, "person-ready", args).await
}

/// What a customer said before asking for a person, while nobody was there: whoever comes gets it besides what is written from now on.
pub async fn keep_words(
    act: &mut Act<'_>,
    customer_id: &str,
    message_ids: &[String],
) -> db::Result<()> {
    sessions::save(act, &kept_for(customer_id), 1, &message_ids).await
}

/// Hands an agent what belongs to a ticket and nobody has got: its files, and what was written since it was opened. The description is on
/// the card.
pub(super) async fn ticket_words(
    act: &mut Act<'_>,
    ticket: &Ticket,
    agent: &Staff,
) -> db::Result<()> {
    let all = messages::of_ticket(act.tx, &ticket.id, MEANWHILE).await?;
    let opened = ticket.opened_at;
    hand_on(act, all, agent, |m| {
        m.kind != Kind::Text || m.created_at > opened
    })
    .await
}

/// Hands an agent what a customer wrote in a conversation and nobody has got: since they asked for a person, and what was said before that.
/// What belongs to another ticket goes with that one.
pub(super) async fn talk_words(
    act: &mut Act<'_>,
    talk: &Conversation,
    since: Option<Millis>,
    agent: &Staff,
) -> db::Result<()> {
    if let Some(since) = since {
        let kept = kept_for(&talk.customer_id);
        if let Loaded::State(ids, at) = sessions::load::<Vec<String>>(act.tx, &kept, 1).await? {
            let mut said = Vec::new();
            for id in ids.iter().filter(|_| at >= since) {
                said.extend(messages::by_id(act.tx, id).await?);
            }
            hand_on(act, said, agent, |_| true).await?;
            sessions::clear(act, &kept).await?;
        }
    }
    let mut all = messages::of_conversation(act.tx, &talk.id, MEANWHILE).await?;
    all.retain(|m| m.ticket_id.is_none() || m.ticket_id == talk.ticket_id);
    // What was tapped on the way carries the choice in its details.
    hand_on(act, all, agent, |m| {
        since.is_some_and(|since| m.created_at > since)
            && (m.kind != Kind::Text || m.details.is_none())
    })
    .await
}

/// Hands on what is wanted, and whatever was meant for somebody who never got it.
async fn hand_on(
    act: &mut Act<'_>,
    all: Vec<Message>,
    agent: &Staff,
    wanted: impl Fn(&Message) -> bool,
) -> db::Result<()> {
    for message in all {
        if message.author != Author::Customer || message.revoked_at.is_some() {
            continue;
        }
        let missing = match messages::handed(act, &message, agent).await? {
            Handed::Never => wanted(&message),
            Handed::Lost => true,
            Handed::Done => false,
        };
        if missing {
            messages::relay_to_staff(act, &message, agent).await?;
        }
    }
    Ok(())
}

fn kept_for(customer_id: &str) -> String {
    format!("handed:{customer_id}")
}
