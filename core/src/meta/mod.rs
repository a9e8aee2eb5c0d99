//! Small facts that outlive a run.

pub mod store;

pub use store::{get, set};

/// Where the bot's user name is remembered, for links (`t.me/<name>?start=…`).
pub const BOT_USERNAME: &str = "telegram.username";
