//! Fresh databases for tests: a file in a temporary folder, and a database of its own on the PostgreSQL that `SAPA_TEST_POSTGRES` names.

use super::Db;

/// A database that goes away with the test.
pub struct Fresh {
    /// The migrated database.
    pub db: Db,
    _folder: Option<tempfile::TempDir>,
}

/// A migrated SQLite file.
///
/// # Panics
/// When it cannot be made.
pub async fn sqlite() -> Fresh {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let db = Db::connect(&format!(
        "sqlite://{}",
        folder.path().join("t.db").display()
    ))
    .await
    .expect("SQLite opens");
    db.migrate().await.expect("the SQLite schema migrates");
    Fresh {
        db,
        _folder: Some(folder),
    }
}

/// A migrated database on the test server.
///
/// # Panics
/// When there is no test server: these tests never skip.
pub async fn postgres() -> Fresh {
    let server = std::env::var("SAPA_TEST_POSTGRES")
        .expect("SAPA_TEST_POSTGRES names a PostgreSQL server: run scripts/test, which starts one");
    let name = format!(
        "sapa_{}",
        crate::ids::Ids::new(std::sync::Arc::new(crate::ids::SystemEntropy))
            .token()
            .to_lowercase()
    );
    let url = super::create_database(&server, &name)
        .await
        .expect("a database of our own");
    let db = Db::connect(&url).await.expect("PostgreSQL opens");
    db.migrate().await.expect("the PostgreSQL schema migrates");
    Fresh { db, _folder: None }
}

/// Both, for a test that must hold on each.
pub async fn both() -> [Fresh; 2] {
    [sqlite().await, postgres().await]
}
