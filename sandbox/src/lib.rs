//! Both platforms in miniature over their real wire protocols, and the two-pane page.
//!
//! Used by `sapa sandbox`, by the tests' `World`, and by the load generator. It shares no type with the other
//! crates, so that it cannot share their mistakes: what it knows comes from Meta's and Telegram's documents.

mod body;
mod clock;
mod faults;
mod files;
mod hub;
pub mod load;
mod options;
pub mod page;
mod persist;
mod platforms;
mod rates;
mod server;
mod shown;
pub mod telegram;
pub mod whatsapp;
mod wire;

pub use clock::Clock;
pub use faults::{Fault, FaultSet, Faults, PlatformFaults, Rule, WebhookFaults};
pub use options::{Options, Posting, Rules, Statuses, WindowRefusal};
pub use platforms::{Platforms, credentials};
pub use shown::{
    Kind, Media, Place, Quote, Shown, ShownButton, ShownEntity, ShownKey, ShownList, ShownMedia,
    ShownRow, ShownTemplate, Side, Ticks,
};
pub use telegram::Telegram;
pub use whatsapp::{Account, Template, TokenLife, WhatsApp};
pub use wire::{Call, Hop, Platform, WireEvent};

/// Something a person was to answer, tap or quote is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing(pub String);

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Missing {}

/// Locks, also after a panic elsewhere: a test that failed must not hide behind a poisoned lock.
fn locked<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
