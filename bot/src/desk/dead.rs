//! `/dead`: events that could not be handled, a page at a time, and another try for one or all of them. Who may is asked again at each
//! press, and every retry leaves an audit row.

use std::time::Duration;

use sapa_core::{
    args, db,
    inbox::{self, Broken, Ephemeral, dead::Dead},
    markup::Markup,
    outbox::{self, Prompt},
    staff::Permission,
    tickets::Actor,
};

use super::{buttons::Press, cards::cut, talk::Talk};

/// Events on one page.
const PAGE: i64 = 8;
/// As many as one press puts back: each is an audit row in the transaction that everybody waits for.
const AT_ONCE: i64 = 100;
/// So much of an error fits a line or two of a phone.
const ERROR: usize = 120;
/// Failures that are recent enough to be told.
const RECENT: Duration = Duration::from_hours(24);

/// The newest dead events.
pub async fn list(talk: &mut Talk<'_, '_>) -> Result<(), Broken> {
    let page = page(talk, i64::MAX).await?;
    talk.ask(page, "dead").await?;
    Ok(())
}

/// An older page, in the place of the one that stood there.
pub async fn older(talk: &mut Talk<'_, '_>, before: i64) -> Result<(), Broken> {
    if !permitted(talk) {
        return Ok(());
    }
    let page = page(talk, before).await?;
    talk.replace(page).await?;
    Ok(())
}

/// Another try for one event.
pub async fn retry(talk: &mut Talk<'_, '_>, seq: i64) -> Result<(), Broken> {
    if !permitted(talk) {
        return Ok(());
    }
    let key = if put_back(talk, seq).await? {
        "dead-toast-retried"
    } else {
        "dead-toast-gone"
    };
    talk.toast(key, args!["seq" => seq.to_string()]);
    let page = page(talk, i64::MAX).await?;
    talk.replace(page).await?;
    Ok(())
}

/// Another try for every event that lay dead when the button was drawn.
pub async fn retry_all(talk: &mut Talk<'_, '_>, before: i64) -> Result<(), Broken> {
    if !permitted(talk) {
        return Ok(());
    }
    let mut dead = inbox::dead::before(talk.act.tx, before, AT_ONCE).await?;
    // Those of one person are handled in the order in which they came.
    dead.reverse();
    let mut count = 0_i64;
    for event in &dead {
        count += i64::from(put_back(talk, event.seq).await?);
    }
    let left = inbox::dead::count(talk.act.tx, before).await?;
    talk.toast("dead-toast-all", args!["count" => count, "left" => left]);
    let page = page(talk, i64::MAX).await?;
    talk.replace(page).await?;
    Ok(())
}

fn permitted(talk: &mut Talk<'_, '_>) -> bool {
    let may = talk.may(Permission::DeadLetters);
    if !may {
        talk.toast("desk-toast-not-permitted", &[]);
    }
    may
}

/// False: it does not lie dead any more.
async fn put_back(talk: &mut Talk<'_, '_>, seq: i64) -> db::Result<bool> {
    let by = Actor::Staff(talk.me.id.clone());
    if !inbox::dead::retry(talk.act, &by, seq).await? {
        return Ok(false);
    }
    talk.afterwards(Ephemeral::LookAgain);
    Ok(true)
}

async fn page(talk: &mut Talk<'_, '_>, before: i64) -> db::Result<Prompt> {
    let dead = inbox::dead::before(talk.act.tx, before, PAGE).await?;
    let all = inbox::dead::count(talk.act.tx, i64::MAX).await?;
    let mut text = if all == 0 {
        talk.text("dead-none", &[])
    } else {
        talk.text("dead-head", args!["count" => all])
    };
    if let Some(line) = outgoing(talk).await? {
        text = text.line(&line);
    }
    for event in &dead {
        text = line(talk, text, event);
    }
    let mut choices: Vec<_> = dead
        .iter()
        .map(|event| Press::DeadRetry(event.seq).choice(&talk.l))
        .collect();
    if let (Some(newest), true) = (dead.first(), all > 1) {
        // What dies later is not tried again by a button that does not show it.
        let newest = if before == i64::MAX {
            newest.seq + 1
        } else {
            before
        };
        choices.push(Press::DeadAll(newest).choice(&talk.l));
    }
    if let Some(last) = dead.last()
        && inbox::dead::count(talk.act.tx, last.seq).await? > 0
    {
        choices.push(Press::DeadOlder(last.seq).choice(&talk.l));
    }
    Ok(Prompt::choose(text, choices))
}

/// What else stands still: messages that wait for customers, are in doubt, or were refused lately.
async fn outgoing(talk: &mut Talk<'_, '_>) -> db::Result<Option<Markup>> {
    let depths = outbox::store::depths::depths(talk.act.tx).await?;
    let count = |state: &str| -> i64 {
        let of = depths.iter().filter(|depth| depth.state == state);
        of.map(|depth| depth.count).sum()
    };
    let (parked, uncertain) = (count("parked"), count("uncertain"));
    let since = talk.act.now.minus(RECENT);
    let failed = outbox::store::depths::failed_since(talk.act.tx, since).await?;
    let values = args!["parked" => parked, "uncertain" => uncertain, "failed" => failed];
    Ok((parked + uncertain + failed > 0).then(|| talk.text("dead-waiting", values)))
}

fn line(talk: &Talk<'_, '_>, text: Markup, event: &Dead) -> Markup {
    let channel = if event.channel.is_whatsapp() {
        "WhatsApp"
    } else {
        "Telegram"
    };
    let values = args![
        "seq" => event.seq.to_string(),
        "channel" => channel,
        "when" => talk.l.when(event.received_at, talk.act.now),
        "tries" => event.attempts,
    ];
    let text = text.line(&talk.text("dead-line", values));
    match event.error.as_deref().map(str::trim) {
        Some(error) if !error.is_empty() => {
            text.line(&talk.text("dead-error", args!["error" => cut(error, ERROR)]))
        }
        _ => text,
    }
}
