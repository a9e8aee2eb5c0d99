//! The rivers' bed: where the desk's own work runs in `serve`.
//!
//! On SQLite everything is a conversation between the thread that decides and the thread that has the database, a dozen short questions
//! for each message. On two cores each question wakes the other core, which on a virtual machine takes longer than the answer: a desk whose
//! two threads share one core did half as much again (docs/performance.md). So they do; what comes in over HTTP has all the others.

use std::{io, thread};

use tokio::{
    runtime::{Builder, Handle},
    sync::oneshot,
};

/// A thread with a runtime of its own, whose children stay on its core.
pub struct Bed {
    runtime: Handle,
    _end: oneshot::Sender<()>,
}

impl Bed {
    /// Makes one.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn make() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (end, ended) = oneshot::channel::<()>();
        let handle = runtime.handle().clone();
        let bed = move || {
            stay_here();
            // Until whoever made it lets go of it.
            let _ = runtime.block_on(ended);
            runtime.shutdown_background();
        };
        thread::Builder::new()
            .name("rivers".to_owned())
            .spawn(bed)?;
        Ok(Self {
            runtime: handle,
            _end: end,
        })
    }

    /// Where to spawn what is to run there.
    pub fn runtime(&self) -> &Handle {
        &self.runtime
    }
}

/// Keeps this thread, and every thread that it starts, on the core it is on.
#[cfg(target_os = "linux")]
fn stay_here() {
    use rustix::thread::{CpuSet, sched_getcpu, sched_setaffinity};
    let mut here = CpuSet::new();
    here.set(sched_getcpu());
    if let Err(error) = sched_setaffinity(None, &here) {
        tracing::debug!(%error, "the rivers may wander from core to core");
    }
}

#[cfg(not(target_os = "linux"))]
fn stay_here() {}
