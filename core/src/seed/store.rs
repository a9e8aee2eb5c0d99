//! SQL of looking up who was sown.

use crate::db::{self, Tx, run, statements};

statements! {
    NUMBERS = "select value from contact_identities where kind = 'wa_id' order by value limit $1";
}

/// So many customers' numbers, as WhatsApp names them.
pub async fn numbers(tx: &mut Tx, count: i64) -> db::Result<Vec<String>> {
    run!(tx, |c| sqlx::query_scalar(NUMBERS)
        .bind(count)
        .fetch_all(c)
        .await)
}
