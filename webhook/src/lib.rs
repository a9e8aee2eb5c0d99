//! The HTTP surface: ingress of the platforms' webhooks, health and metrics. HTTP only.
//!
//! A handler takes a request apart, makes one call into core, and answers. Which platform a body comes from is the
//! business of a [`Door`](sapa_core::inbox::Door) that is handed in; nothing here knows a platform's format.

mod address;
mod admin;
mod api;
mod body;
mod health;
mod ingress;
mod limits;
pub mod metrics;
mod portal;
mod problem;
mod serve;
mod surface;
#[cfg(test)]
mod tests;
mod tries;

pub use address::{NoNetwork, Proxies};
pub use limits::Limits;
pub use serve::serve;
pub use surface::{Surface, router};
