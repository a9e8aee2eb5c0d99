//! What the desk told a customer of its own accord and they did not get: the agent of the ticket hears of it, and why. Never into the void.

use super::{Class, Content, NewRow, Prompt, State, enqueue, store::Row};
use crate::{
    args, contacts, db,
    desk::Act,
    i18n::Localizer,
    staff::{self, Staff},
    tickets,
};

/// The code of what was never tried, or was refused, because WhatsApp's 24-hour window is closed.
pub const WINDOW_CLOSED: &str = "window_closed";

/// Codes for which there is a sentence of their own.
const KNOWN_REASONS: [&str; 10] = [
    "partial", "131026", "131047", "131049", "131050", "131051", "131053", "130472", "130403",
    "131000",
];

/// Why a message did not arrive, as people say it; from the code that is kept with the row.
pub fn reason(texts: &Localizer, code: Option<&str>) -> String {
    match code {
        Some(code) if KNOWN_REASONS.contains(&code) => {
            texts.label(&format!("delivery-reason-{code}"), &[])
        }
        Some(WINDOW_CLOSED) => texts.label("delivery-reason-131047", &[]),
        Some("media") => texts.label("delivery-reason-media", &[]),
        Some(code) => texts.label("delivery-reason-other", args!["code" => code]),
        None => texts.label("delivery-reason-unknown", &[]),
    }
}

/// A notice to a customer that failed.
pub(super) fn is_notice(row: &Row) -> bool {
    row.state == State::Failed
        && row.channel.is_whatsapp()
        && Class::from_number(row.class) == Class::Notice
        && row.kind != "relay"
}

/// The agent who sees to the ticket hears that the customer did not get this.
pub(super) async fn tell_agent(act: &mut Act<'_>, row: &Row) -> db::Result<()> {
    let (Some(ticket_id), Some(customer_id)) = (&row.ticket_id, &row.customer_id) else {
        return Ok(());
    };
    let holder = tickets::by_id(act.tx, ticket_id)
        .await?
        .and_then(|ticket| ticket.staff_id);
    let agent = match holder {
        Some(id) => staff::by_id(act.tx, &id).await?,
        None => None,
    };
    match agent {
        Some(agent) => {
            let code = row.error_code.as_deref();
            not_told(act, &agent, (customer_id, ticket_id), code).await
        }
        None => Ok(()),
    }
}

/// An agent hears that a customer (by id, and the ticket) was not told something, and why.
pub async fn not_told(
    act: &mut Act<'_>,
    agent: &Staff,
    (customer_id, ticket_id): (&str, &str),
    code: Option<&str>,
) -> db::Result<()> {
    let Some(chat) = &agent.telegram_chat_id else {
        return Ok(());
    };
    let Some(customer) = contacts::by_id(act.tx, customer_id).await? else {
        return Ok(());
    };
    let texts = act.localizer(agent.locale);
    let why = reason(&texts, code);
    let text = texts.text(
        "delivery-notice-failed",
        args!["name" => customer.name, "reason" => why],
    );
    let channel = act.desk.settings.telegram.clone();
    let content = Content::Prompt(Prompt::text(text));
    let mut to = NewRow::new(&channel, chat, Class::Notice, content);
    to.customer_id = Some(customer_id.to_owned());
    to.ticket_id = Some(ticket_id.to_owned());
    enqueue(act, to).await.map(drop)
}
