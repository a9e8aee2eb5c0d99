//! What every run needs: both platforms, the way to the desk, and the desk as a child process.

use anyhow::{Context as _, bail};
use sapa_sandbox::load::{Courier, Miniature};

use super::child::{Child, Surroundings};

/// How many webhooks may be on their way at once.
const CONNECTIONS: usize = 64;

/// Both platforms, the way to the desk, and what its child processes are started with.
pub struct Stage {
    /// The platforms.
    pub platforms: Miniature,
    /// The way to whichever desk was started last.
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
        self.courier.points_to(Some(child.address));
        Ok(child)
    }
}
