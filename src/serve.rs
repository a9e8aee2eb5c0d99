//! `sapa serve`: the desk against the configured platforms.

use std::{io, net::SocketAddr, path::Path};

use anyhow::{Context as _, anyhow};
use sapa_core::contacts;
use serde_json::json;
use tokio::net::TcpListener;

use crate::{
    App, app,
    bed::Bed,
    config::{self, Config, Need},
    lock::Lock,
    logging,
    output::Output,
    signals,
};

/// Runs until Ctrl-C or SIGTERM.
pub async fn run(file: Option<&Path>, out: Output) -> anyhow::Result<()> {
    let (config, warnings) = config::load(file, Need::Serve)?;
    logging::start(config.log_format, None);
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    more_file_descriptors();
    let stop = signals::stop()?;
    app::make_folder(&config)?;
    let _lock = config
        .database
        .file
        .as_deref()
        .map(Lock::take)
        .transpose()?;
    // On PostgreSQL the database has cores of its own, and the rivers may have all of ours.
    let bed = config.database.file.as_ref().map(|_| Bed::make());
    let bed = bed.transpose()?;
    let mut app = open(&config, bed.as_ref()).await?;
    let listener = listen(config.http.listen, "http.listen").await?;
    app.http.metrics = metrics(&config).await?;
    let address = listener.local_addr()?;
    let metrics = app
        .http
        .metrics
        .as_ref()
        .and_then(|listener| listener.local_addr().ok());
    // Beside the opening: nobody is to wait for it, neither the opening nor the first customer.
    tokio::task::spawn_blocking(contacts::learn_phone_numbers);
    tracing::info!(%address, mode = if config.telegram.webhook { "webhook" } else { "polling" }, "the desk opens");
    if out.json {
        out.result(
            &json!({"listen": address.to_string(), "metrics": metrics.map(|a| a.to_string())}),
            "",
        );
    }
    signals::within_ten_seconds(crate::run(app, listener, stop.clone()), &stop).await?;
    tracing::info!("the desk is closed");
    Ok(())
}

/// The desk. The database's threads stay on the core of whoever starts them.
async fn open(config: &Config, bed: Option<&Bed>) -> anyhow::Result<App> {
    let Some(bed) = bed else {
        return App::from_config(config).await;
    };
    let config = config.clone();
    let opening = bed
        .runtime()
        .spawn(async move { App::from_config(&config).await });
    let mut app = opening.await??;
    app.rivers = Some(bed.runtime().clone());
    Ok(app)
}

/// Listens, or explains why it cannot.
pub async fn listen(address: SocketAddr, key: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => anyhow!(
                "{address} is in use by another program; choose another {key}, or stop that program"
            ),
            io::ErrorKind::PermissionDenied => anyhow!(
                "{address} is not allowed for this user; choose a port above 1023 for {key}"
            ),
            io::ErrorKind::AddrNotAvailable => {
                anyhow!("{address} is no address of this machine; correct {key}")
            }
            _ => anyhow::Error::new(error).context(format!("cannot listen on {address} ({key})")),
        })
}

/// The metrics' listener. When nobody asked for it and its port is taken (by a second desk on this machine), the desk runs without.
async fn metrics(config: &Config) -> anyhow::Result<Option<TcpListener>> {
    let Some(address) = config.http.metrics_listen else {
        return Ok(None);
    };
    match listen(address, "http.metrics_listen").await {
        Ok(listener) => Ok(Some(listener)),
        Err(error) if config.http.metrics_wanted => {
            Err(error).context("the metrics cannot be served")
        }
        Err(error) => {
            tracing::warn!(%error, "no metrics are served");
            Ok(None)
        }
    }
}

/// Many systems give 1,024 file descriptors unless asked; slow clients would use them up.
fn more_file_descriptors() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limits = getrlimit(Resource::Nofile);
    let wanted = limits.maximum.map_or(65_536, |most| most.min(65_536));
    if limits.current.is_some_and(|now| now < wanted) {
        let more = Rlimit {
            current: Some(wanted),
            maximum: limits.maximum,
        };
        if let Err(error) = setrlimit(Resource::Nofile, more) {
            tracing::debug!(%error, "the number of file descriptors stays as it is");
        }
    }
}
