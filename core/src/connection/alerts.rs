//! Telling those who can mend it: once for each change, with the fix in words, and again when it is mended.

use std::time::Duration;

use super::{
    Fact, Level, News, TOKEN_CODES, Throughput, Webhook,
    news::{self, Reading, Review},
    store, words,
};
use crate::{
    args, db,
    desk::Act,
    i18n::Localizer,
    inbox::Channel,
    markup::Markup,
    outbox::{Class, Content, NewRow, Prompt, enqueue},
    staff::{self, Permission},
};

/// What comes and goes within this time is told to nobody. A refused account is told at once.
const PAUSE: Duration = Duration::from_secs(15);
/// Trouble that lasted so long is spoken of afterwards, even when nobody could be told while it lasted.
const LONG: Duration = Duration::from_mins(5);

/// What a change is to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    /// Somebody has to do something, or should know.
    Trouble,
    /// It is mended.
    Mended,
    /// Worth knowing.
    Notice,
}

/// Tells everybody who can mend it what has changed on a channel.
pub(super) async fn tell(
    act: &mut Act<'_>,
    channel: &Channel,
    before: Option<&Fact>,
    news: &News,
    now: &Reading,
) -> db::Result<()> {
    let Some(change) = change(act, before, news, now) else {
        return Ok(());
    };
    if now.level > Level::Good {
        tracing::warn!(%channel, subject = now.subject, value = now.value, "a connection is not as it should be");
    } else {
        tracing::info!(%channel, subject = now.subject, value = now.value, "a connection has changed");
    }
    for admin in staff::colleagues(act.tx).await? {
        let Some(chat) = &admin.telegram_chat_id else {
            continue;
        };
        if !admin.role.permits(Permission::StatusRead) {
            continue;
        }
        let key = format!("connection:{channel}:{}:{chat}", now.subject);
        if change == Change::Mended {
            let untold = store::cancel_untold(act.tx, &key).await?;
            let lasted = before.map_or(Duration::ZERO, |before| act.now.since(before.since));
            if untold && lasted < LONG {
                continue;
            }
        }
        let l = act.localizer(admin.locale);
        let text = text(&l, act, channel, before, (change, news, now));
        let desk = act.desk.settings.telegram.clone();
        let content = Content::Prompt(Prompt::text(text));
        let mut row = NewRow::new(&desk, chat, Class::Notice, content);
        if change != Change::Notice {
            row.supersede_key = Some(key);
        }
        if change == Change::Trouble && now.subject != "access" {
            row.due_at = Some(act.now.plus(PAUSE));
        }
        enqueue(act, row).await?;
    }
    Ok(())
}

/// Whether anybody has to hear of it.
fn change(act: &Act<'_>, before: Option<&Fact>, news: &News, now: &Reading) -> Option<Change> {
    let was = before.map_or(Level::Good, |before| before.level);
    if news.is_event() {
        return Some(Change::Notice);
    }
    if now.level > Level::Good {
        // Templates that nobody uses and that were refused long ago are no news.
        let stale = before.is_none()
            && matches!(news, News::Template { name, language, .. }
                if !news::used(&act.desk.settings, name, language));
        return (!stale).then_some(Change::Trouble);
    }
    if was > Level::Good {
        return Some(Change::Mended);
    }
    let worth = matches!(
        news,
        News::Limit(_)
            | News::Throughput(Throughput::High | Throughput::Standard)
            | News::Name(Review::Approved, _)
    );
    let known = before.is_some_and(|before| before.value != "unknown");
    (worth && known).then_some(Change::Notice)
}

fn text(
    l: &Localizer,
    act: &Act<'_>,
    channel: &Channel,
    before: Option<&Fact>,
    (change, news, now): (Change, &News, &Reading),
) -> Markup {
    let name = words::channel(l, channel);
    let after = before.map_or_else(String::new, |before| {
        l.duration(act.now.since(before.since))
    });
    match change {
        Change::Mended if now.subject == "access" => l.text(
            "connection-accepted",
            args!["channel" => name, "after" => after],
        ),
        Change::Mended => {
            let subject = words::subject(l, &now.subject);
            l.text(
                "connection-recovered",
                args!["channel" => name, "subject" => subject, "after" => after],
            )
        }
        Change::Notice => notice(l, before, news, now),
        Change::Trouble => trouble(l, act, channel, news, now),
    }
}

fn trouble(l: &Localizer, act: &Act<'_>, channel: &Channel, news: &News, now: &Reading) -> Markup {
    let detail = now.detail.clone().unwrap_or_default();
    match news {
        News::Refused { code } if channel.is_whatsapp() && TOKEN_CODES.contains(&code.as_str()) => {
            l.text("connection-token-refused", args!["code" => code])
        }
        News::Refused { code } if channel.is_whatsapp() => {
            l.text("connection-refused-whatsapp", args!["code" => code])
        }
        News::Refused { code } => l.text("connection-refused-telegram", args!["code" => code]),
        News::Number(status) => l.text("connection-alert-number", args!["value" => status]),
        News::Template {
            name,
            language,
            status,
        } => {
            let key = if news::used(&act.desk.settings, name, language) {
                "connection-alert-template-used"
            } else {
                "connection-alert-template"
            };
            l.text(
                key,
                args!["name" => name, "language" => language, "value" => status],
            )
        }
        News::Backlog(backlog) => {
            let why = backlog.failing.clone().unwrap_or_default();
            l.text(
                "connection-alert-backlog-failing",
                args!["count" => backlog.count, "detail" => why],
            )
        }
        News::Webhook(Webhook::Missing) if !channel.is_whatsapp() => {
            l.text("connection-alert-webhook-telegram", &[])
        }
        _ => {
            let until = words::until(l, &now.subject, now.until, act.now);
            let left = now
                .until
                .map_or_else(String::new, |at| l.duration(at.since(act.now)));
            let key = format!("connection-alert-{}-{}", now.subject, now.value);
            l.text(
                &key,
                args!["detail" => detail, "when" => until, "left" => left],
            )
        }
    }
}

fn notice(l: &Localizer, before: Option<&Fact>, news: &News, now: &Reading) -> Markup {
    let from = before
        .map(|before| before.value.clone())
        .unwrap_or_default();
    match news {
        News::Limit(to) => l.text(
            "connection-told-limit",
            args!["from" => words::limit(l, &from), "to" => words::limit(l, to)],
        ),
        News::Alert { kind, critical } => {
            let key = if *critical {
                "connection-told-alert-critical"
            } else {
                "connection-told-alert"
            };
            l.text(key, args!["value" => kind])
        }
        News::Security(event) => l.text("connection-told-security", args!["value" => event]),
        News::Category { name, from, to } => l.text(
            "connection-told-category",
            args!["name" => name, "from" => from, "to" => to],
        ),
        News::Name(..) => {
            let name = now.detail.clone().unwrap_or_default();
            l.text("connection-told-name", args!["name" => name])
        }
        News::Webhook(Webhook::Stolen) => l.text("connection-told-webhook-stolen", &[]),
        News::Webhook(_) => l.text("connection-told-webhook-mended", &[]),
        _ => l.text(
            &format!("connection-told-{}-{}", now.subject, now.value),
            &[],
        ),
    }
}
