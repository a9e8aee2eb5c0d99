//! Small facts that outlive a run.

pub mod store;

pub use store::{get, set};
