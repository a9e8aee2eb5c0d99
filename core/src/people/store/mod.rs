//! SQL of requests about a person's data, and of finding the person.

pub(crate) mod erase;
pub(crate) mod look;

use super::{Extent, Kind, Person};
use crate::{
    clock::Millis,
    db::{self, FromRow, Tx, run, statements},
    tickets::Actor,
};

statements! {
    PERSON = "select id, name, created_at, erased_at from customers where id = $1";
    BY_NAME_OF_OURS = "select id, name, created_at, erased_at from customers where id = $1 or account_number = $1
        order by case id when $1 then 0 else 1 end limit 1";
    EXTENT = "select
            (select count(*) from messages where customer_id = $1) as messages,
            (select count(distinct media_id) from messages where customer_id = $1 and media_id is not null) as files,
            (select count(*) from portal_sessions where customer_id = $1) as sessions,
            (select count(*) from tickets where customer_id = $1) as tickets,
            (select count(*) from tickets where customer_id = $1 and status not in ('resolved', 'closed', 'cancelled')) as open_tickets,
            (select count(*) from invoices where customer_id = $1) as invoices";
    ASK = "insert into person_requests (id, kind, customer_id, actor, actor_id, state, asked_at) values ($1, $2, $3, $4, $5, 'asked', $6)";
    OPEN_ERASURE = "select id from person_requests where customer_id = $1 and kind = 'erasure' and state <> 'done' order by asked_at limit 1";
    OPEN = "select id, kind, customer_id, actor, actor_id, state, files from person_requests where state <> 'done' order by asked_at, id limit 20";
    REQUEST = "select id, kind, customer_id, actor, actor_id, state, files from person_requests where id = $1";
    WAITING = "select count(*) from person_requests where state <> 'done'";
    EMPTIED = "update person_requests set state = 'files', files = $2 where id = $1 and state = 'asked'";
    DONE = "update person_requests set state = 'done', files = null, done_at = $2 where id = $1 and state <> 'done'";
    ERASED_SINCE = "select distinct customer_id from person_requests where kind = 'erasure' and state = 'done' and done_at > $1";
}

/// What was asked for.
#[derive(Clone, Debug, FromRow)]
pub(super) struct Request {
    pub(super) id: String,
    pub(super) kind: Kind,
    pub(super) customer_id: String,
    actor: String,
    actor_id: Option<String>,
    pub(super) state: String,
    files: Option<String>,
}

impl Request {
    /// Who asked.
    pub(super) fn by(&self) -> Actor {
        match (self.actor.as_str(), &self.actor_id) {
            ("staff", Some(id)) => Actor::Staff(id.clone()),
            ("customer", Some(id)) => Actor::Customer(id.clone()),
            _ => Actor::System,
        }
    }

    /// The names of the files that are still to be removed.
    pub(super) fn files(&self) -> Vec<String> {
        let files = self.files.as_deref();
        files
            .and_then(|files| serde_json::from_str(files).ok())
            .unwrap_or_default()
    }
}

pub(super) async fn person(tx: &mut Tx, id: &str) -> db::Result<Option<Person>> {
    run!(tx, |c| sqlx::query_as(PERSON)
        .bind(id)
        .fetch_optional(c)
        .await)
}

/// By our id, or by what the business calls them.
pub(super) async fn by_name_of_ours(tx: &mut Tx, name: &str) -> db::Result<Option<Person>> {
    run!(tx, |c| sqlx::query_as(BY_NAME_OF_OURS)
        .bind(name)
        .fetch_optional(c)
        .await)
}

pub(super) async fn extent(tx: &mut Tx, id: &str) -> db::Result<Extent> {
    run!(tx, |c| sqlx::query_as(EXTENT).bind(id).fetch_one(c).await)
}

pub(super) async fn ask(
    tx: &mut Tx,
    id: &str,
    kind: Kind,
    customer_id: &str,
    by: &Actor,
    now: Millis,
) -> db::Result<()> {
    run!(tx, |c| sqlx::query(ASK)
        .bind(id)
        .bind(kind)
        .bind(customer_id)
        .bind(by.kind())
        .bind(by.id())
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn open_erasure(tx: &mut Tx, customer_id: &str) -> db::Result<Option<String>> {
    run!(tx, |c| sqlx::query_scalar(OPEN_ERASURE)
        .bind(customer_id)
        .fetch_optional(c)
        .await)
}

/// What is still to be done, the oldest first.
pub(super) async fn open(tx: &mut Tx) -> db::Result<Vec<Request>> {
    run!(tx, |c| sqlx::query_as(OPEN).fetch_all(c).await)
}

pub(super) async fn request(tx: &mut Tx, id: &str) -> db::Result<Option<Request>> {
    run!(tx, |c| sqlx::query_as(REQUEST)
        .bind(id)
        .fetch_optional(c)
        .await)
}

pub(super) async fn waiting(tx: &mut Tx) -> db::Result<i64> {
    run!(tx, |c| sqlx::query_scalar(WAITING).fetch_one(c).await)
}

/// Everything in the database is erased; these files are not yet. False: somebody else is doing it.
pub(super) async fn emptied(tx: &mut Tx, id: &str, files: &[String]) -> db::Result<bool> {
    let files = serde_json::to_string(files).map_err(|e| db::Error::Encode(e.into()))?;
    run!(tx, |c| sqlx::query(EMPTIED)
        .bind(id)
        .bind(files)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))
}

/// Nothing more is to be done. False: somebody else did it.
pub(super) async fn done(tx: &mut Tx, id: &str, now: Millis) -> db::Result<bool> {
    run!(tx, |c| sqlx::query(DONE)
        .bind(id)
        .bind(now)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))
}

/// Whose data were erased since then.
pub(super) async fn erased_since(tx: &mut Tx, since: Millis) -> db::Result<Vec<String>> {
    run!(tx, |c| sqlx::query_scalar(ERASED_SINCE)
        .bind(since)
        .fetch_all(c)
        .await)
}
