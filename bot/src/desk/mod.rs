//! The staff's side: what an agent says or presses in a private chat becomes an answer to a customer, a step of a ticket, or a word about
//! the desk. Channel-neutral: no wire format is known here. Owns no rule of the desk; it asks the one table of permissions and the one of
//! transitions, and checks whose a customer is in the transaction that sends.

use std::time::Duration;

use sapa_core::{
    args,
    desk::Act,
    inbox::{Broken, Ephemeral},
    media,
    messages::Kind,
    outbox::MediaKind,
    staff::{self, Permission},
};
use serde_json::json;

mod availability;
mod buttons;
pub mod cards;
pub mod commands;
mod corrections;
mod dead;
mod escalating;
pub mod handing;
mod history;
mod lists;
mod make;
mod pages;
mod people;
mod presses;
mod replies;
mod resolving;
mod settings;
mod state;
mod status;
mod statuses;
mod strangers;
mod talk;
mod trace;
mod transfer;
mod whom;
mod work;

#[cfg(test)]
mod tests;

use crate::inbound::{FromStaff, Said};
use state::Kept;
use talk::Talk;

/// So long what he writes without a reply goes to the customer he chose.
const FOCUS: Duration = Duration::from_mins(10);

/// The largest file that a bot can fetch (Telegram Bot API: `getFile`).
const LARGEST: u64 = 20_000_000;

/// Talks with staff.
#[derive(Clone, Copy, Debug, Default)]
pub struct StaffDesk;

impl StaffDesk {
    /// Whoever talks with staff.
    pub fn new() -> Self {
        Self
    }

    /// Handles one message, press or event of a Telegram account, inside the transaction of its event.
    pub async fn handle(
        &self,
        act: &mut Act<'_>,
        from: FromStaff,
    ) -> Result<Vec<Ephemeral>, Broken> {
        let known = staff::by_telegram_id(act.tx, &from.account.telegram_id).await?;
        let Some(me) = known.filter(|me| me.active) else {
            return strangers::meet(act, &from).await;
        };
        let mut talk = Talk::new(act, me, &from);
        heard(&mut talk).await?;
        Ok(talk.end())
    }

    /// Says so when an event could not be handled: nobody should believe that his message reached a customer when it did not.
    pub async fn sorry(&self, act: &mut Act<'_>, from: &FromStaff) -> Result<(), Broken> {
        let known = staff::by_telegram_id(act.tx, &from.account.telegram_id).await?;
        let Some(me) = known.filter(|me| me.active) else {
            return Ok(());
        };
        let key = match &from.said {
            Said::Choice { .. } => "desk-sorry-press",
            Said::Text(_) | Said::Media { .. } | Said::Location { .. } | Said::Contacts(_) => {
                "desk-sorry"
            }
            _ => return Ok(()),
        };
        Talk::new(act, me, from).tell(key, &[]).await?;
        Ok(())
    }
}

async fn heard(talk: &mut Talk<'_, '_>) -> Result<(), Broken> {
    let from = talk.from;
    match &from.said {
        Said::Text(text) => match commands::parse(text) {
            Some((name, rest)) => commands::obey(talk, &name, &rest).await,
            None => replies::hear(talk, plain(from, Kind::Text, text)).await,
        },
        Said::Choice { id, .. } => presses::press(talk, id).await,
        Said::Media { .. } => file(talk).await,
        Said::Location {
            latitude,
            longitude,
            name,
        } => {
            let place =
                json!({ "latitude": latitude, "longitude": longitude, "name": name }).to_string();
            let words = name.as_deref().unwrap_or_default();
            let kept = Kept {
                details: Some(place),
                ..plain(from, Kind::Location, words)
            };
            replies::hear(talk, kept).await
        }
        Said::Contacts(lines) => {
            let kept = Kept {
                details: Some(json!(lines).to_string()),
                ..plain(from, Kind::Contacts, &lines.join("\n"))
            };
            replies::hear(talk, kept).await
        }
        Said::Edited { original, text } => corrections::edited(talk, original, text).await,
        Said::Reachable(false) => availability::unreachable(talk).await,
        Said::Reachable(true) => {
            talk.tell("desk-reachable-again", &[]).await?;
            Ok(())
        }
        Said::Order(_) | Said::Unsupported(_) => {
            talk.tell("desk-unsupported", &[]).await?;
            Ok(())
        }
        Said::Reaction { .. }
        | Said::Revoked { .. }
        | Said::NewIdentity { .. }
        | Said::Silent(_) => Ok(()),
    }
}

/// A file: wanted at once, so that it is there when the customer is to get it.
async fn file(talk: &mut Talk<'_, '_>) -> Result<(), Broken> {
    let from = talk.from;
    let Said::Media {
        kind,
        platform_id,
        filename,
        mime,
        caption,
        size,
    } = &from.said
    else {
        return Ok(());
    };
    if !talk.may(Permission::TicketsWork) {
        talk.tell("desk-viewer", &[]).await?;
        return Ok(());
    }
    if commands::parse(caption).is_some() {
        talk.tell("desk-caption-command", &[]).await?;
        return Ok(());
    }
    let most = LARGEST.min(talk.act.desk.settings.media_max_bytes);
    if size.is_some_and(|size| size > most) {
        let megabytes = i64::try_from(most / 1_000_000).unwrap_or(i64::MAX);
        talk.tell("desk-file-too-large", args!["most" => megabytes])
            .await?;
        return Ok(());
    }
    let channel = talk.act.desk.settings.telegram.clone();
    let (filename, mime) = (filename.as_deref(), mime.as_deref());
    let media_id = media::want(talk.act, &channel, platform_id, *kind, filename, mime).await?;
    let kept = Kept {
        media_id: Some(media_id),
        ..plain(from, kind_of(*kind), caption)
    };
    replies::hear(talk, kept).await
}

fn plain(from: &FromStaff, kind: Kind, body: &str) -> Kept {
    Kept {
        external_id: from.external_id.clone(),
        at: from.at,
        kind,
        body: body.to_owned(),
        details: None,
        media_id: None,
        quotes: from.replies_to.clone(),
        album: from.album.clone(),
    }
}

fn kind_of(kind: MediaKind) -> Kind {
    match kind {
        MediaKind::Image => Kind::Image,
        MediaKind::Video => Kind::Video,
        MediaKind::Audio => Kind::Audio,
        MediaKind::Voice => Kind::Voice,
        MediaKind::Document => Kind::Document,
        MediaKind::Sticker => Kind::Sticker,
    }
}
