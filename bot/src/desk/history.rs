//! What was said and done about a ticket or in a conversation, to read back.

use sapa_core::{
    args,
    clock::Millis,
    db::{self, Tx},
    i18n::Localizer,
    markup::Markup,
    messages::{self, Author, Kind, Message},
    outbox::Prompt,
    staff,
    tickets::{self, EventKind, Priority, Status, Ticket, TicketEvent},
};

use super::{cards::cut, talk::Talk};

/// So many messages are shown.
const MESSAGES: i64 = 15;
/// A bubble holds so much with room to spare (Telegram Bot API: 4096 after entities).
const BUBBLE: usize = 3_200;
/// A single message within the history.
const LINE: usize = 400;
/// So many files are shown again.
const FILES: usize = 5;

/// A line of what happened.
struct Line {
    at: Millis,
    text: Markup,
}

/// Shows a ticket's history: the description whole, then what happened, then the files.
pub async fn of_ticket(talk: &mut Talk<'_, '_>, ticket: &Ticket) -> db::Result<()> {
    let messages = messages::of_ticket(talk.act.tx, &ticket.id, MESSAGES).await?;
    let events = tickets::history(talk.act.tx, &ticket.id).await?;
    let now = talk.act.now;
    let mut later = messages.clone();
    later.retain(|message| !is_described(message, ticket));
    let mut lines = message_lines(talk, &later).await?;
    lines.extend(events.iter().filter_map(|event| event_line(&talk.l, event)));
    lines.sort_by_key(|line| line.at);
    let head = talk.text("desk-history-ticket", args!["title" => &ticket.title]);
    let body: Vec<Markup> = pieces(&ticket.description)
        .iter()
        .map(|piece| Markup::plain(piece))
        .chain(lines.iter().map(|line| stamped(&talk.l, line, now)))
        .collect();
    show(talk, head, &body, &ticket.customer_id, Some(&ticket.id)).await?;
    show_files(talk, &messages).await
}

/// Shows what was said in a conversation.
pub async fn of_talk(
    talk: &mut Talk<'_, '_>,
    conversation_id: &str,
    customer: (&str, &str),
) -> db::Result<()> {
    let messages = messages::of_conversation(talk.act.tx, conversation_id, MESSAGES).await?;
    let now = talk.act.now;
    let lines = message_lines(talk, &messages).await?;
    let (customer_id, name) = customer;
    let head = talk.text("desk-history-talk", args!["name" => name]);
    let body: Vec<Markup> = lines
        .iter()
        .map(|line| stamped(&talk.l, line, now))
        .collect();
    show(talk, head, &body, customer_id, None).await?;
    show_files(talk, &messages).await
}

/// Whether the description says it already.
fn is_described(message: &Message, ticket: &Ticket) -> bool {
    message.kind == Kind::Text
        && message.author == Author::Customer
        && message.created_at <= ticket.opened_at
        && ticket.description.contains(message.body.trim())
}

/// In as many bubbles as it takes.
async fn show(
    talk: &mut Talk<'_, '_>,
    head: Markup,
    lines: &[Markup],
    customer_id: &str,
    ticket_id: Option<&str>,
) -> db::Result<()> {
    for bubble in bubbles(head, lines) {
        talk.say_about(Prompt::text(bubble), customer_id, ticket_id)
            .await?;
    }
    Ok(())
}

/// Lines packed into bubbles.
pub fn bubbles(head: Markup, lines: &[Markup]) -> Vec<Markup> {
    let mut all = Vec::new();
    let mut bubble = head;
    for line in lines {
        let together = units(&bubble) + units(line) + 1;
        if together > BUBBLE && !bubble.is_empty() {
            all.push(std::mem::take(&mut bubble));
        }
        bubble = bubble.line(line);
    }
    all.push(bubble);
    all
}

fn units(text: &Markup) -> usize {
    text.to_plain().encode_utf16().count()
}

/// A long text in pieces that each fit a bubble.
fn pieces(text: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    for letter in unicode_segmentation::UnicodeSegmentation::graphemes(text.trim(), true) {
        let full = all
            .last()
            .is_some_and(|piece| piece.encode_utf16().count() + letter.len() > BUBBLE - 200);
        if full {
            all.push(String::new());
        }
        if let Some(piece) = all.last_mut() {
            piece.push_str(letter);
        }
    }
    all
}

fn stamped(l: &Localizer, line: &Line, now: Millis) -> Markup {
    let when = l.label("desk-history-when", args!["when" => l.when(line.at, now)]);
    Markup::plain(&when).then(&line.text)
}

async fn message_lines(talk: &mut Talk<'_, '_>, messages: &[Message]) -> db::Result<Vec<Line>> {
    let mut lines = Vec::new();
    for message in messages {
        let who = author(talk, message).await?;
        let text = talk.text(
            "desk-history-message",
            args!["who" => who, "words" => words(&talk.l, message)],
        );
        lines.push(Line {
            at: message.written_at,
            text,
        });
    }
    Ok(lines)
}

async fn author(talk: &mut Talk<'_, '_>, message: &Message) -> db::Result<String> {
    Ok(match (message.author, &message.staff_id) {
        (Author::Customer, _) => customer_name(talk.act.tx, &message.customer_id).await?,
        (Author::Agent, Some(id)) => staff::by_id(talk.act.tx, id)
            .await?
            .map(|agent| agent.name)
            .unwrap_or_default(),
        (Author::Agent, None) | (Author::Bot, _) => talk.act.desk.settings.name.clone(),
    })
}

async fn customer_name(tx: &mut Tx, id: &str) -> db::Result<String> {
    let customer = sapa_core::contacts::by_id(tx, id).await?;
    Ok(customer.map(|customer| customer.name).unwrap_or_default())
}

/// A message's words with what it carried.
fn words(l: &Localizer, message: &Message) -> String {
    if message.revoked_at.is_some() {
        return l.label("desk-history-revoked", args![]);
    }
    let body = cut(message.body.trim(), LINE);
    match kind_key(message.kind) {
        Some(key) => format!("[{}] {body}", l.label(key, args![]))
            .trim_end()
            .to_owned(),
        None => body,
    }
}

/// The key of what a message is, unless it is plain text.
pub(super) fn kind_key(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Text => return None,
        Kind::Image => "desk-kind-image",
        Kind::Video => "desk-kind-video",
        Kind::Audio => "desk-kind-audio",
        Kind::Voice => "desk-kind-voice",
        Kind::Document => "desk-kind-document",
        Kind::Sticker => "desk-kind-sticker",
        Kind::Location => "desk-kind-location",
        Kind::Contacts => "desk-kind-contacts",
        Kind::Order => "desk-kind-order",
        Kind::Unsupported => "desk-kind-unsupported",
    })
}

/// What happened, in a line; nothing for what the messages already tell.
fn event_line(l: &Localizer, event: &TicketEvent) -> Option<Line> {
    let who = event
        .actor_name
        .clone()
        .unwrap_or_else(|| l.label("desk-history-system", args![]));
    let status = |value: &Option<String>| {
        let status = value.as_deref().and_then(Status::parse)?;
        Some(l.label(status.key(), args![]))
    };
    let text = match event.kind {
        EventKind::Opened => l.text("desk-history-opened", args!["who" => who]),
        EventKind::Reopened => l.text("desk-history-reopened", args!["who" => who]),
        EventKind::Assigned => l.text(
            "desk-history-assigned",
            args!["agent" => event.to_value.clone().unwrap_or_default()],
        ),
        EventKind::Status => l.text(
            "desk-history-status",
            args!["who" => who, "status" => status(&event.to_value)?],
        ),
        EventKind::Priority => {
            let to = event.to_value.as_deref().and_then(Priority::parse)?;
            l.text(
                "desk-history-priority",
                args!["who" => who, "priority" => l.label(to.key(), args![])],
            )
        }
        EventKind::Note => l.text("desk-history-note", args!["who" => who]),
    };
    let text = match event.note.as_deref().map(str::trim) {
        Some(note) if !note.is_empty() => {
            text.then(&l.text("desk-history-noted", args!["note" => cut(note, LINE)]))
        }
        _ => text,
    };
    Some(Line { at: event.at, text })
}

/// The newest files, once more: an agent who took over has not seen them.
async fn show_files(talk: &mut Talk<'_, '_>, messages: &[Message]) -> db::Result<()> {
    let with_files: Vec<&Message> = messages
        .iter()
        .filter(|m| m.media_id.is_some() && m.author == Author::Customer && m.revoked_at.is_none())
        .collect();
    let start = with_files.len().saturating_sub(FILES);
    for message in &with_files[start..] {
        let prompt = Prompt {
            media_id: message.media_id.clone(),
            ..Prompt::text(Markup::plain(&cut(message.body.trim(), LINE)))
        };
        talk.say_about(prompt, &message.customer_id, message.ticket_id.as_deref())
            .await?;
    }
    Ok(())
}
