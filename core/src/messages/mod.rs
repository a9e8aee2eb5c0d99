//! Messages: what a customer and an agent wrote to each other, each stored once, and handing them across.

use std::time::Duration;

use crate::{
    clock::Millis,
    contacts::{self, Refs, Told},
    conversations,
    db::{self, FromRow, Tx, Type},
    desk::Act,
    inbox::Channel,
    outbox::{self, Class, Content, NewRow},
    staff::{self, Staff},
};

pub(crate) mod store;

pub use crate::outbox::store::Delivery;

/// A customer's words after so long a pause begin with the name again.
const BURST: Duration = Duration::from_mins(10);

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Author {
    /// The customer.
    Customer,
    /// A member of staff.
    Agent,
    /// The bot.
    Bot,
}

/// What sort of message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Kind {
    /// Words.
    Text,
    /// A picture.
    Image,
    /// A film.
    Video,
    /// Sound with a title.
    Audio,
    /// A spoken message.
    Voice,
    /// Any other file.
    Document,
    /// A sticker.
    Sticker,
    /// A place.
    Location,
    /// Contact cards.
    Contacts,
    /// Goods from a catalogue.
    Order,
    /// What we do not understand; kept all the same.
    Unsupported,
}

/// A stored message.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Message {
    /// Our id.
    pub id: String,
    /// Where it was said.
    pub conversation_id: String,
    /// By or to whom.
    pub customer_id: String,
    /// The ticket that it belongs to.
    pub ticket_id: Option<String>,
    /// Who wrote it.
    pub author: Author,
    /// Which member of staff.
    pub staff_id: Option<String>,
    /// What sort of message.
    pub kind: Kind,
    /// The words or the caption, as written.
    pub body: String,
    /// JSON: a place, the lines of contact cards.
    pub details: Option<String>,
    /// The file that goes with it.
    pub media_id: Option<String>,
    /// The platform account it came in on.
    pub channel: Channel,
    /// The chat there; empty where message ids are unique by themselves (WhatsApp).
    pub chat: String,
    /// The platform's id of it.
    pub external_id: String,
    /// The platform's id of the message that it answers.
    pub quotes: Option<String>,
    /// When it was written, by the platform's timestamp.
    pub written_at: Millis,
    /// When we stored it.
    pub created_at: Millis,
    /// When the writer changed it last.
    pub edited_at: Option<Millis>,
    /// When the writer took it back.
    pub revoked_at: Option<Millis>,
}

/// A message to store; the fields are those of [`Message`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is documented on Message")]
pub struct NewMessage {
    pub conversation_id: String,
    pub customer_id: String,
    pub ticket_id: Option<String>,
    pub author: Author,
    pub staff_id: Option<String>,
    pub kind: Kind,
    pub body: String,
    pub details: Option<String>,
    pub media_id: Option<String>,
    pub channel: Channel,
    pub chat: String,
    pub external_id: String,
    pub quotes: Option<String>,
    pub written_at: Millis,
}

/// What begins the id of a message that was written on a page: there is nothing in the author's chat to answer or to tick.
const PAGE: &str = "page:";

/// The id of a message that was written on a page, from what makes its form unique.
pub fn page_id(nonce: &str) -> String {
    format!("{PAGE}{nonce}")
}

impl Message {
    /// Whether it was written on a page and not in a chat.
    pub fn is_from_page(&self) -> bool {
        self.external_id.starts_with(PAGE)
    }
}

/// Stores a message. `None`: it is known already, and nothing more is to be done.
pub async fn store(act: &mut Act<'_>, new: NewMessage) -> db::Result<Option<Message>> {
    let message = Message {
        id: act.id(),
        conversation_id: new.conversation_id,
        customer_id: new.customer_id,
        ticket_id: new.ticket_id,
        author: new.author,
        staff_id: new.staff_id,
        kind: new.kind,
        body: new.body,
        details: new.details,
        media_id: new.media_id,
        channel: new.channel,
        chat: new.chat,
        external_id: new.external_id,
        quotes: new.quotes,
        written_at: new.written_at,
        created_at: act.now,
        edited_at: None,
        revoked_at: None,
    };
    if !store::insert(act.tx, &message).await? {
        return Ok(None);
    }
    match message.author {
        Author::Customer => {
            conversations::store::customer_wrote(
                act.tx,
                &message.conversation_id,
                message.written_at,
            )
            .await?;
        }
        Author::Agent => {
            conversations::store::staff_wrote(act.tx, &message.conversation_id, message.written_at)
                .await?;
        }
        Author::Bot => {}
    }
    Ok(Some(message))
}

/// A message by our id.
pub async fn by_id(tx: &mut Tx, id: &str) -> db::Result<Option<Message>> {
    store::by_id(tx, id).await
}

/// The last so many messages of a conversation, oldest first.
pub async fn of_conversation(tx: &mut Tx, id: &str, limit: i64) -> db::Result<Vec<Message>> {
    store::of_conversation(tx, id, limit).await
}

/// The last so many messages of a ticket, oldest first.
pub async fn of_ticket(tx: &mut Tx, id: &str, limit: i64) -> db::Result<Vec<Message>> {
    store::of_ticket(tx, id, limit).await
}

/// So many messages of a ticket, oldest first: the last ones, or the last before one of them.
pub async fn page_of_ticket(
    tx: &mut Tx,
    id: &str,
    before: Option<&str>,
    limit: usize,
) -> db::Result<Vec<Message>> {
    store::page_of_ticket(tx, id, before, limit).await
}

/// So many messages of a conversation, oldest first: the last ones, or the last before one of them.
pub async fn page_of_conversation(
    tx: &mut Tx,
    id: &str,
    before: Option<&str>,
    limit: usize,
) -> db::Result<Vec<Message>> {
    store::page_of_conversation(tx, id, before, limit).await
}

/// A message by the platform's id.
pub async fn find(
    tx: &mut Tx,
    channel: &Channel,
    chat: &str,
    external_id: &str,
) -> db::Result<Option<Message>> {
    store::find(tx, channel, chat, external_id).await
}

/// Hands a customer's message to an agent's chat. The first of a burst carries the customer's name. Another customer's words end the
/// agent's focus: whatever he writes next without a reply is asked about.
pub async fn relay_to_staff(act: &mut Act<'_>, message: &Message, to: &Staff) -> db::Result<()> {
    let Some(chat) = &to.telegram_chat_id else {
        return Ok(());
    };
    if to
        .focus_customer_id
        .as_ref()
        .is_some_and(|focused| *focused != message.customer_id)
    {
        staff::focus(act, to, None, act.now).await?;
    }
    let channel = act.desk.settings.telegram.clone();
    let heading = match store::last_relay(act.tx, &channel, chat).await? {
        Some((customer, at)) => {
            customer.as_deref() != Some(&message.customer_id) || act.now.since(at) > BURST
        }
        None => true,
    };
    let mut row = NewRow::new(
        &channel,
        chat,
        Class::Conversation,
        Content::Relay {
            message_id: message.id.clone(),
            heading,
        },
    );
    row.customer_id = Some(message.customer_id.clone());
    row.ticket_id.clone_from(&message.ticket_id);
    row.message_id = Some(message.id.clone());
    outbox::enqueue(act, row).await.map(drop)
}

/// Whether staff have got a customer's message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handed {
    /// It was never meant for staff, so far.
    Never,
    /// It was meant for somebody who never got it and does not have it to come: refused, cancelled, or not sent before it was another's.
    Lost,
    /// Somebody got it, or it is on its way to this one.
    Done,
}

/// Whether staff have got a customer's message, seen from whoever is to have it now.
pub async fn handed(act: &mut Act<'_>, message: &Message, to: &Staff) -> db::Result<Handed> {
    let channel = act.desk.settings.telegram.clone();
    let chat = to.telegram_chat_id.as_deref().unwrap_or_default();
    Ok(
        match store::handed(act.tx, &message.id, &channel, chat).await? {
            (0, _) => Handed::Never,
            (_, 0) => Handed::Lost,
            _ => Handed::Done,
        },
    )
}

/// Hands an agent's message to the customer; outside WhatsApp's window it waits until the customer writes.
pub async fn relay_to_customer(act: &mut Act<'_>, message: &Message) -> db::Result<Told> {
    let Some(customer) = contacts::by_id(act.tx, &message.customer_id).await? else {
        return Ok(Told::NotSent);
    };
    let content = Content::Relay {
        message_id: message.id.clone(),
        heading: false,
    };
    let refs = Refs {
        ticket_id: message.ticket_id.clone(),
        message_id: Some(message.id.clone()),
    };
    contacts::tell(act, &customer, Class::Conversation, content, refs).await
}

/// A customer's message belongs to one of their tickets from now on.
pub async fn attach(act: &mut Act<'_>, message: &Message, ticket_id: &str) -> db::Result<()> {
    store::attach(act.tx, &message.id, ticket_id, &message.customer_id).await
}

/// It was a word to the bot, not one about the ticket.
pub async fn detach(act: &mut Act<'_>, message: &Message) -> db::Result<()> {
    store::detach(act.tx, &message.id).await
}

/// The writer changed the words.
pub async fn edited(act: &mut Act<'_>, message: &Message, text: &str) -> db::Result<()> {
    store::edited(act.tx, &message.id, text, act.now).await
}

/// The writer took it back.
pub async fn revoked(act: &mut Act<'_>, message: &Message) -> db::Result<()> {
    store::revoked(act.tx, &message.id, act.now).await
}

/// How far the outbox row that carries a message has come.
pub async fn delivery(tx: &mut Tx, message_id: &str) -> db::Result<Option<Delivery>> {
    outbox::store::delivery(tx, message_id).await
}

#[cfg(test)]
mod tests;
