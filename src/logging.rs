//! The log: to stderr, for people on a terminal and as JSON elsewhere. `SAPA_LOG` filters it (`info`, `sapa_bot=debug` …).

use std::io::IsTerminal as _;

use tracing_subscriber::{EnvFilter, fmt};

use crate::config::LogFormat;

/// What is logged unless `SAPA_LOG` says otherwise. The libraries' own talk stays out: it may quote requests.
const USUAL: &str =
    "warn,sapa=info,sapa_core=info,sapa_bot=info,sapa_webhook=info,sapa_sandbox=info";

/// Begins to log; a second call changes nothing.
pub fn start(format: Option<LogFormat>, usual: Option<&str>) {
    let filter = EnvFilter::try_from_env("SAPA_LOG")
        .unwrap_or_else(|_| EnvFilter::new(usual.unwrap_or(USUAL)));
    let terminal = std::io::stderr().is_terminal();
    let format = format.unwrap_or(if terminal {
        LogFormat::Pretty
    } else {
        LogFormat::Json
    });
    let log = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // An error means that a test has begun to log already.
    let _ = match format {
        LogFormat::Pretty => log
            .with_ansi(terminal)
            .with_target(false)
            .compact()
            .try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
}
