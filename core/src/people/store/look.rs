//! SQL of everything that is known about a person: what they are recognised by, and what they are told.

use serde::{Serialize, Serializer};

use crate::{
    clock::Millis,
    db::{self, FromRow, Tx, run, statements},
};

statements! {
    IDENTITIES = "select kind, value, created_at from contact_identities where customer_id = $1 order by created_at, value";
    MARKS = "select name, full_name, email, address, account_number from customers where id = $1";
    MESSAGE_IDS = "select external_id from messages where customer_id = $1 and channel like 'wa:%'
        union select p.external_id from outbox_posts p join outbox o on o.id = p.outbox_id where o.customer_id = $1 and p.channel like 'wa:%'";
    CUSTOMER = "select id, name, locale, window_opened_at, created_at, account_number, full_name, package, bandwidth, monthly_price, currency,
            account_status, email, address, city, province, notify_tickets, notify_invoices, notify_offers, portal_enabled
        from customers where id = $1";
    CONVERSATIONS = "select id, channel, state, opened_at, closed_at from conversations where customer_id = $1 order by opened_at, id";
    MESSAGES = "select id, conversation_id, ticket_id, author, kind, body, details, media_id, written_at, created_at, edited_at, revoked_at
        from messages where customer_id = $1 order by created_at, id";
    TICKETS = "select id, number, type_id, priority, status, title, description, opened_at, due_at, assigned_at, resolved_at, closed_at
        from tickets where customer_id = $1 order by opened_at, id";
    // Colleagues are not the customer's to be told of.
    HISTORY = "select e.ticket_id, e.at, e.kind, e.actor as by_whom,
            case e.kind when 'assigned' then null else e.from_value end as from_value,
            case e.kind when 'assigned' then null else e.to_value end as to_value, e.note
        from ticket_events e join tickets t on t.id = e.ticket_id where t.customer_id = $1 order by e.seq";
    INVOICES = "select number, amount, currency, status, issued_at, due_at, paid_at from invoices where customer_id = $1 order by issued_at, id";
    SESSIONS = "select address, agent, created_at, seen_at, expires_at, revoked_at from portal_sessions where customer_id = $1 order by created_at";
    AUDIT = "select at, action, actor from audit where subject = $1 order by at, id";
    FILES = "select id, kind, filename, mime, size, sha256 from media
        where state = 'stored' and id in (select media_id from messages where customer_id = $1 and media_id is not null) order by created_at, id";
}

/// Rows of a person's, by a statement that takes the customer's id.
macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident($sql:ident) -> $row:ty;)*) => {
        $($(#[$doc])* pub(in crate::people) async fn $name(tx: &mut Tx, id: &str) -> db::Result<Vec<$row>> {
            run!(tx, |c| sqlx::query_as($sql).bind(id).fetch_all(c).await)
        })*
    };
}

rows! {
    /// How the platforms name them.
    identities(IDENTITIES) -> Identity;
    /// Their row.
    customer(CUSTOMER) -> Customer;
    /// Their conversations.
    conversations(CONVERSATIONS) -> Conversation;
    /// What they wrote, and what was written to them.
    messages(MESSAGES) -> Message;
    /// Their tickets.
    tickets(TICKETS) -> Ticket;
    /// What happened to them, with notes.
    history(HISTORY) -> Happened;
    /// What they have to pay.
    invoices(INVOICES) -> Invoice;
    /// Where they were logged in.
    sessions(SESSIONS) -> Session;
    /// What was done about them.
    audit(AUDIT) -> Audited;
    /// Their files.
    files(FILES) -> File;
    /// What they are called.
    marks(MARKS) -> Marked;
}

/// What WhatsApp calls the person's messages, and ours to them.
pub(in crate::people) async fn message_ids(tx: &mut Tx, id: &str) -> db::Result<Vec<String>> {
    run!(tx, |c| sqlx::query_scalar(MESSAGE_IDS)
        .bind(id)
        .fetch_all(c)
        .await)
}

/// What a person is called in their own row.
#[derive(FromRow)]
pub(in crate::people) struct Marked {
    pub(in crate::people) name: String,
    pub(in crate::people) full_name: Option<String>,
    pub(in crate::people) email: Option<String>,
    pub(in crate::people) address: Option<String>,
    pub(in crate::people) account_number: Option<String>,
}

#[derive(FromRow, Serialize)]
pub(in crate::people) struct Identity {
    pub(in crate::people) kind: String,
    pub(in crate::people) value: String,
    #[serde(serialize_with = "at")]
    created_at: Millis,
}

#[derive(FromRow, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "they are columns")]
pub(in crate::people) struct Customer {
    id: String,
    name: String,
    locale: Option<String>,
    #[serde(serialize_with = "perhaps_at")]
    window_opened_at: Option<Millis>,
    #[serde(serialize_with = "at")]
    created_at: Millis,
    account_number: Option<String>,
    full_name: Option<String>,
    package: Option<String>,
    bandwidth: Option<String>,
    monthly_price: Option<i64>,
    currency: Option<String>,
    account_status: Option<String>,
    email: Option<String>,
    address: Option<String>,
    city: Option<String>,
    province: Option<String>,
    notify_tickets: bool,
    notify_invoices: bool,
    notify_offers: bool,
    portal_enabled: bool,
}

#[derive(FromRow, Serialize)]
pub(in crate::people) struct Conversation {
    id: String,
    channel: String,
    state: String,
    #[serde(serialize_with = "at")]
    opened_at: Millis,
    #[serde(serialize_with = "perhaps_at")]
    closed_at: Option<Millis>,
}

#[derive(FromRow, Serialize)]
pub(in crate::people) struct Message {
    id: String,
    conversation_id: String,
    ticket_id: Option<String>,
    author: String,
    kind: String,
    body: String,
    #[serde(serialize_with = "json")]
    details: Option<String>,
    media_id: Option<String>,
    #[serde(serialize_with = "at")]
    written_at: Millis,
    #[serde(serialize_with = "at")]
    created_at: Millis,
    #[serde(serialize_with = "perhaps_at")]
    edited_at: Option<Millis>,
    #[serde(serialize_with = "perhaps_at")]
    revoked_at: Option<Millis>,
}

#[derive(FromRow, Serialize)]
pub(in crate::people) struct Ticket {
    pub(in crate::people) id: String,
    number: String,
    #[serde(rename = "type")]
    type_id: String,
    priority: String,
    status: String,
    title: String,
    description: String,
    #[serde(serialize_with = "at")]
    opened_at: Millis,
    #[serde(serialize_with = "at")]
    due_at: Millis,
    #[serde(serialize_with = "perhaps_at")]
    assigned_at: Option<Millis>,
    #[serde(serialize_with = "perhaps_at")]
    resolved_at: Option<Millis>,
    #[serde(serialize_with = "perhaps_at")]
    closed_at: Option<Millis>,
    #[sqlx(skip)]
    pub(in crate::people) history: Vec<Happened>,
}

#[derive(FromRow, Serialize)]
pub(in crate::people) struct Happened {
    #[serde(skip)]
    pub(in crate::people) ticket_id: String,
    #[serde(serialize_with = "at")]
    at: Millis,
    kind: String,
    #[serde(rename = "by")]
    by_whom: String,
    #[serde(rename = "from")]
    from_value: Option<String>,
    #[serde(rename = "to")]
    to_value: Option<String>,
    note: Option<String>,
}

#[derive(FromRow, Serialize)]
pub(in crate::people) struct Invoice {
    number: String,
    amount: i64,
    currency: String,
    status: String,
    #[serde(serialize_with = "at")]
    issued_at: Millis,
    #[serde(serialize_with = "at")]
    due_at: Millis,
    #[serde(serialize_with = "perhaps_at")]
    paid_at: Option<Millis>,
}

#[derive(FromRow, Serialize)]
pub(in crate::people) struct Session {
    address: String,
    agent: String,
    #[serde(serialize_with = "at")]
    created_at: Millis,
    #[serde(serialize_with = "at")]
    seen_at: Millis,
    #[serde(serialize_with = "at")]
    expires_at: Millis,
    #[serde(serialize_with = "perhaps_at")]
    revoked_at: Option<Millis>,
}

#[derive(FromRow, Serialize)]
pub(in crate::people) struct Audited {
    #[serde(serialize_with = "at")]
    at: Millis,
    action: String,
    actor: String,
}

#[derive(Clone, Debug, FromRow, Serialize)]
pub(in crate::people) struct File {
    pub(in crate::people) id: String,
    kind: String,
    filename: Option<String>,
    pub(in crate::people) mime: Option<String>,
    pub(in crate::people) size: Option<i64>,
    sha256: Option<String>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands a field over by reference"
)]
fn at<S: Serializer>(at: &Millis, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&at.rfc3339())
}

#[expect(clippy::ref_option, reason = "serde hands a field over by reference")]
fn perhaps_at<S: Serializer>(at: &Option<Millis>, to: S) -> Result<S::Ok, S::Error> {
    at.map(Millis::rfc3339).serialize(to)
}

/// What is JSON already is not told as a text.
#[expect(clippy::ref_option, reason = "serde hands a field over by reference")]
fn json<S: Serializer>(text: &Option<String>, to: S) -> Result<S::Ok, S::Error> {
    let value: Option<serde_json::Value> = text
        .as_deref()
        .and_then(|text| serde_json::from_str(text).ok());
    value.serialize(to)
}
