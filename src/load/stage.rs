//! What every run needs: both platforms, the way to the desk, and the desk as a child process.

use anyhow::{Context as _, bail, ensure};
use sapa_sandbox::load::{Courier, Miniature};

use super::child::{Child, Surroundings};

/// How many webhooks may be on their way at once.
const CONNECTIONS: usize = 64;

/// Both platforms, the way to the desk, and what its child processes are started with.
pub struct Stage {
    /// The platforms.
    pub platforms: Miniature,
    /// The way to the desk that was started last.
    pub courier: Courier,
    /// What desks are started with.
    pub surroundings: Surroundings,
    /// Tells the ids of this run apart.
    pub run: String,
}

impl Stage {
    /// Platforms that listen, and nothing on the stage yet. `database`: a fresh one, or none for a new SQLite file.
    ///
    /// # Errors
    /// When the platforms cannot listen, or the database is an SQLite file that exists.
    pub async fn set(seed: u64, database: Option<&str>) -> anyhow::Result<Self> {
        if let Some(path) = database.and_then(|url| url.strip_prefix("sqlite://"))
            && std::path::Path::new(path).exists()
        {
            bail!("{path} exists; a load run needs a fresh database and never touches another");
        }
        let platforms = Miniature::start(seed)
            .await
            .context("the miniature platforms cannot listen")?;
        let courier = Courier::start(CONNECTIONS, platforms.watch, &platforms.stop);
        let surroundings = Surroundings::new(&platforms, database)?;
        let run = format!("{:x}", platforms.cloud.now_s());
        Ok(Self {
            platforms,
            courier,
            surroundings,
            run,
        })
    }

    /// Starts a desk, waits until it is ready, and has the webhooks brought to it.
    ///
    /// # Errors
    /// When it does not become ready.
    pub async fn desk(&self) -> anyhow::Result<Child> {
        self.desk_with(&[]).await
    }

    /// The same with further variables in its environment.
    ///
    /// # Errors
    /// When it does not become ready.
    pub async fn desk_with(&self, more: &[(&str, &str)]) -> anyhow::Result<Child> {
        let child = Child::start(&self.surroundings, self.platforms.watch, more).await?;
        self.courier.points_to(vec![child.address]);
        Ok(child)
    }

    /// Starts so many desks on one database, and has the webhooks brought to all of them in turn.
    ///
    /// # Errors
    /// When one does not become ready, or there are several and the database is SQLite, which serves one process.
    pub async fn desks(&self, count: u32) -> anyhow::Result<Vec<Child>> {
        let on_postgres = self
            .surroundings
            .settings()
            .iter()
            .any(|(name, url)| name == "SAPA_DATABASE__URL" && url.starts_with("postgres"));
        ensure!(
            count <= 1 || on_postgres,
            "several processes share a PostgreSQL database only; give --database postgres://…"
        );
        let mut desks = Vec::new();
        for _ in 0..count {
            desks.push(Child::start(&self.surroundings, self.platforms.watch, &[]).await?);
        }
        let addresses = desks.iter().map(|desk| desk.address).collect();
        self.courier.points_to(addresses);
        Ok(desks)
    }
}
