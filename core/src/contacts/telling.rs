//! The one way to say something to a customer, inside WhatsApp's 24-hour window and outside it.

use std::time::Duration;

use super::{Customer, WINDOW, WINDOW_MARGIN, late, store};
use crate::{
    clock::Millis,
    db,
    desk::Act,
    i18n::{Localizer, Value},
    outbox::{self, Class, Content, NewRow, Prompt, Template},
};

/// The longest value we put into a template: its body may have 1,024 characters in all (Meta: template components).
const TEMPLATE_VALUE: usize = 900;

/// By so much a window that is open is not moved for each message.
const MOVED: Duration = Duration::from_mins(1);

/// What a message to a customer is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refs {
    /// The ticket.
    pub ticket_id: Option<String>,
    /// The stored message that it carries.
    pub message_id: Option<String>,
}

/// What became of something to say; with the outbox row's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// It goes out now.
    Queued(String),
    /// The window is closed: it goes out as the configured template.
    Templated(String),
    /// The window is closed: it goes out by itself when the customer writes again.
    Parked(String),
    /// The window is closed and there is no template for it: staff should know that the customer was not told.
    NotSent,
}

/// Until when the customer can be written to freely.
pub fn window_closes(customer: &Customer) -> Option<Millis> {
    customer
        .window_opened_at
        .map(|opened| opened.plus(WINDOW).minus(WINDOW_MARGIN))
}

/// The customer wrote at this time (the message's own timestamp). What an agent wrote while the window was closed goes out now; about
/// what is older than a day its author is asked first.
pub async fn opened_window(
    act: &mut Act<'_>,
    customer: &mut Customer,
    at: Millis,
) -> db::Result<()> {
    let known = customer.window_opened_at;
    // In a lively conversation the window is moved once a minute: it is then taken for closed that much too early, never too late.
    if known.is_none_or(|known| at > known.plus(MOVED)) {
        store::opened_window(act.tx, &customer.id, at).await?;
        customer.window_opened_at = Some(at);
    }
    let open = at.plus(WINDOW).minus(WINDOW_MARGIN) > act.now;
    if open && outbox::store::has_parked(act.tx, &customer.id).await? {
        let yesterday = act.now.minus(WINDOW);
        outbox::store::release_parked(act.tx, &customer.id, act.now, yesterday).await?;
        late::ask(act, &customer.id, yesterday).await?;
    }
    Ok(())
}

/// Says something to a customer. With the window open it is queued. With the window closed an agent's words are parked, a notice goes by
/// the template configured for notices, and everything else is not sent.
pub async fn tell(
    act: &mut Act<'_>,
    customer: &Customer,
    class: Class,
    content: Content,
    refs: Refs,
) -> db::Result<Told> {
    let channel = act.desk.settings.whatsapp.clone();
    let mut row = NewRow::new(&channel, &customer.id, class, content);
    row.customer_id = Some(customer.id.clone());
    row.ticket_id = refs.ticket_id;
    row.message_id = refs.message_id;
    if window_closes(customer).is_some_and(|closes| act.now < closes) {
        return outbox::enqueue(act, row).await.map(Told::Queued);
    }
    match (&row.content, class) {
        (Content::Relay { .. }, _) => {
            row.parked = true;
            outbox::enqueue(act, row).await.map(Told::Parked)
        }
        (Content::Prompt(prompt), Class::Notice) => {
            let Some((name, language)) = act.desk.settings.notice_template.clone() else {
                return Ok(Told::NotSent);
            };
            let parameters = vec![template_value(&prompt.text.to_plain())];
            row.content = Content::Template(Template {
                name,
                language,
                parameters,
                code: None,
            });
            outbox::enqueue(act, row).await.map(Told::Templated)
        }
        (Content::Template(_), _) => outbox::enqueue(act, row).await.map(Told::Templated),
        _ => Ok(Told::NotSent),
    }
}

/// Tells a customer a sentence in their language, if WhatsApp lets us do it freely; it is worth no template.
pub async fn tell_freely(
    act: &mut Act<'_>,
    customer_id: &str,
    key: &str,
    args: &[(&str, Value)],
) -> db::Result<()> {
    let Some(customer) = super::by_id(act.tx, customer_id).await? else {
        return Ok(());
    };
    if window_closes(&customer).is_none_or(|closes| closes <= act.now) {
        return Ok(());
    }
    let l = words(act, &customer).await?;
    let content = Content::Prompt(Prompt::text(l.text(key, args)));
    tell(act, &customer, Class::Notice, content, Refs::default())
        .await
        .map(drop)
}

/// The texts in a customer's language.
pub async fn words(act: &mut Act<'_>, customer: &Customer) -> db::Result<Localizer> {
    let identity = super::identity(act.tx, &customer.id).await?;
    Ok(act.localizer(super::speaks(customer, &identity, &act.desk.settings)))
}

/// A template's value has no line breaks, tabs or runs of spaces (Meta: template components).
fn template_value(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match flat.char_indices().nth(TEMPLATE_VALUE) {
        Some((end, _)) => format!("{}…", &flat[..end]),
        None => flat,
    }
}
