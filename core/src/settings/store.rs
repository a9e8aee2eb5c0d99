//! SQL of settings.

use crate::{
    clock::Millis,
    db::{self, Tx, run, statements},
};

statements! {
    ALL_OF_THEM = "select key, value from settings order by key";
    SET = "insert into settings (key, value, changed_at) values ($1, $2, $3)
        on conflict (key) do update set value = excluded.value, changed_at = excluded.changed_at";
}

pub(super) async fn all(tx: &mut Tx) -> db::Result<Vec<(String, String)>> {
    run!(tx, |c| sqlx::query_as(ALL_OF_THEM).fetch_all(c).await)
}

pub(super) async fn set(tx: &mut Tx, key: &str, value: &str, now: Millis) -> db::Result<()> {
    run!(tx, |c| sqlx::query(SET)
        .bind(key)
        .bind(value)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}
