//! Customers, agents and tickets for tests, and a short way to act on a desk.

use crate::{
    clock::Millis,
    contacts::{self, Customer, Identity},
    conversations::{self, Conversation},
    db,
    desk::Desk,
    messages,
    staff::{self, Availability, Role, Staff},
    tickets::{self, NewTicket, Priority, Ticket},
};

/// One committed piece of work: `acting!(desk, |act| …)`.
macro_rules! acting {
    ($desk:expr, |$act:ident| $body:expr) => {{
        let desk: &$crate::desk::Desk = &$desk;
        let mut tx = desk.db.write().await.expect("a transaction");
        let value = {
            let $act = &mut desk.act(&mut tx);
            $body
        };
        tx.commit().await.expect("a commit");
        value
    }};
}

/// One look at the database: `reading!(desk, |tx| …)`.
macro_rules! reading {
    ($desk:expr, |$tx:ident| $body:expr) => {{
        let desk: &$crate::desk::Desk = &$desk;
        let mut transaction = desk.db.read().await.expect("a transaction");
        let value = {
            let $tx = &mut transaction;
            $body
        };
        transaction.rollback().await.expect("an end");
        value
    }};
}

pub(crate) use {acting, reading};

/// Somebody's number.
pub fn number(wa_id: &str) -> Identity {
    Identity {
        wa_id: Some(wa_id.into()),
        user_id: None,
    }
}

/// A customer with this number, who wrote just now.
pub async fn customer(desk: &Desk, wa_id: &str, name: &str) -> Customer {
    acting!(desk, |act| {
        let mut met = contacts::meet(act, &number(wa_id), Some(name))
            .await
            .unwrap();
        contacts::opened_window(act, &mut met.customer, act.now)
            .await
            .unwrap();
        contacts::by_id(act.tx, &met.customer.id)
            .await
            .unwrap()
            .unwrap()
    })
}

/// The customer's open conversation.
pub async fn conversation(desk: &Desk, customer: &Customer) -> Conversation {
    acting!(desk, |act| {
        let channel = act.desk.settings.whatsapp.clone();
        conversations::current(act, &customer.id, &channel)
            .await
            .unwrap()
    })
}

/// An agent, linked to the Telegram account and chat `telegram`, and there.
pub async fn agent(desk: &Desk, name: &str, telegram: &str) -> Staff {
    staff_member(desk, name, telegram, Role::Agent, None).await
}

/// Somebody of the staff, linked and there.
pub async fn staff_member(
    desk: &Desk,
    name: &str,
    telegram: &str,
    role: Role,
    team: Option<&str>,
) -> Staff {
    acting!(desk, |act| {
        if let Some(team) = team {
            staff::ensure_team(act, team).await.unwrap();
        }
        let invite = staff::invite(act, name, role, team).await.unwrap();
        let new = staff::redeem(act, &invite.token, telegram, telegram, None)
            .await
            .unwrap();
        staff::set_availability(act, &new, Availability::Online)
            .await
            .unwrap();
        staff::by_id(act.tx, &new.id).await.unwrap().unwrap()
    })
}

/// A ticket of the customer's, opened in their conversation.
pub async fn ticket(desk: &Desk, customer: &Customer) -> Ticket {
    let conversation = conversation(desk, customer).await;
    acting!(desk, |act| tickets::open(
        act,
        new_ticket(customer, &conversation)
    )
    .await
    .unwrap())
}

/// A repair.
pub fn new_ticket(customer: &Customer, conversation: &Conversation) -> NewTicket {
    NewTicket {
        customer_id: customer.id.clone(),
        conversation_id: Some(conversation.id.clone()),
        type_id: "repair".into(),
        priority: Priority::High,
        title: "internet mati".into(),
        description: "internet mati dari pagi".into(),
        message_ids: Vec::new(),
    }
}

/// Words in a conversation, not stored yet.
pub fn words(
    talk: &Conversation,
    author: messages::Author,
    external_id: &str,
    body: &str,
    at: Millis,
) -> messages::NewMessage {
    messages::NewMessage {
        conversation_id: talk.id.clone(),
        customer_id: talk.customer_id.clone(),
        ticket_id: None,
        author,
        staff_id: None,
        kind: messages::Kind::Text,
        body: body.into(),
        details: None,
        media_id: None,
        channel: talk.channel.clone(),
        chat: String::new(),
        external_id: external_id.into(),
        quotes: None,
        written_at: at,
    }
}

/// What lies in the outbox, in order: recipient, kind, state.
pub async fn outbox(desk: &Desk) -> Vec<(String, String, String)> {
    let sql = "select recipient, kind, state from outbox order by seq";
    reading!(desk, |tx| db::run!(tx, |c| sqlx::query_as(sql)
        .fetch_all(c)
        .await)
    .unwrap())
}

/// The contents of what lies in the outbox for somebody, in order, as JSON.
pub async fn contents(desk: &Desk, recipient: &str) -> Vec<String> {
    let sql = "select content from outbox where recipient = $1 order by seq";
    reading!(desk, |tx| db::run!(tx, |c| sqlx::query_scalar(sql)
        .bind(recipient)
        .fetch_all(c)
        .await)
    .unwrap())
}
