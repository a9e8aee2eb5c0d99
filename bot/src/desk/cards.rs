//! Cards: a ticket or a conversation as an agent sees it, drawn from its state at the moment of sending, in the reader's language.
//! What a customer writes later is relayed as it is and never repeated here.

use sapa_core::{
    args,
    clock::Millis,
    contacts,
    conversations::{self, Owner},
    db::{self, Tx},
    desk::Desk,
    i18n::Localizer,
    markup::Markup,
    messages::{self, Author, Kind, Message},
    outbox::{CardSubject, Prompt},
    staff::{self, Permission, Staff},
    tickets::{
        self, Status, Ticket,
        escalations::{self, Escalation},
    },
};
use unicode_segmentation::UnicodeSegmentation as _;

use super::buttons::{self, Reader};

/// Longer descriptions are cut on a card; the history has them whole.
const DESCRIPTION: usize = 900;

/// So many messages of a ticket are looked at for its attachments.
const LOOK_BACK: i64 = 200;

/// Kinds that count as attachments, with the key of how many of them there are.
const FILES: [(Kind, &str); 8] = [
    (Kind::Image, "desk-files-image"),
    (Kind::Video, "desk-files-video"),
    (Kind::Audio, "desk-files-audio"),
    (Kind::Voice, "desk-files-voice"),
    (Kind::Document, "desk-files-document"),
    (Kind::Sticker, "desk-files-sticker"),
    (Kind::Location, "desk-files-location"),
    (Kind::Contacts, "desk-files-contacts"),
];

/// What a ticket's card shows.
#[derive(Clone, Debug)]
pub struct TicketFacts {
    /// The ticket.
    pub ticket: Ticket,
    /// Its type's name in the reader's language.
    pub type_name: String,
    /// The customer's name.
    pub customer: String,
    /// Their number, as people read it.
    pub phone: Option<String>,
    /// What came with the ticket.
    pub files: Vec<(Kind, i64)>,
    /// Until when WhatsApp lets us write freely.
    pub window: Option<Millis>,
    /// Who sees to it, when that is not the reader.
    pub holder: Option<String>,
    /// Who asks for help with it and why, while it is escalated.
    pub escalation: Option<Escalation>,
    /// The page of it.
    pub page: String,
    /// What the reader has to do with it.
    pub reader: Reader,
    /// Now.
    pub now: Millis,
}

/// What the card of a conversation without a ticket shows.
#[derive(Clone, Debug)]
pub struct TalkFacts {
    /// The conversation's id.
    pub id: String,
    /// The customer's name.
    pub customer: String,
    /// Their number, as people read it.
    pub phone: Option<String>,
    /// Their first words, unless they come as messages of their own.
    pub words: Option<String>,
    /// Until when WhatsApp lets us write freely.
    pub window: Option<Millis>,
    /// Now.
    pub now: Millis,
}

/// The card for whoever reads this chat. `None`: it is nobody's chat any more, or there is nothing to show.
pub async fn render(
    desk: &Desk,
    tx: &mut Tx,
    subject: &CardSubject,
    chat: &str,
) -> db::Result<Option<Prompt>> {
    let Some(reader) = reader(tx, chat).await? else {
        return Ok(None);
    };
    match subject {
        CardSubject::Ticket(id) => match tickets::by_id(tx, id).await? {
            Some(ticket) => of_ticket(desk, tx, ticket, &reader).await.map(Some),
            None => Ok(None),
        },
        CardSubject::Conversation(id) => of_talk(desk, tx, id, &reader).await,
    }
}

/// A ticket's card for a reader; without its number and its customer for who has nothing to do with it any more.
pub async fn of_ticket(
    desk: &Desk,
    tx: &mut Tx,
    ticket: Ticket,
    reader: &Staff,
) -> db::Result<Prompt> {
    let l = desk.localizer(reader.locale);
    let now = desk.clock.now();
    let mine = ticket.staff_id.as_ref() == Some(&reader.id);
    let holder = match &ticket.staff_id {
        Some(id) if !mine => staff::by_id(tx, id).await?.map(|holder| holder.name),
        _ => None,
    };
    if !mine && !reader.role.permits(Permission::TicketsReadAll) {
        return Ok(former(&l, &name_of(tx, &ticket.customer_id).await?, holder));
    }
    let customer = contacts::by_id(tx, &ticket.customer_id).await?;
    let kind = tickets::type_by_id(tx, &ticket.type_id).await?;
    let facts = TicketFacts {
        type_name: kind.map_or_else(
            || ticket.type_id.clone(),
            |kind| kind.name(reader.locale).to_owned(),
        ),
        customer: customer
            .as_ref()
            .map_or_else(|| l.label("people-nobody", args![]), |c| c.name.clone()),
        phone: phone(tx, &ticket.customer_id).await?,
        files: files(tx, &ticket).await?,
        window: customer.as_ref().and_then(contacts::window_closes),
        escalation: escalations::open_of(tx, &ticket).await?,
        page: format!(
            "{}/admin/tickets/{}",
            desk.settings.pages_url, ticket.number
        ),
        ticket,
        holder,
        reader: Reader {
            mine,
            works: reader.role.permits(Permission::TicketsWork),
            leads: reader.role.permits(Permission::TicketsTransfer)
                && reader.role.permits(Permission::TicketsReadAll),
        },
        now,
    };
    Ok(ticket_card(&l, &facts))
}

async fn of_talk(desk: &Desk, tx: &mut Tx, id: &str, reader: &Staff) -> db::Result<Option<Prompt>> {
    let Some(talk) = conversations::by_id(tx, id).await? else {
        return Ok(None);
    };
    let l = desk.localizer(reader.locale);
    let customer = contacts::by_id(tx, &talk.customer_id).await?;
    let name = customer
        .as_ref()
        .map(|c| c.name.clone())
        .unwrap_or_default();
    if talk.staff_id.as_ref() != Some(&reader.id) {
        let holder = match &talk.staff_id {
            Some(id) => staff::by_id(tx, id).await?.map(|holder| holder.name),
            None => None,
        };
        if talk.owner == Owner::Bot {
            let text = l.text("desk-card-talk-ended", args!["name" => name]);
            return Ok(Some(Prompt::text(text)));
        }
        return Ok(Some(former(&l, &name, holder)));
    }
    if talk.ticket_id.is_some() {
        let text = l.text("desk-card-became-ticket", args!["name" => name]);
        return Ok(Some(Prompt::text(text)));
    }
    let facts = TalkFacts {
        id: talk.id.clone(),
        customer: name,
        phone: phone(tx, &talk.customer_id).await?,
        words: unrelayed_words(tx, id).await?,
        window: customer.as_ref().and_then(contacts::window_closes),
        now: desk.clock.now(),
    };
    Ok(Some(talk_card(&l, &facts)))
}

/// Draws a ticket's card.
pub fn ticket_card(l: &Localizer, facts: &TicketFacts) -> Prompt {
    let ticket = &facts.ticket;
    let priority = l.label(ticket.priority.key(), args![]).to_uppercase();
    let head = l.text(
        "desk-card-head",
        args!["number" => &ticket.number, "type" => &facts.type_name, "priority" => priority],
    );
    let head = match &facts.escalation {
        Some(escalation) => asked_for_help(l, escalation, facts.now).line(&head),
        None => head,
    };
    let mut text = head.line(&person(l, &facts.customer, facts.phone.as_deref()));
    let words = quoted(l, &ticket.description);
    let files = files_line(l, &facts.files);
    text = match (words, files) {
        (Some(words), Some(files)) => text.line(&words.then(&Markup::plain(&format!("  {files}")))),
        (Some(words), None) => text.line(&words),
        (None, Some(files)) => text.line(&Markup::plain(&files)),
        (None, None) => text,
    };
    if ticket.status.is_done() {
        text = text.line(&ended(l, ticket));
    } else {
        text = text
            .line(&due(l, facts))
            .line(&window(l, facts.window, facts.now));
        if let Some(line) = standing(l, facts) {
            text = text.line(&line);
        }
        if facts.escalation.is_some() {
            text = text.line(&l.text("desk-card-page", args!["link" => &facts.page]));
        }
    }
    let presses = buttons::of_ticket(&ticket.id, ticket.status, facts.reader);
    Prompt::choose(text, buttons::choices(l, &presses))
}

/// Draws the card of a conversation without a ticket.
pub fn talk_card(l: &Localizer, facts: &TalkFacts) -> Prompt {
    let mut text = person(l, &facts.customer, facts.phone.as_deref());
    if let Some(words) = facts.words.as_deref().and_then(|words| quoted(l, words)) {
        text = text.line(&words);
    }
    let text =
        text.line(&l.text("desk-card-talk", args![]))
            .line(&window(l, facts.window, facts.now));
    let choices = buttons::choices(l, &buttons::of_talk(&facts.id));
    Prompt::choose(text, choices)
}

fn former(l: &Localizer, customer: &str, holder: Option<String>) -> Prompt {
    Prompt::text(match holder {
        Some(holder) => l.text(
            "desk-card-others",
            args!["name" => customer, "agent" => holder],
        ),
        None => l.text("desk-card-nobodys", args!["name" => customer]),
    })
}

fn person(l: &Localizer, name: &str, phone: Option<&str>) -> Markup {
    match phone {
        Some(phone) if phone != name => {
            l.text("desk-card-person", args!["name" => name, "phone" => phone])
        }
        _ => l.text("desk-card-person-only", args!["name" => name]),
    }
}

/// Words in quotation marks, cut when they are long; nothing when there are none.
fn quoted(l: &Localizer, words: &str) -> Option<Markup> {
    let words = words.trim();
    if words.is_empty() {
        return None;
    }
    Some(l.text("desk-card-words", args!["words" => cut(words, DESCRIPTION)]))
}

/// The first so many characters, with `…` when there are more.
pub fn cut(text: &str, characters: usize) -> String {
    match text.grapheme_indices(true).nth(characters) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text.to_owned(),
    }
}

/// Who asks for help, since when, and why.
fn asked_for_help(l: &Localizer, escalation: &Escalation, now: Millis) -> Markup {
    l.text(
        "desk-card-escalation",
        args![
            "who" => &escalation.staff_name,
            "when" => l.when(escalation.opened_at, now),
            "reason" => &escalation.reason,
        ],
    )
}

fn files_line(l: &Localizer, files: &[(Kind, i64)]) -> Option<String> {
    let counted = files.iter().filter_map(|(kind, count)| {
        let (_, key) = FILES.iter().find(|(known, _)| known == kind)?;
        Some(l.label(key, args!["count" => *count]))
    });
    let all = counted.collect::<Vec<_>>().join(", ");
    (!all.is_empty()).then(|| format!("({all})"))
}

fn due(l: &Localizer, facts: &TicketFacts) -> Markup {
    let (due, now) = (facts.ticket.due_at, facts.now);
    let when = l.when(due, now);
    if due > now {
        let left = l.duration(due.since(now));
        l.text("desk-card-due", args!["when" => when, "left" => left])
    } else {
        let late = l.duration(now.since(due));
        l.text("desk-card-late", args!["when" => when, "late" => late])
    }
}

/// How long the customer can still be written to freely. A card stays in the chat, so it tells the instant too.
fn window(l: &Localizer, closes: Option<Millis>, now: Millis) -> Markup {
    match closes {
        Some(closes) if closes > now => l.text(
            "desk-window-closes",
            args!["left" => l.duration(closes.since(now)), "when" => l.when(closes, now)],
        ),
        Some(_) => l.text("desk-window-closed", args![]),
        None => l.text("desk-window-never", args![]),
    }
}

/// Who has it and how it stands, where the reader would not know.
fn standing(l: &Localizer, facts: &TicketFacts) -> Option<Markup> {
    let status = l.label(facts.ticket.status.key(), args![]);
    if let Some(holder) = &facts.holder {
        if facts.ticket.status == Status::Assigned {
            return Some(l.text("desk-card-with", args!["agent" => holder]));
        }
        return Some(l.text(
            "desk-card-status-with",
            args!["status" => status, "agent" => holder],
        ));
    }
    (facts.ticket.status != Status::Assigned)
        .then(|| l.text("desk-card-status", args!["status" => status]))
}

fn ended(l: &Localizer, ticket: &Ticket) -> Markup {
    let at = ticket
        .resolved_at
        .or(ticket.closed_at)
        .unwrap_or(ticket.updated_at);
    l.text(
        "desk-card-ended",
        args![
            "status" => l.label(ticket.status.key(), args![]),
            "after" => l.duration(at.since(ticket.opened_at))
        ],
    )
}

/// The member of staff who reads a chat. A desk has some dozens of them.
async fn reader(tx: &mut Tx, chat: &str) -> db::Result<Option<Staff>> {
    let everybody = staff::colleagues(tx).await?;
    Ok(everybody
        .into_iter()
        .find(|one| one.telegram_chat_id.as_deref() == Some(chat)))
}

async fn name_of(tx: &mut Tx, customer_id: &str) -> db::Result<String> {
    let customer = contacts::by_id(tx, customer_id).await?;
    Ok(customer.map(|customer| customer.name).unwrap_or_default())
}

async fn phone(tx: &mut Tx, customer_id: &str) -> db::Result<Option<String>> {
    let identity = contacts::identity(tx, customer_id).await?;
    Ok(identity.wa_id.as_deref().map(contacts::format_phone))
}

/// What came with the ticket, counted; what came later was relayed.
async fn files(tx: &mut Tx, ticket: &Ticket) -> db::Result<Vec<(Kind, i64)>> {
    let messages = messages::of_ticket(tx, &ticket.id, LOOK_BACK).await?;
    let with_it = |message: &&Message| {
        message.author == Author::Customer && message.created_at <= ticket.opened_at
    };
    let count = |kind: Kind| {
        messages
            .iter()
            .filter(with_it)
            .filter(|m| m.kind == kind)
            .count()
    };
    let counted = FILES.map(|(kind, _)| (kind, i64::try_from(count(kind)).unwrap_or(i64::MAX)));
    Ok(counted.into_iter().filter(|(_, n)| *n > 0).collect())
}

/// The customer's first words in a conversation, unless the reader gets them as a message of its own.
async fn unrelayed_words(tx: &mut Tx, conversation_id: &str) -> db::Result<Option<String>> {
    for message in messages::of_conversation(tx, conversation_id, LOOK_BACK).await? {
        let says = message.author == Author::Customer
            && message.ticket_id.is_none()
            && !message.body.trim().is_empty();
        if says {
            let relayed = messages::delivery(tx, &message.id).await?.is_some();
            return Ok((!relayed).then_some(message.body));
        }
    }
    Ok(None)
}
