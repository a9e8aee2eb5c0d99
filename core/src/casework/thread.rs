//! What was said and what happened, a page at a time, and the files that go with it: shown to whoever may see the ticket, or, where there
//! is none, the conversation.

use super::{may_see, may_see_talk};
use crate::{
    clock::Millis,
    conversations, db,
    desk::Act,
    media::{self, Media},
    messages::{self, Author, Delivery, Message},
    staff::{self, Staff},
    tickets::{self, Ticket, TicketEvent},
};

/// As many messages as a page of a thread shows.
pub const PAGE: usize = 200;

/// A page of a thread.
pub struct Thread {
    /// The oldest first.
    pub entries: Vec<Entry>,
    /// What the page before this one ends above: the id of a message. Nothing when this is the beginning.
    pub older: Option<String>,
}

/// Something in a thread.
pub struct Entry {
    /// When.
    pub at: Millis,
    /// What.
    pub what: What,
}

/// Something that was said, or happened.
pub enum What {
    /// A message.
    Said(Box<Said>),
    /// A line of the history.
    Happened(TicketEvent),
}

/// A message with what is known of it.
pub struct Said {
    /// The message.
    pub message: Message,
    /// Who of the staff wrote it.
    pub writer: Option<String>,
    /// How far it has come.
    pub delivery: Option<Delivery>,
    /// The file that goes with it.
    pub file: Option<Media>,
}

/// The newest of a ticket's thread, or what was before a message of it.
pub(super) async fn of_ticket(
    act: &mut Act<'_>,
    ticket: &Ticket,
    before: Option<&str>,
) -> db::Result<Thread> {
    let found = messages::page_of_ticket(act.tx, &ticket.id, before, PAGE + 1).await?;
    let end = match before {
        Some(id) => messages::by_id(act.tx, id).await?.map(|m| m.created_at),
        None => None,
    };
    let mut thread = told(act, found).await?;
    let begin = thread.entries.first().map(|entry| entry.at);
    let begin = begin.filter(|_| thread.older.is_some());
    for event in tickets::history(act.tx, &ticket.id).await? {
        let at = event.at;
        if begin.is_none_or(|begin| begin <= at) && end.is_none_or(|end| at < end) {
            let what = What::Happened(event);
            thread.entries.push(Entry { at, what });
        }
    }
    thread.entries.sort_by_key(|entry| entry.at);
    Ok(thread)
}

/// The newest of a conversation, or what was before a message of it.
pub(super) async fn of_conversation(
    act: &mut Act<'_>,
    id: &str,
    before: Option<&str>,
) -> db::Result<Thread> {
    let found = messages::page_of_conversation(act.tx, id, before, PAGE + 1).await?;
    told(act, found).await
}

/// Messages, the oldest first, with what is known of each. One more than a page holds: there are older ones.
async fn told(act: &mut Act<'_>, mut found: Vec<Message>) -> db::Result<Thread> {
    let more = found.len() > PAGE;
    if more {
        found.remove(0);
    }
    let older = found.first().filter(|_| more).map(|m| m.id.clone());
    let mut entries = Vec::with_capacity(found.len());
    for message in found {
        let delivery = match message.author {
            Author::Agent => messages::delivery(act.tx, &message.id).await?,
            Author::Customer | Author::Bot => None,
        };
        let writer = match &message.staff_id {
            Some(id) => staff::by_id(act.tx, id).await?.map(|writer| writer.name),
            None => None,
        };
        let file = match &message.media_id {
            Some(id) => media::by_id(act.tx, id).await?,
            None => None,
        };
        entries.push(Entry {
            at: message.created_at,
            what: What::Said(Box::new(Said {
                message,
                writer,
                delivery,
                file,
            })),
        });
    }
    Ok(Thread { entries, older })
}

/// The file that goes with a message, for whoever may see what the message belongs to. What was taken back is not there.
pub async fn file(act: &mut Act<'_>, by: &Staff, message_id: &str) -> db::Result<Option<Media>> {
    let message = messages::by_id(act.tx, message_id).await?;
    let Some(message) = message.filter(|message| message.revoked_at.is_none()) else {
        return Ok(None);
    };
    let seen = if let Some(id) = &message.ticket_id {
        let ticket = tickets::by_id(act.tx, id).await?;
        ticket.is_some_and(|ticket| may_see(by, &ticket))
    } else {
        let talk = conversations::by_id(act.tx, &message.conversation_id).await?;
        talk.is_some_and(|talk| may_see_talk(by, &talk))
    };
    match message.media_id.filter(|_| seen) {
        Some(id) => media::by_id(act.tx, &id).await,
        None => Ok(None),
    }
}
