//! The SQL of finding customers.

use crate::db::{self, FromRow, Tx, run, statements};

/// Ids of customers of whom a word begins so.
macro_rules! beginning {
    ($word:literal) => {
        concat!(
            "select customer_id from customer_words where word >= ",
            $word,
            " and word < ",
            $word,
            " || '\u{10ffff}'"
        )
    };
}

/// Whether the terms beside hold each of three words; the second and the third may be null.
macro_rules! all_said {
    ($terms:literal, $a:literal, $b:literal, $c:literal) => {
        concat!(
            $terms,
            " like '%\"' || ",
            $a,
            " || '%' and (cast(",
            $b,
            " as text) is null or ",
            $terms,
            " like '%\"' || ",
            $b,
            " || '%')
                and (cast(",
            $c,
            " as text) is null or ",
            $terms,
            " like '%\"' || ",
            $c,
            " || '%')"
        )
    };
}

/// Ids of customers who are called by all of the words, the newest first: of the rarest everybody is gone through, of the next two (which
/// may be null) too, the last two (which may be null) are so common that they are read beside whoever has the others.
macro_rules! called {
    ($rare:literal, $b:literal, $c:literal, $d:literal, $e:literal, $further:literal, $limit:literal) => {
        concat!(
            "select customer_id from (select customer_id from customer_words
                where word >= ", $rare, " and word < ", $rare, " || '\u{10ffff}'
                    and (cast(", $b, " as text) is null or customer_id in (", beginning!($b), "))
                    and (cast(", $c, " as text) is null or customer_id in (", beginning!($c), "))
                    and (cast(", $d, " as text) is null or exists (select 1 from customers n where n.id = customer_words.customer_id and ",
                        all_said!("n.terms", $d, $e, $e), "))
                    and ", $further, "
                order by met_at desc, customer_id desc limit ", $limit, ") as called"
        )
    };
}

/// Ids of customers whose number begins so, or ends so.
macro_rules! numbered {
    ($from:literal, $before:literal, $last:literal, $end:literal, $limit:literal) => {
        concat!(
            "select customer_id from (select customer_id from contact_identities
                where kind = 'wa_id' and value >= ",
            $from,
            " and value < ",
            $before,
            " order by value limit ",
            $limit,
            ") as begins
            union all select customer_id from (select customer_id from contact_identities
                where kind = 'wa_id' and substr(value, length(value) - 3) = ",
            $last,
            " and value like ",
            $end,
            "
                order by value limit ",
            $limit,
            ") as ends"
        )
    };
}

pub(crate) use {all_said, beginning, called, numbered};

statements! {
    COUNT = concat!("select count(*) from (", beginning!("$1"), " limit $2) as people");
    NAMES = "select id, name, full_name, account_number from customers where id = $1 and deleted_at is null";
    WITHOUT = "select id, name, full_name, account_number from customers where terms is null and deleted_at is null order by id limit $1";
    SET = "update customers set terms = $2 where id = $1";
}

/// What a customer is called.
#[derive(FromRow)]
pub(super) struct Names {
    pub(super) id: String,
    name: String,
    full_name: Option<String>,
    account_number: Option<String>,
}

impl Names {
    pub(super) fn terms(&self) -> String {
        super::terms(
            &self.name,
            self.full_name.as_deref(),
            self.account_number.as_deref(),
        )
    }
}

/// How many words of customers begin so, at most `most`.
pub(super) async fn count(tx: &mut Tx, word: &str, most: i64) -> db::Result<i64> {
    run!(tx, |c| sqlx::query_scalar(COUNT)
        .bind(word)
        .bind(most)
        .fetch_one(c)
        .await)
}

pub(super) async fn names(tx: &mut Tx, id: &str) -> db::Result<Option<Names>> {
    run!(tx, |c| sqlx::query_as(NAMES)
        .bind(id)
        .fetch_optional(c)
        .await)
}

pub(super) async fn without(tx: &mut Tx, limit: usize) -> db::Result<Vec<Names>> {
    run!(tx, |c| sqlx::query_as(WITHOUT)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(c)
        .await)
}

pub(super) async fn set(tx: &mut Tx, id: &str, terms: &str) -> db::Result<()> {
    run!(tx, |c| sqlx::query(SET)
        .bind(id)
        .bind(terms)
        .execute(c)
        .await
        .map(drop))
}
