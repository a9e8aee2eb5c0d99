//! SQL of small facts.

use crate::{
    db::{self, Tx, run, statements},
    desk::Act,
};

statements! {
    GET = "select value from meta where key = $1";
    SET = "insert into meta (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value";
}

/// What is known under a key.
pub async fn get(tx: &mut Tx, key: &str) -> db::Result<Option<String>> {
    run!(tx, |c| sqlx::query_scalar(GET)
        .bind(key)
        .fetch_optional(c)
        .await)
}

/// Remembers a fact under a key.
pub async fn set(act: &mut Act<'_>, key: &str, value: &str) -> db::Result<()> {
    run!(&mut *act.tx, |c| sqlx::query(SET)
        .bind(key)
        .bind(value)
        .execute(c)
        .await
        .map(drop))
}
