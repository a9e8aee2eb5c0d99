//! SQL of looking after types.

use super::{Draft, Entry};
use crate::{
    db::{self, FromRow, Tx, run, statements},
    tickets::store::TypeRow,
};

statements! {
    EVERY = "select id, names, keywords, team_id, low_minutes, normal_minutes, high_minutes, urgent_minutes, position, active,
            exists (select 1 from tickets where tickets.type_id = ticket_types.id) as used
        from ticket_types order by position, id";
    INSERT = "insert into ticket_types (id, names, keywords, team_id, low_minutes, normal_minutes, high_minutes, urgent_minutes, position, active)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, true)";
    UPDATE = "update ticket_types set names = $2, keywords = $3, team_id = $4, low_minutes = $5, normal_minutes = $6, high_minutes = $7,
            urgent_minutes = $8, position = $9
        where id = $1";
    SWITCH = "update ticket_types set active = $2 where id = $1";
    DELETE = "delete from ticket_types where id = $1 and not exists (select 1 from tickets where tickets.type_id = $1)";
}

#[derive(FromRow)]
struct Row {
    #[sqlx(flatten)]
    kind: TypeRow,
    active: bool,
    used: bool,
}

pub(super) async fn all(tx: &mut Tx) -> db::Result<Vec<Entry>> {
    let rows: Vec<Row> = run!(tx, |c| sqlx::query_as(EVERY).fetch_all(c).await)?;
    let entries = rows.into_iter().map(|row| {
        Ok(Entry {
            kind: row.kind.read()?,
            active: row.active,
            used: row.used,
        })
    });
    entries.collect()
}

pub(super) async fn insert(tx: &mut Tx, id: &str, draft: &Draft) -> db::Result<()> {
    write(tx, INSERT, id, draft).await
}

pub(super) async fn update(tx: &mut Tx, id: &str, draft: &Draft) -> db::Result<()> {
    write(tx, UPDATE, id, draft).await
}

async fn write(tx: &mut Tx, sql: &'static str, id: &str, draft: &Draft) -> db::Result<()> {
    let json = |e: serde_json::Error| db::Error::Encode(e.into());
    let names = serde_json::to_string(&draft.names).map_err(json)?;
    let keywords = serde_json::to_string(&draft.keywords).map_err(json)?;
    let [low, normal, high, urgent] = draft.own_minutes;
    run!(tx, |c| sqlx::query(sql)
        .bind(id)
        .bind(names)
        .bind(keywords)
        .bind(&draft.team_id)
        .bind(low)
        .bind(normal)
        .bind(high)
        .bind(urgent)
        .bind(draft.position)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn switch(tx: &mut Tx, id: &str, active: bool) -> db::Result<()> {
    run!(tx, |c| sqlx::query(SWITCH)
        .bind(id)
        .bind(active)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn delete(tx: &mut Tx, id: &str) -> db::Result<()> {
    run!(tx, |c| sqlx::query(DELETE)
        .bind(id)
        .execute(c)
        .await
        .map(drop))
}
