//! The job that does what was asked for about people's data, and forgets what was only kept for a while.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{
    EXPORTS, Kind,
    erasing::{erase, file_name, remove_files},
    exporting,
    store::{self, Request, erase as rows},
};
use crate::{
    args, db,
    desk::{Act, Desk},
    inbox::Channel,
    media::{self, Media, MediaKind, MediaState},
    outbox::{self, Class, Content, NewRow, Prompt},
    retention::Retention,
    staff,
    tickets::Actor,
};

/// How often it is looked for requests that nobody rang for: another process made them, or they failed.
const LOOK: Duration = Duration::from_secs(30);
/// How often what was kept for a while is looked for.
const TIDY: Duration = Duration::from_mins(5);
/// So long a file that was handed over lies here.
const EXPORT_KEPT: Duration = Duration::from_hours(24);
/// So long after an erasure it is looked whether somebody who was in the middle of something wrote about that person.
const LATECOMERS: Duration = Duration::from_mins(15);
/// The files in a document for Telegram: it takes 50 MB (Bot API: sendDocument), and base 64 makes four bytes of three.
const MOST: u64 = 34_000_000;

/// Does what was asked for until `stop`.
pub async fn run(desk: Desk, stop: CancellationToken) {
    let mut bell = desk.bell.people();
    let mut tidied = None;
    while !stop.is_cancelled() {
        bell.borrow_and_update();
        if let Err(error) = work(&desk, &stop).await {
            tracing::warn!(error = %format!("{error:#}"), "what was asked about people's data could not be looked up");
        }
        let mono = desk.clock.mono();
        if tidied.is_none_or(|at| mono.saturating_sub(at) >= TIDY) {
            tidied = Some(mono);
            if let Err(error) = tidy(&desk).await {
                tracing::warn!(error = %format!("{error:#}"), "what was kept for a while is not gone yet");
            }
        }
        tokio::select! {
            () = stop.cancelled() => break,
            rung = bell.changed() => if rung.is_err() { break },
            () = desk.clock.sleep(LOOK) => {}
        }
    }
}

async fn work(desk: &Desk, stop: &CancellationToken) -> anyhow::Result<()> {
    let mut tx = desk.db.read().await?;
    let open = store::open(&mut tx).await?;
    tx.rollback().await?;
    for request in open {
        let done = match request.kind {
            Kind::Erasure => tokio::select! {
                erased = erase(desk, &request.id) => erased,
                () = stop.cancelled() => return Ok(()),
            },
            Kind::Export => export(desk, &request).await,
        };
        // One that cannot be done keeps no other waiting.
        if let Err(error) = done {
            let (id, error) = (&request.id, format!("{error:#}"));
            tracing::warn!(
                id,
                error,
                "what was asked about a person's data is not done yet"
            );
        }
    }
    Ok(())
}

/// Makes the document and hands it to whoever asked.
async fn export(desk: &Desk, request: &Request) -> anyhow::Result<()> {
    let now = desk.clock.now();
    let mut tx = desk.db.read().await?;
    let told = exporting::tell(&mut tx, &desk.settings, &request.customer_id, now).await?;
    let person = store::person(&mut tx, &request.customer_id).await?;
    tx.rollback().await?;
    let mut file = None;
    if let (Some(mut told), Some(None)) = (told, person.map(|person| person.erased_at)) {
        told.keep_below(MOST);
        let id = desk.ids.id(now);
        let mime = "application/json";
        let path = desk
            .settings
            .media_dir
            .join(media::name_on_disk(&id, Some(mime)));
        let to = path.clone();
        tokio::task::spawn_blocking(move || told.write(std::fs::File::create(&to)?)).await??;
        let size = tokio::fs::metadata(&path).await?.len();
        file = Some(Media {
            platform_id: format!("{}:{id}", request.customer_id),
            id,
            channel: Channel(EXPORTS.to_owned()),
            kind: MediaKind::Document,
            filename: Some(format!("data-{}.json", request.customer_id)),
            mime: Some(mime.to_owned()),
            size: i64::try_from(size).ok(),
            state: MediaState::Stored,
            error: None,
            created_at: now,
        });
    }
    let mut tx = desk.db.write().await?;
    let mut act = desk.act(&mut tx);
    if store::done(act.tx, &request.id, now).await? {
        hand_over(&mut act, request, file.as_ref()).await?;
    }
    drop(act);
    tx.commit().await?;
    desk.bell.ring_outbox();
    Ok(())
}

async fn hand_over(act: &mut Act<'_>, request: &Request, file: Option<&Media>) -> db::Result<()> {
    let Actor::Staff(id) = request.by() else {
        return Ok(());
    };
    let Some(by) = staff::by_id(act.tx, &id).await?.filter(|by| by.active) else {
        return Ok(());
    };
    let (Some(chat), Some(file)) = (by.telegram_chat_id, file) else {
        return Ok(());
    };
    media::store::keep(act.tx, file).await?;
    let hours = i64::try_from(EXPORT_KEPT.as_secs() / 3_600).unwrap_or(i64::MAX);
    let text = act
        .localizer(by.locale)
        .text("people-exported", args!["hours" => hours]);
    let prompt = Prompt {
        media_id: Some(file.id.clone()),
        ..Prompt::text(text)
    };
    let channel = act.desk.settings.telegram.clone();
    let row = NewRow::new(&channel, chat, Class::Conversation, Content::Prompt(prompt));
    outbox::enqueue(act, row).await.map(drop)
}

/// Files that were handed over, events that say nothing and do not come again, and what somebody was about to write when a person was
/// erased.
async fn tidy(desk: &Desk) -> anyhow::Result<()> {
    let now = desk.clock.now();
    let mut tx = desk.db.read().await?;
    let old = rows::old_exports(&mut tx, now.minus(EXPORT_KEPT)).await?;
    let erased = store::erased_since(&mut tx, now.minus(LATECOMERS)).await?;
    tx.rollback().await?;
    let names: Vec<String> = old.iter().map(file_name).collect();
    remove_files(&desk.settings.media_dir, &names).await?;
    let mut tx = desk.db.write().await?;
    for file in &old {
        rows::delete_file(&mut tx, &file.id).await?;
    }
    for customer in &erased {
        rows::by_id(&mut tx, customer).await?;
    }
    rows::delete_emptied(&mut tx, now.minus(Retention::LEAST_EVENTS)).await?;
    tx.commit().await?;
    Ok(())
}
