//! The customers' SQL.

use super::{Customer, Identity, finding};
use crate::{
    clock::Millis,
    db::{self, Tx, Type, run, statements},
    i18n::Locale,
};

statements! {
    BY_ID = "select id, name, locale, window_opened_at, created_at from customers where id = $1 and deleted_at is null";
    BY_KEY = "select c.id, c.name, c.locale, c.window_opened_at, c.created_at
        from contact_identities i join customers c on c.id = i.customer_id
        where i.kind = $1 and i.value = $2 and c.deleted_at is null";
    IDENTITIES = "select kind, value from contact_identities where customer_id = $1 order by created_at desc, value";
    INSERT = "insert into customers (id, name, created_at, terms) values ($1, $2, $3, $4)";
    UNMAKE = "delete from customers where id = $1";
    CLAIM_IDENTITY = "insert into contact_identities (kind, value, customer_id, created_at) values ($1, $2, $3, $4)
        on conflict (kind, value) do nothing";
    MOVE_IDENTITY = "update contact_identities set customer_id = $3, created_at = $4 where kind = $1 and value = $2";
    DROP_OTHERS = "delete from contact_identities where customer_id = $1 and kind = $2 and value <> $3";
    DROP_ALL = "delete from contact_identities where customer_id = $1 and kind = $2";
    RENAME = "update customers set name = $2 where id = $1";
    SET_LOCALE = "update customers set locale = $2 where id = $1";
    OPENED_WINDOW = "update customers set window_opened_at = $2
        where id = $1 and (window_opened_at is null or window_opened_at < $2)";
    CLOSE_WINDOW = "update customers set window_opened_at = null where id = $1";
    LOCK = "update customers set created_at = created_at where id = $1";
    INHERIT = "update customers set locale = $2, window_opened_at = $3 where id = $1";
    RETIRE = "update customers set deleted_at = $2, name = '–', full_name = null, email = null, address = null, city = null, province = null,
            terms = null
        where id = $1";
    MERGE_IDENTITIES = "update contact_identities set customer_id = $2 where customer_id = $1";
    MERGE_CONVERSATIONS = "update conversations set customer_id = $2 where customer_id = $1";
    MERGE_TICKETS = "update tickets set customer_id = $2 where customer_id = $1";
    MERGE_INVOICES = "update invoices set customer_id = $2 where customer_id = $1";
    MERGE_PORTAL = "update portal_sessions set customer_id = $2 where customer_id = $1";
    MERGE_MESSAGES = "update messages set customer_id = $2 where customer_id = $1";
    MERGE_FOCUS = "update staff set focus_customer_id = $2 where focus_customer_id = $1";
    MERGE_OUTBOX = "update outbox set customer_id = $2, recipient = case when recipient = $1 then $2 else recipient end
        where customer_id = $1";
    MERGE_WAITING = "update outbox set recipient = $2 where recipient = $1 and state in ('queued', 'parked')";
    MERGE_OLD_SESSION = "delete from sessions where person in ($1, $2)
        and updated_at < (select max(s.updated_at) from sessions s where s.person in ($1, $2))";
    MERGE_EQUAL_SESSION = "delete from sessions where person = $1 and exists (select 1 from sessions s where s.person = $2)";
    MERGE_SESSION = "update sessions set person = $2 where person = $1";
}

/// The two ways a platform names a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Key {
    /// The number.
    WaId,
    /// The business-scoped user id.
    UserId,
}

pub(super) async fn by_id(tx: &mut Tx, id: &str) -> db::Result<Option<Customer>> {
    run!(tx, |c| sqlx::query_as(BY_ID)
        .bind(id)
        .fetch_optional(c)
        .await)
}

pub(super) async fn by_key(
    tx: &mut Tx,
    key: Key,
    value: Option<&str>,
) -> db::Result<Option<Customer>> {
    let Some(value) = value else { return Ok(None) };
    run!(tx, |c| sqlx::query_as(BY_KEY)
        .bind(key)
        .bind(value)
        .fetch_optional(c)
        .await)
}

pub(super) async fn identity(tx: &mut Tx, customer_id: &str) -> db::Result<Identity> {
    let newest_first: Vec<(Key, String)> = run!(tx, |c| sqlx::query_as(IDENTITIES)
        .bind(customer_id)
        .fetch_all(c)
        .await)?;
    let pick = |wanted: Key| {
        newest_first
            .iter()
            .find(|(key, _)| *key == wanted)
            .map(|(_, value)| value.clone())
    };
    Ok(Identity {
        wa_id: pick(Key::WaId),
        user_id: pick(Key::UserId),
    })
}

pub(super) async fn insert(tx: &mut Tx, id: &str, name: &str, now: Millis) -> db::Result<()> {
    run!(tx, |c| sqlx::query(INSERT)
        .bind(id)
        .bind(name)
        .bind(now)
        .bind(finding::terms(name, None, None))
        .execute(c)
        .await
        .map(drop))
}

/// Takes back a customer that nobody has seen yet.
pub(super) async fn unmake(tx: &mut Tx, id: &str) -> db::Result<()> {
    run!(tx, |c| sqlx::query(UNMAKE)
        .bind(id)
        .execute(c)
        .await
        .map(drop))
}

/// False: the key is somebody's already.
pub(super) async fn claim_identity(
    tx: &mut Tx,
    key: Key,
    value: &str,
    customer_id: &str,
    now: Millis,
) -> db::Result<bool> {
    let claimed = run!(tx, |c| sqlx::query(CLAIM_IDENTITY)
        .bind(key)
        .bind(value)
        .bind(customer_id)
        .bind(now)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(claimed == 1)
}

pub(super) async fn move_identity(
    tx: &mut Tx,
    key: Key,
    value: &str,
    customer_id: &str,
    now: Millis,
) -> db::Result<()> {
    run!(tx, |c| sqlx::query(MOVE_IDENTITY)
        .bind(key)
        .bind(value)
        .bind(customer_id)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

/// Forgets every other value of this kind: a customer has one number and one user id.
pub(super) async fn drop_others(
    tx: &mut Tx,
    customer_id: &str,
    key: Key,
    value: &str,
) -> db::Result<()> {
    run!(tx, |c| sqlx::query(DROP_OTHERS)
        .bind(customer_id)
        .bind(key)
        .bind(value)
        .execute(c)
        .await
        .map(drop))
}

/// Forgets every value of this kind.
pub(super) async fn drop_all(tx: &mut Tx, customer_id: &str, key: Key) -> db::Result<()> {
    run!(tx, |c| sqlx::query(DROP_ALL)
        .bind(customer_id)
        .bind(key)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn rename(tx: &mut Tx, id: &str, name: &str) -> db::Result<()> {
    run!(&mut *tx, |c| sqlx::query(RENAME)
        .bind(id)
        .bind(name)
        .execute(c)
        .await
        .map(drop))?;
    finding::renew(tx, id).await
}

pub(super) async fn set_locale(tx: &mut Tx, id: &str, locale: Locale) -> db::Result<()> {
    run!(tx, |c| sqlx::query(SET_LOCALE)
        .bind(id)
        .bind(locale)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn opened_window(tx: &mut Tx, id: &str, at: Millis) -> db::Result<()> {
    run!(tx, |c| sqlx::query(OPENED_WINDOW)
        .bind(id)
        .bind(at)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn close_window(tx: &mut Tx, id: &str) -> db::Result<()> {
    run!(tx, |c| sqlx::query(CLOSE_WINDOW)
        .bind(id)
        .execute(c)
        .await
        .map(drop))
}

/// Holds the customer's row until the transaction ends (on SQLite the writer's turn does that already).
pub(super) async fn lock(tx: &mut Tx, id: &str) -> db::Result<()> {
    run!(tx, |c| sqlx::query(LOCK)
        .bind(id)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn inherit(
    tx: &mut Tx,
    id: &str,
    locale: Option<Locale>,
    window: Option<Millis>,
) -> db::Result<()> {
    run!(tx, |c| sqlx::query(INHERIT)
        .bind(id)
        .bind(locale)
        .bind(window)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn retire(tx: &mut Tx, id: &str, now: Millis) -> db::Result<()> {
    run!(tx, |c| sqlx::query(RETIRE)
        .bind(id)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

/// Everything that refers to one customer refers to another from now on; of two dialogue states the later one stays.
pub(super) async fn move_everything(tx: &mut Tx, from: &str, to: &str) -> db::Result<()> {
    let (from_person, to_person) = (format!("customer:{from}"), format!("customer:{to}"));
    for sql in [MERGE_OLD_SESSION, MERGE_EQUAL_SESSION, MERGE_SESSION] {
        run!(&mut *tx, |c| sqlx::query(sql)
            .bind(&from_person)
            .bind(&to_person)
            .execute(c)
            .await
            .map(drop))?;
    }
    let references = [
        MERGE_IDENTITIES,
        MERGE_CONVERSATIONS,
        MERGE_TICKETS,
        MERGE_INVOICES,
        MERGE_PORTAL,
        MERGE_MESSAGES,
        MERGE_FOCUS,
        MERGE_WAITING,
        MERGE_OUTBOX,
    ];
    for sql in references {
        run!(&mut *tx, |c| sqlx::query(sql)
            .bind(from)
            .bind(to)
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(())
}
