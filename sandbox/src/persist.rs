//! Keeps chats, ids, offsets and files between runs of `sapa sandbox`: one JSON file, written whole and moved
//! into place, and one file per medium beside it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::broadcast::error::RecvError;

use crate::clock::pause;
use crate::files::File;
use crate::hub::Hub;
use crate::locked;

const FORMAT: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Saved {
    format: u32,
    now_ms: i64,
    ids: u64,
    whatsapp: Value,
    telegram: Value,
    files: Vec<(String, File)>,
}

/// Reads what an earlier run has saved; nothing there is a fresh start.
pub(crate) fn load(hub: &Hub, dir: &Path) -> io::Result<()> {
    let text = match std::fs::read(dir.join("platforms.json")) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(e),
    };
    let saved: Saved = serde_json::from_slice(&text)?;
    if saved.format != FORMAT {
        let why = format!(
            "{} was written by another version of the sandbox",
            dir.display()
        );
        return Err(io::Error::new(io::ErrorKind::InvalidData, why));
    }
    // A clock that was moved stays moved, so that times in the chats do not run backwards.
    let ahead = u64::try_from(saved.now_ms - hub.clock.now_ms()).unwrap_or(0);
    hub.clock.advance(Duration::from_millis(ahead));
    hub.ids.resume(saved.ids);
    *locked(&hub.whatsapp) = serde_json::from_value(saved.whatsapp)?;
    *locked(&hub.telegram) = serde_json::from_value(saved.telegram)?;
    for (id, mut file) in saved.files {
        file.bytes = std::fs::read(media_path(dir, &id))
            .unwrap_or_default()
            .into();
        hub.files.put(&id, file);
    }
    Ok(())
}

/// Writes everything. What is referred to is read after what refers to it: ids and files last.
pub(crate) fn save(hub: &Hub, dir: &Path) -> io::Result<()> {
    let _alone = locked(&hub.saving);
    std::fs::create_dir_all(dir.join("media"))?;
    let whatsapp = serde_json::to_value(&*locked(&hub.whatsapp))?;
    let telegram = serde_json::to_value(&*locked(&hub.telegram))?;
    let files = hub.files.all();
    for (id, file) in &files {
        let path = media_path(dir, id);
        if !path.exists() {
            std::fs::write(path, &file.bytes)?;
        }
    }
    let saved = Saved {
        format: FORMAT,
        now_ms: hub.clock.now_ms(),
        ids: hub.ids.position(),
        whatsapp,
        telegram,
        files,
    };
    let unfinished = dir.join("platforms.json.new");
    std::fs::write(&unfinished, serde_json::to_vec(&saved)?)?;
    std::fs::rename(unfinished, dir.join("platforms.json"))
}

/// Saves a moment after changes, and once more at the end.
pub(crate) async fn keep_saving(hub: Arc<Hub>, dir: PathBuf) {
    let mut changes = hub.wire.listen_changes();
    let mut events = hub.wire.listen();
    loop {
        let over = tokio::select! {
            () = hub.stop.cancelled() => true,
            change = changes.recv() => matches!(change, Err(RecvError::Closed)),
            event = events.recv() => matches!(event, Err(RecvError::Closed)),
        };
        if !over {
            tokio::select! {
                () = hub.stop.cancelled() => {}
                () = pause(Duration::from_secs(1)) => {}
            }
        }
        while changes.try_recv().is_ok() || events.try_recv().is_ok() {}
        let (saving, into) = (hub.clone(), dir.clone());
        let saved = tokio::task::spawn_blocking(move || save(&saving, &into)).await;
        if let Ok(Err(error)) = saved {
            tracing::warn!(%error, "the sandbox could not be saved");
        }
        if over || hub.stop.is_cancelled() {
            return;
        }
    }
}

/// Ids are letters and digits made here; nothing of them reaches outside the folder.
fn media_path(dir: &Path, id: &str) -> PathBuf {
    dir.join("media").join(id)
}
