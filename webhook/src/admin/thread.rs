//! A ticket's thread as it is shown: what was said, by whom, how far it has come; and what happened in between.

use sapa_core::{
    casework::{Case, What},
    messages::{Author, Delivery, Kind, Message},
    outbox::State,
    tickets::{EventKind, Priority, Status, TicketEvent},
};

use super::shell::Shell;

/// A line of a thread.
pub(super) struct Line {
    /// How it is drawn: `theirs`, `ours`, `note`, `event`.
    pub(super) side: &'static str,
    /// Who, where that is not the side already.
    pub(super) by: String,
    /// What.
    pub(super) text: String,
    /// When, as people say it.
    pub(super) when: String,
    /// How far it has come.
    pub(super) state: String,
}

/// The lines of a ticket's thread, the oldest first.
pub(super) fn lines(s: &Shell, case: &Case) -> Vec<Line> {
    let name = case
        .customer
        .as_ref()
        .map(|customer| customer.name.as_str());
    let name = name.unwrap_or_default();
    let first = Line {
        side: "theirs",
        by: name.to_owned(),
        text: case.ticket.description.clone(),
        when: s.when(&case.ticket.opened_at),
        state: String::new(),
    };
    // The words that became the ticket are its description, which stands above.
    let is_first = |message: &Message| {
        message.author == Author::Customer && message.body == case.ticket.description
    };
    let rest = case.thread.iter().filter_map(|entry| match &entry.what {
        What::Said(message, ..) if is_first(message) => None,
        What::Said(message, writer, delivery) => {
            let by = if message.author == Author::Customer {
                name
            } else {
                writer.as_deref().unwrap_or_default()
            };
            Some(said(s, message, by, delivery.as_ref()))
        }
        What::Happened(event) => happened(s, event),
    });
    std::iter::once(first).chain(rest).collect()
}

fn said(s: &Shell, message: &Message, by: &str, delivery: Option<&Delivery>) -> Line {
    let body = if message.revoked_at.is_some() {
        s.t("pages-said-revoked")
    } else {
        message.body.clone()
    };
    let text = match message.kind {
        Kind::Text => body,
        kind => format!("[{}] {body}", s.t(kind_key(kind)))
            .trim_end()
            .to_owned(),
    };
    let state = delivery.map(|delivery| s.t(state_key(delivery.state)));
    let side = match message.author {
        Author::Customer => "theirs",
        Author::Agent | Author::Bot => "ours",
    };
    Line {
        side,
        by: by.to_owned(),
        text,
        when: s.when(&message.written_at),
        state: state.unwrap_or_default(),
    }
}

fn kind_key(kind: Kind) -> &'static str {
    match kind {
        Kind::Image => "pages-kind-image",
        Kind::Video => "pages-kind-video",
        Kind::Audio | Kind::Voice => "pages-kind-audio",
        Kind::Sticker => "pages-kind-sticker",
        Kind::Location => "pages-kind-location",
        Kind::Contacts => "pages-kind-contacts",
        Kind::Text | Kind::Document | Kind::Order | Kind::Unsupported => "pages-kind-document",
    }
}

fn state_key(state: State) -> &'static str {
    match state {
        State::Queued | State::Claimed => "pages-state-queued",
        State::Parked => "pages-state-parked",
        State::Uncertain => "pages-state-uncertain",
        State::Sent => "pages-state-sent",
        State::Delivered => "pages-state-delivered",
        State::Read => "pages-state-read",
        State::Failed | State::Cancelled => "pages-state-failed",
    }
}

fn happened(s: &Shell, event: &TicketEvent) -> Option<Line> {
    let to = event.to_value.as_deref().unwrap_or_default();
    let status = Status::parse(to).map(|status| s.t(status.key()));
    let priority = Priority::parse(to).map(|priority| s.t(priority.key()));
    let text = match event.kind {
        // The first line says so.
        EventKind::Opened => return None,
        EventKind::Status => s.with("pages-event-status", "to", status.unwrap_or_default()),
        EventKind::Assigned => s.with("pages-event-assigned", "to", to),
        EventKind::Priority => s.with("pages-event-priority", "to", priority.unwrap_or_default()),
        EventKind::Reopened => s.t("pages-event-reopened"),
        EventKind::Note => event.note.clone().unwrap_or_default(),
    };
    let is_note = event.kind == EventKind::Note;
    let text = match &event.note {
        Some(note) if !is_note => format!("{text}: {note}"),
        _ => text,
    };
    let by = event.actor_name.clone().unwrap_or_default();
    Some(Line {
        side: if is_note { "note" } else { "event" },
        by: if is_note {
            s.with("pages-note-by", "who", by)
        } else {
            by
        },
        text,
        when: s.when(&event.at),
        state: String::new(),
    })
}
