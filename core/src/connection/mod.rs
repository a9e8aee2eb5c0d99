//! How the platforms treat us: what is known of each channel's health, remembered durably, told to whoever can mend it, and taken back
//! when it is mended. What a platform's words mean is decided here; reading them off the wire is the bot's.

use crate::{
    clock::Millis,
    db::{self, FromRow, Tx, Type},
    desk::{Act, Desk},
    inbox::Channel,
};

mod alerts;
mod news;
mod overview;
pub(crate) mod store;
#[cfg(test)]
mod tests;
pub mod watch;
pub mod words;

pub use news::{
    Backlog, News, Quality, Restriction, Review, Sending, Standing, Throughput, Token, Webhook,
};
pub use overview::{Flow, Overview, overview};

/// The codes that speak of the token and of nothing else; a question that is answered proves them out of date. (Graph API: error
/// handling, 102, 190, 463 and 467; 0 is Meta's `AuthException`. Telegram: 401, and 404 for a token that is none.)
const TOKEN_CODES: [&str; 8] = ["0", "102", "190", "463", "467", "401", "404", "http_401"];

/// How well something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Type, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Level {
    /// As it should be.
    Good,
    /// Works, and will not for long, or not for everybody.
    Watch,
    /// Somebody has to do something.
    Bad,
}

/// What is known of one thing on a channel.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Fact {
    /// The channel.
    pub channel: Channel,
    /// What it is about: `access`, `quality`, `template:kabar:id` …
    pub subject: String,
    /// How well it is.
    pub level: Level,
    /// The state that `since` counts from.
    pub value: String,
    /// What else is known; a change of it is no change of the state.
    pub detail: Option<String>,
    /// Until when it holds, where that is known.
    pub until_at: Option<Millis>,
    /// Since when it is so.
    pub since: Millis,
    /// When we last heard of it.
    pub seen_at: Millis,
}

/// Takes news in: remembers them, and when they are a change tells those who can mend it, once.
pub async fn note(act: &mut Act<'_>, channel: &Channel, news: &News) -> db::Result<()> {
    let reading = news.reading(&act.desk.settings, act.now);
    let before = store::fact(act.tx, channel, &reading.subject).await?;
    if let Some(before) = &before
        && !overrides(news, before)
    {
        return Ok(());
    }
    let now = act.now;
    let changed = store::change(act.tx, channel, &reading, now).await?;
    if !changed {
        store::seen(act.tx, channel, &reading, now).await?;
    }
    if changed || news.is_event() {
        alerts::tell(act, channel, before.as_ref(), news, &reading).await?;
    }
    Ok(())
}

/// Whether the news say more than what is known.
fn overrides(news: &News, before: &Fact) -> bool {
    match news {
        // That a question was answered says nothing about an account that may not send.
        News::Answered if before.level == Level::Bad => before
            .detail
            .as_deref()
            .is_some_and(|code| TOKEN_CODES.contains(&code)),
        News::Quality(Quality::Unknown) => before.value == "unknown",
        // A restriction is over at its end; until then a silent platform has not taken it back.
        News::Expired { subject } => *subject == before.subject,
        _ => true,
    }
}

/// Takes news of the wire in, unless they are about another number of the same business account.
pub async fn heard(
    act: &mut Act<'_>,
    channel: &Channel,
    number: Option<&str>,
    news: &[News],
) -> db::Result<()> {
    if let Some(number) = number
        && let Some(ours) = store::fact(act.tx, channel, news::PHONE).await?
        && digits(&ours.value) != digits(number)
    {
        return Ok(());
    }
    for one in news {
        note(act, channel, one).await?;
    }
    Ok(())
}

fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

/// Takes news in that no event brought, in a transaction of their own.
pub async fn tell(desk: &Desk, channel: &Channel, news: &[News]) {
    let told = async {
        let mut tx = desk.db.write().await?;
        let mut act = desk.act(&mut tx);
        for one in news {
            note(&mut act, channel, one).await?;
        }
        drop(act);
        tx.commit().await
    };
    match told.await {
        Ok(()) => desk.bell.ring_outbox(),
        Err(error) => {
            tracing::warn!(%channel, %error, "what is known of a channel's health could not be written");
        }
    }
}

/// Everything that is known of a channel, by subject.
pub async fn facts(tx: &mut Tx, channel: &Channel) -> db::Result<Vec<Fact>> {
    store::facts(tx, channel).await
}
