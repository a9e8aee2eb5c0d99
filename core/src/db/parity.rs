//! The two schemas are one: the same tables with the same columns, of matching types and the same nullability.

use std::collections::{BTreeMap, BTreeSet};

use super::{Db, testing};

/// Tables that only PostgreSQL has: on SQLite one process owns the file, and its lanes live in memory.
const POSTGRES_ONLY: &[&str] = &["inbox_lanes"];

/// Columns by table: name, kind of type, whether it may be null.
type Schema = BTreeMap<String, BTreeSet<(String, String, bool)>>;

async fn of_sqlite(db: &Db) -> Schema {
    let Db::Sqlite { read, .. } = db else {
        panic!("this is SQLite");
    };
    let columns: Vec<(String, String, String, bool, i64)> = sqlx::query_as(
        "select m.name, c.name, lower(c.type), c.\"notnull\", c.pk from sqlite_master m, pragma_table_info(m.name) c
         where m.type = 'table' and m.name not like 'sqlite_%'",
    )
    .fetch_all(read)
    .await
    .expect("the columns of SQLite");
    let columns = columns
        .into_iter()
        .map(|(table, column, kind, not_null, key)| {
            // SQLite's integer primary keys and PostgreSQL's are not null without saying so.
            (
                table,
                (column, kind_of(&kind).to_owned(), !not_null && key == 0),
            )
        });
    gathered(columns)
}

async fn of_postgres(db: &Db) -> Schema {
    let Db::Postgres(pool) = db else {
        panic!("this is PostgreSQL");
    };
    let columns: Vec<(String, String, String, bool)> = sqlx::query_as(
        "select cast(table_name as text), cast(column_name as text), cast(data_type as text), is_nullable = 'YES'
         from information_schema.columns where table_schema = current_schema()",
    )
    .fetch_all(pool)
    .await
    .expect("the columns of PostgreSQL");
    let columns = columns.into_iter().map(|(table, column, kind, nullable)| {
        (table, (column, kind_of(&kind).to_owned(), nullable))
    });
    gathered(columns)
}

fn gathered(columns: impl Iterator<Item = (String, (String, String, bool))>) -> Schema {
    let mut schema = Schema::new();
    for (table, column) in columns.filter(|(table, _)| table != "_sqlx_migrations") {
        schema.entry(table).or_default().insert(column);
    }
    schema
}

/// One word for what both databases have.
fn kind_of(kind: &str) -> &str {
    match kind {
        "integer" | "bigint" => "whole number",
        "blob" | "bytea" => "bytes",
        other => other,
    }
}

#[tokio::test]
async fn both_databases_have_the_same_tables_and_columns() {
    let [sqlite, postgres] = testing::both().await;
    let (sqlite, mut postgres) = (of_sqlite(&sqlite.db).await, of_postgres(&postgres.db).await);
    assert!(
        sqlite.len() > 10,
        "the tables are found: {:?}",
        sqlite.keys()
    );
    for table in POSTGRES_ONLY {
        assert!(
            !sqlite.contains_key(*table),
            "{table} is PostgreSQL's alone"
        );
        postgres
            .remove(*table)
            .expect("a table that is listed exists");
    }
    let tables = |schema: &Schema| schema.keys().cloned().collect::<Vec<_>>();
    assert_eq!(tables(&sqlite), tables(&postgres));
    for (table, columns) in &sqlite {
        assert_eq!(
            columns, &postgres[table],
            "table {table}: SQLite left, PostgreSQL right"
        );
    }
}
