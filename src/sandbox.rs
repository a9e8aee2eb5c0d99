//! `sapa sandbox`: both platforms in miniature, the desk on an embedded database, demo people, and a page to play with.

use std::{
    fs, io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use clap::Args;
use sapa_core::clock::{Clock as _, Millis, MovableClock, SystemClock};
use sapa_sandbox::{Options, Platforms, page};
use serde_json::json;
use tokio::net::TcpListener;

use crate::{
    lock::Lock,
    logging,
    output::{Output, complain},
    signals,
};

mod people;
mod setup;

/// How to play.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The page's port; the next free one is taken when it is in use.
    #[arg(long, default_value_t = 7070)]
    port: u16,
    /// Where everything is kept between runs.
    #[arg(long, value_name = "DIR", default_value = ".sapa-sandbox")]
    data: PathBuf,
    /// Begin anew: forget what an earlier run has kept.
    #[arg(long)]
    fresh: bool,
}

/// The files of a sandbox. The lock beside the database stays: a second run must find it.
struct Files {
    database: PathBuf,
    platforms: PathBuf,
    media: PathBuf,
    clock: PathBuf,
}

impl Files {
    fn within(data: &Path) -> Self {
        Self {
            database: data.join("sapa.db"),
            platforms: data.join("platforms"),
            media: data.join("media"),
            clock: data.join("clock"),
        }
    }

    /// Removes what a sandbox has made, and nothing else that may lie in the folder.
    fn wipe(&self) -> io::Result<()> {
        let database = self.database.display();
        let files =
            ["", "-wal", "-shm", ".key"].map(|end| PathBuf::from(format!("{database}{end}")));
        let files = files.iter().chain([&self.clock]).map(fs::remove_file);
        let folders = [&self.platforms, &self.media]
            .into_iter()
            .map(fs::remove_dir_all);
        for removed in files.chain(folders) {
            match removed {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Plays until Ctrl-C or SIGTERM.
pub async fn run(arguments: Arguments, out: Output) -> anyhow::Result<()> {
    logging::start(None, Some("warn"));
    let stop = signals::stop()?;
    let (files, _lock) = prepare(&arguments)?;
    let page = page_listener(arguments.port).await?;
    let url = format!("http://{}", page.local_addr()?);
    let ahead = read_ahead(&files.clock);
    let start = SystemClock::new().now().plus(ahead);
    let clock = MovableClock::starting_at(start);
    let platforms = platforms(start, &files).await?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let own = format!("http://{}", listener.local_addr()?);
    let app = setup::app(&platforms, &clock, &files, own.clone()).await?;
    let desk = app.desk.clone();
    let webhook = format!("{own}/webhooks/whatsapp");
    let pages = format!("{own}/admin");
    let running = tokio::spawn(crate::run(app, listener, stop.clone()));
    let settings = &desk.settings;
    let hooks = hooks(
        &settings.name,
        settings.time_zone.name(),
        clock,
        files.clock.clone(),
        ahead,
    );
    tokio::spawn(page::serve(page, Arc::clone(&platforms), hooks));
    let ready = async {
        let connected = platforms.whatsapp().connect_webhook(&webhook).await;
        connected
            .map_err(anyhow::Error::msg)
            .context("the desk does not answer the webhook's verification")?;
        people::settle_in(&platforms, &desk).await
    };
    tokio::select! {
        ready = ready => {
            ready?;
            let object = json!({"url": url, "pages": pages, "api": own, "data": arguments.data});
            let words = format!(
                "Sapa sandbox: {url}\nThe staff's pages: {pages} (write /login as Dewi, who is a super admin)\nThe API: {own}/api/docs"
            );
            out.result(&object, &words);
        }
        () = stop.cancelled() => {}
    }
    let ended = signals::within_ten_seconds(async { running.await? }, &stop).await;
    platforms.shutdown();
    platforms
        .save_to(&files.platforms)
        .context("the miniature platforms could not be saved")?;
    ended
}

/// The folder, ours alone and, when asked for, empty.
fn prepare(arguments: &Arguments) -> anyhow::Result<(Files, Lock)> {
    let folder = arguments.data.display();
    fs::create_dir_all(&arguments.data)
        .with_context(|| format!("the folder {folder} cannot be made"))?;
    let files = Files::within(&arguments.data);
    let lock = Lock::take(&files.database)?;
    if arguments.fresh {
        files
            .wipe()
            .with_context(|| format!("{folder} cannot be emptied"))?;
    }
    Ok((files, lock))
}

async fn platforms(start: Millis, files: &Files) -> anyhow::Result<Arc<Platforms>> {
    let options = Options {
        clock: sapa_sandbox::Clock::at(start.0),
        data: Some(files.platforms.clone()),
        ..Options::default()
    };
    let platforms = Platforms::start(options).await.with_context(|| {
        let folder = files.platforms.display();
        format!("the miniature platforms cannot start from {folder}; --fresh begins anew")
    })?;
    Ok(Arc::new(platforms))
}

/// Listens for the page: on this port, else on the next free one.
async fn page_listener(port: u16) -> anyhow::Result<TcpListener> {
    const TRIES: u16 = 50;
    for candidate in port..=port.saturating_add(TRIES) {
        match TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, candidate))).await {
            Ok(listener) => {
                if candidate != port {
                    complain(&format!(
                        "Port {port} is in use by another program; taking {candidate}. Choose one with --port."
                    ));
                }
                return Ok(listener);
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => {
                return Err(error).with_context(|| {
                    format!("cannot listen on port {candidate}; choose one with --port")
                });
            }
        }
    }
    anyhow::bail!(
        "the ports {port} to {} are all in use; choose another with --port",
        port.saturating_add(TRIES)
    )
}

/// How far the clock was moved ahead in earlier runs: what was written then must not lie in the future now.
fn read_ahead(path: &Path) -> Duration {
    let text = fs::read_to_string(path).unwrap_or_default();
    Duration::from_millis(text.trim().parse().unwrap_or(0))
}

fn hooks(
    desk: &str,
    zone: &str,
    clock: MovableClock,
    path: PathBuf,
    ahead: Duration,
) -> page::Hooks {
    let real = SystemClock::new();
    let begun = clock.mono();
    let moved = move |by| {
        clock.advance(by);
        let ran = clock.mono().saturating_sub(begun);
        let total = ahead + ran.saturating_sub(real.mono());
        if let Err(error) = fs::write(&path, total.as_millis().to_string()) {
            tracing::warn!(%error, "the sandbox's time could not be kept");
        }
    };
    page::Hooks {
        advanced: Box::new(moved),
        ..page::Hooks::named(desk, zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_busy_port_is_passed_over() {
        let taken = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = taken.local_addr().expect("an address").port();
        let listener = page_listener(port).await.expect("another port");
        assert!(listener.local_addr().expect("an address").port() > port);
    }

    #[test]
    fn wiping_leaves_what_is_not_ours() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let files = Files::within(folder.path());
        fs::create_dir_all(files.media.join("deep")).expect("a folder");
        for name in ["sapa.db", "sapa.db-wal", "clock", "letter.txt"] {
            fs::write(folder.path().join(name), "x").expect("a file");
        }
        files.wipe().expect("it is wiped");
        let left: Vec<_> = fs::read_dir(folder.path())
            .expect("the folder")
            .flatten()
            .map(|f| f.file_name())
            .collect();
        assert_eq!(left, ["letter.txt"]);
        files.wipe().expect("wiping twice is no error");
    }

    #[test]
    fn moved_time_is_kept() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("clock");
        assert_eq!(read_ahead(&path), Duration::ZERO);
        let clock = MovableClock::starting_at(Millis(0));
        let hooks = hooks(
            "Sapa",
            "Asia/Jakarta",
            clock.clone(),
            path.clone(),
            Duration::from_hours(1),
        );
        (hooks.advanced)(Duration::from_hours(24));
        assert!(clock.now() >= Millis(86_400_000));
        let kept = read_ahead(&path);
        assert!(
            kept.abs_diff(Duration::from_hours(25)) < Duration::from_secs(1),
            "{kept:?}"
        );
    }
}
