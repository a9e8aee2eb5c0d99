//! The watch: asks the platforms every few minutes how they treat us. One process asks for all, elected by a lease.

use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::{Level, News, note, store};
use crate::{db, desk::Desk, inbox::Channel, leases};

/// How often is asked.
const ROUND: Duration = Duration::from_mins(5);
/// How often while the account is refused: whoever has mended it wants to see it.
const ANXIOUS: Duration = Duration::from_secs(30);
/// A start is busy with other things.
const FIRST: Duration = Duration::from_secs(10);
/// How often every process looks whether another has found the account refused.
const STEP: Duration = Duration::from_secs(30);
/// So long after the last sign of trouble there is none any more: longer than any pause between two tries, and than a refusal takes to be
/// written down.
const STALE: Duration = Duration::from_mins(2);

/// Whoever knows how to ask a platform, and how to mend what can be mended from here.
#[async_trait]
pub trait Watcher: Send + Sync {
    /// The account that is watched.
    fn channel(&self) -> &Channel;
    /// Asks, mends, and tells. Nothing where nothing could be learnt.
    async fn look(&mut self) -> Vec<News>;
}

/// Watches until `stop`: every process keeps in step with what is known, one of them asks.
pub async fn run(
    desk: Desk,
    start: impl Fn() -> Vec<Box<dyn Watcher>> + Send + Sync,
    owner: String,
    stop: CancellationToken,
) {
    let asking = leases::hold(&desk, "connections", &owner, &stop, |_, term| {
        rounds(&desk, start(), term)
    });
    tokio::join!(asking, keep_in_step(&desk, &stop));
}

async fn rounds(desk: &Desk, mut watchers: Vec<Box<dyn Watcher>>, stop: CancellationToken) {
    pause(desk, jittered(desk, FIRST), &stop).await;
    while !stop.is_cancelled() {
        for watcher in &mut watchers {
            let channel = watcher.channel().clone();
            let news = tokio::select! {
                () = stop.cancelled() => return,
                news = watcher.look() => news,
            };
            if let Err(error) = remember(desk, &channel, news).await {
                tracing::warn!(%channel, %error, "what is known of a channel's health could not be written");
            }
        }
        let anxious = is_refused(desk).await.unwrap_or(true);
        let wait = if anxious { ANXIOUS } else { ROUND };
        pause(desk, jittered(desk, wait), &stop).await;
    }
}

/// Writes down what a round has brought. Templates that the platform does not list any more are forgotten.
async fn remember(desk: &Desk, channel: &Channel, news: Vec<News>) -> db::Result<()> {
    let listed: Vec<_> = news
        .iter()
        .filter_map(|news| match news {
            News::Template { name, language, .. } => Some(super::news::template(name, language)),
            _ => None,
        })
        .collect();
    let mut tx = desk.db.write().await?;
    let mut act = desk.act(&mut tx);
    for one in &news {
        note(&mut act, channel, one).await?;
    }
    for fact in store::facts(act.tx, channel).await? {
        let gone = fact.subject.starts_with("template:") && !listed.contains(&fact.subject);
        if gone && !listed.is_empty() {
            store::forget(act.tx, channel, &fact.subject).await?;
        }
    }
    let now = act.now;
    for subject in store::expired(act.tx, channel, now).await? {
        note(&mut act, channel, &News::Expired { subject }).await?;
    }
    drop(act);
    tx.commit().await?;
    desk.bell.ring_outbox();
    Ok(())
}

async fn is_refused(desk: &Desk) -> db::Result<bool> {
    Ok(!refusals(desk).await?.is_empty())
}

async fn refusals(desk: &Desk) -> db::Result<Vec<(Channel, String)>> {
    let mut found = Vec::new();
    let mut tx = desk.db.read().await?;
    for channel in [&desk.settings.whatsapp, &desk.settings.telegram] {
        let access = store::fact(&mut tx, channel, "access").await?;
        if let Some(access) = access.filter(|access| access.level == Level::Bad) {
            found.push((channel.clone(), access.detail.unwrap_or_default()));
        }
    }
    tx.rollback().await?;
    Ok(found)
}

/// Whoever sends after a restart, or in another process, has to know that the account was refused: only so does the first message that
/// goes out again tell that it is mended. And whoever sends nothing has to hear that it is.
async fn keep_in_step(desk: &Desk, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        match refusals(desk).await {
            Ok(refused) => {
                let now = desk.clock.mono();
                for channel in [&desk.settings.whatsapp, &desk.settings.telegram] {
                    let is_refused = |(other, _): &&(Channel, String)| other == channel;
                    match refused.iter().find(is_refused) {
                        Some((_, code)) => drop(desk.health.refused(channel, code, now)),
                        None => desk.health.outlived(channel, now.saturating_sub(STALE)),
                    }
                }
            }
            Err(error) => {
                tracing::warn!(%error, "what is known of the channels' health could not be read");
            }
        }
        pause(desk, STEP, stop).await;
    }
}

fn jittered(desk: &Desk, wait: Duration) -> Duration {
    let jitter = u32::try_from(desk.ids.below(400)).unwrap_or(200);
    wait * (800 + jitter) / 1_000
}

async fn pause(desk: &Desk, wait: Duration, stop: &CancellationToken) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = desk.clock.sleep(wait) => {}
    }
}
