//! One statement about many outbox rows: SQLite takes their ids as a JSON array, PostgreSQL as an array of its own.

use super::{Channel, Millis, Result, Tx, json, statements};
use crate::outbox::{
    State,
    store::{Claimed, Waiting},
};

statements! {
    CLAIM_SQLITE = "update outbox set state = 'claimed', owner = $2, epoch = $3, claimed_at = $4
        where id in (select value from json_each($1)) and state = 'queued' and not exists
            (select 1 from leases where name = 'sender:' || outbox.channel and not (leases.owner = $2 and leases.epoch = $3))
        returning seq, id, channel, recipient, content, customer_id, ticket_id, message_id, attempts, flagged, begun, created_at";
    CLAIM_POSTGRES = "update outbox set state = 'claimed', owner = $2, epoch = $3, claimed_at = $4
        where id = any($1) and state = 'queued' and not exists
            (select 1 from leases where name = 'sender:' || outbox.channel and not (leases.owner = $2 and leases.epoch = $3))
        returning seq, id, channel, recipient, content, customer_id, ticket_id, message_id, attempts, flagged, begun, created_at";
    READY_BESIDES_SQLITE = "select seq, id, recipient, class, kind, case when due_at <= created_at then 0 else due_at end as due_at, error_code is not null as refused from outbox
        where channel = $2 and state = 'queued' and recipient not in (select value from json_each($1)) order by class, seq limit $3";
    READY_BESIDES_POSTGRES = "select seq, id, recipient, class, kind, case when due_at <= created_at then 0 else due_at end as due_at, error_code is not null as refused from outbox
        where channel = $2 and state = 'queued' and recipient <> all($1) order by class, seq limit $3";
    SENT_SQLITE = "update outbox set state = case when state in ('claimed', 'uncertain') then 'sent' else state end, sent_at = coalesce(sent_at, $4),
            error_code = null, error = null
        where id in (select value from json_each($1)) and owner = $2 and epoch = $3
            and state in ('claimed', 'uncertain', 'sent', 'delivered', 'read') returning id";
    SENT_POSTGRES = "update outbox set state = case when state in ('claimed', 'uncertain') then 'sent' else state end, sent_at = coalesce(sent_at, $4),
            error_code = null, error = null
        where id = any($1) and owner = $2 and epoch = $3
            and state in ('claimed', 'uncertain', 'sent', 'delivered', 'read') returning id";
    POST_SQLITE = "insert into outbox_posts (channel, chat, external_id, outbox_id, posted_at)
        select $2, value->>0, value->>1, value->>2, $3 from json_each($1) where true on conflict (channel, chat, external_id) do nothing";
    POST_POSTGRES = "insert into outbox_posts (channel, chat, external_id, outbox_id, posted_at)
        select $4, p.chat, p.external_id, p.outbox_id, $5 from unnest($1::text[], $2::text[], $3::text[]) as p (chat, external_id, outbox_id)
        on conflict (channel, chat, external_id) do nothing";
    OURS_SQLITE = "select id from outbox where channel = $2 and id in (select value from json_each($1))";
    OURS_POSTGRES = "select id from outbox where channel = $2 and id = any($1)";
    STORED_SQLITE = "select seq, received_at from inbox where seq in (select value from json_each($1))";
    STORED_POSTGRES = "select seq, received_at from inbox where seq = any($1)";
    STATES_SQLITE = "select outbox.id, outbox.state, messages.id as message_id, messages.author from outbox
            left join messages on messages.id = outbox.message_id and outbox.kind = 'relay'
        where outbox.id in (select value from json_each($1)) order by outbox.seq";
    STATES_POSTGRES = "select outbox.id, outbox.state, messages.id as message_id, messages.author from outbox
            left join messages on messages.id = outbox.message_id and outbox.kind = 'relay'
        where outbox.id = any($1) order by outbox.seq";
    REVIVE_SQLITE = "update inbox set state = 'pending' where channel = $2 and lane in (select value from json_each($1)) and state = 'orphan'";
    REVIVE_POSTGRES = "update inbox set state = 'pending' where channel = $2 and lane = any($1) and state = 'orphan'";
}

/// What a platform called a message of ours.
pub struct Named<'a> {
    /// The outbox row.
    pub outbox_id: &'a str,
    /// The chat; empty where the platform's ids are unique by themselves.
    pub chat: &'a str,
    /// The platform's id.
    pub external_id: &'a str,
}

/// Runs one of two texts with the ids as the database takes them, and whatever else is bound.
macro_rules! about {
    ($tx:expr, $ids:expr, $sqlite:expr, $postgres:expr, |$q:ident, $c:ident| $body:expr) => {
        match $tx {
            Tx::Sqlite(tx) => {
                let $q = sqlx::query_as($sqlite).bind(json($ids)?);
                let $c = &mut **tx;
                $body
            }
            Tx::Postgres(tx) => {
                let $q = sqlx::query_as($postgres).bind($ids);
                let $c = &mut **tx;
                $body
            }
        }
    };
}

/// Rows that wait, of others than these recipients.
pub async fn ready_besides(
    tx: &mut Tx,
    recipients: &[&str],
    channel: &Channel,
    limit: i64,
) -> Result<Vec<Waiting>> {
    about!(
        tx,
        recipients,
        READY_BESIDES_SQLITE,
        READY_BESIDES_POSTGRES,
        |q, c| q.bind(channel).bind(limit).fetch_all(c).await
    )
}

/// Takes rows for sending. Which ones are not wanted any more is missing; the order is the database's.
pub async fn claim(
    tx: &mut Tx,
    ids: &[&str],
    owner: &str,
    epoch: i64,
    now: Millis,
) -> Result<Vec<Claimed>> {
    about!(tx, ids, CLAIM_SQLITE, CLAIM_POSTGRES, |q, c| q
        .bind(owner)
        .bind(epoch)
        .bind(now)
        .fetch_all(c)
        .await)
}

/// The platform took these. The ones that this sender had: it was not replaced, and they were not given up.
pub async fn sent(
    tx: &mut Tx,
    ids: &[&str],
    owner: &str,
    epoch: i64,
    now: Millis,
) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = about!(tx, ids, SENT_SQLITE, SENT_POSTGRES, |q, c| q
        .bind(owner)
        .bind(epoch)
        .bind(now)
        .fetch_all(c)
        .await)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Which of these are rows of a channel.
pub async fn ours(tx: &mut Tx, channel: &Channel, ids: &[&str]) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = about!(tx, ids, OURS_SQLITE, OURS_POSTGRES, |q, c| q
        .bind(channel)
        .fetch_all(c)
        .await)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// When these events were stored.
pub async fn stored_at(tx: &mut Tx, seqs: &[i64]) -> Result<Vec<(i64, Millis)>> {
    about!(tx, seqs, STORED_SQLITE, STORED_POSTGRES, |q, c| q
        .fetch_all(c)
        .await)
}

/// Where a row stands, and whose message it carries when it hands one over.
#[derive(crate::db::FromRow)]
pub struct Stands {
    /// The row.
    pub id: String,
    /// Where it stands.
    pub state: State,
    /// The message that it hands over.
    pub message_id: Option<String>,
    /// Who wrote that.
    pub author: Option<crate::messages::Author>,
}

/// Where these rows stand, in their order.
pub async fn states(tx: &mut Tx, ids: &[&str]) -> Result<Vec<Stands>> {
    about!(tx, ids, STATES_SQLITE, STATES_POSTGRES, |q, c| q
        .fetch_all(c)
        .await)
}

/// Remembers what a platform called messages of ours.
pub async fn name(tx: &mut Tx, channel: &Channel, posts: &[Named<'_>], now: Millis) -> Result<()> {
    if posts.is_empty() {
        return Ok(());
    }
    match tx {
        Tx::Sqlite(tx) => {
            let row =
                |post: &Named<'_>| [post.chat, post.external_id, post.outbox_id].map(str::to_owned);
            let rows: Vec<_> = posts.iter().map(row).collect();
            let insert = sqlx::query(POST_SQLITE).bind(json(&rows)?);
            let insert = insert.bind(channel).bind(now);
            insert.execute(&mut **tx).await.map(drop)
        }
        Tx::Postgres(tx) => {
            let insert = sqlx::query(POST_POSTGRES)
                .bind(posts.iter().map(|post| post.chat).collect::<Vec<_>>())
                .bind(
                    posts
                        .iter()
                        .map(|post| post.external_id)
                        .collect::<Vec<_>>(),
                )
                .bind(posts.iter().map(|post| post.outbox_id).collect::<Vec<_>>());
            let insert = insert.bind(channel).bind(now);
            insert.execute(&mut **tx).await.map(drop)
        }
    }
}

/// Statuses that came before their messages were known are looked at again. True when there were any.
pub async fn revive_orphans(tx: &mut Tx, channel: &Channel, lanes: &[&str]) -> Result<bool> {
    let revived = match tx {
        Tx::Sqlite(tx) => {
            let revive = sqlx::query(REVIVE_SQLITE).bind(json(lanes)?).bind(channel);
            revive.execute(&mut **tx).await?.rows_affected()
        }
        Tx::Postgres(tx) => {
            let revive = sqlx::query(REVIVE_POSTGRES).bind(lanes).bind(channel);
            revive.execute(&mut **tx).await?.rows_affected()
        }
    };
    Ok(revived > 0)
}
