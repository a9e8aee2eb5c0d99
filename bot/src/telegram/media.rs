//! Fetching the files that people send to the bot.

use async_trait::async_trait;
use sapa_core::media::{Fetch, FetchError};
use serde_json::Value;
use teloxide::{payloads::GetFile, types::FileId};

use super::{client::Client, errors::CallError};

/// What `getFile` gives at most (Bot API: getFile).
const MOST: u64 = 20 * 1024 * 1024;

/// Fetches files by Telegram's ids.
pub struct TelegramMedia {
    client: Client,
}

impl TelegramMedia {
    /// Fetches with this client.
    pub fn new(client: Client) -> Self {
        Self { client }
    }
}

#[async_trait]
impl Fetch for TelegramMedia {
    async fn fetch(&self, platform_id: &str, max_bytes: u64) -> Result<Vec<u8>, FetchError> {
        let most = max_bytes.min(MOST);
        let file = GetFile::new(FileId(platform_id.to_owned()));
        let file = self.client.call(&file).await.map_err(why)?;
        let size = file.get("file_size").and_then(Value::as_u64);
        if size.is_some_and(|size| size > most) {
            return Err(FetchError::TooLarge);
        }
        let path = file.get("file_path").and_then(Value::as_str);
        let path = path
            .filter(|path| is_plain(path))
            .ok_or(FetchError::Refused)?;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        match self.client.download(path, most).await {
            // The link has run out, or the file is gone: nothing to do with the token, which `getFile` has just taken.
            Err(CallError::Account { .. }) => Err(FetchError::Gone),
            other => other.map_err(why),
        }
    }
}

/// A path below the file address, and nothing that leads elsewhere. (A server of one's own in local mode gives absolute paths.)
fn is_plain(path: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '.');
    !path.is_empty()
        && !path.starts_with('/')
        && path.chars().all(plain)
        && path.split('/').all(|part| part != ".." && part != ".")
}

fn why(error: CallError) -> FetchError {
    match error {
        CallError::TooLarge => FetchError::TooLarge,
        CallError::Refused { .. } | CallError::Unreachable { .. } => FetchError::Gone,
        error => {
            tracing::warn!(%error, "a file could not be fetched");
            FetchError::Retry
        }
    }
}
