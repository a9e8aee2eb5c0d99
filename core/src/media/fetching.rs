//! The job that fetches files: durable, a few at a time, tried again with growing pauses.

use std::{path::Path, sync::Arc, time::Duration};

use sha2::{Digest as _, Sha256};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{
    Fetch, FetchError, Media, MediaState, path, sniff,
    store::{self, Claimed},
};
use crate::{clock::Millis, db, desk::Desk, hex::hex, inbox::Channel};

/// So many files are fetched at once.
const AT_ONCE: usize = 4;

/// How long one attempt may take before another process may try.
const CLAIM: Duration = Duration::from_mins(2);

/// The pauses before a file is tried again; when they are used up it has failed.
const PAUSES: [Duration; 4] = [
    Duration::from_secs(2),
    Duration::from_secs(8),
    Duration::from_secs(30),
    Duration::from_mins(2),
];

/// How long to rest when nothing is due and no bell rings.
const REST: Duration = Duration::from_secs(30);

type Fetchers = Arc<Vec<(Channel, Arc<dyn Fetch>)>>;

/// Fetches what is wanted until it is told to stop.
pub async fn run(desk: Desk, fetchers: Vec<(Channel, Arc<dyn Fetch>)>, stop: CancellationToken) {
    let fetchers: Fetchers = Arc::new(fetchers);
    let mut bell = desk.bell.media();
    let mut running = JoinSet::new();
    if !desk.db.is_shared()
        && let Err(error) = free(&desk).await
    {
        tracing::warn!(%error, "files of an earlier run are fetched a little later");
    }
    while !stop.is_cancelled() {
        bell.borrow_and_update();
        let rest = match begin(&desk, &fetchers, &mut running).await {
            Ok(rest) => rest,
            Err(error) => {
                tracing::warn!(%error, "cannot look for files to fetch");
                Duration::from_secs(1)
            }
        };
        tokio::select! {
            () = stop.cancelled() => break,
            rung = bell.changed() => if rung.is_err() { break },
            Some(_) = running.join_next() => {}
            () = desk.clock.sleep(rest) => {}
        }
    }
    running.shutdown().await;
}

async fn free(desk: &Desk) -> db::Result<()> {
    let mut tx = desk.db.write().await?;
    store::free(&mut tx, desk.clock.now()).await?;
    tx.commit().await
}

/// Begins what is due and fits; how long until there may be more.
async fn begin(
    desk: &Desk,
    fetchers: &Fetchers,
    running: &mut JoinSet<()>,
) -> db::Result<Duration> {
    while running.len() < AT_ONCE {
        let now = desk.clock.now();
        let mut tx = desk.db.read().await?;
        let due = store::due(&mut tx, now).await?;
        let next = store::next(&mut tx).await?;
        tx.rollback().await?;
        let Some(id) = due else {
            return Ok(next.map_or(REST, |at| {
                at.since(now).clamp(Duration::from_millis(1), REST)
            }));
        };
        let mut tx = desk.db.write().await?;
        let claimed = store::claim(&mut tx, &id, now, now.plus(CLAIM)).await?;
        tx.commit().await?;
        if let Some(claimed) = claimed {
            let (desk, fetchers) = (desk.clone(), Arc::clone(fetchers));
            running.spawn(async move {
                let id = claimed.id.clone();
                if let Err(error) = fetch(&desk, &fetchers, claimed).await {
                    tracing::warn!(media = %id, %error, "a file was not stored");
                }
            });
        }
    }
    Ok(REST)
}

async fn fetch(desk: &Desk, fetchers: &Fetchers, claimed: Claimed) -> anyhow::Result<()> {
    let fetcher = fetchers
        .iter()
        .find(|(channel, _)| *channel == claimed.channel)
        .map(|(_, fetcher)| fetcher);
    let most = desk.settings.media_max_bytes;
    let outcome = match fetcher {
        Some(fetcher) => fetcher.fetch(&claimed.platform_id, most).await,
        None => Err(FetchError::Refused),
    };
    match outcome {
        Ok(bytes) if u64::try_from(bytes.len()).is_ok_and(|size| size <= most) => {
            keep(desk, &claimed, bytes).await?;
        }
        Ok(_) => give_up(desk, &claimed, FetchError::TooLarge).await?,
        Err(FetchError::Retry) => again(desk, &claimed).await?,
        Err(error) => give_up(desk, &claimed, error).await?,
    }
    // Messages that waited for the file can go out now, with it or without.
    desk.bell.ring_outbox();
    Ok(())
}

async fn keep(desk: &Desk, claimed: &Claimed, bytes: Vec<u8>) -> anyhow::Result<()> {
    let (mime, _) = sniff(&bytes);
    let mut tx = desk.db.read().await?;
    let media = store::by_id(&mut tx, &claimed.id).await?;
    tx.rollback().await?;
    let Some(media) = media.filter(|m| m.state == MediaState::Wanted) else {
        return Ok(());
    };
    let media = Media {
        mime: Some(mime.to_owned()),
        ..media
    };
    let place = path(&desk.settings, &media);
    write(&place, &bytes).await?;
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let sha256 = hex(Sha256::digest(&bytes));
    let mut tx = desk.db.write().await?;
    let now = desk.clock.now();
    let wanted = store::stored(&mut tx, &claimed.id, mime, size, &sha256, now).await?;
    tx.commit().await?;
    if !wanted {
        // Its person was erased meanwhile.
        tokio::fs::remove_file(&place).await?;
    }
    Ok(())
}

/// Writes a file so that it is there whole or not at all, also after a power loss.
async fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    tokio::fs::create_dir_all(folder).await?;
    let unfinished = path.with_extension("part");
    tokio::fs::write(&unfinished, bytes).await?;
    tokio::fs::File::open(&unfinished).await?.sync_all().await?;
    tokio::fs::rename(&unfinished, path).await?;
    // Its name is the folder's: without this the file is safe, but nobody finds it.
    tokio::fs::File::open(folder).await?.sync_all().await
}

async fn again(desk: &Desk, claimed: &Claimed) -> db::Result<()> {
    let tried = usize::try_from(claimed.attempts).unwrap_or(usize::MAX);
    let Some(pause) = PAUSES.get(tried.saturating_sub(1)) else {
        return give_up(desk, claimed, FetchError::Retry).await;
    };
    let due: Millis = desk.clock.now().plus(*pause);
    let mut tx = desk.db.write().await?;
    store::later(&mut tx, &claimed.id, due, FetchError::Retry.as_str()).await?;
    tx.commit().await
}

async fn give_up(desk: &Desk, claimed: &Claimed, error: FetchError) -> db::Result<()> {
    tracing::warn!(media = %claimed.id, channel = %claimed.channel, error = error.as_str(), "a file cannot be had");
    let mut tx = desk.db.write().await?;
    store::failed(&mut tx, &claimed.id, error.as_str()).await?;
    tx.commit().await
}
