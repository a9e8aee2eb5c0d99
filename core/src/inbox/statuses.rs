//! Delivery statuses: their own stream beside the lanes, applied in bulk and only ever forward.

use serde::{Deserialize, Serialize};

use crate::clock::Millis;

/// How far a platform says that a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reached {
    /// On its way.
    Sent,
    /// On the person's device.
    Delivered,
    /// Seen (a voice note: played).
    Read,
    /// Refused after it was taken.
    Failed,
}

/// One status, in our own words: the payload of an event of the status stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusChange {
    /// The platform's id of the message.
    pub external_id: String,
    /// The id of the outbox row, when the platform hands it back (`biz_opaque_callback_data`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outbox_id: Option<String>,
    /// What happened.
    pub reached: Reached,
    /// When, by the platform's clock.
    pub at: Millis,
    /// Why it failed: the platform's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// Why it failed, in the platform's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}
