//! An answer to a customer, wherever it was written: whose the customer is, whether it may go out, and what became of it. Checked in the
//! transaction that sends, so that nobody answers a customer who is a colleague's.

use sha2::{Digest as _, Sha256};

use crate::{
    clock::Millis,
    contacts::{self, Customer, Told},
    conversations::{self, Conversation, Owner},
    db,
    desk::Act,
    hex::hex,
    messages::{self, Author, Kind, NewMessage},
    staff::{self, Staff},
    tickets::{self, Ticket},
};

/// Whom an answer is for, with what has to be checked before it goes.
pub struct Recipient {
    /// The customer.
    pub customer: Customer,
    /// Their open conversation.
    pub conversation: Conversation,
    /// The ticket that the answer is about: the one answered to, else the conversation's.
    pub ticket: Option<Ticket>,
}

/// How a customer stands to an agent.
pub enum Standing {
    /// His: the conversation, or the ticket.
    Mine,
    /// A colleague's.
    Others(Staff),
    /// Nobody's yet.
    Waiting,
    /// The bot's.
    Bot,
}

/// What was written, where and how.
#[derive(Clone, Debug)]
pub struct Words {
    /// What sort of message it is.
    pub kind: Kind,
    /// The words or the caption.
    pub body: String,
    /// JSON: a place, the lines of contact cards.
    pub details: Option<String>,
    /// The file that goes with it.
    pub media_id: Option<String>,
    /// The chat it was written in.
    pub chat: String,
    /// The platform's id of it, or [`messages::page_id`].
    pub external_id: String,
    /// The platform's id of the message that it answers.
    pub quotes: Option<String>,
    /// When it was written.
    pub at: Millis,
}

/// Why an answer does not go out.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// There is no such customer any more.
    #[error("the customer is gone")]
    Gone,
    /// The customer is not his: somebody else's, or nobody's yet.
    #[error("the customer is not his")]
    NotHis,
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl Recipient {
    /// A customer as they are now, for an answer by somebody. `None`: they are not to be found any more.
    pub async fn of(
        act: &mut Act<'_>,
        by: &Staff,
        customer_id: &str,
        ticket_id: Option<&str>,
    ) -> db::Result<Option<Self>> {
        let Some(customer) = contacts::by_id(act.tx, customer_id).await? else {
            return Ok(None);
        };
        let channel = act.desk.settings.whatsapp.clone();
        // Held: whose it is now decides whether the words go out, and stays so until they are on their way.
        let conversation = conversations::held(act, customer_id, &channel).await?;
        let mut ticket = match ticket_id {
            Some(id) => tickets::owned(act.tx, customer_id, id).await?,
            None => None,
        };
        let his_own = |t: &Ticket| t.staff_id.as_ref() == Some(&by.id) && !t.status.is_done();
        if !ticket.as_ref().is_some_and(his_own)
            && let Some(id) = &conversation.ticket_id
        {
            ticket = tickets::by_id(act.tx, id).await?.or(ticket);
        }
        Ok(Some(Self {
            customer,
            conversation,
            ticket,
        }))
    }

    /// How the customer stands to him now.
    pub async fn standing(&self, act: &mut Act<'_>, to: &Staff) -> db::Result<Standing> {
        let one = &self.conversation;
        let open = self.ticket.as_ref().filter(|t| !t.status.is_done());
        let my_ticket = open.is_some_and(|t| t.staff_id.as_ref() == Some(&to.id));
        if my_ticket || (one.owner == Owner::Agent && one.staff_id.as_ref() == Some(&to.id)) {
            return Ok(Standing::Mine);
        }
        let holder = match one.owner {
            Owner::Agent => one.staff_id.clone(),
            Owner::Queue | Owner::Bot => open.and_then(|t| t.staff_id.clone()),
        };
        if let Some(holder) = holder
            && let Some(holder) = staff::by_id(act.tx, &holder).await?
        {
            return Ok(Standing::Others(holder));
        }
        Ok(match one.owner {
            Owner::Queue => Standing::Waiting,
            Owner::Bot | Owner::Agent => Standing::Bot,
        })
    }

    /// Stores an answer and hands it to the customer. `None`: it is known already.
    pub async fn get(
        &self,
        act: &mut Act<'_>,
        by: &Staff,
        words: Words,
    ) -> db::Result<Option<Told>> {
        let new = NewMessage {
            conversation_id: self.conversation.id.clone(),
            customer_id: self.customer.id.clone(),
            ticket_id: self.ticket.as_ref().map(|ticket| ticket.id.clone()),
            author: Author::Agent,
            staff_id: Some(by.id.clone()),
            kind: words.kind,
            body: words.body,
            details: words.details,
            media_id: words.media_id,
            channel: act.desk.settings.telegram.clone(),
            chat: words.chat,
            external_id: words.external_id,
            quotes: words.quotes,
            written_at: words.at,
        };
        match messages::store(act, new).await? {
            Some(message) => messages::relay_to_customer(act, &message).await.map(Some),
            None => Ok(None),
        }
    }
}

/// Answers a customer from the pages, about a ticket or about none. `nonce` is the form's: what is sent twice goes out once. Other words in
/// the same form (somebody went back to it) are another answer: they go out too, and are never taken for what was sent before.
pub async fn from_page(
    act: &mut Act<'_>,
    by: &Staff,
    (customer_id, ticket_id): (&str, Option<&str>),
    text: &str,
    nonce: &str,
) -> Result<Option<Told>, Refused> {
    let recipient = Recipient::of(act, by, customer_id, ticket_id).await?;
    let recipient = recipient.ok_or(Refused::Gone)?;
    let Standing::Mine = recipient.standing(act, by).await? else {
        return Err(Refused::NotHis);
    };
    let words = Sha256::digest(text.as_bytes());
    let words = Words {
        kind: Kind::Text,
        body: text.to_owned(),
        details: None,
        media_id: None,
        chat: by.telegram_chat_id.clone().unwrap_or_default(),
        external_id: messages::page_id(&format!("{nonce}-{}", hex(&words[..8]))),
        quotes: None,
        at: act.now,
    };
    Ok(recipient.get(act, by, words).await?)
}
