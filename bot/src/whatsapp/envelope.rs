//! What is stored of one element of a webhook: the element as it came, and the few facts around it that reading it needs.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Which array an element stood in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Part {
    /// `messages[]`.
    Message,
    /// `statuses[]`; only the ones that are no status of ours are stored so.
    Status,
    /// `errors[]` of a value.
    Error,
    /// `user_preferences[]`.
    Preference,
    /// A change as a whole.
    Change,
    /// Something that stood where an entry, a change or an element belongs.
    Stray,
}

/// The payload of an event, as written.
#[derive(Clone, Copy, Serialize)]
pub(super) struct Stored<'a> {
    /// Which array it stood in.
    pub part: Part,
    /// The change's `field`.
    pub field: &'a str,
    /// The entry's id: the business account.
    pub entry: Option<&'a str>,
    /// The entry's time.
    pub time: Option<&'a str>,
    /// Which business number it is about.
    pub phone_number_id: Option<&'a str>,
    /// The contact that goes with it.
    pub contact: Option<&'a RawValue>,
    /// The element, verbatim.
    pub element: &'a RawValue,
}

/// The payload of an event, as read again.
#[derive(Deserialize)]
pub(super) struct Payload<'a> {
    pub part: Part,
    pub field: String,
    #[serde(borrow)]
    pub contact: Option<&'a RawValue>,
    #[serde(borrow)]
    pub element: &'a RawValue,
}
