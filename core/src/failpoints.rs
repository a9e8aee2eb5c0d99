//! Places where a test ends or stops the whole process, to see what the next one makes of it.
//!
//! Only with the feature `failpoints`, which the tests' build has and a production build has not. The environment says where and how:
//! `FAILPOINTS=ingest.before_commit=return(kill)` for a `kill -9` of one's own, `return(stop)` for a `SIGSTOP`; `3*off->return(kill)` the
//! fourth time.

/// The process has come to this place.
#[cfg(not(feature = "failpoints"))]
#[inline]
pub fn reached(_name: &str) {}

/// The process has come to this place.
#[cfg(feature = "failpoints")]
pub fn reached(name: &str) {
    static ARMED: std::sync::Once = std::sync::Once::new();
    ARMED.call_once(|| {
        // Whatever the environment says holds for as long as the process lives.
        std::mem::forget(fail::FailScenario::setup());
    });
    fail::eval(name, |what| strike(name, what.as_deref()));
}

#[cfg(feature = "failpoints")]
fn strike(name: &str, what: Option<&str>) {
    use rustix::process::{Signal, getpid, kill_process};
    let signal = match what {
        Some("kill") => Signal::KILL,
        Some("stop") => Signal::STOP,
        other => panic!("the fail point {name} knows `kill` and `stop`, not {other:?}"),
    };
    tracing::warn!(name, what, "a fail point strikes");
    if let Err(error) = kill_process(getpid(), signal) {
        panic!("the fail point {name} cannot strike: {error}");
    }
    // A stop reaches the threads one after the other: this one must not go on before it does.
    std::thread::sleep(std::time::Duration::from_millis(100));
}
