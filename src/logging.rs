//! The log: to stderr, for people on a terminal and as JSON elsewhere. `SAPA_LOG` filters it: a level (`debug`) is the desk's own, directives
//! (`warn,sapa_bot=debug`) are everybody's.

use std::io::IsTerminal as _;

use tracing_subscriber::{EnvFilter, filter::LevelFilter, fmt};

use crate::config::LogFormat;

/// Whose words are the desk's own. The libraries' talk stays out, whatever the level: it may quote requests.
const OURS: [&str; 5] = [
    "sapa",
    "sapa_core",
    "sapa_bot",
    "sapa_webhook",
    "sapa_sandbox",
];

/// Begins to log; a second call changes nothing.
pub fn start(format: Option<LogFormat>, usual: Option<&str>) {
    let wanted = std::env::var("SAPA_LOG").ok();
    let filter = filter(wanted.as_deref().or(usual).unwrap_or("info"));
    let terminal = std::io::stderr().is_terminal();
    let format = format.unwrap_or(if terminal {
        LogFormat::Pretty
    } else {
        LogFormat::Json
    });
    let log = fmt()
        .with_env_filter(filter)
        // A log that cannot be written (its disk is full) must not end what it tells about.
        .log_internal_errors(false)
        .with_writer(std::io::stderr);
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

/// A level for the desk's own words, or directives as they are.
fn filter(wanted: &str) -> EnvFilter {
    if wanted.parse::<LevelFilter>().is_err() {
        return EnvFilter::try_new(wanted).unwrap_or_else(|_| filter("info"));
    }
    let ours = OURS.map(|name| format!("{name}={wanted}"));
    EnvFilter::new(format!("warn,{}", ours.join(",")))
}

#[cfg(test)]
mod tests {
    use super::filter;

    #[test]
    fn a_level_is_for_the_desk_alone() {
        let told = filter("debug").to_string();
        assert!(told.contains("sapa_core=debug"), "{told}");
        assert!(told.contains("warn"), "libraries stay quiet: {told}");
        assert_eq!(filter("sapa_bot=trace").to_string(), "sapa_bot=trace");
        let told = filter("loud,,=").to_string();
        assert!(told.contains("sapa_core=info"), "{told}");
    }
}
