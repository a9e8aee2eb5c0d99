//! Sending the codes, after the answer was given: what is sent, and whether anything is, cannot be seen from how long the answer took.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::{
    IN_CHAT, Purpose,
    store::{self, Unsent},
};
use crate::{
    args,
    contacts::{self, Customer},
    db,
    desk::{Act, Desk},
    outbox::{self, Choice, Class, Content, NewRow, Prompt, Secret, Template},
    security::Label,
    staff,
};

/// How often what may be forgotten is looked for.
const SWEEP: Duration = Duration::from_mins(1);
/// Challenges are counted for a day; then nobody needs them.
const KEPT: Duration = Duration::from_hours(25);
/// How long somebody who was disowned gets no code for that account.
const DISOWNED: Duration = Duration::from_hours(1);
/// The button below a code that somebody did not ask for, with the challenge's id after a colon.
pub const NOT_ME: &str = "notme";

/// Where a code goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// To the customer, by WhatsApp.
    Customer,
    /// To a number (digits) that the customer says is theirs, by WhatsApp. Outside any window: by template only.
    Number(String),
    /// To a member of staff, by Telegram.
    Staff,
}

/// A code on its way into the outbox.
#[derive(Serialize)]
pub(super) struct Parcel<'a> {
    pub(super) code: &'a str,
    pub(super) target: &'a Target,
}

#[derive(Deserialize)]
struct Opened {
    code: String,
    target: Target,
}

/// Sends codes as they are asked for, and forgets them when they are over, until `stop`.
pub async fn run(desk: Desk, stop: CancellationToken) {
    let mut bell = desk.bell.codes();
    loop {
        if let Err(error) = sweep(&desk).await {
            tracing::warn!(%error, "one-time codes could not be sent or forgotten for a moment");
        }
        let swept = desk.clock.mono();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = bell.changed() => {}
                () = desk.clock.sleep(SWEEP) => {}
            }
            if desk.clock.mono().saturating_sub(swept) >= SWEEP {
                break;
            }
            if let Err(error) = send(&desk).await {
                tracing::warn!(%error, "one-time codes could not be sent for a moment");
                break;
            }
        }
    }
}

async fn sweep(desk: &Desk) -> db::Result<()> {
    send(desk).await?;
    let mut tx = desk.db.write().await?;
    let now = desk.clock.now();
    store::forget(&mut tx, now.minus(KEPT)).await?;
    outbox::forget(&mut tx, now.minus(KEPT)).await?;
    tx.commit().await
}

/// Puts every code that waits into the outbox.
async fn send(desk: &Desk) -> db::Result<()> {
    loop {
        let mut look = desk.db.read().await?;
        let waiting = store::list_unsent(&mut look).await?;
        look.rollback().await?;
        if waiting.is_empty() {
            return Ok(());
        }
        let mut tx = desk.db.write().await?;
        let mut act = desk.act(&mut tx);
        for unsent in waiting {
            if store::take(act.tx, &unsent.id).await? {
                one(&mut act, &unsent).await?;
            }
        }
        drop(act);
        tx.commit().await?;
        desk.bell.ring_outbox();
    }
}

async fn one(act: &mut Act<'_>, unsent: &Unsent) -> db::Result<()> {
    let Some(subject) = unsent.subject.as_deref() else {
        return Ok(());
    };
    let disowned = act.now.minus(DISOWNED);
    if unsent.expires_at <= act.now
        || store::is_disowned(act.tx, subject, &unsent.source, disowned).await?
    {
        return Ok(());
    }
    let keys = &act.desk.keys;
    let plain = keys.open(Label::OutboxSecret, &unsent.id, &unsent.sealed);
    let opened: Option<Opened> = plain.and_then(|plain| serde_json::from_slice(&plain).ok());
    let Some(Opened { code, target }) = opened else {
        tracing::error!(
            challenge = unsent.id,
            "a one-time code was sealed by a key that is not known any more"
        );
        return Ok(());
    };
    match target {
        Target::Customer => to_customer(act, unsent, subject, &code, None).await,
        Target::Number(number) => to_customer(act, unsent, subject, &code, Some(number)).await,
        Target::Staff => to_staff(act, unsent, subject, &code).await,
    }
}

/// By the template for codes where there is one, else as words while WhatsApp lets us write freely, else not at all.
async fn to_customer(
    act: &mut Act<'_>,
    unsent: &Unsent,
    customer_id: &str,
    code: &str,
    number: Option<String>,
) -> db::Result<()> {
    let Some(customer) = contacts::by_id(act.tx, customer_id).await? else {
        return Ok(());
    };
    let open = contacts::window_closes(&customer).is_some_and(|closes| act.now < closes);
    let content = match act.desk.settings.otp_template.clone() {
        Some((name, language)) => Content::Template(Template {
            name,
            language,
            parameters: Vec::new(),
            code: Some(code.to_owned()),
        }),
        None if open && number.is_none() => {
            Content::Prompt(words(act, &customer, unsent.purpose, code).await?)
        }
        None => {
            tracing::warn!(
                challenge = unsent.id,
                "a one-time code cannot be sent: the window is closed and whatsapp.templates.otp is not set"
            );
            return Ok(());
        }
    };
    let channel = act.desk.settings.whatsapp.clone();
    let secret = Secret { content, number };
    enqueue(act, unsent, &channel, &customer.id, secret).await
}

async fn words(
    act: &mut Act<'_>,
    customer: &Customer,
    purpose: Purpose,
    code: &str,
) -> db::Result<Prompt> {
    let l = contacts::words(act, customer).await?;
    let key = match purpose {
        Purpose::ChangePhone => "otp-change-phone",
        Purpose::ChangeEmail => "otp-change-email",
        Purpose::PortalLogin | Purpose::StaffLogin => "otp-login",
    };
    Ok(Prompt::text(l.text(key, args!["code" => code])))
}

/// Who asks, from where, and a button for whoever did not.
async fn to_staff(
    act: &mut Act<'_>,
    unsent: &Unsent,
    staff_id: &str,
    code: &str,
) -> db::Result<()> {
    let staff = staff::by_id(act.tx, staff_id).await?;
    let Some(staff) = staff.filter(|staff| staff.active) else {
        return Ok(());
    };
    let Some(chat) = &staff.telegram_chat_id else {
        return Ok(());
    };
    let l = act.localizer(staff.locale);
    let browser = browser(&unsent.agent).unwrap_or_else(|| l.label("otp-unknown-browser", &[]));
    let values = args!["code" => code, "address" => &unsent.address, "browser" => browser];
    let not_me = Choice::new(
        format!("{NOT_ME}:{}", unsent.id),
        l.label("otp-button-not-me", &[]),
    );
    // What a browser calls itself is its own word; the address is not.
    let text = if unsent.address.starts_with(IN_CHAT) {
        l.text("otp-staff-in-chat", args!["code" => code])
    } else {
        l.text("otp-staff", values)
    };
    let prompt = Prompt::choose(text, vec![not_me]);
    let channel = act.desk.settings.telegram.clone();
    let secret = Secret::new(Content::Prompt(prompt));
    enqueue(act, unsent, &channel, chat, secret).await
}

async fn enqueue(
    act: &mut Act<'_>,
    unsent: &Unsent,
    channel: &crate::inbox::Channel,
    recipient: &str,
    secret: Secret,
) -> db::Result<()> {
    let content = secret.seal(&act.desk, recipient, unsent.expires_at)?;
    // Somebody sits there and waits for it; and of one class with what was said before it in the chat, which it must not overtake.
    let row = NewRow::new(channel, recipient, Class::Conversation, content);
    outbox::enqueue(act, row).await.map(drop)
}

/// A browser and a system as people call them, from what it calls itself: "Chrome, Android". `None`: it says nothing that we know.
pub fn browser(agent: &str) -> Option<String> {
    // The order matters: they all call themselves what came before them.
    let names = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("CriOS/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let find = |known: &[(&str, &'static str)]| {
        let found = known.iter().find(|(mark, _)| agent.contains(mark));
        found.map(|(_, name)| *name)
    };
    match (find(&names), find(&systems)) {
        (Some(name), Some(system)) => Some(format!("{name}, {system}")),
        (name, system) => name.or(system).map(str::to_owned),
    }
}
