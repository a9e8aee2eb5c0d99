//! Fetches the files that customers send: by the platform's id only, and only from hosts that are known (never from an address that a
//! webhook names).

use async_trait::async_trait;
use reqwest::{StatusCode, Url};
use sapa_core::{
    media::{Fetch, FetchError},
    outbox::SendError,
};

use super::{
    answer::{Cut, capped},
    client::Client,
};

/// Where customers' files come from.
pub struct WhatsAppMedia(Client);

impl WhatsAppMedia {
    /// With the calls of this account.
    pub fn new(client: Client) -> Self {
        Self(client)
    }

    /// Where the file lies now; the address lives for five minutes (Meta: business-phone-numbers/media).
    async fn address(&self, id: &str, most: u64) -> Result<Url, FetchError> {
        let answer = self.0.look(id).await.map_err(|_| FetchError::Retry)?;
        if !answer.status.is_success() {
            let refusal = answer.refusal();
            return Err(match refusal.meaning(0) {
                _ if refusal.is_unknown_object() => FetchError::Gone,
                // An account that is refused today may be mended tomorrow.
                SendError::Permanent { .. } => FetchError::Refused,
                _ => FetchError::Retry,
            });
        }
        let object = answer.object().ok_or(FetchError::Retry)?;
        // A number, or a string with one.
        let size = object
            .text("file_size")
            .and_then(|size| size.parse::<u64>().ok());
        if size.is_some_and(|size| size > most) {
            return Err(FetchError::TooLarge);
        }
        let address = object.text("url").ok_or(FetchError::Retry)?;
        address.parse().map_err(|_| FetchError::Refused)
    }

    /// The file at an address; `None` when the address is dead.
    async fn bytes(&self, address: Url, most: u64) -> Result<Option<Vec<u8>>, FetchError> {
        let Some(opened) = self.0.open(address).await else {
            tracing::warn!(
                "a file lies on a host that is not in whatsapp.media_hosts; it is not fetched"
            );
            return Err(FetchError::Refused);
        };
        let response = opened.map_err(|_| FetchError::Retry)?;
        match response.status() {
            StatusCode::NOT_FOUND => Ok(None),
            status if status.is_success() => match capped(response, most).await {
                Ok(bytes) => Ok(Some(bytes)),
                Err(Cut::TooLarge) => Err(FetchError::TooLarge),
                Err(Cut::Broken) => Err(FetchError::Retry),
            },
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS => {
                Err(FetchError::Retry)
            }
            status if status.is_server_error() => Err(FetchError::Retry),
            _ => Err(FetchError::Refused),
        }
    }
}

#[async_trait]
impl Fetch for WhatsAppMedia {
    async fn fetch(&self, platform_id: &str, max_bytes: u64) -> Result<Vec<u8>, FetchError> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'=');
        if platform_id.is_empty() || !platform_id.bytes().all(plain) {
            return Err(FetchError::Refused);
        }
        // A dead address is asked for anew, once.
        for _ in 0..2 {
            let address = self.address(platform_id, max_bytes).await?;
            if let Some(bytes) = self.bytes(address, max_bytes).await? {
                return Ok(bytes);
            }
        }
        Err(FetchError::Gone)
    }
}
