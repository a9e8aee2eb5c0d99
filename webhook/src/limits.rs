//! How much a client may ask of the listener.

use std::time::Duration;

/// What one connection may take, and how many there may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The largest body, in bytes. Meta's batches are at most 3 MB (Meta: webhooks, "up to 3 MB").
    pub body_bytes: usize,
    /// The bytes of all bodies that are held at once, before and after their proof; beyond them large bodies are asked to come again.
    pub bodies_bytes: usize,
    /// How long a request's headers may take, and how long a connection may be idle; a tenth of it once half of the places are taken.
    pub header_time: Duration,
    /// How long a request's body may take.
    pub body_time: Duration,
    /// How many connections are held; further ones wait in the system's queue.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 4 * 1024 * 1024,
            bodies_bytes: 64 * 1024 * 1024,
            header_time: Duration::from_secs(10),
            body_time: Duration::from_secs(15),
            connections: 4_096,
        }
    }
}

impl Limits {
    /// Connections that leave half of the process's file descriptors to the database, the platforms and media.
    pub(crate) fn affordable_connections(&self) -> usize {
        let files = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
        files
            .and_then(|files| usize::try_from(files / 2).ok())
            .map_or(self.connections, |half| self.connections.min(half.max(1)))
    }
}
