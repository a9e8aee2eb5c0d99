//! What goes out and is nobody's to read on the way: one-time codes, invitations, links. It is sealed while it lies in the outbox,
//! opened by the sender alone, and forgotten when it was sent, refused, or is too old to be of use.

use serde::{Deserialize, Serialize};

use super::{Content, Job, SendError, store};
use crate::{clock::Millis, db, desk::Desk, security::Label};

/// Something to say, and to which number if it is not the recipient's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Secret {
    /// What to say.
    pub content: Content,
    /// A number that the recipient says is theirs too (digits, as WhatsApp names it); only a template goes there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
}

impl Secret {
    /// Something for the recipient.
    pub fn new(content: Content) -> Self {
        Self {
            content,
            number: None,
        }
    }

    /// Sealed for this recipient, of use until then.
    pub fn seal(&self, desk: &Desk, recipient: &str, until: Millis) -> db::Result<Content> {
        let plain = serde_json::to_vec(self).map_err(|e| db::Error::Encode(e.into()))?;
        let sealed = desk
            .keys
            .seal(Label::OutboxSecret, &desk.ids, recipient, &plain);
        Ok(Content::Sealed { sealed, until })
    }
}

/// What a row says, opened if it is sealed. A secret that is too old is not wanted any more.
///
/// # Errors
/// When there is nothing left to say, or our keys do not open it.
pub fn opened(desk: &Desk, job: &Job) -> Result<Secret, SendError> {
    match &job.content {
        Content::Sealed { sealed, until } if desk.clock.now() < *until => {
            let opened = desk.keys.open(Label::OutboxSecret, &job.recipient, sealed);
            let secret = opened.and_then(|plain| serde_json::from_slice(&plain).ok());
            secret.ok_or_else(|| SendError::Permanent {
                code: "sealed".into(),
                detail: "none of the desk's keys opens it".into(),
            })
        }
        Content::Sealed { .. } | Content::Erased => Err(SendError::Cancelled),
        plain => Ok(Secret::new(plain.clone())),
    }
}

/// Forgets every secret that was sent or refused, or that has lain there since before then. How many.
pub async fn forget(tx: &mut db::Tx, before: Millis) -> db::Result<u64> {
    store::secrets::erase_all(tx, before).await
}
