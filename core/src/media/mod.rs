//! Files that people send: a durable job fetches them from the platform and stores them under names that we choose. Knows no platform:
//! whoever fetches is handed in.

use std::path::PathBuf;

use async_trait::async_trait;

use crate::{
    clock::Millis,
    db::{self, FromRow, Tx, Type},
    desk::{Act, Settings},
    inbox::Channel,
};

mod fetching;
mod sniff;
pub(crate) mod store;

pub use crate::outbox::MediaKind;
pub use fetching::run;
pub use sniff::sniff;

/// Where a file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum MediaState {
    /// It is to be fetched.
    Wanted,
    /// It lies in the media folder.
    Stored,
    /// It cannot be had.
    Failed,
}

/// A file that a platform holds or held.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Media {
    /// Our id, and the stem of its name on disk.
    pub id: String,
    /// The account it came in on.
    pub channel: Channel,
    /// The platform's id of it.
    pub platform_id: String,
    /// What sort of file the platform said it is.
    pub kind: MediaKind,
    /// What its sender called it; for people to read, never a path.
    pub filename: Option<String>,
    /// Its type: by the platform while it is wanted, by its bytes once it is stored.
    pub mime: Option<String>,
    /// Its size in bytes, once it is stored.
    pub size: Option<i64>,
    /// Where it stands.
    pub state: MediaState,
    /// Why it cannot be had.
    pub error: Option<String>,
    /// When it was first wanted.
    pub created_at: Millis,
}

/// Why a file was not fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// Not now.
    #[error("not now")]
    Retry,
    /// The platform has it no more.
    #[error("gone")]
    Gone,
    /// It is larger than is fetched.
    #[error("too large")]
    TooLarge,
    /// The platform does not give it, or it lies where we do not fetch from.
    #[error("refused")]
    Refused,
}

impl FetchError {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Retry => "unreachable",
            Self::Gone => "gone",
            Self::TooLarge => "too_large",
            Self::Refused => "refused",
        }
    }
}

/// Whoever can fetch a platform's files.
#[async_trait]
pub trait Fetch: Send + Sync + 'static {
    /// The file's bytes, at most so many.
    async fn fetch(&self, platform_id: &str, max_bytes: u64) -> Result<Vec<u8>, FetchError>;
}

/// Wants a file. It is fetched after the commit; the same file is wanted once, and again when it could not be had before. Our id of it.
pub async fn want(
    act: &mut Act<'_>,
    channel: &Channel,
    platform_id: &str,
    kind: MediaKind,
    filename: Option<&str>,
    mime: Option<&str>,
) -> db::Result<String> {
    let wanted = Media {
        id: act.id(),
        channel: channel.clone(),
        platform_id: platform_id.to_owned(),
        kind,
        filename: filename.map(str::to_owned),
        mime: mime.map(str::to_owned),
        size: None,
        state: MediaState::Wanted,
        error: None,
        created_at: act.now,
    };
    act.want_file();
    store::want(act.tx, &wanted).await
}

/// How many files are still to be fetched.
pub async fn wanted(tx: &mut Tx) -> db::Result<i64> {
    store::wanted(tx).await
}

/// A file by our id.
pub async fn by_id(tx: &mut Tx, id: &str) -> db::Result<Option<Media>> {
    store::by_id(tx, id).await
}

/// Where a stored file lies: our id and an ending by its type.
pub fn path(settings: &Settings, media: &Media) -> PathBuf {
    let name = name_on_disk(&media.id, media.mime.as_deref());
    settings.media_dir.join(name)
}

/// What a stored file is called in the media folder.
pub(crate) fn name_on_disk(id: &str, mime: Option<&str>) -> String {
    format!("{id}.{}", sniff::ending(mime.unwrap_or_default()))
}

#[cfg(test)]
mod tests;
