//! A message's life: when it was written, stored, handled, queued, sent, delivered and read, or why it was not. Read from the inbox, the
//! messages and the outbox; there is no fourth table that could tell another story.

use std::collections::HashMap;

use crate::{
    clock::Millis,
    db::{self, FromRow, Tx, dialect::many},
    messages::{Author, Kind},
    outbox,
    tickets::Ticket,
};

pub(crate) mod store;

/// As many messages of a ticket as are traced, the newest.
const MOST: i64 = 100;

/// One message of a ticket, from end to end.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Life {
    /// Our id of the message.
    pub message_id: String,
    /// Who wrote it.
    pub author: Author,
    /// Which of the staff, when it was one of them.
    pub staff_id: Option<String>,
    /// What sort of message.
    pub kind: Kind,
    /// When it was written, by the platform's clock.
    pub written_at: Millis,
    /// Its event's place in the inbox; by it the log is searched. `None` as with `stored_at`.
    pub inbox_seq: Option<i64>,
    /// When its event was durable. `None` where the event has aged out, or where there was none: it was written on a page.
    pub stored_at: Option<Millis>,
    /// When it was handled: this is when the message itself was stored.
    pub handled_at: Millis,
    /// The outbox row that carries it; by it the log is searched.
    pub outbox_id: Option<String>,
    /// To whom that goes: a customer's id, or a Telegram chat.
    pub recipient: Option<String>,
    /// When it was queued for the other side. `None`: it was handed to nobody (yet).
    pub queued_at: Option<Millis>,
    /// How far that has come.
    pub state: Option<outbox::State>,
    /// When the platform took it.
    pub sent_at: Option<Millis>,
    /// When it reached the device.
    pub delivered_at: Option<Millis>,
    /// When it was seen.
    pub read_at: Option<Millis>,
    /// When it was refused for good.
    pub failed_at: Option<Millis>,
    /// Not before: when it is tried next, while it waits.
    pub due_at: Option<Millis>,
    /// Refusals so far.
    pub attempts: Option<i64>,
    /// It may have gone out twice.
    pub flagged: Option<bool>,
    /// The platform's code of the last refusal.
    pub error_code: Option<String>,
}

/// The messages of a ticket, oldest first. A message that was handed to several people has several lives.
pub async fn of_ticket(tx: &mut Tx, ticket: &Ticket) -> db::Result<Vec<Life>> {
    let mut lives = store::of_ticket(tx, &ticket.id, MOST).await?;
    // Telegram's updates have other numbers than its messages: what an event has queued bears the event's place in its id.
    let caused = |life: &Life| {
        let (event, _) = life
            .outbox_id
            .as_deref()?
            .strip_prefix('e')?
            .split_once('.')?;
        event
            .parse::<i64>()
            .ok()
            .filter(|_| life.inbox_seq.is_none())
    };
    let seqs: Vec<i64> = lives.iter().filter_map(caused).collect();
    let stored: HashMap<i64, Millis> = many::stored_at(tx, &seqs).await?.into_iter().collect();
    for life in &mut lives {
        if let Some((seq, at)) = caused(life).and_then(|seq| Some((seq, *stored.get(&seq)?))) {
            (life.inbox_seq, life.stored_at) = (Some(seq), Some(at));
        }
    }
    Ok(lives)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        messages::{self, NewMessage},
        testing::{self, people},
    };

    #[tokio::test]
    async fn a_tickets_messages_are_told_with_their_times() {
        for (desk, _, _fresh) in testing::both().await {
            let customer = people::customer(&desk, "6281234567890", "Sari").await;
            let agent = people::agent(&desk, "Budi", "9").await;
            let talk = people::conversation(&desk, &customer).await;
            let ticket = people::ticket(&desk, &customer).await;
            let mut tx = desk.db.write().await.unwrap();
            let mut act = desk.act(&mut tx);
            for (id, handed) in [("wamid.1", true), ("wamid.2", false)] {
                let new = people::words(&talk, Author::Customer, id, "halo", act.now);
                let new = NewMessage {
                    ticket_id: Some(ticket.id.clone()),
                    ..new
                };
                let message = messages::store(&mut act, new).await.unwrap().unwrap();
                if handed {
                    messages::relay_to_staff(&mut act, &message, &agent)
                        .await
                        .unwrap();
                }
            }
            drop(act);
            let lives = of_ticket(&mut tx, &ticket).await.unwrap();
            let states: Vec<_> = lives
                .iter()
                .map(|life| (life.state, life.queued_at.is_some()))
                .collect();
            assert_eq!(states, [(Some(outbox::State::Queued), true), (None, false)]);
            assert!(
                lives.iter().all(|life| life.handled_at >= life.written_at),
                "{lives:?}"
            );
        }
    }
}
