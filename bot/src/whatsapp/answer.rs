//! Answers of the Cloud API, read to their end and never further than is good for us.

use std::time::Duration;

use reqwest::{Response, StatusCode, header};

use super::{errors::Refusal, wire::Object};

/// The largest answer that is read.
const LARGEST_ANSWER: u64 = 1024 * 1024;

/// An answer, read to its end.
pub(super) struct Answer {
    pub status: StatusCode,
    after: Option<Duration>,
    /// `None`: it broke off, took too long or is too large.
    body: Option<Vec<u8>>,
}

impl Answer {
    /// The body as an object.
    pub fn object(&self) -> Option<Object<'_>> {
        Object::read(std::str::from_utf8(self.body.as_deref()?).ok()?)
    }

    /// As a refusal.
    pub fn refusal(&self) -> Refusal<'_> {
        Refusal {
            status: self.status.as_u16(),
            after: self.after,
            body: self.body.as_deref().unwrap_or_default(),
        }
    }
}

/// Reads an answer to its end.
pub(super) async fn read(response: Response) -> Answer {
    let status = response.status();
    let after = response.headers().get(header::RETRY_AFTER);
    let after = after.and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let body = capped(response, LARGEST_ANSWER).await.ok();
    Answer {
        status,
        after: after.map(Duration::from_secs),
        body,
    }
}

/// Why a body was not read to its end.
pub(super) enum Cut {
    /// It is larger than it may be.
    TooLarge,
    /// It broke off, or took too long.
    Broken,
}

/// The body, at most so many bytes of it.
pub(super) async fn capped(mut response: Response, most: u64) -> Result<Vec<u8>, Cut> {
    if response
        .content_length()
        .is_some_and(|length| length > most)
    {
        return Err(Cut::TooLarge);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| Cut::Broken)? {
        body.extend_from_slice(&chunk);
        if u64::try_from(body.len()).is_ok_and(|length| length > most) {
            return Err(Cut::TooLarge);
        }
    }
    Ok(body)
}
