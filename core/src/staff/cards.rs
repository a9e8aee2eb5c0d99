//! Cards in the chats of staff: posted, and redrawn in place. What stands on one is decided when it is sent, from how things are then.

use crate::{
    db,
    desk::Act,
    outbox::{self, CardSubject, Class, Content, NewRow},
};

/// Posts a card. It is of the class of the words around it, so that a customer's next words do not overtake it.
pub async fn post(
    act: &mut Act<'_>,
    chat: &str,
    subject: CardSubject,
    customer_id: &str,
) -> db::Result<()> {
    let key = key("card", chat, &subject);
    let content = Content::Card(subject.clone());
    enqueue(
        act,
        chat,
        (Class::Conversation, content, key),
        &subject,
        customer_id,
    )
    .await
}

/// Redraws a card where it was shown last in this chat.
pub async fn redraw(
    act: &mut Act<'_>,
    chat: &str,
    subject: CardSubject,
    customer_id: &str,
) -> db::Result<()> {
    let key = key("card-edit", chat, &subject);
    let content = Content::CardEdit(subject.clone());
    enqueue(
        act,
        chat,
        (Class::Card, content, key),
        &subject,
        customer_id,
    )
    .await
}

/// The same in the chat of a member of staff, if he has one.
pub(crate) async fn redraw_for(
    act: &mut Act<'_>,
    staff_id: &str,
    subject: CardSubject,
    customer_id: &str,
) -> db::Result<()> {
    let staff = super::by_id(act.tx, staff_id).await?;
    match staff.and_then(|staff| staff.telegram_chat_id) {
        Some(chat) => redraw(act, &chat, subject, customer_id).await,
        None => Ok(()),
    }
}

async fn enqueue(
    act: &mut Act<'_>,
    chat: &str,
    (class, content, key): (Class, Content, String),
    subject: &CardSubject,
    customer_id: &str,
) -> db::Result<()> {
    let channel = act.desk.settings.telegram.clone();
    let mut row = NewRow::new(&channel, chat, class, content);
    row.supersede_key = Some(key);
    row.customer_id = Some(customer_id.to_owned());
    if let CardSubject::Ticket(id) = subject {
        row.ticket_id = Some(id.clone());
    }
    outbox::enqueue(act, row).await.map(drop)
}

/// An unsent card, or an unsent redrawing of it, is replaced by a newer one.
fn key(what: &str, chat: &str, subject: &CardSubject) -> String {
    let (CardSubject::Ticket(id) | CardSubject::Conversation(id)) = subject;
    format!("{what}:{chat}:{id}")
}
