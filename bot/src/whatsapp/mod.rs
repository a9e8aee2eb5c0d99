//! All wire knowledge of WhatsApp's Cloud API: webhooks come in through [`WhatsAppDoor`], are understood by [`read()`], and what the
//! desk says goes out through [`WhatsAppSender`]. Knows nothing about what is talked about.

use secrecy::SecretString;

mod account;
mod answer;
mod attach;
mod change;
mod client;
mod door;
mod envelope;
mod errors;
mod media;
mod people;
mod plan;
mod read;
mod render;
mod said;
mod sender;
mod split;
mod text;
mod watch;
mod wire;

#[cfg(test)]
mod tests;

pub use account::Told;
pub use client::{Client, Misconfigured, perform};
pub use door::WhatsAppDoor;
pub use media::WhatsAppMedia;
pub use read::{Read, read};
pub use sender::WhatsAppSender;
pub use watch::WhatsAppWatch;

/// A business number and what its app at Meta is known by.
#[derive(Clone, Debug)]
pub struct Account {
    /// The bearer token of calls.
    pub access_token: SecretString,
    /// The id of the business number, as in `metadata.phone_number_id`.
    pub phone_number_id: String,
    /// What webhooks are signed with. Without one nothing comes in.
    pub app_secret: SecretString,
    /// What Meta repeats when it asks whether the webhook's address is ours.
    pub verify_token: SecretString,
    /// The Graph API's address, without a version.
    pub api_url: reqwest::Url,
    /// `v23.0` or the like.
    pub api_version: String,
    /// The WhatsApp Business Account; events of another one are kept and not handled.
    pub business_account_id: Option<String>,
    /// The only hosts from which media are fetched, each with its port where that is not the usual one.
    pub media_hosts: Vec<String>,
}
