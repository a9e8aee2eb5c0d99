//! The desk as a child process: started with settings in its environment, watched, killed.

use std::{
    ffi::{OsStr, OsString},
    fs::File,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    time::Duration,
};

use anyhow::{Context as _, anyhow, bail};
use rustix::process::{Pid, Signal, kill_process};
use sapa_sandbox::{
    credentials,
    load::{Connection, Miniature, Watch, get},
};
use serde_json::Value;
use tempfile::TempDir;

/// How long a desk may take to be ready.
const READY: Duration = Duration::from_mins(1);
/// The pace of looking whether it is.
const LOOK: Duration = Duration::from_millis(1);
/// Where the child's log goes.
const LOG: &str = "desk.log";
/// Its SQLite file.
const DATABASE: &str = "sapa.db";

/// Folder and settings of the desk.
pub struct Surroundings {
    folder: TempDir,
    program: Vec<OsString>,
    settings: Vec<(String, String)>,
}

impl Surroundings {
    /// Settings for these platforms: rates so high that the desk is measured and not its patience.
    ///
    /// # Errors
    /// When no temporary folder can be made.
    pub fn new(platforms: &Miniature, database: Option<&str>) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("no temporary folder can be made")?;
        let file = folder.path().join(DATABASE);
        let database =
            database.map_or_else(|| format!("sqlite://{}", file.display()), str::to_owned);
        let media = folder.path().join("media").display().to_string();
        let settings = [
            ("SAPA_DATABASE__URL", database.as_str()),
            ("SAPA_HTTP__LISTEN", "127.0.0.1:0"),
            ("SAPA_HTTP__METRICS_LISTEN", "127.0.0.1:0"),
            ("SAPA_TELEGRAM__TOKEN", credentials::BOT_TOKEN),
            ("SAPA_TELEGRAM__API_URL", &platforms.telegram_url),
            ("SAPA_TELEGRAM__MESSAGES_PER_SECOND", "100000"),
            ("SAPA_TELEGRAM__CHAT_PER_SECOND", "1000"),
            ("SAPA_TELEGRAM__CHAT_BURST", "1000"),
            ("SAPA_WHATSAPP__API_URL", &platforms.whatsapp_url),
            ("SAPA_WHATSAPP__ACCESS_TOKEN", credentials::ACCESS_TOKEN),
            (
                "SAPA_WHATSAPP__PHONE_NUMBER_ID",
                credentials::PHONE_NUMBER_ID,
            ),
            ("SAPA_WHATSAPP__APP_SECRET", credentials::APP_SECRET),
            ("SAPA_WHATSAPP__VERIFY_TOKEN", credentials::VERIFY_TOKEN),
            ("SAPA_WHATSAPP__MESSAGES_PER_SECOND", "100000"),
            ("SAPA_WHATSAPP__PAIR_BURST", "100000"),
            ("SAPA_MEDIA__DIR", &media),
            (
                "SAPA_SECURITY__SECRET_KEY",
                "bG9hZCBydW5zIGhhdmUgbm8gc2VjcmV0cyBhdCBhbGw=",
            ),
        ];
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Ok(Self {
            folder,
            program: vec![std::env::current_exe()?.into()],
            settings: settings.into(),
        })
    }

    /// Another program than this one, perhaps with words before it that limit it.
    pub fn run(&mut self, program: &[&OsStr]) {
        self.program = program.iter().map(OsString::from).collect();
    }

    /// One setting more.
    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    /// The settings, as variables.
    pub fn settings(&self) -> &[(String, String)] {
        &self.settings
    }

    /// A command in these surroundings.
    ///
    /// # Errors
    /// When its log cannot be opened.
    pub fn command(&self, arguments: &[&str]) -> anyhow::Result<Command> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log())
            .context("the desk's log cannot be written")?;
        let (program, words) = self.program.split_first().context("there is no program")?;
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            let name_of_ours = name.to_string_lossy();
            if name_of_ours.starts_with("SAPA_") && name_of_ours != "SAPA_LOG" {
                command.env_remove(name);
            }
        }
        command
            .args(words)
            .args(arguments)
            .envs(self.settings.iter().cloned())
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stderr(log);
        Ok(command)
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join(LOG)
    }

    /// The SQLite file, when that is the database.
    pub fn database(&self) -> PathBuf {
        self.folder.path().join(DATABASE)
    }

    /// What the desks have written into their log so far.
    pub fn told(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }

    /// Runs a short command beside the desk; what it printed.
    ///
    /// # Errors
    /// When it fails.
    pub async fn ask(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        let mut command = self.command(arguments)?;
        let ended = tokio::task::spawn_blocking(move || command.output()).await??;
        if !ended.status.success() {
            bail!("sapa {}: {}", arguments.join(" "), last_words(&self.log()));
        }
        Ok(serde_json::from_slice(&ended.stdout)?)
    }
}

/// The end of a log, for the message that something failed.
fn last_words(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<_> = text.lines().rev().take(3).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join("\n  ")
}

/// What a process occupies, in KiB.
#[derive(Clone, Copy, Debug, Default)]
pub struct Memory {
    /// Now.
    pub resident: u64,
    /// At most so far.
    pub peak: u64,
}

/// A running desk; ended hard when it is dropped.
pub struct Child {
    process: std::process::Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From the start of the process until it took events.
    pub ready_after: Duration,
}

impl Child {
    /// Starts `sapa serve` and waits until it is ready. `more`: further variables in its environment.
    ///
    /// # Errors
    /// When it ends, or is not ready within a minute.
    pub async fn start(
        surroundings: &Surroundings,
        watch: Watch,
        more: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        let mut command = surroundings.command(&["serve", "--json"])?;
        command.envs(more.iter().copied());
        let began = watch.at();
        let mut process = command
            .stdout(Stdio::piped())
            .spawn()
            .context("sapa serve cannot be started")?;
        let stdout = process.stdout.take().context("the child has no output")?;
        // From here on it is ended when something goes wrong.
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut child = Self {
            process,
            address: nowhere,
            ready_after: Duration::ZERO,
        };
        let line = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            BufReader::new(stdout).read_line(&mut line).map(|_| line)
        });
        let refused = || {
            anyhow!(
                "sapa serve does not start: {}",
                last_words(&surroundings.log())
            )
        };
        let told: Value = serde_json::from_str(&line.await??).map_err(|_| refused())?;
        let address = told["listen"].as_str().and_then(|at| at.parse().ok());
        child.address = address.ok_or_else(refused)?;
        let ready = async {
            while !child.is_ready().await {
                watch.pause(LOOK).await;
            }
        };
        tokio::time::timeout(READY, ready)
            .await
            .map_err(|_| refused())?;
        child.ready_after = watch.at().saturating_sub(began);
        Ok(child)
    }

    async fn is_ready(&self) -> bool {
        let asked = async {
            let mut connection = Connection::open(self.address).await?;
            connection.exchange(&get("/readyz")).await
        };
        asked.await.is_ok_and(|status| status == 200)
    }

    /// What it occupies (Linux: /proc/PID/status).
    pub fn memory(&self) -> Memory {
        let path = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(path).unwrap_or_default();
        let of = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
            number.unwrap_or(0)
        };
        Memory {
            resident: of("VmRSS:"),
            peak: of("VmHWM:"),
        }
    }

    /// kill -9.
    pub fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Its process id.
    ///
    /// # Errors
    /// When it has none.
    pub fn id(&self) -> anyhow::Result<Pid> {
        let pid = i32::try_from(self.process.id())
            .ok()
            .and_then(Pid::from_raw);
        pid.context("the child has no id")
    }

    /// Waits until it has ended by itself.
    ///
    /// # Errors
    /// When the system does not tell.
    pub async fn ended(mut self) -> anyhow::Result<ExitStatus> {
        Ok(tokio::task::spawn_blocking(move || self.process.wait()).await??)
    }

    /// SIGTERM; whether it left in good order.
    ///
    /// # Errors
    /// When the system does not tell.
    pub async fn terminate(self) -> anyhow::Result<bool> {
        kill_process(self.id()?, Signal::TERM)?;
        Ok(self.ended().await?.success())
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.end();
    }
}
