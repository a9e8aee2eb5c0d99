//! Every statement of every store is prepared on both databases: a misspelt column or a word that only one of them knows ends here.
//! A new store adds its line to [`STORES`].

use sqlx::{Executor as _, SqlSafeStr as _};

use super::{Tx, dialect, testing};

type Statements = &'static [(&'static str, &'static str)];

/// The stores, by module.
const STORES: &[(&str, Statements)] = &[
    ("connection", crate::connection::store::ALL),
    ("accounts", crate::accounts::store::ALL),
    ("casework/talks", crate::casework::talks::store::ALL),
    ("contacts", crate::contacts::store::ALL),
    ("contacts/book", crate::contacts::book::store::ALL),
    ("contacts/finding", crate::contacts::finding::store::ALL),
    ("conversations", crate::conversations::store::ALL),
    ("inbox/dead", crate::inbox::dead::store::ALL),
    ("inbox", crate::inbox::store::ALL),
    ("invoices", crate::invoices::store::ALL),
    ("leases", crate::leases::store::ALL),
    ("logins", crate::logins::store::ALL),
    ("media", crate::media::store::ALL),
    ("messages", crate::messages::store::ALL),
    ("meta", crate::meta::store::ALL),
    ("otp", crate::otp::store::ALL),
    ("outbox", crate::outbox::store::ALL),
    ("outbox/depths", crate::outbox::store::depths::ALL),
    ("outbox/parked", crate::outbox::store::parked::ALL),
    ("outbox/posts", crate::outbox::store::posts::ALL),
    ("outbox/secrets", crate::outbox::store::secrets::ALL),
    ("people", crate::people::store::ALL),
    ("people/erase", crate::people::store::erase::ALL),
    ("people/look", crate::people::store::look::ALL),
    ("retention", crate::retention::store::ALL),
    ("portal", crate::portal::store::ALL),
    ("routing", crate::routing::store::ALL),
    ("seed", crate::seed::store::ALL),
    ("sessions", crate::sessions::store::ALL),
    ("settings", crate::settings::store::ALL),
    ("staff", crate::staff::store::ALL),
    ("staff/house", crate::staff::house::store::ALL),
    ("tickets", crate::tickets::store::ALL),
    ("tickets/catalogue", crate::tickets::catalogue::store::ALL),
    (
        "tickets/escalations",
        crate::tickets::escalations::store::ALL,
    ),
    ("tickets/listing", crate::tickets::listing::store::ALL),
    ("today", crate::today::store::ALL),
    ("trace", crate::trace::store::ALL),
    ("dialect", dialect::ALL),
    ("dialect/bulk", dialect::bulk::ALL),
    ("dialect/many", dialect::many::ALL),
];

#[tokio::test]
async fn every_statement_is_understood_by_both() {
    for fresh in testing::both().await {
        let mut refused = Vec::new();
        for (store, statements) in STORES {
            for (name, sql) in *statements {
                let mut tx = fresh.db.read().await.unwrap();
                if is_for_the_other(store, name, tx.is_postgres()) {
                    continue;
                }
                let prepared = match &mut tx {
                    Tx::Sqlite(tx) => (&mut **tx).prepare(sql.into_sql_str()).await.map(drop),
                    Tx::Postgres(tx) => (&mut **tx).prepare(sql.into_sql_str()).await.map(drop),
                };
                if let Err(error) = prepared {
                    refused.push(format!("{store}::{name}: {error}"));
                }
            }
        }
        assert!(refused.is_empty(), "{}", refused.join("\n"));
    }
}

/// The dialect's statements name their database, or are about the lanes table, which only PostgreSQL has.
fn is_for_the_other(store: &str, name: &str, postgres: bool) -> bool {
    let lanes = store == "dialect" && name.contains("LANE");
    if postgres {
        name.ends_with("_SQLITE")
    } else {
        name.ends_with("_POSTGRES") || lanes
    }
}
