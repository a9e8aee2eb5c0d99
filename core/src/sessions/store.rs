//! SQL of dialogue states.

use crate::{
    clock::Millis,
    db::{self, Tx, run, statements},
};

statements! {
    LOAD = "select version, state, updated_at from sessions where person = $1";
    SAVE = "insert into sessions (person, version, state, updated_at) values ($1, $2, $3, $4)
        on conflict (person) do update set version = excluded.version, state = excluded.state, updated_at = excluded.updated_at";
    CLEAR = "delete from sessions where person = $1";
}

pub(super) async fn load(tx: &mut Tx, person: &str) -> db::Result<Option<(i64, String, Millis)>> {
    run!(tx, |c| sqlx::query_as(LOAD)
        .bind(person)
        .fetch_optional(c)
        .await)
}

pub(super) async fn save(
    tx: &mut Tx,
    person: &str,
    version: i64,
    state: &str,
    now: Millis,
) -> db::Result<()> {
    run!(tx, |c| sqlx::query(SAVE)
        .bind(person)
        .bind(version)
        .bind(state)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

pub(super) async fn clear(tx: &mut Tx, person: &str) -> db::Result<()> {
    run!(tx, |c| sqlx::query(CLEAR)
        .bind(person)
        .execute(c)
        .await
        .map(drop))
}
